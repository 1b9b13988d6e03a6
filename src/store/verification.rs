//! What verifying a request by phone leaves behind, and what its page shows: calls, the checklist, the patient and the listings.

use time::Date;
use uuid::Uuid;

use super::sql::{Dialect, act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, FactId, PatientId, RequestId};
use crate::domain::verification::{CallOutcome, Checklist, DeclineClass, Identifiers, Relationship};
use crate::store::directory::Source;

statements! {
    /// Changes nothing, and holds the row until the transaction ends: who changes the listings of one patient waits for another.
    HOLD_PATIENT = "update patient set latest_activity_at = latest_activity_at where id = $1";
    INSERT_CALL = "insert into request_call (id, request_id, at, caller_id, outcome, interpreter, language, note) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
    CALLS = "select k.at, k.outcome, k.interpreter, k.language, k.note, k.caller_id, a.given, a.family from request_call k \
             join account a on a.id = k.caller_id where k.request_id = $1 order by k.at, k.id";
    OUTCOMES = "select outcome from request_call where request_id = $1 order by at, id";
    PUT_CHECKLIST = "insert into request_verification (request_id, identifiers, spoken_to, relationship, at, verified_by) \
                     values ($1, $2, $3, $4, $5, $6) on conflict (request_id) do update set identifiers = excluded.identifiers, \
                     spoken_to = excluded.spoken_to, relationship = excluded.relationship, at = excluded.at, \
                     verified_by = excluded.verified_by";
    CHECKLIST = "select v.identifiers, v.spoken_to, v.relationship, v.at, v.verified_by, a.given, a.family \
                 from request_verification v join account a on a.id = v.verified_by where v.request_id = $1";
    PUT_CLASS = "insert into request_decline (request_id, class) values ($1, $2) on conflict (request_id) \
                 do update set class = excluded.class";
    CLASS = "select class from request_decline where request_id = $1";
    PERSON = "select p.family, p.given, p.birth_date, p.language, m.shown_as from patient p \
              join patient_mrn m on m.patient_id = p.id and m.former = 0 where p.id = $1";
    LISTED = "select l.id, l.starts_at, l.ends_at, l.source, coalesce(d.given, ''), coalesce(d.family, ''), coalesce(p.name, '') \
              from listing l left join provider d on d.id = l.provider_id left join practice p on p.id = l.practice_id \
              where l.patient_id = $1 order by l.starts_at, l.id";
    END_LISTING = "update listing set ends_at = $3 where id = $1 and patient_id = $2 and (ends_at is null or ends_at > $3)";
    INSERT_NOTICE = "insert into feed_notice (id, request_id, listing_id, state, made_at) values ($1, $2, $3, 'waiting', $4)";
    NOTICE = "select n.state, n.done_at, coalesce(a.given, ''), coalesce(a.family, '') from feed_notice n \
              left join account a on a.id = n.done_by where n.request_id = $1";
    BY_HAND = "update feed_notice set state = 'by_hand', done_at = $2, done_by = $3 where request_id = $1 and state = 'waiting'";
    ASKER = "select a.provider_id, coalesce(d.npi, '') from account a left join provider d on d.id = a.provider_id where a.id = $1";
}

/// SQLite has one writer at a time: there is nothing to hold.
const HOLD_PATIENTS: Dialect = Dialect {
    sqlite: "select 1",
    postgres: "select id from patient where id = any($1) order by id for no key update",
};

/// Every statement of this file whose text differs.
pub(crate) const DIALECTS: &[(&str, Dialect)] = &[("HOLD_PATIENTS", HOLD_PATIENTS)];

/// A call that was noted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// When it was noted.
    pub at: Instant,
    /// How it ended.
    pub outcome: CallOutcome,
    /// Whether an interpreter helped.
    pub interpreter: bool,
    /// The patient's language, as the record had it.
    pub language: String,
    /// What was noted.
    pub note: String,
    /// Who called, with their name.
    pub caller: (AccountId, String),
}

/// A checklist, with when it was completed and by whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// The checklist.
    pub checklist: Checklist,
    /// When.
    pub at: Instant,
    /// By whom, with their name.
    pub by: (AccountId, String),
}

/// A patient as the desk names one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// Spoken language; empty when not recorded.
    pub language: String,
    /// The MRN as the hospital writes it.
    pub mrn: String,
}

