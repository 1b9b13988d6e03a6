//! What is asked of sessions, each rule of the ASVS table that nothing else shows.

use std::collections::HashSet;
use std::sync::Arc;

use axum::http::StatusCode;
use postern::adapters::entropy::SystemEntropy;
use postern::app::sign_in::new_visit;
use postern::domain::sign_in::SESSIONS_MOST;
use postern::store::Db;
use postern::views::samples::samples;

use crate::sign_in::*;
use crate::support::html::elements;
use crate::support::portal::Portal;
use crate::support::{House, both_engines};

/// asvs_v7_4_4
#[test]
fn every_signed_in_page_offers_to_sign_out() {
    let mut pages = 0;
    for sample in samples() {
        let all = elements(&sample.markup.0);
        let signed_in = all.iter().any(|e| e.tag == "body" && e.has("data-idle"));
        let offers = all
            .iter()
            .any(|e| e.tag == "form" && e.get("method") == "post" && e.get("action") == "/sign-out");
        assert_eq!(offers, signed_in, "{}", sample.name);
        pages += usize::from(signed_in);
    }
    assert!(pages > 80, "{pages}");
}

/// asvs_v7_1_2
#[test]
fn the_documentation_says_how_many_sessions_an_account_may_have() {
    let text = include_str!("../../docs/sign-in.md");
    assert!(text.contains(&format!("An account may have up to {SESSIONS_MOST} sessions at once")));
}

async fn kept(house: &House) -> Vec<(Vec<u8>, Vec<u8>)> {
    let sqlite = "select id_hash, form_key from session";
    match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sqlite).fetch_all(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sqlite).fetch_all(pool).await.unwrap(),
    }
}

both_engines! {
    /// asvs_v7_2_3, asvs_v6_5_4
    async fn secrets_have_256_bits_are_never_the_same_and_only_their_hash_is_kept(house: House) {
        let mut app = house.app.clone();
        app.entropy = Arc::new(SystemEntropy);
        let full = std::env::var("POSTERN_TEST_FULL").is_ok_and(|v| !v.is_empty());
        let count = if full { 1_000_000 } else { 10_000 };
        let mut seen = HashSet::with_capacity(count);
        let mut ones = 0_u64;
        for _ in 0..count {
            let secret = new_visit(&app).unwrap();
            let bytes = data_encoding::BASE64URL_NOPAD.decode(secret.as_str().as_bytes()).unwrap();
            assert_eq!(bytes.len(), 32);
            ones += bytes.iter().map(|b| u64::from(b.count_ones())).sum::<u64>();
            assert!(seen.insert(bytes), "one was handed out twice");
        }
        // Half of the bits are ones: within eight standard deviations (half the square root of the number of bits).
        let bits = u64::try_from(count).unwrap() * 256;
        assert!(ones.abs_diff(bits / 2).pow(2) < 16 * bits, "{ones} ones of {bits}");
        amara(house).await;
        let cookie = signed_in(house).await;
        let secret = data_encoding::BASE64URL_NOPAD.decode(cookie.as_bytes()).unwrap();
        let hash = <sha2::Sha256 as sha2::Digest>::digest(&secret).to_vec();
        let kept = kept(house).await;
        assert!(kept.iter().any(|(id, _)| *id == hash));
        assert!(kept.iter().all(|(id, key)| *id != secret && *key != secret));
    }

    /// asvs_v7_1_2
    async fn one_session_more_than_an_account_may_have_ends_the_oldest(house: House) {
        amara(house).await;
        let mut cookies = Vec::new();
        for _ in 0..=SESSIONS_MOST {
            cookies.push(signed_in(house).await);
        }
        for (n, cookie) in cookies.iter().enumerate() {
            assert_eq!(is_signed_in(&house.app, cookie).await, n > 0, "{n}");
        }
    }

    /// asvs_v7_4_1
    async fn a_cookie_is_worthless_after_signing_out(house: House) {
        let account = amara(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(account).await;
        assert_eq!(portal.get("/account", &browser).await.status, StatusCode::OK);
        let out = portal.post("/sign-out", &browser, &[]).await;
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        for path in ["/", "/account", "/team/audit"] {
            let answer = portal.get(path, &browser).await;
            assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/sign-in?notice=ended"));
        }
        let answer = portal.post("/sign-out/everywhere", &browser, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/sign-in"));
    }

    /// asvs_v7_3_1
    async fn a_page_that_asks_for_its_files_keeps_no_idle_session_alive(house: House) {
        let account = amara(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(account).await;
        assert_eq!(portal.get("/account", &browser).await.status, StatusCode::OK);
        for _ in 0..15 {
            house.clock.advance(60);
            portal.get("/livez", &browser).await;
            portal.get("/assets/0/app.js", &browser).await;
            portal.get("/sign-in/code", &portal.stranger()).await;
        }
        house.clock.advance(1);
        let answer = portal.get("/account", &browser).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/sign-in?notice=ended"));
    }
}
