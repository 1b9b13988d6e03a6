//! The provider's side: practices, finding one, planning a change, filing it, taking it back.

use serde_json::json;
use time::Date;

use crate::app::access::Context;
use crate::app::sign_in::random;
use crate::app::{App, AppError, desk};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, standing};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, PracticeId, ProviderId, RequestId, new_uuid};
use crate::domain::people::fold_name;
use crate::domain::practice::{Asked, Change, Details, Join, Problem, Typed};
use crate::domain::request::{Ending, RequestKind};
use crate::store::patients::Card as Named;
use crate::store::practices::{self, KeptRequest, NamedPractice, NewRequest};
use crate::store::{StoreError, patients, people};

use super::preview::{Preview, preview};

/// Practices that a search shows at most.
const SHOWN: usize = 20;
/// The fewest letters to search a practice by.
const FEWEST_LETTERS: usize = 2;
/// Patients whom a preview names at most.
const NAMED: usize = 100;

/// A practice that the provider belongs to, belonged to, or will.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Belonging {
    /// The practice.
    pub practice: PracticeId,
    /// Its name.
    pub name: String,
    /// From when until when.
    pub span: Interval,
}

/// A request of the provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Underway {
    /// Its id.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
    /// The practice to leave.
    pub from: Option<String>,
    /// The practice to join.
    pub to: String,
    /// The first day there.
    pub effective_on: Date,
    /// When it was filed.
    pub filed_at: Instant,
    /// When an answer is due.
    pub due_on: Option<Date>,
    /// How and when it ended, and why.
    pub ended: Option<(Ending, Instant, String)>,
}

/// What a provider's page of practices shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overview {
    /// Practices now and to come, longest held first.
    pub practices: Vec<Belonging>,
    /// Requests, newest first.
    pub requests: Vec<Underway>,
}

/// The practices that `viewer` belongs to at `now` or later.
///
/// # Errors
/// [`AppError::Store`].
pub async fn my_practices(app: &App, viewer: &ViewerFacts, now: Instant) -> Result<Vec<Belonging>, AppError> {
    let mut memberships: Vec<_> =
        viewer.memberships.iter().filter(|m| m.span.end().is_none_or(|end| end > now)).collect();
    memberships.sort_by_key(|m| (m.span.start(), m.practice));
    let mut found = Vec::with_capacity(memberships.len());
    for m in memberships {
        let name = people::practice_name(&app.db, m.practice).await?.unwrap_or_default();
        found.push(Belonging { practice: m.practice, name, span: m.span });
    }
    Ok(found)
}

/// The practices of `viewer` and the requests to change them.
///
/// # Errors
/// [`AppError::Store`].
pub async fn overview(app: &App, viewer: &ViewerFacts, now: Instant) -> Result<Overview, AppError> {
    let practices = my_practices(app, viewer, now).await?;
    let mut requests = Vec::new();
    for kept in practices::of_account(&app.db, viewer.account).await? {
        requests.push(underway(app, kept).await?);
    }
    Ok(Overview { practices, requests })
}

async fn underway(app: &App, kept: KeptRequest) -> Result<Underway, AppError> {
    let from = match kept.from {
        Some(id) => people::practice_name(&app.db, id).await?,
        None => None,
    };
    let to = match kept.to {
        Some(id) => people::practice_name(&app.db, id).await?,
        None => practices::new_practice(&app.db, kept.id).await?.map(|d| d.name),
    };
    let ended = kept.closed_at.zip(kept.outcome).map(|(at, how)| (how, at, kept.outcome_reason));
    Ok(Underway {
        id: kept.id,
        kind: kept.kind,
        from,
        to: to.unwrap_or_default(),
        effective_on: kept.effective_on,
        filed_at: kept.filed_at,
        due_on: kept.due_on,
        ended,
    })
}

/// Practices found by name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// The first of them.
    pub rows: Vec<NamedPractice>,
    /// How many more there are.
    pub more: usize,
    /// Too few letters were typed.
    pub too_short: bool,
}

