//! The record out of a FHIR server that answers rightly: facts at each opening, sections, search, rounds, and what it is told.

use std::sync::atomic::{AtomicI64, Ordering};

use postern::app::App;
use postern::app::access::{self, Asked, Opened};
use postern::app::charts::{self, Part};
use postern::app::feed_sync::{rounds, telling};
use postern::app::patients::{self, Found, Which, my_patients, search};
use postern::app::ports::{Clock, Wanted};
use postern::domain::access::next::NextStep;
use postern::domain::calendar::Instant;
use postern::domain::chart::{AllergyStatement, ChartItem, Section};
use postern::domain::ids::{AccountId, PatientId, PracticeId};
use postern::domain::patient_search::Typed;
use postern::store::{feed_standing, feed_write};
use serde_json::{Value, json};

use crate::feed::patient as patient_resource;
use crate::support::fhir::{self, Double, Fault};
use crate::support::letters::count;
use crate::support::pcp::context;
use crate::support::{House, both_engines};

pub const MRN: &str = "0077001";

pub fn clinician(id: &str, npi: &str) -> Value {
    json!({
        "resourceType": "Practitioner", "id": id, "name": [{"family": id, "given": ["Ada"]}],
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": npi}],
    })
}

pub fn listed_with(whom: &[&str]) -> Value {
    let references: Vec<Value> =
        whom.iter().map(|id| json!({"reference": format!("Practitioner/{id}")})).collect();
    patient_resource("a", MRN, &json!(references))
}

pub fn team(id: &str, member: &str) -> Value {
    json!({
        "resourceType": "CareTeam", "id": id, "status": "active", "subject": {"reference": "Patient/a"},
        "participant": [{"member": {"reference": member}, "role": [{"text": "Surgeon"}]}],
    })
}

pub fn observation(id: &str, value: f64) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/a"},
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin"}]},
        "effectiveDateTime": "2026-03-10T09:00:00-04:00", "valueQuantity": {"value": value, "unit": "g/dL"},
        "performer": [{"reference": "Organization/lab"}],
    })
}

pub fn allergy() -> Value {
    json!({
        "resourceType": "AllergyIntolerance", "id": "all", "patient": {"reference": "Patient/a"},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": "Peanut"},
    })
}

/// A clock that is a millisecond later at each look.
struct Running(AtomicI64);

impl From<Instant> for Running {
    fn from(start: Instant) -> Self {
        Self(AtomicI64::new(start.micros()))
    }
}

impl Clock for Running {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.fetch_add(1000, Ordering::SeqCst))
    }
}

/// Rivera, who is listed, and Haddad, who has a seat, both known to the portal by NPI; the patient is not known at all.
pub struct Scene<'a> {
    pub double: Double,
    pub rivera: AccountId,
    pub haddad: AccountId,
    pub elm: PracticeId,
    pub house: &'a House,
    pub app: App,
}

pub async fn npi_of(house: &House, account: AccountId) -> String {
    let provider = access::viewer(&house.app, account).await.unwrap().unwrap().provider.unwrap();
    let mut tx = house.db().begin().await.unwrap();
    let all = feed_write::providers(&mut tx).await.unwrap();
    all.into_iter().find(|(id, _)| *id == provider).unwrap().1
}

pub async fn scene(house: &House) -> Scene<'_> {
    let (elm, quay) = (house.world.practice("Elm").await, house.world.practice("Quay").await);
    let (_, rivera) = house.world.physician("Rivera", elm).await;
    let (_, haddad) = house.world.physician("Haddad", quay).await;
    let (one, two) = (npi_of(house, rivera).await, npi_of(house, haddad).await);
    let double = Double::of(&[
        listed_with(&["rivera"]),
        clinician("rivera", &one),
        clinician("haddad", &two),
        team("t", "Practitioner/haddad"),
        observation("o1", 11.5),
        observation("o2", 12.5),
        allergy(),
        json!({"resourceType": "Organization", "id": "lab", "name": "Harbor Lab"}),
    ])
    .await;
    let app = fhir::app(house, &double.url);
    Scene { double, rivera, haddad, elm, house, app }
}

