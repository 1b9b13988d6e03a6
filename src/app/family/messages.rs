//! Messages of a family to the access team (page P21): begun, gone on with, read, and answered. A thread is a request of the queue; it
//! belongs to the account that began it, and nobody else of the family sees it.

mod admitting;
mod attached;
mod reading;
mod team;

pub use reading::{ListedThread, Opened, Place, file, list, open};
pub(in crate::app) use team::obstacle;
pub use team::{ForTeam, file_for_team, for_team};

use serde_json::json;
use uuid::Uuid;

use super::answering::refused;
use super::{FamilyPermit, permits, tell};
use crate::app::access::Context;
use crate::app::desk::decision::Decider;
use crate::app::mail::post;
use crate::app::sign_in::random;
use crate::app::{App, AppError, desk};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::message::{Fault, faults};
use crate::domain::ids::{AccountId, PatientId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::queue::{Obstacle, Step};
use crate::domain::request::{RequestKind, RequestState};
use crate::store::Tx;
use crate::store::messages::{self as rows, NewMessage};
use crate::store::queue;
use crate::store::requests::{self, StoredRequest};
use crate::store::tokens;
use admitting::{admitted, id_of, turned_away};
use attached::{Attached, attached};

pub use crate::store::messages::{Message, Side, Thread};

/// What is to be sent.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The id that the page was given for it: what is sent twice is written once. `None` where there was no page.
    pub id: Option<Uuid>,
    /// What it is about; not asked in a thread that has a subject.
    pub subject: String,
    /// What is written.
    pub text: String,
    /// A file, as it was sent.
    pub file: Option<Vec<u8>>,
}

/// What sending comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sent {
    /// It stands in this thread, and in the queue.
    Sent(RequestId),
    /// Something is to be mended; nothing was kept.
    Invalid(Vec<Fault>),
    /// Twenty within a day: again from then on; nothing was kept.
    Slowed(Instant),
    /// Too many files were tried in a short time: again from then on; nothing was kept.
    FilesSlowed(Instant),
    /// The account has no say about the patient of the thread any more; nothing was kept.
    Ended,
    /// There is no such patient, or thread, for this account.
    Unknown,
}

/// An id for the next message of a page, which makes a second sending of it known.
///
/// # Errors
/// [`AppError::Fault`] when there is no randomness.
pub fn fresh(app: &App, now: Instant) -> Result<Uuid, AppError> {
    Ok(new_uuid(now, random(app)?))
}

/// Begins a thread about `patient`, for whom the account of `viewer` has a say now.
///
/// # Errors
/// [`AppError`]; nothing was kept then.
pub async fn begin(
    app: &App,
    viewer: &ViewerFacts,
    patient: PatientId,
    mut draft: Draft,
    context: &Context,
) -> Result<Sent, AppError> {
    let permits = permits(app, viewer, context.now).await?;
    if !permits.iter().any(|permit| permit.patient() == patient) {
        let mut entry = entry(viewer, Outcome::Refused, (None, patient), context);
        "no_authority".clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
        return Ok(Sent::Unknown);
    }
    let faults = faults(Some(&draft.subject), &draft.text);
    if !faults.is_empty() {
        return Ok(Sent::Invalid(faults));
    }
    let id = RequestId(fresh(app, context.now)?);
    let item = id_of(app, viewer.account, (None, patient), &draft, context.now)?;
    let file = match attached(app, viewer, (None, patient), (item, draft.file.take()), context).await? {
        Ok(file) => file,
        Err(sent) => return Ok(sent),
    };
    let mut tx = app.db.begin().await?;
    rows::hold_writer(&mut tx, viewer.account).await?;
    if let Err(not) = admitted(&mut tx, viewer.account, item, context.now).await? {
        drop(tx);
        return turned_away(app, viewer, (None, patient), not, context).await;
    }
    let request = StoredRequest {
        account: Some(viewer.account),
        patient: Some(patient),
        ..StoredRequest::open(id, RequestKind::Message, context.now)
    };
    requests::insert(&mut tx, &request).await?;
    rows::begin(&mut tx, id, viewer.account, draft.subject.trim(), context.now).await?;
    write(&mut tx, (id, item, viewer.account), draft.text.trim(), file.as_ref(), context.now).await?;
    desk::filed(app, &mut tx, id).await?;
    let mut entry = entry(viewer, Outcome::Allowed, (Some(id), patient), context);
    entry.detail = json!({ "what": "begin", "file": file.map(|file| file.kind.word()) }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Sent::Sent(id))
}

