//! Which charts an account opened last.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId};

statements! {
    NOTE = "insert into recent_view (account_id, patient_id, viewed_at) values ($1, $2, $3) \
            on conflict (account_id, patient_id) do update set viewed_at = excluded.viewed_at";
    VIEWED_AT = "select viewed_at from recent_view where account_id = $1 and patient_id = $2";
    LATEST = "select patient_id, viewed_at from recent_view where account_id = $1 order by viewed_at desc limit $2";
}

/// Remembers that `account` opened the chart of `patient` at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn note(db: &Db, account: AccountId, patient: PatientId, now: Instant) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, c => act!(NOTE; account.0, patient.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    tx.commit().await
}

/// When `account` last opened the chart of `patient`; `None` when it never did.
///
/// # Errors
/// [`StoreError`].
pub async fn viewed_at(
    db: &Db,
    account: AccountId,
    patient: PatientId,
) -> Result<Option<Instant>, StoreError> {
    let row = on_read!(db, c => ask!((Stamp,), VIEWED_AT; account.0, patient.0).fetch_optional(c).await)?;
    Ok(row.map(|(at,)| at.0))
}

/// The `limit` charts that `account` opened last, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn latest(
    db: &Db,
    account: AccountId,
    limit: i64,
) -> Result<Vec<(PatientId, Instant)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, Stamp), LATEST; account.0, limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, at)| (PatientId(id), at.0)).collect())
}
