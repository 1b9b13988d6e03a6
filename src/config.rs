//! Configuration: defaults in the binary, overlaid by a file and by `POSTERN_…` variables, then checked.

mod emergency;
mod feed;
mod files;
mod outside;
mod secrets;
mod single_sign_on;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use time::{Date, Time};

use crate::app::{Hospital, Keys};
use crate::domain::calendar::{Instant, Zone, parse_date, parse_time};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::validation::{Cycles, is_opening};

pub use emergency::Emergency;
pub use feed::{FeedConfig, FhirAuth, FhirServer, Hl7, OldFeed};
pub use files::Files;
pub use outside::{Mail, MailSettings, NpiRegistryConfig};
use secrets::read_key;
pub use secrets::{Secret, read_secret};
pub use single_sign_on::SingleSignOn;

const DEFAULTS: &str = include_str!("../config/default.toml");

/// What is wrong with the configuration, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "cannot read the configuration {0}: {1}; give one with --config FILE, or make one with `postern init DIR`"
    )]
    Unreadable(String, std::io::Error),
    /// A key does not exist, or a value has the wrong type.
    #[error("configuration {0}: {1}; config/default.toml lists every key")]
    Invalid(String, String),
    /// A value that cannot be used.
    #[error("configuration key `{0}`: {1}")]
    Value(&'static str, String),
    /// A key file cannot be used.
    #[error("key file {0}: {1}")]
    KeyFile(String, String),
}

/// The checked configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where people reach the portal.
    pub base_url: String,
    /// The database.
    pub database: Database,
    /// Addresses.
    pub listen: Listen,
    /// The hospital.
    pub hospital: HospitalConfig,
    /// The validation.
    pub validation: Validation,
    /// Emergency access.
    pub emergency: Emergency,
    /// The record's source.
    pub feed: FeedConfig,
    /// A second source, beside which it is shown.
    pub old_feed: OldFeed,
    /// HL7 v2 messages.
    pub hl7: Hl7,
    /// Files of the record.
    pub files: Files,
    /// Outgoing mail.
    pub mail: Mail,
    /// The NPI registry.
    pub npi_registry: NpiRegistryConfig,
    /// The hospital's single sign-on.
    pub single_sign_on: SingleSignOn,
    /// Key files.
    pub keys: KeyFiles,
    /// Logs.
    pub log: Log,
    /// The folder that relative paths start from: the configuration file's.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
}

/// `[listen]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// The portal's address.
    pub address: String,
    /// The metrics' address; empty for none.
    pub metrics: String,
    /// Whether a TLS proxy stands in front.
    pub behind_tls_proxy: bool,
    /// Whose forwarded addresses are believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// `[hospital]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HospitalConfig {
    /// The hospital's name.
    pub name: String,
    /// The access team's phone.
    pub phone: String,
    /// Hospital time.
    pub time_zone: String,
    /// Days that are no business days.
    pub holidays: Vec<String>,
    /// When a business day ends.
    pub closing_time: String,
    /// Sensitivity codes that withhold nothing.
    pub allowed_labels: Vec<String>,
}

/// `[validation]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// The first opening that counts; empty for "from installation".
    pub first_opening: String,
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFiles {
    /// The audit chain's key.
    pub audit_file: PathBuf,
    /// The key that encrypts TOTP secrets.
    pub seal_file: PathBuf,
    /// Where chain heads are noted.
    pub anchor_file: PathBuf,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The least severe level written.
    pub level: String,
}

