//! What a remote source is asked, and says, of who is whose there.

use std::collections::BTreeMap;

use time::Date;

use crate::domain::calendar::Instant;
use crate::domain::feed::{Directory, Resource};

/// Of whom the directory facts are asked for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Asked {
    /// Records that the source knows as these `Patient/…`.
    Known(Vec<String>),
    /// Whoever has this MRN, as typed.
    Mrn(String),
    /// Whoever is called and born like this.
    Person {
        /// The family name.
        family: String,
        /// How the given name begins.
        given: String,
        /// The birth date.
        birth_date: Date,
    },
    /// Everyone whose facts changed since.
    Changed(Instant),
    /// Everyone listed with, or on whose care team is, the provider with this NPI or a practice of theirs in the source.
    Of(String),
}

/// What a source says of some patients: mapped resources with nothing of the record in them.
#[derive(Clone, Debug)]
pub struct Told {
    /// When it was asked.
    pub asked_at: Instant,
    /// Patients, clinicians and organizations.
    pub directory: Directory,
    /// The resources behind them, and the care teams.
    pub resources: Vec<Resource>,
    /// Each `Patient/…`, and whether its care teams were read whole.
    pub teams: BTreeMap<String, bool>,
    /// The `Patient/…` that the source no longer has.
    pub gone: Vec<String>,
}

/// A listing, by the numbers that the source knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldListing {
    /// The NPI of the provider; `None` for a practice's listing.
    pub npi: Option<String>,
    /// The code of the practice, when one is named.
    pub practice: Option<String>,
}

/// What the source is told of a patient's PCPs: what the access team decided, and nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewListing {
    /// The `Patient/…` in the source.
    pub patient: String,
    /// Whom the decision lists, while that holds.
    pub confirmed: Option<HeldListing>,
    /// Whom the decision replaced.
    pub ended: Vec<HeldListing>,
    /// Every listing that holds now: whoever it lists stays.
    pub held: Vec<HeldListing>,
}
