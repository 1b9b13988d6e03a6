//! Counters of failed sign-ins, each changed by one conditional statement: they survive a restart and serve every node.

use crate::domain::calendar::Instant;
use crate::domain::sign_in::{
    FORGET_SECONDS, FREE_TRIES, NETWORK_BURST, NETWORK_SECONDS, SLOWER_SECONDS, SLOWEST_SECONDS,
};
use crate::store::sql::{act, ask, on_tx, statements};
use crate::store::{StoreError, Tx};

const MICROS: i64 = 1_000_000;

statements! {
    /// Counts one try unless it must wait: $3 forget after, $4 free tries, $5 added wait, $6 longest wait. Nobody waits longer than
    /// that: what lies further ahead was written by a clock that was set back since, and counts as now.
    TAKE_TRY = "insert into sign_in_throttle (key, failures, ready_at) values ($1, 1, $2) on conflict (key) do update set \
        failures = case when sign_in_throttle.ready_at + $3 <= $2 then 1 else sign_in_throttle.failures + 1 end, \
        ready_at = $2 + case when sign_in_throttle.ready_at + $3 <= $2 or sign_in_throttle.failures + 1 < $4 then 0 \
            when (sign_in_throttle.failures + 2 - $4) * $5 > $6 then $6 else (sign_in_throttle.failures + 2 - $4) * $5 end \
        where sign_in_throttle.ready_at <= $2 or sign_in_throttle.ready_at > $2 + $6";
    /// Takes one of the burst: $2 now, $3 when a first one is given back, $4 what one costs, $5 the furthest debt. No debt goes further
    /// than that and one more: what lies beyond was written by a clock that was set back since, and counts as now.
    TAKE_ONE = "insert into sign_in_throttle (key, failures, ready_at) values ($1, 1, $3) on conflict (key) do update set \
        failures = sign_in_throttle.failures + 1, \
        ready_at = $4 + case when sign_in_throttle.ready_at > $2 and sign_in_throttle.ready_at <= $5 then sign_in_throttle.ready_at \
        else $2 end where sign_in_throttle.ready_at <= $5 or sign_in_throttle.ready_at > $5 + $4";
    GIVE_ONE = "update sign_in_throttle set failures = failures - 1, ready_at = ready_at - $2 where key = $1";
    GIVE_TRY = "update sign_in_throttle set failures = failures - 1, ready_at = $2 where key = $1";
    READY_AT = "select ready_at from sign_in_throttle where key = $1";
    CLEAR = "delete from sign_in_throttle where key = $1";
    SWEEP = "delete from sign_in_throttle where ready_at < $1 and key like $2";
}

/// Counts one try at the password of `key` (an account, from a network), before it is known to be wrong.
///
/// # Errors
/// [`StoreError`].
pub async fn take_try(tx: &mut Tx, key: &str, now: Instant) -> Result<Result<(), i64>, StoreError> {
    let taken = on_tx!(tx, c => act!(TAKE_TRY; key, now.micros(), FORGET_SECONDS * MICROS, FREE_TRIES,
        SLOWER_SECONDS * MICROS, SLOWEST_SECONDS * MICROS).execute(c).await.map(|d| d.rows_affected()))?;
    if taken == 1 { Ok(Ok(())) } else { Ok(Err(wait(tx, key, now.micros()).await?)) }
}

/// Gives `key` (an account, from a network) back the try it took: the password was never checked.
///
/// # Errors
/// [`StoreError`].
pub async fn give_try(tx: &mut Tx, key: &str, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(GIVE_TRY; key, now.micros()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// How often something may be done: so many at once, then one more each so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// How many at once.
    pub burst: i64,
    /// Seconds until one more is given.
    pub seconds: i64,
}

/// Takes one of the failed sign-ins that `key` (a network) has left.
///
/// # Errors
/// [`StoreError`].
pub async fn take_one(tx: &mut Tx, key: &str, now: Instant) -> Result<Result<(), i64>, StoreError> {
    take_of(tx, key, Rate { burst: NETWORK_BURST, seconds: NETWORK_SECONDS }, now).await
}

/// Takes one of what `key` has left at this `rate`. `Err` holds the seconds to wait; then nothing is counted.
///
/// # Errors
/// [`StoreError`].
pub async fn take_of(
    tx: &mut Tx,
    key: &str,
    rate: Rate,
    now: Instant,
) -> Result<Result<(), i64>, StoreError> {
    let cost = rate.seconds * MICROS;
    let furthest = now.micros() + (rate.burst - 1) * cost;
    let taken = on_tx!(tx, c => act!(TAKE_ONE; key, now.micros(), now.micros() + cost, cost, furthest)
        .execute(c).await.map(|d| d.rows_affected()))?;
    if taken == 1 { Ok(Ok(())) } else { Ok(Err(wait(tx, key, furthest).await?)) }
}

/// Gives `key` (a network) back the one it took: the sign-in did not fail.
///
/// # Errors
/// [`StoreError`].
pub async fn give_one(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(GIVE_ONE; key, NETWORK_SECONDS * MICROS).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets the wrong tries of `key`.
///
/// # Errors
/// [`StoreError`].
pub async fn clear(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(CLEAR; key).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Removes the counters that begin with `prefix` and no longer count. In a transaction of its own: it locks many rows.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx, prefix: &str, now: Instant) -> Result<(), StoreError> {
    let long_ago = now.micros() - 2 * FORGET_SECONDS * MICROS;
    on_tx!(tx, c => act!(SWEEP; long_ago, format!("{prefix}%")).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Whole seconds, at least one, until the counter is down to `ready`.
async fn wait(tx: &mut Tx, key: &str, ready: i64) -> Result<i64, StoreError> {
    let found = on_tx!(tx, c => ask!((i64,), READY_AT; key).fetch_optional(c).await)?;
    Ok(found.map_or(1, |(at,)| (at - ready + MICROS - 1).div_euclid(MICROS).max(1)))
}
