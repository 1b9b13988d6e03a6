//! Passkeys: added, and shown alone or after a password (WebAuthn Level 2, user verification required).
//!
//! The challenges are made by `webauthn-rs` from the system's randomness. A ceremony is kept in the database under the hash of
//! the secret of the browser that began it, and is taken once.

mod adding;

use std::sync::Arc;

use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PublicKeyCredential,
    Url, Webauthn, WebauthnBuilder,
};

use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::AccountId;
use crate::domain::people::SignIn;
use crate::domain::sign_in::{CEREMONY_SECONDS, Stage, Via, fold_network};
use crate::store::Tx;
use crate::store::sign_in::passkeys::{self as kept, KeptPasskey};
use crate::store::sign_in::throttle::{self, Rate};
use crate::store::sign_in::{accounts, sessions};

use super::arrival::arrive;
use super::code::attempt;
use super::own::is_portal;
use super::sessions::Opening;
use super::step_up::raise;
use super::{Client, Session, SessionSecret, is_active};

/// Ceremonies that one network may begin at once, and how soon one more.
const CEREMONIES: Rate = Rate { burst: 60, seconds: 5 };

/// What passkeys of this installation are bound to: the host name that people reach it by.
#[derive(Clone)]
pub struct Passkeys(Arc<Webauthn>);

pub use adding::{Added, begin_adding, finish_adding};

impl Passkeys {
    /// For a portal reached at `base_url`. `None` where browsers would not make passkeys: an address instead of a name, or plain
    /// http elsewhere than on this machine.
    pub fn of(base_url: &str, hospital: &str) -> Option<Self> {
        let url = Url::parse(base_url).ok()?;
        let host = url.domain()?.to_owned();
        if url.scheme() != "https" && host != "localhost" {
            return None;
        }
        let builder = WebauthnBuilder::new(&host, &url).ok()?.rp_name(hospital);
        // On this machine the port is whatever was free.
        let builder = builder.allow_any_port(host == "localhost");
        builder.build().ok().map(|webauthn| Self(Arc::new(webauthn)))
    }
}

impl std::fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passkeys(…)")
    }
}

/// What the browser is asked, as the JSON that `navigator.credentials` takes.
#[derive(Debug)]
pub enum Asked {
    /// This.
    Options(String),
    /// Passkeys do not work here, or there is none to ask for.
    Unavailable,
    /// Too many were begun from this network.
    Slowed(i64),
}

/// What came of showing a passkey.
#[derive(Debug)]
pub enum Shown {
    /// Right: the session of this secret is open.
    SignedIn {
        /// Its secret.
        cookie: SessionSecret,
    },
    /// Not a passkey of an account that may sign in, too late, used already: one answer for all.
    Refused,
}

/// Options for signing in with any passkey of this portal, for the browser whose visit has this hash.
///
/// # Errors
/// [`AppError`].
pub async fn begin_sign_in(app: &App, visit: &[u8; 32], client: &Client) -> Result<Asked, AppError> {
    let Some(Passkeys(webauthn)) = &app.passkeys else { return Ok(Asked::Unavailable) };
    let now = app.clock.now();
    let key = format!("ceremony:{}", fold_network(&client.network));
    let mut tx = app.db.begin().await?;
    if let Err(seconds) = throttle::take_of(&mut tx, &key, CEREMONIES, now).await? {
        return Ok(Asked::Slowed(seconds));
    }
    let (options, state) = webauthn.start_discoverable_authentication().map_err(fault)?;
    let times = (now, now.plus_seconds(CEREMONY_SECONDS));
    kept::begin_ceremony(&mut tx, visit, ("sign_in", None), &write(&state)?, times).await?;
    tx.commit().await?;
    Ok(Asked::Options(serde_json::json!({ "publicKey": options.public_key }).to_string()))
}

