//! What observations belong to, and when resources were filed.

use serde_json::{Value, json};

use super::*;
use crate::domain::chart::SUSCEPTIBILITY;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::feed::item_id;

fn settings() -> Settings {
    Settings {
        zone: "America/New_York".parse().unwrap(),
        mrn_system: String::new(),
        practice_system: String::new(),
    }
}

/// The lines of the last of `resources` of one patient, all of them surveyed before.
fn last_line(resources: &[Value]) -> ChartItem {
    let mut refs = References::default();
    let mut line = None;
    let whole: Vec<(String, Value)> = resources
        .iter()
        .map(|resource| {
            let mut value = resource.clone();
            value["subject"] = json!({"reference": "Patient/p"});
            let key =
                format!("{}/{}", value["resourceType"].as_str().unwrap(), value["id"].as_str().unwrap());
            (key, value)
        })
        .collect();
    for (key, value) in &whole {
        let source = Source {
            kind: value["resourceType"].as_str().unwrap(),
            key,
            full_url: None,
            node: Node::of(value),
        };
        survey(source, &mut refs).unwrap();
    }
    for (key, value) in &whole {
        let source = Source {
            kind: value["resourceType"].as_str().unwrap(),
            key,
            full_url: None,
            node: Node::of(value),
        };
        line = map(source, &refs, &settings()).unwrap().unwrap().items.into_iter().next();
    }
    line.unwrap().0
}

fn observation(id: &str, value: &Value) -> Value {
    let mut whole = json!({"resourceType": "Observation", "id": id, "status": "final", "code": {"text": id}});
    whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    whole
}

fn members(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"reference": format!("Observation/{id}")})).collect()
}

#[test]
fn an_observation_that_only_groups_others_names_their_panel() {
    let panel = observation("Electrolytes", &json!({"hasMember": members(&["Sodium"])}));
    let sodium = last_line(&[panel, observation("Sodium", &json!({"valueInteger": 140}))]);
    assert_eq!((sodium.title.as_str(), sodium.category.as_str()), ("Sodium", "Electrolytes"));
}

#[test]
fn what_was_tried_on_an_organism_belongs_to_it_and_to_its_report() {
    let report = json!({
        "resourceType": "DiagnosticReport", "id": "mb", "category": [{"coding": [{"code": "MB"}]}],
        "code": {"text": "Blood culture"}, "result": members(&["grew"]),
        "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]},
    });
    let grew = observation(
        "grew",
        &json!({
            "valueCodeableConcept": {"text": "Candida auris"}, "hasMember": members(&["tried"]),
        }),
    );
    let tried = observation(
        "tried",
        &json!({
            "valueQuantity": {"value": 64, "unit": "ug/mL"}, "interpretation": [{"coding": [{"code": "R"}]}],
        }),
    );
    let line = last_line(&[report, grew, tried]);
    assert_eq!((line.category.as_str(), line.about.as_str()), (SUSCEPTIBILITY, "Candida auris"));
    assert_eq!((line.number, line.text.as_str()), (Some(64.0), "R"));
    assert_eq!(line.report, Some(item_id("DiagnosticReport/mb", 0)));
    assert_eq!(line.labels, Labels::of_code("HIV").unwrap(), "as sensitive as the report above it all");
}

#[test]
fn susceptibilities_may_be_components_of_the_organism() {
    let component =
        json!([{"code": {"text": "Gentamicin"}, "interpretation": [{"coding": [{"code": "S"}]}]}]);
    let grew = observation(
        "grew",
        &json!({
            "valueCodeableConcept": {"text": "Escherichia coli"}, "component": component,
        }),
    );
    let mut whole = grew;
    whole["subject"] = json!({"reference": "Patient/p"});
    let source =
        Source { kind: "Observation", key: "Observation/grew", full_url: None, node: Node::of(&whole) };
    let items = map(source, &References::default(), &settings()).unwrap().unwrap().items;
    assert_eq!(items.len(), 2);
    let tried = &items[1].0;
    assert_eq!((tried.title.as_str(), tried.about.as_str()), ("Gentamicin", "Escherichia coli"));
    assert_eq!((tried.category.as_str(), tried.text.as_str()), (SUSCEPTIBILITY, "S"));
}

#[test]
fn a_ring_of_members_comes_to_an_end() {
    let one = observation("one", &json!({"hasMember": members(&["two"]), "valueInteger": 1}));
    let two = observation("two", &json!({"hasMember": members(&["one"]), "valueInteger": 2}));
    assert_eq!(last_line(&[one, two]).number, Some(2.0));
}

#[test]
fn a_value_shows_what_it_replaced_unless_that_was_more_sensitive() {
    let old = observation(
        "old",
        &json!({"status": "entered-in-error", "valueQuantity": {"value": 3.5, "unit": "g/dL"}}),
    );
    let new = observation(
        "new",
        &json!({
            "status": "corrected", "valueInteger": 4, "extension": [{
                "url": "http://hl7.org/fhir/StructureDefinition/observation-replaces",
                "valueReference": {"reference": "Observation/old"},
            }],
        }),
    );
    assert_eq!(last_line(&[old.clone(), new.clone()]).was, "3.5 g/dL");
    let mut sensitive = old;
    sensitive["meta"] =
        json!({"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]});
    assert_eq!(last_line(&[sensitive, new]).was, "");
}

#[test]
fn an_item_is_filed_when_it_was_issued_and_at_the_end_of_the_day_when_only_that_is_known() {
    let filed = |value: Value| {
        last_line(&[observation("x", &value)]).filed.map(crate::domain::calendar::Instant::rfc3339)
    };
    let of = |text: &str| Some(text.parse::<crate::domain::calendar::Instant>().unwrap().rfc3339());
    assert_eq!(
        filed(json!({"effectiveDateTime": "2026-01-05T08:00:00Z", "issued": "2026-01-05T12:00:00Z"})),
        of("2026-01-05T12:00:00Z")
    );
    assert_eq!(filed(json!({"effectiveDateTime": "2026-01-05T08:00:00Z"})), of("2026-01-05T08:00:00Z"));
    // Until midnight in New York it may have come at any hour.
    assert_eq!(filed(json!({"effectiveDateTime": "2026-01-05"})), of("2026-01-06T05:00:00Z"));
    assert_eq!(filed(json!({})), None);
}

#[test]
fn an_appointment_says_how_far_its_referral_has_come_unless_that_is_more_sensitive() {
    let referral = json!({
        "resourceType": "ServiceRequest", "id": "r", "status": "active", "code": {"text": "Referral to cardiology"},
    });
    let appointment = json!({
        "resourceType": "Appointment", "id": "a", "start": "2026-04-01T14:00:00Z", "created": "2026-03-01T10:00:00Z",
        "participant": [{"actor": {"reference": "Patient/p"}}], "basedOn": [{"reference": "ServiceRequest/r"}],
    });
    let line = last_line(&[referral.clone(), appointment.clone()]);
    assert_eq!(line.about, "active");
    assert_eq!(line.filed, Some("2026-03-01T10:00:00Z".parse().unwrap()), "not when it will be");
    let mut sensitive = referral;
    sensitive["meta"] =
        json!({"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]});
    assert_eq!(last_line(&[sensitive, appointment]).about, "");
}
