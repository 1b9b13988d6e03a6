//! The campaign of a validation cycle: how many are done, who is not, and what was done about one sponsor (product.md section 7).
//!
//! [`counts`] and [`plain`] say with SQL what `domain::campaign::standing` says of one sponsor, for all whose due date was not moved and
//! whom no earlier cycle may lock; a test compares the two. The others are few: [`asked`] names them, and the domain is asked.

pub mod one;
pub mod shown;

use time::Date;
use uuid::Uuid;

use super::holds::{active, holds, member};
use super::sql::{ask, on_read, statements};
use super::{Db, Stamp, StoreError};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;

pub use shown::{SponsorRow, patients, practices, rows};

/// 1 for a duty `d` that is done at $4: reviewed, or nobody listed at $2 (in person: the same one in the same practice) is live at $3.
/// `d.listed >= 0` holds always: it keeps PostgreSQL from working out the answer for every sponsor there is before the first is asked for.
macro_rules! done {
    () => {
        concat!(
            "cast(case when d.sponsor_id in (select r.sponsor_id from validation_review r where r.cycle >= $1 and ",
            "r.completed_at <= $4) then 1 when exists (select 1 from sponsorship h join account a on a.id = h.sponsor_id ",
            "join account_status sd on sd.account_id = h.sponsor_id join account_status ud on ud.account_id = h.user_id ",
            "join account_status so on so.account_id = h.sponsor_id join account_status uo on uo.account_id = h.user_id ",
            "where h.sponsor_id = d.sponsor_id and d.listed >= 0 and ",
            holds!("h", "$3"),
            " and ",
            active!("sd", "$3"),
            " and ",
            active!("ud", "$3"),
            " and ",
            active!("so", "$2"),
            " and ",
            active!("uo", "$2"),
            " and ",
            "exists (select 1 from membership m where ",
            member!("m", "h", "$3"),
            ") and exists (select 1 from membership m where ",
            member!("m", "h", "$2"),
            ") and exists (select 1 from sponsorship g where g.sponsor_id = h.sponsor_id and g.user_id = h.user_id ",
            "and g.practice_id = h.practice_id and ",
            holds!("g", "$2"),
            ")) then 0 else 1 end as bigint)"
        )
    };
}

/// 1 for a duty `d` whose sponsor's mail is refused.
macro_rules! bounced {
    () => {
        "cast(case when d.sponsor_id in (select k.id from bounced_address b join account k on k.email_folded = b.address_folded) \
         then 1 else 0 end as bigint)"
    };
}

/// Whether the domain is asked about the duty `d`: its due date was moved, or its sponsor had an earlier one and no review of that cycle or a
/// later one was completed by `$now`, so that it may lock. Of the earlier ones the newest tells: a review of it covers those before.
macro_rules! asked {
    ($now:literal) => {
        concat!(
            "(d.sponsor_id in (select e.sponsor_id from validation_extension e where e.cycle = $1) or d.sponsor_id in (",
            "select o.sponsor_id from (select n.sponsor_id, max(n.cycle) as newest from validation_duty n where n.cycle < $1 ",
            "group by n.sponsor_id) o where not exists (select 1 from validation_review r ",
            "where r.sponsor_id = o.sponsor_id and r.cycle >= o.newest and r.completed_at <= ",
            $now,
            ")))"
        )
    };
}

statements! {
    /// $1 cycle, $2 opening instant, $3 when somebody listed must be live, $4 now. Each duty is looked at once, however often it is summed.
    COUNTS = concat!(
        "with x as materialized (select d.listed, ", done!(), " as done, ",
        bounced!(), " as bounced from validation_duty d where d.cycle = $1 and not ", asked!("$4"), ") ",
        "select count(*), cast(coalesce(sum(x.listed), 0) as bigint), cast(coalesce(sum(x.done), 0) as bigint), ",
        "cast(coalesce(sum(x.done * x.listed), 0) as bigint), cast(coalesce(sum((1 - x.done) * x.bounced), 0) as bigint), ",
        "cast(coalesce(sum((1 - x.done) * x.bounced * x.listed), 0) as bigint) from x"
    );
    /// $5 whether done, $6 whether bounced; 2 for either.
    PLAIN = concat!(
        "select d.sponsor_id from validation_duty d where d.cycle = $1 and not ", asked!("$4"), " and ", done!(), " = $5 and ($6 = 2 or ",
        bounced!(), " = $6) order by d.sponsor_id limit $7 offset $8"
    );
    /// $1 cycle, $2 now.
    ASKED = concat!(
        "select d.sponsor_id, d.listed, ", bounced!(), " from validation_duty d where d.cycle = $1 and ", asked!("$2"),
        " order by d.sponsor_id"
    );
    /// $1 the cycle, $2 now, $3 the oldest cycle.
    HISTORY = "select d.cycle, count(*), cast(coalesce(sum(d.listed), 0) as bigint), \
               cast(coalesce(sum(case when r.newest >= d.cycle then 1 else 0 end), 0) as bigint), \
               cast(coalesce(sum(case when d.locked_at is not null then 1 else 0 end), 0) as bigint) from validation_duty d \
               left join (select sponsor_id, max(cycle) as newest from validation_review where completed_at <= $2 \
               group by sponsor_id) r on r.sponsor_id = d.sponsor_id \
               where d.cycle < $1 and d.cycle >= $3 group by d.cycle order by d.cycle desc";
    SPONSORS = "select distinct sponsor_id from sponsorship where sponsor_id > $1 order by sponsor_id limit $2";
}

