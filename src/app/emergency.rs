//! Emergency access: taken by a provider for one patient and four hours, told to the access team in the same transaction, and
//! queued there for review (product.md section 6). Reviewing it is the desk's work.
//!
//! Nothing here says who may: [`would_open`] asks the access decision what it would answer with it.

use serde_json::json;

use crate::domain::access::emergency::{span, would_open};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, Basis, Decision, Refusal, decide, standing};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::emergency::{REVIEW_HOURS, reason};
use crate::domain::ids::{FactId, PatientId, RequestId, new_uuid};
use crate::domain::letter::{Letter, Place};
use crate::domain::patient_search::{Problem, Typed};
use crate::domain::queue::Step;
use crate::domain::request::RequestKind;
use crate::store::emergency::{self, NewEmergency};
use crate::store::requests::{self as kept, StoredRequest};
use crate::store::{Tx, queue, searches, verification};

use super::access::{self, Context, describe};
use super::mail::post;
use super::sign_in::random;
use super::{App, AppError, desk, patients, requests, search_alert};

/// What a provider says to take emergency access.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plea {
    /// What names the patient: MRN, full name and birth date, all of which must match.
    pub typed: Typed,
    /// Why, in the provider's words.
    pub reason: String,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Taken {
    /// The chart is open from now on, for four hours.
    Opened(PatientId),
    /// The provider may open the chart already; nothing was taken.
    AllowedAlready(PatientId),
    /// What was typed matches nobody, not one alone, or one whom emergency access does not open.
    NoMatch,
    /// No MRN was typed.
    MrnMissing,
    /// What was typed cannot name a patient.
    Unreadable(Vec<Problem>),
    /// The reason will not do.
    BadReason,
    /// Too many searches in the past hour: again in so many seconds.
    Slowed(i64),
    /// F1 to F4 keep the viewer out of everything.
    Refused(Refusal),
    /// This installation has none.
    SwitchedOff,
}

impl Taken {
    const fn outcome(&self) -> Outcome {
        match self {
            Self::Opened(_) => Outcome::Allowed,
            Self::Refused(_) | Self::SwitchedOff => Outcome::Refused,
            _ => Outcome::Failed,
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::AllowedAlready(_) => "allowed_already",
            Self::NoMatch => "no_match",
            Self::MrnMissing | Self::Unreadable(_) | Self::BadReason => "invalid",
            Self::Slowed(_) => "slowed",
            Self::Refused(refusal) => refusal.word(),
            Self::SwitchedOff => "switched_off",
        }
    }
}

/// Takes emergency access for `viewer`, whose factor is fresh. Of several at once, one is given. Recorded in its own
/// transaction, with the letters that alert the access team.
///
/// # Errors
/// [`AppError`]; then nothing was given.
pub async fn take(
    app: &App,
    viewer: &ViewerFacts,
    plea: &Plea,
    context: &Context,
) -> Result<Taken, AppError> {
    let searched = searches::of(&app.db, viewer.account).await?;
    if let Some(seconds) = patients::slowed(&searched, context.now) {
        let slowed = Taken::Slowed(seconds);
        app.audit.record(entry(viewer, &slowed, None, context)).await?;
        return Ok(slowed);
    }
    let checked = check(app, viewer, plea, context).await?;
    let mut tx = app.db.begin().await?;
    let (taken, entry) = match checked {
        Ok(patient) => give(app, &mut tx, viewer, patient, plea, context).await?,
        Err((hindered, decision)) => {
            let entry = entry(viewer, &hindered, decision.as_ref(), context);
            (hindered, entry)
        }
    };
    let mut entries = vec![entry];
    // To name a patient here is to search for one: it counts like a search.
    if matches!(taken, Taken::Opened(_) | Taken::AllowedAlready(_) | Taken::NoMatch) {
        let is_hit = taken != Taken::NoMatch;
        entries.extend(search_alert::count(app, &mut tx, viewer.account, is_hit, context).await?);
    }
    app.audit.commit(tx, entries).await?;
    Ok(taken)
}

fn entry(viewer: &ViewerFacts, taken: &Taken, decision: Option<&Decision>, context: &Context) -> Entry {
    let mut entry = context.entry(viewer.account, Act::EmergencyAccess, taken.outcome());
    if let Some(decision) = decision {
        describe(&mut entry, decision);
        entry.outcome = if decision.allowed() { Outcome::Failed } else { Outcome::Refused };
    }
    entry.detail = json!({ "answer": taken.word() }).to_string();
    entry
}

