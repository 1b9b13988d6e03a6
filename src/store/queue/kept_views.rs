//! Views of the queue that a member of the access team keeps under a name.

use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    /// Changes nothing, and holds the account until the transaction ends: of two that keep a view at once, the second counts the first's.
    HOLD_ACCOUNT = "update account set email = email where id = $1";
    KEEP = "insert into queue_view (id, account_id, name, shown, made_at) select $1, $2, $3, $4, $5 \
            where (select count(*) from queue_view v where v.account_id = $2) < $6";
    OF_ACCOUNT = "select id, name, shown from queue_view where account_id = $1 order by name, id";
    REMOVE = "delete from queue_view where id = $1 and account_id = $2";
}

/// A view that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptView {
    /// Its id.
    pub id: Uuid,
    /// Its name; no other of the account has it.
    pub name: String,
    /// Which requests it shows, as one JSON object.
    pub shown: String,
}

/// Keeps `view` for `account`, which keeps at most `most`; `false` when it keeps as many already.
///
/// # Errors
/// [`StoreError::Duplicate`] when the account has a view of that name; [`StoreError`].
pub async fn keep(
    tx: &mut Tx,
    account: AccountId,
    view: &KeptView,
    most: i64,
    now: Instant,
) -> Result<bool, StoreError> {
    on_tx!(tx, c => act!(HOLD_ACCOUNT; account.0).execute(c).await.map(|_| ()))?;
    let done = on_tx!(tx, c => act!(KEEP; view.id, account.0, &view.name, &view.shown, Stamp(now), most)
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// The views of `account`, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<KeptView>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String, String), OF_ACCOUNT; account.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, name, shown)| KeptView { id, name, shown }).collect())
}

/// Removes the view of `account`; `false` when it has none with this id.
///
/// # Errors
/// [`StoreError`].
pub async fn remove(tx: &mut Tx, account: AccountId, id: Uuid) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(REMOVE; id, account.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}
