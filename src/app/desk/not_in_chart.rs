//! Who was confirmed as PCP and is not in the hospital's chart yet: what waits to be told to its source or entered by hand, the oldest first.

use serde_json::json;

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
    /// Who was confirmed.
    pub whom: Whom,
    /// When.
    pub made_at: Instant,
    /// Where it stands.
    pub standing: Standing,
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
        Some(last) => feed_notice::held(&app.db, after, last).await?,
        None => Vec::new(),
    };
    let mut entry = member.context.entry(member.account, Act::ListRequests, Outcome::Allowed);
    entry.detail = json!({ "as": "not_in_chart", "count": rows.len() }).to_string();
    app.audit.record(entry).await?;
    let (telling, now) = (app.feed.telling(), member.context.now);
    let entries = rows.into_iter().map(|row| Entry {
        standing: standing(&row, &held, telling, now),
        request: row.request,
        patient: row.name,
        whom: row.whom,
        made_at: row.made_at,
    });
    Ok(Page { entries: entries.collect(), next: last.filter(|_| more) })
}

/// Where `row` stands at `now`: as telling the source decides it, by what the source is known to list.
fn standing(row: &Waiting, held: &[Held], telling: Telling, now: Instant) -> Standing {
    let since = |held: &&Held| {
        held.patient == row.patient && held.span.holds(now) && held.span.start() >= row.span.start()
    };
    let since: Vec<Held> = held.iter().filter(since).cloned().collect();
    if row.span.holds(now) && !since.is_empty() {
        return Standing::Conflict(since);
    }
    match row.failed {
        _ if telling != Telling::Written => Standing::ByHand,
        Some((Untold::Refused, at)) => Standing::Refused(at),
        Some((Untold::Down, at)) => Standing::Down(at),
        // Whom the source had listed is gone again.
        Some((Untold::Newer, _)) | None => Standing::Next,
    }
}
