//! Mail that waits to leave, and addresses that bounced.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::AccountId;
use crate::domain::people::AccountStatus;

statements! {
    INSERT = "insert into mail (id, kind, account_id, address, message_id, sealed_letter, state, made_at, next_try_at, tries, \
              last_error) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, 0, '')";
    DUE = "select id from mail where state = 'waiting' and next_try_at <= $1 and (claimed_until is null or claimed_until <= $1) \
           order by next_try_at, id limit $2";
    /// One conditional update: however many nodes try, one has the row.
    CLAIM = "update mail set claimed_by = $2, claimed_until = $3, tries = tries + 1 where id = $1 and state = 'waiting' and \
             next_try_at <= $4 and (claimed_until is null or claimed_until <= $4) \
             returning id, kind, account_id, address, message_id, sealed_letter, made_at, tries";
    SENT = "update mail set state = 'sent', ended_at = $2, sealed_letter = null, claimed_by = null, claimed_until = null, \
            last_error = '' where id = $1 and state = 'waiting'";
    SENT_KEPT = "update mail set state = 'sent', ended_at = $2, claimed_by = null, claimed_until = null, last_error = '' \
                 where id = $1 and state = 'waiting'";
    LATER = "update mail set next_try_at = $3, claimed_by = null, claimed_until = null, last_error = $4 \
             where id = $1 and claimed_by = $2 and state = 'waiting'";
    DEAD = "update mail set state = 'dead', ended_at = $3, sealed_letter = null, claimed_by = null, claimed_until = null, \
            last_error = $4 where id = $1 and claimed_by = $2 and state = 'waiting'";
    WAITS = "select count(*) from mail where kind = $1 and state = 'waiting'";
    SWEEP = "delete from mail where state = 'dropped' or (state in ('sent', 'dead') and ended_at < $1)";
    MARK_BOUNCED = "insert into bounced_address (address_folded, bounced_at, reply) values ($1, $2, $3) \
                    on conflict (address_folded) do update set bounced_at = excluded.bounced_at, reply = excluded.reply";
    CLEAR_BOUNCED = "delete from bounced_address where address_folded = $1";
    BOUNCED = "select bounced_at from bounced_address where address_folded = $1";
    QUEUE = "select count(*), min(made_at) from mail where state = 'waiting'";
    GIVEN_UP = "select count(*) from mail where state = 'dead' and ended_at >= $1";
    LATEST = "select id, kind, address, state, made_at, sealed_letter from mail where state <> 'dropped' \
              order by made_at desc, id desc limit $1";
    ONE = "select id, kind, address, state, made_at, sealed_letter from mail where id = $1 and state <> 'dropped'";
    TEAM = "select a.id, a.email, t.status, t.starts_at, t.ends_at from account a join account_status t on t.account_id = a.id \
            where a.kind = 'access_team' order by a.id";
}

/// A mail to keep until it leaves.
#[derive(Debug)]
pub struct NewMail<'a> {
    /// Its id.
    pub id: Uuid,
    /// The letter's kind.
    pub kind: &'a str,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// The address it goes to.
    pub address: &'a str,
    /// Its Message-ID, without angle brackets.
    pub message_id: &'a str,
    /// The sealed letter.
    pub sealed_letter: &'a [u8],
    /// When it was written, and may leave.
    pub now: Instant,
    /// Whether it never leaves.
    pub dropped: bool,
}

/// A mail that one node has taken to send.
#[derive(Clone, Debug)]
pub struct ClaimedMail {
    /// Its id.
    pub id: Uuid,
    /// The letter's kind.
    pub kind: String,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// The address it goes to.
    pub address: String,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// The sealed letter.
    pub sealed_letter: Vec<u8>,
    /// When it was written.
    pub made_at: Instant,
    /// How often it was tried, this time included.
    pub tries: i64,
}

/// A mail as the demo shows it.
#[derive(Clone, Debug)]
pub struct ShownMail {
    /// Its id.
    pub id: Uuid,
    /// The letter's kind.
    pub kind: String,
    /// The address it goes to.
    pub address: String,
    /// `waiting`, `sent` or `dead`.
    pub state: String,
    /// When it was written.
    pub made_at: Instant,
    /// The sealed letter, unless it is gone.
    pub sealed_letter: Option<Vec<u8>>,
}

type ShownRow = (Uuid, String, String, String, Stamp, Option<Vec<u8>>);

impl From<ShownRow> for ShownMail {
    fn from((id, kind, address, state, made_at, sealed_letter): ShownRow) -> Self {
        Self { id, kind, address, state, made_at: made_at.0, sealed_letter }
    }
}