/// The hospital's practices whose name holds every word of `typed`, however it is written.
///
/// # Errors
/// [`AppError::Store`].
pub async fn find(app: &App, typed: &str) -> Result<Found, AppError> {
    let wanted = fold_name(typed);
    if wanted.chars().filter(|c| c.is_alphanumeric()).count() < FEWEST_LETTERS {
        return Ok(Found { too_short: true, ..Found::default() });
    }
    let mut rows = practices::all(&app.db).await?;
    rows.retain(|row| {
        let name = fold_name(&row.details.name);
        wanted.split(' ').all(|word| name.contains(word))
    });
    let more = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    Ok(Found { rows, more, too_short: false })
}

/// The practice whose id is `typed`, `None` when there is none.
///
/// # Errors
/// [`AppError::Store`].
pub async fn named(app: &App, typed: &str) -> Result<Option<NamedPractice>, AppError> {
    let Ok(id) = typed.trim().parse::<PracticeId>() else { return Ok(None) };
    Ok(practices::all(&app.db).await?.into_iter().find(|p| p.id == id))
}

/// A wish that nothing hinders, and what it would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The wish.
    pub asked: Asked,
    /// The name of the practice to leave.
    pub from: Option<String>,
    /// The practice to join.
    pub to: Details,
    /// What it would do.
    pub preview: Preview,
    /// Those of the patients lost whom the viewer may see listed now, by name.
    pub named: Vec<Named>,
}

/// What `typed` would do; recorded as a list before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn plan(
    app: &App,
    viewer: &ViewerFacts,
    kind: RequestKind,
    typed: &Typed,
    context: &Context,
) -> Result<Result<Plan, Vec<Problem>>, AppError> {
    let sound = match check(app, viewer, kind, typed, context).await? {
        Ok(sound) => sound,
        Err(problems) => return Ok(Err(problems)),
    };
    let change = Change {
        provider: sound.provider,
        leave: sound.asked.leave,
        join: sound.known.unwrap_or(PracticeId(uuid::Uuid::nil())),
        at: super::effective_at(app, sound.asked.effective_on, context.now),
    };
    let preview = preview(app, viewer.account, &change).await?;
    let cards = patients::cards(&app.db, &preview.lost).await?;
    let mut listed =
        crate::app::patients::allowed(app, viewer, cards.into_values().collect(), context.now).await?;
    listed.sort_by(|a, b| {
        let key = |c: &Named| (fold_name(&c.family), fold_name(&c.given), c.id);
        key(&a.card).cmp(&key(&b.card))
    });
    listed.truncate(NAMED);
    let mut entry = context.entry(viewer.account, Act::ListPatients, Outcome::Allowed);
    entry.detail = json!({ "list": "practice_preview", "kind": kind.word(), "lost": preview.lost.len(),
        "gained": preview.gained, "shown": listed.len() })
    .to_string();
    app.audit.record(entry).await?;
    let named = listed.into_iter().map(|l| l.card).collect();
    Ok(Ok(Plan { asked: sound.asked, from: sound.from, to: sound.to, preview, named }))
}

/// A wish that nothing hinders.
struct Sound {
    provider: ProviderId,
    asked: Asked,
    known: Option<PracticeId>,
    from: Option<String>,
    to: Details,
}

