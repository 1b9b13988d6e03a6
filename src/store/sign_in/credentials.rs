//! Password hashes, sealed second factors, set-up links.

use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    SET_PASSWORD = "insert into password (account_id, hash, set_at) values ($1, $2, $3) \
                    on conflict (account_id) do update set hash = excluded.hash, set_at = excluded.set_at";
    FACTOR = "select sealed_secret, last_step, failures, disabled_at, enrolled_at, removed_at from totp_factor \
              where account_id = $1";
    /// Binding anew keeps the failures and the disabling: only the access team takes those back.
    BIND_FACTOR = "insert into totp_factor (account_id, sealed_secret, enrolled_at, last_step, failures) \
                   values ($1, $2, $3, $4, 0) on conflict (account_id) do update set \
                   sealed_secret = excluded.sealed_secret, enrolled_at = excluded.enrolled_at, \
                   last_step = excluded.last_step, removed_at = null";
    /// The row stays, so that its failures go on counting for the recovery codes.
    REMOVE_FACTOR = "update totp_factor set removed_at = $2 where account_id = $1 and removed_at is null";
    FORGIVE_FACTOR = "update totp_factor set failures = 0, disabled_at = null where account_id = $1";
    DISABLE_FACTOR = "update totp_factor set disabled_at = $2 where account_id = $1 and disabled_at is null";
    USE_STEP = "update totp_factor set last_step = $2, failures = 0 \
                where account_id = $1 and last_step < $2 and disabled_at is null and removed_at is null";
    COUNT_FAILURE = "update totp_factor set failures = failures + 1, \
                     disabled_at = case when failures + 1 >= $2 then $3 else disabled_at end \
                     where account_id = $1 and disabled_at is null returning failures";
    INSERT_LINK = "insert into set_up_link (secret_hash, account_id, created_at, expires_at, sealed_totp, code_hash) \
                   values ($1, $2, $3, $4, $5, $6)";
    LINK = "select l.account_id, l.expires_at, l.used_at, l.sealed_totp, l.code_hash, l.wrong_codes, a.email, a.family, a.given \
            from set_up_link l \
            join account a on a.id = l.account_id where l.secret_hash = $1";
    USE_LINK = "update set_up_link set used_at = $2 where secret_hash = $1 and used_at is null and expires_at > $2";
    /// Counts a try before it is known to be wrong, so that parallel ones are counted too.
    TAKE_CODE = "update set_up_link set wrong_codes = wrong_codes + 1 \
                 where secret_hash = $1 and used_at is null and wrong_codes < $2 returning wrong_codes";
    VOID_LINKS = "update set_up_link set used_at = $2 where account_id = $1 and used_at is null";
}

/// A second factor as kept.
#[derive(Clone, Debug)]
pub struct Factor {
    /// The sealed TOTP secret.
    pub sealed_secret: Vec<u8>,
    /// The last step whose code was used.
    pub last_step: i64,
    /// Wrong codes in a row.
    pub failures: i64,
    /// When it was disabled, if it is: recovery codes are then disabled too.
    pub disabled_at: Option<Instant>,
    /// When it was bound.
    pub enrolled_at: Instant,
    /// When its owner removed it, if they did.
    pub removed_at: Option<Instant>,
}

/// A set-up link as kept.
#[derive(Clone, Debug)]
pub struct Link {
    /// Whose account it sets up.
    pub account: AccountId,
    /// When it can no longer be used.
    pub expires_at: Instant,
    /// When it was used or voided.
    pub used_at: Option<Instant>,
    /// The sealed TOTP secret it offers.
    pub sealed_totp: Vec<u8>,
    /// The keyed hash of the code that was handed over another way, for a link that was mailed.
    pub code_hash: Option<Vec<u8>>,
    /// How often that code was typed wrong.
    pub wrong_codes: i64,
    /// The account's address.
    pub email: String,
    /// The account's family name.
    pub family: String,
    /// The account's given name.
    pub given: String,
}

