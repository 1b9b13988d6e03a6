//! What use cases need from the outside, each with two or more real implementations.

use std::future::Future;
use std::pin::Pin;

use crate::domain::calendar::Instant;
use crate::domain::chart::{Banner, ChartItem, Section};

use super::permit::Permit;

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
}
