//! A forgotten password: a link by mail, once, 15 minutes. It never skips the second factor, and says nothing about who exists.

use crate::app::{App, AppError, mail};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::AccountId;
use crate::domain::letter::{Letter, Place};
use crate::domain::people::{SignIn, fold_email};
use crate::domain::sign_in::password::{PasswordFault, choose};
use crate::domain::sign_in::{
    ADDRESS_BURST, ADDRESS_SECONDS, BUSY_SECONDS, NETWORK_BURST, NETWORK_SECONDS, RESET_SECONDS, fold_network,
};
use crate::store::Tx;
use crate::store::sign_in::links::{self, NewLink};
use crate::store::sign_in::throttle::{self, Rate};
use crate::store::sign_in::{accounts, credentials, recovery, sessions};

use super::{Busy, Client, Hashing, is_active, keyed_text, new_secret, random, secret_hash};

/// What the links of this file are for.
const PURPOSE: &str = "password_reset";
/// Letters that strangers can have sent to one address.
const ADDRESS: Rate = Rate { burst: ADDRESS_BURST, seconds: ADDRESS_SECONDS };
/// Letters that one network can have sent.
const NETWORK: Rate = Rate { burst: NETWORK_BURST, seconds: NETWORK_SECONDS };

/// Whether a letter may be sent to `folded` on a stranger's word: `Err` holds the seconds until this network may ask again,
/// `Ok(false)` is said to nobody: the address has had its letters for now.
pub(in crate::app) async fn may_write(
    app: &App,
    tx: &mut Tx,
    folded: &str,
    client: &Client,
) -> Result<Result<bool, i64>, AppError> {
    let now = app.clock.now();
    let network = format!("mail-network:{}", fold_network(&client.network));
    if let Err(seconds) = throttle::take_of(tx, &network, NETWORK, now).await? {
        return Ok(Err(seconds));
    }
    let address = format!("mail-address:{}", keyed_text(app, folded));
    Ok(Ok(throttle::take_of(tx, &address, ADDRESS, now).await?.is_ok()))
}

/// What asking for a link is answered with; the same for an address that nobody has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResetAsked {
    /// If there is such an account, a letter is on its way.
    Taken,
    /// Too many letters from this network: again in so many seconds.
    Slowed(i64),
}

/// Asks for a link to choose a new password. For an unknown address the same reads and writes are done, and nothing is sent.
///
/// # Errors
/// [`AppError`]; nothing is sent then.
pub async fn ask_reset(app: &App, email: &str, client: &Client) -> Result<ResetAsked, AppError> {
    let now = app.clock.now();
    let folded = fold_email(email);
    let found = accounts::by_email(&app.db, &folded).await?;
    let may = found.filter(|f| f.sign_in == SignIn::Portal && f.hash.is_some() && is_active(&f.status, now));
    let stored = match &may {
        Some(found) => accounts::card(&app.db, found.account).await?,
        None => accounts::card(&app.db, AccountId(uuid::Uuid::nil())).await?,
    };
    let nobody = AccountId(uuid::Uuid::from_bytes(random(app)?));
    let account = may.as_ref().map_or(nobody, |f| f.account);
    let mut tx = app.db.begin().await?;
    let may_write = match may_write(app, &mut tx, &folded, client).await? {
        Ok(may) => may,
        Err(seconds) => return Ok(ResetAsked::Slowed(seconds)),
    };
    let to = may.filter(|_| may_write).map(|f| f.account);
    let secret = new_secret(app)?;
    let hash = secret_hash(secret.as_str());
    let hash = hash.ok_or_else(|| AppError::Fault("a secret of no use".to_owned()))?;
    if may_write {
        links::void_of_account(&mut tx, account, PURPOSE, now).await?;
    }
    let ends = if to.is_some() { now.plus_seconds(RESET_SECONDS) } else { now };
    let link = NewLink {
        secret_hash: &hash,
        purpose: PURPOSE,
        account: to,
        subject: None,
        address: "",
        made_at: now,
        expires_at: ends,
    };
    links::insert(&mut tx, &link).await?;
    let letter = Letter::PasswordReset { link: Place(format!("/reset/{}", secret.as_str())) };
    match to {
        // To the address as it was kept, not as it was typed: two spellings that are looked up alike may be two mailboxes.
        Some(account) => {
            let address = stored.map_or_else(String::new, |card| card.email);
            mail::post(app, &mut tx, (Some(account), &address), &letter).await?;
        }
        None => mail::post_nothing(app, &mut tx).await?,
    }
    let mut entry = client.entry(now, Act::RequestReset, Outcome::Allowed);
    entry.subject = to.map(|a| a.0);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(ResetAsked::Taken)
}

/// Whether the link with `secret` can be used. Looking changes nothing, so a scanner of mail cannot use it up.
///
/// # Errors
/// [`AppError`].
pub async fn is_reset_link(app: &App, secret: &str) -> Result<bool, AppError> {
    Ok(usable(app, secret).await?.is_some())
}

async fn usable(app: &App, secret: &str) -> Result<Option<([u8; 32], AccountId)>, AppError> {
    let Some(hash) = secret_hash(secret) else { return Ok(None) };
    let found = links::find(&app.db, &hash, PURPOSE).await?.filter(|l| l.is_usable(app.clock.now()));
    Ok(found.and_then(|link| link.account).map(|account| (hash, account)))
}

/// What a new password is answered with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResetDone {
    /// It is set; every session of the account has ended.
    Done,
    /// It will not do; the link can be used again.
    Unfit(PasswordFault),
    /// Used, expired, replaced or unknown: the same answer.
    Gone,
    /// Too many at once: again in so many seconds.
    Busy(i64),
}

/// Sets the new password of the link's account. Sessions, links and known devices end; the second factor stays as it is.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn complete_reset(
    app: &App,
    hashing: &Hashing,
    secret: &str,
    password: &str,
    client: &Client,
) -> Result<ResetDone, AppError> {
    let now = app.clock.now();
    let gone = async || {
        app.audit.record(client.entry(now, Act::ResetPassword, Outcome::Failed)).await?;
        Ok(ResetDone::Gone)
    };
    let Some((hash, account)) = usable(app, secret).await? else { return gone().await };
    let card = accounts::card(&app.db, account).await?.filter(|card| is_active(&card.status, now));
    let Some(card) = card else { return gone().await };
    let known = [app.hospital.name.as_str(), &card.email, &card.given, &card.family];
    let password = match choose(password, &known) {
        Ok(password) => password,
        Err(fault) => return Ok(ResetDone::Unfit(fault)),
    };
    let new = match hashing.hash(password, random(app)?).await? {
        Ok(new) => new,
        Err(Busy) => return Ok(ResetDone::Busy(BUSY_SECONDS)),
    };
    let mut tx = app.db.begin().await?;
    if !links::use_once(&mut tx, &hash, now).await? {
        drop(tx);
        return gone().await;
    }
    links::void_all(&mut tx, account, now).await?;
    credentials::set_password(&mut tx, account, &new, now).await?;
    recovery::forget_devices(&mut tx, account).await?;
    sessions::end_others(&mut tx, account, &[], now).await?;
    mail::post(app, &mut tx, (Some(account), &card.email), &Letter::PasswordChanged { at: now }).await?;
    let mut entry = client.entry(now, Act::ResetPassword, Outcome::Allowed);
    entry.actor = Some(account);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(ResetDone::Done)
}
