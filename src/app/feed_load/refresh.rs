//! Taking in what a remote source says of some patients: the same changes as a load makes, with what they need of the directory read
//! one by one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::standing::wishes;
use super::{Load, LoadError, facts_of, facts_text};
use crate::app::ports::directory::Told;
use crate::app::requests::settle;
use crate::app::{App, AppError, merges};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::feed::{Directory, Facts, Person, Pointer, Resource};
use crate::domain::ids::PatientId;
use crate::store::feed_standing::{self, FeedStanding};
use crate::store::{feed_notice, feed_write as rows, verification};

/// Takes in what `told` says, in one transaction with its audit row. Whether anything changed.
///
/// # Errors
/// [`LoadError`]; nothing is kept then.
pub async fn apply(app: &App, told: Told) -> Result<bool, LoadError> {
    let mut load = Load::begin(app).await?;
    let told = load.newer(told).await?;
    load.gone(&told).await?;
    if load.says_the_same(&told).await? {
        load.stand(&told).await?;
        load.tx.commit().await?;
        return Ok(false);
    }
    load.take_in(told).await
}

/// The keys and numbers to which facts refer.
#[derive(Default)]
struct Mentioned {
    keys: BTreeSet<String>,
    npis: BTreeSet<String>,
    codes: BTreeSet<String>,
}

impl Mentioned {
    fn pointer(&mut self, pointer: &Pointer) {
        match pointer {
            Pointer::Resource(key) => self.keys.insert(key.clone()),
            Pointer::Npi(npi) => self.npis.insert(npi.clone()),
            Pointer::Practice(code) => self.codes.insert(code.clone()),
        };
    }

    fn facts(&mut self, facts: &Facts) {
        match facts {
            Facts::Patient(person) => person.pcps.iter().for_each(|p| self.pointer(p)),
            Facts::Team(wishes) => wishes.iter().for_each(|wish| self.pointer(&wish.member)),
            Facts::Practitioner(clinician) => self.npis.extend(clinician.npi.clone()),
            Facts::Organization(codes) => self.codes.extend(codes.iter().cloned()),
            Facts::Role { clinician, organization } => {
                clinician.iter().chain(organization).for_each(|p| self.pointer(p));
            }
            Facts::None => {}
        }
    }
}

