//! Requests that a family answers: what it reads of them, what it says, which letters are written, whom it has blocked.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::Instant;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::family::answer::{Answer, Yes};
use crate::domain::family::authority::Capacity;
use crate::domain::grant::Lasting;
use crate::domain::ids::{AccountId, PatientId, RequestId};
use crate::domain::request::{Ending, RequestState, Route};

macro_rules! asked {
    ($rest:literal) => {
        concat!(
            "select q.id, q.account_id, q.patient_id, q.state, q.outcome, q.reason, q.filed_at, q.due_on, p.route, p.expires_at, ",
            "a.given, a.family, a.email, v.specialty from access_request q join account a on a.id = q.account_id ",
            "left join provider v on v.id = a.provider_id left join patient_request p on p.request_id = q.id ",
            "where q.kind = 'non_pcp' and q.patient_id is not null ",
            $rest
        )
    };
}

statements! {
    OPEN_OF = asked!("and q.patient_id = $1 and q.state = 'open' order by q.filed_at, q.id");
    ONE = asked!("and q.id = $1");
    OPEN = asked!("and q.state = 'open' order by q.id");
    WITH_FAMILY = asked!("and q.state = 'open' and p.route = 'family' and (q.filed_at > $1 or (q.filed_at = $1 and q.id > $2)) \
                          order by q.filed_at, q.id limit $3");
    /// Takes the row to itself: of many at once, one goes on after the other.
    HOLD = "update access_request set version = version + 1 where id = $1 and state = 'open' returning version";
    EXPIRE = "update access_request set state = 'closed', closed_at = $2, outcome = 'expired' where id = $1 and state = 'open'";
    SET_ROUTE = "update patient_request set route = $2 where request_id = $1";
    ANSWERS = "select account_id, lasting, sections, sensitive from family_answer where request_id = $1 order by answered_at, account_id";
    SAY = "insert into family_answer (request_id, account_id, capacity, answer, lasting, sections, sensitive, answered_at) \
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (request_id, account_id) do update set capacity = excluded.capacity, \
           answer = excluded.answer, lasting = excluded.lasting, sections = excluded.sections, sensitive = excluded.sensitive, \
           answered_at = excluded.answered_at";
    NOTICED = "select n.request_id, n.kind from request_notice n join access_request q on q.id = n.request_id where q.state = 'open'";
    NOTE = "insert into request_notice (request_id, kind, at, mailed) values ($1, $2, $3, $4) on conflict (request_id, kind) do nothing";
    /// Open requests about somebody who has died.
    OF_THE_DEAD = "select q.id, q.patient_id from access_request q join patient p on p.id = q.patient_id where q.state = 'open' \
                   and q.kind in ('pcp_change', 'non_pcp') and (p.deceased_on is not null or p.death_seen_at is not null) order by q.id";
    BLOCK = "insert into request_block (id, patient_id, account_id, made_by, starts_at) values ($1, $2, $3, $4, $5)";
    UNBLOCK = "update request_block set ended_by = $3, ends_at = $4 where patient_id = $1 and account_id = $2 and ends_at is null";
    BLOCKS = "select b.id, b.account_id, a.given, a.family, b.starts_at from request_block b join account a on a.id = b.account_id \
              where b.patient_id = $1 and b.ends_at is null order by b.starts_at, b.id";
    ONE_BLOCK = "select patient_id, account_id from request_block where id = $1 and ends_at is null";
}

/// A request for access without being the PCP, with the name of who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskedRow {
    /// Its id.
    pub id: RequestId,
    /// Who asks.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their specialty; empty when unknown.
    pub specialty: String,
    /// For whose record.
    pub patient: PatientId,
    /// Where it stands.
    pub state: RequestState,
    /// How it ended.
    pub outcome: Option<Ending>,
    /// Why, in their words.
    pub reason: String,
    /// When it was filed.
    pub filed_at: Instant,
    /// The day on which the access team is to have answered.
    pub due_on: Option<time::Date>,
    /// Who answers it; the team where nothing else is kept.
    pub route: Route,
    /// When it closes by itself, where that is kept.
    pub expires_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    patient_id: Uuid,
    state: String,
    outcome: Option<String>,
    reason: String,
    filed_at: Stamp,
    due_on: Option<time::Date>,
    route: Option<String>,
    expires_at: Option<Stamp>,
    given: String,
    family: String,
    email: String,
    specialty: Option<String>,
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("a family's request: unknown {what}"))
}

