//! Taking in HL7 v2 ADT messages. Where the record lies in a FHIR server, a message is a hint to ask that server; elsewhere it says itself
//! who the patient and the PCPs are.

use std::collections::BTreeMap;

use super::{ask, fault};
use crate::app::feed_load::{LoadError, refresh};
use crate::app::ports::directory::{Asked, Told};
use crate::app::{App, AppError};
use crate::domain::admission::{Acknowledged, Adt};
use crate::domain::feed::{Clinician, Directory, Facts, Person, Place, Pointer, Resource};
use crate::domain::ids::Mrn;
use crate::store::{feed as rows, feed_standing, patients};

/// Takes in `adt`; its audit row is committed with it.
///
/// # Errors
/// [`AppError`] when the database cannot be read or written: the sender sends it again.
pub async fn take(app: &App, adt: Adt) -> Result<Acknowledged, AppError> {
    let Ok(mrn) = Mrn::parse(&adt.person.mrn) else {
        return Ok(refused("PID-3 is no medical record number"));
    };
    if app.feed.facts_seconds().is_some() {
        for number in adt.merged.iter().chain([&adt.person.mrn]) {
            ask(app, Asked::Mrn(number.clone())).await?;
        }
        return Ok(Acknowledged::Accepted);
    }
    let key = key_of(app, mrn.as_str()).await?;
    let (before, merged) = match &adt.merged {
        None => (said(app, &key).await?, None),
        Some(number) => {
            let Ok(other) = Mrn::parse(number) else {
                return Ok(refused("MRG-1 is no medical record number"));
            };
            (said(app, &key).await?, Some(key_of(app, other.as_str()).await?))
        }
    };
    let told = told(app, adt, &key, before, merged);
    match refresh::apply(app, told).await {
        Ok(_) => Ok(Acknowledged::Accepted),
        Err(LoadError::Bad(faults)) => {
            let why = faults.first().map(|fault| fault.reason.clone()).unwrap_or_default();
            tracing::error!(
                faults = faults.len(),
                "an HL7 message is at odds with the portal and was not taken in"
            );
            // The reason may name numbers of patients, which the sender knows.
            Ok(refused(&why))
        }
        Err(other) => Err(fault(other)),
    }
}

fn refused(why: &str) -> Acknowledged {
    Acknowledged::Refused(why.to_owned())
}

/// The resource under which the feed knows the patient with `mrn`, or the one that these messages make.
async fn key_of(app: &App, mrn: &str) -> Result<String, AppError> {
    let parsed = Mrn::parse(mrn).map_err(|_| AppError::Fault("an MRN changed on its way".to_owned()))?;
    let known = match patients::owner_of(&app.db, &parsed).await? {
        Some(patient) => rows::resource_ids(&app.db, patient).await?.into_iter().next(),
        None => None,
    };
    Ok(format!("Patient/{}", known.unwrap_or_else(|| format!("hl7-{mrn}"))))
}

/// What the feed said of `key` before.
async fn said(app: &App, key: &str) -> Result<Option<Person>, AppError> {
    let id = key.strip_prefix("Patient/").unwrap_or(key);
    let mut tx = app.db.begin().await?;
    let row = feed_standing::known_one(&mut tx, "Patient", id).await?;
    drop(tx);
    let facts = row.map(|row| serde_json::from_str::<Facts>(&row.facts)).transpose();
    let facts = facts.map_err(|e| AppError::Fault(format!("facts of a feed resource: {e}")))?;
    Ok(match facts {
        Some(Facts::Patient(person)) => Some(*person),
        _ => None,
    })
}

/// The message as an answer of a source.
fn told(app: &App, adt: Adt, key: &str, before: Option<Person>, merged: Option<String>) -> Told {
    let place = Place { file: "HL7".into(), at: None };
    let clinicians = adt.pcps.clone().unwrap_or_default();
    let mut person = adt.person;
    person.pcps = match (&adt.pcps, &before) {
        (Some(pcps), _) => pcps.iter().filter_map(|who| who.npi.clone()).map(Pointer::Npi).collect(),
        (None, Some(before)) => before.pcps.clone(),
        (None, None) => Vec::new(),
    };
    if let Some(before) = before {
        // A message is silent about what it does not carry.
        if person.language.is_empty() {
            person.language = before.language;
        }
        (person.replaced_by, person.replaces) = (before.replaced_by, before.replaces);
        for former in before.former {
            if !person.former.contains(&former) {
                person.former.push(former);
            }
        }
    }
    let other = merged.filter(|other| other != key).map(Pointer::Resource);
    if let Some(other) = other.filter(|other| !person.replaces.contains(other)) {
        person.replaces.push(other);
    }
    let of = |kind: &str, id: &str, raw: String, facts: Facts, display: String| Resource {
        kind: kind.to_owned(),
        id: id.to_owned(),
        display,
        raw,
        patient: None,
        items: Vec::new(),
        facts,
    };
    let id = key.strip_prefix("Patient/").unwrap_or(key);
    let mut resources =
        vec![of("Patient", id, adt.raw, Facts::Patient(Box::new(person.clone())), String::new())];
    let mut others = Vec::new();
    for who in clinicians {
        let Some(npi) = who.npi.clone() else { continue };
        let (id, display) = (format!("hl7-{npi}"), shown(&who));
        let facts = Facts::Practitioner(who);
        others.push((format!("Practitioner/{id}"), facts.clone()));
        resources.push(of("Practitioner", &id, "{}".to_owned(), facts, display));
    }
    let directory = Directory { others, patients: vec![(key.to_owned(), person, place)] };
    Told { asked_at: app.clock.now(), directory, resources, teams: BTreeMap::new(), gone: Vec::new() }
}

fn shown(who: &Clinician) -> String {
    format!("{} {}", who.given, who.family).trim().to_owned()
}
