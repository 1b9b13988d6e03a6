//! What the feed says, taken out of FHIR: chart items and the directory facts that come with them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::Date;
use uuid::Uuid;

use super::calendar::Instant;
use super::chart::ChartItem;
use super::people::words;

/// Hours after which what a remote feed said of listings and seats permits nothing (product.md section 8).
pub const HOURS_GOOD: i64 = 24;

/// Until when facts that were known whole at `known` permit anything; since ever nothing, when they are not known whole.
pub fn good_until(known: Option<Instant>) -> Instant {
    known.map_or(Instant::EVER, |at| at.plus_seconds(HOURS_GOOD * 3600))
}

words! {
    /// Why the hospital's source has not been told of a listing that the access team made.
    Untold {
        /// It could not be asked.
        Down = "down",
        /// It does not take the listing.
        Refused = "refused",
        /// It has listed somebody else since.
        Newer = "newer",
    }
}

/// Listings of the access team of which the hospital's source has yet to be told.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Backlog {
    /// How many.
    pub waiting: i64,
    /// When the oldest was made.
    pub oldest: Option<Instant>,
    /// For how many of them the source has listed somebody else since.
    pub conflicts: i64,
}

/// One resource, mapped.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its FHIR type.
    pub kind: String,
    /// Its id within the type.
    pub id: String,
    /// How others call it.
    pub display: String,
    /// The resource itself.
    pub raw: String,
    /// `Patient/…` of the patient whose record it belongs to.
    pub patient: Option<String>,
    /// Its lines in the record, each with its text.
    pub items: Vec<(ChartItem, String)>,
    /// What it says of the directory.
    pub facts: Facts,
}

impl Resource {
    /// `Type/id`.
    pub fn key(&self) -> String {
        format!("{}/{}", self.kind, self.id)
    }
}

/// The id of line `n` of the resource `key` (`Type/id`): the same whenever and wherever it is read, so that links to it last.
pub fn item_id(key: &str, n: usize) -> Uuid {
    stable_id(&format!("{key}#{n}"))
}

/// An id made of `name`: the same for the same name.
pub fn stable_id(name: &str) -> Uuid {
    let digest = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What a resource says of the directory, in a form that can be kept beside it and compared at the next load.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facts {
    /// Nothing.
    #[default]
    None,
    /// Who a patient is, and whose.
    Patient(Box<Person>),
    /// Who a clinician is.
    Practitioner(Clinician),
    /// Where a clinician works.
    Role {
        /// The clinician.
        clinician: Option<Pointer>,
        /// The organization.
        organization: Option<Pointer>,
    },
    /// The codes by which a practice may be known.
    Organization(Vec<String>),
    /// The seats of a care team.
    Team(Vec<SeatWish>),
}

/// A patient as the feed describes one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Person {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// Administrative sex.
    pub sex: String,
    /// Spoken language.
    pub language: String,
    /// Date of death.
    pub deceased_on: Option<Date>,
    /// Whether the source says that the patient died; `None` when it is silent.
    pub deceased: Option<bool>,
    /// The MRN as recorded.
    pub mrn: String,
    /// MRNs that the patient had before.
    pub former: Vec<String>,
    /// General practitioners.
    pub pcps: Vec<Pointer>,
    /// The record that this one was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<Pointer>,
    /// Records that were merged into this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Pointer>,
}

impl Person {
    /// What the resource `own` says of merges: each record with the one that it was merged into, as `Patient/…`.
    pub fn merges(&self, own: &str) -> Vec<(String, String)> {
        let key = |pointer: &Pointer| match pointer {
            Pointer::Resource(key) if key != own => Some(key.clone()),
            _ => None,
        };
        let away = self.replaced_by.iter().filter_map(key).map(|into| (own.to_owned(), into));
        away.chain(self.replaces.iter().filter_map(key).map(|from| (from, own.to_owned()))).collect()
    }
}

/// A clinician as the feed describes one.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Clinician {
    /// The NPI, when there is a valid one.
    pub npi: Option<String>,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Specialty.
    pub specialty: String,
}

/// Whom or what a reference means.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pointer {
    /// A resource, as `Type/id`.
    Resource(String),
    /// A provider by NPI.
    Npi(String),
    /// A practice by its code.
    Practice(String),
}

/// A seat that a care team asks for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SeatWish {
    /// Who sits there.
    pub member: Pointer,
    /// In which role.
    pub role: String,
    /// From when, `None` when the source does not say.
    pub from: Option<Instant>,
    /// Until when, `None` while open.
    pub to: Option<Instant>,
    /// The team is no longer active, so that the seat ends at the load at the latest.
    pub over: bool,
}

/// What a load needs to know before it begins: everyone and everything that other resources refer to.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// `Type/id` and facts of organizations, practitioners and their roles, in this order.
    pub others: Vec<(String, Facts)>,
    /// Patients, each with the place it was read at.
    pub patients: Vec<(String, Person, Place)>,
}

/// Where something was read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The file.
    pub file: Arc<str>,
    /// The line from 1 or the Bundle entry from 0, as people count them; `None` for the whole file.
    pub at: Option<Spot>,
}

/// A spot in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Spot {
    /// A line of NDJSON, from 1.
    Line(u32),
    /// An entry of a Bundle, from 0 as in `entry[0]`.
    Entry(u32),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        match self.at {
            Some(Spot::Line(n)) => write!(f, " line {n}"),
            Some(Spot::Entry(n)) => write!(f, " entry[{n}]"),
            None => Ok(()),
        }
    }
}

/// Why a resource cannot be loaded, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Where it is.
    pub place: Place,
    /// `Type/id` as far as known.
    pub resource: String,
    /// What is wrong.
    pub reason: String,
    /// The next step.
    pub next: &'static str,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.place)?;
        if !self.resource.is_empty() {
            write!(f, " ({})", self.resource)?;
        }
        write!(f, ": {}; {}", self.reason, self.next)
    }
}
