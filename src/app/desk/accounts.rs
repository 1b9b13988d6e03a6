//! Accounts as the access team runs them: found by address, disabled, their sessions ended, a factor reset asked for.

use serde_json::json;

use super::{Done, Member, filed};
use crate::app::mail::post;
use crate::app::sign_in::{is_active, random};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::{AccountId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::people::{AccountStatus, Role, SignIn};
use crate::domain::queue::{Bar, EVIDENCE_SHORTEST, Obstacle, text};
use crate::domain::request::{REASON_LONGEST, RequestKind};
use crate::store::requests::{self, StoredRequest};
use crate::store::sign_in::{accounts, credentials, links, overview, sessions};
use crate::store::{StoreError, Tx, people};

pub use crate::store::sign_in::overview::{AccountEvent, Overview};

/// An account with all that its page shows.
#[derive(Clone, Debug)]
pub struct AccountPage {
    /// The account.
    pub id: AccountId,
    /// Its ways to sign in.
    pub overview: Overview,
    /// Its status now; `None` when it has none.
    pub status: Option<AccountStatus>,
    /// Its roles in the access team.
    pub roles: Vec<Role>,
    /// Its sessions that have not ended.
    pub sessions: usize,
    /// What the access team did to it, newest first.
    pub events: Vec<AccountEvent>,
    /// What keeps the reader from acting on it.
    pub bar: Option<Bar>,
}

/// The account whose address is `email`; recorded whether or not there is one.
///
/// # Errors
/// [`AppError`]; then nothing may be said.
pub async fn find(app: &App, member: &Member, email: &str) -> Result<Option<AccountId>, AppError> {
    let found = people::account_by_email(&app.db, email).await?;
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = member.context.entry(member.account, Act::LookUp, outcome);
    entry.subject = found.map(|account| account.0);
    entry.detail = json!({ "look_up": "account" }).to_string();
    app.audit.record(entry).await?;
    Ok(found)
}

/// The page of `account`; `None` when there is no such account.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn page(app: &App, member: &Member, account: AccountId) -> Result<Option<AccountPage>, AppError> {
    let found = overview::of(&app.db, account).await?;
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = member.entry(Act::LookUp, outcome, account.0);
    entry.detail = json!({ "look_up": "account_page" }).to_string();
    app.audit.record(entry).await?;
    let Some(overview) = found else { return Ok(None) };
    let now = member.context.now;
    let status = accounts::status(&app.db, account).await?;
    let open = sessions::open_of(&app.db, account).await?;
    Ok(Some(AccountPage {
        id: account,
        overview,
        status: status.iter().find(|(_, span)| span.holds(now)).map(|(status, _)| *status),
        roles: accounts::roles(&app.db, account).await?,
        sessions: open.iter().filter(|session| session.times.ends(now).is_some()).count(),
        events: overview::events(&app.db, account).await?,
        bar: bar(member, account),
    }))
}

/// What keeps `member` from acting on `account`: it takes an administrator, and nobody acts on their own.
fn bar(member: &Member, account: AccountId) -> Option<Bar> {
    if member.account == account {
        return Some(Bar::Own);
    }
    (!member.roles.contains(&Role::Administrator)).then_some(Bar::Role)
}

/// Who it is about, when the member may act on it; else what it comes to, recorded.
async fn checked(
    app: &App,
    member: &Member,
    account: AccountId,
    act: Act,
) -> Result<Result<Overview, Done>, AppError> {
    let stopped = if let Some(bar) = bar(member, account) {
        (Outcome::Refused, bar.word(), Done::Barred(bar))
    } else if let Some(found) = overview::of(&app.db, account).await? {
        return Ok(Ok(found));
    } else {
        (Outcome::Failed, "unknown", Done::Unknown)
    };
    let (outcome, basis, done) = stopped;
    let mut entry = member.entry(act, outcome, account.0);
    entry.basis = String::from(basis);
    app.audit.record(entry).await?;
    Ok(Err(done))
}

