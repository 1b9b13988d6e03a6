//! References: what one resource calls another, resolved over all files of a load and what was loaded before.

use std::collections::{HashMap, HashSet};

use super::json::{Found, Node};
use super::members::Members;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::feed::Pointer;
use crate::domain::ids::Npi;

/// The identifier system of NPIs, by URL and by OID.
const NPI_SYSTEMS: [&str; 2] = ["http://hl7.org/fhir/sid/us-npi", "urn:oid:2.16.840.1.113883.4.6"];

/// Whether `system` is that of NPIs.
pub(super) fn is_npi_system(system: &str) -> bool {
    NPI_SYSTEMS.contains(&system)
}

/// What references of one load mean.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// The identifier system that names practices; empty for any.
    practice_system: String,
    /// `fullUrl` of a Bundle entry to `Type/id`.
    full_urls: HashMap<String, String>,
    /// `Type?identifier=system|value` to `Type/id`.
    identifiers: HashMap<String, String>,
    /// `Type/id` to what it is called.
    names: HashMap<String, String>,
    /// What observations belong to.
    pub(super) members: Members,
    /// Referrals by what they are called, each with its status and labels.
    referrals: HashMap<String, (String, Labels)>,
    /// Labels of notes and documents that carry any, by what they are called.
    noted: HashMap<String, Labels>,
    /// Imaging studies that a report describes.
    reported: HashSet<String>,
}

/// The types that others refer to by name.
const NAMED: [&str; 6] =
    ["Practitioner", "PractitionerRole", "Organization", "Location", "Medication", "RelatedPerson"];

impl References {
    /// No references yet, where practices are named by `practice_system`.
    pub fn new(practice_system: &str) -> Self {
        Self { practice_system: practice_system.to_owned(), ..Self::default() }
    }

    /// Knows `key` by `name`, as loaded before.
    pub fn know(&mut self, key: String, name: String) {
        self.names.insert(key, name);
    }

    /// Whether `key` is known by a name.
    pub fn has_name(&self, key: &str) -> bool {
        self.names.contains_key(key)
    }

    /// Takes in what `resource`, known as `key` and in its Bundle as `full_url`, is called and calls others.
    pub(super) fn take(
        &mut self,
        key: &str,
        full_url: Option<&str>,
        resource: Node<'_>,
        name: &str,
    ) -> Found<()> {
        if let Some(url) = full_url {
            self.full_urls.insert(url.to_owned(), key.to_owned());
        }
        let kind = key.split('/').next().unwrap_or_default();
        if NAMED.contains(&kind) || kind == "Patient" {
            for identifier in resource.list("identifier")? {
                let (system, value) = (identifier.text("system")?, identifier.text("value")?);
                self.identifiers.insert(format!("{kind}?identifier={system}|{value}"), key.to_owned());
            }
        }
        if NAMED.contains(&kind) && !name.is_empty() {
            self.names.insert(key.to_owned(), name.to_owned());
        }
        Ok(())
    }

    /// Takes in which studies a report speaks of. Bundle entries it refers to must be known by then.
    pub(super) fn take_studies(&mut self, report: Node<'_>) -> Found<()> {
        for study in report.list("imagingStudy")? {
            if let Some(key) = self.raw_key(study)? {
                self.reported.insert(key);
            }
        }
        Ok(())
    }

    /// Takes in how far a referral has come.
    pub(super) fn take_referral(&mut self, key: &str, full_url: Option<&str>, status: &str, labels: Labels) {
        for name in [Some(key), full_url].into_iter().flatten() {
            self.referrals.insert(name.to_owned(), (status.to_owned(), labels));
        }
    }

    /// The status of the referral that `reference` means, `None` when it means none, or one more sensitive than `labels`.
    pub(super) fn referral(&self, reference: Node<'_>, labels: Labels) -> Found<Option<&str>> {
        let found = self.raw_key(reference)?.and_then(|key| self.referrals.get(&key));
        Ok(found.filter(|(_, theirs)| labels.contains(*theirs)).map(|(status, _)| status.as_str()))
    }