impl Config {
    /// The configuration in `file` over the defaults, under the variables of this process.
    ///
    /// # Errors
    /// [`ConfigError`] naming the key and the next step.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| ConfigError::Unreadable(file.display().to_string(), error))?;
        let folder = file.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Self::read(&text, &file.display().to_string(), folder, std::env::vars().collect())
    }

    /// The configuration in `file` over the defaults, no variable heard: the demo never follows one to a hospital's database.
    ///
    /// # Errors
    /// [`ConfigError`] naming the key and the next step.
    pub fn load_alone(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| ConfigError::Unreadable(file.display().to_string(), error))?;
        let folder = file.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Self::read(&text, &file.display().to_string(), folder, Vec::new())
    }

    /// The configuration that `text`, to be written to `file`, will be.
    ///
    /// # Errors
    /// [`ConfigError`] naming the key and the next step.
    pub fn of_text(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let folder = file.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Self::read(text, &file.display().to_string(), folder, Vec::new())
    }

    /// The defaults alone, paths relative to `folder`.
    ///
    /// # Errors
    /// [`ConfigError`], when the environment holds a bad variable.
    pub fn defaults(folder: PathBuf) -> Result<Self, ConfigError> {
        Self::read("", "defaults", folder, std::env::vars().collect())
    }

    /// The defaults alone, for tests.
    ///
    /// # Errors
    /// Never, while `config/default.toml` is sound.
    pub fn for_testing() -> Result<Self, ConfigError> {
        Self::read("", "defaults", PathBuf::new(), Vec::new())
    }

    fn read(
        text: &str,
        source: &str,
        folder: PathBuf,
        variables: Vec<(String, String)>,
    ) -> Result<Self, ConfigError> {
        use config::{Environment, File, FileFormat};
        let lists = [
            "listen.trusted_proxies",
            "hl7.senders",
            "hospital.holidays",
            "hospital.allowed_labels",
            "single_sign_on.acr_values",
            "single_sign_on.amr",
            "single_sign_on.roles",
            "single_sign_on.scopes",
        ];
        let mut environment = Environment::with_prefix("POSTERN")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            // `POSTERN_TEST_…` variables belong to the test suite, not to the configuration.
            .source(Some(variables.into_iter().filter(|(k, _)| !k.starts_with("POSTERN_TEST_")).collect()));
        for list in lists {
            environment = environment.with_list_parse_key(list);
        }
        let invalid = |error: config::ConfigError| ConfigError::Invalid(source.to_owned(), error.to_string());
        let built = config::Config::builder()
            .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
            .add_source(File::from_str(text, FileFormat::Toml))
            .add_source(environment)
            .build()
            .map_err(invalid)?;
        let mut config: Self = built.try_deserialize().map_err(invalid)?;
        config.folder = folder;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.zone()?;
        self.first_opening()?;
        self.holidays()?;
        self.closes()?;
        self.allowed_labels()?;
        self.check_outside()?;
        self.check_feed()?;
        self.scanner()?;
        self.single_sign_on.check()?;
        let address = self.address()?;
        if !address.ip().is_loopback() && !self.listen.behind_tls_proxy {
            return Err(ConfigError::Value(
                "listen.address",
                format!(
                    "{address} is not a loopback address, and plain http is served on loopback only; put a TLS proxy \
                         in front and set listen.behind_tls_proxy = true"
                ),
            ));
        }
        let web = self.base_url.starts_with("http://") || self.base_url.starts_with("https://");
        if !web || self.base_url.ends_with('/') {
            return Err(ConfigError::Value(
                "base_url",
                "must begin with https:// and end without a slash".to_owned(),
            ));
        }
        Ok(())
    }

    /// The portal's address.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn address(&self) -> Result<SocketAddr, ConfigError> {
        let bad = |_| {
            ConfigError::Value("listen.address", "must be ADDRESS:PORT, such as 127.0.0.1:8080".to_owned())
        };
        self.listen.address.parse().map_err(bad)
    }

    /// The metrics' address, `None` when turned off.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn metrics_address(&self) -> Result<Option<SocketAddr>, ConfigError> {
        if self.listen.metrics.is_empty() {
            return Ok(None);
        }
        let bad = |_| ConfigError::Value("listen.metrics", "must be ADDRESS:PORT, or empty".to_owned());
        self.listen.metrics.parse().map(Some).map_err(bad)
    }

    /// Hospital time.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn zone(&self) -> Result<Zone, ConfigError> {
        self.hospital.time_zone.parse().map_err(|e| ConfigError::Value("hospital.time_zone", e))
    }

    fn first_opening(&self) -> Result<Option<Date>, ConfigError> {
        let text = self.validation.first_opening.as_str();
        if text.is_empty() {
            return Ok(None);
        }
        let date = parse_date(text).filter(|d| is_opening(*d));
        let bad = || {
            ConfigError::Value("validation.first_opening", format!("`{text}` is not an April 1 or October 1"))
        };
        date.map(Some).ok_or_else(bad)
    }

    fn holidays(&self) -> Result<Vec<Date>, ConfigError> {
        let bad =
            |text| ConfigError::Value("hospital.holidays", format!("`{text}` is not a date as 2026-12-25"));
        self.hospital.holidays.iter().map(|text| parse_date(text).ok_or_else(|| bad(text))).collect()
    }

    fn closes(&self) -> Result<Time, ConfigError> {
        let text = self.hospital.closing_time.as_str();
        let bad = || ConfigError::Value("hospital.closing_time", format!("`{text}` is not a time as 17:00"));
        parse_time(text).ok_or_else(bad)
    }

    fn allowed_labels(&self) -> Result<Labels, ConfigError> {
        self.hospital.allowed_labels.iter().try_fold(Labels::NONE, |all, code| {
            let label = Labels::of_code(code).filter(|l| !l.ordinary().is_empty());
            let bad = || {
                ConfigError::Value("hospital.allowed_labels", format!("`{code}` is not a sensitivity code"))
            };
            label.map(|l| all.and(l)).ok_or_else(bad)
        })
    }

    /// The hospital's settings, for an installation made at `installed`.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn hospital(&self, installed: Instant) -> Result<Hospital, ConfigError> {
        let zone = self.zone()?;
        let first = self.first_opening()?.map_or(installed, |date| zone.start_of_day(date));
        Ok(Hospital {
            name: self.hospital.name.clone(),
            phone: self.hospital.phone.clone(),
            cycles: Cycles::counting_from(first, zone),
            allowed_labels: self.allowed_labels()?,
            holidays: self.holidays()?,
            closes: self.closes()?,
            emergency_access: self.emergency.enabled,
        })
    }

    /// The database URL, an SQLite path taken relative to the configuration's folder.
    pub fn database_url(&self) -> String {
        match self.database.url.strip_prefix("sqlite:") {
            Some(path) => {
                let path = path.trim_start_matches("//");
                let (file, options) = path.split_once('?').map_or((path, ""), |(f, o)| (f, o));
                let joined = self.folder.join(file);
                let mark = if options.is_empty() { "" } else { "?" };
                format!("sqlite:{}{mark}{options}", joined.display())
            }
            None => self.database.url.clone(),
        }
    }

    /// `path` taken relative to the configuration's folder.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// The keys of this installation.
    ///
    /// # Errors
    /// [`ConfigError::KeyFile`] when a file is missing, readable by others, or no key.
    pub fn keys(&self) -> Result<Keys, ConfigError> {
        let audit = read_key(&self.path(&self.keys.audit_file))?;
        Ok(Keys { audit, seal: read_key(&self.path(&self.keys.seal_file))? })
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
