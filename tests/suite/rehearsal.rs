//! The rehearsal: what the calendar would do, decided before and at each instant, and that it changes nothing.

use std::collections::BTreeMap;

use postern::app::look_ups::Asker;
use postern::app::validation::rehearse::{rehearse, usual};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::notice::NoticeKind;
use postern::domain::rehearsal::{Moment, Problem, Rehearsal};
use postern::store::Db;
use sqlx::AssertSqlSafe;
use time::Date;
use time::macros::date;

use crate::campaign::at;
use crate::support::world::span;
use crate::support::{House, both_engines};

async fn played(house: &House, from: Date, to: Date) -> Rehearsal {
    rehearse(&house.app, &Asker::command_line(house.now()), from, to).await.unwrap().unwrap()
}

fn moment<'r>(rehearsal: &'r Rehearsal, when: &str) -> &'r Moment {
    let at: Instant = at(when);
    rehearsal.moments.iter().find(|((t, _), _)| *t == at).map(|(_, moment)| moment).unwrap()
}

/// How many rows each table has, but for the audit.
async fn rows(house: &House) -> BTreeMap<String, i64> {
    let names: Vec<(String,)> = match house.db() {
        Db::Sqlite { read, .. } => {
            sqlx::query_as("select name from sqlite_master where type = 'table' and name not like 'audit%'")
                .fetch_all(read)
                .await
                .unwrap()
        }
        Db::Postgres(pool) => {
            let sql = "select table_name::text from information_schema.tables where table_schema = current_schema() \
                       and table_name not like 'audit%'";
            sqlx::query_as(sql).fetch_all(pool).await.unwrap()
        }
    };
    let mut counts = BTreeMap::new();
    for (name,) in names {
        let sql = format!("select count(*) from {name}");
        let (count,): (i64,) = match house.db() {
            Db::Sqlite { read, .. } => sqlx::query_as(AssertSqlSafe(sql)).fetch_one(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_as(AssertSqlSafe(sql)).fetch_one(pool).await.unwrap(),
        };
        counts.insert(name, count);
    }
    counts
}

both_engines! {
    async fn the_calendar_of_a_cycle_is_played_and_nothing_is_changed(house: House) {
        let world = &house.world;
        let (elm, oak) = (world.practice("Elm").await, world.practice("Oak").await);
        let (okafor, sponsor) = world.physician("Okafor", elm).await;
        let (_, partner) = world.physician("Partner", elm).await;
        let (_, other) = world.physician("Other", oak).await;
        let (staff, both, partners) =
            (world.sponsored_account().await, world.sponsored_account().await, world.sponsored_account().await);
        world.sponsorship(sponsor, staff, elm, Interval::ALWAYS).await;
        world.sponsorship(sponsor, both, elm, Interval::ALWAYS).await;
        // Sponsored after the opening: attested, so that this sponsor has nothing to review.
        world.sponsorship(other, both, oak, span("2026-04-02T12:00:00Z", "")).await;
        world.sponsorship(partner, partners, elm, Interval::ALWAYS).await;
        world.review(partner, "2026-04-01", at("2026-03-02T12:00:00Z")).await;
        for (mrn, provider, practice) in [("1", Some(okafor), None), ("2", Some(okafor), Some(elm)), ("3", None, Some(oak))] {
            let patient = world.patient("Reyes", mrn, "2015-03-04").await;
            world.listing(patient, provider, practice, Interval::ALWAYS).await;
        }
        let before = rows(house).await;
        let played = played(house, date!(2026 - 03 - 11), date!(2026 - 05 - 02)).await;
        assert_eq!(rows(house).await, before);
        assert!(before.len() > 40, "every table was counted");

        let opening = moment(&played, "2026-04-01T04:00:00Z");
        assert_eq!((opening.opened, opening.listed), (2, 3));
        assert_eq!(opening.letters, BTreeMap::from([(NoticeKind::Opening, 1)]));
        for (when, kind) in [
            ("2026-04-15T04:00:00Z", NoticeKind::Days16),
            ("2026-04-22T04:00:00Z", NoticeKind::Days9),
            ("2026-04-28T04:00:00Z", NoticeKind::Days3),
            ("2026-04-30T04:00:00Z", NoticeKind::Days1),
        ] {
            assert_eq!(moment(&played, when).letters, BTreeMap::from([(kind, 1)]));
        }
        let lock = moment(&played, "2026-05-01T04:00:00Z");
        assert_eq!((lock.locked, lock.locked_staff), (1, 2));
        assert_eq!(lock.letters, BTreeMap::from([(NoticeKind::Lock, 1)]));
        // The sponsor and the staff lose both patients of Elm; whoever is sponsored at Oak too keeps the one there.
        assert_eq!((lock.losing, lock.patients), (3, 6));
        let mut lost: Vec<_> = lock.people.iter().map(|one| (one.account, one.is_sponsor, one.patients)).collect();
        lost.sort();
        let mut expected = vec![(sponsor, true, 2), (staff, false, 2), (both, false, 2)];
        expected.sort();
        assert_eq!(lost, expected);
        assert_eq!(played.moments.len(), 6);
    }

    async fn facts_with_dates_count_and_so_do_completed_reviews_and_extensions(house: House) {
        let world = &house.world;
        let elm = world.practice("Elm").await;
        let mut sponsors = Vec::new();
        for name in ["Leaves", "Reviews", "Moved"] {
            let (_, sponsor) = world.physician(name, elm).await;
            let user = world.sponsored_account().await;
            let end = if name == "Leaves" { "2026-04-25T12:00:00Z" } else { "" };
            world.sponsorship(sponsor, user, elm, span("", end)).await;
            sponsors.push(sponsor);
        }
        house.clock.set(at("2026-04-10T12:00:00Z"));
        world.review(sponsors[1], "2026-04-01", at("2026-04-09T12:00:00Z")).await;
        world.extension(sponsors[2], "2026-04-01", "2026-05-16", at("2026-04-09T12:00:00Z")).await;
        let played = played(house, date!(2026 - 04 - 10), date!(2026 - 05 - 20)).await;
        let leaves = moment(&played, "2026-04-15T04:00:00Z");
        assert_eq!(leaves.letters, BTreeMap::from([(NoticeKind::Days16, 1)]));
        assert!(!played.moments.keys().any(|(t, _)| *t == at("2026-04-28T04:00:00Z")), "who left is told no more");
        assert!(!played.moments.keys().any(|(t, _)| *t == at("2026-05-01T04:00:00Z")));
        assert_eq!(moment(&played, "2026-05-16T04:00:00Z").locked, 1);
        assert_eq!(moment(&played, "2026-05-15T04:00:00Z").letters, BTreeMap::from([(NoticeKind::Days1, 1)]));
    }

    async fn who_is_locked_in_spring_is_locked_once_and_staff_of_two_sponsors_are_counted_once(house: House) {
        let world = &house.world;
        let elm = world.practice("Elm").await;
        let (one_provider, one) = world.physician("One", elm).await;
        let (_, two) = world.physician("Two", elm).await;
        let shared = world.sponsored_account().await;
        world.sponsorship(one, shared, elm, Interval::ALWAYS).await;
        world.sponsorship(two, shared, elm, Interval::ALWAYS).await;
        let mia = world.patient("Reyes", "1", "2015-03-04").await;
        world.listing(mia, Some(one_provider), None, Interval::ALWAYS).await;
        let played = played(house, date!(2026 - 04 - 20), date!(2026 - 11 - 01)).await;
        let lock = moment(&played, "2026-05-01T04:00:00Z");
        assert_eq!((lock.locked, lock.locked_staff, lock.losing, lock.patients), (2, 1, 3, 3));
        let october = moment(&played, "2026-10-31T04:00:00Z");
        assert_eq!((october.locked, october.locked_staff, october.people.len()), (0, 0, 0));
        assert_eq!(october.letters, BTreeMap::from([(NoticeKind::Lock, 2)]));
    }

    async fn more_sponsors_than_fit_in_a_batch_are_all_played(house: House) {
        let world = &house.world;
        let elm = world.practice("Elm").await;
        let user = world.sponsored_account().await;
        for n in 0..203 {
            let provider = world.provider(&format!("S{n}")).await;
            world.member(provider, elm, Interval::ALWAYS).await;
            let account = world.provider_account(provider).await;
            world.sponsorship(account, user, elm, Interval::ALWAYS).await;
        }
        let played = played(house, date!(2026 - 04 - 01), date!(2026 - 04 - 30)).await;
        assert_eq!(moment(&played, "2026-04-01T04:00:00Z").opened, 203);
        assert_eq!(moment(&played, "2026-04-30T04:00:00Z").letters, BTreeMap::from([(NoticeKind::Days1, 203)]));
    }

    async fn days_that_cannot_be_played_are_refused_and_the_usual_ones_reach_past_the_next_lock(house: House) {
        let asker = Asker::command_line(house.now());
        let of = async |from, to| rehearse(&house.app, &asker, from, to).await.unwrap().map(|_| ());
        assert_eq!(of(date!(2026 - 05 - 02), date!(2026 - 05 - 01)).await, Err(Problem::Reversed));
        assert_eq!(of(date!(2026 - 05 - 02), date!(2028 - 05 - 01)).await, Err(Problem::TooFar));
        assert_eq!(of(date!(2026 - 05 - 02), date!(2026 - 05 - 02)).await, Ok(()));
        assert_eq!(usual(&house.app, house.now()), (date!(2026 - 03 - 11), date!(2026 - 05 - 02)));
        let april = at("2026-04-10T12:00:00Z");
        assert_eq!(usual(&house.app, april), (date!(2026 - 04 - 10), date!(2026 - 05 - 02)));
        let june = at("2026-06-10T12:00:00Z");
        assert_eq!(usual(&house.app, june), (date!(2026 - 06 - 10), date!(2026 - 11 - 01)));
    }
}
