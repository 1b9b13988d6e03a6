//! Merges of patient records: made by the feed, by an import or by the access team; the request about each; confirmed, undone.

use uuid::Uuid;

use super::holds::holds;
use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::access::facts::Merge;
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId, RequestId};
use crate::domain::people::words;

words! {
    /// Where a merge came from.
    MergeSource {
        /// A directory file.
        Import = "import",
        /// The hospital's clinical system.
        Feed = "feed",
        /// The access team.
        Team = "team",
    }
}

macro_rules! merges {
    ($rest:literal) => {
        concat!(
            "select g.id, g.from_id, g.into_id, g.starts_at, g.ends_at, g.confirmed_at, g.source from patient_merge g ",
            $rest
        )
    };
}

statements! {
    ALL = merges!("order by g.starts_at, g.id");
    /// Those that hold at $1 unconfirmed, and about which nobody was asked.
    WAITING = concat!(
        "select g.id, g.from_id, g.into_id, g.starts_at, g.ends_at, g.confirmed_at, g.source from patient_merge g ",
        "where g.confirmed_at is null and ", holds!("g", "$1"),
        " and not exists (select 1 from merge_request r where r.merge_id = g.id) order by g.starts_at, g.id"
    );
    /// Open requests about merges that no longer hold at $1.
    MOOT = concat!(
        "select q.id, q.version, g.into_id from access_request q join merge_request r on r.request_id = q.id ",
        "join patient_merge g on g.id = r.merge_id where q.state = 'open' and not (", holds!("g", "$1"), ") order by q.id"
    );
    WITHDRAW = "update access_request set state = 'closed', closed_at = $2, outcome = 'withdrawn', version = version + 1 \
                where id = $1 and state = 'open'";
    ONE = merges!("where g.id = $1");
    OF_REQUEST = "select g.id, g.from_id, g.into_id, g.starts_at, g.ends_at, g.confirmed_at, g.source, r.checked, r.undone_at, \
                  coalesce(a.given, '') as given, coalesce(a.family, '') as family from merge_request r \
                  join patient_merge g on g.id = r.merge_id left join account a on a.id = r.undone_by where r.request_id = $1";
    INSERT = "insert into patient_merge (id, from_id, into_id, starts_at, ends_at, confirmed_at, source) \
              values ($1, $2, $3, $4, null, null, $5)";
    INSERT_REQUEST = "insert into merge_request (request_id, merge_id) values ($1, $2)";
    CONFIRM = concat!(
        "update patient_merge as g set confirmed_at = $2 where id = $1 and confirmed_at is null and ", holds!("g", "$2")
    );
    /// One that is to begin later never begins.
    END = "update patient_merge set ends_at = case when starts_at > $2 then starts_at else $2 end \
           where id = $1 and (ends_at is null or ends_at > $2)";
    SET_CHECKED = "update merge_request set checked = $2 where request_id = $1";
    SET_UNDONE = "update merge_request set undone_at = $2, undone_by = $3 where request_id = $1 and undone_at is null";
}

type Row = (Uuid, Uuid, Uuid, Stamp, Option<Stamp>, Option<Stamp>, String);

/// A merge as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoredMerge {
    /// Its id.
    pub id: Uuid,
    /// What of what, and when.
    pub merge: Merge,
    /// Where it came from.
    pub source: MergeSource,
}

impl TryFrom<Row> for StoredMerge {
    type Error = StoreError;
    fn try_from((id, from, into, start, end, confirmed, source): Row) -> Result<Self, StoreError> {
        let merge = Merge {
            from: PatientId(from),
            into: PatientId(into),
            span: Stamp::interval(Some(start), end),
            confirmed_at: confirmed.map(|at| at.0),
        };
        let source = MergeSource::from_word(&source)
            .ok_or_else(|| StoreError::Corrupt(format!("merge {id}: source {source}")))?;
        Ok(Self { id, merge, source })
    }
}

/// Every merge there ever was, as `tx` sees them.
///
/// # Errors
/// [`StoreError`].
pub async fn all(tx: &mut Tx) -> Result<Vec<StoredMerge>, StoreError> {
    let rows = on_tx!(tx, c => ask!(Row, ALL;).fetch_all(c).await)?;
    rows.into_iter().map(StoredMerge::try_from).collect()
}

