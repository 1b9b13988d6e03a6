//! Sponsors and the people they sponsor: duties, invitations, registering, removing, undoing, another address, attesting.

use axum::http::StatusCode;
use postern::app::access;
use postern::domain::access::{Action, Refusal, standing};
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, PatientId, PracticeId, ProviderId};
use postern::domain::letter::Letter;

use crate::support::html::{elements, faults};
use crate::support::letters::{count, letters_of};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};

const PASSWORD: &str = "four lanterns by the old gate";

struct Scene {
    elm: PracticeId,
    provider: ProviderId,
    rivera: AccountId,
    patient: PatientId,
}

async fn scene(house: &House) -> Scene {
    let w = &house.world;
    let elm = w.practice("Elm Pediatrics").await;
    let (provider, rivera) = w.physician("Rivera", elm).await;
    let patient = w.patient("Stone", "0012345", "2019-03-14").await;
    w.listing(patient, Some(provider), None, Interval::ALWAYS).await;
    Scene { elm, provider, rivera, patient }
}

fn form<'a>(practice: &'a str, email: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("given", "Nadia"),
        ("family", "Brooks"),
        ("email", email),
        ("job", "registered_nurse"),
        ("practice", practice),
    ]
}

/// A sponsor who accepted the duties, in a browser.
async fn sponsor(portal: &Portal<'_>, account: AccountId) -> Browser {
    let browser = portal.signed_in(account).await;
    let answer = portal.post("/staff/duties", &browser, &[("name", "sam lee")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    browser
}

async fn invited(portal: &Portal<'_>, browser: &Browser, scene: &Scene, email: &str) -> String {
    let practice = scene.elm.to_string();
    let answer = portal.post("/staff/invite", browser, &form(&practice, email)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(faults(&answer.body).is_empty(), "{:?}", faults(&answer.body));
    code(&answer)
}

/// The code that the page shows once.
fn code(answer: &Answer) -> String {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let part = answer.body.split("<code").nth(1).and_then(|rest| rest.split("</code>").next());
    let code = digits(part.and_then(|p| p.split('>').nth(1)).unwrap_or_default());
    assert_eq!(code.len(), 8, "{}", answer.body);
    code
}

/// The path of the newest invitation to `email`.
async fn link(house: &House, email: &str) -> String {
    let all = letters_of(house, "invitation").await;
    let newest = all.into_iter().rev().find(|(to, _)| to == email).expect("no invitation");
    match newest.1 {
        Letter::Invitation { link, .. } => link.0,
        other => panic!("{other:?}"),
    }
}

/// The fields that register with the page `page`.
fn registering(house: &House, page: &Answer, handover: &str) -> Vec<(&'static str, String)> {
    let key = page.body.split("class=\"key\">").nth(1).and_then(|r| r.split('<').next()).unwrap();
    let key: String = key.chars().filter(|c| !c.is_whitespace()).collect();
    let secret = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap();
    let code = postern::app::sign_in::totp_code(&secret, house.now());
    vec![
        ("handover", handover.to_owned()),
        ("password", PASSWORD.to_owned()),
        ("code", code),
        ("terms", "yes".to_owned()),
    ]
}

async fn register(house: &House, portal: &Portal<'_>, email: &str, handover: &str) -> Answer {
    let (path, browser) = (link(house, email).await, portal.stranger());
    let page = portal.get(&path, &browser).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(faults(&page.body).is_empty(), "{:?}", faults(&page.body));
    let fields = registering(house, &page, handover);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    portal.post(&path, &browser, &fields).await
}

async fn account(house: &House, email: &str) -> AccountId {
    postern::store::people::account_by_email(house.db(), email).await.unwrap().expect("no account")
}

async fn sees(house: &House, account: AccountId, patient: PatientId) -> bool {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    let patient = access::patient(&house.app, patient).await.unwrap().unwrap();
    postern::domain::access::decide(&viewer, &patient, Action::OpenChart, house.now()).allowed()
}

async fn refusal(house: &House, account: AccountId) -> Option<Refusal> {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    standing(&viewer, Action::UsePortal, house.now()).err()
}

/// The sponsorship that the console offers to remove.
fn removable(page: &Answer) -> String {
    let all = elements(&page.body);
    let href = all.iter().map(|e| e.get("href")).find(|h| h.starts_with("/staff/") && h.ends_with("/remove"));
    href.expect("nobody to remove").to_owned()
}

both_engines! {
    async fn a_nurse_is_invited_registers_with_link_and_code_and_sees_what_her_sponsor_may(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = sponsor(&portal, scene.rivera).await;
        let handover = invited(&portal, &browser, &scene, "nadia@elm.example").await;
        assert!(portal.get("/staff", &browser).await.body.contains("Nadia Brooks"));
        let done = register(house, &portal, "nadia@elm.example", &handover).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let nadia = account(house, "nadia@elm.example").await;
        assert!(sees(house, nadia, scene.patient).await);
        let told = letters_of(house, "staff_registered").await;
        assert_eq!(told.len(), 1);
        let twice = register_again(house, &portal, "nadia@elm.example").await;
        assert_eq!(twice.status, StatusCode::GONE);
        let console = portal.get("/staff", &browser).await;
        assert!(console.body.contains("nadia@elm.example") && faults(&console.body).is_empty());
    }

    async fn nobody_sponsors_without_duties_npi_portal_sign_in_or_practice(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = portal.signed_in(scene.rivera).await;
        let practice = scene.elm.to_string();
        let answer = portal.post("/staff/invite", &browser, &form(&practice, "nadia@elm.example")).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/staff"));
        assert!(letters_of(house, "invitation").await.is_empty());
        let wrong = portal.post("/staff/duties", &browser, &[("name", "Somebody Else")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Somebody Else"), "what was typed is kept");
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(scene.rivera, staff, scene.elm, Interval::ALWAYS).await;
        let nurse = portal.signed_in(staff).await;
        assert_eq!(portal.get("/staff", &nurse).await.status, StatusCode::NOT_FOUND);
        let provider = house.world.provider("Homeless").await;
        let lone = house.world.provider_account(provider).await;
        let browser = sponsor(&portal, lone).await;
        let answer = portal.post("/staff/invite", &browser, &form(&practice, "n@elm.example")).await;
        assert_eq!(answer.header("location"), "/staff");
        assert!(letters_of(house, "invitation").await.is_empty());
    }

    async fn what_is_wrong_with_an_invitation_is_said_and_what_was_typed_is_kept(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = sponsor(&portal, scene.rivera).await;
        let practice = scene.elm.to_string();
        let own = house.world.email(scene.rivera).await;
        for email in ["", "nadia", own.as_str()] {
            let answer = portal.post("/staff/invite", &browser, &form(&practice, email)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
            assert!(answer.body.contains("value=\"Brooks\""), "{}", answer.body);
            assert!(faults(&answer.body).is_empty(), "{:?}", faults(&answer.body));
        }
        let other = house.world.practice("Quay").await.to_string();
        let answer = portal.post("/staff/invite", &browser, &form(&other, "n@elm.example")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        invited(&portal, &browser, &scene, "nadia@elm.example").await;
        let twice = portal.post("/staff/invite", &browser, &form(&practice, "NADIA@elm.example")).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "an open one is not doubled");
        assert_eq!(letters_of(house, "invitation").await.len(), 1);
    }

    async fn an_invitation_is_over_at_72_hours_and_the_sponsor_can_be_asked_once_a_day(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = sponsor(&portal, scene.rivera).await;
        let handover = invited(&portal, &browser, &scene, "nadia@elm.example").await;
        let (path, stranger) = (link(house, "nadia@elm.example").await, portal.stranger());
        house.clock.advance(72 * 3600 - 1);
        assert_eq!(portal.get(&path, &stranger).await.status, StatusCode::OK);
        house.clock.advance(1);
        let late = portal.get(&path, &stranger).await;
        assert_eq!(late.status, StatusCode::GONE);
        assert!(late.body.contains(&format!("{path}/ask")));
        let late = portal.post(&path, &stranger, &[("handover", &handover), ("terms", "yes")]).await;
        assert_eq!(late.status, StatusCode::GONE);
        for _ in 0..3 {
            assert_eq!(portal.post(&format!("{path}/ask"), &stranger, &[]).await.status, StatusCode::OK);
        }
        assert_eq!(letters_of(house, "invitation_asked").await.len(), 1);
        house.clock.advance(86_400);
        portal.post(&format!("{path}/ask"), &stranger, &[]).await;
        assert_eq!(letters_of(house, "invitation_asked").await.len(), 2);
        for garbage in ["/invitation/x", "/invitation/%00", "/invitation/AAAA"] {
            let answer = portal.get(garbage, &stranger).await;
            assert!(answer.status.is_client_error(), "{garbage}: {}", answer.status);
            assert!(!answer.body.contains("/ask"), "nobody is asked for an unknown one");
        }
    }

    async fn sending_again_voids_the_old_link_and_code_and_taking_back_ends_it(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = sponsor(&portal, scene.rivera).await;
        invited(&portal, &browser, &scene, "nadia@elm.example").await;
        let old = link(house, "nadia@elm.example").await;
        let console = portal.get("/staff", &browser).await;
        let all = elements(&console.body);
        let resend = all.iter().map(|e| e.get("action").to_owned()).find(|a| a.ends_with("/resend")).unwrap();
        house.clock.advance(60);
        let again = portal.post(&resend, &browser, &[]).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.body);
        let fresh = code(&again);
        let stranger = portal.stranger();
        assert_eq!(portal.get(&old, &stranger).await.status, StatusCode::GONE);
        let (_, other) = house.world.physician("Okafor", scene.elm).await;
        let thief = sponsor(&portal, other).await;
        assert_eq!(portal.post(&resend, &thief, &[]).await.status, StatusCode::CONFLICT);
        let withdraw = resend.replace("/resend", "/withdraw");
        assert_eq!(portal.post(&withdraw, &thief, &[]).await.status, StatusCode::CONFLICT);
        assert_eq!(portal.post(&withdraw, &browser, &[]).await.status, StatusCode::OK);
        let new = link(house, "nadia@elm.example").await;
        let gone = portal.post(&new, &stranger, &[("handover", &fresh), ("terms", "yes")]).await;
        assert_eq!(gone.status, StatusCode::GONE);
        assert_eq!(portal.post(&withdraw, &browser, &[]).await.status, StatusCode::CONFLICT);
    }

    /// No factor is bound by mail alone.
    async fn five_wrong_codes_void_an_invitation_and_many_at_once_count_as_many(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = sponsor(&portal, scene.rivera).await;
        let handover = invited(&portal, &browser, &scene, "nadia@elm.example").await;
        let (path, stranger) = (link(house, "nadia@elm.example").await, portal.stranger());
        let wrong = if handover == "11111111" { "22222222" } else { "11111111" };
        let page = portal.get(&path, &stranger).await;
        let right = registering(house, &page, &handover);
        let mut guess: Vec<(&str, &str)> = right.iter().map(|(n, v)| (*n, v.as_str())).collect();
        for (name, value) in &mut guess {
            if *name == "handover" {
                *value = wrong;
            }
        }
        let tries = (0..12).map(|_| portal.post(&path, &stranger, &guess));
        let answers = futures::future::join_all(tries).await;
        let compared = answers.iter().filter(|a| a.status == StatusCode::UNPROCESSABLE_ENTITY).count();
        assert!(compared < 5, "{compared} were compared and the link is still good");
        let right: Vec<(&str, &str)> = right.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(portal.post(&path, &stranger, &right).await.status, StatusCode::GONE);
        assert_eq!(count(house, "select count(*) from account where kind = 'sponsored'").await, 0);
    }

    async fn of_many_uses_at_once_one_registers(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = sponsor(&portal, scene.rivera).await;
        let handover = invited(&portal, &browser, &scene, "nadia@elm.example").await;
        let (path, stranger) = (link(house, "nadia@elm.example").await, portal.stranger());
        let page = portal.get(&path, &stranger).await;
        let fields = registering(house, &page, &handover);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let answers = futures::future::join_all((0..8).map(|_| portal.post(&path, &stranger, &fields))).await;
        let done = answers.iter().filter(|a| a.status == StatusCode::OK).count();
        assert_eq!(done, 1, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
        assert_eq!(count(house, "select count(*) from account where kind = 'sponsored'").await, 1);
        assert_eq!(count(house, "select count(*) from sponsorship").await, 1);
    }

    async fn somebody_with_an_account_accepts_with_the_code_alone(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let staff = house.world.sponsored_account().await;
        let email = house.world.email(staff).await;
        assert_eq!(refusal(house, staff).await, Some(Refusal::NoSponsorship));
        let browser = sponsor(&portal, scene.rivera).await;
        let handover = invited(&portal, &browser, &scene, &email).await;
        let (path, stranger) = (link(house, &email).await, portal.stranger());
        let page = portal.get(&path, &stranger).await;
        assert!(!page.body.contains("name=\"password\""), "{}", page.body);
        let done = portal.post(&path, &stranger, &[("handover", &handover), ("terms", "yes")]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(refusal(house, staff).await, None);
        let practice = scene.elm.to_string();
        let again = portal.post("/staff/invite", &browser, &form(&practice, &email)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "sponsored here already");
    }

    async fn an_address_of_another_kind_of_account_or_of_a_closed_one_is_told_at_the_link_only(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let browser = sponsor(&portal, scene.rivera).await;
        let family = house.world.family_account().await;
        let closed = house.world.sponsored_account().await;
        house.world.disable(closed, house.now()).await;
        for account in [family, closed] {
            let email = house.world.email(account).await;
            invited(&portal, &browser, &scene, &email).await;
            let answer = portal.get(&link(house, &email).await, &portal.stranger()).await;
            assert_eq!(answer.status, StatusCode::CONFLICT);
            assert!(answer.body.contains("212-555-0100"), "{}", answer.body);
        }
    }

    async fn a_removal_takes_effect_at_the_next_request_and_is_undone_within_ten_minutes(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(scene.rivera, staff, scene.elm, Interval::ALWAYS).await;
        let nurse = portal.signed_in(staff).await;
        let browser = portal.signed_in(scene.rivera).await;
        let console = portal.get("/staff", &browser).await;
        let remove = removable(&console);
        let page = portal.get(&remove, &browser).await;
        assert!(page.body.contains("1 patient") && faults(&page.body).is_empty(), "{}", page.body);
        let nothing = portal.post(&remove, &browser, &[("reason", "bored")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(portal.get("/patients", &nurse).await.status, StatusCode::OK);
        let done = portal.post(&remove, &browser, &[("reason", "left"), ("note", "moved away")]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(portal.get("/patients", &nurse).await.status, StatusCode::LOCKED);
        let undo = remove.replace("/remove", "/undo");
        let (_, other) = house.world.physician("Okafor", scene.elm).await;
        let thief = portal.signed_in(other).await;
        assert_eq!(portal.post(&undo, &thief, &[]).await.status, StatusCode::CONFLICT);
        assert_eq!(portal.post(&remove, &thief, &[("reason", "left")]).await.status, StatusCode::CONFLICT);
        house.clock.advance(500);
        assert_eq!(portal.post(&undo, &browser, &[]).await.status, StatusCode::OK);
        assert_eq!(portal.get("/patients", &nurse).await.status, StatusCode::OK);
        assert_eq!(portal.post(&undo, &browser, &[]).await.status, StatusCode::CONFLICT, "undone once");
        assert_eq!(portal.post(&remove, &browser, &[("reason", "left")]).await.status, StatusCode::OK);
        house.clock.advance(600);
        let late = portal.post(&undo, &browser, &[]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(portal.get("/patients", &nurse).await.status, StatusCode::LOCKED);
        assert_eq!(count(house, "select count(*) from sponsorship").await, 1, "the same sponsorship all along");
    }

    async fn another_address_is_another_account_and_the_old_one_ends_with_all_its_sponsorships(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let old = house.world.sponsored_account().await;
        house.world.sponsorship(scene.rivera, old, scene.elm, Interval::ALWAYS).await;
        let (_, other) = house.world.physician("Okafor", scene.elm).await;
        house.world.sponsorship(other, old, scene.elm, Interval::ALWAYS).await;
        let nurse = portal.signed_in(old).await;
        let browser = sponsor(&portal, scene.rivera).await;
        let path = removable(&portal.get("/staff", &browser).await).replace("/remove", "/email");
        let page = portal.get(&path, &browser).await;
        assert!(page.body.contains("value=\"Lee\"") && faults(&page.body).is_empty(), "{}", page.body);
        let practice = scene.elm.to_string();
        let same = house.world.email(old).await;
        let answer = portal.post(&path, &browser, &form(&practice, &same)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sent = portal.post(&path, &browser, &form(&practice, "nadia@new.example")).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        assert_eq!(portal.get("/patients", &nurse).await.status, StatusCode::OK, "the old one works until then");
        let done = register(house, &portal, "nadia@new.example", &code(&sent)).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_ne!(portal.get("/patients", &nurse).await.status, StatusCode::OK);
        assert_eq!(refusal(house, old).await, Some(Refusal::AccountInactive));
        let new = account(house, "nadia@new.example").await;
        assert!(sees(house, new, scene.patient).await);
        assert_eq!(letters_of(house, "staff_replaced").await.len(), 1, "the other sponsor is told");
        assert_eq!(letters_of(house, "account_closed").await.len(), 1, "the old address is told");
    }

    async fn whoever_is_listed_in_an_overdue_review_needs_an_attestation_which_is_told(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let (_, overdue) = house.world.physician("Okafor", scene.elm).await;
        let staff = house.world.sponsored_account().await;
        let team = house.world.team_account(&["reviewer"]).await;
        house.world.sponsorship(overdue, staff, scene.elm, Interval::ALWAYS).await;
        house.clock.set("2026-05-02T12:00:00Z".parse().unwrap());
        assert_eq!(refusal(house, staff).await, Some(Refusal::SponsorLocked));
        let browser = sponsor(&portal, scene.rivera).await;
        let (practice, email) = (scene.elm.to_string(), house.world.email(staff).await);
        let asked = portal.post("/staff/invite", &browser, &form(&practice, &email)).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.body.contains("name=\"attested\""), "{}", asked.body);
        let mut fields = form(&practice, &email);
        fields.push(("attested", "yes"));
        let sent = portal.post("/staff/invite", &browser, &fields).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        assert!(letters_of(house, "staff_attested").await.is_empty(), "told when it happens");
        let (path, handover) = (link(house, &email).await, code(&sent));
        let fields = [("handover", handover.as_str()), ("terms", "yes")];
        assert_eq!(portal.post(&path, &portal.stranger(), &fields).await.status, StatusCode::OK);
        assert_eq!(refusal(house, staff).await, None);
        let told: Vec<String> = letters_of(house, "staff_attested").await.into_iter().map(|(to, _)| to).collect();
        assert_eq!(told.len(), 2);
        assert!(told.contains(&house.world.email(overdue).await) && told.contains(&house.world.email(team).await));
    }

    async fn the_staff_leave_as_a_table_after_a_fresh_factor_and_it_is_recorded(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(scene.rivera, staff, scene.elm, Interval::ALWAYS).await;
        let browser = portal.signed_in(scene.rivera).await;
        let table = portal.post("/staff/export", &browser, &[]).await;
        assert_eq!(table.status, StatusCode::OK);
        assert!(table.header("content-type").starts_with("text/csv"));
        assert!(table.body.contains(&house.world.email(staff).await));
        let recorded = "select count(*) from audit_row where act = 'list_staff' and detail like '%export%'";
        assert_eq!(count(house, recorded).await, 1);
        house.clock.advance(600);
        let stale = portal.post("/staff/export", &browser, &[]).await;
        assert!(!stale.body.contains(&house.world.email(staff).await), "a factor of ten minutes ago is not fresh");
    }

    async fn a_practice_shows_its_people_to_its_people_alone(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(scene.rivera, staff, scene.elm, Interval::ALWAYS).await;
        let quay = house.world.practice("Quay").await;
        let (_, stranger) = house.world.physician("Okafor", quay).await;
        let path = format!("/practices/{}", scene.elm);
        let email = house.world.email(staff).await;
        let member = portal.signed_in(scene.rivera).await;
        let page = portal.get(&path, &member).await;
        assert!(page.body.contains("Ada Rivera") && page.body.contains(&email), "{}", page.body);
        assert!(faults(&page.body).is_empty(), "{:?}", faults(&page.body));
        let nurse = portal.signed_in(staff).await;
        let page = portal.get(&path, &nurse).await;
        assert!(page.body.contains("Ada Rivera") && !page.body.contains(&email), "{}", page.body);
        assert!(portal.get("/practices", &nurse).await.body.contains("Elm Pediatrics"));
        let other = portal.signed_in(stranger).await;
        assert_eq!(portal.get(&path, &other).await.status, StatusCode::NOT_FOUND);
        assert_eq!(portal.get(&format!("{path}/leaving"), &other).await.status, StatusCode::NOT_FOUND);
        let leaving = portal.get(&format!("{path}/leaving"), &member).await;
        assert_eq!(leaving.status, StatusCode::OK);
        assert!(leaving.body.contains(&email), "whose sponsorship stops is named: {}", leaving.body);
        assert_eq!(scene.provider, access::viewer(&house.app, scene.rivera).await.unwrap().unwrap().provider.unwrap());
    }
}

async fn register_again(house: &House, portal: &Portal<'_>, email: &str) -> Answer {
    let path = link(house, email).await;
    portal.get(&path, &portal.stranger()).await
}

both_engines! {
    async fn an_invitation_to_another_address_ends_with_the_sponsorship_it_came_from(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let old = house.world.sponsored_account().await;
        house.world.sponsorship(scene.rivera, old, scene.elm, Interval::ALWAYS).await;
        let (_, other) = house.world.physician("Okafor", scene.elm).await;
        house.world.sponsorship(other, old, scene.elm, Interval::ALWAYS).await;
        let browser = sponsor(&portal, scene.rivera).await;
        let remove = removable(&portal.get("/staff", &browser).await);
        let path = remove.replace("/remove", "/email");
        let practice = scene.elm.to_string();
        let sent = portal.post(&path, &browser, &form(&practice, "nadia@new.example")).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        let link = link(house, "nadia@new.example").await;
        assert_eq!(portal.post(&remove, &browser, &[("reason", "left")]).await.status, StatusCode::OK);
        assert_eq!(portal.get(&link, &portal.stranger()).await.status, StatusCode::GONE);
        assert_eq!(refusal(house, old).await, None, "the other sponsor's sponsorship goes on");
    }

    async fn another_address_takes_nobody_off_a_review(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let old = house.world.sponsored_account().await;
        house.world.sponsorship(scene.rivera, old, scene.elm, Interval::ALWAYS).await;
        let before = sponsor(&portal, scene.rivera).await;
        let path = removable(&portal.get("/staff", &before).await).replace("/remove", "/email");
        let practice = scene.elm.to_string();
        house.clock.set("2026-03-31T12:00:00Z".parse().unwrap());
        let browser = portal.signed_in(scene.rivera).await;
        assert_eq!(portal.post(&path, &browser, &form(&practice, "nadia@new.example")).await.status, StatusCode::OK);
        house.clock.set("2026-04-01T12:00:00Z".parse().unwrap());
        let late = portal.get(&link(house, "nadia@new.example").await, &portal.stranger()).await;
        assert_eq!(late.status, StatusCode::GONE, "made before the opening, and not used before it");
        let browser = portal.signed_in(scene.rivera).await;
        let refused = portal.post(&path, &browser, &form(&practice, "nadia@other.example")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Complete the review first"), "{}", refused.body);
    }

    async fn undoing_gives_back_what_was_removed_and_nothing_beside_it(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(scene.rivera, staff, scene.elm, Interval::ALWAYS).await;
        let browser = sponsor(&portal, scene.rivera).await;
        let remove = removable(&portal.get("/staff", &browser).await);
        assert_eq!(portal.post(&remove, &browser, &[("reason", "left")]).await.status, StatusCode::OK);
        let email = house.world.email(staff).await;
        let handover = invited(&portal, &browser, &scene, &email).await;
        let path = link(house, &email).await;
        assert_eq!(portal.post(&path, &portal.stranger(), &[("handover", &handover)]).await.status, StatusCode::OK);
        let undo = portal.post(&remove.replace("/remove", "/undo"), &browser, &[]).await;
        assert_eq!(undo.status, StatusCode::CONFLICT, "sponsored anew meanwhile");
        let live = "select count(*) from sponsorship where ends_at is null";
        assert_eq!(count(house, live).await, 1);
    }
}

/// An invitation of each of `count` sponsors of one account to another address of that person, which has an account: the sponsors'
/// browsers, the paths that remove the old one, and the links with their codes.
async fn replacing(
    house: &House,
    portal: &Portal<'_>,
    scene: &Scene,
    count: usize,
) -> Vec<(Browser, String, String, String)> {
    let old = house.world.sponsored_account().await;
    let practice = scene.elm.to_string();
    let mut made = Vec::new();
    for _ in 0..count {
        let (_, account) = house.world.physician("Okafor", scene.elm).await;
        house.world.sponsorship(account, old, scene.elm, Interval::ALWAYS).await;
        let other = house.world.sponsored_account().await;
        let email = house.world.email(other).await;
        let browser = sponsor(portal, account).await;
        let remove = removable(&portal.get("/staff", &browser).await);
        let sent =
            portal.post(&remove.replace("/remove", "/email"), &browser, &form(&practice, &email)).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        made.push((browser, remove, link(house, &email).await, code(&sent)));
    }
    made
}

both_engines! {
    async fn of_many_invitations_that_replace_one_account_used_at_once_one_is_used(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let made = replacing(house, &portal, &scene, 6).await;
        let stranger = portal.stranger();
        let fields: Vec<[(&str, &str); 1]> = made.iter().map(|(_, _, _, code)| [("handover", code.as_str())]).collect();
        let uses = made.iter().zip(&fields).map(|((_, _, link, _), fields)| portal.post(link, &stranger, fields));
        let mut statuses: Vec<u16> =
            futures::future::join_all(uses).await.iter().map(|a| a.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 410, 410, 410, 410, 410]);
        assert_eq!(count(house, "select count(*) from sponsorship where ends_at is null").await, 1);
        assert_eq!(letters_of(house, "account_closed").await.len(), 1);
        assert_eq!(letters_of(house, "staff_replaced").await.len(), 5, "every other sponsor is told once");
        assert_eq!(count(house, "select count(*) from invitation where ended_at is null").await, 0);
    }

    async fn invitations_used_while_their_sponsors_remove_the_person_end_one_way_or_the_other(house: House) {
        let scene = scene(house).await;
        let portal = Portal::of(house);
        let made = replacing(house, &portal, &scene, 5).await;
        let stranger = portal.stranger();
        let both = made.iter().map(|(browser, remove, link, code)| async {
            let used = [("handover", code.as_str())];
            let used = portal.post(link, &stranger, &used);
            futures::future::join(used, portal.post(remove, browser, &[("reason", "left")])).await
        });
        let answers = futures::future::join_all(both).await;
        let used = answers.iter().filter(|(used, _)| used.status == StatusCode::OK).count();
        assert!(used <= 1, "{used} were used");
        for (used, removed) in &answers {
            assert!([StatusCode::OK, StatusCode::GONE].contains(&used.status), "{}", used.body);
            assert!([StatusCode::OK, StatusCode::CONFLICT].contains(&removed.status), "{}", removed.body);
        }
        let live = count(house, "select count(*) from sponsorship where ends_at is null").await;
        assert_eq!(usize::try_from(live).unwrap(), used, "the old ones ended, once each");
        assert_eq!(count(house, "select count(*) from sponsorship_end").await, 5);
    }
}
