//! Emergency access: taken, and reviewed.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::emergency::Finding;
use crate::domain::ids::{AccountId, FactId, PatientId, RequestId};

statements! {
    /// Whatever its start: of two at once, the one decided first may begin a moment later.
    RUNNING = "select id from emergency_access where account_id = $1 and patient_id = $2 and ends_at > $3 limit 1";
    INSERT = "insert into emergency_access (id, patient_id, account_id, starts_at, ends_at, reason, request_id) \
              values ($1, $2, $3, $4, $5, $6, $7)";
    OF_REQUEST = "select e.id, e.patient_id, e.account_id, e.starts_at, e.ends_at, e.reason, e.reviewed_at, e.finding, \
                  coalesce(a.given, ''), coalesce(a.family, '') from emergency_access e \
                  left join account a on a.id = e.reviewed_by where e.request_id = $1";
    REVIEW = "update emergency_access set reviewed_at = $2, finding = $3, reviewed_by = $4 \
              where request_id = $1 and reviewed_at is null";
}

/// Emergency access that is to be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewEmergency<'a> {
    /// Its id.
    pub id: FactId,
    /// To whose record.
    pub patient: PatientId,
    /// Whose it is.
    pub account: AccountId,
    /// When it holds.
    pub span: Interval,
    /// Why it was taken.
    pub reason: &'a str,
    /// The request for its review.
    pub request: RequestId,
}

/// A review that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reviewed {
    /// What it found.
    pub finding: Finding,
    /// When.
    pub at: Instant,
    /// Who made it.
    pub by: String,
}

/// Emergency access with its review.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptEmergency {
    /// Its id.
    pub id: FactId,
    /// To whose record.
    pub patient: PatientId,
    /// Whose it is.
    pub account: AccountId,
    /// When it holds.
    pub span: Interval,
    /// Why it was taken.
    pub reason: String,
    /// The review, once it was made.
    pub reviewed: Option<Reviewed>,
}

/// Whether `account` has emergency access to `patient` that is not over at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn is_running(
    tx: &mut Tx,
    account: AccountId,
    patient: PatientId,
    now: Instant,
) -> Result<bool, StoreError> {
    let row =
        on_tx!(tx, c => ask!((Uuid,), RUNNING; account.0, patient.0, Stamp(now)).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Keeps new emergency access.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, new: &NewEmergency<'_>) -> Result<(), StoreError> {
    let end = new.span.end().unwrap_or(new.span.start());
    on_tx!(tx, c => act!(INSERT; new.id.0, new.patient.0, new.account.0, Stamp(new.span.start()), Stamp(end), new.reason,
        new.request.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The emergency access that `request` is to review.
///
/// # Errors
/// [`StoreError`].
pub async fn of_request(db: &Db, request: RequestId) -> Result<Option<KeptEmergency>, StoreError> {
    type Found = (Uuid, Uuid, Uuid, Stamp, Stamp, String, Option<Stamp>, Option<String>, String, String);
    let row = on_read!(db, c => ask!(Found, OF_REQUEST; request.0).fetch_optional(c).await)?;
    row.map(|(id, patient, account, from, to, reason, at, finding, given, family)| {
        let corrupt = || StoreError::Corrupt(format!("emergency access {id}: unknown finding"));
        let finding = finding.map(|word| Finding::from_word(&word).ok_or_else(corrupt)).transpose()?;
        let by = format!("{given} {family}").trim().to_owned();
        Ok(KeptEmergency {
            id: FactId(id),
            patient: PatientId(patient),
            account: AccountId(account),
            span: Stamp::interval(Some(from), Some(to)),
            reason,
            reviewed: finding.zip(at).map(|(finding, at)| Reviewed { finding, at: at.0, by }),
        })
    })
    .transpose()
}

/// Keeps the review of the emergency access of `request`; `false` when it was reviewed already.
///
/// # Errors
/// [`StoreError`].
pub async fn review(
    tx: &mut Tx,
    request: RequestId,
    finding: Finding,
    by: AccountId,
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(REVIEW; request.0, Stamp(now), finding.word(), by.0)
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}
