//! One's own requests, and those one has joined: where each stands, whose turn it is, and taking one back.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::json;
use time::Date;

use super::heirs::heir;
use crate::app::access::Context;
use crate::app::{App, AppError, desk};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{Mrn, PatientId, RequestId};
use crate::domain::patient_search::Typed;
use crate::domain::people::fold_name;
use crate::domain::queue::Step;
use crate::domain::request::{Ending, RequestKind, RequestState, Route};
use crate::domain::verification::{DeclineClass, repeat_from};
use crate::store::patient_requests;
use crate::store::queue::{self, Closing};
use crate::store::requests::{self, StoredRequest};
use crate::store::{people, verification};

/// A request that the viewer filed or joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mine {
    /// The request.
    pub request: StoredRequest,
    /// The practice that it names; empty for none.
    pub practice: String,
    /// Whether the viewer waits with somebody else who filed it.
    pub is_joined: bool,
    /// Who answers it.
    pub route: Route,
    /// When it expires, where it does.
    pub expires_at: Option<Instant>,
    /// Whether the PCP changed to somebody else meanwhile.
    pub flagged: bool,
    /// Into which class its decline falls.
    pub class: Option<DeclineClass>,
    /// From when it may be repeated, where it must wait.
    pub again_from: Option<Instant>,
}

/// A request that is open: whose turn it is, and until when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pending {
    /// What is asked for.
    pub kind: RequestKind,
    /// When it was filed.
    pub filed_at: Instant,
    /// Who answers.
    pub route: Route,
    /// When it expires, where the family answers.
    pub expires_at: Option<Instant>,
    /// The day on which an answer of the hospital is due.
    pub due_on: Option<Date>,
}

/// A step of the history, as whoever asked may know of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// When.
    pub at: Instant,
    /// What.
    pub step: Step,
    /// Whether the viewer took it.
    pub is_own: bool,
}

/// What came of taking a request back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Withdrawn {
    /// It is closed.
    Closed,
    /// Whoever joined first goes on with it.
    HandedOver,
    /// The viewer waits with it no longer.
    Left,
    /// It was over already.
    TooLate,
    /// The viewer has no such request.
    Unknown,
}

/// Every request for access that the viewer filed or joined, newest first; recorded as a list before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn mine(app: &App, viewer: &ViewerFacts, context: &Context) -> Result<Vec<Mine>, AppError> {
    let mut list = Vec::new();
    for request in requests::of_account(&app.db, viewer.account).await? {
        if request.kind.about_patient_by(viewer.kind) {
            list.push(with_facts(app, viewer, request).await?);
        }
    }
    let mut entry = context.entry(viewer.account, Act::ListPatients, Outcome::Allowed);
    entry.detail = json!({ "list": "requests", "count": list.len() }).to_string();
    app.audit.record(entry).await?;
    Ok(list)
}

/// The request `id` with its history, oldest first; `None` when the viewer neither filed nor joined it.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn one(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    context: &Context,
) -> Result<Option<(Mine, Vec<Seen>)>, AppError> {
    let own = requests::of_account(&app.db, viewer.account).await?;
    let found = own.into_iter().find(|r| r.id == id && r.kind.about_patient_by(viewer.kind));
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Refused };
    let mut entry = context.entry(viewer.account, Act::ReadRequest, outcome);
    entry.subject = Some(id.0);
    entry.patient = found.as_ref().and_then(|request| request.patient);
    app.audit.record(entry).await?;
    let Some(request) = found else { return Ok(None) };
    let mut steps: Vec<Seen> = queue::events(&app.db, id)
        .await?
        .into_iter()
        .filter(|event| !matches!(event.step, Step::Note | Step::Released))
        .map(|event| {
            let is_own = event.actor.is_some_and(|(actor, _)| actor == viewer.account);
            Seen { at: event.at, step: event.step, is_own }
        })
        .collect();
    // Taken by several, one after the other, it is in work once.
    let first = steps.iter().position(|seen| seen.step == Step::Assigned);
    let mut place = 0;
    steps.retain(|seen| {
        place += 1;
        seen.step != Step::Assigned || first == Some(place - 1)
    });
    Ok(Some((with_facts(app, viewer, request).await?, steps)))
}

async fn with_facts(app: &App, viewer: &ViewerFacts, request: StoredRequest) -> Result<Mine, AppError> {
    let kept = patient_requests::kept(&app.db, request.id).await?;
    let practice = match request.practice {
        Some(practice) => people::practice_name(&app.db, practice).await?.unwrap_or_default(),
        None => String::new(),
    };
    let class = match request.outcome {
        Some(Ending::Declined) => verification::class(&app.db, request.id).await?,
        _ => None,
    };
    let zone = app.hospital.cycles.zone();
    let ended = request.outcome.zip(request.closed_at).filter(|_| request.kind == RequestKind::NonPcp);
    Ok(Mine {
        practice,
        is_joined: request.account != Some(viewer.account),
        route: kept.route,
        expires_at: kept.expires_at,
        flagged: kept.flagged_at.is_some(),
        class,
        again_from: ended.and_then(|(ending, at)| repeat_from(ending, at, zone)),
        request,
    })
}

