//! How a client proves itself: an assertion for an access token, and the token with each request.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Caller, assertion, entry};
use crate::app::access::Context;
use crate::app::sign_in::{SessionSecret, new_secret, secret_hash};
use crate::app::{App, AppError};
use crate::domain::api::{BURST, ONE_MORE_SECONDS, Scopes, TOKEN_BURST, TOKEN_SECONDS};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::ClientId;
use crate::store::api::{self as store, Client};
use crate::store::sign_in::throttle::{self, Rate};

/// What a client sends to get an access token.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// Its assertion.
    pub assertion: &'a str,
    /// The scopes that it asks for; all that it has when empty.
    pub scope: &'a str,
    /// Where it sends it: what the assertion must be meant for.
    pub audience: &'a str,
}

/// What that is answered with.
#[derive(Debug)]
pub enum SignedIn {
    /// An access token, told this once.
    Token {
        /// The token.
        secret: SessionSecret,
        /// What it is good for.
        scopes: Scopes,
    },
    /// The assertion proves nothing.
    Refused,
    /// It is proved, and asks for a scope that the client has not.
    Scope,
    /// Too many tries from this network: again in so many seconds.
    Slowed(i64),
}

/// Gives a client that proves itself an access token, and records the try.
///
/// # Errors
/// [`AppError`]; no token was given then.
pub async fn sign_in(app: &App, sent: Sent<'_>, context: &Context) -> Result<SignedIn, AppError> {
    let now = context.now;
    let rate = Rate { burst: TOKEN_BURST, seconds: ONE_MORE_SECONDS };
    if let Err(seconds) = take(app, &format!("api-network:{}", context.network), rate, now).await? {
        return Ok(SignedIn::Slowed(seconds));
    }
    let client = claimed(app, sent.assertion).await?;
    let checked = match &client {
        None => Err("unknown_client"),
        Some(client) if client.ended_at.is_some_and(|ended| ended <= now) => Err("disabled"),
        Some(client) => {
            assertion::check(sent.assertion, (&client.id.to_string(), &client.keys), sent.audience, now)
        }
    };
    let (client, asserted) = match (client, checked) {
        (Some(client), Ok(asserted)) => (client, asserted),
        (client, checked) => {
            refuse(app, client.map(|c| c.id), checked.err().unwrap_or("unknown_client"), context).await?;
            return Ok(SignedIn::Refused);
        }
    };
    let scopes = Scopes::parse(sent.scope).and_then(|asked| client.scopes.narrowed(&asked));
    let Some(scopes) = scopes else {
        refuse(app, Some(client.id), "scope", context).await?;
        return Ok(SignedIn::Scope);
    };
    let secret = new_secret(app)?;
    let hash =
        secret_hash(secret.as_str()).ok_or_else(|| AppError::Fault("a new secret is none".to_owned()))?;
    let mut tx = app.db.begin().await?;
    let id_hash: [u8; 32] = Sha256::digest(asserted.id.as_bytes()).into();
    if !store::take_assertion(&mut tx, client.id, &id_hash, asserted.until).await? {
        drop(tx);
        refuse(app, Some(client.id), "replayed", context).await?;
        return Ok(SignedIn::Refused);
    }
    let until = now.plus_seconds(TOKEN_SECONDS);
    store::insert_token(&mut tx, &hash, (client.id, &scopes), (now, until)).await?;
    let mut done = entry(context, Act::SignInClient, Outcome::Allowed);
    done.subject = Some(client.id.0);
    done.detail = json!({ "scopes": scopes.text() }).to_string();
    app.audit.commit(tx, vec![done]).await?;
    Ok(SignedIn::Token { secret, scopes })
}

/// The client that the assertion says it is of.
async fn claimed(app: &App, text: &str) -> Result<Option<Client>, AppError> {
    let id = assertion::claimed_client(text).and_then(|id| id.parse::<ClientId>().ok());
    match id {
        Some(id) => Ok(store::one(&app.db, id).await?),
        None => Ok(None),
    }
}

async fn refuse(app: &App, client: Option<ClientId>, why: &str, context: &Context) -> Result<(), AppError> {
    let mut refused = entry(context, Act::SignInClient, Outcome::Refused);
    refused.subject = client.map(|client| client.0);
    why.clone_into(&mut refused.basis);
    app.audit.record(refused).await?;
    Ok(())
}

/// Whose the access token `secret` is; `None` when it is nobody's, over, or its client was disabled.
///
/// # Errors
/// [`AppError::Store`].
pub async fn caller(app: &App, secret: &str, now: Instant) -> Result<Option<Caller>, AppError> {
    let Some(hash) = secret_hash(secret) else { return Ok(None) };
    let kept = store::token(&app.db, &hash).await?.filter(|kept| kept.span.holds(now));
    Ok(kept.map(|kept| Caller { client: kept.client, name: kept.name, scopes: kept.scopes }))
}

/// Counts one request of `caller`; `Err` holds the seconds to wait.
///
/// # Errors
/// [`AppError::Store`].
pub async fn count(app: &App, caller: &Caller, now: Instant) -> Result<Result<(), i64>, AppError> {
    let rate = Rate { burst: BURST, seconds: ONE_MORE_SECONDS };
    take(app, &format!("api-client:{}", caller.client), rate, now).await
}

async fn take(app: &App, key: &str, rate: Rate, now: Instant) -> Result<Result<(), i64>, AppError> {
    let mut tx = app.db.begin().await?;
    let taken = throttle::take_of(&mut tx, key, rate, now).await?;
    tx.commit().await?;
    Ok(taken)
}
