//! Sessions: only the hash of each secret is kept.

use time::Duration;
use uuid::Uuid;

use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::AccountId;
use crate::domain::people::{AccountKind, AccountStatus};
use crate::domain::sign_in::{SessionTimes, Stage, Via};
use crate::store::sql::{act, ask, on_read, on_tx, statements};
use crate::store::{Db, Stamp, StoreError, Tx};

statements! {
    INSERT = "insert into session (id_hash, account_id, stage, form_key, made_at, used_at, factor_at, wrong_codes, \
              network, device, via, identity_id, sid) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12)";
    LOAD = "select s.account_id, s.stage, s.form_key, s.made_at, s.used_at, s.factor_at, s.ended_at, s.via, s.identity_id, \
            s.sid, a.kind, a.family, a.given, a.email, t.status, t.starts_at, t.ends_at from session s join account a on a.id = s.account_id \
            left join account_status t on t.account_id = a.id where s.id_hash = $1";
    END = "update session set ended_at = $2 where id_hash = $1 and ended_at is null";
    END_OTHERS = "update session set ended_at = $2 where account_id = $1 and ended_at is null and id_hash <> $3";
    TOUCH = "update session set used_at = $2 where id_hash = $1 and ended_at is null and used_at < $2";
    WRONG_CODE = "update session set wrong_codes = wrong_codes + 1, \
                  ended_at = case when wrong_codes + 1 >= $2 then $3 else ended_at end \
                  where id_hash = $1 and ended_at is null returning wrong_codes";
    FULL_OF = "select id_hash from session where account_id = $1 and ended_at is null and stage = 'full' \
               order by made_at desc, id_hash";
    OPEN_OF = "select id_hash, stage, made_at, used_at, network, device, via from session \
               where account_id = $1 and ended_at is null order by made_at desc, id_hash";
    SWEEP = "delete from session where made_at < $1";
}

/// A session to keep.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// SHA-256 of its secret.
    pub id_hash: &'a [u8],
    /// Whose it is.
    pub account: AccountId,
    /// How far it has come.
    pub stage: Stage,
    /// What its form tokens are made from.
    pub form_key: &'a [u8],
    /// What opened it.
    pub via: Via,
    /// When its owner signed in.
    pub made_at: Instant,
    /// The present.
    pub now: Instant,
    /// When a second factor was last shown.
    pub factor_at: Option<Instant>,
    /// The network it began from.
    pub network: &'a str,
    /// What the browser said it is.
    pub device: &'a str,
    /// The identity of the hospital's single sign-on that opened it.
    pub identity: Option<Uuid>,
    /// The session's id at the identity provider.
    pub sid: Option<&'a str>,
}

/// A kept session with its account.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// Whose it is.
    pub account: AccountId,
    /// When it begins and ends.
    pub times: SessionTimes,
    /// What its form tokens are made from.
    pub form_key: Vec<u8>,
    /// When a second factor was last shown.
    pub factor_at: Option<Instant>,
    /// What opened it.
    pub via: Via,
    /// The identity of the hospital's single sign-on that opened it, and the session's id there.
    pub hospital: Option<(Uuid, Option<String>)>,
    /// The account's kind.
    pub kind: AccountKind,
    /// The account's family name.
    pub family: String,
    /// The account's given name.
    pub given: String,
    /// The account's address.
    pub email: String,
    /// The account's status over time.
    pub status: Vec<(AccountStatus, Interval)>,
}

/// A session that has not been ended, for the list that its owner sees.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// SHA-256 of its secret.
    pub id_hash: Vec<u8>,
    /// When it begins and ends.
    pub times: SessionTimes,
    /// The network it began from.
    pub network: String,
    /// What the browser said it is.
    pub device: String,
    /// What opened it.
    pub via: Via,
}

/// Keeps a new session.
///
/// # Errors
/// [`StoreError`].
pub async fn insert(tx: &mut Tx, new: &NewSession<'_>) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(INSERT; new.id_hash, new.account.0, new.stage.word(), new.form_key, Stamp(new.made_at),
        Stamp(new.now), new.factor_at.map(Stamp), new.network, new.device, new.via.word(), new.identity, new.sid).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// A row of `LOAD`.
#[derive(sqlx::FromRow)]
struct LoadRow {
    account_id: Uuid,
    stage: String,
    form_key: Vec<u8>,
    made_at: Stamp,
    used_at: Stamp,
    factor_at: Option<Stamp>,
    ended_at: Option<Stamp>,
    via: String,
    identity_id: Option<Uuid>,
    sid: Option<String>,
    kind: String,
    family: String,
    given: String,
    email: String,
    status: Option<String>,
    starts_at: Option<Stamp>,
    ends_at: Option<Stamp>,
}

