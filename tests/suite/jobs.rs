//! Timed jobs: one node at a time, whatever clocks do, and housekeeping that removes only what no longer counts.

use std::time::Duration;

use postern::app::mail::{deliver, post};
use postern::app::{App, housekeeping};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::{AccountId, FactId, PracticeId};
use postern::domain::letter::Letter;
use postern::domain::people::Job as Work;
use postern::domain::sponsoring::{INVITATION_SECONDS, Invite};
use postern::domain::validation::Choice;
use postern::jobs::{self, JOBS, Job};
use postern::store::sponsoring::{self, invitation};
use postern::store::{Db, job_lease, review};
use uuid::Uuid;

use crate::support::mail::{Script, with_mailer};
use crate::support::schedule::end_sponsorship;
use crate::support::{House, both_engines};

async fn taken(house: &House, holder: u128, seconds: i64) -> Option<i64> {
    let mut tx = house.db().begin().await.unwrap();
    let holder = Uuid::from_u128(holder);
    let fence = job_lease::take_lease(&mut tx, "mail", holder, seconds, house.now()).await.unwrap();
    tx.commit().await.unwrap();
    fence
}

async fn posted(app: &App) {
    let mut tx = app.db.begin().await.unwrap();
    post(app, &mut tx, (None, "amara@example.org"), &Letter::AddressKnown).await.unwrap();
    tx.commit().await.unwrap();
}

async fn execute(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::query(sql).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

async fn count(db: &Db, sql: &'static str) -> i64 {
    let (n,): (i64,) = match db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    n
}

#[test]
fn every_job_has_a_name_of_its_own_and_a_lease_longer_than_its_pace_is_short() {
    let mut names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), JOBS.len());
    assert!(JOBS.iter().all(|job| job.lease_seconds >= 10 && job.every >= Duration::from_secs(1)));
}

both_engines! {
    async fn one_node_has_a_job_until_its_lease_runs_out(house: House) {
        assert_eq!(taken(house, 1, 30).await, Some(1));
        assert_eq!(taken(house, 2, 30).await, None);
        assert_eq!(taken(house, 1, 30).await, Some(1), "its holder keeps it");
        house.clock.advance(29);
        assert_eq!(taken(house, 2, 30).await, None, "a second too early");
        house.clock.advance(1);
        assert_eq!(taken(house, 2, 30).await, Some(2), "and the number rises");
        assert_eq!(taken(house, 1, 30).await, None);
    }

    async fn a_lease_that_is_given_back_can_be_taken_at_once(house: House) {
        assert_eq!(taken(house, 1, 30).await, Some(1));
        let mut tx = house.db().begin().await.unwrap();
        job_lease::give_back(&mut tx, "mail", Uuid::from_u128(2), house.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(taken(house, 2, 30).await, None, "only its holder gives it back");
        let mut tx = house.db().begin().await.unwrap();
        job_lease::give_back(&mut tx, "mail", Uuid::from_u128(1), house.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(taken(house, 2, 30).await, Some(2));
    }

    async fn a_clock_that_was_set_back_does_not_keep_a_job_from_being_done(house: House) {
        assert_eq!(taken(house, 1, 30).await, Some(1));
        house.clock.advance(-365 * 86_400);
        assert_eq!(taken(house, 2, 30).await, Some(2));
    }

    async fn of_fifty_nodes_one_has_the_job(house: House) {
        let now = house.now();
        let tries = (0..50).map(|node| {
            let db = house.db().clone();
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let had = job_lease::take_lease(&mut tx, "mail", Uuid::from_u128(node), 30, now).await.unwrap();
                tx.commit().await.unwrap();
                had.is_some()
            })
        });
        let mut had = 0;
        for one in tries.collect::<Vec<_>>() {
            had += u32::from(one.await.unwrap());
        }
        assert_eq!(had, 1);
    }

    async fn the_mail_job_is_left_to_the_node_that_has_it(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        posted(&app).await;
        assert_eq!(taken(house, 2, 30).await, Some(1));
        let job = Job::named("mail").unwrap();
        job.run(&app).await.unwrap();
        assert!(script.given().is_empty());
        house.clock.advance(30);
        job.run(&app).await.unwrap();
        assert_eq!(script.given().len(), 1);
    }

    async fn jobs_tick_by_themselves_and_stop_when_they_are_told(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        posted(&app).await;
        let running = jobs::start(&app).await.unwrap();
        tokio::time::timeout(Duration::from_mins(1), script.was_given_any()).await.expect("the ticker ticks");
        running.stop().await;
        assert_eq!(taken(house, 2, 30).await, Some(2), "the lease was given back");
        posted(&app).await;
        assert_eq!(script.given().len(), 1);
        assert_eq!(deliver(&app).await.unwrap().sent, 1, "and nobody else has taken it");
    }

    async fn housekeeping_removes_what_no_longer_counts_and_nothing_else(house: House) {
        let account = house.world.family_account().await;
        let db = house.db();
        put_links_and_counters(house, account.0).await;
        let links = "select count(*) from mailed_link";
        let ceremonies = "select count(*) from passkey_ceremony";
        let counters = "select count(*) from sign_in_throttle";
        assert_eq!(housekeeping::sweep(&house.app).await.unwrap(), 0, "everything counts still");
        house.clock.advance(900 + 3600 + 1);
        assert_eq!(housekeeping::sweep(&house.app).await.unwrap(), 1);
        assert_eq!((count(db, links).await, count(db, ceremonies).await, count(db, counters).await), (1, 0, 1));
        house.clock.advance(2 * 86_400);
        housekeeping::sweep(&house.app).await.unwrap();
        assert_eq!((count(db, links).await, count(db, counters).await), (1, 0));
        house.clock.advance(7 * 86_400);
        housekeeping::sweep(&house.app).await.unwrap();
        assert_eq!(count(db, links).await, 0);
        Job::named("housekeeping").unwrap().run(&house.app).await.unwrap();
        assert!(house.world.email(account).await.contains('@'));
        execute(db, "delete from job_lease").await;
    }
}

