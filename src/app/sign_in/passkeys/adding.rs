//! A passkey is added by whoever is signed in.

use serde_json::Value;
use uuid::Uuid;
use webauthn_rs::prelude::{Passkey, PasskeyRegistration, RegisterPublicKeyCredential};

use crate::app::{App, AppError, mail};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::new_uuid;
use crate::domain::letter::{FactorChange, Letter};
use crate::domain::people::SignIn;
use crate::domain::sign_in::{CEREMONY_SECONDS, PASSKEYS_MOST};
use crate::store::StoreError;
use crate::store::sign_in::passkeys::{self as kept, NewPasskey};
use crate::store::sign_in::{accounts, credentials, links, sessions};

use super::{Asked, Passkeys, fault, read, write};
use crate::app::sign_in::{Client, Session, device_said, random};

/// The longest name of a passkey, in characters.
const NAME_LONGEST: usize = 60;

/// What came of adding a passkey.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Added {
    /// It can be used from now on.
    Added,
    /// The account has as many as it may have.
    TooMany,
    /// The browser's answer does not hold, came too late, or was asked for by another page.
    Refused,
}

/// Options for a new passkey of whoever is signed in.
///
/// # Errors
/// [`AppError`].
pub async fn begin_adding(app: &App, session: &Session) -> Result<Asked, AppError> {
    let Some(Passkeys(webauthn)) = &app.passkeys else { return Ok(Asked::Unavailable) };
    let now = app.clock.now();
    let card = accounts::card(&app.db, session.account).await?;
    if card.is_none_or(|card| card.sign_in != SignIn::Portal) {
        return Ok(Asked::Unavailable);
    }
    let known = kept::of_account(&app.db, session.account).await?;
    let known = known.iter().map(|k| Ok(read::<Passkey>(&k.credential)?.cred_id().clone()));
    let known = known.collect::<Result<Vec<_>, AppError>>()?;
    let mut tx = app.db.begin().await?;
    kept::insert_handle(&mut tx, session.account, Uuid::from_bytes(random(app)?)).await?;
    tx.commit().await?;
    let handle = kept::handle(&app.db, session.account).await?;
    let handle = handle.ok_or_else(|| AppError::Fault("an account without a handle".to_owned()))?;
    let begun = webauthn.start_passkey_registration(handle, &session.email, &session.name, Some(known));
    let (options, state) = begun.map_err(fault)?;
    let mut options = serde_json::to_value(options).map_err(fault)?;
    if let Some(wanted) = options.pointer_mut("/publicKey/authenticatorSelection") {
        // Kept on the device where it can be, so that it signs in without an address typed.
        wanted["residentKey"] = Value::from("preferred");
    }
    let mut tx = app.db.begin().await?;
    let times = (now, now.plus_seconds(CEREMONY_SECONDS));
    let of = ("add", Some(session.account));
    kept::begin_ceremony(&mut tx, &session.id_hash, of, &write(&state)?, times).await?;
    tx.commit().await?;
    Ok(Asked::Options(options.to_string()))
}

/// Keeps the passkey that the browser made.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn finish_adding(
    app: &App,
    session: &Session,
    (name, response): (&str, &str),
    client: &Client,
) -> Result<Added, AppError> {
    let Some(Passkeys(webauthn)) = &app.passkeys else { return Ok(Added::Refused) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let taken = kept::take_ceremony(&mut tx, &session.id_hash, "add").await?;
    tx.commit().await?;
    let state = taken.filter(|(account, _, ends)| *account == Some(session.account) && now < *ends);
    let answer = serde_json::from_str::<RegisterPublicKeyCredential>(response).ok();
    let (Some((_, state, _)), Some(answer)) = (state, answer) else { return Ok(Added::Refused) };
    let made = webauthn.finish_passkey_registration(&answer, &read::<PasskeyRegistration>(&state)?);
    let Ok(passkey) = made else { return Ok(Added::Refused) };
    if kept::of_account(&app.db, session.account).await?.len() >= PASSKEYS_MOST {
        return Ok(Added::TooMany);
    }
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME_LONGEST).collect();
    let name = if name.is_empty() { device_said(&client.device) } else { name };
    let mut tx = app.db.begin().await?;
    let id = new_uuid(now, random(app)?);
    let new = NewPasskey {
        id,
        account: session.account,
        credential_id: passkey.cred_id().as_ref(),
        credential: &write(&passkey)?,
        name: &name,
        now,
    };
    match kept::insert(&mut tx, &new).await {
        Err(StoreError::Duplicate(_)) => return Ok(Added::Refused),
        kept => kept?,
    }
    // Like every change of a credential: all other sessions and all links in mail end.
    sessions::end_others(&mut tx, session.account, &session.id_hash, now).await?;
    links::void_all(&mut tx, session.account, now).await?;
    credentials::void_links(&mut tx, session.account, now).await?;
    let letter = Letter::FactorChanged { change: FactorChange::PasskeyAdded, at: now };
    mail::post(app, &mut tx, (Some(session.account), &session.email), &letter).await?;
    let mut entry = client.entry(now, Act::ChangeFactor, Outcome::Allowed);
    entry.actor = Some(session.account);
    entry.subject = Some(id);
    entry.basis = String::from(FactorChange::PasskeyAdded.word());
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Added::Added)
}
