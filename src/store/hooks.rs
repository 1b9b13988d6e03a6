//! Where clients are told of events, and the events that wait to be told.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::api::hook::{Event, Touched};
use crate::domain::calendar::Instant;
use crate::domain::ids::ClientId;

statements! {
    SET = "insert into api_hook (client_id, url, sealed_secret, private, made_at) values ($1, $2, $3, $4, $5) \
           on conflict (client_id) do update set url = excluded.url, sealed_secret = excluded.sealed_secret, \
           private = excluded.private, made_at = excluded.made_at";
    UNSET = "delete from api_hook where client_id = $1";
    DROP_WAITING = "delete from hook_event where client_id = $1 and state = 'waiting'";
    URL = "select url from api_hook where client_id = $1";
    /// What has just happened to request $2, as its row says: for every client that reads requests, each thing once.
    TELL_REQUEST = "insert into hook_event (event_id, client_id, kind, subject_id, made_at, state, next_try_at, tries, last_error) \
        select $1, h.client_id, case when q.state = 'open' then 'request.filed' when q.outcome = 'expired' then 'request.expired' \
        else 'request.decided' end, q.id, $3, 'waiting', $3, 0, '' \
        from access_request q join patient_request r on r.request_id = q.id cross join api_hook h join api_client c on c.id = h.client_id \
        where q.id = $2 and q.kind = 'non_pcp' and c.ended_at is null and ' ' || c.scopes || ' ' like '% requests.read %' \
        and ((q.state = 'open' and q.filed_at = $3 and r.route = 'family') or (q.state = 'closed' and q.closed_at = $3)) \
        on conflict do nothing";
    /// What has just happened to token $2, as its row says: for the client that issued it, each thing once.
    TELL_TOKEN = "insert into hook_event (event_id, client_id, kind, subject_id, made_at, state, next_try_at, tries, last_error) \
        select $1, h.client_id, case when t.revoked_at = $3 then 'token.revoked' else 'token.redeemed' end, t.id, $3, 'waiting', $3, 0, '' \
        from patient_token t join api_hook h on h.client_id = t.client_id join api_client c on c.id = h.client_id \
        where t.id = $2 and c.ended_at is null and (t.revoked_at = $3 or t.redeemed_at = $3) on conflict do nothing";
    DUE = "select e.event_id, e.client_id from hook_event e join api_hook h on h.client_id = e.client_id where e.state = 'waiting' \
           and e.next_try_at <= $1 and (e.claimed_until is null or e.claimed_until <= $1) order by e.next_try_at, e.event_id limit $2";
    /// One conditional update: however many nodes try, one has the row.
    CLAIM = "update hook_event set claimed_by = $3, claimed_until = $4, tries = tries + 1 where event_id = $1 and client_id = $2 \
             and state = 'waiting' and next_try_at <= $5 and (claimed_until is null or claimed_until <= $5) \
             returning kind, subject_id, made_at, tries";
    HOOK = "select url, sealed_secret, private from api_hook where client_id = $1";
    SENT = "update hook_event set state = 'sent', ended_at = $3, claimed_by = null, claimed_until = null, last_error = '' \
            where event_id = $1 and client_id = $2 and state = 'waiting'";
    LATER = "update hook_event set next_try_at = $4, claimed_by = null, claimed_until = null, last_error = $5 \
             where event_id = $1 and client_id = $2 and claimed_by = $3 and state = 'waiting'";
    DEAD = "update hook_event set state = 'dead', ended_at = $4, claimed_by = null, claimed_until = null, last_error = $5 \
            where event_id = $1 and client_id = $2 and claimed_by = $3 and state = 'waiting'";
    SWEEP = "delete from hook_event where state in ('sent', 'dead') and ended_at < $1";
    STANDING = "select coalesce(sum(case when state = 'waiting' then 1 else 0 end), 0), \
                coalesce(sum(case when state = 'dead' then 1 else 0 end), 0) from hook_event where client_id = $1";
    BEHIND = "select c.name, coalesce(sum(case when e.state = 'waiting' then 1 else 0 end), 0), \
              min(case when e.state = 'waiting' then e.made_at end), coalesce(sum(case when e.state = 'dead' then 1 else 0 end), 0) \
              from api_hook h join api_client c on c.id = h.client_id left join hook_event e on e.client_id = h.client_id \
              where c.ended_at is null group by c.id, c.name order by c.name, c.id";
}

/// How far a client is with what it is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Behind {
    /// Its name.
    pub client: String,
    /// How many events it has not taken yet.
    pub waiting: i64,
    /// When the oldest of them happened.
    pub oldest: Option<Instant>,
    /// How many were given up in the last 30 days.
    pub dead: i64,
}

/// Where a client is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hook {
    /// The address.
    pub url: String,
    /// The secret of the signatures, sealed.
    pub sealed_secret: Vec<u8>,
    /// Whether the address may lie inside the hospital.
    pub private: bool,
}

