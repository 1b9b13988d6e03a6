//! The campaign: who is done, open, at risk or locked in a cycle, for the access team. Each reading is recorded before it is shown.
//!
//! Counts come from SQL for those whose date was not moved and who left no earlier review open, and from the domain for the others; of
//! whoever is shown the domain is asked.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use time::Date;

use crate::app::look_ups::Asker;
use crate::app::{App, AppError};
use crate::domain::access::facts::SponsorFacts;
use crate::domain::audit::Outcome;
use crate::domain::calendar::{Instant, iso_date, plus_months};
use crate::domain::campaign::{Coming, ON_PAGE, Standing, State, coming, standing, undone};
use crate::domain::ids::AccountId;
use crate::domain::notice::{NoticeKind, due_at};
use crate::domain::validation::Cycle;
use crate::store::access_facts::{self, Those};
use crate::store::campaign::{self as store, Plain, Point, one};

pub use crate::store::campaign::{Past, SponsorRow};

/// Rows of an export, at most.
const EXPORT_ROWS: usize = 200_000;
/// Sponsors whose facts are loaded at once.
const CHUNK: usize = 500;
/// Up to so many sponsors in a cycle, the patients of each state are counted too: beyond, that costs more than the page.
const PATIENTS_UP_TO: i64 = 1000;
/// Months that the history goes back: six cycles.
const HISTORY_MONTHS: i32 = 36;
/// Seconds after which a step of the schedule that is not done is missed; it ticks every minute.
const GRACE: i64 = 600;

/// How many are in a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Count {
    /// Sponsors.
    pub sponsors: i64,
    /// Staff who were listed with them.
    pub staff: i64,
    /// Patients listed with them or their practices, each once; not counted for very many sponsors.
    pub patients: Option<i64>,
}

/// The counts of a cycle.
pub type Counts = BTreeMap<State, Count>;

/// Which rows of which cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// The opening date; the newest opened one unless given.
    pub cycle: Option<Date>,
    /// Only this state.
    pub state: Option<State>,
    /// Not those who are done.
    pub undone_only: bool,
    /// How many rows come before.
    pub offset: usize,
}

/// One sponsor in the campaign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What the directory says.
    pub sponsor: SponsorRow,
    /// Where the sponsor stands.
    pub standing: Standing,
    /// The practices of the listed sponsorships, each with its phone.
    pub practices: Vec<(String, String)>,
}

/// The campaign of a cycle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Campaign {
    /// The cycle.
    pub cycle: Cycle,
    /// Whether a later one has opened.
    pub is_over: bool,
    /// How many are in each state.
    pub counts: Counts,
    /// A page of them: locked, at risk, open, done; within each, first those whose date was moved or who left an earlier review open.
    pub rows: Vec<Row>,
    /// The offset of the next page, when there is one.
    pub next: Option<usize>,
    /// The cycles before this one.
    pub history: Vec<Past>,
    /// Steps of the schedule that are overdue.
    pub missing: Vec<NoticeKind>,
}

/// What there is to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overview {
    /// The campaign; `None` before the first cycle has opened, and for one that is unknown.
    pub campaign: Option<Campaign>,
    /// What comes next.
    pub coming: Vec<(Instant, Coming)>,
}

/// One page of the campaign.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn page(app: &App, asker: &Asker, wanted: &Wanted) -> Result<Overview, AppError> {
    let now = asker.context.now;
    let cycles = &app.hospital.cycles;
    record(app, asker, wanted, "campaign").await?;
    let coming = coming(cycles, now);
    let Some(cycle) = chosen(app, wanted.cycle, now) else { return Ok(Overview { campaign: None, coming }) };
    let tally = tally(app, &cycle, now).await?;
    let mut ids = tally.ids(app, wanted, ON_PAGE + 1).await?;
    let next = (ids.len() > ON_PAGE).then_some(wanted.offset + ON_PAGE);
    ids.truncate(ON_PAGE);
    let oldest = plus_months(cycle.opening, -HISTORY_MONTHS);
    let campaign = Campaign {
        cycle,
        is_over: cycles.opened_by(now).next().is_some_and(|newest| *newest != cycle),
        counts: tally.with_patients(app).await?,
        rows: rows(app, &tally.point, &cycle, &ids).await?,
        next,
        history: store::history(&app.db, cycle.opening, oldest, now).await?,
        missing: missing(app, &cycle, now).await?,
    };
    Ok(Overview { campaign: Some(campaign), coming })
}

