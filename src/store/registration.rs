//! Registrations: drafts of providers who have no account yet, until the access team has decided.

mod around;

pub use around::*;

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::registration::RegistrationState;

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "select r.id, r.state, r.answers, r.npi, r.email, r.email_folded, r.sealed_totp, r.totp_step, r.password_hash, ",
            "r.made_at, r.mailed_at, r.confirmed_at, r.decline_reason, q.due_on from registration r ",
            "left join access_request q on q.id = r.request_id ",
            $rest
        )
    };
}

statements! {
    OPEN_OF_VISIT = columns!("where r.visit_hash = $1 and r.state in ('draft', 'mailed')");
    NEWEST_OF_VISIT = columns!("where r.visit_hash = $1 order by r.made_at desc, r.id desc limit 1");
    BY_ID = columns!("where r.id = $1");
    BY_REQUEST = columns!("where r.request_id = $1");
    INSERT = "insert into registration (id, visit_hash, state, answers, npi, email, email_folded, made_at, decline_reason) \
              values ($1, $2, 'draft', $3, $4, '', '', $5, '')";
    SAVE_ANSWERS = "update registration set state = 'draft', answers = $2, npi = $3, sealed_totp = null \
                    where id = $1 and state in ('draft', 'mailed')";
    MAILED = "update registration set state = 'mailed', email = $2, email_folded = $3, sealed_totp = $4, mailed_at = $5 \
              where id = $1 and state in ('draft', 'mailed')";
    CONFIRMED = "update registration set state = 'waiting', password_hash = $2, totp_step = $3, terms_version = $4, \
                 confirmed_at = $5, request_id = $6 where id = $1 and state = 'mailed'";
    CLOSED = "update registration set state = $2, account_id = $3, decline_reason = $4, closed_at = $5, password_hash = null, \
              sealed_totp = null, totp_step = null where id = $1 and state = 'waiting'";
    SWEEP = "delete from registration where state in ('draft', 'mailed') and made_at < $1";
}

/// Every statement about registrations and what stands around them.
pub const ALL_STATEMENTS: [&[(&str, &str)]; 2] = [STATEMENTS, around::STATEMENTS];

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    state: String,
    answers: String,
    npi: Option<String>,
    email: String,
    email_folded: String,
    sealed_totp: Option<Vec<u8>>,
    totp_step: Option<i64>,
    password_hash: Option<String>,
    made_at: Stamp,
    mailed_at: Option<Stamp>,
    confirmed_at: Option<Stamp>,
    decline_reason: String,
    due_on: Option<time::Date>,
}

/// A registration as kept.
#[derive(Clone, Debug)]
pub struct KeptRegistration {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub state: RegistrationState,
    /// What was answered, as JSON.
    pub answers: String,
    /// The NPI.
    pub npi: Option<String>,
    /// The address; empty before it is typed.
    pub email: String,
    /// The address as accounts are found by.
    pub email_folded: String,
    /// The sealed TOTP secret that the mailed link offers.
    pub sealed_totp: Option<Vec<u8>>,
    /// The step of the code that proved the enrolment.
    pub totp_step: Option<i64>,
    /// The hash of the chosen password.
    pub password_hash: Option<String>,
    /// When it was begun.
    pub made_at: Instant,
    /// When the link was last mailed.
    pub mailed_at: Option<Instant>,
    /// When the address was confirmed.
    pub confirmed_at: Option<Instant>,
    /// Why it was declined.
    pub decline_reason: String,
    /// When the team is to have answered.
    pub due_on: Option<time::Date>,
}

impl TryFrom<Row> for KeptRegistration {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let state = RegistrationState::from_word(&row.state)
            .ok_or_else(|| StoreError::Corrupt(format!("registration state {}", row.state)))?;
        Ok(Self {
            id: row.id,
            state,
            answers: row.answers,
            npi: row.npi,
            email: row.email,
            email_folded: row.email_folded,
            sealed_totp: row.sealed_totp,
            totp_step: row.totp_step,
            password_hash: row.password_hash,
            made_at: row.made_at.0,
            mailed_at: row.mailed_at.map(|m| m.0),
            confirmed_at: row.confirmed_at.map(|c| c.0),
            decline_reason: row.decline_reason,
            due_on: row.due_on,
        })
    }
}

/// The registration that the browser with `visit` has not finished.
///
/// # Errors
/// [`StoreError`].
pub async fn open_of_visit(db: &Db, visit: &[u8]) -> Result<Option<KeptRegistration>, StoreError> {
    let row = on_read!(db, c => ask!(Row, OPEN_OF_VISIT; visit).fetch_optional(c).await)?;
    row.map(KeptRegistration::try_from).transpose()
}

