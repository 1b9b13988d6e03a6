//! The hospital's answer comes back: who it is, and whether that signs anybody in.

use serde_json::json;
use subtle::ConstantTimeEq;

use super::attempt::{STEP_UP, take};
use super::linking::{self, Ticket};
use super::{Browser, provider};
use crate::app::ports::identity::{Claims, IdentityError, Returned};
use crate::app::sign_in::{
    Client, Opening, Session, SessionSecret, SessionState, arrive, is_active, new_secret, open_session,
    random, session,
};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::{AccountId, new_uuid};
use crate::domain::people::{AccountKind, Role};
use crate::domain::sign_in::{Stage, Via};
use crate::store::Tx;
use crate::store::sign_in::{accounts, sessions as kept};
use crate::store::sign_on::{self, Identity};

/// What the provider's redirect carries.
#[derive(Clone, Default)]
pub struct Callback {
    /// The code; empty when there is none.
    pub code: String,
    /// The state; empty when there is none.
    pub state: String,
    /// The issuer, where the answer names it.
    pub iss: Option<String>,
    /// The error, where there is one.
    pub error: Option<String>,
}

/// What the hospital's answer comes to.
#[derive(Debug)]
pub enum HospitalAnswer {
    /// Signed in, in this new session.
    SignedIn {
        /// Its secret.
        cookie: SessionSecret,
    },
    /// A fresh factor was shown, in this new session.
    SteppedUp {
        /// Its secret.
        cookie: SessionSecret,
        /// The page that asked for it.
        next: String,
    },
    /// Nobody is signed in: the hospital knows them, and no account is linked yet.
    NotLinked(Ticket),
    /// The account that is signed in has asked for the link.
    LinkAsked,
    /// Nobody is signed in: they showed no second factor at the hospital.
    NoSecondFactor,
    /// Nobody is signed in: they turned back at the hospital.
    Cancelled,
    /// Nobody is signed in: the answer is not one to a question of this browser, or fails a check.
    Refused,
    /// Nobody is signed in: the linked account is not active.
    Inactive,
    /// Nobody is signed in: the hospital no longer gives them a role in the access team.
    NoRole,
    /// Nobody is signed in: the provider does not answer.
    Down,
    /// Single sign-on is not set up.
    Off,
}

/// Takes the provider's answer.
///
/// # Errors
/// [`AppError`]; nobody is signed in then.
pub async fn finish(
    app: &App,
    callback: &Callback,
    browser: Browser<'_>,
    client: &Client,
) -> Result<HospitalAnswer, AppError> {
    let Some(provider) = provider(app) else { return Ok(HospitalAnswer::Off) };
    let now = app.clock.now();
    let taken = take(app, &callback.state, now).await?;
    let Some((attempt, asking, next)) = taken else { return refuse(app, client, "state", None).await };
    let by_session = attempt.account.is_some();
    let ours = if by_session { browser.session_hash() } else { browser.visit_hash() };
    if !bool::from(ours.as_slice().ct_eq(&attempt.browser_hash)) {
        return refuse(app, client, "browser", None).await;
    }
    let is_other = callback.iss.as_deref().is_some_and(|iss| iss != provider.issuer());
    if attempt.issuer != provider.issuer() || is_other {
        return refuse(app, client, "issuer", None).await;
    }
    if callback.error.is_some() {
        refuse(app, client, "cancelled", None).await?;
        return Ok(HospitalAnswer::Cancelled);
    }
    if callback.code.is_empty() {
        return refuse(app, client, "code", None).await;
    }
    // Outside any transaction: the provider may take its time.
    let returned = Returned { code: &callback.code, issuer: callback.iss.as_deref() };
    let claims = match provider.finish(returned, &asking, now).await {
        Ok(claims) => claims,
        Err(error) => {
            tracing::warn!(%error, request = client.request_id, "a sign-in at the hospital failed");
            let why = match &error {
                IdentityError::Down(_) => "provider_down",
                IdentityError::Refused(why) => why,
                IdentityError::NoSecondFactor => "no_second_factor",
            };
            refuse(app, client, why, None).await?;
            return Ok(error.into());
        }
    };
    let found = sign_on::by_subject(&app.db, provider.issuer(), &claims.subject).await?;
    match (attempt.account, attempt.purpose.as_str()) {
        (Some(account), STEP_UP) => step_up(app, (account, browser, next), found, &claims, client).await,
        (Some(account), _) => link_own(app, account, browser, (provider.issuer(), &claims), client).await,
        (None, _) => match found {
            Some(Identity { id, account: Some(account), .. }) => {
                sign_in(app, (account, id), browser, &claims, client).await
            }
            _ => not_linked(app, provider.issuer(), &claims, browser, client).await,
        },
    }
}