/// The rows of a cycle for a table that leaves the portal; at most two hundred thousand, twice as many as this portal is measured with.
///
/// # Errors
/// [`AppError`]; then nothing may be given out.
pub async fn export(app: &App, asker: &Asker, wanted: &Wanted) -> Result<Vec<Row>, AppError> {
    let now = asker.context.now;
    record(app, asker, wanted, "campaign_export").await?;
    let Some(cycle) = chosen(app, wanted.cycle, now) else { return Ok(Vec::new()) };
    let tally = tally(app, &cycle, now).await?;
    let ids = tally.ids(app, &Wanted { offset: 0, ..*wanted }, EXPORT_ROWS).await?;
    rows(app, &tally.point, &cycle, &ids).await
}

/// How the newest cycle stands, for the command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The newest cycle that has opened.
    pub cycle: Option<Cycle>,
    /// How many are in each state.
    pub counts: Counts,
    /// What comes next.
    pub coming: Vec<(Instant, Coming)>,
    /// Steps of the schedule that are overdue: it is behind unless there is none.
    pub missing: Vec<NoticeKind>,
}

/// How the newest cycle stands.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn status(app: &App, asker: &Asker) -> Result<Status, AppError> {
    let now = asker.context.now;
    record(app, asker, &Wanted::default(), "validation_status").await?;
    let coming = coming(&app.hospital.cycles, now);
    let Some(cycle) = chosen(app, None, now) else {
        return Ok(Status { cycle: None, counts: Counts::new(), coming, missing: Vec::new() });
    };
    let counts = tally(app, &cycle, now).await?.with_patients(app).await?;
    Ok(Status { cycle: Some(cycle), counts, coming, missing: missing(app, &cycle, now).await? })
}

async fn record(app: &App, asker: &Asker, wanted: &Wanted, what: &str) -> Result<(), AppError> {
    let detail = json!({
        "look_up": what, "cycle": wanted.cycle.map(iso_date), "state": wanted.state.map(State::word), "offset": wanted.offset,
    });
    app.audit.record(asker.entry(Outcome::Allowed, &detail)).await?;
    Ok(())
}

/// The cycle that opened on `opening` or, unless given, the newest one that has opened by `now`.
pub(super) fn chosen(app: &App, opening: Option<Date>, now: Instant) -> Option<Cycle> {
    let mut opened = app.hospital.cycles.opened_by(now);
    match opening {
        Some(opening) => opened.find(|cycle| cycle.opening == opening).copied(),
        None => opened.next().copied(),
    }
}

/// Letters of the normal calendar that were due a while ago and that the schedule has not recorded as done.
async fn missing(app: &App, cycle: &Cycle, now: Instant) -> Result<Vec<NoticeKind>, AppError> {
    let done = one::steps(&app.db, cycle.opening).await?;
    let zone = app.hospital.cycles.zone();
    let late = |kind: &&NoticeKind| {
        due_at(cycle, cycle.due, **kind, zone).plus_seconds(GRACE) <= now
            && !done.iter().any(|(k, _)| k == *kind)
    };
    Ok(NoticeKind::ALL.iter().filter(late).copied().collect())
}

/// Everybody in a cycle, as far as it takes to count them and to find a page.
struct Tally {
    point: Point,
    /// Those of whom SQL says it.
    plain: store::Counts,
    /// The state of those who are not done, and whose mail arrives.
    undone: State,
    /// The state of those whose mail is refused.
    bounced: State,
    /// Those of whom the domain says it, with the staff listed.
    asked: Vec<(AccountId, State, i64)>,
}

async fn tally(app: &App, cycle: &Cycle, now: Instant) -> Result<Tally, AppError> {
    let point = Point { cycle: cycle.opening, opens: cycle.opens, due: cycle.due, now };
    let zone = app.hospital.cycles.zone();
    let mut asked = Vec::new();
    for chunk in store::asked(&app.db, &point).await?.chunks(CHUNK) {
        let ids: Vec<AccountId> = chunk.iter().map(|(id, _, _)| *id).collect();
        let facts = sponsors(app, &ids).await?;
        for (id, listed, is_bounced) in chunk {
            let Some(own) = facts.get(id) else { continue };
            let state = standing(&app.hospital.cycles, own, cycle, *is_bounced, now).state;
            asked.push((*id, state, *listed));
        }
    }
    Ok(Tally {
        plain: store::counts(&app.db, &point).await?,
        undone: undone(cycle, cycle.due, false, zone, now),
        bounced: undone(cycle, cycle.due, true, zone, now),
        point,
        asked,
    })
}

