//! An account as the access team sees it: its ways to sign in, what the team did to it, and how all of them are switched off.

use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::people::{AccountKind, SignIn};
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

use super::links;

statements! {
    OVERVIEW = "select a.email, a.kind, a.sign_in, a.family, a.given, f.enrolled_at, f.disabled_at, \
                (select count(*) from passkey p where p.account_id = a.id) as passkeys, \
                (select count(*) from recovery_code c where c.account_id = a.id and c.used_at is null) as recovery_codes, \
                b.bounced_at, \
                (select r.id from access_request r where r.subject_account_id = a.id and r.state = 'open' \
                 and r.kind = 'factor_reset') as reset_id \
                from account a left join totp_factor f on f.account_id = a.id and f.removed_at is null \
                left join bounced_address b on b.address_folded = a.email_folded where a.id = $1";
    DROP_PASSKEYS = "delete from passkey where account_id = $1";
    DROP_CEREMONIES = "delete from passkey_ceremony where account_id = $1";
    DROP_CODES = "delete from recovery_code where account_id = $1";
    DROP_CODE_SET = "delete from recovery_set where account_id = $1";
    DROP_ENROLMENT = "delete from totp_enrolment where account_id = $1";
    INSERT_EVENT = "insert into account_event (id, account_id, at, actor_id, kind, body) values ($1, $2, $3, $4, $5, $6)";
    EVENTS = "select e.at, e.kind, e.body, a.given, a.family from account_event e join account a on a.id = e.actor_id \
              where e.account_id = $1 order by e.at desc, e.id desc";
}

/// An account with its ways to sign in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overview {
    /// The address.
    pub email: String,
    /// What it is for.
    pub kind: AccountKind,
    /// How it signs in.
    pub sign_in: SignIn,
    /// Given and family name.
    pub name: String,
    /// Whether an authenticator is bound.
    pub has_authenticator: bool,
    /// When it was disabled, if it is.
    pub disabled_at: Option<Instant>,
    /// How many passkeys it has.
    pub passkeys: i64,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
    /// When mail to the address was refused.
    pub bounced_at: Option<Instant>,
    /// The open request to bind its factor anew.
    pub reset: Option<RequestId>,
}

/// A row of `OVERVIEW`.
#[derive(sqlx::FromRow)]
struct Row {
    email: String,
    kind: String,
    sign_in: String,
    family: String,
    given: String,
    enrolled_at: Option<Stamp>,
    disabled_at: Option<Stamp>,
    passkeys: i64,
    recovery_codes: i64,
    bounced_at: Option<Stamp>,
    reset_id: Option<Uuid>,
}

/// `account` with its ways to sign in.
///
/// # Errors
/// [`StoreError`].
pub async fn of(db: &Db, account: AccountId) -> Result<Option<Overview>, StoreError> {
    let row = on_read!(db, c => ask!(Row, OVERVIEW; account.0).fetch_optional(c).await)?;
    row.map(overview).transpose()
}

/// As [`of`], inside a transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn of_in(tx: &mut Tx, account: AccountId) -> Result<Option<Overview>, StoreError> {
    let row = on_tx!(tx, c => ask!(Row, OVERVIEW; account.0).fetch_optional(c).await)?;
    row.map(overview).transpose()
}

fn overview(row: Row) -> Result<Overview, StoreError> {
    let corrupt = |what: &str, word: &str| StoreError::Corrupt(format!("account {what} {word}"));
    Ok(Overview {
        kind: AccountKind::from_word(&row.kind).ok_or_else(|| corrupt("kind", &row.kind))?,
        sign_in: SignIn::from_word(&row.sign_in).ok_or_else(|| corrupt("sign_in", &row.sign_in))?,
        email: row.email,
        name: format!("{} {}", row.given, row.family).trim().to_owned(),
        has_authenticator: row.enrolled_at.is_some(),
        disabled_at: row.disabled_at.map(|d| d.0),
        passkeys: row.passkeys,
        recovery_codes: row.recovery_codes,
        bounced_at: row.bounced_at.map(|b| b.0),
        reset: row.reset_id.map(RequestId),
    })
}

/// Removes the passkeys, the recovery codes and an enrolment under way of `account`, and voids the links it was mailed.
///
/// # Errors
/// [`StoreError`].
pub async fn drop_other_factors(tx: &mut Tx, account: AccountId, now: Instant) -> Result<(), StoreError> {
    for sql in [DROP_PASSKEYS, DROP_CEREMONIES, DROP_CODES, DROP_CODE_SET, DROP_ENROLMENT] {
        on_tx!(tx, c => sqlx::query(sql).bind(account.0).execute(c).await.map(|_| ()))?;
    }
    links::void_all(tx, account, now).await
}

/// Something that the access team did to an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountEvent {
    /// When.
    pub at: Instant,
    /// What, as the table has it.
    pub kind: String,
    /// Why.
    pub body: String,
    /// Who.
    pub by: String,
}

/// Keeps what `actor` did to `account`.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_event(
    tx: &mut Tx,
    (id, account): (Uuid, AccountId),
    actor: AccountId,
    (kind, body): (&str, &str),
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_EVENT; id, account.0, Stamp(now), actor.0, kind, body).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What the access team did to `account`, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn events(db: &Db, account: AccountId) -> Result<Vec<AccountEvent>, StoreError> {
    type Found = (Stamp, String, String, String, String);
    let rows = on_read!(db, c => ask!(Found, EVENTS; account.0).fetch_all(c).await)?;
    let read = |(at, kind, body, given, family): Found| AccountEvent {
        at: at.0,
        kind,
        body,
        by: format!("{given} {family}").trim().to_owned(),
    };
    Ok(rows.into_iter().map(read).collect())
}
