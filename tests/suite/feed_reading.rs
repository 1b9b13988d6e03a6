//! Reading the embedded record through a permit: reach, pages, trends, the banner, merged records.

use postern::adapters::feed::embedded::EmbeddedFeed;
use postern::app::access::{self, Asked, Context};
use postern::app::permit::Permit;
use postern::app::ports::{Clock, Feed, FeedError, Wanted};
use postern::domain::calendar::Interval;
use postern::domain::chart::{AllergyStatement, Section};
use postern::domain::ids::{AccountId, Mrn, PatientId};
use postern::store::patients;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::feed::{INES, load, load_lines, patient};
use crate::support::{House, both_engines};

fn record(house: &House) -> EmbeddedFeed {
    EmbeddedFeed::new(house.db().clone(), Arc::clone(&house.app.clock) as Arc<dyn Clock>)
}

pub async fn permit(house: &House, account: AccountId, patient: PatientId) -> Permit {
    let viewer = access::viewer(&house.app, account).await.unwrap().unwrap();
    let context = Context { now: house.now(), request_id: String::new(), network: String::new() };
    match access::open(&house.app, &viewer, patient, None, &context).await.unwrap() {
        Asked::Opened(opened) => opened.permit,
        Asked::Turned(turned) => panic!("{turned:?}"),
    }
}

/// Inés's chart loaded, her PCP and the PCP's partner.
async fn ines(house: &House) -> (PatientId, AccountId, AccountId) {
    load(house, &[INES]).await.unwrap();
    let ines = find(house, "0077").await;
    let elm = house.world.practice("Elm Street Pediatrics").await;
    let (pcp, pcp_account) = house.world.physician("Rivera", elm).await;
    let (_, partner) = house.world.physician("Castellan", elm).await;
    house.world.listing(ines, Some(pcp), Some(elm), Interval::ALWAYS).await;
    (ines, pcp_account, partner)
}

async fn find(house: &House, mrn: &str) -> PatientId {
    patients::by_mrn(house.db(), &Mrn::parse(mrn).unwrap(), house.now()).await.unwrap().unwrap()
}

fn hemoglobin(n: u32, subject: &str) -> Value {
    json!({
        "resourceType": "Observation", "id": format!("h{n}-{}", subject.len()), "status": "final",
        "subject": {"reference": subject}, "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "effectiveDateTime": format!("2026-02-{:02}T10:00:00Z", n % 28 + 1), "valueInteger": n,
    })
}

