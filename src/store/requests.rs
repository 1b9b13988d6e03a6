//! Access requests and the other wishes in the access team's queues.

use time::Date;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId, PracticeId, RequestId};
use crate::domain::request::{Ending, RequestKind, RequestState};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "select id, kind, state, account_id, patient_id, practice_id, typed, reason, filed_at, closed_at, due_on, ",
            "subject_account_id, assignee_id, version, outcome, decided_by, outcome_reason from access_request ",
            $rest
        )
    };
}

statements! {
    INSERT = "insert into access_request (id, kind, state, account_id, patient_id, practice_id, typed, reason, \
              filed_at, closed_at, due_on, subject_account_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    BY_ID = columns!("where id = $1");
    /// Of one that was joined, what the joiner typed: what others typed stays theirs.
    OF_ACCOUNT = "select r.id, r.kind, r.state, r.account_id, r.patient_id, r.practice_id, coalesce(j.typed, r.typed) as typed, \
                  coalesce(j.reason, r.reason) as reason, r.filed_at, r.closed_at, r.due_on, r.subject_account_id, r.assignee_id, \
                  r.version, r.outcome, r.decided_by, r.outcome_reason from access_request r \
                  left join request_joiner j on j.request_id = r.id and j.account_id = $1 where r.account_id = $1 \
                  or r.id in (select o.request_id from request_joiner o where o.account_id = $1) order by r.filed_at desc, r.id";
    IN_STATE = columns!("where state = $1 order by filed_at, id");
    OPEN_OF_PRACTICE = columns!("where state = 'open' and kind = $1 and practice_id = $2 and patient_id = $3 \
                                 order by filed_at, id");
    OPEN_OF_ACCOUNT = columns!("where state = 'open' and kind = $1 and account_id = $2 and patient_id = $3 \
                                order by filed_at, id");
}

/// A row of every statement that reads requests.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    state: String,
    account_id: Option<Uuid>,
    patient_id: Option<Uuid>,
    practice_id: Option<Uuid>,
    typed: String,
    reason: String,
    filed_at: Stamp,
    closed_at: Option<Stamp>,
    due_on: Option<Date>,
    subject_account_id: Option<Uuid>,
    assignee_id: Option<Uuid>,
    version: i64,
    outcome: Option<String>,
    decided_by: Option<Uuid>,
    outcome_reason: String,
}

/// A request as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRequest {
    /// Its id.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
    /// Where it stands.
    pub state: RequestState,
    /// Who filed it.
    pub account: Option<AccountId>,
    /// The patient it is about.
    pub patient: Option<PatientId>,
    /// The practice it is about.
    pub practice: Option<PracticeId>,
    /// What was typed, as one JSON object.
    pub typed: String,
    /// Why, in the requester's words.
    pub reason: String,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// The day on which an answer is due, once it is in the queue.
    pub due_on: Option<Date>,
    /// The account it is about, other than the one that filed it.
    pub subject: Option<AccountId>,
    /// Who of the access team has taken it.
    pub assignee: Option<AccountId>,
    /// Raised by every step, so that a step which names an older one is refused.
    pub version: i64,
    /// How it ended.
    pub outcome: Option<Ending>,
    /// Who ended it.
    pub decided_by: Option<AccountId>,
    /// Why it was declined; empty otherwise.
    pub outcome_reason: String,
}

impl StoredRequest {
    /// A request that is filed at `now` and that nobody has looked at yet; everything else is empty.
    pub fn open(id: RequestId, kind: RequestKind, now: Instant) -> Self {
        Self {
            id,
            kind,
            state: RequestState::Open,
            account: None,
            patient: None,
            practice: None,
            typed: String::from("{}"),
            reason: String::new(),
            filed_at: now,
            closed_at: None,
            due_on: None,
            subject: None,
            assignee: None,
            version: 0,
            outcome: None,
            decided_by: None,
            outcome_reason: String::new(),
        }
    }
}

