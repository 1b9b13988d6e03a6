//! What the schedule of the validation has done: duties of a cycle, letters, steps (product.md section 7).
//!
//! Two statements take a cycle as a whole: [`open_cycle`] and [`lock_cycle`]. They say with SQL what `domain::validation` says of one
//! sponsor, for the campaign and its history; a test compares the two. Nothing here decides whether anybody is locked.

use time::Date;
use uuid::Uuid;

use super::holds::{active, holds, member};
use super::sql::{Dialect, act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::ids::AccountId;
use crate::domain::notice::NoticeKind;
use crate::domain::validation::Cycle;

/// Whether an account was active at $3 and at $4, $3 being the earlier: `$row` is its latest span at $4, and mostly at $3 too.
macro_rules! active_at_both {
    ($row:literal) => {
        concat!(
            $row,
            ".status = 'active' and ",
            holds!($row, "$4"),
            " and ((",
            $row,
            ".starts_at <= $3 and not exists (",
            "select 1 from account_status l where l.account_id = ",
            $row,
            ".account_id and l.starts_at > ",
            $row,
            ".starts_at and l.starts_at <= $4 and (l.ends_at is null or l.ends_at > $3))) or (",
            active!($row, "$4"),
            " and exists (select 1 from account_status o where o.account_id = ",
            $row,
            ".account_id and ",
            active!("o", "$3"),
            ")))"
        )
    };
}

/// Whether the due date of `$row` in cycle $1 was moved.
macro_rules! extended {
    ($row:literal) => {
        concat!(
            "exists (select 1 from validation_extension e where e.sponsor_id = ",
            $row,
            ".sponsor_id and e.cycle = $1)"
        )
    };
}

statements! {
    /// $1 cycle, $2 its opening instant, $3 now. In the order of the sponsors, as every writer of these rows goes.
    OPEN = concat!(
        "insert into validation_duty (cycle, sponsor_id, listed, made_at) ",
        "select coalesce($1, cast(null as date)), s.sponsor_id, count(*), coalesce($3, cast(null as timestamptz)) ",
        "from sponsorship s join account a on a.id = s.sponsor_id ",
        "join account_status sa on sa.account_id = s.sponsor_id join account_status ua on ua.account_id = s.user_id ",
        "where ", holds!("s", "$2"), " and ", active!("sa", "$2"), " and ", active!("ua", "$2"),
        " and exists (select 1 from membership m where ", member!("m", "s", "$2"), ")",
        " group by s.sponsor_id order by s.sponsor_id on conflict do nothing"
    );
    /// $1 cycle, $2 its due date, $3 its opening instant, $4 the due instant of those whose due date is $5. A sponsorship counts that is
    /// live at $4, if it or one of the same person in the same practice was live at $3.
    LOCK = concat!(
        "update validation_duty set locked_at = $4 where cycle = $1 and locked_at is null and ",
        "coalesce((select case when e.due_on > $2 then e.due_on else $2 end from validation_extension e ",
        "where e.sponsor_id = validation_duty.sponsor_id and e.cycle = $1 and e.decided_at <= $4 ",
        "order by e.decided_at desc limit 1), $2) = $5 and ",
        "not exists (select 1 from validation_review r where r.sponsor_id = validation_duty.sponsor_id and r.cycle >= $1 ",
        "and r.completed_at <= $4) and ",
        "exists (select 1 from sponsorship h join account a on a.id = h.sponsor_id ",
        "join account_status sd on sd.account_id = h.sponsor_id join account_status ud on ud.account_id = h.user_id ",
        "where h.sponsor_id = validation_duty.sponsor_id and ", holds!("h", "$4"), " and (h.starts_at <= $3 or exists (",
        "select 1 from sponsorship g where g.sponsor_id = h.sponsor_id and g.user_id = h.user_id ",
        "and g.practice_id = h.practice_id and ", holds!("g", "$3"), ")) and ",
        active_at_both!("sd"), " and ", active_at_both!("ud"),
        " and exists (select 1 from membership m where ", member!("m", "h", "$4"), " and (m.starts_at <= $3 or exists (",
        "select 1 from membership n where ", member!("n", "h", "$3"), "))))"
    );
    MOVED_DATES = "select distinct due_on from validation_extension where cycle = $1 and due_on > $2 order by due_on";
    STEPS = "select cycle, kind, done_at from validation_step";
    STEP_DONE = "insert into validation_step (cycle, kind, done_at) values ($1, $2, $3) on conflict (cycle, kind) do update \
                 set done_at = excluded.done_at where validation_step.done_at > $4";
    FORGET_DUTIES = "delete from validation_duty where cycle = $1 and made_at > $2";
    FORGET_LOCKS = "update validation_duty set locked_at = null where cycle = $1 and locked_at > $2";
    /// $1 cycle, $2 kind, $3 after whom, $4 from when on an instant is implausible, $5 how many.
    UNTOLD = concat!(
        "select d.sponsor_id, a.email from validation_duty d join account a on a.id = d.sponsor_id ",
        "where d.cycle = $1 and d.sponsor_id > $3 and not ", extended!("d"),
        " and not exists (select 1 from validation_notice n where n.cycle = d.cycle and n.kind = $2 ",
        "and n.sponsor_id = d.sponsor_id and (n.mailed = 1 or n.at <= $4)) order by d.sponsor_id limit $5"
    );
    /// $1 cycle, $2 kind, $3 at, $4 after whom, $5 up to whom.
    NOTE_PASSED = concat!(
        "insert into validation_notice (cycle, kind, sponsor_id, at, mailed, late) select d.cycle, ",
        "coalesce($2, cast(null as text)), d.sponsor_id, coalesce($3, cast(null as timestamptz)), 0, 0 from validation_duty d ",
        "where d.cycle = $1 and d.sponsor_id > $4 and d.sponsor_id <= $5 and not ", extended!("d"),
        " order by d.sponsor_id on conflict do nothing"
    );
    /// $7 from when on an instant is implausible.
    NOTE = "insert into validation_notice (cycle, kind, sponsor_id, at, mailed, late) values ($1, $2, $3, $4, $5, $6) \
            on conflict (cycle, kind, sponsor_id) do update set at = excluded.at, mailed = excluded.mailed, late = excluded.late \
            where validation_notice.mailed = 0 and validation_notice.at > $7";
    /// $1 cycle, $2 from when on an instant is implausible. Those who had their letter at the lock have had all.
    EXTENDED = concat!(
        "select d.sponsor_id, a.email from validation_duty d join account a on a.id = d.sponsor_id where d.cycle = $1 and ",
        "d.sponsor_id in (select e.sponsor_id from validation_extension e where e.cycle = $1) and ",
        "not exists (select 1 from validation_notice n where n.cycle = d.cycle and n.kind = 'lock' ",
        "and n.sponsor_id = d.sponsor_id and (n.mailed = 1 or n.at <= $2)) order by d.sponsor_id"
    );
    TOLD_EXTENDED = concat!(
        "select n.sponsor_id, n.kind from validation_notice n where n.cycle = $1 and (n.mailed = 1 or n.at <= $2) and ",
        "n.sponsor_id in (select e.sponsor_id from validation_extension e where e.cycle = $1)"
    );
}

/// Waits for the other node that writes these rows. SQLite has one writer, and has waited already.
const ALONE: Dialect =
    Dialect { sqlite: "select 1", postgres: "select 1 from pg_advisory_xact_lock(7110401)" };

/// Every statement of this file that differs between the engines.
pub(crate) const DIALECTS: &[(&str, Dialect)] = &[("ALONE", ALONE)];

/// Keeps other nodes from writing what the schedule writes until `tx` is over, so that none waits for a row of another.
///
/// # Errors
/// [`StoreError`].
pub async fn alone(tx: &mut Tx) -> Result<(), StoreError> {
    ALONE.run(tx).await
}

/// Makes a duty for every sponsor with a sponsorship that was live when `cycle` opened (product.md section 3, locks apart), and says how
/// many that were; those that are there stay as they are. One statement.
///
/// # Errors
/// [`StoreError`].
pub async fn open_cycle(tx: &mut Tx, cycle: &Cycle, now: Instant) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(OPEN; cycle.opening, Stamp(cycle.opens), Stamp(now)).execute(c).await
        .map(|done| done.rows_affected()))?)
}

