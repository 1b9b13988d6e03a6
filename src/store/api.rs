//! Clients of the JSON interface: who they are, the assertions and tokens they prove themselves with, what they asked for once.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::api::Scopes;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{ClientId, FactId};

statements! {
    INSERT = "insert into api_client (id, name, scopes, keys, made_at) values ($1, $2, $3, $4, $5)";
    ONE = "select id, name, scopes, keys, made_at, ended_at from api_client where id = $1";
    ALL = "select id, name, scopes, keys, made_at, ended_at from api_client order by made_at, id";
    ANY = "select count(*) from (select 1 from api_client limit 1) c";
    END = "update api_client set ended_at = $2 where id = $1 and ended_at is null";
    SET_KEYS = "update api_client set keys = $2 where id = $1 and ended_at is null";
    TAKE_ASSERTION = "insert into api_assertion (client_id, id_hash, expires_at) values ($1, $2, $3) on conflict do nothing";
    INSERT_TOKEN = "insert into api_token (token_hash, client_id, scopes, issued_at, expires_at) values ($1, $2, $3, $4, $5)";
    TOKEN = "select t.scopes, t.issued_at, t.expires_at, c.id, c.name, c.ended_at from api_token t join api_client c on c.id = t.client_id \
             where t.token_hash = $1";
    DROP_TOKENS = "delete from api_token where client_id = $1";
    /// Whoever comes second waits for the first, and is refused once that is committed.
    TAKE_ONCE = "insert into api_once (client_id, key_hash, body_hash, made_at) values ($1, $2, $3, $4)";
    KEEP_ONCE = "update api_once set answer = $3 where client_id = $1 and key_hash = $2";
    KNOWN_ONCE = "select body_hash, answer, made_at from api_once where client_id = $1 and key_hash = $2";
    FORGET_ONCE = "delete from api_once where client_id = $1 and key_hash = $2 and made_at <= $3";
    RELEASE_ONCE = "delete from api_once where client_id = $1 and key_hash = $2 and answer is null";
    SWEEP_ASSERTIONS = "delete from api_assertion where expires_at < $1";
    SWEEP_TOKENS = "delete from api_token where expires_at < $1";
    SWEEP_ONCE = "delete from api_once where made_at < $1";
    WIPE_ONCE = "update api_once set answer = null where answer is not null and made_at < $1";
    NAME_ISSUER = "update patient_token set client_id = $2 where id = $1";
}

/// A client as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Its public keys, a JWK set.
    pub keys: String,
    /// When it was made.
    pub made_at: Instant,
    /// When it was disabled.
    pub ended_at: Option<Instant>,
}

type Row = (Uuid, String, String, String, Stamp, Option<Stamp>);

fn scopes(text: &str) -> Result<Scopes, StoreError> {
    Scopes::parse(text).ok_or_else(|| StoreError::Corrupt(format!("scopes of a client: {text}")))
}

fn client((id, name, words, keys, made_at, ended_at): Row) -> Result<Client, StoreError> {
    let ended_at = ended_at.map(|at| at.0);
    Ok(Client { id: ClientId(id), name, scopes: scopes(&words)?, keys, made_at: made_at.0, ended_at })
}

/// Keeps a new client.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, new: &Client) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; new.id.0, new.name.as_str(), new.scopes.text(), new.keys.as_str(), Stamp(new.made_at))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The client with this id, disabled or not.
///
/// # Errors
/// [`StoreError`].
pub async fn one(db: &Db, id: ClientId) -> Result<Option<Client>, StoreError> {
    on_read!(db, c => ask!(Row, ONE; id.0).fetch_optional(c).await)?.map(client).transpose()
}

/// Every client, the first one first.
///
/// # Errors
/// [`StoreError`].
pub async fn all(db: &Db) -> Result<Vec<Client>, StoreError> {
    on_read!(db, c => ask!(Row, ALL;).fetch_all(c).await)?.into_iter().map(client).collect()
}

/// Whether a client was ever made: until then there is no interface.
///
/// # Errors
/// [`StoreError`].
pub async fn any(db: &Db) -> Result<bool, StoreError> {
    Ok(on_read!(db, c => ask!((i64,), ANY;).fetch_one(c).await)?.0 > 0)
}