/// Records that nobody is signed in, and why.
async fn refuse(
    app: &App,
    client: &Client,
    why: &str,
    account: Option<AccountId>,
) -> Result<HospitalAnswer, AppError> {
    let mut entry = client.entry(app.clock.now(), Act::SignInHospital, Outcome::Refused);
    entry.subject = account.map(|a| a.0);
    entry.basis = why.to_owned();
    app.audit.commit(app.db.begin().await?, vec![entry]).await?;
    Ok(HospitalAnswer::Refused)
}

/// Opens a session for a linked account that is active; its roles are what the hospital says today.
async fn sign_in(
    app: &App,
    (account, identity): (AccountId, uuid::Uuid),
    browser: Browser<'_>,
    claims: &Claims,
    client: &Client,
) -> Result<HospitalAnswer, AppError> {
    let now = app.clock.now();
    let status = accounts::status(&app.db, account).await?;
    let Some(known) = sign_on::account(&app.db, account).await?.filter(|_| is_active(&status, now)) else {
        refuse(app, client, "account_inactive", Some(account)).await?;
        return Ok(HospitalAnswer::Inactive);
    };
    let before = current(app, browser).await?;
    let card = accounts::card(&app.db, account).await?;
    let email = card.map_or_else(String::new, |card| card.email);
    let roles = accounts::roles(&app.db, account).await?;
    let mut tx = app.db.begin().await?;
    let mut entry = client.entry(now, Act::SignInHospital, Outcome::Allowed);
    entry.actor = Some(account);
    let mut changed = false;
    if let (AccountKind::AccessTeam, Some(said)) = (known.kind, &claims.roles) {
        changed = settle_roles(&mut tx, account, &roles, said).await?;
        if said.is_empty() {
            entry.actor = None;
            (entry.subject, entry.outcome) = (Some(account.0), Outcome::Refused);
            entry.basis = String::from("no_role");
            kept::end_others(&mut tx, account, &[], now).await?;
            app.audit.commit(tx, vec![entry]).await?;
            return Ok(HospitalAnswer::NoRole);
        }
    }
    if let Some(before) = before {
        // Whoever was signed in here loses the cookie: nothing is left behind it.
        kept::end(&mut tx, &before.id_hash, now).await?;
    }
    let opening = Opening {
        factor_at: Some(claims.signed_in_at),
        hospital: Some((identity, claims.sid.clone())),
        ..Opening::new(account, Stage::Full, Via::SingleSignOn)
    };
    let cookie = arrive(app, &mut tx, &opening, &email, client).await?;
    entry.detail = json!({ "identity": identity, "roles_changed": changed }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(HospitalAnswer::SignedIn { cookie })
}

/// Makes the roles of a member of the access team those that the hospital says; whether they were others before.
async fn settle_roles(
    tx: &mut Tx,
    account: AccountId,
    before: &[Role],
    said: &[Role],
) -> Result<bool, AppError> {
    let same = before.len() == said.len() && before.iter().all(|role| said.contains(role));
    if !same {
        sign_on::set_roles(tx, account, said).await?;
    }
    Ok(!same)
}

/// Replaces the session by one with a fresh factor, when the same person showed it.
async fn step_up(
    app: &App,
    (account, browser, next): (AccountId, Browser<'_>, String),
    found: Option<Identity>,
    claims: &Claims,
    client: &Client,
) -> Result<HospitalAnswer, AppError> {
    let now = app.clock.now();
    let mut entry = client.entry(now, Act::StepUp, Outcome::Refused);
    entry.subject = Some(account.0);
    let old = current(app, browser).await?.filter(|s| s.account == account);
    let own = old.as_ref().and_then(|s| s.hospital.as_ref()).map(|(id, _)| *id);
    let is_same = found.as_ref().is_some_and(|f| Some(f.id) == own && f.account == Some(account));
    let (Some(old), Some(identity), true) = (old, own, is_same) else {
        entry.basis = String::from("subject");
        app.audit.commit(app.db.begin().await?, vec![entry]).await?;
        return Ok(HospitalAnswer::Refused);
    };
    let mut tx = app.db.begin().await?;
    if !kept::end(&mut tx, &old.id_hash, now).await? {
        return Ok(HospitalAnswer::Refused);
    }
    let cookie = new_secret(app)?;
    let opening = Opening {
        signed_in_at: Some(old.signed_in_at),
        factor_at: Some(claims.signed_in_at.min(now)),
        hospital: Some((identity, claims.sid.clone())),
        ..Opening::new(account, Stage::Full, Via::SingleSignOn)
    };
    open_session(app, &mut tx, &cookie, &opening, client).await?;
    entry.outcome = Outcome::Allowed;
    entry.actor = Some(account);
    entry.subject = None;
    app.audit.commit(tx, vec![entry]).await?;
    Ok(HospitalAnswer::SteppedUp { cookie, next })
}

/// The session of `browser`, when it is signed in.
async fn current(app: &App, browser: Browser<'_>) -> Result<Option<Session>, AppError> {
    Ok(match session(app, browser.session).await? {
        SessionState::SignedIn(session) => Some(session),
        _ => None,
    })
}

/// Remembers somebody whom no account is linked to, and gives them what they need to ask for it.
async fn not_linked(
    app: &App,
    issuer: &str,
    claims: &Claims,
    browser: Browser<'_>,
    client: &Client,
) -> Result<HospitalAnswer, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let identity = remember(app, &mut tx, issuer, claims).await?;
    let waiting = match identity.request {
        Some(request) => sign_on::is_open(&mut tx, request).await?,
        None => false,
    };
    let mut entry = client.entry(now, Act::SignInHospital, Outcome::Refused);
    entry.subject = Some(identity.id);
    entry.basis = String::from("not_linked");
    app.audit.commit(tx, vec![entry]).await?;
    Ok(HospitalAnswer::NotLinked(linking::ticket(app, &identity, claims, browser, waiting)?))
}

async fn remember(app: &App, tx: &mut Tx, issuer: &str, claims: &Claims) -> Result<Identity, AppError> {
    let now = app.clock.now();
    let id = new_uuid(now, random(app)?);
    let name = format!("{} {}", claims.given, claims.family);
    Ok(sign_on::see(tx, id, (issuer, &claims.subject), (name.trim(), &claims.email), now).await?)
}

/// Asks for the link of a sign-in to the account that is signed in.
async fn link_own(
    app: &App,
    account: AccountId,
    browser: Browser<'_>,
    (issuer, claims): (&str, &Claims),
    client: &Client,
) -> Result<HospitalAnswer, AppError> {
    let is_theirs = current(app, browser).await?.is_some_and(|s| s.account == account);
    if !is_theirs {
        return refuse(app, client, "session", Some(account)).await;
    }
    let mut tx = app.db.begin().await?;
    let identity = remember(app, &mut tx, issuer, claims).await?;
    if identity.account.is_some_and(|linked| linked != account) {
        tx.commit().await?;
        return refuse(app, client, "linked_to_another", Some(account)).await;
    }
    if identity.account.is_none() {
        let wish =
            linking::Wish { typed: String::new(), of: Some(account), subject: Some(account), new: None };
        linking::file(app, tx, &identity, &wish, client).await?;
    } else {
        tx.commit().await?;
    }
    Ok(HospitalAnswer::LinkAsked)
}

/// An entry about linking.
pub(super) fn filing(client: &Client, app: &App, actor: Option<AccountId>) -> Entry {
    let mut entry = client.entry(app.clock.now(), Act::FileRequest, Outcome::Allowed);
    entry.actor = actor;
    entry
}
