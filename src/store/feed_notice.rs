//! What the access team decided of a patient's PCPs, as the hospital's source has yet to be told of it, and as it sees it afterwards.

use sqlx::FromRow;
use uuid::Uuid;

use super::holds::holds;
use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::feed::{Backlog, Untold};
use crate::domain::ids::{FactId, PatientId, RequestId};

/// Decisions that wait to be told, with what is shown of each.
macro_rules! shown {
    ($rest:literal) => {
        concat!(
            "select n.id, n.request_id, n.made_at, n.fault, n.tried_at, l.patient_id, s.family as patient_family, ",
            "s.given as patient_given, coalesce((select min(m.shown_as) from patient_mrn m where m.patient_id = s.id ",
            "and m.former = 0), '') as mrn, l.starts_at, l.ends_at, coalesce(d.given, '') as given, ",
            "coalesce(d.family, '') as family, coalesce(p.name, '') as practice ",
            "from feed_notice n join listing l on l.id = n.listing_id join patient s on s.id = l.patient_id ",
            "left join provider d on d.id = l.provider_id left join practice p on p.id = l.practice_id ",
            "where n.state = 'waiting' ",
            $rest
        )
    };
}

statements! {
    WAITING = "select n.id, n.request_id, n.listing_id, l.patient_id from feed_notice n join listing l on l.id = n.listing_id \
               where n.state = 'waiting' order by n.made_at, n.id limit $1";
    LISTINGS = "select l.id, d.npi, r.code, l.starts_at, l.ends_at, l.source from listing l left join provider d on d.id = l.provider_id \
                left join practice r on r.id = l.practice_id where l.patient_id = $1 order by l.starts_at, l.id";
    TOLD = "update feed_notice set state = 'told', done_at = $2 where id = $1 and state = 'waiting'";
    SEEN = "update feed_notice set state = 'told', done_at = $2 where listing_id = $1 and state = 'waiting'";
    // Where there was nothing to tell, nothing had to be acknowledged.
    CONFIRMED = "select l.id, case when n.id is null then l.starts_at else n.done_at end from listing l \
                 left join feed_notice n on n.listing_id = l.id where l.patient_id = $1 and l.source = 'team' and l.ends_at is null";
    // What the source has said of one stands while it is down.
    NOT_TOLD = "update feed_notice set fault = $2, tried_at = $3 where id = $1 and state = 'waiting' \
                and ($2 <> 'down' or fault in ('', 'down'))";
    COUNT = "select count(*) from feed_notice where state = 'waiting'";
    BACKLOG = concat!(
        "select count(*), min(n.made_at), coalesce(sum(case when ", holds!("l", "$1"), " and exists (select 1 from listing o \
         where o.patient_id = l.patient_id and o.source = 'feed' and o.starts_at >= l.starts_at and ", holds!("o", "$1"),
        ") then 1 else 0 end), 0) from feed_notice n join listing l on l.id = n.listing_id where n.state = 'waiting'"
    );
    PAGE = shown!("and (n.made_at, n.id) > ($1, $2) order by n.made_at, n.id limit $3");
    OF_REQUEST = shown!("and n.request_id = $1");
    /// What is and was listed of the patients of those after the first place up to the last.
    LISTED = "select distinct l.id, l.patient_id, l.starts_at, l.ends_at, l.source, l.provider_id, l.practice_id, \
              coalesce(d.given, ''), coalesce(d.family, ''), coalesce(p.name, '') \
              from feed_notice n join listing m on m.id = n.listing_id join listing l on l.patient_id = m.patient_id \
              left join provider d on d.id = l.provider_id left join practice p on p.id = l.practice_id where n.state = 'waiting' \
              and (n.made_at, n.id) > ($1, $2) and (n.made_at, n.id) <= ($3, $4) order by l.starts_at, l.id";
}

/// A decision of which the source has yet to be told.
#[derive(Clone, Debug, FromRow)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// The request that was confirmed.
    pub request_id: Uuid,
    /// The listing that the decision made.
    pub listing_id: Uuid,
    /// Whose listing it is.
    pub patient_id: Uuid,
}

