//! Resources as lines of the record: what a page reads for each kind.

use serde_json::{Value, json};

use super::*;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{COMPONENT, Flag, NONE_KNOWN};
use crate::domain::feed::{Person, Pointer};

fn settings() -> Settings {
    Settings {
        zone: "America/New_York".parse().unwrap(),
        mrn_system: String::new(),
        practice_system: String::new(),
    }
}

fn mapped_with(refs: &References, value: &Value) -> Found<Option<Resource>> {
    let kind = value["resourceType"].as_str().unwrap();
    let key = format!("{kind}/{}", value["id"].as_str().unwrap_or("x"));
    map(Source { kind, key: &key, full_url: None, node: Node::of(value) }, refs, &settings())
}

fn mapped(value: &Value) -> Resource {
    mapped_with(&References::default(), value).unwrap().unwrap()
}

/// The lines of a resource of patient `p`.
pub(super) fn lines(mut value: Value) -> Lines {
    for field in ["subject", "patient"] {
        value[field] = json!({"reference": "Patient/p"});
    }
    mapped(&value).items
}

pub(super) fn line(value: Value) -> ChartItem {
    let mut lines = lines(value);
    assert_eq!(lines.len(), 1);
    lines.remove(0).0
}

fn bad(value: &Value) -> String {
    mapped_with(&References::default(), value).unwrap_err().0
}

pub(super) fn code(system: &str, code: &str, text: &str) -> Value {
    json!({"coding": [{"system": system, "code": code, "display": text}]})
}

fn category(code: &str) -> Value {
    json!([{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": code}]}])
}

fn person(value: &Value) -> Person {
    match mapped(value).facts {
        Facts::Patient(person) => *person,
        other => panic!("{other:?}"),
    }
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "2019-03-14",
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "00-123"}],
        "name": [{"use": "old", "family": "Old"}, {"use": "official", "family": "Doe", "given": ["Robin", "A"]}],
        "generalPractitioner": [{"reference": "PractitionerRole/r"}, {"reference": "urn:uuid:later"},
            {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}}],
    })
}

#[test]
fn a_laboratory_value_has_number_range_flag_and_collection_time() {
    let item = line(json!({
        "resourceType": "Observation", "status": "final", "category": category("laboratory"),
        "code": code("http://loinc.org", "718-7", "Hemoglobin"), "effectiveDateTime": "2026-01-05T08:15:00-05:00",
        "issued": "2026-01-05T12:00:00-05:00",
        "valueQuantity": {"value": 9.8, "unit": "g/dL", "comparator": "<"},
        "referenceRange": [{"low": {"value": 12.0}, "high": {"value": 15.5}}],
        "interpretation": [code("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "LL", "Low")],
    }));
    assert_eq!(item.section, Section::Results);
    assert_eq!((item.number, item.comparator.as_str(), item.unit.as_str()), (Some(9.8), "<", "g/dL"));
    assert_eq!((item.low, item.high, item.flag), (Some(12.0), Some(15.5), Flag::CriticalLow));
    assert_eq!(item.at, Some("2026-01-05T13:15:00Z".parse().unwrap()));
    assert!(!item.date_only);
    assert_eq!(item.code, "http://loinc.org|718-7");
}

#[test]
fn values_that_are_no_numbers_are_words() {
    let of = |value: Value| {
        let mut whole = json!({"resourceType": "Observation", "code": {"text": "x"}});
        whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        line(whole).text
    };
    assert_eq!(of(json!({"valueCodeableConcept": {"text": "Positive"}})), "Positive");
    assert_eq!(of(json!({"valueString": "No growth"})), "No growth");
    assert_eq!(of(json!({"valueBoolean": false})), "No");
    assert_eq!(
        of(json!({"valueRange": {"low": {"value": 2}, "high": {"value": 5, "unit": "/HPF"}}})),
        "2–5 /HPF"
    );
    assert_eq!(of(json!({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 40}}})), "1:40");
    assert_eq!(of(json!({"dataAbsentReason": {"text": "Not performed"}})), "Not performed");
}

