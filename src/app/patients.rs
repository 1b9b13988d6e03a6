//! Patient Selection, My patients, recently viewed.

mod providers;

use std::collections::HashMap;

use crate::domain::access::facts::{PatientFacts, ViewerFacts};
use crate::domain::access::next::{NextStep, next_step};
use crate::domain::access::reach::Reach;
use crate::domain::access::{Action, Basis, Decision, Refusal, decide};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{PatientId, ProviderId};
use crate::domain::news::News;
use crate::domain::patient_search::{Query, SEARCHES_AN_HOUR, SLOW_SECONDS};
use crate::store::access_facts::{self, Those};
use crate::store::patients::{self, After, Card};
use crate::store::{recent, searches};

use super::access::{Context, Turned, describe};
use super::requests::Pending;
use super::{App, AppError, news, requests, search_alert};

/// Charts that "recently viewed" holds.
pub const RECENT: usize = 10;

/// What came of a search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The viewer may see this chart.
    Patient(PatientId),
    /// One patient matches, or an MRN was typed, and the viewer may not see it.
    NotAuthorized(Turned),
    /// Nobody matches, or a restricted patient whom the viewer has no basis for.
    NoMatch,
    /// More than one patient matches.
    Several,
    /// Too many searches in the past hour: again in so many seconds.
    Slowed(i64),
}

/// Looks for a patient and decides whether `viewer` may see the chart. Every search is recorded before its answer is given.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn search(
    app: &App,
    viewer: &ViewerFacts,
    query: &Query,
    context: &Context,
) -> Result<Found, AppError> {
    let before = searches::of(&app.db, viewer.account).await?;
    if let Some(seconds) = slowed(&before, context.now) {
        let mut entry = context.entry(viewer.account, Act::SearchPatient, Outcome::Failed);
        entry.detail = serde_json::json!({ "result": "slowed" }).to_string();
        app.audit.record(entry).await?;
        return Ok(Found::Slowed(seconds));
    }
    let context =
        &Context { now: super::feed_sync::before_search(app, query, context.now).await?, ..context.clone() };
    let (found, decision) = look(app, viewer, query, context).await?;
    let (result, hit) = match &found {
        Found::Patient(_) => ("opened", true),
        Found::NotAuthorized(_) => ("not_authorized", false),
        Found::NoMatch => ("no_match", false),
        Found::Several => ("several", true),
        Found::Slowed(_) => ("slowed", false),
    };
    let by = if matches!(query, Query::Mrn(_)) { "mrn" } else { "name" };
    let mut entry = context.entry(viewer.account, Act::SearchPatient, Outcome::Failed);
    if let Some(decision) = &decision {
        describe(&mut entry, decision);
    } else if matches!(found, Found::NotAuthorized(_)) {
        entry.outcome = Outcome::Refused;
        Refusal::NoBasis.word().clone_into(&mut entry.basis);
    }
    entry.detail = serde_json::json!({ "by": by, "result": result }).to_string();
    let mut entries = vec![entry];
    let mut tx = app.db.begin().await?;
    entries.extend(search_alert::count(app, &mut tx, viewer.account, hit, context).await?);
    app.audit.commit(tx, entries).await?;
    Ok(found)
}

pub(super) fn slowed(before: &searches::Searches, now: Instant) -> Option<i64> {
    let (count, since) = before.counted?;
    let many = count >= SEARCHES_AN_HOUR && since.plus_seconds(3600) > now;
    let wait = before.last?.plus_seconds(SLOW_SECONDS).seconds_since(now);
    (many && wait > 0).then_some(wait)
}