/// A listing of a patient, by the numbers that the source knows.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// Its id.
    pub id: Uuid,
    /// The NPI of the provider.
    pub npi: Option<String>,
    /// The code of the practice.
    pub practice: Option<String>,
    /// While it holds.
    pub span: Interval,
    /// Whether the feed made it.
    pub from_feed: bool,
}

/// An open listing that the access team confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Confirmed {
    /// Its id.
    pub id: Uuid,
    /// When the source had taken it, by its own word or by that of the member who wrote it there; `None` while that is outstanding.
    pub acknowledged: Option<Instant>,
}

/// The oldest decisions of which the source has yet to be told, at most `limit`.
///
/// # Errors
/// [`StoreError`].
pub async fn waiting(db: &Db, limit: i64) -> Result<Vec<Notice>, StoreError> {
    Ok(on_read!(db, e => ask!(Notice, WAITING; limit).fetch_all(e).await)?)
}

/// Every listing of `patient`'s own record, over or not.
///
/// # Errors
/// [`StoreError`].
pub async fn listings(db: &Db, patient: PatientId) -> Result<Vec<Numbered>, StoreError> {
    type Row = (Uuid, Option<String>, Option<String>, Stamp, Option<Stamp>, String);
    let rows = on_read!(db, e => ask!(Row, LISTINGS; patient.0).fetch_all(e).await)?;
    let numbered = |(id, npi, practice, start, end, source): Row| {
        let span = Stamp::interval(Some(start), end);
        Numbered { id, npi, practice, span, from_feed: source == "feed" }
    };
    Ok(rows.into_iter().map(numbered).collect())
}

/// Notes that the source was told of `notice`. Whether it was still waiting.
///
/// # Errors
/// [`StoreError`].
pub async fn told(tx: &mut Tx, notice: Uuid, now: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(TOLD; notice, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Notes that the source says by itself what was to be told of `listing`, where that was still outstanding.
///
/// # Errors
/// [`StoreError`].
pub async fn seen(tx: &mut Tx, listing: Uuid, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SEEN; listing, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The open listings of `patient` that the access team confirmed.
///
/// # Errors
/// [`StoreError`].
pub async fn confirmed(tx: &mut Tx, patient: PatientId) -> Result<Vec<Confirmed>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid, Option<Stamp>), CONFIRMED; patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, at)| Confirmed { id, acknowledged: at.map(|at| at.0) }).collect())
}

/// Notes that the source was not told of `notice` at `now`, and why; of one that it has answered, not that it is down.
///
/// # Errors
/// [`StoreError`].
pub async fn not_told(tx: &mut Tx, notice: Uuid, why: Untold, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(NOT_TOLD; notice, why.word(), Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// How many listings wait to be told.
///
/// # Errors
/// [`StoreError`].
pub async fn count(db: &Db) -> Result<i64, StoreError> {
    let (count,) = on_read!(db, c => ask!((i64,), COUNT;).fetch_one(c).await)?;
    Ok(count)
}

/// How many listings wait to be told, since when, and with how many the source disagrees at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn backlog(db: &Db, now: Instant) -> Result<Backlog, StoreError> {
    type Row = (i64, Option<Stamp>, i64);
    let (waiting, oldest, conflicts) = on_read!(db, c => ask!(Row, BACKLOG; Stamp(now)).fetch_one(c).await)?;
    Ok(Backlog { waiting, oldest: oldest.map(|at| at.0), conflicts })
}

/// A place among those that wait: when the decision was made, and the notice's id. The list goes on after it.
pub type Place = (Instant, Uuid);

/// The place before the first.
pub const FIRST: Place = (Instant::EVER, Uuid::nil());

/// A listing by the names behind it: of the provider, and of the practice. One of them may be empty.
pub type Whom = (String, String);

/// A decision that waits to be told, with what its page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// The notice.
    pub id: Uuid,
    /// The request that was confirmed.
    pub request: RequestId,
    /// When.
    pub made_at: Instant,
    /// Why the source was not told when it was last tried, and when that was; `None` before the first try.
    pub failed: Option<(Untold, Instant)>,
    /// The patient.
    pub patient: PatientId,
    /// Family and given names of the patient.
    pub name: (String, String),
    /// Their MRN; empty for none.
    pub mrn: String,
    /// While the listing holds.
    pub span: Interval,
    /// Who was listed.
    pub whom: Whom,
}

