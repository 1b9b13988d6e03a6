//! The record that the bench's FHIR server holds: resources of the size and shape that the demo's have.

use postern::domain::calendar::Instant;
use serde_json::{Value, json};

/// The NPI of everyone's PCP.
pub(crate) const NPI: &str = "1234567893";

/// Observations of a long record; one in ten is a vital sign.
pub(crate) const OBSERVATIONS: u32 = 5_000;
/// Observations of a short one.
const FEW: u32 = 60;
/// Patients with a long record.
const LONG: u32 = 8;
/// Results that one report lists.
const ON_REPORT: u32 = 10;

/// Somebody whom the server knows.
pub(crate) struct Patient {
    /// The id there.
    pub(crate) id: String,
    /// The MRN.
    pub(crate) mrn: String,
    /// How many observations there are.
    pub(crate) observations: u32,
}

/// Everybody: first the one with a short record.
pub(crate) fn patients() -> Vec<Patient> {
    let patient =
        |n: u32, observations| Patient { id: format!("pt-{n}"), mrn: format!("770{n:04}"), observations };
    std::iter::once(patient(0, FEW)).chain((1..=LONG).map(|n| patient(n, OBSERVATIONS))).collect()
}

/// The types that the server offers.
pub(crate) const KINDS: [&str; 16] = [
    "Patient",
    "Practitioner",
    "Organization",
    "Observation",
    "DiagnosticReport",
    "ImagingStudy",
    "DocumentReference",
    "Condition",
    "MedicationRequest",
    "AllergyIntolerance",
    "Immunization",
    "Encounter",
    "Procedure",
    "CareTeam",
    "Appointment",
    "ServiceRequest",
];

/// The CapabilityStatement.
pub(crate) fn statement() -> Value {
    let resources: Vec<Value> = KINDS.iter().map(|kind| json!({ "type": kind })).collect();
    json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"resource": resources}]})
}

/// The clinician who is everyone's PCP.
pub(crate) fn clinician() -> Value {
    json!({
        "resourceType": "Practitioner", "id": "pcp", "name": [{"family": "Rivera", "given": ["Ana"]}],
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": NPI}],
    })
}

/// The resource of `patient` itself.
pub(crate) fn person(patient: &Patient) -> Value {
    json!({
        "resourceType": "Patient", "id": patient.id, "birthDate": "2012-03-14", "gender": "female",
        "identifier": [{"use": "usual", "type": {"coding": [{"code": "MR"}]}, "value": patient.mrn}],
        "name": [{"use": "official", "family": "Abshire", "given": [format!("Robin {}", patient.id)]}],
        "telecom": [{"system": "phone", "value": "617-555-0100", "use": "home"}],
        "address": [{"use": "home", "line": ["320 Beacon Road"], "city": "Fairhaven", "state": "MA"}],
        "generalPractitioner": [{"reference": "Practitioner/pcp", "display": "Ana Rivera"}],
    })
}

/// How many resources of `kind` are about `patient`.
fn count(patient: &Patient, kind: &str) -> u32 {
    match kind {
        "Observation" => patient.observations,
        "DiagnosticReport" => (patient.observations / ON_REPORT / 2).min(200),
        "ImagingStudy" | "ServiceRequest" => 5,
        "DocumentReference" => 80,
        "Condition" => 25,
        "MedicationRequest" | "Procedure" => 20,
        "AllergyIntolerance" => 4,
        "Immunization" => 30,
        "Encounter" => 90,
        "Appointment" => 3,
        "CareTeam" => 1,
        _ => 0,
    }
}

/// The resources of `kind` that are about `patient`, newest first, the newest an hour before `now`.
pub(crate) fn about(patient: &Patient, kind: &str, now: Instant) -> Vec<Value> {
    (0..count(patient, kind)).map(|n| whole(patient, kind, n, now)).collect()
}

/// The `n`-th of them: what every resource says, and what those of its kind say.
fn whole(patient: &Patient, kind: &str, n: u32, now: Instant) -> Value {
    let whose = json!({ "reference": format!("Patient/{}", patient.id) });
    let at = now.plus_seconds(-3600 * (1 + 7 * i64::from(n))).rfc3339();
    let mut resource = match kind {
        "Observation" => observation(n, &at),
        "DiagnosticReport" => report(&patient.id, n, &at),
        _ => plain(kind, n, &at),
    };
    if let Some(fields) = resource.as_object_mut() {
        fields.insert("resourceType".to_owned(), kind.into());
        fields.insert("id".to_owned(), id(&patient.id, kind, n).into());
        match kind {
            "Appointment" => {
                let who = json!([{"actor": whose, "status": "accepted"}]);
                fields.insert("participant".to_owned(), who);
            }
            "AllergyIntolerance" | "Immunization" => {
                fields.insert("patient".to_owned(), whose);
            }
            _ => {
                fields.insert("subject".to_owned(), whose);
            }
        }
        if kind != "CareTeam" {
            let encounter = format!("Encounter/{}", id(&patient.id, "Encounter", n % 90));
            fields.insert("encounter".to_owned(), json!({ "reference": encounter }));
        }
    }
    resource
}

fn id(patient: &str, kind: &str, n: u32) -> String {
    format!("{patient}-{}-{n}", kind.to_ascii_lowercase())
}

/// A concept with one coding and its text.
fn concept(system: &str, code: &str, text: &str) -> Value {
    json!({"coding": [{"system": system, "code": code, "display": text}], "text": text})
}

