//! Links in mail: only the hash of each secret is kept, bound to a purpose, a subject and the address it was mailed to.

use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    INSERT = "insert into mailed_link (secret_hash, purpose, account_id, subject_id, address, made_at, expires_at) \
              values ($1, $2, $3, $4, $5, $6, $7)";
    FIND = "select account_id, subject_id, address, made_at, expires_at, used_at from mailed_link \
            where secret_hash = $1 and purpose = $2";
    USE = "update mailed_link set used_at = $2 where secret_hash = $1 and used_at is null and expires_at > $2";
    VOID_OF_ACCOUNT = "update mailed_link set used_at = $3 where account_id = $1 and purpose = $2 and used_at is null";
    VOID_OF_SUBJECT = "update mailed_link set used_at = $3 where subject_id = $1 and purpose = $2 and used_at is null";
    VOID_ALL = "update mailed_link set used_at = $2 where account_id = $1 and used_at is null";
}

/// A link to keep.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// SHA-256 of its secret.
    pub secret_hash: &'a [u8],
    /// What it is for, as the table's `purpose` names it.
    pub purpose: &'a str,
    /// The account it acts on.
    pub account: Option<AccountId>,
    /// The registration or request it is about.
    pub subject: Option<Uuid>,
    /// The address it is mailed to.
    pub address: &'a str,
    /// When it is made.
    pub made_at: Instant,
    /// When it can no longer be used.
    pub expires_at: Instant,
}

/// A link as kept.
#[derive(Clone, Debug)]
pub struct KeptLink {
    /// The account it acts on.
    pub account: Option<AccountId>,
    /// The registration or request it is about.
    pub subject: Option<Uuid>,
    /// The address it was mailed to.
    pub address: String,
    /// When it was made.
    pub made_at: Instant,
    /// When it can no longer be used.
    pub expires_at: Instant,
    /// When it was used or voided.
    pub used_at: Option<Instant>,
}

impl KeptLink {
    /// Whether it can be used at `now`.
    pub fn is_usable(&self, now: Instant) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
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

/// The link for `purpose` with this hash, usable or not.
///
/// # Errors
/// [`StoreError`].
pub async fn find(db: &Db, secret_hash: &[u8], purpose: &str) -> Result<Option<KeptLink>, StoreError> {
    type Row = (Option<Uuid>, Option<Uuid>, String, Stamp, Stamp, Option<Stamp>);
    let found = on_read!(db, c => ask!(Row, FIND; secret_hash, purpose).fetch_optional(c).await)?;
    Ok(found.map(|(account, subject, address, made, expires, used)| KeptLink {
        account: account.map(AccountId),
        subject,
        address,
        made_at: made.0,
        expires_at: expires.0,
        used_at: used.map(|u| u.0),
    }))
}

/// Uses the link, once: `false` when it was used, voided or has expired.
///
/// # Errors
/// [`StoreError`].
pub async fn use_once(tx: &mut Tx, secret_hash: &[u8], now: Instant) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => act!(USE; secret_hash, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))? == 1)
}

/// Voids the links for `purpose` of `account` that were not used: a newer one replaces them.
///
/// # Errors
/// [`StoreError`].
pub async fn void_of_account(
    tx: &mut Tx,
    account: AccountId,
    purpose: &str,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(VOID_OF_ACCOUNT; account.0, purpose, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Voids the links for `purpose` about `subject` that were not used: a newer one replaces them.
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

/// Voids every link of `account` that was not used: a credential was changed, or the account was closed.
///
/// # Errors
/// [`StoreError`].
pub async fn void_all(tx: &mut Tx, account: AccountId, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(VOID_ALL; account.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}