async fn look(
    app: &App,
    viewer: &ViewerFacts,
    query: &Query,
    context: &Context,
) -> Result<(Found, Option<Decision>), AppError> {
    let one = match query {
        Query::Mrn(mrn) => patients::by_mrn(&app.db, mrn, context.now).await?,
        Query::Person(person) => {
            let mut matching = Vec::new();
            for (id, given) in patients::by_name(&app.db, &person.family, person.birth_date).await? {
                if person.given_matches(&given) {
                    let survivor = patients::survivor(&app.db, id, context.now).await?;
                    if !matching.contains(&survivor) {
                        matching.push(survivor);
                    }
                }
            }
            match matching.as_slice() {
                // Nobody takes the same reads as somebody restricted, who is answered alike.
                [] => {
                    let nobody = PatientId(uuid::Uuid::nil());
                    patients::survivor(&app.db, nobody, context.now).await?;
                    super::access::patient(app, nobody).await?;
                    recent::viewed_at(&app.db, viewer.account, nobody).await?;
                    return Ok((Found::NoMatch, None));
                }
                [one] => Some(*one),
                _ => return Ok((Found::Several, None)),
            }
        }
    };
    // An MRN that nobody has takes the same reads as one whose chart the viewer may not see.
    let id = one.unwrap_or(PatientId(uuid::Uuid::nil()));
    let facts = super::access::patient(app, id).await?;
    let once = recent::viewed_at(&app.db, viewer.account, id).await?;
    let Some(facts) = facts else {
        return Ok((Found::NotAuthorized(Turned { refusal: Refusal::NoBasis, ended: None }), None));
    };
    let decision = decide(viewer, &facts, Action::OpenChart, context.now);
    let Some(refusal) = decision.refusal_on_pages(&facts) else {
        return Ok((Found::Patient(id), Some(decision)));
    };
    let by_name = matches!(query, Query::Person(_));
    let hidden = decision.refusal() == Some(Refusal::PatientRestricted)
        && decision.standing_permits().next().is_none();
    if by_name && hidden {
        return Ok((Found::NoMatch, Some(decision)));
    }
    let turned = super::access::turned(refusal, viewer, &facts, once, context.now);
    Ok((Found::NotAuthorized(turned), Some(decision)))
}

/// A patient in a viewer's own list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Who.
    pub card: Card,
    /// On which bases.
    pub bases: Vec<Basis>,
    /// When the viewer last opened the chart, in the recently viewed.
    pub viewed_at: Option<Instant>,
    /// What of the record the viewer may see.
    pub reach: Reach,
    /// What is new since the viewer last opened the chart, in "My patients".
    pub news: Vec<News>,
    /// Who is listed as PCP.
    pub pcps: Vec<ProviderId>,
    /// What the viewer can do next.
    pub next: NextStep,
    /// The viewer's own request for access to the patient that is still open, in "My patients".
    pub pending: Option<Pending>,
}

/// Which of their patients a viewer asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// All of them.
    All,
    /// Those about whom there is something new.
    WithNews,
    /// Those of the viewer's practice about whom there is something new, the newest first.
    PracticeNews,
}

impl Which {
    const fn word(self) -> &'static str {
        match self {
            Self::All => "my_patients",
            Self::WithNews => "my_patients_with_news",
            Self::PracticeNews => "practice_with_news",
        }
    }

    /// Whether `row` belongs to it.
    fn takes(self, row: &Listed) -> bool {
        let of_practice = |basis: &Basis| {
            matches!(basis, Basis::Pcp | Basis::PracticePcp | Basis::SponsorPcp | Basis::SponsorPracticePcp)
        };
        match self {
            Self::All => true,
            Self::WithNews => !row.news.is_empty(),
            Self::PracticeNews => !row.news.is_empty() && row.bases.iter().any(of_practice),
        }
    }
}

/// Which of their patients a viewer asks for, and whose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Which.
    pub which: Which,
    /// Only those who are listed with this provider; one whom nobody is listed with leaves nobody.
    pub provider: Option<ProviderId>,
}

impl Wanted {
    /// Up to `step` patients after `place` who may belong to it, each with its place.
    async fn candidates(
        self,
        app: &App,
        viewer: &ViewerFacts,
        (place, step): (After, i64),
        now: Instant,
    ) -> Result<Vec<(Card, Instant)>, AppError> {
        let account = viewer.account;
        let cards = match (self.which, self.provider) {
            (Which::PracticeNews, _) => {
                return Ok(patients::with_news(&app.db, account, place, step, now).await?);
            }
            (_, Some(provider)) => patients::listed_with(&app.db, account, provider, place, step).await?,
            (_, None) => patients::candidates(&app.db, account, place, step).await?,
        };
        let placed = cards.into_iter().map(|card| {
            let at = card.latest_activity_at;
            (card, at)
        });
        Ok(placed.collect())
    }
}

/// One page of a viewer's own list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MyPatients {
    /// The patients, latest activity first, or newest news.
    pub rows: Vec<Listed>,
    /// The providers by whom the list may be narrowed, with their names.
    pub providers: Vec<(ProviderId, String)>,
    /// Where the next page begins, when there is one.
    pub next: Option<After>,
}

/// How many candidates are looked at together where most of them may fall away.
pub(super) const STEP: usize = 200;

