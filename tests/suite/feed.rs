//! Loading the embedded feed, and what it does to the directory.

use std::path::{Path, PathBuf};

use postern::adapters::feed::fhir::Settings;
use postern::app::feed_load::Summary;
use postern::cli::feed::{FeedLoadError, load_paths};
use postern::domain::calendar::{Instant, Interval};
use postern::domain::ids::PatientId;
use postern::store::feed_write::{self, Standing};
use postern::store::{feed, patients};
use serde_json::{Value, json};

use crate::support::database::fresh_folder;
use crate::support::{House, both_engines};

/// The authored chart of Inés Núñez, MRN 00-77.
pub const INES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/fhir/ines.json");

pub fn settings() -> Settings {
    Settings {
        zone: "America/New_York".parse().unwrap(),
        mrn_system: String::new(),
        practice_system: String::new(),
    }
}

pub async fn load(house: &House, paths: &[&str]) -> Result<Summary, FeedLoadError> {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    load_paths(&house.app, &settings(), &paths, 0, &mut |_| {}).await
}

/// Writes resources as NDJSON and loads them.
pub async fn load_lines(house: &House, resources: &[Value]) -> Result<Summary, FeedLoadError> {
    let lines: Vec<String> = resources.iter().map(Value::to_string).collect();
    // A whole number is written as one: its digits are shown as they come.
    load_text(house, &lines.join("\n").replace(".0,", ",").replace(".0}", "}")).await
}

/// Loads NDJSON as it is written.
pub async fn load_text(house: &House, text: &str) -> Result<Summary, FeedLoadError> {
    let folder = fresh_folder();
    let file = folder.join("feed.ndjson");
    std::fs::write(&file, text).unwrap();
    let outcome = load(house, &[file.to_str().unwrap()]).await;
    std::fs::remove_dir_all(folder).unwrap();
    outcome
}

async fn by_mrn(house: &House, mrn: &str) -> Option<PatientId> {
    let mut tx = house.db().begin().await.unwrap();
    feed_write::by_mrn(&mut tx, mrn).await.unwrap().map(|(id, _)| id)
}

async fn listings(house: &House, patient: PatientId) -> Vec<Standing> {
    let mut tx = house.db().begin().await.unwrap();
    let mut rows = feed_write::listings(&mut tx, patient).await.unwrap();
    rows.sort_by_key(|row| row.span.start());
    rows
}

async fn seats(house: &House, patient: PatientId) -> Vec<Standing> {
    let mut tx = house.db().begin().await.unwrap();
    feed_write::seats(&mut tx, patient).await.unwrap()
}

pub fn patient(id: &str, mrn: &str, pcps: &Value) -> Value {
    json!({
        "resourceType": "Patient", "id": id, "birthDate": "2019-03-14", "gender": "male",
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": mrn}],
        "name": [{"family": "Doe", "given": ["Robin"]}], "generalPractitioner": pcps,
    })
}

fn practitioner(id: &str, npi: &str) -> Value {
    json!({
        "resourceType": "Practitioner", "id": id, "name": [{"family": id, "given": ["Ada"]}],
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": npi}],
    })
}

fn team(status: &str, period: &Value, member: &str) -> Value {
    json!({
        "resourceType": "CareTeam", "id": "t", "status": status, "subject": {"reference": "Patient/a"},
        "period": period, "participant": [{"member": {"reference": member}, "role": [{"text": "Surgeon"}]}],
    })
}

fn pcp(reference: &str) -> Value {
    json!([{ "reference": reference }])
}

/// What a refused load says.
fn told(outcome: Result<Summary, FeedLoadError>) -> String {
    outcome.unwrap_err().to_string()
}

const A: &str = "1234567893";
const B: &str = "1245319599";