async fn keep_event(
    app: &App,
    tx: &mut Tx,
    member: &Member,
    account: AccountId,
    said: (&str, &str),
) -> Result<(), AppError> {
    let now = member.context.now;
    let id = new_uuid(now, random(app)?);
    Ok(overview::insert_event(tx, (id, account), member.account, said, now).await?)
}

/// Disables `account` from now on for `reason`, and ends its sessions and links. The person is told.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn disable(app: &App, member: &Member, account: AccountId, reason: &str) -> Result<Done, AppError> {
    let Some(reason) = text(reason, 1, REASON_LONGEST) else { return Ok(Done::BadText) };
    let found = match checked(app, member, account, Act::DisableAccount).await? {
        Ok(found) => found,
        Err(done) => return Ok(done),
    };
    let now = member.context.now;
    let mut tx = app.db.begin().await?;
    accounts::set_status(&mut tx, account, AccountStatus::Disabled, now).await?;
    credentials::void_links(&mut tx, account, now).await?;
    links::void_all(&mut tx, account, now).await?;
    sessions::end_others(&mut tx, account, &[], now).await?;
    keep_event(app, &mut tx, member, account, ("disabled", reason)).await?;
    post(app, &mut tx, (Some(account), &found.email), &Letter::AccountClosed { at: now }).await?;
    app.audit.commit(tx, vec![member.entry(Act::DisableAccount, Outcome::Allowed, account.0)]).await?;
    Ok(Done::Done(()))
}

/// Ends every session of `account` (asvs V7.4.5); how many there were.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn end_sessions(app: &App, member: &Member, account: AccountId) -> Result<Done<u64>, AppError> {
    match checked(app, member, account, Act::EndSession).await? {
        Ok(_) => {}
        Err(Done::Barred(bar)) => return Ok(Done::Barred(bar)),
        Err(_) => return Ok(Done::Unknown),
    }
    let now = member.context.now;
    let mut tx = app.db.begin().await?;
    let ended = sessions::end_others(&mut tx, account, &[], now).await?;
    keep_event(app, &mut tx, member, account, ("sessions_ended", "")).await?;
    let mut entry = member.entry(Act::EndSession, Outcome::Allowed, account.0);
    entry.detail = json!({ "sessions": ended }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Done::Done(ended))
}

/// Asks that the lost factor of `account` be bound anew; `evidence` says how the person's identity was checked. Another
/// administrator approves.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn ask_reset(
    app: &App,
    member: &Member,
    account: AccountId,
    evidence: &str,
) -> Result<Done<RequestId>, AppError> {
    let Some(evidence) = text(evidence, EVIDENCE_SHORTEST, REASON_LONGEST) else { return Ok(Done::BadText) };
    let found = match checked(app, member, account, Act::FileRequest).await? {
        Ok(found) => found,
        Err(Done::Barred(bar)) => return Ok(Done::Barred(bar)),
        Err(_) => return Ok(Done::Unknown),
    };
    let now = member.context.now;
    if found.sign_in == SignIn::Hospital {
        return Ok(Done::Obstacle(Obstacle::SignsInAtHospital));
    }
    if !is_active(&accounts::status(&app.db, account).await?, now) {
        return Ok(Done::Obstacle(Obstacle::NotActive));
    }
    let request = StoredRequest {
        account: Some(member.account),
        subject: Some(account),
        reason: evidence.to_owned(),
        ..StoredRequest::open(RequestId(new_uuid(now, random(app)?)), RequestKind::FactorReset, now)
    };
    let mut tx = app.db.begin().await?;
    match requests::insert(&mut tx, &request).await {
        Err(StoreError::Duplicate(_)) => return Ok(Done::Obstacle(Obstacle::AskedAlready)),
        kept => kept?,
    }
    filed(app, &mut tx, request.id).await?;
    keep_event(app, &mut tx, member, account, ("reset_asked", evidence)).await?;
    let mut entry = member.entry(Act::FileRequest, Outcome::Allowed, request.id.0);
    entry.detail = json!({ "kind": request.kind.word(), "account": account.to_string() }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Done::Done(request.id))
}