pub async fn find(s: &Scene<'_>, account: AccountId) -> Found {
    let viewer = access::viewer(&s.app, account).await.unwrap().unwrap();
    let typed = Typed { mrn: MRN.to_owned(), ..Typed::default() };
    let query = typed.read(time::macros::date!(2026 - 03 - 11)).unwrap();
    search(&s.app, &viewer, &query, &context(s.house)).await.unwrap()
}

pub async fn found(s: &Scene<'_>, account: AccountId) -> PatientId {
    match find(s, account).await {
        Found::Patient(id) => id,
        other => panic!("{other:?}"),
    }
}

pub async fn open(s: &Scene<'_>, account: AccountId, id: PatientId) -> Option<Box<Opened>> {
    let viewer = access::viewer(&s.app, account).await.unwrap().unwrap();
    match access::open(&s.app, &viewer, id, None, &context(s.house)).await.unwrap() {
        Asked::Opened(opened) => Some(opened),
        Asked::Turned(_) => None,
    }
}

pub async fn section(s: &Scene<'_>, opened: &Opened, section: Section) -> Part<Vec<ChartItem>> {
    charts::items(&s.app, &opened.permit, section, Wanted::default()).await.unwrap()
}

fn items(part: Part<Vec<ChartItem>>) -> Vec<ChartItem> {
    match part {
        Part::Here(items) => items,
        other => panic!("{other:?}"),
    }
}

async fn standing(s: &Scene<'_>, id: PatientId) -> feed_standing::FeedStanding {
    feed_standing::of(s.house.db(), id).await.unwrap().unwrap()
}

