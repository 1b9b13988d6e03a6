//! Signing in and out, sessions, set-up links (product.md 2).
//!
//! The password stage never locks: it slows one account from one network, so a stranger cannot keep a physician out. The hard
//! stop is on the factor, which only who knows the password can reach.

mod arrival;
mod code;
mod enrolment;
mod factor;
mod hashing;
mod own;
pub mod passkeys;
mod reset;
mod second_factor;
mod secret;
mod sessions;
mod set_up;
mod step_up;

pub use arrival::said as device_said;
pub use code::{CodeAnswer, check_code};
pub use enrolment::Enrolment;
pub use factor::{set_credentials, totp_code};
pub use hashing::{Busy, Hashing, password_hash, password_hashes};
pub use own::{
    Changed, Factors, PasskeyLine, PasswordChanged, authenticator_page, begin_authenticator, change_password,
    factors_of, finish_authenticator, is_linked, is_portal, make_recovery_codes, remove_authenticator,
    remove_passkey,
};
pub use reset::{ResetAsked, ResetDone, ask_reset, complete_reset, is_reset_link};
pub use secret::{SessionSecret, form_token, form_token_holds, new_visit, visit_form_key, visit_hash};
pub use sessions::{
    Session, SessionState, SessionSummary, session, sessions_of, sign_out, sign_out_everywhere,
};
pub use set_up::{SetUp, SetUpAnswer, SetUpPage, SetUpTyped, complete_set_up, set_up_page};
pub use step_up::{StepUpAnswer, step_up};

pub(super) use arrival::arrive;
pub(super) use enrolment::enrolment;
pub(super) use factor::{matching_step, new_totp_secret, open_for, seal, seal_for};
pub(super) use reset::may_write;
pub(super) use secret::{handover_hash, keyed_text, new_secret, random, secret_hash};
pub(super) use sessions::{Opening, open as open_session, session_name};

use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::people::{AccountStatus, SignIn, fold_email};
use crate::domain::sign_in::{BUSY_SECONDS, Stage, Via, fold_network, password};
use crate::store::sign_in::{accounts, sessions as kept, throttle};

use super::{App, AppError};

/// Begins the counter of an account and a network.
const PAIR: &str = "password:";
/// Begins the counter of a network.
const NETWORK: &str = "network:";

/// Who asks, as far as a request tells.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The address it came from, forwarded ones only from a trusted proxy.
    pub network: String,
    /// What the browser says it is, for the list of sessions.
    pub device: String,
    /// The request's id, for the audit.
    pub request_id: String,
}

impl Client {
    /// An entry of the audit about this request.
    pub(in crate::app) fn entry(&self, now: Instant, act: Act, outcome: Outcome) -> Entry {
        let mut entry = Entry::new(now, act, outcome);
        entry.request_id.clone_from(&self.request_id);
        entry.network.clone_from(&self.network);
        entry
    }
}

/// What a password is answered with.
#[derive(Debug)]
pub enum PasswordAnswer {
    /// Right: the code is asked for next, in this new session.
    GoOn {
        /// The secret of the new session.
        cookie: SessionSecret,
    },
    /// Wrong address, wrong password, or an account that may not sign in: one answer for all.
    Refused,
    /// Too many wrong ones; nothing was checked.
    Slowed {
        /// Seconds to wait.
        seconds: i64,
    },
    /// Too many sign-ins at once; nothing was checked or counted.
    Busy {
        /// Seconds to wait.
        retry_after: i64,
    },
}

/// Whether an account with this status over time may be used at `now`.
pub(in crate::app) fn is_active(status: &[(AccountStatus, Interval)], now: Instant) -> bool {
    let mut holding = status.iter().filter(|(_, span)| span.holds(now)).peekable();
    holding.peek().is_some() && holding.all(|(status, _)| *status == AccountStatus::Active)
}

