//! `[mail]` and `[npi_registry]`: the servers of others, and the secrets they ask for.

use std::path::PathBuf;

use serde::Deserialize;

use super::single_sign_on::is_on_this_machine;
use super::{Config, ConfigError, Secret, read_secret};
use crate::app::RegistryUse;
use crate::domain::mail_server::MailServer;

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The mail server; empty for none.
    pub url: String,
    /// The file that holds the password; empty for none.
    pub password_file: PathBuf,
    /// Whom letters are from.
    pub from: String,
    /// A PEM file of further roots; empty for none.
    pub ca_file: PathBuf,
}

/// `[npi_registry]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NpiRegistryConfig {
    /// Where it is asked; empty for nowhere.
    pub url: String,
    /// `off`, `optional` or `required`.
    #[serde(rename = "use")]
    pub used: String,
}

/// What letters are handed over with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailSettings {
    /// The server.
    pub server: MailServer,
    /// The password of the server's user.
    pub password: Option<Secret>,
    /// Whom letters are from.
    pub from: String,
    /// Further roots, as PEM.
    pub roots: Option<Vec<u8>>,
}

impl Config {
    /// What needs no file to be checked.
    pub(super) fn check_outside(&self) -> Result<(), ConfigError> {
        self.mail_server()?;
        self.npi_registry()?;
        Ok(())
    }

    fn mail_server(&self) -> Result<Option<MailServer>, ConfigError> {
        if self.mail.url.is_empty() {
            return Ok(None);
        }
        let bad =
            |e: crate::domain::mail_server::MailServerError| ConfigError::Value("mail.url", e.to_string());
        let server = MailServer::parse(&self.mail.url).map_err(bad)?;
        let has_password = !self.mail.password_file.as_os_str().is_empty();
        if server.user.is_some() && !has_password {
            let why = "is empty, and mail.url names a user; name the file that holds the password";
            return Err(ConfigError::Value("mail.password_file", why.to_owned()));
        }
        if server.user.is_none() && has_password {
            let why = "is set, and mail.url names no user; write smtp://USER@HOST:587";
            return Err(ConfigError::Value("mail.password_file", why.to_owned()));
        }
        if self.mail.from.is_empty() {
            let why = "is empty; write whom letters are from, such as \"Referral portal <portal@hospital.example>\"";
            return Err(ConfigError::Value("mail.from", why.to_owned()));
        }
        Ok(Some(server))
    }

    /// What letters are handed over with; `None` when no mail server is set.
    ///
    /// # Errors
    /// [`ConfigError`] when a key cannot be used or a file cannot be read.
    pub fn mail_settings(&self) -> Result<Option<MailSettings>, ConfigError> {
        let Some(server) = self.mail_server()? else { return Ok(None) };
        let password =
            server.user.is_some().then(|| read_secret(&self.path(&self.mail.password_file))).transpose()?;
        let roots = (!self.mail.ca_file.as_os_str().is_empty()).then(|| {
            let path = self.path(&self.mail.ca_file);
            std::fs::read(&path).map_err(|e| {
                ConfigError::Value("mail.ca_file", format!("cannot read {}: {e}", path.display()))
            })
        });
        Ok(Some(MailSettings { server, password, from: self.mail.from.clone(), roots: roots.transpose()? }))
    }

    /// Where the NPI registry is asked, and whether a registration needs its answer; `None` when it is not asked.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn npi_registry(&self) -> Result<Option<(&str, RegistryUse)>, ConfigError> {
        let used = match self.npi_registry.used.as_str() {
            "off" => None,
            "optional" => Some(RegistryUse::Optional),
            "required" => Some(RegistryUse::Required),
            other => {
                let why = format!("`{other}` is unknown; use \"off\", \"optional\" or \"required\"");
                return Err(ConfigError::Value("npi_registry.use", why));
            }
        };
        let url = self.npi_registry.url.as_str();
        match used {
            None => Ok(None),
            Some(RegistryUse::Optional) if url.is_empty() => Ok(None),
            Some(RegistryUse::Required) if url.is_empty() => {
                let why = "is empty, and npi_registry.use is \"required\"";
                Err(ConfigError::Value("npi_registry.url", why.to_owned()))
            }
            Some(_) if !(url.starts_with("https://") || is_on_this_machine(url)) => {
                let why = "must begin with https:// (http:// on this machine only)";
                Err(ConfigError::Value("npi_registry.url", why.to_owned()))
            }
            Some(used) => Ok(Some((url, used))),
        }
    }
}

#[cfg(test)]
#[path = "outside_tests.rs"]
mod tests;
