//! The account's own pages: address, sessions, history, closing it, and the fresh factor before risky acts.

use axum::http::StatusCode;
use postern::app::mail;
use postern::app::own_account::{
    AddressAsked, address_of_link, ask_address, change_address, close, closing, end_session, history,
};
use postern::app::sign_in::*;
use postern::domain::audit::Act;
use postern::domain::calendar::Interval;
use postern::domain::ids::AccountId;
use postern::domain::letter::Letter;
use postern::domain::sign_in::{ADDRESS_LINK_SECONDS, STEP_UP_SECONDS};

use crate::sign_in::{
    EMAIL, PASSWORD, SECRET, amara, home, is_signed_in, member, password, session_of, signed_in,
};
use crate::support::portal::Portal;
use crate::support::{House, both_engines};

const NEW: &str = "amara@new-practice.example";

async fn here(house: &House) -> Session {
    session_of(&house.app, &signed_in(house).await).await
}

/// The secret of the newest link that confirms an address, and where it went.
async fn link(house: &House) -> Option<(String, String)> {
    let mut letters = mail::latest(&house.app).await.unwrap().into_iter();
    letters.find_map(|l| match l.letter {
        Some(Letter::EmailChangeLink { link }) => {
            Some((link.0.strip_prefix("/account/email/confirm/").unwrap().to_owned(), l.to))
        }
        _ => None,
    })
}

async fn ask(house: &House, session: &Session, email: &str) -> AddressAsked {
    ask_address(&house.app, session, email, &home()).await.unwrap()
}

async fn may_enter(house: &House, email: &str) -> bool {
    matches!(password(&house.app, email, PASSWORD, &home()).await, PasswordAnswer::GoOn { .. })
}

