//! Restrictions: those of a patient with the names they show, made and ended by the access team.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::access::facts::Restriction;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId};
use crate::domain::restriction::Scope;

statements! {
    OF_PATIENT = "select r.id, r.account_id, r.provider_id, r.practice_id, r.starts_at, r.ends_at, r.reason, \
                  coalesce(a.given, v.given, '') as given, coalesce(a.family, v.family, '') as family, \
                  coalesce(p.name, '') as practice, coalesce(a.email, v.npi, p.code, '') as known_by, \
                  coalesce(m.given, '') as maker_given, coalesce(m.family, '') as maker_family, \
                  coalesce(x.given, '') as ender_given, coalesce(x.family, '') as ender_family from restriction r \
                  left join account a on a.id = r.account_id left join provider v on v.id = r.provider_id \
                  left join practice p on p.id = r.practice_id left join account m on m.id = r.made_by \
                  left join account x on x.id = r.ended_by where r.patient_id = $1 order by r.starts_at desc, r.id";
    PATIENT_OF = "select patient_id from restriction where id = $1";
    SAME = "select id, starts_at, ends_at from restriction where patient_id = $1 and coalesce(account_id, $5) = coalesce($2, $5) \
            and coalesce(provider_id, $5) = coalesce($3, $5) and coalesce(practice_id, $5) = coalesce($4, $5)";
    INSERT = "insert into restriction (id, patient_id, account_id, provider_id, practice_id, starts_at, reason, made_by) \
              values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// One that is to begin later never begins.
    END = "update restriction set ends_at = case when starts_at > $2 then starts_at else $2 end, ended_by = $3 \
           where id = $1 and (ends_at is null or ends_at > $2)";
    PROVIDER_BY_NPI = "select id, given, family from provider where npi = $1";
    PRACTICES = "select id, code, name from practice order by name, id";
}

/// A restriction with the names it shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestrictionRow {
    /// Its id.
    pub id: FactId,
    /// Whom it names.
    pub scope: Scope,
    /// Their name; empty for everyone.
    pub name: String,
    /// The address, NPI or code that they are found by.
    pub known_by: String,
    /// When it holds.
    pub span: Interval,
    /// Why it was made; empty for one that was imported.
    pub reason: String,
    /// Who made it; empty for one that was imported.
    pub made_by: String,
    /// Who ended it; empty while it holds, and where it came to its own end.
    pub ended_by: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account_id: Option<Uuid>,
    provider_id: Option<Uuid>,
    practice_id: Option<Uuid>,
    starts_at: Stamp,
    ends_at: Option<Stamp>,
    reason: String,
    given: String,
    family: String,
    practice: String,
    known_by: String,
    maker_given: String,
    maker_family: String,
    ender_given: String,
    ender_family: String,
}

fn full_name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

impl From<Row> for RestrictionRow {
    fn from(row: Row) -> Self {
        let scope = match (row.account_id, row.provider_id, row.practice_id) {
            (Some(_), ..) => Scope::Account,
            (_, Some(_), _) => Scope::Provider,
            (.., Some(_)) => Scope::Practice,
            _ => Scope::Everyone,
        };
        let name = if row.practice.is_empty() { full_name(&row.given, &row.family) } else { row.practice };
        Self {
            id: FactId(row.id),
            scope,
            name,
            known_by: row.known_by,
            span: Stamp::interval(Some(row.starts_at), row.ends_at),
            reason: row.reason,
            made_by: full_name(&row.maker_given, &row.maker_family),
            ended_by: full_name(&row.ender_given, &row.ender_family),
        }
    }
}

/// Every restriction of the record `patient`, newest first, those that are over too.
///
/// # Errors
/// [`StoreError`].
pub async fn of_patient(db: &Db, patient: PatientId) -> Result<Vec<RestrictionRow>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, OF_PATIENT; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(RestrictionRow::from).collect())
}

/// Whose record the restriction `id` is of.
///
/// # Errors
/// [`StoreError`].
pub async fn patient_of(db: &Db, id: FactId) -> Result<Option<PatientId>, StoreError> {
    let row = on_read!(db, c => ask!((Uuid,), PATIENT_OF; id.0).fetch_optional(c).await)?;
    Ok(row.map(|(patient,)| PatientId(patient)))
}

/// Whether a restriction of the same record that names the same holds at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn is_held(tx: &mut Tx, like: &Restriction, now: Instant) -> Result<bool, StoreError> {
    type Found = (Uuid, Stamp, Option<Stamp>);
    let (account, provider, practice) = columns(like);
    let rows = on_tx!(tx, c => ask!(Found, SAME; like.owner.0, account, provider, practice, Uuid::nil())
        .fetch_all(c).await)?;
    Ok(rows.into_iter().any(|(_, from, to)| Stamp::interval(Some(from), to).holds(now)))
}

fn columns(of: &Restriction) -> (Option<Uuid>, Option<Uuid>, Option<Uuid>) {
    (of.account.map(|a| a.0), of.provider.map(|p| p.0), of.practice.map(|p| p.0))
}

/// Keeps a new restriction, which begins with its span and has no end.
///
/// # Errors
/// [`StoreError::Duplicate`] when the same was made at the same instant.
pub async fn insert(
    tx: &mut Tx,
    new: &Restriction,
    reason: &str,
    made_by: AccountId,
) -> Result<(), StoreError> {
    let (account, provider, practice) = columns(new);
    on_tx!(tx, c => act!(INSERT; new.id.0, new.owner.0, account, provider, practice, Stamp(new.span.start()), reason,
        made_by.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Ends a restriction at `now`; `false` when it was over already.
///
/// # Errors
/// [`StoreError`].
pub async fn end(tx: &mut Tx, id: FactId, by: AccountId, now: Instant) -> Result<bool, StoreError> {
    let done =
        on_tx!(tx, c => act!(END; id.0, Stamp(now), by.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// The provider whose NPI is `npi`, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn provider_by_npi(db: &Db, npi: &str) -> Result<Option<(ProviderId, String)>, StoreError> {
    let row = on_read!(db, c => ask!((Uuid, String, String), PROVIDER_BY_NPI; npi).fetch_optional(c).await)?;
    Ok(row.map(|(id, given, family)| (ProviderId(id), full_name(&given, &family))))
}

/// Every practice: id, code and name, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn practices(db: &Db) -> Result<Vec<(PracticeId, String, String)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String, String), PRACTICES;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, code, name)| (PracticeId(id), code, name)).collect())
}