/// A listing in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The stored listing.
    pub id: FactId,
    /// When it holds.
    pub span: Interval,
    /// Where it came from.
    pub source: Source,
    /// The provider; empty where a practice is listed.
    pub provider: String,
    /// The practice; empty where none is named.
    pub practice: String,
}

/// Whether the hospital's record knows a listing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Whether it waits.
    pub waits: bool,
    /// When it was done, and by whom.
    pub done: Option<(Instant, String)>,
}

fn full_name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

fn outcome(word: &str) -> Result<CallOutcome, StoreError> {
    CallOutcome::from_word(word).ok_or_else(|| StoreError::Corrupt(format!("outcome of a call: {word}")))
}

/// Keeps a call.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_call(tx: &mut Tx, id: Uuid, request: RequestId, call: &Call) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_CALL; id, request.0, Stamp(call.at), call.caller.0.0, call.outcome.word(),
        i64::from(call.interpreter), call.language.as_str(), call.note.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The calls about `request`, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn calls(db: &Db, request: RequestId) -> Result<Vec<Call>, StoreError> {
    type Row = (Stamp, String, i64, String, String, Uuid, String, String);
    let rows = on_read!(db, c => ask!(Row, CALLS; request.0).fetch_all(c).await)?;
    let read = |(at, word, interpreter, language, note, caller, given, family): Row| {
        Ok(Call {
            at: at.0,
            outcome: outcome(&word)?,
            interpreter: interpreter != 0,
            language,
            note,
            caller: (AccountId(caller), full_name(&given, &family)),
        })
    };
    rows.into_iter().map(read).collect()
}

/// How the calls about `request` ended, oldest first, as this transaction sees them.
///
/// # Errors
/// [`StoreError`].
pub async fn outcomes(tx: &mut Tx, request: RequestId) -> Result<Vec<CallOutcome>, StoreError> {
    let rows = on_tx!(tx, c => ask!((String,), OUTCOMES; request.0).fetch_all(c).await)?;
    rows.into_iter().map(|(word,)| outcome(&word)).collect()
}

