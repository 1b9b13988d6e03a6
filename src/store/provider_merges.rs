//! Merges of providers' rows: found by NPI or address, made, undone.

use uuid::Uuid;

use super::sign_in::accounts::status_span;
use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::access::facts::{StatusHistory, StatusSpan};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, PatientId, ProviderId};

statements! {
    BY_NPI = "select id from provider where npi = $1";
    BY_EMAIL = "select provider_id from account where email_folded = $1 and provider_id is not null";
    ONE = "select family, given, coalesce(npi, ''), specialty from provider where id = $1";
    ACCOUNTS = "select a.id, a.email, t.status, t.starts_at, t.ends_at from account a left join account_status t on t.account_id = a.id \
                where a.provider_id = $1 order by a.id";
    ALL = "select g.id, g.from_id, g.into_id, g.starts_at, g.ends_at, g.reason, coalesce(a.given, '') as given, \
           coalesce(a.family, '') as family from provider_merge g left join account a on a.id = g.made_by \
           order by g.starts_at desc, g.id desc limit 200";
    OPEN = "select id from provider_merge where ends_at is null and (from_id = $1 or into_id = $1)";
    AWAY = "select id from provider_merge where ends_at is null and from_id = $1";
    INSERT = "insert into provider_merge (id, from_id, into_id, starts_at, ends_at, made_by, reason) \
              values ($1, $2, $3, $4, null, $5, $6)";
    END = "update provider_merge set ends_at = $2, undone_by = $3 where id = $1 and ends_at is null";
    /// Changes nothing, and holds both rows until the transaction ends.
    HOLD = "update provider set specialty = specialty where id = $1 or id = $2";
    PRACTICES = "select distinct practice_id from membership where provider_id = $1 or provider_id = $2";
    PATIENTS = "with recursive c as (select l.patient_id from listing l where l.provider_id = $1 or l.provider_id = $2 \
                union select t.patient_id from care_team_seat t where t.provider_id = $1 or t.provider_id = $2 \
                union select r.patient_id from restriction r where r.provider_id = $1 or r.provider_id = $2), \
        w(patient_id) as (select patient_id from c union select g.into_id from patient_merge g \
                join w on w.patient_id = g.from_id) select patient_id from w";
}

/// A provider as the page of merges names one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedProvider {
    /// The row.
    pub id: ProviderId,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// The NPI; empty for none.
    pub npi: String,
    /// The specialty; empty when not recorded.
    pub specialty: String,
    /// The accounts, each with its address and history.
    pub accounts: Vec<(AccountId, String, StatusHistory)>,
}

/// The provider with this NPI, or whose account has this folded address.
///
/// # Errors
/// [`StoreError`].
pub async fn find(db: &Db, npi: Option<&str>, folded: &str) -> Result<Option<ProviderId>, StoreError> {
    let row = match npi {
        Some(npi) => on_read!(db, c => ask!((Uuid,), BY_NPI; npi).fetch_optional(c).await)?,
        None => on_read!(db, c => ask!((Uuid,), BY_EMAIL; folded).fetch_optional(c).await)?,
    };
    Ok(row.map(|(id,)| ProviderId(id)))
}

/// How the page names `provider`; `None` when there is none.
///
/// # Errors
/// [`StoreError`].
pub async fn named(db: &Db, provider: ProviderId) -> Result<Option<NamedProvider>, StoreError> {
    type Person = (String, String, String, String);
    type Held = (Uuid, String, Option<String>, Option<Stamp>, Option<Stamp>);
    let Some((family, given, npi, specialty)) =
        on_read!(db, c => ask!(Person, ONE; provider.0).fetch_optional(c).await)?
    else {
        return Ok(None);
    };
    let rows = on_read!(db, c => ask!(Held, ACCOUNTS; provider.0).fetch_all(c).await)?;
    let mut accounts: Vec<(AccountId, String, StatusHistory)> = Vec::new();
    for (id, email, word, from, to) in rows {
        if accounts.last().is_none_or(|(last, _, _)| last.0 != id) {
            accounts.push((AccountId(id), email, StatusHistory::default()));
        }
        if let (Some((status, span)), Some((_, _, history))) =
            (status_span(word, from, to)?, accounts.last_mut())
        {
            history.0.push(StatusSpan { status, span });
        }
    }
    Ok(Some(NamedProvider { id: provider, family, given, npi, specialty, accounts }))
}

/// A merge as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptMerge {
    /// Its id.
    pub id: Uuid,
    /// The row merged away.
    pub from: ProviderId,
    /// The row that remains.
    pub into: ProviderId,
    /// From the merge to its undoing.
    pub span: Interval,
    /// Why it was made.
    pub reason: String,
    /// Who made it.
    pub by: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    from_id: Uuid,
    into_id: Uuid,
    starts_at: Stamp,
    ends_at: Option<Stamp>,
    reason: String,
    given: String,
    family: String,
}

/// The two hundred merges made last, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn all(db: &Db) -> Result<Vec<KeptMerge>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, ALL;).fetch_all(c).await)?;
    let kept = |row: Row| KeptMerge {
        id: row.id,
        from: ProviderId(row.from_id),
        into: ProviderId(row.into_id),
        span: Stamp::interval(Some(row.starts_at), row.ends_at),
        reason: row.reason,
        by: format!("{} {}", row.given, row.family).trim().to_owned(),
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Whether `from` cannot be merged into `into` because another merge of either is open: one step, never a chain.
///
/// # Errors
/// [`StoreError`].
pub async fn taken(tx: &mut Tx, from: ProviderId, into: ProviderId) -> Result<bool, StoreError> {
    let of_from = on_tx!(tx, c => ask!((Uuid,), OPEN; from.0).fetch_optional(c).await)?;
    let of_into = on_tx!(tx, c => ask!((Uuid,), AWAY; into.0).fetch_optional(c).await)?;
    Ok(of_from.is_some() || of_into.is_some())
}

/// Holds both rows until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub async fn hold(tx: &mut Tx, one: ProviderId, other: ProviderId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(HOLD; one.0, other.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Merges `from` into `into` from `now` on.
///
/// # Errors
/// [`StoreError::Duplicate`] when `from` is merged already.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    (from, into): (ProviderId, ProviderId),
    now: Instant,
    (by, reason): (AccountId, &str),
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; id, from.0, into.0, Stamp(now), by.0, reason).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Undoes the merge at `now`; `false` when it is undone already, or there is none.
///
/// # Errors
/// [`StoreError`].
pub async fn end(tx: &mut Tx, id: Uuid, now: Instant, by: AccountId) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(END; id, Stamp(now), by.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// The practices of which one of the two is or was a member.
///
/// # Errors
/// [`StoreError`].
pub async fn practices(
    db: &Db,
    one: ProviderId,
    other: ProviderId,
) -> Result<Vec<crate::domain::ids::PracticeId>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid,), PRACTICES; one.0, other.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// The patients whose facts name one of the two.
///
/// # Errors
/// [`StoreError`].
pub async fn patients(db: &Db, one: ProviderId, other: ProviderId) -> Result<Vec<PatientId>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid,), PATIENTS; one.0, other.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| PatientId(id)).collect())
}
