//! The outbox: written with the act, sealed, tried again, given up with an alarm, sent once by one of many nodes.

use postern::app::App;
use postern::app::mail::{Delivered, bounced, deliver, latest, post, post_nothing, sweep, team};
use postern::app::ports::MailError;
use postern::domain::letter::{Letter, Place};
use postern::store::{Db, mail as rows};
use uuid::Uuid;

use crate::support::both_engines;
use crate::support::mail::{Script, never, not_now, with_mailer};

const ADDRESS: &str = "Amara@Example.org";

fn reset() -> Letter {
    Letter::PasswordReset { link: Place(format!("/password-reset/{}", "s".repeat(43))) }
}

async fn posted(app: &App, address: &str) {
    let mut tx = app.db.begin().await.unwrap();
    post(app, &mut tx, (None, address), &reset()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Each mail as (state, tries, sealed letter).
async fn kept(db: &Db) -> Vec<(String, i64, Option<Vec<u8>>)> {
    let sql = "select state, tries, sealed_letter from mail order by made_at, id";
    match db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}

async fn states(db: &Db) -> Vec<String> {
    kept(db).await.into_iter().map(|(state, _, _)| state).collect()
}

/// What the audit says of failed mail: why, and the detail.
async fn failures(db: &Db) -> Vec<(String, String)> {
    let sql = "select basis, detail from audit_row where act = 'mail_failed' order by seq";
    match db {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}

async fn execute(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { write, .. } => drop(sqlx::query(sql).execute(write).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

fn came(sent: u32, later: u32, dead: u32) -> Delivered {
    Delivered { sent, later, dead }
}

both_engines! {
    async fn a_letter_is_sealed_at_rest_and_gone_once_it_is_sent(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        posted(&app, ADDRESS).await;
        let (state, _, sealed) = kept(&app.db).await.remove(0);
        let sealed = sealed.unwrap();
        assert_eq!(state, "waiting");
        let holds = |part: &[u8]| sealed.windows(part.len()).any(|w| w == part);
        assert!(!holds(b"password") && !holds(b"ssss"));
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        assert_eq!(kept(&app.db).await, [("sent".to_owned(), 1, None)]);
        let given = script.given();
        assert_eq!((given[0].to.as_str(), &given[0].letter, given[0].made_at), (ADDRESS, &reset(), house.now()));
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 0));
        assert_eq!(script.given().len(), 1);
    }

    async fn a_letter_leaves_only_if_its_act_is_done(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        let mut tx = app.db.begin().await.unwrap();
        post(&app, &mut tx, (None, ADDRESS), &reset()).await.unwrap();
        drop(tx);
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 0));
        assert!(states(&app.db).await.is_empty());
    }

    async fn a_letter_that_was_not_taken_waits_twice_as_long_each_time(house: House) {
        let script = Script::of([not_now(), not_now(), not_now()]);
        let app = with_mailer(&house.app, script.clone());
        posted(&app, ADDRESS).await;
        for wait in [60, 120, 240] {
            assert_eq!(deliver(&app).await.unwrap(), came(0, 1, 0));
            house.clock.advance(wait - 1);
            assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 0), "a second before {wait} s are over");
            house.clock.advance(1);
        }
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        let given = script.given();
        assert_eq!(given.len(), 4);
        assert!(given.iter().all(|m| m.message_id == given[0].message_id), "one Message-ID for all tries");
        assert!(failures(&app.db).await.is_empty());
    }

    async fn a_letter_is_given_up_after_48_hours_and_the_access_team_is_told(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        let (reviewer, gone) = (house.world.team_account(&["reviewer"]).await, house.world.team_account(&["auditor"]).await);
        house.world.disable(gone, house.now()).await;
        let down = with_mailer(&house.app, Script::of((0..100).map(|_| not_now())));
        posted(&app, ADDRESS).await;
        house.clock.advance(48 * 3600 - 1);
        assert_eq!(deliver(&down).await.unwrap(), came(0, 1, 0), "a second too early");
        house.clock.advance(3600);
        assert_eq!(deliver(&down).await.unwrap(), came(0, 0, 1));
        assert_eq!(states(&app.db).await, ["dead", "waiting"]);
        assert_eq!(kept(&app.db).await[0].2, None, "what it said is gone");
        let failed = failures(&app.db).await;
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].0, "given_up");
        assert!(failed[0].1.contains("password_reset") && !failed[0].1.contains('@'), "{}", failed[0].1);
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        let alarm = script.given().remove(0);
        assert_eq!(alarm.letter, Letter::MailStuck { count: 1 });
        assert_eq!(alarm.to, house.world.email(reviewer).await);
        assert_eq!(bounced(&app.db, ADDRESS).await.unwrap(), None, "no answer is no refusal of the address");
    }

    async fn a_letter_that_was_never_tried_is_tried_before_it_is_given_up(house: House) {
        let app = with_mailer(&house.app, Script::default());
        posted(&app, ADDRESS).await;
        house.clock.advance(10 * 86_400);
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
    }

    async fn an_alarm_that_cannot_be_delivered_raises_no_other(house: House) {
        house.world.team_account(&["reviewer"]).await;
        let app = with_mailer(&house.app, Script::of((0..200).map(|_| not_now())));
        posted(&app, ADDRESS).await;
        posted(&app, "b@example.org").await;
        house.clock.advance(3600);
        posted(&app, "c@example.org").await;
        house.clock.advance(47 * 3600);
        assert_eq!(deliver(&app).await.unwrap(), came(0, 1, 2));
        assert_eq!(states(&app.db).await, ["dead", "dead", "waiting", "waiting"], "one alarm for both");
        house.clock.advance(3600);
        assert_eq!(deliver(&app).await.unwrap(), came(0, 1, 1));
        assert_eq!(states(&app.db).await, ["dead", "dead", "dead", "waiting"], "none while the first waits");
        house.clock.advance(48 * 3600);
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 1));
        assert_eq!(states(&app.db).await, ["dead"; 4], "and none about the alarm");
        assert_eq!(failures(&app.db).await.len(), 4);
    }

    async fn an_address_that_refuses_for_good_is_marked_until_a_letter_arrives(house: House) {
        let app = with_mailer(&house.app, Script::of([never()]));
        posted(&app, ADDRESS).await;
        assert_eq!(bounced(&app.db, ADDRESS).await.unwrap(), None);
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 1));
        assert_eq!(kept(&app.db).await, [("dead".to_owned(), 1, None)]);
        assert_eq!(bounced(&app.db, " amara@EXAMPLE.org ").await.unwrap(), Some(house.now()), "in any spelling");
        assert_eq!(bounced(&app.db, "other@example.org").await.unwrap(), None);
        assert_eq!(failures(&app.db).await[0].0, "refused");
        house.clock.advance(86_400);
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 0), "a dead letter is not tried again");
        posted(&app, "amara@example.org").await;
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        assert_eq!(bounced(&app.db, ADDRESS).await.unwrap(), None);
    }

    async fn a_node_that_dies_while_it_sends_leaves_a_letter_that_is_sent_once_more(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        posted(&app, ADDRESS).await;
        let now = house.now();
        let id = rows::due(&app.db, now, 10).await.unwrap()[0];
        let mut tx = app.db.begin().await.unwrap();
        let claimed = rows::claim(&mut tx, id, Uuid::from_u128(1), now.plus_seconds(300), now).await.unwrap();
        tx.commit().await.unwrap();
        house.clock.advance(299);
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 0), "the other may still be at it");
        house.clock.advance(1);
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        assert_eq!(script.given()[0].message_id, claimed.unwrap().message_id);
        // The other comes back late: the letter stays sent.
        let mut tx = app.db.begin().await.unwrap();
        rows::mark_later(&mut tx, id, Uuid::from_u128(1), house.now(), "slow").await.unwrap();
        assert!(!rows::mark_dead(&mut tx, id, Uuid::from_u128(1), house.now(), "slow").await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(states(&app.db).await, ["sent"]);
    }

    async fn one_node_of_many_has_a_letter(house: House) {
        posted(&house.app, ADDRESS).await;
        let now = house.now();
        let id = rows::due(house.db(), now, 10).await.unwrap()[0];
        let claims = (0..50).map(|node| {
            let db = house.db().clone();
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let until = now.plus_seconds(300);
                let had = rows::claim(&mut tx, id, Uuid::from_u128(node), until, now).await.unwrap().is_some();
                tx.commit().await.unwrap();
                had
            })
        });
        let mut had = 0;
        for claim in claims.collect::<Vec<_>>() {
            had += u32::from(claim.await.unwrap());
        }
        assert_eq!(had, 1);
    }

    async fn a_round_takes_fifty_letters_and_the_next_the_rest(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        for n in 0..60 {
            posted(&app, &format!("p{n}@example.org")).await;
        }
        assert_eq!(deliver(&app).await.unwrap(), came(50, 0, 0));
        assert_eq!(deliver(&app).await.unwrap(), came(10, 0, 0));
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 0));
        let mut addresses: Vec<String> = script.given().into_iter().map(|m| m.to).collect();
        addresses.sort();
        addresses.dedup();
        assert_eq!(addresses.len(), 60);
    }

    async fn without_a_mail_server_letters_stay(house: House) {
        posted(&house.app, ADDRESS).await;
        house.clock.advance(72 * 3600);
        assert_eq!(deliver(&house.app).await.unwrap(), came(0, 0, 0));
        assert_eq!(states(house.db()).await, ["waiting"]);
        assert_eq!(rows::queue(house.db()).await.unwrap().0, 1);
    }

    /// B24
    async fn a_letter_for_nobody_costs_a_letter_and_never_leaves(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        posted(&app, ADDRESS).await;
        house.clock.advance(1);
        let mut tx = app.db.begin().await.unwrap();
        post_nothing(&app, &mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let letters = kept(&app.db).await;
        assert_eq!(letters[1].0, "dropped");
        let size = |n: usize| letters[n].2.as_ref().unwrap().len();
        assert_eq!(size(0), size(1), "as large as a letter with a link of the same kind");
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        assert_eq!(script.given().len(), 1);
        assert_eq!(sweep(&app).await.unwrap(), 1);
        assert_eq!(states(&app.db).await, ["sent"]);
    }

    async fn letters_that_are_over_are_forgotten_after_30_days(house: House) {
        let app = with_mailer(&house.app, Script::of([Ok(()), never()]));
        posted(&app, ADDRESS).await;
        posted(&app, "b@example.org").await;
        deliver(&app).await.unwrap();
        posted(&app, "c@example.org").await;
        house.clock.advance(30 * 86_400);
        assert_eq!(sweep(&app).await.unwrap(), 0, "a second too early");
        house.clock.advance(1);
        assert_eq!(sweep(&app).await.unwrap(), 2);
        assert_eq!(states(&app.db).await, ["waiting"], "what waits is never swept");
    }

    async fn a_letter_that_does_not_open_is_kept_and_others_leave(house: House) {
        let script = Script::default();
        let app = with_mailer(&house.app, script.clone());
        posted(&app, ADDRESS).await;
        execute(&app.db, "update mail set sealed_letter = substr(sealed_letter, 2)").await;
        house.clock.advance(1);
        posted(&app, "b@example.org").await;
        assert_eq!(deliver(&app).await.unwrap(), came(1, 1, 0));
        assert_eq!(states(&app.db).await, ["waiting", "sent"]);
    }

    async fn the_demo_keeps_its_letters_readable(house: House) {
        let app = with_mailer(&house.app, Script::that_keeps());
        posted(&app, ADDRESS).await;
        assert_eq!(latest(&app).await.unwrap()[0].letter, Some(reset()), "before it is taken");
        assert_eq!(deliver(&app).await.unwrap(), came(1, 0, 0));
        let shown = latest(&app).await.unwrap();
        assert_eq!((shown[0].to.as_str(), &shown[0].letter), (ADDRESS, &Some(reset())));
    }

    async fn the_team_that_is_told_is_the_active_one(house: House) {
        let (one, two) = (house.world.team_account(&["reviewer"]).await, house.world.team_account(&[]).await);
        house.world.family_account().await;
        let ids = |found: Vec<(postern::domain::ids::AccountId, String)>| found.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        let mut both = vec![one, two];
        both.sort();
        assert_eq!(ids(team(&house.app, house.now()).await.unwrap()), both);
        house.world.disable(one, house.now()).await;
        assert_eq!(ids(team(&house.app, house.now()).await.unwrap()), [two]);
    }

    async fn a_reply_that_no_database_keeps_is_no_fault(house: House) {
        let reply = format!("550 5.1.1 \0{}\r\n", "é".repeat(5000));
        let app = with_mailer(&house.app, Script::of([Err(MailError::Refused(reply))]));
        posted(&app, ADDRESS).await;
        assert_eq!(deliver(&app).await.unwrap(), came(0, 0, 1));
    }
}
