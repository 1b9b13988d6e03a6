//! The lock, what a sponsor owes, and F2 to F4 agree with a second writing of the rules, for random worlds and instants over
//! ten years, in zones on both halves of the earth.
//!
//! A modest number of worlds by default, many with `POSTERN_TEST_FULL`. The worlds are drawn from a fixed seed, so a failure
//! comes again, and proptest makes it small.

mod rules;
mod world;

use std::cell::RefCell;
use std::collections::BTreeSet;

use postern::domain::access::facts::{Held, SponsorFacts};
use postern::domain::access::{Action, Refusal, standing};
use postern::domain::calendar::{Instant, Zone};
use postern::domain::notice::{NoticeKind, due_at};
use postern::domain::validation::Cycles;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use time::{Date, Month};

use rules::{Almanac, Diary, Micros, World};
use world::{YEARS, ZONES, edges, fact, sponsor_facts, sponsor_viewer, user_viewer};

fn worlds() -> u32 {
    let full = std::env::var("POSTERN_TEST_FULL").is_ok_and(|v| !v.is_empty());
    if full { 500 } else { 25 }
}

fn new_year(year: i32) -> Date {
    Date::from_calendar_date(year, Month::January, 1).unwrap()
}

fn facts_of<'a>(held: impl IntoIterator<Item = &'a Held>) -> BTreeSet<uuid::Uuid> {
    held.into_iter().map(|h| h.id.0).collect()
}

fn facts_named(edges: &BTreeSet<usize>) -> BTreeSet<uuid::Uuid> {
    edges.iter().map(|edge| fact(*edge).0).collect()
}

/// One world as both see it.
struct Both<'a> {
    world: &'a World,
    diaries: Vec<Diary<'a>>,
    cycles: Cycles,
    sponsors: Vec<SponsorFacts>,
    seen: &'a Seen,
}

/// The kinds of answers that came up, so that a world which asks nothing is noticed.
type Seen = RefCell<BTreeSet<&'static str>>;

const KINDS: [&str; 8] = [
    "allowed",
    "account_inactive",
    "validation_overdue",
    "no_sponsorship",
    "sponsor_locked",
    "an empty review",
    "an attested user",
    "two cycles unreviewed",
];

fn kind(refusal: Result<(), Refusal>) -> &'static str {
    refusal.err().map_or("allowed", Refusal::word)
}

impl<'a> Both<'a> {
    fn of(world: &'a World, almanac: &'a Almanac, zone: Zone, seen: &'a Seen) -> Self {
        let numbers = 0..world.sponsors.len();
        Self {
            world,
            diaries: numbers.clone().map(|n| Diary::kept(world, almanac, n)).collect(),
            cycles: Cycles::counting_from(Instant::from_micros(world.counts_from), zone),
            sponsors: numbers.map(|n| sponsor_facts(world, almanac, n)).collect(),
            seen,
        }
    }

    fn agree_on_the_calendar(&self, t: Micros) -> Result<(), TestCaseError> {
        let mut opened: Vec<(Date, Micros, Micros)> = self
            .cycles
            .opened_by(Instant::from_micros(t))
            .map(|c| (c.opening, c.opens.micros(), c.due.micros()))
            .collect();
        opened.reverse();
        prop_assert_eq!(opened, self.diaries[0].opened_by(t), "the cycles open at {}", t);
        let next = self.cycles.next(Instant::from_micros(t)).map(|c| c.opening);
        prop_assert_eq!(next, self.diaries[0].next_after(t), "the cycle after {}", t);
        Ok(())
    }

