//! Emergency access over HTTP: from the not-authorized page to the chart, the desk's review, and what the family reads.

use axum::http::StatusCode;
use postern::app::{App, Hospital};
use postern::domain::calendar::Interval;
use postern::domain::people::Role;

use crate::hidden::told;
use crate::run_sql;
use crate::support::html;
use crate::support::letters::count;
use crate::support::pcp::{Scene, member, open, scene};
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::{House, both_engines};

const ASKED: [(&str, &str); 7] = [
    ("mrn", "0012345"),
    ("family", "Stone"),
    ("given", "Mia"),
    ("month", "3"),
    ("day", "14"),
    ("year", "2019"),
    ("reason", "Seizing at our clinic"),
];

fn with(field: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    ASKED.iter().map(|(name, old)| (*name, if *name == field { value } else { *old })).collect()
}

fn sound(page: &Answer, status: StatusCode) {
    assert_eq!(page.status, status, "{}", page.body);
    assert_eq!(html::faults(&page.body), Vec::<String>::new());
}

fn hidden(page: &Answer, name: &str) -> String {
    let fields = html::elements(&page.body);
    fields.iter().find(|e| e.get("name") == name).map(|e| e.get("value").to_owned()).unwrap()
}

async fn given(house: &House) -> i64 {
    count(house, "select count(*) from emergency_access").await
}

async fn haddad(house: &House) -> (Portal<'_>, Scene, Browser) {
    let portal = Portal::of(house);
    let s = scene(house).await;
    let browser = portal.signed_in(s.haddad).await;
    (portal, s, browser)
}

