//! Requests about a patient: who answers them, who waits with whoever filed them, who may ask no more, and what listings say.

use std::collections::HashMap;

use uuid::Uuid;

use super::patients::{MergeRow, merge};
use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::access::facts::{Listing, Membership, Merge};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, ProviderId, RequestId};
use crate::domain::request::{Ending, RequestKind, Route};
use crate::domain::verification::Asker;

statements! {
    INSERT = "insert into patient_request (request_id, route, expires_at) values ($1, $2, $3)";
    KEPT = "select route, expires_at, flagged_at from patient_request where request_id = $1";
    FLAG = "insert into patient_request (request_id, route, flagged_at) values ($1, 'team', $2) on conflict (request_id) \
            do update set flagged_at = excluded.flagged_at where patient_request.flagged_at is null";
    JOIN = "insert into request_joiner (request_id, account_id, joined_at, typed, reason) values ($1, $2, $3, $4, $5) on conflict do nothing";
    LEAVE = "delete from request_joiner where request_id = $1 and account_id = $2";
    JOINERS = "select j.account_id, a.given, a.family from request_joiner j join account a on a.id = j.account_id \
               where j.request_id = $1 order by j.joined_at, j.account_id";
    // Changes nothing, and holds the row until the transaction ends: who joins and who takes back wait for each other.
    HOLD = "update access_request set version = version where id = $1 and state = 'open'";
    HAND_OVER = "update access_request set account_id = $3, version = version + 1, \
                 typed = (select j.typed from request_joiner j where j.request_id = $1 and j.account_id = $3), \
                 reason = (select j.reason from request_joiner j where j.request_id = $1 and j.account_id = $3) \
                 where id = $1 and account_id = $2 and state = 'open'";
    // What the family confirmed was for whoever asked then.
    DROP_CHECKLIST = "delete from request_verification where request_id = $1";
    ADDRESSES = "select a.id, a.email from access_request r join account a on a.id = r.account_id where r.id = $1 union \
                 select a.id, a.email from request_joiner j join account a on a.id = j.account_id where j.request_id = $1";
    BLOCKS = "select starts_at, ends_at from request_block where account_id = $1 and patient_id = $2";
    LAST_ENDED = "select outcome, closed_at from access_request where account_id = $1 and patient_id = $2 and kind = $3 \
                  and state = 'closed' and outcome is not null order by closed_at desc, id desc limit 1";
    ASKED_FOR = "select distinct patient_id from access_request where state = 'open' and kind in ('pcp_change', 'non_pcp') \
                 and patient_id is not null";
    /// Every merge that has to do with a record about which somebody asks for access.
    MERGES = "with recursive m(id) as (select patient_id from access_request where state = 'open' and kind in ('pcp_change', 'non_pcp') \
              and patient_id is not null union select g.b from (select from_id as a, into_id as b from patient_merge \
              union all select into_id, from_id from patient_merge) g join m on g.a = m.id) \
              select g.from_id, g.into_id, g.starts_at, g.ends_at, g.confirmed_at from patient_merge g \
              where g.from_id in (select id from m)";
    /// Open PCP changes that partners have joined.
    JOINED = "select distinct r.id, r.account_id, r.practice_id from access_request r join request_joiner j on j.request_id = r.id \
              where r.state = 'open' and r.kind = 'pcp_change' and r.account_id is not null and r.practice_id is not null order by r.id";
    OPEN_ABOUT = "select id, kind, account_id, practice_id, version from access_request where patient_id = $1 and state = 'open' \
                  and kind in ('pcp_change', 'non_pcp') order by filed_at, id";
    LISTINGS = "select l.id, l.provider_id, l.practice_id, l.starts_at, l.ends_at, m.practice_id, m.starts_at, m.ends_at \
                from listing l left join membership m on m.provider_id = l.provider_id where l.patient_id = $1 order by l.id";
    PROVIDER = "select provider_id from account where id = $1";
    MEMBERSHIPS = "select practice_id, starts_at, ends_at from membership where provider_id = $1";
    CLOSE_SETTLED = "update access_request set state = 'closed', closed_at = $2, outcome = 'fulfilled', version = version + 1 \
                     where id = $1 and state = 'open'";
}

/// Who answers a request, and until when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Who answers.
    pub route: Route,
    /// When it expires, where it does.
    pub expires_at: Option<Instant>,
    /// When the PCP changed to somebody else.
    pub flagged_at: Option<Instant>,
}

/// An open request about a patient whose listings changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenAbout {
    /// The request.
    pub id: RequestId,
    /// Its kind.
    pub kind: RequestKind,
    /// Who filed it.
    pub account: Option<AccountId>,
    /// The practice that it names.
    pub practice: Option<PracticeId>,
    /// Its version.
    pub version: i64,
}

