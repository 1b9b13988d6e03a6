//! `[feed]` and `[old_feed]`: where the record lies, and how a FHIR server is reached.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

use super::secrets::{Secret, read_secret};
use super::{Config, ConfigError};

/// `[feed]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedConfig {
    /// `embedded` or `fhir`.
    pub kind: String,
    /// The identifier system of MRNs.
    pub mrn_system: String,
    /// The identifier system of practices.
    pub practice_system: String,
    /// Seconds after which the directory facts of a patient are asked for anew when the chart opens.
    pub facts_seconds: i64,
    /// Whether a confirmed PCP is written into the server.
    pub writes: bool,
    /// A file with what the server's notices carry; empty: it tells of no changes.
    pub notice_secret_file: PathBuf,
    /// The FHIR server.
    pub server: FhirServer,
}

/// `[old_feed]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OldFeed {
    /// What its tab is called.
    pub label: String,
    /// The identifier system of MRNs there.
    pub mrn_system: String,
    /// The FHIR server; without a URL there is no second source.
    pub server: FhirServer,
}

/// `[hl7]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hl7 {
    /// Where messages are taken; empty for nowhere.
    pub address: String,
    /// Who may send them; nobody named: this machine alone.
    pub senders: Vec<IpAddr>,
}

/// How a FHIR server is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FhirServer {
    /// Its base URL.
    pub url: String,
    /// `none`, `bearer` or `backend`.
    pub auth: String,
    /// A file with the token, for `bearer`.
    pub token_file: PathBuf,
    /// What the server calls the portal, for `backend`.
    pub client_id: String,
    /// What the server calls the key.
    pub key_id: String,
    /// A file with the private key.
    pub key_file: PathBuf,
    /// What is asked for.
    pub scope: String,
    /// Where tokens are issued; empty for what the server says.
    pub token_url: String,
}

/// How the portal proves itself to a FHIR server.
#[derive(Clone, Debug)]
pub enum FhirAuth {
    /// Not at all.
    None,
    /// By a token.
    Bearer(Secret),
    /// By a signed assertion: the private key as PEM.
    Backend(Secret),
}

/// The keys of one server, by their names.
struct Keys {
    url: &'static str,
    auth: &'static str,
    token_file: &'static str,
    client_id: &'static str,
}

const FEED: Keys = Keys {
    url: "feed.server.url",
    auth: "feed.server.auth",
    token_file: "feed.server.token_file",
    client_id: "feed.server.client_id",
};
const OLD: Keys = Keys {
    url: "old_feed.server.url",
    auth: "old_feed.server.auth",
    token_file: "old_feed.server.token_file",
    client_id: "old_feed.server.client_id",
};

impl FhirServer {
    fn check(&self, keys: &Keys) -> Result<(), ConfigError> {
        let wrong = |key: &'static str, why: &str| Err(ConfigError::Value(key, why.to_owned()));
        let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|here| {
            self.url.strip_prefix(here).is_some_and(|rest| rest.starts_with([':', '/']) || rest.is_empty())
        });
        if !self.url.starts_with("https://") && !is_here {
            return wrong(keys.url, "must be the base URL of a FHIR R4 server and begin with https://");
        }
        let empty = |path: &PathBuf| path.as_os_str().is_empty();
        match self.auth.as_str() {
            "none" if !is_here => wrong(
                keys.auth,
                "may be \"none\" for a server on this machine only; use \"backend\" or \"bearer\"",
            ),
            "bearer" if empty(&self.token_file) => {
                wrong(keys.token_file, "is needed: the file that holds the token")
            }
            "backend" if self.client_id.is_empty() || self.key_id.is_empty() || empty(&self.key_file) => {
                wrong(keys.client_id, "and key_id and key_file beside it are needed for \"backend\"")
            }
            "none" | "bearer" | "backend" => Ok(()),
            _ => wrong(keys.auth, "must be \"none\", \"bearer\" or \"backend\""),
        }
    }
}

impl Config {
    pub(super) fn check_feed(&self) -> Result<(), ConfigError> {
        match self.feed.kind.as_str() {
            "embedded" => {}
            "fhir" => self.feed.server.check(&FEED)?,
            other => {
                let why = format!("`{other}` is unknown; use \"embedded\" or \"fhir\"");
                return Err(ConfigError::Value("feed.kind", why));
            }
        }
        if !(0..=3600).contains(&self.feed.facts_seconds) {
            let why = "must be between 0 and 3600 seconds".to_owned();
            return Err(ConfigError::Value("feed.facts_seconds", why));
        }
        if let Some(address) = self.hl7_address()?
            && !address.ip().is_loopback()
            && self.hl7.senders.is_empty()
        {
            let why = "is needed where hl7.address is not of this machine: who may send messages, such as [\"10.0.0.5\"]";
            return Err(ConfigError::Value("hl7.senders", why.to_owned()));
        }
        if self.has_old_feed() {
            self.old_feed.server.check(&OLD)?;
        }
        Ok(())
    }

    /// Where HL7 v2 messages are taken; `None` for nowhere.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn hl7_address(&self) -> Result<Option<SocketAddr>, ConfigError> {
        if self.hl7.address.is_empty() {
            return Ok(None);
        }
        let bad = |_| ConfigError::Value("hl7.address", "must be ADDRESS:PORT, or empty".to_owned());
        self.hl7.address.parse().map(Some).map_err(bad)
    }

    /// Whether the record lies in a FHIR server.
    pub fn has_remote_feed(&self) -> bool {
        self.feed.kind == "fhir"
    }

    /// Whether there is a second source.
    pub fn has_old_feed(&self) -> bool {
        !self.old_feed.server.url.is_empty()
    }

    /// What the server's notices carry; `None` where it tells of no changes.
    ///
    /// # Errors
    /// [`ConfigError::KeyFile`].
    pub fn notice_secret(&self) -> Result<Option<Secret>, ConfigError> {
        let file = &self.feed.notice_secret_file;
        if !self.has_remote_feed() || file.as_os_str().is_empty() {
            return Ok(None);
        }
        read_secret(&self.path(file)).map(Some)
    }

    /// How the portal proves itself to `server`, its secrets read.
    ///
    /// # Errors
    /// [`ConfigError::KeyFile`].
    pub fn fhir_auth(&self, server: &FhirServer) -> Result<FhirAuth, ConfigError> {
        Ok(match server.auth.as_str() {
            "bearer" => FhirAuth::Bearer(read_secret(&self.path(&server.token_file))?),
            "backend" => FhirAuth::Backend(read_secret(&self.path(&server.key_file))?),
            _ => FhirAuth::None,
        })
    }
}