/// The patients that `viewer` may see now, as far as they are `wanted`, `size` a page, each decided; one audit row for the page.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn my_patients(
    app: &App,
    viewer: &ViewerFacts,
    wanted: Wanted,
    (after, size): (Option<After>, usize),
    context: &Context,
) -> Result<MyPatients, AppError> {
    let Wanted { which, provider } = wanted;
    let mut rows: Vec<(Listed, Instant)> = Vec::new();
    let mut place = after.unwrap_or(patients::FIRST);
    let step = if which == Which::All && provider.is_none() { size + 1 } else { STEP };
    let limit = i64::try_from(step).unwrap_or(i64::MAX);
    let next = loop {
        let candidates = wanted.candidates(app, viewer, (place, limit), context.now).await?;
        let Some(last) = candidates.last().map(|(card, at)| (*at, card.id)) else { break None };
        let exhausted = candidates.len() < step;
        let places: HashMap<PatientId, Instant> =
            candidates.iter().map(|(card, at)| (card.id, *at)).collect();
        let cards = candidates.into_iter().map(|(card, _)| card).collect();
        let mut listed = allowed(app, viewer, cards, context.now).await?;
        listed.retain(|row| provider.is_none_or(|provider| row.pcps.contains(&provider)));
        news::add(app, viewer.account, &mut listed, context.now).await?;
        let taken = listed.into_iter().filter(|row| which.takes(row));
        rows.extend(taken.filter_map(|row| places.get(&row.card.id).map(|at| (row, *at))));
        if rows.len() > size {
            rows.truncate(size);
            break rows.last().map(|(row, at)| (*at, row.card.id));
        }
        if exhausted {
            break None;
        }
        place = last;
    };
    let mut rows: Vec<Listed> = rows.into_iter().map(|(row, _)| row).collect();
    let ids: Vec<PatientId> = rows.iter().map(|row| row.card.id).collect();
    if !ids.is_empty() {
        let pending = requests::about(app, viewer, &ids).await?;
        for row in &mut rows {
            row.pending = pending.get(&row.card.id).copied();
        }
    }
    let providers = providers::offered(app, viewer, &rows, context.now).await?;
    let mut entry = context.entry(viewer.account, Act::ListPatients, Outcome::Allowed);
    let mut list = serde_json::json!({ "list": which.word(), "size": size, "shown": rows.len() });
    if let (Some(provider), Some(list)) = (provider, list.as_object_mut()) {
        list.insert("provider".to_owned(), provider.to_string().into());
    }
    entry.detail = list.to_string();
    app.audit.record(entry).await?;
    Ok(MyPatients { rows, providers, next })
}

/// The charts that `viewer` opened last and may still see.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn recently_viewed(
    app: &App,
    viewer: &ViewerFacts,
    context: &Context,
) -> Result<Vec<Listed>, AppError> {
    let latest = recent::latest(&app.db, viewer.account, 50).await?;
    let ids: Vec<PatientId> = latest.iter().map(|(id, _)| *id).collect();
    let mut cards = patients::cards(&app.db, &ids).await?;
    let ordered: Vec<Card> = ids.iter().filter_map(|id| cards.remove(id)).collect();
    let when: HashMap<PatientId, Instant> = latest.into_iter().collect();
    let mut rows = allowed(app, viewer, ordered, context.now).await?;
    rows.truncate(RECENT);
    for row in &mut rows {
        row.viewed_at = when.get(&row.card.id).copied();
    }
    let mut entry = context.entry(viewer.account, Act::ListPatients, Outcome::Allowed);
    entry.detail = serde_json::json!({ "list": "recently_viewed", "shown": rows.len() }).to_string();
    app.audit.record(entry).await?;
    Ok(rows)
}

/// Those of `cards` whom the viewer may see listed at `now`, in the same order.
pub(super) async fn allowed(
    app: &App,
    viewer: &ViewerFacts,
    cards: Vec<Card>,
    now: Instant,
) -> Result<Vec<Listed>, AppError> {
    let ids: Vec<PatientId> = cards.iter().map(|c| c.id).collect();
    let zone = app.hospital.cycles.zone();
    let facts: HashMap<PatientId, PatientFacts> =
        access_facts::patients(&app.db, Those::Some(&ids), zone).await?;
    let rows = cards.into_iter().filter_map(|card| {
        let facts = facts.get(&card.id)?;
        let decision = decide(viewer, facts, Action::ListPatient, now);
        let bases: Vec<Basis> = decision.bases().collect();
        let reach = Reach::of(&decision, viewer, facts, app.hospital.allowed_labels);
        let allowed = decision.allowed() && !facts.merged_away(now);
        allowed.then(|| Listed {
            card,
            bases,
            viewed_at: None,
            reach,
            news: Vec::new(),
            pcps: facts.pcps(now),
            next: next_step(&decision, viewer, facts),
            pending: None,
        })
    });
    Ok(rows.collect())
}