both_engines! {
    async fn a_transaction_bundle_makes_a_patient_a_listing_and_a_seat(house: House) {
        let summary = load(house, &[INES]).await.unwrap();
        assert_eq!((summary.patients_added, summary.providers_added), (1, 1));
        assert_eq!((summary.listings_opened, summary.seats_opened), (1, 1));
        assert!(!summary.resources.contains_key("Claim"));
        let ines = by_mrn(house, "0077").await.unwrap();
        let person = feed::person(house.db(), ines).await.unwrap().unwrap();
        assert_eq!((person.family.as_str(), person.given.as_str()), ("Núñez", "Inés María"));
        assert_eq!((person.mrn.as_str(), person.language.as_str()), ("00-77", "Spanish"));
        let listed = listings(house, ines).await;
        assert_eq!(listed[0].span.start(), Instant::EVER);
        // Midnight in New York of the day that the team began.
        let seat = seats(house, ines).await[0];
        assert_eq!(seat.span.start(), "2026-01-10T05:00:00Z".parse().unwrap());
        assert_eq!(seat.provider, listed[0].provider);
        let latest = patients::one_card(house.db(), ines).await.unwrap().unwrap().latest_activity_at;
        assert_eq!(latest, "2026-03-04T14:00:00Z".parse().unwrap(), "the labelled note of March 5 does not count");
    }

    async fn loading_twice_changes_nothing(house: House) {
        load(house, &[INES]).await.unwrap();
        let ines = by_mrn(house, "0077").await.unwrap();
        let (listed, seated) = (listings(house, ines).await, seats(house, ines).await);
        house.clock.advance(3600);
        let again = load(house, &[INES]).await.unwrap();
        assert_eq!((again.patients_added, again.providers_added, again.listings_opened), (0, 0, 0));
        assert_eq!((again.listings_ended, again.seats_opened, again.seats_ended), (0, 0, 0));
        assert_eq!(format!("{listed:?}"), format!("{:?}", listings(house, ines).await));
        assert_eq!(format!("{seated:?}"), format!("{:?}", seats(house, ines).await));
    }

    async fn a_changed_pcp_ends_one_listing_and_opens_another_at_the_load(house: House) {
        let people = [practitioner("A", A), practitioner("B", B)];
        let lines = [people[0].clone(), people[1].clone(), patient("a", "1", &pcp("Practitioner/A"))];
        load_lines(house, &lines).await.unwrap();
        house.clock.advance(86_400);
        // The clinician was loaded before; the reference is resolved all the same.
        let summary = load_lines(house, &[patient("a", "1", &pcp("Practitioner/B"))]).await.unwrap();
        assert_eq!((summary.listings_opened, summary.listings_ended), (1, 1));
        let rows = listings(house, by_mrn(house, "1").await.unwrap()).await;
        assert_eq!((rows[0].span.start(), rows[0].span.end()), (Instant::EVER, Some(house.now())));
        assert_eq!((rows[1].span.start(), rows[1].span.end()), (house.now(), None));
        assert_ne!(rows[0].provider, rows[1].provider);
    }

    async fn an_imported_pcp_whom_the_feed_names_too_and_then_drops_sees_the_chart_no_more(house: House) {
        let robin = house.world.patient("Doe", "1", "2019-03-14").await;
        load_lines(house, &[practitioner("A", A), practitioner("B", B)]).await.unwrap();
        let mut tx = house.db().begin().await.unwrap();
        let all = feed_write::providers(&mut tx).await.unwrap();
        drop(tx);
        let of = |npi: &str| all.iter().find(|(_, known)| known == npi).unwrap().0;
        house.world.listing(robin, Some(of(A)), None, Interval::ALWAYS).await;
        house.world.listing(robin, Some(of(B)), None, Interval::ALWAYS).await;
        let summary = load_lines(house, &[patient("a", "1", &pcp("Practitioner/A"))]).await.unwrap();
        assert_eq!(summary.listings_opened, 0, "not doubled");
        house.clock.advance(60);
        load_lines(house, &[patient("a", "1", &json!([]))]).await.unwrap();
        for row in listings(house, robin).await {
            let end = (row.provider == Some(of(A))).then_some(house.now());
            assert_eq!(row.span.end(), end, "of what was imported only what the feed said too ends");
        }
    }

    async fn a_role_lists_the_clinician_in_the_practice_and_an_organization_the_practice(house: House) {
        let elm = house.world.practice("Elm Street Pediatrics").await;
        let mut tx = house.db().begin().await.unwrap();
        let code = feed_write::practices(&mut tx).await.unwrap().remove(0).1;
        drop(tx);
        let organization = |id: &str, value: &str| json!({
            "resourceType": "Organization", "id": id, "name": id, "identifier": [{"system": "s", "value": value}],
        });
        let role = json!({
            "resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/A"},
            "organization": {"reference": "Organization/elm"},
        });
        let lines = [
            patient("a", "1", &json!([{"reference": "PractitionerRole/r"}, {"reference": "Organization/elm"},
                {"reference": "Organization/far"}])),
            role, organization("elm", &code), organization("far", "no-such-practice"), practitioner("A", A),
        ];
        load_lines(house, &lines).await.unwrap();
        let rows = listings(house, by_mrn(house, "1").await.unwrap()).await;
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.practice == Some(elm)));
        assert_eq!(rows.iter().filter(|row| row.provider.is_some()).count(), 1);
    }

    async fn a_team_that_becomes_inactive_ends_its_seats_at_the_load(house: House) {
        let start = json!({"start": "2026-01-01T00:00:00Z"});
        let lines = [practitioner("A", A), patient("a", "1", &json!([])), team("active", &start, "Practitioner/A")];
        load_lines(house, &lines).await.unwrap();
        let robin = by_mrn(house, "1").await.unwrap();
        assert_eq!(seats(house, robin).await[0].span.end(), None);
        house.clock.advance(60);
        load_lines(house, &[team("inactive", &start, "Practitioner/A")]).await.unwrap();
        let over = house.now();
        assert_eq!(seats(house, robin).await[0].span.end(), Some(over));
        house.clock.advance(60);
        load_lines(house, &[team("inactive", &start, "Practitioner/A")]).await.unwrap();
        assert_eq!(seats(house, robin).await[0].span.end(), Some(over));
    }

    async fn a_death_is_taken_and_taken_back(house: House) {
        let mut dead = patient("a", "1", &json!([]));
        dead["deceasedDateTime"] = json!("2026-03-01");
        load_lines(house, &[dead]).await.unwrap();
        let robin = by_mrn(house, "1").await.unwrap();
        let died = async || feed::person(house.db(), robin).await.unwrap().unwrap().deceased_on;
        assert_eq!(died().await, Some(time::macros::date!(2026 - 03 - 01)));
        load_lines(house, &[patient("a", "1", &json!([]))]).await.unwrap();
        assert_eq!(died().await, None);
    }

    async fn a_patient_with_another_number_keeps_the_old_one_as_former(house: House) {
        load_lines(house, &[patient("a", "1", &json!([]))]).await.unwrap();
        load_lines(house, &[patient("a", "2", &json!([]))]).await.unwrap();
        assert_eq!(by_mrn(house, "1").await, by_mrn(house, "2").await);
        let mut tx = house.db().begin().await.unwrap();
        assert!(feed_write::by_mrn(&mut tx, "1").await.unwrap().unwrap().1);
    }

    async fn every_bad_resource_is_told_and_nothing_is_loaded(house: House) {
        let observation = |id: &str, subject: &str| json!({
            "resourceType": "Observation", "id": id, "subject": {"reference": subject}, "code": {"text": "x"},
        });
        let mut feb = patient("b", "2", &json!([]));
        feb["birthDate"] = json!("2019-02-31");
        let lines = [observation("1", "Patient/a"), patient("a", "1", &json!([])), feb, json!({"id": "x"}),
            observation("2", "Patient/nobody")];
        let text = told(load_lines(house, &lines).await);
        assert!(text.starts_with("nothing was loaded; 3 resources or files cannot be loaded:"), "{text}");
        for part in [
            "line 3 (Patient/b): birthDate is `2019-02-31`, and there is no such date; correct the resource",
            "line 4: resourceType is missing",
            "line 5: its patient Patient/nobody is neither in these files nor loaded before; add the file that holds",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert_eq!(by_mrn(house, "1").await, None);
    }

    async fn two_patients_with_one_number_are_refused(house: House) {
        let mut other = patient("b", "00-1", &json!([]));
        other["birthDate"] = json!("2001-01-01");
        let text = told(load_lines(house, &[patient("a", "001", &json!([])), other]).await);
        assert!(text.contains("(Patient/b): its MRN 00-1 is also that of Patient/a"), "{text}");
        assert_eq!(by_mrn(house, "001").await, None);
    }

    async fn at_most_a_thousand_bad_resources_are_listed_and_all_are_counted(house: House) {
        let lines: Vec<Value> = (0..1500).map(|n| json!({"id": n.to_string()})).collect();
        let text = told(load_lines(house, &lines).await);
        assert!(text.contains("1500 resources or files cannot be loaded, of which the first 1000 are"), "{text}");
        assert_eq!(text.lines().count(), 1001);
    }

    async fn the_demo_hospital_loads_and_its_dates_move_by_whole_days(house: House) {
        let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/hospital.ndjson.gz");
        let summary = load_paths(&house.app, &settings(), &[charts], 7, &mut |_| {}).await.unwrap();
        assert!(summary.patients_added >= 60);
        let abshire = by_mrn(house, "4710362").await.unwrap();
        let person = feed::person(house.db(), abshire).await.unwrap().unwrap();
        assert_eq!(person.birth_date, time::macros::date!(2025 - 11 - 10));
    }
}
