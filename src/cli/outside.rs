//! The servers of others that an installation works with, as its configuration names them.

use std::sync::Arc;
use std::time::Duration;

use super::CliError;
use crate::adapters::npi_registry::{self, Nppes};
use crate::adapters::oidc::{OpenIdProvider, Settings};
use crate::adapters::scanner::Clamd;
use crate::adapters::smtp::{Smtp, SmtpSettings, SmtpSettingsError};
use crate::adapters::webhook::Webhooks;
use crate::app::ports::hooks::HookSender;
use crate::app::ports::identity::IdentityProvider;
use crate::app::ports::scanner::Scanner;
use crate::app::ports::{Mailer, NpiRegistry};
use crate::app::{AppError, Outside};
use crate::config::{Config, ConfigError};
use crate::domain::api::hook::CALL_SECONDS;
use crate::domain::outbox::SENDING_SECONDS;
use crate::letters::Letterhead;
use crate::views::paths;

/// What `config` names.
pub(super) fn outside(config: &Config) -> Result<Outside, CliError> {
    let mailer = mailer(config, Duration::from_secs(SENDING_SECONDS))?;
    let hooks = Webhooks::new(Duration::from_secs(CALL_SECONDS)).map_err(AppError::Fault)?;
    Ok(Outside {
        mailer: mailer.map(|smtp| Arc::new(smtp) as Arc<dyn Mailer>),
        npi_registry: npi_registry(config)?,
        identity_provider: identity_provider(config)?.map(|p| Arc::new(p) as Arc<dyn IdentityProvider>),
        hooks: Some(Arc::new(hooks) as Arc<dyn HookSender>),
        feed_notices: None,
        scanner: scanner(config)?.map(|clamd| Arc::new(clamd) as Arc<dyn Scanner>),
        old_source: None,
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

/// The scanner of files that `config` names. It is not asked anything: it may be down when the portal starts.
pub(super) fn scanner(config: &Config) -> Result<Option<Clamd>, ConfigError> {
    Ok(config.scanner()?.map(|(address, time_limit)| Clamd::new(address, time_limit)))
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

/// The identity provider that `config` names. It is not asked anything: it may be down when the portal starts.
pub(super) fn identity_provider(config: &Config) -> Result<Option<OpenIdProvider>, ConfigError> {
    let named = &config.single_sign_on;
    if !named.is_on() {
        return Ok(None);
    }
    let here = |path: &str| format!("{}{path}", config.base_url);
    let settings = Settings {
        issuer: named.issuer.clone(),
        client_id: named.client_id.clone(),
        client_secret: config.client_secret()?,
        redirect_url: here(paths::single_sign_on_callback()),
        signed_out_url: here(paths::single_sign_on_signed_out()),
        acr_values: named.acr_values.clone(),
        amr: named.amr.clone(),
        role_claim: named.role_claim.clone(),
        roles: named.roles()?,
        scopes: named.scopes.clone(),
        label: named.label.clone(),
    };
    OpenIdProvider::new(settings).map(Some).map_err(|why| ConfigError::Value("single_sign_on.issuer", why))
}
