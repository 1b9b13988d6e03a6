//! Who does a job at present: one holder, however many nodes run.

use uuid::Uuid;

use super::sql::{act, ask, on_tx, statements};
use super::{Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;

statements! {
    /// $3 now, $4 until when, $5 an end that no holder can have given it, unless the clock was set back since.
    TAKE = "insert into job_lease (job, holder, expires_at, fence) values ($1, $2, $4, 1) on conflict (job) do update set \
            holder = excluded.holder, expires_at = excluded.expires_at, \
            fence = job_lease.fence + case when job_lease.holder = excluded.holder then 0 else 1 end \
            where job_lease.holder = excluded.holder or job_lease.expires_at <= $3 or job_lease.expires_at > $5 returning fence";
    GIVE_BACK = "update job_lease set expires_at = $3 where job = $1 and holder = $2";
}

/// Takes or keeps `job` for `holder` during `seconds` from `now`; `None` while another has it. The number rises with each new
/// holder.
///
/// # Errors
/// [`StoreError`].
pub async fn take_lease(
    tx: &mut Tx,
    job: &str,
    holder: Uuid,
    seconds: i64,
    now: Instant,
) -> Result<Option<i64>, StoreError> {
    let (until, implausible) = (now.plus_seconds(seconds), now.plus_seconds(2 * seconds));
    let found = on_tx!(tx, c => ask!((i64,), TAKE; job, holder, Stamp(now), Stamp(until), Stamp(implausible))
        .fetch_optional(c).await)?;
    Ok(found.map(|(fence,)| fence))
}

/// Gives `job` back at `now`, if `holder` has it: another may take it at once.
///
/// # Errors
/// [`StoreError`].
pub async fn give_back(tx: &mut Tx, job: &str, holder: Uuid, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(GIVE_BACK; job, holder, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}