/// The session with this hash, over or not.
///
/// # Errors
/// [`StoreError`].
pub async fn load(db: &Db, id_hash: &[u8]) -> Result<Option<KeptSession>, StoreError> {
    let rows = on_read!(db, c => ask!(LoadRow, LOAD; id_hash).fetch_all(c).await)?;
    let mut kept: Option<KeptSession> = None;
    for row in rows {
        let span = super::accounts::status_span(row.status, row.starts_at, row.ends_at)?;
        if let Some(kept) = &mut kept {
            kept.status.extend(span);
            continue;
        }
        let corrupt = |what: &str, word: &str| StoreError::Corrupt(format!("{what} {word}"));
        let stage = Stage::from_word(&row.stage).ok_or_else(|| corrupt("session stage", &row.stage))?;
        kept = Some(KeptSession {
            account: AccountId(row.account_id),
            times: SessionTimes {
                stage,
                made_at: row.made_at.0,
                used_at: row.used_at.0,
                ended_at: row.ended_at.map(|e| e.0),
            },
            form_key: row.form_key,
            factor_at: row.factor_at.map(|f| f.0),
            via: Via::from_word(&row.via).ok_or_else(|| corrupt("session via", &row.via))?,
            hospital: row.identity_id.map(|id| (id, row.sid)),
            kind: AccountKind::from_word(&row.kind).ok_or_else(|| corrupt("account kind", &row.kind))?,
            family: row.family,
            given: row.given,
            email: row.email,
            status: span.into_iter().collect(),
        });
    }
    Ok(kept)
}

/// Ends the session; `false` when it was ended already.
///
/// # Errors
/// [`StoreError`].
pub async fn end(tx: &mut Tx, id_hash: &[u8], now: Instant) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => act!(END; id_hash, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))? == 1)
}

/// Ends every session of `account` but `kept` (an empty hash keeps none) and says how many.
///
/// # Errors
/// [`StoreError`].
pub async fn end_others(
    tx: &mut Tx,
    account: AccountId,
    kept: &[u8],
    now: Instant,
) -> Result<u64, StoreError> {
    Ok(
        on_tx!(tx, c => act!(END_OTHERS; account.0, Stamp(now), kept).execute(c).await.map(|d| d.rows_affected()))?,
    )
}

/// Writes down that the session is in use; never moves its last use back.
///
/// # Errors
/// [`StoreError`].
pub async fn touch(tx: &mut Tx, id_hash: &[u8], now: Instant) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(TOUCH; id_hash, Stamp(now)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Counts a wrong code and ends the attempt at the `most`th; how many there are now, `None` when the attempt was over already.
///
/// # Errors
/// [`StoreError`].
pub async fn wrong_code(
    tx: &mut Tx,
    id_hash: &[u8],
    most: i64,
    now: Instant,
) -> Result<Option<i64>, StoreError> {
    let found = on_tx!(tx, c => ask!((i64,), WRONG_CODE; id_hash, most, Stamp(now)).fetch_optional(c).await)?;
    Ok(found.map(|(count,)| count))
}

/// Ends the oldest sessions of `account` beyond the newest `most`, and says how many.
///
/// # Errors
/// [`StoreError`].
pub async fn end_beyond(
    tx: &mut Tx,
    account: AccountId,
    most: usize,
    now: Instant,
) -> Result<u64, StoreError> {
    let open = on_tx!(tx, c => ask!((Vec<u8>,), FULL_OF; account.0).fetch_all(c).await)?;
    let mut ended = 0;
    for (id_hash,) in open.iter().skip(most) {
        ended += u64::from(end(tx, id_hash, now).await?);
    }
    Ok(ended)
}

/// The sessions of `account` that have not been ended, newest first; some may be over by now.
///
/// # Errors
/// [`StoreError`].
pub async fn open_of(db: &Db, account: AccountId) -> Result<Vec<OpenSession>, StoreError> {
    type Row = (Vec<u8>, String, Stamp, Stamp, String, String, String);
    let rows = on_read!(db, c => ask!(Row, OPEN_OF; account.0).fetch_all(c).await)?;
    let open = |(id_hash, stage, made, used, network, device, via): Row| {
        let stage =
            Stage::from_word(&stage).ok_or_else(|| StoreError::Corrupt(format!("session stage {stage}")))?;
        let times = SessionTimes { stage, made_at: made.0, used_at: used.0, ended_at: None };
        let via = Via::from_word(&via).ok_or_else(|| StoreError::Corrupt(format!("session via {via}")))?;
        Ok(OpenSession { id_hash, times, network, device, via })
    };
    rows.into_iter().map(open).collect()
}

/// Removes the sessions that began more than 30 days ago.
///
/// # Errors
/// [`StoreError`].
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<(), StoreError> {
    let long_ago = Stamp(now.plus_seconds(-Duration::days(30).whole_seconds()));
    on_tx!(tx, c => act!(SWEEP; long_ago).execute(c).await.map(|_| ()))?;
    Ok(())
}
