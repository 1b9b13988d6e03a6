//! The requests that wait for a family, as it reads them.

use serde_json::json;

use super::{FamilyPermit, permits};
use crate::app::access::{self, Context};
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::answer::Answer;
pub use crate::domain::family::answer::Turn;
use crate::domain::family::authority::{Authority, Capacity, Rule};
use crate::domain::ids::{AccountId, PatientId, RequestId};
use crate::domain::request::{Ending, RequestState, Route};
use crate::store::family_answers::{self as rows, AskedRow};
use crate::store::people;

/// Days after which a request that nobody answers closes by itself (product.md section 6).
pub(super) const EXPIRES_DAYS: i64 = 30;

/// A request as a family reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// For whose record.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// Who asks.
    pub asker: String,
    /// Their specialty; empty when unknown.
    pub specialty: String,
    /// The practices that they belong to.
    pub practices: Vec<String>,
    /// Why; `None` for the guardian of a teen, who does not read it.
    pub reason: Option<String>,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it closes by itself.
    pub expires_at: Instant,
    /// Whose turn it is.
    pub turn: Turn,
    /// Whether it takes two of the family.
    pub takes_two: bool,
    /// Whether the other of the two who must agree has said yes.
    pub other_said_yes: bool,
}

/// When `row` closes by itself.
pub(super) fn expiry(app: &App, row: &AskedRow) -> Instant {
    row.expires_at.unwrap_or_else(|| app.hospital.cycles.zone().plus_days(row.filed_at, EXPIRES_DAYS))
}

/// The open requests about every patient of `permits`, those that wait for the reader first, then the oldest.
///
/// # Errors
/// [`AppError::Store`].
pub async fn open(app: &App, permits: &[FamilyPermit], now: Instant) -> Result<Vec<Request>, AppError> {
    let mut all = Vec::new();
    for permit in permits {
        for owner in permit.owners() {
            for row in rows::open_of(&app.db, *owner).await? {
                if !permit.hides(&row.specialty) {
                    all.push(read(app, permit, row, now).await?);
                }
            }
        }
    }
    all.sort_by_key(|request| (request.turn != Turn::Yours, request.filed_at));
    Ok(all)
}

/// The request `id` with the permit to answer it, recorded before it is returned; `None` alike for one that is not there and for
/// one about somebody else's patient.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn one(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    context: &Context,
) -> Result<Option<(FamilyPermit, Request)>, AppError> {
    let found = find(app, viewer, id, context.now).await?;
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Refused };
    let mut entry = context.entry(viewer.account, Act::ReadFamily, outcome);
    entry.patient = found.as_ref().map(|(permit, _)| permit.patient());
    entry.subject = Some(id.0);
    entry.detail = json!({ "page": "request" }).to_string();
    app.audit.record(entry).await?;
    match found {
        Some((permit, row)) => {
            let request = read(app, &permit, row, context.now).await?;
            Ok(Some((permit, request)))
        }
        None => Ok(None),
    }
}

/// The request `id` and the permit of the patient it is about, when `viewer` may read of it.
pub(super) async fn find(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    now: Instant,
) -> Result<Option<(FamilyPermit, AskedRow)>, AppError> {
    let permits = permits(app, viewer, now).await?;
    let Some(row) = rows::one(&app.db, id).await? else { return Ok(None) };
    let permit = permits.into_iter().find(|permit| permit.owners().contains(&row.patient));
    Ok(permit.filter(|permit| !permit.hides(&row.specialty)).map(|permit| (permit, row)))
}

async fn read(app: &App, permit: &FamilyPermit, row: AskedRow, now: Instant) -> Result<Request, AppError> {
    let answers = rows::answers(&app.db, row.id).await?;
    let authority = permit.authority().about(&row.specialty);
    let said_yes = |wanted: Capacity| {
        answers.iter().any(|a| a.yes.is_some() && authority.may_answer(a.account) == Some(wanted))
    };
    let other = match permit.capacity() {
        Capacity::Guardian => Capacity::Patient,
        Capacity::Patient => Capacity::Guardian,
    };
    Ok(Request {
        id: row.id,
        patient: permit.patient(),
        patient_name: permit.name().to_owned(),
        practices: practices(app, row.account, now).await?,
        turn: turn(&row, permit, &authority, &answers, expiry(app, &row) <= now),
        takes_two: authority.rule() == Rule::Both,
        other_said_yes: authority.rule() == Rule::Both && said_yes(other),
        expires_at: expiry(app, &row),
        asker: row.name,
        specialty: row.specialty,
        reason: (!permit.is_narrow()).then_some(row.reason),
        filed_at: row.filed_at,
    })
}

fn turn(
    row: &AskedRow,
    permit: &FamilyPermit,
    authority: &Authority,
    answers: &[Answer],
    is_late: bool,
) -> Turn {
    if row.state == RequestState::Closed || is_late {
        return Turn::Over(row.outcome.unwrap_or(Ending::Expired));
    }
    let Some(capacity) = authority.may_answer(permit.account()).filter(|_| row.route == Route::Family) else {
        return Turn::Team;
    };
    let mine = answers.iter().find(|a| a.account == permit.account()).and_then(|a| a.yes);
    match (mine, capacity) {
        (Some(_), Capacity::Guardian) if authority.rule() == Rule::Both => Turn::Patients,
        (Some(_), Capacity::Patient) if authority.rule() == Rule::Both => Turn::Guardians,
        _ => Turn::Yours,
    }
}

/// The names of the practices that `account` belongs to at `now`.
pub(super) async fn practices(app: &App, account: AccountId, now: Instant) -> Result<Vec<String>, AppError> {
    let Some(facts) = access::viewer(app, account).await? else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for practice in crate::app::requests::practices_of(&facts, now) {
        names.extend(people::practice_name(&app.db, practice).await?);
    }
    Ok(names)
}
