//! Filing the wish for access to a patient, and reading one's own wishes back.
//!
//! Who may ask for what is [`RequestKind::about_patient_by`]; here it is kept, joined to the one that is open already, and
//! recorded in the same transaction. Deciding requests is the queues' work.

mod heirs;
mod mine;
mod routing;
mod settling;
mod telling;

use serde_json::json;

use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, Refusal, decide, standing};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{Mrn, PatientId, PracticeId, RequestId, new_uuid};
use crate::domain::patient_search::{Problem, Typed};
use crate::domain::queue::Step;
use crate::domain::request::{self, ReasonProblem, RequestKind, Route};
use crate::store::requests::{self, StoredRequest};
use crate::store::{StoreError, Tx, patient_requests, patients, people, queue, searches};

use super::access::{self, Context};
use super::{App, AppError, desk, search_alert};
use routing::{Answerers, Closed, answerers, closed};

pub use heirs::{orphaned, succeed};
pub(in crate::app) use mine::about;
pub use mine::{AskedBefore, Mine, Pending, Seen, Withdrawn, asked, mine, one, withdraw};
pub use settling::{Begun, begun, settle, settle_begun};

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
    /// The family takes no more requests from this account.
    Blocked,
    /// Declined, or expired, not long ago: it may be asked again from then on.
    TooSoon(Instant),
    /// The patient has died: nobody is given access any more.
    Deceased,
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
            Self::NotYours | Self::Refused(_) | Self::Blocked | Self::TooSoon(_) | Self::Deceased => {
                Outcome::Refused
            }
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
            Self::Blocked => "blocked",
            Self::TooSoon(_) => "too_soon",
            Self::Deceased => "deceased",
            Self::Refused(refusal) => refusal.word(),
        }
    }
}

/// A wish that nothing hinders.
struct Sound {
    patient: PatientId,
    /// The patient's records: a request about one that was merged away is about the patient too.
    records: Vec<PatientId>,
    practice: Option<PracticeId>,
    answerers: Answerers,
    /// What sponsors of whoever asks are told.
    news: Option<telling::News>,
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
            let open = open_already(&mut tx, viewer, wish.kind, &sound).await?;
            let (id, filed): (_, fn(RequestId) -> Filed) = match open {
                Some(open) => {
                    if join(app, &mut tx, viewer, wish, &open, context).await? {
                        telling::tell(app, &mut tx, sound.news.as_ref()).await?;
                    }
                    (open.id, Filed::Joined)
                }
                None => (keep(app, &mut tx, viewer, wish, &sound, context).await?, Filed::Filed),
            };
            entry.subject = Some(id.0);
            filed(id)
        }
    };
    entry.outcome = filed.outcome();
    entry.detail = json!({ "kind": wish.kind.word(), "answer": filed.word() }).to_string();
    let mut entries = vec![entry];
    // To name a patient here is to search for one: it counts like a search.
    if !matches!(filed, Filed::Unreadable(_) | Filed::Reason(_) | Filed::NotYours | Filed::Refused(_)) {
        let hit = !matches!(filed, Filed::NoMatch);
        entries.extend(search_alert::count(app, &mut tx, viewer.account, hit, context).await?);
    }
    app.audit.commit(tx, entries).await?;
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
        // What was open closes at death; nothing is opened after it.
        Some(_) if facts.death.is_some() => Err(Filed::Deceased),
        Some(_) => {
            let records = facts.records(context.now);
            match hindrance(app, viewer, wish.kind, &records, context.now).await? {
                Some(hindered) => Err(hindered),
                None => {
                    let who = (viewer.account, patient);
                    let answerers = answerers(app, wish.kind, who, context.now).await?;
                    let news = telling::news(app, viewer, practice, context).await?;
                    Ok(Sound { patient, records, practice, answerers, news })
                }
            }
        }
    })
}

/// The open request that `viewer` is to join: of the practice where there is one, else the viewer's own.
async fn open_already(
    tx: &mut Tx,
    viewer: &ViewerFacts,
    kind: RequestKind,
    sound: &Sound,
) -> Result<Option<StoredRequest>, AppError> {
    for record in &sound.records {
        let open = match sound.practice {
            Some(practice) => requests::open_of_practice(tx, kind, practice, *record).await?,
            None => requests::open_of_account(tx, kind, viewer.account, *record).await?,
        };
        if open.is_some() {
            return Ok(open);
        }
    }
    Ok(None)
}

/// What keeps `viewer` from asking the family of the patient with these `records` for access.
async fn hindrance(
    app: &App,
    viewer: &ViewerFacts,
    kind: RequestKind,
    records: &[PatientId],
    now: Instant,
) -> Result<Option<Filed>, AppError> {
    if kind != RequestKind::NonPcp {
        return Ok(None);
    }
    Ok(closed(app, viewer.account, records, now).await?.map(|closed| match closed {
        Closed::Blocked => Filed::Blocked,
        Closed::Until(from) => Filed::TooSoon(from),
    }))
}

/// Lets the viewer wait with whoever filed `open`; `false` when the viewer does already.
async fn join(
    app: &App,
    tx: &mut Tx,
    viewer: &ViewerFacts,
    wish: &Wish,
    open: &StoredRequest,
    context: &Context,
) -> Result<bool, AppError> {
    // It may have been closed, or handed over, between the look and the hold: closed, as with one that was filed meanwhile, the caller
    // looks again; else what counts is how it is now.
    let is_open = patient_requests::hold(tx, open.id).await?;
    let Some(open) = requests::by_id_in(tx, open.id).await?.filter(|_| is_open) else {
        return Err(StoreError::Duplicate(open.id.to_string()).into());
    };
    if open.account == Some(viewer.account) {
        return Ok(false);
    }
    let (typed, reason) = (mine::as_json(&wish.typed), wish.reason.trim());
    let is_new = patient_requests::join(tx, open.id, viewer.account, (&typed, reason), context.now).await?;
    if is_new {
        desk::step(app, tx, (open.id, open.version), Some(viewer.account), Step::Joined, "").await?;
    }
    Ok(is_new)
}

/// The one patient whom everything in `typed` names, `None` when there is not exactly one.
pub(super) async fn named(
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

/// The same, with their names.
///
/// # Errors
/// [`AppError`].
pub async fn named_practices(
    app: &App,
    viewer: &ViewerFacts,
    now: Instant,
) -> Result<Vec<(PracticeId, String)>, AppError> {
    let mut named = Vec::new();
    for practice in practices_of(viewer, now) {
        let name = people::practice_name(&app.db, practice).await?;
        named.push((practice, name.unwrap_or_default()));
    }
    Ok(named)
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
        typed: mine::as_json(&wish.typed),
        reason: wish.reason.trim().to_owned(),
        ..StoredRequest::open(RequestId(new_uuid(context.now, chance)), wish.kind, context.now)
    };
    requests::insert(tx, &request).await?;
    let Answerers { route, expires_at } = &sound.answerers;
    patient_requests::insert(tx, request.id, *route, *expires_at).await?;
    telling::tell(app, tx, sound.news.as_ref()).await?;
    let Some(expires) = expires_at.filter(|_| *route == Route::Family) else {
        desk::filed(app, tx, request.id).await?;
        return Ok(request.id);
    };
    // The access team has nothing to do: the family answers until it expires.
    queue::set_due(tx, request.id, app.hospital.cycles.zone().date(expires)).await?;
    desk::step(app, tx, (request.id, 0), Some(viewer.account), Step::Filed, "").await?;
    Ok(request.id)
}
