//! Accounts as signing in needs them: found by address, their status over time, made and disabled.

use time::Date;
use uuid::Uuid;

use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, ProviderId};
use crate::domain::people::{AccountKind, AccountStatus, Job, Role, SignIn};
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    BY_EMAIL = "select a.id, a.sign_in, p.hash, t.status, t.starts_at, t.ends_at from account a \
                left join password p on p.account_id = a.id \
                left join account_status t on t.account_id = a.id where a.email_folded = $1";
    STATUS = "select status, starts_at, ends_at from account_status where account_id = $1";
    CARD = "select a.email, a.kind, a.sign_in, a.provider_id, a.family, a.given, t.status, t.starts_at, t.ends_at \
            from account a left join account_status t on t.account_id = a.id where a.id = $1";
    SET_EMAIL = "update account set email = $2, email_folded = $3 where id = $1";
    ROLES = "select role from account_role where account_id = $1 order by role";
    INSERT = "insert into account (id, email, email_folded, kind, sign_in, provider_id, family, given, job, birth_date, \
              created_at) values ($1, $2, $3, $4, 'portal', $5, $6, $7, $8, $9, $10)";
    INSERT_ROLE = "insert into account_role (account_id, role) values ($1, $2)";
    INSERT_STATUS = "insert into account_status (account_id, status, starts_at) values ($1, $2, $3)";
    DROP_LATER_STATUS = "delete from account_status where account_id = $1 and starts_at >= $2";
    END_STATUS = "update account_status set ends_at = $2 where account_id = $1 and (ends_at is null or ends_at > $2)";
    PROVIDER = "select id, family, given from provider where npi = $1";
    INSERT_PROVIDER = "insert into provider (id, npi, family, given, specialty) values ($1, $2, $3, $4, '')";
}

/// What a sign-in finds by the address typed.
#[derive(Clone, Debug)]
pub struct Found {
    /// The account.
    pub account: AccountId,
    /// How it signs in.
    pub sign_in: SignIn,
    /// The hash of its password, once one is set.
    pub hash: Option<String>,
    /// Its status over time.
    pub status: Vec<(AccountStatus, Interval)>,
}

/// What an account is, for its own pages and for signing in by other means than a password.
#[derive(Clone, Debug)]
pub struct AccountCard {
    /// The address.
    pub email: String,
    /// What it is for.
    pub kind: AccountKind,
    /// How it signs in.
    pub sign_in: SignIn,
    /// Whose it is, for a provider.
    pub provider: Option<ProviderId>,
    /// The family name.
    pub family: String,
    /// The given name.
    pub given: String,
    /// Its status over time.
    pub status: Vec<(AccountStatus, Interval)>,
}

/// A provider known to the directory.
#[derive(Clone, Debug)]
pub struct KnownProvider {
    /// The provider.
    pub id: ProviderId,
    /// The family name.
    pub family: String,
    /// The given name.
    pub given: String,
}

/// An account to keep.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// Its id.
    pub id: AccountId,
    /// The address as typed.
    pub email: &'a str,
    /// The address as accounts are found by.
    pub email_folded: &'a str,
    /// What it is for.
    pub kind: AccountKind,
    /// Whose it is, for a provider.
    pub provider: Option<ProviderId>,
    /// The family name.
    pub family: &'a str,
    /// The given name.
    pub given: &'a str,
    /// The job of a sponsored user.
    pub job: Option<Job>,
    /// The birth date of a family member.
    pub birth_date: Option<Date>,
    /// The roles in the access team.
    pub roles: &'a [Role],
}

/// The account with this folded address, with all that a password check needs, in one statement.
///
/// # Errors
/// [`StoreError`].
pub async fn by_email(db: &Db, folded: &str) -> Result<Option<Found>, StoreError> {
    type Row = (Uuid, String, Option<String>, Option<String>, Option<Stamp>, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Row, BY_EMAIL; folded).fetch_all(c).await)?;
    let mut found: Option<Found> = None;
    for (id, sign_in, hash, status, start, end) in rows {
        let span = status_span(status, start, end)?;
        if let Some(found) = &mut found {
            found.status.extend(span);
            continue;
        }
        let sign_in = SignIn::from_word(&sign_in)
            .ok_or_else(|| StoreError::Corrupt(format!("account sign_in {sign_in}")))?;
        found = Some(Found { account: AccountId(id), sign_in, hash, status: span.into_iter().collect() });
    }
    Ok(found)
}

