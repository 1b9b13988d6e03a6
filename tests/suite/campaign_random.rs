//! Random sponsors at random instants: what the campaign counts with SQL is what the domain says of each of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use postern::app::look_ups::Asker;
use postern::app::validation::campaign::{Wanted, export};
use postern::domain::access::facts::ViewerFacts;
use postern::domain::calendar::{Instant, Interval};
use postern::domain::campaign::{State, standing};
use postern::domain::ids::{AccountId, PracticeId};
use postern::store::access_facts::{Those, viewers};
use postern::store::mail;
use time::Date;
use time::macros::date;

use crate::campaign::{AUTUMN, SPRING, at, shown};
use crate::support::{House, both_engines};

/// Drawn numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// One of the instants around which everything turns, or close to it.
    fn instant(&mut self) -> Instant {
        const AROUND: &[&str] = &[
            "2026-03-20T12:00:00Z",
            "2026-04-01T04:00:00Z",
            "2026-04-12T12:00:00Z",
            "2026-04-22T04:00:00Z",
            "2026-05-01T04:00:00Z",
            "2026-05-16T04:00:00Z",
            "2026-08-01T12:00:00Z",
            "2026-10-01T04:00:00Z",
            "2026-10-12T12:00:00Z",
            "2026-10-31T04:00:00Z",
            "2026-11-16T05:00:00Z",
        ];
        let base = at(AROUND[usize::try_from(self.roll(AROUND.len() as u64)).unwrap()]);
        base.plus_seconds([-1, 0, 0, 1, 86_400][usize::try_from(self.roll(5)).unwrap()])
    }

    fn span(&mut self) -> Interval {
        let (a, b) = (self.instant(), self.instant());
        match self.roll(6) {
            0 => Interval::new(Some(a.min(b)), Some(a.max(b).plus_seconds(1))),
            1 => Interval::new(Some(a), None),
            2 => Interval::new(None, Some(a)),
            _ => Interval::ALWAYS,
        }
    }
}

async fn add(house: &House, dice: &mut Dice, practices: &[PracticeId]) -> AccountId {
    let world = &house.world;
    let provider = world.provider("Okafor").await;
    let account = world.provider_account(provider).await;
    for practice in practices {
        world.member(provider, *practice, dice.span()).await;
    }
    for _ in 0..=dice.roll(2) {
        let user = world.sponsored_account().await;
        let practice = practices[usize::try_from(dice.roll(2)).unwrap()];
        let first = dice.span();
        world.sponsorship(account, user, practice, first).await;
        if let Some(end) = first.end().filter(|_| dice.roll(2) == 0) {
            // The same person again: listed status is inherited.
            world.sponsorship(account, user, practice, Interval::new(Some(end.plus_seconds(1)), None)).await;
        }
        if dice.roll(5) == 0 {
            world.disable(user, dice.instant()).await;
        }
    }
    if dice.roll(6) == 0 {
        world.disable(account, dice.instant()).await;
    }
    for (cycle, dates) in [
        (SPRING, ["2026-04-20", "2026-05-02", "2026-05-16"]),
        (AUTUMN, ["2026-10-20", "2026-11-02", "2026-11-16"]),
    ] {
        if dice.roll(3) == 0 {
            world.review(account, cycle, dice.instant()).await;
        }
        if dice.roll(4) == 0 {
            let due = dates[usize::try_from(dice.roll(3)).unwrap()];
            world.extension(account, cycle, due, dice.instant()).await;
        }
    }
    if dice.roll(5) == 0 {
        world.bounce(account, at("2026-04-01T12:00:00Z")).await;
    }
    account
}

