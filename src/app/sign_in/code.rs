//! The second factor is checked.

use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::AccountId;
use crate::domain::sign_in::{BUSY_SECONDS, Stage};
use crate::store::sign_in::sessions::{self as kept, KeptSession};

use super::arrival::arrive;
use super::second_factor::{Counted, Typed, consume, count_wrong, look};
use super::sessions::Opening;
use super::{Busy, Client, Hashing, SessionSecret, is_active, secret_hash};

/// What a code is answered with.
#[derive(Debug)]
pub enum CodeAnswer {
    /// Right: signed in, in this new session.
    SignedIn {
        /// The secret of the new session.
        cookie: SessionSecret,
    },
    /// Wrong.
    Wrong {
        /// Tries left before the attempt is void.
        left: u32,
    },
    /// Right, but used before, or older than one that was.
    Used {
        /// Tries left before the attempt is void.
        left: u32,
    },
    /// The last try was wrong: the attempt is over, and begins again with the password.
    Voided,
    /// The factor is disabled, or none is bound: the access team must bind it anew.
    FactorDisabled,
    /// There is no attempt: none was begun, or it has ended.
    NoAttempt,
    /// Too many sign-ins at once; nothing was checked or counted.
    Busy {
        /// Seconds to wait.
        retry_after: i64,
    },
}

/// The attempt that `cookie` belongs to and its hash, when its password was right and it is not over.
pub(super) async fn attempt(app: &App, cookie: &str) -> Result<Option<([u8; 32], KeptSession)>, AppError> {
    let now = app.clock.now();
    let Some(id_hash) = secret_hash(cookie) else { return Ok(None) };
    let Some(attempt) = kept::load(&app.db, &id_hash).await? else { return Ok(None) };
    let awaited = attempt.times.stage == Stage::Password && attempt.times.ends(now).is_some();
    Ok((awaited && is_active(&attempt.status, now)).then_some((id_hash, attempt)))
}

/// Checks the second factor of the attempt that `cookie` belongs to: a code of the authenticator, or a recovery code. Either is
/// good once, however many ask at the same time.
///
/// # Errors
/// [`AppError`]; nobody is signed in then.
pub async fn check_code(
    app: &App,
    hashing: &Hashing,
    cookie: &str,
    code: &str,
    client: &Client,
) -> Result<CodeAnswer, AppError> {
    let now = app.clock.now();
    let Some((id_hash, attempt)) = attempt(app, cookie).await? else { return Ok(CodeAnswer::NoAttempt) };
    let (account, email) = (attempt.account, attempt.email.as_str());
    let typed = match look(app, hashing, account, code).await? {
        Ok(Some(typed)) => typed,
        Ok(None) => return refuse_disabled(app, account, &id_hash, client).await,
        Err(Busy) => return Ok(CodeAnswer::Busy { retry_after: BUSY_SECONDS }),
    };
    let mut tx = app.db.begin().await?;
    if let Some(via) = consume(app, &mut tx, account, email, &typed).await? {
        if !kept::end(&mut tx, &id_hash, now).await? {
            // Voided or finished a moment ago: rolled back, so that the code stays unused.
            return Ok(CodeAnswer::NoAttempt);
        }
        let opening = Opening::new(account, Stage::Full, via);
        let cookie = arrive(app, &mut tx, &opening, email, client).await?;
        let mut entry = client.entry(now, Act::SignInFactor, Outcome::Allowed);
        entry.actor = Some(account);
        entry.basis = String::from(via.word());
        app.audit.commit(tx, vec![entry]).await?;
        return Ok(CodeAnswer::SignedIn { cookie });
    }
    let was_right_once = matches!(typed, Typed::Step(_));
    let act = (Act::SignInFactor, client);
    Ok(match count_wrong(app, tx, (account, email), &id_hash, act, was_right_once).await? {
        Counted::Disabled => CodeAnswer::FactorDisabled,
        Counted::Over => CodeAnswer::Voided,
        Counted::Left(left) if was_right_once => CodeAnswer::Used { left },
        Counted::Left(left) => CodeAnswer::Wrong { left },
        Counted::Late => CodeAnswer::NoAttempt,
    })
}

async fn refuse_disabled(
    app: &App,
    account: AccountId,
    id_hash: &[u8],
    client: &Client,
) -> Result<CodeAnswer, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    kept::end(&mut tx, id_hash, now).await?;
    let mut entry = client.entry(now, Act::SignInFactor, Outcome::Refused);
    entry.subject = Some(account.0);
    entry.basis = String::from("factor_disabled");
    app.audit.commit(tx, vec![entry]).await?;
    Ok(CodeAnswer::FactorDisabled)
}
