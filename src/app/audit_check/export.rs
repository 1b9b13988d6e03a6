//! Audit rows as FHIR R4 AuditEvent resources, shaped after the IHE Basic Audit Log Patterns profile.

use serde_json::{Value, json};

use crate::domain::audit::{Act, Entry, Link, Outcome};
use crate::store::{Db, StoreError, audit as rows};

/// Hands `take` every row of the audit as an AuditEvent, chain by chain, in order, and counts them.
///
/// # Errors
/// [`StoreError`] when the database cannot be read, or the error that `take` returns.
pub async fn each<E: From<StoreError>>(
    db: &Db,
    mut take: impl FnMut(Value) -> Result<(), E>,
) -> Result<u64, E> {
    let mut count = 0;
    for chain in rows::chains(db).await? {
        let mut after = 0;
        loop {
            let page = rows::rows(db, chain, after, 2000).await?;
            let Some(last) = page.last().map(|l| l.seq) else { break };
            for link in &page {
                take(audit_event(link))?;
                count += 1;
            }
            after = last;
        }
    }
    Ok(count)
}

/// The AuditEvent of one row.
pub fn audit_event(link: &Link) -> Value {
    let entry = &link.entry;
    let (kind, action) = kind_of(entry.act);
    json!({
        "resourceType": "AuditEvent",
        "id": format!("{}-{}", link.chain.simple(), link.seq),
        "type": kind,
        "subtype": [coding("urn:postern:act", entry.act.word(), entry.act.word())],
        "action": action,
        "recorded": entry.at.rfc3339(),
        "outcome": outcome_code(entry.outcome),
        "outcomeDesc": outcome_text(entry),
        "purposeOfEvent": [{
            "coding": [coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT", "treatment")]
        }],
        "agent": [agent(entry)],
        "source": {
            "observer": { "display": "postern" },
            "type": [coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server")],
        },
        "entity": entities(entry),
    })
}

fn entities(entry: &Entry) -> Vec<Value> {
    const BALP: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";
    const KIND: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    let mut entities = Vec::new();
    if let Some(patient) = entry.patient {
        entities.push(json!({
            "what": { "reference": format!("Patient/{patient}") },
            "type": coding(KIND, "1", "Person"),
            "role": coding("http://terminology.hl7.org/CodeSystem/object-role", "1", "Patient"),
        }));
    }
    if !entry.request_id.is_empty() {
        let what = json!({ "identifier": { "value": entry.request_id } });
        entities.push(json!({ "what": what, "type": coding(BALP, "XrequestId", "X-Request-Id") }));
    }
    if let Some(subject) = entry.subject {
        entities.push(json!({ "what": { "identifier": { "value": subject.to_string() } } }));
    }
    let detail = data_encoding::BASE64.encode(entry.detail.as_bytes());
    entities.push(json!({
        "type": coding(KIND, "2", "System Object"),
        "detail": [{ "type": "detail", "valueBase64Binary": detail }],
    }));
    entities
}

fn agent(entry: &Entry) -> Value {
    let who = entry.actor.map_or_else(
        || json!({ "display": "none: the command line, a job or a stranger" }),
        |account| json!({ "identifier": { "system": "urn:postern:account", "value": account.to_string() } }),
    );
    let role =
        coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient");
    let mut agent = json!({ "type": { "coding": [role] }, "who": who, "requestor": true });
    if let (false, Some(object)) = (entry.network.is_empty(), agent.as_object_mut()) {
        object.insert("network".to_owned(), json!({ "address": entry.network, "type": "2" }));
    }
    agent
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

/// DICOM event ids (PS3.16 CID 400 and 401) and the action code.
fn kind_of(act: Act) -> (Value, &'static str) {
    let dicom = |code, display| coding("http://dicom.nema.org/resources/ontology/DCM", code, display);
    match act {
        Act::SignInPassword | Act::SignInFactor | Act::SignOut => {
            (dicom("110114", "User Authentication"), "E")
        }
        Act::OpenChart | Act::OpenFile => (dicom("110110", "Patient Record"), "R"),
        Act::ExportChart => (dicom("110106", "Export"), "R"),
        Act::SearchPatient | Act::ListPatients | Act::LookUp => (dicom("110112", "Query"), "E"),
        Act::ReadAudit | Act::ReadDisclosures | Act::ExportAudit => (dicom("110101", "Audit Log Used"), "R"),
        Act::ChainOpened | Act::ChainClosed => (dicom("110100", "Application Activity"), "E"),
        Act::Import | Act::LoadFeed => (dicom("110107", "Import"), "C"),
        Act::CreateAccount | Act::FileRequest | Act::SetUpDemo => (dicom("110113", "Security Alert"), "C"),
        _ => (dicom("110113", "Security Alert"), "U"),
    }
}

fn outcome_code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "0",
        Outcome::Failed => "4",
        Outcome::Refused => "8",
    }
}

fn outcome_text(entry: &Entry) -> String {
    if entry.basis.is_empty() {
        entry.outcome.word().to_owned()
    } else {
        format!("{}: {}", entry.outcome, entry.basis)
    }
}
