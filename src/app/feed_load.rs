//! Loading the embedded feed: everything in one transaction with its audit row, or nothing.

mod confirmed;
mod merging;
mod people;
pub mod refresh;
mod replaced;
mod resolve;
mod standing;

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::requests::settle;
use super::{App, AppError, merges};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::feed::{Directory, Facts, Fault, Place, Resource, SeatWish, item_id, stable_id};
use crate::domain::ids::{FactId, PatientId, new_uuid};
use crate::store::feed_write::{self as rows, Kept};
use crate::store::{StoreError, Tx};
use merging::Links;
use resolve::Resolver;

/// Resources written in one statement.
const BATCH: usize = 64;
/// At most so many faults are told.
const MOST_FAULTS: usize = 1000;

/// What a load did.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Summary {
    /// Resources kept, by type.
    pub resources: BTreeMap<String, u64>,
    /// Lines of the record that they make.
    pub items: u64,
    /// Patients that the portal did not know.
    pub patients_added: u64,
    /// Providers that the portal did not know.
    pub providers_added: u64,
    /// Listings opened.
    pub listings_opened: u64,
    /// Listings ended.
    pub listings_ended: u64,
    /// Care-team seats opened.
    pub seats_opened: u64,
    /// Care-team seats ended.
    pub seats_ended: u64,
    /// Merges of two records that the access team is asked to confirm.
    pub merges_opened: u64,
    /// Merges that the feed took back.
    pub merges_ended: u64,
}

/// Why a load did not happen. Nothing is kept then.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness, or something that cannot be written down.
    #[error("{0}")]
    Fault(String),
    /// Resources that cannot be loaded.
    #[error("{} resources cannot be loaded; nothing was loaded", .0.len())]
    Bad(Vec<Fault>),
}

/// `Type/id` and name of everything loaded before that others may refer to.
///
/// # Errors
/// [`StoreError`].
pub async fn known(app: &App) -> Result<Vec<(String, String)>, StoreError> {
    let mut tx = app.db.begin().await?;
    let rows = rows::known(&mut tx).await?;
    Ok(rows.into_iter().map(|row| (format!("{}/{}", row.kind, row.fhir_id), row.display)).collect())
}

/// Loads `resources`, after `directory` which was collected from them, in one transaction with its audit row.
///
/// # Errors
/// [`LoadError`]; nothing is kept then.
pub async fn load(
    app: &App,
    directory: Directory,
    resources: &mut (dyn Iterator<Item = Result<(Place, Resource), Fault>> + Send),
) -> Result<Summary, LoadError> {
    let mut load = Load::begin(app).await?;
    load.directory(directory).await?;
    load.stream(resources).await?;
    if !load.faults.is_empty() {
        return Err(LoadError::Bad(load.faults));
    }
    load.finish().await
}

/// One load on its way.
struct Load<'a> {
    app: &'a App,
    now: Instant,
    tx: Tx,
    resolver: Resolver,
    /// `Patient/id` of every patient known before or met now.
    patients: HashMap<String, PatientId>,
    /// Patients whose resource is loaded for the first time.
    first_seen: HashSet<PatientId>,
    /// What the care teams said before, of every patient for whom one was loaded now.
    old_teams: HashMap<PatientId, Vec<SeatWish>>,
    /// Listings opened now.
    opened: Vec<(PatientId, FactId)>,
    /// What the resources say of merges, before and now.
    links: Links,
    summary: Summary,
    faults: Vec<Fault>,
}

impl<'a> Load<'a> {
    async fn begin(app: &'a App) -> Result<Self, LoadError> {
        Ok(Self {
            app,
            now: app.clock.now(),
            tx: app.db.begin().await?,
            resolver: Resolver::default(),
            patients: HashMap::new(),
            first_seen: HashSet::new(),
            old_teams: HashMap::new(),
            opened: Vec::new(),
            links: Links::default(),
            summary: Summary::default(),
            faults: Vec::new(),
        })
    }
}

