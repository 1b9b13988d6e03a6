//! Verifying by phone (product.md section 6): whom to call, the call log, and the checklist.

use serde_json::json;

use super::reading::{Detail, is_party};
use super::{Done, Member, not_in_chart, step};
use crate::app::family::staff_check;
use crate::app::permit::desk::DeskPermit;
use crate::app::ports::FeedError;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{Mrn, RequestId, new_uuid};
use crate::domain::queue::{Bar, NOTE_LONGEST, Step, handles, text};
use crate::domain::request::{RequestKind, RequestState};
use crate::domain::verification::{CallOutcome, FamilyPhone, Missing, Typed, checklist};
use crate::store::patient_requests::{self, Kept};
use crate::store::requests::{self, StoredRequest};
use crate::store::{Tx, patients, queue, verification};

pub use crate::domain::verification::{Checklist, Identifier, Identifiers, Relationship};
pub use crate::store::verification::{Call, Listed, Notice, Person, Verified};

/// What the desk knows of a request about a patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The patient; `None` for a request that names none.
    pub person: Option<Person>,
    /// The listings that hold now.
    pub listings: Vec<Listed>,
    /// The NPI of whoever asked; empty for staff.
    pub npi: String,
    /// Who waits with whoever asked.
    pub joiners: Vec<String>,
    /// Who answers, until when, and whether it was flagged.
    pub kept: Kept,
    /// The calls, oldest first.
    pub calls: Vec<Call>,
    /// The checklist, once it is complete.
    pub verified: Option<Verified>,
    /// Whether the hospital's record knows the listing it made.
    pub notice: Option<Notice>,
    /// What is in the way while the hospital's record does not.
    pub waits: Option<not_in_chart::Entry>,
}

/// The family's numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Phones {
    /// These; none when the record has none.
    Known(Vec<FamilyPhone>),
    /// The record cannot be read now; when it last answered.
    Down(Option<Instant>),
    /// They are shown to those who work on an open request.
    NotShown,
}

/// What is typed about a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewCall<'a> {
    /// How it ended.
    pub outcome: CallOutcome,
    /// Whether an interpreter helped.
    pub interpreter: Interpreter,
    /// What is to be noted.
    pub note: &'a str,
}

/// Whether an interpreter helped in a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interpreter {
    /// One did.
    Used,
    /// None did.
    NotUsed,
}

/// What came of sending the checklist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Checked {
    /// It is complete, and kept.
    Kept,
    /// It lacks this; nothing was kept.
    Missing(Vec<Missing>),
    /// It could not be kept.
    Not(Done),
}

/// The facts of `request` at the member's instant. Whoever shows them has recorded that the request was opened.
///
/// # Errors
/// [`AppError`].
pub async fn facts(app: &App, member: &Member, request: &StoredRequest) -> Result<Facts, AppError> {
    let (db, now) = (&app.db, member.context.now);
    let patient = match request.patient {
        Some(patient) => Some(patients::counted(db, patient, now).await?),
        None => None,
    };
    let (person, listings) = match patient {
        Some(patient) => (
            verification::person(db, patient).await?,
            verification::listings(db, patient).await?.into_iter().filter(|l| l.span.holds(now)).collect(),
        ),
        None => (None, Vec::new()),
    };
    let asker = match request.account {
        Some(account) => verification::asker(db, account).await?,
        None => None,
    };
    Ok(Facts {
        person,
        listings,
        npi: asker.map(|(_, npi)| npi).unwrap_or_default(),
        joiners: patient_requests::joiners(db, request.id).await?.into_iter().map(|(_, name)| name).collect(),
        kept: patient_requests::kept(db, request.id).await?,
        calls: verification::calls(db, request.id).await?,
        verified: verification::checklist(db, request.id).await?,
        notice: verification::notice(db, request.id).await?,
        waits: not_in_chart::of(app, request.id, now).await?,
    })
}

