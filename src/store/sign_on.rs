//! The hospital's single sign-on: sign-ins under way, who is whom at the identity provider, log-outs seen.

use uuid::Uuid;

use super::sql::{act, ask, on_read, on_tx, statements};
use super::{Db, Stamp, StoreError, Tx};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::people::{AccountKind, Role, SignIn};

statements! {
    INSERT_ATTEMPT = "insert into sign_on_attempt (state_hash, issuer, browser_hash, sealed, purpose, account_id, made_at, \
                      expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    USE_ATTEMPT = "update sign_on_attempt set used_at = $2 where state_hash = $1 and used_at is null and expires_at > $2 \
                   returning issuer, browser_hash, sealed, purpose, account_id, made_at";
    SWEEP_ATTEMPTS = "delete from sign_on_attempt where expires_at < $1";
    SEE_IDENTITY = "insert into sign_on_identity (id, issuer, subject, name, email, first_seen_at) \
                    values ($1, $2, $3, $4, $5, $6) on conflict (issuer, subject) do update set name = excluded.name, \
                    email = excluded.email";
    BY_SUBJECT = "select id, issuer, subject, account_id, request_id, name, email from sign_on_identity \
                  where issuer = $1 and subject = $2";
    BY_ID = "select id, issuer, subject, account_id, request_id, name, email from sign_on_identity where id = $1";
    BY_REQUEST = "select id, issuer, subject, account_id, request_id, name, email from sign_on_identity where request_id = $1";
    ASK = "update sign_on_identity set request_id = $2 where id = $1 and account_id is null \
           and request_id is not distinct from $3";
    LINK = "update sign_on_identity set account_id = $2, linked_at = $3 where id = $1 and account_id is null \
            and request_id = $4";
    REQUEST_IS_OPEN = "select 1 from access_request where id = $1 and state = 'open'";
    REQUEST_TYPED = "select typed, account_id from access_request where id = $1 and kind = 'single_sign_on'";
    SET_SUBJECT = "update access_request set subject_account_id = $2 where id = $1";
    ACCOUNT = "select a.kind, a.email, a.family, a.given, a.sign_in, (select count(*) from password p \
               where p.account_id = a.id), (select count(*) from sign_on_identity i where i.account_id = a.id) \
               from account a where a.id = $1";
    UNLINK = "update sign_on_identity set account_id = null, linked_at = null, request_id = null where account_id = $1";
    ACCOUNT_BY_EMAIL = "select id from account where email_folded = $1";
    SET_SIGN_IN = "update account set sign_in = $2 where id = $1";
    DROP_ROLES = "delete from account_role where account_id = $1";
    INSERT_ROLE = "insert into account_role (account_id, role) values ($1, $2)";
    END_OF_IDENTITY = "update session set ended_at = $2 where identity_id = $1 and ended_at is null";
    END_OF_SID = "update session set ended_at = $3 where identity_id = $1 and sid = $2 and ended_at is null";
    IDENTITIES_OF_SID = "select distinct i.id, i.account_id from session s join sign_on_identity i on i.id = s.identity_id \
                         where i.issuer = $1 and s.sid = $2";
    SEE_TOKEN = "insert into logout_token_seen (issuer, jti_hash, seen_at) values ($1, $2, $3) on conflict do nothing";
    SWEEP_TOKENS = "delete from logout_token_seen where seen_at < $1";
}

/// A sign-in that is to begin.
#[derive(Debug)]
pub struct NewAttempt<'a> {
    /// SHA-256 of its state.
    pub state_hash: &'a [u8],
    /// The identity provider.
    pub issuer: &'a str,
    /// What the browser that began it is known by.
    pub browser_hash: &'a [u8],
    /// Nonce, verifier and the like, sealed for the state.
    pub sealed: &'a [u8],
    /// `sign_in` or `step_up`.
    pub purpose: &'a str,
    /// Whose, where somebody is signed in already.
    pub account: Option<AccountId>,
    /// When it began.
    pub made_at: Instant,
    /// When its answer comes too late.
    pub expires_at: Instant,
}

