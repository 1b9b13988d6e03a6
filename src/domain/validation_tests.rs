//! The lock at its edges.

use super::*;
use crate::domain::access::facts::{Extension, Held, Membership, Review, StatusHistory, StatusSpan};
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

fn active() -> StatusHistory {
    StatusHistory(vec![StatusSpan { status: AccountStatus::Active, span: Interval::ALWAYS }])
}

/// A sponsor of one person since ever, who has reviewed nothing.
fn sponsor() -> SponsorFacts {
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

fn overdue(sponsor: &SponsorFacts, when: &str) -> Option<Date> {
    cycles().overdue(sponsor, at(when)).map(|c| c.opening)
}

#[test]
fn cycles_open_on_april_1_and_october_1_and_are_due_on_may_1_and_october_31_at_local_midnight() {
    let cycles = cycles();
    let (spring, autumn) =
        (cycles.named(date!(2026 - 04 - 01)).unwrap(), cycles.named(date!(2026 - 10 - 01)).unwrap());
    assert_eq!((spring.opens, spring.due), (at("2026-04-01T04:00:00Z"), at("2026-05-01T04:00:00Z")));
    assert_eq!((autumn.opens, autumn.due), (at("2026-10-01T04:00:00Z"), at("2026-10-31T04:00:00Z")));
    assert!(cycles.named(date!(2025 - 10 - 01)).is_none(), "cycles before the first that counts do not");
}

#[test]
fn thirty_days_are_counted_on_the_calendar_not_as_720_hours() {
    // The clocks go back on 25 October 2026 in Berlin: 721 hours lie between opening and due date.
    let berlin = Cycles::counting_from(at("2026-09-01T00:00:00Z"), "Europe/Berlin".parse().unwrap());
    let autumn = berlin.named(date!(2026 - 10 - 01)).unwrap();
    assert_eq!(autumn.due.seconds_since(autumn.opens), 721 * 3600);
}

#[test]
fn a_review_completed_at_this_very_instant_unlocks_also_late() {
    let mut late = sponsor();
    late.reviews.push(Review { cycle: date!(2026 - 04 - 01), completed_at: at("2026-05-20T12:00:00Z") });
    assert_eq!(overdue(&late, "2026-05-01T03:59:59Z"), None);
    assert_eq!(overdue(&late, "2026-05-01T04:00:00Z"), Some(date!(2026 - 04 - 01)));
    assert_eq!(overdue(&late, "2026-05-20T11:59:59Z"), Some(date!(2026 - 04 - 01)));
    assert_eq!(overdue(&late, "2026-05-20T12:00:00Z"), None);
}

#[test]
fn one_review_of_a_later_cycle_clears_the_earlier_one_too() {
    let mut one = sponsor();
    one.reviews.push(Review { cycle: date!(2026 - 10 - 01), completed_at: at("2026-10-05T12:00:00Z") });
    assert_eq!(overdue(&one, "2026-10-05T11:59:59Z"), Some(date!(2026 - 04 - 01)));
    assert_eq!(overdue(&one, "2026-11-05T12:00:00Z"), None);
}

#[test]
fn nobody_left_before_the_due_instant_counts_as_done_and_after_it_does_not() {
    let mut left = sponsor();
    left.held[0].span = Interval::new(None, Some(at("2026-05-01T03:59:59Z")));
    assert_eq!(overdue(&left, "2026-06-01T00:00:00Z"), None);
    left.held[0].span = Interval::new(None, Some(at("2026-05-01T04:00:01Z")));
    assert_eq!(overdue(&left, "2026-06-01T00:00:00Z"), Some(date!(2026 - 04 - 01)));
}

#[test]
fn users_sponsored_after_the_opening_count_as_attested_unless_they_were_listed_before() {
    let mut new = sponsor();
    new.held[0].span = Interval::new(Some(at("2026-04-01T04:00:01Z")), None);
    assert_eq!(overdue(&new, "2026-06-01T00:00:00Z"), None);
    let before = Held { span: Interval::new(None, Some(at("2026-04-10T00:00:00Z"))), ..new.held[0].clone() };
    new.held[0].span = Interval::new(Some(at("2026-04-11T00:00:00Z")), None);
    new.held.push(before);
    assert_eq!(overdue(&new, "2026-06-01T00:00:00Z"), Some(date!(2026 - 04 - 01)));
}

#[test]
fn the_latest_extension_wins_and_never_precedes_the_normal_date() {
    let extension = |due: &str, decided: &str| Extension {
        cycle: date!(2026 - 04 - 01),
        due: at(due),
        decided_at: at(decided),
    };
    let mut one = sponsor();
    one.extensions.push(extension("2026-06-10T04:00:00Z", "2026-04-10T12:00:00Z"));
    assert_eq!(overdue(&one, "2026-06-10T03:59:59Z"), None);
    assert_eq!(overdue(&one, "2026-06-10T04:00:00Z"), Some(date!(2026 - 04 - 01)));
    one.extensions.push(extension("2026-04-15T04:00:00Z", "2026-04-11T12:00:00Z"));
    assert_eq!(overdue(&one, "2026-05-01T03:59:59Z"), None, "never before the normal date");
    assert_eq!(
        overdue(&one, "2026-05-01T04:00:00Z"),
        Some(date!(2026 - 04 - 01)),
        "the latest decision counts"
    );
}
