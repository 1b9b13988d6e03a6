//! The schedule of the validation: each letter at its instant, once, to whoever owes the review still; what is recorded for the campaign.

use postern::app::mail::deliver;
use postern::app::validation::schedule::{Swept, needed, sweep};
use postern::domain::access::facts::ViewerFacts;
use postern::domain::calendar::Interval;
use postern::domain::letter::Letter;
use postern::jobs::Job;
use postern::store::access_facts::{self, Those};

use crate::support::letters::{count, letters, letters_of};
use crate::support::mail::{Script, with_mailer};
use crate::support::schedule::{
    Sponsor, at, duties, end_memberships, end_sponsorship, execute, in_zone, kinds, notices, posted,
    sweep_at, words_to,
};
use crate::support::{House, both_engines};

const CYCLE: &str = "2026-04-01";
/// The instants of April 2026 in New York, in order, and the letter of each.
const INSTANTS: [(&str, &str, &str); 6] = [
    ("2026-04-01T04:00:00Z", "opening", "review_opened"),
    ("2026-04-15T04:00:00Z", "days_16", "review_due"),
    ("2026-04-22T04:00:00Z", "days_9", "review_due"),
    ("2026-04-28T04:00:00Z", "days_3", "review_due"),
    ("2026-04-30T04:00:00Z", "days_1", "review_due"),
    ("2026-05-01T04:00:00Z", "lock", "review_locked"),
];

fn swept(opened: u64, locked: u64, mailed: u64, spared: u64) -> Swept {
    Swept { opened, locked, mailed, spared }
}

async fn viewer(house: &House, sponsor: &Sponsor) -> ViewerFacts {
    let those = Those::One(sponsor.account);
    let cycles = &house.app.hospital.cycles;
    access_facts::viewers(house.db(), those, cycles).await.unwrap().remove(&sponsor.account).unwrap()
}