/// Checks the first factor. An unknown address takes the same reads, the same hash and the same writes as a known one.
///
/// # Errors
/// [`AppError`]; nothing was opened then.
pub async fn check_password(
    app: &App,
    hashing: &Hashing,
    email: &str,
    typed: &str,
    client: &Client,
) -> Result<PasswordAnswer, AppError> {
    let now = app.clock.now();
    let folded = fold_email(email);
    let found = accounts::by_email(&app.db, &folded).await?;
    let subject = found.as_ref().map(|f| f.account);
    let network = fold_network(&client.network);
    // Counted by account where there is one, so that no spelling of an address gets tries of its own.
    let counted = subject.map_or_else(|| secret::keyed_text(app, &folded), |account| account.to_string());
    let pair = format!("{PAIR}{counted}:{network}");
    let network = format!("{NETWORK}{network}");

    if let Err(seconds) = take(app, &pair, &network, now).await? {
        let mut entry = client.entry(now, Act::SignInPassword, Outcome::Refused);
        entry.subject = subject.map(|a| a.0);
        entry.basis = String::from("slowed");
        app.audit.commit(app.db.begin().await?, vec![entry]).await?;
        return Ok(PasswordAnswer::Slowed { seconds });
    }

    let hash = found.as_ref().and_then(|f| f.hash.clone());
    let has_password = hash.is_some();
    let Ok(right) = hashing.verify(password::normalize(typed), hash).await? else {
        let mut tx = app.db.begin().await?;
        throttle::give_try(&mut tx, &pair, now).await?;
        throttle::give_one(&mut tx, &network).await?;
        tx.commit().await?;
        return Ok(PasswordAnswer::Busy { retry_after: BUSY_SECONDS });
    };
    let may = found.filter(|f| has_password && f.sign_in == SignIn::Portal && is_active(&f.status, now));
    let Some(found) = may.filter(|_| right) else {
        let mut entry = client.entry(now, Act::SignInPassword, Outcome::Failed);
        entry.subject = subject.map(|a| a.0);
        app.audit.commit(app.db.begin().await?, vec![entry]).await?;
        return Ok(PasswordAnswer::Refused);
    };

    let cookie = new_secret(app)?;
    let mut tx = app.db.begin().await?;
    throttle::clear(&mut tx, &pair).await?;
    throttle::give_one(&mut tx, &network).await?;
    sessions::open(app, &mut tx, &cookie, &Opening::new(found.account, Stage::Password, Via::Totp), client)
        .await?;
    let mut entry = client.entry(now, Act::SignInPassword, Outcome::Allowed);
    entry.subject = Some(found.account.0);
    app.audit.commit(tx, vec![entry]).await?;
    if let Err(error) = sweep(app, now).await {
        tracing::warn!(%error, "old sessions and counters were not removed; the next sign-in tries again");
    }
    Ok(PasswordAnswer::GoOn { cookie })
}

/// Removes what no longer counts, each kind in a transaction of its own so that none waits for another while holding rows.
async fn sweep(app: &App, now: Instant) -> Result<(), AppError> {
    for prefix in [PAIR, NETWORK] {
        let mut tx = app.db.begin().await?;
        throttle::sweep(&mut tx, prefix, now).await?;
        tx.commit().await?;
    }
    let mut tx = app.db.begin().await?;
    kept::sweep(&mut tx, now).await?;
    Ok(tx.commit().await?)
}

/// Counts a try before it is known to be wrong, so that parallel ones are counted too. `Err` holds the seconds to wait; then
/// nothing is counted.
async fn take(app: &App, pair: &str, network: &str, now: Instant) -> Result<Result<(), i64>, AppError> {
    let mut tx = app.db.begin().await?;
    if let Err(seconds) = throttle::take_try(&mut tx, pair, now).await? {
        return Ok(Err(seconds));
    }
    if let Err(seconds) = throttle::take_one(&mut tx, network, now).await? {
        return Ok(Err(seconds));
    }
    tx.commit().await?;
    Ok(Ok(()))
}
