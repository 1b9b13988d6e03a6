//! Patterns that the access team looks for in the audit: what a report finds, and within which bounds (product.md sections 9 and 11).

use time::{Date, Time, Weekday};

use super::calendar::{Instant, Zone};
use super::people::words;

/// When a business day begins, in hospital time; its end is the hospital's setting.
pub const OPENS: Time = time::macros::time!(6:00);
/// Refusals, or searches that found nothing, of one account on one day, from which they are many.
pub const MANY: i64 = 10;
/// Days that a report covers, at most.
pub const DAYS_AT_ONCE: i64 = 31;

words! {
    /// What a report looks for.
    Pattern {
        /// The viewer's family name is the patient's.
        SameSurname = "same_surname",
        /// A chart was opened outside business hours.
        AfterHours = "after_hours",
        /// One account was refused, or found nothing, many times on one day.
        ManyRefusals = "many_refusals",
    }
}

/// Whether `at` is no business hour: before a business day opens or from its closing on, on a weekend, or on a holiday.
pub fn is_after_hours(at: Instant, zone: Zone, holidays: &[Date], closes: Time) -> bool {
    let local = zone.local(at);
    let is_free = matches!(local.date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let clock = (local.hour, local.minute);
    is_free
        || holidays.contains(&local.date)
        || clock < (OPENS.hour(), OPENS.minute())
        || clock >= (closes.hour(), closes.minute())
}

#[cfg(test)]
mod tests {
    use time::macros::{date, time};

    use super::*;

    #[test]
    fn hours_are_those_of_the_hospital_its_weekends_and_its_holidays() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let after =
            |at: &str, holidays: &[Date]| is_after_hours(at.parse().unwrap(), zone, holidays, time!(17:00));
        // Wednesday 11 March 2026, in summer time.
        assert!(after("2026-03-11T09:59:59.999999Z", &[]));
        assert!(!after("2026-03-11T10:00:00Z", &[]));
        assert!(!after("2026-03-11T20:59:59.999999Z", &[]));
        assert!(after("2026-03-11T21:00:00Z", &[]));
        assert!(after("2026-03-11T16:00:00Z", &[date!(2026 - 03 - 11)]));
        // Saturday in New York begins five hours after Saturday in Greenwich, before the change of clocks.
        assert!(!after("2026-03-06T21:59:00Z", &[]));
        assert!(after("2026-03-07T16:00:00Z", &[]));
        // In winter the same hour is one later in Greenwich.
        assert!(!after("2026-03-05T21:30:00Z", &[]));
        assert!(after("2026-03-05T22:00:00Z", &[]));
    }
}