/// Keeps a mail until it leaves.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, new: &NewMail<'_>) -> Result<(), StoreError> {
    let state = if new.dropped { "dropped" } else { "waiting" };
    on_tx!(tx, c => act!(INSERT; new.id, new.kind, new.account.map(|a| a.0), new.address, new.message_id,
        new.sealed_letter, state, Stamp(new.now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The mails that may leave at `now`, at most `limit`, longest due first.
///
/// # Errors
/// [`StoreError`].
pub async fn due(db: &Db, now: Instant, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    let rows = on_read!(db, c => ask!((Uuid,), DUE; Stamp(now), limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes mail `id` for `node` until `until`; `None` when it is not due, or another has it.
///
/// # Errors
/// [`StoreError`].
pub async fn claim(
    tx: &mut Tx,
    id: Uuid,
    node: Uuid,
    until: Instant,
    now: Instant,
) -> Result<Option<ClaimedMail>, StoreError> {
    type Row = (Uuid, String, Option<Uuid>, String, String, Option<Vec<u8>>, Stamp, i64);
    let found =
        on_tx!(tx, c => ask!(Row, CLAIM; id, node, Stamp(until), Stamp(now)).fetch_optional(c).await)?;
    Ok(found.map(|(id, kind, account, address, message_id, sealed, made_at, tries)| ClaimedMail {
        id,
        kind,
        account: account.map(AccountId),
        address,
        message_id,
        sealed_letter: sealed.unwrap_or_default(),
        made_at: made_at.0,
        tries,
    }))
}

/// The server has taken mail `id`, whoever had it: what it said is wiped, unless it is `kept`.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_sent(tx: &mut Tx, id: Uuid, now: Instant, kept: Kept) -> Result<(), StoreError> {
    match kept {
        Kept::Wiped => on_tx!(tx, c => act!(SENT; id, Stamp(now)).execute(c).await.map(|_| ()))?,
        Kept::Sealed => on_tx!(tx, c => act!(SENT_KEPT; id, Stamp(now)).execute(c).await.map(|_| ()))?,
    }
    Ok(())
}

/// What becomes of a letter that has left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// It is gone.
    Wiped,
    /// It stays, sealed: for the demo.
    Sealed,
}

/// Mail `id`, which `node` has, is tried again at `next`.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_later(
    tx: &mut Tx,
    id: Uuid,
    node: Uuid,
    next: Instant,
    why: &str,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(LATER; id, node, Stamp(next), why).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Mail `id`, which `node` has, is given up and what it said is wiped; `false` when another has it by now.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_dead(
    tx: &mut Tx,
    id: Uuid,
    node: Uuid,
    now: Instant,
    why: &str,
) -> Result<bool, StoreError> {
    let changed = on_tx!(tx, c => act!(DEAD; id, node, Stamp(now), why).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Whether a letter of `kind` waits to leave. Read inside the transaction that may write another.
///
/// # Errors
/// [`StoreError`].
pub async fn waits(tx: &mut Tx, kind: &str) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => ask!((i64,), WAITS; kind).fetch_one(c).await)?.0 > 0)
}

/// Removes what was written to be dropped, and what was over before `before`.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(SWEEP; Stamp(before)).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Remembers that mail to `address` was refused for good.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_bounced(
    tx: &mut Tx,
    address_folded: &str,
    now: Instant,
    reply: &str,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(MARK_BOUNCED; address_folded, Stamp(now), reply).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets that mail to `address` was refused: one has arrived.
///
/// # Errors
/// [`StoreError`].
pub async fn clear_bounced(tx: &mut Tx, address_folded: &str) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(CLEAR_BOUNCED; address_folded).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// When mail to this folded address was last refused for good; `None` when it never was, or one has arrived since.
///
/// # Errors
/// [`StoreError`].
pub async fn bounced(db: &Db, address_folded: &str) -> Result<Option<Instant>, StoreError> {
    let found = on_read!(db, c => ask!((Stamp,), BOUNCED; address_folded).fetch_optional(c).await)?;
    Ok(found.map(|(at,)| at.0))
}

/// How many mails wait, and when the oldest of them was written.
///
/// # Errors
/// [`StoreError`].
pub async fn queue(db: &Db) -> Result<(i64, Option<Instant>), StoreError> {
    let (count, oldest) = on_read!(db, c => ask!((i64, Option<Stamp>), QUEUE;).fetch_one(c).await)?;
    Ok((count, oldest.map(|at| at.0)))
}

/// How many mails were given up since `since`.
///
/// # Errors
/// [`StoreError`].
pub async fn given_up(db: &Db, since: Instant) -> Result<i64, StoreError> {
    Ok(on_read!(db, c => ask!((i64,), GIVEN_UP; Stamp(since)).fetch_one(c).await)?.0)
}

/// The `limit` newest mails.
///
/// # Errors
/// [`StoreError`].
pub async fn latest(db: &Db, limit: i64) -> Result<Vec<ShownMail>, StoreError> {
    let rows = on_read!(db, c => ask!(ShownRow, LATEST; limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(ShownMail::from).collect())
}

/// The mail with this id.
///
/// # Errors
/// [`StoreError`].
pub async fn one(db: &Db, id: Uuid) -> Result<Option<ShownMail>, StoreError> {
    Ok(on_read!(db, c => ask!(ShownRow, ONE; id).fetch_optional(c).await)?.map(ShownMail::from))
}

/// An access-team account, its address, and one status it has had.
pub type TeamStatus = (AccountId, String, AccountStatus, Interval);

/// Every status that each access-team account has had, with its address.
///
/// # Errors
/// [`StoreError`].
pub async fn team(db: &Db) -> Result<Vec<TeamStatus>, StoreError> {
    type Row = (Uuid, String, String, Option<Stamp>, Option<Stamp>);
    let rows = on_read!(db, c => ask!(Row, TEAM;).fetch_all(c).await)?;
    let status = |(id, email, word, start, end): Row| {
        let status = AccountStatus::from_word(&word)
            .ok_or_else(|| StoreError::Corrupt(format!("account status {word}")))?;
        Ok((AccountId(id), email, status, Stamp::interval(start, end)))
    };
    rows.into_iter().map(status).collect()
}
