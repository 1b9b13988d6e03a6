//! What the access team decided of a patient's PCPs, as the hospital's source has yet to be told of it, and as it sees it afterwards.

use sqlx::FromRow;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::PatientId;

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