/// Sets the password hash of `account`.
///
/// # Errors
/// [`StoreError`].
pub async fn set_password(
    tx: &mut Tx,
    account: AccountId,
    hash: &str,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET_PASSWORD; account.0, hash, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The second factor of `account`.
///
/// # Errors
/// [`StoreError`].
pub async fn factor(db: &Db, account: AccountId) -> Result<Option<Factor>, StoreError> {
    type Row = (Vec<u8>, i64, i64, Option<Stamp>, Stamp, Option<Stamp>);
    let found = on_read!(db, c => ask!(Row, FACTOR; account.0).fetch_optional(c).await)?;
    Ok(found.map(|(sealed_secret, last_step, failures, disabled, enrolled, removed)| Factor {
        sealed_secret,
        last_step,
        failures,
        disabled_at: disabled.map(|d| d.0),
        enrolled_at: enrolled.0,
        removed_at: removed.map(|r| r.0),
    }))
}

/// Binds a new secret to `account`; codes up to `last_step` are used. Failures and a disabling stay as they were.
///
/// # Errors
/// [`StoreError`].
pub async fn bind_factor(
    tx: &mut Tx,
    account: AccountId,
    sealed_secret: &[u8],
    last_step: i64,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(BIND_FACTOR; account.0, sealed_secret, Stamp(now), last_step).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Removes the authenticator of `account`; `false` when it has none.
///
/// # Errors
/// [`StoreError`].
pub async fn remove_factor(tx: &mut Tx, account: AccountId, now: Instant) -> Result<bool, StoreError> {
    let removed = on_tx!(tx, c => act!(REMOVE_FACTOR; account.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(removed == 1)
}

/// Takes back the failures and the disabling: the access team has bound the factor anew.
///
/// # Errors
/// [`StoreError`].
pub async fn forgive_factor(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(FORGIVE_FACTOR; account.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Disables the factor of `account` until it is bound anew.
///
/// # Errors
/// [`StoreError`].
pub async fn disable_factor(tx: &mut Tx, account: AccountId, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(DISABLE_FACTOR; account.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Uses the code of `step`, once: `false` when that step or a later one was used, or the factor is disabled.
///
/// # Errors
/// [`StoreError`].
pub async fn use_step(tx: &mut Tx, account: AccountId, step: i64) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => act!(USE_STEP; account.0, step).execute(c).await.map(|d| d.rows_affected()))? == 1)
}

/// Counts a wrong code and disables the factor at the `most`th in a row; how many there are now, `None` when it was disabled.
///
/// # Errors
/// [`StoreError`].
pub async fn count_failure(
    tx: &mut Tx,
    account: AccountId,
    most: i64,
    now: Instant,
) -> Result<Option<i64>, StoreError> {
    let found =
        on_tx!(tx, c => ask!((i64,), COUNT_FAILURE; account.0, most, Stamp(now)).fetch_optional(c).await)?;
    Ok(found.map(|(count,)| count))
}

/// Keeps a set-up link; one that is mailed needs the code whose hash is `code_hash`.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_link(
    tx: &mut Tx,
    secret_hash: &[u8],
    account: AccountId,
    (now, expires_at): (Instant, Instant),
    sealed_totp: &[u8],
    code_hash: Option<&[u8]>,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_LINK; secret_hash, account.0, Stamp(now), Stamp(expires_at), sealed_totp, code_hash)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The set-up link with this hash, usable or not.
///
/// # Errors
/// [`StoreError`].
pub async fn link(db: &Db, secret_hash: &[u8]) -> Result<Option<Link>, StoreError> {
    type Row = (Uuid, Stamp, Option<Stamp>, Vec<u8>, Option<Vec<u8>>, i64, String, String, String);
    let found = on_read!(db, c => ask!(Row, LINK; secret_hash).fetch_optional(c).await)?;
    Ok(found.map(|(account, expires, used, sealed_totp, code_hash, wrong_codes, email, family, given)| {
        Link {
            account: AccountId(account),
            expires_at: expires.0,
            used_at: used.map(|u| u.0),
            sealed_totp,
            code_hash,
            wrong_codes,
            email,
            family,
            given,
        }
    }))
}

/// Uses the link, once: `false` when it was used or has expired.
///
/// # Errors
/// [`StoreError`].
pub async fn use_link(tx: &mut Tx, secret_hash: &[u8], now: Instant) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => act!(USE_LINK; secret_hash, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?
        == 1)
}

/// Counts a try at the handed-over code of an unused link; how many there are with it, `None` when there were `most` already.
///
/// # Errors
/// [`StoreError`].
pub async fn take_code(tx: &mut Tx, secret_hash: &[u8], most: i64) -> Result<Option<i64>, StoreError> {
    let found = on_tx!(tx, c => ask!((i64,), TAKE_CODE; secret_hash, most).fetch_optional(c).await)?;
    Ok(found.map(|(count,)| count))
}

/// Makes every unused link of `account` useless.
///
/// # Errors
/// [`StoreError`].
pub async fn void_links(tx: &mut Tx, account: AccountId, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(VOID_LINKS; account.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}