/// A cycle, and the instant at which it is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Point {
    /// The cycle's opening date.
    pub cycle: Date,
    /// When it opened.
    pub opens: Instant,
    /// Its normal due instant.
    pub due: Instant,
    /// The instant.
    pub now: Instant,
}

impl Point {
    /// When somebody listed must be live for the sponsor to have something to review.
    fn live_at(&self) -> Stamp {
        Stamp(self.due.min(self.now))
    }
}

/// How many sponsors were listed, with their staff; and how many of them are done, and how many of those who are not have their mail
/// refused. Only those about whom the domain need not be [`asked`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Sponsors, and staff listed with them.
    pub all: (i64, i64),
    /// Those who are done.
    pub done: (i64, i64),
    /// Those who are not, and whose mail is refused.
    pub bounced: (i64, i64),
}

/// Counts the sponsors of a cycle about whom the domain need not be [`asked`]. One statement.
///
/// # Errors
/// [`StoreError`].
pub async fn counts(db: &Db, point: &Point) -> Result<Counts, StoreError> {
    type Row = (i64, i64, i64, i64, i64, i64);
    let row = on_read!(db, c => ask!(Row, COUNTS; point.cycle, Stamp(point.opens), point.live_at(), Stamp(point.now))
        .fetch_one(c).await)?;
    let (all, staff, done, done_staff, bounced, bounced_staff) = row;
    Ok(Counts { all: (all, staff), done: (done, done_staff), bounced: (bounced, bounced_staff) })
}

/// Which of the sponsors about whom the domain need not be [`asked`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plain {
    /// Those who are done.
    Done,
    /// Those who are not.
    Undone,
    /// Those who are not, and whose mail is (not) refused.
    UndoneBounced(bool),
}

/// Up to `limit` of the sponsors of a cycle about whom the domain need not be [`asked`], by id, after the first `offset`.
///
/// # Errors
/// [`StoreError`].
pub async fn plain(
    db: &Db,
    point: &Point,
    which: Plain,
    limit: i64,
    offset: i64,
) -> Result<Vec<AccountId>, StoreError> {
    let (done, bounced) = match which {
        Plain::Done => (1_i64, 2_i64),
        Plain::Undone => (0, 2),
        Plain::UndoneBounced(bounced) => (0, i64::from(bounced)),
    };
    let rows = on_read!(db, c => ask!((Uuid,), PLAIN; point.cycle, Stamp(point.opens), point.live_at(), Stamp(point.now), done,
        bounced, limit, offset).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| AccountId(id)).collect())
}

/// The sponsors of a cycle of whom only the domain can say where they stand, by id: with the staff listed, and whether their mail is
/// refused. Their due date was moved, or an earlier cycle was not reviewed by them and may lock them.
///
/// # Errors
/// [`StoreError`].
pub async fn asked(db: &Db, point: &Point) -> Result<Vec<(AccountId, i64, bool)>, StoreError> {
    let rows =
        on_read!(db, c => ask!((Uuid, i64, i64), ASKED; point.cycle, Stamp(point.now)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, listed, bounced)| (AccountId(id), listed, bounced == 1)).collect())
}

/// A cycle that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Past {
    /// Its opening date.
    pub cycle: Date,
    /// How many sponsors had somebody to review.
    pub sponsors: i64,
    /// How many people were listed.
    pub listed: i64,
    /// How many sponsors have completed a review of that cycle or a later one by now.
    pub reviewed: i64,
    /// How many were locked when it was due.
    pub locked: i64,
}

/// The cycles before `cycle` down to `oldest`, newest first, as they stand at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn history(db: &Db, cycle: Date, oldest: Date, now: Instant) -> Result<Vec<Past>, StoreError> {
    type Row = (Date, i64, i64, i64, i64);
    let rows = on_read!(db, c => ask!(Row, HISTORY; cycle, Stamp(now), oldest).fetch_all(c).await)?;
    let past =
        |(cycle, sponsors, listed, reviewed, locked)| Past { cycle, sponsors, listed, reviewed, locked };
    Ok(rows.into_iter().map(past).collect())
}

/// Up to `limit` accounts after `after` that ever sponsored anybody, by id.
///
/// # Errors
/// [`StoreError`].
pub async fn sponsors(db: &Db, after: AccountId, limit: i64) -> Result<Vec<AccountId>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid,), SPONSORS; after.0, limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| AccountId(id)).collect())
}
