//! Which lines of what was fetched are shown, and in which order.

use std::collections::HashSet;
use std::sync::Arc;

use uuid::Uuid;

use super::shelf::Line;
use crate::app::permit::Permit;
use crate::domain::calendar::Instant;
use crate::domain::chart::results::is_critical;
use crate::domain::chart::{COMPONENT, ChartItem, SUSCEPTIBILITY, Section, UNSIGNED};

/// The lines of `section` on `shelves` that the permit's reach shows.
pub(super) fn within<'a>(shelves: &'a [Arc<Vec<Line>>], permit: &Permit, section: Section) -> Vec<&'a Line> {
    let shown =
        |(item, _): &&Line| item.section == section && permit.reach().shows_item(section, item.labels);
    shelves.iter().flat_map(|shelf| shelf.iter()).filter(shown).collect()
}

/// Where an item stands in its section.
pub(super) fn place(item: &ChartItem) -> (Instant, Uuid) {
    (item.at.unwrap_or(Instant::EVER), item.id)
}

/// Puts the newest first.
pub(super) fn newest_first(lines: &mut [&Line]) {
    lines.sort_by_key(|(item, _)| std::cmp::Reverse(place(item)));
}

/// Leaves the items of tests that were ever critical.
pub(super) fn only_critical(lines: &mut Vec<&Line>) {
    let critical = lines.iter().filter(|(item, _)| is_critical(item.flag));
    let codes: HashSet<&str> = critical.map(|(item, _)| item.code.as_str()).collect();
    lines.retain(|(item, _)| codes.contains(item.code.as_str()));
}

/// Whether an item stands in a list of its section, rather than in the table of another or nowhere.
pub(super) fn is_listed(item: &ChartItem) -> bool {
    ![COMPONENT, SUSCEPTIBILITY, UNSIGNED].contains(&item.category.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Flag;

    #[test]
    fn every_reading_of_a_test_that_was_ever_critical_is_left() {
        let line = |code: &str, flag| -> Line {
            (ChartItem { code: code.into(), flag, ..ChartItem::blank(Section::Results) }, String::new())
        };
        let all = [
            line("k", Flag::Normal),
            line("k", Flag::CriticalHigh),
            line("na", Flag::High),
            line("k", Flag::Unsaid),
        ];
        let mut left: Vec<&Line> = all.iter().collect();
        only_critical(&mut left);
        assert_eq!(left, [&all[0], &all[1], &all[3]]);
    }
}
