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

fn reviewed(cycle: Date, completed: &str) -> Review {
    Review { cycle, completed_at: at(completed) }
}

/// Another person of the same sponsor in the same practice.
fn another(number: u128, span: Interval) -> Held {
    let id = Uuid::from_u128(number);
    Held { id: FactId(id), user: AccountId(id), span, ..sponsor().held[0].clone() }
}

/// A duty with the numbers of its sponsorships: cycle, due instant, whether overdue, rows, attested.
type Plain = (Date, Instant, bool, Vec<u128>, Vec<u128>);

fn duty(sponsor: &SponsorFacts, when: &str) -> Option<Plain> {
    let cycles = cycles();
    let numbers = |held: &[&Held]| held.iter().map(|h| h.id.0.as_u128()).collect::<Vec<_>>();
    let duty = cycles.duty(sponsor, at(when))?;
    let (rows, attested) = (numbers(&duty.rows), numbers(&duty.attested));
    Some((duty.cycle.opening, duty.due, duty.overdue, rows, attested))
}

fn unreviewed(sponsor: &SponsorFacts, when: &str) -> Vec<Date> {
    cycles().unreviewed(sponsor, at(when)).iter().map(|c| c.opening).collect()
}

const SPRING: Date = date!(2026 - 04 - 01);
const AUTUMN: Date = date!(2026 - 10 - 01);

#[test]
fn there_is_something_to_review_from_the_opening_instant_on_and_nothing_before() {
    assert_eq!(duty(&sponsor(), "2026-04-01T03:59:59.999999Z"), None);
    let due = at("2026-05-01T04:00:00Z");
    assert_eq!(duty(&sponsor(), "2026-04-01T04:00:00Z"), Some((SPRING, due, false, vec![4], vec![])));
    assert_eq!(duty(&sponsor(), "2026-05-01T03:59:59.999999Z"), Some((SPRING, due, false, vec![4], vec![])));
    assert_eq!(duty(&sponsor(), "2026-05-01T04:00:00Z"), Some((SPRING, due, true, vec![4], vec![])));
}

#[test]
fn one_review_of_the_newest_cycle_clears_both() {
    let mut one = sponsor();
    // Listed in the spring only: disabled when the autumn cycle opened, active again since.
    let inactive = StatusSpan {
        status: AccountStatus::Disabled,
        span: Interval::new(Some(at("2026-09-20T00:00:00Z")), Some(at("2026-10-02T00:00:00Z"))),
    };
    let mut away = another(6, Interval::ALWAYS);
    away.user_status.0.push(inactive);
    one.held.push(away);
    assert_eq!(unreviewed(&one, "2026-10-05T12:00:00Z"), [AUTUMN, SPRING]);
    let spring_due = at("2026-05-01T04:00:00Z");
    assert_eq!(
        duty(&one, "2026-10-05T12:00:00Z"),
        Some((AUTUMN, spring_due, true, vec![4, 6], vec![])),
        "it belongs to the newest cycle, needs the rows of both, and the first due date has locked"
    );
    one.reviews.push(reviewed(AUTUMN, "2026-10-05T12:00:00Z"));
    assert_eq!(unreviewed(&one, "2026-10-05T11:59:59.999999Z"), [AUTUMN, SPRING]);
    assert!(unreviewed(&one, "2026-10-05T12:00:00Z").is_empty());
    assert_eq!(duty(&one, "2026-10-05T12:00:00Z"), None);
}

#[test]
fn a_review_of_an_earlier_cycle_leaves_the_later_one_to_do() {
    let mut one = sponsor();
    one.reviews.push(reviewed(SPRING, "2026-04-20T12:00:00Z"));
    assert_eq!(duty(&one, "2026-09-30T00:00:00Z"), None);
    assert_eq!(unreviewed(&one, "2026-10-01T04:00:00Z"), [AUTUMN]);
    let due = at("2026-10-31T04:00:00Z");
    assert_eq!(duty(&one, "2026-10-01T04:00:00Z"), Some((AUTUMN, due, false, vec![4], vec![])));
}

#[test]
fn someone_sponsored_after_the_opening_is_shown_as_attested_and_needs_no_row() {
    let mut one = sponsor();
    one.held.push(another(6, Interval::new(Some(at("2026-04-01T04:00:00.000001Z")), None)));
    one.held.push(another(7, Interval::new(Some(at("2026-04-01T04:00:00Z")), None)));
    let due = at("2026-05-01T04:00:00Z");
    assert_eq!(duty(&one, "2026-04-15T00:00:00Z"), Some((SPRING, due, false, vec![4, 7], vec![6])));
    let mut new = sponsor();
    new.held[0].span = Interval::new(Some(at("2026-04-02T00:00:00Z")), None);
    assert_eq!(duty(&new, "2026-04-15T00:00:00Z"), None, "attested ones alone are nothing to review");
}