both_engines! {
    async fn a_patient_whom_the_portal_has_never_met_is_found_by_mrn_and_shown(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let opened = open(&s, s.rivera, id).await.unwrap();
        let results = items(section(&s, &opened, Section::Results).await);
        assert_eq!(results.iter().map(|i| i.number.unwrap()).collect::<Vec<_>>().len(), 2);
        assert!(results.iter().all(|i| i.actor == "Harbor Lab" && i.title == "Hemoglobin"), "{results:?}");
        let around = charts::around(&s.app, &access::viewer(&s.app, s.rivera).await.unwrap().unwrap(),
            &opened.permit, &opened.explanation).await.unwrap();
        let Part::Here(banner) = around.banner else { panic!("{around:?}") };
        assert_eq!((banner.family.as_str(), banner.mrn.as_str()), ("Doe", MRN));
        let lately = charts::lately(&s.app, &opened.permit, None).await.unwrap();
        assert_eq!(lately.allergies, AllergyStatement::Listed(vec!["Peanut".to_owned()]));
        let one = results.first().unwrap();
        let again = charts::item(&s.app, &opened.permit, Section::Results, one.id).await.unwrap().unwrap();
        assert_eq!(again, Part::Here((one.clone(), String::new())));
        assert!(s.double.preferred().iter().all(|p| p == "handling=strict"));
    }

    async fn a_patient_is_found_by_name_and_birth_date_and_a_stranger_is_not_authorized(house: House) {
        let s = scene(house).await;
        let typed = Typed { family: "DOE".into(), given: "ro".into(), month: "3".into(), day: "14".into(), year: "2019".into(), mrn: String::new() };
        let query = typed.read(time::macros::date!(2026 - 03 - 11)).unwrap();
        let (_, stranger) = s.house.world.physician("Stone", s.house.world.practice("Far").await).await;
        for (account, sees) in [(stranger, false), (s.rivera, true)] {
            let viewer = access::viewer(&s.app, account).await.unwrap().unwrap();
            let found = search(&s.app, &viewer, &query, &context(s.house)).await.unwrap();
            assert_eq!(matches!(found, Found::Patient(_)), sees, "{found:?}");
            assert_eq!(matches!(found, Found::NotAuthorized(_)), !sees, "{found:?}");
        }
    }

    async fn an_mrn_that_nobody_has_takes_the_questions_of_one_that_somebody_has(house: House) {
        let s = scene(house).await;
        let viewer = access::viewer(&s.app, s.haddad).await.unwrap().unwrap();
        let typed = Typed { mrn: "4040404".to_owned(), ..Typed::default() };
        let query = typed.read(time::macros::date!(2026 - 03 - 11)).unwrap();
        let found = search(&s.app, &viewer, &query, &context(s.house)).await.unwrap();
        assert!(matches!(found, Found::NotAuthorized(_)));
        let asked = s.double.asked();
        assert!(asked.iter().any(|q| q.starts_with("/fhir/Patient?identifier=")), "{asked:?}");
        assert!(asked.iter().any(|q| q.starts_with("/fhir/CareTeam?patient=")), "{asked:?}");
    }

    async fn a_pcp_changed_at_the_source_moves_access_at_the_next_opening(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        s.double.put(listed_with(&["haddad"]));
        s.double.put(team("t", "Practitioner/nobody"));
        s.house.clock.advance(59);
        assert!(open(&s, s.rivera, id).await.is_some(), "facts of 59 seconds are fresh");
        s.house.clock.advance(1);
        assert!(open(&s, s.rivera, id).await.is_none(), "at 60 seconds they are asked for anew");
        let opened = open(&s, s.haddad, id).await.unwrap();
        assert_eq!(opened.permit.bases(), [postern::domain::access::Basis::Pcp]);
    }

    async fn on_a_clock_that_runs_whom_the_source_dropped_is_refused_in_the_very_request(house: House) {
        let mut s = scene(house).await;
        let id = found(&s, s.rivera).await;
        s.double.put(listed_with(&["haddad"]));
        s.double.put(team("t", "Practitioner/nobody"));
        s.house.clock.advance(60);
        s.app.clock = std::sync::Arc::new(Running::from(s.house.now()));
        assert!(open(&s, s.rivera, id).await.is_none(), "asked a little before the answer came");
        assert!(open(&s, s.haddad, id).await.is_some());
        s.double.put(listed_with(&["rivera"]));
        s.house.clock.advance(60);
        s.app.clock = std::sync::Arc::new(Running::from(s.house.now()));
        assert!(matches!(find(&s, s.haddad).await, Found::NotAuthorized(_)), "and at a search alike");
    }

    async fn a_care_team_that_is_gone_at_the_source_gives_no_seat(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.haddad).await;
        s.double.remove("CareTeam/t");
        s.house.clock.advance(60);
        assert!(open(&s, s.haddad, id).await.is_none());
        assert!(open(&s, s.rivera, id).await.is_some());
        s.double.put(team("t", "Practitioner/haddad"));
        s.house.clock.advance(60);
        assert!(open(&s, s.haddad, id).await.is_some(), "listed anew, seated anew");
    }

    async fn facts_that_say_the_same_make_no_audit_row_and_stay_fresh(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let before = standing(&s, id).await;
        s.house.clock.advance(300);
        let rows = count(s.house, "select count(*) from audit_row where act = 'load_feed'").await;
        open(&s, s.rivera, id).await.unwrap();
        assert_eq!(count(s.house, "select count(*) from audit_row where act = 'load_feed'").await, rows);
        let after = standing(&s, id).await;
        assert_eq!(after.listings_at.unwrap().seconds_since(before.listings_at.unwrap()), 300);
    }

    async fn a_source_that_is_down_leaves_what_it_said_for_24_hours_and_then_nothing(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let said = standing(&s, id).await.listings_at.unwrap();
        let opened = open(&s, s.rivera, id).await.unwrap();
        assert!(matches!(section(&s, &opened, Section::Results).await, Part::Here(_)));
        for kind in ["Patient", "CareTeam", "Observation", "AllergyIntolerance", "metadata"] {
            s.double.fault(kind, Fault::Status(500));
        }
        s.house.clock.set(said.plus_seconds(24 * 3600 - 1));
        let opened = open(&s, s.rivera, id).await.unwrap();
        let Part::Down(Some(seen)) = section(&s, &opened, Section::Results).await else { panic!("an answer") };
        assert!(seen <= said.plus_seconds(1), "when results were last read, though reports still come: {seen:?}");
        s.house.clock.set(said.plus_seconds(24 * 3600));
        assert!(open(&s, s.rivera, id).await.is_none(), "one second too late");
        s.double.heal();
        s.house.clock.advance(60);
        assert!(open(&s, s.rivera, id).await.is_some());
    }

    async fn how_long_an_answer_is_good_for_is_not_told_as_the_end_of_the_access(house: House) {
        let s = scene(house).await;
        let patient = found(&s, s.rivera).await;
        for account in [s.rivera, s.haddad] {
            let viewer = access::viewer(&s.app, account).await.unwrap().unwrap();
            let opened = open(&s, account, patient).await.unwrap();
            assert!(!opened.explanation.reasons.is_empty());
            assert!(opened.explanation.reasons.iter().all(|reason| reason.span.end().is_none()), "{:?}", opened.explanation);
            let wanted = patients::Wanted { which: Which::All, provider: None };
            let mine = my_patients(&s.app, &viewer, wanted, (None, 10), &context(house)).await.unwrap();
            assert_eq!(mine.rows.iter().map(|row| row.next).collect::<Vec<_>>(), [NextStep::Open]);
        }
    }

    async fn a_patient_whom_the_source_no_longer_has_is_nobodys(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        s.double.remove("Patient/a");
        s.house.clock.advance(60);
        assert!(open(&s, s.rivera, id).await.is_none());
        assert!(open(&s, s.haddad, id).await.is_none());
    }

    async fn a_round_takes_in_what_changed_and_finds_everyones_own_patients(house: House) {
        let s = scene(house).await;
        let round = rounds::go(&s.app, rounds::Roster::WhenDue).await.unwrap().unwrap();
        assert!(round.providers >= 2 && round.patients >= 1 && round.odd == 0, "{round:?}");
        let id = match find(&s, s.rivera).await { Found::Patient(id) => id, other => panic!("{other:?}") };
        s.double.put(listed_with(&["haddad"]));
        let again = rounds::go(&s.app, rounds::Roster::WhenDue).await.unwrap().unwrap();
        assert_eq!(again.providers, 0, "not before six hours");
        assert!(open(&s, s.rivera, id).await.is_none(), "taken in without an opening");
        let synced = feed_standing::synced(s.house.db()).await.unwrap().unwrap();
        assert_eq!(synced.synced_at, s.house.now());
        s.house.clock.advance(6 * 3600);
        assert!(rounds::go(&s.app, rounds::Roster::WhenDue).await.unwrap().unwrap().providers >= 2);
    }

    async fn rounds_without_a_gap_keep_facts_good_that_no_chart_asked_for(house: House) {
        let s = scene(house).await;
        rounds::go(&s.app, rounds::Roster::WhenDue).await.unwrap().unwrap();
        let id = found(&s, s.rivera).await;
        for _ in 0..5 {
            s.house.clock.advance(6 * 3600);
            rounds::go(&s.app, rounds::Roster::WhenDue).await.unwrap().unwrap();
        }
        s.double.fault("Patient", Fault::Status(500));
        assert!(open(&s, s.rivera, id).await.is_some(), "30 hours after the chart's own facts");
        assert_eq!(rounds::go(&s.app, rounds::Roster::WhenDue).await.unwrap(), None, "no answer, no round");
        s.house.clock.advance(24 * 3600);
        assert!(open(&s, s.rivera, id).await.is_none());
    }

    async fn a_patient_at_odds_with_the_portal_does_not_stop_the_others(house: House) {
        let s = scene(house).await;
        s.house.world.patient("Somebody", "0099", "1950-01-01").await;
        let mut odd = patient_resource("b", "0099", &json!([{"reference": "Practitioner/rivera"}]));
        odd["birthDate"] = json!("2020-05-05");
        s.double.put(odd);
        let round = rounds::go(&s.app, rounds::Roster::WhenDue).await.unwrap().unwrap();
        assert!(round.odd >= 1, "{round:?}");
        found(&s, s.rivera).await;
    }

    async fn an_older_answer_is_not_taken_in_after_a_newer_one(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let known = postern::app::ports::directory::Asked::Known(vec!["Patient/a".to_owned()]);
        let old = s.app.feed.directory(known).await.unwrap();
        s.double.put(listed_with(&["haddad"]));
        s.house.clock.advance(61);
        assert!(open(&s, s.rivera, id).await.is_none());
        postern::app::feed_load::refresh::apply(&s.app, old).await.unwrap();
        assert!(open(&s, s.rivera, id).await.is_none(), "the late answer changed nothing");
    }

    async fn a_confirmed_listing_is_written_into_the_source_with_its_version_and_p1_holds_at_once(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        hand_over(&s, id, s.rivera, s.haddad).await;
        assert!(open(&s, s.haddad, id).await.is_some(), "before the source knows");
        assert!(telling::waits(&s.app).await.unwrap());
        assert_eq!(telling::tell(&s.app).await.unwrap(), 1);
        let told = s.double.get("Patient/a").unwrap();
        assert_eq!(told["generalPractitioner"], json!([{"reference": "Practitioner/haddad"}]));
        assert!(!telling::waits(&s.app).await.unwrap());
        s.house.clock.advance(120);
        assert!(open(&s, s.haddad, id).await.is_some() && open(&s, s.rivera, id).await.is_none());
    }

    async fn a_source_that_is_down_is_told_later_and_one_that_refuses_waits_for_a_hand(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        hand_over(&s, id, s.rivera, s.haddad).await;
        for fault in [Fault::Status(500), Fault::Status(405)] {
            s.double.fault("Patient", fault);
            assert_eq!(telling::tell(&s.app).await.unwrap(), 0);
            assert!(telling::waits(&s.app).await.unwrap());
        }
        s.double.heal();
        assert_eq!(telling::tell(&s.app).await.unwrap(), 1);
    }
}

