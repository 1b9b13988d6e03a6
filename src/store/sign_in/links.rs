//! Links that were mailed: what each is for, and that it works once. Only the hash of its secret is kept.

use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    INSERT = "insert into mailed_link (secret_hash, purpose, account_id, subject_id, address, made_at, expires_at) \
              values ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "select account_id, subject_id, address, expires_at, used_at from mailed_link \
            where secret_hash = $1 and purpose = $2";
    USE_ONCE = "update mailed_link set used_at = $2 where secret_hash = $1 and used_at is null and expires_at > $2";
    VOID_OF_SUBJECT = "update mailed_link set used_at = $3 where subject_id = $1 and purpose = $2 and used_at is null";
}

/// A link to keep.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// What is kept of its secret.
    pub secret_hash: &'a [u8],
    /// What it is for, in the table's words.
    pub purpose: &'a str,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// What else it is about: a registration, a request.
    pub subject: Option<Uuid>,
    /// The address it was mailed to, or is to become the account's.
    pub address: &'a str,
    /// When it was made.
    pub made_at: Instant,
    /// When it can no longer be used.
    pub expires_at: Instant,
}

/// A link as kept, usable or not.
#[derive(Clone, Debug)]
pub struct KeptLink {
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// What else it is about.
    pub subject: Option<Uuid>,
    /// The address it was mailed to.
    pub address: String,
    /// When it can no longer be used.
    pub expires_at: Instant,
    /// When it was used or voided.
    pub used_at: Option<Instant>,
}

/// Keeps a link.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, new: &NewLink<'_>) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; new.secret_hash, new.purpose, new.account.map(|a| a.0), new.subject, new.address,
        Stamp(new.made_at), Stamp(new.expires_at)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The link with this hash and purpose.
///
/// # Errors
/// [`StoreError`].
pub async fn find(db: &Db, secret_hash: &[u8], purpose: &str) -> Result<Option<KeptLink>, StoreError> {
    type Row = (Option<Uuid>, Option<Uuid>, String, Stamp, Option<Stamp>);
    let found = on_read!(db, c => ask!(Row, FIND; secret_hash, purpose).fetch_optional(c).await)?;
    Ok(found.map(|(account, subject, address, expires, used)| KeptLink {
        account: account.map(AccountId),
        subject,
        address,
        expires_at: expires.0,
        used_at: used.map(|u| u.0),
    }))
}

/// Uses the link, once: `false` when it was used or voided, or has expired.
///
/// # Errors
/// [`StoreError`].
pub async fn use_once(tx: &mut Tx, secret_hash: &[u8], now: Instant) -> Result<bool, StoreError> {
    let used =
        on_tx!(tx, c => act!(USE_ONCE; secret_hash, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(used == 1)
}

/// Voids every unused link about `subject` with this purpose.
///
/// # Errors
/// [`StoreError`].
pub async fn void_of_subject(
    tx: &mut Tx,
    subject: Uuid,
    purpose: &str,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(VOID_OF_SUBJECT; subject, purpose, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}