/// The facts of `ids` as sponsors.
pub(super) async fn sponsors(
    app: &App,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, SponsorFacts>, AppError> {
    let viewers = access_facts::viewers(&app.db, Those::Some(ids), &app.hospital.cycles).await?;
    Ok(viewers.into_iter().filter_map(|(id, facts)| Some((id, *facts.own?))).collect())
}

impl Tally {
    /// How many of those of whom SQL says it are in `state`: sponsors, and staff.
    fn plain_in(&self, state: State) -> (i64, i64) {
        let store::Counts { all, done, bounced } = self.plain;
        let undone = (all.0 - done.0 - bounced.0, all.1 - done.1 - bounced.1);
        let parts = [(State::Done, done), (self.undone, undone), (self.bounced, bounced)];
        let inside = parts.iter().filter(|(of, _)| *of == state);
        inside.fold((0, 0), |sum, (_, part)| (sum.0 + part.0, sum.1 + part.1))
    }

    /// Which of those of whom SQL says it are in `state`; `None` when nobody can be.
    fn which(&self, state: State) -> Option<Plain> {
        if state == State::Done {
            return Some(Plain::Done);
        }
        match (self.undone == state, self.bounced == state) {
            (true, true) => Some(Plain::Undone),
            (true, false) => Some(Plain::UndoneBounced(false)),
            (false, true) => Some(Plain::UndoneBounced(true)),
            (false, false) => None,
        }
    }

    fn asked_in(&self, state: State) -> impl Iterator<Item = &(AccountId, State, i64)> {
        self.asked.iter().filter(move |(_, of, _)| *of == state)
    }

    fn counts(&self) -> Counts {
        let count = |state: State| {
            let (sponsors, staff) = self.plain_in(state);
            let asked =
                self.asked_in(state).fold((0, 0), |(n, staff), (_, _, listed)| (n + 1, staff + listed));
            Count { sponsors: sponsors + asked.0, staff: staff + asked.1, patients: None }
        };
        State::ALL.iter().map(|state| (*state, count(*state))).collect()
    }

    async fn with_patients(&self, app: &App) -> Result<Counts, AppError> {
        let mut counts = self.counts();
        if counts.values().map(|count| count.sponsors).sum::<i64>() > PATIENTS_UP_TO {
            return Ok(counts);
        }
        for (state, count) in &mut counts {
            let wanted = Wanted { state: Some(*state), ..Wanted::default() };
            let limit = usize::try_from(PATIENTS_UP_TO).unwrap_or(0);
            let ids = if count.sponsors == 0 { Vec::new() } else { self.ids(app, &wanted, limit).await? };
            let patients = store::patients(&app.db, &ids, &self.point).await?;
            count.patients = Some(patients);
        }
        Ok(counts)
    }

    /// Up to `limit` sponsors, in the order of the list.
    async fn ids(&self, app: &App, wanted: &Wanted, limit: usize) -> Result<Vec<AccountId>, AppError> {
        let states = State::ALL.iter().copied().filter(|state| {
            wanted.state.is_none_or(|only| only == *state) && !(wanted.undone_only && *state == State::Done)
        });
        let (mut skip, mut ids) = (wanted.offset, Vec::new());
        for state in states {
            let asked: Vec<AccountId> = self.asked_in(state).map(|(id, _, _)| *id).collect();
            ids.extend(asked.iter().skip(skip).take(limit - ids.len()).copied());
            skip = skip.saturating_sub(asked.len());
            let plain = usize::try_from(self.plain_in(state).0).unwrap_or(0);
            if let Some(which) = self.which(state).filter(|_| ids.len() < limit && skip < plain) {
                let (rest, offset) = (count(limit - ids.len()), count(skip));
                ids.extend(store::plain(&app.db, &self.point, which, rest, offset).await?);
            }
            skip = skip.saturating_sub(plain);
            if ids.len() >= limit {
                break;
            }
        }
        Ok(ids)
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The rows of `ids`, in that order; each state is the domain's.
async fn rows(app: &App, point: &Point, cycle: &Cycle, ids: &[AccountId]) -> Result<Vec<Row>, AppError> {
    let mut all = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let facts = sponsors(app, chunk).await?;
        let found = store::rows(&app.db, chunk, point).await?;
        let mut found: HashMap<AccountId, SponsorRow> =
            found.into_iter().map(|row| (row.sponsor, row)).collect();
        let mut practices: HashMap<AccountId, Vec<(String, String)>> = HashMap::new();
        for (sponsor, name, phone) in store::practices(&app.db, chunk, point.opens).await? {
            practices.entry(sponsor).or_default().push((name, phone));
        }
        for id in chunk {
            let (Some(own), Some(sponsor)) = (facts.get(id), found.remove(id)) else { continue };
            let standing =
                standing(&app.hospital.cycles, own, cycle, sponsor.bounced_at.is_some(), point.now);
            all.push(Row { sponsor, standing, practices: practices.remove(id).unwrap_or_default() });
        }
    }
    Ok(all)
}
