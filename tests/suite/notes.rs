//! Notes and documents as people read them: addenda, what was replaced, what is not signed, filters, and words found in texts.

use axum::http::StatusCode;
use postern::app::App;
use postern::domain::access::reach::SectionSet;
use postern::domain::audit::{Act, Entry};
use postern::domain::calendar::Interval;
use postern::domain::chart::Section;
use postern::domain::ids::PatientId;
use postern::store::audit;
use serde_json::{Value, json};

use crate::feed::load_lines;
use crate::hidden::told;
use crate::results::{chart, in_order, links, main_of, page, text};
use crate::support::both_engines;
use crate::support::portal::{Answer, Browser, Portal};
use crate::support::record::{SUBJECT, labelled, report, robin, with};

/// Every entry of the audit.
pub async fn entries(app: &App) -> Vec<Entry> {
    let rows = audit::rows(&app.db, app.audit.chain(), 0, 1000).await.unwrap();
    rows.into_iter().map(|link| link.entry).collect()
}

/// A note of `author` with a text.
pub fn note(id: &str, kind: &str, author: &str, date: &str, text: &str) -> Value {
    let data = data_encoding::BASE64.encode(text.as_bytes());
    json!({
        "resourceType": "DocumentReference", "id": id, "status": "current", "docStatus": "final",
        "subject": {"reference": SUBJECT}, "type": {"text": kind}, "date": date, "author": [{"display": author}],
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
    })
}

fn related(code: &str, target: &str) -> Value {
    json!({"relatesTo": [{"code": code, "target": {"reference": format!("DocumentReference/{target}")}}]})
}

fn unsigned() -> Value {
    json!({"docStatus": "preliminary"})
}

/// Three notes: one with an addendum, one that was replaced, and one that nobody has signed.
fn shelf() -> Vec<Value> {
    let addendum = note("a2", "Addendum", "Dr. Sato", "2026-03-05T15:00:00Z", "Potassium was normal.");
    let newer = note("b2", "Clinic letter", "Dr. Núñez", "2026-03-02T16:00:00Z", "El niño comió bien.");
    vec![
        note("a1", "Progress note", "Dr. Chen", "2026-03-01T15:00:00Z", "Fasting glucose was 212."),
        with(addendum, &related("appends", "a1")),
        note("b1", "Clinic letter", "Dr. Núñez", "2026-03-02T15:00:00Z", "An older wording."),
        with(newer, &related("replaces", "b1")),
        with(
            note("c1", "Draft note", "Dr. Chen", "2026-03-06T15:00:00Z", "Draft about glucose."),
            &unsigned(),
        ),
    ]
}

async fn search(portal: &Portal<'_>, browser: &Browser, robin: PatientId, words: &str) -> Answer {
    portal.post(&format!("/charts/{robin}/search"), browser, &[("words", words)]).await
}

/// The titles of what is found.
async fn found(portal: &Portal<'_>, browser: &Browser, robin: PatientId, words: &str) -> Vec<String> {
    let answer = search(portal, browser, robin, words).await;
    assert_eq!(answer.status, StatusCode::OK, "{words}");
    let list = main_of(&answer.body).split_once("<ul").map_or("", |(_, list)| list);
    let hits = list.split("<a href=\"").skip(1);
    hits.map(|hit| text(hit.split_once('>').unwrap().1.split_once("</a>").unwrap().0)).collect()
}

