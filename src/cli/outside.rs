//! The servers of others that an installation works with, as its configuration names them.

use std::sync::Arc;
use std::time::Duration;

use super::CliError;
use crate::adapters::npi_registry::{self, Nppes};
use crate::adapters::smtp::{Smtp, SmtpSettings, SmtpSettingsError};
use crate::app::Outside;
use crate::app::ports::{Mailer, NpiRegistry};
use crate::config::{Config, ConfigError};
use crate::domain::outbox::SENDING_SECONDS;
use crate::letters::Letterhead;

/// What `config` names.
pub(super) fn outside(config: &Config) -> Result<Outside, CliError> {
    let mailer = mailer(config, Duration::from_secs(SENDING_SECONDS))?;
    Ok(Outside {
        mailer: mailer.map(|smtp| Arc::new(smtp) as Arc<dyn Mailer>),
        npi_registry: npi_registry(config)?,
    })
}

/// The mail server that `config` names, each mail handed over within `time_limit`.
pub(super) fn mailer(config: &Config, time_limit: Duration) -> Result<Option<Smtp>, ConfigError> {
    let Some(settings) = config.mail_settings()? else { return Ok(None) };
    let made = Smtp::new(SmtpSettings {
        server: settings.server,
        password: settings.password.map(|secret| secret.0),
        from: settings.from,
        roots: settings.roots,
        hello: host_of(&config.base_url),
        letterhead: Letterhead {
            hospital: config.hospital.name.clone(),
            phone: config.hospital.phone.clone(),
            zone: config.zone()?,
            base_url: config.base_url.clone(),
        },
        time_limit,
    });
    let bad = |error: SmtpSettingsError| {
        let key = match &error {
            SmtpSettingsError::From(_) => "mail.from",
            SmtpSettingsError::Roots(_) => "mail.ca_file",
        };
        ConfigError::Value(key, error.to_string())
    };
    made.map(Some).map_err(bad)
}

type Registry = (Arc<dyn NpiRegistry>, crate::app::RegistryUse);

fn npi_registry(config: &Config) -> Result<Option<Registry>, ConfigError> {
    let Some((url, used)) = config.npi_registry()? else { return Ok(None) };
    let registry = Nppes::at(url, npi_registry::TIME_LIMIT);
    let registry = registry.map_err(|e| ConfigError::Value("npi_registry.url", e.0))?;
    Ok(Some((Arc::new(registry), used)))
}

/// The host name in a base URL.
fn host_of(base_url: &str) -> String {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default().to_owned()
}