/// The merges that hold at `now`, are not confirmed, and about which there is no request yet.
///
/// # Errors
/// [`StoreError`].
pub async fn waiting(tx: &mut Tx, now: Instant) -> Result<Vec<StoredMerge>, StoreError> {
    let rows = on_tx!(tx, c => ask!(Row, WAITING; Stamp(now)).fetch_all(c).await)?;
    rows.into_iter().map(StoredMerge::try_from).collect()
}

/// The open requests about merges that do not hold at `now` any more, each with its version and the record that survived.
///
/// # Errors
/// [`StoreError`].
pub async fn moot(tx: &mut Tx, now: Instant) -> Result<Vec<(RequestId, i64, PatientId)>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid, i64, Uuid), MOOT; Stamp(now)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, version, into)| (RequestId(id), version, PatientId(into))).collect())
}

/// Closes the open request as taken back by whoever said that the records were one.
///
/// # Errors
/// [`StoreError`].
pub async fn withdraw(tx: &mut Tx, request: RequestId, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(WITHDRAW; request.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The merge `id`, as `tx` sees it.
///
/// # Errors
/// [`StoreError`].
pub async fn one(tx: &mut Tx, id: Uuid) -> Result<Option<StoredMerge>, StoreError> {
    let row = on_tx!(tx, c => ask!(Row, ONE; id).fetch_optional(c).await)?;
    row.map(StoredMerge::try_from).transpose()
}

/// What is kept of a merge with its request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The merge.
    pub stored: StoredMerge,
    /// Whether somebody said to have checked that records which differ are of one person.
    pub is_checked: bool,
    /// When it was undone after it had been confirmed, and by whom.
    pub undone: Option<(Instant, String)>,
}

#[derive(sqlx::FromRow)]
struct AskedRow {
    id: Uuid,
    from_id: Uuid,
    into_id: Uuid,
    starts_at: Stamp,
    ends_at: Option<Stamp>,
    confirmed_at: Option<Stamp>,
    source: String,
    checked: i64,
    undone_at: Option<Stamp>,
    given: String,
    family: String,
}

/// The merge that `request` asks about; `None` for a request about something else.
///
/// # Errors
/// [`StoreError`].
pub async fn of_request(db: &Db, request: RequestId) -> Result<Option<Asked>, StoreError> {
    let row = on_read!(db, c => ask!(AskedRow, OF_REQUEST; request.0).fetch_optional(c).await)?;
    let read = |r: AskedRow| {
        let by = format!("{} {}", r.given, r.family).trim().to_owned();
        let row = (r.id, r.from_id, r.into_id, r.starts_at, r.ends_at, r.confirmed_at, r.source);
        Ok(Asked {
            stored: StoredMerge::try_from(row)?,
            is_checked: r.checked != 0,
            undone: r.undone_at.map(|at| (at.0, by)),
        })
    };
    row.map(read).transpose()
}

/// Makes a merge of record `from` into `into` that begins at `start`, open and unconfirmed.
///
/// # Errors
/// [`StoreError::Duplicate`] when one of that record begins then already.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    (from, into): (PatientId, PatientId),
    start: Instant,
    source: MergeSource,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; id, from.0, into.0, Stamp(start), source.word()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Notes that `request` asks about `merge`.
///
/// # Errors
/// [`StoreError::Duplicate`] when another one does.
pub async fn insert_request(tx: &mut Tx, request: RequestId, merge: Uuid) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_REQUEST; request.0, merge).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Confirms the merge from `now` on; `false` when it is confirmed already or does not hold.
///
/// # Errors
/// [`StoreError`].
pub async fn confirm(tx: &mut Tx, id: Uuid, now: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(CONFIRM; id, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Ends the merge at `now`; `false` when it has ended before.
///
/// # Errors
/// [`StoreError`].
pub async fn end(tx: &mut Tx, id: Uuid, now: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(END; id, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Notes whether whoever confirmed said to have checked records that differ.
///
/// # Errors
/// [`StoreError`].
pub async fn set_checked(tx: &mut Tx, request: RequestId, is_checked: bool) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET_CHECKED; request.0, i64::from(is_checked)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Notes that the merge of `request` was undone after it had been confirmed.
///
/// # Errors
/// [`StoreError`].
pub async fn set_undone(
    tx: &mut Tx,
    request: RequestId,
    now: Instant,
    by: AccountId,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET_UNDONE; request.0, Stamp(now), by.0).execute(c).await.map(|_| ()))?;
    Ok(())
}
