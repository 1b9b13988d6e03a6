//! Patient tokens: issued, redeemed by one conditional update, counted against, taken back; and the misses of accounts.

use time::Date;
use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId};
use crate::domain::people::{AccountKind, AccountStatus, GivenBy};
use crate::domain::token::Issuer;
use crate::domain::token::redeeming::{MISSES_TO_FREEZE, State, Token};

statements! {
    INSERT = "insert into patient_token (id, patient_id, secret_hash, issued_at, expires_at, given_by, misses, issuer_id, for_whom) \
              values ($1, $2, $3, $4, $5, $6, 0, $7, $8)";
    BY_SECRET = "select t.id, t.patient_id, t.issued_at, t.expires_at, t.given_by, t.renewed_at, t.redeemed_by, t.redeemed_practice_id, \
                 t.revoked_at, t.frozen_at, t.issuer_id, t.for_whom, p.birth_date \
                 from patient_token t join patient p on p.id = t.patient_id where t.secret_hash = $1";
    BY_ID = "select t.id, t.patient_id, t.issued_at, t.expires_at, t.given_by, t.renewed_at, t.redeemed_by, t.redeemed_practice_id, \
             t.revoked_at, t.frozen_at, t.issuer_id, t.for_whom, p.birth_date \
             from patient_token t join patient p on p.id = t.patient_id where t.id = $1";
    /// One redeemer, whoever else tries at the same instant.
    REDEEM = "update patient_token set redeemed_by = $2, redeemed_practice_id = $3, redeemed_at = $4 \
              where id = $1 and redeemed_by is null and revoked_at is null and frozen_at is null and expires_at > $4";
    MISS = "update patient_token set misses = misses + 1, frozen_at = case when misses + 1 >= $2 then $3 else frozen_at end \
            where id = $1 and redeemed_by is null and revoked_at is null and frozen_at is null";
    TELL = "update patient_token set told_at = $2 where id = $1 and (told_at is null or told_at < $3)";
    REVOKE = "update patient_token set revoked_at = $2, revoked_by = $3, revoke_reason = $4 where id = $1 and revoked_at is null";
    RENEW = "update patient_token set renewed_at = $2, renewed_by = $3 where id = $1 and given_by = 'guardian' and renewed_at is null \
             and revoked_at is null and frozen_at is null and expires_at > $2";
    OF_PATIENT = "with recursive m(id) as (select id from patient where id = $1 \
                  union select g.from_id from patient_merge g join m on g.into_id = m.id) \
                  select t.id, t.patient_id, t.issued_at, t.expires_at, t.given_by, t.renewed_at, t.redeemed_by, t.redeemed_practice_id, \
                  t.revoked_at, t.frozen_at, t.issuer_id, t.for_whom, p.birth_date, t.redeemed_at, t.revoke_reason, \
                  coalesce(r.given || ' ' || r.family, '') as redeemer, coalesce(i.given || ' ' || i.family, '') as issuer, \
                  coalesce(n.name, '') as client \
                  from patient_token t join patient p on p.id = t.patient_id left join api_client n on n.id = t.client_id \
                  left join account r on r.id = t.redeemed_by left join account i on i.id = t.issuer_id \
                  where t.patient_id in (select id from m) order by t.issued_at desc, t.id";
    ADDRESS = "select a.email, a.kind, s.status, s.starts_at, s.ends_at from account a join account_status s on s.account_id = a.id \
               where a.id = $1";
    /// Lets the tries of one account go one after another.
    TRY = "insert into throttle (key, count, since) values ($1, 1, $2) on conflict (key) do update set since = excluded.since";
    MISSES = "select count(*), max(at) from token_miss where account_id = $1 and at > $2";
    NOTE_MISS = "insert into token_miss (account_id, at) values ($1, $2)";
    FORGET = "delete from token_miss where account_id = $1 and at <= $2";
}

/// A token that is to be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewToken<'a> {
    /// Its id.
    pub id: FactId,
    /// For which record.
    pub patient: PatientId,
    /// The hash of its secret.
    pub secret_hash: &'a [u8; 32],
    /// When it is issued.
    pub issued_at: Instant,
    /// When it expires.
    pub expires_at: Instant,
    /// In what capacity it is given.
    pub by: GivenBy,
    /// By which account; `None` on the command line.
    pub issuer: Option<AccountId>,
    /// For whom it is meant; may be empty.
    pub for_whom: &'a str,
}

