//! Filing the wish for access to a patient, and reading one's own wishes back.
//!
//! Who may ask for what is [`RequestKind::about_patient_by`]; here it is kept, joined to the one that is open already, and
//! recorded in the same transaction. Deciding requests is the queues' work.

use serde_json::json;

use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, Refusal, decide, standing};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{Mrn, PatientId, PracticeId, RequestId, new_uuid};
use crate::domain::patient_search::{Problem, Typed};
use crate::domain::people::fold_name;
use crate::domain::request::{self, ReasonProblem, RequestKind, RequestState};
use crate::store::requests::{self, StoredRequest};
use crate::store::{StoreError, Tx, patients, searches};

use super::access::{self, Context};
use super::{App, AppError, desk};

/// What a viewer asks for at "not authorized".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// A PCP change, or access without being the PCP.
    pub kind: RequestKind,
    /// What names the patient: full name and birth date, and the MRN where the search was by MRN; all of it must match.
    pub typed: Typed,
    /// The practice that is to be listed, for a PCP change; left out, the one that the viewer has worked in longest.
    pub practice: Option<PracticeId>,
    /// Why, in the viewer's words.
    pub reason: String,
}

/// What came of a wish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filed {
    /// It is kept, and waits for an answer.
    Filed(RequestId),
    /// One was open already, the viewer's own or (for a PCP change) a partner's: the viewer joins it.
    Joined(RequestId),
    /// The viewer may open the chart already.
    Allowed(PatientId),
    /// What was typed matches nobody, not one alone, or one who is restricted.
    NoMatch,
    /// What was typed cannot name a patient.
    Unreadable(Vec<Problem>),
    /// The reason will not do.
    Reason(ReasonProblem),
    /// Accounts of this kind cannot ask for that, or not for that practice.
    NotYours,
    /// Too many searches in the past hour: again in so many seconds.
    Slowed(i64),
    /// F1 to F4 keep the viewer out of everything.
    Refused(Refusal),
}

impl Filed {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Filed(_) | Self::Joined(_) => Outcome::Allowed,
            Self::Allowed(_) | Self::NoMatch | Self::Unreadable(_) | Self::Reason(_) | Self::Slowed(_) => {
                Outcome::Failed
            }
            Self::NotYours | Self::Refused(_) => Outcome::Refused,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Filed(_) => "filed",
            Self::Joined(_) => "joined",
            Self::Allowed(_) => "allowed_already",
            Self::NoMatch => "no_match",
            Self::Unreadable(_) | Self::Reason(_) => "invalid",
            Self::NotYours => "not_theirs_to_ask",
            Self::Slowed(_) => "slowed",
            Self::Refused(refusal) => refusal.word(),
        }
    }
}

/// A wish that nothing hinders.
struct Sound {
    patient: PatientId,
    practice: Option<PracticeId>,
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
    let searched = searches::of(&app.db, viewer.account).await?;
    if let Some(seconds) = super::patients::slowed(&searched, context.now) {
        let mut entry = context.entry(viewer.account, Act::FileRequest, Outcome::Failed);
        entry.detail = json!({ "kind": wish.kind.word(), "answer": "slowed" }).to_string();
        app.audit.record(entry).await?;
        return Ok(Filed::Slowed(seconds));
    }
    match try_to_file(app, viewer, wish, context).await {
        // Somebody filed the same between the look and the writing: look again, and join.
        Err(AppError::Store(StoreError::Duplicate(_))) => try_to_file(app, viewer, wish, context).await,
        done => done,
    }
}

async fn try_to_file(
    app: &App,
    viewer: &ViewerFacts,
    wish: &Wish,
    context: &Context,
) -> Result<Filed, AppError> {
    let checked = check(app, viewer, wish, context).await?;
    let mut tx = app.db.begin().await?;
    let mut entry = context.entry(viewer.account, Act::FileRequest, Outcome::Failed);
    let filed = match checked {
        Err(hindered) => hindered,
        Ok(sound) => {
            entry.patient = Some(sound.patient);
            let open = match sound.practice {
                Some(practice) => {
                    requests::open_of_practice(&mut tx, wish.kind, practice, sound.patient).await?
                }
                None => requests::open_of_account(&mut tx, wish.kind, viewer.account, sound.patient).await?,
            };
            let (id, filed): (_, fn(RequestId) -> Filed) = match open {
                Some(open) => (open.id, Filed::Joined),
                None => (keep(app, &mut tx, viewer, wish, &sound, context).await?, Filed::Filed),
            };
            entry.subject = Some(id.0);
            filed(id)
        }
    };
    entry.outcome = filed.outcome();
    entry.detail = json!({ "kind": wish.kind.word(), "answer": filed.word() }).to_string();
    // To name a patient here is to search for one: it counts like a search.
    if !matches!(filed, Filed::Unreadable(_) | Filed::Reason(_) | Filed::NotYours | Filed::Refused(_)) {
        let hit = !matches!(filed, Filed::NoMatch);
        let hour_ago = context.now.plus_seconds(-3600);
        searches::count(&mut tx, viewer.account, context.now, hour_ago, hit).await?;
    }
    app.audit.commit(tx, vec![entry]).await?;
    Ok(filed)
}

