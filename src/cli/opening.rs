//! Opening an installation for a command.

use std::path::Path;
use std::sync::Arc;

use crate::adapters::clock::SystemClock;
use crate::adapters::entropy::SystemEntropy;
use crate::app::audit::AuditLog;
use crate::app::ports::{Clock, Entropy};
use crate::app::sign_in::passkeys::Passkeys;
use crate::app::{App, AppError, audit_check};
use crate::config::Config;
use crate::domain::ids::new_uuid;
use crate::store::{Db, installation};

use super::{CliError, outside};

/// An opened installation with its configuration.
pub(super) struct Opened {
    /// The use cases' surroundings.
    pub app: App,
    /// The configuration.
    pub config: Config,
}

/// Opens the installation that `config` describes; its schema must be of this version.
pub(super) async fn open(config: Config) -> Result<Opened, CliError> {
    let keys = config.keys()?;
    let db = Db::open(&config.database_url()).await?;
    db.check_schema().await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let now = clock.now();
    let made = ensure_installation(&db, now).await?;
    let hospital = Arc::new(config.hospital(made)?);
    let mut chance = [0_u8; 10];
    entropy.fill(&mut chance)?;
    let audit = AuditLog::open(db.clone(), keys.audit, new_uuid(now, chance), now).await?;
    let feed = super::feed::feed(&config, &db, &clock, &entropy)?;
    let passkeys = Passkeys::of(&config.base_url, &hospital.name);
    let (keys, mut outside) = (Arc::new(keys), outside::outside(&config)?);
    outside.feed_notices = super::feed::notices(&config)?;
    outside.old_source = super::feed::old(&config, &db, &clock, &entropy)?;
    let app = App { db, audit, clock, entropy, feed, hospital, keys, passkeys, outside };
    Ok(Opened { app, config })
}

/// When the installation was made; now, if nobody has begun one.
pub(super) async fn ensure_installation(
    db: &Db,
    now: crate::domain::calendar::Instant,
) -> Result<crate::domain::calendar::Instant, CliError> {
    if let Some(found) = installation::load(db).await? {
        let mut tx = db.begin().await?;
        installation::see(&mut tx, now).await?;
        tx.commit().await?;
        return Ok(found.installed_at);
    }
    let mut tx = db.begin().await?;
    installation::begin(&mut tx, now).await?;
    tx.commit().await?;
    Ok(now)
}

/// Notes the heads of all audit chains in the anchor file.
pub(super) async fn anchor(app: &App, config: &Config) -> Result<(), CliError> {
    let line = audit_check::anchor_line(&app.db, &app.keys.audit, app.clock.now(), Vec::new()).await?;
    append(&config.path(&config.keys.anchor_file), &line)
}

/// Appends one line to the anchor file.
pub(super) fn append(path: &Path, line: &str) -> Result<(), CliError> {
    use std::io::Write;
    let failed = |error| CliError::Anchor(path.display().to_string(), error);
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let mut file = file.map_err(failed)?;
    writeln!(file, "{line}").and_then(|()| file.sync_all()).map_err(failed)
}

impl Opened {
    /// Ends the process's audit chain, anchors it, and closes the database.
    pub(super) async fn close(self) -> Result<(), CliError> {
        self.app.audit.close(self.app.clock.now()).await?;
        anchor(&self.app, &self.config).await?;
        self.app.db.close().await;
        Ok(())
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        Self::App(AppError::Fault(error.to_string()))
    }
}
