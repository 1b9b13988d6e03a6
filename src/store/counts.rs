//! How much there is, for the doctor.

use super::sql::{ask, on_read, statements};
use super::{Db, StoreError};
use crate::domain::people::AccountKind;

statements! {
    ACCOUNTS = "select count(*) from account where kind = $1";
    PATIENTS = "select count(*) from patient";
}

/// How many accounts of `kind` there are.
///
/// # Errors
/// [`StoreError`].
pub async fn accounts_of(db: &Db, kind: AccountKind) -> Result<i64, StoreError> {
    Ok(on_read!(db, c => ask!((i64,), ACCOUNTS; kind.word()).fetch_one(c).await)?.0)
}

/// How many patient records there are.
///
/// # Errors
/// [`StoreError`].
pub async fn patients(db: &Db) -> Result<i64, StoreError> {
    Ok(on_read!(db, c => ask!((i64,), PATIENTS;).fetch_one(c).await)?.0)
}