    fn agree_on_the_sponsor(&self, n: usize, t: Micros) -> Result<(), TestCaseError> {
        let (now, facts, diary) = (Instant::from_micros(t), &self.sponsors[n], &self.diaries[n]);
        let overdue = diary.overdue(t);
        let said = self.cycles.overdue(facts, now).map(|c| c.opening);
        prop_assert_eq!(said, overdue.last().copied(), "overdue, sponsor {} at {:?}", n, now);
        for cycle in self.cycles.opened_by(now) {
            let due = self.cycles.due(facts, cycle, now).micros();
            prop_assert_eq!(due, diary.due_instant(cycle.opening, t), "due, sponsor {} at {:?}", n, now);
        }
        let said = self
            .cycles
            .duty(facts, now)
            .map(|d| (d.cycle.opening, d.due.micros(), d.overdue, facts_of(d.rows), facts_of(d.attested)));
        let duty = diary
            .duty(t)
            .map(|d| (d.cycle, d.due, d.overdue, facts_named(&d.rows), facts_named(&d.attested)));
        if let Some((_, _, late, rows, attested)) = &duty {
            let two = self.cycles.unreviewed(facts, now).len() > 1;
            let kinds =
                [(*late && rows.is_empty(), KINDS[5]), (!attested.is_empty(), KINDS[6]), (two, KINDS[7])];
            self.seen.borrow_mut().extend(kinds.into_iter().filter(|k| k.0).map(|k| k.1));
        }
        prop_assert_eq!(said, duty, "the duty of sponsor {} at {:?}", n, now);

        let viewer = sponsor_viewer(self.world, facts, n, &self.cycles);
        let inactive = !self.world.sponsors[n].account.active(t);
        // "F1 applies to every action; F2–F4 to all but the review, the nudge, help and sign-out".
        let refusal = if inactive {
            Err(Refusal::AccountInactive)
        } else if overdue.is_empty() {
            Ok(())
        } else {
            Err(Refusal::ValidationOverdue)
        };
        self.seen.borrow_mut().insert(kind(refusal));
        prop_assert_eq!(standing(&viewer, Action::OpenChart, now), refusal, "sponsor {} at {:?}", n, now);
        let refusal = if inactive { Err(Refusal::AccountInactive) } else { Ok(()) };
        for action in [Action::Review, Action::Nudge, Action::Help, Action::SignOut] {
            prop_assert_eq!(standing(&viewer, action, now), refusal, "sponsor {} at {:?}", n, now);
        }
        Ok(())
    }

    fn agree_on_the_user(&self, n: usize, t: Micros) -> Result<(), TestCaseError> {
        let now = Instant::from_micros(t);
        let mine: Vec<usize> =
            (0..self.world.edges.len()).filter(|e| self.world.edges[*e].user == n).collect();
        let unlocked: BTreeSet<usize> = mine
            .iter()
            .filter(|edge| self.diaries[self.world.edges[**edge].sponsor].unlocked(**edge, t))
            .copied()
            .collect();
        // "F3: a sponsored user with no live sponsorship. F4: a sponsored user whose live sponsorships are all locked".
        let refusal = if !self.world.users[n].active(t) {
            Err(Refusal::AccountInactive)
        } else if !mine.iter().any(|edge| self.world.live(*edge, t)) {
            Err(Refusal::NoSponsorship)
        } else if unlocked.is_empty() {
            Err(Refusal::SponsorLocked)
        } else {
            Ok(())
        };
        self.seen.borrow_mut().insert(kind(refusal));
        let viewer = user_viewer(self.world, &self.sponsors, n, &self.cycles);
        prop_assert_eq!(standing(&viewer, Action::ListPatient, now), refusal, "user {} at {:?}", n, now);
        // "staff with two sponsorships, one locked, keep what the other permits".
        let said: BTreeSet<uuid::Uuid> = viewer.unlocked_sponsorships(now).map(|(s, _)| s.id.0).collect();
        prop_assert_eq!(said, facts_named(&unlocked), "what user {} keeps at {:?}", n, now);
        Ok(())
    }

    fn agree(&self, t: Micros) -> Result<(), TestCaseError> {
        self.agree_on_the_calendar(t)?;
        for sponsor in 0..self.world.sponsors.len() {
            self.agree_on_the_sponsor(sponsor, t)?;
        }
        for user in 0..self.world.users.len() {
            self.agree_on_the_user(user, t)?;
        }
        Ok(())
    }
}