both_engines! {
    /// asvs_v6_3_7: old and new address are told.
    async fn an_address_changes_once_the_new_one_is_confirmed_and_sign_in_works_throughout(house: House) {
        let app = &house.app;
        amara(house).await;
        let other = signed_in(house).await;
        let session = here(house).await;
        assert_eq!(ask(house, &session, NEW).await, AddressAsked::Taken);
        let (secret, to) = link(house).await.unwrap();
        assert_eq!(to, NEW);
        assert!(may_enter(house, EMAIL).await && !may_enter(house, NEW).await);
        assert_eq!(address_of_link(app, &session, &secret).await.unwrap().as_deref(), Some(NEW));
        assert!(change_address(app, &session, &secret, &home()).await.unwrap());
        assert!(may_enter(house, NEW).await && !may_enter(house, EMAIL).await);
        assert!(!is_signed_in(app, &other).await, "other sessions end");
        let told: Vec<_> = mail::latest(app).await.unwrap().into_iter()
            .filter(|l| matches!(l.letter, Some(Letter::EmailChanged { .. }))).map(|l| l.to).collect();
        assert!(told.contains(&EMAIL.to_owned()) && told.contains(&NEW.to_owned()), "{told:?}");
        assert!(!change_address(app, &session, &secret, &home()).await.unwrap(), "the link works once");
    }

    /// B17, asvs_v6_6_2: the proof of an address acts for the account that asked, and for no other.
    async fn the_link_of_one_account_changes_no_other(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        ask(house, &session, NEW).await;
        let (secret, _) = link(house).await.unwrap();
        let other = member(house, "other@hospital.example").await;
        let stranger = Session { account: other, ..session.clone() };
        assert_eq!(address_of_link(app, &stranger, &secret).await.unwrap(), None);
        assert!(!change_address(app, &stranger, &secret, &home()).await.unwrap());
        assert!(may_enter(house, EMAIL).await);
    }

    async fn a_link_to_confirm_an_address_works_for_a_day_and_only_the_newest(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        ask(house, &session, "first@new.example").await;
        let (older, _) = link(house).await.unwrap();
        house.clock.advance(1);
        ask(house, &session, "second@new.example").await;
        let (newer, _) = link(house).await.unwrap();
        assert_eq!(address_of_link(app, &session, &older).await.unwrap(), None);
        house.clock.advance(ADDRESS_LINK_SECONDS - 1);
        assert!(address_of_link(app, &session, &newer).await.unwrap().is_some());
        house.clock.advance(1);
        assert_eq!(address_of_link(app, &session, &newer).await.unwrap(), None);
    }

    async fn an_address_in_use_is_told_by_mail_and_not_on_the_page(house: House) {
        amara(house).await;
        member(house, "other@hospital.example").await;
        let session = here(house).await;
        assert_eq!(ask(house, &session, "OTHER@hospital.example").await, AddressAsked::Taken);
        assert!(link(house).await.is_none());
        let letters = mail::latest(&house.app).await.unwrap();
        assert!(letters.iter().any(|l| l.letter == Some(Letter::AddressKnown)));
    }

    async fn an_address_taken_meanwhile_is_not_taken_twice(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        ask(house, &session, NEW).await;
        let (secret, _) = link(house).await.unwrap();
        member(house, NEW).await;
        assert!(!change_address(app, &session, &secret, &home()).await.unwrap());
        assert!(may_enter(house, EMAIL).await);
    }

    async fn what_is_no_new_address_is_said_so(house: House) {
        amara(house).await;
        let session = here(house).await;
        for typed in ["", "amara", "a@", "@b.example", "a b@c.example", "a@b@c.example", "a@b.example\r\nBcc: x@y.example"] {
            assert_eq!(ask(house, &session, typed).await, AddressAsked::Bad, "{typed:?}");
        }
        assert_eq!(ask(house, &session, "Amara.Okafor@EXAMPLE.org").await, AddressAsked::Same);
    }

    /// product.md 2: a sponsored user's address changes only by the sponsor making a new account.
    async fn a_sponsored_user_changes_no_address(house: House) {
        let practice = house.world.practice("Elm Pediatrics").await;
        let (_, physician) = house.world.physician("Okafor", practice).await;
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(physician, staff, practice, Interval::ALWAYS).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(staff).await;
        let page = portal.get("/account/email", &browser).await;
        assert!(page.body.contains("through the sponsor") && !page.body.contains("name=\"email\""), "{}", page.body);
        let answer = portal.post("/account/email", &browser, &[("email", NEW)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(link(house).await.is_none());
        // The sponsor, who has an NPI, does it alone.
        let browser = portal.signed_in(physician).await;
        assert_eq!(portal.post("/account/email", &browser, &[("email", NEW)]).await.status, StatusCode::OK);
        assert!(link(house).await.is_some());
    }

    /// asvs_v7_5_2: listed, and ended one by one after a fresh factor.
    async fn sessions_are_listed_and_ended_one_by_one(house: House) {
        let app = &house.app;
        let account = amara(house).await;
        let other = signed_in(house).await;
        let session = here(house).await;
        let list = sessions_of(app, &session).await.unwrap();
        assert_eq!(list.len(), 2);
        let name = list.iter().find(|s| !s.is_this).unwrap().name.clone();
        let stranger = Session { account: AccountId(house.world.id()), ..session.clone() };
        assert!(!end_session(app, &stranger, &name, &home()).await.unwrap());
        assert!(is_signed_in(app, &other).await);
        assert!(end_session(app, &session, &name, &home()).await.unwrap());
        assert!(!is_signed_in(app, &other).await);
        assert!(!end_session(app, &session, &name, &home()).await.unwrap());
        // By the page, a fresh factor is asked for first.
        let portal = Portal::of(house);
        let browser = portal.signed_in(account).await;
        house.clock.advance(STEP_UP_SECONDS);
        let asked = portal.post("/account/sessions/end", &browser, &[("session", &name)]).await;
        assert!(asked.body.contains("Confirm that it is you"), "{}", asked.body);
    }

    async fn the_history_shows_the_steps_of_this_account_and_of_no_other(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        password(app, EMAIL, "wrong", &home()).await;
        member(house, "other@hospital.example").await;
        password(app, "other@hospital.example", PASSWORD, &home()).await;
        let rows = history(app, &session, &home()).await.unwrap();
        let steps: Vec<_> = rows.iter().map(|r| r.act).collect();
        assert_eq!(steps, [Act::SignInPassword, Act::SignInFactor, Act::SignInPassword, Act::CreateAccount]);
    }

    /// asvs_v7_4_2, B33: from the next request on, by every path.
    async fn a_closed_account_is_closed_at_once_and_its_sponsored_users_are_counted_before(house: House) {
        let app = &house.app;
        let practice = house.world.practice("Elm Pediatrics").await;
        let (_, physician) = house.world.physician("Okafor", practice).await;
        for _ in 0..2 {
            let staff = house.world.sponsored_account().await;
            house.world.sponsorship(physician, staff, practice, Interval::ALWAYS).await;
        }
        let portal = Portal::of(house);
        let browser = portal.signed_in(physician).await;
        let page = portal.get("/account/close", &browser).await;
        assert!(page.body.contains("2 people whom you sponsor"), "{}", page.body);
        let unsure = portal.post("/account/close", &browser, &[]).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        let closed = portal.post("/account/close", &browser, &[("sure", "yes")]).await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER);
        assert_eq!(portal.get("/account", &browser).await.status, StatusCode::SEE_OTHER);
        let email = house.world.email(physician).await;
        assert!(matches!(password(app, &email, PASSWORD, &home()).await, PasswordAnswer::Refused));
        assert!(mail::latest(app).await.unwrap().iter().any(|l| matches!(l.letter, Some(Letter::AccountClosed { .. }))));
    }

    async fn nobody_of_the_access_team_closes_their_own_account(house: House) {
        let app = &house.app;
        amara(house).await;
        let session = here(house).await;
        assert_eq!(closing(app, &session).await.unwrap(), None);
        assert!(!close(app, &session, &home()).await.unwrap());
        assert!(may_enter(house, EMAIL).await);
    }

    /// asvs_v7_5_1, asvs_v7_5_3: without a fresh factor nothing is changed, and what was typed is kept.
    async fn a_risky_act_asks_for_a_fresh_factor_and_keeps_the_form_meanwhile(house: House) {
        let account = amara(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(account).await;
        house.clock.advance(STEP_UP_SECONDS);
        for path in ["/account/password", "/account/email", "/account/close", "/account/factors/authenticator"] {
            let answer = portal.get(path, &browser).await;
            assert_eq!(answer.header("location"), format!("/step-up?next={path}"));
        }
        let asked = portal.post("/account/email", &browser, &[("email", NEW)]).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert!(asked.body.contains("Confirm that it is you"), "{}", asked.body);
        assert!(link(house).await.is_none(), "nothing was sent yet");
        let held = hidden(&asked.body, "held");
        assert!(held.contains("email=") && !held.contains("form_token"), "{held}");
        let code = totp_code(SECRET, house.now());
        let fields = [("code", code.as_str()), ("next", "/account/email"), ("held", &held)];
        let done = portal.post("/step-up", &browser, &fields).await;
        assert!(done.body.contains(NEW) && done.body.contains("action=\"/account/email\""), "{}", done.body);
        // Sent on under the session's new secret.
        let cookie = done.header("set-cookie").split(';').next().unwrap().to_owned();
        let token = hidden(&done.body, "form_token");
        let raised = crate::support::portal::Browser { cookies: cookie, form_token: token };
        assert_eq!(portal.post("/account/email", &raised, &[("email", NEW)]).await.status, StatusCode::OK);
        assert!(link(house).await.is_some());
        // The old secret is nobody's.
        assert_eq!(portal.get("/account", &browser).await.status, StatusCode::SEE_OTHER);
    }

    async fn passwords_and_codes_are_never_held(house: House) {
        let account = amara(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(account).await;
        house.clock.advance(STEP_UP_SECONDS);
        let fields = [("current", "the old secret words"), ("new", "the new secret words")];
        let asked = portal.post("/account/password", &browser, &fields).await;
        assert!(asked.body.contains("Confirm that it is you") && !asked.body.contains("secret words"), "{}", asked.body);
    }

    async fn a_forged_form_is_refused_before_any_factor_is_asked_for(house: House) {
        let account = amara(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(account).await;
        house.clock.advance(STEP_UP_SECONDS);
        let answer = portal.post_as_it_is("/account/close", &browser, &[("sure", "yes")], "same-origin").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }

    async fn the_code_that_signed_in_does_not_confirm_again(house: House) {
        let account = amara(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(account).await;
        let used = totp_code(SECRET, house.now().plus_seconds(-30));
        let answer = portal.post("/step-up", &browser, &[("code", &used), ("next", "/account")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("already used"), "{}", answer.body);
        let code = totp_code(SECRET, house.now());
        let evil = portal.post("/step-up", &browser, &[("code", &code), ("next", "//evil.example/")]).await;
        assert_eq!(evil.header("location"), "/");
    }
}

/// The value of a hidden field of a page.
fn hidden(body: &str, name: &str) -> String {
    let at = body.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name} in {body}"));
    let value = body[at..].split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    value.replace("&amp;", "&").replace("&quot;", "\"")
}