/// Ends `from`'s listing and lists `to`, as the access team does when it confirms a request.
async fn hand_over(s: &Scene<'_>, patient: PatientId, from: AccountId, to: AccountId) {
    use postern::store::directory::Source;
    let provider =
        |account| async move { access::viewer(&s.app, account).await.unwrap().unwrap().provider.unwrap() };
    let (from, to, now) = (provider(from).await, provider(to).await, s.house.now());
    let request = s.house.world.request("pcp_change", s.rivera, Some(patient)).await;
    let mut tx = s.house.db().begin().await.unwrap();
    let rows = feed_write::listings(&mut tx, patient).await.unwrap();
    let old = rows.iter().find(|row| row.provider == Some(from)).unwrap();
    feed_write::end_listing(&mut tx, old.id, now).await.unwrap();
    let listing = uuid::Uuid::from_u128(0x11571);
    let row = postern::store::directory::Listing {
        id: listing,
        patient,
        provider: Some(to),
        practice: None,
        span: postern::domain::calendar::Interval::new(Some(now), None),
        source: Source::Team,
    };
    postern::store::directory::insert_listings(&mut tx, &[row]).await.unwrap();
    let notice = uuid::Uuid::from_u128(0x207_1CE);
    postern::store::verification::insert_notice(&mut tx, notice, (request, listing.into()), now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let _: Instant = now;
}

fn document(id: &str, attachment: &Value) -> Value {
    json!({
        "resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": "Patient/a"},
        "type": {"text": "Letter"}, "date": "2026-03-01T10:00:00Z", "content": [{"attachment": attachment}],
    })
}