    /// Takes in the labels of a note or document, which what is added to it carries as well.
    pub(super) fn take_note(&mut self, key: &str, full_url: Option<&str>, labels: Labels) {
        for name in [Some(key), full_url].into_iter().flatten().filter(|_| labels != Labels::NONE) {
            self.noted.insert(name.to_owned(), labels);
        }
    }

    /// The labels of what `note` was added to.
    pub(super) fn labels_added_to(&self, note: Node<'_>) -> Found<Labels> {
        let mut labels = Labels::NONE;
        for relation in relations(note)?.into_iter().filter(|(code, _)| *code == ADDS_TO) {
            let target = self.raw_key(relation.1)?.and_then(|key| self.noted.get(&key));
            labels = labels.and(target.copied().unwrap_or_default());
        }
        Ok(labels)
    }

    /// Whether a report describes the imaging study `key`.
    pub(super) fn is_reported(&self, key: &str, full_url: Option<&str>) -> bool {
        self.reported.contains(key) || full_url.is_some_and(|url| self.reported.contains(url))
    }

    /// `Type/id` of a reference, or the URN itself while its entry has not been read.
    pub(super) fn raw_key(&self, reference: Node<'_>) -> Found<Option<String>> {
        let text = reference.text("reference")?;
        Ok(self.key_of(text).or_else(|| text.starts_with("urn:").then(|| text.to_owned())))
    }

    /// `Type/id` of the resource that `reference` means, `None` when it cannot be told.
    pub(super) fn key(&self, reference: Node<'_>) -> Found<Option<String>> {
        Ok(self.key_of(reference.text("reference")?))
    }

    fn key_of(&self, text: &str) -> Option<String> {
        if let Some(key) = self.full_urls.get(text) {
            return Some(key.clone());
        }
        if text.is_empty() || text.starts_with('#') || text.starts_with("urn:") {
            return None;
        }
        if let Some((kind, token)) = conditional(text) {
            return self.identifiers.get(&format!("{kind}?identifier={token}")).cloned();
        }
        let versionless = text.split("/_history/").next().unwrap_or(text);
        let mut parts = versionless.rsplit('/');
        let (id, kind) = (parts.next()?, parts.next()?);
        (!id.is_empty() && kind.starts_with(|c: char| c.is_ascii_uppercase())).then(|| format!("{kind}/{id}"))
    }

    /// Whether `patient`, a reference, means one of `known`, now that every entry has been read.
    pub(in crate::adapters::feed) fn is_known_patient(&self, patient: &str, known: &HashSet<String>) -> bool {
        self.key_of(patient).is_some_and(|key| known.contains(&key))
    }

    /// Gives a pointer that was taken before its entry had been read its meaning.
    pub(in crate::adapters::feed) fn settle(&self, pointer: &mut Pointer) {
        if let Pointer::Resource(text) = pointer
            && let Some(key) = self.key_of(text)
        {
            *text = key;
        }
    }

    /// Whom or what `reference` means, a resource or a number by which the directory knows it.
    pub(in crate::adapters::feed) fn pointer(&self, reference: Node<'_>) -> Found<Option<Pointer>> {
        if let Some(key) = self.key(reference)? {
            return Ok(Some(Pointer::Resource(key)));
        }
        let text = reference.text("reference")?;
        let asked = conditional(text);
        let identifier = reference.node("identifier")?;
        let (kind, system, value) = match &asked {
            Some((kind, token)) => {
                let (system, value) = token.split_once('|').unwrap_or(("", token));
                (*kind, system, value)
            }
            None => (reference.text("type")?, identifier.text("system")?, identifier.text("value")?),
        };
        if is_npi_system(system) {
            return Ok(Npi::parse(value).map(|npi| Pointer::Npi(npi.as_str().to_owned())));
        }
        let is_ours = self.practice_system.is_empty() || self.practice_system == system;
        if kind == "Organization" && !value.is_empty() && is_ours {
            return Ok(Some(Pointer::Practice(value.to_owned())));
        }
        // An entry that may follow: its meaning is settled at the end of the first pass.
        let later = text.starts_with("urn:") || text.contains('?');
        Ok(later.then(|| Pointer::Resource(text.to_owned())))
    }

