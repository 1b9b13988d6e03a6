//! Who was confirmed as PCP and is not in the hospital's chart yet: what waits to be told to its source or entered by hand, the oldest first.

use serde_json::json;
use uuid::Uuid;

use super::Member;
use crate::app::ports::Telling;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::feed::Untold;
use crate::domain::ids::RequestId;
use crate::domain::queue::ON_PAGE;
use crate::store::feed_notice::{self, FIRST, Waiting};

pub use crate::store::feed_notice::{Held, Place, Whom};

/// Where one that waits stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The hospital has listed these since: somebody settles it in the chart.
    Conflict(Vec<Held>),
    /// Whoever was confirmed is in the chart, and so is whom the decision ended: somebody takes those out.
    Listed,
    /// Whoever was confirmed is PCP no more since then: somebody takes them out of the chart, where they are in it.
    Over(Instant),
    /// The source can only be read: somebody enters it in the chart.
    ByHand,
    /// The source does not take it, as it said then: somebody enters it in the chart.
    Refused(Instant),
    /// The source could not be asked then, and is asked again.
    Down(Instant),
    /// The next round tells the source.
    Next,
}

/// A confirmed PCP who is not in the hospital's chart yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The request that was confirmed.
    pub request: RequestId,
    /// Family and given names of the patient.
    pub patient: (String, String),
    /// Their MRN; empty for none.
    pub mrn: String,
    /// Who was confirmed.
    pub whom: Whom,
    /// When.
    pub made_at: Instant,
    /// Where it stands.
    pub standing: Standing,
    /// Whom the decision ended and nobody has listed again: they leave the chart by hand, where the source does not take it from here.
    pub ended: Vec<Whom>,
}

/// One page of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The oldest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins, when there is one.
    pub next: Option<Place>,
}

/// How many there are.
///
/// # Errors
/// [`AppError::Store`].
pub async fn count(app: &App) -> Result<i64, AppError> {
    Ok(feed_notice::count(&app.db).await?)
}

/// One page of them after `after`; recorded before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn list(app: &App, member: &Member, after: Option<Place>) -> Result<Page, AppError> {
    let after = after.unwrap_or(FIRST);
    let limit = i64::try_from(ON_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = feed_notice::page(&app.db, after, limit).await?;
    let more = rows.len() > ON_PAGE;
    rows.truncate(ON_PAGE);
    let last = rows.last().map(|row| (row.made_at, row.id));
    let held = match last {
        Some(last) => feed_notice::listed(&app.db, after, last).await?,
        None => Vec::new(),
    };
    let mut read = member.context.entry(member.account, Act::ListRequests, Outcome::Allowed);
    read.detail = json!({ "as": "not_in_chart", "count": rows.len() }).to_string();
    app.audit.record(read).await?;
    let (telling, now) = (app.feed.telling(), member.context.now);
    let entries = rows.into_iter().map(|row| entry(row, &held, telling, now));
    Ok(Page { entries: entries.collect(), next: last.filter(|_| more) })
}

/// The decision of `request` while it waits, as it stands at `now`. Whoever shows it has recorded that the request was opened.
///
/// # Errors
/// [`AppError::Store`].
pub async fn of(app: &App, request: RequestId, now: Instant) -> Result<Option<Entry>, AppError> {
    let Some(row) = feed_notice::of_request(&app.db, request).await? else { return Ok(None) };
    let held = feed_notice::listed(&app.db, (row.made_at, Uuid::nil()), (row.made_at, row.id)).await?;
    Ok(Some(entry(row, &held, app.feed.telling(), now)))
}

fn entry(row: Waiting, held: &[Held], telling: Telling, now: Instant) -> Entry {
    let standing = standing(&row, held, telling, now);
    let is_told = matches!(standing, Standing::Down(_) | Standing::Next);
    Entry {
        ended: if is_told { Vec::new() } else { ended(&row, held, now) },
        standing,
        request: row.request,
        patient: row.name,
        mrn: row.mrn,
        whom: row.whom,
        made_at: row.made_at,
    }
}

/// Whom the decision of `row` ended, but for those who are listed at `now` by whatever came later.
fn ended(row: &Waiting, held: &[Held], now: Instant) -> Vec<Whom> {
    let own = || held.iter().filter(|held| held.patient == row.patient);
    let gone = own()
        .filter(|one| one.span.end() == Some(row.span.start()))
        .filter(|one| !own().any(|other| other.span.holds(now) && other.means(one)));
    let mut whom: Vec<Whom> = gone.map(|one| one.whom.clone()).collect();
    whom.dedup();
    whom
}

/// Where `row` stands at `now`: as telling the source decides it, by what the source is known to list.
fn standing(row: &Waiting, held: &[Held], telling: Telling, now: Instant) -> Standing {
    let since = |held: &&Held| {
        let is_own = held.from_feed && held.patient == row.patient;
        is_own && held.span.holds(now) && held.span.start() >= row.span.start()
    };
    let since: Vec<Held> = held.iter().filter(since).cloned().collect();
    if row.span.holds(now) && !since.is_empty() {
        return Standing::Conflict(since);
    }
    // Of two listings of one PCP, one that goes on is not over: the source has taken it over, or a later decision made it anew.
    let own = || held.iter().filter(|held| held.patient == row.patient);
    let goes_on = || {
        let mine = own().find(|held| held.span == row.span && held.whom == row.whom);
        own().filter(move |other| mine.is_some_and(|mine| other.span.holds(now) && other.means(mine)))
    };
    let is_by_hand = telling != Telling::Written || matches!(row.failed, Some((Untold::Refused, _)));
    if is_by_hand && row.span.end().is_some_and(|end| end <= now) && goes_on().any(|held| held.from_feed) {
        return Standing::Listed;
    }
    let over = row.span.end().filter(|end| *end <= now && goes_on().next().is_none());
    match (row.failed, over) {
        (Some((Untold::Refused, _)), Some(over)) => Standing::Over(over),
        (_, Some(over)) if telling != Telling::Written => Standing::Over(over),
        _ if telling != Telling::Written => Standing::ByHand,
        (Some((Untold::Refused, at)), None) => Standing::Refused(at),
        (Some((Untold::Down, at)), _) => Standing::Down(at),
        // Whom the source had listed is gone again; and of one that is over, it is told whom the decision ended.
        (Some((Untold::Newer, _)) | None, _) => Standing::Next,
    }
}
