//! Single sign-on with a real protocol engine: a browser goes between the portal and the hospital's identity provider.

use postern::app::desk::decision::Decider;
use postern::app::sign_in::{SessionState, session};
use postern::app::single_sign_on::approve;
use postern::domain::ids::AccountId;
use postern::domain::request::{RequestKind, RequestState};
use postern::store::requests;

use crate::support::hospital::{Hospital, Page, Web};
use crate::support::{House, both_engines};

/// The right code of everybody at the hospital.
const CODE: &str = "000000";

async fn approves(house: &House, by: AccountId) {
    let open = requests::in_state(house.db(), RequestState::Open).await.unwrap();
    let request = open.into_iter().find(|r| r.kind == RequestKind::SingleSignOn).unwrap();
    let decider = Decider { account: by, now: house.now() };
    let mut tx = house.db().begin().await.unwrap();
    approve(&house.app, &mut tx, request.id, decider).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    house.world.close_request(request.id).await;
}

/// Dr. Lee's sign-in at the hospital is linked to a physician's account, as people do it.
async fn linked(house: &House, hospital: &Hospital) -> AccountId {
    let practice = house.world.practice("Elm Pediatrics").await;
    let (_, account) = house.world.physician("Lee", practice).await;
    let mut web = Web::new();
    let page = web.signs_in(&start(hospital), "dr.lee", CODE).await;
    assert!(page.status == 403 && page.body.contains("not linked yet"), "{}", page.body);
    assert!(page.body.contains("Mina Lee") && page.body.contains("mina.lee@hospital.example"));
    asks(hospital, &mut web, &page, &house.world.email(account).await).await;
    approves(house, house.world.team_account(&["reviewer"]).await).await;
    account
}

async fn asks(hospital: &Hospital, web: &mut Web, page: &Page, email: &str) {
    let (token, ticket) = (page.hidden("form_token"), page.hidden("ticket"));
    let fields = [("form_token", token.as_str()), ("ticket", &ticket), ("email", email)];
    let asked = web.send(&format!("{}/sign-in/hospital/link", hospital.portal), &fields).await;
    assert!(asked.body.contains("The access team is asked"), "{}", asked.body);
}

fn start(hospital: &Hospital) -> String {
    format!("{}/sign-in/hospital", hospital.portal)
}

async fn signed_in(hospital: &Hospital) -> Web {
    let mut web = Web::new();
    let page = web.signs_in(&start(hospital), "dr.lee", CODE).await;
    assert!(
        page.status == 200 && page.url.as_str().starts_with(&hospital.portal),
        "{} {}",
        page.url,
        page.body
    );
    assert!(is_in(hospital, &mut web).await);
    web
}

/// Whether the portal knows this browser.
async fn is_in(hospital: &Hospital, web: &mut Web) -> bool {
    let page = web.go(&format!("{}/account", hospital.portal)).await;
    page.url.path() == "/account"
}