/// The numbers of the family that `detail` is about, out of the hospital's record: recorded before they are read.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn phones(app: &App, member: &Member, detail: &Detail) -> Result<Phones, AppError> {
    let request = &detail.request;
    let Some(patient) = request.patient.filter(|_| request.state == RequestState::Open) else {
        return Ok(Phones::NotShown);
    };
    let is_own = is_party(app, request, member.account).await?;
    let outcome = if handles(&member.roles) && !is_own { Outcome::Allowed } else { Outcome::Refused };
    let mut entry = member.entry(Act::ReadRequest, outcome, request.id.0);
    entry.patient = Some(patient);
    entry.detail = json!({ "what": "phones" }).to_string();
    let receipt = app.audit.record(entry).await?;
    let permit = DeskPermit::recorded(member, patient, &receipt).filter(|_| !is_own);
    let Some(permit) = permit else { return Ok(Phones::NotShown) };
    match app.feed.phones(&permit).await {
        Ok(phones) => Ok(Phones::Known(phones)),
        Err(FeedError::Down { last_seen }) => Ok(Phones::Down(last_seen)),
        Err(FeedError::Late) => Ok(Phones::Down(None)),
        Err(FeedError::Gone) => Ok(Phones::Known(Vec::new())),
        Err(other) => Err(other.into()),
    }
}

/// An open request about a patient that the member works on, or what trying comes to, recorded.
async fn workable(
    app: &App,
    member: &Member,
    id: RequestId,
    entry: &Entry,
) -> Result<Result<StoredRequest, Done>, AppError> {
    let found = requests::by_id(&app.db, id).await?.filter(|request| request.kind.is_verified_by_phone());
    let stopped = match &found {
        None => Some((Outcome::Failed, "unknown", Done::Unknown)),
        Some(request) => {
            let is_own = is_party(app, request, member.account).await?;
            let bar = if is_own { Some(Bar::Own) } else { (!handles(&member.roles)).then_some(Bar::Role) };
            match bar {
                Some(bar) => Some((Outcome::Refused, bar.word(), Done::Barred(bar))),
                None if request.state == RequestState::Closed => {
                    Some((Outcome::Failed, "changed_meanwhile", Done::Stale))
                }
                None => None,
            }
        }
    };
    match (found, stopped) {
        (Some(request), None) => Ok(Ok(request)),
        (_, stopped) => {
            let (outcome, basis, done) = stopped.unwrap_or((Outcome::Failed, "unknown", Done::Unknown));
            let entry = Entry { outcome, basis: basis.to_owned(), ..entry.clone() };
            app.audit.record(entry).await?;
            Ok(Err(done))
        }
    }
}

/// Ends `tx` with the step and the entry of what was done, or says that the request had changed.
async fn finish(
    app: &App,
    mut tx: Tx,
    member: &Member,
    (id, version): (RequestId, i64),
    body: &str,
    entry: Entry,
) -> Result<(), AppError> {
    step(app, &mut tx, (id, version + 1), Some(member.account), Step::Call, body).await?;
    Ok(app.audit.commit(tx, vec![Entry { outcome: Outcome::Allowed, ..entry }]).await?)
}

/// Notes a call about the request, if it is open and still at `version`.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn log_call(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    call: NewCall<'_>,
) -> Result<Done, AppError> {
    let Some(note) = text(call.note, 0, NOTE_LONGEST) else { return Ok(Done::BadText) };
    let mut entry = member.entry(Act::LogCall, Outcome::Failed, id.0);
    entry.detail = json!({ "outcome": call.outcome.word() }).to_string();
    let request = match workable(app, member, id, &entry).await? {
        Ok(request) => request,
        Err(done) => return Ok(done),
    };
    entry.patient = request.patient;
    let language = match request.patient {
        Some(patient) => verification::person(&app.db, patient).await?.map(|p| p.language),
        None => None,
    };
    let now = member.context.now;
    let mut tx = app.db.begin().await?;
    if !queue::touch(&mut tx, id, version).await? {
        drop(tx);
        app.audit.record(Entry { basis: "changed_meanwhile".to_owned(), ..entry }).await?;
        return Ok(Done::Stale);
    }
    let kept = Call {
        at: now,
        outcome: call.outcome,
        interpreter: call.interpreter == Interpreter::Used,
        language: language.unwrap_or_default(),
        note: note.to_owned(),
        caller: (member.account, String::new()),
    };
    verification::insert_call(&mut tx, new_uuid(now, random(app)?), id, &kept).await?;
    finish(app, tx, member, (id, version), note, entry).await?;
    Ok(Done::Done(()))
}

