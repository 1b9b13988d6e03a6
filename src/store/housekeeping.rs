//! Removing rows that no longer count. Nothing here changes what anybody may do.

use super::sql::{act, on_tx, statements};
use super::{Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;

statements! {
    LINKS = "delete from mailed_link where expires_at < $1";
    CEREMONIES = "delete from passkey_ceremony where expires_at < $1";
    INVITATIONS = "delete from invitation where ended_at <= $1 or expires_at <= $2";
    NUDGES = "delete from nudge where at < $1";
    DRAFTS = "delete from validation_draft where saved_at < $1";
    COUNTERS = "delete from sign_in_throttle where ready_at < $1";
}

/// Removes mailed links that expired before `before`.
///
/// # Errors
/// [`StoreError`].
pub async fn links(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(LINKS; Stamp(before)).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Removes passkey ceremonies that expired before `before`.
///
/// # Errors
/// [`StoreError`].
pub async fn ceremonies(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(CEREMONIES; Stamp(before)).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Removes counters of tries whose last wait was over before `before`.
///
/// # Errors
/// [`StoreError`].
pub async fn counters(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(COUNTERS; before.micros()).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Removes invitations that were accepted or taken back at `ended_by` or before, and those whose 72 hours were over at `over_by`.
///
/// # Errors
/// [`StoreError`].
pub async fn invitations(tx: &mut Tx, ended_by: Instant, over_by: Instant) -> Result<u64, StoreError> {
    Ok(
        on_tx!(tx, c => act!(INVITATIONS; Stamp(ended_by), Stamp(over_by)).execute(c).await.map(|done| done.rows_affected()))?,
    )
}

/// Removes what says who reminded a sponsor before `before`.
///
/// # Errors
/// [`StoreError`].
pub async fn nudges(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(NUDGES; Stamp(before)).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Removes choices of a review that were saved before `before` and never signed.
///
/// # Errors
/// [`StoreError`].
pub async fn drafts(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(DRAFTS; Stamp(before)).execute(c).await.map(|done| done.rows_affected()))?)
}