impl Load<'_> {
    /// The patient that the source calls `key`, as far as the portal knows.
    async fn known_patient(&mut self, key: &str) -> Result<Option<(PatientId, Facts)>, LoadError> {
        let id = key.strip_prefix("Patient/").unwrap_or(key);
        let Some(row) = feed_standing::known_one(&mut self.tx, "Patient", id).await? else { return Ok(None) };
        let facts = facts_of(&row.facts)?;
        Ok(row.patient_id.map(|id| (PatientId(id), facts)))
    }

    /// What is left of `told` without patients of whom a later answer was taken in already.
    async fn newer(&mut self, mut told: Told) -> Result<Told, LoadError> {
        let keys: Vec<String> = told.directory.patients.iter().map(|(key, ..)| key.clone()).collect();
        let mut known = Vec::new();
        for key in keys.iter().chain(&told.gone) {
            known.extend(self.known_patient(key).await?.map(|(id, _)| (key.clone(), id)));
        }
        let ids: Vec<PatientId> = known.iter().map(|(_, id)| *id).collect();
        // Whoever takes in an answer about one of them meanwhile waits, or is seen below.
        verification::hold_patients(&mut self.tx, &ids).await?;
        let mut late = BTreeSet::new();
        for (key, id) in known {
            let standing = feed_standing::within(&mut self.tx, id).await?;
            if standing.is_some_and(|standing| standing.asked_at > told.asked_at) {
                late.insert(key);
            }
        }
        let own = |resource: &Resource| match resource.kind.as_str() {
            "Patient" => Some(resource.key()),
            _ => resource.patient.clone(),
        };
        told.directory.patients.retain(|(key, ..)| !late.contains(key));
        told.resources.retain(|resource| own(resource).is_none_or(|key| !late.contains(&key)));
        told.teams.retain(|key, _| !late.contains(key));
        told.gone.retain(|key| !late.contains(key));
        Ok(told)
    }

    /// Lets nothing of the feed permit anything for patients whom the source no longer has.
    async fn gone(&mut self, told: &Told) -> Result<(), LoadError> {
        for key in &told.gone {
            if let Some((patient, _)) = self.known_patient(key).await? {
                let nothing = FeedStanding { asked_at: told.asked_at, listings_at: None, seats_at: None };
                feed_standing::put(&mut self.tx, patient, nothing).await?;
            }
        }
        Ok(())
    }

    /// Whether every resource says what it said before.
    async fn says_the_same(&mut self, told: &Told) -> Result<bool, LoadError> {
        let mut teams: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for resource in &told.resources {
            let Some(known) = feed_standing::known_one(&mut self.tx, &resource.kind, &resource.id).await?
            else {
                return Ok(false);
            };
            // What stands beside the facts, a message's numbers of the family, may have changed.
            if resource.raw != "{}"
                || known.facts != facts_text(&resource.facts)?
                || known.display != resource.display
            {
                return Ok(false);
            }
            if let (Facts::Team(_), Some(patient)) = (&resource.facts, &resource.patient) {
                teams.entry(patient).or_default().insert(known.facts);
            }
            if let Facts::Patient(person) = &resource.facts
                && self.is_at_odds(told, &resource.key(), person).await?
            {
                return Ok(false);
            }
        }
        for (key, complete) in &told.teams {
            let Some((patient, _)) = self.known_patient(key).await? else { return Ok(false) };
            let before: BTreeSet<String> = rows::teams(&mut self.tx, patient).await?.into_iter().collect();
            if *complete && before != teams.remove(key.as_str()).unwrap_or_default() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether what the access team confirmed of the patient `key` meanwhile asks for a change, though the source says `person` as before.
    async fn is_at_odds(&mut self, told: &Told, key: &str, person: &Person) -> Result<bool, LoadError> {
        let Some((patient, _)) = self.known_patient(key).await? else { return Ok(false) };
        if feed_notice::confirmed(&mut self.tx, patient).await?.is_empty() {
            return Ok(false);
        }
        let mut mentioned = Mentioned::default();
        told.resources.iter().for_each(|resource| mentioned.facts(&resource.facts));
        self.resolve(told, mentioned).await?;
        self.is_behind(patient, person).await
    }

    /// Notes how fresh the facts of every patient told of are.
    async fn stand(&mut self, told: &Told) -> Result<(), LoadError> {
        for (key, complete) in &told.teams {
            let Some((patient, _)) = self.known_patient(key).await? else { continue };
            let at = Some(told.asked_at);
            let seats_at = if *complete { at } else { None };
            let standing = FeedStanding { asked_at: told.asked_at, listings_at: at, seats_at };
            feed_standing::put(&mut self.tx, patient, standing).await?;
        }
        Ok(())
    }

    async fn take_in(mut self, told: Told) -> Result<bool, LoadError> {
        let mut old: HashMap<String, Facts> = HashMap::new();
        let mut mentioned = Mentioned::default();
        told.resources.iter().for_each(|resource| mentioned.facts(&resource.facts));
        for (key, person, place) in &told.directory.patients {
            if let Some((id, facts)) = self.known_patient(key).await? {
                self.patients.insert(key.clone(), id);
                self.links.said_before(key, &facts, true);
                mentioned.facts(&facts);
                old.insert(key.clone(), facts);
                if told.teams.get(key) == Some(&true) {
                    let said = wishes(&rows::teams(&mut self.tx, id).await?)?;
                    for wish in &said {
                        mentioned.pointer(&wish.member);
                    }
                    self.old_teams.insert(id, said);
                }
            }
            self.links.say_now(key, person, place);
            for (from, into) in person.merges(key) {
                for other in [from, into] {
                    if let Some((id, _)) = self.known_patient(&other).await? {
                        self.patients.insert(other, id);
                    }
                }
            }
        }
        self.resolve(&told, mentioned).await?;
        let complete = told.teams.clone();
        let (asked_at, resources) = (told.asked_at, told.resources);
        let mut seen: HashMap<String, (String, Person)> = HashMap::new();
        for (key, person, place) in told.directory.patients {
            let before = old.get(&key).cloned();
            self.patient(key, person, place, before, &mut seen).await?;
        }
        self.merges().await?;
        self.keep(&complete, resources).await?;
        if !self.faults.is_empty() {
            return Err(LoadError::Bad(self.faults));
        }
        let told = Told {
            asked_at,
            directory: Directory::default(),
            resources: Vec::new(),
            teams: complete,
            gone: Vec::new(),
        };
        self.stand(&told).await?;
        self.end().await
    }

    /// Knows whom everything `mentioned` means: from `told`, else from what was said before.
    async fn resolve(&mut self, told: &Told, mut mentioned: Mentioned) -> Result<(), LoadError> {
        let said: HashSet<&str> = told.directory.others.iter().map(|(key, _)| key.as_str()).collect();
        let mut earlier: Vec<(String, Facts)> = Vec::new();
        let mut asked: BTreeSet<String> = BTreeSet::new();
        // A role that was said before names a clinician and an organization in turn.
        for _ in 0..2 {
            let keys: Vec<String> = mentioned.keys.difference(&asked).cloned().collect();
            for key in keys {
                asked.insert(key.clone());
                let Some((kind, id)) = key.split_once('/').filter(|_| !said.contains(key.as_str())) else {
                    continue;
                };
                if let Some(row) = feed_standing::known_one(&mut self.tx, kind, id).await? {
                    let facts = facts_of(&row.facts)?;
                    mentioned.facts(&facts);
                    earlier.push((key, facts));
                }
            }
        }
        for npi in &mentioned.npis {
            if let Some(id) = feed_standing::provider_one(&mut self.tx, npi).await? {
                self.resolver.providers.insert(npi.clone(), id);
            }
        }
        for code in &mentioned.codes {
            if let Some(id) = feed_standing::practice_one(&mut self.tx, code).await? {
                self.resolver.practices.insert(code.clone(), id);
            }
        }
        let all = earlier.into_iter().chain(told.directory.others.iter().cloned());
        let (roles, others): (Vec<_>, Vec<_>) =
            all.partition(|(_, facts)| matches!(facts, Facts::Role { .. }));
        for (key, facts) in others.into_iter().chain(roles) {
            self.take(&key, &facts).await?;
        }
        Ok(())
    }

    /// Keeps what the resources say, lets go of care teams that are no more, and makes seats say the same.
    async fn keep(
        &mut self,
        complete: &BTreeMap<String, bool>,
        resources: Vec<Resource>,
    ) -> Result<(), LoadError> {
        for (key, complete) in complete {
            let Some(patient) = self.patients.get(key).copied().filter(|_| *complete) else { continue };
            let is_its = |r: &&Resource| r.kind == "CareTeam" && r.patient.as_ref() == Some(key);
            let ids: Vec<&str> = resources.iter().filter(is_its).map(|r| r.id.as_str()).collect();
            self.old_teams.entry(patient).or_default();
            feed_standing::keep_teams(&mut self.tx, patient, &ids).await?;
        }
        let place = crate::domain::feed::Place { file: "the feed".into(), at: None };
        self.stream(&mut resources.into_iter().map(|resource| Ok((place.clone(), resource)))).await?;
        let old_teams = std::mem::take(&mut self.old_teams);
        for (patient, old) in old_teams {
            self.seats(patient, &old).await?;
        }
        Ok(())
    }

    async fn end(mut self) -> Result<bool, LoadError> {
        let fault = |error| match error {
            AppError::Store(error) => LoadError::Store(error),
            other => LoadError::Fault(other.to_string()),
        };
        let settled = settle(self.app, &mut self.tx, &self.opened, self.now).await.map_err(fault)?;
        let asked = merges::settle(self.app, &mut self.tx, self.now).await.map_err(fault)?;
        let mut entry = Entry::new(self.now, Act::LoadFeed, Outcome::Allowed);
        entry.detail = serde_json::to_string(&self.summary).map_err(|e| LoadError::Fault(e.to_string()))?;
        self.app.audit.commit(self.tx, settled.into_iter().chain(asked).chain([entry]).collect()).await?;
        Ok(true)
    }
}

/// Whether facts known since `at` are fresh enough at `now` for a chart that opens, when `seconds` is the greatest age.
pub fn is_fresh(at: Option<Instant>, now: Instant, seconds: i64) -> bool {
    at.is_some_and(|at| now.seconds_since(at) < seconds)
}
