//! What follows from the instant of the first start: how far the charts move, and which validation cycles count.

use time::Date;

use super::authored::{Authored, AuthoredError, ValidationState};
use super::relative::Relative;
use crate::domain::calendar::{Instant, Zone, plus_days};
use crate::domain::validation::{Cycle, Cycles, is_opening};

/// Days before its due instant at which the demo's sponsors completed a review.
const REVIEWED_DAYS_BEFORE: i64 = 7;

/// The authored hospital seen from its first start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    now: Instant,
    zone: Zone,
    reference_date: Date,
}

impl Moments {
    /// Those of a first start at `now`, taken to the whole minute.
    pub(super) fn at(authored: &Authored, now: Instant) -> Result<Self, AuthoredError> {
        let zone = authored.hospital.time_zone.parse().map_err(AuthoredError::new)?;
        let minute = now.plus_seconds(-now.unix_seconds().rem_euclid(60)).unix_seconds();
        let now = Instant::from_micros(minute * 1_000_000);
        Ok(Self { now, zone, reference_date: authored.hospital.reference_date })
    }

    /// The instant of the first start.
    pub(super) fn now(&self) -> Instant {
        self.now
    }

    /// Hospital time.
    pub(super) fn zone(&self) -> Zone {
        self.zone
    }

    /// The instant that `relative` means.
    pub(super) fn of(&self, relative: &Relative) -> Instant {
        relative.from(self.now, self.zone)
    }

    /// The day, in the hospital, of the instant that `relative` means.
    pub(super) fn day(&self, relative: &Relative) -> Date {
        self.zone.date(self.of(relative))
    }

    /// By how many days the clinical file and the authored birth dates are moved: whole weeks, so that the reference date
    /// lands on today or up to six days before it and every visit keeps its weekday.
    pub(super) fn shift_days(&self) -> i64 {
        let days = (self.zone.date(self.now) - self.reference_date).whole_days();
        days.div_euclid(7) * 7
    }

    /// The first validation opening that counts: the second to last before the first start, so that one cycle at least has
    /// come due.
    pub(super) fn first_opening(&self) -> Date {
        let today = self.zone.date(self.now);
        let back = (0..=366).map(|days| plus_days(today, -days)).filter(|day| is_opening(*day));
        back.take(2).last().unwrap_or(today)
    }

    /// The reviews that a sponsor in `state` has completed, each with when: every cycle that has come due, a week before it
    /// was; the overdue one missed the newest.
    pub(super) fn reviews(&self, state: ValidationState) -> Vec<(Cycle, Instant)> {
        let cycles = Cycles::counting_from(self.zone.start_of_day(self.first_opening()), self.zone);
        let due = cycles.opened_by(self.now).filter(|cycle| cycle.due <= self.now);
        let missed = usize::from(state == ValidationState::Overdue);
        due.skip(missed)
            .map(|cycle| (*cycle, self.zone.plus_days(cycle.due, -REVIEWED_DAYS_BEFORE)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::iso_date;

    fn at(now: &str) -> Moments {
        Moments::at(&Authored::shipped().unwrap(), now.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_charts_move_by_whole_weeks_so_that_the_reference_date_is_at_most_six_days_old() {
        assert_eq!(at("2026-11-22T17:00:00Z").shift_days(), 0);
        assert_eq!(at("2026-11-28T17:00:00Z").shift_days(), 0);
        assert_eq!(at("2026-11-29T17:00:00Z").shift_days(), 7);
        // Still the 28th in hospital time.
        assert_eq!(at("2026-11-29T04:59:59Z").shift_days(), 0);
        assert_eq!(at("2026-11-21T17:00:00Z").shift_days(), -7);
    }

    #[test]
    fn two_openings_count_at_the_first_start_wherever_in_the_year_it_is() {
        for (now, first) in [
            ("2026-11-23T17:00:00Z", "2026-04-01"),
            ("2027-04-10T17:00:00Z", "2026-10-01"),
            ("2027-04-01T17:00:00Z", "2026-10-01"),
            ("2027-03-31T17:00:00Z", "2026-04-01"),
            ("2028-02-29T17:00:00Z", "2027-04-01"),
        ] {
            assert_eq!(iso_date(at(now).first_opening()), first, "{now}");
        }
    }

    #[test]
    fn the_overdue_sponsor_has_missed_exactly_the_newest_review_that_came_due() {
        for (now, current, overdue) in [
            ("2026-11-23T17:00:00Z", vec!["2026-10-01", "2026-04-01"], vec!["2026-04-01"]),
            ("2027-04-10T17:00:00Z", vec!["2026-10-01"], vec![]),
            ("2027-05-02T17:00:00Z", vec!["2027-04-01", "2026-10-01"], vec!["2026-10-01"]),
        ] {
            let of = |state| -> Vec<String> {
                at(now).reviews(state).iter().map(|(cycle, _)| iso_date(cycle.opening)).collect()
            };
            assert_eq!(of(ValidationState::Current), current, "{now}");
            assert_eq!(of(ValidationState::Overdue), overdue, "{now}");
        }
    }

    #[test]
    fn the_first_start_is_taken_to_the_whole_minute() {
        assert_eq!(at("2026-11-23T17:00:59.25Z").now(), "2026-11-23T17:00:00Z".parse().unwrap());
    }
}
