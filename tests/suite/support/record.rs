//! Resources of a made-up record, and the chart of Robin, whose PCP and the PCP's partner read it.

use postern::domain::calendar::Interval;
use postern::domain::ids::{AccountId, Mrn, PatientId};
use postern::store::patients;
use serde_json::{Value, json};

use crate::feed::{load_lines, patient};
use crate::support::House;

/// The patient of every resource made here.
pub const SUBJECT: &str = "Patient/a";

/// A laboratory value of Robin: collected at `at`, issued an hour later.
pub fn lab(id: &str, test: &str, at: &str, value: f64) -> Value {
    let issued = at.parse::<postern::domain::calendar::Instant>().unwrap().plus_seconds(3600);
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": SUBJECT},
        "category": [{"coding": [{"code": "laboratory"}]}], "code": {"text": test},
        "effectiveDateTime": at, "issued": issued.rfc3339(), "performer": [{"display": "Core Laboratory"}],
        "valueQuantity": {"value": value, "unit": "mg/dL"},
        "referenceRange": [{"low": {"value": 1.0}, "high": {"value": 9.0}}],
    })
}

/// `resource` with `changes` laid over it; a null takes a field away.
pub fn with(mut resource: Value, changes: &Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        if value.is_null() {
            resource.as_object_mut().unwrap().remove(key);
        } else {
            resource[key] = value.clone();
        }
    }
    resource
}

/// `resource` with the security label of HIV.
pub fn labelled(resource: Value) -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    with(resource, &json!({"meta": {"security": [{"system": system, "code": "HIV"}]}}))
}

/// A report that lists `results`.
pub fn report(id: &str, title: &str, category: &str, at: &str, results: &[&str]) -> Value {
    let results: Vec<Value> =
        results.iter().map(|id| json!({"reference": format!("Observation/{id}")})).collect();
    json!({
        "resourceType": "DiagnosticReport", "id": id, "status": "final", "subject": {"reference": SUBJECT},
        "category": [{"coding": [{"code": category}]}], "code": {"text": title},
        "effectiveDateTime": at, "issued": at, "result": results,
    })
}

/// A stay in the hospital, open when `end` is empty.
pub fn stay(id: &str, class: &str, start: &str, end: &str) -> Value {
    let period = if end.is_empty() { json!({"start": start}) } else { json!({"start": start, "end": end}) };
    json!({
        "resourceType": "Encounter", "id": id, "status": if end.is_empty() { "in-progress" } else { "finished" },
        "subject": {"reference": SUBJECT}, "class": {"code": class}, "period": period,
    })
}

/// Robin's record with `resources` in it; the PCP and the PCP's partner.
pub async fn robin(house: &House, resources: &[Value]) -> (PatientId, AccountId, AccountId) {
    let mut lines = vec![patient("a", "1", &json!([]))];
    lines.extend_from_slice(resources);
    load_lines(house, &lines).await.unwrap();
    let mrn = Mrn::parse("1").unwrap();
    let robin = patients::by_mrn(house.db(), &mrn, house.now()).await.unwrap().unwrap();
    let elm = house.world.practice("Elm Street Pediatrics").await;
    let (provider, pcp) = house.world.physician("Rivera", elm).await;
    let (_, partner) = house.world.physician("Castellan", elm).await;
    house.world.listing(robin, Some(provider), Some(elm), Interval::ALWAYS).await;
    (robin, pcp, partner)
}
