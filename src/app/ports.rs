//! What use cases need from the outside, each with two or more real implementations.

pub mod directory;
pub mod hooks;
pub mod identity;
pub mod scanner;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::domain::calendar::Instant;
use crate::domain::chart::file::File;
use crate::domain::chart::look::is_new;
use crate::domain::chart::{Banner, ChartItem, Section};
use crate::domain::ids::Npi;
use crate::domain::letter::Letter;
use crate::domain::news::Latest;
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

/// After so long a section counts as slow, and the page is shown without it (pages P8, "over 2 s").
pub const SLOW_AFTER: std::time::Duration = std::time::Duration::from_secs(2);

/// So long a page waits for a source in all, well inside what a request may take: then it is shown with what came.
pub const WAIT_AT_MOST: std::time::Duration = std::time::Duration::from_secs(10);

/// After so long a page of a chart is begun with what is known without its source; the rest follows in the same page.
pub const PAINT_AFTER: std::time::Duration = std::time::Duration::from_millis(150);

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
    /// The page that asks has waited as long as it waits, and the source has not answered yet.
    #[error("the record's source has not answered yet")]
    Late,
    /// The source no longer has it.
    #[error("the source has no such item")]
    Gone,
    /// The source answers, and does not do what it was asked to.
    #[error("the source refuses")]
    Refused,
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
    /// Only items of tests that were ever critical, with every item of those tests: more may come.
    pub critical: bool,
}

/// How the source of the record comes to know of a listing that the access team has made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Telling {
    /// There is nothing to tell: the portal's own database is the source.
    Nothing,
    /// The source can only be read: somebody writes it into the chart by hand.
    ByHand,
    /// The source is written to, from the outbox.
    Written,
}

/// The record, read through a [`Permit`]: the patient and the reach are taken from it, so nothing else can be asked for. Withheld
/// items are left out before counting and paging. A job asks [`Self::latest`] without one, and learns instants only.
pub trait Feed: Send + Sync {
    /// A reader for one page: what that has fetched it does not fetch again. `None` where reading twice costs next to nothing.
    fn for_page(&self) -> Option<Arc<dyn Feed>> {
        None
    }

    /// Who it is, as the banner says; known without asking a remote source.
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
    /// How many items of each section within reach were filed after `since`; sections without one are left out.
    fn filed_since<'a>(&'a self, permit: &'a Permit, since: Instant) -> Answer<'a, Vec<(Section, u64)>> {
        Box::pin(async move {
            let mut found = Vec::new();
            for section in Section::ALL.iter().copied().filter(|section| permit.reach().shows(*section)) {
                let items = self.items(permit, section, Wanted::default()).await?;
                let count = items.iter().filter(|item| is_new(item, Some(since))).count();
                if count > 0 {
                    found.push((section, u64::try_from(count).unwrap_or(u64::MAX)));
                }
            }
            Ok(found)
        })
    }
    /// One item of `section` with its text (a note's body, a report's text).
    fn item<'a>(
        &'a self,
        permit: &'a Permit,
        section: Section,
        id: uuid::Uuid,
    ) -> Answer<'a, (ChartItem, String)>;
    /// The items of `section` as [`Self::items`] gives them, each with its text.
    fn texts<'a>(&'a self, permit: &'a Permit, section: Section) -> Answer<'a, Vec<(ChartItem, String)>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for item in self.items(permit, section, Wanted::default()).await? {
                all.push(self.item(permit, section, item.id).await?);
            }
            Ok(all)
        })
    }
    /// The file that belongs to an item of `section`, within the reach of the item's labels and of its own. Of one that is larger than
    /// [`crate::domain::chart::file::FILE_BYTES`] no more than one byte beyond that need be given.
    fn file<'a>(&'a self, permit: &'a Permit, section: Section, id: uuid::Uuid) -> Answer<'a, File> {
        let _ = (permit, section, id);
        Box::pin(async move { Err(FeedError::Gone) })
    }
    /// The numbers on which the hospital reaches the family; none when it has none on record.
    fn phones<'a>(&'a self, permit: &'a DeskPermit) -> Answer<'a, Vec<FamilyPhone>>;
    /// How it comes to know of a new listing.
    fn telling(&self) -> Telling;
    /// At which age, in seconds, a patient's directory facts are asked for anew when the chart opens; `None` where this database is
    /// their source.
    fn facts_seconds(&self) -> Option<i64> {
        None
    }
    /// What it says of the patients that `asked` means. Whoever has no other directory than this database says nothing.
    fn directory(&self, asked: directory::Asked) -> Answer<'_, directory::Told> {
        let _ = asked;
        Box::pin(async { Err(FeedError::Gone) })
    }
    /// The `Patient/…` in whose record something that makes news changed since then. Where this database holds the record, it is known
    /// otherwise.
    fn records_changed(&self, since: Instant) -> Answer<'_, Vec<String>> {
        let _ = since;
        Box::pin(async { Ok(Vec::new()) })
    }
    /// The latest activity in the record that the source knows as the `Patient/…` `key`.
    fn latest<'a>(&'a self, key: &'a str) -> Answer<'a, Latest> {
        let _ = key;
        Box::pin(async { Err(FeedError::Gone) })
    }
    /// Writes the listings of a patient into the source.
    fn tell<'a>(&'a self, listing: &'a directory::NewListing) -> Answer<'a, ()> {
        let _ = listing;
        Box::pin(async { Err(FeedError::Gone) })
    }
}