/// Keeps who answers `request`.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(
    tx: &mut Tx,
    request: RequestId,
    route: Route,
    expires_at: Option<Instant>,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; request.0, route.word(), expires_at.map(Stamp)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Who answers `request`; the access team where nothing is kept of it.
///
/// # Errors
/// [`StoreError`].
pub async fn kept(db: &Db, request: RequestId) -> Result<Kept, StoreError> {
    type Row = (String, Option<Stamp>, Option<Stamp>);
    let row = on_read!(db, c => ask!(Row, KEPT; request.0).fetch_optional(c).await)?;
    let Some((route, expires, flagged)) = row else {
        return Ok(Kept { route: Route::Team, expires_at: None, flagged_at: None });
    };
    let route = Route::from_word(&route)
        .ok_or_else(|| StoreError::Corrupt(format!("request {request}: unknown route")))?;
    Ok(Kept { route, expires_at: expires.map(|e| e.0), flagged_at: flagged.map(|f| f.0) })
}

/// Notes that the PCP changed to somebody else; `false` when it was noted before.
///
/// # Errors
/// [`StoreError`].
pub async fn flag(tx: &mut Tx, request: RequestId, now: Instant) -> Result<bool, StoreError> {
    let done =
        on_tx!(tx, c => act!(FLAG; request.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Lets `account` wait with whoever filed `request`; `false` when it does already.
///
/// # Errors
/// [`StoreError`].
pub async fn join(
    tx: &mut Tx,
    request: RequestId,
    account: AccountId,
    (typed, reason): (&str, &str),
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(JOIN; request.0, account.0, Stamp(now), typed, reason).execute(c).await
        .map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Lets `account` wait no longer; `false` when it did not.
///
/// # Errors
/// [`StoreError`].
pub async fn leave(tx: &mut Tx, request: RequestId, account: AccountId) -> Result<bool, StoreError> {
    let done =
        on_tx!(tx, c => act!(LEAVE; request.0, account.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Who waits with whoever filed `request`, in the order in which they joined, with their names.
///
/// # Errors
/// [`StoreError`].
pub async fn joiners(db: &Db, request: RequestId) -> Result<Vec<(AccountId, String)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, String, String), JOINERS; request.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, given, family)| (AccountId(id), format!("{given} {family}").trim().to_owned()))
        .collect())
}

/// The same as this transaction sees them, without their names.
///
/// # Errors
/// [`StoreError`].
pub async fn joiners_in(tx: &mut Tx, request: RequestId) -> Result<Vec<AccountId>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid, String, String), JOINERS; request.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, ..)| AccountId(id)).collect())
}

/// Every open PCP change that partners have joined: its id, who filed it, and the practice.
///
/// # Errors
/// [`StoreError`].
pub async fn joined(db: &Db) -> Result<Vec<(RequestId, AccountId, PracticeId)>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, Uuid, Uuid), JOINED;).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, by, practice)| (RequestId(id), AccountId(by), PracticeId(practice)))
        .collect())
}

/// Every merge that has to do with a record about which somebody asks for access.
///
/// # Errors
/// [`StoreError`].
pub async fn merges(tx: &mut Tx) -> Result<Vec<Merge>, StoreError> {
    let rows = on_tx!(tx, c => ask!(MergeRow, MERGES;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(merge).collect())
}

/// The same outside a transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn merges_now(db: &Db) -> Result<Vec<Merge>, StoreError> {
    let rows = on_read!(db, c => ask!(MergeRow, MERGES;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(merge).collect())
}

/// Holds the open `request` until the transaction ends; `false` when it is closed.
///
/// # Errors
/// [`StoreError`].
pub async fn hold(tx: &mut Tx, request: RequestId) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(HOLD; request.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Hands the open `request` of `owner` over to `heir`, who joined it, with what they typed themselves; the family confirms anew. To be
/// called while it is held.
///
/// # Errors
/// [`StoreError`].
pub async fn hand_over(
    tx: &mut Tx,
    request: RequestId,
    owner: AccountId,
    heir: AccountId,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(HAND_OVER; request.0, owner.0, heir.0).execute(c).await.map(|_| ()))?;
    leave(tx, request, heir).await?;
    on_tx!(tx, c => act!(DROP_CHECKLIST; request.0).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Whoever filed `request` and whoever joined it, with their addresses.
///
/// # Errors
/// [`StoreError`].
pub async fn addresses(tx: &mut Tx, request: RequestId) -> Result<Vec<(AccountId, String)>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid, String), ADDRESSES; request.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, email)| (AccountId(id), email)).collect())
}

/// Whether `account` may ask no more for `patient` at `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn blocked(
    db: &Db,
    account: AccountId,
    patient: PatientId,
    now: Instant,
) -> Result<bool, StoreError> {
    let rows =
        on_read!(db, c => ask!((Stamp, Option<Stamp>), BLOCKS; account.0, patient.0).fetch_all(c).await)?;
    Ok(rows.into_iter().any(|(from, to)| Stamp::interval(Some(from), to).holds(now)))
}