/// Records with the duties of `cycle` who was locked when it became due, and since when, and says how many that were: at the due instant, or
/// at the local midnight of the extension that counted then, as far as that has come by `now`. One statement for each due date.
///
/// # Errors
/// [`StoreError`].
pub async fn lock_cycle(tx: &mut Tx, cycle: &Cycle, zone: Zone, now: Instant) -> Result<u64, StoreError> {
    let due_on = zone.date(cycle.due);
    let moved = on_tx!(tx, c => ask!((Date,), MOVED_DATES; cycle.opening, due_on).fetch_all(c).await)?;
    let mut locked = 0;
    for date in std::iter::once(due_on).chain(moved.into_iter().map(|(date,)| date)) {
        let due = if date == due_on { cycle.due } else { zone.start_of_day(date) };
        if due > now {
            break;
        }
        locked += on_tx!(tx, c => act!(LOCK; cycle.opening, due_on, Stamp(cycle.opens), Stamp(due), date).execute(c).await
            .map(|done| done.rows_affected()))?;
    }
    Ok(locked)
}

/// A step of a cycle that was done for all sponsors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// The cycle's opening date.
    pub cycle: Date,
    /// Which.
    pub kind: NoticeKind,
    /// When.
    pub done_at: Instant,
}

/// Every step that was done.
///
/// # Errors
/// [`StoreError`].
pub async fn steps(db: &Db) -> Result<Vec<Step>, StoreError> {
    let rows = on_read!(db, c => ask!((Date, String, Stamp), STEPS;).fetch_all(c).await)?;
    rows.into_iter().map(|(cycle, word, at)| Ok(Step { cycle, kind: kind(&word)?, done_at: at.0 })).collect()
}