/// A token as it is stored, with what else is asked about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// The token.
    pub token: Token,
    /// When its patient was born.
    pub birth_date: Date,
    /// Who issued it; `None` for one of the command line or an import.
    pub issuer: Option<AccountId>,
    /// For whom it is meant; may be empty.
    pub for_whom: String,
}

/// A token in the list of a patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The token.
    pub stored: Stored,
    /// Who issued it.
    pub issuer: Issuer,
    /// Who redeemed it, and when.
    pub redeemed: Option<(String, Instant)>,
    /// When it was taken back, and why.
    pub revoked: Option<(Instant, String)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    patient_id: Uuid,
    issued_at: Stamp,
    expires_at: Stamp,
    given_by: String,
    renewed_at: Option<Stamp>,
    redeemed_by: Option<Uuid>,
    redeemed_practice_id: Option<Uuid>,
    revoked_at: Option<Stamp>,
    frozen_at: Option<Stamp>,
    issuer_id: Option<Uuid>,
    for_whom: String,
    birth_date: Date,
}

#[derive(sqlx::FromRow)]
struct ListRow {
    #[sqlx(flatten)]
    token: Row,
    redeemed_at: Option<Stamp>,
    revoke_reason: String,
    redeemer: String,
    issuer: String,
    client: String,
}

impl TryFrom<Row> for Stored {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let by = GivenBy::from_word(&row.given_by)
            .ok_or_else(|| StoreError::Corrupt(format!("token {}: unknown giver", row.id)))?;
        let state = if row.revoked_at.is_some() {
            State::Revoked
        } else if let Some(account) = row.redeemed_by {
            let practice = row.redeemed_practice_id.map(PracticeId);
            State::Redeemed { account: AccountId(account), practice }
        } else if row.frozen_at.is_some() {
            State::Frozen
        } else {
            State::Open
        };
        let token = Token {
            id: FactId(row.id),
            patient: PatientId(row.patient_id),
            issued_at: row.issued_at.0,
            expires_at: row.expires_at.0,
            by,
            renewed_at: row.renewed_at.map(|at| at.0),
            state,
        };
        let issuer = row.issuer_id.map(AccountId);
        Ok(Self { token, birth_date: row.birth_date, issuer, for_whom: row.for_whom })
    }
}

/// Keeps a new token.
///
/// # Errors
/// [`StoreError::Duplicate`] when there is one with this id or secret.
pub async fn insert(tx: &mut Tx, new: &NewToken<'_>) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; new.id.0, new.patient.0, new.secret_hash.as_slice(), Stamp(new.issued_at), Stamp(new.expires_at),
        new.by.word(), new.issuer.map(|i| i.0), new.for_whom).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The token whose secret has this hash.
///
/// # Errors
/// [`StoreError`].
pub async fn by_secret(db: &Db, hash: &[u8; 32]) -> Result<Option<Stored>, StoreError> {
    let row = on_read!(db, c => ask!(Row, BY_SECRET; hash.as_slice()).fetch_optional(c).await)?;
    row.map(Stored::try_from).transpose()
}

/// The token with this id.
///
/// # Errors
/// [`StoreError`].
pub async fn by_id(db: &Db, id: FactId) -> Result<Option<Stored>, StoreError> {
    let row = on_read!(db, c => ask!(Row, BY_ID; id.0).fetch_optional(c).await)?;
    row.map(Stored::try_from).transpose()
}

/// The token with this id, as it is inside `tx`.
///
/// # Errors
/// [`StoreError`].
pub async fn by_id_in(tx: &mut Tx, id: FactId) -> Result<Option<Stored>, StoreError> {
    let row = on_tx!(tx, c => ask!(Row, BY_ID; id.0).fetch_optional(c).await)?;
    row.map(Stored::try_from).transpose()
}