/// What `account` is.
///
/// # Errors
/// [`StoreError`].
pub async fn card(db: &Db, account: AccountId) -> Result<Option<AccountCard>, StoreError> {
    type Row =
        (String, String, String, Option<Uuid>, String, String, Option<String>, Option<Stamp>, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Row, CARD; account.0).fetch_all(c).await)?;
    let mut card: Option<AccountCard> = None;
    for (email, kind, sign_in, provider, family, given, status, start, end) in rows {
        let span = status_span(status, start, end)?;
        if let Some(card) = &mut card {
            card.status.extend(span);
            continue;
        }
        let corrupt = |what: &str| StoreError::Corrupt(format!("account {what}"));
        card = Some(AccountCard {
            email,
            kind: AccountKind::from_word(&kind).ok_or_else(|| corrupt(&kind))?,
            sign_in: SignIn::from_word(&sign_in).ok_or_else(|| corrupt(&sign_in))?,
            provider: provider.map(ProviderId),
            family,
            given,
            status: span.into_iter().collect(),
        });
    }
    Ok(card)
}

/// Gives `account` another address.
///
/// # Errors
/// [`StoreError::Duplicate`] when the address is in use.
pub async fn set_email(tx: &mut Tx, account: AccountId, email: &str, folded: &str) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET_EMAIL; account.0, email, folded).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The status of `account` over time.
///
/// # Errors
/// [`StoreError`].
pub async fn status(db: &Db, account: AccountId) -> Result<Vec<(AccountStatus, Interval)>, StoreError> {
    let rows = on_read!(db, c => ask!(StatusRow, STATUS; account.0).fetch_all(c).await)?;
    spans(rows)
}

/// As [`status`], inside a transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn status_in(
    tx: &mut Tx,
    account: AccountId,
) -> Result<Vec<(AccountStatus, Interval)>, StoreError> {
    let rows = on_tx!(tx, c => ask!(StatusRow, STATUS; account.0).fetch_all(c).await)?;
    spans(rows)
}

type StatusRow = (String, Stamp, Option<Stamp>);

fn spans(rows: Vec<StatusRow>) -> Result<Vec<(AccountStatus, Interval)>, StoreError> {
    let spans = rows.into_iter().map(|(status, start, end)| status_span(Some(status), Some(start), end));
    Ok(spans.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// The roles of `account` in the access team.
///
/// # Errors
/// [`StoreError`].
pub async fn roles(db: &Db, account: AccountId) -> Result<Vec<Role>, StoreError> {
    let rows = on_read!(db, c => ask!((String,), ROLES; account.0).fetch_all(c).await)?;
    let role = |(word,): (String,)| {
        Role::from_word(&word).ok_or_else(|| StoreError::Corrupt(format!("account role {word}")))
    };
    rows.into_iter().map(role).collect()
}

/// Keeps a new account, active from `now`.
///
/// # Errors
/// [`StoreError::Duplicate`] when the address is in use.
pub async fn insert(tx: &mut Tx, new: &NewAccount<'_>, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; new.id.0, new.email, new.email_folded, new.kind.word(), new.provider.map(|p| p.0),
        new.family, new.given, new.job.map(Job::word), new.birth_date, Stamp(now)).execute(c).await.map(|_| ()))?;
    for role in new.roles {
        on_tx!(tx, c => act!(INSERT_ROLE; new.id.0, role.word()).execute(c).await.map(|_| ()))?;
    }
    let active = AccountStatus::Active.word();
    on_tx!(tx, c => act!(INSERT_STATUS; new.id.0, active, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Gives `account` this status from `now` on, whatever was planned.
///
/// # Errors
/// [`StoreError`].
pub async fn set_status(
    tx: &mut Tx,
    account: AccountId,
    status: AccountStatus,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(DROP_LATER_STATUS; account.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(END_STATUS; account.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(INSERT_STATUS; account.0, status.word(), Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The provider with this NPI.
///
/// # Errors
/// [`StoreError`].
pub async fn provider(db: &Db, npi: &str) -> Result<Option<KnownProvider>, StoreError> {
    let found = on_read!(db, c => ask!((Uuid, String, String), PROVIDER; npi).fetch_optional(c).await)?;
    Ok(found.map(|(id, family, given)| KnownProvider { id: ProviderId(id), family, given }))
}

/// Keeps a provider who was not in the directory.
///
/// # Errors
/// [`StoreError::Duplicate`] when the NPI is known.
pub async fn insert_provider(
    tx: &mut Tx,
    id: ProviderId,
    npi: &str,
    (family, given): (&str, &str),
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_PROVIDER; id.0, npi, family, given).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// One row of a status, when there is one.
pub(in crate::store) fn status_span(
    status: Option<String>,
    start: Option<Stamp>,
    end: Option<Stamp>,
) -> Result<Option<(AccountStatus, Interval)>, StoreError> {
    let Some(word) = status else { return Ok(None) };
    let status = AccountStatus::from_word(&word)
        .ok_or_else(|| StoreError::Corrupt(format!("account status {word}")))?;
    Ok(Some((status, Stamp::interval(start, end))))
}
