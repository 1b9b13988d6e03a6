//! Messages of families to the access team: threads, what was written in them, the files. Each thread is a request of the queue.

use time::Date;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::family::message::FileKind;
use crate::domain::ids::{AccountId, PatientId, RequestId};
use crate::domain::request::RequestState;

macro_rules! threads {
    ($rest:literal) => {
        concat!(
            "select t.request_id, t.account_id, q.patient_id, t.subject, t.last_at, t.last_by_team, t.seen_at, q.state, q.due_on ",
            "from message_thread t join access_request q on q.id = t.request_id ",
            $rest
        )
    };
}

statements! {
    BEGIN = "insert into message_thread (request_id, account_id, subject, last_at, seen_at) values ($1, $2, $3, $4, $4)";
    INSERT = "insert into message (id, request_id, account_id, by_team, at, body, file, file_kind) \
              values ($1, $2, $3, $4, $5, $6, $7, $8)";
    LAST = "update message_thread set last_at = $2, last_by_team = $3 where request_id = $1";
    SEEN = "update message_thread set seen_at = $2 where request_id = $1 and seen_at < $2";
    THREAD = threads!("where t.request_id = $1");
    OF_ACCOUNT = threads!("where t.account_id = $1 and (t.last_at, t.request_id) < ($2, $3) order by t.last_at desc, t.request_id desc limit $4");
    MESSAGES = "select m.id, m.at, m.by_team, m.body, m.file_kind, a.given, a.family from message m \
                join account a on a.id = m.account_id where m.request_id = $1 and (m.at, m.id) < ($2, $3) \
                order by m.at desc, m.id desc limit $4";
    FILE = "select file, file_kind from message where request_id = $1 and id = $2";
    KEPT = "select request_id from message where id = $1";
    /// Changes nothing, and holds the row until the transaction ends: one account writes one message at a time.
    HOLD_WRITER = "update account set email = email where id = $1";
    /// Changes nothing, and holds the row: who answers and who writes back wait for each other.
    HOLD = "update access_request set version = version where id = $1";
    WRITTEN = "select at from message where account_id = $1 and by_team = 0 and at > $2 order by at desc limit $3";
    REOPEN = "update access_request set state = 'open', closed_at = null, outcome = null, decided_by = null, outcome_reason = '', \
              due_on = $2, version = version + 1 where id = $1";
    GO_ON = "update access_request set version = version + 1 where id = $1";
}

/// Nothing is written as late as this.
const LATEST: Instant = Instant::from_micros(253_402_300_799_000_000);

/// A thread as kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Thread {
    /// The request of the queue.
    pub id: RequestId,
    /// Who began it.
    pub account: AccountId,
    /// The patient it is about.
    pub patient: PatientId,
    /// What it is about, in their words.
    pub subject: String,
    /// When something was last written in it.
    pub last_at: Instant,
    /// Whether the access team wrote that.
    pub last_by_team: bool,
    /// When whoever began it last looked.
    pub seen_at: Instant,
    /// Whether it waits for an answer.
    pub state: RequestState,
    /// When an answer is, or was, due.
    pub due_on: Option<Date>,
}

type ThreadRow = (Uuid, Uuid, Option<Uuid>, String, Stamp, i64, Stamp, String, Option<Date>);

fn thread_of(row: ThreadRow) -> Result<Thread, StoreError> {
    let (id, account, patient, subject, last_at, by_team, seen_at, state, due_on) = row;
    let corrupt = |what: &str| StoreError::Corrupt(format!("message thread {id}: {what}"));
    Ok(Thread {
        id: RequestId(id),
        account: AccountId(account),
        patient: patient.map(PatientId).ok_or_else(|| corrupt("no patient"))?,
        subject,
        last_at: last_at.0,
        last_by_team: by_team != 0,
        seen_at: seen_at.0,
        state: RequestState::from_word(&state).ok_or_else(|| corrupt("unknown state"))?,
        due_on,
    })
}