    /// What the resource that `reference` means is called: its own name, else what the reference says, else nothing.
    pub(super) fn name(&self, reference: Node<'_>) -> Found<String> {
        let display = reference.text("display")?;
        if !display.is_empty() {
            return Ok(display.to_owned());
        }
        let known = self.key(reference)?.and_then(|key| self.names.get(&key).cloned());
        Ok(known.unwrap_or_default())
    }
}

/// The code by which a note says that it was added to another.
pub(super) const ADDS_TO: &str = "appends";

/// How a note or document is related to others: the code, and the reference. Source: FHIR R4 `DocumentReference.relatesTo` and
/// `Composition.relatesTo`.
pub(super) fn relations(note: Node<'_>) -> Found<Vec<(&str, Node<'_>)>> {
    if !note.has("relatesTo") {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for relation in note.list("relatesTo")? {
        let target = relation.node("target")?;
        let target = if target.is_nothing() { relation.node("targetReference")? } else { target };
        all.push((relation.text("code")?, target));
    }
    Ok(all)
}

/// Type and `system|value` of a conditional reference such as `Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1`.
fn conditional(text: &str) -> Option<(&str, String)> {
    let (head, query) = text.split_once('?')?;
    let token = query.split('&').find_map(|part| part.strip_prefix("identifier="))?;
    let token = token.replace("%7C", "|").replace("%7c", "|").replace("%3A", ":").replace("%2F", "/");
    Some((head.rsplit('/').next().unwrap_or(head), token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key(refs: &References, reference: &str) -> Option<String> {
        refs.key(Node::of(&json!({ "reference": reference }))).unwrap()
    }

    #[test]
    fn references_of_every_form_are_resolved() {
        let mut refs = References::new("");
        let organization = json!({"identifier": [{"system": "http://a.example/ids", "value": "7"}]});
        refs.take("Organization/o", Some("urn:uuid:1"), Node::of(&organization), "Elm").unwrap();
        for text in [
            "Organization/o",
            "Organization/o/_history/3",
            "https://fhir.example/base/Organization/o",
            "urn:uuid:1",
            "Organization?identifier=http://a.example/ids|7",
            "Organization?identifier=http%3A%2F%2Fa.example%2Fids%7C7",
        ] {
            assert_eq!(key(&refs, text).as_deref(), Some("Organization/o"), "{text}");
        }
        for text in ["", "#contained", "urn:uuid:2", "Organization?identifier=x|7", "nothing"] {
            assert_eq!(key(&refs, text), None, "{text}");
        }
        assert_eq!(refs.name(Node::of(&json!({"reference": "urn:uuid:1"}))).unwrap(), "Elm");
    }

    #[test]
    fn a_number_of_the_directory_needs_no_resource() {
        let refs = References::new("urn:ours");
        let pointer = |value: serde_json::Value| refs.pointer(Node::of(&value)).unwrap();
        let npi = "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567893";
        assert_eq!(pointer(json!({ "reference": npi })), Some(Pointer::Npi("1234567893".into())));
        let wrong = "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567890";
        assert_eq!(pointer(json!({ "reference": wrong })), None);
        let practice =
            |system: &str| json!({"type": "Organization", "identifier": {"system": system, "value": "elm"}});
        assert_eq!(pointer(practice("urn:ours")), Some(Pointer::Practice("elm".into())));
        assert_eq!(pointer(practice("urn:theirs")), None);
    }
}
