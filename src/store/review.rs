//! Reviews of sponsored users: choices that are saved, and reviews that are completed.

use time::Date;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId};
use crate::domain::validation::{AHEAD_SECONDS, Choice};

statements! {
    SAVE = "insert into validation_draft (sponsor_id, sponsorship_id, choice, saved_at) values ($1, $2, $3, $4) \
            on conflict (sponsor_id, sponsorship_id) do update set choice = excluded.choice, saved_at = excluded.saved_at";
    DRAFT = "select sponsorship_id, choice, saved_at from validation_draft where sponsor_id = $1";
    FORGET = "delete from validation_draft where sponsor_id = $1";
    /// Of two at once one is kept; one that was signed ahead of the clock ($5) gives way.
    COMPLETE = "insert into validation_review (sponsor_id, cycle, completed_at, signed_as) values ($1, $2, $3, $4) \
                on conflict (sponsor_id, cycle) do update set completed_at = excluded.completed_at, signed_as = excluded.signed_as \
                where validation_review.completed_at > $5";
    CLEAR = "delete from validation_review_row where sponsor_id = $1 and cycle = $2";
    ROW = "insert into validation_review_row (sponsor_id, cycle, sponsorship_id, choice) values ($1, $2, $3, $4)";
    OUTCOME = "select r.completed_at, \
               (select count(*) from validation_review_row w where w.sponsor_id = r.sponsor_id and w.cycle = r.cycle \
                and w.choice = 'keep') as kept, \
               (select count(*) from validation_review_row w where w.sponsor_id = r.sponsor_id and w.cycle = r.cycle \
                and w.choice = 'remove') as removed \
               from validation_review r where r.sponsor_id = $1 and r.cycle = $2";
}

/// Keeps what `sponsor` chose for a sponsorship, until the review is completed.
///
/// # Errors
/// [`StoreError`].
pub async fn save(
    tx: &mut Tx,
    sponsor: AccountId,
    (sponsorship, choice): (FactId, Choice),
    now: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SAVE; sponsor.0, sponsorship.0, choice.word(), Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What `sponsor` chose and did not complete yet, each with when it was saved.
///
/// # Errors
/// [`StoreError`].
pub async fn draft(db: &Db, sponsor: AccountId) -> Result<Vec<(FactId, Choice, Instant)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String, Stamp), DRAFT; sponsor.0).fetch_all(c).await)?;
    let read = |(id, choice, at): (Uuid, String, Stamp)| {
        let choice =
            Choice::from_word(&choice).ok_or_else(|| StoreError::Corrupt(format!("choice {choice}")))?;
        Ok((FactId(id), choice, at.0))
    };
    rows.into_iter().map(read).collect()
}

/// Keeps the completed review of `cycle` with its rows, and forgets what was saved for it; `false` when it was completed before. One
/// that was completed more than [`AHEAD_SECONDS`] from now is replaced: the clock was wrong then, and it does not count now.
///
/// # Errors
/// [`StoreError`].
pub async fn complete(
    tx: &mut Tx,
    (sponsor, cycle): (AccountId, Date),
    signed_as: &str,
    rows: &[(FactId, Choice)],
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(COMPLETE; sponsor.0, cycle, Stamp(now), signed_as,
        Stamp(now.plus_seconds(AHEAD_SECONDS))).execute(c).await.map(|d| d.rows_affected()))?;
    if done == 0 {
        return Ok(false);
    }
    on_tx!(tx, c => act!(CLEAR; sponsor.0, cycle).execute(c).await.map(|_| ()))?;
    for (sponsorship, choice) in rows {
        on_tx!(tx, c => act!(ROW; sponsor.0, cycle, sponsorship.0, choice.word()).execute(c).await.map(|_| ()))?;
    }
    on_tx!(tx, c => act!(FORGET; sponsor.0).execute(c).await.map(|_| ()))?;
    Ok(true)
}

/// When the review of `cycle` was completed, and how many were kept and removed in it; `None` when it was not.
///
/// # Errors
/// [`StoreError`].
pub async fn outcome(
    db: &Db,
    sponsor: AccountId,
    cycle: Date,
) -> Result<Option<(Instant, i64, i64)>, StoreError> {
    let row = on_read!(db, c => ask!((Stamp, i64, i64), OUTCOME; sponsor.0, cycle).fetch_optional(c).await)?;
    Ok(row.map(|(at, kept, removed)| (at.0, kept, removed)))
}
