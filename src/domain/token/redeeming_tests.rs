//! What a try of a token comes to; and its six months, against a calendar of its own.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::token::calendar_of_the_text as other;

const DAY: i64 = 86_400;
const ISSUED: Instant = Instant::from_micros(1_773_244_800_000_000);
const ENDS: Instant = ISSUED.plus_seconds(180 * DAY);

fn account(n: u128) -> AccountId {
    AccountId(Uuid::from_u128(n))
}

fn token(state: State) -> Token {
    Token {
        id: FactId(Uuid::from_u128(9)),
        patient: PatientId(Uuid::from_u128(8)),
        issued_at: ISSUED,
        expires_at: ENDS,
        renewed_at: None,
        by: GivenBy::Team,
        state,
    }
}

fn redeemed(by: u128) -> State {
    State::Redeemed { account: account(by), practice: None }
}

fn attempt(now: Instant) -> Attempt {
    Attempt { account: account(1), mrn_fits: true, would_permit: true, now }
}

fn answer(state: State, attempt: Attempt) -> Answer {
    token(state).answer(attempt, Instant::NEVER)
}

#[test]
fn an_open_token_is_redeemed_until_the_instant_before_its_expiry() {
    assert_eq!(answer(State::Open, attempt(ISSUED)), Answer::Redeem);
    assert_eq!(answer(State::Open, attempt(ENDS.plus_seconds(-1))), Answer::Redeem);
    assert_eq!(answer(State::Open, attempt(ENDS)), Answer::Expired);
    assert_eq!(answer(State::Open, attempt(ENDS.plus_seconds(1))), Answer::Expired);
}

#[test]
fn the_same_account_again_is_a_harmless_success_and_anyone_else_is_refused() {
    assert_eq!(answer(redeemed(1), attempt(ISSUED)), Answer::Again);
    assert_eq!(answer(redeemed(2), attempt(ISSUED)), Answer::NoMatch(Why::UsedByAnother));
    assert_eq!(answer(redeemed(2), attempt(ENDS)), Answer::NoMatch(Why::UsedByAnother));
    assert_eq!(answer(redeemed(1), attempt(ENDS)), Answer::Expired);
}

#[test]
fn a_wrong_mrn_learns_nothing_not_even_of_an_expiry() {
    for state in [State::Open, redeemed(1)] {
        for now in [ISSUED, ENDS] {
            let wrong = Attempt { mrn_fits: false, ..attempt(now) };
            assert_eq!(answer(state, wrong), Answer::NoMatch(Why::WrongMrn));
        }
    }
}

#[test]
fn what_is_revoked_frozen_or_would_permit_nothing_reads_as_no_match_for_ever() {
    for now in [ISSUED, ENDS] {
        assert_eq!(answer(State::Revoked, attempt(now)), Answer::NoMatch(Why::Revoked));
        assert_eq!(answer(State::Frozen, attempt(now)), Answer::NoMatch(Why::Frozen));
        let barred = Attempt { would_permit: false, ..attempt(now) };
        assert_eq!(answer(State::Open, barred), Answer::NoMatch(Why::PermitsNothing));
    }
}

#[test]
fn what_a_guardian_gave_ends_at_the_18th_birthday_and_what_others_gave_does_not() {
    let birthday = ISSUED.plus_seconds(DAY);
    let given = Token { by: GivenBy::Guardian, ..token(State::Open) };
    assert_eq!(given.answer(attempt(birthday.plus_seconds(-1)), birthday), Answer::Redeem);
    assert_eq!(given.answer(attempt(birthday), birthday), Answer::Expired);
    assert_eq!(given.standing(birthday, birthday), Standing::Expired);
    assert_eq!(token(State::Open).answer(attempt(birthday), birthday), Answer::Redeem);
}

