//! Use cases: open a transaction, load facts, ask the domain, record, commit.

pub mod access;
pub mod accounting;
pub mod accounts;
pub mod api;
pub mod audit;
pub mod audit_check;
pub mod audit_read;
pub mod charts;
pub mod demo;
pub mod desk;
pub mod disclosures;
pub mod emergency;
pub mod family;
pub mod feed_load;
pub mod feed_sync;
pub mod grants;
pub mod help;
pub mod housekeeping;
pub mod import;
pub mod lease;
pub mod look_ups;
pub mod mail;
pub mod merges;
pub mod news;
pub mod own_account;
pub mod patients;
pub mod permit;
pub mod ports;
pub mod practices;
pub mod provider_merges;
pub mod registration;
pub mod requests;
pub mod restrictions;
pub mod review;
mod scanning;
mod search_alert;
pub mod sign_in;
pub mod signed_export;
pub mod single_sign_on;
pub mod sponsoring;
pub mod tokens;
pub mod validation;

use std::sync::Arc;

use crate::domain::calendar::{Instant, business_due};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::queue::{Due, until, until_hour};
use crate::domain::request::RequestKind;
use crate::domain::validation::Cycles;
use crate::store::{Db, StoreError};

use audit::AuditLog;
use ports::hooks::HookSender;
use ports::identity::IdentityProvider;
use ports::scanner::Scanner;
use ports::{Clock, Entropy, Feed, FeedError, Mailer, NpiRegistry};

/// What the hospital has settled for this installation.
#[derive(Clone, Debug)]
pub struct Hospital {
    /// Its name, shown on every page.
    pub name: String,
    /// The access team's phone, shown wherever someone is turned away.
    pub phone: String,
    /// Hospital time and the validation cycles that count.
    pub cycles: Cycles,
    /// Sensitivity codes that withhold nothing here.
    pub allowed_labels: Labels,
    /// Days that are no business days.
    pub holidays: Vec<time::Date>,
    /// When a business day ends: what is filed later starts on the next one.
    pub closes: time::Time,
    /// Whether providers can take emergency access.
    pub emergency_access: bool,
}

impl Hospital {
    /// The day by which what is filed at `filed` is to be answered, `days` business days on (product.md section 2).
    pub fn due(&self, filed: Instant, days: u32) -> time::Date {
        business_due(filed, days, self.cycles.zone(), &self.holidays, self.closes)
    }

    /// The day on which a request of `kind`, filed at `filed`, is to be answered.
    pub fn due_of(&self, kind: RequestKind, filed: Instant) -> time::Date {
        match kind.hours() {
            Some(hours) => self.cycles.zone().date(filed.plus_seconds(hours * 3600)),
            None => self.due(filed, kind.business_days()),
        }
    }

    /// How far the answer to a request of `kind`, filed at `filed` and due on `due`, is away at `now`.
    pub fn until_due(&self, kind: RequestKind, filed: Instant, due: time::Date, now: Instant) -> Due {
        match kind.hours() {
            Some(hours) => until_hour(filed.plus_seconds(hours * 3600), now),
            None => until(due, self.cycles.zone().date(now), &self.holidays),
        }
    }
}

/// Everything a use case works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The audit of this process.
    pub audit: AuditLog,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// The record.
    pub feed: Arc<dyn Feed>,
    /// The hospital's settings.
    pub hospital: Arc<Hospital>,
    /// The keys of this installation.
    pub keys: Arc<Keys>,
    /// What passkeys are bound to; `None` where browsers would make none.
    pub passkeys: Option<sign_in::passkeys::Passkeys>,
    /// Servers of others that this installation works with.
    pub outside: Outside,
}

/// Servers of others that this installation works with. Cheap to clone.
#[derive(Clone, Default)]
pub struct Outside {
    /// Where mail leaves; `None` keeps it in the outbox.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// The NPI registry, and whether registering needs its answer.
    pub npi_registry: Option<(Arc<dyn NpiRegistry>, RegistryUse)>,
    /// The hospital's identity provider; `None` where single sign-on is not set up.
    pub identity_provider: Option<Arc<dyn IdentityProvider>>,
    /// How clients are told of events; `None` leaves what waits where it is.
    pub hooks: Option<Arc<dyn HookSender>>,
    /// What notices of the record's source carry, hashed; `None` where it tells of no changes.
    pub feed_notices: Option<[u8; 32]>,
    /// What looks at files before they are handed on or taken; `None` where they are not checked.
    pub scanner: Option<Arc<dyn Scanner>>,
    /// A second source of the record, kept apart from the first.
    pub old_source: Option<OldSource>,
}

/// A second source of the record. Cheap to clone.
#[derive(Clone)]
pub struct OldSource {
    /// What its tab is called.
    pub label: String,
    /// The record there.
    pub feed: Arc<dyn Feed>,
}

/// Whether a registration needs the NPI registry's answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegistryUse {
    /// Without an answer the registration goes on, and the access team is told.
    Optional,
    /// Without an answer the registration waits.
    Required,
}

/// The secret keys of an installation, each 32 bytes.
pub struct Keys {
    /// Hashes the audit chain.
    pub audit: [u8; 32],
    /// Encrypts TOTP secrets.
    pub seal: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// What can end a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit could not be written, so nothing was shown or done.
    #[error("the audit could not be written: {0}")]
    Audit(String),
    /// The record's source.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The outside cannot be relied on: out of randomness, a key that does not fit.
    #[error("{0}")]
    Fault(String),
}
