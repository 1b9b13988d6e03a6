//! Registering as a browser meets it: the four steps, what is typed and kept, what is forged, and what says nothing.

use axum::http::StatusCode;
use postern::app::RegistryUse;
use postern::app::ports::RegistryEntry;
use postern::app::registration::facts;
use postern::app::sign_in::totp_code;
use postern::domain::registration::{NpiCheck, TERMS_VERSION};
use postern::views::paths;

use crate::registration::*;
use crate::support::letters::{count, letters};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines, html};

const START: &[(&str, &str)] = &[("npi", NUMBER), ("chart", "no")];
const DETAILS: &[(&str, &str)] = &[
    ("family", "Okafor"),
    ("given", "Ngozi"),
    ("phone", "212-555-0134"),
    ("practice", "new"),
    ("practice_name", "Elm Street Pediatrics"),
    ("practice_phone", "212-555-0100"),
    ("practice_address", "1 Elm Street"),
];

fn leads_to(answer: &Answer, path: &str) {
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, path), "{}", answer.body);
}

/// `fields` with one of them typed otherwise.
fn with<'a>(fields: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let rest = fields.iter().copied().filter(|(known, _)| *known != name);
    rest.chain([(name, value)]).collect()
}

/// Through the first three steps.
async fn mail_sent(portal: &Portal<'_>, browser: &Browser, address: &str) {
    leads_to(&portal.post("/register", browser, START).await, "/register/details");
    leads_to(&portal.post("/register/details", browser, DETAILS).await, "/register/check");
    leads_to(&portal.post("/register/check", browser, &[("email", address)]).await, "/register/sent");
}

/// The page with what differs at each answer taken out, and `own` replaced.
fn plain(answer: &Answer, own: &str) -> String {
    let mut text = answer.body.replace(own, "OWN");
    for mark in ["nonce=\"", "name=\"form_token\" value=\""] {
        let mut parts = text.split(mark).map(str::to_owned);
        let first = parts.next().unwrap_or_default();
        let rest = parts.map(|part| part.split_once('"').map_or(String::new(), |(_, rest)| rest.to_owned()));
        text = std::iter::once(first).chain(rest).collect::<Vec<_>>().join(mark);
    }
    text
}