#[test]
fn lists_name_where_a_token_stands() {
    let at = |state, now| token(state).standing(Instant::NEVER, now);
    assert_eq!(at(State::Open, ISSUED), Standing::Open);
    assert_eq!(at(redeemed(1), ISSUED), Standing::Redeemed);
    assert_eq!(at(redeemed(1), ENDS), Standing::Expired);
    assert_eq!(at(State::Frozen, ENDS), Standing::Frozen);
    assert_eq!(at(State::Revoked, ENDS), Standing::Revoked);
}

#[test]
fn ten_misses_within_the_hour_slow_and_nine_do_not() {
    let last = Some(ISSUED);
    assert_eq!(slowed(9, last, ISSUED), None);
    assert_eq!(slowed(10, last, ISSUED), Some(60));
    assert_eq!(slowed(10, last, ISSUED.plus_seconds(59)), Some(1));
    assert_eq!(slowed(10, last, ISSUED.plus_seconds(60)), None);
    assert_eq!(slowed(0, None, ISSUED), None);
}

/// The zones that the rule is tried in: north and south, whole hours and half ones, one without clock changes, and one whose clock
/// changes at midnight.
const ZONES: &[&str] = &[
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Santiago",
    "America/St_Johns",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Lisbon",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Africa/Cairo",
    "Asia/Kolkata",
];

fn assert_six_months(zone: Zone, issued: Instant) {
    let expires = expiry(issued, zone);
    let wanted = other::six_months_after(issued, |at| other::offset(zone, at));
    assert_eq!(expires, wanted, "issued {issued:?} in {}", zone.name());
}

#[test]
fn the_ends_of_august_in_every_year_and_every_clock_change_keep_the_rule() {
    for name in ZONES {
        let zone: Zone = name.parse().unwrap();
        for year in 2024..=2036 {
            for (month, day) in
                [(8, 29), (8, 30), (8, 31), (2, 28), (2, 29), (3, 31), (5, 31), (10, 31), (12, 31)]
            {
                for hour in [0, 3, 6, 11, 12, 18, 23] {
                    if let Some(issued) = other::utc(year, month, day, hour) {
                        assert_six_months(zone, issued);
                    }
                }
            }
        }
        // Six months before and after each clock change, around the hours that it removes or repeats.
        for change in other::changes(zone) {
            for months in [-6, 6] {
                for minutes in (-180..=180).step_by(15) {
                    let near = other::about(change, months).plus_seconds(minutes * 60);
                    assert_six_months(zone, near);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn six_months_are_those_of_the_text_at_any_instant(
        zone in 0..ZONES.len(),
        seconds in 1_704_067_200_i64..2_114_380_800,
        micros in 0..1_000_000_i64,
    ) {
        let zone: Zone = ZONES[zone].parse().unwrap();
        assert_six_months(zone, Instant::from_micros(seconds * 1_000_000 + micros));
    }
}

#[test]
fn the_calendar_of_the_text_agrees_with_dates_worked_out_by_hand() {
    let zone: Zone = "America/New_York".parse().unwrap();
    let at = |text: &str| text.parse::<Instant>().unwrap();
    for (issued, expires) in [
        ("2026-08-31T14:00:00Z", "2027-02-28T15:00:00Z"),
        ("2027-08-29T14:00:00Z", "2028-02-29T15:00:00Z"),
        ("2027-08-31T14:00:00Z", "2028-02-29T15:00:00Z"),
        // 2:30 am on 8 March 2026 does not exist: the first instant after the gap.
        ("2025-09-08T06:30:00Z", "2026-03-08T07:00:00Z"),
        // 1:30 am on 1 November 2026 happens twice: the earlier.
        ("2026-05-01T05:30:00Z", "2026-11-01T05:30:00Z"),
    ] {
        assert_eq!(other::six_months_after(at(issued), |t| other::offset(zone, t)), at(expires), "{issued}");
        assert_eq!(expiry(at(issued), zone), at(expires), "{issued}");
    }
}
