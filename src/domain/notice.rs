//! The letters of a validation cycle, and when each one is due (product.md section 7).
//!
//! ```text
//!  opening        days_16        days_9     days_3   days_1  lock
//!  Apr 1 ---------- Apr 15 ------- Apr 22 ---- Apr 28 - Apr 30 - May 1, each at local midnight
//! ```

use super::calendar::{Instant, Zone, plus_days};
use super::people::words;
use super::validation::Cycle;

words! {
    /// A letter of a cycle; each goes to a sponsor once at most.
    NoticeKind {
        /// The review has opened.
        Opening = "opening",
        /// 16 days are left.
        #[serde(rename = "days_16")]
        Days16 = "days_16",
        /// 9 days are left.
        #[serde(rename = "days_9")]
        Days9 = "days_9",
        /// 3 days are left.
        #[serde(rename = "days_3")]
        Days3 = "days_3",
        /// The last day has begun.
        #[serde(rename = "days_1")]
        Days1 = "days_1",
        /// The sponsor is locked.
        Lock = "lock",
    }
}

impl NoticeKind {
    /// Calendar days from the letter to the date of the due instant; `None` for the opening, which hangs on the cycle alone.
    pub const fn days_before(self) -> Option<i64> {
        match self {
            Self::Opening => None,
            Self::Days16 => Some(16),
            Self::Days9 => Some(9),
            Self::Days3 => Some(3),
            Self::Days1 => Some(1),
            Self::Lock => Some(0),
        }
    }
}

/// When the letter `kind` of `cycle` is due for a sponsor whose own due instant is `due`: at local midnight, its days
/// counted back on the calendar from the date of the due instant (May 1, not the last day April 30).
///
/// An extension moves every letter but the opening's; one that has gone already is not sent again.
pub fn due_at(cycle: &Cycle, due: Instant, kind: NoticeKind, zone: Zone) -> Instant {
    match kind.days_before() {
        None => cycle.opens,
        Some(0) => due,
        Some(days) => zone.start_of_day(plus_days(zone.date(due), -days)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::validation::Cycles;
    use time::macros::date;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn letters(zone: &str, opening: time::Date) -> Vec<Instant> {
        let zone: Zone = zone.parse().unwrap();
        let cycles = Cycles::counting_from(at("2026-01-01T00:00:00Z"), zone);
        let cycle = cycles.named(opening).unwrap();
        NoticeKind::ALL.iter().map(|kind| due_at(cycle, cycle.due, *kind, zone)).collect()
    }

    #[test]
    fn the_letters_of_a_spring_go_on_april_1_15_22_28_30_and_may_1_at_local_midnight() {
        let expected = ["04-01", "04-15", "04-22", "04-28", "04-30", "05-01"];
        let expected: Vec<Instant> =
            expected.iter().map(|day| at(&format!("2026-{day}T04:00:00Z"))).collect();
        assert_eq!(letters("America/New_York", date!(2026 - 04 - 01)), expected);
    }

    #[test]
    fn a_clock_change_on_the_way_moves_no_letter_off_midnight() {
        // The clocks of Berlin go back on October 25, 2026: the lock is an hour further from UTC midnight than the opening.
        let expected = [
            "2026-09-30T22:00:00Z",
            "2026-10-14T22:00:00Z",
            "2026-10-21T22:00:00Z",
            "2026-10-27T23:00:00Z",
            "2026-10-29T23:00:00Z",
            "2026-10-30T23:00:00Z",
        ];
        assert_eq!(letters("Europe/Berlin", date!(2026 - 10 - 01)), expected.map(at));
    }

    #[test]
    fn an_extension_moves_every_letter_but_the_opening() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let cycles = Cycles::counting_from(at("2026-01-01T00:00:00Z"), zone);
        let cycle = cycles.named(date!(2026 - 04 - 01)).unwrap();
        let extended = at("2026-05-16T04:00:00Z");
        assert_eq!(due_at(cycle, extended, NoticeKind::Opening, zone), cycle.opens);
        assert_eq!(due_at(cycle, extended, NoticeKind::Days1, zone), at("2026-05-15T04:00:00Z"));
        assert_eq!(due_at(cycle, extended, NoticeKind::Lock, zone), extended);
    }
}
