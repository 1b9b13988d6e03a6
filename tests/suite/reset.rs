//! A forgotten password: the link, its fifteen minutes, and what it never does.

use postern::app::App;
use postern::app::mail;
use postern::app::sign_in::*;
use postern::domain::letter::Letter;
use postern::domain::sign_in::password::PasswordFault;
use postern::domain::sign_in::{ADDRESS_BURST, ADDRESS_SECONDS, NETWORK_BURST, RESET_SECONDS};

use crate::sign_in::{
    EMAIL, PASSWORD, SECRET, amara, from, half, hashing, home, is_signed_in, password, signed_in,
};
use crate::support::both_engines;
use crate::support::portal::Portal;

const NEW_PASSWORD: &str = "nine brass kettles on a shelf";

async fn ask(app: &App, email: &str) -> ResetAsked {
    ask_reset(app, email, &home()).await.unwrap()
}

/// The secrets of the links that were mailed, newest first, with the address each went to.
async fn links(app: &App) -> Vec<(String, String)> {
    let letters = mail::latest(app).await.unwrap().into_iter();
    letters
        .filter_map(|l| match l.letter {
            Some(Letter::PasswordReset { link }) if !l.to.is_empty() => {
                Some((l.to, link.0.strip_prefix("/reset/").unwrap().to_owned()))
            }
            _ => None,
        })
        .collect()
}

async fn link(app: &App) -> String {
    assert_eq!(ask(app, EMAIL).await, ResetAsked::Taken);
    links(app).await.remove(0).1
}

async fn complete(app: &App, link: &str, new: &str) -> ResetDone {
    complete_reset(app, &hashing(), link, new, &home()).await.unwrap()
}

