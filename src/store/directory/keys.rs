//! From natural keys to ids and back, one at a time or all at once, outside a transaction.

use std::collections::HashMap;

use futures::TryStreamExt;
use uuid::Uuid;

use crate::domain::access::facts::Merge;
use crate::domain::ids::{AccountId, PatientId};
use crate::store::sql::{ask, on_read, statements};
use crate::store::{Db, Stamp, StoreError};

statements! {
    ACCOUNT_BY_EMAIL = "select id from account where email_folded = $1";
    EMAILS = "select email_folded, id from account";
    MRNS = "select mrn, patient_id from patient_mrn";
    MERGES = "select from_id, into_id, starts_at, ends_at, confirmed_at from patient_merge";
}

/// The account with this folded e-mail address.
///
/// # Errors
/// [`StoreError`].
pub async fn account_by_email(db: &Db, folded: &str) -> Result<Option<AccountId>, StoreError> {
    let row = on_read!(db, c => ask!((Uuid,), ACCOUNT_BY_EMAIL; folded).fetch_optional(c).await)?;
    Ok(row.map(|(id,)| id.into()))
}

/// Every row of a statement of two columns, as a map.
macro_rules! map {
    ($db:expr, $row:ty, $sql:expr, $pair:expr) => {{
        let mut map = HashMap::new();
        on_read!($db, c => {
            let mut rows = ask!($row, $sql;).fetch(c);
            while let Some(row) = rows.try_next().await? {
                let (key, value) = $pair(row);
                map.insert(key, value);
            }
        });
        map
    }};
}

/// Every account by its folded e-mail address.
///
/// # Errors
/// [`StoreError`].
pub async fn all_emails(db: &Db) -> Result<HashMap<String, AccountId>, StoreError> {
    Ok(map!(db, (String, Uuid), EMAILS, |(email, id): (String, Uuid)| (email, AccountId(id))))
}

/// Every record by each of its MRNs, current and former.
///
/// # Errors
/// [`StoreError`].
pub async fn all_mrns(db: &Db) -> Result<HashMap<String, PatientId>, StoreError> {
    Ok(map!(db, (String, Uuid), MRNS, |(mrn, id): (String, Uuid)| (mrn, PatientId(id))))
}

/// Every merge there ever was.
///
/// # Errors
/// [`StoreError`].
pub async fn all_merges(db: &Db) -> Result<Vec<Merge>, StoreError> {
    type Row = (Uuid, Uuid, Stamp, Option<Stamp>, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Row, MERGES;).fetch_all(c).await)?;
    let merge = |(from, into, start, end, confirmed): Row| Merge {
        from: PatientId(from),
        into: PatientId(into),
        span: Stamp::interval(Some(start), end),
        confirmed_at: confirmed.map(|c| c.0),
    };
    Ok(rows.into_iter().map(merge).collect())
}
