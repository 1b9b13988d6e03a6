//! The set-up link: one page that sets a password and binds an authenticator, once.

use subtle::ConstantTimeEq;

use crate::app::{App, AppError, mail};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::letter::{FactorChange, Letter};
use crate::domain::sign_in::password::{PasswordFault, choose};
use crate::domain::sign_in::{BUSY_SECONDS, HANDOVER_DIGITS, WRONG_HANDOVERS, parse_code};
use crate::store::sign_in::{accounts, credentials, links, recovery, sessions as kept};

use super::enrolment::{Enrolment, enrolment};
use super::factor::{matching_step, open as unseal};
use super::{Busy, Client, Hashing, handover_hash, is_active, random, seal, secret_hash};

/// What a set-up link shows before it is used.
#[derive(Clone)]
pub struct SetUpPage {
    /// The address of the account.
    pub email: String,
    /// Given and family name.
    pub name: String,
    /// When the link can no longer be used.
    pub expires_at: Instant,
    /// The secret to type into an authenticator by hand: base32 in groups of four.
    pub manual_key: String,
    /// What the QR code says.
    pub url: String,
    /// The QR code as an `svg` element.
    pub qr_svg: String,
    /// Whether the link was mailed, so that it needs the code which was handed over another way.
    pub needs_handover: bool,
}

/// What is typed on the page of a set-up link.
#[derive(Clone, Copy, Default)]
pub struct SetUpTyped<'a> {
    /// The password.
    pub password: &'a str,
    /// The code from the authenticator.
    pub code: &'a str,
    /// The code that was handed over, for a link that was mailed.
    pub handover: &'a str,
}

impl std::fmt::Debug for SetUpPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SetUpPage(…)")
    }
}

/// Whether a set-up link can be used.
#[derive(Clone, Debug)]
pub enum SetUp {
    /// It can.
    Ready(Box<SetUpPage>),
    /// Used, expired, replaced or unknown: the same answer.
    Gone,
}

/// What a filled-in set-up page is answered with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetUpAnswer {
    /// The account can sign in.
    Done,
    /// Something is to be mended; nothing was changed.
    Invalid {
        /// What is wrong with the password.
        password: Option<PasswordFault>,
        /// Whether the code is wrong.
        is_code_wrong: bool,
    },
    /// The code that was handed over is wrong; nothing was changed but its count.
    WrongHandover,
    /// Used, expired, replaced or unknown.
    Gone,
    /// Too many sign-ins at once; nothing was changed.
    Busy {
        /// Seconds to wait.
        retry_after: i64,
    },
}

/// What the link with `secret` shows. Looking changes nothing, so a scanner of mail cannot use it up.
///
/// # Errors
/// [`AppError`].
pub async fn set_up_page(app: &App, secret: &str) -> Result<SetUp, AppError> {
    let Some((_, link)) = usable(app, secret).await? else { return Ok(SetUp::Gone) };
    let totp = unseal(&app.keys, link.account, &link.sealed_totp)?;
    let Enrolment { manual_key, url, qr_svg } = enrolment(app, &totp, &link.email)?;
    Ok(SetUp::Ready(Box::new(SetUpPage {
        needs_handover: link.code_hash.is_some(),
        name: format!("{} {}", link.given, link.family).trim().to_owned(),
        email: link.email,
        expires_at: link.expires_at,
        manual_key,
        url,
        qr_svg,
    })))
}

