//! `postern feed load PATH…`

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};

use crate::adapters::feed::embedded::EmbeddedFeed;
use crate::adapters::feed::fhir::Settings;
use crate::adapters::feed::reader::{self, ShiftDays};
use crate::adapters::feed::remote::{
    self, Backend, BackendSettings, Credentials, Notify, RemoteFeed, SourceSettings, TIME_LIMIT,
};
use crate::adapters::feed::survey;
use crate::app::feed_load::{self, LoadError, Summary};
use crate::app::feed_sync::notices::proof;
use crate::app::feed_sync::rounds;
use crate::app::ports::{Clock, Entropy, Feed, WAIT_AT_MOST};
use crate::app::{App, OldSource};
use crate::config::{Config, ConfigError, FhirAuth, FhirServer};
use crate::domain::feed::Fault;
use crate::store::Db;

/// The record's source.
#[derive(Args, Debug)]
pub struct FeedArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: FeedCommand,
}

/// What to do with the record's source.
#[derive(Subcommand, Debug)]
pub enum FeedCommand {
    /// Load FHIR R4 transaction Bundles (.json) and Bulk NDJSON (.ndjson), plain or .gz; all of it or nothing
    Load {
        /// Files and folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Ask the FHIR server now for what changed, and for the patients of every provider with an account
    Sync,
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
    /// The record lies elsewhere.
    #[error(
        "feed.kind is \"fhir\": the record lies in that server, and nothing is loaded; `postern feed sync` asks it"
    )]
    Remote,
    /// There is no server to ask.
    #[error("feed.kind is \"embedded\": there is no server to ask; `postern feed load PATH…` loads files")]
    Embedded,
    /// The server does not answer.
    #[error("the FHIR server gives no answer; `postern doctor` says more")]
    Silent,
    /// A round.
    #[error(transparent)]
    App(#[from] crate::app::AppError),
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

/// The source of the record that `config` names. It is not asked anything: it may be down when the portal starts.
///
/// # Errors
/// [`ConfigError`] naming the key that cannot be used.
pub fn feed(
    config: &Config,
    db: &Db,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Entropy>,
) -> Result<Arc<dyn Feed>, ConfigError> {
    match remote(config, db, clock, chance)? {
        Some(remote) => Ok(Arc::new(remote)),
        None => Ok(Arc::new(EmbeddedFeed::new(db.clone(), Arc::clone(clock)))),
    }
}

/// The FHIR server that `config` names as the source of the record.
///
/// # Errors
/// [`ConfigError`] naming the key that cannot be used.
pub fn remote(
    config: &Config,
    db: &Db,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Entropy>,
) -> Result<Option<RemoteFeed>, ConfigError> {
    if !config.has_remote_feed() {
        return Ok(None);
    }
    let feed = &config.feed;
    let source = SourceSettings {
        url: feed.server.url.clone(),
        credentials: credentials(config, &feed.server, chance)?,
        reading: settings(config)?,
        time_limit: TIME_LIMIT,
        patience: WAIT_AT_MOST,
        facts_seconds: Some(feed.facts_seconds),
        writes: feed.writes,
        notify: notify(config)?,
    };
    let made = RemoteFeed::new(source, db.clone(), Arc::clone(clock));
    made.map(Some).map_err(|why| ConfigError::Value("feed.server.url", why))
}

/// The second source that `config` names, with what its tab is called.
///
/// # Errors
/// [`ConfigError`] naming the key that cannot be used.
pub fn old(
    config: &Config,
    db: &Db,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Entropy>,
) -> Result<Option<OldSource>, ConfigError> {
    let feed = old_remote(config, db, clock, chance)?;
    Ok(feed.map(|feed| OldSource { label: config.old_feed.label.clone(), feed: Arc::new(feed) }))
}

/// The FHIR server of the second source that `config` names.
///
/// # Errors
/// [`ConfigError`] naming the key that cannot be used.
pub fn old_remote(
    config: &Config,
    db: &Db,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Entropy>,
) -> Result<Option<RemoteFeed>, ConfigError> {
    if !config.has_old_feed() {
        return Ok(None);
    }
    let old = &config.old_feed;
    let source = SourceSettings {
        url: old.server.url.clone(),
        credentials: credentials(config, &old.server, chance)?,
        reading: Settings { mrn_system: old.mrn_system.clone(), ..settings(config)? },
        time_limit: TIME_LIMIT,
        patience: WAIT_AT_MOST,
        facts_seconds: None,
        writes: false,
        notify: None,
    };
    let made = RemoteFeed::new(source, db.clone(), Arc::clone(clock));
    made.map(Some).map_err(|why| ConfigError::Value("old_feed.server.url", why))
}

/// Where the source tells of changes, when `config` names the secret that its notices carry.
fn notify(config: &Config) -> Result<Option<Notify>, ConfigError> {
    let secret = config.notice_secret()?;
    let url = format!("{}{}", config.base_url, crate::views::paths::feed_notices());
    Ok(secret.map(|secret| Notify { url, secret: remote::Secret::new(secret.0) }))
}

/// What notices of the source carry, hashed.
///
/// # Errors
/// [`ConfigError`] naming the file that cannot be used.
pub fn notices(config: &Config) -> Result<Option<[u8; 32]>, ConfigError> {
    Ok(config.notice_secret()?.map(|secret| proof(&secret.0)))
}

fn credentials(
    config: &Config,
    server: &FhirServer,
    chance: &Arc<dyn Entropy>,
) -> Result<Credentials, ConfigError> {
    Ok(match config.fhir_auth(server)? {
        FhirAuth::None => Credentials::None,
        FhirAuth::Bearer(token) => Credentials::Bearer(remote::Secret::new(token.0)),
        FhirAuth::Backend(key) => {
            let settings = BackendSettings {
                client_id: server.client_id.clone(),
                key_id: server.key_id.clone(),
                scope: server.scope.clone(),
                token_url: server.token_url.clone(),
            };
            let backend = Backend::new(settings, &key.0, Arc::clone(chance));
            let wrong = |why| ConfigError::KeyFile(server.key_file.display().to_string(), why);
            Credentials::Backend(Box::new(backend.map_err(wrong)?))
        }
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

/// Runs `postern feed sync`: what was done on `out`, as JSON when `json` says so.
///
/// # Errors
/// [`FeedLoadError`].
pub async fn sync(app: &App, json: bool, out: &mut (dyn Write + Send)) -> Result<(), FeedLoadError> {
    if !rounds::needed(app) {
        return Err(FeedLoadError::Embedded);
    }
    let round = rounds::go(app, rounds::Roster::Now).await?.ok_or(FeedLoadError::Silent)?;
    if json {
        let text = serde_json::to_string(&round).map_err(std::io::Error::other)?;
        writeln!(out, "{text}")?;
        return Ok(());
    }
    writeln!(out, "{:>9}  patients told of", round.patients)?;
    writeln!(out, "{:>9}  providers whose own patients were asked for", round.providers)?;
    writeln!(out, "{:>9}  patients at odds with the portal, not taken in", round.odd)?;
    Ok(())
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