#[test]
fn a_blood_pressure_is_one_line_and_two_parts_that_can_be_trended() {
    let pressure = lines(json!({
        "resourceType": "Observation", "status": "final", "category": category("vital-signs"),
        "code": code("http://loinc.org", "85354-9", "Blood pressure"), "effectiveDateTime": "2026-01-05",
        "component": [
            {"code": code("http://loinc.org", "8480-6", "Systolic"), "valueQuantity": {"value": 119.6, "unit": "mm[Hg]"}},
            {"code": code("http://loinc.org", "8462-4", "Diastolic"), "valueQuantity": {"value": 80, "unit": "mm[Hg]"}},
        ],
    }));
    let items: Vec<&ChartItem> = pressure.iter().map(|(item, _)| item).collect();
    assert_eq!(items.len(), 3);
    assert_eq!(
        (items[0].text.as_str(), items[0].unit.as_str(), items[0].number),
        ("119.6/80", "mm[Hg]", None)
    );
    assert!(items[1..].iter().all(|i| i.category == COMPONENT && i.section == Section::Vitals));
    assert_eq!((items[1].number, items[2].number), (Some(119.6), Some(80.0)));
    assert!(items[0].date_only);
    // Midnight of the day in New York.
    assert_eq!(items[0].at, Some("2026-01-05T05:00:00Z".parse().unwrap()));
}

#[test]
fn results_carry_the_name_of_their_panel_and_the_panel_makes_no_line() {
    let report = json!({
        "resourceType": "DiagnosticReport", "id": "d", "status": "final", "category": category("LAB"),
        "code": {"text": "Complete blood count"}, "subject": {"reference": "Patient/p"},
        "result": [{"reference": "Observation/h"}], "conclusion": "Within the reference ranges.",
    });
    let value = json!({
        "resourceType": "Observation", "id": "h", "category": category("laboratory"), "code": {"text": "Hemoglobin"},
        "subject": {"reference": "Patient/p"}, "valueInteger": 12,
    });
    let mut refs = References::default();
    let source = Source {
        kind: "DiagnosticReport",
        key: "DiagnosticReport/d",
        full_url: None,
        node: Node::of(&report),
    };
    survey(source, &mut refs).unwrap();
    assert_eq!(mapped_with(&refs, &value).unwrap().unwrap().items[0].0.category, "Complete blood count");
    assert!(mapped_with(&refs, &report).unwrap().unwrap().items.is_empty());
}

#[test]
fn a_value_is_as_sensitive_as_the_report_that_lists_it() {
    let report = json!({
        "resourceType": "DiagnosticReport", "id": "d", "status": "final", "category": category("LAB"),
        "subject": {"reference": "Patient/p"}, "result": [{"reference": "Observation/h"}],
        "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]},
    });
    let value = json!({
        "resourceType": "Observation", "id": "h", "category": category("laboratory"), "code": {"text": "CD4 count"},
        "subject": {"reference": "Patient/p"}, "valueInteger": 512,
    });
    let mut refs = References::default();
    let source = Source {
        kind: "DiagnosticReport",
        key: "DiagnosticReport/d",
        full_url: None,
        node: Node::of(&report),
    };
    survey(source, &mut refs).unwrap();
    let item = &mapped_with(&refs, &value).unwrap().unwrap().items[0].0;
    assert_eq!(item.labels, crate::domain::chart::sensitivity::Labels::of_code("HIV").unwrap());
}

#[test]
fn an_imaging_report_keeps_its_text_and_speaks_for_its_study() {
    let report = json!({
        "resourceType": "DiagnosticReport", "id": "d", "status": "final", "code": {"text": "Chest X-ray"},
        "category": [{"coding": [{"code": "RAD", "display": "Radiology"}]}], "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-01-05T08:15:00Z", "conclusion": "No pneumonia.",
        "presentedForm": [{"contentType": "text/plain", "data": "RklORElOR1MKQ2xlYXIgbHVuZ3Mu"}],
        "imagingStudy": [{"reference": "ImagingStudy/s"}],
    });
    let study = json!({
        "resourceType": "ImagingStudy", "id": "s", "status": "available", "subject": {"reference": "Patient/p"},
        "description": "Chest X-ray", "series": [{"modality": {"code": "DX", "display": "Digital Radiography"}}],
    });
    let (item, body) = mapped(&report).items.remove(0);
    assert_eq!((item.section, item.category.as_str()), (Section::Reports, "Radiology"));
    assert_eq!(
        (item.text.as_str(), body.as_str()),
        ("No pneumonia.", "FINDINGS\nClear lungs.\n\nNo pneumonia.")
    );
    let alone = mapped(&study).items.remove(0).0;
    assert_eq!((alone.title.as_str(), alone.detail.as_str()), ("Chest X-ray", "Digital Radiography"));
    let mut refs = References::default();
    let source = Source {
        kind: "DiagnosticReport",
        key: "DiagnosticReport/d",
        full_url: None,
        node: Node::of(&report),
    };
    survey(source, &mut refs).unwrap();
    assert!(mapped_with(&refs, &study).unwrap().unwrap().items.is_empty());
}

