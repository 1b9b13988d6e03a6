//! Which critical results an account has acknowledged, in which version.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::sql::{act, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::chart::acknowledgement::Version;
use crate::domain::ids::AccountId;

statements! {
    NOTE = "insert into result_acknowledgement (account_id, item_id, version, at) values ($1, $2, $3, $4) \
            on conflict (account_id, item_id, version) do nothing";
}

type Row = (Uuid, String, Stamp);

/// Keeps that `account` acknowledged `version` of the result `item` at `now`; `false` when it had before, which stands.
///
/// # Errors
/// [`StoreError`].
pub async fn note(
    tx: &mut Tx,
    account: AccountId,
    item: Uuid,
    version: &Version,
    now: Instant,
) -> Result<bool, StoreError> {
    let rows = on_tx!(tx, c => act!(NOTE; account.0, item, version.word(), Stamp(now))
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// When `account` acknowledged which version of each of `items`.
///
/// # Errors
/// [`StoreError`].
pub async fn of(
    db: &Db,
    account: AccountId,
    items: &[Uuid],
) -> Result<HashMap<(Uuid, Version), Instant>, StoreError> {
    macro_rules! build {
        ($db:ty, $pool:expr, $chunk:expr) => {{
            let mut q = QueryBuilder::<$db>::new(
                "select item_id, version, at from result_acknowledgement where account_id = ",
            );
            q.push_bind(account.0);
            q.push(" and item_id in (");
            let mut list = q.separated(", ");
            for id in $chunk {
                list.push_bind(*id);
            }
            q.push(")");
            q.build_query_as::<Row>().fetch_all($pool).await?
        }};
    }
    let mut found = HashMap::new();
    for chunk in items.chunks(500) {
        let rows = match db {
            Db::Sqlite { read, .. } => build!(sqlx::Sqlite, read, chunk),
            Db::Postgres(pool) => build!(sqlx::Postgres, pool, chunk),
        };
        found
            .extend(rows.into_iter().map(|(item, version, at)| ((item, Version::from_word(&version)), at.0)));
    }
    Ok(found)
}
