//! Telling the source of a listing that the access team has made: `Patient.generalPractitioner`, updated with If-Match.

use serde_json::{Value, json};

use super::Inner;
use super::bundle::{id_of, search};
use super::http::Failed;
use crate::adapters::feed::fhir::json::Node;
use crate::adapters::feed::fhir::{self, References, Source};
use crate::app::ports::directory::{HeldListing, NewListing};
use crate::domain::feed::{Facts, Pointer};

/// The identifier system of NPIs.
const NPI: &str = "http://hl7.org/fhir/sid/us-npi";
/// How often the update is tried when somebody else changes the patient meanwhile.
const TRIES: usize = 3;

/// Whom a reference means: the NPI and the codes of the organization.
#[derive(Debug, Default, PartialEq, Eq)]
struct Meant {
    npi: Option<String>,
    codes: Vec<String>,
}

impl Meant {
    fn is(&self, held: &HeldListing) -> bool {
        let practice = match &held.practice {
            Some(code) => self.codes.contains(code) || (self.codes.is_empty() && held.npi.is_some()),
            None => self.npi.is_some(),
        };
        self.npi == held.npi && practice
    }
}

impl Inner {
    /// Makes the patient's `generalPractitioner` say what was decided: whom the decision replaced goes, whom it lists comes, and every other
    /// entry stays as it is.
    pub(super) async fn tell(&self, listing: &NewListing) -> Result<(), Failed> {
        let url = self.http.url(&listing.patient, &[])?;
        for _ in 0..TRIES {
            let (mut patient, version) = self.http.get_versioned(url.clone()).await?;
            if format!("Patient/{}", id_of(&patient)) != listing.patient {
                return Err(Failed::Foreign);
            }
            let version = version.or_else(|| {
                let id = patient.get("meta")?.get("versionId")?.as_str()?;
                Some(format!("W/\"{id}\""))
            });
            // Without a version somebody else's change could be overwritten.
            let Some(version) = version else {
                return Err(Failed::unusable("the source tells no version of the patient"));
            };
            let now =
                patient.get("generalPractitioner").and_then(Value::as_array).cloned().unwrap_or_default();
            let next = self.next(&now, listing).await?;
            if now == next {
                return Ok(());
            }
            if let Some(fields) = patient.as_object_mut() {
                fields.insert("generalPractitioner".to_owned(), Value::Array(next));
            }
            match self.http.put(url.clone(), &patient, Some(&version)).await {
                Err(Failed::Status(409 | 412, _)) => {}
                written => return written.map(|_| ()),
            }
        }
        Err(Failed::unusable("somebody else keeps changing the patient"))
    }

    /// What stays of `now`, and whom it lacks.
    async fn next(&self, now: &[Value], listing: &NewListing) -> Result<Vec<Value>, Failed> {
        let (mut next, mut is_listed) = (Vec::new(), false);
        for reference in now {
            let meant = self.meant(reference, 0).await?;
            is_listed |= listing.confirmed.as_ref().is_some_and(|confirmed| meant.is(confirmed));
            let means = |some: &[HeldListing]| some.iter().any(|one| meant.is(one));
            if means(&listing.held) || !means(&listing.ended) {
                next.push(reference.clone());
            }
        }
        if let Some(confirmed) = listing.confirmed.as_ref().filter(|_| !is_listed) {
            next.push(self.reference(confirmed).await?);
        }
        Ok(next)
    }