both_engines! {
    /// asvs_v6_4_3: the second factor is asked for as before; B11: sessions and links end.
    async fn a_reset_sets_the_password_ends_every_session_and_skips_no_factor(house: House) {
        let app = &house.app;
        amara(house).await;
        let before = signed_in(house).await;
        let older = link(app).await;
        house.clock.advance(1);
        let newer = link(app).await;
        assert_eq!(complete(app, &older, NEW_PASSWORD).await, ResetDone::Gone, "a newer link replaces the older");
        assert_eq!(complete(app, &newer, NEW_PASSWORD).await, ResetDone::Done);
        assert!(!is_signed_in(app, &before).await);
        assert!(matches!(password(app, EMAIL, PASSWORD, &home()).await, PasswordAnswer::Refused));
        let PasswordAnswer::GoOn { cookie } = password(app, EMAIL, NEW_PASSWORD, &home()).await else { panic!("refused") };
        assert!(!is_signed_in(app, cookie.as_str()).await, "no session without the factor");
        house.clock.advance(30);
        let code = totp_code(SECRET, house.now());
        let answer = check_code(app, &hashing(), cookie.as_str(), &code, &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::SignedIn { .. }));
        assert!(mail::latest(app).await.unwrap().iter().any(|l| matches!(l.letter, Some(Letter::PasswordChanged { .. }))));
    }

    /// asvs_v6_4_1: single use, fifteen minutes.
    async fn a_link_works_once_and_for_fifteen_minutes(house: House) {
        let app = &house.app;
        amara(house).await;
        let first = link(app).await;
        assert!(is_reset_link(app, &first).await.unwrap());
        assert_eq!(complete(app, &first, NEW_PASSWORD).await, ResetDone::Done);
        assert_eq!(complete(app, &first, PASSWORD).await, ResetDone::Gone);
        assert!(!is_reset_link(app, &first).await.unwrap());
        let second = link(app).await;
        house.clock.advance(RESET_SECONDS - 1);
        assert!(is_reset_link(app, &second).await.unwrap());
        house.clock.advance(1);
        assert!(!is_reset_link(app, &second).await.unwrap());
        assert_eq!(complete(app, &second, NEW_PASSWORD).await, ResetDone::Gone);
    }

    async fn an_unfit_password_leaves_the_link_for_another_try(house: House) {
        let app = &house.app;
        amara(house).await;
        let link = link(app).await;
        assert_eq!(complete(app, &link, "short").await, ResetDone::Unfit(PasswordFault::TooShort));
        assert_eq!(complete(app, &link, NEW_PASSWORD).await, ResetDone::Done);
    }

    /// B20: fifty at once are one.
    async fn fifty_at_once_with_one_link_set_one_password(house: House) {
        let app = &house.app;
        amara(house).await;
        let link = link(app).await;
        let hashing = Hashing::on_cores(64);
        let tasks: Vec<_> = (0..50)
            .map(|n| {
                let (app, hashing, link) = (app.clone(), hashing.clone(), link.clone());
                let new = format!("{NEW_PASSWORD} number {n}");
                tokio::spawn(async move { complete_reset(&app, &hashing, &link, &new, &home()).await.unwrap() })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += usize::from(task.await.unwrap() == ResetDone::Done);
        }
        assert_eq!(done, 1);
    }

    /// asvs_v6_3_8, B24: nobody learns who has an account; the same rows are written for both.
    async fn an_unknown_address_gets_the_same_answer_the_same_work_and_no_letter(house: House) {
        let app = &house.app;
        amara(house).await;
        let rows = async || {
            let counts = ["select count(*) from mail", "select count(*) from mailed_link", "select count(*) from audit_row"];
            let mut found = Vec::new();
            for sql in counts {
                let (n,): (i64,) = match house.db() {
                    postern::store::Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
                    postern::store::Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
                };
                found.push(n);
            }
            found
        };
        let start = rows().await;
        assert_eq!(ask(app, EMAIL).await, ResetAsked::Taken);
        let known = rows().await;
        assert_eq!(ask(app, "nobody@example.org").await, ResetAsked::Taken);
        let unknown = rows().await;
        let grown = |from: &[i64], to: &[i64]| from.iter().zip(to).map(|(a, b)| b - a).collect::<Vec<_>>();
        assert_eq!(grown(&start, &known), grown(&known, &unknown));
        assert_eq!(links(app).await.len(), 1);
    }

    async fn no_link_is_sent_for_an_account_that_may_not_sign_in_here(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        house.clock.advance(1);
        house.world.disable(account, house.now()).await;
        assert_eq!(ask(app, EMAIL).await, ResetAsked::Taken);
        // Made by import, never set up: no password, so a set-up link is what it needs.
        let never = house.world.account("sponsored", None, "active").await;
        let address = house.world.email(never).await;
        assert_eq!(ask(app, &address).await, ResetAsked::Taken);
        assert!(links(app).await.is_empty());
    }

    /// B33: a link outlives no disabled account.
    async fn a_link_of_an_account_disabled_meanwhile_sets_nothing(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let link = link(app).await;
        house.clock.advance(1);
        house.world.disable(account, house.now()).await;
        assert_eq!(complete(app, &link, NEW_PASSWORD).await, ResetDone::Gone);
    }

    /// B25: the spelling of an address gives no further letters.
    async fn three_letters_an_address_then_one_an_hour_however_it_is_spelt(house: House) {
        let app = &house.app;
        amara(house).await;
        let spelt = ["AMARA.okafor@example.org", " amara.okafor@EXAMPLE.org ", "amara.okafor@example.org\u{200b}", EMAIL];
        for (n, email) in spelt.iter().cycle().take(9).enumerate() {
            let client = from(&format!("203.0.113.{n}"));
            assert_eq!(ask_reset(app, email, &client).await.unwrap(), ResetAsked::Taken);
        }
        assert_eq!(i64::try_from(links(app).await.len()).unwrap(), ADDRESS_BURST);
        house.clock.advance(ADDRESS_SECONDS);
        ask_reset(app, EMAIL, &from("203.0.113.77")).await.unwrap();
        ask_reset(app, EMAIL, &from("203.0.113.78")).await.unwrap();
        assert_eq!(i64::try_from(links(app).await.len()).unwrap(), ADDRESS_BURST + 1);
    }

    /// T18: nobody floods mailboxes from one network.
    async fn a_network_has_ten_letters_then_one_a_minute(house: House) {
        let app = &house.app;
        for n in 0..NETWORK_BURST {
            assert_eq!(ask(app, &format!("a{n}@example.org")).await, ResetAsked::Taken);
        }
        assert!(matches!(ask(app, "b@example.org").await, ResetAsked::Slowed(1..=60)));
        house.clock.advance(60);
        assert_eq!(ask(app, "b@example.org").await, ResetAsked::Taken);
    }

    /// A stranger who asks for links does not end the owner's sessions or attempts.
    async fn asking_for_a_link_disturbs_nobody(house: House) {
        let app = &house.app;
        amara(house).await;
        let cookie = signed_in(house).await;
        let attempt = half(app).await;
        ask(app, EMAIL).await;
        assert!(is_signed_in(app, &cookie).await);
        house.clock.advance(30);
        let code = totp_code(SECRET, house.now());
        let answer = check_code(app, &hashing(), &attempt, &code, &home()).await.unwrap();
        assert!(matches!(answer, CodeAnswer::SignedIn { .. }));
    }

    async fn garbage_for_a_link_is_gone_and_never_a_fault(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        for token in ["x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00", "%F0%9F%98%80", "..%2f..%2f"] {
            let path = format!("/reset/{token}");
            for answer in [portal.get(&path, &browser).await, portal.post(&path, &browser, &[("password", NEW_PASSWORD)]).await] {
                assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
            }
        }
    }

    async fn the_pages_say_the_same_for_known_and_unknown_addresses(house: House) {
        amara(house).await;
        let portal = Portal::of(house);
        let browser = portal.stranger();
        let known = portal.post("/reset", &browser, &[("email", EMAIL)]).await;
        let unknown = portal.post("/reset", &browser, &[("email", "nobody@example.org")]).await;
        let plain = |answer: &crate::support::portal::Answer| {
            let nonce = answer.body.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            answer.body.replace(&nonce, "NONCE")
        };
        assert_eq!(known.status, unknown.status);
        assert_eq!(plain(&known), plain(&unknown));
        let missing = portal.post("/reset", &browser, &[("email", " ")]).await;
        assert_eq!(missing.status.as_u16(), 422);
    }
}
