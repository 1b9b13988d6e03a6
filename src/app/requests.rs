//! Filing the wish for access to a patient, and reading one's own wishes back.
//!
//! Who may ask for what is [`RequestKind::about_patient_by`]; here it is kept, joined to the one that is open already, and
//! recorded in the same transaction. Deciding requests is the queues' work.

use serde_json::json;

use crate::domain::access::facts::{ViewerFacts, member};
use crate::domain::access::{Action, Refusal, decide, standing};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::{PatientId, PracticeId, RequestId, new_uuid};
use crate::domain::request::{RequestKind, RequestState};
use crate::store::requests::{self, StoredRequest};

use super::access::{self, Context};
use super::{App, AppError};

/// What a viewer asks for at "not authorized".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// A PCP change, or access without being the PCP.
    pub kind: RequestKind,
    /// The patient whom everything typed matches, `None` when it matches nobody: the answer is then the same as for a
    /// restricted one.
    pub patient: Option<PatientId>,
    /// The practice that is to be listed; a PCP change names one.
    pub practice: Option<PracticeId>,
    /// What was typed to name the patient, as one JSON object.
    pub typed: String,
    /// Why, in the viewer's words.
    pub reason: String,
}

/// What came of a wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filed {
    /// It is kept, and waits for an answer.
    Filed(RequestId),
    /// One was open already, the viewer's own or (for a PCP change) a partner's: the viewer joins it.
    Joined(RequestId),
    /// The viewer may open the chart already.
    Allowed(PatientId),
    /// What was typed matches nobody, or one who is restricted.
    NoMatch,
    /// Accounts of this kind cannot ask for that, or not for that practice.
    NotYours,
    /// F1 to F4 keep the viewer out of everything.
    Refused(Refusal),
}

impl Filed {
    fn outcome(self) -> Outcome {
        match self {
            Self::Filed(_) | Self::Joined(_) => Outcome::Allowed,
            Self::Allowed(_) | Self::NoMatch => Outcome::Failed,
            Self::NotYours | Self::Refused(_) => Outcome::Refused,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Filed(_) => "filed",
            Self::Joined(_) => "joined",
            Self::Allowed(_) => "allowed_already",
            Self::NoMatch => "no_match",
            Self::NotYours => "not_theirs_to_ask",
            Self::Refused(refusal) => refusal.word(),
        }
    }
}

/// Files `wish`. A PCP change is one for each practice and patient, which partners join; access without being the PCP is asked
/// for by each provider alone.
///
/// # Errors
/// [`AppError`]; then nothing is kept.
pub async fn file(
    app: &App,
    viewer: &ViewerFacts,
    wish: &Wish,
    context: &Context,
) -> Result<Filed, AppError> {
    let hindered = hindrance(app, viewer, wish, context).await?;
    let mut tx = app.db.begin().await?;
    let filed = match (hindered, wish.patient) {
        (Some(hindered), _) => hindered,
        (None, None) => Filed::NoMatch,
        (None, Some(patient)) => {
            let open = match wish.practice.filter(|_| wish.kind == RequestKind::PcpChange) {
                Some(practice) => requests::open_of_practice(&mut tx, wish.kind, practice, patient).await?,
                None => requests::open_of_account(&mut tx, wish.kind, viewer.account, patient).await?,
            };
            match open {
                Some(open) => Filed::Joined(open.id),
                None => Filed::Filed(keep(app, &mut tx, viewer, wish, context).await?),
            }
        }
    };
    let mut entry = context.entry(viewer.account, Act::FileRequest, filed.outcome());
    if let Filed::Filed(id) | Filed::Joined(id) = filed {
        entry.subject = Some(id.0);
        entry.patient = wish.patient;
    }
    entry.detail = json!({ "kind": wish.kind.word(), "answer": filed.word() }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(filed)
}

/// What keeps `wish` from being filed, if anything does.
async fn hindrance(
    app: &App,
    viewer: &ViewerFacts,
    wish: &Wish,
    context: &Context,
) -> Result<Option<Filed>, AppError> {
    if let Err(refusal) = standing(viewer, Action::UsePortal, context.now) {
        return Ok(Some(Filed::Refused(refusal)));
    }
    let practice_fits = match wish.practice {
        Some(practice) => works_in(viewer, practice, context),
        None => wish.kind != RequestKind::PcpChange,
    };
    if !wish.kind.about_patient_by(viewer.kind) || !practice_fits {
        return Ok(Some(Filed::NotYours));
    }
    let Some(id) = wish.patient else { return Ok(Some(Filed::NoMatch)) };
    let Some(facts) = access::patient(app, id).await? else { return Ok(Some(Filed::NoMatch)) };
    let decision = decide(viewer, &facts, Action::OpenChart, context.now);
    Ok(match decision.refusal() {
        None => Some(Filed::Allowed(id)),
        Some(Refusal::PatientRestricted | Refusal::PatientDeceased) => Some(Filed::NoMatch),
        Some(_) => None,
    })
}

/// Whether the viewer may speak for `practice`: a member of it, or sponsored in it.
fn works_in(viewer: &ViewerFacts, practice: PracticeId, context: &Context) -> bool {
    member(&viewer.memberships, practice, context.now)
        || viewer.unlocked_sponsorships(context.now).any(|(s, _)| s.practice == practice)
}

async fn keep(
    app: &App,
    tx: &mut crate::store::Tx,
    viewer: &ViewerFacts,
    wish: &Wish,
    context: &Context,
) -> Result<RequestId, AppError> {
    let mut chance = [0u8; 10];
    app.entropy.fill(&mut chance).map_err(|error| AppError::Fault(error.to_string()))?;
    let request = StoredRequest {
        id: RequestId(new_uuid(context.now, chance)),
        kind: wish.kind,
        state: RequestState::Open,
        account: Some(viewer.account),
        patient: wish.patient,
        practice: wish.practice,
        typed: wish.typed.clone(),
        reason: wish.reason.clone(),
        filed_at: context.now,
        closed_at: None,
    };
    requests::insert(tx, &request).await?;
    Ok(request.id)
}

/// Every wish that the viewer filed, newest first; recorded as a list before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn mine(
    app: &App,
    viewer: &ViewerFacts,
    context: &Context,
) -> Result<Vec<StoredRequest>, AppError> {
    let list = requests::of_account(&app.db, viewer.account).await?;
    let mut entry = context.entry(viewer.account, Act::ListPatients, Outcome::Allowed);
    entry.detail = json!({ "list": "requests", "count": list.len() }).to_string();
    app.audit.record(entry).await?;
    Ok(list)
}