/// Keeps the checklist, if it is complete and the request is open and still at `version`.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn keep_checklist(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    typed: &Typed,
) -> Result<Checked, AppError> {
    let mut entry = member.entry(Act::HandleRequest, Outcome::Failed, id.0);
    entry.detail = json!({ "what": "checklist" }).to_string();
    let request = match workable(app, member, id, &entry).await? {
        Ok(request) => request,
        Err(done) => return Ok(Checked::Not(done)),
    };
    entry.patient = request.patient;
    let now = member.context.now;
    let person = match request.patient {
        Some(patient) => verification::person(&app.db, patient).await?,
        None => None,
    };
    let Some(person) = person else { return Ok(Checked::Not(Done::Unknown)) };
    let lacking = staff_check::lacking(app, &request, typed).await?;
    let mut tx = app.db.begin().await?;
    if !queue::touch(&mut tx, id, version).await? {
        drop(tx);
        app.audit.record(Entry { basis: "changed_meanwhile".to_owned(), ..entry }).await?;
        return Ok(Checked::Not(Done::Stale));
    }
    let calls = verification::outcomes(&mut tx, id).await?;
    let today = app.hospital.cycles.zone().date(now);
    let listed = match checklist(typed, &calls, person.birth_date, today) {
        Ok(list) if lacking.is_empty() => Ok(list),
        Ok(_) => Err(lacking),
        Err(missing) => {
            Err(missing.into_iter().filter(|one| !lacking.contains(one)).chain(lacking.clone()).collect())
        }
    };
    let list = match listed {
        Ok(list) => list,
        Err(missing) => {
            drop(tx);
            app.audit.record(Entry { basis: "incomplete".to_owned(), ..entry }).await?;
            return Ok(Checked::Missing(missing));
        }
    };
    verification::put_checklist(&mut tx, id, &list, member.account, now).await?;
    staff_check::called(&mut tx, &request).await?;
    finish(app, tx, member, (id, version), &list.spoken_to, entry).await?;
    Ok(Checked::Kept)
}

/// Says whose chart a request for a family account is about, where what was typed matched nobody: the record whose MRN is `mrn`.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn name_patient(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    mrn: &str,
) -> Result<Done, AppError> {
    let mut entry = member.entry(Act::HandleRequest, Outcome::Failed, id.0);
    entry.detail = json!({ "what": "patient" }).to_string();
    let request = match workable(app, member, id, &entry).await? {
        Ok(request) if request.kind == RequestKind::Enrolment => request,
        Ok(_) => return Ok(Done::Unknown),
        Err(done) => return Ok(done),
    };
    let found = match Mrn::parse(mrn) {
        Ok(mrn) => patients::counted_by_mrn(&app.db, &mrn, member.context.now).await?,
        Err(_) => None,
    };
    let Some(patient) = found else {
        app.audit.record(Entry { basis: "unknown".to_owned(), ..entry }).await?;
        return Ok(Done::BadText);
    };
    entry.patient = Some(patient);
    let mut tx = app.db.begin().await?;
    if !staff_check::name(&mut tx, (request.id, version), patient).await? {
        drop(tx);
        app.audit.record(Entry { basis: "changed_meanwhile".to_owned(), ..entry }).await?;
        return Ok(Done::Stale);
    }
    step(app, &mut tx, (id, version + 1), Some(member.account), Step::Note, mrn.trim()).await?;
    app.audit.commit(tx, vec![Entry { outcome: Outcome::Allowed, ..entry }]).await?;
    Ok(Done::Done(()))
}
