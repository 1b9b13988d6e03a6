//! Removing what no longer counts: old mail, links and ceremonies that have expired, counters of tries, invitations and
//! reminders of old, choices saved for a review that is past. Nothing that decides, and nothing that was signed.

use crate::domain::sponsoring::{FORGET_CHOICES_SECONDS, FORGET_SECONDS};
use crate::store::housekeeping;

use super::{App, AppError, api, mail};

/// A mailed link is kept this long after it expired, so that it can be told from one that never was.
const LINK_SECONDS: i64 = 7 * 86_400;
/// A passkey ceremony is kept this long after it expired.
const CEREMONY_SECONDS: i64 = 3600;
/// A counter is kept this long after its last wait was over: longer than any of them remembers.
const COUNTER_SECONDS: i64 = 2 * 86_400;

/// Removes what no longer counts and says how many rows that were, each kind in a transaction of its own.
///
/// # Errors
/// [`AppError`]; what was removed by then stays removed.
pub async fn sweep(app: &App) -> Result<u64, AppError> {
    let now = app.clock.now();
    let mut swept = mail::sweep(app).await?;
    let mut tx = app.db.begin().await?;
    swept += housekeeping::links(&mut tx, now.plus_seconds(-LINK_SECONDS)).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    swept += housekeeping::ceremonies(&mut tx, now.plus_seconds(-CEREMONY_SECONDS)).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    swept += housekeeping::counters(&mut tx, now.plus_seconds(-COUNTER_SECONDS)).await?;
    tx.commit().await?;
    let of_old = now.plus_seconds(-FORGET_SECONDS);
    let mut tx = app.db.begin().await?;
    swept += housekeeping::invitations(&mut tx, of_old, now.plus_seconds(-FORGET_CHOICES_SECONDS)).await?;
    tx.commit().await?;
    let mut tx = app.db.begin().await?;
    swept += housekeeping::nudges(&mut tx, of_old).await?;
    tx.commit().await?;
    // Choices chose nothing once the next cycle opened. They stay much longer, so that a clock a year ahead takes none that still counts.
    let mut tx = app.db.begin().await?;
    swept += housekeeping::drafts(&mut tx, now.plus_seconds(-FORGET_CHOICES_SECONDS)).await?;
    tx.commit().await?;
    swept += api::sweep(app).await?;
    Ok(swept)
}
