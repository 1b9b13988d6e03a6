//! Who may have which sign-in at the hospital linked: the access team's members by their roles, owners from inside, nobody on a
//! stranger's word.

use axum::http::StatusCode;
use postern::app::accounts;
use postern::app::desk::decision::Obstacle;
use postern::app::ports::identity::Claims;
use postern::app::single_sign_on::{LinkEffect, facts};
use postern::domain::ids::{AccountId, RequestId};
use postern::domain::people::Role;
use postern::store::sign_on;

use crate::sign_on::*;
use crate::support::identity::{ISSUER, comes_back, lee, ortiz, portal, returns};
use crate::support::portal::Portal;
use crate::support::{House, both_engines};

/// Dr. Lee asks for the link of `account` from inside.
async fn asks_from_inside(house: &House, account: AccountId, claims: Claims) -> RequestId {
    let (portal, double) = portal(house);
    let inside = portal.signed_in(account).await;
    portal.get("/account/hospital-sign-in", &inside).await;
    double.answers("c", Ok(claims));
    let answer = returns(&portal, &inside, &double.newest().state, "c").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    waiting(house).await[0]
}

both_engines! {
    async fn a_new_member_of_the_access_team_gets_an_account_by_approval_and_roles_by_the_claim(house: House) {
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let page = comes_back(&portal, &double, &browser, Ok(ortiz(house, &[Role::Auditor]))).await;
        asks(&portal, &browser, &ticket(&page), "").await;
        let request = waiting(house).await[0];
        let told = facts(&house.app, request).await.unwrap().unwrap();
        assert_eq!(told.effect, LinkEffect::Makes { roles: vec![Role::Auditor] });
        decides(house, reviewer(house).await, request).await.unwrap();
        let inside = signed_in(&portal, &double, ortiz(house, &[Role::Auditor])).await;
        assert_eq!(portal.get("/team/audit", &inside).await.status, StatusCode::OK);
        let page = portal.get("/account", &inside).await;
        assert!(page.body.contains("Jo Ortiz") && page.body.contains("jo.ortiz@hospital.example"));
    }

    async fn an_address_that_is_taken_makes_no_second_account(house: House) {
        let account = physician(house).await;
        let email = house.world.email(account).await;
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let claims = Claims { email, ..ortiz(house, &[Role::Auditor]) };
        let page = comes_back(&portal, &double, &browser, Ok(claims)).await;
        asks(&portal, &browser, &ticket(&page), "").await;
        let request = waiting(house).await[0];
        assert_eq!(decides(house, reviewer(house).await, request).await, Err(Obstacle::AddressTaken));
    }

    async fn a_role_that_is_gone_at_the_hospital_is_gone_here(house: House) {
        let team = house.world.team_account(&["administrator"]).await;
        let (portal, double) = linked(house, team, ortiz(house, &[Role::Administrator])).await;
        let inside = signed_in(&portal, &double, ortiz(house, &[Role::Reviewer])).await;
        let roles = postern::store::sign_in::accounts::roles(house.db(), team).await.unwrap();
        assert_eq!(roles, [Role::Reviewer]);
        assert_eq!(portal.get("/team/audit", &inside).await.status, StatusCode::OK);
        let answer = comes_back(&portal, &double, &portal.stranger(), Ok(ortiz(house, &[]))).await;
        refused(&portal, &answer);
        assert!(answer.body.contains("no role"));
        let roles = postern::store::sign_in::accounts::roles(house.db(), team).await.unwrap();
        assert!(roles.is_empty());
    }

    async fn a_physician_never_gets_a_role(house: House) {
        let account = physician(house).await;
        let (portal, double) = linked(house, account, ortiz(house, Role::ALL)).await;
        let inside = signed_in(&portal, &double, ortiz(house, Role::ALL)).await;
        assert_eq!(portal.get("/team/audit", &inside).await.status, StatusCode::NOT_FOUND);
        assert!(postern::store::sign_in::accounts::roles(house.db(), account).await.unwrap().is_empty());
    }

    /// B11: linked, an account of the access team signs in at the hospital and nowhere else; its sessions end.
    async fn a_linked_account_of_the_access_team_has_no_password_any_more(house: House) {
        let team = house.world.team_account(&["reviewer"]).await;
        let before = Portal::of(house);
        let local = before.signed_in(team).await;
        let request = asks_from_inside(house, team, ortiz(house, &[Role::Reviewer])).await;
        decides(house, reviewer(house).await, request).await.unwrap();
        assert_eq!(before.get("/team/audit", &local).await.status, StatusCode::SEE_OTHER);
        let stored = sign_on::account(house.db(), team).await.unwrap().unwrap();
        assert_eq!(stored.sign_in, postern::domain::people::SignIn::Hospital);
    }

    async fn a_physician_links_their_own_sign_in_from_inside(house: House) {
        let account = physician(house).await;
        let (portal, double) = portal(house);
        let inside = portal.signed_in(account).await;
        house.clock.advance(240);
        assert_eq!(portal.get("/patients", &inside).await.status, StatusCode::OK);
        let to = portal.get("/account/hospital-sign-in", &inside).await;
        assert!(to.header("location").starts_with(ISSUER), "{}", to.body);
        let state = double.newest().state;
        double.answers("c", Ok(lee(house)));
        refused(&portal, &returns(&portal, &portal.stranger(), &state, "c").await);
        portal.get("/account/hospital-sign-in", &inside).await;
        let answer = returns(&portal, &inside, &double.newest().state, "c").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let request = waiting(house).await[0];
        assert!(facts(&house.app, request).await.unwrap().unwrap().by_owner);
        decides(house, reviewer(house).await, request).await.unwrap();
        signed_in(&portal, &double, lee(house)).await;
        // A physician with a password keeps it, and with it the right to sponsor.
        let stored = sign_on::account(house.db(), account).await.unwrap().unwrap();
        assert_eq!(stored.sign_in, postern::domain::people::SignIn::Portal);
    }

    async fn linking_from_inside_needs_a_fresh_factor(house: House) {
        let account = physician(house).await;
        let (portal, _) = portal(house);
        let inside = portal.signed_in(account).await;
        house.clock.advance(300);
        let to = portal.get("/account/hospital-sign-in", &inside).await;
        assert!(to.header("location").starts_with("/step-up"), "{}", to.header("location"));
    }
}

