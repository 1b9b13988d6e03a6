//! The accounting of disclosures: who opened a patient's charts, each once with how often; and the audit's days.

use sqlx::QueryBuilder;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId};

statements! {
    FAMILY_NAME = "select family from account where id = $1";
    /// Of one day, whose bounds are given: a day of the audit at a time is counted, never all of it.
    REFUSALS = "select actor_id, sum(case when outcome = 'refused' then 1 else 0 end), \
                sum(case when outcome = 'failed' then 1 else 0 end) from audit_row \
                where at >= $1 and at < $2 and actor_id is not null and ((outcome = 'refused' and patient_id is not null) \
                or (outcome = 'refused' and act = 'search_patient') or (outcome = 'failed' and detail like '%\"no_match\"%' \
                and act in ('search_patient', 'file_request', 'emergency_access'))) group by actor_id \
                having count(*) >= $3 order by count(*) desc, actor_id";
    INSERT_CHECK = "insert into audit_verification (id, at, chains, row_count, faults) values ($1, $2, $3, $4, $5)";
    LAST_CHECK = "select at, chains, row_count, faults from audit_verification order by at desc, id desc limit 1";
}

/// What was disclosed to one account on one basis, however often.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disclosed {
    /// To whom.
    pub actor: AccountId,
    /// The word of the act: opened, or exported.
    pub act: String,
    /// The bases, as words joined by commas.
    pub basis: String,
    /// The detail of the act, as recorded.
    pub detail: String,
    /// When first.
    pub first: Instant,
    /// When last.
    pub last: Instant,
    /// How often.
    pub count: i64,
}

/// Where a page of the summary begins: after this one.
pub type After<'a> = (Instant, AccountId, &'a str, &'a str, &'a str);

/// What was disclosed of `patients` in `[from, to)`, each account, section and basis once, the latest first.
///
/// # Errors
/// [`StoreError`].
pub async fn summary(
    db: &Db,
    patients: &[PatientId],
    (from, to): (Instant, Instant),
    after: Option<After<'_>>,
    limit: i64,
) -> Result<Vec<Disclosed>, StoreError> {
    macro_rules! build {
        ($db:ty, $pool:expr) => {{
            let mut q = QueryBuilder::<$db>::new(
                "select actor_id, act, basis, detail, min(at), max(at), count(*) from audit_row where outcome = 'allowed' \
                 and act in ('open_chart', 'open_file', 'export_chart') and actor_id is not null and patient_id in (",
            );
            let mut list = q.separated(", ");
            for patient in patients {
                list.push_bind(patient.0);
            }
            q.push(") and at >= ").push_bind(Stamp(from)).push(" and at < ").push_bind(Stamp(to));
            q.push(" group by actor_id, act, basis, detail");
            if let Some((at, actor, act, basis, detail)) = after {
                q.push(" having max(at) < ").push_bind(Stamp(at)).push(" or (max(at) = ").push_bind(Stamp(at));
                q.push(" and (actor_id, act, basis, detail) > (").push_bind(actor.0).push(", ");
                q.push_bind(act).push(", ").push_bind(basis).push(", ").push_bind(detail).push("))");
            }
            q.push(" order by max(at) desc, actor_id, act, basis, detail limit ").push_bind(limit);
            q.build_query_as::<Found>().fetch_all($pool).await?
        }};
    }
    type Found = (Uuid, String, String, String, Stamp, Stamp, i64);
    let rows = match db {
        Db::Sqlite { read, .. } => build!(sqlx::Sqlite, read),
        Db::Postgres(pool) => build!(sqlx::Postgres, pool),
    };
    let read = |(actor, act, basis, detail, first, last, count): Found| Disclosed {
        actor: AccountId(actor),
        act,
        basis,
        detail,
        first: first.0,
        last: last.0,
        count,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The family name of the owner of `account`; empty when unknown.
///
/// # Errors
/// [`StoreError`].
pub async fn family_name(db: &Db, account: AccountId) -> Result<String, StoreError> {
    let row = on_read!(db, c => ask!((String,), FAMILY_NAME; account.0).fetch_optional(c).await)?;
    Ok(row.map(|(family,)| family).unwrap_or_default())
}

/// Who was refused a patient, or found nobody, at least `many` times in `[from, to)`, with both counts; the most first.
///
/// # Errors
/// [`StoreError`].
pub async fn refusals(
    db: &Db,
    (from, to): (Instant, Instant),
    many: i64,
) -> Result<Vec<(AccountId, i64, i64)>, StoreError> {
    type Found = (Uuid, i64, i64);
    let rows = on_read!(db, c => ask!(Found, REFUSALS; Stamp(from), Stamp(to), many).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, refused, missed)| (AccountId(id), refused, missed)).collect())
}

/// A verification of the audit that was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Check {
    /// When.
    pub at: Instant,
    /// Chains read.
    pub chains: i64,
    /// Rows read.
    pub rows: i64,
    /// Faults found.
    pub faults: i64,
}

/// Keeps that the audit was verified.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_check(tx: &mut Tx, id: Uuid, check: &Check) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_CHECK; id, Stamp(check.at), check.chains, check.rows, check.faults)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The latest verification; `None` before the first.
///
/// # Errors
/// [`StoreError`].
pub async fn last_check(db: &Db) -> Result<Option<Check>, StoreError> {
    let row = on_read!(db, c => ask!((Stamp, i64, i64, i64), LAST_CHECK;).fetch_optional(c).await)?;
    Ok(row.map(|(at, chains, rows, faults)| Check { at: at.0, chains, rows, faults }))
}