both_engines! {
    async fn a_refused_provider_is_offered_it_and_reads_the_chart_until_it_ends(house: House) {
        let (portal, s, browser) = haddad(house).await;
        let chart = format!("/charts/{}", s.mia);
        let denied = portal.post("/patients/search", &browser, &[("mrn", "00-12345")]).await;
        sound(&denied, StatusCode::NOT_FOUND);
        assert!(denied.body.contains("action=\"/emergency/form\"") && denied.body.contains("for you alone"));
        sound(&portal.get("/emergency", &browser).await, StatusCode::OK);
        let form = portal.post("/emergency/form", &browser, &[("mrn", "00-12345")]).await;
        sound(&form, StatusCode::OK);
        assert!(form.body.contains("value=\"00-12345\""));
        assert!(form.body.contains("within 72 hours") && form.body.contains("family can see"));
        let done = portal.post("/emergency", &browser, &ASKED).await;
        assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, chart.as_str()), "{}", done.body);
        let page = portal.get(&chart, &browser).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains("STONE"));
        // Again is no second one.
        assert_eq!(portal.post("/emergency", &browser, &ASKED).await.header("location"), chart);
        assert_eq!(given(house).await, 1);
        house.clock.advance(4 * 3600);
        let browser = portal.signed_in(s.haddad).await;
        let over = portal.get(&chart, &browser).await;
        sound(&over, StatusCode::NOT_FOUND);
        assert!(over.body.contains("Your access ended on"));
    }

    async fn it_takes_a_factor_of_the_last_five_minutes_and_the_form_is_held_for_it(house: House) {
        let (portal, s, browser) = haddad(house).await;
        // The sign-in is half a minute old already.
        house.clock.advance(300);
        let held = portal.post("/emergency", &browser, &ASKED).await;
        sound(&held, StatusCode::OK);
        assert!(held.body.contains("Confirm that it is you") && held.body.contains("Seizing+at+our+clinic"));
        assert_eq!(given(house).await, 0);
        let fresh = portal.signed_in(s.haddad).await;
        assert_eq!(portal.post("/emergency", &fresh, &ASKED).await.status, StatusCode::SEE_OTHER);
        assert_eq!(given(house).await, 1);
    }

    async fn what_was_typed_is_kept_and_a_stranger_and_nobody_are_answered_alike(house: House) {
        let (portal, s, browser) = haddad(house).await;
        let short = portal.post("/emergency", &browser, &with("reason", "too short")).await;
        sound(&short, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(short.body.contains("10 to 1000 characters") && short.body.contains(">too short</textarea>"));
        assert!(short.body.contains("value=\"Stone\""));
        house.world.restrict_everyone(s.mia).await;
        let barred = portal.post("/emergency", &browser, &ASKED).await;
        let nobody = portal.post("/emergency", &browser, &with("mrn", "9912345")).await;
        sound(&nobody, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(barred.status, nobody.status);
        assert_eq!(told(&barred, "0012345"), told(&nobody, "9912345"));
        assert_eq!(given(house).await, 0);
    }

    async fn switched_off_the_pages_are_not_there_and_nobody_is_offered_them(house: House) {
        let s = scene(house).await;
        let hospital = Hospital { emergency_access: false, ..(*house.app.hospital).clone() };
        let portal = Portal::of_app(house, App { hospital: hospital.into(), ..house.app.clone() });
        let browser = portal.signed_in(s.haddad).await;
        let denied = portal.post("/patients/search", &browser, &[("mrn", "0012345")]).await;
        assert!(!denied.body.contains("mergency"), "{}", denied.body);
        let nowhere = portal.get("/no-such-page", &browser).await;
        for browser in [browser, portal.stranger(), Browser::default()] {
            let get = portal.get("/emergency", &browser).await;
            assert_eq!(get.status, StatusCode::NOT_FOUND);
            for path in ["/emergency/form", "/emergency"] {
                assert_eq!(portal.post(path, &browser, &ASKED).await.status, StatusCode::NOT_FOUND, "{path}");
            }
            assert_eq!(told(&get, "/emergency"), told(&nowhere, "/no-such-page"));
        }
        assert_eq!(given(house).await, 0);
    }

    async fn staff_and_families_find_no_such_page(house: House) {
        let (portal, s, _) = haddad(house).await;
        let staff = house.world.sponsored_account().await;
        house.world.sponsorship(s.haddad, staff, s.quay, Interval::ALWAYS).await;
        let family = house.world.family_account().await;
        for account in [staff, family, s.jo.account] {
            let browser = portal.signed_in(account).await;
            assert_eq!(portal.get("/emergency", &browser).await.status, StatusCode::NOT_FOUND);
            assert_eq!(portal.post("/emergency", &browser, &ASKED).await.status, StatusCode::NOT_FOUND);
        }
        let browser = portal.signed_in(staff).await;
        let denied = portal.post("/patients/search", &browser, &[("mrn", "0012345")]).await;
        assert!(!denied.body.contains("mergency"));
        assert_eq!(given(house).await, 0);
    }

    async fn a_restricted_chart_offers_none_where_the_restriction_may_be_named(house: House) {
        let (portal, s, browser) = haddad(house).await;
        house.world.grant(s.mia, s.haddad, Interval::ALWAYS).await;
        house.world.restrict_everyone(s.mia).await;
        let denied = portal.get(&format!("/charts/{}", s.mia), &browser).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);
        assert!(denied.body.contains("restricted at present") && !denied.body.contains("mergency"));
    }

    async fn the_desk_reads_the_reason_and_reviews_it_once(house: House) {
        let (portal, s, browser) = haddad(house).await;
        portal.post("/emergency", &browser, &ASKED).await;
        portal.get(&format!("/charts/{}/allergies", s.mia), &browser).await;
        let id = open(house).await[0];
        let jo = portal.signed_in(s.jo.account).await;
        let list = portal.get("/team/requests?view=needs_action&kind=emergency_review", &jo).await;
        sound(&list, StatusCode::OK);
        assert!(list.body.contains("STONE, Mia") && list.body.contains("Within 72 hours"), "{}", list.body);
        let (page, path) = (format!("/team/requests/{id}"), format!("/team/requests/{id}/review"));
        let request = portal.get(&page, &jo).await;
        sound(&request, StatusCode::OK);
        for words in ["Seizing at our clinic", "took emergency access", "Not reviewed yet", "Still open", "Allergies", &path] {
            assert!(request.body.contains(words), "{words}: {}", request.body);
        }
        // It is neither approved nor declined like the others.
        for other in ["approve", "decline", "answer", "unreached"] {
            let plain = portal.get(&format!("{page}/{other}"), &jo).await;
            assert_eq!(plain.header("location"), page, "{other}");
            let forged = portal.post(&format!("{page}/{other}"), &jo, &[("version", "0"), ("text", "x")]).await;
            assert_eq!(forged.status, StatusCode::FORBIDDEN, "{other}");
        }
        let review = portal.get(&path, &jo).await;
        sound(&review, StatusCode::OK);
        let version = hidden(&review, "version");
        let undecided = portal.post(&path, &jo, &[("version", &version), ("note", "Kept")]).await;
        sound(&undecided, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(undecided.body.contains(">Kept</textarea>"));
        let bare = [("version", version.as_str()), ("finding", "not_justified"), ("note", " ")];
        sound(&portal.post(&path, &jo, &bare).await, StatusCode::UNPROCESSABLE_ENTITY);
        let forged = [("version", version.as_str()), ("finding", "approved"), ("note", "x")];
        sound(&portal.post(&path, &jo, &forged).await, StatusCode::UNPROCESSABLE_ENTITY);
        let whole = [("version", version.as_str()), ("finding", "not_justified"), ("note", "The clinic knows nothing of it")];
        assert_eq!(portal.post(&path, &jo, &whole).await.header("location"), page);
        let late = portal.post(&path, &jo, &whole).await;
        sound(&late, StatusCode::CONFLICT);
        assert!(late.body.contains("The clinic knows nothing of it"));
        let ended = portal.get(&page, &jo).await;
        sound(&ended, StatusCode::OK);
        assert!(ended.body.contains("found it not justified") && !ended.body.contains(&path));
        let closed = portal.get("/team/requests?view=closed", &jo).await;
        assert!(closed.body.contains("Not justified"));
        let auditor = member(house, &[Role::Auditor]).await;
        let auditor = portal.signed_in(auditor.account).await;
        sound(&portal.get(&page, &auditor).await, StatusCode::OK);
        assert_eq!(portal.post(&path, &auditor, &whole).await.status, StatusCode::FORBIDDEN);
        // The provider's own requests do not list it, and theirs to withdraw it is not.
        let browser = portal.signed_in(s.haddad).await;
        assert!(!portal.get("/requests", &browser).await.body.contains(&id.to_string()));
        assert_eq!(portal.post(&format!("/requests/{id}/withdraw"), &browser, &[]).await.status, StatusCode::NOT_FOUND);
    }

    async fn the_family_reads_that_it_was_an_emergency_in_its_own_language(house: House) {
        let (portal, s, browser) = haddad(house).await;
        let mother = house.world.family_account().await;
        house.world.guardian(s.mia, mother, Interval::ALWAYS).await;
        portal.post("/emergency", &browser, &ASKED).await;
        portal.get(&format!("/charts/{}", s.mia), &browser).await;
        let mother_at = portal.signed_in(mother).await;
        for path in ["/family/disclosures", "/family/access"] {
            let page = portal.get(path, &mother_at).await;
            sound(&page, StatusCode::OK);
            assert!(page.body.contains("They said it was an emergency; our team checks it"), "{path}: {}", page.body);
            assert!(!page.body.contains("Seizing"), "the reason is for the team");
        }
        run_sql!(house, "insert into family_preference (account_id, language) values ($1, 'es')", mother.0);
        let spanish = portal.get("/family/disclosures", &mother_at).await;
        assert!(spanish.body.contains("Dijo que era una emergencia; nuestro equipo lo revisa"));
        // Once it is over, who may see it no longer names the provider; who opened it does.
        house.clock.advance(4 * 3600);
        let mother_at = portal.signed_in(mother).await;
        assert!(!portal.get("/family/access", &mother_at).await.body.contains("emergencia"));
        assert!(portal.get("/family/disclosures", &mother_at).await.body.contains("emergencia"));
    }

    async fn the_family_reads_of_emergency_access_under_which_nothing_was_opened(house: House) {
        let (portal, s, browser) = haddad(house).await;
        let mother = house.world.family_account().await;
        house.world.guardian(s.mia, mother, Interval::ALWAYS).await;
        let mother_at = portal.signed_in(mother).await;
        assert!(portal.get("/family/disclosures", &mother_at).await.body.contains("No one has opened this chart here yet."));
        portal.post("/emergency", &browser, &ASKED).await;
        house.clock.advance(1);
        let unopened = "Nothing so far. They could have.";
        let page = portal.get("/family/disclosures", &mother_at).await;
        sound(&page, StatusCode::OK);
        assert!(page.body.contains(unopened) && page.body.contains("They said it was an emergency"), "{}", page.body);
        assert!(!page.body.contains("Seizing"), "the reason is for the team");
        assert!(page.body.contains("Emergency access, until March 11, 2026, 16:0"), "{}", page.body);
        // Once the chart is opened under it, the opening is told beside it, and that it was used.
        assert_eq!(portal.get(&format!("/charts/{}", s.mia), &browser).await.status, StatusCode::OK);
        let page = portal.get("/family/disclosures", &mother_at).await;
        sound(&page, StatusCode::OK);
        assert!(!page.body.contains(unopened) && page.body.contains("They used it to open the chart."), "{}", page.body);
        assert!(page.body.matches("They said it was an emergency").count() >= 2, "{}", page.body);
        // When it is over it stays in the list.
        house.clock.advance(5 * 3600);
        let mother_at = portal.signed_in(mother).await;
        let page = portal.get("/family/disclosures", &mother_at).await;
        assert!(page.body.contains("They used it to open the chart."), "{}", page.body);
    }

    async fn the_guardian_of_a_teen_reads_of_no_emergency_access_whose_specialty_would_say_why(house: House) {
        let (portal, s, browser) = haddad(house).await;
        let mother = house.world.family_account().await;
        house.world.guardian(s.mia, mother, Interval::ALWAYS).await;
        portal.post("/emergency", &browser, &ASKED).await;
        let taken = "Emergency access, until";
        let mother_at = portal.signed_in(mother).await;
        assert!(portal.get("/family/disclosures", &mother_at).await.body.contains(taken));
        run_sql!(house, "update patient set birth_date = '2012-03-14' where id = $1", s.mia.0);
        assert!(portal.get("/family/disclosures", &mother_at).await.body.contains(taken), "of an ordinary specialty");
        run_sql!(
            house,
            "update provider set specialty = 'Psychiatry' where id = (select provider_id from account where id = $1)",
            s.haddad.0
        );
        assert!(!portal.get("/family/disclosures", &mother_at).await.body.contains(taken));
    }
}
