//! The servers of others that an installation works with, as its configuration names them.

use std::sync::Arc;

use super::CliError;
use crate::adapters::oidc::{OpenIdProvider, Settings};
use crate::app::Outside;
use crate::config::{Config, ConfigError};
use crate::views::paths;

/// What `config` names.
pub(super) fn outside(config: &Config) -> Result<Outside, CliError> {
    let mut outside = Outside::default();
    if let Some(provider) = identity_provider(config)? {
        outside.identity_provider = Some(Arc::new(provider));
    }
    Ok(outside)
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
