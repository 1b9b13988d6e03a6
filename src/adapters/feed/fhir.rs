//! FHIR R4 resources as chart items and directory facts: pure, one file per family of resources.

mod clinical;
mod directory;
pub(super) mod json;
mod labels;
mod moment;
mod narrative;
mod observation;
mod refs;
pub(super) mod telecom;
mod visits;

use serde_json::Value;

use crate::domain::calendar::Zone;
use crate::domain::chart::{ChartItem, Section};
use crate::domain::feed::{Facts, Resource};
use json::{Bad, Found, Node};
pub use refs::References;

/// What the hospital has settled about its feed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Hospital time.
    pub zone: Zone,
    /// The identifier system of MRNs; empty for the identifier of type MR.
    pub mrn_system: String,
    /// The identifier system that names practices; empty for any.
    pub practice_system: String,
}

/// One resource with what it is called, before it is mapped.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// Its type.
    pub(super) kind: &'a str,
    /// `Type/id`.
    pub(super) key: &'a str,
    /// Its `fullUrl` in a Bundle.
    pub(super) full_url: Option<&'a str>,
    /// The resource.
    pub(super) value: &'a Value,
}

/// What mapping needs beside the resource.
#[derive(Clone, Copy)]
struct Context<'a> {
    refs: &'a References,
    settings: &'a Settings,
    source: Source<'a>,
    node: Node<'a>,
}

impl Context<'_> {
    fn zone(&self) -> Zone {
        self.settings.zone
    }
}

/// `names`, joined.
fn names(names: impl IntoIterator<Item = Found<String>>) -> Found<String> {
    let names: Vec<String> = names.into_iter().collect::<Found<_>>()?;
    Ok(json::joined(names, ", "))
}

/// The lines of a record that a resource makes, each with its text.
type Lines = Vec<(ChartItem, String)>;

/// Whether resources of `kind` are kept at all.
pub(super) fn is_kept(kind: &str) -> bool {
    patient_field(kind).is_some()
        || matches!(kind, "Patient" | "Practitioner" | "PractitionerRole" | "Organization" | "Medication")
}

/// The field that names the patient of a resource of `kind`, `None` for kinds without a place in the record.
fn patient_field(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "AllergyIntolerance" | "Immunization" => "patient",
        "Appointment" => "participant",
        "CareTeam"
        | "Composition"
        | "Condition"
        | "DiagnosticReport"
        | "DocumentReference"
        | "Encounter"
        | "ImagingStudy"
        | "MedicationRequest"
        | "MedicationStatement"
        | "Observation"
        | "Procedure"
        | "ServiceRequest" => "subject",
        _ => return None,
    })
}

/// Maps `source`; `None` for a resource that has no place here (a Group's, a device's).
///
/// # Errors
/// [`Bad`] for the first field that cannot be used.
pub(super) fn map(source: Source<'_>, refs: &References, settings: &Settings) -> Found<Option<Resource>> {
    let node = Node::of(source.value);
    let context = Context { refs, settings, source, node };
    let mut facts = Facts::None;
    let mut items = Vec::new();
    let mut patient = None;
    if let Some(field) = patient_field(source.kind) {
        let Some(found) = patient_of(context, field)? else { return Ok(None) };
        patient = Some(found);
        if !is_withdrawn(node)? {
            items = lines(context)?;
        }
        if source.kind == "CareTeam" {
            facts = Facts::Team(directory::seats(context)?);
        }
    } else {
        facts = directory::facts(context)?;
    }
    let of_reports = context.refs.labels_of_reports(source.key, source.full_url);
    let labels = labels::labels(node)?.and(of_reports);
    for (item, body) in &mut items {
        item.labels = labels;
        for text in [&mut item.title, &mut item.text, &mut item.detail, &mut item.actor, body] {
            // PostgreSQL takes no NUL in a text.
            text.retain(|c| c != '\0');
        }
    }
    Ok(Some(Resource {
        kind: source.kind.to_owned(),
        id: source.key.split_once('/').map_or("", |(_, id)| id).to_owned(),
        display: name(source.kind, node)?,
        raw: source.value.to_string(),
        patient,
        items,
        facts,
    }))
}