/// Signs in with the passkey that the browser shows: no password, no code. Nothing is written before its signature holds.
///
/// # Errors
/// [`AppError`]; nobody is signed in then.
pub async fn finish_sign_in(
    app: &App,
    visit: &[u8; 32],
    response: &str,
    client: &Client,
) -> Result<Shown, AppError> {
    let Some(Passkeys(webauthn)) = &app.passkeys else { return Ok(Shown::Refused) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let taken = kept::take_ceremony(&mut tx, visit, "sign_in").await?;
    tx.commit().await?;
    let Some((_, state, _)) = taken.filter(|(_, _, ends)| now < *ends) else {
        return refuse(app, None, client).await;
    };
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(response) else {
        return refuse(app, None, client).await;
    };
    let Ok((handle, credential_id)) = webauthn.identify_discoverable_authentication(&answer) else {
        return refuse(app, None, client).await;
    };
    let Some(account) = kept::owner(&app.db, handle).await? else { return refuse(app, None, client).await };
    let Some((keys, passkey)) = find(app, account, credential_id).await? else {
        return refuse(app, Some(account), client).await;
    };
    let state = read::<DiscoverableAuthentication>(&state)?;
    let Ok(proof) = webauthn.finish_discoverable_authentication_v2(&answer, state, &passkey) else {
        return refuse(app, Some(account), client).await;
    };
    let card = accounts::card(&app.db, account).await?;
    let may = card.filter(|card| card.sign_in == SignIn::Portal && is_active(&card.status, now));
    let Some(card) = may else { return refuse(app, Some(account), client).await };
    let mut tx = app.db.begin().await?;
    if !write_down(app, &mut tx, &keys, passkey, &proof).await? {
        drop(tx);
        return refuse(app, Some(account), client).await;
    }
    let opening = Opening::new(account, Stage::Full, Via::Passkey);
    let cookie = arrive(app, &mut tx, &opening, &card.email, client).await?;
    let mut entry = client.entry(now, Act::SignInPasskey, Outcome::Allowed);
    entry.actor = Some(account);
    entry.subject = Some(keys.id);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Shown::SignedIn { cookie })
}

/// Options for showing a passkey of `account` as a proof: after its password, or for a fresh factor. `id_hash` is that of the
/// session that asks.
async fn begin_proof(
    app: &App,
    account: AccountId,
    id_hash: &[u8],
    purpose: &str,
) -> Result<Asked, AppError> {
    let Some(Passkeys(webauthn)) = &app.passkeys else { return Ok(Asked::Unavailable) };
    let now = app.clock.now();
    let known = kept::of_account(&app.db, account).await?;
    if known.is_empty() {
        return Ok(Asked::Unavailable);
    }
    let known = known.iter().map(|k| read::<Passkey>(&k.credential)).collect::<Result<Vec<_>, _>>()?;
    let (options, state) = webauthn.start_passkey_authentication(&known).map_err(fault)?;
    let mut tx = app.db.begin().await?;
    let times = (now, now.plus_seconds(CEREMONY_SECONDS));
    kept::begin_ceremony(&mut tx, id_hash, (purpose, Some(account)), &write(&state)?, times).await?;
    tx.commit().await?;
    Ok(Asked::Options(serde_json::json!({ "publicKey": options.public_key }).to_string()))
}

/// The passkey of `account` that `response` proves, with its new counter; `None` when it proves none.
async fn prove(
    app: &App,
    account: AccountId,
    id_hash: &[u8],
    purpose: &str,
    response: &str,
) -> Result<Option<(KeptPasskey, Passkey, AuthenticationResult)>, AppError> {
    let Some(Passkeys(webauthn)) = &app.passkeys else { return Ok(None) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let taken = kept::take_ceremony(&mut tx, id_hash, purpose).await?;
    tx.commit().await?;
    let state = taken.filter(|(of, _, ends)| *of == Some(account) && now < *ends);
    let answer = serde_json::from_str::<PublicKeyCredential>(response).ok();
    let (Some((_, state, _)), Some(answer)) = (state, answer) else { return Ok(None) };
    let state = read::<PasskeyAuthentication>(&state)?;
    let Ok(proof) = webauthn.finish_passkey_authentication(&answer, &state) else { return Ok(None) };
    let found = find(app, account, proof.cred_id().as_ref()).await?;
    Ok(found.map(|(keys, passkey)| (keys, passkey, proof)))
}

/// Options for the second step of the attempt that `cookie` belongs to.
///
/// # Errors
/// [`AppError`].
pub async fn begin_second_step(app: &App, cookie: &str) -> Result<Asked, AppError> {
    match attempt(app, cookie).await? {
        Some((id_hash, attempt)) => begin_proof(app, attempt.account, &id_hash, "second_factor").await,
        None => Ok(Asked::Unavailable),
    }
}

/// Ends the second step of the attempt that `cookie` belongs to with a passkey.
///
/// # Errors
/// [`AppError`]; nobody is signed in then.
pub async fn finish_second_step(
    app: &App,
    cookie: &str,
    response: &str,
    client: &Client,
) -> Result<Shown, AppError> {
    let now = app.clock.now();
    let Some((id_hash, attempt)) = attempt(app, cookie).await? else { return Ok(Shown::Refused) };
    let account = attempt.account;
    let Some((keys, passkey, proof)) = prove(app, account, &id_hash, "second_factor", response).await? else {
        return refuse(app, Some(account), client).await;
    };
    let mut tx = app.db.begin().await?;
    if !write_down(app, &mut tx, &keys, passkey, &proof).await?
        || !sessions::end(&mut tx, &id_hash, now).await?
    {
        return Ok(Shown::Refused);
    }
    let opening = Opening::new(account, Stage::Full, Via::Passkey);
    let cookie = arrive(app, &mut tx, &opening, &attempt.email, client).await?;
    let mut entry = client.entry(now, Act::SignInPasskey, Outcome::Allowed);
    entry.actor = Some(account);
    entry.subject = Some(keys.id);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Shown::SignedIn { cookie })
}

