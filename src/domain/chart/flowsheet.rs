//! The flowsheet of results: tests by dates, and the filters that both views of the section share.

use sha2::{Digest, Sha256};

use super::dated::Known;
use super::results::{ASKED, Test, by_test};
use super::standing::is_abnormal;
use super::{ChartItem, SUSCEPTIBILITY};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::people::words;

/// Columns beside one another; more only where the last are of one instant.
pub const COLUMNS: usize = 8;

words! {
    /// How far back results are shown.
    Period {
        /// One calendar month.
        Month = "1m",
        /// Six.
        HalfYear = "6m",
        /// Twelve.
        Year = "12m",
        /// Twenty-four.
        TwoYears = "24m",
    }
}

impl Period {
    /// The first instant shown at `now`: local midnight so many calendar months before.
    pub fn start(self, now: Instant, zone: Zone) -> Instant {
        let months = match self {
            Self::Month => 1,
            Self::HalfYear => 6,
            Self::Year => 12,
            Self::TwoYears => 24,
        };
        zone.start_of_day(crate::domain::calendar::plus_months(zone.date(now), -months))
    }
}

/// Which results are shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Those of the panel with this key.
    pub panel: Option<String>,
    /// Tests with a value that is flagged, or outside its range, only.
    pub flagged: bool,
    /// Values of this period only.
    pub period: Option<Period>,
}

impl Filter {
    /// Whether nothing is filtered out.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

/// A panel by its key, which a URL may hold: it says nothing of the patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Panel {
    /// The key.
    pub key: String,
    /// The panel's name.
    pub name: String,
}

/// The key of the panel called `name`: the first 32 bits of its SHA-256 in hex.
pub fn panel_key(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    data_encoding::HEXLOWER.encode(digest.get(..4).unwrap_or_default())
}

/// The panels of `items`, by name.
pub fn panels(items: &[ChartItem]) -> Vec<Panel> {
    let mut names: Vec<&str> =
        items.iter().filter(|i| i.category != SUSCEPTIBILITY).map(|i| i.category.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let named = names.into_iter().filter(|name| !name.is_empty());
    named.map(|name| Panel { key: panel_key(name), name: name.to_owned() }).collect()
}

/// The tests of `items` (newest first) that `filter` lets through. Each value counts as flagged by its own flag and range, never by what
/// is shown beside it.
pub fn filtered(items: Vec<ChartItem>, filter: &Filter, now: Instant, zone: Zone) -> Vec<Test> {
    let since = filter.period.map(|period| period.start(now, zone));
    let shown = items.into_iter().filter(|item| {
        let of_panel = filter.panel.as_ref().is_none_or(|key| panel_key(&item.category) == *key);
        let in_period = since.is_none_or(|since| item.at.is_some_and(|at| at >= since));
        item.category != SUSCEPTIBILITY && of_panel && in_period
    });
    let mut tests = by_test(shown.collect());
    tests.retain(|test| !filter.flagged || test.readings().any(is_abnormal));
    tests
}

/// One date of the flowsheet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Column {
    /// When the values below it were collected; `None` for those without a time.
    pub at: Option<Instant>,
    /// Only the date is known.
    pub date_only: bool,
    /// How much of the date is.
    pub dated: Known,
}

/// One test with its values at the dates shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Row<'a> {
    /// The test.
    pub test: &'a Test,
    /// The values under each column: usually one, none where nothing was measured.
    pub cells: Vec<Vec<&'a ChartItem>>,
}

/// Tests of one panel.
#[derive(Clone, PartialEq, Debug)]
pub struct Group<'a> {
    /// The panel's name; empty for tests of none.
    pub panel: &'a str,
    /// Its tests, by latest reading.
    pub rows: Vec<Row<'a>>,
}

/// Tests by dates.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet<'a> {
    /// Dates, newest first.
    pub columns: Vec<Column>,
    /// Tests by panel.
    pub groups: Vec<Group<'a>>,
    /// The last date shown, when there are older ones.
    pub older: Option<Instant>,
}

/// The flowsheet of `tests` at the dates before `before`, newest first; tests without a value there are left out.
pub fn sheet(tests: &[Test], before: Option<Instant>) -> Sheet<'_> {
    let column = |item: &ChartItem| Column { at: item.at, date_only: item.date_only, dated: item.dated.at };
    let mut columns: Vec<Column> = tests.iter().flat_map(|test| test.readings().map(column)).collect();
    columns.retain(|column| before.is_none_or(|before| column.at.is_none_or(|at| at < before)));
    columns.sort_unstable_by(|a, b| b.cmp(a));
    columns.dedup();
    // The next page begins before the last instant: all columns of it stand here, however exactly each is dated.
    let cut = columns.get(COLUMNS - 1).map(|last| last.at);
    let cut = cut.map_or(columns.len(), |last| columns.partition_point(|column| column.at >= last));
    let more = columns.len() > cut;
    columns.truncate(cut);
    let older = columns.last().filter(|_| more).and_then(|last| last.at);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for test in tests {
        let cells: Vec<Vec<&ChartItem>> =
            columns.iter().map(|wanted| test.readings().filter(|r| column(r) == *wanted).collect()).collect();
        let Some(latest) = cells.iter().flatten().next().copied() else { continue };
        let panel = latest.category.as_str();
        let row = Row { test, cells };
        match groups.iter_mut().find(|group| group.panel == panel) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { panel, rows: vec![row] }),
        }
    }
    // What was measured first; tests of no panel would look like part of the one before them.
    groups.sort_by_key(|group| (ASKED.contains(&group.panel), group.panel.is_empty()));
    Sheet { columns, groups, older }
}

#[cfg(test)]
#[path = "flowsheet_tests.rs"]
mod tests;
