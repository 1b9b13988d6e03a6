//! The names of accounts, providers and practices, for pages and explanations.

use std::collections::HashMap;

use uuid::Uuid;

use super::access_facts::json_list;
use super::sql::{Dialect, ask, on_read, statements};
use super::{Db, Stamp, StoreError};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PracticeId, ProviderId};
use crate::domain::people::AccountKind;

statements! {
    ACCOUNT = "select family, given, email, kind from account where id = $1";
    BY_EMAIL = "select id from account where email_folded = $1";
    PROVIDER = "select family, given from provider where id = $1";
    SPONSORED = "select user_id, starts_at, ends_at from sponsorship where sponsor_id = $1";
    PRACTICE = "select name from practice where id = $1";
}

const ACCOUNTS: Dialect = Dialect {
    sqlite: "select id, family, given, email, kind from account where id in (select unhex(value) from json_each($1))",
    postgres: "select id, family, given, email, kind from account where id = any($1)",
};

/// Every statement of this file that takes a list.
pub(crate) const DIALECTS: &[(&str, Dialect)] = &[("ACCOUNTS", ACCOUNTS)];

/// An account as pages name it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedAccount {
    /// Given and family name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Kind.
    pub kind: AccountKind,
}

/// How pages name `account`.
///
/// # Errors
/// [`StoreError`].
pub async fn account(db: &Db, account: AccountId) -> Result<Option<NamedAccount>, StoreError> {
    let row = on_read!(db, c => ask!(NameRow, ACCOUNT; account.0).fetch_optional(c).await)?;
    row.map(named).transpose()
}

/// How pages name each of `accounts`; one that does not exist is absent.
///
/// # Errors
/// [`StoreError`].
pub async fn accounts(
    db: &Db,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, NamedAccount>, StoreError> {
    type Row = (Uuid, String, String, String, String);
    let rows: Vec<Row> = match db {
        Db::Sqlite { read, .. } => {
            sqlx::query_as(ACCOUNTS.sqlite).bind(json_list(accounts)).fetch_all(read).await?
        }
        Db::Postgres(pool) => {
            let list: Vec<Uuid> = accounts.iter().map(|id| id.0).collect();
            sqlx::query_as(ACCOUNTS.postgres).bind(list).fetch_all(pool).await?
        }
    };
    let keyed = |(id, family, given, email, kind)| Ok((AccountId(id), named((family, given, email, kind))?));
    rows.into_iter().map(keyed).collect()
}

type NameRow = (String, String, String, String);

fn named((family, given, email, kind): NameRow) -> Result<NamedAccount, StoreError> {
    let kind =
        AccountKind::from_word(&kind).ok_or_else(|| StoreError::Corrupt(format!("account kind {kind}")))?;
    Ok(NamedAccount { name: full_name(&given, &family), email, kind })
}

/// The name of `account`'s owner.
///
/// # Errors
/// [`StoreError`].
pub async fn account_name(db: &Db, id: AccountId) -> Result<Option<String>, StoreError> {
    Ok(account(db, id).await?.map(|a| a.name))
}

/// The name of `provider`.
///
/// # Errors
/// [`StoreError`].
pub async fn provider_name(db: &Db, provider: ProviderId) -> Result<Option<String>, StoreError> {
    let row = on_read!(db, c => ask!((String, String), PROVIDER; provider.0).fetch_optional(c).await)?;
    Ok(row.map(|(family, given)| full_name(&given, &family)))
}

/// How many accounts `sponsor` sponsors at `now`, by the dates of the sponsorships.
///
/// # Errors
/// [`StoreError`].
pub async fn sponsored_by(db: &Db, sponsor: AccountId, now: Instant) -> Result<usize, StoreError> {
    type Row = (Uuid, Stamp, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Row, SPONSORED; sponsor.0).fetch_all(c).await)?;
    let holding = rows.into_iter().filter(|(_, from, to)| Stamp::interval(Some(*from), *to).holds(now));
    Ok(holding.map(|(user, _, _)| user).collect::<std::collections::BTreeSet<_>>().len())
}

/// The name of `practice`.
///
/// # Errors
/// [`StoreError`].
pub async fn practice_name(db: &Db, practice: PracticeId) -> Result<Option<String>, StoreError> {
    let row = on_read!(db, c => ask!((String,), PRACTICE; practice.0).fetch_optional(c).await)?;
    Ok(row.map(|(name,)| name))
}

fn full_name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

/// The account whose address is `email`, however it is spelt in capitals.
///
/// # Errors
/// [`StoreError`].
pub async fn account_by_email(db: &Db, email: &str) -> Result<Option<AccountId>, StoreError> {
    let folded = crate::domain::people::fold_email(email);
    let row = on_read!(db, c => ask!((Uuid,), BY_EMAIL; folded.as_str()).fetch_optional(c).await)?;
    Ok(row.map(|(id,)| AccountId(id)))
}
