//! Requests for a family account without a code: what was typed, how the call was made, the code that approving made.

use time::Date;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, StoreError, Tx};
use crate::domain::family::authority::Capacity;
use crate::domain::family::staff_check::Wanted;
use crate::domain::ids::{PatientId, RequestId};
use crate::domain::language::Language;
use crate::domain::people::fold_email;

statements! {
    INSERT = "insert into enrolment_request (request_id, capacity, given, family, born, email, email_folded, phone, patient_given, \
              patient_family, patient_born, mrn, language) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    OF = "select capacity, given, family, born, email, phone, patient_given, patient_family, patient_born, mrn, language, \
          on_record_number, code_id from enrolment_request where request_id = $1";
    OPEN_SAME = "select e.request_id from enrolment_request e join access_request q on q.id = e.request_id where e.email_folded = $1 \
                 and e.capacity = $2 and e.patient_born = $3 and e.patient_given = $4 and e.patient_family = $5 and q.state = 'open'";
    ON_RECORD_NUMBER = "update enrolment_request set on_record_number = 1 where request_id = $1";
    SET_CODE = "update enrolment_request set code_id = $2 where request_id = $1";
    /// Only one that has no patient yet: what a checklist was kept about does not change.
    SET_PATIENT = "update access_request set patient_id = $3, version = version + 1 where id = $1 and version = $2 \
                   and state = 'open' and kind = 'enrolment' and patient_id is null";
}

/// A request as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// What was typed.
    pub wanted: Wanted,
    /// The language of the page it was typed on.
    pub language: Language,
    /// Whether the call went to a number of the hospital's record.
    pub on_record_number: bool,
    /// The code that approving made.
    pub code: Option<Uuid>,
}

/// A row of [`OF`].
#[derive(sqlx::FromRow)]
struct Row {
    capacity: String,
    given: String,
    family: String,
    born: Date,
    email: String,
    phone: String,
    patient_given: String,
    patient_family: String,
    patient_born: Date,
    mrn: String,
    language: String,
    on_record_number: i64,
    code_id: Option<Uuid>,
}

fn kept(row: Row) -> Result<Kept, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("enrolment request: {what}"));
    Ok(Kept {
        wanted: Wanted {
            capacity: Capacity::from_word(&row.capacity).ok_or_else(|| corrupt("capacity"))?,
            given: row.given,
            family: row.family,
            born: row.born,
            email: row.email,
            phone: row.phone,
            patient_given: row.patient_given,
            patient_family: row.patient_family,
            patient_born: row.patient_born,
            mrn: row.mrn,
        },
        language: Language::from_word(&row.language).ok_or_else(|| corrupt("language"))?,
        on_record_number: row.on_record_number == 1,
        code: row.code_id,
    })
}

/// Keeps what was typed.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(
    tx: &mut Tx,
    request: RequestId,
    wanted: &Wanted,
    language: Language,
) -> Result<(), StoreError> {
    let w = wanted;
    let folded = fold_email(&w.email);
    on_tx!(tx, c => act!(INSERT; request.0, w.capacity.word(), w.given.as_str(), w.family.as_str(), w.born, w.email.as_str(),
        folded.as_str(), w.phone.as_str(), w.patient_given.as_str(), w.patient_family.as_str(), w.patient_born, w.mrn.as_str(),
        language.word()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What was typed for `request`.
///
/// # Errors
/// [`StoreError`].
pub async fn of(db: &Db, request: RequestId) -> Result<Option<Kept>, StoreError> {
    on_read!(db, c => ask!(Row, OF; request.0).fetch_optional(c).await)?.map(kept).transpose()
}

/// The same, inside the transaction that decides.
///
/// # Errors
/// [`StoreError`].
pub async fn of_in(tx: &mut Tx, request: RequestId) -> Result<Option<Kept>, StoreError> {
    on_tx!(tx, c => ask!(Row, OF; request.0).fetch_optional(c).await)?.map(kept).transpose()
}

/// The open request of the same address for the same patient, inside the transaction that would file another.
///
/// # Errors
/// [`StoreError`].
pub async fn open_same(tx: &mut Tx, wanted: &Wanted) -> Result<Option<RequestId>, StoreError> {
    let (w, folded) = (wanted, fold_email(&wanted.email));
    let row = on_tx!(tx, c => ask!((Uuid,), OPEN_SAME; folded.as_str(), w.capacity.word(), w.patient_born,
        w.patient_given.as_str(), w.patient_family.as_str()).fetch_optional(c).await)?;
    Ok(row.map(|(id,)| RequestId(id)))
}

/// Keeps that the call went to a number of the hospital's record.
///
/// # Errors
/// [`StoreError`].
pub async fn called_on_record(tx: &mut Tx, request: RequestId) -> Result<(), StoreError> {
    Ok(on_tx!(tx, c => act!(ON_RECORD_NUMBER; request.0).execute(c).await.map(|_| ()))?)
}

/// Keeps the code that approving made.
///
/// # Errors
/// [`StoreError`].
pub async fn set_code(tx: &mut Tx, request: RequestId, code: Uuid) -> Result<(), StoreError> {
    Ok(on_tx!(tx, c => act!(SET_CODE; request.0, code).execute(c).await.map(|_| ()))?)
}

/// Says whose chart an open request is about that has none yet; `false` when it is no longer at `version`, or has one.
///
/// # Errors
/// [`StoreError`].
pub async fn set_patient(
    tx: &mut Tx,
    (request, version): (RequestId, i64),
    patient: PatientId,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(SET_PATIENT; request.0, version, patient.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}