/// As [`open_of_visit`], inside the transaction that changes it.
///
/// # Errors
/// [`StoreError`].
pub async fn open_of_visit_in(tx: &mut Tx, visit: &[u8]) -> Result<Option<KeptRegistration>, StoreError> {
    let row = on_tx!(tx, c => ask!(Row, OPEN_OF_VISIT; visit).fetch_optional(c).await)?;
    row.map(KeptRegistration::try_from).transpose()
}

/// The newest registration of the browser with `visit`, wherever it stands.
///
/// # Errors
/// [`StoreError`].
pub async fn newest_of_visit(db: &Db, visit: &[u8]) -> Result<Option<KeptRegistration>, StoreError> {
    let row = on_read!(db, c => ask!(Row, NEWEST_OF_VISIT; visit).fetch_optional(c).await)?;
    row.map(KeptRegistration::try_from).transpose()
}

/// The registration `id`.
///
/// # Errors
/// [`StoreError`].
pub async fn by_id(db: &Db, id: Uuid) -> Result<Option<KeptRegistration>, StoreError> {
    let row = on_read!(db, c => ask!(Row, BY_ID; id).fetch_optional(c).await)?;
    row.map(KeptRegistration::try_from).transpose()
}

/// The registration that `request` asks to be approved.
///
/// # Errors
/// [`StoreError`].
pub async fn by_request(db: &Db, request: RequestId) -> Result<Option<KeptRegistration>, StoreError> {
    let row = on_read!(db, c => ask!(Row, BY_REQUEST; request.0).fetch_optional(c).await)?;
    row.map(KeptRegistration::try_from).transpose()
}

/// As [`by_request`], inside the transaction that decides it.
///
/// # Errors
/// [`StoreError`].
pub async fn by_request_in(tx: &mut Tx, request: RequestId) -> Result<Option<KeptRegistration>, StoreError> {
    let row = on_tx!(tx, c => ask!(Row, BY_REQUEST; request.0).fetch_optional(c).await)?;
    row.map(KeptRegistration::try_from).transpose()
}

/// Begins a registration in the browser with `visit`.
///
/// # Errors
/// [`StoreError::Duplicate`] when it has an unfinished one.
pub async fn insert(
    tx: &mut Tx,
    (id, visit): (Uuid, &[u8]),
    (answers, npi): (&str, Option<&str>),
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; id, visit, answers, npi, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Keeps new answers of an unfinished registration; what was mailed before holds no longer. `false` when it is finished.
///
/// # Errors
/// [`StoreError`].
pub async fn save_answers(
    tx: &mut Tx,
    id: Uuid,
    (answers, npi): (&str, Option<&str>),
) -> Result<bool, StoreError> {
    let saved =
        on_tx!(tx, c => act!(SAVE_ANSWERS; id, answers, npi).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(saved == 1)
}

/// Notes that a link with this secret for an authenticator was mailed. `false` when the registration is finished.
///
/// # Errors
/// [`StoreError`].
pub async fn mailed(
    tx: &mut Tx,
    id: Uuid,
    (email, folded): (&str, &str),
    sealed_totp: &[u8],
    now: Instant,
) -> Result<bool, StoreError> {
    let noted = on_tx!(tx, c => act!(MAILED; id, email, folded, sealed_totp, Stamp(now))
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(noted == 1)
}

/// What confirming a registration adds to it.
#[derive(Debug)]
pub struct Confirmed<'a> {
    /// The hash of the chosen password.
    pub password_hash: &'a str,
    /// The step of the code that proved the enrolment.
    pub totp_step: i64,
    /// The version of the terms that were accepted.
    pub terms_version: &'a str,
    /// The request that the access team decides.
    pub request: RequestId,
}

/// Notes that the address was confirmed. `false` when the registration does not await that.
///
/// # Errors
/// [`StoreError`].
pub async fn confirmed(
    tx: &mut Tx,
    id: Uuid,
    with: &Confirmed<'_>,
    now: Instant,
) -> Result<bool, StoreError> {
    let noted = on_tx!(tx, c => act!(CONFIRMED; id, with.password_hash, with.totp_step, with.terms_version, Stamp(now),
        with.request.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(noted == 1)
}

/// Ends a registration that waits, with the account that was made or the reason why none was; its secrets are forgotten. `false`
/// when it does not wait.
///
/// # Errors
/// [`StoreError`].
pub async fn close(
    tx: &mut Tx,
    id: Uuid,
    state: RegistrationState,
    (account, reason): (Option<AccountId>, &str),
    now: Instant,
) -> Result<bool, StoreError> {
    let closed = on_tx!(tx, c => act!(CLOSED; id, state.word(), account.map(|a| a.0), reason, Stamp(now))
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(closed == 1)
}

/// Removes registrations that were begun before `long_ago` and never confirmed.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx, long_ago: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SWEEP; Stamp(long_ago)).execute(c).await.map(|_| ()))?;
    Ok(())
}
