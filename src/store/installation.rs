//! The installation row: when it was made, and the highest clock it has seen.

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;

statements! {
    INSERT = "insert into installation (id, installed_at, clock_seen_at) values (1, $1, $2)";
    SELECT = "select installed_at, clock_seen_at from installation where id = 1";
    SEE = "update installation set clock_seen_at = $1 where id = 1 and clock_seen_at < $2";
}

/// When this installation was made, and what its clocks have shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Installation {
    /// When it was made: validation cycles count from here unless `validation.first_opening` is set.
    pub installed_at: Instant,
    /// The latest instant any of its processes has seen.
    pub clock_seen_at: Instant,
}

/// The installation, `None` while nobody has begun one (for the demo: while its first start has not ended).
///
/// # Errors
/// [`StoreError`].
pub async fn load(db: &Db) -> Result<Option<Installation>, StoreError> {
    let row = on_read!(db, c => ask!((Stamp, Stamp), SELECT;).fetch_optional(c).await)?;
    Ok(row.map(|(made, seen)| Installation { installed_at: made.0, clock_seen_at: seen.0 }))
}

/// Marks the installation as made at `now`.
///
/// # Errors
/// [`StoreError::Duplicate`] when it is made already.
pub async fn begin(tx: &mut Tx, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; Stamp(now), Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Keeps `now` as the latest instant seen, unless a later one is kept already.
///
/// # Errors
/// [`StoreError`].
pub async fn see(tx: &mut Tx, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SEE; Stamp(now), Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}
