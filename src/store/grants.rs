//! Grants: stored rights of one account, with who gave them and who took them back.

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::ids::{AccountId, FactId, PatientId, RequestId};
use crate::domain::people::GivenBy;
use uuid::Uuid;

statements! {
    INSERT = "insert into access_grant (id, patient_id, account_id, starts_at, ends_at, given_by, sections, sensitive, \
              giver_id, request_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    REVOKE = "update access_grant set revoked_at = $2, revoked_by = $3, revoke_reason = $4 where id = $1 and revoked_at is null \
              and (ends_at is null or ends_at > $2)";
    RENEW = "update access_grant set renewed_at = $2, renewed_by = $3 where id = $1 and given_by = 'guardian' and renewed_at is null \
             and revoked_at is null and (ends_at is null or ends_at > $2)";
    OF_PATIENT = "select g.id, g.account_id, g.starts_at, g.ends_at, g.revoked_at, g.given_by, g.renewed_at, g.sections, g.sensitive, \
                  a.given, a.family from access_grant g join account a on a.id = g.account_id where g.patient_id = $1 \
                  order by g.starts_at desc, g.id";
    ONE = "select patient_id, account_id from access_grant where id = $1";
}

/// A grant to be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewGrant {
    /// Its id.
    pub id: FactId,
    /// For whose record.
    pub patient: PatientId,
    /// Whose right it is.
    pub account: AccountId,
    /// From when.
    pub starts: Instant,
    /// Until when; `None` until somebody takes it back.
    pub ends: Option<Instant>,
    /// In what capacity it was given.
    pub by: GivenBy,
    /// The account that gave it.
    pub giver: AccountId,
    /// The request that it answers.
    pub request: Option<RequestId>,
    /// The sections it names; all ordinary ones when none is named.
    pub sections: SectionSet,
    /// The sensitivity labels it names.
    pub sensitive: Labels,
}

/// A grant of a patient, with the name of who has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantRow {
    /// Its id.
    pub id: FactId,
    /// Whose right it is.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// From its start to its end, revocation apart.
    pub span: Interval,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
    /// In what capacity it was given.
    pub by: GivenBy,
    /// When the patient renewed what a guardian gave.
    pub renewed_at: Option<Instant>,
    /// The sections it names.
    pub sections: SectionSet,
    /// The sensitivity labels it names.
    pub sensitive: Labels,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    starts_at: Stamp,
    ends_at: Option<Stamp>,
    revoked_at: Option<Stamp>,
    given_by: String,
    renewed_at: Option<Stamp>,
    sections: i64,
    sensitive: i64,
    given: String,
    family: String,
}

impl TryFrom<Row> for GrantRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let corrupt = || StoreError::Corrupt(format!("access grant {}: unknown giver", row.id));
        Ok(Self {
            id: FactId(row.id),
            account: AccountId(row.account_id),
            name: format!("{} {}", row.given, row.family).trim().to_owned(),
            span: Stamp::interval(Some(row.starts_at), row.ends_at),
            revoked_at: row.revoked_at.map(|at| at.0),
            by: GivenBy::from_word(&row.given_by).ok_or_else(corrupt)?,
            renewed_at: row.renewed_at.map(|at| at.0),
            sections: SectionSet::from_bits(row.sections),
            sensitive: Labels::from_bits(row.sensitive),
        })
    }
}

/// Keeps a new grant.
///
/// # Errors
/// [`StoreError::Duplicate`] when the account has one for this patient from the same instant.
pub async fn insert(tx: &mut Tx, grant: &NewGrant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; grant.id.0, grant.patient.0, grant.account.0, Stamp(grant.starts), grant.ends.map(Stamp),
        grant.by.word(), grant.sections.bits(), grant.sensitive.bits(), grant.giver.0, grant.request.map(|r| r.0))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Takes a grant back at `now`, for a reason that may be empty; says whether it was there, not taken back and not over.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke(
    tx: &mut Tx,
    id: FactId,
    (by, reason): (AccountId, &str),
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(REVOKE; id.0, Stamp(now), by.0, reason).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Notes that `by` renews a grant that a guardian gave, so that the 18th birthday does not end it; says whether it was there, not
/// renewed before, not taken back and not over.
///
/// # Errors
/// [`StoreError`].
pub async fn renew(tx: &mut Tx, id: FactId, by: AccountId, now: Instant) -> Result<bool, StoreError> {
    let done =
        on_tx!(tx, c => act!(RENEW; id.0, Stamp(now), by.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Every grant of `patient`, newest first, also those that are over.
///
/// # Errors
/// [`StoreError`].
pub async fn of_patient(db: &Db, patient: PatientId) -> Result<Vec<GrantRow>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, OF_PATIENT; patient.0).fetch_all(c).await)?;
    rows.into_iter().map(GrantRow::try_from).collect()
}

/// Whose record the grant `id` is for, and whose right it is.
///
/// # Errors
/// [`StoreError`].
pub async fn one(db: &Db, id: FactId) -> Result<Option<(PatientId, AccountId)>, StoreError> {
    let row = on_read!(db, c => ask!((Uuid, Uuid), ONE; id.0).fetch_optional(c).await)?;
    Ok(row.map(|(patient, account)| (PatientId(patient), AccountId(account))))
}
