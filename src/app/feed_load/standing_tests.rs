//! Which listings and seats a load opens and ends.

use super::*;
use crate::domain::feed::Pointer;
use crate::domain::ids::{PracticeId, ProviderId};

fn t(day: i64) -> Instant {
    Instant::EVER.plus_seconds(2_000 * 365 * 86_400 + day * 86_400)
}

fn provider(n: u128) -> Whom {
    Whom { provider: Some(ProviderId(Uuid::from_u128(n))), practice: None }
}

fn practice(n: u128) -> Whom {
    Whom { provider: None, practice: Some(PracticeId(Uuid::from_u128(n))) }
}

fn row(whom: Whom, start: Instant, end: Option<Instant>, from_feed: bool) -> Standing {
    let id = Uuid::from_u128(900);
    let span = Interval::new(Some(start), end);
    Standing { id, provider: whom.provider, practice: whom.practice, span, from_feed }
}

fn opened(whom: Whom, start: Instant, end: Option<Instant>) -> Change {
    Change::Open { whom, span: Interval::new(Some(start), end), role: String::new() }
}

fn ended(at: Instant) -> Change {
    Change::End { id: Uuid::from_u128(900), at: Some(at) }
}

fn claim(whom: Whom, from: Option<Instant>, to: Option<Instant>, over: bool) -> Claim {
    let member = Pointer::Resource("Practitioner/x".into());
    Claim { whom, wish: SeatWish { member, role: String::new(), from, to, over } }
}

#[test]
fn the_first_load_lists_since_ever_and_a_later_one_from_its_own_time() {
    let a = provider(1);
    assert_eq!(listing_changes(&[], &[a], &[], true, t(5)), [opened(a, Instant::EVER, None)]);
    assert_eq!(listing_changes(&[], &[a], &[], false, t(5)), [opened(a, t(5), None)]);
}

#[test]
fn a_changed_pcp_ends_the_old_listing_and_opens_the_new_at_load_time() {
    let (a, b) = (provider(1), practice(2));
    let rows = [row(a, Instant::EVER, None, true)];
    assert_eq!(listing_changes(&rows, &[b], &[a], false, t(5)), [opened(b, t(5), None), ended(t(5))]);
}

#[test]
fn the_same_again_changes_nothing() {
    let a = provider(1);
    let rows = [row(a, Instant::EVER, None, true)];
    assert!(listing_changes(&rows, &[a], &[a], false, t(5)).is_empty());
}

#[test]
fn the_feed_neither_doubles_nor_ends_what_others_made() {
    let a = provider(1);
    let rows = [row(a, Instant::EVER, None, false)];
    assert!(listing_changes(&rows, &[a], &[], true, t(5)).is_empty());
    assert!(listing_changes(&rows, &[], &[a], false, t(5)).is_empty());
}

#[test]
fn a_listing_ended_by_hand_stays_ended_until_the_feed_has_dropped_it() {
    let a = provider(1);
    let rows = [row(a, Instant::EVER, Some(t(3)), true)];
    assert!(listing_changes(&rows, &[a], &[a], false, t(5)).is_empty());
    assert_eq!(listing_changes(&rows, &[a], &[], false, t(7)), [opened(a, t(7), None)]);
}

#[test]
fn a_dated_seat_is_taken_as_stated_and_an_undated_one_from_when_it_is_seen() {
    let a = provider(1);
    let dated = [claim(a, Some(t(1)), Some(t(9)), false)];
    assert_eq!(seat_changes(&[], &dated, &[], true, t(5)), [opened(a, t(1), Some(t(9)))]);
    let undated = [claim(a, None, None, false)];
    assert_eq!(seat_changes(&[], &undated, &[], true, t(5)), [opened(a, Instant::EVER, None)]);
    assert_eq!(seat_changes(&[], &undated, &[], false, t(5)), [opened(a, t(5), None)]);
}

#[test]
fn an_inactive_team_without_an_end_is_ended_at_the_load_and_only_once() {
    let a = provider(1);
    let over = [claim(a, Some(t(1)), None, true)];
    assert_eq!(seat_changes(&[], &over, &[], true, t(5)), [opened(a, t(1), Some(t(5)))]);
    let standing = [row(a, t(1), Some(t(5)), true)];
    assert!(seat_changes(&standing, &over, &over, false, t(8)).is_empty());
    let open = [row(a, t(1), None, true)];
    let before = [claim(a, Some(t(1)), None, false)];
    assert_eq!(seat_changes(&open, &over, &before, false, t(8)), [ended(t(8))]);
}

#[test]
fn a_seat_that_is_dropped_ends_at_the_load() {
    let a = provider(1);
    let before = [claim(a, Some(t(1)), None, false)];
    assert_eq!(seat_changes(&[row(a, t(1), None, true)], &[], &before, false, t(5)), [ended(t(5))]);
    assert!(seat_changes(&[row(a, t(1), None, false)], &[], &before, false, t(5)).is_empty());
}

#[test]
fn a_seat_removed_by_hand_stays_removed_while_the_feed_says_the_same() {
    let a = provider(1);
    let said = [claim(a, Some(t(1)), None, false)];
    assert!(seat_changes(&[row(a, t(1), Some(t(3)), true)], &said, &said, false, t(5)).is_empty());
    let undated = [claim(a, None, None, false)];
    assert!(seat_changes(&[row(a, t(1), Some(t(3)), true)], &undated, &undated, false, t(5)).is_empty());
}

#[test]
fn two_teams_with_the_same_seat_make_one_and_the_longer_counts() {
    let a = provider(1);
    let both = [claim(a, Some(t(1)), Some(t(4)), false), claim(a, Some(t(1)), None, false)];
    assert_eq!(seat_changes(&[], &both, &[], true, t(5)), [opened(a, t(1), None)]);
}

#[test]
fn a_seat_that_would_end_before_it_begins_is_not_made() {
    let a = provider(1);
    assert!(seat_changes(&[], &[claim(a, Some(t(4)), Some(t(4)), false)], &[], true, t(5)).is_empty());
    assert!(seat_changes(&[], &[claim(a, Some(t(9)), None, true)], &[], true, t(5)).is_empty());
}