fn kind(word: &str) -> Result<NoticeKind, StoreError> {
    NoticeKind::from_word(word).ok_or_else(|| StoreError::Corrupt(format!("letter of a cycle {word}")))
}

/// Records that `step` was done; one recorded before stays, unless its instant is after `plausible`.
///
/// # Errors
/// [`StoreError`].
pub async fn step_done(tx: &mut Tx, step: &Step, plausible: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(STEP_DONE; step.cycle, step.kind.word(), Stamp(step.done_at), Stamp(plausible)).execute(c).await
        .map(|_| ()))?;
    Ok(())
}

/// Forgets what a clock that was far ahead has written about `cycle`: duties made after `plausible`, and locks after `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn forget_implausible(
    tx: &mut Tx,
    cycle: Date,
    plausible: Instant,
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(FORGET_DUTIES; cycle, Stamp(plausible)).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(FORGET_LOCKS; cycle, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Somebody to whom a letter may be due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Addressee {
    /// The sponsor.
    pub sponsor: AccountId,
    /// The address of the account.
    pub email: String,
}

fn addressee((id, email): (Uuid, String)) -> Addressee {
    Addressee { sponsor: AccountId(id), email }
}

/// Which letter of which cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Which {
    /// The cycle's opening date.
    pub cycle: Date,
    /// The letter.
    pub kind: NoticeKind,
}

/// Up to `limit` sponsors after `after` with a duty, the normal due date, and no record of this letter (one made after `plausible` that
/// was not mailed does not count); by id.
///
/// # Errors
/// [`StoreError`].
pub async fn untold(
    tx: &mut Tx,
    which: Which,
    after: AccountId,
    plausible: Instant,
    limit: i64,
) -> Result<Vec<Addressee>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid, String), UNTOLD; which.cycle, which.kind.word(), after.0, Stamp(plausible), limit)
        .fetch_all(c).await)?;
    Ok(rows.into_iter().map(addressee).collect())
}

/// Records that this letter was passed over for the sponsors after `after` up to `last` with the normal due date, where nothing is
/// recorded.
///
/// # Errors
/// [`StoreError`].
pub async fn note_passed(
    tx: &mut Tx,
    which: Which,
    at: Instant,
    (after, last): (AccountId, AccountId),
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(NOTE_PASSED; which.cycle, which.kind.word(), Stamp(at), after.0, last.0).execute(c).await
        .map(|_| ()))?;
    Ok(())
}

/// A letter of a cycle, mailed or passed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Which.
    pub which: Which,
    /// To whom.
    pub sponsor: AccountId,
    /// When.
    pub at: Instant,
    /// Whether it is posted in this transaction.
    pub mailed: bool,
    /// Whether it is late.
    pub late: bool,
}

/// Records a letter; `false` when it is recorded already (one recorded after `plausible` that was not mailed does not count), and then
/// nothing may be posted.
///
/// # Errors
/// [`StoreError`].
pub async fn note(tx: &mut Tx, notice: &Notice, plausible: Instant) -> Result<bool, StoreError> {
    let Notice { which, sponsor, at, mailed, late } = *notice;
    let made = on_tx!(tx, c => act!(NOTE; which.cycle, which.kind.word(), sponsor.0, Stamp(at), i64::from(mailed),
        i64::from(late), Stamp(plausible)).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(made == 1)
}

/// The sponsors with a duty in `cycle` whose due date was moved and who have had no letter at the lock, each with the letters recorded.
///
/// # Errors
/// [`StoreError`].
pub async fn extended(
    db: &Db,
    cycle: Date,
    plausible: Instant,
) -> Result<Vec<(Addressee, Vec<NoticeKind>)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String), EXTENDED; cycle, Stamp(plausible)).fetch_all(c).await)?;
    let mut found: Vec<_> = rows.into_iter().map(|row| (addressee(row), Vec::new())).collect();
    if found.is_empty() {
        return Ok(found);
    }
    let told =
        on_read!(db, c => ask!((Uuid, String), TOLD_EXTENDED; cycle, Stamp(plausible)).fetch_all(c).await)?;
    for (sponsor, word) in told {
        let place = found.binary_search_by_key(&AccountId(sponsor), |(whom, _)| whom.sponsor);
        if let Some((_, kinds)) = place.ok().and_then(|place| found.get_mut(place)) {
            kinds.push(kind(&word)?);
        }
    }
    Ok(found)
}
