//! Access requests and the other wishes in the access team's queues.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId, PracticeId, RequestId};
use crate::domain::request::{RequestKind, RequestState};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "select id, kind, state, account_id, patient_id, practice_id, typed, reason, filed_at, closed_at ",
            "from access_request ",
            $rest
        )
    };
}

statements! {
    INSERT = "insert into access_request (id, kind, state, account_id, patient_id, practice_id, typed, reason, \
              filed_at, closed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OF_ACCOUNT = columns!("where account_id = $1 order by filed_at desc, id");
    IN_STATE = columns!("where state = $1 order by filed_at, id");
    OPEN_OF_PRACTICE = columns!("where state = 'open' and kind = $1 and practice_id = $2 and patient_id = $3 \
                                 order by filed_at, id");
    OPEN_OF_ACCOUNT = columns!("where state = 'open' and kind = $1 and account_id = $2 and patient_id = $3 \
                                order by filed_at, id");
}

type Row =
    (Uuid, String, String, Option<Uuid>, Option<Uuid>, Option<Uuid>, String, String, Stamp, Option<Stamp>);

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
}

impl TryFrom<Row> for StoredRequest {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let (id, kind, state, account, patient, practice, typed, reason, filed_at, closed_at) = row;
        let corrupt = |what: &str| StoreError::Corrupt(format!("access request {id}: {what}"));
        Ok(Self {
            id: RequestId(id),
            kind: RequestKind::from_word(&kind).ok_or_else(|| corrupt("unknown kind"))?,
            state: RequestState::from_word(&state).ok_or_else(|| corrupt("unknown state"))?,
            account: account.map(AccountId),
            patient: patient.map(PatientId),
            practice: practice.map(PracticeId),
            typed,
            reason,
            filed_at: filed_at.0,
            closed_at: closed_at.map(|c| c.0),
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
        r.closed_at.map(Stamp)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Every request that `account` filed, newest first.
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
