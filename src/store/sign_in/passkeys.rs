//! Passkeys, the handles their owners are known by, and ceremonies under way.

use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    HANDLE = "select handle from passkey_user where account_id = $1";
    INSERT_HANDLE = "insert into passkey_user (account_id, handle) values ($1, $2) on conflict (account_id) do nothing";
    OWNER = "select account_id from passkey_user where handle = $1";
    INSERT = "insert into passkey (id, account_id, credential_id, credential, name, added_at, version) \
              values ($1, $2, $3, $4, $5, $6, 0)";
    OF_ACCOUNT = "select id, account_id, credential, name, added_at, used_at, version from passkey \
                  where account_id = $1 order by added_at, id";
    /// The version makes it a compare-and-swap: of two uses at once, one goes first.
    USE = "update passkey set credential = $3, used_at = $4, version = version + 1 where id = $1 and version = $2";
    REMOVE = "delete from passkey where id = $1 and account_id = $2";
    BEGIN_CEREMONY = "insert into passkey_ceremony (id_hash, account_id, purpose, state, made_at, expires_at) \
              values ($1, $2, $3, $4, $5, $6) on conflict (id_hash) do update set account_id = excluded.account_id, \
              purpose = excluded.purpose, state = excluded.state, made_at = excluded.made_at, expires_at = excluded.expires_at";
    TAKE_CEREMONY = "delete from passkey_ceremony where id_hash = $1 and purpose = $2 returning account_id, state, expires_at";
}

/// A passkey as kept.
#[derive(Clone, Debug)]
pub struct KeptPasskey {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// The credential: public key, counter, flags, as JSON.
    pub credential: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Instant,
    /// When it was last used.
    pub used_at: Option<Instant>,
    /// Changes with every use.
    pub version: i64,
}

/// A passkey to keep.
#[derive(Debug)]
pub struct NewPasskey<'a> {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// The credential's own id.
    pub credential_id: &'a [u8],
    /// The credential as JSON.
    pub credential: &'a str,
    /// What its owner calls it.
    pub name: &'a str,
    /// When it is added.
    pub now: Instant,
}

/// The handle that passkeys of `account` carry.
///
/// # Errors
/// [`StoreError`].
pub async fn handle(db: &Db, account: AccountId) -> Result<Option<Uuid>, StoreError> {
    let found = on_read!(db, c => ask!((Uuid,), HANDLE; account.0).fetch_optional(c).await)?;
    Ok(found.map(|(handle,)| handle))
}

/// Gives `account` the handle `handle`, unless it has one.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_handle(tx: &mut Tx, account: AccountId, handle: Uuid) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_HANDLE; account.0, handle).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Whose handle this is.
///
/// # Errors
/// [`StoreError`].
pub async fn owner(db: &Db, handle: Uuid) -> Result<Option<AccountId>, StoreError> {
    let found = on_read!(db, c => ask!((Uuid,), OWNER; handle).fetch_optional(c).await)?;
    Ok(found.map(|(account,)| AccountId(account)))
}

/// Keeps a new passkey.
///
/// # Errors
/// [`StoreError::Duplicate`] when the credential is known.
pub async fn insert(tx: &mut Tx, new: &NewPasskey<'_>) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; new.id, new.account.0, new.credential_id, new.credential, new.name, Stamp(new.now))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The passkeys of `account`, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<KeptPasskey>, StoreError> {
    type Row = (Uuid, Uuid, String, String, Stamp, Option<Stamp>, i64);
    let rows = on_read!(db, c => ask!(Row, OF_ACCOUNT; account.0).fetch_all(c).await)?;
    let kept = |(id, account, credential, name, added, used, version): Row| KeptPasskey {
        id,
        account: AccountId(account),
        credential,
        name,
        added_at: added.0,
        used_at: used.map(|u| u.0),
        version,
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Writes down a use of `passkey` with its new counter; `false` when it was used or removed meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn use_once(
    tx: &mut Tx,
    passkey: &KeptPasskey,
    credential: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    let used = on_tx!(tx, c => act!(USE; passkey.id, passkey.version, credential, Stamp(now))
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(used == 1)
}

/// Removes a passkey of `account`; `false` when it has none with this id.
///
/// # Errors
/// [`StoreError`].
pub async fn remove(tx: &mut Tx, account: AccountId, id: Uuid) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => act!(REMOVE; id, account.0).execute(c).await.map(|d| d.rows_affected()))? == 1)
}

/// Keeps a ceremony's state under `id_hash`, in place of an earlier one.
///
/// # Errors
/// [`StoreError`].
pub async fn begin_ceremony(
    tx: &mut Tx,
    id_hash: &[u8],
    (purpose, account): (&str, Option<AccountId>),
    state: &str,
    (now, expires_at): (Instant, Instant),
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(BEGIN_CEREMONY; id_hash, account.map(|a| a.0), purpose, state, Stamp(now), Stamp(expires_at))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Takes the ceremony under `id_hash`, once: whose it is, its state, and when it ends.
///
/// # Errors
/// [`StoreError`].
pub async fn take_ceremony(
    tx: &mut Tx,
    id_hash: &[u8],
    purpose: &str,
) -> Result<Option<(Option<AccountId>, String, Instant)>, StoreError> {
    type Row = (Option<Uuid>, String, Stamp);
    let found = on_tx!(tx, c => ask!(Row, TAKE_CEREMONY; id_hash, purpose).fetch_optional(c).await)?;
    Ok(found.map(|(account, state, expires)| (account.map(AccountId), state, expires.0)))
}
