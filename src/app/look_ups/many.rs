//! Hundreds of thousands of questions over one reading of the database.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};

use super::{Asker, Said, Unknown};
use crate::app::{App, AppError};
use crate::domain::access::facts::{Merge, PatientFacts, ViewerFacts};
use crate::domain::access::{Action, Decision, decide};
use crate::domain::audit::Outcome;
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, Mrn, PatientId};
use crate::domain::people::fold_email;
use crate::store::access_facts::{self, Those};
use crate::store::{directory, patients};

/// One question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query<'l> {
    #[serde(borrow)]
    account: Cow<'l, str>,
    #[serde(borrow)]
    mrn: Cow<'l, str>,
    #[serde(default)]
    at: Option<Instant>,
}

/// How many questions there were, and how they were answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// All of them.
    pub queries: usize,
    /// Allowed.
    pub allowed: usize,
    /// Refused, or about someone unknown.
    pub refused: usize,
}

/// Why questions were not answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// A line is no question.
    #[error(
        "line {line} is not a query: {reason}; write {{\"account\":\"…\",\"mrn\":\"…\",\"at\":\"2026-04-01T00:00:00Z\"}}"
    )]
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be read.
    #[error("the queries cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// The answers cannot be written.
    #[error("the answers cannot be written: {0}")]
    Unwritable(std::io::Error),
    /// The database or the audit.
    #[error(transparent)]
    App(#[from] AppError),
}

/// Everything that decisions rest on, read once.
struct World {
    accounts: HashMap<String, AccountId>,
    mrns: HashMap<String, PatientId>,
    merges: HashMap<PatientId, Vec<Merge>>,
    viewers: HashMap<AccountId, ViewerFacts>,
    patients: HashMap<PatientId, PatientFacts>,
}

impl World {
    async fn read(app: &App) -> Result<Self, AppError> {
        let cycles = &app.hospital.cycles;
        let mut merges: HashMap<PatientId, Vec<Merge>> = HashMap::new();
        for merge in directory::all_merges(&app.db).await? {
            merges.entry(merge.from).or_default().push(merge);
        }
        Ok(Self {
            accounts: directory::all_emails(&app.db).await?,
            mrns: directory::all_mrns(&app.db).await?,
            merges,
            viewers: access_facts::viewers(&app.db, Those::All, cycles).await?,
            patients: access_facts::patients(&app.db, Those::All, cycles.zone()).await?,
        })
    }

    fn decide(&self, account: &str, mrn: &str, at: Instant) -> Result<Decision, Unknown> {
        let viewer = self.accounts.get(&fold_email(account)).and_then(|id| self.viewers.get(id));
        let viewer = viewer.ok_or(Unknown::UnknownAccount)?;
        let mrn = Mrn::parse(mrn).map_err(|_| Unknown::UnknownPatient)?;
        let id = self.mrns.get(mrn.as_str()).ok_or(Unknown::UnknownPatient)?;
        let patient = self.patients.get(&self.survivor(*id, at)).ok_or(Unknown::UnknownPatient)?;
        Ok(decide(viewer, patient, Action::OpenChart, at))
    }

    /// The record into which `id` is merged at `at`, or `id` itself.
    fn survivor(&self, id: PatientId, at: Instant) -> PatientId {
        let mut here = id;
        for _ in 0..=self.merges.len() {
            let merges = self.merges.get(&here).map_or(&[][..], Vec::as_slice);
            let next = patients::follow(here, merges, at);
            if next == here {
                break;
            }
            here = next;
        }
        here
    }
}

/// Answers every line of the queries, in order, one JSON answer a line, from one reading of the database. `open` gives the
/// queries from their beginning: they are read twice, so that nothing is written before all of them are sound and the one
/// audit row of the run is committed.
///
/// # Errors
/// [`QueryError`]; before the first answer, except for [`QueryError::Unwritable`].
pub async fn explain_many(
    app: &App,
    open: &(dyn Fn() -> std::io::Result<Box<dyn BufRead + Send>> + Sync),
    out: &mut (dyn Write + Send),
    asker: &Asker,
) -> Result<Counts, QueryError> {
    let world = World::read(app).await?;
    let now = asker.context.now;
    let mut counts = Counts::default();
    each(
        open,
        now,
        |said| {
            counts.queries += 1;
            if said.allowed {
                counts.allowed += 1;
            } else {
                counts.refused += 1;
            }
            Ok(())
        },
        &world,
    )?;
    let detail = serde_json::json!({ "look_up": "queries", "counts": counts });
    app.audit.record(asker.entry(Outcome::Allowed, &detail)).await?;
    each(
        open,
        now,
        |said| {
            serde_json::to_writer(&mut *out, said).map_err(|error| QueryError::Unwritable(error.into()))?;
            out.write_all(b"\n").map_err(QueryError::Unwritable)
        },
        &world,
    )?;
    out.flush().map_err(QueryError::Unwritable)?;
    Ok(counts)
}

/// Decides every query and gives each answer to `take`.
fn each(
    open: &(dyn Fn() -> std::io::Result<Box<dyn BufRead + Send>> + Sync),
    now: Instant,
    mut take: impl FnMut(&Said<'_>) -> Result<(), QueryError>,
    world: &World,
) -> Result<(), QueryError> {
    let mut source = open().map_err(QueryError::Unreadable)?;
    let (mut line, mut bytes) = (0, Vec::new());
    loop {
        bytes.clear();
        if source.read_until(b'\n', &mut bytes).map_err(QueryError::Unreadable)? == 0 {
            return Ok(());
        }
        line += 1;
        let text = bytes.trim_ascii();
        if text.is_empty() {
            continue;
        }
        let query: Query<'_> = serde_json::from_slice(text).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(head, _)| head);
            QueryError::Line { line, reason: reason.to_owned() }
        })?;
        let at = query.at.unwrap_or(now);
        let decision = world.decide(&query.account, &query.mrn, at);
        let outcome = decision.as_ref().map_err(|unknown| *unknown);
        take(&Said::of(&query.account, &query.mrn, at, outcome))?;
    }
}