#[test]
fn a_new_sponsorship_of_the_same_person_in_the_same_practice_inherits_its_row() {
    let mut one = sponsor();
    one.held[0].span = Interval::new(None, Some(at("2026-04-10T00:00:00Z")));
    let again = Interval::new(Some(at("2026-04-11T00:00:00Z")), None);
    let user = one.held[0].user;
    one.held.push(Held { user, ..another(6, again) });
    one.held.push(Held { user, practice: PracticeId(Uuid::from_u128(9)), ..another(7, again) });
    one.memberships.push(Membership { practice: PracticeId(Uuid::from_u128(9)), span: Interval::ALWAYS });
    let due = at("2026-05-01T04:00:00Z");
    assert_eq!(
        duty(&one, "2026-04-12T00:00:00Z"),
        Some((SPRING, due, false, vec![6], vec![7])),
        "the one in another practice is new"
    );
    assert_eq!(duty(&one, "2026-04-10T12:00:00Z"), None, "nobody is left in between");
    assert_eq!(duty(&one, "2026-05-01T04:00:00Z").map(|d| d.2), Some(true));
}

#[test]
fn an_empty_review_is_left_to_do_when_everyone_left_after_the_due_instant() {
    let mut one = sponsor();
    one.held[0].span = Interval::new(None, Some(at("2026-05-01T04:00:00.000001Z")));
    let due = at("2026-05-01T04:00:00Z");
    assert_eq!(duty(&one, "2026-05-01T04:00:00.000001Z"), Some((SPRING, due, true, vec![], vec![])));
    assert_eq!(duty(&one, "2026-09-01T00:00:00Z"), Some((SPRING, due, true, vec![], vec![])));
    one.reviews.push(reviewed(SPRING, "2026-09-01T00:00:00Z"));
    assert_eq!(duty(&one, "2026-09-01T00:00:00Z"), None);
}

#[test]
fn nothing_is_left_to_do_when_nobody_was_left_at_the_due_instant() {
    let mut one = sponsor();
    one.held[0].span = Interval::new(None, Some(at("2026-05-01T04:00:00Z")));
    assert_eq!(duty(&one, "2026-05-01T03:59:59.999999Z").map(|d| d.3), Some(vec![4]));
    assert_eq!(duty(&one, "2026-05-01T04:00:00Z"), None);
    // Sponsored again afterwards: the cycle is done.
    let user = one.held[0].user;
    one.held.push(Held { user, ..another(6, Interval::new(Some(at("2026-06-01T00:00:00Z")), None)) });
    assert_eq!(duty(&one, "2026-06-02T00:00:00Z"), None);
    assert_eq!(overdue(&one, "2026-06-02T00:00:00Z"), None);
    assert_eq!(unreviewed(&one, "2026-06-02T00:00:00Z"), [SPRING], "though it was never reviewed");
}

#[test]
fn an_extension_moves_the_due_instant_once_it_is_decided_also_late() {
    let mut one = sponsor();
    let (normal, moved) = (at("2026-05-01T04:00:00Z"), at("2026-06-10T04:00:00Z"));
    one.extensions.push(Extension { cycle: SPRING, due: moved, decided_at: at("2026-05-20T12:00:00Z") });
    let due = |when: &str| duty(&one, when).map(|d| (d.1, d.2));
    assert_eq!(due("2026-04-20T00:00:00Z"), Some((normal, false)));
    assert_eq!(due("2026-05-20T11:59:59.999999Z"), Some((normal, true)));
    assert_eq!(due("2026-05-20T12:00:00Z"), Some((moved, false)));
    assert_eq!(due("2026-06-10T03:59:59.999999Z"), Some((moved, false)));
    assert_eq!(due("2026-06-10T04:00:00Z"), Some((moved, true)));
}

#[test]
fn an_extension_past_the_next_opening_leaves_the_later_due_date_where_it_is() {
    let mut one = sponsor();
    let moved = at("2026-11-15T05:00:00Z");
    one.extensions.push(Extension { cycle: SPRING, due: moved, decided_at: at("2026-04-20T12:00:00Z") });
    let autumn = at("2026-10-31T04:00:00Z");
    assert_eq!(duty(&one, "2026-09-01T00:00:00Z").map(|d| (d.0, d.1, d.2)), Some((SPRING, moved, false)));
    assert_eq!(duty(&one, "2026-10-05T00:00:00Z").map(|d| (d.0, d.1, d.2)), Some((AUTUMN, autumn, false)));
    assert_eq!(overdue(&one, "2026-10-31T04:00:00Z"), Some(AUTUMN));
}