/// Sets the password and binds the authenticator of the link's account. Every session and every other link of the account ends.
/// A link that was mailed does so only with the code that was handed over another way: no factor is bound by mail alone.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn complete_set_up(
    app: &App,
    hashing: &Hashing,
    secret: &str,
    typed: SetUpTyped<'_>,
    client: &Client,
) -> Result<SetUpAnswer, AppError> {
    let now = app.clock.now();
    let Some((secret_hash, link)) = usable(app, secret).await? else {
        app.audit.record(client.entry(now, Act::SetUpAccount, Outcome::Failed)).await?;
        return Ok(SetUpAnswer::Gone);
    };
    if let Some(answer) = handover_fault(app, &secret_hash, &link, typed.handover, client).await? {
        return Ok(answer);
    }
    let totp = unseal(&app.keys, link.account, &link.sealed_totp)?;
    let step = parse_code(typed.code).and_then(|code| matching_step(&totp, &code, now));
    let known = [&app.hospital.name, &link.email, &link.given, &link.family].map(String::as_str);
    let (password, step) = match (choose(typed.password, &known), step) {
        (Ok(password), Some(step)) => (password, step),
        (chosen, step) => {
            return Ok(SetUpAnswer::Invalid { password: chosen.err(), is_code_wrong: step.is_none() });
        }
    };
    let hash = match hashing.hash(password, random(app)?).await? {
        Ok(hash) => hash,
        Err(Busy) => return Ok(SetUpAnswer::Busy { retry_after: BUSY_SECONDS }),
    };
    let account = link.account;
    let mut tx = app.db.begin().await?;
    if !credentials::use_link(&mut tx, &secret_hash, now).await? {
        return Ok(SetUpAnswer::Gone);
    }
    credentials::void_links(&mut tx, account, now).await?;
    credentials::set_password(&mut tx, account, &hash, now).await?;
    // The code that proved the enrolment is used: it cannot be the first to sign in with.
    credentials::bind_factor(&mut tx, account, &seal(app, account, &totp)?, step, now).await?;
    credentials::forgive_factor(&mut tx, account).await?;
    links::void_all(&mut tx, account, now).await?;
    recovery::forget_devices(&mut tx, account).await?;
    kept::end_others(&mut tx, account, &[], now).await?;
    let letter = Letter::FactorChanged { change: FactorChange::AuthenticatorReplaced, at: now };
    mail::post(app, &mut tx, (Some(account), &link.email), &letter).await?;
    let mut entry = client.entry(now, Act::SetUpAccount, Outcome::Allowed);
    entry.actor = Some(account);
    entry.subject = Some(account.0);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(SetUpAnswer::Done)
}

/// What is wrong with the code that was handed over; `None` when it is right, or the link needs none. A try is counted before it
/// is compared, in one transaction, so that of many at once no more than five are compared.
async fn handover_fault(
    app: &App,
    link_hash: &[u8; 32],
    link: &credentials::Link,
    typed: &str,
    client: &Client,
) -> Result<Option<SetUpAnswer>, AppError> {
    let Some(wanted) = &link.code_hash else { return Ok(None) };
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != HANDOVER_DIGITS {
        return Ok(Some(SetUpAnswer::WrongHandover));
    }
    let mut tx = app.db.begin().await?;
    let Some(count) = credentials::take_code(&mut tx, link_hash, WRONG_HANDOVERS).await? else {
        return Ok(Some(SetUpAnswer::Gone));
    };
    if bool::from(handover_hash(app, link_hash, &digits).as_slice().ct_eq(wanted.as_slice())) {
        // A right one does not count: nothing is committed.
        return Ok(None);
    }
    let mut entry = client.entry(app.clock.now(), Act::SetUpAccount, Outcome::Failed);
    entry.subject = Some(link.account.0);
    entry.basis = String::from("handover_code");
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Some(if count < WRONG_HANDOVERS { SetUpAnswer::WrongHandover } else { SetUpAnswer::Gone }))
}

/// The link with `secret` and its hash, when it can be used now.
async fn usable(app: &App, secret: &str) -> Result<Option<([u8; 32], credentials::Link)>, AppError> {
    let now = app.clock.now();
    let Some(secret_hash) = secret_hash(secret) else { return Ok(None) };
    let Some(link) = credentials::link(&app.db, &secret_hash).await? else { return Ok(None) };
    let status = accounts::status(&app.db, link.account).await?;
    let is_open = link.used_at.is_none() && link.wrong_codes < WRONG_HANDOVERS;
    let is_usable = is_open && now < link.expires_at && is_active(&status, now);
    Ok(is_usable.then_some((secret_hash, link)))
}
