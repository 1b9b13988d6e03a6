//! The schedule under faults: two nodes at once, killed at any point, hundreds of sponsors, clock changes of many zones, random worlds.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll};

use postern::adapters::entropy::SeededEntropy;
use postern::app::App;
use postern::app::ports::Entropy;
use postern::app::validation::schedule::{Swept, sweep};
use postern::domain::access::facts::SponsorFacts;
use postern::domain::calendar::{Instant, Interval, plus_days};
use postern::store::access_facts::{self, Those};
use postern::store::validation as rows;
use time::macros::date;

use crate::support::letters::count;
use crate::support::schedule::{
    DutyRow, Sponsor, another_node, at, duties, execute, in_zone, kinds, notices, posted, sweep_at, words_to,
};
use crate::support::sponsors::{fill, sponsor};
use crate::support::{Engine, House, both_engines, run};

const CYCLE: &str = "2026-04-01";
const OPENING: &str = "2026-04-01T04:00:00Z";
const LOCK: &str = "2026-05-01T04:00:00Z";

/// Chance that runs out.
struct RunsOut {
    chance: SeededEntropy,
    left: AtomicI64,
}

impl Entropy for RunsOut {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), std::io::Error> {
        if self.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(std::io::Error::other("none left"));
        }
        self.chance.fill(bytes)
    }
}

/// A task that is gone after it was polled so many times: whatever it held is dropped, as when its process dies.
struct Killed<F> {
    task: Pin<Box<F>>,
    polls: u32,
}

impl<F: Future> Future for Killed<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.task.as_mut().poll(context).map(Some)
    }
}

/// Each of `sponsors` has had this letter exactly once, and it is recorded once.
async fn told_once(house: &House, sponsors: &[Sponsor], round: &str) {
    let all = posted(house).await;
    assert_eq!(all.len(), sponsors.len(), "{round}");
    for one in sponsors {
        assert_eq!(all.iter().filter(|(to, _, _)| *to == one.email).count(), 1, "{round}");
        let recorded = notices(house, one.account).await;
        assert_eq!((recorded.len(), recorded[0].2), (1, 1), "{round}");
    }
}

async fn forget_everything(house: &House) {
    for sql in [
        "delete from validation_step",
        "delete from validation_notice",
        "delete from validation_duty",
        "delete from mail",
    ] {
        execute(house, sql).await;
    }
}