both_engines! {
    async fn invitations_and_reminders_are_forgotten_after_90_days_and_no_sooner(house: House) {
        let w = &house.world;
        let elm = w.practice("Elm Pediatrics").await;
        let (_, sponsor) = w.physician("Rivera", elm).await;
        let (nurse, clerk) = (w.sponsored_account().await, w.sponsored_account().await);
        w.sponsorship(sponsor, nurse, elm, Interval::ALWAYS).await;
        let gone = w.sponsorship(sponsor, clerk, elm, Interval::ALWAYS).await;
        let (start, days) = (house.now(), |days: i64| days * 86_400);
        let taken_back = invited(house, (sponsor, elm), "a@example.org").await;
        invited(house, (sponsor, elm), "b@example.org").await;
        let mut tx = house.db().begin().await.unwrap();
        assert!(invitation::withdraw(&mut tx, taken_back, sponsor, start.plus_seconds(60)).await.unwrap());
        let day = start_day(house);
        assert!(sponsoring::nudge(&mut tx, nurse, sponsor, day, start).await.unwrap());
        tx.commit().await.unwrap();
        end_sponsorship(house, gone, start).await;
        let left = async |after: i64| {
            house.clock.set(start.plus_seconds(after));
            housekeeping::sweep(&house.app).await.unwrap();
            let db = house.db();
            (count(db, "select count(*) from invitation").await, count(db, "select count(*) from nudge").await)
        };
        assert_eq!(left(0).await, (2, 1));
        assert_eq!(left(days(90)).await, (2, 1), "to the second");
        assert_eq!(left(days(90) + 1).await, (2, 0));
        assert_eq!(left(days(90) + 59).await, (2, 0));
        assert_eq!(left(days(90) + 60).await, (1, 0), "taken back 90 days ago");
        assert_eq!(left(days(365)).await, (1, 0), "a clock a year ahead takes none that waits for an answer");
        assert_eq!(left(days(733) - 1).await, (1, 0));
        assert_eq!(left(days(733)).await, (0, 0), "its 72 hours were over two years ago");
        let staff = sponsoring::staff(house.db(), sponsor).await.unwrap();
        assert_eq!(staff.len(), 2, "whoever is live and whoever ended is on the list");
        assert_eq!(left(days(800)).await, (0, 0), "twice is as once");
    }

    async fn what_was_saved_for_a_review_goes_after_two_years_and_what_was_signed_stays(house: House) {
        let w = &house.world;
        let elm = w.practice("Elm Pediatrics").await;
        let (_, sponsor) = w.physician("Rivera", elm).await;
        let mut rows = Vec::new();
        for _ in 0..2 {
            let user = w.sponsored_account().await;
            rows.push(w.sponsorship(sponsor, user, elm, Interval::ALWAYS).await);
        }
        let (_, done) = w.physician("Okafor", elm).await;
        let user = w.sponsored_account().await;
        let signed = w.sponsorship(done, user, elm, Interval::ALWAYS).await;
        let opening: Instant = "2026-04-01T04:00:00Z".parse().unwrap();
        save(house, sponsor, rows[0], opening).await;
        let mut tx = house.db().begin().await.unwrap();
        let cycle = time::macros::date!(2026 - 04 - 01);
        let kept = [(signed, Choice::Keep)];
        assert!(review::complete(&mut tx, (done, cycle), "Sam Lee", &kept, opening).await.unwrap());
        tx.commit().await.unwrap();
        let left = async |at: Instant| {
            house.clock.set(at);
            housekeeping::sweep(&house.app).await.unwrap();
            review::draft(house.db(), sponsor).await.unwrap().len()
        };
        let two_years = 2 * 365 * 86_400;
        assert_eq!(left(opening.plus_seconds(two_years / 2)).await, 1, "a clock a year ahead takes no choice that counts");
        save(house, sponsor, rows[1], opening.plus_seconds(60)).await;
        assert_eq!(left(opening.plus_seconds(two_years)).await, 2, "to the second");
        assert_eq!(left(opening.plus_seconds(two_years + 1)).await, 1);
        assert_eq!(left(opening.plus_seconds(two_years + 61)).await, 0);
        assert_eq!(count(house.db(), "select count(*) from validation_review_row").await, 1);
        assert_eq!(count(house.db(), "select count(*) from validation_review").await, 1);
    }
}

