//! Listings that may have begun by the clock, or come to count, for patients for whom somebody asks for access, since that was filed.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, RequestId};

statements! {
    /// `m` the records that have to do with one about which somebody asks, whatever the state of the merges on the way.
    BEGUN = "with recursive m(root, id) as (select patient_id, patient_id from access_request where state = 'open' \
                and kind in ('pcp_change', 'non_pcp') and patient_id is not null \
             union select m.root, g.b from (select from_id as a, into_id as b from patient_merge \
                union all select into_id, from_id from patient_merge) g join m on g.a = m.id) \
             select r.id, r.account_id, r.practice_id, r.patient_id, l.patient_id, l.id, l.starts_at, r.filed_at, p.flagged_at \
             from access_request r join m on m.root = r.patient_id \
             join listing l on l.patient_id = m.id left join patient_request p on p.request_id = r.id \
             where r.state = 'open' and r.kind in ('pcp_change', 'non_pcp') \
             and (l.starts_at > r.filed_at or l.patient_id <> r.patient_id) \
             and l.starts_at <= $1 and (l.ends_at is null or l.ends_at > $1) order by r.id, l.id";
    FLAG_AGAIN = "update patient_request set flagged_at = $2 where request_id = $1 and flagged_at < $2";
}

/// A listing that may have begun, or come to count, while a request was open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BegunListing {
    /// The request.
    pub request: RequestId,
    /// Who filed it.
    pub account: Option<AccountId>,
    /// The practice that it names.
    pub practice: Option<PracticeId>,
    /// The record that it is about.
    pub patient: PatientId,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it was last flagged.
    pub flagged_at: Option<Instant>,
    /// The record that the listing is of.
    pub record: PatientId,
    /// The listing.
    pub listing: FactId,
    /// When it began.
    pub starts_at: Instant,
}

/// Every listing that holds at `now` and began after an open request about its patient was filed, or is of a record that has to do with
/// that patient, by request. Merges are followed whatever their state: each is to be judged.
///
/// # Errors
/// [`StoreError`].
pub async fn listings(db: &Db, now: Instant) -> Result<Vec<BegunListing>, StoreError> {
    type Row = (Uuid, Option<Uuid>, Option<Uuid>, Uuid, Uuid, Uuid, Stamp, Stamp, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Row, BEGUN; Stamp(now)).fetch_all(c).await)?;
    let read =
        |(request, account, practice, patient, record, listing, starts, filed, flagged): Row| BegunListing {
            request: RequestId(request),
            account: account.map(AccountId),
            practice: practice.map(PracticeId),
            patient: PatientId(patient),
            filed_at: filed.0,
            flagged_at: flagged.map(|at| at.0),
            record: PatientId(record),
            listing: FactId(listing),
            starts_at: starts.0,
        };
    Ok(rows.into_iter().map(read).collect())
}

/// Notes that the PCP changed to somebody else once more; `false` when that was noted since.
///
/// # Errors
/// [`StoreError`].
pub async fn flag_again(tx: &mut Tx, request: RequestId, now: Instant) -> Result<bool, StoreError> {
    let done =
        on_tx!(tx, c => act!(FLAG_AGAIN; request.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}