both_engines! {
    async fn killed_between_row_and_mail_two_hundred_times_no_letter_is_lost_or_doubled(house: House) {
        let mut sponsors = Vec::new();
        for _ in 0..3 {
            sponsors.push(Sponsor::with(house, 1).await);
        }
        house.clock.set(at(OPENING));
        let (mut failed, mut killed) = (0, 0);
        for round in 0..100_u32 {
            // A letter takes chance twice: for its id, and for its seal.
            let chance = RunsOut { chance: SeededEntropy::of(u64::from(round)), left: AtomicI64::new(i64::from(round % 6)) };
            let app = App { entropy: Arc::new(chance), ..house.app.clone() };
            failed += u32::from(sweep(&app).await.is_err());
            assert!(posted(house).await.is_empty(), "one transaction: all of the batch, or nothing");
            sweep(&house.app).await.unwrap();
            told_once(house, &sponsors, &format!("chance ran out, round {round}")).await;
            forget_everything(house).await;
        }
        for round in 0..100_u32 {
            // Its connections die with it.
            let dying = another_node(house, u64::from(round) + 2).await;
            let task = Killed { task: Box::pin(sweep(&dying)), polls: 1 + round };
            killed += u32::from(task.await.is_none());
            dying.db.close().await;
            sweep(&house.app).await.unwrap();
            told_once(house, &sponsors, &format!("killed, round {round}")).await;
            forget_everything(house).await;
        }
        assert_eq!(failed, 100);
        assert!(killed >= 10, "only {killed} were killed before they were done");
    }

    async fn two_nodes_at_once_post_each_letter_once(house: House) {
        fill(house.db(), 450, 1).await;
        let other = another_node(house, 2).await;
        for (place, instant) in [OPENING, "2026-04-15T04:00:00Z", LOCK].into_iter().enumerate() {
            house.clock.set(at(instant));
            let (one, two) = tokio::join!(sweep(&house.app), sweep(&other));
            let (one, two) = (one.unwrap(), two.unwrap());
            assert_eq!(one.mailed + two.mailed, 450, "{instant}");
            assert_eq!(one.opened + two.opened, if place == 0 { 450 } else { 0 });
            assert_eq!(one.locked + two.locked, if place == 2 { 450 } else { 0 });
            let doubled = "select count(*) from (select account_id from mail group by account_id, kind having count(*) > 1) t";
            assert_eq!(count(house, "select count(*) from mail").await, 450 * (i64::try_from(place).unwrap() + 1));
            assert_eq!(count(house, doubled).await, 0);
        }
        other.db.close().await;
    }

    async fn hundreds_of_sponsors_are_told_in_batches_and_a_broken_pass_goes_on_where_it_was(house: House) {
        fill(house.db(), 450, 2).await;
        house.clock.set(at(OPENING));
        // Chance for 300 letters: the first batch of 200 is committed, the second is not.
        let chance = RunsOut { chance: SeededEntropy::of(3), left: AtomicI64::new(600) };
        let app = App { entropy: Arc::new(chance), ..house.app.clone() };
        assert!(sweep(&app).await.is_err());
        assert_eq!(count(house, "select count(*) from mail").await, 200);
        assert_eq!(count(house, "select count(*) from validation_step").await, 0);
        assert_eq!(sweep(&house.app).await.unwrap(), Swept { mailed: 250, ..Swept::default() });
        let duties = duties(house, CYCLE).await;
        assert_eq!(duties.len(), 450);
        assert_eq!(duties[0], (sponsor(1), 2, None));
        let batches = "select count(*) from audit_row where act = 'validation_step' and detail not like '%\"mailed\":0%'";
        assert_eq!(count(house, batches).await, 3);
        assert_eq!(sweep_at(house, LOCK).await, Swept { opened: 0, locked: 450, mailed: 450, spared: 0 });
        assert_eq!(kinds(house, sponsor(450), 0).await, ["days_16", "days_9", "days_3", "days_1"]);
    }

    async fn what_the_schedule_records_agrees_with_the_rules_in_random_worlds(house: House) {
        let mut draw = Draw(20_260_401);
        random_world(house, &mut draw).await;
        let cycles = &house.app.hospital.cycles;
        let cycle = *cycles.named(date!(2026 - 04 - 01)).unwrap();
        house.clock.set(at("2026-06-01T00:00:00Z"));
        let mut tx = house.db().begin().await.unwrap();
        rows::open_cycle(&mut tx, &cycle, house.now()).await.unwrap();
        rows::lock_cycle(&mut tx, &cycle, cycles.zone(), house.now()).await.unwrap();
        tx.commit().await.unwrap();
        let facts = access_facts::viewers(house.db(), Those::All, cycles).await.unwrap();
        let dates = [date!(2026 - 05 - 01), date!(2026 - 05 - 05), date!(2026 - 05 - 20)];
        let instants = dates.map(|day| cycles.zone().start_of_day(day));
        let expected = |own: &SponsorFacts| -> Option<DutyRow> {
            let listed = own.held.iter().filter(|held| own.live(held, cycle.opens)).count();
            let locked = instants.into_iter().find(|t| cycles.overdue(own, *t).is_some());
            (listed > 0).then(|| (own.account, i64::try_from(listed).unwrap(), locked))
        };
        let mut wanted: Vec<DutyRow> = facts.values().filter_map(|v| expected(v.own.as_deref()?)).collect();
        wanted.sort_by_key(|duty| duty.0);
        let found = duties(house, CYCLE).await;
        for (wanted, found) in wanted.iter().zip(&found) {
            assert_eq!(wanted, found, "{:#?}", facts[&wanted.0].own);
        }
        assert_eq!(wanted.len(), found.len());
        let of = |locked: Option<Instant>| found.iter().filter(|duty| duty.2 == locked).count();
        let seen = [of(None), of(Some(instants[0])), of(Some(instants[1])), of(Some(instants[2]))];
        assert!(seen.iter().all(|count| *count >= 2), "the worlds show too little: {seen:?}");
    }
}

/// Repeatable draws.
struct Draw(u64);

impl Draw {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// A span that begins and ends about the instants that matter.
    fn span(&mut self) -> Interval {
        let edges = [OPENING, LOCK, "2026-05-05T04:00:00Z", "2026-05-20T04:00:00Z", "2026-04-12T00:00:00Z"];
        let edge = at(self.one_of(&edges)).plus_seconds(self.one_of(&[-1, 0, 1]));
        match self.below(6) {
            0 => Interval::new(None, Some(edge)),
            1 => Interval::new(Some(edge), None),
            2 => Interval::new(Some(edge), Some(edge.plus_seconds(30 * 86_400))),
            _ => Interval::ALWAYS,
        }
    }
}

