//! Making the demo hospital in an empty database.

use serde_json::json;
use tokio::task::JoinHandle;

use super::authored::{Authored, AuthoredError};
use super::directory::Ids;
use super::facts::Patients;
use super::moments::Moments;
use crate::app::sign_in::{password_hashes, set_credentials};
use crate::app::{App, AppError, merges};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::{Instant, iso_date};
use crate::domain::people::SignIn;
use crate::store::{StoreError, Tx, installation};

/// Why the demo hospital could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The authored part.
    #[error(transparent)]
    Authored(#[from] AuthoredError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

/// The configuration of a demo whose first start is at `now`; database and keys lie beside it.
///
/// # Errors
/// [`AuthoredError`], only when the shipped file is broken.
pub fn config_text(now: Instant) -> Result<String, AuthoredError> {
    let authored = Authored::shipped()?;
    let moments = Moments::at(&authored, now)?;
    let home = &authored.hospital;
    // A JSON string is a TOML string.
    let text = |value: &str| json!(value).to_string();
    Ok(format!(
        "[listen]\nmetrics = \"\"\n\n[hospital]\nname = {}\nphone = {}\ntime_zone = {}\n\n[validation]\nfirst_opening = {}\n\n[emergency]\nenabled = true\n",
        text(&home.name),
        text(&home.phone),
        text(&home.time_zone),
        text(&iso_date(moments.first_opening())),
    ))
}

/// A demo hospital in the making: its directory stands, its charts are to be loaded, then it is finished.
pub struct Seed {
    pub(super) app: App,
    pub(super) authored: Authored,
    pub(super) moments: Moments,
    pub(super) ids: Ids,
    now: Instant,
    hashes: JoinHandle<Result<Vec<String>, AppError>>,
}

impl Seed {
    /// Begins a demo hospital in the empty database of `app`, as it is at a first start at `now`: makes practices, providers,
    /// accounts, sponsorships and reviews.
    ///
    /// # Errors
    /// [`SeedError`].
    pub async fn begin(app: &App, now: Instant) -> Result<Self, SeedError> {
        let authored = Authored::shipped()?;
        let moments = Moments::at(&authored, now)?;
        let hashes = hash_passwords(app, &authored)?;
        let mut seed = Self { app: app.clone(), authored, moments, ids: Ids::default(), now, hashes };
        let mut tx = app.db.begin().await?;
        seed.directory(&mut tx).await?;
        app.audit.commit(tx, vec![set_up(now, "directory", 0)]).await?;
        Ok(seed)
    }

    /// By how many days every date of the charts has to be moved.
    pub fn shift_days(&self) -> i64 {
        self.moments.shift_days()
    }

    /// Finishes it, the charts being loaded: families, tokens, grants, requests, passwords. The installation row comes last:
    /// without it, what is there is half a hospital and is to be thrown away.
    ///
    /// # Errors
    /// [`SeedError`].
    pub async fn finish(mut self) -> Result<(), SeedError> {
        let hashes = (&mut self.hashes).await.map_err(|error| AppError::Fault(error.to_string()))??;
        let mut tx = self.app.db.begin().await?;
        let patients = Patients::find(&mut tx, &self).await?;
        self.facts(&mut tx, &patients).await?;
        self.credentials(&mut tx, &hashes).await?;
        let asked = merges::file_waiting(&self.app, &mut tx, self.now).await?;
        installation::begin(&mut tx, self.now).await?;
        let done = set_up(self.now, "done", patients.count());
        self.app.audit.commit(tx, asked.into_iter().chain([done]).collect()).await?;
        Ok(())
    }

    /// Gives every account that signs in at the portal its password and its authenticator.
    async fn credentials(&self, tx: &mut Tx, hashes: &[String]) -> Result<(), SeedError> {
        for (account, hash) in self.authored.account.iter().zip(hashes) {
            if account.sign_in == SignIn::Portal {
                let id = self.ids.account(&account.email)?;
                set_credentials(&self.app, tx, id, hash, &account.totp_secret()?).await?;
            }
        }
        Ok(())
    }
}

fn set_up(now: Instant, stage: &str, patients: usize) -> Entry {
    let mut entry = Entry::new(now, Act::SetUpDemo, Outcome::Allowed);
    entry.detail = json!({ "stage": stage, "patients": patients }).to_string();
    entry
}

/// Hashes the password once for each account, each with its own salt, while the rest is made.
fn hash_passwords(
    app: &App,
    authored: &Authored,
) -> Result<JoinHandle<Result<Vec<String>, AppError>>, AppError> {
    let mut salts = vec![[0u8; 16]; authored.account.len()];
    for salt in &mut salts {
        app.entropy.fill(salt).map_err(|error| AppError::Fault(error.to_string()))?;
    }
    let password = authored.hospital.password.clone();
    Ok(tokio::task::spawn_blocking(move || password_hashes(&password, &salts)))
}