    /// Whom `reference` means.
    async fn meant(&self, reference: &Value, depth: u8) -> Result<Meant, Failed> {
        let refs = References::new(&self.settings.practice_system);
        let unreadable = |_| Failed::unusable("a generalPractitioner that cannot be read");
        let pointer = refs.pointer(Node::of(reference)).map_err(unreadable)?;
        let key = match pointer {
            None => return Ok(Meant::default()),
            Some(Pointer::Npi(npi)) => return Ok(Meant { npi: Some(npi), codes: Vec::new() }),
            Some(Pointer::Practice(code)) => return Ok(Meant { npi: None, codes: vec![code] }),
            Some(Pointer::Resource(key)) => key,
        };
        let value = match self.http.get(self.http.url(&key, &[])?).await {
            Ok(value) => value,
            Err(Failed::Gone) => return Ok(Meant::default()),
            Err(failed) => return Err(failed),
        };
        let kind = key.split('/').next().unwrap_or_default();
        let source = Source { kind, key: &key, full_url: None, node: Node::of(&value) };
        let mapped = fhir::map(source, &refs, &self.settings).map_err(unreadable)?;
        Ok(match mapped.map(|resource| resource.facts) {
            Some(Facts::Practitioner(clinician)) => Meant { npi: clinician.npi, codes: Vec::new() },
            Some(Facts::Organization(codes)) => Meant { npi: None, codes },
            Some(Facts::Role { .. }) if depth == 0 => {
                let part = |key: &str| value.get(key).cloned().unwrap_or(Value::Null);
                let who = Box::pin(self.meant(&part("practitioner"), 1)).await?;
                let place = Box::pin(self.meant(&part("organization"), 1)).await?;
                Meant { npi: who.npi, codes: place.codes }
            }
            _ => Meant::default(),
        })
    }

    /// A reference to whom `held` lists, by what the source has: a role in the practice, a clinician, an organization, else a number.
    async fn reference(&self, held: &HeldListing) -> Result<Value, Failed> {
        let organization = match &held.practice {
            Some(code) => self.one("Organization", &token(&self.settings.practice_system, code)).await?,
            None => None,
        };
        let Some(npi) = &held.npi else {
            let code = held.practice.clone().unwrap_or_default();
            return Ok(match organization {
                Some(id) => json!({ "reference": format!("Organization/{id}") }),
                None => json!({ "type": "Organization",
                    "identifier": { "system": self.settings.practice_system, "value": code } }),
            });
        };
        let Some(who) = self.one("Practitioner", &token(NPI, npi)).await? else {
            return Ok(json!({ "type": "Practitioner", "identifier": { "system": NPI, "value": npi } }));
        };
        if let Some(place) = organization {
            let (who, place) = (format!("Practitioner/{who}"), format!("Organization/{place}"));
            let query = [("practitioner", who.as_str()), ("organization", place.as_str())];
            if let Ok(roles) = search(&self.http, "PractitionerRole", &query, None).await
                && let [role] = roles.found.as_slice()
            {
                return Ok(json!({ "reference": format!("PractitionerRole/{}", id_of(role)) }));
            }
        }
        Ok(json!({ "reference": format!("Practitioner/{who}") }))
    }

    /// The id of the one resource of `kind` with the identifier `token`.
    async fn one(&self, kind: &str, token: &str) -> Result<Option<String>, Failed> {
        let found = search(&self.http, kind, &[("identifier", token)], None).await?.found;
        Ok(match found.as_slice() {
            [one] => Some(id_of(one).to_owned()),
            _ => None,
        })
    }
}

/// An `identifier` as a search takes it.
fn token(system: &str, value: &str) -> String {
    if system.is_empty() { value.to_owned() } else { format!("{system}|{value}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_means_a_listing_by_npi_and_by_the_practice_that_it_names() {
        let meant = |npi: Option<&str>, codes: &[&str]| Meant {
            npi: npi.map(str::to_owned),
            codes: codes.iter().map(|c| (*c).to_owned()).collect(),
        };
        let held = |npi: Option<&str>, practice: Option<&str>| HeldListing {
            npi: npi.map(str::to_owned),
            practice: practice.map(str::to_owned),
        };
        assert!(meant(Some("1"), &["elm"]).is(&held(Some("1"), Some("elm"))));
        assert!(!meant(Some("1"), &["oak"]).is(&held(Some("1"), Some("elm"))));
        assert!(
            meant(Some("1"), &[]).is(&held(Some("1"), Some("elm"))),
            "a clinician alone, where no role is known"
        );
        assert!(meant(Some("1"), &[]).is(&held(Some("1"), None)));
        assert!(!meant(Some("2"), &[]).is(&held(Some("1"), None)));
        assert!(meant(None, &["elm"]).is(&held(None, Some("elm"))));
        assert!(!meant(None, &["elm"]).is(&held(Some("1"), Some("elm"))));
        assert!(!meant(None, &[]).is(&held(Some("1"), None)));
    }
}