/// How and when the latest request of `kind` by `account` for `patient` ended.
///
/// # Errors
/// [`StoreError`].
pub async fn last_ended(
    db: &Db,
    account: AccountId,
    patient: PatientId,
    kind: RequestKind,
) -> Result<Option<(Ending, Instant)>, StoreError> {
    type Row = (String, Stamp);
    let row =
        on_read!(db, c => ask!(Row, LAST_ENDED; account.0, patient.0, kind.word()).fetch_optional(c).await)?;
    row.map(|(outcome, at)| {
        let ending = Ending::from_word(&outcome)
            .ok_or_else(|| StoreError::Corrupt(format!("access request: unknown outcome {outcome}")))?;
        Ok((ending, at.0))
    })
    .transpose()
}

/// The patients about whom somebody asks for access.
///
/// # Errors
/// [`StoreError`].
pub async fn asked_for(tx: &mut Tx) -> Result<Vec<PatientId>, StoreError> {
    let rows = on_tx!(tx, c => ask!((Uuid,), ASKED_FOR;).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| PatientId(id)).collect())
}

/// The open requests for access to `patient`.
///
/// # Errors
/// [`StoreError`].
pub async fn open_about(tx: &mut Tx, patient: PatientId) -> Result<Vec<OpenAbout>, StoreError> {
    type Row = (Uuid, String, Option<Uuid>, Option<Uuid>, i64);
    let rows = on_tx!(tx, c => ask!(Row, OPEN_ABOUT; patient.0).fetch_all(c).await)?;
    let read = |(id, kind, account, practice, version): Row| {
        let kind = RequestKind::from_word(&kind)
            .ok_or_else(|| StoreError::Corrupt(format!("access request {id}: unknown kind")))?;
        let (account, practice) = (account.map(AccountId), practice.map(PracticeId));
        Ok(OpenAbout { id: RequestId(id), kind, account, practice, version })
    };
    rows.into_iter().map(read).collect()
}

/// Every listing of `patient` as this transaction sees it, with the memberships of the listed provider.
///
/// # Errors
/// [`StoreError`].
pub async fn listings(tx: &mut Tx, patient: PatientId) -> Result<Vec<Listing>, StoreError> {
    type Row =
        (Uuid, Option<Uuid>, Option<Uuid>, Stamp, Option<Stamp>, Option<Uuid>, Option<Stamp>, Option<Stamp>);
    let rows = on_tx!(tx, c => ask!(Row, LISTINGS; patient.0).fetch_all(c).await)?;
    let mut works_at: HashMap<Uuid, Vec<Membership>> = HashMap::new();
    let mut found: Vec<Listing> = Vec::new();
    for (id, provider, practice, from, to, at, since, till) in rows {
        if let Some(at) = at {
            let span = Stamp::interval(since, till);
            works_at.entry(id).or_default().push(Membership { practice: PracticeId(at), span });
        }
        if found.last().is_none_or(|last| last.id.0 != id) {
            found.push(Listing {
                id: FactId(id),
                owner: patient,
                provider: provider.map(ProviderId),
                practice: practice.map(PracticeId),
                span: Stamp::interval(Some(from), to),
                memberships: [].into(),
            });
        }
    }
    for listing in &mut found {
        listing.memberships = works_at.remove(&listing.id.0).unwrap_or_default().into();
    }
    Ok(found)
}

/// Who asked by `request`, as listings may name them at `now`: for the practice that it names, else for every one of theirs.
///
/// # Errors
/// [`StoreError`].
pub async fn asker(tx: &mut Tx, request: &OpenAbout, now: Instant) -> Result<Asker, StoreError> {
    let Some(account) = request.account else { return Ok(Asker::default()) };
    let row = on_tx!(tx, c => ask!((Option<Uuid>,), PROVIDER; account.0).fetch_optional(c).await)?;
    let provider = row.and_then(|(provider,)| provider);
    let practices = match (request.practice, provider) {
        (Some(practice), _) => vec![practice],
        (None, None) => Vec::new(),
        (None, Some(provider)) => {
            type Row = (Uuid, Stamp, Option<Stamp>);
            let rows = on_tx!(tx, c => ask!(Row, MEMBERSHIPS; provider).fetch_all(c).await)?;
            let held = rows.into_iter().filter(|(_, from, to)| Stamp::interval(Some(*from), *to).holds(now));
            held.map(|(practice, ..)| PracticeId(practice)).collect()
        }
    };
    Ok(Asker { provider: provider.map(ProviderId), practices })
}

/// Closes the open `request` as fulfilled; `false` when it is closed already.
///
/// # Errors
/// [`StoreError`].
pub async fn close_fulfilled(tx: &mut Tx, request: RequestId, now: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(CLOSE_SETTLED; request.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}
