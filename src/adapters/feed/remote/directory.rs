//! What the source says of patients, their PCPs and their care teams: the facts that access is decided from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::Inner;
use super::bundle::{by_ids, id_of, search};
use super::http::Failed;
use super::names::key_of;
use crate::adapters::feed::fhir::json::Node;
use crate::adapters::feed::fhir::{self, References, Source};
use crate::app::ports::directory::{Asked, Told};
use crate::domain::feed::{Directory, Facts, Person, Place, Resource};
use crate::domain::ids::{Mrn, PatientId};
use crate::store::StoreError;
use crate::store::feed as rows;

/// Patients that a search may bring; more are nobody's answer.
const MOST_PATIENTS: usize = 50;
/// The identifier system of NPIs.
const NPI: &str = "http://hl7.org/fhir/sid/us-npi";
/// An id that no patient has, asked for where nobody was found, so that an unknown MRN takes the same questions as a known one.
const NOBODY: &str = "Patient/nobody-00000000";

/// Why there is no record for a patient.
pub(super) enum NoRecord {
    /// The source.
    Failed(Failed),
    /// The database.
    Store(StoreError),
}

impl Inner {
    /// The `identifier` search of the MRN `text`.
    fn mrn_token(&self, text: &str) -> String {
        if self.settings.mrn_system.is_empty() {
            text.to_owned()
        } else {
            format!("{}|{text}", self.settings.mrn_system)
        }
    }

    /// The `Patient/…` keys under which this source knows the patient by MRN: the birth date must agree too.
    pub(super) async fn by_mrn_of(&self, patient: PatientId) -> Result<Vec<String>, NoRecord> {
        let person = rows::person(&self.db, patient).await.map_err(NoRecord::Store)?;
        let Some(person) = person.filter(|person| !person.mrn.is_empty()) else { return Ok(Vec::new()) };
        let token = self.mrn_token(&person.mrn);
        let brought = search(&self.http, "Patient", &[("identifier", &token)], None).await;
        let wanted = Mrn::parse(&person.mrn).ok();
        let refs = References::new(&self.settings.practice_system);
        let mut keys = Vec::new();
        for resource in brought.map_err(NoRecord::Failed)?.found {
            let key = format!("Patient/{}", id_of(&resource));
            let Some(found) = self.person(&resource, &key, &refs) else { continue };
            let same = Mrn::parse(&found.mrn).ok() == wanted && found.birth_date == person.birth_date;
            if same {
                keys.push(key);
            } else {
                tracing::warn!(
                    "a source has another birth date or number under an MRN of the portal: its record is not shown"
                );
            }
        }
        Ok(keys)
    }

    fn person(&self, resource: &Value, key: &str, refs: &References) -> Option<Person> {
        let source = Source { kind: "Patient", key, full_url: None, node: Node::of(resource) };
        match fhir::map(source, refs, &self.settings).ok().flatten()?.facts {
            Facts::Patient(person) => Some(*person),
            _ => None,
        }
    }

    /// What the source says now of whom `asked` means.
    pub(super) async fn told(&self, asked: Asked) -> Result<Told, Failed> {
        let asked_at = self.clock.now();
        let mut gone = Vec::new();
        let mut patients = self.patients(&asked, &mut gone).await?;
        self.add_linked(&mut patients).await?;
        let keys: Vec<String> = patients.iter().map(|p| format!("Patient/{}", id_of(p))).collect();
        let nobody = [NOBODY.to_owned()];
        let asked_teams = if keys.is_empty() { &nobody[..] } else { &keys[..] };
        let teams = asked_teams.iter().map(|key| async move {
            (key, search(&self.http, "CareTeam", &[("patient", key)], Some(key)).await)
        });
        let mut complete = BTreeMap::new();
        let mut resources: Vec<Value> = Vec::new();
        for (key, found) in futures::future::join_all(teams).await {
            if let Err(failed) = &found {
                tracing::warn!(reason = %failed, "the care team of a patient cannot be read whole: no seat of the feed permits");
            }
            complete.insert(key.clone(), found.is_ok());
            resources.extend(found.map(|brought| brought.found).unwrap_or_default());
        }
        complete.retain(|key, _| key != NOBODY);
        resources.extend(patients);
        let others = self.referred(&resources).await?;
        self.as_told(asked_at, others, resources, complete, gone)
    }