/// A sign-in whose answer has come, and which is used by that.
#[derive(Clone, Debug)]
pub struct UsedAttempt {
    /// The identity provider.
    pub issuer: String,
    /// What the browser that began it is known by.
    pub browser_hash: Vec<u8>,
    /// Nonce, verifier and the like, sealed for the state.
    pub sealed: Vec<u8>,
    /// `sign_in` or `step_up`.
    pub purpose: String,
    /// Whose, where somebody was signed in already.
    pub account: Option<AccountId>,
    /// When it began.
    pub made_at: Instant,
}

/// Somebody at the identity provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Our id of them.
    pub id: Uuid,
    /// The identity provider.
    pub issuer: String,
    /// Their id there.
    pub subject: String,
    /// The account that the access team has linked.
    pub account: Option<AccountId>,
    /// The newest request to link it.
    pub request: Option<RequestId>,
    /// The name that the provider gives.
    pub name: String,
    /// The address that the provider gives.
    pub email: String,
}

/// What linking needs to know of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkableAccount {
    /// What it is for.
    pub kind: AccountKind,
    /// Its address.
    pub email: String,
    /// Given and family name.
    pub name: String,
    /// How it signs in.
    pub sign_in: SignIn,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether a sign-in at the hospital is linked to it.
    pub is_linked: bool,
}

