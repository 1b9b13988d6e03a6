//! Sessions that the hospital's single sign-on opened: a fresh factor, and the ways they end.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use postern::app::ports::identity::{Claims, LoggedOut};
use postern::store::Db;

use crate::sign_on::{linked, physician, refused, signed_in};
use crate::support::identity::{ISSUER, lee, returns, session_cookie};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};

/// The hospital posts a log-out token.
async fn posts(portal: &Portal<'_>, token: &str) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri("/sign-in/hospital/logout")
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(serde_html_form::to_string([("logout_token", token)]).unwrap()));
    portal.call(request.unwrap()).await
}

async fn is_in(portal: &Portal<'_>, browser: &Browser) -> bool {
    portal.get("/account", browser).await.status == StatusCode::OK
}

/// How many rows of the audit say that sessions were ended from elsewhere.
async fn sessions_ended(house: &House) -> i64 {
    let sql = "select count(*) from audit_row where act = 'end_session'";
    let (count,): (i64,) = match house.db() {
        Db::Sqlite { read, .. } => sqlx::query_as(sql).fetch_one(read).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.unwrap(),
    };
    count
}

fn whose(id: &str, subject: Option<&str>, sid: Option<&str>) -> LoggedOut {
    LoggedOut { token_id: id.to_owned(), subject: subject.map(str::to_owned), sid: sid.map(str::to_owned) }
}

