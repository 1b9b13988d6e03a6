//! Recovery codes, authenticators being enrolled, and devices that were seen.

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    SET = "insert into recovery_set (account_id, salt, made_at) values ($1, $2, $3) on conflict (account_id) \
           do update set salt = excluded.salt, made_at = excluded.made_at";
    DROP_CODES = "delete from recovery_code where account_id = $1";
    INSERT_CODE = "insert into recovery_code (account_id, hash) values ($1, $2)";
    USE_CODE = "update recovery_code set used_at = $3 where account_id = $1 and hash = $2 and used_at is null";
    STATE = "select s.salt, s.made_at, count(c.hash) from recovery_set s left join recovery_code c \
             on c.account_id = s.account_id and c.used_at is null where s.account_id = $1 group by s.salt, s.made_at";
    ENROL = "insert into totp_enrolment (account_id, sealed_secret, made_at) values ($1, $2, $3) \
             on conflict (account_id) do update set sealed_secret = excluded.sealed_secret, made_at = excluded.made_at";
    ENROLMENT = "select sealed_secret, made_at from totp_enrolment where account_id = $1";
    END_ENROLMENT = "delete from totp_enrolment where account_id = $1";
    SEE_DEVICE = "insert into known_device (account_id, device_hash, first_seen_at, last_seen_at) values ($1, $2, $3, $3) \
                  on conflict (account_id, device_hash) do update set last_seen_at = excluded.last_seen_at";
    DEVICE = "select last_seen_at from known_device where account_id = $1 and device_hash = $2";
    ANY_DEVICE = "select count(*) from known_device where account_id = $1";
    FORGET_DEVICES = "update known_device set last_seen_at = $2 where account_id = $1";
}

/// The recovery codes of an account.
#[derive(Clone, Debug)]
pub struct RecoverySet {
    /// The salt of all of them.
    pub salt: Vec<u8>,
    /// When they were made.
    pub made_at: Instant,
    /// How many are left.
    pub left: i64,
}

/// Replaces the recovery codes of `account` by these hashes, made with `salt`.
///
/// # Errors
/// [`StoreError`].
pub async fn replace(
    tx: &mut Tx,
    account: AccountId,
    salt: &[u8],
    hashes: &[Vec<u8>],
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET; account.0, salt, Stamp(now)).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(DROP_CODES; account.0).execute(c).await.map(|_| ()))?;
    for hash in hashes {
        on_tx!(tx, c => act!(INSERT_CODE; account.0, hash.as_slice()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// The recovery codes of `account`, if it has made some.
///
/// # Errors
/// [`StoreError`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Option<RecoverySet>, StoreError> {
    type Row = (Vec<u8>, Stamp, i64);
    let found = on_read!(db, c => ask!(Row, STATE; account.0).fetch_optional(c).await)?;
    Ok(found.map(|(salt, made, left)| RecoverySet { salt, made_at: made.0, left }))
}

/// Uses the recovery code with this hash, once: `false` when it was used, or is none.
///
/// # Errors
/// [`StoreError`].
pub async fn use_code(
    tx: &mut Tx,
    account: AccountId,
    hash: &[u8],
    now: Instant,
) -> Result<bool, StoreError> {
    let used = on_tx!(tx, c => act!(USE_CODE; account.0, hash, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(used == 1)
}

/// Keeps the secret of an authenticator that `account` is enrolling, in place of an earlier one.
///
/// # Errors
/// [`StoreError`].
pub async fn enrol(
    tx: &mut Tx,
    account: AccountId,
    sealed_secret: &[u8],
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(ENROL; account.0, sealed_secret, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The sealed secret of the authenticator that `account` is enrolling, and since when.
///
/// # Errors
/// [`StoreError`].
pub async fn enrolment(db: &Db, account: AccountId) -> Result<Option<(Vec<u8>, Instant)>, StoreError> {
    let found = on_read!(db, c => ask!((Vec<u8>, Stamp), ENROLMENT; account.0).fetch_optional(c).await)?;
    Ok(found.map(|(sealed, made)| (sealed, made.0)))
}

/// Ends the enrolment of `account`; `false` when there is none.
///
/// # Errors
/// [`StoreError`].
pub async fn end_enrolment(tx: &mut Tx, account: AccountId) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => act!(END_ENROLMENT; account.0).execute(c).await.map(|d| d.rows_affected()))? == 1)
}

/// When `account` was last seen with this device, `None` when never; and whether it was ever seen with any.
///
/// # Errors
/// [`StoreError`].
pub async fn device(
    tx: &mut Tx,
    account: AccountId,
    device_hash: &[u8],
) -> Result<(Option<Instant>, bool), StoreError> {
    let seen = on_tx!(tx, c => ask!((Stamp,), DEVICE; account.0, device_hash).fetch_optional(c).await)?;
    let (any,) = on_tx!(tx, c => ask!((i64,), ANY_DEVICE; account.0).fetch_one(c).await)?;
    Ok((seen.map(|(at,)| at.0), any > 0))
}

/// Writes down that `account` was seen with this device.
///
/// # Errors
/// [`StoreError`].
pub async fn see_device(
    tx: &mut Tx,
    account: AccountId,
    device_hash: &[u8],
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SEE_DEVICE; account.0, device_hash, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Makes every device of `account` a new one again: its credentials were changed, so that the next sign-in is told of, whatever
/// device it comes from.
///
/// # Errors
/// [`StoreError`].
pub async fn forget_devices(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(FORGET_DEVICES; account.0, Stamp(Instant::from_micros(0))).execute(c).await.map(|_| ()))?;
    Ok(())
}
