//! Links in mail: only the hash of each secret is kept.

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
}

/// A link to keep.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'a> {
    /// SHA-256 of its secret.
    pub secret_hash: &'a [u8],
    /// What it is for.
    pub purpose: &'a str,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// What else it is about: a request, a registration.
    pub subject: Option<Uuid>,
    /// The address it is mailed to.
    pub address: &'a str,
    /// When it was made.
    pub made_at: Instant,
    /// When it can no longer be used.
    pub expires_at: Instant,
}

/// A kept link.
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

/// The link with this hash that is for `purpose`, usable or not.
///
/// # Errors
/// [`StoreError`].
pub async fn find(db: &Db, hash: &[u8], purpose: &str) -> Result<Option<KeptLink>, StoreError> {
    type Row = (Option<Uuid>, Option<Uuid>, String, Stamp, Option<Stamp>);
    let found = on_read!(db, c => ask!(Row, FIND; hash, purpose).fetch_optional(c).await)?;
    Ok(found.map(|(account, subject, address, expires, used)| KeptLink {
        account: account.map(AccountId),
        subject,
        address,
        expires_at: expires.0,
        used_at: used.map(|u| u.0),
    }))
}

/// Uses the link, once: `false` when it was used or has expired.
///
/// # Errors
/// [`StoreError`].
pub async fn use_once(tx: &mut Tx, hash: &[u8], now: Instant) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => act!(USE_ONCE; hash, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))? == 1)
}