both_engines! {
    /// asvs_v10_2_1, asvs_v10_1_1: code, PKCE, state and nonce with a real engine; no token comes near the browser.
    async fn a_physician_signs_in_with_a_second_factor_once_the_access_team_has_linked_them(house: House) {
        let hospital = Hospital::open(house).await;
        let account = linked(house, &hospital).await;
        let mut web = signed_in(&hospital).await;
        let page = web.go(&format!("{}/account", hospital.portal)).await;
        assert!(page.body.contains(&house.world.email(account).await));
        assert!(!page.body.contains("eyJ"), "no token is in a page");
    }

    /// asvs_v6_8_4
    async fn a_wrong_code_at_the_hospital_is_no_second_factor_and_is_refused(house: House) {
        let hospital = Hospital::open(house).await;
        linked(house, &hospital).await;
        for code in ["", "123456"] {
            let mut web = Web::new();
            let page = web.signs_in(&start(&hospital), "dr.lee", code).await;
            assert!(page.status == 403 && page.body.contains("second factor is needed"), "{}", page.body);
            assert!(!is_in(&hospital, &mut web).await);
        }
    }

    async fn turning_back_at_the_hospital_signs_nobody_in(house: House) {
        let hospital = Hospital::open(house).await;
        let mut web = Web::new();
        let page = web.go(&start(&hospital)).await;
        let page = web.send(page.url.as_str(), &[("do", "cancel")]).await;
        assert!(page.status == 403 && page.body.contains("You did not sign in"), "{}", page.body);
    }

    /// B32, asvs_v10_2_1
    async fn an_answer_that_was_used_signs_nobody_in_again(house: House) {
        let hospital = Hospital::open(house).await;
        let mut web = Web::new();
        let page = web.signs_in(&start(&hospital), "sam.gone", CODE).await;
        assert!(page.body.contains("not linked yet"), "{}", page.body);
        let again = web.go(page.url.as_str()).await;
        assert!(again.status == 403 && again.body.contains("did not work"), "{}", again.body);
    }

    async fn the_access_team_gets_its_roles_from_the_hospital(house: House) {
        let hospital = Hospital::open(house).await;
        let mut web = Web::new();
        let page = web.signs_in(&start(&hospital), "jo.ortiz", CODE).await;
        asks(&hospital, &mut web, &page, "").await;
        approves(house, house.world.team_account(&["reviewer"]).await).await;
        let page = Web::new().signs_in(&start(&hospital), "jo.ortiz", CODE).await;
        assert!(page.status == 200 && page.url.as_str().starts_with(&hospital.portal), "{}", page.body);
    }

    /// asvs_v7_1_3
    async fn signing_out_goes_on_to_the_hospital_and_comes_back(house: House) {
        let hospital = Hospital::open(house).await;
        linked(house, &hospital).await;
        let mut web = signed_in(&hospital).await;
        let account = web.go(&format!("{}/account", hospital.portal)).await;
        let token = account.hidden("form_token");
        let page = web.send(&format!("{}/sign-out", hospital.portal), &[("form_token", &token)]).await;
        assert!(page.body.contains("You are signed out here"), "{}", page.body);
        assert!(!is_in(&hospital, &mut web).await);
        let page = web.go(&format!("{}/sign-in/hospital/sign-out", hospital.portal)).await;
        assert!(page.url.as_str().starts_with(&hospital.issuer), "{}", page.url);
        let page = web.confirms(&page).await;
        assert!(page.url.as_str().starts_with(&hospital.portal) && page.body.contains("here and at the hospital"), "{}", page.body);
    }

    /// asvs_v7_6_1, asvs_v10_5_5: the provider tells the portal behind the browser's back.
    async fn signing_out_at_the_hospital_ends_the_session_here(house: House) {
        let hospital = Hospital::open(house).await;
        linked(house, &hospital).await;
        let (mut web, mut other) = (signed_in(&hospital).await, signed_in(&hospital).await);
        let page = web.go(&format!("{}/session/end?client_id=postern", hospital.issuer)).await;
        web.confirms(&page).await;
        assert!(!is_in(&hospital, &mut web).await, "the session of that sid is over");
        assert!(is_in(&hospital, &mut other).await, "another one is not");
    }

    /// F14
    async fn new_keys_at_the_hospital_are_found(house: House) {
        let mut hospital = Hospital::open(house).await;
        linked(house, &hospital).await;
        signed_in(&hospital).await;
        hospital.rotate();
        let page = Web::new().signs_in(&start(&hospital), "dr.lee", CODE).await;
        assert_eq!(page.status, 403, "not within a minute");
        house.clock.advance(60);
        signed_in(&hospital).await;
    }

    /// asvs_v6_8_4, B16: the hospital asks again although it knows the browser, and the session is a new one with the old end.
    async fn a_fresh_factor_is_shown_at_the_hospital(house: House) {
        let hospital = Hospital::open(house).await;
        linked(house, &hospital).await;
        let mut web = signed_in(&hospital).await;
        let before = web.cookie(&hospital.portal, "postern").unwrap();
        let SessionState::SignedIn(old) = session(&hospital.app, &before).await.unwrap() else { panic!() };
        house.clock.advance(20);
        let to = format!("{}/step-up/hospital?next=/account", hospital.portal);
        let page = web.signs_in(&to, "dr.lee", CODE).await;
        assert_eq!((page.status, page.url.path()), (200, "/account"), "{}", page.body);
        let after = web.cookie(&hospital.portal, "postern").unwrap();
        let SessionState::SignedIn(new) = session(&hospital.app, &after).await.unwrap() else { panic!() };
        assert!(before != after && matches!(session(&hospital.app, &before).await.unwrap(), SessionState::Nobody));
        assert_eq!(new.signed_in_at, old.signed_in_at);
        // The provider's clock is its own: what counts is when it saw the factor, and that is never later than now.
        assert!(new.factor_at >= old.factor_at && new.factor_at <= house.now());
    }

    /// asvs_v6_8_4: somebody else at the hospital's page does not do.
    async fn a_fresh_factor_of_somebody_else_is_refused(house: House) {
        let hospital = Hospital::open(house).await;
        linked(house, &hospital).await;
        let mut web = signed_in(&hospital).await;
        let to = format!("{}/step-up/hospital?next=/account", hospital.portal);
        let page = web.signs_in(&to, "sam.gone", CODE).await;
        assert!(page.status == 403 && page.body.contains("did not work"), "{}", page.body);
    }
}
