//! The third step: the link that confirms the address is mailed.

use serde_json::json;
use uuid::Uuid;

use super::{LINK, Step, answers_of, count_address, count_network, entry, is_ready, link_secret, slowed};
use crate::app::sign_in::{Client, new_totp_secret, seal_for};
use crate::app::{App, AppError, mail};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::letter::{Letter, Place};
use crate::domain::registration::{self as rules, LINK_SECONDS, RegistrationState};
use crate::store::Tx;
use crate::store::people;
use crate::store::registration::{self as kept, KeptRegistration};
use crate::store::sign_in::accounts;
use crate::store::sign_in::links::{self, NewLink};

/// Voids the links that were mailed for the registration `id`.
pub(super) async fn void(tx: &mut Tx, id: Uuid, now: Instant) -> Result<(), AppError> {
    Ok(links::void_of_subject(tx, id, LINK, now).await?)
}

/// Mails the link to the address that was typed, which it keeps. An address that has an account gets a letter that says so
/// instead; everything else is the same.
///
/// # Errors
/// [`AppError`]; nothing is kept or mailed then.
pub async fn send(app: &App, visit: &[u8; 32], typed: &str, client: &Client) -> Result<Step, AppError> {
    let Some(open) = kept::open_of_visit(&app.db, visit).await? else { return Ok(Step::NoDraft) };
    if !is_ready(app, &answers_of(&open)?) {
        return Ok(Step::NoDraft);
    }
    match rules::email(typed) {
        Ok((email, folded)) => mail_link(app, (&open, visit), (&email, &folded), client).await,
        Err(fault) => Ok(Step::Faults(vec![fault])),
    }
}

/// Mails a new link to the same address; the one before is void.
///
/// # Errors
/// [`AppError`]; nothing is mailed then.
pub async fn resend(app: &App, visit: &[u8; 32], client: &Client) -> Result<Step, AppError> {
    let open = kept::open_of_visit(&app.db, visit).await?;
    let Some(open) = open.filter(|o| o.state == RegistrationState::Mailed) else { return Ok(Step::NoDraft) };
    mail_link(app, (&open, visit), (&open.email, &open.email_folded), client).await
}

async fn mail_link(
    app: &App,
    (open, visit): (&KeptRegistration, &[u8; 32]),
    (email, folded): (&str, &str),
    client: &Client,
) -> Result<Step, AppError> {
    let now = app.clock.now();
    // A secret of its own for each link: who got an earlier one must not know this one's authenticator.
    let sealed_totp = seal_for(app, open.id.as_bytes(), &new_totp_secret(app)?)?;
    let (secret, hash) = link_secret(app)?;
    // An address that nobody has takes the same reads.
    let known = accounts::by_email(&app.db, folded).await?.map(|found| found.account);
    let account = people::account(&app.db, known.unwrap_or(AccountId(Uuid::nil()))).await?;
    let to = account.as_ref().map_or(email, |a| a.email.as_str());
    let letter = match known {
        Some(_) => Letter::AddressKnown,
        None => Letter::RegistrationLink { link: Place(format!("/register/confirm/{secret}")) },
    };

    let mut tx = app.db.begin().await?;
    let taken = match count_network(&mut tx, client, now).await? {
        Ok(()) => count_address(app, &mut tx, folded, now).await?,
        slow => slow,
    };
    if let Err(seconds) = taken {
        drop(tx);
        return slowed(app, client, "mail", seconds).await;
    }
    if !kept::mailed(&mut tx, open.id, (email, folded), &sealed_totp, now).await? {
        return Ok(Step::NoDraft);
    }
    // Read again now that nobody else can change it: another tab may have typed another number.
    let held = kept::open_of_visit_in(&mut tx, visit).await?.filter(|held| held.id == open.id);
    let Some(held) = held else { return Ok(Step::NoDraft) };
    if !is_ready(app, &answers_of(&held)?) {
        return Ok(Step::NoDraft);
    }
    void(&mut tx, open.id, now).await?;
    let link = NewLink {
        secret_hash: &hash,
        purpose: LINK,
        account: None,
        subject: Some(open.id),
        address: email,
        made_at: now,
        expires_at: now.plus_seconds(LINK_SECONDS),
    };
    links::insert(&mut tx, &link).await?;
    mail::post(app, &mut tx, (known, to), &letter).await?;
    let mut entry = entry(client, now, Some(open.id), "mail");
    entry.detail = json!({ "step": "mail", "letter": letter.word() }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Step::Done)
}
