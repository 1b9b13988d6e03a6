//! What is asked for each section, and how an answer becomes lines of the record.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::Inner;
use super::bundle::{Brought, id_of, search_as};
use super::http::{Failed, not_json};
use super::names::nameless;
use crate::adapters::feed::fhir::digits::marked;
use crate::adapters::feed::fhir::json::{Lent, Node};
use crate::adapters::feed::fhir::{self, References, Source};
use crate::domain::chart::{ChartItem, Section};
use crate::domain::feed::item_id;

/// A line of the record with its text.
pub(super) type Line = (ChartItem, String);

/// Sections that are fetched together, because they are made of the same resources.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Shelf {
    /// Results, vitals and reports: a value is as sensitive as the report that lists it, so that neither is shown without the other.
    Measured,
    /// Notes, letters and documents.
    Written,
    /// Conditions.
    Problems,
    /// Prescriptions and reported medication.
    Medications,
    /// Allergies.
    Allergies,
    /// Vaccinations.
    Immunizations,
    /// Encounters.
    Visits,
    /// Procedures.
    Procedures,
    /// Care teams.
    CareTeam,
    /// Appointments and referrals.
    Planned,
}

/// One search: the type, and what is asked to come along where the server offers that.
type Asked = (&'static str, &'static [&'static str]);

impl Shelf {
    /// Where `section` lies. A note may be sent as a report, so that notes come with both.
    pub(super) fn of(section: Section) -> &'static [Self] {
        match section {
            Section::Results | Section::Vitals | Section::Reports => &[Self::Measured],
            Section::Notes => &[Self::Written, Self::Measured],
            Section::Documents => &[Self::Written],
            Section::Problems => &[Self::Problems],
            Section::Medications => &[Self::Medications],
            Section::Allergies => &[Self::Allergies],
            Section::Immunizations => &[Self::Immunizations],
            Section::Visits => &[Self::Visits],
            Section::Procedures => &[Self::Procedures],
            Section::CareTeam => &[Self::CareTeam],
            Section::Appointments => &[Self::Planned],
        }
    }

    fn asked(self) -> &'static [Asked] {
        match self {
            Self::Measured => &[
                ("Observation", &["Observation:performer"]),
                ("DiagnosticReport", &["DiagnosticReport:performer"]),
                ("ImagingStudy", &[]),
            ],
            Self::Written => &[
                ("DocumentReference", &["DocumentReference:author"]),
                ("Composition", &["Composition:author"]),
            ],
            Self::Problems => &[("Condition", &[])],
            Self::Medications => &[
                ("MedicationRequest", &["MedicationRequest:medication", "MedicationRequest:requester"]),
                ("MedicationStatement", &["MedicationStatement:medication"]),
            ],
            Self::Allergies => &[("AllergyIntolerance", &[])],
            Self::Immunizations => &[("Immunization", &["Immunization:performer"])],
            Self::Visits => &[(
                "Encounter",
                &["Encounter:location", "Encounter:participant", "Encounter:service-provider"],
            )],
            Self::Procedures => &[("Procedure", &["Procedure:performer"])],
            Self::CareTeam => &[("CareTeam", &["CareTeam:participant"])],
            Self::Planned => &[
                ("Appointment", &["Appointment:location", "Appointment:practitioner"]),
                ("ServiceRequest", &["ServiceRequest:performer", "ServiceRequest:requester"]),
            ],
        }
    }
}

impl Inner {
    /// Every line of `shelf` in the record `patient` (a `Patient/…`) of the source, whatever its labels.
    pub(super) async fn fetch(&self, patient: &str, shelf: Shelf) -> Result<Vec<Line>, Failed> {
        let offered = self.capabilities().await;
        let mut searches = Vec::new();
        for (kind, includes) in shelf.asked().iter().filter(|(kind, _)| offered.has(kind)) {
            let mut query = vec![("patient", patient)];
            let also = includes.iter().filter(|include| offered.includes(include));
            query.extend(also.map(|include| ("_include", *include)));
            searches.push(async move {
                search_as(&self.http, kind, &query, Some(patient), &|node, text| Ok(packed(node, text))).await
            });
        }
        if searches.is_empty() {
            return Err(Failed::unusable("the source does not offer this section"));
        }
        let brought = futures::future::try_join_all(searches).await?;
        let mut refs = References::new(&self.settings.practice_system);
        let (mut found, mut wanted) = (Vec::new(), BTreeSet::new());
        for Brought { found: some, others } in brought {
            for resource in &others {
                let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
                let name = fhir::name(kind, Node::of(resource)).unwrap_or_default();
                if !name.is_empty() {
                    refs.know(format!("{kind}/{}", id_of(resource)), name);
                }
            }
            for mut packed in some {
                wanted.extend(std::mem::take(&mut packed.nameless));
                found.push(packed);
            }
        }
        // What came along is not asked for.
        wanted.retain(|key| !refs.has_name(key));
        self.names.tell(&mut refs, &wanted, &self.http, self.clock.now()).await;
        self.lines(found, refs)
    }

