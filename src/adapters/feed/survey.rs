//! The two passes over the files of a load: first look at everything, then map it in order.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use super::fhir::digits::unmarked;
use super::fhir::json::{Bad, Node};
use super::fhir::{self, References, Settings, Source};
use super::reader::{Found, Reader, ShiftDays};
use crate::domain::feed::{Directory, Facts, Fault, Place, Pointer, Resource};

/// At most so many faults are kept; the rest are counted.
pub const MOST_FAULTS: usize = 1000;

const CORRECT_IT: &str = "correct the resource and load again";

/// What the first pass found.
#[derive(Debug, Default)]
pub struct Survey {
    /// What references mean.
    pub references: References,
    /// Patients, clinicians and organizations.
    pub directory: Directory,
    /// Every resource that cannot be loaded, at most [`MOST_FAULTS`].
    pub faults: Vec<Fault>,
    /// How many cannot be loaded.
    pub bad: u64,
    /// How many resources there are.
    pub total: u64,
}

impl Survey {
    fn blame(&mut self, fault: Fault) {
        self.bad += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}

/// Patients that were named before they were seen, told apart by number so that many places take little room.
#[derive(Default)]
struct Awaited {
    numbers: HashMap<String, u32>,
    places: Vec<(u32, Place)>,
}

impl Awaited {
    fn add(&mut self, patient: String, place: Place) {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(patient).or_insert(next);
        self.places.push((number, place));
    }
}

/// Looks at every resource of `files`: collects what references mean and whoever belongs to the directory, and reports what
/// cannot be loaded. `known` are `Type/id` and name of what was loaded before; `progress` is told how many were read.
pub fn survey(
    files: &[PathBuf],
    settings: &Settings,
    shift: ShiftDays,
    known: &[(String, String)],
    progress: &mut (dyn FnMut(u64) + Send),
) -> Survey {
    let mut survey = Survey { references: References::new(&settings.practice_system), ..Survey::default() };
    let mut patients: HashSet<String> = HashSet::new();
    for (key, name) in known {
        if key.starts_with("Patient/") {
            patients.insert(key.clone());
        }
        survey.references.know(key.clone(), name.clone());
    }
    let mut awaited = Awaited::default();
    let mut others: [Vec<(String, Facts)>; 3] = Default::default();
    for found in Reader::new(files.to_vec(), shift) {
        survey.total += 1;
        progress(survey.total);
        let found = match found {
            Ok(found) => found,
            Err(fault) => {
                survey.blame(fault);
                continue;
            }
        };
        if !fhir::is_kept(&found.kind) && found.full_url.is_none() {
            continue;
        }
        let outcome = fhir::survey(source(&found), &mut survey.references).and_then(|()| {
            if fhir::is_kept(&found.kind) { mapped(&found, &survey.references, settings) } else { Ok(None) }
        });
        let resource = match outcome {
            Ok(Some(resource)) => resource,
            Ok(None) => continue,
            Err(Bad(reason)) => {
                survey.blame(fault(found, reason));
                continue;
            }
        };
        match (resource.facts, resource.patient) {
            (Facts::Patient(person), _) => {
                patients.insert(found.key.clone());
                survey.directory.patients.push((found.key, *person, found.place));
            }
            (facts @ Facts::Organization(_), _) => keep(&mut others, 0, found.key, facts),
            (facts @ Facts::Practitioner(_), _) => keep(&mut others, 1, found.key, facts),
            (facts @ Facts::Role { .. }, _) => keep(&mut others, 2, found.key, facts),
            (_, Some(patient)) if !patients.contains(&patient) => awaited.add(patient, found.place),
            _ => {}
        }
    }
    settle(&mut survey, others);
    let lost: HashMap<u32, String> = awaited
        .numbers
        .into_iter()
        .filter(|(patient, _)| !survey.references.is_known_patient(patient, &patients))
        .map(|(patient, number)| (number, patient))
        .collect();
    for (number, place) in awaited.places {
        if let Some(patient) = lost.get(&number) {
            survey.blame(Fault {
                place,
                resource: String::new(),
                reason: format!("its patient {patient} is neither in these files nor loaded before"),
                next: "add the file that holds the Patient",
            });
        }
    }
    survey.faults.sort_by(|a, b| a.place.cmp(&b.place));
    survey
}

fn keep(others: &mut [Vec<(String, Facts)>; 3], rank: usize, key: String, facts: Facts) {
    if let Some(list) = others.get_mut(rank) {
        list.push((key, facts));
    }
}

/// Gives the pointers of the directory their final meaning, now that every entry has been read.
fn settle(survey: &mut Survey, others: [Vec<(String, Facts)>; 3]) {
    let references = &survey.references;
    let settle = |pointer: &mut Pointer| references.settle(pointer);
    survey.directory.others = others.into_iter().flatten().collect();
    for (_, facts) in &mut survey.directory.others {
        if let Facts::Role { clinician, organization } = facts {
            clinician.iter_mut().chain(organization).for_each(settle);
        }
    }
    for (_, person, _) in &mut survey.directory.patients {
        let links = person.replaced_by.iter_mut().chain(&mut person.replaces);
        person.pcps.iter_mut().chain(links).for_each(settle);
    }
}

/// Every resource of `files` that has a place here, mapped, in order.
pub fn resources<'a>(
    files: &[PathBuf],
    settings: &'a Settings,
    shift: ShiftDays,
    references: &'a References,
) -> impl Iterator<Item = Result<(Place, Resource), Fault>> + Send + 'a {
    Reader::new(files.to_vec(), shift).filter_map(move |found| {
        let found = match found {
            Ok(found) if fhir::is_kept(&found.kind) => found,
            Ok(_) => return None,
            Err(fault) => return Some(Err(fault)),
        };
        match mapped(&found, references, settings) {
            Ok(Some(resource)) => {
                let raw = unmarked(&found.value.to_string());
                Some(Ok((found.place, Resource { raw, ..resource })))
            }
            Ok(None) => None,
            Err(Bad(reason)) => Some(Err(fault(found, reason))),
        }
    })
}

fn source(found: &Found) -> Source<'_> {
    Source {
        kind: &found.kind,
        key: &found.key,
        full_url: found.full_url.as_deref(),
        node: Node::of(&found.value),
    }
}

fn mapped(found: &Found, references: &References, settings: &Settings) -> Result<Option<Resource>, Bad> {
    fhir::map(source(found), references, settings)
}

fn fault(found: Found, reason: String) -> Fault {
    Fault { place: found.place, resource: found.key, reason, next: CORRECT_IT }
}
