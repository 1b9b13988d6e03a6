//! The family's pages over HTTP: both languages, forged forms, hidden ids, and GET that changes nothing.

use axum::http::StatusCode;
use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, PatientId};
use postern::store::grants;
use uuid::Uuid;

use crate::run_sql;
use crate::support::families::{Family, ask, family, guardian, own, sees};
use crate::support::html::faults;
use crate::support::letters::count;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::world::Whom;
use crate::support::{House, both_engines};

const CHILD: &str = "2019-03-14";
const TEEN: &str = "2013-03-11";
const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

async fn speaks(house: &House, account: AccountId, language: &'static str) {
    run_sql!(
        house,
        "insert into family_preference (account_id, language) values ($1, $2)",
        account.0,
        language
    );
}

async fn scene<'a>(house: &'a House, birth: &str) -> (Portal<'a>, Family, Browser) {
    let portal = Portal::of(house);
    let f = family(house, birth).await;
    let browser = portal.signed_in(f.mother).await;
    (portal, f, browser)
}

fn path(f: &Family, rest: &str) -> String {
    format!("/family/requests/{}{rest}", f.request)
}

fn landed(answer: &Answer, at: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.header("location"), at);
}

async fn grants_of(house: &House, patient: PatientId) -> usize {
    grants::of_patient(house.db(), patient).await.unwrap().len()
}