/// Sixty sponsors in three practices, their staff coming, going and coming again; accounts disabled, reviews, moved due dates.
async fn random_world(house: &House, draw: &mut Draw) {
    let world = &house.world;
    let mut practices = Vec::new();
    for name in ["Elm", "Oak", "Fir"] {
        practices.push(world.practice(name).await);
    }
    let mut users = Vec::new();
    for _ in 0..25 {
        let user = world.account("sponsored", None, "active").await;
        if draw.below(4) == 0 {
            let from = at(OPENING).plus_seconds(i64::try_from(draw.below(40)).unwrap() * 86_400);
            let until =
                draw.one_of(&[None, Some(from.plus_seconds(86_400)), Some(from.plus_seconds(25 * 86_400))]);
            world.status(user, draw.one_of(&["disabled", "pending"]), Interval::new(Some(from), until)).await;
        }
        users.push(user);
    }
    for _ in 0..60 {
        let provider = world.provider("Okafor").await;
        let account = world.provider_account(provider).await;
        if draw.below(6) == 0 {
            world.disable(account, at(draw.one_of(&[OPENING, LOCK, "2026-04-12T00:00:00Z"]))).await;
        }
        let mut taken = Vec::new();
        for _ in 0..=draw.below(3) {
            let (practice, span) = (draw.one_of(&practices), draw.span());
            if !taken.contains(&(practice, span.start())) {
                taken.push((practice, span.start()));
                world.member(provider, practice, span).await;
            }
        }
        let mut held = Vec::new();
        for _ in 0..=draw.below(4) {
            // Few users, so that one is sponsored again.
            let (user, practice, span) =
                (users[draw.below(25) / 8 * 8], draw.one_of(&practices), draw.span());
            let key = (user, practice, span.start());
            if !held.contains(&key) {
                held.push(key);
                world.sponsorship(account, user, practice, span).await;
            }
        }
        if draw.below(4) == 0 {
            let when = at(draw.one_of(&[OPENING, LOCK, "2026-05-10T00:00:00Z"]))
                .plus_seconds(draw.one_of(&[-1, 0, 1]));
            world.review(account, draw.one_of(&[CYCLE, "2025-10-01", "2026-10-01"]), when).await;
        }
        for place in 0..draw.below(4) {
            let (due, latest) =
                draw.one_of(&[("2026-04-20", 3), ("2026-05-01", 14), ("2026-05-05", 30), ("2026-05-20", 30)]);
            let decided = plus_days(
                date!(2026 - 04 - 02),
                i64::try_from(place * 4 + draw.below(latest).min(24)).unwrap(),
            );
            let decided = house
                .app
                .hospital
                .cycles
                .zone()
                .start_of_day(decided)
                .plus_seconds(i64::try_from(place).unwrap());
            if decided
                < house
                    .app
                    .hospital
                    .cycles
                    .zone()
                    .start_of_day(postern::domain::calendar::parse_date(due).unwrap())
            {
                world.extension(account, CYCLE, due, decided).await;
            }
        }
    }
}

/// At each of these instants exactly one letter goes to one sponsor in `zone`, and none a second before.
fn letters_go_at(
    zone: &'static str,
    extension: Option<(&'static str, &'static str)>,
    instants: &'static [&'static str],
) {
    run(Engine::Sqlite, async |house| {
        let sponsor = Sponsor::with(house, 1).await;
        let app = in_zone(house, zone, "2026-01-01T00:00:00Z");
        if let Some((cycle, due)) = extension {
            house.world.extension(sponsor.account, cycle, due, at("2026-02-01T00:00:00Z")).await;
        }
        for (place, instant) in instants.iter().enumerate() {
            house.clock.set(at(instant).plus_seconds(-1));
            assert_eq!(sweep(&app).await.unwrap().mailed, 0, "{zone}: a second before {instant}");
            house.clock.advance(1);
            assert_eq!(sweep(&app).await.unwrap().mailed, 1, "{zone}: at {instant}");
            assert_eq!(words_to(house, &sponsor.email).await.len(), place + 1);
        }
    });
}

