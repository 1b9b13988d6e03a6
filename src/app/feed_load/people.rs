//! Patients, clinicians and organizations of a load become directory rows, and general practitioners listings.

use std::collections::{HashMap, HashSet};

use super::confirmed::Said;
use super::merging::Links;
use super::resolve::Whom;
use super::standing::{self, Change};
use super::{Load, LoadError, facts_of};
use crate::domain::feed::{Directory, Facts, Person, Place};
use crate::domain::ids::{FactId, Mrn, PatientId, ProviderId};
use crate::domain::people::fold_name;
use crate::store::{directory, feed_notice, feed_write as rows, verification};

const SAME_MRN: &str = "give each patient an MRN of its own, or merge the records at the source";

impl Load<'_> {
    /// Makes everyone of `directory` known.
    pub(super) async fn directory(&mut self, directory: Directory) -> Result<(), LoadError> {
        let providers = rows::providers(&mut self.tx).await?;
        self.resolver.providers = providers.into_iter().map(|(id, npi)| (npi, id)).collect();
        let practices = rows::practices(&mut self.tx).await?;
        self.resolver.practices = practices.into_iter().map(|(id, code)| (code, id)).collect();
        let mut before: HashMap<String, Facts> = HashMap::new();
        let met: HashSet<&str> = directory.patients.iter().map(|(key, _, _)| key.as_str()).collect();
        let mut earlier: [Vec<(String, Facts)>; 3] = Default::default();
        for row in rows::known(&mut self.tx).await? {
            let key = format!("{}/{}", row.kind, row.fhir_id);
            if let ("Patient", Some(patient)) = (row.kind.as_str(), row.patient_id) {
                self.patients.insert(key.clone(), PatientId(patient));
                let is_met = met.contains(key.as_str());
                if is_met || Links::mentioned(&row.facts) {
                    let facts = facts_of(&row.facts)?;
                    self.links.said_before(&key, &facts, is_met);
                    if is_met {
                        before.insert(key, facts);
                    }
                }
                continue;
            }
            let rank = match row.kind.as_str() {
                "Organization" => 0,
                "Practitioner" => 1,
                _ => 2,
            };
            if let Some(list) = earlier.get_mut(rank) {
                list.push((key, facts_of(&row.facts)?));
            }
        }
        // Whoever changes listings or seats of a patient meanwhile waits, or is seen below.
        let stored: Vec<PatientId> =
            self.patients.iter().filter(|(key, _)| met.contains(key.as_str())).map(|(_, id)| *id).collect();
        verification::hold_patients(&mut self.tx, &stored).await?;
        // Roles last of all: they may name anyone, old or new.
        let (roles, others): (Vec<_>, Vec<_>) = earlier
            .into_iter()
            .flatten()
            .chain(directory.others)
            .partition(|(_, facts)| matches!(facts, Facts::Role { .. }));
        for (key, facts) in others.into_iter().chain(roles) {
            self.take(&key, &facts).await?;
        }
        let mut seen: HashMap<String, (String, Person)> = HashMap::new();
        for (key, person, place) in &directory.patients {
            self.links.say_now(key, person, place);
        }
        for (key, person, place) in directory.patients {
            let old = before.get(&key).cloned();
            self.patient(key, person, place, old, &mut seen).await?;
        }
        self.merges().await
    }

    /// Takes in a clinician, organization or role, adding a provider whom the directory lacks.
    pub(super) async fn take(&mut self, key: &str, facts: &Facts) -> Result<(), LoadError> {
        let Some((npi, clinician)) = self.resolver.take(key, facts) else { return Ok(()) };
        let id = ProviderId(self.id()?);
        rows::add_provider(&mut self.tx, id, npi, clinician).await?;
        self.summary.providers_added += 1;
        self.resolver.providers.insert(npi.to_owned(), id);
        self.resolver.take(key, facts);
        Ok(())
    }

    pub(super) async fn patient(
        &mut self,
        key: String,
        person: Person,
        place: Place,
        old: Option<Facts>,
        seen: &mut HashMap<String, (String, Person)>,
    ) -> Result<(), LoadError> {
        let Ok(mrn) = Mrn::parse(&person.mrn) else { return Ok(()) };
        let mrn = mrn.as_str().to_owned();
        if let Some((other, _)) = seen.get(&mrn)
            && *other != key
        {
            let reason = format!("its MRN {} is also that of {other}", person.mrn);
            self.blame(place, key, reason, SAME_MRN);
            return Ok(());
        }
        seen.insert(mrn.clone(), (key.clone(), person.clone()));
        let Some(id) = self.identify(&key, &mrn, &person, &place).await? else { return Ok(()) };
        for former in &person.former {
            self.former_mrn(id, &key, former, &place).await?;
        }
        if old.is_none() {
            self.first_seen.insert(id);
        }
        let before = match old {
            Some(Facts::Patient(before)) => Some(before),
            _ => None,
        };
        match person.deceased {
            Some(true) => rows::died(&mut self.tx, id, person.deceased_on, self.now).await?,
            // What only the feed had said, the feed takes back.
            Some(false) => rows::lives(&mut self.tx, id).await?,
            None if before.as_ref().is_some_and(|b| b.deceased == Some(true)) => {
                rows::lives(&mut self.tx, id).await?;
            }
            None => {}
        }
        self.patients.insert(key, id);
        self.listings(id, &person, before.as_deref()).await
    }

    /// The patient's row, found by resource or MRN, or made; `None` when the two disagree.
    async fn identify(
        &mut self,
        key: &str,
        mrn: &str,
        person: &Person,
        place: &Place,
    ) -> Result<Option<PatientId>, LoadError> {
        let by_resource = self.patients.get(key).copied();
        let by_mrn = rows::by_mrn(&mut self.tx, mrn).await?;
        if let (None, Some((owner, false))) = (by_resource, by_mrn)
            && self.is_someone_else(owner, person).await?
        {
            let reason =
                format!("its MRN {} is that of someone with another name and birth date", person.mrn);
            self.blame(place.clone(), key.to_owned(), reason, SAME_MRN);
            return Ok(None);
        }
        let id = match (by_resource, by_mrn) {
            (Some(known), Some((owner, _))) if known != owner => {
                let reason = format!("its MRN {} belongs to another patient of the portal", person.mrn);
                self.blame(place.clone(), key.to_owned(), reason, SAME_MRN);
                return Ok(None);
            }
            // An old number of someone whom the directory knows better by another.
            (_, Some((owner, true))) => return Ok(Some(owner)),
            (_, Some((owner, false))) => owner,
            (Some(known), None) => {
                rows::make_former(&mut self.tx, known).await?;
                rows::add_mrn(&mut self.tx, known, mrn, &person.mrn, 0).await?;
                known
            }
            (None, None) => {
                let id = PatientId(self.id()?);
                rows::add_patient(&mut self.tx, id, person).await?;
                rows::add_mrn(&mut self.tx, id, mrn, &person.mrn, 0).await?;
                self.summary.patients_added += 1;
                return Ok(Some(id));
            }
        };
        rows::set_patient(&mut self.tx, id, person).await?;
        Ok(Some(id))
    }

    /// Whether the record `owner` is of another person than `person`: neither birth date nor family name agree, or one of them
    /// does not and another resource of the feed speaks for the record already.
    async fn is_someone_else(&mut self, owner: PatientId, person: &Person) -> Result<bool, LoadError> {
        let known = directory::patients(&mut self.tx, &[owner]).await?;
        let Some(known) = known.first() else { return Ok(false) };
        let born = known.birth_date == person.birth_date;
        let named = fold_name(&known.family) == fold_name(&person.family);
        let spoken_for = self.patients.values().any(|id| *id == owner);
        Ok(if spoken_for { !born || !named } else { !born && !named })
    }

    async fn former_mrn(
        &mut self,
        id: PatientId,
        key: &str,
        former: &str,
        place: &Place,
    ) -> Result<(), LoadError> {
        let Ok(mrn) = Mrn::parse(former) else { return Ok(()) };
        match rows::by_mrn(&mut self.tx, mrn.as_str()).await? {
            None => rows::add_mrn(&mut self.tx, id, mrn.as_str(), former, 1).await?,
            Some((owner, _)) if owner == id => {}
            // Another record that was merged into this one keeps its number; the merge leads from there to here.
            Some((owner, _)) if self.is_merged_into(owner, key) => {}
            Some(_) => {
                let reason = format!("its former MRN {former} belongs to another patient of the portal");
                self.blame(place.clone(), key.to_owned(), reason, SAME_MRN);
            }
        }
        Ok(())
    }

    /// Whom `person` lists as PCP, as far as the directory knows them.
    fn pcps(&self, person: &Person) -> Vec<Whom> {
        let mut all: Vec<Whom> = Vec::new();
        for whom in person.pcps.iter().map(|pointer| self.resolver.of(pointer)) {
            if whom.is_somebody() && !all.contains(&whom) {
                all.push(whom);
            }
        }
        all
    }

    /// Whether the listings that the access team confirmed are no longer what they should be, when the source says the same of the patient
    /// `id` as before: it was told meanwhile, or they were confirmed meanwhile.
    pub(super) async fn is_behind(&mut self, id: PatientId, person: &Person) -> Result<bool, LoadError> {
        let confirmed = feed_notice::confirmed(&mut self.tx, id).await?;
        let rows = rows::listings(&mut self.tx, id).await?;
        let new = self.pcps(person);
        let said = Said { rows: &rows, confirmed: &confirmed, new: &new, now: self.now };
        Ok(!standing::listing_changes(said, &new, false).is_empty())
    }

    /// Opens and ends listings so that they say what `person` says.
    async fn listings(
        &mut self,
        id: PatientId,
        person: &Person,
        before: Option<&Person>,
    ) -> Result<(), LoadError> {
        let (new, old) = (self.pcps(person), before.map(|before| self.pcps(before)).unwrap_or_default());
        verification::hold_patient(&mut self.tx, id).await?;
        let confirmed = feed_notice::confirmed(&mut self.tx, id).await?;
        let rows = rows::listings(&mut self.tx, id).await?;
        let said = Said { rows: &rows, confirmed: &confirmed, new: &new, now: self.now };
        let is_first = self.first_seen.contains(&id);
        for change in standing::listing_changes(said, &old, is_first) {
            match change {
                Change::Open { whom, span, .. } => {
                    let new = rows::Standing {
                        id: self.id()?,
                        provider: whom.provider,
                        practice: whom.practice,
                        span,
                        from_feed: true,
                        imported: false,
                    };
                    rows::add_listing(&mut self.tx, id, &new).await?;
                    // What was confirmed has settled what was open then.
                    if !said.takes_over(whom) {
                        self.opened.push((id, FactId(new.id)));
                    }
                    self.summary.listings_opened += 1;
                }
                Change::End { id, at } => {
                    rows::end_listing(&mut self.tx, id, at.unwrap_or(self.now)).await?;
                    if said.is_done(id) {
                        feed_notice::seen(&mut self.tx, id, self.now).await?;
                    }
                    self.summary.listings_ended += 1;
                }
            }
        }
        Ok(())
    }
}