#[test]
fn documents_with_text_are_notes_and_others_are_documents() {
    let document = |kind: &str, data: &str| {
        let (item, body) = lines(json!({
            "resourceType": "DocumentReference", "status": "current", "docStatus": "final",
            "type": {"text": "Progress note"}, "date": "2026-01-05T08:15:00Z", "author": [{"display": "Grace Davis"}],
            "content": [{"attachment": {"contentType": kind, "data": data, "title": "A title"}}],
        }))
        .remove(0);
        (item.section, item.actor, item.detail, body)
    };
    let (note, author, _, body) = document("text/plain; charset=utf-8", "SGVsbG8=");
    assert_eq!((note, author.as_str(), body.as_str()), (Section::Notes, "Grace Davis", "Hello"));
    let (letter, _, detail, body) = document("application/pdf", "JVBERg==");
    assert_eq!((letter, detail.as_str(), body.as_str()), (Section::Documents, "A title; PDF", ""));
    assert_eq!(document("text/html", "PHA+SGk8L3A+").3, "Hi");
}

#[test]
fn a_document_that_is_not_base64_is_named() {
    let value = json!({
        "resourceType": "DocumentReference", "id": "d", "subject": {"reference": "Patient/p"},
        "content": [{"attachment": {"contentType": "text/plain", "data": "%%%"}}],
    });
    assert_eq!(bad(&value), "attachment.data is not base64");
}

#[test]
fn a_statement_of_no_allergy_is_told_apart_from_an_allergy() {
    let allergy = |snomed: &str, text: &str| {
        line(json!({
            "resourceType": "AllergyIntolerance", "code": code("http://snomed.info/sct", snomed, text),
            "clinicalStatus": code("s", "active", "Active"), "criticality": "high",
            "reaction": [{"manifestation": [{"text": "Hives"}], "severity": "mild"}],
        }))
    };
    assert_eq!(allergy("716186003", "No known allergy").category, NONE_KNOWN);
    let peanut = allergy("91935009", "Allergy to peanut");
    assert_ne!(peanut.category, NONE_KNOWN);
    assert_eq!((peanut.text.as_str(), peanut.detail.as_str()), ("Hives", "mild; high criticality"));
    assert!(crate::domain::chart::current::is_current(&peanut));
    // No known drug allergy says nothing of food: it is shown in its own words.
    assert_ne!(allergy("409137002", "No known drug allergy").category, NONE_KNOWN);
}

#[test]
fn what_was_entered_in_error_or_never_asked_makes_no_line() {
    let verification = code("v", "entered-in-error", "Entered in error");
    // Nobody was asked: neither an allergy, nor that there is none.
    let not_asked = code("http://snomed.info/sct", "1631000175102", "Patient not asked");
    for value in [
        json!({"resourceType": "AllergyIntolerance", "code": not_asked, "clinicalStatus": code("s", "active", "Active")}),
        json!({"resourceType": "Observation", "status": "entered-in-error", "code": {"text": "x"}, "valueInteger": 1}),
        json!({"resourceType": "Condition", "verificationStatus": verification, "code": {"text": "x"}}),
        json!({"resourceType": "DocumentReference", "status": "current", "docStatus": "entered-in-error"}),
        json!({"resourceType": "Condition", "verificationStatus": code("v", "refuted", ""), "code": {"text": "x"}}),
    ] {
        assert!(lines(value.clone()).is_empty(), "{value}");
    }
}

#[test]
fn labels_reach_every_line_of_a_resource() {
    let system = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    let item = line(json!({
        "resourceType": "MedicationRequest", "status": "active", "authoredOn": "2026-01-05",
        "meta": {"security": [{"system": system, "code": "SUD"}, {"system": system, "code": "42CFRPart2"}]},
        "medicationCodeableConcept": {"text": "Buprenorphine"}, "dosageInstruction": [{"text": "8 mg daily"}],
    }));
    assert_eq!(item.labels, Labels::of_code("SUD").unwrap().and(Labels::PART2));
    assert_eq!((item.title.as_str(), item.text.as_str()), ("Buprenorphine", "8 mg daily"));
}

