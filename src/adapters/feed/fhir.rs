//! FHIR R4 resources as chart items and directory facts: pure, one file per family of resources.

pub(super) mod attachment;
mod clinical;
pub(super) mod digits;
mod directory;
mod interpretation;
pub(super) mod json;
mod labels;
mod members;
mod moment;
mod narrative;
mod observation;
mod range;
mod refs;
pub(super) mod telecom;
mod visits;

use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::dated::Dated;
use crate::domain::chart::sensitivity::Labels;
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
    pub(super) node: Node<'a>,
}

/// What mapping needs beside the resource.
#[derive(Clone, Copy)]
struct Context<'a> {
    refs: &'a References,
    settings: &'a Settings,
    source: Source<'a>,
    node: Node<'a>,
    /// The labels of the resource and of what it belongs to.
    labels: Labels,
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
        || matches!(
            kind,
            "Patient" | "Practitioner" | "PractitionerRole" | "Organization" | "Medication" | "Binary"
        )
}

/// The field that names the patient of a resource of `kind`, `None` for kinds without a place in the record.
pub(super) fn patient_field(kind: &str) -> Option<&'static str> {
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

/// Maps `source`, its `raw` left empty: who keeps the resource writes it. `None` for a resource that has no place here (a Group's, a
/// device's).
///
/// # Errors
/// [`Bad`] for the first field that cannot be used.
pub(super) fn map(source: Source<'_>, refs: &References, settings: &Settings) -> Found<Option<Resource>> {
    let node = source.node;
    let labels = labels_within(source, refs)?;
    let context = Context { refs, settings, source, node, labels };
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
    let filed = filed(context)?;
    for (item, body) in &mut items {
        item.labels = labels;
        item.filed = filed.or_else(|| begun(item, settings.zone));
        let texts = [&mut item.title, &mut item.text, &mut item.detail, &mut item.actor, &mut item.method];
        for text in texts.into_iter().chain([
            &mut item.about,
            &mut item.was,
            &mut item.category,
            &mut item.said,
            body,
        ]) {
            // PostgreSQL takes no NUL in a text.
            text.retain(|c| c != '\0');
        }
    }
    Ok(Some(Resource {
        kind: source.kind.to_owned(),
        id: source.key.split_once('/').map_or("", |(_, id)| id).to_owned(),
        display: name(source.kind, node)?,
        raw: String::new(),
        patient,
        items,
        facts,
    }))
}

/// When the source issued, filed or wrote a resource; the end of the day where it says only that.
fn filed(c: Context<'_>) -> Found<Option<Instant>> {
    let key = match c.source.kind {
        "Observation" | "DiagnosticReport" => "issued",
        "Condition" | "AllergyIntolerance" => "recordedDate",
        "MedicationRequest" | "ServiceRequest" => "authoredOn",
        "MedicationStatement" => "dateAsserted",
        "Immunization" => "recorded",
        "DocumentReference" | "Composition" => "date",
        "Appointment" => "created",
        _ => return Ok(None),
    };
    Ok(c.node.moment(key, c.zone())?.map(|moment| moment.end))
}

/// When an item began, which is as good as its filing where the source does not say; an appointment lies ahead.
fn begun(item: &ChartItem, zone: Zone) -> Option<Instant> {
    let at = item.at.filter(|_| item.section != Section::Appointments);
    at.map(|at| if item.date_only { zone.plus_days(at, 1) } else { at })
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
    let node = source.node;
    let name = name(source.kind, node)?;
    refs.take(source.key, source.full_url, node, &name)?;
    match source.kind {
        "DiagnosticReport" => {
            let (title, has_page) = (node.concept("code")?.name(), narrative::has_page(node)?);
            let listing =
                members::Listing { key: source.key, title: &title, labels: labels::labels(node)?, has_page };
            refs.take_results(node, &listing)?;
            refs.take_studies(node)
        }
        "Observation" => observation::survey(source, node, refs),
        "DocumentReference" | "Composition" => {
            refs.take_note(source.key, source.full_url, labels::labels(node)?);
            Ok(())
        }
        "ServiceRequest" if visits::is_referral(node)? => {
            refs.take_referral(source.key, source.full_url, visits::state(node)?, labels::labels(node)?);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether the source has withdrawn it: entered in error, wherever this kind of resource says so.
fn is_withdrawn(node: Node<'_>) -> Found<bool> {
    const WITHDRAWN: &str = "entered-in-error";
    let is_concept = |key: &str| -> Found<bool> { Ok(node.has(key) && node.concept(key)?.has(&[WITHDRAWN])) };
    Ok(node.text("status")? == WITHDRAWN
        || node.text("docStatus")? == WITHDRAWN
        || is_concept("verificationStatus")?)
}

/// The security labels of `source` and of what it belongs to: the reports that list a value, the note that another was added to.
fn labels_within(source: Source<'_>, refs: &References) -> Found<Labels> {
    let labels = labels::labels(source.node)?.and(refs.belongs(source.key, source.full_url).labels);
    Ok(if is_note(source.kind) { labels.and(refs.labels_added_to(source.node)?) } else { labels })
}

fn is_note(kind: &str) -> bool {
    matches!(kind, "DocumentReference" | "Composition")
}

/// The same of a resource that cannot be read otherwise; everything when they cannot be read either.
pub(super) fn labels_at_least(source: Source<'_>, refs: &References) -> Labels {
    labels_within(source, refs).unwrap_or(Labels::ALL)
}

/// Whether what is sensitive about other resources may stand in `source` alone, so that none of its kind is shown when it cannot be
/// read: a report, and an observation that has members.
pub(super) fn makes_others_sensitive(source: Source<'_>) -> bool {
    source.kind == "DiagnosticReport" || (source.kind == "Observation" && source.node.has("hasMember"))
}

/// Takes in a note that cannot be read: whatever was added to it is as sensitive as can be.
pub(super) fn survey_unread(source: Source<'_>, refs: &mut References) {
    if is_note(source.kind) {
        refs.take_note(source.key, source.full_url, labels::labels(source.node).unwrap_or(Labels::ALL));
    }
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
        dated: Dated { at: moment.map(|m| m.known).unwrap_or_default(), until: None },
        title: concept.name(),
        code: concept.code.clone(),
        ..ChartItem::blank(section)
    }
}

/// `item`, which ended at `end`.
fn ending(item: ChartItem, end: Option<moment::Moment>) -> ChartItem {
    let until = end.filter(|m| m.date_only).map(|m| m.known);
    ChartItem { until: end.map(|m| m.end), dated: Dated { until, ..item.dated }, ..item }
}

#[cfg(test)]
#[path = "fhir/mapping_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "fhir/clinical_tests.rs"]
mod clinical_tests;

#[cfg(test)]
#[path = "fhir/member_tests.rs"]
mod member_tests;

#[cfg(test)]
#[path = "fhir/value_tests.rs"]
mod value_tests;