/// Begins the thread of a request that was just inserted, inside `tx`.
///
/// # Errors
/// [`StoreError`].
pub async fn begin(
    tx: &mut Tx,
    request: RequestId,
    account: AccountId,
    subject: &str,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(BEGIN; request.0, account.0, subject, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Who writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Whoever began the thread.
    Family,
    /// The access team.
    Team,
}

/// A message to keep.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its thread.
    pub request: RequestId,
    /// Who writes.
    pub account: AccountId,
    /// On which side.
    pub side: Side,
    /// When.
    pub at: Instant,
    /// What.
    pub body: &'a str,
    /// Its file.
    pub file: Option<(&'a [u8], FileKind)>,
}

/// Keeps a message, which is then the last one of its thread.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, new: &NewMessage<'_>) -> Result<(), StoreError> {
    let by_team = i64::from(new.side == Side::Team);
    let (bytes, kind) = new.file.map(|(bytes, kind)| (bytes, kind.word())).unzip();
    on_tx!(tx, c => act!(INSERT; new.id, new.request.0, new.account.0, by_team, Stamp(new.at), new.body, bytes, kind)
        .execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(LAST; new.request.0, Stamp(new.at), by_team).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The thread of `request`.
///
/// # Errors
/// [`StoreError`].
pub async fn thread(db: &Db, request: RequestId) -> Result<Option<Thread>, StoreError> {
    let row = on_read!(db, c => ask!(ThreadRow, THREAD; request.0).fetch_optional(c).await)?;
    row.map(thread_of).transpose()
}

/// The same, inside the transaction that answers.
///
/// # Errors
/// [`StoreError`].
pub async fn thread_in(tx: &mut Tx, request: RequestId) -> Result<Option<Thread>, StoreError> {
    let row = on_tx!(tx, c => ask!(ThreadRow, THREAD; request.0).fetch_optional(c).await)?;
    row.map(thread_of).transpose()
}

/// At most `limit` threads that `account` began, the latest written in first, before `place` (when last written in, id).
///
/// # Errors
/// [`StoreError`].
pub async fn of_account(
    db: &Db,
    account: AccountId,
    place: Option<(Instant, Uuid)>,
    limit: i64,
) -> Result<Vec<Thread>, StoreError> {
    let (at, id) = place.unwrap_or((LATEST, Uuid::max()));
    let rows =
        on_read!(db, c => ask!(ThreadRow, OF_ACCOUNT; account.0, Stamp(at), id, limit).fetch_all(c).await)?;
    rows.into_iter().map(thread_of).collect()
}

/// A message as kept, without its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// When it was written.
    pub at: Instant,
    /// On which side.
    pub side: Side,
    /// What was written.
    pub body: String,
    /// What its file is, when it has one.
    pub file: Option<FileKind>,
    /// Who wrote it, by name.
    pub by: String,
}

/// At most `limit` of what was written in the thread of `request`, the latest before `place` (when written, id), oldest first. No file is
/// read.
///
/// # Errors
/// [`StoreError`].
pub async fn messages(
    db: &Db,
    request: RequestId,
    place: Option<(Instant, Uuid)>,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    type Row = (Uuid, Stamp, i64, String, Option<String>, String, String);
    let (before, id) = place.unwrap_or((LATEST, Uuid::max()));
    let rows =
        on_read!(db, c => ask!(Row, MESSAGES; request.0, Stamp(before), id, limit).fetch_all(c).await)?;
    let read = |(id, at, by_team, body, kind, given, family): Row| {
        Ok(Message {
            id,
            at: at.0,
            side: if by_team == 0 { Side::Family } else { Side::Team },
            body,
            file: kind.as_deref().map(file_kind).transpose()?,
            by: format!("{given} {family}").trim().to_owned(),
        })
    };
    rows.into_iter().rev().map(read).collect()
}

/// The thread of the message `id`; `None` while there is no such message.
///
/// # Errors
/// [`StoreError`].
pub async fn kept(tx: &mut Tx, id: Uuid) -> Result<Option<RequestId>, StoreError> {
    let row = on_tx!(tx, c => ask!((Uuid,), KEPT; id).fetch_optional(c).await)?;
    Ok(row.map(|(request,)| RequestId(request)))
}

fn file_kind(word: &str) -> Result<FileKind, StoreError> {
    FileKind::from_word(word).ok_or_else(|| StoreError::Corrupt(format!("file of a message: {word}")))
}

/// The file of the message `id` in the thread of `request`.
///
/// # Errors
/// [`StoreError`].
pub async fn file(db: &Db, request: RequestId, id: Uuid) -> Result<Option<(Vec<u8>, FileKind)>, StoreError> {
    type Row = (Option<Vec<u8>>, Option<String>);
    let found = on_read!(db, c => ask!(Row, FILE; request.0, id).fetch_optional(c).await)?;
    let Some((bytes, word)) = found.and_then(|(bytes, kind)| bytes.zip(kind)) else { return Ok(None) };
    Ok(Some((bytes, file_kind(&word)?)))
}

/// Notes that whoever began the thread looked at it at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn seen(db: &Db, request: RequestId, now: Instant) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, c => act!(SEEN; request.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    tx.commit().await
}

/// Lets one message of `account` be written after another: others wait until `tx` ends.
///
/// # Errors
/// [`StoreError`].
pub async fn hold_writer(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(HOLD_WRITER; account.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// When `account` wrote its latest messages after `after`, newest first, `limit` at most.
///
/// # Errors
/// [`StoreError`].
pub async fn written(
    tx: &mut Tx,
    account: AccountId,
    after: Instant,
    limit: i64,
) -> Result<Vec<Instant>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Stamp,), WRITTEN; account.0, Stamp(after), limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(at,)| at.0).collect())
}

/// Holds the request of a thread until `tx` ends.
///
/// # Errors
/// [`StoreError`].
pub async fn hold(tx: &mut Tx, request: RequestId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(HOLD; request.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Opens the request of a thread that was answered, due on `due`, and raises its version. It is held.
///
/// # Errors
/// [`StoreError`].
pub async fn reopen(tx: &mut Tx, request: RequestId, due: Date) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(REOPEN; request.0, due).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Raises the version of the open request of a thread. It is held.
///
/// # Errors
/// [`StoreError`].
pub async fn go_on(tx: &mut Tx, request: RequestId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(GO_ON; request.0).execute(c).await.map(|_| ()))?;
    Ok(())
}
