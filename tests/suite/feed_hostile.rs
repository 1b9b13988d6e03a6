//! A FHIR server that lies, stalls or breaks: nothing of another patient is shown, no list looks empty that is not, nobody gets in by
//! half an answer, and no secret goes where it should not (F11 to F13, B29, B30, R34).

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use postern::adapters::feed::remote::{Backend, BackendSettings, Credentials, SourceSettings};
use postern::app::App;
use postern::app::charts::Part;
use postern::app::ports::directory::Asked;
use postern::domain::calendar::Interval;
use postern::domain::chart::Section;
use postern::domain::ids::PatientId;
use ring::signature::{
    ECDSA_P384_SHA384_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::feed_remote::{
    MRN, Scene, allergy, clinician, find, found, listed_with, npi_of, observation, open, scene, section, team,
};
use crate::support::both_engines;
use crate::support::fhir::{self, Double, Fault};

/// A label that is out of the reach of staff.
fn hiv() -> Value {
    serde_json::json!({"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]})
}

async fn state(s: &Scene<'_>, id: PatientId, of: Section) -> String {
    let opened = open(s, s.rivera, id).await.unwrap();
    match section(s, &opened, of).await {
        Part::Here(items) => format!("{} items", items.len()),
        Part::Down(_) => "down".to_owned(),
        other => format!("{other:?}"),
    }
}

/// What is asked of the source for results that all come from one laboratory, which is named.
async fn asked_for_names(s: &Scene<'_>) -> Vec<String> {
    let id = found(s, s.rivera).await;
    let opened = open(s, s.rivera, id).await.unwrap();
    s.double.asked();
    let Part::Here(items) = section(s, &opened, Section::Results).await else { panic!("no results") };
    assert!(items.len() == 2 && items.iter().all(|item| item.actor == "Harbor Lab"), "{items:?}");
    s.double.asked()
}

both_engines! {
    async fn f12_what_is_not_fhir_is_not_available_and_never_an_empty_list(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        assert_eq!(state(&s, id, Section::Results).await, "2 items");
        let bad = [
            Fault::Html, Fault::Deep, Fault::Status(500), Fault::Status(400), Fault::Status(404), Fault::WrongPatient,
            Fault::NextElsewhere, Fault::Endless, Fault::Redirect, Fault::Huge,
        ];
        for fault in bad {
            s.double.fault("Observation", fault.clone());
            assert_eq!(state(&s, id, Section::Results).await, "down", "{fault:?}");
            assert_eq!(state(&s, id, Section::Allergies).await, "1 items", "one section fails alone: {fault:?}");
            s.double.heal();
            s.house.clock.advance(60);
            assert_eq!(state(&s, id, Section::Results).await, "2 items", "after {fault:?}");
        }
    }

    async fn f12_another_patients_result_in_the_bundle_is_never_shown(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let mut other = observation("foreign", 99.0);
        other["subject"]["reference"] = "Patient/b".into();
        s.double.put(other);
        assert_eq!(state(&s, id, Section::Results).await, "2 items", "a server that searches rightly");
        s.double.fault("Observation", Fault::Lenient);
        assert_eq!(state(&s, id, Section::Results).await, "down", "one that answers with everybody's");
    }

    async fn f13_a_second_page_that_fails_is_no_answer(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        s.double.page(1);
        assert_eq!(state(&s, id, Section::Results).await, "2 items", "page by page");
        s.double.fault("Observation", Fault::SecondPageFails);
        assert_eq!(state(&s, id, Section::Results).await, "down");
    }

    async fn f13_half_a_care_team_permits_nobody_and_the_pcp_still_opens(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.haddad).await;
        s.double.put(team("u", "Practitioner/rivera"));
        s.double.page(1);
        for fault in [Fault::SecondPageFails, Fault::WrongPatient, Fault::Lenient, Fault::Status(400), Fault::Html] {
            if fault == Fault::Lenient {
                let mut others = team("of-another", "Practitioner/haddad");
                others["subject"]["reference"] = "Patient/b".into();
                s.double.put(others);
            }
            s.double.fault("CareTeam", fault.clone());
            s.house.clock.advance(60);
            assert!(open(&s, s.haddad, id).await.is_none(), "{fault:?}");
            assert!(open(&s, s.rivera, id).await.is_some(), "{fault:?}");
            s.double.heal();
            s.house.clock.advance(60);
            assert!(open(&s, s.haddad, id).await.is_some(), "after {fault:?}");
        }
    }

    async fn a_resource_that_cannot_be_read_is_a_line_that_says_so(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let mut broken = observation("o3", 1.0);
        broken["effectiveDateTime"] = "yesterday".into();
        s.double.put(broken);
        assert_eq!(state(&s, id, Section::Results).await, "3 items");
        let report = serde_json::json!({"resourceType": "DiagnosticReport", "id": "r", "status": "final",
            "subject": {"reference": "Patient/a"}, "result": "not a list"});
        s.double.put(report);
        assert_eq!(state(&s, id, Section::Results).await, "down", "its labels could be those of any value");
        s.double.remove("DiagnosticReport/r");
        assert_eq!(state(&s, id, Section::Results).await, "3 items");
        let mut group = observation("g", 1.0);
        group["hasMember"] = serde_json::json!([{"reference": "Observation/o1"}]);
        group["valueQuantity"] = "many".into();
        group["meta"] = hiv();
        s.double.put(group);
        assert_eq!(state(&s, id, Section::Results).await, "down", "its members would be shown without its labels");
    }

    async fn what_cannot_be_read_is_as_sensitive_as_what_it_belongs_to(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let nurse = s.house.world.sponsored_account().await;
        s.house.world.sponsorship(s.rivera, nurse, s.elm, Interval::ALWAYS).await;
        let count = async || {
            let opened = open(&s, nurse, id).await.unwrap();
            let mut lines = 0;
            for of in [Section::Results, Section::Reports, Section::Notes, Section::Documents] {
                let Part::Here(items) = section(&s, &opened, of).await else { panic!("{of:?}") };
                lines += items.len();
            }
            lines
        };
        let before = count().await;
        let mut broken = observation("o3", 1.0);
        broken["effectiveDateTime"] = "yesterday".into();
        s.double.put(broken);
        s.double.put(serde_json::json!({"resourceType": "DiagnosticReport", "id": "r", "status": "final",
            "meta": hiv(), "subject": {"reference": "Patient/a"}, "code": {"text": "Viral load"},
            "effectiveDateTime": "2026-03-10", "result": [{"reference": "Observation/o3"}]}));
        assert_eq!(count().await, before, "a value of a sensitive report");
        let note = |id: &str| serde_json::json!({"resourceType": "DocumentReference", "id": id, "status": "current",
            "subject": {"reference": "Patient/a"}, "type": {"text": "Progress note"}, "date": "2026-03-10T09:00:00Z",
            "content": [{"attachment": {"contentType": "text/plain", "data": "TmV3"}}]});
        let mut first = note("d1");
        first["meta"] = hiv();
        first["type"] = "no concept".into();
        let mut addendum = note("d2");
        addendum["relatesTo"] = serde_json::json!([{"code": "appends", "target": {"reference": "DocumentReference/d1"}}]);
        s.double.put(first);
        s.double.put(addendum);
        assert_eq!(count().await, before, "a note that cannot be read, and what was added to it");
    }

    async fn references_that_lead_nowhere_leave_a_name_out_and_the_line_in(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        s.double.remove("Organization/lab");
        assert_eq!(state(&s, id, Section::Results).await, "2 items");
        s.double.fault("Organization", Fault::Status(500));
        assert_eq!(state(&s, id, Section::Results).await, "2 items");
    }

    async fn a_busy_server_is_waited_for_once(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        s.double.fault("Observation", Fault::BusyOnce);
        assert_eq!(state(&s, id, Section::Results).await, "2 items");
    }

    async fn a_server_that_asks_for_patience_is_left_alone_as_long_as_it_asks(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let opened = open(&s, s.rivera, id).await.unwrap();
        for (asked, left_alone) in [(45, 45), (3600, 300)] {
            s.double.fault("Condition", Fault::Busy(asked));
            assert!(matches!(section(&s, &opened, Section::Problems).await, Part::Down(_)), "{asked}");
            s.double.heal();
            s.double.asked();
            s.house.clock.advance(left_alone - 1);
            assert!(matches!(section(&s, &opened, Section::Problems).await, Part::Down(_)), "{asked}");
            assert_eq!(s.double.asked(), Vec::<String>::new(), "nobody was asked");
            s.house.clock.advance(1);
            assert!(matches!(section(&s, &opened, Section::Problems).await, Part::Here(_)), "{asked}");
        }
    }

    async fn an_answer_that_never_comes_or_stops_half_way_is_not_available_after_the_time_limit(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let limit = Duration::from_millis(300);
        let settings = SourceSettings { time_limit: limit, ..fhir::settings(&s.double.url, Credentials::None) };
        let s = Scene { app: App { feed: Arc::new(fhir::feed(house, settings)), ..s.app.clone() }, ..s };
        for fault in [Fault::Never, Fault::Half] {
            s.double.fault("Observation", fault.clone());
            assert_eq!(state(&s, id, Section::Results).await, "down", "{fault:?}");
            assert_eq!(state(&s, id, Section::Allergies).await, "1 items", "{fault:?}");
            s.double.heal();
            s.house.clock.advance(60);
            assert_eq!(state(&s, id, Section::Results).await, "2 items", "after {fault:?}");
        }
    }

    async fn at_most_eight_questions_are_under_way_at_once(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let opened = open(&s, s.rivera, id).await.unwrap();
        let kinds = [
            "Observation", "DiagnosticReport", "ImagingStudy", "DocumentReference", "Condition", "MedicationRequest",
            "AllergyIntolerance", "Immunization", "Encounter", "Procedure", "Appointment", "ServiceRequest", "CareTeam",
        ];
        for kind in kinds {
            s.double.fault(kind, Fault::Held);
        }
        let all = futures::future::join_all(Section::ALL.iter().map(|of| section(&s, &opened, *of)));
        let let_go = async {
            while s.double.most_under_way() < 8 {
                tokio::task::yield_now().await;
            }
            for _ in 0..1000 {
                tokio::task::yield_now().await;
            }
            s.double.release();
        };
        let (parts, ()) = tokio::join!(all, let_go);
        assert!(parts.iter().all(|part| matches!(part, Part::Here(_))), "{parts:?}");
        assert_eq!(s.double.most_under_way(), 8, "more were asked for, and waited");
    }

    async fn who_measured_comes_along_where_the_server_offers_that(house: House) {
        let s = scene(house).await;
        s.double.offer("Observation:performer");
        let asked = asked_for_names(&s).await;
        assert!(asked.iter().any(|one| one.contains("_include=Observation%3Aperformer")), "{asked:?}");
        assert!(!asked.iter().any(|one| one.starts_with("/fhir/Organization")), "{asked:?}");
    }

    async fn who_measured_is_asked_for_in_one_batch_where_the_server_lets_nothing_come_along(house: House) {
        let s = scene(house).await;
        let asked = asked_for_names(&s).await;
        assert!(!asked.iter().any(|one| one.contains("_include")), "{asked:?}");
        assert_eq!(asked.iter().filter(|one| one.starts_with("/fhir/Organization")).count(), 1, "{asked:?}");
    }

    async fn f11_five_failures_leave_the_server_alone_until_one_request_tries_again(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let opened = open(&s, s.rivera, id).await.unwrap();
        assert!(matches!(section(&s, &opened, Section::Results).await, Part::Here(_)));
        for kind in ["Observation", "DiagnosticReport", "ImagingStudy", "Condition"] {
            s.double.fault(kind, Fault::Status(500));
        }
        for _ in 0..5 {
            assert!(matches!(section(&s, &opened, Section::Problems).await, Part::Down(_)));
        }
        s.double.asked();
        assert!(matches!(section(&s, &opened, Section::Results).await, Part::Down(Some(_))));
        assert_eq!(s.double.asked(), Vec::<String>::new(), "nobody was asked");
        s.double.heal();
        s.house.clock.advance(30);
        assert!(matches!(section(&s, &opened, Section::Problems).await, Part::Here(_)));
    }

    async fn nothing_of_a_section_is_kept_for_whoever_asks_later(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let opened = open(&s, s.rivera, id).await.unwrap();
        for _ in 0..2 {
            s.double.asked();
            assert!(matches!(section(&s, &opened, Section::Results).await, Part::Here(items) if items.len() == 2));
            let asked = s.double.asked();
            assert_eq!(asked.iter().filter(|q| q.starts_with("/fhir/Observation")).count(), 1, "{asked:?}");
        }
    }

    async fn another_persons_record_under_the_asked_id_is_refused(house: House) {
        let s = scene(house).await;
        let id = found(&s, s.rivera).await;
        let known = Asked::Known(vec!["Patient/b".to_owned()]);
        let mut other = listed_with(&["rivera"]);
        other["id"] = "other".into();
        s.double.put(other);
        let told = s.app.feed.directory(known).await.unwrap();
        assert_eq!(told.gone, ["Patient/b"]);
        assert!(open(&s, s.rivera, id).await.is_some());
    }
}

/// A token endpoint that checks assertions as SMART asks for.
#[derive(Default)]
struct Endpoint {
    key: Mutex<Vec<u8>>,
    seen: Mutex<HashSet<String>>,
    count: Mutex<u32>,
}

async fn token_endpoint(endpoint: Arc<Endpoint>) -> String {
    async fn issue(
        State((endpoint, here)): State<(Arc<Endpoint>, String)>,
        body: Bytes,
    ) -> axum::response::Response {
        use axum::response::IntoResponse;
        let form: Vec<(String, String)> = serde_html_form::from_bytes(&body).unwrap();
        let field = |name: &str| form.iter().find(|(k, _)| k == name).unwrap().1.clone();
        assert_eq!(field("grant_type"), "client_credentials");
        assert_eq!(field("client_assertion_type"), "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        assert_eq!(field("scope"), "system/*.rs");
        let assertion = field("client_assertion");
        let (signed, signature) = assertion.rsplit_once('.').unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, endpoint.key.lock().unwrap().clone());
        key.verify(signed.as_bytes(), &BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap()).unwrap();
        let part = |text: &str| -> Value {
            serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
        };
        let (head, claims) = signed.split_once('.').unwrap();
        let (head, claims) = (part(head), part(claims));
        assert_eq!(
            (head["alg"].as_str(), head["kid"].as_str(), head["typ"].as_str()),
            (Some("ES384"), Some("k1"), Some("JWT"))
        );
        assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some("postern"), Some("postern")));
        assert_eq!(claims["aud"].as_str().unwrap(), format!("{here}/token"));
        let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert!((1..=300).contains(&life), "{life}");
        assert!(
            endpoint.seen.lock().unwrap().insert(claims["jti"].as_str().unwrap().to_owned()),
            "a jti used twice"
        );
        let mut count = endpoint.count.lock().unwrap();
        *count += 1;
        let body = format!(r#"{{"access_token":"token-{count}","token_type":"bearer","expires_in":300}}"#);
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/token", post(issue))
        .route("/health", get(|| async { "up" }))
        .with_state((endpoint, url.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

both_engines! {
    async fn r34_asvs_v10_4_a_signed_assertion_is_exchanged_for_a_token_kept_until_it_expires(house: House) {
        let elm = house.world.practice("Elm").await;
        let (_, rivera) = house.world.physician("Rivera", elm).await;
        let npi = npi_of(house, rivera).await;
        let double = Double::of(&[listed_with(&["rivera"]), clinician("rivera", &npi), observation("o1", 1.0), allergy()]).await;
        let endpoint = Arc::new(Endpoint::default());
        let url = token_endpoint(Arc::clone(&endpoint)).await;
        let chance = ring::rand::SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &chance).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, document.as_ref(), &chance).unwrap();
        *endpoint.key.lock().unwrap() = pair.public_key().as_ref().to_vec();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", data_encoding::BASE64.encode(document.as_ref()));
        let settings = BackendSettings { client_id: "postern".into(), key_id: "k1".into(), scope: "system/*.rs".into(), token_url: format!("{url}/token") };
        let backend = Backend::new(settings, &pem, Arc::clone(&house.app.entropy)).unwrap();
        let feed = fhir::source(house, &double.url, Credentials::Backend(Box::new(backend)));
        double.accept(&["token-1"]);
        let app = App { feed: Arc::new(feed), ..house.app.clone() };
        let s = Scene { double, rivera, haddad: rivera, elm, house, app };
        let id = found(&s, rivera).await;
        open(&s, rivera, id).await.unwrap();
        assert_eq!(*endpoint.count.lock().unwrap(), 1, "one token for all questions");
        s.double.accept(&["token-2"]);
        s.house.clock.advance(200);
        open(&s, rivera, id).await.unwrap();
        assert_eq!(*endpoint.count.lock().unwrap(), 2, "a token refused early is renewed once");
        s.double.accept(&["token-3"]);
        s.house.clock.advance(270);
        open(&s, rivera, id).await.unwrap();
        assert_eq!(*endpoint.count.lock().unwrap(), 3, "not used in its last half minute");
        s.double.accept(&["never"]);
        s.house.clock.advance(60);
        assert!(matches!(find(&s, rivera).await, postern::app::patients::Found::Patient(_)), "what is known decides");
        assert_eq!(MRN, "0077001");
    }
}