impl TryFrom<Row> for StoredRequest {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("access request {}: {what}", row.id));
        let outcome = row
            .outcome
            .as_deref()
            .map(|word| Ending::from_word(word).ok_or_else(|| corrupt("unknown outcome")));
        Ok(Self {
            id: RequestId(row.id),
            kind: RequestKind::from_word(&row.kind).ok_or_else(|| corrupt("unknown kind"))?,
            state: RequestState::from_word(&row.state).ok_or_else(|| corrupt("unknown state"))?,
            account: row.account_id.map(AccountId),
            patient: row.patient_id.map(PatientId),
            practice: row.practice_id.map(PracticeId),
            outcome: outcome.transpose()?,
            typed: row.typed,
            reason: row.reason,
            filed_at: row.filed_at.0,
            closed_at: row.closed_at.map(|c| c.0),
            due_on: row.due_on,
            subject: row.subject_account_id.map(AccountId),
            assignee: row.assignee_id.map(AccountId),
            version: row.version,
            decided_by: row.decided_by.map(AccountId),
            outcome_reason: row.outcome_reason,
        })
    }
}

/// Keeps a request.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, request: &StoredRequest) -> Result<(), StoreError> {
    let r = request;
    on_tx!(tx, c => act!(INSERT; r.id.0, r.kind.word(), r.state.word(), r.account.map(|a| a.0),
        r.patient.map(|p| p.0), r.practice.map(|p| p.0), r.typed.as_str(), r.reason.as_str(), Stamp(r.filed_at),
        r.closed_at.map(Stamp), r.due_on, r.subject.map(|a| a.0)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The request with this id.
///
/// # Errors
/// [`StoreError`].
pub async fn by_id(db: &Db, id: RequestId) -> Result<Option<StoredRequest>, StoreError> {
    let row = on_read!(db, c => ask!(Row, BY_ID; id.0).fetch_optional(c).await)?;
    row.map(StoredRequest::try_from).transpose()
}

/// The same, inside the transaction that writes.
///
/// # Errors
/// [`StoreError`].
pub async fn by_id_in(tx: &mut Tx, id: RequestId) -> Result<Option<StoredRequest>, StoreError> {
    let row = on_tx!(tx, c => ask!(Row, BY_ID; id.0).fetch_optional(c).await)?;
    row.map(StoredRequest::try_from).transpose()
}

/// Every request that `account` filed or joined, newest first, each with what `account` typed.
///
/// # Errors
/// [`StoreError`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<StoredRequest>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, OF_ACCOUNT; account.0).fetch_all(c).await)?;
    rows.into_iter().map(StoredRequest::try_from).collect()
}

/// Every request in `state`, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn in_state(db: &Db, state: RequestState) -> Result<Vec<StoredRequest>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, IN_STATE; state.word()).fetch_all(c).await)?;
    rows.into_iter().map(StoredRequest::try_from).collect()
}

/// The open request of `kind` that `practice` has for `patient`: partners join it. Read inside the transaction that files.
///
/// # Errors
/// [`StoreError`].
pub async fn open_of_practice(
    tx: &mut Tx,
    kind: RequestKind,
    practice: PracticeId,
    patient: PatientId,
) -> Result<Option<StoredRequest>, StoreError> {
    let rows =
        on_tx!(tx, c => ask!(Row, OPEN_OF_PRACTICE; kind.word(), practice.0, patient.0).fetch_all(c).await)?;
    rows.into_iter().next().map(StoredRequest::try_from).transpose()
}

/// The open request of `kind` that `account` has for `patient`. Read inside the transaction that files.
///
/// # Errors
/// [`StoreError`].
pub async fn open_of_account(
    tx: &mut Tx,
    kind: RequestKind,
    account: AccountId,
    patient: PatientId,
) -> Result<Option<StoredRequest>, StoreError> {
    let rows =
        on_tx!(tx, c => ask!(Row, OPEN_OF_ACCOUNT; kind.word(), account.0, patient.0).fetch_all(c).await)?;
    rows.into_iter().next().map(StoredRequest::try_from).transpose()
}