fn observation(n: u32, at: &str) -> Value {
    let is_vital = n.is_multiple_of(10);
    let (category, named) =
        if is_vital { ("vital-signs", "Vital Signs") } else { ("laboratory", "Laboratory") };
    let (title, code) = if is_vital {
        (format!("Measure {}", n / 10 % 8), format!("{}-1", 8_000 + n / 10 % 8))
    } else {
        (format!("Analyte {} [Mass/volume] in Serum or Plasma", n % 40), format!("{}-3", 2_000 + n % 40))
    };
    let quantity = |value: f64| json!({"value": value, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"});
    let (flag, word) = if n % 9 == 1 { ("H", "High") } else { ("N", "Normal") };
    json!({
        "meta": {"versionId": "1", "lastUpdated": at}, "status": "final",
        "category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", category, named)],
        "code": concept("http://loinc.org", &code, &title),
        "effectiveDateTime": at, "issued": at,
        "performer": [{"reference": "Organization/lab", "display": "Core Laboratory"}],
        "valueQuantity": quantity(5.0 + f64::from(n * 37 % 100) / 10.0),
        "referenceRange": [{"low": quantity(6.0), "high": quantity(12.0)}],
        "interpretation": [concept("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", flag, word)],
    })
}

fn report(patient: &str, n: u32, at: &str) -> Value {
    let listed = (n * ON_REPORT..(n + 1) * ON_REPORT).map(|o| {
        let reference = format!("Observation/{}", id(patient, "Observation", o));
        json!({ "reference": reference, "display": format!("Analyte {}", o % 40) })
    });
    json!({
        "status": "final", "category": [concept("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB", "Laboratory")],
        "code": concept("http://loinc.org", "24323-8", &format!("Metabolic panel {}", n % 5)),
        "effectiveDateTime": at, "issued": at, "conclusion": "Within the reference ranges.",
        "result": listed.collect::<Vec<_>>(),
    })
}

/// A resource of any other kind.
fn plain(kind: &str, n: u32, at: &str) -> Value {
    let snomed = |text: &str| {
        concept("http://snomed.info/sct", &format!("{}", 38_341_000 + n), &format!("{text} {n}"))
    };
    let stands = |of: &str, code: &str, text: &str| {
        concept(&format!("http://terminology.hl7.org/CodeSystem/{of}"), code, text)
    };
    let author = json!({"reference": "Practitioner/staff-1", "display": "Grace Davis"});
    match kind {
        "Condition" => json!({
            "clinicalStatus": stands("condition-clinical", "active", "Active"),
            "verificationStatus": stands("condition-ver-status", "confirmed", "Confirmed"),
            "category": [stands("condition-category", "problem-list-item", "Problem List Item")],
            "code": snomed("Condition"), "onsetDateTime": at, "recordedDate": at,
        }),
        "MedicationRequest" => json!({
            "status": "active", "intent": "order", "authoredOn": at,
            "medicationCodeableConcept": snomed("Medicine 10 MG Oral Tablet"), "requester": author,
            "dosageInstruction": [{"text": "One tablet by mouth twice daily"}],
        }),
        "AllergyIntolerance" => json!({
            "clinicalStatus": stands("allergyintolerance-clinical", "active", "Active"),
            "verificationStatus": stands("allergyintolerance-verification", "confirmed", "Confirmed"),
            "criticality": "high", "code": snomed("Allergy to substance"), "recordedDate": at,
            "reaction": [{"manifestation": [snomed("Hives")], "severity": "moderate"}],
        }),
        "Immunization" => json!({
            "status": "completed", "vaccineCode": concept("http://hl7.org/fhir/sid/cvx", "08", &format!("Vaccine {n}")),
            "occurrenceDateTime": at, "primarySource": true,
        }),
        "Encounter" => json!({
            "status": "finished", "class": {"code": "AMB", "display": "ambulatory"}, "type": [snomed("Office visit")],
            "period": {"start": at, "end": at}, "reasonCode": [{"text": "Follow-up"}],
            "serviceProvider": {"reference": "Organization/hospital", "display": "Marlow Bay Medical Center"},
            "participant": [{"individual": author}],
        }),
        "DocumentReference" => json!({
            "status": "current", "docStatus": "final", "date": at, "author": [author],
            "type": concept("http://loinc.org", "34131-3", &format!("Progress note {n}")),
            "category": [concept("http://loinc.org", "clinical-note", "Clinical Note")],
            // "The child is well." in base64, a page of it.
            "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": "VGhlIGNoaWxkIGlzIHdlbGwu".repeat(60)}}],
        }),
        "Procedure" => json!({"status": "completed", "code": snomed("Procedure"), "performedDateTime": at}),
        "ImagingStudy" => {
            json!({"status": "available", "started": at, "description": format!("Chest X-ray {n}")})
        }
        "ServiceRequest" => json!({
            "status": "active", "intent": "order", "code": snomed("Referral"), "authoredOn": at, "requester": author,
            "category": [concept("http://snomed.info/sct", "3457005", "Patient referral")],
        }),
        "Appointment" => {
            json!({"status": "booked", "start": at, "end": at, "description": format!("Visit {n}")})
        }
        _ => json!({
            "status": "active", "participant": [{"member": {"reference": "Practitioner/pcp", "display": "Ana Rivera"},
                "role": [{"text": "Cardiologist"}]}],
        }),
    }
}
