//! The second factor is checked.

use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::AccountId;
use crate::domain::sign_in::{Stage, Via, WRONG_CODES_DISABLE, WRONG_CODES_VOID, parse_code};
use crate::store::Tx;
use crate::store::sign_in::{credentials, sessions as kept};

use super::factor::{matching_step, open as unseal};
use super::sessions::Opening;
use super::{Client, SessionSecret, is_active, new_secret, secret_hash, sessions};

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
}

/// Checks the second factor of the attempt that `cookie` belongs to. A code is good once, however many ask at the same time.
///
/// # Errors
/// [`AppError`]; nobody is signed in then.
pub async fn check_code(
    app: &App,
    cookie: &str,
    code: &str,
    client: &Client,
) -> Result<CodeAnswer, AppError> {
    let now = app.clock.now();
    let Some(id_hash) = secret_hash(cookie) else { return Ok(CodeAnswer::NoAttempt) };
    let Some(attempt) = kept::load(&app.db, &id_hash).await? else { return Ok(CodeAnswer::NoAttempt) };
    let awaited = attempt.times.stage == Stage::Password && attempt.times.ends(now).is_some();
    if !awaited || !is_active(&attempt.status, now) {
        return Ok(CodeAnswer::NoAttempt);
    }
    let account = attempt.account;
    let factor = credentials::factor(&app.db, account).await?.filter(|f| f.disabled_at.is_none());
    let Some(factor) = factor else { return refuse_disabled(app, account, &id_hash, client).await };
    let secret = unseal(&app.keys, account, &factor.sealed_secret)?;
    let step = parse_code(code).and_then(|code| matching_step(&secret, &code, now));

    let mut tx = app.db.begin().await?;
    if let Some(step) = step
        && credentials::use_step(&mut tx, account, step).await?
    {
        if !kept::end(&mut tx, &id_hash, now).await? {
            // Voided or finished a moment ago: rolled back, so that the code stays unused.
            return Ok(CodeAnswer::NoAttempt);
        }
        let cookie = new_secret(app)?;
        sessions::open(app, &mut tx, &cookie, &Opening::new(account, Stage::Full, Via::Totp), client).await?;
        let mut entry = client.entry(now, Act::SignInFactor, Outcome::Allowed);
        entry.actor = Some(account);
        app.audit.commit(tx, vec![entry]).await?;
        return Ok(CodeAnswer::SignedIn { cookie });
    }
    count_wrong(app, tx, account, &id_hash, client, step).await
}

async fn count_wrong(
    app: &App,
    mut tx: Tx,
    account: AccountId,
    id_hash: &[u8],
    client: &Client,
    step: Option<i64>,
) -> Result<CodeAnswer, AppError> {
    let now = app.clock.now();
    // The factor before the session, as everywhere: two rows locked in two orders would lock each other.
    let failures = credentials::count_failure(&mut tx, account, WRONG_CODES_DISABLE, now).await?;
    let Some(wrong) = kept::wrong_code(&mut tx, id_hash, WRONG_CODES_VOID, now).await? else {
        // Over a moment ago: rolled back, so that nothing counts twice.
        return Ok(CodeAnswer::NoAttempt);
    };
    let is_disabled = failures.is_none_or(|count| count >= WRONG_CODES_DISABLE);
    let left = u32::try_from(WRONG_CODES_VOID - wrong).unwrap_or(0);
    let answer = match left {
        _ if is_disabled => CodeAnswer::FactorDisabled,
        0 => CodeAnswer::Voided,
        left if step.is_some() => CodeAnswer::Used { left },
        left => CodeAnswer::Wrong { left },
    };
    if is_disabled {
        kept::end(&mut tx, id_hash, now).await?;
    }
    let mut entry = client.entry(now, Act::SignInFactor, Outcome::Failed);
    entry.subject = Some(account.0);
    entry.basis = match answer {
        CodeAnswer::FactorDisabled => "factor_disabled".to_owned(),
        CodeAnswer::Voided => "attempt_voided".to_owned(),
        CodeAnswer::Used { .. } => "code_used".to_owned(),
        _ => String::new(),
    };
    app.audit.commit(tx, vec![entry]).await?;
    Ok(answer)
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