async fn save(house: &House, sponsor: AccountId, row: FactId, at: Instant) {
    let mut tx = house.db().begin().await.unwrap();
    review::save(&mut tx, sponsor, (row, Choice::Keep), at).await.unwrap();
    tx.commit().await.unwrap();
}

fn start_day(house: &House) -> time::Date {
    house.app.hospital.cycles.zone().date(house.now())
}

/// An invitation made now.
async fn invited(house: &House, (sponsor, practice): (AccountId, PracticeId), email: &str) -> Uuid {
    let invite = Invite {
        given: "Nadia".to_owned(),
        family: "Brooks".to_owned(),
        email: email.to_owned(),
        email_folded: email.to_owned(),
        job: Work::RegisteredNurse,
        practice,
    };
    let (id, now) = (house.world.id(), house.now());
    let expires_at = now.plus_seconds(INVITATION_SECONDS);
    let (hash, nothing) = (email.as_bytes(), &[][..]);
    let secrets =
        invitation::Secrets { secret_hash: hash, code_hash: nothing, sealed_totp: nothing, expires_at };
    let new = invitation::NewInvitation {
        id,
        sponsor,
        invite: &invite,
        replaces: None,
        attested: false,
        secrets,
        now,
    };
    let mut tx = house.db().begin().await.unwrap();
    invitation::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A link and a ceremony that expire in 15 minutes, and a counter that is ready now.
async fn put_links_and_counters(house: &House, account: Uuid) {
    use postern::store::Stamp;
    let (now, end) = (Stamp(house.now()), Stamp(house.now().plus_seconds(900)));
    let link = "insert into mailed_link (secret_hash, purpose, account_id, address, made_at, expires_at) \
                values ($1, 'password_reset', $2, 'a@example.org', $3, $4)";
    let ceremony = "insert into passkey_ceremony (id_hash, account_id, purpose, state, made_at, expires_at) \
                    values ($1, $2, 'sign_in', '{}', $3, $4)";
    let counter =
        "insert into sign_in_throttle (key, failures, ready_at) values ('network:192.0.2.1', 1, $1)";
    let hash = vec![7_u8; 32];
    for sql in [link, ceremony] {
        match house.db() {
            Db::Sqlite { write, .. } => {
                sqlx::query(sql).bind(&hash).bind(account).bind(now).bind(end).execute(write).await.map(drop)
            }
            Db::Postgres(pool) => {
                sqlx::query(sql).bind(&hash).bind(account).bind(now).bind(end).execute(pool).await.map(drop)
            }
        }
        .unwrap();
    }
    let ready = house.now().micros();
    match house.db() {
        Db::Sqlite { write, .. } => sqlx::query(counter).bind(ready).execute(write).await.map(drop),
        Db::Postgres(pool) => sqlx::query(counter).bind(ready).execute(pool).await.map(drop),
    }
    .unwrap();
}
