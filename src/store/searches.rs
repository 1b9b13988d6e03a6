//! How often an account searched lately, and how often in a row it found nothing.

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;

statements! {
    COUNT = "insert into throttle (key, count, since) values ($1, 1, $2) on conflict (key) do update set \
             count = case when throttle.since <= $3 then 1 else throttle.count + 1 end, \
             since = case when throttle.since <= $3 then excluded.since else throttle.since end";
    MARK = "insert into throttle (key, count, since) values ($1, 1, $2) on conflict (key) do update set \
            since = excluded.since";
    MISS = "insert into throttle (key, count, since) values ($1, 1, $2) on conflict (key) do update set \
            count = throttle.count + 1, since = excluded.since";
    CLEAR = "delete from throttle where key = $1";
    LOOK = "select count, since from throttle where key = $1";
}

/// What is known of an account's searches.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Searches {
    /// How many in the hour that is counted, and when it began.
    pub counted: Option<(i64, Instant)>,
    /// When the last one was.
    pub last: Option<Instant>,
}

/// The searches of `account`.
///
/// # Errors
/// [`StoreError`].
pub async fn of(db: &Db, account: AccountId) -> Result<Searches, StoreError> {
    let mut found = Vec::with_capacity(2);
    for kind in ["search", "search-last"] {
        let key = format!("{kind}:{account}");
        found.push(on_read!(db, c => ask!((i64, Stamp), LOOK; key.as_str()).fetch_optional(c).await)?);
    }
    let [counted, last] = found.try_into().unwrap_or([None, None]);
    Ok(Searches { counted: counted.map(|(count, since)| (count, since.0)), last: last.map(|(_, at)| at.0) })
}

/// Counts one search at `now`; an hour begun at or before `hour_ago` is over. How many misses in a row there are by then is returned,
/// none after a hit: of several at once, each is told another number.
///
/// # Errors
/// [`StoreError`].
pub async fn count(
    tx: &mut Tx,
    account: AccountId,
    now: Instant,
    hour_ago: Instant,
    hit: bool,
) -> Result<i64, StoreError> {
    let (all, last) = (format!("search:{account}"), format!("search-last:{account}"));
    let miss = format!("search-miss:{account}");
    on_tx!(tx, c => act!(COUNT; all.as_str(), Stamp(now), Stamp(hour_ago)).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(MARK; last.as_str(), Stamp(now)).execute(c).await.map(|_| ()))?;
    if hit {
        on_tx!(tx, c => act!(CLEAR; miss.as_str()).execute(c).await.map(|_| ()))?;
        return Ok(0);
    }
    on_tx!(tx, c => act!(MISS; miss.as_str(), Stamp(now)).execute(c).await.map(|_| ()))?;
    let (misses, _) = on_tx!(tx, c => ask!((i64, Stamp), LOOK; miss.as_str()).fetch_one(c).await)?;
    Ok(misses)
}