/// Writes once more in the thread `id`, while the account of `viewer` still has a say about its patient. A thread that was answered
/// opens again, with a new due day.
///
/// # Errors
/// [`AppError`]; nothing was kept then.
pub async fn reply(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    mut draft: Draft,
    context: &Context,
) -> Result<Sent, AppError> {
    let Some(thread) = own(app, viewer.account, id).await? else {
        refused(app, viewer, Act::SendMessage, id.0, context).await?;
        return Ok(Sent::Unknown);
    };
    let patient = thread.patient;
    if !is_of(&permits(app, viewer, context.now).await?, patient) {
        let mut entry = entry(viewer, Outcome::Refused, (Some(id), patient), context);
        "no_authority".clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
        return Ok(Sent::Ended);
    }
    let faults = faults(None, &draft.text);
    if !faults.is_empty() {
        return Ok(Sent::Invalid(faults));
    }
    let item = id_of(app, viewer.account, (Some(id), patient), &draft, context.now)?;
    let file = match attached(app, viewer, (Some(id), patient), (item, draft.file.take()), context).await? {
        Ok(file) => file,
        Err(sent) => return Ok(sent),
    };
    let mut tx = app.db.begin().await?;
    rows::hold_writer(&mut tx, viewer.account).await?;
    if let Err(not) = admitted(&mut tx, viewer.account, item, context.now).await? {
        drop(tx);
        return turned_away(app, viewer, (Some(id), patient), not, context).await;
    }
    rows::hold(&mut tx, id).await?;
    let request = requests::by_id_in(&mut tx, id).await?;
    let request = request.ok_or_else(|| AppError::Fault("a thread without its request".to_owned()))?;
    write(&mut tx, (id, item, viewer.account), draft.text.trim(), file.as_ref(), context.now).await?;
    if request.state == RequestState::Closed {
        let due = app.hospital.due_of(RequestKind::Message, context.now);
        rows::reopen(&mut tx, id, due).await?;
        let team = queue::deciders(&mut tx, context.now).await?;
        tell(app, &mut tx, &team, &Letter::QueueItem { request: RequestKind::Message, due }).await?;
    } else {
        rows::go_on(&mut tx, id).await?;
    }
    desk::step(app, &mut tx, (id, request.version + 1), Some(viewer.account), Step::Replied, "").await?;
    let mut entry = entry(viewer, Outcome::Allowed, (Some(id), patient), context);
    entry.detail = json!({ "what": "reply", "file": file.map(|file| file.kind.word()) }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Sent::Sent(id))
}

/// Keeps what the access team answers in the thread of `request`, and tells who began it to sign in, inside `tx`; an account that cannot
/// sign in is told nothing.
pub(in crate::app) async fn answer(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    decider: Decider,
    text: &str,
) -> Result<Result<(), Obstacle>, AppError> {
    let Some(thread) = rows::thread_in(tx, request).await? else { return Ok(Err(Obstacle::Gone)) };
    let new = NewMessage {
        id: fresh(app, decider.now)?,
        request,
        account: decider.account,
        side: Side::Team,
        at: decider.now,
        body: text,
        file: None,
    };
    rows::insert(tx, &new).await?;
    if let Some((address, _)) = tokens::address(tx, thread.account, decider.now).await? {
        post(app, tx, (Some(thread.account), &address), &Letter::MessageAnswered).await?;
    }
    Ok(Ok(()))
}

async fn write(
    tx: &mut Tx,
    (request, id, account): (RequestId, Uuid, AccountId),
    body: &str,
    file: Option<&Attached>,
    now: Instant,
) -> Result<(), AppError> {
    let new = NewMessage {
        id,
        request,
        account,
        side: Side::Family,
        at: now,
        body,
        file: file.map(|file| (file.bytes.as_slice(), file.kind)),
    };
    Ok(rows::insert(tx, &new).await?)
}

fn entry(
    viewer: &ViewerFacts,
    outcome: Outcome,
    (thread, patient): (Option<RequestId>, PatientId),
    context: &Context,
) -> Entry {
    let mut entry = context.entry(viewer.account, Act::SendMessage, outcome);
    (entry.subject, entry.patient) = (thread.map(|id| id.0), Some(patient));
    entry
}

/// The thread `id`, if `account` began it.
async fn own(app: &App, account: AccountId, id: RequestId) -> Result<Option<Thread>, AppError> {
    Ok(rows::thread(&app.db, id).await?.filter(|thread| thread.account == account))
}

/// Whether one of `permits` is about `patient`, or about the record that it was merged into.
fn is_of(permits: &[FamilyPermit], patient: PatientId) -> bool {
    permits.iter().any(|permit| permit.owners().contains(&patient))
}