/// Whether `wish` may be filed; if not, what it comes to instead.
async fn check(
    app: &App,
    viewer: &ViewerFacts,
    wish: &Wish,
    context: &Context,
) -> Result<Result<Sound, Filed>, AppError> {
    if let Err(refusal) = standing(viewer, Action::UsePortal, context.now) {
        return Ok(Err(Filed::Refused(refusal)));
    }
    let own = practices_of(viewer, context.now);
    let practice = match (wish.kind, wish.practice) {
        (RequestKind::PcpChange, Some(wanted)) => own.into_iter().find(|p| *p == wanted),
        (RequestKind::PcpChange, None) => own.into_iter().next(),
        _ => None,
    };
    if !wish.kind.about_patient_by(viewer.kind) || (wish.kind == RequestKind::PcpChange && practice.is_none())
    {
        return Ok(Err(Filed::NotYours));
    }
    if let Err(problem) = request::reason(&wish.reason) {
        return Ok(Err(Filed::Reason(problem)));
    }
    let patient = match named(app, &wish.typed, context.now).await? {
        Ok(Some(patient)) => patient,
        Ok(None) => return Ok(Err(Filed::NoMatch)),
        Err(problems) => return Ok(Err(Filed::Unreadable(problems))),
    };
    let Some(facts) = access::patient(app, patient).await? else { return Ok(Err(Filed::NoMatch)) };
    let decision = decide(viewer, &facts, Action::OpenChart, context.now);
    Ok(match decision.refusal() {
        None => Err(Filed::Allowed(patient)),
        Some(Refusal::PatientRestricted | Refusal::PatientDeceased) => Err(Filed::NoMatch),
        Some(_) => Ok(Sound { patient, practice }),
    })
}

/// The one patient whom everything in `typed` names, `None` when there is not exactly one.
async fn named(
    app: &App,
    typed: &Typed,
    now: Instant,
) -> Result<Result<Option<PatientId>, Vec<Problem>>, AppError> {
    let person = match typed.person(app.hospital.cycles.zone().date(now)) {
        Ok(person) => person,
        Err(problems) => return Ok(Err(problems)),
    };
    let by_mrn = if typed.mrn.trim().is_empty() {
        None
    } else {
        let Ok(mrn) = Mrn::parse(&typed.mrn) else { return Ok(Err(vec![Problem::BadMrn])) };
        // One that nobody has goes on, so that it takes the same reads as one that somebody else has.
        Some(patients::by_mrn(&app.db, &mrn, now).await?.unwrap_or(PatientId(uuid::Uuid::nil())))
    };
    let mut matching = Vec::new();
    for (id, given) in patients::by_name(&app.db, &person.family, person.birth_date).await? {
        let survivor = patients::survivor(&app.db, id, now).await?;
        let fits = person.given_matches(&given) && by_mrn.is_none_or(|wanted| wanted == survivor);
        if fits && !matching.contains(&survivor) {
            matching.push(survivor);
        }
    }
    Ok(Ok(match matching.as_slice() {
        [one] => Some(*one),
        _ => None,
    }))
}

/// The practices that `viewer` may speak for at `now`: memberships, or unlocked sponsorships; the longest-held first.
pub fn practices_of(viewer: &ViewerFacts, now: Instant) -> Vec<PracticeId> {
    let held = viewer.memberships.iter().filter(|m| m.span.holds(now)).map(|m| (m.span.start(), m.practice));
    let sponsored = viewer.unlocked_sponsorships(now).map(|(s, _)| (s.span.start(), s.practice));
    let mut all: Vec<_> = held.chain(sponsored).collect();
    all.sort_unstable();
    let mut practices: Vec<PracticeId> = Vec::new();
    for (_, practice) in all {
        if !practices.contains(&practice) {
            practices.push(practice);
        }
    }
    practices
}

async fn keep(
    app: &App,
    tx: &mut Tx,
    viewer: &ViewerFacts,
    wish: &Wish,
    sound: &Sound,
    context: &Context,
) -> Result<RequestId, AppError> {
    let mut chance = [0u8; 10];
    app.entropy.fill(&mut chance).map_err(|error| AppError::Fault(error.to_string()))?;
    let request = StoredRequest {
        account: Some(viewer.account),
        patient: Some(sound.patient),
        practice: sound.practice,
        typed: as_json(&wish.typed),
        reason: wish.reason.trim().to_owned(),
        ..StoredRequest::open(RequestId(new_uuid(context.now, chance)), wish.kind, context.now)
    };
    requests::insert(tx, &request).await?;
    desk::filed(app, tx, request.id).await?;
    Ok(request.id)
}

/// What was typed, as it is kept: never more than the requester knew.
fn as_json(typed: &Typed) -> String {
    let born = [&typed.year, &typed.month, &typed.day].map(|part| part.trim()).join("-");
    json!({ "mrn": typed.mrn.trim(), "family": typed.family.trim(), "given": typed.given.trim(), "born": born })
        .to_string()
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

/// The newest open request for access that `viewer` filed with the very words of `typed`: the same MRN, or the same name and birth
/// date. Only what the viewer typed before is compared, so nothing is learned of any patient.
///
/// # Errors
/// [`AppError::Store`].
pub async fn asked(
    app: &App,
    viewer: &ViewerFacts,
    typed: &Typed,
) -> Result<Option<(RequestKind, Instant)>, AppError> {
    let list = requests::of_account(&app.db, viewer.account).await?;
    let open =
        list.into_iter().filter(|r| r.state == RequestState::Open && r.kind.about_patient_by(viewer.kind));
    Ok(open.filter(|r| same_words(&r.typed, typed)).map(|r| (r.kind, r.filed_at)).max_by_key(|(_, at)| *at))
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