/// How others call `node`.
pub(super) fn name(kind: &str, node: Node<'_>) -> Found<String> {
    Ok(match kind {
        "Organization" | "Location" => node.text("name")?.to_owned(),
        "Practitioner" | "RelatedPerson" => directory::human_name(node)?.shown(),
        "PractitionerRole" => node.node("practitioner")?.text("display")?.to_owned(),
        "Medication" => node.concept("code")?.name(),
        _ => String::new(),
    })
}

/// Takes what others refer to out of `source`, so that references can be resolved.
///
/// # Errors
/// [`Bad`] for the first field that cannot be used.
pub(super) fn survey(source: Source<'_>, refs: &mut References) -> Found<()> {
    let node = Node::of(source.value);
    let name = name(source.kind, node)?;
    refs.take(source.key, source.full_url, node, &name)?;
    if source.kind == "DiagnosticReport" {
        let panel = if narrative::is_panel(node)? { node.concept("code")?.name() } else { String::new() };
        refs.take_report(node, &panel, labels::labels(node)?)?;
    }
    Ok(())
}

/// Whether the source has withdrawn it: entered in error, wherever this kind of resource says so.
fn is_withdrawn(node: Node<'_>) -> Found<bool> {
    const WITHDRAWN: &str = "entered-in-error";
    let is_concept = |key: &str| -> Found<bool> { Ok(node.has(key) && node.concept(key)?.has(&[WITHDRAWN])) };
    Ok(node.text("status")? == WITHDRAWN
        || node.text("docStatus")? == WITHDRAWN
        || is_concept("verificationStatus")?)
}

fn patient_of(context: Context<'_>, field: &str) -> Found<Option<String>> {
    let is_patient = |key: &String| key.starts_with("Patient/");
    if field == "participant" {
        for participant in context.node.list(field)? {
            let found = context.refs.key(participant.node("actor")?)?;
            if let Some(key) = found.filter(is_patient) {
                return Ok(Some(key));
            }
        }
        return Ok(None);
    }
    let reference = context.node.node(field)?;
    if reference.is_nothing() {
        let optional = matches!(context.source.kind, "CareTeam" | "Composition" | "DocumentReference");
        return if optional { Ok(None) } else { Err(Bad(format!("{field} is missing"))) };
    }
    let text = reference.text("reference")?;
    match context.refs.key(reference)? {
        Some(key) => Ok(Some(key).filter(is_patient)),
        // Not resolved: kept as written, so that the load says that there is no such patient.
        None if text.is_empty() => Err(Bad(format!("{field}.reference is missing"))),
        None => Ok(Some(text.to_owned())),
    }
}

fn lines(context: Context<'_>) -> Found<Lines> {
    match context.source.kind {
        "AllergyIntolerance" => clinical::allergy(context),
        "Appointment" => visits::appointment(context),
        "CareTeam" => directory::members(context),
        "Composition" => narrative::composition(context),
        "Condition" => clinical::condition(context),
        "DiagnosticReport" => narrative::report(context),
        "DocumentReference" => narrative::document(context),
        "Encounter" => visits::encounter(context),
        "ImagingStudy" => narrative::imaging_study(context),
        "Immunization" => clinical::immunization(context),
        "MedicationRequest" => clinical::medication_request(context),
        "MedicationStatement" => clinical::medication_statement(context),
        "Observation" => observation::observation(context),
        "Procedure" => clinical::procedure(context),
        "ServiceRequest" => visits::service_request(context),
        _ => Ok(Vec::new()),
    }
}

/// An item of `section` that is named by `concept`, at `moment`.
fn item(section: Section, concept: &json::Concept, moment: Option<moment::Moment>) -> ChartItem {
    ChartItem {
        at: moment.map(|m| m.start),
        date_only: moment.is_some_and(|m| m.date_only),
        title: concept.name(),
        code: concept.code.clone(),
        ..ChartItem::blank(section)
    }
}

#[cfg(test)]
#[path = "fhir/mapping_tests.rs"]
mod tests;
