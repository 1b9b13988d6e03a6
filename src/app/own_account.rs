//! What people do with their own account besides signing in: the address, sessions, history, closing it.

use uuid::Uuid;

use super::sign_in::{Client, Session, may_write, new_secret, secret_hash};
use super::{App, AppError, mail};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::letter::{Letter, Place};
use crate::domain::people::{AccountKind, AccountStatus, SignIn, fold_email, is_email};
use crate::domain::sign_in::ADDRESS_LINK_SECONDS;
use crate::store::StoreError;
use crate::store::audit::SignInRow;
use crate::store::sign_in::links::{self, NewLink};
use crate::store::sign_in::{accounts, credentials, sessions as kept};

/// What the links of this file are for.
const PURPOSE: &str = "email_change";

/// What came of asking for another address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressAsked {
    /// A letter is on its way to the new address; nothing is changed until it is confirmed. Said of an address in use, too.
    Taken,
    /// Not an address.
    Bad,
    /// It is the present one.
    Same,
    /// A sponsored user's address changes by the sponsor making a new account; the hospital's accounts change theirs there.
    NotHere,
    /// Too many letters: again in so many seconds.
    Slowed(i64),
}

/// Whether the owner of `session` may change the address alone (product.md 2): anyone who signs in here, but sponsored users.
///
/// # Errors
/// [`AppError`].
pub async fn may_change_address(app: &App, session: &Session) -> Result<bool, AppError> {
    let card = accounts::card(&app.db, session.account).await?;
    Ok(card.is_some_and(|card| card.sign_in == SignIn::Portal && card.kind != AccountKind::Sponsored))
}

/// Asks for another address: a link goes to the new one, and acts only in a session of this account.
///
/// # Errors
/// [`AppError`]; nothing is sent then.
pub async fn ask_address(
    app: &App,
    session: &Session,
    email: &str,
    client: &Client,
) -> Result<AddressAsked, AppError> {
    let now = app.clock.now();
    let folded = fold_email(email);
    if !may_change_address(app, session).await? {
        return Ok(AddressAsked::NotHere);
    }
    if !is_email(&folded) {
        return Ok(AddressAsked::Bad);
    }
    if folded == fold_email(&session.email) {
        return Ok(AddressAsked::Same);
    }
    let taken = accounts::by_email(&app.db, &folded).await?.is_some();
    let secret = new_secret(app)?;
    let hash = secret_hash(secret.as_str());
    let hash = hash.ok_or_else(|| AppError::Fault("a secret of no use".to_owned()))?;
    let mut tx = app.db.begin().await?;
    match may_write(app, &mut tx, &folded, client).await? {
        Err(seconds) => return Ok(AddressAsked::Slowed(seconds)),
        Ok(false) => return Ok(AddressAsked::Taken),
        Ok(true) => {}
    }
    links::void_of_account(&mut tx, session.account, PURPOSE, now).await?;
    let ends = if taken { now } else { now.plus_seconds(ADDRESS_LINK_SECONDS) };
    let link = NewLink {
        secret_hash: &hash,
        purpose: PURPOSE,
        account: Some(session.account),
        subject: None,
        address: email.trim(),
        made_at: now,
        expires_at: ends,
    };
    links::insert(&mut tx, &link).await?;
    let letter = if taken {
        Letter::AddressKnown
    } else {
        Letter::EmailChangeLink { link: Place(format!("/account/email/confirm/{}", secret.as_str())) }
    };
    mail::post(app, &mut tx, (None, email.trim()), &letter).await?;
    let mut entry = client.entry(now, Act::ChangeEmail, Outcome::Allowed);
    entry.actor = Some(session.account);
    entry.basis = String::from("asked");
    app.audit.commit(tx, vec![entry]).await?;
    Ok(AddressAsked::Taken)
}

/// The address that the link with `secret` confirms, when it was asked for by whoever is signed in and can be used.
///
/// # Errors
/// [`AppError`].
pub async fn address_of_link(app: &App, session: &Session, secret: &str) -> Result<Option<String>, AppError> {
    let Some(hash) = secret_hash(secret) else { return Ok(None) };
    let found = links::find(&app.db, &hash, PURPOSE).await?;
    let mine = found.filter(|l| l.account == Some(session.account) && l.is_usable(app.clock.now()));
    Ok(mine.map(|link| link.address))
}

