//! Which listings and seats a load opens and ends.

use super::*;
use crate::domain::feed::Pointer;
use crate::domain::ids::{PracticeId, ProviderId};
use crate::store::feed_notice::Confirmed;

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
    Standing { id, provider: whom.provider, practice: whom.practice, span, from_feed, imported: false }
}

/// One that a directory file brought.
fn imported(whom: Whom, start: Instant) -> Standing {
    Standing { imported: true, ..row(whom, start, None, false) }
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

fn changes(rows: &[Standing], new: &[Whom], old: &[Whom], is_first: bool, now: Instant) -> Vec<Change> {
    listing_changes(Said { rows, confirmed: &[], new, now }, old, is_first)
}

#[test]
fn the_first_load_lists_since_ever_and_a_later_one_from_its_own_time() {
    let a = provider(1);
    assert_eq!(changes(&[], &[a], &[], true, t(5)), [opened(a, Instant::EVER, None)]);
    assert_eq!(changes(&[], &[a], &[], false, t(5)), [opened(a, t(5), None)]);
}

#[test]
fn a_changed_pcp_ends_the_old_listing_and_opens_the_new_at_load_time() {
    let (a, b) = (provider(1), practice(2));
    let rows = [row(a, Instant::EVER, None, true)];
    assert_eq!(changes(&rows, &[b], &[a], false, t(5)), [opened(b, t(5), None), ended(t(5))]);
}

#[test]
fn the_same_again_changes_nothing() {
    let a = provider(1);
    let rows = [row(a, Instant::EVER, None, true)];
    assert!(changes(&rows, &[a], &[a], false, t(5)).is_empty());
}

#[test]
fn the_feed_neither_doubles_nor_ends_what_others_made() {
    let a = provider(1);
    let rows = [row(a, Instant::EVER, None, false)];
    assert!(changes(&rows, &[a], &[], true, t(5)).is_empty());
    assert!(changes(&rows, &[], &[a], false, t(5)).is_empty());
}

#[test]
fn what_a_directory_file_brought_ends_when_the_feed_that_said_it_too_drops_it() {
    let (a, b) = (provider(1), provider(2));
    let rows = [imported(a, t(1))];
    assert!(changes(&rows, &[a], &[], true, t(5)).is_empty(), "not doubled");
    assert_eq!(changes(&rows, &[b], &[a], false, t(6)), [opened(b, t(6), None), ended(t(6))]);
    assert_eq!(changes(&rows, &[], &[a], false, t(6)), [ended(t(6))]);
    assert_eq!(changes(&rows, &[b], &[], false, t(6)), [opened(b, t(6), None)], "the feed never said it");
    // The file may name the practice too, which not every source knows.
    let elsewhere = Whom { practice: practice(7).practice, ..a };
    let rows_there = [imported(elsewhere, t(1))];
    assert_eq!(changes(&rows_there, &[], &[a], false, t(6)), [ended(t(6))]);
    let said = [claim(a, None, None, false)];
    assert_eq!(seat_changes(&rows, &[], &said, false, t(6)), [ended(t(6))]);
    assert!(seat_changes(&rows, &[], &[], false, t(6)).is_empty(), "the feed never said it");
    let over = [claim(a, None, None, true)];
    assert_eq!(
        seat_changes(&rows, &over, &said, false, t(6)),
        [ended(t(6))],
        "ended by the feed, not dropped"
    );
    assert!(seat_changes(&rows, &over, &[], false, t(6)).is_empty(), "the feed never said that it holds");
}

#[test]
fn a_listing_ended_by_hand_stays_ended_until_the_feed_has_dropped_it() {
    let a = provider(1);
    let rows = [row(a, Instant::EVER, Some(t(3)), true)];
    assert!(changes(&rows, &[a], &[a], false, t(5)).is_empty());
    assert_eq!(changes(&rows, &[a], &[], false, t(7)), [opened(a, t(7), None)]);
}

/// Confirmed by the access team on day 3, acknowledged as given.
fn confirmed(whom: Whom, acknowledged: Option<Instant>) -> ([Standing; 1], [Confirmed; 1]) {
    let row = row(whom, t(3), None, false);
    ([row], [Confirmed { id: row.id, acknowledged }])
}

#[test]
fn one_whom_the_team_confirmed_and_the_feed_lists_goes_on_as_the_feeds_whatever_the_practice() {
    let a = provider(1);
    let in_elm = Whom { practice: practice(2).practice, ..a };
    for whom in [a, in_elm] {
        for acknowledged in [None, Some(t(4))] {
            let (rows, confirmed) = confirmed(in_elm, acknowledged);
            let said = Said { rows: &rows, confirmed: &confirmed, new: &[whom], now: t(5) };
            assert_eq!(listing_changes(said, &[], false), [opened(whom, t(5), None), ended(t(5))]);
            assert_eq!(
                listing_changes(said, &[whom], true),
                [opened(whom, t(5), None), ended(t(5))],
                "never since ever"
            );
            assert!(said.is_done(rows[0].id));
        }
    }
    let (rows, confirmed) = confirmed(practice(2), None);
    let said = Said { rows: &rows, confirmed: &confirmed, new: &[in_elm], now: t(5) };
    assert_eq!(
        listing_changes(said, &[], false),
        [opened(in_elm, t(5), None)],
        "one of a practice is not all of it"
    );
}

#[test]
fn one_whom_the_team_confirmed_stands_until_the_feed_has_acknowledged_it_and_lists_somebody_else_since() {
    let (a, b) = (provider(1), provider(2));
    let (rows, confirmed) = confirmed(a, None);
    let said = Said { rows: &rows, confirmed: &confirmed, new: &[b], now: t(5) };
    assert_eq!(listing_changes(said, &[], false), [opened(b, t(5), None)], "not told yet");
    let told = [Confirmed { acknowledged: Some(t(4)), ..confirmed[0] }];
    let said = Said { confirmed: &told, ..said };
    assert_eq!(listing_changes(said, &[], false), [opened(b, t(5), None), ended(t(5))]);
    assert!(
        listing_changes(Said { new: &[], ..said }, &[b], false).is_empty(),
        "nobody is not somebody else"
    );
    let mut old = row(b, t(1), None, true);
    old.id = Uuid::from_u128(901);
    let rows = [rows[0], old];
    assert!(
        listing_changes(Said { rows: &rows, ..said }, &[b], false).is_empty(),
        "listed before the decision"
    );
    let new = row(b, t(4), None, true);
    let rows = [rows[0], Standing { id: old.id, ..new }];
    assert_eq!(
        listing_changes(Said { rows: &rows, ..said }, &[b], false),
        [ended(t(5))],
        "and known already"
    );
}

#[test]
fn a_decision_is_done_at_the_source_once_that_lists_nobody_whom_it_replaced() {
    let (a, b) = (provider(1), provider(2));
    let (rows, confirmed) = confirmed(a, None);
    let replaced = Standing { id: Uuid::from_u128(901), ..row(b, Instant::EVER, Some(t(3)), true) };
    let rows = [rows[0], replaced];
    let is_done = |new: &[Whom], id| Said { rows: &rows, confirmed: &confirmed, new, now: t(5) }.is_done(id);
    let id = rows[0].id;
    assert!(is_done(&[a], id) && !is_done(&[a, b], id));
    assert!(!is_done(&[], id) && !is_done(&[a], Uuid::nil()));
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
