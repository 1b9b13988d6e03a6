//! The hospital's single sign-on as a browser meets it: who is signed in, who is not, and who is linked to what. What the provider
//! may say is the matter of `sign_on_hostile`; here a double says it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use postern::app::accounts;
use postern::app::desk::decision::{Decider, Obstacle};
use postern::app::ports::identity::{Claims, IdentityError};
use postern::app::single_sign_on::{LinkEffect, approve, decline, facts};
use postern::domain::ids::{AccountId, RequestId};
use postern::domain::people::Role;
use postern::domain::request::{RequestKind, RequestState};
use postern::store::{requests, sign_on};
use uuid::Uuid;

use crate::support::identity::{
    ISSUER, TalkingDouble, begin, comes_back, lee, ortiz, portal, returns, session_cookie,
};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};

/// The open requests to link a sign-in.
pub async fn waiting(house: &House) -> Vec<RequestId> {
    let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
    open.into_iter().filter(|r| r.kind == RequestKind::SingleSignOn).map(|r| r.id).collect()
}

/// The ticket on a page that says that nothing is linked.
pub fn ticket(page: &Answer) -> String {
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    page.body.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

pub async fn asks(portal: &Portal<'_>, browser: &Browser, ticket: &str, email: &str) -> Answer {
    portal.post("/sign-in/hospital/link", browser, &[("ticket", ticket), ("email", email)]).await
}

pub async fn decides(house: &House, decider: AccountId, request: RequestId) -> Result<(), Obstacle> {
    let mut tx = house.db().begin().await.unwrap();
    let done = approve(&house.app, &mut tx, request, Decider { account: decider, now: house.now() }).await;
    let done = done.unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

pub async fn physician(house: &House) -> AccountId {
    let practice = house.world.practice("Elm Pediatrics").await;
    house.world.physician("Lee", practice).await.1
}

pub async fn reviewer(house: &House) -> AccountId {
    house.world.team_account(&["reviewer"]).await
}

/// `account` is linked to the sign-in that `claims` are of, as the access team does it.
pub async fn linked(
    house: &House,
    account: AccountId,
    claims: Claims,
) -> (Portal<'_>, std::sync::Arc<TalkingDouble>) {
    let (portal, double) = portal(house);
    let browser = portal.stranger();
    let page = comes_back(&portal, &double, &browser, Ok(claims)).await;
    let email = house.world.email(account).await;
    assert_eq!(asks(&portal, &browser, &ticket(&page), &email).await.status, StatusCode::OK);
    let request = waiting(house).await[0];
    decides(house, reviewer(house).await, request).await.unwrap();
    (portal, double)
}

/// Signed in at the hospital as `claims`, in a browser of their own.
pub async fn signed_in(portal: &Portal<'_>, double: &TalkingDouble, claims: Claims) -> Browser {
    let browser = portal.stranger();
    let answer = comes_back(portal, double, &browser, Ok(claims)).await;
    assert_eq!(answer.header("location"), "/", "{}", answer.body);
    portal.with_session(&browser, &session_cookie(portal, &answer).unwrap()).await
}

/// Nobody is signed in, and the page is one for people.
pub fn refused(portal: &Portal<'_>, answer: &Answer) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    assert!(answer.body.contains("<h1>"));
    assert!(session_cookie(portal, answer).is_none());
}

both_engines! {
    /// asvs_v6_8_1, asvs_v10_5_2
    async fn a_linked_physician_signs_in_and_stays_linked_when_the_address_at_the_hospital_changes(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        for email in ["mina.lee@hospital.example", "mina.changed@hospital.example"] {
            let browser = signed_in(&portal, &double, Claims { email: email.to_owned(), ..lee(house) }).await;
            assert_eq!(portal.get("/patients", &browser).await.status, StatusCode::OK);
        }
    }

    /// B13: an address says nothing, not even one that an account has.
    async fn the_address_of_an_account_at_the_hospital_signs_nobody_in(house: House) {
        let account = physician(house).await;
        let email = house.world.email(account).await;
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let answer = comes_back(&portal, &double, &browser, Ok(Claims { email, ..lee(house) })).await;
        assert!(session_cookie(&portal, &answer).is_none());
        ticket(&answer);
        assert!(waiting(house).await.is_empty(), "nothing is asked by itself");
    }

    /// asvs_v6_8_1: the same subject elsewhere, and another subject with the same address, are others.
    async fn another_subject_with_the_same_address_is_somebody_else(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let other = Claims { subject: "00u-other".to_owned(), ..lee(house) };
        let answer = comes_back(&portal, &double, &portal.stranger(), Ok(other)).await;
        ticket(&answer);
        let elsewhere = sign_on::by_subject(house.db(), "https://elsewhere.example", "00u-lee").await.unwrap();
        assert_eq!(elsewhere, None);
        assert!(sign_on::by_subject(house.db(), ISSUER, "00u-lee").await.unwrap().is_some());
    }

    /// B12, asvs_v10_1_2
    async fn an_answer_in_another_browser_is_refused_and_the_state_is_gone(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let (mine, other) = (portal.stranger(), portal.stranger());
        let state = begin(&portal, &double, &mine).await;
        double.answers("c", Ok(lee(house)));
        refused(&portal, &returns(&portal, &other, &state, "c").await);
        refused(&portal, &returns(&portal, &mine, &state, "c").await);
    }

    /// asvs_v7_6_2: an answer without the browser that began is nobody's.
    async fn an_answer_in_a_browser_without_any_cookie_is_refused(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let state = begin(&portal, &double, &portal.stranger()).await;
        double.answers("c", Ok(lee(house)));
        refused(&portal, &returns(&portal, &Browser::default(), &state, "c").await);
    }

    /// B32, asvs_v10_2_1: the state is good once, also when what came with it failed.
    async fn a_state_is_good_once(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let browser = portal.stranger();
        let state = begin(&portal, &double, &browser).await;
        refused(&portal, &returns(&portal, &browser, &state, "no-such-code").await);
        double.answers("c", Ok(lee(house)));
        refused(&portal, &returns(&portal, &browser, &state, "c").await);
        let state = begin(&portal, &double, &browser).await;
        assert_eq!(returns(&portal, &browser, &state, "c").await.header("location"), "/");
        double.answers("c", Ok(lee(house)));
        refused(&portal, &returns(&portal, &browser, &state, "c").await);
    }

    /// B32: however many answers come at once, one is taken.
    async fn of_fifty_answers_at_once_one_signs_in(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let browser = portal.stranger();
        let state = begin(&portal, &double, &browser).await;
        for n in 0..50 {
            double.answers(&format!("c{n}"), Ok(lee(house)));
        }
        let codes: Vec<String> = (0..50).map(|n| format!("c{n}")).collect();
        let answers = futures::future::join_all(codes.iter().map(|c| returns(&portal, &browser, &state, c))).await;
        assert_eq!(answers.iter().filter(|a| a.header("location") == "/").count(), 1);
    }

    /// asvs_v10_2_1
    async fn an_answer_without_state_or_with_garbage_is_refused(house: House) {
        let (portal, _) = portal(house);
        let browser = portal.stranger();
        for query in ["", "?code=c", "?code=c&state=", "?code=c&state=%00%ff", "?code=c&state=AAAA", "?error=x", "?state[]=1"] {
            let answer = portal.get(&format!("/sign-in/hospital/callback{query}"), &browser).await;
            assert!(answer.status.is_client_error(), "{query}: {}", answer.status);
        }
    }

    async fn an_answer_ten_minutes_later_is_too_late_and_one_second_sooner_is_not(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        for (wait, location) in [(599, "/"), (600, "")] {
            let browser = portal.stranger();
            let state = begin(&portal, &double, &browser).await;
            house.clock.advance(wait);
            double.answers("c", Ok(lee(house)));
            assert_eq!(returns(&portal, &browser, &state, "c").await.header("location"), location, "{wait}");
        }
    }

    /// asvs_v10_2_2: an answer that names another issuer is not exchanged, and its code stays unseen.
    async fn an_answer_that_names_another_issuer_is_refused(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let browser = portal.stranger();
        let state = begin(&portal, &double, &browser).await;
        double.answers("c", Ok(lee(house)));
        let path = format!("/sign-in/hospital/callback?code=c&state={state}&iss=https%3A%2F%2Fevil.example");
        refused(&portal, &portal.get(&path, &browser).await);
    }

    /// asvs_v6_8_4
    async fn a_sign_in_without_a_second_factor_is_refused_and_says_what_to_do(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let answer = comes_back(&portal, &double, &portal.stranger(), Err(IdentityError::NoSecondFactor)).await;
        refused(&portal, &answer);
        assert!(answer.body.contains("second factor") && answer.body.contains("/sign-in/hospital/sign-out"));
    }

    async fn turning_back_at_the_hospital_leads_to_a_page_that_says_so(house: House) {
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let state = begin(&portal, &double, &browser).await;
        let path = format!("/sign-in/hospital/callback?error=access_denied&state={state}");
        let answer = portal.get(&path, &browser).await;
        refused(&portal, &answer);
        assert!(answer.body.contains("You did not sign in"), "{}", answer.body);
        refused(&portal, &portal.get(&path, &browser).await);
    }

    /// V10.1.1, F14: a provider that is down is said to be down, and concerns nobody else.
    async fn a_provider_that_is_down_concerns_no_local_user(house: House) {
        let account = physician(house).await;
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let state = begin(&portal, &double, &browser).await;
        double.set_down(true);
        for answer in [portal.get("/sign-in/hospital", &browser).await, returns(&portal, &browser, &state, "c").await] {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(answer.body.contains("is not available"), "{}", answer.body);
        }
        let local = portal.signed_in(account).await;
        assert_eq!(portal.get("/patients", &local).await.status, StatusCode::OK);
    }

    async fn the_link_is_on_the_sign_in_page_only_where_there_is_a_provider(house: House) {
        let (with, _) = portal(house);
        let without = Portal::of(house);
        assert!(with.get("/sign-in", &with.stranger()).await.body.contains("href=\"/sign-in/hospital\""));
        assert!(!without.get("/sign-in", &without.stranger()).await.body.contains("/sign-in/hospital"));
        assert_eq!(without.get("/sign-in/hospital", &without.stranger()).await.status, StatusCode::NOT_FOUND);
    }

    /// asvs_v7_6_2: a link on another site only leads to the sign-in page.
    async fn another_site_cannot_start_a_sign_in(house: House) {
        let (portal, _) = portal(house);
        for (from, to) in [("cross-site", "/sign-in"), ("same-site", "/sign-in"), ("same-origin", ISSUER), ("none", ISSUER)] {
            let request = Request::builder().uri("/sign-in/hospital").header(header::HOST, "localhost:8080");
            let request = request.header("sec-fetch-site", from).body(Body::empty()).unwrap();
            let answer = portal.call(request).await;
            assert!(answer.header("location").starts_with(to), "{from}: {}", answer.header("location"));
        }
    }

    /// B16: nothing that was there before is the session afterwards.
    async fn the_session_is_new_at_each_sign_in(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let mut browser = portal.stranger();
        let planted = format!("{}=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", portal.site.cookie_name());
        browser.cookies = format!("{}; {planted}", browser.cookies);
        let first = comes_back(&portal, &double, &browser, Ok(lee(house))).await;
        let second = comes_back(&portal, &double, &browser, Ok(lee(house))).await;
        let cookies = [session_cookie(&portal, &first).unwrap(), session_cookie(&portal, &second).unwrap()];
        assert!(cookies[0] != cookies[1] && !cookies.contains(&planted));
    }

    /// B33
    async fn a_linked_account_that_is_disabled_does_not_sign_in(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, lee(house)).await;
        let email = house.world.email(account).await;
        accounts::disable_account(&house.app, &email).await.unwrap();
        let answer = comes_back(&portal, &double, &portal.stranger(), Ok(lee(house))).await;
        refused(&portal, &answer);
        assert!(answer.body.contains("not active"));
    }
}

both_engines! {
    /// B17: the proof of a sign-in at the hospital is that browser's, and of those minutes.
    async fn a_ticket_is_good_in_its_own_browser_and_for_ten_minutes(house: House) {
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let page = comes_back(&portal, &double, &browser, Ok(lee(house))).await;
        let ticket = ticket(&page);
        refused(&portal, &asks(&portal, &portal.stranger(), &ticket, "a@b.example").await);
        refused(&portal, &asks(&portal, &browser, "", "a@b.example").await);
        refused(&portal, &asks(&portal, &browser, &format!("{ticket}A"), "a@b.example").await);
        house.clock.advance(600);
        refused(&portal, &asks(&portal, &browser, &ticket, "a@b.example").await);
        assert!(waiting(house).await.is_empty());
        house.clock.advance(-1);
        assert_eq!(asks(&portal, &browser, &ticket, "a@b.example").await.status, StatusCode::OK);
        assert_eq!(waiting(house).await.len(), 1);
    }

    async fn the_answer_is_the_same_whether_the_address_has_an_account_or_not(house: House) {
        let account = physician(house).await;
        let email = house.world.email(account).await;
        let (portal, double) = portal(house);
        let mut pages = Vec::new();
        for (subject, email) in [("s1", email.as_str()), ("s2", "nobody@example.org")] {
            let browser = portal.stranger();
            let claims = Claims { subject: subject.to_owned(), ..lee(house) };
            let page = comes_back(&portal, &double, &browser, Ok(claims)).await;
            let answer = asks(&portal, &browser, &ticket(&page), email).await;
            assert_eq!(answer.status, StatusCode::OK);
            pages.push(answer.body.split("<main").nth(1).unwrap().to_owned());
        }
        assert_eq!(pages[0], pages[1]);
    }

    async fn an_address_that_is_missing_or_none_keeps_the_form(house: House) {
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let page = comes_back(&portal, &double, &browser, Ok(lee(house))).await;
        let sealed = ticket(&page);
        for typed in ["", "  ", "mina", "mina@", "@x.example", "mina lee@x.example"] {
            let again = asks(&portal, &browser, &sealed, typed).await;
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert!(again.body.contains(&sealed) && again.body.contains("Mina Lee"), "{typed}");
        }
        assert!(waiting(house).await.is_empty());
    }

    async fn one_request_waits_however_often_somebody_asks(house: House) {
        let account = physician(house).await;
        let email = house.world.email(account).await;
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let sealed = ticket(&comes_back(&portal, &double, &browser, Ok(lee(house))).await);
        let fifty = (0..50).map(|_| asks(&portal, &browser, &sealed, &email));
        for answer in futures::future::join_all(fifty).await {
            assert_eq!(answer.status, StatusCode::OK);
        }
        assert_eq!(waiting(house).await.len(), 1);
        let page = comes_back(&portal, &double, &browser, Ok(lee(house))).await;
        assert!(page.body.contains("has your request already") && !page.body.contains("name=\"ticket\""));
    }

    async fn approving_links_once_and_tells_the_account(house: House) {
        let account = physician(house).await;
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let email = house.world.email(account).await;
        let sealed = ticket(&comes_back(&portal, &double, &browser, Ok(lee(house))).await);
        asks(&portal, &browser, &sealed, &email).await;
        let request = waiting(house).await[0];
        let told = facts(&house.app, request).await.unwrap().unwrap();
        assert_eq!((told.issuer.as_str(), told.subject.as_str(), told.typed), (ISSUER, "00u-lee", email));
        assert!(matches!(told.effect, LinkEffect::Links { .. }) && !told.by_owner);
        let by = reviewer(house).await;
        assert_eq!(decides(house, by, request).await, Ok(()));
        assert_eq!(decides(house, by, request).await, Err(Obstacle::Gone));
        signed_in(&portal, &double, lee(house)).await;
    }

    async fn nobody_links_a_sign_in_to_their_own_account(house: House) {
        let by = reviewer(house).await;
        let email = house.world.email(by).await;
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let sealed = ticket(&comes_back(&portal, &double, &browser, Ok(ortiz(house, &[Role::Reviewer]))).await);
        asks(&portal, &browser, &sealed, &email).await;
        let request = waiting(house).await[0];
        assert_eq!(decides(house, by, request).await, Err(Obstacle::Incomplete));
        assert_eq!(decides(house, reviewer(house).await, request).await, Ok(()));
    }

    async fn a_link_to_nobody_or_to_a_family_account_cannot_be_approved(house: House) {
        let family = house.world.email(house.world.family_account().await).await;
        let (portal, double) = portal(house);
        let by = reviewer(house).await;
        for (subject, email) in [("s1", "nobody@example.org"), ("s2", family.as_str())] {
            let browser = portal.stranger();
            let claims = Claims { subject: subject.to_owned(), ..lee(house) };
            let sealed = ticket(&comes_back(&portal, &double, &browser, Ok(claims)).await);
            asks(&portal, &browser, &sealed, email).await;
        }
        for request in waiting(house).await {
            assert_eq!(facts(&house.app, request).await.unwrap().unwrap().effect, LinkEffect::Nothing);
            assert_eq!(decides(house, by, request).await, Err(Obstacle::Incomplete));
        }
        let unknown = RequestId(Uuid::from_u128(7));
        assert_eq!(decides(house, by, unknown).await, Err(Obstacle::Gone));
        assert_eq!(facts(&house.app, unknown).await.unwrap(), None);
    }

    async fn declining_links_nothing_and_they_may_ask_again(house: House) {
        let account = physician(house).await;
        let email = house.world.email(account).await;
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let sealed = ticket(&comes_back(&portal, &double, &browser, Ok(lee(house))).await);
        asks(&portal, &browser, &sealed, &email).await;
        let request = waiting(house).await[0];
        let decider = Decider { account: reviewer(house).await, now: house.now() };
        let mut tx = house.db().begin().await.unwrap();
        decline(&house.app, &mut tx, request, decider, "Not you.").await.unwrap();
        tx.commit().await.unwrap();
        house.world.close_request(request).await;
        let page = comes_back(&portal, &double, &browser, Ok(lee(house))).await;
        asks(&portal, &browser, &ticket(&page), &email).await;
        assert_eq!(waiting(house).await.len(), 1);
        assert_eq!(decides(house, decider.account, request).await, Err(Obstacle::Gone), "the old one is over");
    }
}
