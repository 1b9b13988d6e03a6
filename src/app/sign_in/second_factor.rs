//! The typed second factor: a code of the authenticator, or a recovery code.

use crate::app::{App, AppError, mail};
use crate::domain::audit::Outcome;
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::letter::{FactorChange, Letter};
use crate::domain::sign_in::{RECOVERY_CODE_LETTERS, Via, WRONG_CODES_DISABLE, WRONG_CODES_VOID, parse_code};
use crate::domain::{audit::Act, crockford};
use crate::store::Tx;
use crate::store::sign_in::{credentials, recovery, sessions as kept};

use super::factor::{matching_step, open as unseal};
use super::{Busy, Client, Hashing};

/// What was typed, looked at but not used yet.
#[derive(Clone, Debug)]
pub(super) enum Typed {
    /// The code of this step of the authenticator.
    Step(i64),
    /// Something of the shape of a recovery code, hashed.
    Recovery(Vec<u8>),
    /// Neither.
    Nothing,
}

/// Looks at what was typed. `None` when the factor is disabled, or the account has none.
pub(super) async fn look(
    app: &App,
    hashing: &Hashing,
    account: AccountId,
    typed: &str,
) -> Result<Result<Option<Typed>, Busy>, AppError> {
    let factor = credentials::factor(&app.db, account).await?.filter(|f| f.disabled_at.is_none());
    let Some(factor) = factor else { return Ok(Ok(None)) };
    if let Some(code) = parse_code(typed) {
        if factor.removed_at.is_some() {
            return Ok(Ok(Some(Typed::Nothing)));
        }
        let secret = unseal(&app.keys, account, &factor.sealed_secret)?;
        let step = matching_step(&secret, &code, app.clock.now());
        return Ok(Ok(Some(step.map_or(Typed::Nothing, Typed::Step))));
    }
    let Some(code) = recovery_code(typed) else { return Ok(Ok(Some(Typed::Nothing))) };
    let Some(set) = recovery::of_account(&app.db, account).await? else {
        return Ok(Ok(Some(Typed::Nothing)));
    };
    let hash = hashing.recovery_hash(code, set.salt).await?;
    Ok(hash.map(|hash| Some(Typed::Recovery(hash))))
}

/// The recovery code in `typed`, when it has the shape of one.
pub(super) fn recovery_code(typed: &str) -> Option<String> {
    crockford::read(typed).ok().filter(|code| code.len() == RECOVERY_CODE_LETTERS)
}

/// Uses what was typed, once: `None` when it is wrong, or was used before.
pub(super) async fn consume(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    email: &str,
    typed: &Typed,
) -> Result<Option<Via>, AppError> {
    let now = app.clock.now();
    match typed {
        Typed::Step(step) => Ok(credentials::use_step(tx, account, *step).await?.then_some(Via::Totp)),
        Typed::Recovery(hash) => {
            if !recovery::use_code(tx, account, hash, now).await? {
                return Ok(None);
            }
            let letter = Letter::FactorChanged { change: FactorChange::RecoveryCodeUsed, at: now };
            mail::post(app, tx, (Some(account), email), &letter).await?;
            Ok(Some(Via::RecoveryCode))
        }
        Typed::Nothing => Ok(None),
    }
}

/// What a wrong code led to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Counted {
    /// So many tries are left.
    Left(u32),
    /// It was the last one: the attempt, or the session, is over.
    Over,
    /// It was the hundredth in a row: the factor is disabled.
    Disabled,
    /// The attempt was over already; nothing was counted.
    Late,
}

/// Counts a wrong code against the factor and against the session with `id_hash`, and commits.
pub(super) async fn count_wrong(
    app: &App,
    mut tx: Tx,
    (account, email): (AccountId, &str),
    id_hash: &[u8],
    (act, client): (Act, &Client),
    was_right_once: bool,
) -> Result<Counted, AppError> {
    let now: Instant = app.clock.now();
    // The factor before the session, as everywhere: two rows locked in two orders would lock each other.
    let failures = credentials::count_failure(&mut tx, account, WRONG_CODES_DISABLE, now).await?;
    let Some(wrong) = kept::wrong_code(&mut tx, id_hash, WRONG_CODES_VOID, now).await? else {
        // Over a moment ago: rolled back, so that nothing counts twice.
        return Ok(Counted::Late);
    };
    let counted = match u32::try_from(WRONG_CODES_VOID - wrong).unwrap_or(0) {
        _ if failures.is_none_or(|count| count >= WRONG_CODES_DISABLE) => Counted::Disabled,
        0 => Counted::Over,
        left => Counted::Left(left),
    };
    if counted == Counted::Disabled {
        kept::end(&mut tx, id_hash, now).await?;
        if failures == Some(WRONG_CODES_DISABLE) {
            let letter = Letter::FactorChanged { change: FactorChange::FactorDisabled, at: now };
            mail::post(app, &mut tx, (Some(account), email), &letter).await?;
        }
    }
    let mut entry = client.entry(now, act, Outcome::Failed);
    entry.subject = Some(account.0);
    entry.basis = String::from(match counted {
        Counted::Disabled => "factor_disabled",
        Counted::Over => "attempt_voided",
        _ if was_right_once => "code_used",
        _ => "",
    });
    app.audit.commit(tx, vec![entry]).await?;
    Ok(counted)
}