impl TryFrom<Row> for AskedRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let route = row.route.as_deref().map(|word| Route::from_word(word).ok_or_else(|| corrupt("route")));
        let outcome =
            row.outcome.as_deref().map(|word| Ending::from_word(word).ok_or_else(|| corrupt("outcome")));
        Ok(Self {
            id: RequestId(row.id),
            account: AccountId(row.account_id),
            name: full_name(&row.given, &row.family),
            email: row.email,
            specialty: row.specialty.unwrap_or_default(),
            patient: PatientId(row.patient_id),
            state: RequestState::from_word(&row.state).ok_or_else(|| corrupt("state"))?,
            outcome: outcome.transpose()?,
            reason: row.reason,
            filed_at: row.filed_at.0,
            due_on: row.due_on,
            route: route.transpose()?.unwrap_or(Route::Team),
            expires_at: row.expires_at.map(|at| at.0),
        })
    }
}

fn full_name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

/// The open requests for the record `patient`, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn open_of(db: &Db, patient: PatientId) -> Result<Vec<AskedRow>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, OPEN_OF; patient.0).fetch_all(c).await)?;
    rows.into_iter().map(AskedRow::try_from).collect()
}

/// Every open request.
///
/// # Errors
/// [`StoreError`].
pub async fn open(db: &Db) -> Result<Vec<AskedRow>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, OPEN;).fetch_all(c).await)?;
    rows.into_iter().map(AskedRow::try_from).collect()
}

/// The open requests that the family answers, oldest first, after the place of one (its instant and id), at most `limit`.
///
/// # Errors
/// [`StoreError`].
pub async fn with_family(
    db: &Db,
    (after, id): (Instant, Uuid),
    limit: i64,
) -> Result<Vec<AskedRow>, StoreError> {
    let rows = on_read!(db, c => ask!(Row, WITH_FAMILY; Stamp(after), id, limit).fetch_all(c).await)?;
    rows.into_iter().map(AskedRow::try_from).collect()
}

/// The request `id`, open or closed.
///
/// # Errors
/// [`StoreError`].
pub async fn one(db: &Db, id: RequestId) -> Result<Option<AskedRow>, StoreError> {
    let row = on_read!(db, c => ask!(Row, ONE; id.0).fetch_optional(c).await)?;
    row.map(AskedRow::try_from).transpose()
}

/// The same, inside the transaction that writes.
///
/// # Errors
/// [`StoreError`].
pub async fn one_in(tx: &mut Tx, id: RequestId) -> Result<Option<AskedRow>, StoreError> {
    let row = on_tx!(tx, c => ask!(Row, ONE; id.0).fetch_optional(c).await)?;
    row.map(AskedRow::try_from).transpose()
}

/// Takes the open request for this transaction, raising its version, which is returned; `None` when it is closed or not there.
///
/// # Errors
/// [`StoreError`].
pub async fn hold(tx: &mut Tx, id: RequestId) -> Result<Option<i64>, StoreError> {
    let row = on_tx!(tx, c => ask!((i64,), HOLD; id.0).fetch_optional(c).await)?;
    Ok(row.map(|(version,)| version))
}

/// Closes an open request that nobody answered in time; it is to be held.
///
/// # Errors
/// [`StoreError`].
pub async fn expire(tx: &mut Tx, id: RequestId, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(EXPIRE; id.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Leaves the answer to somebody else.
///
/// # Errors
/// [`StoreError`].
pub async fn set_route(tx: &mut Tx, id: RequestId, route: Route) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET_ROUTE; id.0, route.word()).execute(c).await.map(|_| ()))?;
    Ok(())
}

type AnswerRow = (Uuid, Option<String>, i64, i64);

fn answer((account, lasting, sections, sensitive): AnswerRow) -> Result<Answer, StoreError> {
    let yes = lasting.map(|word| {
        let lasting = Lasting::from_word(&word).ok_or_else(|| corrupt("duration"))?;
        Ok::<_, StoreError>(Yes {
            lasting,
            sections: SectionSet::from_bits(sections),
            sensitive: Labels::from_bits(sensitive),
        })
    });
    Ok(Answer { account: AccountId(account), yes: yes.transpose()? })
}