both_engines! {
    async fn a_physician_registers_in_four_steps_and_signs_in_once_approved(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        assert!(portal.get("/sign-in", &browser).await.body.contains("href=\"/register\""));
        assert_eq!(portal.get("/register", &browser).await.status, StatusCode::OK);
        leads_to(&portal.post("/register", &browser, START).await, "/register/details");
        assert_eq!(portal.get("/register/details", &browser).await.status, StatusCode::OK);
        leads_to(&portal.post("/register/details", &browser, DETAILS).await, "/register/check");
        let check = portal.get("/register/check", &browser).await;
        assert!(check.body.contains("Ngozi Okafor") && check.body.contains("Elm Street Pediatrics"));
        leads_to(&portal.post("/register/check", &browser, &[("email", MAIL)]).await, "/register/sent");
        assert!(portal.get("/register/sent", &browser).await.body.contains(MAIL));
        assert!(portal.get("/register/status", &browser).await.body.contains("Mail sent"));

        // The mail is opened on another device.
        let phone = portal.stranger();
        let secret = link_to(house, MAIL).await;
        let path = paths::register_confirm(&secret);
        let page = portal.get(&path, &phone).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("<svg") && page.body.contains("Ngozi Okafor"), "{}", page.body);
        let totp = offered(&house.app, &secret).await;
        let code = totp_code(&totp, house.now());
        let weak = [("password", "too short"), ("code", code.as_str()), ("terms", "yes")];
        let weak = portal.post(&path, &phone, &weak).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!weak.body.contains("too short"), "a password is never sent back");
        let right = [("password", PASSPHRASE), ("code", code.as_str()), ("terms", "yes")];
        house.clock.advance(1);
        let done = portal.post(&path, &phone, &right).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let status = done.header("location").to_owned();
        assert_eq!(status, paths::register_status_by_link(&link_to(house, MAIL).await));
        assert!(portal.get(&status, &phone).await.body.contains("13-Mar-2026"));
        assert_eq!(portal.post(&path, &phone, &right).await.status, StatusCode::GONE);
        assert_eq!(portal.get(&path, &phone).await.status, StatusCode::GONE);

        assert_eq!(approve(house, open_requests(house).await[0]).await, Ok(()));
        assert!(portal.get(&status, &phone).await.body.contains("Approved"));
        assert!(portal.get("/register/status", &browser).await.body.contains("href=\"/sign-in\""));
        house.clock.advance(30);
        let signed = portal.post("/sign-in", &phone, &[("email", MAIL), ("password", PASSPHRASE)]).await;
        leads_to(&signed, "/sign-in/code");
    }

    /// B1: whoever has half registered opens nothing but the pages of registering.
    async fn a_half_registered_browser_reaches_no_page_of_the_portal(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        mail_sent(&portal, &browser, MAIL).await;
        for path in ["/", "/account", "/patients", "/requests", "/team/audit", "/sign-in/code"] {
            leads_to(&portal.get(path, &browser).await, "/sign-in");
        }
    }

    /// B31: state, account, role and owner are nobody's to type.
    async fn forged_fields_change_nothing(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        let forged = [
            ("state", "approved"),
            ("account_id", "01890000-0000-7000-8000-000000000000"),
            ("role", "administrator"),
            ("kind", "access_team"),
            ("check", "found"),
            ("is_checked", "true"),
            ("visit_hash", "00"),
            ("registration_id", "01890000-0000-7000-8000-000000000000"),
        ];
        leads_to(&portal.post("/register", &browser, &[START, &forged].concat()).await, "/register/details");
        leads_to(&portal.get("/register/check", &browser).await, "/register/details");
        leads_to(&portal.post("/register/details", &browser, &[DETAILS, &forged].concat()).await, "/register/check");
        let address = [&[("email", MAIL)], &forged[..]].concat();
        leads_to(&portal.post("/register/check", &browser, &address).await, "/register/sent");
        let secret = link_to(house, MAIL).await;
        let code = totp_code(&offered(&house.app, &secret).await, house.now());
        let right = [("password", PASSPHRASE), ("code", code.as_str()), ("terms", "yes")];
        let done = portal.post(&paths::register_confirm(&secret), &browser, &[&right, &forged[..]].concat()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(count(house, "select count(*) from account").await, 0);
        let facts = facts(&house.app, open_requests(house).await[0]).await.unwrap().unwrap();
        assert_eq!(facts.answers.check, NpiCheck::Off);
        assert_eq!(count(house, "select count(*) from registration where state = 'waiting'").await, 1);
    }

    /// asvs_v6_3_8: status, headers and body are the same for an address that has an account, and one that has none.
    async fn an_address_that_has_an_account_reads_like_any_other(house: House) {
        let account = house.world.account("family", None, "active").await;
        let taken = house.world.email(account).await;
        let portal = Portal::of(house);
        let mut pages = Vec::new();
        for address in [taken.as_str(), MAIL] {
            let browser = portal.stranger();
            leads_to(&portal.post("/register", &browser, START).await, "/register/details");
            leads_to(&portal.post("/register/details", &browser, DETAILS).await, "/register/check");
            let sent = portal.post("/register/check", &browser, &[("email", address)]).await;
            let page = portal.get("/register/sent", &browser).await;
            let status = portal.get("/register/status", &browser).await;
            let mut names: Vec<String> = sent.headers.keys().map(ToString::to_string).collect();
            names.sort();
            pages.push((sent.status, sent.header("location").to_owned(), names, plain(&page, address), plain(&status, address)));
        }
        assert_eq!(pages[0], pages[1]);
    }

    async fn each_step_sends_back_to_the_one_that_is_missing(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        for path in ["/register/details", "/register/check"] {
            leads_to(&portal.get(path, &browser).await, "/register");
        }
        leads_to(&portal.get("/register/sent", &browser).await, "/register/status");
        leads_to(&portal.post("/register/details", &browser, DETAILS).await, "/register");
        leads_to(&portal.post("/register/check", &browser, &[("email", MAIL)]).await, "/register");
        leads_to(&portal.post("/register/resend", &browser, &[]).await, "/register/status");
        leads_to(&portal.post("/register", &browser, START).await, "/register/details");
        leads_to(&portal.get("/register/check", &browser).await, "/register/details");
        leads_to(&portal.post("/register/check", &browser, &[("email", MAIL)]).await, "/register/details");
        // Another browser has no part in it.
        assert!(portal.get("/register/status", &portal.stranger()).await.body.contains("has no registration"));
    }

    async fn what_was_typed_stays_typed_and_every_fault_is_named(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        let wrong = portal.post("/register", &browser, &[("npi", "1184620954")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("The last digit does not match") && wrong.body.contains("1184620954"));
        assert!(wrong.body.contains("Say whether you have access"));
        let chart = portal.post("/register", &browser, &with(START, "chart", "yes")).await;
        assert!(chart.body.contains("Use the hospital’s own chart") && chart.body.contains("chart_reason"));
        leads_to(&portal.post("/register", &browser, START).await, "/register/details");
        let wrong = portal.post("/register/details", &browser, &with(DETAILS, "phone", "call me")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Elm Street Pediatrics") && wrong.body.contains("call me"));
        assert!(html::faults(&wrong.body).is_empty(), "{:?}", html::faults(&wrong.body));
        leads_to(&portal.post("/register/details", &browser, DETAILS).await, "/register/check");
        let shared = portal.post("/register/check", &browser, &[("email", "frontdesk@elm.example")]).await;
        assert_eq!(shared.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shared.body.contains("not a shared inbox") && shared.body.contains("frontdesk@elm.example"));
        assert!(portal.get("/register/details", &browser).await.body.contains("Elm Street Pediatrics"));
    }

    async fn a_practice_is_found_by_a_word_of_its_name(house: House) {
        let elm = house.world.practice("Elm Street Pediatrics").await;
        let portal = Portal::of(house);
        let browser = portal.stranger();
        leads_to(&portal.post("/register", &browser, START).await, "/register/details");
        let find = [("family", "Okafor"), ("practice_search", "ped"), ("do", "find")];
        let found = portal.post("/register/details", &browser, &find).await;
        assert_eq!(found.status, StatusCode::OK);
        assert!(found.body.contains(&elm.to_string()) && found.body.contains("value=\"Okafor\""));
        let none = portal.post("/register/details", &browser, &with(&find, "practice_search", "zz")).await;
        assert!(none.body.contains("No practice that we know"));
        let id = elm.to_string();
        leads_to(&portal.post("/register/details", &browser, &with(DETAILS, "practice", &id)).await, "/register/check");
        let back = portal.get("/register/details", &browser).await;
        assert!(back.body.contains(&format!("value=\"{id}\" checked")), "{}", back.body);
    }

    async fn a_name_of_another_is_sent_for_review_and_the_registrys_name_is_never_shown(house: House) {
        let entry = RegistryEntry { family: "SECRETNAME".to_owned(), ..ngozi() };
        let portal = Portal::of_app(house, with_registry(house, Ok(Some(entry)), RegistryUse::Optional));
        let browser = portal.stranger();
        leads_to(&portal.post("/register", &browser, START).await, "/register/details");
        let page = portal.get("/register/details", &browser).await;
        let other = portal.post("/register/details", &browser, DETAILS).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.body.contains("The NPI belongs to another name") && other.body.contains("name=\"review\""));
        leads_to(&portal.post("/register/details", &browser, &with(DETAILS, "review", "yes")).await, "/register/check");
        let check = portal.get("/register/check", &browser).await;
        for page in [page, other, check] {
            assert!(!page.body.to_uppercase().contains("SECRETNAME"));
        }
    }

    /// B19: whatever is typed, nothing breaks, and nothing is believed.
    async fn garbage_in_every_field_is_answered_and_never_with_a_fault(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        let long = "x".repeat(20_000);
        let emoji = "🩺".repeat(500);
        leads_to(&portal.post("/register", &browser, START).await, "/register/details");
        for garbage in ["'; drop table registration; --", "<script>alert(1)</script>", "\r\nBcc: a@b.example", "\u{202e}abc", &long, &emoji, "%", "\u{0}"] {
            for (path, fields) in [("/register", START), ("/register/details", DETAILS), ("/register/check", &[("email", MAIL)][..])] {
                for (name, _) in fields {
                    let answer = portal.post(path, &browser, &with(fields, name, garbage)).await;
                    let expected = answer.status == StatusCode::SEE_OTHER || answer.status.is_client_error();
                    assert!(expected, "{path} {name} {garbage:.20}: {}", answer.status);
                    assert!(!answer.body.contains("<script>alert"), "{path} {name}");
                }
            }
        }
        for path in ["/register/confirm/%00", "/register/confirm/a%2fb", "/register/status/%f0%9f%a9%ba", "/register/confirm/;x"] {
            let status = portal.get(path, &browser).await.status;
            assert!(status.is_client_error(), "{path}: {status}");
        }
    }

    async fn a_form_of_another_browser_is_refused(house: House) {
        let portal = Portal::of(house);
        let mut browser = portal.stranger();
        browser.form_token = portal.stranger().form_token;
        assert_eq!(portal.post("/register", &browser, START).await.status, StatusCode::FORBIDDEN);
        assert_eq!(count(house, "select count(*) from registration").await, 0);
    }

    async fn who_registers_too_often_is_told_how_long_to_wait(house: House) {
        let portal = Portal::of(house);
        let browser = portal.stranger();
        mail_sent(&portal, &browser, MAIL).await;
        for _ in 0..2 {
            leads_to(&portal.post("/register/resend", &browser, &[]).await, "/register/sent");
        }
        let slow = portal.post("/register/resend", &browser, &[]).await;
        assert_eq!((slow.status, slow.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "3600"));
        assert!(slow.body.contains("1 hour") && slow.body.contains(MAIL));
        let slow = portal.post("/register/check", &browser, &[("email", MAIL)]).await;
        assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(letters(house).await.len(), 3);
    }

    async fn the_terms_that_are_accepted_can_be_read_before(house: House) {
        let portal = Portal::of(house);
        let page = portal.get("/terms", &portal.stranger()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(TERMS_VERSION));
    }
}