    /// The lines that `found` make. A resource that cannot be read makes a line that says so, as sensitive as it and what it belongs to
    /// are; a report or a group of values that cannot be read might be sensitive and name any value, so that nothing is shown then.
    fn lines(&self, found: Vec<Packed>, mut refs: References) -> Result<Vec<Line>, Failed> {
        let mut unread = HashSet::new();
        for packed in found.iter().filter(|packed| packed.others_need_it) {
            let resource = packed.unpacked()?;
            let source = packed.source(&resource);
            if fhir::survey(source, &mut refs).is_err() {
                if fhir::makes_others_sensitive(source) {
                    return Err(Failed::unusable(format!("a {} that cannot be read", packed.kind)));
                }
                fhir::survey_unread(source, &mut refs);
                unread.insert(packed.key.clone());
            }
        }
        let mut lines = Vec::with_capacity(found.len());
        // The text of each is let go of once it is read.
        for packed in found {
            let resource = packed.unpacked()?;
            let source = packed.source(&resource);
            let made = if unread.contains(&packed.key) {
                None
            } else {
                fhir::map(source, &refs, &self.settings).ok()
            };
            let items = match made {
                Some(resource) => resource.map(|r| r.items).unwrap_or_default(),
                None => vec![(unreadable(source, &refs), String::new())],
            };
            for (n, (mut item, body)) in items.into_iter().enumerate() {
                item.id = item_id(source.key, n);
                lines.push((item, body));
            }
        }
        Ok(lines)
    }
}

/// A resource as text, and what had to be known of it before any is read.
#[derive(Debug)]
struct Packed {
    kind: String,
    key: String,
    text: Box<str>,
    /// What it refers to without naming it.
    nameless: Vec<String>,
    /// Whether the lines of others depend on it: all kinds but plain observations.
    others_need_it: bool,
}

impl Packed {
    fn unpacked(&self) -> Result<Lent<'_>, Failed> {
        serde_json::from_str(&self.text).map_err(|e| not_json(&e))
    }

    fn source<'a>(&'a self, resource: &'a Lent<'a>) -> Source<'a> {
        Source { kind: &self.kind, key: &self.key, full_url: None, node: Node::lent(resource) }
    }
}

fn packed(node: Node<'_>, text: &str) -> Packed {
    let kind = node.text("resourceType").unwrap_or_default();
    let status = node.text("status");
    let is_plain = kind == "Observation"
        && !node.has("hasMember")
        && status.is_ok_and(|status| !matches!(status, "entered-in-error" | "cancelled"));
    Packed {
        kind: kind.to_owned(),
        key: format!("{kind}/{}", node.text("id").unwrap_or_default()),
        text: with_digits(text),
        nameless: nameless(node),
        others_need_it: !is_plain,
    }
}

/// `text` with the digits of its decimals kept. It stays what it is where the marks would make it no text, which they never do.
fn with_digits(text: &str) -> Box<str> {
    match marked(text.as_bytes()) {
        Cow::Borrowed(_) => text.into(),
        Cow::Owned(bytes) => String::from_utf8(bytes).map_or_else(|_| text.into(), Into::into),
    }
}

/// The line of a resource that cannot be read: that it is there.
fn unreadable(source: Source<'_>, refs: &References) -> ChartItem {
    tracing::warn!(kind = source.kind, "a resource of the record cannot be read");
    let section = match source.kind {
        "AllergyIntolerance" => Section::Allergies,
        "Appointment" | "ServiceRequest" => Section::Appointments,
        "CareTeam" => Section::CareTeam,
        "Composition" => Section::Notes,
        "Condition" => Section::Problems,
        "DiagnosticReport" | "ImagingStudy" => Section::Reports,
        "DocumentReference" => Section::Documents,
        "Encounter" => Section::Visits,
        "Immunization" => Section::Immunizations,
        "MedicationRequest" | "MedicationStatement" => Section::Medications,
        "Procedure" => Section::Procedures,
        _ => Section::Results,
    };
    ChartItem {
        title: format!("{} that could not be read: ask the hospital", source.kind),
        labels: fhir::labels_at_least(source, refs),
        ..ChartItem::blank(section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_lies_on_a_shelf_that_asks_for_something() {
        for section in Section::ALL {
            assert!(Shelf::of(*section).iter().all(|shelf| !shelf.asked().is_empty()), "{section:?}");
        }
    }
}
