//! States at their edges, what comes next, and dates that may not be.

use super::*;
use crate::domain::access::facts::{
    Extension, Held, Membership, Review, SponsorFacts, StatusHistory, StatusSpan,
};
use crate::domain::calendar::Interval;
use crate::domain::ids::{AccountId, FactId, PracticeId, ProviderId};
use crate::domain::people::AccountStatus;
use time::macros::date;
use uuid::Uuid;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn cycles() -> Cycles {
    Cycles::counting_from(at("2026-01-01T05:00:00Z"), "America/New_York".parse().unwrap())
}

fn sponsor() -> SponsorFacts {
    let active = || StatusHistory(vec![StatusSpan { status: AccountStatus::Active, span: Interval::ALWAYS }]);
    let practice = PracticeId(Uuid::from_u128(1));
    SponsorFacts {
        account: AccountId(Uuid::from_u128(2)),
        provider: ProviderId(Uuid::from_u128(3)),
        status: active(),
        memberships: vec![Membership { practice, span: Interval::ALWAYS }],
        held: vec![Held {
            id: FactId(Uuid::from_u128(4)),
            user: AccountId(Uuid::from_u128(5)),
            practice,
            span: Interval::ALWAYS,
            user_status: active(),
        }],
        reviews: Vec::new(),
        extensions: Vec::new(),
    }
}

fn state(sponsor: &SponsorFacts, when: &str) -> State {
    let cycles = cycles();
    standing(&cycles, sponsor, cycles.named(date!(2026 - 04 - 01)).unwrap(), false, at(when)).state
}

#[test]
fn a_sponsor_is_open_then_at_risk_from_nine_days_on_then_locked_then_done() {
    let mut one = sponsor();
    assert_eq!(state(&one, "2026-04-01T04:00:00Z"), State::Open);
    assert_eq!(state(&one, "2026-04-22T03:59:59Z"), State::Open);
    assert_eq!(state(&one, "2026-04-22T04:00:00Z"), State::AtRisk);
    assert_eq!(state(&one, "2026-05-01T03:59:59Z"), State::AtRisk);
    assert_eq!(state(&one, "2026-05-01T04:00:00Z"), State::Locked);
    one.reviews.push(Review { cycle: date!(2026 - 04 - 01), completed_at: at("2026-05-20T12:00:00Z") });
    assert_eq!(state(&one, "2026-05-20T11:59:59Z"), State::Locked);
    assert_eq!(state(&one, "2026-05-20T12:00:00Z"), State::Done);
}

#[test]
fn refused_mail_is_a_risk_at_once_and_nothing_to_those_who_are_done_or_locked() {
    let (cycles, mut one) = (cycles(), sponsor());
    let cycle = cycles.named(date!(2026 - 04 - 01)).unwrap();
    let of = |one: &SponsorFacts, when| standing(&cycles, one, cycle, true, at(when)).state;
    assert_eq!(of(&one, "2026-04-02T04:00:00Z"), State::AtRisk);
    assert_eq!(of(&one, "2026-05-02T04:00:00Z"), State::Locked);
    one.reviews.push(Review { cycle: date!(2026 - 10 - 01), completed_at: at("2026-04-01T12:00:00Z") });
    assert_eq!(of(&one, "2026-04-02T04:00:00Z"), State::Done);
}

#[test]
fn who_has_nobody_left_is_done_without_a_date_and_an_extension_moves_every_edge() {
    let mut left = sponsor();
    left.held[0].span = Interval::new(None, Some(at("2026-04-10T00:00:00Z")));
    assert_eq!(state(&left, "2026-04-09T00:00:00Z"), State::Open);
    assert_eq!(state(&left, "2026-04-10T00:00:00Z"), State::Done);
    let mut moved = sponsor();
    let extension = Extension {
        cycle: date!(2026 - 04 - 01),
        due: at("2026-05-16T04:00:00Z"),
        decided_at: at("2026-05-02T12:00:00Z"),
    };
    moved.extensions.push(extension);
    assert_eq!(state(&moved, "2026-05-02T11:59:59Z"), State::Locked);
    assert_eq!(state(&moved, "2026-05-02T12:00:00Z"), State::Open);
    assert_eq!(state(&moved, "2026-05-07T04:00:00Z"), State::AtRisk);
    assert_eq!(state(&moved, "2026-05-16T04:00:00Z"), State::Locked);
}

/// Where `sponsor` stands in the cycle of October 1, 2026.
fn autumn(sponsor: &SponsorFacts, when: &str) -> Standing {
    let cycles = cycles();
    standing(&cycles, sponsor, cycles.named(date!(2026 - 10 - 01)).unwrap(), false, at(when))
}

#[test]
fn who_never_completed_the_review_of_april_is_locked_in_october_too_since_the_oldest_due_date() {
    let mut one = sponsor();
    let spring = date!(2026 - 04 - 01);
    let may = Some(at("2026-05-01T04:00:00Z"));
    for when in
        ["2026-10-01T04:00:00Z", "2026-10-30T12:00:00Z", "2026-10-31T04:00:00Z", "2026-12-01T04:00:00Z"]
    {
        let stands = autumn(&one, when);
        assert_eq!((stands.state, stands.since, stands.older), (State::Locked, may, Some(spring)), "{when}");
        assert_eq!((stands.due, stands.is_owed), (at("2026-10-31T04:00:00Z"), true), "{when}");
    }
    // A later date for October does not unlock: only a review does, at once, and one clears both.
    one.extensions.push(Extension {
        cycle: date!(2026 - 10 - 01),
        due: at("2026-11-16T05:00:00Z"),
        decided_at: at("2026-10-20T12:00:00Z"),
    });
    let moved = autumn(&one, "2026-10-20T12:00:00Z");
    assert_eq!((moved.state, moved.since, moved.is_extended), (State::Locked, may, true));
    one.reviews.push(Review { cycle: date!(2026 - 10 - 01), completed_at: at("2026-10-21T12:00:00Z") });
    assert_eq!(autumn(&one, "2026-10-21T11:59:59Z").state, State::Locked);
    let done = autumn(&one, "2026-10-21T12:00:00Z");
    assert_eq!((done.state, done.older, done.is_owed), (State::Done, None, false));
}

