//! What use cases need from the outside, each with two or more real implementations.

pub mod hooks;
pub mod identity;

use std::future::Future;
use std::pin::Pin;

use crate::domain::calendar::Instant;
use crate::domain::chart::{Banner, ChartItem, Section};
use crate::domain::ids::Npi;
use crate::domain::letter::Letter;
use crate::domain::verification::FamilyPhone;

use super::permit::Permit;
use super::permit::desk::DeskPermit;

/// The time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// Chance.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Errors
    /// When the operating system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), std::io::Error>;
}

/// A future of any kind that a port returns.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One mail on its way out.
#[derive(Clone, Debug)]
pub struct OutgoingMail {
    /// The address it goes to.
    pub to: String,
    /// The same at every try, so that a receiver can tell a repetition.
    pub message_id: String,
    /// When it was written.
    pub made_at: Instant,
    /// What it says.
    pub letter: Letter,
}

/// Why a mail did not leave.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MailError {
    /// It may leave later: no connection, a time-out, a 4xx reply.
    #[error("not now: {0}")]
    Later(String),
    /// The receiver refuses this address for good: a 5xx reply to it.
    #[error("refused: {0}")]
    Refused(String),
}

/// Where mail leaves.
pub trait Mailer: Send + Sync {
    /// Hands one mail to the next server. `Ok` means that the server has taken it.
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> Later<'a, Result<(), MailError>>;

    /// Whether what it took stays readable in the outbox: in the demo, where mail goes nowhere and is shown.
    fn keeps_letters(&self) -> bool {
        false
    }
}

/// What the NPI registry knows of an individual.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistryEntry {
    /// Whether it is an individual (type 1), not an organization.
    pub is_individual: bool,
    /// Whether the NPI is active.
    pub is_active: bool,
    /// The family name.
    pub family: String,
    /// The given name.
    pub given: String,
    /// Further names it is known by, as (family, given).
    pub other_names: Vec<(String, String)>,
    /// The primary specialty in words; empty when not stated.
    pub specialty: String,
}

/// Why the NPI registry gave no answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the NPI registry gave no answer: {0}")]
pub struct RegistryError(pub String);

/// The registry of NPIs.
pub trait NpiRegistry: Send + Sync {
    /// What it knows of `npi`; `None` when nobody has that number.
    fn look_up<'a>(&'a self, npi: &'a Npi) -> Later<'a, Result<Option<RegistryEntry>, RegistryError>>;
}

/// A future that a port returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, FeedError>> + Send + 'a>>;

/// Why the record cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The source cannot be reached, or did not answer in time.
    #[error("the record's source is not available")]
    Down {
        /// When it last answered.
        last_seen: Option<Instant>,
    },
    /// The source no longer has it.
    #[error("the source has no such item")]
    Gone,
    /// The database behind the embedded feed.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

/// Which items of a section.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// At most this many, newest first; 0 means all.
    pub limit: u32,
    /// Items older than this one (its instant and id): the next page.
    pub before: Option<(Instant, uuid::Uuid)>,
    /// Only items of this code: one test's trend.
    pub code: Option<String>,
    /// Only this sub-group.
    pub category: Option<String>,
}

/// How the source of the record comes to know of a listing that the access team has made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Telling {
    /// There is nothing to tell: the portal's own database is the source.
    Nothing,
    /// The source can only be read: somebody writes it into the chart by hand.
    ByHand,
}

/// The record, read through a [`Permit`]: the patient and the reach are taken from it, so nothing else can be asked for. Withheld
/// items are left out before counting and paging.
pub trait Feed: Send + Sync {
    /// What the banner says.
    fn banner<'a>(&'a self, permit: &'a Permit) -> Answer<'a, Banner>;
    /// The items of `section`, newest first.
    fn items<'a>(
        &'a self,
        permit: &'a Permit,
        section: Section,
        wanted: Wanted,
    ) -> Answer<'a, Vec<ChartItem>>;
    /// How many items `section` has within reach.
    fn count<'a>(&'a self, permit: &'a Permit, section: Section) -> Answer<'a, u64>;
    /// One item with its text (a note's body, a report's text).
    fn item<'a>(&'a self, permit: &'a Permit, id: uuid::Uuid) -> Answer<'a, (ChartItem, String)>;
    /// The numbers on which the hospital reaches the family; none when it has none on record.
    fn phones<'a>(&'a self, permit: &'a DeskPermit) -> Answer<'a, Vec<FamilyPhone>>;
    /// How it comes to know of a new listing.
    fn telling(&self) -> Telling;
}
