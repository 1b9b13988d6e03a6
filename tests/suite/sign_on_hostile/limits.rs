//! What a provider that is slow, and a browser that asks too often or for another site, may not do.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use data_encoding::BASE64URL_NOPAD;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::*;
use crate::support::both_engines;
use crate::support::identity::{ISSUER, portal};

fn answer(body: &Value) -> impl IntoResponse + use<> {
    ([(header::CONTENT_TYPE, "application/json")], body.to_string())
}

/// A provider whose keys are answered once and never again; it says when they are asked for in vain. Its issuer.
async fn with_slow_keys(asked: Arc<Notify>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let metadata = json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"), "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    let first = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let keys = move || {
        let (asked, is_first) = (Arc::clone(&asked), first.swap(false, std::sync::atomic::Ordering::SeqCst));
        async move {
            if !is_first {
                asked.notify_one();
                std::future::pending::<()>().await;
            }
            answer(&json!({ "keys": [] }))
        }
    };
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(move || async move { answer(&metadata) }))
        .route("/jwks", get(keys));
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    issuer
}

#[test]
fn whoever_finds_recent_metadata_does_not_wait_for_a_provider_that_is_slow_with_its_keys() {
    block_on(async {
        let asked = Arc::new(Notify::new());
        let issuer = with_slow_keys(Arc::clone(&asked)).await;
        let hostile = Hostile::start(noon()).await;
        let adapter = Arc::new(hostile.adapter_with(|s| s.issuer = issuer));
        adapter.begin(&asking(), noon()).await.unwrap();
        let later = noon().plus_seconds(60);
        let head = json!({ "alg": "RS256", "typ": "JWT", "kid": "key-nine" }).to_string();
        let token = format!("{}.e30.AAAA", BASE64URL_NOPAD.encode(head.as_bytes()));
        let waits = Arc::clone(&adapter);
        let mut log_out = tokio::spawn(async move { waits.check_logout(&token, later).await });
        tokio::select! {
            () = asked.notified() => {}
            early = &mut log_out => panic!("{early:?}"),
        }
        assert!(adapter.begin(&asking(), later).await.is_ok());
        assert!(!log_out.is_finished(), "it still waits for the keys");
        log_out.abort();
    });
}

#[test]
fn many_who_ask_at_once_ask_the_provider_once() {
    block_on(async {
        let hostile = Hostile::start(noon()).await;
        let adapter = Arc::new(hostile.adapter());
        let tries = (0..20).map(|_| {
            let adapter = Arc::clone(&adapter);
            tokio::spawn(async move { adapter.begin(&asking(), noon()).await.is_ok() })
        });
        for one in tries.collect::<Vec<_>>() {
            assert!(one.await.unwrap());
        }
        assert_eq!((hostile.count("metadata"), hostile.count("keys")), (1, 1));
    });
}

both_engines! {
    async fn a_network_begins_sixty_sign_ins_at_once_and_then_one_each_five_seconds(house: House) {
        let (portal, _) = portal(house);
        let browser = portal.stranger();
        for _ in 0..60 {
            assert!(portal.get("/sign-in/hospital", &browser).await.header("location").starts_with(ISSUER));
        }
        let slowed = portal.get("/sign-in/hospital", &browser).await;
        assert_eq!((slowed.status, slowed.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
        assert!(slowed.body.contains("Too many requests"), "{}", slowed.body);
        house.clock.advance(4);
        assert_eq!(portal.get("/sign-in/hospital", &browser).await.header("retry-after"), "1");
        house.clock.advance(1);
        assert!(portal.get("/sign-in/hospital", &browser).await.header("location").starts_with(ISSUER));
    }

    async fn another_site_cannot_sign_anybody_out_at_the_hospital(house: House) {
        let (portal, _) = portal(house);
        for (from, to) in [("cross-site", "/sign-in"), ("same-site", "/sign-in"), ("same-origin", ISSUER), ("none", ISSUER)] {
            let request = Request::builder().uri("/sign-in/hospital/sign-out").header(header::HOST, "localhost:8080");
            let request = request.header("sec-fetch-site", from).body(Body::empty()).unwrap();
            let answer = portal.call(request).await;
            assert!(answer.header("location").starts_with(to), "{from}: {}", answer.header("location"));
        }
    }
}
