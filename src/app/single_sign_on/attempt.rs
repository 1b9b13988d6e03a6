//! A sign-in at the hospital begins: state, nonce and verifier are made, kept sealed, and bound to the browser.

use serde::{Deserialize, Serialize};

use super::{Browser, provider};
use crate::app::ports::identity::{Asking, IdentityError};
use crate::app::sign_in::{Client, Session, new_secret, open_for, seal_for, secret_hash};
use crate::app::{App, AppError};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::sign_in::{HOSPITAL_ATTEMPT_SECONDS, fold_network};
use crate::store::sign_in::throttle::{self, Rate};
use crate::store::sign_on::{self, NewAttempt, UsedAttempt};

/// To sign in, or to link a sign-in to the account that is signed in.
pub(super) const SIGN_IN: &str = "sign_in";
/// To show a fresh factor inside a session.
pub(super) const STEP_UP: &str = "step_up";
/// Begins the counter of a network's sign-ins that begin.
const NETWORK: &str = "hospital:";
/// How many sign-ins one network may begin: a clinic's whole morning, and no flood of rows.
const RATE: Rate = Rate { burst: 60, seconds: 5 };

/// Where a sign-in that begins leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Begun {
    /// To the hospital.
    To(String),
    /// Nowhere: the provider does not answer.
    Down,
    /// Nowhere: too many for this network. Again in so many seconds.
    Slowed(i64),
    /// Nowhere: single sign-on is not set up.
    Off,
    /// Nowhere: the session was not opened by the hospital's single sign-on.
    NotHospital,
}

/// What is kept sealed of a sign-in under way.
#[derive(Serialize, Deserialize)]
pub(super) struct Sealed {
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// The page that a fresh factor was asked for.
    pub(super) next: String,
}

/// Begins a sign-in of somebody who is not signed in.
///
/// # Errors
/// [`AppError`]; nothing was begun then.
pub async fn begin(app: &App, browser: Browser<'_>, client: &Client) -> Result<Begun, AppError> {
    if provider(app).is_none() {
        return Ok(Begun::Off);
    }
    let key = format!("{NETWORK}{}", fold_network(&client.network));
    let mut tx = app.db.begin().await?;
    let taken = throttle::take_of(&mut tx, &key, RATE, app.clock.now()).await?;
    tx.commit().await?;
    if let Err(seconds) = taken {
        return Ok(Begun::Slowed(seconds));
    }
    start(app, SIGN_IN, None, browser.visit_hash(), "").await
}

/// Begins to show a fresh factor at the hospital, for the session of `browser`; it goes on to the path `next`.
///
/// # Errors
/// [`AppError`]; nothing was begun then.
pub async fn begin_step_up(
    app: &App,
    session: &Session,
    browser: Browser<'_>,
    next: &str,
) -> Result<Begun, AppError> {
    if session.hospital.is_none() {
        return Ok(Begun::NotHospital);
    }
    start(app, STEP_UP, Some(session.account), browser.session_hash(), next).await
}

/// Begins a sign-in that is to be linked to the account that is signed in, when the access team approves.
///
/// # Errors
/// [`AppError`]; nothing was begun then.
pub async fn begin_link(app: &App, session: &Session, browser: Browser<'_>) -> Result<Begun, AppError> {
    start(app, SIGN_IN, Some(session.account), browser.session_hash(), "").await
}

async fn start(
    app: &App,
    purpose: &'static str,
    account: Option<AccountId>,
    browser_hash: [u8; 32],
    next: &str,
) -> Result<Begun, AppError> {
    let Some(provider) = provider(app) else { return Ok(Begun::Off) };
    let now = app.clock.now();
    let [state, nonce, verifier] = [new_secret(app)?, new_secret(app)?, new_secret(app)?];
    let [state, nonce, verifier] = [state, nonce, verifier].map(|s| s.as_str().to_owned());
    let state_hash = secret_hash(&state).ok_or_else(|| AppError::Fault("a secret of no use".to_owned()))?;
    let sealed = Sealed { nonce: nonce.clone(), verifier: verifier.clone(), next: next.to_owned() };
    let sealed = serde_json::to_vec(&sealed).map_err(|e| AppError::Fault(e.to_string()))?;
    let asking = Asking { state, nonce, verifier, fresh_since: (purpose == STEP_UP).then_some(now) };
    let url = match provider.begin(&asking, now).await {
        Ok(url) => url,
        Err(error) => {
            tracing::warn!(%error, "no sign-in at the hospital can begin");
            return Ok(Begun::Down);
        }
    };
    let mut tx = app.db.begin().await?;
    let new = NewAttempt {
        state_hash: &state_hash,
        issuer: provider.issuer(),
        browser_hash: &browser_hash,
        sealed: &seal_for(app, &state_hash, &sealed)?,
        purpose,
        account,
        made_at: now,
        expires_at: now.plus_seconds(HOSPITAL_ATTEMPT_SECONDS),
    };
    sign_on::begin(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Begun::To(url))
}

/// Takes the sign-in with this state, once: it is used up whatever comes of it. With it goes what it was begun with.
pub(super) async fn take(
    app: &App,
    state: &str,
    now: Instant,
) -> Result<Option<(UsedAttempt, Asking, String)>, AppError> {
    let Some(state_hash) = secret_hash(state) else { return Ok(None) };
    let mut tx = app.db.begin().await?;
    let used = sign_on::use_attempt(&mut tx, &state_hash, now).await?;
    tx.commit().await?;
    let Some(used) = used else { return Ok(None) };
    let sealed = open_for(&app.keys, &state_hash, &used.sealed)?;
    let sealed: Sealed = serde_json::from_slice(&sealed).map_err(|e| AppError::Fault(e.to_string()))?;
    let asking = Asking {
        state: state.to_owned(),
        nonce: sealed.nonce,
        verifier: sealed.verifier,
        fresh_since: (used.purpose == STEP_UP).then_some(used.made_at),
    };
    Ok(Some((used, asking, sealed.next)))
}

impl From<IdentityError> for super::HospitalAnswer {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Down(_) => Self::Down,
            IdentityError::Refused(_) => Self::Refused,
            IdentityError::NoSecondFactor => Self::NoSecondFactor,
        }
    }
}
