//! `postern feed load PATH…`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::adapters::feed::fhir::Settings;
use crate::adapters::feed::reader::{self, ShiftDays};
use crate::adapters::feed::survey;
use crate::app::App;
use crate::app::feed_load::{self, LoadError, Summary};
use crate::config::{Config, ConfigError};
use crate::domain::feed::Fault;

/// The embedded feed.
#[derive(Args, Debug)]
pub struct FeedArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: FeedCommand,
}

/// What to do with the embedded feed.
#[derive(Subcommand, Debug)]
pub enum FeedCommand {
    /// Load FHIR R4 transaction Bundles (.json) and Bulk NDJSON (.ndjson), plain or .gz; all of it or nothing
    Load {
        /// Files and folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub enum FeedLoadError {
    /// The files.
    #[error("nothing was loaded; {}:\n{}", counted(*.total, .faults.len()), lines(.faults))]
    Bad {
        /// Each, at most 1,000.
        faults: Vec<Fault>,
        /// How many.
        total: u64,
    },
    /// The load.
    #[error("{0}; nothing was loaded")]
    Load(LoadError),
    /// Where the summary was to be written.
    #[error("the summary cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

/// How many cannot be loaded, and how many of them are listed.
fn counted(total: u64, listed: usize) -> String {
    match total {
        1 => "1 resource or file cannot be loaded".to_owned(),
        n if n > listed as u64 => {
            format!("{n} resources or files cannot be loaded, of which the first {listed} are")
        }
        n => format!("{n} resources or files cannot be loaded"),
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n")
}

impl From<LoadError> for FeedLoadError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Bad(faults) => Self::Bad { total: faults.len() as u64, faults },
            other => Self::Load(other),
        }
    }
}

/// How far a load has come: how many resources were read in the first pass, or loaded in the second.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// Read and checked so far.
    Checked(u64),
    /// Loaded so far, of how many.
    Loaded(u64, u64),
}

/// What `config` settles about the feed.
///
/// # Errors
/// [`ConfigError`] for a time zone that does not exist.
pub fn settings(config: &Config) -> Result<Settings, ConfigError> {
    Ok(Settings {
        zone: config.zone()?,
        mrn_system: config.feed.mrn_system.clone(),
        practice_system: config.feed.practice_system.clone(),
    })
}

/// Loads every resource of `paths` into the portal's own database, all or nothing; every date is moved by `shift` days.
///
/// # Errors
/// [`FeedLoadError`]; nothing is kept then.
pub async fn load_paths(
    app: &App,
    settings: &Settings,
    paths: &[PathBuf],
    shift: ShiftDays,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Summary, FeedLoadError> {
    let files = reader::files(paths).map_err(|fault| FeedLoadError::Bad { faults: vec![fault], total: 1 })?;
    let known = feed_load::known(app).await.map_err(|e| FeedLoadError::Load(e.into()))?;
    let mut checked = |count| progress(Progress::Checked(count));
    let found = survey::survey(&files, settings, shift, &known, &mut checked);
    if found.bad > 0 {
        return Err(FeedLoadError::Bad { faults: found.faults, total: found.bad });
    }
    let total = found.total;
    let mut count = 0;
    let mut resources = survey::resources(&files, settings, shift, &found.references).inspect(|_| {
        count += 1;
        progress(Progress::Loaded(count, total));
    });
    Ok(feed_load::load(app, found.directory, &mut resources).await?)
}

/// Runs `postern feed load`: progress on `messages`, the summary on `out`, as JSON when `json` says so.
///
/// # Errors
/// [`FeedLoadError`]; nothing is kept then, and the error names every resource that cannot be loaded.
pub async fn load(
    app: &App,
    settings: &Settings,
    paths: &[PathBuf],
    json: bool,
    out: &mut (dyn Write + Send),
    messages: &mut (dyn Write + Send),
) -> Result<(), FeedLoadError> {
    let mut told = |progress| {
        // Progress that cannot be shown is no reason to stop.
        let _ = match progress {
            Progress::Checked(n) if n % 10_000 == 0 => writeln!(messages, "checked {n} resources"),
            Progress::Loaded(n, of) if n % 10_000 == 0 => writeln!(messages, "loaded {n} of {of} resources"),
            _ => Ok(()),
        };
    };
    let summary = load_paths(app, settings, paths, 0, &mut told).await?;
    if json {
        let text = serde_json::to_string(&summary).map_err(std::io::Error::other)?;
        writeln!(out, "{text}")?;
        return Ok(());
    }
    for (kind, count) in &summary.resources {
        writeln!(out, "{count:>9}  {kind}")?;
    }
    writeln!(out, "{:>9}  lines in the record", summary.items)?;
    writeln!(out, "{:>9}  patients added", summary.patients_added)?;
    writeln!(out, "{:>9}  providers added", summary.providers_added)?;
    writeln!(out, "{:>9}  listings opened, {} ended", summary.listings_opened, summary.listings_ended)?;
    writeln!(out, "{:>9}  care-team seats opened, {} ended", summary.seats_opened, summary.seats_ended)?;
    if summary.merges_opened + summary.merges_ended > 0 {
        writeln!(
            out,
            "{:>9}  merges to be confirmed, {} ended",
            summary.merges_opened, summary.merges_ended
        )?;
    }
    if summary.resources.is_empty() {
        writeln!(messages, "no resource in these files has a place in the record")?;
    }
    Ok(())
}