both_engines! {
    async fn a_document_of_the_server_gives_its_file_from_its_own_binaries_only(house: House) {
        let s = scene(house).await;
        let pdf = data_encoding::BASE64.encode(b"%PDF-1.7 a letter");
        let own = format!("{}/Binary/b1", s.double.url);
        for (id, url) in [("relative", "Binary/b1"), ("absolute", own.as_str()), ("away", "http://127.0.0.1:1/Binary/b1")] {
            s.double.put(document(id, &json!({"contentType": "application/pdf", "url": url})));
        }
        s.double.put(document("inline", &json!({"contentType": "application/pdf", "data": pdf})));
        s.double.put(json!({"resourceType": "Binary", "id": "b1", "contentType": "application/pdf", "data": pdf}));
        let id = found(&s, s.rivera).await;
        let opened = open(&s, s.rivera, id).await.unwrap();
        let documents = items(section(&s, &opened, Section::Documents).await);
        assert_eq!(documents.len(), 4, "{documents:?}");
        let mut given = 0;
        for item in &documents {
            if let Ok(file) = s.app.feed.file(&opened.permit, Section::Documents, item.id).await {
                assert_eq!(file.bytes, b"%PDF-1.7 a letter");
                given += 1;
            }
        }
        assert_eq!(given, 3, "the one that leads away gives nothing");
        assert!(s.app.feed.file(&opened.permit, Section::Notes, documents[0].id).await.is_err(), "of another section");
    }
}