#[test]
fn letters_go_at_midnight_in_europe_whose_clocks_go_back_before_the_due_date() {
    letters_go_at(
        "Europe/Berlin",
        None,
        &[
            "2026-03-31T22:00:00Z",
            "2026-04-14T22:00:00Z",
            "2026-04-21T22:00:00Z",
            "2026-04-27T22:00:00Z",
            "2026-04-29T22:00:00Z",
            "2026-04-30T22:00:00Z",
            "2026-09-30T22:00:00Z",
            "2026-10-14T22:00:00Z",
            "2026-10-21T22:00:00Z",
            "2026-10-27T23:00:00Z",
            "2026-10-29T23:00:00Z",
            "2026-10-30T23:00:00Z",
        ],
    );
}

#[test]
fn letters_go_at_midnight_in_the_south_whose_clocks_change_days_after_the_opening() {
    letters_go_at(
        "Australia/Sydney",
        None,
        &[
            "2026-03-31T13:00:00Z",
            "2026-04-14T14:00:00Z",
            "2026-04-21T14:00:00Z",
            "2026-04-27T14:00:00Z",
            "2026-04-29T14:00:00Z",
            "2026-04-30T14:00:00Z",
            "2026-09-30T14:00:00Z",
            "2026-10-14T13:00:00Z",
            "2026-10-21T13:00:00Z",
            "2026-10-27T13:00:00Z",
            "2026-10-29T13:00:00Z",
            "2026-10-30T13:00:00Z",
        ],
    );
    letters_go_at(
        "America/Santiago",
        None,
        &[
            "2026-04-01T03:00:00Z",
            "2026-04-15T04:00:00Z",
            "2026-04-22T04:00:00Z",
            "2026-04-28T04:00:00Z",
            "2026-04-30T04:00:00Z",
            "2026-05-01T04:00:00Z",
        ],
    );
}

#[test]
fn letters_go_at_midnight_where_the_zone_is_half_an_hour_off() {
    letters_go_at(
        "Asia/Kolkata",
        None,
        &["2026-03-31T18:30:00Z", "2026-04-14T18:30:00Z", "2026-04-21T18:30:00Z"],
    );
}

#[test]
fn a_letter_whose_midnight_a_clock_change_removes_goes_at_the_first_instant_after_the_gap() {
    // Due on May 3, so that 9 days before is April 24, which begins at 01:00 in Cairo.
    letters_go_at(
        "Africa/Cairo",
        Some((CYCLE, "2026-05-03")),
        &[
            "2026-03-31T22:00:00Z",
            "2026-04-16T22:00:00Z",
            "2026-04-23T22:00:00Z",
            "2026-04-29T21:00:00Z",
            "2026-05-01T21:00:00Z",
            "2026-05-02T21:00:00Z",
        ],
    );
}

/// The clocks of Cairo go back at the end of October 29: the hour before midnight comes twice.
#[test]
fn a_letter_after_an_hour_that_comes_twice_goes_at_midnight_once() {
    run(Engine::Sqlite, async |house| {
        let sponsor = Sponsor::with(house, 1).await;
        let app = in_zone(house, "Africa/Cairo", "2026-10-01T00:00:00+03:00");
        for (instant, letters) in [
            ("2026-10-27T21:00:00Z", 1),
            ("2026-10-29T20:00:00Z", 1),
            ("2026-10-29T21:00:00Z", 1),
            ("2026-10-29T21:59:59Z", 1),
            ("2026-10-29T22:00:00Z", 2),
            ("2026-10-30T21:59:59Z", 2),
            ("2026-10-30T22:00:00Z", 3),
        ] {
            house.clock.set(at(instant));
            sweep(&app).await.unwrap();
            assert_eq!(words_to(house, &sponsor.email).await.len(), letters, "{instant}");
        }
    });
}

#[test]
fn a_leap_day_counts_as_one_day_before_march_1() {
    run(Engine::Sqlite, async |house| {
        let sponsor = Sponsor::with(house, 1).await;
        let app = in_zone(house, "America/New_York", "2027-10-01T04:00:00Z");
        house.clock.set(at("2027-10-01T04:00:00Z"));
        assert_eq!(sweep(&app).await.unwrap().mailed, 1);
        house.world.extension(sponsor.account, "2027-10-01", "2028-03-01", house.now()).await;
        for instant in ["2028-02-14", "2028-02-21", "2028-02-27", "2028-02-29", "2028-03-01"] {
            let midnight = at(&format!("{instant}T05:00:00Z"));
            house.clock.set(midnight.plus_seconds(-1));
            assert_eq!(sweep(&app).await.unwrap().mailed, 0, "a second before {instant}");
            house.clock.set(midnight);
            assert_eq!(sweep(&app).await.unwrap().mailed, 1, "{instant}");
        }
    });
}
