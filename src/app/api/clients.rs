//! Clients of the JSON interface, as the command line makes, lists and disables them.

use serde_json::json;

use super::assertion::read_keys;
use crate::app::sign_in::{random, seal_for};
use crate::app::{App, AppError};
use crate::domain::api::hook::secret;
use crate::domain::api::{NAME_LONGEST, Scopes};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{ClientId, new_uuid};
use crate::domain::queue::text;
use crate::store::api::{self as store, Client};
use crate::store::hooks::{self, Hook};

/// Why a client was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The name is missing or too long.
    #[error("a client needs a name of at most 100 characters")]
    Name,
    /// It may do nothing.
    #[error("a client needs a scope; give at least one --scope")]
    NoScope,
    /// Its keys cannot be used.
    #[error("the keys cannot be used: {0}")]
    Keys(String),
    /// There is no such client, or it is disabled.
    #[error("there is no client with this id that is in use; `postern client list` names them")]
    Unknown,
    /// The secret of the hook is none.
    #[error("the secret is none: write whsec_ and the base64 of 24 to 64 random bytes into its file")]
    Secret,
    /// The use case failed.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<crate::store::StoreError> for ClientError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::App(error.into())
    }
}

/// A client as it is listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its id.
    pub id: ClientId,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub made_at: Instant,
    /// When it was disabled.
    pub ended_at: Option<Instant>,
    /// Where it is told of events.
    pub hook: Option<String>,
    /// Events that wait to be told.
    pub waiting: i64,
    /// Events that were given up in the last 30 days.
    pub given_up: i64,
}

/// Makes a client with these public keys, a JWK set, and returns its id.
///
/// # Errors
/// [`ClientError`]; nothing was made then.
pub async fn add(app: &App, name: &str, scopes: Scopes, keys: &str) -> Result<ClientId, ClientError> {
    let name = text(name, 1, NAME_LONGEST).filter(|name| !name.chars().any(char::is_control));
    let name = name.ok_or(ClientError::Name)?;
    if scopes.is_empty() {
        return Err(ClientError::NoScope);
    }
    let keys = read_keys(keys).map_err(ClientError::Keys)?;
    let now = app.clock.now();
    let id = ClientId(new_uuid(now, random(app)?));
    let entry = entry(id, &json!({ "change": "added", "scopes": scopes.text(), "by": "command_line" }), now);
    let new = Client { id, name: name.to_owned(), scopes, keys, made_at: now, ended_at: None };
    let mut tx = app.db.begin().await?;
    store::insert(&mut tx, &new).await?;
    app.audit.commit(tx, vec![entry]).await?;
    Ok(id)
}

/// Every client, the first one first.
///
/// # Errors
/// [`AppError::Store`].
pub async fn list(app: &App) -> Result<Vec<Listed>, AppError> {
    let mut all = Vec::new();
    for client in store::all(&app.db).await? {
        let (waiting, given_up) = hooks::standing(&app.db, client.id).await?;
        all.push(Listed {
            hook: hooks::url(&app.db, client.id).await?,
            id: client.id,
            name: client.name,
            scopes: client.scopes,
            made_at: client.made_at,
            ended_at: client.ended_at,
            waiting,
            given_up,
        });
    }
    Ok(all)
}

/// Disables a client: its access tokens are refused from the next request on, and it is told of nothing more.
///
/// # Errors
/// [`ClientError`]; nothing was changed then.
pub async fn disable(app: &App, id: ClientId) -> Result<(), ClientError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !store::end(&mut tx, id, now).await? {
        return Err(ClientError::Unknown);
    }
    hooks::unset(&mut tx, id).await?;
    let entry = entry(id, &json!({ "change": "disabled", "by": "command_line" }), now);
    Ok(app.audit.commit(tx, vec![entry]).await?)
}

/// Gives a client other keys; those before, and the access tokens got with them, count no more.
///
/// # Errors
/// [`ClientError`]; nothing was changed then.
pub async fn set_keys(app: &App, id: ClientId, keys: &str) -> Result<(), ClientError> {
    let keys = read_keys(keys).map_err(ClientError::Keys)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !store::set_keys(&mut tx, id, &keys).await? {
        return Err(ClientError::Unknown);
    }
    let entry = entry(id, &json!({ "change": "keys", "by": "command_line" }), now);
    Ok(app.audit.commit(tx, vec![entry]).await?)
}

/// Where a client is to be told of events.
#[derive(Clone, Copy)]
pub struct WantedHook<'a> {
    /// The address, which may be called.
    pub url: &'a str,
    /// The secret of the signatures, as Standard Webhooks writes it.
    pub secret: &'a str,
    /// Whether the address may lie inside the hospital.
    pub private: bool,
}

/// Sets where a client is told of events; with `None` it is told no more, not even what waits.
///
/// # Errors
/// [`ClientError`]; nothing was changed then.
pub async fn set_hook(app: &App, id: ClientId, hook: Option<WantedHook<'_>>) -> Result<(), ClientError> {
    let now = app.clock.now();
    let client = store::one(&app.db, id).await?.filter(|client| client.ended_at.is_none());
    client.ok_or(ClientError::Unknown)?;
    let kept = match hook {
        None => None,
        Some(wanted) => {
            let secret = secret(wanted.secret).ok_or(ClientError::Secret)?;
            let sealed_secret = seal_for(app, &owner(id), &secret)?;
            Some(Hook { url: wanted.url.to_owned(), sealed_secret, private: wanted.private })
        }
    };
    let change = if kept.is_some() { "hook" } else { "no_hook" };
    let mut tx = app.db.begin().await?;
    match &kept {
        Some(hook) => hooks::set(&mut tx, id, hook, now).await?,
        None => drop(hooks::unset(&mut tx, id).await?),
    }
    let entry = entry(id, &json!({ "change": change, "by": "command_line" }), now);
    Ok(app.audit.commit(tx, vec![entry]).await?)
}

/// Whom the secret of a hook is sealed for.
pub(super) fn owner(id: ClientId) -> Vec<u8> {
    [b"api hook ".as_slice(), id.0.as_bytes()].concat()
}

fn entry(id: ClientId, detail: &serde_json::Value, now: Instant) -> Entry {
    let mut entry = Entry::new(now, Act::ChangeClient, Outcome::Allowed);
    entry.subject = Some(id.0);
    entry.detail = detail.to_string();
    entry
}
