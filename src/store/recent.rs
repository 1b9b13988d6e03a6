//! Which charts an account opened last.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError};
use crate::domain::calendar::Instant;
use crate::domain::chart::look::{Looks, begins_after};
use crate::domain::ids::{AccountId, PatientId};

statements! {
    NOTE = "insert into recent_view (account_id, patient_id, viewed_at, last_at) values ($1, $2, $3, $3) \
            on conflict (account_id, patient_id) do update set \
            viewed_at = case when $5 = 1 then excluded.viewed_at else recent_view.viewed_at end, \
            previous_at = case when coalesce(recent_view.last_at, recent_view.viewed_at) < $4 \
            then coalesce(recent_view.last_at, recent_view.viewed_at) else recent_view.previous_at end, \
            last_at = excluded.last_at";
    LOOKS = "select coalesce(last_at, viewed_at), previous_at from recent_view where account_id = $1 and patient_id = $2";
    VIEWED_AT = "select coalesce(last_at, viewed_at) from recent_view where account_id = $1 and patient_id = $2";
    LATEST = "select patient_id, viewed_at from recent_view where account_id = $1 order by viewed_at desc limit $2";
}

/// Which page of a chart is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The summary: the chart counts as viewed.
    Summary,
    /// A section or an item.
    Section,
}

/// Remembers that `account` opened a page of the chart of `patient` at `now`: the look goes on, or another begins.
///
/// # Errors
/// [`StoreError`].
pub async fn note(
    db: &Db,
    account: AccountId,
    patient: PatientId,
    page: Page,
    now: Instant,
) -> Result<(), StoreError> {
    let (over, viewed) = (Stamp(begins_after(now)), i64::from(page == Page::Summary));
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, c => act!(NOTE; account.0, patient.0, Stamp(now), over, viewed).execute(c).await.map(|_| ()))?;
    tx.commit().await
}

/// The looks of `account` at the chart of `patient`; `None` when it never opened it.
///
/// # Errors
/// [`StoreError`].
pub async fn looks(db: &Db, account: AccountId, patient: PatientId) -> Result<Option<Looks>, StoreError> {
    let row = on_read!(db, c =>
        ask!((Stamp, Option<Stamp>), LOOKS; account.0, patient.0).fetch_optional(c).await)?;
    Ok(row.map(|(last, previous)| Looks { last: last.0, previous: previous.map(|at| at.0) }))
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