#[test]
fn a_contained_medication_is_named() {
    let item = line(json!({
        "resourceType": "MedicationRequest", "contained": [{"id": "m", "code": {"text": "Amoxicillin"}}],
        "medicationReference": {"reference": "#m"},
    }));
    assert_eq!(item.title, "Amoxicillin");
}

#[test]
fn a_patient_has_the_official_name_one_mrn_and_every_kind_of_pcp() {
    let person = person(&patient());
    assert_eq!(
        (person.family.as_str(), person.given.as_str(), person.mrn.as_str()),
        ("Doe", "Robin A", "00-123")
    );
    assert_eq!(person.pcps.len(), 3);
    assert_eq!(person.pcps[2], Pointer::Npi("1234567893".into()));
    assert_eq!((person.deceased, person.deceased_on), (None, None));
}

#[test]
fn a_death_at_night_is_dated_in_hospital_time() {
    let mut dead = patient();
    dead["deceasedDateTime"] = json!("2026-03-01T03:00:00Z");
    let person = person(&dead);
    assert_eq!(person.deceased, Some(true));
    assert_eq!(person.deceased_on, Some(time::macros::date!(2026 - 02 - 28)));
}

#[test]
fn a_patient_who_cannot_be_found_again_is_refused_with_the_reason() {
    let with = |key: &str, value: Value| {
        let mut patient = patient();
        patient[key] = value;
        bad(&patient)
    };
    assert_eq!(
        with("birthDate", json!("2019-02-31")),
        "birthDate is `2019-02-31`, and there is no such date"
    );
    assert_eq!(with("birthDate", json!("2019")), "birthDate is `2019`, not a whole date");
    assert_eq!(with("birthDate", json!(20_190_314)), "birthDate must be a string, not a number");
    assert_eq!(with("identifier", json!([])), "no identifier has the type MR");
    assert_eq!(with("name", json!("Doe")), "name must be an array, not a string");
    assert_eq!(with("name", json!([{"given": ["Robin"]}])), "name has no family name");
}

#[test]
fn a_time_without_zone_is_refused() {
    let value = json!({
        "resourceType": "Procedure", "id": "x", "subject": {"reference": "Patient/p"}, "code": {"text": "x"},
        "performedDateTime": "2026-01-05T08:15:00",
    });
    assert!(
        bad(&value).starts_with("performedDateTime is `2026-01-05T08:15:00`, not an instant with time zone")
    );
}

#[test]
fn a_seat_lasts_from_the_later_start_to_the_earlier_end_and_a_last_day_belongs_to_it() {
    let team = json!({
        "resourceType": "CareTeam", "id": "t", "status": "active", "subject": {"reference": "Patient/p"},
        "period": {"start": "2026-01-01", "end": "2026-06-30"},
        "participant": [
            {"member": {"reference": "Patient/p"}},
            {"member": {"reference": "Practitioner/a", "display": "Samir Haddad"}, "role": [{"text": "Endocrinologist"}],
             "period": {"start": "2026-02-01T12:00:00Z"}},
        ],
    });
    let resource = mapped(&team);
    let Facts::Team(seats) = &resource.facts else { panic!() };
    assert_eq!(seats.len(), 1);
    let seat = &seats[0];
    assert_eq!(seat.from, Some("2026-02-01T12:00:00Z".parse().unwrap()));
    assert_eq!(seat.to, Some("2026-07-01T04:00:00Z".parse().unwrap()));
    assert_eq!(seat.role, "Endocrinologist");
    // The patient is no line of the own team.
    assert_eq!(resource.items.len(), 1);
    let member = &resource.items[0].0;
    assert_eq!((member.actor.as_str(), member.title.as_str()), ("Samir Haddad", "Endocrinologist"));
}

#[test]
fn a_resource_about_a_group_has_no_place_here() {
    let value =
        json!({"resourceType": "Observation", "id": "x", "subject": {"reference": "Group/g"}, "code": {}});
    assert!(mapped_with(&References::default(), &value).unwrap().is_none());
}

#[test]
fn every_service_request_that_is_no_referral_stays_out() {
    let request =
        |code: Value| lines(json!({"resourceType": "ServiceRequest", "status": "active", "code": code}));
    assert!(request(json!({"text": "AST"})).is_empty());
    assert_eq!(request(json!({"text": "Referral to cardiology"}))[0].0.category, "Referral");
}
