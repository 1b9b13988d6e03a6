//! Who may act for a patient, and what their answers to a request come to (product.md sections 6 and 10).

pub mod answer;
pub mod authority;
pub mod enrolment;
pub mod notice;
pub mod topic;

use time::Date;

use super::calendar::{Instant, Interval, Zone, age_years};
use super::chart::Section;

/// From this age a guardian's view narrows and the patient may have an account.
pub const TEEN_FROM: i32 = 13;
/// From this age the patient alone has authority; a guardian must have reached it.
pub const ADULT_FROM: i32 = 18;

/// How an account stands to a patient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tie {
    /// The patient's own account.
    Own,
    /// A guardian's link: when it holds, the guardian's birth date, and whether a court order leaves it to the access team.
    Guardian {
        /// When the link holds.
        span: Interval,
        /// The guardian's birth date, where known.
        born: Option<Date>,
        /// Whether a court order flags the link.
        court_order: bool,
    },
}

/// How much of the ledger of a chart a family account may read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ledger {
    /// Every row.
    All,
    /// All but the rows of results, reports, notes and medications: a guardian of someone from 13 to 17.
    WithoutConfidential,
}

impl Ledger {
    /// Whether the row of an act on `section` (none: the summary) may be read.
    pub fn shows(self, section: Option<Section>) -> bool {
        let confidential = matches!(
            section,
            Some(Section::Results | Section::Reports | Section::Notes | Section::Medications)
        );
        self == Self::All || !confidential
    }
}

/// What an account so tied to a patient born on `birth` may read of the ledger at `now`; `None` when nothing.
pub fn ledger(tie: Tie, birth: Date, now: Instant, zone: Zone) -> Option<Ledger> {
    let today = zone.date(now);
    let age = age_years(birth, today);
    match tie {
        Tie::Own => (age >= TEEN_FROM).then_some(Ledger::All),
        Tie::Guardian { span, born, court_order } => {
            let of_age = born.is_some_and(|b| age_years(b, today) >= ADULT_FROM);
            if court_order || !of_age || !span.holds(now) || age >= ADULT_FROM {
                return None;
            }
            Some(if age >= TEEN_FROM { Ledger::WithoutConfidential } else { Ledger::All })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const BORN: Date = date!(2013 - 06 - 01);

    fn zone() -> Zone {
        "America/New_York".parse().unwrap()
    }

    fn guardian() -> Tie {
        Tie::Guardian { span: Interval::ALWAYS, born: Some(date!(1985 - 02 - 03)), court_order: false }
    }

    fn on(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn under_13_the_guardian_reads_everything_and_the_child_has_no_account() {
        let day_before = on("2026-06-01T03:59:59Z");
        assert_eq!(ledger(guardian(), BORN, day_before, zone()), Some(Ledger::All));
        assert_eq!(ledger(Tie::Own, BORN, day_before, zone()), None);
    }

    #[test]
    fn from_13_the_guardian_reads_no_row_of_results_notes_or_medications() {
        let birthday = on("2026-06-01T04:00:00Z");
        let narrow = ledger(guardian(), BORN, birthday, zone()).unwrap();
        assert!(!narrow.shows(Some(Section::Results)) && !narrow.shows(Some(Section::Notes)));
        assert!(!narrow.shows(Some(Section::Medications)));
        assert!(narrow.shows(Some(Section::Allergies)) && narrow.shows(None));
        assert_eq!(ledger(Tie::Own, BORN, birthday, zone()), Some(Ledger::All));
    }

    #[test]
    fn at_18_the_guardian_reads_nothing_more() {
        assert!(ledger(guardian(), BORN, on("2031-06-01T03:59:59Z"), zone()).is_some());
        assert_eq!(ledger(guardian(), BORN, on("2031-06-01T04:00:00Z"), zone()), None);
        assert_eq!(ledger(Tie::Own, BORN, on("2031-06-01T04:00:00Z"), zone()), Some(Ledger::All));
    }

    #[test]
    fn an_ended_link_a_minor_guardian_or_a_court_order_reads_nothing() {
        let now = on("2026-01-01T00:00:00Z");
        let tie = |span, born, court_order| Tie::Guardian { span, born, court_order };
        let ended = Interval::new(None, Some(now));
        assert_eq!(ledger(tie(ended, Some(date!(1985 - 02 - 03)), false), BORN, now, zone()), None);
        assert_eq!(
            ledger(tie(Interval::ALWAYS, Some(date!(2010 - 02 - 03)), false), BORN, now, zone()),
            None
        );
        assert_eq!(ledger(tie(Interval::ALWAYS, None, false), BORN, now, zone()), None);
        assert_eq!(ledger(tie(Interval::ALWAYS, Some(date!(1985 - 02 - 03)), true), BORN, now, zone()), None);
    }
}
