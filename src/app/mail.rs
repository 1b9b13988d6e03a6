//! Mail: written in the transaction of the act it tells of, sealed, and sent afterwards.
//!
//! [`post`] writes, [`deliver`] sends. A letter leaves at least once: it is marked as sent after the mail server has taken it, and a
//! node that dies in between leaves one that is sent again with the same Message-ID.

mod delivery;

use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, new_uuid};
use crate::domain::letter::{Letter, Place};
use crate::domain::outbox::FORGET_SECONDS;
use crate::domain::people::{AccountStatus, fold_email};
use crate::store::mail::{self, NewMail, ShownMail};
use crate::store::{Db, Tx};
use uuid::Uuid;

use super::sign_in::{open_for, random, seal_for};
use super::{App, AppError};

pub use delivery::{Delivered, deliver, waits};

/// Writes `letter` to `address` (that of `account`, where it is about one) inside `tx`: it leaves when `tx` is committed.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn post(
    app: &App,
    tx: &mut Tx,
    to: (Option<AccountId>, &str),
    letter: &Letter,
) -> Result<(), AppError> {
    write(app, tx, to, letter, Fate::Leaves).await
}

/// Does what [`post`] does with a letter that holds a link, and writes one that never leaves: so that an unknown address costs what
/// a known one does.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn post_nothing(app: &App, tx: &mut Tx) -> Result<(), AppError> {
    // As long as a link is: a path, and a secret of 256 bits in base64url.
    let link = Place(format!("/password-reset/{}", "A".repeat(43)));
    write(app, tx, (None, ""), &Letter::PasswordReset { link }, Fate::Dropped).await
}

/// What is to become of a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// It leaves.
    Leaves,
    /// It is swept.
    Dropped,
}

async fn write(
    app: &App,
    tx: &mut Tx,
    (account, address): (Option<AccountId>, &str),
    letter: &Letter,
    fate: Fate,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let id = new_uuid(now, random(app)?);
    let text = serde_json::to_vec(letter).map_err(|e| AppError::Fault(format!("a letter: {e}")))?;
    let sealed_letter = seal_for(app, id.as_bytes(), &text)?;
    let message_id = format!("{}@postern", id.simple());
    let new = NewMail {
        id,
        kind: letter.word(),
        account,
        address,
        message_id: &message_id,
        sealed_letter: &sealed_letter,
        now,
        dropped: fate == Fate::Dropped,
    };
    Ok(mail::insert(tx, &new).await?)
}

/// The letter that was sealed for mail `id`.
fn unseal(app: &App, id: Uuid, sealed: &[u8]) -> Result<Letter, AppError> {
    let text = open_for(&app.keys, id.as_bytes(), sealed)?;
    serde_json::from_slice(&text).map_err(|e| AppError::Fault(format!("a letter cannot be read: {e}")))
}

/// When mail to `address` was last refused for good; `None` when it never was, or one has arrived since.
///
/// # Errors
/// [`AppError::Store`].
pub async fn bounced(db: &Db, address: &str) -> Result<Option<Instant>, AppError> {
    Ok(mail::bounced(db, &fold_email(address)).await?)
}

/// The accounts of the access team that are active at `now`, with their addresses: whom the portal tells when something waits.
///
/// # Errors
/// [`AppError::Store`].
pub async fn team(app: &App, now: Instant) -> Result<Vec<(AccountId, String)>, AppError> {
    let mut found: Vec<(AccountId, String, bool)> = Vec::new();
    for (account, address, status, span) in mail::team(&app.db).await? {
        if !span.holds(now) {
            continue;
        }
        let active = status == AccountStatus::Active;
        match found.last_mut().filter(|(last, _, _)| *last == account) {
            Some((_, _, all_active)) => *all_active &= active,
            None => found.push((account, address, active)),
        }
    }
    Ok(found.into_iter().filter(|(_, _, active)| *active).map(|(id, address, _)| (id, address)).collect())
}

/// Removes letters that are over for long, and those that never leave.
///
/// # Errors
/// [`AppError::Store`].
pub async fn sweep(app: &App) -> Result<u64, AppError> {
    let mut tx = app.db.begin().await?;
    let swept = mail::sweep(&mut tx, app.clock.now().plus_seconds(-FORGET_SECONDS)).await?;
    tx.commit().await?;
    Ok(swept)
}

/// A letter as the demo shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its id.
    pub id: Uuid,
    /// The address it goes to.
    pub to: String,
    /// When it was written.
    pub at: Instant,
    /// What it says; `None` once it is gone.
    pub letter: Option<Letter>,
}

/// Letters that the demo shows at once, at most.
const SHOWN: i64 = 100;

/// The newest letters, opened: for the demo, whose mail goes nowhere.
///
/// # Errors
/// [`AppError`].
pub async fn latest(app: &App) -> Result<Vec<Shown>, AppError> {
    mail::latest(&app.db, SHOWN).await?.into_iter().map(|kept| shown(app, kept)).collect()
}

/// One letter, opened: for the demo.
///
/// # Errors
/// [`AppError`].
pub async fn one(app: &App, id: Uuid) -> Result<Option<Shown>, AppError> {
    mail::one(&app.db, id).await?.map(|kept| shown(app, kept)).transpose()
}

fn shown(app: &App, kept: ShownMail) -> Result<Shown, AppError> {
    let letter = kept.sealed_letter.as_deref().map(|sealed| unseal(app, kept.id, sealed)).transpose()?;
    Ok(Shown { id: kept.id, to: kept.address, at: kept.made_at, letter })
}