both_engines! {
    async fn a_guardian_reads_who_asks_why_and_how_long_and_says_yes(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        landed(&portal.get("/", &browser).await, "/family");
        let home = portal.get("/family", &browser).await;
        assert!(home.body.contains("Sam Lee asks to see the chart of Mia Stone"), "{}", home.body);
        assert!(home.body.contains("Please answer by April 10, 2026."));
        let page = portal.get(&path(&f, ""), &browser).await;
        for words in ["Summit Orthopedics", "new in our care", "30 days (until April 10, 2026)", "Yes, let them see it", "No, do not let them"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert_eq!(faults(&page.body), Vec::<String>::new());
        assert!(!page.body.contains("checked"), "nothing is ticked beforehand");
        let done = portal.post(&path(&f, "/approve"), &browser, &[("lasting", "30_days")]).await;
        landed(&done, "/family?done=given");
        assert!(sees(house, f.asker, f.patient).await);
        let access = portal.get("/family/access", &browser).await;
        assert!(access.body.contains("The family said yes") && access.body.contains("Until April 10, 2026."), "{}", access.body);
        let grant = grants::of_patient(house.db(), f.patient).await.unwrap()[0].id;
        let taken = portal.post(&format!("/family/grants/{grant}/revoke"), &browser, &[]).await;
        landed(&taken, "/family/access?done=revoked");
        assert!(!sees(house, f.asker, f.patient).await);
    }

    async fn a_no_is_one_click_and_needs_no_fresh_factor(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        house.clock.advance(600);
        landed(&portal.post(&path(&f, "/decline"), &browser, &[]).await, "/family?done=declined");
        let page = portal.get(&path(&f, ""), &browser).await;
        assert!(page.body.contains("This request is over. The answer was no."));
        landed(&portal.post(&path(&f, "/decline"), &browser, &[]).await, "/family?done=gone");
    }

    async fn a_yes_needs_a_fresh_factor(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        house.clock.advance(301);
        let held = portal.post(&path(&f, "/approve"), &browser, &[("lasting", "30_days")]).await;
        assert_eq!(held.status, StatusCode::OK);
        assert!(!sees(house, f.asker, f.patient).await);
    }

    async fn a_forged_yes_changes_nothing_and_keeps_what_was_chosen(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        let forged: [&[(&str, &str)]; 6] = [
            &[],
            &[("lasting", "for_ever")],
            &[("lasting", "30_days"), ("section", "everything")],
            &[("lasting", "30_days"), ("topic", "all")],
            &[("lasting", "30_days"), ("section", "results"), ("section", "../notes")],
            &[("lasting", ""), ("section", "vitals")],
        ];
        for fields in forged {
            let answer = portal.post(&path(&f, "/approve"), &browser, fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            assert_eq!(faults(&answer.body), Vec::<String>::new());
        }
        let kept = portal.post(&path(&f, "/approve"), &browser, &[("section", "vitals")]).await;
        assert!(kept.body.contains("id=\"section-vitals\" type=\"checkbox\" name=\"section\" value=\"vitals\" checked"));
        assert_eq!(grants_of(house, f.patient).await, 0);
        assert_eq!(count(house, "select count(*) from family_answer").await, 0);
    }

    async fn a_teens_confidential_parts_are_not_the_guardians_to_choose_by_any_form(house: House) {
        let (portal, f, browser) = scene(house, TEEN).await;
        let page = portal.get(&path(&f, ""), &browser).await;
        assert!(!page.body.contains("new in our care"), "the reason is the teen's to read");
        assert!(page.body.contains("Only Mia Stone can read the reason."));
        for part in ["section-results", "section-notes", "section-medications", "topic-"] {
            assert!(!page.body.contains(&format!("id=\"{part}")), "{part}");
        }
        for fields in [[("lasting", "30_days"), ("section", "notes")], [("lasting", "30_days"), ("topic", "part2")]] {
            let answer = portal.post(&path(&f, "/approve"), &browser, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(grants_of(house, f.patient).await, 0);
    }

    async fn what_is_not_ours_and_what_is_not_there_answer_alike(house: House) {
        let (portal, f, _) = scene(house, CHILD).await;
        let other = house.world.patient("Poole", "0099999", CHILD).await;
        let stranger = portal.signed_in(guardian(house, other).await).await;
        let grant = house.world.grant(f.patient, f.asker, Interval::ALWAYS).await;
        let seat = house.world.seat(f.patient, Whom::Provider(f.npi), Interval::ALWAYS).await;
        let (request, grant, seat) = (f.request.to_string(), grant.to_string(), seat.to_string());
        let posts = [
            ("/family/requests/ID/approve", &request),
            ("/family/requests/ID/decline", &request),
            ("/family/requests/ID/block", &request),
            ("/family/grants/ID/revoke", &grant),
            ("/family/care-team/ID/remove", &seat),
        ];
        let fields = [("lasting", "30_days")];
        for (path, theirs) in posts {
            let mut answers = Vec::new();
            for id in [theirs.as_str(), NOBODY] {
                let answer = portal.post(&path.replace("ID", id), &stranger, &fields).await;
                answers.push((answer.status, told(&answer, id)));
            }
            assert_eq!(answers[0].0, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answers[0], answers[1], "{path}");
        }
        let mut answers = Vec::new();
        for id in [request.as_str(), NOBODY] {
            let answer = portal.get(&format!("/family/requests/{id}"), &stranger).await;
            answers.push((answer.status, told(&answer, id)));
        }
        assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
        assert_eq!(answers[0], answers[1]);
        for page in ["/family", "/family/access", "/family/care-team", "/family/disclosures"] {
            let answer = portal.get(&format!("{page}?patient={}", f.patient), &stranger).await;
            assert!(!answer.body.contains("Stone") && answer.body.contains("Poole"), "{page}");
        }
        assert_eq!(grants_of(house, f.patient).await, 1, "nothing was changed");
    }

    async fn following_every_link_and_reading_every_page_changes_nothing(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        let before = count(house, "select (select count(*) from access_grant) + (select count(*) from family_answer) + (select count(*) from request_block) + (select cast(coalesce(sum(version), 0) as bigint) from access_request)").await;
        for page in ["/family", &path(&f, ""), "/family/access", "/family/care-team", "/family/disclosures"] {
            assert_eq!(portal.get(page, &browser).await.status, StatusCode::OK, "{page}");
        }
        for post in [&path(&f, "/approve"), &path(&f, "/decline"), &path(&f, "/block")] {
            let status = portal.get(post, &browser).await.status;
            assert!(status == StatusCode::METHOD_NOT_ALLOWED || status == StatusCode::NOT_FOUND || status == StatusCode::SEE_OTHER, "{post}: {status}");
        }
        let after = count(house, "select (select count(*) from access_grant) + (select count(*) from family_answer) + (select count(*) from request_block) + (select cast(coalesce(sum(version), 0) as bigint) from access_request)").await;
        assert_eq!(before, after);
    }

    async fn every_page_is_in_spanish_for_whoever_chose_it(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        assert!(portal.get("/family", &browser).await.body.contains("<html lang=\"en\">"));
        landed(&portal.post("/family/language", &browser, &[("language", "es")]).await, "/family");
        for (page, words) in [
            ("/family".to_owned(), "Sam Lee pide ver el expediente de Mia Stone"),
            (path(&f, ""), "Sí, que lo vea"),
            ("/family/access".to_owned(), "Quién puede ver el expediente y por qué"),
            ("/family/care-team".to_owned(), "Equipo de salud"),
            ("/family/disclosures".to_owned(), "Nadie abrió todavía este expediente aquí."),
        ] {
            let answer = portal.get(&page, &browser).await;
            assert!(answer.body.contains("<html lang=\"es\">"), "{page}");
            assert!(answer.body.contains(words), "{page}: {}", answer.body);
            assert!(answer.body.contains("lang=\"en\">English</button>"), "{page}");
            assert_eq!(faults(&answer.body), Vec::<String>::new(), "{page}");
        }
        let unknown = portal.post("/family/language", &browser, &[("language", "xx")]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn before_anything_is_chosen_the_record_says_the_language(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        run_sql!(house, "update patient set language = 'Spanish' where id = $1", f.patient.0);
        assert!(portal.get("/family", &browser).await.body.contains("<html lang=\"es\">"));
        speaks(house, f.mother, "en").await;
        assert!(portal.get("/family", &browser).await.body.contains("<html lang=\"en\">"));
    }

    async fn a_mother_of_two_switches_between_them_and_the_requests_of_both_come_first(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        let sister = house.world.patient("Amber", "0012399", "2021-05-06").await;
        house.world.guardian(sister, f.mother, Interval::ALWAYS).await;
        ask(house, f.asker, sister).await;
        for child in [f.patient, sister] {
            let page = portal.get(&format!("/family?patient={child}"), &browser).await.body;
            assert!(page.contains("the chart of Mia Stone") && page.contains("the chart of Mia Amber"));
            assert!(page.contains(&format!("href=\"/family?patient={child}\" aria-current=\"page\"")));
        }
    }

    async fn a_guardian_whose_link_ended_is_told_so_with_the_phone(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        run_sql!(house, "delete from guardian where account_id = $1", f.mother.0);
        for page in ["/family", "/family/access", "/family/care-team", "/family/disclosures"] {
            let answer = portal.get(page, &browser).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert!(answer.body.contains("No chart is linked to your account now.") && answer.body.contains("212-555-0100"), "{page}");
            assert!(!answer.body.contains("Stone"));
        }
    }

    async fn a_teen_reads_the_reason_and_both_must_say_yes(house: House) {
        let (portal, f, mother) = scene(house, TEEN).await;
        let teen = portal.signed_in(own(house, f.patient).await).await;
        assert!(portal.get("/family", &teen).await.body.contains("You and a parent or guardian must both say yes."));
        assert!(portal.get("/family", &mother).await.body.contains("Mia Stone is 13 or older."));
        assert!(portal.get(&path(&f, ""), &teen).await.body.contains("new in our care"));
        landed(&portal.post(&path(&f, "/approve"), &mother, &[("lasting", "1_year")]).await, "/family?done=waits");
        let fields = [("lasting", "30_days"), ("section", "notes"), ("topic", "mental_health")];
        landed(&portal.post(&path(&f, "/approve"), &teen, &fields).await, "/family?done=given");
        let given = grants::of_patient(house.db(), f.patient).await.unwrap().remove(0);
        assert_eq!(given.sections.bits(), 1 << postern::domain::chart::Section::Notes as u32);
        let page = portal.get("/family/access", &mother).await.body;
        assert!(page.contains("Notes and letters. Private parts: Mental health."), "{page}");
    }

    async fn hostile_names_and_reasons_are_shown_as_they_are(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        run_sql!(house, "update account set given = '<b>\u{202e}nairda</b>' where id = $1", f.asker.0);
        let long = format!("<script>alert(1)</script>{}", "é".repeat(10_000));
        run_sql!(house, "update access_request set reason = $2 where id = $1", f.request.0, long.as_str());
        let page = portal.get(&path(&f, ""), &browser).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("&lt;b&gt;") && !page.body.contains("<script>alert") && page.body.contains(&"é".repeat(10_000)));
        assert_eq!(faults(&page.body), Vec::<String>::new());
    }

    async fn the_care_team_is_searched_added_to_and_removed_from(house: House) {
        let (portal, f, browser) = scene(house, CHILD).await;
        let patient = f.patient.to_string();
        let found = portal.post("/family/care-team/find", &browser, &[("patient", &patient), ("query", "hadd")]).await;
        assert!(found.body.contains("Ada Haddad") && found.body.contains("Pediatrics, Summit Orthopedics"), "{}", found.body);
        let id = f.npi.to_string();
        let fields = [("patient", patient.as_str()), ("kind", "provider"), ("id", id.as_str())];
        let added = portal.post("/family/care-team/add", &browser, &fields).await;
        landed(&added, &format!("/family/care-team?patient={patient}&done=added"));
        assert!(sees(house, f.asker, f.patient).await);
        let page = portal.get("/family/care-team", &browser).await.body;
        assert!(page.contains("Added by: The family."));
        let at = page.find("/family/care-team/").unwrap() + "/family/care-team/".len();
        let seat: Uuid = page[at..].split('/').find_map(|part| part.parse().ok()).unwrap();
        let removed = portal.post(&format!("/family/care-team/{seat}/remove"), &browser, &[]).await;
        landed(&removed, &format!("/family/care-team?patient={patient}&done=removed"));
        assert!(!sees(house, f.asker, f.patient).await);
    }
}

/// The body without what differs in every answer, and without what was asked for.
fn told(answer: &Answer, asked: &str) -> String {
    let mut text = answer.body.replace(asked, "ASKED");
    for mark in ["nonce=\"", "name=\"form_token\" value=\""] {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(mark) {
            out.push_str(before);
            rest = after.split_once('"').map_or("", |(_, after)| after);
        }
        out.push_str(rest);
        text = out;
    }
    text
}