impl Load<'_> {
    fn id(&self) -> Result<Uuid, LoadError> {
        let mut chance = [0; 10];
        self.app.entropy.fill(&mut chance).map_err(|e| LoadError::Fault(e.to_string()))?;
        Ok(new_uuid(self.now, chance))
    }

    fn blame(&mut self, place: Place, resource: String, reason: String, next: &'static str) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { place, resource, reason, next });
        }
    }

    async fn stream(
        &mut self,
        resources: &mut (dyn Iterator<Item = Result<(Place, Resource), Fault>> + Send),
    ) -> Result<(), LoadError> {
        let mut batch: Vec<Kept> = Vec::with_capacity(BATCH);
        let mut in_batch: HashSet<Uuid> = HashSet::with_capacity(BATCH);
        for next in resources {
            let (place, resource) = match next {
                Ok(found) => found,
                Err(fault) => {
                    self.blame(fault.place, fault.resource, fault.reason, fault.next);
                    continue;
                }
            };
            let Some(mut kept) = self.kept(place, resource).await? else { continue };
            if batch.len() >= BATCH || in_batch.contains(&kept.id) {
                rows::put(&mut self.tx, &batch, self.now).await?;
                batch.clear();
                in_batch.clear();
            }
            replaced::keep(&mut self.tx, &mut kept.items).await?;
            in_batch.insert(kept.id);
            batch.push(kept);
        }
        rows::put(&mut self.tx, &batch, self.now).await?;
        Ok(())
    }

    /// `resource` as a row, `None` when its patient is not known.
    async fn kept(&mut self, place: Place, resource: Resource) -> Result<Option<Kept>, LoadError> {
        let key = resource.key();
        let is_patient = resource.kind == "Patient";
        let whose = if is_patient { Some(&key) } else { resource.patient.as_ref() };
        let patient = whose.and_then(|whose| self.patients.get(whose)).copied();
        if let (Some(whose), None) = (whose, patient) {
            let reason = format!("its patient {whose} is neither in these files nor loaded before");
            self.blame(place, key, reason, "add the file that holds the Patient");
            return Ok(None);
        }
        if let (Facts::Team(_), Some(patient)) = (&resource.facts, patient)
            && !self.old_teams.contains_key(&patient)
        {
            let said = rows::teams(&mut self.tx, patient).await?;
            self.old_teams.insert(patient, standing::wishes(&said)?);
        }
        *self.summary.resources.entry(resource.kind.clone()).or_default() += 1;
        self.summary.items += u64::try_from(resource.items.len()).unwrap_or(0);
        let whom = self.resolver.of_key(&key);
        let mut items = resource.items;
        for (n, (item, _)) in items.iter_mut().enumerate() {
            item.id = item_id(&key, n);
        }
        Ok(Some(Kept {
            id: stable_id(&key),
            fhir_id: resource.id,
            patient,
            provider: whom.provider,
            practice: whom.practice,
            display: resource.display,
            raw: resource.raw,
            facts: facts_text(&resource.facts)?,
            kind: resource.kind,
            items,
        }))
    }

    /// Seats and activity of every patient met, the audit row, the end.
    async fn finish(mut self) -> Result<Summary, LoadError> {
        let old_teams = std::mem::take(&mut self.old_teams);
        for (patient, old) in old_teams {
            self.seats(patient, &old).await?;
        }
        let met: HashSet<PatientId> = self.patients.values().copied().collect();
        for patient in met {
            rows::set_activity(&mut self.tx, patient, self.now).await?;
        }
        let mut entry = Entry::new(self.now, Act::LoadFeed, Outcome::Allowed);
        entry.detail = serde_json::to_string(&self.summary).map_err(|e| LoadError::Fault(e.to_string()))?;
        let fault = |error| match error {
            AppError::Store(error) => LoadError::Store(error),
            other => LoadError::Fault(other.to_string()),
        };
        let settled = settle(self.app, &mut self.tx, &self.opened, self.now).await.map_err(fault)?;
        let asked = merges::settle(self.app, &mut self.tx, self.now).await.map_err(fault)?;
        self.app.audit.commit(self.tx, settled.into_iter().chain(asked).chain([entry]).collect()).await?;
        Ok(self.summary)
    }
}

/// Facts as they are kept beside the resource.
fn facts_text(facts: &Facts) -> Result<String, LoadError> {
    serde_json::to_string(facts).map_err(|e| LoadError::Fault(e.to_string()))
}

/// Facts as they were kept.
fn facts_of(text: &str) -> Result<Facts, LoadError> {
    serde_json::from_str(text)
        .map_err(|e| LoadError::Store(StoreError::Corrupt(format!("facts of a feed resource: {e}"))))
}