/// Each of the campaign's lists of `cycle` at `when` is what the domain says of those who are `in_it`. What was seen is added to `seen`,
/// and how many an earlier cycle locks is returned.
async fn compare(
    house: &House,
    facts: &HashMap<AccountId, ViewerFacts>,
    in_it: &BTreeSet<AccountId>,
    (cycle, when): (Date, &str),
    seen: &mut BTreeSet<State>,
) -> usize {
    house.clock.set(at(when));
    let cycles = &house.app.hospital.cycles;
    let mut expected: BTreeMap<State, BTreeSet<AccountId>> = BTreeMap::new();
    let mut older = 0;
    for id in in_it {
        let email = house.world.email(*id).await.to_lowercase();
        let is_bounced = mail::bounced(house.db(), &email).await.unwrap().is_some();
        let own = facts[id].own.as_deref().unwrap();
        let stands = standing(cycles, own, cycles.named(cycle).unwrap(), is_bounced, at(when));
        expected.entry(stands.state).or_default().insert(*id);
        older += usize::from(stands.older.is_some());
    }
    let of_cycle = Wanted { cycle: Some(cycle), ..Wanted::default() };
    let page = shown(house, of_cycle).await;
    for state in State::ALL {
        let wanted = Wanted { state: Some(*state), ..of_cycle };
        let listed = export(&house.app, &Asker::command_line(at(when)), &wanted).await.unwrap();
        let listed: BTreeSet<AccountId> = listed.iter().map(|row| row.sponsor.sponsor).collect();
        let of_domain = expected.remove(state).unwrap_or_default();
        let counted = usize::try_from(page.counts[state].sponsors).unwrap();
        assert_eq!(counted, of_domain.len(), "{cycle} {when} {state}");
        assert_eq!(listed, of_domain, "{cycle} {when} {state}");
        if !of_domain.is_empty() {
            seen.insert(*state);
        }
    }
    older
}

both_engines! {
    async fn what_is_counted_is_what_the_domain_says_of_each(house: House) {
        let mut dice = Dice(20_260_401);
        let practices = [house.world.practice("Elm").await, house.world.practice("Oak").await];
        let mut ids = Vec::new();
        for _ in 0..80 {
            ids.push(add(house, &mut dice, &practices).await);
        }
        let cycles = &house.app.hospital.cycles;
        let (spring, autumn) = (date!(2026 - 04 - 01), date!(2026 - 10 - 01));
        let facts = viewers(house.db(), Those::Some(&ids), cycles).await.unwrap();
        // Whom the schedule lists in spring, and some whom it does not; in autumn everybody.
        let mut in_spring = BTreeSet::new();
        for id in &ids {
            let own = facts[id].own.as_deref().unwrap();
            let opens = cycles.named(spring).unwrap().opens;
            if own.held.iter().any(|held| own.listed(held, opens)) || dice.roll(2) == 0 {
                house.world.duty(*id, SPRING, i64::try_from(1 + dice.roll(3)).unwrap()).await;
                in_spring.insert(*id);
            }
            house.world.duty(*id, AUTUMN, i64::try_from(1 + dice.roll(3)).unwrap()).await;
        }
        let in_autumn: BTreeSet<AccountId> = ids.iter().copied().collect();
        assert!(in_spring.len() < in_autumn.len());
        let (mut seen, mut seen_in_autumn) = (BTreeSet::new(), BTreeSet::new());
        for when in [
            "2026-04-01T04:00:00Z", "2026-04-12T12:00:00Z", "2026-04-22T03:59:59Z", "2026-04-22T04:00:00Z", "2026-05-01T03:59:59Z",
            "2026-05-01T04:00:00Z", "2026-05-02T04:00:00Z", "2026-05-16T04:00:01Z", "2026-06-01T12:00:00Z",
        ] {
            assert_eq!(compare(house, &facts, &in_spring, (spring, when), &mut seen).await, 0);
        }
        for when in [
            "2026-10-01T04:00:00Z", "2026-10-12T12:00:00Z", "2026-10-22T03:59:59Z", "2026-10-22T04:00:00Z", "2026-10-31T03:59:59Z",
            "2026-10-31T04:00:00Z", "2026-11-02T05:00:00Z", "2026-11-16T05:00:01Z", "2026-12-01T12:00:00Z",
        ] {
            let older = compare(house, &facts, &in_autumn, (autumn, when), &mut seen_in_autumn).await;
            assert!((1..ids.len()).contains(&older), "{when}: an earlier cycle locks {older}");
            compare(house, &facts, &in_spring, (spring, when), &mut seen).await;
        }
        assert_eq!((seen.len(), seen_in_autumn.len()), (4, 4), "a world that never reaches a state proves nothing");
    }
}