/// Ends a client and forgets its access tokens; `false` when there is none, or it is over already.
///
/// # Errors
/// [`StoreError`].
pub async fn end(tx: &mut Tx, id: ClientId, now: Instant) -> Result<bool, StoreError> {
    let ended = on_tx!(tx, c => act!(END; id.0, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    on_tx!(tx, c => act!(DROP_TOKENS; id.0).execute(c).await.map(|_| ()))?;
    Ok(ended == 1)
}

/// Gives a client other keys, and forgets its access tokens; `false` when there is no such client, or it is over.
///
/// # Errors
/// [`StoreError`].
pub async fn set_keys(tx: &mut Tx, id: ClientId, keys: &str) -> Result<bool, StoreError> {
    let set = on_tx!(tx, c => act!(SET_KEYS; id.0, keys).execute(c).await.map(|d| d.rows_affected()))?;
    on_tx!(tx, c => act!(DROP_TOKENS; id.0).execute(c).await.map(|_| ()))?;
    Ok(set == 1)
}

/// Takes an assertion; `false` when it was taken before.
///
/// # Errors
/// [`StoreError`].
pub async fn take_assertion(
    tx: &mut Tx,
    client: ClientId,
    id_hash: &[u8; 32],
    until: Instant,
) -> Result<bool, StoreError> {
    let taken = on_tx!(tx, c => act!(TAKE_ASSERTION; client.0, id_hash.as_slice(), Stamp(until))
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(taken == 1)
}

/// Keeps the hash of a new access token, good in this span.
///
/// # Errors
/// [`StoreError`].
pub async fn insert_token(
    tx: &mut Tx,
    hash: &[u8; 32],
    (client, scopes): (ClientId, &Scopes),
    (from, until): (Instant, Instant),
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT_TOKEN; hash.as_slice(), client.0, scopes.text(), Stamp(from), Stamp(until))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// An access token as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptToken {
    /// Whose it is.
    pub client: ClientId,
    /// What that client is called.
    pub name: String,
    /// What it is good for.
    pub scopes: Scopes,
    /// When it is good: never after its client was disabled.
    pub span: Interval,
}

/// The access token with this hash, good or over.
///
/// # Errors
/// [`StoreError`].
pub async fn token(db: &Db, hash: &[u8; 32]) -> Result<Option<KeptToken>, StoreError> {
    type Row = (String, Stamp, Stamp, Uuid, String, Option<Stamp>);
    let found = on_read!(db, c => ask!(Row, TOKEN; hash.as_slice()).fetch_optional(c).await)?;
    let kept = |(words, from, until, client, name, ended): Row| {
        let until = ended.map_or(until.0, |ended| ended.0.min(until.0));
        let span = Interval::new(Some(from.0), Some(until));
        Ok(KeptToken { client: ClientId(client), name, scopes: scopes(&words)?, span })
    };
    found.map(kept).transpose()
}

/// What names one wish of a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OnceKey {
    /// Whose.
    pub client: ClientId,
    /// The hash of its `Idempotency-Key`.
    pub key_hash: [u8; 32],
}

/// What was asked for under a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptOnce {
    /// The hash of what was asked for.
    pub body_hash: Vec<u8>,
    /// The answer, sealed; `None` once it is no longer kept.
    pub answer: Option<Vec<u8>>,
    /// When.
    pub made_at: Instant,
}

/// Takes a key for this transaction, after forgetting what it stood for until `forget`.
///
/// # Errors
/// [`StoreError::Duplicate`] when it was taken.
pub async fn take_once(
    tx: &mut Tx,
    key: OnceKey,
    body_hash: &[u8; 32],
    (now, forget): (Instant, Instant),
) -> Result<(), StoreError> {
    let (client, hash) = (key.client.0, key.key_hash);
    on_tx!(tx, c => act!(FORGET_ONCE; client, hash.as_slice(), Stamp(forget)).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(TAKE_ONCE; client, hash.as_slice(), body_hash.as_slice(), Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Keeps the sealed answer to a key that this transaction has taken.
///
/// # Errors
/// [`StoreError`].
pub async fn keep_once(tx: &mut Tx, key: OnceKey, answer: &[u8]) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(KEEP_ONCE; key.client.0, key.key_hash.as_slice(), answer).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Gives back a key under which nothing was done.
///
/// # Errors
/// [`StoreError`].
pub async fn release_once(tx: &mut Tx, key: OnceKey) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(RELEASE_ONCE; key.client.0, key.key_hash.as_slice()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What was asked for under a key.
///
/// # Errors
/// [`StoreError`].
pub async fn known_once(db: &Db, key: OnceKey) -> Result<Option<KeptOnce>, StoreError> {
    type Row = (Vec<u8>, Option<Vec<u8>>, Stamp);
    let found = on_read!(db, c => ask!(Row, KNOWN_ONCE; key.client.0, key.key_hash.as_slice()).fetch_optional(c).await)?;
    Ok(found.map(|(body_hash, answer, made_at)| KeptOnce { body_hash, answer, made_at: made_at.0 }))
}

/// Removes assertions and tokens that expired before `expired`, keys taken before `once`, and answers given before `answers`.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(
    tx: &mut Tx,
    expired: Instant,
    once: Instant,
    answers: Instant,
) -> Result<u64, StoreError> {
    let mut swept = 0;
    for (sql, before) in
        [(SWEEP_ASSERTIONS, expired), (SWEEP_TOKENS, expired), (SWEEP_ONCE, once), (WIPE_ONCE, answers)]
    {
        swept += on_tx!(tx, c => sqlx::query(sql).bind(Stamp(before)).execute(c).await.map(|d| d.rows_affected()))?;
    }
    Ok(swept)
}

/// Notes that `client` issued a token.
///
/// # Errors
/// [`StoreError`].
pub async fn name_issuer(tx: &mut Tx, token: FactId, client: ClientId) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(NAME_ISSUER; token.0, client.0).execute(c).await.map(|_| ()))?;
    Ok(())
}
