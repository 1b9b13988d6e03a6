//! Looks at a chart: what is new is what was filed after the look before this one.

use super::ChartItem;
use crate::domain::calendar::Instant;

/// A page opened within so many seconds of the one before belongs to the same look, so that a reload clears no mark.
pub const SAME_LOOK_SECONDS: i64 = 15 * 60;

/// The looks of one account at one chart, as they were before the page that is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Looks {
    /// When a page of the chart was opened last.
    pub last: Instant,
    /// The last page of the look before the one that `last` belongs to; `None` when that is the first.
    pub previous: Option<Instant>,
}

impl Looks {
    /// The last instant of the look before the one that goes on, or begins, at `now`; `None` during the first look ever.
    pub fn before(self, now: Instant) -> Option<Instant> {
        if self.last < begins_after(now) { Some(self.last) } else { self.previous }
    }
}

/// A look that ended before this is over at `now`.
pub const fn begins_after(now: Instant) -> Instant {
    now.plus_seconds(-SAME_LOOK_SECONDS)
}

/// Whether `item` was filed after `since`. Nothing is new during the first look, and nothing whose filing is not known.
pub fn is_new(item: &ChartItem, since: Option<Instant>) -> bool {
    since.zip(item.filed).is_some_and(|(since, filed)| filed > since)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;

    const NOON: Instant = Instant::from_micros(1_800_000_000_000_000);

    #[test]
    fn a_look_goes_on_for_15_minutes_and_then_another_begins() {
        let looks = Looks { last: NOON, previous: None };
        assert_eq!(looks.before(NOON.plus_seconds(900)), None, "the first look goes on");
        assert_eq!(looks.before(NOON.plus_seconds(901)), Some(NOON));
        let second = Looks { last: NOON.plus_seconds(2000), previous: Some(NOON) };
        assert_eq!(second.before(NOON.plus_seconds(2100)), Some(NOON));
        assert_eq!(second.before(NOON.plus_seconds(9000)), Some(NOON.plus_seconds(2000)));
    }

    #[test]
    fn what_was_filed_at_the_very_end_of_the_look_before_was_seen() {
        let filed = |at| ChartItem { filed: Some(at), ..ChartItem::blank(Section::Results) };
        assert!(!is_new(&filed(NOON), Some(NOON)));
        assert!(is_new(&filed(NOON.plus_seconds(1)), Some(NOON)));
        assert!(!is_new(&filed(NOON), None));
        assert!(!is_new(&ChartItem::blank(Section::Results), Some(NOON)));
    }
}