/// Worlds of one zone, each asked at every edge, a microsecond beside it, and at random instants of the ten years.
fn compare(seed: u8) {
    let zone_name = ZONES[usize::from(seed)];
    let zone: Zone = zone_name.parse().unwrap();
    let almanac = Almanac::of(zone, new_year(YEARS.0 - 1), new_year(YEARS.1 + 3));
    let (from, to) = (almanac.morning(new_year(YEARS.0)), almanac.morning(new_year(YEARS.1 + 1)));
    let mut runner = TestRunner::new_with_rng(
        Config { cases: worlds(), failure_persistence: None, max_shrink_iters: 300, ..Config::default() },
        TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
    );
    let worlds = (world::world(&almanac), prop::collection::vec(from..to, 20));
    let seen = Seen::default();
    let outcome = runner.run(&worlds, |(world, instants)| {
        let both = Both::of(&world, &almanac, zone, &seen);
        edges(&world, &almanac).into_iter().chain(instants).try_for_each(|t| both.agree(t))
    });
    if let Err(failure) = outcome {
        panic!("{zone_name}: {failure}");
    }
    assert_eq!(seen.into_inner(), BTreeSet::from(KINDS), "{zone_name}: kinds of answers that came up");
}

macro_rules! zones {
    ($($name:ident $number:literal;)+) => {$(
        #[test]
        fn $name() {
            compare($number);
        }
    )+};
}

zones! {
    the_lock_equals_its_day_by_day_oracle_in_new_york 0;
    the_lock_equals_its_day_by_day_oracle_in_berlin 1;
    the_lock_equals_its_day_by_day_oracle_in_sydney 2;
    the_lock_equals_its_day_by_day_oracle_in_santiago 3;
    the_lock_equals_its_day_by_day_oracle_in_cairo 4;
    the_lock_equals_its_day_by_day_oracle_in_kolkata 5;
    the_lock_equals_its_day_by_day_oracle_in_apia 6;
}

/// "Mail at opening, and 16, 9, 3 and 1 days before the due date, and at the lock": mornings counted back one by one from that of
/// every day on which a sponsor may be due.
#[test]
fn every_letter_of_ten_years_is_due_on_the_morning_that_the_almanac_counts() {
    for zone_name in ZONES {
        let zone: Zone = zone_name.parse().unwrap();
        let almanac = Almanac::of(zone, new_year(YEARS.0 - 1), new_year(YEARS.1 + 3));
        let mornings: Vec<(Date, Micros)> = almanac.days().collect();
        let cycles = Cycles::counting_from(Instant::from_micros(almanac.morning(new_year(YEARS.0))), zone);
        let last = Instant::from_micros(almanac.morning(new_year(YEARS.1 + 1)));
        let mut asked = 0;
        for cycle in cycles.opened_by(last) {
            let opened = mornings.iter().position(|(date, _)| *date == cycle.opening).unwrap();
            // The normal due date, and extensions of up to half a year.
            for due in opened + 30..opened + 215 {
                let (_, due_morning) = mornings[due];
                for (kind, expected) in [
                    (NoticeKind::Opening, opened),
                    (NoticeKind::Days16, due - 16),
                    (NoticeKind::Days9, due - 9),
                    (NoticeKind::Days3, due - 3),
                    (NoticeKind::Days1, due - 1),
                    (NoticeKind::Lock, due),
                ] {
                    let said = due_at(cycle, Instant::from_micros(due_morning), kind, zone).micros();
                    assert_eq!(said, mornings[expected].1, "{zone_name}, {kind:?}, due {}", mornings[due].0);
                    asked += 1;
                }
            }
        }
        assert_eq!(asked, 22 * 185 * 6, "{zone_name}: two cycles in each of eleven years");
    }
}