/// Changes the address to the one that the link confirms; the old one is told. `false` when the link cannot be used, or the
/// address was taken meanwhile.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn change_address(
    app: &App,
    session: &Session,
    secret: &str,
    client: &Client,
) -> Result<bool, AppError> {
    let now = app.clock.now();
    let Some(address) = address_of_link(app, session, secret).await? else { return Ok(false) };
    let Some(hash) = secret_hash(secret) else { return Ok(false) };
    let mut tx = app.db.begin().await?;
    if !links::use_once(&mut tx, &hash, now).await? {
        return Ok(false);
    }
    match accounts::set_email(&mut tx, session.account, &address, &fold_email(&address)).await {
        Err(StoreError::Duplicate(_)) => return Ok(false),
        done => done?,
    }
    links::void_all(&mut tx, session.account, now).await?;
    credentials::void_links(&mut tx, session.account, now).await?;
    kept::end_others(&mut tx, session.account, &session.id_hash, now).await?;
    let letter = Letter::EmailChanged { at: now };
    mail::post(app, &mut tx, (Some(session.account), &session.email), &letter).await?;
    mail::post(app, &mut tx, (Some(session.account), &address), &letter).await?;
    let mut entry = client.entry(now, Act::ChangeEmail, Outcome::Allowed);
    entry.actor = Some(session.account);
    entry.basis = String::from("changed");
    app.audit.commit(tx, vec![entry]).await?;
    Ok(true)
}

/// Ends one other session of whoever is signed in; `false` when it is over already, or is not theirs.
///
/// # Errors
/// [`AppError`]; nothing was ended then.
pub async fn end_session(
    app: &App,
    session: &Session,
    public_id: &str,
    client: &Client,
) -> Result<bool, AppError> {
    let now = app.clock.now();
    let open = kept::open_of(&app.db, session.account).await?;
    let found = open.iter().find(|s| super::sign_in::session_name(&s.id_hash) == public_id);
    let Some(found) = found else { return Ok(false) };
    let mut tx = app.db.begin().await?;
    let ended = kept::end(&mut tx, &found.id_hash, now).await?;
    let mut entry = client.entry(now, Act::EndSession, Outcome::Allowed);
    entry.actor = Some(session.account);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(ended)
}

/// The latest steps of signing in to the account of `session`, newest first: the audit's own rows.
///
/// # Errors
/// [`AppError`].
pub async fn history(app: &App, session: &Session, client: &Client) -> Result<Vec<SignInRow>, AppError> {
    let mut entry = client.entry(app.clock.now(), Act::ReadAudit, Outcome::Allowed);
    entry.actor = Some(session.account);
    entry.basis = String::from("own_sign_ins");
    app.audit.record(entry).await?;
    Ok(crate::store::audit::sign_ins_of(&app.db, session.account, HISTORY).await?)
}

/// Steps shown in a history.
const HISTORY: i64 = 60;

/// What closing an account would end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Closing {
    /// Sponsored users who lose a sponsorship through it.
    pub sponsored: usize,
}

/// What closing the account would end; `None` for who cannot close it alone: the access team.
///
/// # Errors
/// [`AppError`].
pub async fn closing(app: &App, session: &Session) -> Result<Option<Closing>, AppError> {
    if session.kind == AccountKind::AccessTeam {
        return Ok(None);
    }
    let now = app.clock.now();
    let staff = crate::store::people::sponsored_by(&app.db, session.account, now).await?;
    Ok(Some(Closing { sponsored: staff }))
}

/// Closes the account from now on: nobody signs in to it again, its sessions and links end, and whoever it sponsors loses that.
/// `false` for who cannot close it alone.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn close(app: &App, session: &Session, client: &Client) -> Result<bool, AppError> {
    if closing(app, session).await?.is_none() {
        return Ok(false);
    }
    let now: Instant = app.clock.now();
    let mut tx = app.db.begin().await?;
    accounts::set_status(&mut tx, session.account, AccountStatus::Disabled, now).await?;
    credentials::void_links(&mut tx, session.account, now).await?;
    links::void_all(&mut tx, session.account, now).await?;
    kept::end_others(&mut tx, session.account, &[], now).await?;
    mail::post(app, &mut tx, (Some(session.account), &session.email), &Letter::AccountClosed { at: now })
        .await?;
    let mut entry = client.entry(now, Act::CloseAccount, Outcome::Allowed);
    entry.actor = Some(session.account);
    entry.subject = Some::<Uuid>(session.account.0);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(true)
}
