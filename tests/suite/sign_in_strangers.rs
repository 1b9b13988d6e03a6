//! Signing in against strangers: who guesses, who asks whether an address is known, who wants to lock a physician out.

use postern::app::sign_in::*;
use postern::domain::audit::{Act, Outcome};
use postern::domain::people::AccountStatus;
use postern::store::audit as rows;
use postern::store::sign_in::accounts;

use crate::sign_in::*;
use crate::support::both_engines;

const STRANGER: &str = "198.51.100.7";

fn seconds(answer: PasswordAnswer) -> i64 {
    match answer {
        PasswordAnswer::Slowed { seconds } => seconds,
        other => panic!("{other:?}"),
    }
}

both_engines! {
    /// B24: what a stranger can see, and what the database does, is the same for an address that nobody has.
    /// asvs_v6_3_8
    async fn an_unknown_address_is_answered_and_recorded_like_a_wrong_password(house: House) {
        let app = &house.app;
        amara(house).await;
        let before = rows::rows(&app.db, app.audit.chain(), 0, 1000).await.unwrap().len();
        for email in [EMAIL, "nobody@example.org"] {
            let answer = password(app, email, "wrong but long enough", &from(STRANGER)).await;
            assert!(matches!(answer, PasswordAnswer::Refused));
        }
        let after = rows::rows(&app.db, app.audit.chain(), 0, 1000).await.unwrap();
        let [known, unknown] = &after[before..] else { panic!("not one row each") };
        assert_eq!((known.entry.act, known.entry.outcome), (Act::SignInPassword, Outcome::Failed));
        assert_eq!((unknown.entry.act, unknown.entry.outcome), (Act::SignInPassword, Outcome::Failed));
        assert!(known.entry.subject.is_some() && unknown.entry.subject.is_none());
    }

    /// asvs_v6_3_8
    async fn an_unknown_address_is_slowed_like_a_known_one(house: House) {
        let app = &house.app;
        amara(house).await;
        for (email, network) in [(EMAIL, "198.51.100.1"), ("nobody@example.org", "198.51.100.2")] {
            for _ in 0..5 {
                let answer = password(app, email, "wrong", &from(network)).await;
                assert!(matches!(answer, PasswordAnswer::Refused));
            }
            assert_eq!(seconds(password(app, email, "wrong", &from(network)).await), 10);
        }
    }

    /// Nobody is locked out: the physician's own network is not slowed by another, nor is a right password after the wait.
    /// asvs_v6_1_1, asvs_v6_3_1
    async fn a_stranger_cannot_lock_a_physician_out(house: House) {
        let app = &house.app;
        amara(house).await;
        for _ in 0..30 {
            password(app, EMAIL, "wrong", &from(STRANGER)).await;
            house.clock.advance(1);
        }
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::GoOn { .. }));
        let wait = seconds(password(app, EMAIL, PASSWORD, &from(STRANGER)).await);
        assert!(wait <= 120, "{wait}");
        house.clock.advance(120);
        assert!(matches!(password(app, EMAIL, PASSWORD, &from(STRANGER)).await, PasswordAnswer::GoOn { .. }));
    }

    /// asvs_v6_3_1
    async fn each_further_wrong_password_waits_longer_up_to_two_minutes(house: House) {
        let app = &house.app;
        amara(house).await;
        for _ in 0..5 {
            password(app, EMAIL, "wrong", &home()).await;
        }
        let mut waits = Vec::new();
        for _ in 0..14 {
            let wait = seconds(password(app, EMAIL, "wrong", &home()).await);
            waits.push(wait);
            house.clock.advance(wait);
            password(app, EMAIL, "wrong", &home()).await;
        }
        assert_eq!(waits, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 120, 120]);
        house.clock.advance(120 + 3600);
        for _ in 0..5 {
            assert!(matches!(password(app, EMAIL, "wrong", &home()).await, PasswordAnswer::Refused));
        }
    }

    /// What a clock that was ahead wrote counts as now at most.
    async fn a_clock_that_is_set_back_an_hour_slows_nobody_for_that_hour(house: House) {
        let app = &house.app;
        amara(house).await;
        let before = house.now();
        house.clock.advance(3600);
        for n in 0..10 {
            password(app, &format!("nobody{n}@example.org"), "wrong", &from(STRANGER)).await;
        }
        for _ in 0..5 {
            password(app, EMAIL, "wrong", &home()).await;
        }
        seconds(password(app, "one.more@example.org", "wrong", &from(STRANGER)).await);
        seconds(password(app, EMAIL, "wrong", &home()).await);
        house.clock.set(before);
        assert!(matches!(password(app, EMAIL, PASSWORD, &from(STRANGER)).await, PasswordAnswer::GoOn { .. }));
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::GoOn { .. }));
        // From then on it counts as ever.
        for n in 0..10 {
            let answer = password(app, &format!("nobody{n}@example.org"), "wrong", &from(STRANGER)).await;
            assert!(matches!(answer, PasswordAnswer::Refused), "{n}");
        }
        assert!(seconds(password(app, "one.more@example.org", "wrong", &from(STRANGER)).await) <= 60);
    }

    async fn a_right_password_forgets_the_wrong_ones(house: House) {
        let app = &house.app;
        amara(house).await;
        for _ in 0..3 {
            for _ in 0..4 {
                assert!(matches!(password(app, EMAIL, "wrong", &home()).await, PasswordAnswer::Refused));
            }
            half(app).await;
            house.clock.advance(300);
        }
    }

    /// B25: no spelling of an address has tries of its own.
    /// asvs_v6_3_1
    async fn spelling_variants_of_an_address_share_one_counter(house: House) {
        let app = &house.app;
        amara(house).await;
        let variants = [
            "AMARA.OKAFOR@EXAMPLE.ORG",
            " amara.okafor@example.org",
            "Amara.Okafor@example.org\t",
            "amara.okafor\u{ff20}example.org",
            "\u{feff}amara.okafor@example.org",
        ];
        for variant in variants {
            let answer = password(app, variant, "wrong", &home()).await;
            assert!(matches!(answer, PasswordAnswer::Refused));
        }
        assert_eq!(seconds(password(app, EMAIL, PASSWORD, &home()).await), 10);
    }

    /// B26: the counter of a network goes by its address, whatever addresses are typed.
    /// asvs_v6_3_1
    async fn one_network_fails_ten_times_at_once_and_then_once_a_minute(house: House) {
        let app = &house.app;
        amara(house).await;
        for n in 0..10 {
            let answer = password(app, &format!("guess{n}@example.org"), "wrong", &from(STRANGER)).await;
            assert!(matches!(answer, PasswordAnswer::Refused), "{n}");
        }
        assert_eq!(seconds(password(app, EMAIL, PASSWORD, &from(STRANGER)).await), 60);
        house.clock.advance(60);
        assert!(matches!(password(app, "x@example.org", "wrong", &from(STRANGER)).await, PasswordAnswer::Refused));
        assert_eq!(seconds(password(app, "y@example.org", "wrong", &from(STRANGER)).await), 60);
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::GoOn { .. }));
    }

    async fn right_passwords_cost_a_network_nothing(house: House) {
        amara(house).await;
        for _ in 0..12 {
            half(&house.app).await;
        }
    }

    async fn thirty_parallel_wrong_passwords_get_five_tries(house: House) {
        let app = &house.app;
        amara(house).await;
        let tries = (0..30).map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                check_password(&app, &Hashing::on_cores(64), EMAIL, "wrong", &home()).await.unwrap()
            })
        });
        let mut checked = 0;
        for one in tries.collect::<Vec<_>>() {
            checked += usize::from(matches!(one.await.unwrap(), PasswordAnswer::Refused));
        }
        assert_eq!(checked, 5);
    }

    /// asvs_v6_3_1
    async fn counters_survive_a_restart(house: House) {
        amara(house).await;
        for _ in 0..5 {
            password(&house.app, EMAIL, "wrong", &home()).await;
        }
        let mut again = house.app.clone();
        again.db = postern::store::Db::open(house.url()).await.unwrap();
        assert_eq!(seconds(password(&again, EMAIL, PASSWORD, &home()).await), 10);
        again.db.close().await;
    }

    /// B33: a disabled account signs in by no path, and its right password reads like a wrong one.
    /// asvs_v6_3_4, asvs_v7_4_2
    async fn a_disabled_account_is_refused_at_every_step(house: House) {
        let app = &house.app;
        amara(house).await;
        let full = signed_in(house).await;
        let waiting = half(app).await;
        postern::app::accounts::disable_account(app, EMAIL).await.unwrap();
        assert!(!is_signed_in(app, &full).await);
        let answer = check_code(app, &hashing(), &waiting, &code(house), &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::NoAttempt));
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::Refused));
    }

    /// asvs_v7_4_2
    async fn an_account_that_stops_being_active_by_itself_is_out_at_its_next_request(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let (full, waiting) = (signed_in(house).await, half(app).await);
        let mut tx = app.db.begin().await.unwrap();
        accounts::set_status(&mut tx, account, AccountStatus::Disabled, house.now()).await.unwrap();
        tx.commit().await.unwrap();
        let answer = check_code(app, &hashing(), &waiting, &code(house), &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::NoAttempt));
        assert!(!is_signed_in(app, &full).await);
    }

    /// asvs_v7_2_1
    async fn a_garbage_cookie_is_nobodys(house: House) {
        amara(house).await;
        for cookie in ["", "x", "\u{fffd}\u{fffd}", "a".repeat(43).as_str(), "a".repeat(100_000).as_str()] {
            assert!(matches!(session(&house.app, cookie).await.unwrap(), SessionState::Nobody));
        }
    }
}