both_engines! {
    async fn an_addendum_stands_under_its_note_a_replaced_note_is_gone_and_drafts_are_counted(house: House) {
        let (portal, browser, robin) = chart(house, &shelf()).await;
        let body = page(&portal, &browser, &format!("/charts/{robin}/notes")).await;
        let told = text(main_of(&body));
        in_order(&told, &["Clinic letter", "02-Mar-2026 11:00 EST", "Progress note", "01-Mar-2026", "Addendum", "05-Mar-2026",
            "1 note is not signed yet and is not shown."]);
        assert_eq!(main_of(&body).matches("/notes/").count(), 3, "{told}");
        assert!(!body.contains("Draft note"));
        let summary = page(&portal, &browser, &format!("/charts/{robin}")).await;
        assert!(!summary.contains("Draft note"));
        assert_eq!(text(main_of(&summary)).matches("Clinic letter").count(), 1);
        let pages: Vec<String> = links(main_of(&body)).into_iter().filter(|l| l.contains("/notes/")).collect();
        let first = text(main_of(&page(&portal, &browser, &pages[1]).await));
        in_order(&first, &["Progress note", "Fasting glucose was 212.", "Addenda", "05-Mar-2026", "Dr. Sato", "Potassium was normal."]);
        let second = text(main_of(&page(&portal, &browser, &pages[2]).await));
        in_order(&second, &["This was added to", "Progress note", "Potassium was normal."]);
    }

    async fn an_older_version_leads_to_the_newer_one_and_a_draft_has_no_page(house: House) {
        let (portal, browser, robin) = chart(house, &[note("b1", "Clinic letter", "Dr. Chen", "2026-03-02T15:00:00Z", "Old.")]).await;
        let list = format!("/charts/{robin}/notes");
        let old = links(main_of(&page(&portal, &browser, &list).await)).into_iter().find(|l| l.contains("/notes/")).unwrap();
        load_lines(house, &[with(note("b2", "Clinic letter", "Dr. Chen", "2026-03-03T15:00:00Z", "New."), &related("transforms", "b1"))]).await.unwrap();
        let told = text(main_of(&page(&portal, &browser, &old).await));
        in_order(&told, &["A newer version has replaced this:", "Clinic letter", "03-Mar-2026", "Old."]);
        load_lines(house, &[with(note("b1", "Clinic letter", "Dr. Chen", "2026-03-02T15:00:00Z", "Old."), &unsigned())]).await.unwrap();
        assert_eq!(portal.get(&old, &browser).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_filter_is_a_key_in_the_address_and_garbage_filters_nothing(house: House) {
        let (portal, browser, robin) = chart(house, &shelf()).await;
        let list = format!("/charts/{robin}/notes");
        let body = page(&portal, &browser, &list).await;
        let key = |name: &str| {
            let before = main_of(&body).split_once(&format!("\">{name}</option>")).unwrap().0;
            before.rsplit_once('"').unwrap().1.to_owned()
        };
        for (query, count) in [
            (format!("author={}", key("Dr. Chen")), 2),
            (format!("author={}", key("Dr. Núñez")), 1),
            (format!("type={}", key("Addendum")), 2),
            (format!("type={}&author={}", key("Clinic letter"), key("Dr. Núñez")), 1),
            (format!("type={}&author={}", key("Clinic letter"), key("Dr. Chen")), 0),
            ("type=%00".to_owned(), 3),
            ("author=Dr.+Chen&skip=x".to_owned(), 3),
            ("skip=18446744073709551615".to_owned(), 0),
            ("skip=1".to_owned(), 2),
        ] {
            let shown = page(&portal, &browser, &format!("{list}?{query}")).await;
            assert_eq!(main_of(&shown).matches("/notes/").count(), count, "{query}");
            for word in ["Chen", "letter", "Addendum"] {
                assert!(!links(main_of(&shown)).iter().any(|l| l.contains(word)), "{query}");
            }
        }
    }

    async fn words_are_found_without_regard_to_case_and_accents_and_marked(house: House) {
        let mut resources = shelf();
        let said = json!({"conclusion": "Glucose uptake is normal."});
        resources.push(with(report("x", "PET scan", "RAD", "2026-03-04T15:00:00Z", &[]), &said));
        let (portal, browser, robin) = chart(house, &resources).await;
        let answer = search(&portal, &browser, robin, "NINO comió").await;
        assert!(answer.body.contains("<mark>niño</mark> <mark>comió</mark>"), "{}", main_of(&answer.body));
        in_order(&text(main_of(&answer.body)), &["1 found.", "Clinic letter", "Notes"]);
        assert_eq!(found(&portal, &browser, robin, "glucose").await, ["PET scan", "Progress note"], "the draft is not");
        assert_eq!(found(&portal, &browser, robin, "nunez").await, ["Clinic letter"], "the replaced one is not");
        assert_eq!(found(&portal, &browser, robin, "pet").await, ["PET scan"]);
        assert!(found(&portal, &browser, robin, "glucose zebra").await.is_empty());
        let nothing = search(&portal, &browser, robin, "zebra").await;
        assert!(nothing.body.contains("Nothing found.") && nothing.body.contains("value=\"zebra\""));
    }

    async fn what_cannot_be_looked_for_is_said_and_kept_and_the_form_stands_by_itself(house: House) {
        let (portal, browser, robin) = chart(house, &shelf()).await;
        for (typed, why) in [("", "at least two letters"), ("a", "at least two letters"), (&*"x".repeat(101), "at most 100 letters")] {
            let answer = search(&portal, &browser, robin, typed).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert!(answer.body.contains(why) && answer.body.contains(&format!("value=\"{typed}\"")));
        }
        let odd = search(&portal, &browser, robin, "<script>%_'\"").await;
        assert_eq!(odd.status, StatusCode::OK);
        assert!(!odd.body.contains("<script>%"));
        assert_eq!(portal.get(&format!("/charts/{robin}/search"), &browser).await.status, StatusCode::OK);
    }

    async fn a_search_is_recorded_as_reading_and_without_the_words(house: House) {
        let (portal, browser, robin) = chart(house, &shelf()).await;
        for _ in 0..2 {
            assert_eq!(search(&portal, &browser, robin, "glucose").await.status, StatusCode::OK);
        }
        let searched: Vec<String> = entries(&house.app).await.into_iter()
            .filter(|entry| entry.act == Act::OpenChart && entry.detail.contains("search")).map(|entry| entry.detail).collect();
        assert_eq!(searched.len(), 2);
        for detail in searched {
            assert_eq!(serde_json::from_str::<Value>(&detail).unwrap(), json!({"section": "notes", "act": "search"}));
        }
    }

    async fn who_may_not_read_the_chart_searches_nothing(house: House) {
        let (portal, _, robin) = chart(house, &shelf()).await;
        let path = format!("/charts/{robin}/search");
        assert_eq!(portal.post(&path, &portal.stranger(), &[("words", "glucose")]).await.status, StatusCode::SEE_OTHER);
        let (_, outsider) = house.world.physician("Novak", house.world.practice("Oak").await).await;
        let outsider = portal.signed_in(outsider).await;
        let nobody = "01890000-0000-7000-8000-000000000000";
        let theirs = search(&portal, &outsider, robin, "glucose").await;
        let none = portal.post(&format!("/charts/{nobody}/search"), &outsider, &[("words", "glucose")]).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        assert_eq!((none.status, told(&none, nobody)), (theirs.status, told(&theirs, &robin.to_string())));
    }

    async fn a_grant_searches_only_the_sections_it_names(house: House) {
        let mut resources = shelf();
        resources.push(with(report("x", "PET scan", "RAD", "2026-03-04T15:00:00Z", &[]), &json!({"conclusion": "Glucose uptake."})));
        let (portal, _, robin) = chart(house, &resources).await;
        let (_, guest) = house.world.physician("Novak", house.world.practice("Oak").await).await;
        let only = |section| SectionSet::NONE.with(section).bits();
        let span = Interval::ALWAYS;
        house.world.narrow_grant(robin, guest, span, only(Section::Reports), 0).await;
        let browser = portal.signed_in(guest).await;
        assert_eq!(found(&portal, &browser, robin, "glucose").await, ["PET scan"]);
        let (_, other) = house.world.physician("Haddad", house.world.practice("Ash").await).await;
        house.world.narrow_grant(robin, other, span, only(Section::Results), 0).await;
        let other = portal.signed_in(other).await;
        let answer = search(&portal, &other, robin, "glucose").await;
        assert!(answer.body.contains("not part of what was approved for you") && !answer.body.contains("PET scan"));
    }

    async fn withheld_notes_change_no_list_no_filter_no_count_and_no_search(house: House) {
        let (robin, pcp, partner) = robin(house, &shelf()).await;
        let portal = Portal::of(house);
        for account in [pcp, partner] {
            portal.get(&format!("/charts/{robin}"), &portal.signed_in(account).await).await;
        }
        house.clock.advance(3600);
        let (pcp, partner) = (portal.signed_in(pcp).await, portal.signed_in(partner).await);
        let read = async |browser: &Browser| {
            let mut all = Vec::new();
            for path in ["", "/notes", "/documents", "/search"] {
                all.push(told(&portal.get(&format!("/charts/{robin}{path}"), browser).await, "nothing"));
            }
            for words in ["glucose", "dr.", "hiv", "clinic letter", "zebra"] {
                all.push(told(&search(&portal, browser, robin, words).await, "nothing"));
            }
            all
        };
        let (before, seen) = (read(&partner).await, read(&pcp).await);
        let late = |id: &str, text: &str| note(id, "HIV clinic note", "Dr. Quiet", "2026-03-07T15:00:00Z", text);
        // Each stands in some relation to what everybody reads; the last carries no label and was added to what does.
        let adds = related("appends", "w3");
        load_lines(house, &[
            labelled(with(late("w1", "HIV and glucose"), &related("replaces", "a1"))),
            labelled(with(late("w2", "An addendum on glucose"), &related("appends", "b2"))),
            labelled(late("w3", "HIV zebra")),
            labelled(with(late("w4", "HIV draft"), &unsigned())),
            with(late("w5", "More on the zebra"), &adds),
        ]).await.unwrap();
        let after = read(&partner).await;
        for (n, (before, after)) in before.iter().zip(&after).enumerate() {
            assert!(before == after, "page {n} differs");
        }
        let other = read(&pcp).await;
        assert!(seen.iter().zip(&other).filter(|(a, b)| a != b).count() >= 5, "the test can fail");
        let hits = found(&portal, &pcp, robin, "zebra").await;
        assert_eq!(hits.len(), 2);
    }
}