    async fn patients(&self, asked: &Asked, gone: &mut Vec<String>) -> Result<Vec<Value>, Failed> {
        let searched = match asked {
            Asked::Known(keys) => {
                let mut found = Vec::new();
                for key in keys {
                    match self.http.get(self.http.url(key, &[])?).await {
                        Ok(patient) if format!("Patient/{}", id_of(&patient)) == *key => found.push(patient),
                        Ok(_) => return Err(Failed::Foreign),
                        Err(Failed::Gone) => gone.push(key.clone()),
                        Err(failed) => return Err(failed),
                    }
                }
                return Ok(found);
            }
            Asked::Mrn(text) => {
                search(&self.http, "Patient", &[("identifier", &self.mrn_token(text))], None).await?
            }
            Asked::Person { family, given, birth_date } => {
                let born = crate::domain::calendar::iso_date(*birth_date);
                let query =
                    [("family", family.as_str()), ("given", given.as_str()), ("birthdate", born.as_str())];
                search(&self.http, "Patient", &query, None).await?
            }
            Asked::Changed(since) => {
                self.keep_subscribed().await;
                let since = format!("ge{}", since.rfc3339());
                return self.changed(&since).await;
            }
            Asked::Of(npi) => return self.patients_of(npi).await,
        };
        if searched.found.len() > MOST_PATIENTS {
            return Err(Failed::unusable("the search brought far more patients than were asked for"));
        }
        Ok(searched.found)
    }

    /// Patients changed, or whose care team was changed, since `since`.
    async fn changed(&self, since: &str) -> Result<Vec<Value>, Failed> {
        let query = [("_lastUpdated", since)];
        let mut patients = search(&self.http, "Patient", &query, None).await?.found;
        let known: BTreeSet<String> = patients.iter().map(|p| id_of(p).to_owned()).collect();
        let mut more = BTreeSet::new();
        for team in search(&self.http, "CareTeam", &query, None).await?.found {
            let subject = Node::of(&team).node("subject").and_then(|s| Ok(s.text("reference")?.to_owned()));
            let subject = subject.map_err(|_| Failed::unusable("a care team without a readable subject"))?;
            let id = subject.rsplit('/').next().unwrap_or_default();
            if !id.is_empty() && !known.contains(id) {
                more.insert(id.to_owned());
            }
        }
        let more: Vec<String> = more.into_iter().collect();
        patients.extend(by_ids(&self.http, "Patient", &more).await?);
        Ok(patients)
    }

    /// Patients listed with, or on whose care team is, the clinician with `npi`, in a role of theirs or through its organization.
    async fn patients_of(&self, npi: &str) -> Result<Vec<Value>, Failed> {
        let token = format!("{NPI}|{npi}");
        let mut whom = Vec::new();
        for who in search(&self.http, "Practitioner", &[("identifier", &token)], None).await?.found {
            let key = format!("Practitioner/{}", id_of(&who));
            for role in search(&self.http, "PractitionerRole", &[("practitioner", &key)], None).await?.found {
                whom.push(format!("PractitionerRole/{}", id_of(&role)));
                let organization =
                    Node::of(&role).node("organization").and_then(|o| Ok(o.text("reference")?.to_owned()));
                let organization = organization.ok().and_then(|reference| key_of(&reference));
                whom.extend(organization.filter(|key| key.starts_with("Organization/")));
            }
            whom.push(key);
        }
        whom.sort();
        whom.dedup();
        let (mut found, mut ids) = (Vec::new(), BTreeSet::new());
        for key in &whom {
            found.extend(search(&self.http, "Patient", &[("general-practitioner", key)], None).await?.found);
            // Where care teams cannot be searched, nobody is found by them.
            let teams =
                search(&self.http, "CareTeam", &[("participant", key)], None).await.unwrap_or_default();
            for team in teams.found {
                let subject =
                    Node::of(&team).node("subject").and_then(|s| Ok(s.text("reference")?.to_owned()));
                let subject = subject.unwrap_or_default();
                ids.extend(subject.rsplit_once("Patient/").map(|(_, id)| id.to_owned()));
            }
        }
        let known: BTreeSet<String> = found.iter().map(|p| id_of(p).to_owned()).collect();
        let more: Vec<String> = ids.difference(&known).cloned().collect();
        found.extend(by_ids(&self.http, "Patient", &more).await?);
        let mut seen = BTreeSet::new();
        found.retain(|patient| seen.insert(id_of(patient).to_owned()));
        Ok(found)
    }