/// Redeems the token `id` for `account`, in `practice` for a sponsored user; says whether it was open and not expired. Of any number
/// at once, one succeeds.
///
/// # Errors
/// [`StoreError`].
pub async fn redeem(
    tx: &mut Tx,
    id: FactId,
    (account, practice): (AccountId, Option<PracticeId>),
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(REDEEM; id.0, account.0, practice.map(|p| p.0), Stamp(now))
        .execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Counts a wrong MRN against the token `id`, which freezes at the fifth unless somebody has redeemed it.
///
/// # Errors
/// [`StoreError`].
pub async fn miss(tx: &mut Tx, id: FactId, now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(MISS; id.0, MISSES_TO_FREEZE, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Notes that the issuer of the token `id` is told of a stranger now; `false` when that was done since `day_began` already.
///
/// # Errors
/// [`StoreError`].
pub async fn tell(tx: &mut Tx, id: FactId, now: Instant, day_began: Instant) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(TELL; id.0, Stamp(now), Stamp(day_began)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Takes the token `id` back for a reason; says whether it was not taken back already.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke(
    tx: &mut Tx,
    id: FactId,
    (by, reason): (Option<AccountId>, &str),
    now: Instant,
) -> Result<bool, StoreError> {
    let done = on_tx!(tx, c => act!(REVOKE; id.0, Stamp(now), by.map(|by| by.0), reason).execute(c).await
        .map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Notes that `by` renews the token `id`, which a guardian gave, so that the 18th birthday does not end it; says whether it was there, not
/// renewed before, not taken back and not over.
///
/// # Errors
/// [`StoreError`].
pub async fn renew(tx: &mut Tx, id: FactId, by: AccountId, now: Instant) -> Result<bool, StoreError> {
    let done =
        on_tx!(tx, c => act!(RENEW; id.0, Stamp(now), by.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Every token of `patient`, and of the records merged into it, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn of_patient(db: &Db, patient: PatientId) -> Result<Vec<Listed>, StoreError> {
    let rows = on_read!(db, c => ask!(ListRow, OF_PATIENT; patient.0).fetch_all(c).await)?;
    let listed = |row: ListRow| {
        let (redeemer, reason) = (row.redeemer.trim().to_owned(), row.revoke_reason);
        Ok(Listed {
            redeemed: row.redeemed_at.map(|at| (redeemer, at.0)),
            revoked: row.token.revoked_at.map(|at| (at.0, reason)),
            issuer: match (row.issuer.trim(), row.client) {
                ("", client) if client.is_empty() => Issuer::Unnamed,
                ("", client) => Issuer::Client(client),
                (name, _) => Issuer::Account(name.to_owned()),
            },
            stored: row.token.try_into()?,
        })
    };
    rows.into_iter().map(listed).collect()
}

/// The address and kind of `account` while it is active at `now`, as it is inside `tx`.
///
/// # Errors
/// [`StoreError`].
pub async fn address(
    tx: &mut Tx,
    account: AccountId,
    now: Instant,
) -> Result<Option<(String, AccountKind)>, StoreError> {
    type Found = (String, String, String, Stamp, Option<Stamp>);
    let rows = on_tx!(tx, c => ask!(Found, ADDRESS; account.0).fetch_all(c).await)?;
    let holding = rows
        .into_iter()
        .filter(|row| Stamp::interval(Some(row.3), row.4).holds(now))
        .max_by_key(|row| row.3.0);
    let active = holding.filter(|row| AccountStatus::from_word(&row.2) == Some(AccountStatus::Active));
    Ok(active.and_then(|row| Some((row.0, AccountKind::from_word(&row.1)?))))
}

/// Begins a try of `account`, which others of the same account wait for; gives its misses after `since`, and the last of them.
///
/// # Errors
/// [`StoreError`].
pub async fn begin_try(
    tx: &mut Tx,
    account: AccountId,
    now: Instant,
    since: Instant,
) -> Result<(i64, Option<Instant>), StoreError> {
    let key = format!("token:{account}");
    on_tx!(tx, c => act!(TRY; key.as_str(), Stamp(now)).execute(c).await.map(|_| ()))?;
    let found =
        on_tx!(tx, c => ask!((i64, Option<Stamp>), MISSES; account.0, Stamp(since)).fetch_one(c).await)?;
    Ok((found.0, found.1.map(|at| at.0)))
}

/// Notes a miss of `account`, and forgets those up to `since`.
///
/// # Errors
/// [`StoreError`].
pub async fn note_miss(
    tx: &mut Tx,
    account: AccountId,
    now: Instant,
    since: Instant,
) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(FORGET; account.0, Stamp(since)).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(NOTE_MISS; account.0, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}