/// What was said to a request so far, the last word of each, in the order in which they spoke.
///
/// # Errors
/// [`StoreError`].
pub async fn answers(db: &Db, id: RequestId) -> Result<Vec<Answer>, StoreError> {
    let rows = on_read!(db, c => ask!(AnswerRow, ANSWERS; id.0).fetch_all(c).await)?;
    rows.into_iter().map(answer).collect()
}

/// The same, inside the transaction that writes.
///
/// # Errors
/// [`StoreError`].
pub async fn answers_in(tx: &mut Tx, id: RequestId) -> Result<Vec<Answer>, StoreError> {
    let rows = on_tx!(tx, c => ask!(AnswerRow, ANSWERS; id.0).fetch_all(c).await)?;
    rows.into_iter().map(answer).collect()
}

/// Keeps what somebody says, in place of what they said before.
///
/// # Errors
/// [`StoreError`].
pub async fn say(
    tx: &mut Tx,
    id: RequestId,
    said: Answer,
    capacity: Capacity,
    now: Instant,
) -> Result<(), StoreError> {
    let word = if said.yes.is_some() { "yes" } else { "no" };
    let lasting = said.yes.map(|yes| yes.lasting.word());
    let (sections, sensitive) = said.yes.map_or((0, 0), |yes| (yes.sections.bits(), yes.sensitive.bits()));
    on_tx!(tx, c => act!(SAY; id.0, said.account.0, capacity.word(), word, lasting, sections, sensitive, Stamp(now))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Which letters about open requests are written, or were passed over, by their words.
///
/// # Errors
/// [`StoreError`].
pub async fn noticed(db: &Db) -> Result<Vec<(RequestId, String)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String), NOTICED;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, kind)| (RequestId(id), kind)).collect())
}

/// Records a letter; `false` when it was recorded before.
///
/// # Errors
/// [`StoreError`].
pub async fn note(
    tx: &mut Tx,
    id: RequestId,
    kind: &str,
    (now, mailed): (Instant, bool),
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(NOTE; id.0, kind, Stamp(now), i64::from(mailed)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Open requests about a patient who has died, by the record.
///
/// # Errors
/// [`StoreError`].
pub async fn of_the_dead(db: &Db) -> Result<Vec<(RequestId, PatientId)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, Uuid), OF_THE_DEAD;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, patient)| (RequestId(id), PatientId(patient))).collect())
}

/// Somebody who may not ask for a patient any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockRow {
    /// The block.
    pub id: Uuid,
    /// Who is blocked.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Instant,
}

/// Lets `account` ask no more for `patient`.
///
/// # Errors
/// [`StoreError`].
pub async fn block(
    tx: &mut Tx,
    id: Uuid,
    (patient, account): (PatientId, AccountId),
    by: AccountId,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(BLOCK; id, patient.0, account.0, by.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Lets `account` ask again for `patient`; `false` when it may already.
///
/// # Errors
/// [`StoreError`].
pub async fn unblock(
    tx: &mut Tx,
    (patient, account): (PatientId, AccountId),
    by: AccountId,
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(UNBLOCK; patient.0, account.0, by.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done > 0)
}

/// Everyone who may not ask for the record `patient`.
///
/// # Errors
/// [`StoreError`].
pub async fn blocks(db: &Db, patient: PatientId) -> Result<Vec<BlockRow>, StoreError> {
    type Found = (Uuid, Uuid, String, String, Stamp);
    let rows = on_read!(db, c => ask!(Found, BLOCKS; patient.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, account, given, family, since)| BlockRow {
            id,
            account: AccountId(account),
            name: full_name(&given, &family),
            since: since.0,
        })
        .collect())
}

/// For whose record a block that holds is, and whom it blocks.
///
/// # Errors
/// [`StoreError`].
pub async fn one_block(db: &Db, id: Uuid) -> Result<Option<(PatientId, AccountId)>, StoreError> {
    let row = on_read!(db, c => ask!((Uuid, Uuid), ONE_BLOCK; id).fetch_optional(c).await)?;
    Ok(row.map(|(patient, account)| (PatientId(patient), AccountId(account))))
}