    /// Adds the records that those of `patients` were merged with.
    async fn add_linked(&self, patients: &mut Vec<Value>) -> Result<(), Failed> {
        let known: BTreeSet<String> = patients.iter().map(|p| id_of(p).to_owned()).collect();
        let mut linked = BTreeSet::new();
        for patient in patients.iter() {
            for link in Node::of(patient).list("link").unwrap_or_default() {
                let other =
                    link.node("other").and_then(|o| Ok(o.text("reference")?.to_owned())).unwrap_or_default();
                if let Some(id) =
                    other.rsplit_once("Patient/").map(|(_, id)| id.split('/').next().unwrap_or_default())
                    && !id.is_empty()
                    && !known.contains(id)
                {
                    linked.insert(id.to_owned());
                }
            }
        }
        let linked: Vec<String> = linked.into_iter().collect();
        patients.extend(by_ids(&self.http, "Patient", &linked).await?);
        Ok(())
    }

    /// The clinicians, roles and organizations to which `resources` refer. One that the source does not have is nobody.
    async fn referred(&self, resources: &[Value]) -> Result<Vec<Value>, Failed> {
        let mut wanted = BTreeSet::new();
        for resource in resources {
            references(resource, &mut wanted);
        }
        let mut all = self.read(&wanted).await?;
        // A role names its clinician and its organization.
        let mut further = BTreeSet::new();
        for resource in &all {
            references(resource, &mut further);
        }
        let further: BTreeSet<String> = further.difference(&wanted).cloned().collect();
        all.extend(self.read(&further).await?);
        Ok(all)
    }

    async fn read(&self, keys: &BTreeSet<String>) -> Result<Vec<Value>, Failed> {
        let of = |kind: &str| -> Vec<String> {
            let ids = keys.iter().filter_map(|key| key.split_once('/').filter(|(k, _)| *k == kind));
            ids.map(|(_, id)| id.to_owned()).collect()
        };
        let kinds = ["Organization", "Practitioner", "PractitionerRole"].map(|kind| (kind, of(kind)));
        let reads =
            kinds.iter().filter(|(_, ids)| !ids.is_empty()).map(|(kind, ids)| by_ids(&self.http, kind, ids));
        Ok(futures::future::try_join_all(reads).await?.into_iter().flatten().collect())
    }

    fn as_told(
        &self,
        asked_at: crate::domain::calendar::Instant,
        others: Vec<Value>,
        resources: Vec<Value>,
        teams: BTreeMap<String, bool>,
        gone: Vec<String>,
    ) -> Result<Told, Failed> {
        let mut told = Told { asked_at, directory: Directory::default(), resources: Vec::new(), teams, gone };
        let place = Place { file: Arc::from("the feed"), at: None };
        let refs = References::new(&self.settings.practice_system);
        let keyed: Vec<(String, String, Value)> = others
            .into_iter()
            .chain(resources)
            .map(|value| {
                let kind = value.get("resourceType").and_then(Value::as_str).unwrap_or_default().to_owned();
                let key = format!("{kind}/{}", id_of(&value));
                (kind, key, value)
            })
            .collect();
        let source = |(kind, key, value): &'_ (String, String, Value)| -> Result<Option<Resource>, Failed> {
            let source = Source { kind, key, full_url: None, node: Node::of(value) };
            fhir::map(source, &refs, &self.settings)
                .map_err(|_| Failed::unusable(format!("a {kind} that cannot be read")))
        };
        let mut ranked: [Vec<(String, Facts)>; 3] = Default::default();
        for entry in &keyed {
            let Some(mut resource) = source(entry)? else { continue };
            // Only facts are kept: neither the resource nor its lines.
            "{}".clone_into(&mut resource.raw);
            resource.items.clear();
            let rank = match &resource.facts {
                Facts::Patient(person) => {
                    told.directory.patients.push((entry.1.clone(), (**person).clone(), place.clone()));
                    None
                }
                Facts::Organization(_) => Some(0),
                Facts::Practitioner(_) => Some(1),
                Facts::Role { .. } => Some(2),
                _ => None,
            };
            if let Some(list) = rank.and_then(|rank| ranked.get_mut(rank)) {
                list.push((entry.1.clone(), resource.facts.clone()));
            }
            told.resources.push(resource);
        }
        told.directory.others = ranked.into_iter().flatten().collect();
        Ok(told)
    }
}

/// Every clinician, role and organization to which `value` refers.
fn references(value: &Value, wanted: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|item| references(item, wanted)),
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("reference")
                && let Some(key) = key_of(reference)
                && !key.starts_with("Location/")
                && !key.starts_with("Medication/")
            {
                wanted.insert(key);
            }
            fields.values().filter(|v| v.is_array() || v.is_object()).for_each(|v| references(v, wanted));
        }
        _ => {}
    }
}
