//! Calendar arithmetic at its edges: month ends, leap days and both clock changes.

use super::*;
use proptest::prelude::*;
use time::macros::{date, time};

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn an_instant_outside_the_years_1_to_9999_in_utc_is_no_instant() {
    for text in
        ["9999-12-31T23:59:59-00:01", "0001-01-01T00:00:00+00:01", "0000-06-01T00:00:00Z", "2026-06-01"]
    {
        assert_eq!(text.parse::<Instant>(), Err(InstantError), "{text}");
    }
    assert_eq!(at("0001-01-01T00:00:00Z"), Instant::EVER);
    assert_eq!(at("9999-12-31T23:59:59.999999Z").rfc3339(), "9999-12-31T23:59:59.999999Z");
}

#[test]
fn six_months_after_august_31_is_the_end_of_february_at_the_same_local_time() {
    let new_york = zone("America/New_York");
    assert_eq!(new_york.plus_months(at("2026-08-31T14:00:00Z"), 6), at("2027-02-28T15:00:00Z"));
    assert_eq!(new_york.plus_months(at("2027-08-31T14:00:00Z"), 6), at("2028-02-29T15:00:00Z"));
    assert_eq!(new_york.plus_months(at("2027-08-29T14:00:00Z"), 6), at("2028-02-29T15:00:00Z"));
}

#[test]
fn a_local_time_that_a_clock_change_removes_becomes_the_first_instant_after_the_gap() {
    let new_york = zone("America/New_York");
    // 02:30 on 14 March 2027 does not exist; clocks go from 01:59:59 EST to 03:00 EDT.
    assert_eq!(new_york.plus_months(at("2027-02-14T07:30:00Z"), 1), at("2027-03-14T07:00:00Z"));
    // Midnight does not exist on the day Cairo's summer time begins.
    assert_eq!(zone("Africa/Cairo").start_of_day(date!(2026 - 04 - 24)), at("2026-04-23T22:00:00Z"));
}

#[test]
fn a_local_time_that_happens_twice_is_the_earlier() {
    let new_york = zone("America/New_York");
    // 01:30 on 1 November 2026 happens at 05:30Z (EDT) and at 06:30Z (EST).
    assert_eq!(new_york.plus_months(at("2026-10-01T05:30:00Z"), 1), at("2026-11-01T05:30:00Z"));
}

#[test]
fn a_child_born_on_february_29_has_birthdays_on_march_1_in_common_years() {
    assert_eq!(birthday(date!(2008 - 02 - 29), 18), date!(2026 - 03 - 01));
    assert_eq!(birthday(date!(2008 - 02 - 29), 20), date!(2028 - 02 - 29));
    assert_eq!(age_years(date!(2008 - 02 - 29), date!(2026 - 02 - 28)), 17);
    assert_eq!(age_years(date!(2008 - 02 - 29), date!(2026 - 03 - 01)), 18);
}

#[test]
fn an_interval_holds_its_start_and_not_its_end() {
    let span = Interval::new(Some(at("2026-01-01T00:00:00Z")), Some(at("2026-02-01T00:00:00Z")));
    assert!(!span.holds(at("2025-12-31T23:59:59Z")));
    assert!(span.holds(at("2026-01-01T00:00:00Z")));
    assert!(span.holds(at("2026-01-31T23:59:59.999999Z")));
    assert!(!span.holds(at("2026-02-01T00:00:00Z")));
    assert!(Interval::ALWAYS.holds(Instant::EVER));
}

#[test]
fn a_date_that_does_not_exist_is_refused() {
    assert_eq!(parse_date("2019-02-31"), None);
    assert_eq!(parse_date("2019-2-3"), None);
    assert_eq!(parse_date("2020-02-29"), Some(date!(2020 - 02 - 29)));
}

/// When two business days after `filed` in New York end, closing at 5 pm, with Thanksgiving 2026 a holiday.
fn due(filed: &str) -> Date {
    business_due(at(filed), 2, zone("America/New_York"), &[date!(2026 - 11 - 26)], time!(17:00))
}

#[test]
fn business_days_start_the_day_after_and_skip_weekends_and_holidays() {
    let wednesday = "2026-11-25T15:00:00Z";
    assert_eq!(due(wednesday), date!(2026 - 11 - 30));
    let saturday = "2026-11-28T15:00:00Z";
    assert_eq!(due(saturday), date!(2026 - 12 - 02));
    let on_the_holiday = "2026-11-26T15:00:00Z";
    assert_eq!(due(on_the_holiday), date!(2026 - 12 - 01));
}

#[test]
fn a_request_after_closing_starts_the_next_business_day() {
    // Tuesday 16:59, 17:00 and 23:59 EST.
    assert_eq!(due("2026-12-01T21:59:59Z"), date!(2026 - 12 - 03));
    assert_eq!(due("2026-12-01T22:00:00Z"), date!(2026 - 12 - 04));
    assert_eq!(due("2026-12-02T04:59:59Z"), date!(2026 - 12 - 04));
    // Friday evening counts from Monday; the evening before the holiday from the day after it.
    assert_eq!(due("2026-12-04T23:00:00Z"), date!(2026 - 12 - 09));
    assert_eq!(due("2026-11-25T23:00:00Z"), date!(2026 - 12 - 01));
}

#[test]
fn closing_is_read_off_the_hospital_clock_on_both_sides_of_a_clock_change() {
    // 21:30 UTC is 16:30 EST on Friday 6 March 2026, and 17:30 EDT on Monday 9 March.
    assert_eq!(due("2026-03-06T21:30:00Z"), date!(2026 - 03 - 10));
    assert_eq!(due("2026-03-09T21:30:00Z"), date!(2026 - 03 - 12));
}

proptest! {
    #[test]
    fn adding_months_keeps_the_day_or_clamps_it_to_the_end(days in 0i64..4000, months in 0i32..40) {
        let from = plus_days(date!(2024 - 01 - 01), days);
        let to = plus_months(from, months);
        prop_assert!(to.day() == from.day() || (to.day() < from.day() && plus_days(to, 1).day() == 1));
        prop_assert_eq!(age_months(from, to), months);
    }

    #[test]
    fn a_day_starts_after_the_day_before_in_every_zone(days in 0i64..4000, which in 0usize..4) {
        let zone = zone(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"][which]);
        let day = plus_days(date!(2024 - 01 - 01), days);
        let (start, next) = (zone.start_of_day(day), zone.start_of_day(plus_days(day, 1)));
        prop_assert!(start < next);
        prop_assert_eq!(zone.date(start), day);
        prop_assert_eq!(zone.date(Instant::from_micros(next.micros() - 1)), day);
    }
}