/// Options for a fresh factor of whoever is signed in.
///
/// # Errors
/// [`AppError`].
pub async fn begin_step_up(app: &App, session: &Session) -> Result<Asked, AppError> {
    if !is_portal(app, session).await? {
        return Ok(Asked::Unavailable);
    }
    begin_proof(app, session.account, &session.id_hash, "step_up").await
}

/// Shows a passkey as a fresh factor: the session goes on under a new secret.
///
/// # Errors
/// [`AppError`]; the session is as it was then.
pub async fn finish_step_up(
    app: &App,
    session: &Session,
    response: &str,
    client: &Client,
) -> Result<Shown, AppError> {
    let account = session.account;
    let Some((keys, passkey, proof)) = prove(app, account, &session.id_hash, "step_up", response).await?
    else {
        return refuse(app, Some(account), client).await;
    };
    let mut tx = app.db.begin().await?;
    if !write_down(app, &mut tx, &keys, passkey, &proof).await? {
        return Ok(Shown::Refused);
    }
    let Some(cookie) = raise(app, &mut tx, session, Via::Passkey, client).await? else {
        return Ok(Shown::Refused);
    };
    let mut entry = client.entry(app.clock.now(), Act::StepUp, Outcome::Allowed);
    entry.actor = Some(account);
    entry.basis = String::from(Via::Passkey.word());
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Shown::SignedIn { cookie })
}

/// The passkey of `account` with this credential id.
async fn find(
    app: &App,
    account: AccountId,
    credential_id: &[u8],
) -> Result<Option<(KeptPasskey, Passkey)>, AppError> {
    for keys in kept::of_account(&app.db, account).await? {
        let passkey = read::<Passkey>(&keys.credential)?;
        if passkey.cred_id().as_ref() as &[u8] == credential_id {
            return Ok(Some((keys, passkey)));
        }
    }
    Ok(None)
}

/// Writes the use of a passkey down with its new counter; `false` when it was used or removed meanwhile.
async fn write_down(
    app: &App,
    tx: &mut Tx,
    keys: &KeptPasskey,
    mut passkey: Passkey,
    proof: &AuthenticationResult,
) -> Result<bool, AppError> {
    passkey.update_credential(proof);
    Ok(kept::use_once(tx, keys, &write(&passkey)?, app.clock.now()).await?)
}

async fn refuse(app: &App, account: Option<AccountId>, client: &Client) -> Result<Shown, AppError> {
    let mut entry = client.entry(app.clock.now(), Act::SignInPasskey, Outcome::Failed);
    entry.subject = account.map(|a| a.0);
    app.audit.record(entry).await?;
    Ok(Shown::Refused)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, AppError> {
    serde_json::from_str(text).map_err(|e| AppError::Fault(format!("a kept passkey: {e}")))
}

fn write<T: serde::Serialize>(value: &T) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(|e| AppError::Fault(format!("a passkey: {e}")))
}

fn fault(error: impl std::fmt::Display) -> AppError {
    AppError::Fault(format!("passkeys: {error}"))
}