both_engines! {
    /// asvs_v7_6_1, asvs_v10_5_5
    async fn a_log_out_of_one_session_ends_that_one_and_one_of_the_person_ends_all(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let mut browsers = Vec::new();
        for sid in ["sid-1", "sid-2", "sid-3"] {
            let claims = Claims { sid: Some(sid.to_owned()), ..lee(house) };
            browsers.push(signed_in(&portal, &double, claims).await);
        }
        double.logs_out("one", whose("j1", None, Some("sid-2")));
        assert_eq!(posts(&portal, "one").await.status, StatusCode::OK);
        let mut states = Vec::new();
        for browser in &browsers {
            states.push(is_in(&portal, browser).await);
        }
        assert_eq!(states, [true, false, true]);
        double.logs_out("other", whose("j2", Some("somebody-else"), None));
        assert_eq!(posts(&portal, "other").await.status, StatusCode::OK, "nothing to end is no fault");
        assert!(is_in(&portal, &browsers[0]).await);
        double.logs_out("all", whose("j3", Some("00u-lee"), None));
        assert_eq!(posts(&portal, "all").await.status, StatusCode::OK);
        assert!(!is_in(&portal, &browsers[0]).await && !is_in(&portal, &browsers[2]).await);
        let ended = sessions_ended(house).await;
        assert_eq!(ended, 2, "each that ended something is in the audit");
    }

    /// asvs_v10_5_5
    async fn a_log_out_token_is_good_once_and_a_refused_one_ends_nothing(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let browser = signed_in(&portal, &double, lee(house)).await;
        for garbage in ["", "x", "a.b.c"] {
            let answer = posts(&portal, garbage).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        assert!(is_in(&portal, &browser).await);
        double.logs_out("all", whose("j1", Some("00u-lee"), None));
        assert_eq!(posts(&portal, "all").await.status, StatusCode::OK);
        let again = signed_in(&portal, &double, lee(house)).await;
        assert_eq!(posts(&portal, "all").await.status, StatusCode::BAD_REQUEST);
        assert!(is_in(&portal, &again).await);
    }

    /// asvs_v10_5_5
    async fn of_fifty_times_the_same_log_out_token_one_is_taken(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        double.logs_out("all", whose("j1", Some("00u-lee"), None));
        let answers = futures::future::join_all((0..50).map(|_| posts(&portal, "all"))).await;
        assert_eq!(answers.iter().filter(|a| a.status == StatusCode::OK).count(), 1);
    }

    async fn a_log_out_token_where_nothing_is_set_up_or_too_long_is_refused(house: House) {
        let portal = Portal::of(house);
        assert_eq!(posts(&portal, "x").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(posts(&portal, &"x".repeat(70_000)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    /// asvs_v7_1_3
    async fn signing_out_says_that_the_hospital_still_knows_the_browser(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let browser = signed_in(&portal, &double, lee(house)).await;
        let out = portal.post("/sign-out", &browser, &[]).await;
        assert_eq!(out.header("location"), "/sign-in/hospital/signed-out");
        let stranger = portal.stranger();
        let page = portal.get("/sign-in/hospital/signed-out", &stranger).await;
        assert!(page.body.contains("href=\"/sign-in/hospital/sign-out\""), "{}", page.body);
        let there = portal.get("/sign-in/hospital/sign-out", &stranger).await;
        assert!(there.header("location").starts_with(ISSUER));
        double.set_down(true);
        assert_eq!(portal.get("/sign-in/hospital/sign-out", &stranger).await.header("location"), "/sign-in");
    }

    /// asvs_v6_8_4: a sign-in at the hospital of an hour ago is none of the last five minutes.
    async fn a_factor_counts_from_when_it_was_shown_at_the_hospital(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        for (ago, location) in [(299, ISSUER), (300, "/step-up"), (3600, "/step-up")] {
            let claims = Claims { signed_in_at: house.now().plus_seconds(-ago), ..lee(house) };
            let browser = signed_in(&portal, &double, claims).await;
            let to = portal.get("/account/hospital-sign-in", &browser).await;
            assert!(to.header("location").starts_with(location), "{ago}: {}", to.header("location"));
        }
    }

    /// B16, asvs_v6_8_4
    async fn a_fresh_factor_makes_a_new_session_with_the_old_end(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let old = signed_in(&portal, &double, lee(house)).await;
        house.clock.advance(600);
        let to = portal.get("/step-up/hospital?next=/patients/mine", &old).await;
        assert!(to.header("location").starts_with(ISSUER));
        let asking = double.newest();
        assert_eq!(asking.fresh_since, Some(house.now()));
        double.answers("c", Ok(lee(house)));
        let answer = returns(&portal, &old, &asking.state, "c").await;
        assert_eq!(answer.header("location"), "/patients/mine");
        let new = portal.with_session(&old, &session_cookie(&portal, &answer).unwrap()).await;
        assert!(!is_in(&portal, &old).await && is_in(&portal, &new).await);
        let on = portal.get("/account/hospital-sign-in", &new).await;
        assert!(on.header("location").starts_with(ISSUER), "the factor is fresh");
        // Used every ten minutes, it still ends twelve hours after the sign-in.
        for _ in 0..70 {
            house.clock.advance(600);
            assert!(is_in(&portal, &new).await);
        }
        house.clock.advance(600);
        assert!(!is_in(&portal, &new).await);
    }

    /// asvs_v6_8_4, B12
    async fn a_fresh_factor_of_another_person_browser_or_account_is_refused(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let mine = signed_in(&portal, &double, lee(house)).await;
        let other = signed_in(&portal, &double, lee(house)).await;
        let begin = async || {
            portal.get("/step-up/hospital?next=/account", &mine).await;
            double.newest().state
        };
        double.answers("c", Ok(Claims { subject: "00u-other".to_owned(), ..lee(house) }));
        refused(&portal, &returns(&portal, &mine, &begin().await, "c").await);
        double.answers("c", Ok(lee(house)));
        refused(&portal, &returns(&portal, &other, &begin().await, "c").await);
        refused(&portal, &returns(&portal, &portal.stranger(), &begin().await, "c").await);
        assert!(is_in(&portal, &mine).await && is_in(&portal, &other).await);
    }

    async fn a_fresh_factor_leads_on_within_the_portal_only(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let mut browser = signed_in(&portal, &double, lee(house)).await;
        for next in ["https://evil.example", "//evil.example", "/%5Cevil.example", "evil", "", "/a%0d%0ab"] {
            portal.get(&format!("/step-up/hospital?next={next}"), &browser).await;
            double.answers("c", Ok(lee(house)));
            let answer = returns(&portal, &browser, &double.newest().state, "c").await;
            assert_eq!(answer.header("location"), "/", "{next}");
            browser = portal.with_session(&browser, &session_cookie(&portal, &answer).unwrap()).await;
        }
    }

    async fn a_session_with_a_password_has_no_fresh_factor_at_the_hospital(house: House) {
        let account = physician(house).await;
        let (portal, _) = linked(house, account, lee(house)).await;
        let other = house.world.physician("Okafor", house.world.practice("Oak").await).await.1;
        let local = portal.signed_in(other).await;
        assert_eq!(portal.get("/step-up/hospital?next=/account", &local).await.status, StatusCode::NOT_FOUND);
    }
}