#[test]
fn a_late_review_of_april_leaves_october_open_and_a_missed_october_says_nothing_of_april() {
    let mut late = sponsor();
    late.reviews.push(Review { cycle: date!(2026 - 04 - 01), completed_at: at("2026-06-20T12:00:00Z") });
    let open = autumn(&late, "2026-10-02T12:00:00Z");
    assert_eq!((open.state, open.since, open.older), (State::Open, None, None));
    let locked = autumn(&late, "2026-10-31T04:00:00Z");
    assert_eq!((locked.state, locked.since, locked.older), (State::Locked, Some(locked.due), None));
    assert_eq!(state(&late, "2026-11-05T12:00:00Z"), State::Done);
    // Who began after April owes October alone, and is done in April.
    let mut new = sponsor();
    new.held[0].span = Interval::new(Some(at("2026-06-01T00:00:00Z")), None);
    assert_eq!(autumn(&new, "2026-10-02T12:00:00Z").state, State::Open);
    assert_eq!(
        (state(&new, "2026-11-05T12:00:00Z"), autumn(&new, "2026-11-05T12:00:00Z").state),
        (State::Done, State::Locked)
    );
}

#[test]
fn who_is_locked_by_april_with_nobody_left_in_october_stays_locked_and_owes_nothing_of_october() {
    let mut left = sponsor();
    left.held[0].span = Interval::new(None, Some(at("2026-10-10T00:00:00Z")));
    let before = autumn(&left, "2026-10-09T00:00:00Z");
    assert_eq!((before.state, before.is_owed), (State::Locked, true));
    let after = autumn(&left, "2026-10-10T00:00:00Z");
    assert_eq!(
        (after.state, after.older, after.is_owed),
        (State::Locked, Some(date!(2026 - 04 - 01)), false)
    );
    // Three missed cycles: the oldest is named.
    let one = sponsor();
    let cycles = cycles();
    let next = cycles.named(date!(2027 - 04 - 01)).unwrap();
    let stands = standing(&cycles, &one, next, false, at("2027-04-02T12:00:00Z"));
    assert_eq!((stands.older, stands.since), (Some(date!(2026 - 04 - 01)), Some(at("2026-05-01T04:00:00Z"))));
}

#[test]
fn what_comes_next_is_said_at_every_moment() {
    let cycles = cycles();
    let first = |when: &str| coming(&cycles, at(when)).first().copied().unwrap();
    assert_eq!(first("2026-03-11T16:00:00Z"), (at("2026-04-01T04:00:00Z"), Coming::Opening));
    let letter = |when: &str, kind| (at(when), Coming::Letter(kind));
    assert_eq!(first("2026-04-01T04:00:00Z"), letter("2026-04-15T04:00:00Z", NoticeKind::Days16));
    assert_eq!(first("2026-04-30T12:00:00Z"), letter("2026-05-01T04:00:00Z", NoticeKind::Lock));
    assert_eq!(first("2026-05-01T04:00:00Z"), (at("2026-10-01T04:00:00Z"), Coming::Opening));
    assert_eq!(first("2026-12-31T23:00:00Z"), (at("2027-04-01T04:00:00Z"), Coming::Opening));
    assert!(coming(&cycles, at("2199-12-01T00:00:00Z")).is_empty());
}

#[test]
fn a_date_may_be_moved_to_the_normal_one_or_up_to_sixty_days_later_but_never_to_a_day_that_has_begun() {
    let cycles = cycles();
    let cycle = cycles.named(date!(2026 - 04 - 01)).unwrap();
    let typed = |parts: [&str; 3], now: &str| new_due(parts, cycle, cycles.zone(), at(now));
    let april = "2026-04-10T12:00:00Z";
    assert_eq!(typed(["5", " 1 ", "2026"], april), Ok(date!(2026 - 05 - 01)));
    assert_eq!(typed(["06", "30", "2026"], april), Ok(date!(2026 - 06 - 30)));
    assert_eq!(typed(["7", "1", "2026"], april), Err(Problem::TooLate));
    assert_eq!(typed(["4", "30", "2026"], april), Err(Problem::BeforeNormal));
    assert_eq!(typed(["5", "", "2026"], april), Err(Problem::DateMissing));
    for garbage in [["2", "30", "2026"], ["13", "1", "2026"], ["x", "1", "2026"], ["5", "1", "99999999999"]] {
        assert_eq!(typed(garbage, april), Err(Problem::NoSuchDate), "{garbage:?}");
    }
    assert_eq!(typed(["5", "20", "2026"], "2026-05-20T03:59:59Z"), Ok(date!(2026 - 05 - 20)));
    assert_eq!(typed(["5", "20", "2026"], "2026-05-20T04:00:00Z"), Err(Problem::DatePast));
}