both_engines! {
    async fn nothing_happens_a_second_before_april_1_in_new_york_and_one_letter_goes_at_midnight(house: House) {
        let sponsor = Sponsor::with(house, 2).await;
        assert_eq!(sweep_at(house, "2026-04-01T03:59:59Z").await, Swept::default());
        assert!(!needed(&house.app).await.unwrap());
        assert!(duties(house, CYCLE).await.is_empty());
        house.clock.advance(1);
        assert!(needed(&house.app).await.unwrap());
        assert_eq!(sweep(&house.app).await.unwrap(), swept(1, 0, 1, 0));
        assert!(!needed(&house.app).await.unwrap());
        assert_eq!(sweep(&house.app).await.unwrap(), Swept::default());
        assert_eq!(duties(house, CYCLE).await, [(sponsor.account, 2, None)]);
        let (to, word, call) = posted(house).await.remove(0);
        assert_eq!((to, word), (sponsor.email.clone(), "review_opened"));
        assert_eq!((call.people, call.due, call.late, call.locked), (2, at("2026-05-01T04:00:00Z"), false, false));
        assert_eq!((call.sponsor, call.at), (sponsor.account, house.now()));
    }

    /// asvs_v6_4_5
    async fn each_letter_goes_at_its_local_midnight_once_and_not_a_second_sooner(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        for (place, (instant, kind, word)) in INSTANTS.into_iter().enumerate() {
            house.clock.set(at(instant).plus_seconds(-1));
            assert_eq!(sweep(&house.app).await.unwrap(), Swept::default(), "a second before {kind}");
            house.clock.advance(1);
            assert_eq!(sweep(&house.app).await.unwrap().mailed, 1, "{kind}");
            house.clock.advance(60);
            assert!(!needed(&house.app).await.unwrap());
            assert_eq!(sweep(&house.app).await.unwrap(), Swept::default());
            let told = words_to(house, &sponsor.email).await;
            assert_eq!((told.len(), *told.last().unwrap()), (place + 1, word), "{kind}");
            assert_eq!(*kinds(house, sponsor.account, 1).await.last().unwrap(), kind);
        }
        assert!(posted(house).await.iter().all(|(_, _, call)| !call.late));
        assert_eq!(duties(house, CYCLE).await, [(sponsor.account, 1, Some(at("2026-05-01T04:00:00Z")))]);
        assert!(viewer(house, &sponsor).await.overdue(house.now()).is_some());
        assert!(matches!(&letters_of(house, "review_locked").await[0].1, Letter::ReviewLocked { staff: 1, .. }));
    }

    async fn who_has_reviewed_gets_no_further_letter_until_october(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        sweep_at(house, "2026-04-01T04:00:00Z").await;
        house.world.review(sponsor.account, CYCLE, at("2026-04-10T12:00:00Z")).await;
        for (instant, _, _) in &INSTANTS[1..] {
            let done = sweep_at(house, instant).await;
            assert_eq!((done.mailed, done.spared, done.locked), (0, 1, 0), "{instant}");
        }
        assert_eq!(words_to(house, &sponsor.email).await, ["review_opened"]);
        assert_eq!(sweep_at(house, "2026-10-01T04:00:00Z").await, swept(1, 0, 1, 0));
        assert_eq!(words_to(house, &sponsor.email).await, ["review_opened", "review_opened"]);
    }

    async fn a_sponsor_who_is_locked_is_told_so_with_every_letter_of_the_next_cycle(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        for (instant, _, _) in INSTANTS {
            sweep_at(house, instant).await;
        }
        sweep_at(house, "2026-10-01T04:00:00Z").await;
        let (_, word, call) = posted(house).await.pop().unwrap();
        assert_eq!((word, call.locked, call.due), ("review_opened", true, at("2026-05-01T04:00:00Z")));
        house.world.review(sponsor.account, "2026-10-01", house.now()).await;
        assert_eq!(sweep_at(house, "2026-10-15T04:00:00Z").await.mailed, 0, "one review cleared both");
    }

    async fn nobody_is_told_or_recorded_as_locked_who_had_nobody_left_at_the_due_instant(house: House) {
        let world = &house.world;
        let (removed, disabled, moved) =
            (Sponsor::with(house, 1).await, Sponsor::with(house, 1).await, Sponsor::with(house, 1).await);
        let (own, stays) = (Sponsor::with(house, 1).await, Sponsor::with(house, 1).await);
        assert_eq!(sweep_at(house, "2026-04-01T04:00:00Z").await, swept(5, 0, 5, 0));
        let before = at("2026-05-01T03:59:59Z");
        end_sponsorship(house, removed.staff[0].1, before).await;
        world.disable(disabled.staff[0].0, before).await;
        end_memberships(house, moved.practice, before).await;
        world.disable(own.account, before).await;
        // A second too late to count.
        end_sponsorship(house, stays.staff[0].1, at("2026-05-01T04:00:01Z")).await;
        let at_lock = sweep_at(house, "2026-05-01T04:00:01Z").await;
        assert_eq!(at_lock, swept(0, 1, 1, 4));
        for (sponsor, letters) in [(&removed, 1), (&disabled, 1), (&moved, 1), (&own, 1), (&stays, 2)] {
            assert_eq!(words_to(house, &sponsor.email).await.len(), letters);
        }
        let locked: Vec<_> = duties(house, CYCLE).await.into_iter().filter(|d| d.2.is_some()).map(|d| d.0).collect();
        assert_eq!(locked, [stays.account]);
        let (_, _, call) = posted(house).await.pop().unwrap();
        assert_eq!((call.people, call.locked), (0, true), "an empty review is due all the same");
    }

    async fn a_moved_due_date_moves_the_reminders_and_the_lock_of_that_sponsor_alone(house: House) {
        let (moved, other) = (Sponsor::with(house, 1).await, Sponsor::with(house, 1).await);
        sweep_at(house, "2026-04-01T04:00:00Z").await;
        house.world.extension(moved.account, CYCLE, "2026-05-15", at("2026-04-02T12:00:00Z")).await;
        for (instant, _, _) in &INSTANTS[1..] {
            sweep_at(house, instant).await;
        }
        assert_eq!(words_to(house, &other.email).await.len(), 6);
        assert_eq!(kinds(house, moved.account, 1).await, ["opening", "days_16"], "April 29 was 16 days before May 15");
        for (day, kind) in [("06", "days_9"), ("12", "days_3"), ("14", "days_1"), ("15", "lock")] {
            let instant = format!("2026-05-{day}T04:00:00Z");
            house.clock.set(at(&instant).plus_seconds(-1));
            assert!(!needed(&house.app).await.unwrap(), "a second before {kind}");
            assert_eq!(sweep(&house.app).await.unwrap(), Swept::default());
            house.clock.advance(1);
            assert!(needed(&house.app).await.unwrap(), "{kind}");
            assert_eq!(sweep(&house.app).await.unwrap().mailed, 1, "{kind}");
            assert_eq!(*kinds(house, moved.account, 1).await.last().unwrap(), kind);
        }
        assert!(!needed(&house.app).await.unwrap());
        let locks: Vec<_> = duties(house, CYCLE).await.into_iter().map(|d| (d.0, d.2.unwrap())).collect();
        assert_eq!(locks, [(moved.account, at("2026-05-15T04:00:00Z")), (other.account, at("2026-05-01T04:00:00Z"))]);
        // The reminder of April 29 was two days late: the sweep before that was on April 28.
        let late: Vec<bool> = posted(house).await.into_iter().filter(|p| p.0 == moved.email).map(|p| p.2.late).collect();
        assert_eq!(late, [false, true, false, false, false, false]);
    }

    async fn an_extension_after_the_lock_repeats_no_letter(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        for (instant, _, _) in INSTANTS {
            sweep_at(house, instant).await;
        }
        house.world.extension(sponsor.account, CYCLE, "2026-05-20", at("2026-05-02T12:00:00Z")).await;
        for instant in ["2026-05-02T12:00:01Z", "2026-05-11T04:00:00Z", "2026-05-20T04:00:00Z", "2026-05-21T04:00:00Z"] {
            assert_eq!(sweep_at(house, instant).await, Swept::default(), "{instant}");
        }
        assert_eq!(words_to(house, &sponsor.email).await.len(), 6);
    }

    async fn after_three_days_without_a_sweep_one_letter_goes_and_says_that_it_is_late(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        sweep_at(house, "2026-04-01T04:00:00Z").await;
        // Down over the letters of 9 and of 3 days.
        assert_eq!(sweep_at(house, "2026-04-29T10:00:00Z").await.mailed, 1);
        let (_, word, call) = posted(house).await.pop().unwrap();
        assert_eq!((word, call.late), ("review_due", true));
        assert_eq!(kinds(house, sponsor.account, 1).await, ["opening", "days_3"]);
        assert_eq!(kinds(house, sponsor.account, 0).await, ["days_16", "days_9"]);
        assert_eq!(sweep_at(house, "2026-04-29T10:01:00Z").await, Swept::default());
        assert_eq!(sweep_at(house, "2026-04-30T04:59:59Z").await.mailed, 1);
        assert!(!posted(house).await.pop().unwrap().2.late, "an hour is not late");
    }

    async fn a_cycle_that_was_slept_through_is_recorded_and_mailed_to_nobody(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        let app = in_zone(house, "America/New_York", "2023-01-01T00:00:00Z");
        house.clock.set(at("2026-06-01T12:00:00Z"));
        let done = sweep(&app).await.unwrap();
        assert_eq!((done.opened, done.locked, done.mailed), (7, 7, 1));
        assert_eq!(words_to(house, &sponsor.email).await, ["review_locked"]);
        assert!(posted(house).await[0].2.late);
        assert_eq!(count(house, "select count(*) from validation_step").await, 7 * 6);
        assert_eq!(notices(house, sponsor.account).await.len(), 6, "of the newest cycle");
        assert!(!needed(&app).await.unwrap());
        assert_eq!(sweep(&app).await.unwrap(), Swept::default());
        let history = duties(house, "2024-10-01").await;
        assert_eq!(history, [(sponsor.account, 1, Some(at("2024-10-31T04:00:00Z")))]);
    }

    async fn before_the_first_cycle_that_counts_nothing_is_made(house: House) {
        Sponsor::with(house, 1).await;
        let app = in_zone(house, "America/New_York", "2026-10-01T04:00:00Z");
        for instant in ["2026-04-01T04:00:00Z", "2026-05-01T04:00:00Z", "2026-10-01T03:59:59Z"] {
            house.clock.set(at(instant));
            assert!(!needed(&app).await.unwrap());
            assert_eq!(sweep(&app).await.unwrap(), Swept::default());
        }
        assert_eq!(count(house, "select count(*) from validation_step").await, 0);
        house.clock.set(at("2026-10-01T04:00:00Z"));
        assert_eq!(sweep(&app).await.unwrap(), swept(1, 0, 1, 0));
    }

    async fn a_sponsor_whose_facts_came_late_is_told_at_the_next_step(house: House) {
        sweep_at(house, "2026-04-01T04:00:00Z").await;
        let sponsor = Sponsor::with(house, 1).await;
        assert_eq!(sweep_at(house, "2026-04-15T04:00:00Z").await, swept(1, 0, 1, 0));
        assert_eq!(words_to(house, &sponsor.email).await, ["review_due"]);
    }

    async fn who_was_sponsored_after_the_opening_gives_nobody_a_duty(house: House) {
        let practice = house.world.practice("Oak").await;
        let (_, account) = house.world.physician("Ito", practice).await;
        let user = house.world.sponsored_account().await;
        let since = Interval::new(Some(at("2026-04-01T04:00:00.000001Z")), None);
        house.world.sponsorship(account, user, practice, since).await;
        for (instant, _, _) in INSTANTS {
            assert_eq!(sweep_at(house, instant).await, Swept::default());
        }
        assert!(letters(house).await.is_empty());
    }

    async fn a_clock_set_back_an_hour_doubles_nothing(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        for (place, (instant, kind, _)) in INSTANTS.into_iter().enumerate() {
            sweep_at(house, instant).await;
            house.clock.advance(-3600);
            assert_eq!(sweep(&house.app).await.unwrap(), Swept::default(), "{kind}");
            house.clock.advance(3600);
            assert_eq!(sweep(&house.app).await.unwrap(), Swept::default(), "{kind}");
            assert_eq!(words_to(house, &sponsor.email).await.len(), place + 1);
        }
    }

    async fn a_clock_that_was_a_year_ahead_for_a_day_costs_no_letter_of_the_year(house: House) {
        let (sponsor, done) = (Sponsor::with(house, 1).await, Sponsor::with(house, 1).await);
        sweep_at(house, "2026-04-01T04:00:00Z").await;
        house.world.review(done.account, CYCLE, at("2026-04-05T12:00:00Z")).await;
        sweep_at(house, "2027-04-10T04:00:00Z").await;
        let ahead = words_to(house, &sponsor.email).await.len();
        assert_eq!(ahead, 2, "the opening of 2027, as far as the clock knows");
        for (instant, kind, _) in &INSTANTS[1..] {
            assert_eq!(sweep_at(house, instant).await.mailed, 1, "{kind}");
        }
        let locked: Vec<_> = duties(house, CYCLE).await.into_iter().map(|d| (d.0, d.2)).collect();
        assert_eq!(locked, [(sponsor.account, Some(at("2026-05-01T04:00:00Z"))), (done.account, None)]);
        assert_eq!(sweep_at(house, "2026-10-01T04:00:00Z").await, swept(2, 0, 2, 0));
        assert_eq!(words_to(house, &sponsor.email).await.len(), ahead + 5 + 1);
        // What went out by the wrong clock is not sent again.
        assert_eq!(sweep_at(house, "2027-04-01T04:00:00Z").await.mailed, 0);
        assert_eq!(sweep_at(house, "2027-04-15T04:00:00Z").await.mailed, 2);
    }

    async fn a_database_from_before_the_opening_makes_its_rows_and_letters_again(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        sweep_at(house, "2026-04-01T04:00:00Z").await;
        for lost in ["delete from validation_step", "delete from validation_notice", "delete from validation_duty", "delete from mail"] {
            execute(house, lost).await;
        }
        assert_eq!(sweep_at(house, "2026-04-02T12:00:00Z").await, swept(1, 0, 1, 0));
        let (_, word, call) = posted(house).await.remove(0);
        assert_eq!((word, call.late), ("review_opened", true));
        assert_eq!(notices(house, sponsor.account).await, [(CYCLE.to_owned(), "opening".to_owned(), 1, 1)]);
    }

    async fn the_job_sweeps_and_the_letters_leave(house: House) {
        let sponsor = Sponsor::with(house, 1).await;
        house.clock.set(at("2026-04-01T04:00:00Z"));
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        Job::named("validation").unwrap().run(&app).await.unwrap();
        deliver(&app).await.unwrap();
        let given = script.given();
        assert_eq!((given.len(), given[0].to.as_str(), given[0].letter.word()), (1, sponsor.email.as_str(), "review_opened"));
    }

    async fn every_step_is_in_the_audit_with_counts_and_no_names(house: House) {
        Sponsor::with(house, 1).await;
        sweep_at(house, "2026-04-01T04:00:00Z").await;
        let steps = "select count(*) from audit_row where act = 'validation_step' and outcome = 'allowed' and actor_id is null";
        assert_eq!(count(house, steps).await, 2, "the duties, and one batch of letters");
        let counted = "select count(*) from audit_row where act = 'validation_step' and detail like '%\"mailed\":1%' \
                       and detail like '%\"cycle\":\"2026-04-01\"%' and detail not like '%@%'";
        assert_eq!(count(house, counted).await, 1);
        house.clock.advance(60);
        sweep(&house.app).await.unwrap();
        assert_eq!(count(house, steps).await, 2, "a sweep without work writes nothing");
    }
}