/// Sets where `client` is told.
///
/// # Errors
/// [`StoreError`].
pub async fn set(tx: &mut Tx, client: ClientId, hook: &Hook, now: Instant) -> Result<(), StoreError> {
    let (url, secret) = (hook.url.as_str(), hook.sealed_secret.as_slice());
    on_tx!(tx, c => act!(SET; client.0, url, secret, i64::from(hook.private), Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Tells `client` no more, not even what waits; `false` when it was not told anyway.
///
/// # Errors
/// [`StoreError`].
pub async fn unset(tx: &mut Tx, client: ClientId) -> Result<bool, StoreError> {
    on_tx!(tx, c => act!(DROP_WAITING; client.0).execute(c).await.map(|_| ()))?;
    let gone = on_tx!(tx, c => act!(UNSET; client.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(gone == 1)
}

/// Where `client` is told.
///
/// # Errors
/// [`StoreError`].
pub async fn url(db: &Db, client: ClientId) -> Result<Option<String>, StoreError> {
    let found = on_read!(db, c => ask!((String,), URL; client.0).fetch_optional(c).await)?;
    Ok(found.map(|(url,)| url))
}

/// How many events of `client` wait, and how many were given up in the last 30 days.
///
/// # Errors
/// [`StoreError`].
pub async fn standing(db: &Db, client: ClientId) -> Result<(i64, i64), StoreError> {
    Ok(on_read!(db, c => ask!((i64, i64), STANDING; client.0).fetch_one(c).await)?)
}

/// How far every client that is told of events is with them, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn behind(db: &Db) -> Result<Vec<Behind>, StoreError> {
    type Row = (String, i64, Option<Stamp>, i64);
    let rows = on_read!(db, c => ask!(Row, BEHIND;).fetch_all(c).await)?;
    let read = |(client, waiting, oldest, dead): Row| Behind {
        client,
        waiting,
        oldest: oldest.map(|at| at.0),
        dead,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Keeps what has happened to `touched` at `now`, if anything has, for every client that is told of it, as the event `id`.
///
/// # Errors
/// [`StoreError`].
pub async fn tell(tx: &mut Tx, id: Uuid, touched: Touched, now: Instant) -> Result<(), StoreError> {
    let at = Stamp(now);
    match touched {
        Touched::Request(request) => {
            on_tx!(tx, c => act!(TELL_REQUEST; id, request, at).execute(c).await.map(|_| ()))?;
        }
        Touched::Token(token) => {
            on_tx!(tx, c => act!(TELL_TOKEN; id, token, at).execute(c).await.map(|_| ()))?;
        }
    }
    Ok(())
}

/// What names one event of one client.
pub type EventKey = (Uuid, ClientId);

/// The events that are due at `now`, at most `limit`, longest due first.
///
/// # Errors
/// [`StoreError`].
pub async fn due(db: &Db, now: Instant, limit: i64) -> Result<Vec<EventKey>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid, Uuid), DUE; Stamp(now), limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(event, client)| (event, ClientId(client))).collect())
}

/// An event that one node has taken to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimedEvent {
    /// What happened.
    pub event: Event,
    /// To which request or token.
    pub subject: Uuid,
    /// When.
    pub made_at: Instant,
    /// How often it was tried, this time included.
    pub tries: i64,
    /// Where it is told.
    pub hook: Hook,
}

/// Takes an event for `node` until `until`; `None` when it is not due, another has it, or its client is told no more.
///
/// # Errors
/// [`StoreError`].
pub async fn claim(
    tx: &mut Tx,
    (id, client): EventKey,
    node: Uuid,
    (until, now): (Instant, Instant),
) -> Result<Option<ClaimedEvent>, StoreError> {
    type Row = (String, Uuid, Stamp, i64);
    let claimed = on_tx!(tx, c => ask!(Row, CLAIM; id, client.0, node, Stamp(until), Stamp(now)).fetch_optional(c).await)?;
    let Some((kind, subject, made_at, tries)) = claimed else { return Ok(None) };
    let found = on_tx!(tx, c => ask!((String, Vec<u8>, i64), HOOK; client.0).fetch_optional(c).await)?;
    let Some((url, sealed_secret, private)) = found else { return Ok(None) };
    let event = Event::from_word(&kind).ok_or_else(|| StoreError::Corrupt(format!("event {kind}")))?;
    let hook = Hook { url, sealed_secret, private: private == 1 };
    Ok(Some(ClaimedEvent { event, subject, made_at: made_at.0, tries, hook }))
}

/// The client has taken the event, whoever told it.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_sent(tx: &mut Tx, (id, client): EventKey, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SENT; id, client.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The event, which `node` has, is told again at `next`.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_later(
    tx: &mut Tx,
    (id, client): EventKey,
    node: Uuid,
    (next, why): (Instant, &str),
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(LATER; id, client.0, node, Stamp(next), why).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The event, which `node` has, is given up; `false` when another has it by now.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_dead(
    tx: &mut Tx,
    (id, client): EventKey,
    node: Uuid,
    (now, why): (Instant, &str),
) -> Result<bool, StoreError> {
    let dead = on_tx!(tx, c => act!(DEAD; id, client.0, node, Stamp(now), why).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(dead == 1)
}

/// Removes events that were over before `before`.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(SWEEP; Stamp(before)).execute(c).await.map(|d| d.rows_affected()))?)
}