/// A listing of a patient, over or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// The listing.
    pub id: FactId,
    /// The patient.
    pub patient: PatientId,
    /// While it holds.
    pub span: Interval,
    /// Whether the feed made it.
    pub from_feed: bool,
    /// Who is listed.
    pub whom: Whom,
    /// The provider and the practice.
    of: (Option<Uuid>, Option<Uuid>),
}

impl Held {
    /// Whether both list the same provider, wherever; where neither lists one, the same practice.
    pub fn means(&self, other: &Self) -> bool {
        self.of.0 == other.of.0 && (self.of.0.is_some() || self.of.1 == other.of.1)
    }
}

#[derive(FromRow)]
struct WaitingRow {
    id: Uuid,
    request_id: Uuid,
    made_at: Stamp,
    fault: String,
    tried_at: Option<Stamp>,
    patient_id: Uuid,
    patient_family: String,
    patient_given: String,
    mrn: String,
    starts_at: Stamp,
    ends_at: Option<Stamp>,
    given: String,
    family: String,
    practice: String,
}

fn whom(given: &str, family: &str, practice: String) -> Whom {
    (format!("{given} {family}").trim().to_owned(), practice)
}

impl From<WaitingRow> for Waiting {
    fn from(row: WaitingRow) -> Self {
        Self {
            id: row.id,
            request: RequestId(row.request_id),
            made_at: row.made_at.0,
            failed: Untold::from_word(&row.fault).zip(row.tried_at.map(|at| at.0)),
            patient: PatientId(row.patient_id),
            name: (row.patient_family, row.patient_given),
            mrn: row.mrn,
            span: Stamp::interval(Some(row.starts_at), row.ends_at),
            whom: whom(&row.given, &row.family, row.practice),
        }
    }
}

/// At most `limit` decisions that wait to be told, the oldest first, after `place`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(db: &Db, (at, id): Place, limit: i64) -> Result<Vec<Waiting>, StoreError> {
    let rows = on_read!(db, c => ask!(WaitingRow, PAGE; Stamp(at), id, limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Waiting::from).collect())
}

/// The decision of `request`, while it waits to be told.
///
/// # Errors
/// [`StoreError`].
pub async fn of_request(db: &Db, request: RequestId) -> Result<Option<Waiting>, StoreError> {
    let row = on_read!(db, c => ask!(WaitingRow, OF_REQUEST; request.0).fetch_optional(c).await)?;
    Ok(row.map(Waiting::from))
}

/// What is and was listed of the patients of the decisions that wait after the first place up to the last.
///
/// # Errors
/// [`StoreError`].
pub async fn listed(db: &Db, (at, id): Place, (last_at, last): Place) -> Result<Vec<Held>, StoreError> {
    type Row = (Uuid, Uuid, Stamp, Option<Stamp>, String, Option<Uuid>, Option<Uuid>, String, String, String);
    let rows = on_read!(db, c => ask!(Row, LISTED; Stamp(at), id, Stamp(last_at), last).fetch_all(c).await)?;
    let read = |(id, patient, start, end, source, provider, place, given, family, practice): Row| {
        let span = Stamp::interval(Some(start), end);
        let whom = whom(&given, &family, practice);
        Held {
            id: FactId(id),
            patient: PatientId(patient),
            span,
            from_feed: source == "feed",
            whom,
            of: (provider, place),
        }
    };
    Ok(rows.into_iter().map(read).collect())
}
