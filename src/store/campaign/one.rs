//! One sponsor in the campaign: what the schedule recorded, the letters, and the extensions of the due date (product.md section 7).

use time::Date;

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::notice::NoticeKind;
use crate::domain::validation::AHEAD_SECONDS;
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    DUTY = "select listed, made_at, locked_at from validation_duty where cycle = $1 and sponsor_id = $2";
    STEPS = "select kind, done_at from validation_step where cycle = $1 order by done_at, kind";
    NOTICES = "select kind, at, mailed, late from validation_notice where cycle = $1 and sponsor_id = $2 order by at, kind";
    EXTENSIONS = "select e.due_on, e.decided_at, e.reason, coalesce(a.given, ''), coalesce(a.family, '') from validation_extension e \
                  left join account a on a.id = e.decided_by where e.sponsor_id = $1 and e.cycle = $2 order by e.decided_at";
    /// Waits for whoever moves the same sponsor's date.
    ONE_AT_A_TIME = "update account set email = email where id = $1";
    /// One that was decided ahead of the clock ($3) never held, and must not hold later.
    DROP_AHEAD = "delete from validation_extension where sponsor_id = $1 and cycle = $2 and decided_at > $3";
    LAST_EXTENSION = "select max(decided_at) from validation_extension where sponsor_id = $1 and cycle = $2";
    EXTEND = "insert into validation_extension (sponsor_id, cycle, due_on, decided_at, reason, decided_by) \
              values ($1, $2, $3, $4, $5, $6)";
}

/// What the schedule recorded of a sponsor when the cycle opened and when it was due: how many were listed, when that was written, and
/// when the lock was.
///
/// # Errors
/// [`StoreError`].
pub async fn duty(
    db: &Db,
    cycle: Date,
    sponsor: AccountId,
) -> Result<Option<(i64, Instant, Option<Instant>)>, StoreError> {
    type Row = (i64, Stamp, Option<Stamp>);
    let row = on_read!(db, c => ask!(Row, DUTY; cycle, sponsor.0).fetch_optional(c).await)?;
    Ok(row.map(|(listed, made, locked)| (listed, made.0, locked.map(|at| at.0))))
}

fn kind(word: &str) -> Result<NoticeKind, StoreError> {
    NoticeKind::from_word(word).ok_or_else(|| StoreError::Corrupt(format!("letter of a cycle {word}")))
}

/// What the schedule has done for all sponsors of `cycle`, and when.
///
/// # Errors
/// [`StoreError`].
pub async fn steps(db: &Db, cycle: Date) -> Result<Vec<(NoticeKind, Instant)>, StoreError> {
    let rows = on_read!(db, c => ask!((String, Stamp), STEPS; cycle).fetch_all(c).await)?;
    rows.into_iter().map(|(word, at)| Ok((kind(&word)?, at.0))).collect()
}

/// A letter of the cycle to one sponsor, as it was recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Which.
    pub kind: NoticeKind,
    /// When.
    pub at: Instant,
    /// Whether it was sent; one that was not needed is recorded too.
    pub is_mailed: bool,
    /// Whether it came late.
    pub is_late: bool,
}

/// The letters of `cycle` to `sponsor`, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn notices(db: &Db, cycle: Date, sponsor: AccountId) -> Result<Vec<Notice>, StoreError> {
    type Row = (String, Stamp, i64, i64);
    let rows = on_read!(db, c => ask!(Row, NOTICES; cycle, sponsor.0).fetch_all(c).await)?;
    let read = |(word, at, mailed, late): Row| {
        Ok(Notice { kind: kind(&word)?, at: at.0, is_mailed: mailed == 1, is_late: late == 1 })
    };
    rows.into_iter().map(read).collect()
}

/// An extension of one sponsor's due date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extended {
    /// The new date: locked from its local midnight on.
    pub due_on: Date,
    /// When it was decided.
    pub decided_at: Instant,
    /// Why.
    pub reason: String,
    /// Who decided; empty for one that was imported.
    pub by: String,
}

/// The extensions of `sponsor` in `cycle`, oldest first; the last one counts.
///
/// # Errors
/// [`StoreError`].
pub async fn extensions(db: &Db, sponsor: AccountId, cycle: Date) -> Result<Vec<Extended>, StoreError> {
    type Row = (Date, Stamp, String, String, String);
    let rows = on_read!(db, c => ask!(Row, EXTENSIONS; sponsor.0, cycle).fetch_all(c).await)?;
    let read = |(due_on, decided, reason, given, family): Row| Extended {
        due_on,
        decided_at: decided.0,
        reason,
        by: format!("{given} {family}").trim().to_owned(),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Keeps an extension, decided at `now`, or as soon after the one before it as can be told apart; when that is, is returned. Whoever
/// does the same for the same sponsor waits. One that a clock decided which was more than [`AHEAD_SECONDS`] ahead is dropped.
///
/// # Errors
/// [`StoreError`].
pub async fn extend(
    tx: &mut Tx,
    (sponsor, cycle): (AccountId, Date),
    due_on: Date,
    (by, reason): (AccountId, &str),
    now: Instant,
) -> Result<Instant, StoreError> {
    on_tx!(tx, c => act!(ONE_AT_A_TIME; sponsor.0).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(DROP_AHEAD; sponsor.0, cycle, Stamp(now.plus_seconds(AHEAD_SECONDS))).execute(c).await.map(|_| ()))?;
    let (last,) =
        on_tx!(tx, c => ask!((Option<Stamp>,), LAST_EXTENSION; sponsor.0, cycle).fetch_one(c).await)?;
    let next = last.map_or(now, |last| Instant::from_micros(last.0.micros().saturating_add(1)).max(now));
    on_tx!(tx, c => act!(EXTEND; sponsor.0, cycle, due_on, Stamp(next), reason, by.0).execute(c).await.map(|_| ()))?;
    Ok(next)
}