both_engines! {
    /// Whoever signs in at the hospital may type any address: what an account's owner can prove is not taken on a stranger's word.
    async fn an_account_with_a_password_is_linked_only_when_its_owner_asks_from_inside(house: House) {
        let account = physician(house).await;
        let (portal, double) = portal(house);
        portal.signed_in(account).await;
        let browser = portal.stranger();
        let page = comes_back(&portal, &double, &browser, Ok(lee(house))).await;
        asks(&portal, &browser, &ticket(&page), &house.world.email(account).await).await;
        let request = waiting(house).await[0];
        assert_eq!(decides(house, reviewer(house).await, request).await, Err(Obstacle::OwnerAsks));
        assert!(!sign_on::account(house.db(), account).await.unwrap().unwrap().is_linked);
        house.world.close_request(request).await;
        let request = asks_from_inside(house, account, lee(house)).await;
        decides(house, reviewer(house).await, request).await.unwrap();
        assert!(sign_on::account(house.db(), account).await.unwrap().unwrap().is_linked);
    }

    async fn a_second_sign_in_is_not_linked_to_an_account_that_has_one(house: House) {
        let account = physician(house).await;
        let request = asks_from_inside(house, account, lee(house)).await;
        decides(house, reviewer(house).await, request).await.unwrap();
        house.world.close_request(request).await;
        let request = asks_from_inside(house, account, Claims { subject: "other".to_owned(), ..lee(house) }).await;
        assert_eq!(decides(house, reviewer(house).await, request).await, Err(Obstacle::LinkedAlready));
    }

    async fn nobody_approves_a_new_account_for_themselves(house: House) {
        let by = reviewer(house).await;
        let (portal, double) = portal(house);
        let browser = portal.stranger();
        let claims = Claims { email: house.world.email(by).await.to_uppercase(), ..ortiz(house, &[Role::Auditor]) };
        let page = comes_back(&portal, &double, &browser, Ok(claims)).await;
        asks(&portal, &browser, &ticket(&page), "").await;
        let request = waiting(house).await[0];
        assert_eq!(decides(house, by, request).await, Err(Obstacle::Incomplete));
    }

    /// B11: a factor that is bound anew takes every other way in with it.
    async fn a_factor_reset_takes_the_linked_sign_in_off(house: House) {
        let account = physician(house).await;
        let request = asks_from_inside(house, account, lee(house)).await;
        decides(house, reviewer(house).await, request).await.unwrap();
        house.world.close_request(request).await;
        let email = house.world.email(account).await;
        accounts::reset_factor(&house.app, &email).await.unwrap();
        assert!(!sign_on::account(house.db(), account).await.unwrap().unwrap().is_linked);
        let (portal, double) = portal(house);
        let page = comes_back(&portal, &double, &portal.stranger(), Ok(lee(house))).await;
        refused(&portal, &page);
        assert!(page.body.contains("name=\"ticket\""), "they may ask again");
    }

    async fn the_command_line_leaves_the_factors_of_a_hospital_account_to_the_hospital(house: House) {
        let team = house.world.team_account(&["reviewer"]).await;
        linked(house, team, ortiz(house, &[Role::Reviewer])).await;
        let email = house.world.email(team).await;
        let answer = accounts::reset_factor(&house.app, &email).await;
        assert!(matches!(answer, Err(accounts::AccountError::SignsInAtHospital)), "{answer:?}");
    }

    async fn losing_the_last_role_at_the_hospital_ends_every_session(house: House) {
        let team = house.world.team_account(&["administrator"]).await;
        let (portal, double) = linked(house, team, ortiz(house, &[Role::Administrator])).await;
        let inside = signed_in(&portal, &double, ortiz(house, &[Role::Administrator])).await;
        assert_eq!(portal.get("/account", &inside).await.status, StatusCode::OK);
        comes_back(&portal, &double, &portal.stranger(), Ok(ortiz(house, &[]))).await;
        assert_eq!(portal.get("/account", &inside).await.status, StatusCode::SEE_OTHER);
    }
}