async fn check(
    app: &App,
    viewer: &ViewerFacts,
    kind: RequestKind,
    typed: &Typed,
    context: &Context,
) -> Result<Result<Sound, Vec<Problem>>, AppError> {
    let today = app.hospital.cycles.zone().date(context.now);
    let asked = match typed.read(kind, today) {
        Ok(asked) => asked,
        Err(problems) => return Ok(Err(problems)),
    };
    let Some(provider) = viewer.provider else { return Ok(Err(vec![Problem::FromMissing])) };
    let mut problems = Vec::new();
    let mine = viewer.memberships.iter().filter(|m| m.span.holds(context.now));
    if asked.leave.is_some_and(|leave| mine.clone().all(|m| m.practice != leave)) {
        problems.push(Problem::FromMissing);
    }
    let from = match asked.leave {
        Some(id) => people::practice_name(&app.db, id).await?,
        None => None,
    };
    let (known, to) = match &asked.join {
        Join::New(details) => (None, Some(details.clone())),
        Join::Known(id) => (Some(*id), named(app, &id.to_string()).await?.map(|p| p.details)),
    };
    if to.is_none() {
        problems.push(Problem::ToUnknown);
    }
    let held = |id| mine.clone().any(|m| m.practice == id && m.span.end().is_none());
    if known.is_some_and(|id| asked.leave == known || held(id)) {
        problems.push(Problem::ToHeld);
    }
    let open = practices::of_account(&app.db, viewer.account).await?;
    if open.iter().any(|r| r.kind == kind && r.closed_at.is_none()) {
        problems.push(Problem::OpenAlready);
    }
    Ok(match to {
        Some(to) if problems.is_empty() => Ok(Sound { provider, asked, known, from, to }),
        _ => Err(problems),
    })
}

/// What came of filing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filing {
    /// It waits for the access team.
    Filed(RequestId),
    /// Something hinders it.
    Hindered(Vec<Problem>),
}

/// Files `typed` for the access team to decide: one open request of each kind.
///
/// # Errors
/// [`AppError`]; then nothing is kept.
pub async fn file(
    app: &App,
    viewer: &ViewerFacts,
    kind: RequestKind,
    typed: &Typed,
    context: &Context,
) -> Result<Filing, AppError> {
    if standing(viewer, Action::UsePortal, context.now).is_err() {
        return Ok(Filing::Hindered(Vec::new()));
    }
    let sound = match check(app, viewer, kind, typed, context).await? {
        Ok(sound) => sound,
        Err(problems) => return Ok(Filing::Hindered(problems)),
    };
    match keep(app, viewer.account, &sound, context).await {
        // Two were sent at once: the other one is kept.
        Err(AppError::Store(StoreError::Duplicate(_))) => Ok(Filing::Hindered(vec![Problem::OpenAlready])),
        kept => Ok(Filing::Filed(kept?)),
    }
}

async fn keep(
    app: &App,
    account: AccountId,
    sound: &Sound,
    context: &Context,
) -> Result<RequestId, AppError> {
    let id = RequestId(new_uuid(context.now, random(app)?));
    let nothing = Details::default();
    let asked = &sound.asked;
    let request = NewRequest {
        id,
        kind: asked.kind,
        account,
        provider: sound.provider,
        from: asked.leave,
        to: sound.known,
        new: if sound.known.is_some() { &nothing } else { &sound.to },
        email: &asked.email,
        sponsor_there: asked.sponsor_there,
        effective_on: asked.effective_on,
        now: context.now,
        due_on: app.hospital.due_of(asked.kind, context.now),
    };
    let mut tx = app.db.begin().await?;
    practices::insert(&mut tx, &request).await?;
    desk::filed(app, &mut tx, id).await?;
    let mut entry = context.entry(account, Act::FileRequest, Outcome::Allowed);
    entry.subject = Some(id.0);
    entry.detail = json!({ "kind": asked.kind.word(), "answer": "filed" }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(id)
}

/// Takes back an open request of `account`; false when it is not theirs, or decided already.
///
/// # Errors
/// [`AppError`]; then nothing is changed.
pub async fn withdraw(
    app: &App,
    account: AccountId,
    request: RequestId,
    context: &Context,
) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    if !practices::withdraw(&mut tx, request, account, context.now).await? {
        return Ok(false);
    }
    desk::withdrawn(app, &mut tx, request, account).await?;
    let mut entry = context.entry(account, Act::FileRequest, Outcome::Allowed);
    entry.subject = Some(request.0);
    entry.detail = json!({ "answer": "withdrawn" }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(true)
}