both_engines! {
    async fn the_pcp_reads_the_labelled_note_and_a_partner_does_not_know_of_it(house: House) {
        let (ines, pcp, partner) = ines(house).await;
        let feed = record(house);
        let (pcp, partner) = (permit(house, pcp, ines).await, permit(house, partner, ines).await);
        let notes = feed.items(&pcp, Section::Notes, Wanted::default()).await.unwrap();
        assert_eq!(notes.iter().map(|n| n.title.as_str()).collect::<Vec<_>>(), ["Consult note", "Emergency note"]);
        let seen = feed.items(&partner, Section::Notes, Wanted::default()).await.unwrap();
        assert_eq!(seen.iter().map(|n| n.title.as_str()).collect::<Vec<_>>(), ["Emergency note"]);
        assert_eq!(feed.count(&pcp, Section::Notes).await.unwrap(), 2);
        assert_eq!(feed.count(&partner, Section::Notes).await.unwrap(), 1);
        let (_, body) = feed.item(&pcp, Section::Notes, notes[0].id).await.unwrap();
        assert_eq!(body, "Talked about school.");
        assert!(matches!(feed.item(&partner, Section::Notes, notes[0].id).await, Err(FeedError::Gone)));
    }

    async fn a_grant_of_one_section_shows_nothing_of_another(house: House) {
        let (ines, _, _) = ines(house).await;
        let outsider = house.world.provider_account(house.world.provider("Solberg").await).await;
        let notes = 1 << (Section::Notes as i64);
        house.world.narrow_grant(ines, outsider, Interval::ALWAYS, notes, 0).await;
        let permit = permit(house, outsider, ines).await;
        let feed = record(house);
        assert_eq!(feed.count(&permit, Section::Notes).await.unwrap(), 1);
        assert_eq!(feed.count(&permit, Section::Results).await.unwrap(), 0);
        assert!(feed.items(&permit, Section::Results, Wanted::default()).await.unwrap().is_empty());
        // Allergies are never withheld.
        assert_eq!(feed.count(&permit, Section::Allergies).await.unwrap(), 1);
    }

    async fn a_result_reads_with_panel_range_flag_and_performer(house: House) {
        let (ines, pcp, _) = ines(house).await;
        let permit = permit(house, pcp, ines).await;
        let results = record(house).items(&permit, Section::Results, Wanted::default()).await.unwrap();
        let result = &results[0];
        assert_eq!((result.title.as_str(), result.category.as_str()), ("Hemoglobin", "Complete blood count"));
        assert_eq!((result.number, result.low, result.high), (Some(9.8), Some(11.5), Some(15.5)));
        assert_eq!((result.flag.word(), result.actor.as_str()), ("low", "Grace Davis"));
    }

    async fn a_blood_pressure_counts_once_and_its_parts_are_found_by_code(house: House) {
        let (ines, pcp, _) = ines(house).await;
        let permit = permit(house, pcp, ines).await;
        let feed = record(house);
        assert_eq!(feed.count(&permit, Section::Vitals).await.unwrap(), 1);
        let vitals = feed.items(&permit, Section::Vitals, Wanted::default()).await.unwrap();
        assert_eq!(vitals[0].text, "101/64");
        let wanted = Wanted { code: Some("http://loinc.org|8480-6".into()), ..Wanted::default() };
        let systolic = feed.items(&permit, Section::Vitals, wanted).await.unwrap();
        assert_eq!(systolic[0].number, Some(101.0));
    }

    async fn pages_follow_one_another_without_gap_or_repeat(house: House) {
        let mut lines: Vec<Value> = (0..57).map(|n| hemoglobin(n, "Patient/a")).collect();
        lines.push(patient("a", "1", &json!([])));
        load_lines(house, &lines).await.unwrap();
        let robin = find(house, "1").await;
        let (pcp, account) = house.world.physician("Rivera", house.world.practice("Elm").await).await;
        house.world.listing(robin, Some(pcp), None, Interval::ALWAYS).await;
        let permit = permit(house, account, robin).await;
        let feed = record(house);
        for (code, category) in [(None, None), (Some("http://loinc.org|718-7"), None), (None, Some(""))] {
            let (mut seen, mut before) = (Vec::new(), None);
            loop {
                let wanted = Wanted {
                    limit: 10, before, code: code.map(str::to_owned), category: category.map(str::to_owned), critical: false,
                };
                let page = feed.items(&permit, Section::Results, wanted).await.unwrap();
                let Some(last) = page.last() else { break };
                before = Some((last.at.unwrap(), last.id));
                seen.extend(page.iter().map(|item| (item.at.unwrap(), item.id)));
            }
            assert_eq!(seen.len(), 57);
            assert!(seen.is_sorted_by(|a, b| a > b), "newest first, each once");
        }
    }

    async fn the_banner_names_allergies_only_as_the_source_does(house: House) {
        let allergy = |id: &str, code: &str| json!({
            "resourceType": "AllergyIntolerance", "id": id, "patient": {"reference": format!("Patient/{id}")},
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": code}], "text": format!("code {code}")},
        });
        let mut past = allergy("past", "1");
        past["clinicalStatus"]["coding"][0]["code"] = json!("resolved");
        let people = ["some", "none", "past", "silent"];
        let mut lines: Vec<Value> = people.iter().map(|id| patient(id, &format!("9{id}"), &json!([]))).collect();
        lines.extend([allergy("some", "91935009"), allergy("none", "716186003"), past]);
        load_lines(house, &lines).await.unwrap();
        let elm = house.world.practice("Elm Street Pediatrics").await;
        let (pcp, account) = house.world.physician("Rivera", elm).await;
        for (id, wanted) in [
            ("some", AllergyStatement::Listed(vec!["code 91935009".into()])),
            ("none", AllergyStatement::NoneKnown),
            ("past", AllergyStatement::NotRecorded),
            ("silent", AllergyStatement::NotRecorded),
        ] {
            let robin = find(house, &format!("9{id}")).await;
            house.world.listing(robin, Some(pcp), Some(elm), Interval::ALWAYS).await;
            let permit = permit(house, account, robin).await;
            let banner = record(house).banner(&permit).await.unwrap();
            let lately = postern::app::charts::lately(&house.app, &permit, None).await.unwrap();
            assert_eq!(lately.allergies, wanted, "{id}");
            assert_eq!(banner.pcps, ["Ada Rivera, Elm Street Pediatrics"]);
        }
    }

    async fn a_merged_record_is_read_with_the_survivor_and_pages_across_both(house: House) {
        let mut lines: Vec<Value> = (0..6).map(|n| hemoglobin(n, "Patient/a")).collect();
        lines.extend((0..6).map(|n| hemoglobin(n, "Patient/old")));
        lines.extend([patient("a", "1", &json!([])), patient("old", "2", &json!([]))]);
        load_lines(house, &lines).await.unwrap();
        let (robin, old) = (find(house, "1").await, find(house, "2").await);
        let (pcp, account) = house.world.physician("Rivera", house.world.practice("Elm").await).await;
        house.world.listing(robin, Some(pcp), None, Interval::ALWAYS).await;
        let permit = permit(house, account, robin).await;
        let feed = record(house);
        assert_eq!(feed.count(&permit, Section::Results).await.unwrap(), 6);
        let span = Interval::new(Some(house.now()), None);
        house.world.merge(old, robin, span).await;
        assert_eq!(feed.count(&permit, Section::Results).await.unwrap(), 12);
        let page = Wanted { limit: 5, ..Wanted::default() };
        let page = feed.items(&permit, Section::Results, page).await.unwrap();
        assert_eq!(page.len(), 5);
        assert!(page.is_sorted_by(|a, b| (a.at, a.id) > (b.at, b.id)));
        let own = page.iter().filter(|item| item.number.is_some()).count();
        assert_eq!(own, 5);
    }
}
