//! Signing out: of the hospital too, and when the hospital says so.

use sha2::{Digest, Sha256};

use super::provider;
use crate::app::sign_in::{Client, new_secret};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::AccountId;
use crate::store::sign_on;

/// Where a browser goes to sign out at the hospital too; `None` where there is no such place, or the provider does not answer.
///
/// # Errors
/// [`AppError`].
pub async fn sign_out_url(app: &App) -> Result<Option<String>, AppError> {
    let Some(provider) = provider(app) else { return Ok(None) };
    let state = new_secret(app)?;
    match provider.sign_out(state.as_str(), app.clock.now()).await {
        Ok(url) => Ok(url),
        Err(error) => {
            tracing::warn!(%error, "nobody can sign out at the hospital");
            Ok(None)
        }
    }
}

/// Ends the sessions that the provider's log-out token names; `false` when the token is refused.
///
/// # Errors
/// [`AppError`]; no session was ended then.
pub async fn log_out_from_provider(app: &App, token: &str, client: &Client) -> Result<bool, AppError> {
    let Some(provider) = provider(app) else { return Ok(false) };
    let now = app.clock.now();
    let named = match provider.check_logout(token, now).await {
        Ok(named) => named,
        Err(error) => {
            tracing::warn!(%error, request = client.request_id, "a log-out token was refused");
            return Ok(false);
        }
    };
    let issuer = provider.issuer();
    let whose: Vec<(uuid::Uuid, Option<AccountId>)> = match (&named.subject, &named.sid) {
        (Some(subject), _) => {
            let found = sign_on::by_subject(&app.db, issuer, subject).await?;
            found.map(|f| (f.id, f.account)).into_iter().collect()
        }
        (None, Some(sid)) => sign_on::of_sid(&app.db, issuer, sid).await?,
        (None, None) => Vec::new(),
    };
    let mut tx = app.db.begin().await?;
    if !sign_on::see_logout(&mut tx, issuer, &Sha256::digest(&named.token_id), now).await? {
        tracing::warn!(request = client.request_id, "a log-out token was sent again, and refused");
        return Ok(false);
    }
    let mut entries: Vec<Entry> = Vec::new();
    for (identity, account) in whose {
        let ended = sign_on::end_sessions(&mut tx, identity, named.sid.as_deref(), now).await?;
        let mut entry = client.entry(now, Act::EndSession, Outcome::Allowed);
        entry.subject = account.map(|a| a.0);
        entry.basis = String::from("hospital_log_out");
        entry.detail = format!("{{\"sessions\":{ended}}}");
        entries.push(entry);
    }
    app.audit.commit(tx, entries).await?;
    Ok(true)
}