/// The patient whom emergency access would open; if none, what it comes to instead, with the decision behind it.
async fn check(
    app: &App,
    viewer: &ViewerFacts,
    plea: &Plea,
    context: &Context,
) -> Result<Result<PatientId, (Taken, Option<Decision>)>, AppError> {
    let (now, instead) = (context.now, |taken| Ok(Err((taken, None))));
    if !app.hospital.emergency_access {
        return instead(Taken::SwitchedOff);
    }
    if let Err(refusal) = standing(viewer, Action::OpenChart, now) {
        return instead(Taken::Refused(refusal));
    }
    if reason(&plea.reason).is_none() {
        return instead(Taken::BadReason);
    }
    if plea.typed.mrn.trim().is_empty() {
        return instead(Taken::MrnMissing);
    }
    let patient = match requests::named(app, &plea.typed, now).await? {
        Ok(Some(patient)) => patient,
        Ok(None) => {
            // Nobody takes the same reads as somebody whom it does not open.
            access::patient(app, PatientId(uuid::Uuid::nil())).await?;
            return instead(Taken::NoMatch);
        }
        Err(problems) => return instead(Taken::Unreadable(problems)),
    };
    let Some(facts) = access::patient(app, patient).await? else { return instead(Taken::NoMatch) };
    let before = decide(viewer, &facts, Action::OpenChart, now);
    if before.allowed() {
        return Ok(Err((Taken::AllowedAlready(patient), Some(before))));
    }
    let with = would_open(viewer, &facts, now);
    if with.bases().all(|basis| basis != Basis::Emergency) {
        return Ok(Err((Taken::NoMatch, Some(with))));
    }
    Ok(Ok(patient))
}

/// Gives it inside `tx`, unless it was given a moment ago.
async fn give(
    app: &App,
    tx: &mut Tx,
    viewer: &ViewerFacts,
    patient: PatientId,
    plea: &Plea,
    context: &Context,
) -> Result<(Taken, Entry), AppError> {
    let now = context.now;
    // Several at once wait here for each other.
    verification::hold_patient(tx, patient).await?;
    if emergency::is_running(tx, viewer.account, patient, now).await? {
        let already = Taken::AllowedAlready(patient);
        let mut entry = entry(viewer, &already, None, context);
        entry.patient = Some(patient);
        return Ok((already, entry));
    }
    let practice = requests::practices_of(viewer, now).into_iter().next();
    let request = StoredRequest {
        account: Some(viewer.account),
        patient: Some(patient),
        practice,
        reason: plea.reason.trim().to_owned(),
        ..StoredRequest::open(RequestId(new_uuid(now, random(app)?)), RequestKind::EmergencyReview, now)
    };
    kept::insert(tx, &request).await?;
    let id = FactId(new_uuid(now, random(app)?));
    let holds = span(now);
    let (account, request_id) = (viewer.account, request.id);
    let new =
        NewEmergency { id, patient, account, span: holds, reason: plea.reason.trim(), request: request_id };
    emergency::insert(tx, &new).await?;
    alert(app, tx, &request, holds.end().unwrap_or(now), context).await?;
    let opened = Taken::Opened(patient);
    let mut entry = entry(viewer, &opened, None, context);
    entry.patient = Some(patient);
    entry.subject = Some(request_id.0);
    Basis::Emergency.word().clone_into(&mut entry.basis);
    entry.detail = json!({ "answer": opened.word(), "emergency": id.0, "until": holds.end() }).to_string();
    Ok((opened, entry))
}

/// Puts the review into the queue, and writes to everybody who makes reviews.
async fn alert(
    app: &App,
    tx: &mut Tx,
    request: &StoredRequest,
    until: crate::domain::calendar::Instant,
    context: &Context,
) -> Result<(), AppError> {
    let id = request.id;
    queue::set_due(tx, id, app.hospital.due_of(request.kind, request.filed_at)).await?;
    desk::step(app, tx, (id, request.version), request.account, Step::Filed, "").await?;
    let letter = Letter::EmergencyTaken {
        until,
        review_by: request.filed_at.plus_seconds(REVIEW_HOURS * 3600),
        link: Place(format!("/team/requests/{id}")),
    };
    for (account, address) in queue::deciders(tx, context.now).await? {
        post(app, tx, (Some(account), &address), &letter).await?;
    }
    Ok(())
}