/// Keeps a sign-in that begins, and forgets those that ended a day ago.
///
/// # Errors
/// [`StoreError`].
pub async fn begin(tx: &mut Tx, new: &NewAttempt<'_>) -> Result<(), StoreError> {
    let long_ago = Stamp(new.made_at.plus_seconds(-86_400));
    on_tx!(tx, c => act!(SWEEP_ATTEMPTS; long_ago).execute(c).await.map(|_| ()))?;
    on_tx!(tx, c => act!(INSERT_ATTEMPT; new.state_hash, new.issuer, new.browser_hash, new.sealed, new.purpose,
        new.account.map(|a| a.0), Stamp(new.made_at), Stamp(new.expires_at)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Uses the sign-in with this state up: `None` when there is none, it was used, or its time is over. However many ask, one gets it.
///
/// # Errors
/// [`StoreError`].
pub async fn use_attempt(
    tx: &mut Tx,
    state_hash: &[u8],
    now: Instant,
) -> Result<Option<UsedAttempt>, StoreError> {
    type Row = (String, Vec<u8>, Vec<u8>, String, Option<Uuid>, Stamp);
    let row = on_tx!(tx, c => ask!(Row, USE_ATTEMPT; state_hash, Stamp(now)).fetch_optional(c).await)?;
    Ok(row.map(|(issuer, browser_hash, sealed, purpose, account, made_at)| UsedAttempt {
        issuer,
        browser_hash,
        sealed,
        purpose,
        account: account.map(AccountId),
        made_at: made_at.0,
    }))
}

type IdentityRow = (Uuid, String, String, Option<Uuid>, Option<Uuid>, String, String);

fn identity((id, issuer, subject, account, request, name, email): IdentityRow) -> Identity {
    let (account, request) = (account.map(AccountId), request.map(RequestId));
    Identity { id, issuer, subject, account, request, name, email }
}

/// Writes down somebody of whom the identity provider spoke, and gives them as they are kept. What links them to an account is
/// not changed by what the provider says.
///
/// # Errors
/// [`StoreError`].
pub async fn see(
    tx: &mut Tx,
    id: Uuid,
    (issuer, subject): (&str, &str),
    (name, email): (&str, &str),
    now: Instant,
) -> Result<Identity, StoreError> {
    on_tx!(tx, c => act!(SEE_IDENTITY; id, issuer, subject, name, email, Stamp(now)).execute(c).await.map(|_| ()))?;
    let row = on_tx!(tx, c => ask!(IdentityRow, BY_SUBJECT; issuer, subject).fetch_one(c).await)?;
    Ok(identity(row))
}

/// Somebody at the identity provider.
///
/// # Errors
/// [`StoreError`].
pub async fn by_subject(db: &Db, issuer: &str, subject: &str) -> Result<Option<Identity>, StoreError> {
    Ok(on_read!(db, c => ask!(IdentityRow, BY_SUBJECT; issuer, subject).fetch_optional(c).await)?
        .map(identity))
}

/// The identity with this id of ours.
///
/// # Errors
/// [`StoreError`].
pub async fn by_id(db: &Db, id: Uuid) -> Result<Option<Identity>, StoreError> {
    Ok(on_read!(db, c => ask!(IdentityRow, BY_ID; id).fetch_optional(c).await)?.map(identity))
}

/// Whom `request` asks to link, for its page.
///
/// # Errors
/// [`StoreError`].
pub async fn by_request(db: &Db, request: RequestId) -> Result<Option<Identity>, StoreError> {
    Ok(on_read!(db, c => ask!(IdentityRow, BY_REQUEST; request.0).fetch_optional(c).await)?.map(identity))
}

/// Whom `request` asks to link, inside the transaction that decides it.
///
/// # Errors
/// [`StoreError`].
pub async fn deciding(tx: &mut Tx, request: RequestId) -> Result<Option<Identity>, StoreError> {
    Ok(on_tx!(tx, c => ask!(IdentityRow, BY_REQUEST; request.0).fetch_optional(c).await)?.map(identity))
}

/// Whether this request is open.
///
/// # Errors
/// [`StoreError`].
pub async fn is_open(tx: &mut Tx, request: RequestId) -> Result<bool, StoreError> {
    Ok(on_tx!(tx, c => ask!((i32,), REQUEST_IS_OPEN; request.0).fetch_optional(c).await)?.is_some())
}

/// What was typed into the request to link a sign-in, and who filed it when signed in.
///
/// # Errors
/// [`StoreError`].
pub async fn asked_for(
    db: &Db,
    request: RequestId,
) -> Result<Option<(String, Option<AccountId>)>, StoreError> {
    type Row = (String, Option<Uuid>);
    let row = on_read!(db, c => ask!(Row, REQUEST_TYPED; request.0).fetch_optional(c).await)?;
    Ok(row.map(|(typed, account)| (typed, account.map(AccountId))))
}

/// As [`asked_for`], inside the transaction that decides.
///
/// # Errors
/// [`StoreError`].
pub async fn deciding_typed(
    tx: &mut Tx,
    request: RequestId,
) -> Result<Option<(String, Option<AccountId>)>, StoreError> {
    type Row = (String, Option<Uuid>);
    let row = on_tx!(tx, c => ask!(Row, REQUEST_TYPED; request.0).fetch_optional(c).await)?;
    Ok(row.map(|(typed, account)| (typed, account.map(AccountId))))
}

/// Makes `request` the one that asks to link `identity`, if the one before is still `before` and nothing is linked: one at a time.
///
/// # Errors
/// [`StoreError`].
pub async fn ask_to_link(
    tx: &mut Tx,
    identity: Uuid,
    request: RequestId,
    before: Option<RequestId>,
    subject: Option<AccountId>,
) -> Result<bool, StoreError> {
    on_tx!(tx, c => act!(SET_SUBJECT; request.0, subject.map(|a| a.0)).execute(c).await.map(|_| ()))?;
    let asked = on_tx!(tx, c => act!(ASK; identity, request.0, before.map(|r| r.0)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(asked == 1)
}

/// Links `identity` to `account` as `request` asked; `false` when it is linked already, or another request has taken its place.
///
/// # Errors
/// [`StoreError`].
pub async fn link(
    tx: &mut Tx,
    identity: Uuid,
    account: AccountId,
    request: RequestId,
    now: Instant,
) -> Result<bool, StoreError> {
    let linked = on_tx!(tx, c => act!(LINK; identity, account.0, Stamp(now), request.0).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(linked == 1)
}

/// What linking needs to know of `account`.
///
/// # Errors
/// [`StoreError`].
pub async fn account(db: &Db, account: AccountId) -> Result<Option<LinkableAccount>, StoreError> {
    let row = on_read!(db, c => ask!(AccountRow, ACCOUNT; account.0).fetch_optional(c).await)?;
    row.map(linkable).transpose()
}

/// As [`account`], inside the transaction that decides.
///
/// # Errors
/// [`StoreError`].
pub async fn account_in(tx: &mut Tx, account: AccountId) -> Result<Option<LinkableAccount>, StoreError> {
    let row = on_tx!(tx, c => ask!(AccountRow, ACCOUNT; account.0).fetch_optional(c).await)?;
    row.map(linkable).transpose()
}

type AccountRow = (String, String, String, String, String, i64, i64);

fn linkable(row: AccountRow) -> Result<LinkableAccount, StoreError> {
    let (kind, email, family, given, sign_in, passwords, identities) = row;
    let corrupt = |word: &str| StoreError::Corrupt(format!("account {word}"));
    Ok(LinkableAccount {
        kind: AccountKind::from_word(&kind).ok_or_else(|| corrupt(&kind))?,
        email,
        name: format!("{given} {family}").trim().to_owned(),
        sign_in: SignIn::from_word(&sign_in).ok_or_else(|| corrupt(&sign_in))?,
        has_password: passwords > 0,
        is_linked: identities > 0,
    })
}

/// Takes every sign-in at the hospital off `account`: each has to be asked for and approved anew.
///
/// # Errors
/// [`StoreError`].
pub async fn unlink(tx: &mut Tx, account: AccountId) -> Result<u64, StoreError> {
    Ok(on_tx!(tx, c => act!(UNLINK; account.0).execute(c).await.map(|d| d.rows_affected()))?)
}

/// The account with this folded address.
///
/// # Errors
/// [`StoreError`].
pub async fn account_by_email(db: &Db, folded: &str) -> Result<Option<AccountId>, StoreError> {
    let row = on_read!(db, c => ask!((Uuid,), ACCOUNT_BY_EMAIL; folded).fetch_optional(c).await)?;
    Ok(row.map(|(id,)| AccountId(id)))
}

/// Says how `account` signs in from now on.
///
/// # Errors
/// [`StoreError`].
pub async fn set_sign_in(tx: &mut Tx, account: AccountId, sign_in: SignIn) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(SET_SIGN_IN; account.0, sign_in.word()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Gives `account` exactly these roles in the access team.
///
/// # Errors
/// [`StoreError`].
pub async fn set_roles(tx: &mut Tx, account: AccountId, roles: &[Role]) -> Result<(), StoreError> {
    on_tx!(tx, c => act!(DROP_ROLES; account.0).execute(c).await.map(|_| ()))?;
    for role in roles {
        on_tx!(tx, c => act!(INSERT_ROLE; account.0, role.word()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// The identities of `issuer` that have had a session with the id `sid` there, and their accounts.
///
/// # Errors
/// [`StoreError`].
pub async fn of_sid(db: &Db, issuer: &str, sid: &str) -> Result<Vec<(Uuid, Option<AccountId>)>, StoreError> {
    type Row = (Uuid, Option<Uuid>);
    let rows = on_read!(db, c => ask!(Row, IDENTITIES_OF_SID; issuer, sid).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, account)| (id, account.map(AccountId))).collect())
}

/// Ends the sessions that `identity` opened, or only the one with the id `sid` at the provider, and says how many.
///
/// # Errors
/// [`StoreError`].
pub async fn end_sessions(
    tx: &mut Tx,
    identity: Uuid,
    sid: Option<&str>,
    now: Instant,
) -> Result<u64, StoreError> {
    Ok(match sid {
        Some(sid) => {
            on_tx!(tx, c => act!(END_OF_SID; identity, sid, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?
        }
        None => {
            on_tx!(tx, c => act!(END_OF_IDENTITY; identity, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?
        }
    })
}

/// Writes down that a log-out token was seen; `false` when it was seen before. Tokens of more than a day ago are forgotten: they
/// are refused for their age.
///
/// # Errors
/// [`StoreError`].
pub async fn see_logout(
    tx: &mut Tx,
    issuer: &str,
    jti_hash: &[u8],
    now: Instant,
) -> Result<bool, StoreError> {
    on_tx!(tx, c => act!(SWEEP_TOKENS; Stamp(now.plus_seconds(-86_400))).execute(c).await.map(|_| ()))?;
    let new = on_tx!(tx, c => act!(SEE_TOKEN; issuer, jti_hash, Stamp(now)).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(new == 1)
}
