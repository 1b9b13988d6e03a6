//! The directory import: one JSON object a line, one transaction, all of it or nothing.
//!
//! Reading: [`lines`] checks each line alone; [`work`] resolves references across the file and the database and compares every
//! line with what is stored, all in memory; only a file without a single fault is written, by [`plan`].
//!
//! What an existing row may become (the file is a snapshot of another system, the portal is the authority on what was taken
//! away in it):
//! * Names, addresses, job, roles and sign-in are simply updated; a field that is left out leaves them as they are.
//! * A fact is ended earlier by sending it with `to`. A line that would end later than what is stored (or never) would re-open
//!   or lengthen it: that is a conflict. The store does not tell who ended a fact, so an end from an earlier import is kept as
//!   well; a right that begins anew is a new fact with its own `from`.
//! * A disabled account stays disabled, also when the line leaves `status` out (which means `active`).
//! * A revoked token or grant stays revoked; a token never changes its patient or its redeemer; a line that does not know of a
//!   redemption changes nothing about it. A grant never comes to cover more.
//! * A date of death is never withdrawn or moved later; former MRNs are only ever added.
//! * An extension never goes beyond one that the access team decided in the portal.

mod accounts;
mod dated;
mod facts;
mod fields;
mod lines;
mod merging;
mod patients;
mod people;
mod plan;
mod rights;
mod work;

use std::collections::BTreeMap;
use std::io::BufRead;

use serde::Serialize;

pub use fields::{Fault, LISTED_FAULTS};
pub use plan::Tally;

use super::requests::settle;
use super::{App, AppError, merges};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::FactId;
use crate::store::access_facts;
use fields::Faults;
use work::Work;

/// Lines after which the database should look at its tables anew.
const MANY_LINES: usize = 1000;

/// Whether to write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Write the file.
    Apply,
    /// Check it and say what would happen.
    DryRun,
}

/// What an import did, or would do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Lines that are not blank.
    pub lines: usize,
    /// What became of them, by type.
    pub types: BTreeMap<&'static str, Tally>,
    /// Sponsors whose validation is overdue at once.
    pub sponsors_locked: usize,
}

/// Why a file was not imported. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It has faults.
    #[error("{count} faults; nothing was imported")]
    Faults {
        /// The first [`LISTED_FAULTS`] found, by line.
        listed: Vec<Fault>,
        /// All there are.
        count: usize,
    },
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The database, the audit or chance.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<crate::store::StoreError> for ImportError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::App(error.into())
    }
}

/// Imports `source`, or says what importing it would do.
///
/// # Errors
/// [`ImportError::Faults`] with every fault; [`ImportError::Unreadable`]; [`ImportError::App`].
pub async fn run(app: &App, source: &mut (dyn BufRead + Send), mode: Mode) -> Result<Report, ImportError> {
    let now = app.clock.now();
    let cycles = &app.hospital.cycles;
    let mut faults = Faults::default();
    let lines = lines::read(source, cycles.zone(), &mut faults)?;
    let count = lines.count;
    let mut tx = app.db.begin().await?;
    let mut work = Work::new(&mut tx, app, now, faults);
    work.resolve(lines).await?;
    let Work { plan, faults, .. } = work;
    if faults.count() > 0 {
        drop(tx);
        let (listed, found) = faults.finish();
        if mode == Mode::Apply {
            let mut entry = Entry::new(now, Act::Import, Outcome::Failed);
            entry.detail = format!("{{\"lines\":{count},\"faults\":{found}}}");
            app.audit.record(entry).await?;
        }
        return Err(ImportError::Faults { listed, count: found });
    }
    plan.apply(&mut tx, now).await?;
    let viewers = access_facts::viewers_within(&mut tx, cycles).await?;
    let opened: Vec<_> = plan.listings.iter().map(|listing| (listing.patient, FactId(listing.id))).collect();
    let mut settled = Vec::new();
    if mode == Mode::Apply {
        settled = settle(app, &mut tx, &opened, now).await?;
        settled.extend(merges::settle(app, &mut tx, now).await?);
    }
    let sponsors_locked = viewers.values().filter(|viewer| viewer.overdue(now).is_some()).count();
    let report = Report { dry_run: mode == Mode::DryRun, lines: count, types: plan.tallies, sponsors_locked };
    if mode == Mode::Apply {
        let mut entry = Entry::new(now, Act::Import, Outcome::Allowed);
        entry.detail = serde_json::to_string(&report).unwrap_or_default();
        let entries = settled.into_iter().chain([entry]).collect();
        app.audit.commit(tx, entries).await?;
        if count >= MANY_LINES
            && let Err(error) = app.db.count_rows_anew().await
        {
            tracing::warn!(%error, "the database did not count its rows anew; queries may be slow for a while");
        }
    }
    Ok(report)
}
