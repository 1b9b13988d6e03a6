//! Messages of a family to the access team (page P21): begun, gone on with, read, and answered. A thread is a request of the queue; it
//! belongs to the account that began it, and nobody else of the family sees it.

mod attached;
mod team;

pub use team::{ForTeam, file_for_team, for_team};

use serde_json::json;
use time::Date;
use uuid::Uuid;

use super::answering::refused;
use super::{FamilyPermit, Household, language, permits, tell};
use crate::app::access::Context;
use crate::app::desk::decision::Decider;
use crate::app::mail::post;
use crate::app::sign_in::random;
use crate::app::{App, AppError, desk};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::message::{A_DAY, DAY_SECONDS, Fault, FileKind, ON_PAGE, faults};
use crate::domain::ids::{AccountId, PatientId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::queue::{Obstacle, Step};
use crate::domain::request::{RequestKind, RequestState};
use crate::store::Tx;
use crate::store::messages::{self as rows, NewMessage};
use crate::store::queue;
use crate::store::requests::{self, StoredRequest};
use attached::{Attached, attached};

pub use crate::store::messages::{Message, Side, Thread};

/// Threads that are read at once where one patient's are looked for.
const READ_AT_ONCE: i64 = 200;

/// What is to be sent.
#[derive(Clone, Debug, Default)]
pub struct Draft {
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
    /// The account has no say about the patient of the thread any more; nothing was kept.
    Ended,
    /// There is no such patient, or thread, for this account.
    Unknown,
}

/// Begins a thread about `patient`, for whom the account of `viewer` has a say now.
///
/// # Errors
/// [`AppError`]; nothing was kept then.
pub async fn begin(
    app: &App,
    viewer: &ViewerFacts,
    patient: PatientId,
    draft: Draft,
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
    let id = RequestId(new_uuid(context.now, random(app)?));
    let file = match attached(app, viewer.account, (None, patient), draft.file, context).await? {
        Ok(file) => file,
        Err(fault) => return Ok(Sent::Invalid(vec![Fault::File(fault)])),
    };
    let mut tx = app.db.begin().await?;
    if let Some(from) = full_until(&mut tx, viewer.account, context.now).await? {
        drop(tx);
        return slowed(app, viewer, (None, patient), from, context).await;
    }
    let request = StoredRequest {
        account: Some(viewer.account),
        patient: Some(patient),
        ..StoredRequest::open(id, RequestKind::Message, context.now)
    };
    requests::insert(&mut tx, &request).await?;
    rows::begin(&mut tx, id, viewer.account, draft.subject.trim(), context.now).await?;
    write(app, &mut tx, (id, viewer.account), draft.text.trim(), file.as_ref(), context.now).await?;
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
    draft: Draft,
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
    let file = match attached(app, viewer.account, (Some(id), patient), draft.file, context).await? {
        Ok(file) => file,
        Err(fault) => return Ok(Sent::Invalid(vec![Fault::File(fault)])),
    };
    let mut tx = app.db.begin().await?;
    if let Some(from) = full_until(&mut tx, viewer.account, context.now).await? {
        drop(tx);
        return slowed(app, viewer, (Some(id), patient), from, context).await;
    }
    rows::hold(&mut tx, id).await?;
    let request = requests::by_id_in(&mut tx, id).await?;
    let request = request.ok_or_else(|| AppError::Fault("a thread without its request".to_owned()))?;
    write(app, &mut tx, (id, viewer.account), draft.text.trim(), file.as_ref(), context.now).await?;
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

/// Keeps what the access team answers in the thread of `request`, and tells who began it to sign in, inside `tx`.
pub(in crate::app) async fn answer(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    decider: Decider,
    text: &str,
) -> Result<Result<(), Obstacle>, AppError> {
    let Some(thread) = rows::thread_in(tx, request).await? else { return Ok(Err(Obstacle::Gone)) };
    let new = NewMessage {
        id: new_uuid(decider.now, random(app)?),
        request,
        account: decider.account,
        side: Side::Team,
        at: decider.now,
        body: text,
        file: None,
    };
    rows::insert(tx, &new).await?;
    if let Some(address) = rows::address(tx, thread.account).await? {
        post(app, tx, (Some(thread.account), &address), &Letter::MessageAnswered).await?;
    }
    Ok(Ok(()))
}

async fn write(
    app: &App,
    tx: &mut Tx,
    (request, account): (RequestId, AccountId),
    body: &str,
    file: Option<&Attached>,
    now: Instant,
) -> Result<(), AppError> {
    let new = NewMessage {
        id: new_uuid(now, random(app)?),
        request,
        account,
        side: Side::Family,
        at: now,
        body,
        file: file.map(|file| (file.bytes.as_slice(), file.kind)),
    };
    Ok(rows::insert(tx, &new).await?)
}

/// From when `account` may write again, when it has written as often as one may within a day.
async fn full_until(tx: &mut Tx, account: AccountId, now: Instant) -> Result<Option<Instant>, AppError> {
    let most = i64::try_from(A_DAY).unwrap_or(i64::MAX);
    let written = rows::written(tx, account, now.plus_seconds(-DAY_SECONDS), most).await?;
    let oldest = written.last().copied().filter(|_| written.len() >= A_DAY);
    Ok(oldest.map(|at| at.plus_seconds(DAY_SECONDS)))
}

async fn slowed(
    app: &App,
    viewer: &ViewerFacts,
    about: (Option<RequestId>, PatientId),
    from: Instant,
    context: &Context,
) -> Result<Sent, AppError> {
    let mut entry = entry(viewer, Outcome::Failed, about, context);
    "slowed".clone_into(&mut entry.basis);
    app.audit.record(entry).await?;
    Ok(Sent::Slowed(from))
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

/// One thread of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedThread {
    /// The thread.
    pub id: RequestId,
    /// What it is about.
    pub subject: String,
    /// When something was last written in it.
    pub last_at: Instant,
    /// Whether there is an answer that the reader has not seen.
    pub is_unread: bool,
    /// The day on which an answer is due; `None` when there is one.
    pub due: Option<Date>,
    /// Whether the reader has no say about its patient any more.
    pub is_ended: bool,
}

/// A place in the list: when something was last written, and the thread. The list goes on after it.
pub type Place = (Instant, Uuid);

/// A page of the threads that `account` began about the patient whom `household` is about, and about everybody for whom it has no
/// say any more; the latest written in first. Where the next page begins is returned too. That the reader looks was recorded when
/// `household` was made.
///
/// # Errors
/// [`AppError::Store`].
pub async fn list(
    app: &App,
    account: AccountId,
    household: &Household,
    after: Option<Place>,
) -> Result<(Vec<ListedThread>, Option<Place>), AppError> {
    let shown = |thread: &Thread| {
        let is_current = household.current().is_some_and(|p| p.owners().contains(&thread.patient));
        is_current || !is_of(&household.permits, thread.patient)
    };
    let (mut found, mut after) = (Vec::new(), after);
    loop {
        let threads = rows::of_account(&app.db, account, after, READ_AT_ONCE).await?;
        let is_last = i64::try_from(threads.len()).unwrap_or(i64::MAX) < READ_AT_ONCE;
        after = threads.last().map(|thread| (thread.last_at, thread.id.0));
        found.extend(threads.into_iter().filter(shown));
        if is_last || found.len() > ON_PAGE {
            break;
        }
    }
    let more = found.len() > ON_PAGE;
    found.truncate(ON_PAGE);
    let next = found.last().filter(|_| more).map(|thread| (thread.last_at, thread.id.0));
    let row = |thread: Thread| ListedThread {
        is_unread: is_unread(&thread),
        due: thread.due_on.filter(|_| thread.state == RequestState::Open),
        is_ended: !is_of(&household.permits, thread.patient),
        id: thread.id,
        subject: thread.subject,
        last_at: thread.last_at,
    };
    Ok((found.into_iter().map(row).collect(), next))
}

fn is_unread(thread: &Thread) -> bool {
    thread.last_by_team && thread.seen_at < thread.last_at
}

/// A thread as the account that began it reads it.
#[derive(Debug)]
pub struct Opened {
    /// Whom the account has a say for; about the patient of the thread, unless that say is over.
    pub household: Household,
    /// The thread.
    pub thread: Thread,
    /// What was written, oldest first.
    pub messages: Vec<Message>,
    /// Whether the account has no say about the patient any more: it reads, and writes nothing.
    pub is_ended: bool,
}

/// The thread `id`; `None` when there is none that the account of `viewer` began. Recorded before it is returned; the reader has seen
/// it then.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn open(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    context: &Context,
) -> Result<Option<Opened>, AppError> {
    let thread = own(app, viewer.account, id).await?;
    let permits = permits(app, viewer, context.now).await?;
    read(app, viewer, (id, thread.as_ref()), &json!({ "page": "message" }), context).await?;
    let Some(thread) = thread else { return Ok(None) };
    if is_unread(&thread) {
        rows::seen(&app.db, id, context.now.max(thread.last_at)).await?;
    }
    let current = permits.iter().position(|permit| permit.owners().contains(&thread.patient));
    let language = language(app, viewer.account, &permits).await?;
    let messages = rows::messages(&app.db, id).await?;
    let household = Household { permits, current, language };
    Ok(Some(Opened { is_ended: current.is_none(), household, thread, messages }))
}

/// The file of the message `item` in the thread `id`, with what it is; `None` when there is none in a thread that the account of
/// `viewer` began. Recorded before it is returned.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn file(
    app: &App,
    viewer: &ViewerFacts,
    (id, item): (RequestId, Uuid),
    context: &Context,
) -> Result<Option<(Vec<u8>, FileKind)>, AppError> {
    let thread = own(app, viewer.account, id).await?;
    let found = match &thread {
        Some(_) => rows::file(&app.db, id, item).await?,
        None => None,
    };
    let detail = json!({ "part": "file", "message": item.to_string() });
    read(app, viewer, (id, thread.as_ref().filter(|_| found.is_some())), &detail, context).await?;
    Ok(found)
}

/// Records that `viewer` reads in the thread `id`, or asks for what is not there for them.
async fn read(
    app: &App,
    viewer: &ViewerFacts,
    (id, thread): (RequestId, Option<&Thread>),
    detail: &serde_json::Value,
    context: &Context,
) -> Result<(), AppError> {
    let outcome = if thread.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = context.entry(viewer.account, Act::ReadMessage, outcome);
    (entry.subject, entry.patient) = (Some(id.0), thread.map(|thread| thread.patient));
    entry.detail = detail.to_string();
    app.audit.record(entry).await?;
    Ok(())
}