/// Keeps the complete checklist of `request`, in place of an earlier one.
///
/// # Errors
/// [`StoreError`].
pub async fn put_checklist(
    tx: &mut Tx,
    request: RequestId,
    list: &Checklist,
    by: AccountId,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(PUT_CHECKLIST; request.0, list.identifiers.bits(), list.spoken_to.as_str(), list.relationship.word(),
        Stamp(now), by.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The checklist of `request`, once it is complete.
///
/// # Errors
/// [`StoreError`].
pub async fn checklist(db: &Db, request: RequestId) -> Result<Option<Verified>, StoreError> {
    type Row = (i64, String, String, Stamp, Uuid, String, String);
    let row = on_read!(db, c => ask!(Row, CHECKLIST; request.0).fetch_optional(c).await)?;
    row.map(|(bits, spoken_to, related, at, by, given, family)| {
        let relationship = Relationship::from_word(&related)
            .ok_or_else(|| StoreError::Corrupt(format!("request {request}: relationship {related}")))?;
        let checklist = Checklist { identifiers: Identifiers::from_bits(bits), spoken_to, relationship };
        Ok(Verified { checklist, at: at.0, by: (AccountId(by), full_name(&given, &family)) })
    })
    .transpose()
}

/// Keeps into which class the decline of `request` falls.
///
/// # Errors
/// [`StoreError`].
pub async fn put_class(tx: &mut Tx, request: RequestId, class: DeclineClass) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(PUT_CLASS; request.0, class.word()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Into which class the decline of `request` falls.
///
/// # Errors
/// [`StoreError`].
pub async fn class(db: &Db, request: RequestId) -> Result<Option<DeclineClass>, StoreError> {
    let row = on_read!(db, c => ask!((String,), CLASS; request.0).fetch_optional(c).await)?;
    row.map(|(word,)| {
        DeclineClass::from_word(&word)
            .ok_or_else(|| StoreError::Corrupt(format!("class of a decline: {word}")))
    })
    .transpose()
}

/// The patient as the desk names one.
///
/// # Errors
/// [`StoreError`].
pub async fn person(db: &Db, patient: PatientId) -> Result<Option<Person>, StoreError> {
    type Row = (String, String, Date, String, String);
    let row = on_read!(db, c => ask!(Row, PERSON; patient.0).fetch_optional(c).await)?;
    Ok(row.map(|(family, given, birth_date, language, mrn)| Person {
        family,
        given,
        birth_date,
        language,
        mrn,
    }))
}

type ListedRow = (Uuid, Stamp, Option<Stamp>, String, String, String, String);

fn listed((id, from, to, source, given, family, practice): ListedRow) -> Result<Listed, StoreError> {
    let source = Source::from_word(&source)
        .ok_or_else(|| StoreError::Corrupt(format!("source of a listing: {source}")))?;
    let span = Stamp::interval(Some(from), to);
    Ok(Listed { id: FactId(id), span, source, provider: full_name(&given, &family), practice })
}

/// Every listing of `patient`, in words.
///
/// # Errors
/// [`StoreError`].
pub async fn listings(db: &Db, patient: PatientId) -> Result<Vec<Listed>, StoreError> {
    let rows = on_read!(db, c => ask!(ListedRow, LISTED; patient.0).fetch_all(c).await)?;
    rows.into_iter().map(listed).collect()
}

/// Holds the record of `patient` until the transaction ends.
///
/// # Errors
/// [`StoreError`].
pub async fn hold_patient(tx: &mut Tx, patient: PatientId) -> Result<(), StoreError> {
    Ok(on_tx!(tx, c => act!(HOLD_PATIENT; patient.0).execute(c).await.map(|_| ()))?)
}

/// Holds the records of `patients` until the transaction ends, in one order for everyone, so that nobody waits for the other.
///
/// # Errors
/// [`StoreError`].
pub async fn hold_patients(tx: &mut Tx, patients: &[PatientId]) -> Result<(), StoreError> {
    if let Tx::Postgres(tx) = tx {
        let list: Vec<Uuid> = patients.iter().map(|id| id.0).collect();
        sqlx::query(HOLD_PATIENTS.postgres).bind(list).execute(&mut **tx).await?;
    }
    Ok(())
}

/// The same as this transaction sees them.
///
/// # Errors
/// [`StoreError`].
pub async fn listings_in(tx: &mut Tx, patient: PatientId) -> Result<Vec<Listed>, StoreError> {
    let rows = on_tx!(tx, c => ask!(ListedRow, LISTED; patient.0).fetch_all(c).await)?;
    rows.into_iter().map(listed).collect()
}

/// Ends a listing of `patient` at `now`; `false` when it is not there, or over.
///
/// # Errors
/// [`StoreError`].
pub async fn end_listing(
    tx: &mut Tx,
    listing: FactId,
    patient: PatientId,
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(END_LISTING; listing.0, patient.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Notes that the hospital's record has yet to be told of `listing`.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_notice(
    tx: &mut Tx,
    id: Uuid,
    (request, listing): (RequestId, FactId),
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_NOTICE; id, request.0, listing.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Whether the hospital's record knows the listing that `request` made; `None` when there was nothing to tell.
///
/// # Errors
/// [`StoreError`].
pub async fn notice(db: &Db, request: RequestId) -> Result<Option<Notice>, StoreError> {
    type Row = (String, Option<Stamp>, String, String);
    let row = on_read!(db, c => ask!(Row, NOTICE; request.0).fetch_optional(c).await)?;
    Ok(row.map(|(state, at, given, family)| Notice {
        waits: state == "waiting",
        done: at.map(|at| (at.0, full_name(&given, &family))),
    }))
}

/// Notes that `by` wrote the listing into the hospital's record by hand; `false` when nothing waits.
///
/// # Errors
/// [`StoreError`].
pub async fn told_by_hand(
    tx: &mut Tx,
    request: RequestId,
    by: AccountId,
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(BY_HAND; request.0, Stamp(now), by.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// The provider whose account `account` is, and the NPI; `None` for staff.
///
/// # Errors
/// [`StoreError`].
pub async fn asker(
    db: &Db,
    account: AccountId,
) -> Result<Option<(crate::domain::ids::ProviderId, String)>, StoreError> {
    let row = on_read!(db, c => ask!((Option<Uuid>, String), ASKER; account.0).fetch_optional(c).await)?;
    Ok(row.and_then(|(provider, npi)| Some((provider?.into(), npi))))
}