/// Takes the request back: who joined leaves; who filed hands it to whoever joined first and can go on with it, and closes it when
/// nobody can.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn withdraw(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    context: &Context,
) -> Result<Withdrawn, AppError> {
    let account = viewer.account;
    let mut entry = context.entry(account, Act::FileRequest, Outcome::Refused);
    entry.subject = Some(id.0);
    let own = requests::of_account(&app.db, account).await?;
    let Some(known) = own.into_iter().find(|r| r.id == id && r.kind.about_patient_by(viewer.kind)) else {
        app.audit.record(entry).await?;
        return Ok(Withdrawn::Unknown);
    };
    entry.patient = known.patient;
    entry.outcome = Outcome::Failed;
    let mut tx = app.db.begin().await?;
    let is_open = patient_requests::hold(&mut tx, id).await?;
    let Some(request) = requests::by_id_in(&mut tx, id).await?.filter(|_| is_open) else {
        drop(tx);
        app.audit.record(entry).await?;
        return Ok(Withdrawn::TooLate);
    };
    let (done, version) = if request.account != Some(account) {
        let left = patient_requests::leave(&mut tx, id, account).await?;
        (if left { Withdrawn::Left } else { Withdrawn::Unknown }, request.version)
    } else if let Some(heir) = heir(app, &mut tx, id, request.practice, context.now).await? {
        patient_requests::hand_over(&mut tx, id, account, heir).await?;
        (Withdrawn::HandedOver, request.version + 1)
    } else {
        let closing = Closing { ending: Ending::Withdrawn, by: account, now: context.now, reason: "" };
        queue::close(&mut tx, id, request.version, closing).await?;
        (Withdrawn::Closed, request.version + 1)
    };
    if done == Withdrawn::Unknown {
        drop(tx);
        app.audit.record(entry).await?;
        return Ok(done);
    }
    desk::step(app, &mut tx, (id, version), Some(account), Step::Withdrawn, "").await?;
    entry.outcome = Outcome::Allowed;
    entry.detail = json!({ "kind": request.kind.word(), "answer": "withdrawn" }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(done)
}

/// What a viewer asked for before, for what they typed now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AskedBefore {
    /// The newest request that is still open.
    pub open: Option<Pending>,
    /// Of each kind of which none is open, the newest one, where it was declined or expired.
    pub in_vain: Vec<Mine>,
}

/// What `viewer` asked for, or joined, with the very words of `typed`: the same MRN, or the same name and birth date. Only what was typed
/// before is compared, so nothing is learned of any patient.
///
/// # Errors
/// [`AppError::Store`].
pub async fn asked(app: &App, viewer: &ViewerFacts, typed: &Typed) -> Result<AskedBefore, AppError> {
    let mut list = requests::of_account(&app.db, viewer.account).await?;
    list.retain(|r| r.kind.about_patient_by(viewer.kind) && same_words(&r.typed, typed));
    list.sort_by_key(|r| std::cmp::Reverse(r.filed_at));
    let open = match list.iter().find(|r| r.state == RequestState::Open) {
        Some(request) => Some(pending(app, request).await?),
        None => None,
    };
    let mut in_vain = Vec::new();
    for kind in [RequestKind::PcpChange, RequestKind::NonPcp] {
        let of_kind = || list.iter().filter(|r| r.kind == kind);
        let last = of_kind().next().filter(|_| of_kind().all(|r| r.state == RequestState::Closed));
        if let Some(last) = last.filter(|r| matches!(r.outcome, Some(Ending::Declined | Ending::Expired))) {
            in_vain.push(with_facts(app, viewer, last.clone()).await?);
        }
    }
    Ok(AskedBefore { open, in_vain })
}

/// The newest open request for access that `viewer` filed or joined about each of `patients`, all of whom they may see.
pub(in crate::app) async fn about(
    app: &App,
    viewer: &ViewerFacts,
    patients: &[PatientId],
) -> Result<HashMap<PatientId, Pending>, AppError> {
    let mut found = HashMap::new();
    // Newest first.
    for request in open_requests(app, viewer).await? {
        let Some(patient) = request.patient.filter(|id| patients.contains(id)) else { continue };
        if let Entry::Vacant(place) = found.entry(patient) {
            place.insert(pending(app, &request).await?);
        }
    }
    Ok(found)
}

async fn open_requests(app: &App, viewer: &ViewerFacts) -> Result<Vec<StoredRequest>, AppError> {
    let mut list = requests::of_account(&app.db, viewer.account).await?;
    list.retain(|r| r.state == RequestState::Open && r.kind.about_patient_by(viewer.kind));
    Ok(list)
}

async fn pending(app: &App, request: &StoredRequest) -> Result<Pending, AppError> {
    let kept = patient_requests::kept(&app.db, request.id).await?;
    Ok(Pending {
        kind: request.kind,
        filed_at: request.filed_at,
        route: kept.route,
        expires_at: kept.expires_at,
        due_on: request.due_on,
    })
}

/// What was typed, as it is kept: never more than the requester knew.
pub(super) fn as_json(typed: &Typed) -> String {
    let born = [&typed.year, &typed.month, &typed.day].map(|part| part.trim()).join("-");
    json!({ "mrn": typed.mrn.trim(), "family": typed.family.trim(), "given": typed.given.trim(), "born": born })
        .to_string()
}

/// Whether a request kept as `kept` names its patient by the MRN, or the name and birth date, that is `typed` now.
fn same_words(kept: &str, typed: &Typed) -> bool {
    let Ok(kept) = serde_json::from_str::<serde_json::Value>(kept) else { return false };
    let text = |name: &str| kept.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let mrn = |text: &str| Mrn::parse(text).ok();
    if let Some(wanted) = mrn(&typed.mrn) {
        return mrn(&text("mrn")) == Some(wanted);
    }
    let born = [&typed.year, &typed.month, &typed.day].map(|part| part.trim()).join("-");
    let name = |family: &str, given: &str| (fold_name(family), fold_name(given));
    let same_name = name(&text("family"), &text("given")) == name(&typed.family, &typed.given);
    same_name && !typed.family.trim().is_empty() && text("born") == born
}
