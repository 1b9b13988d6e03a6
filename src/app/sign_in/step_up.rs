//! A fresh factor inside a session, before an act that needs one (product.md 2: step-up).

use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::sign_in::{BUSY_SECONDS, Stage, Via};
use crate::store::Tx;
use crate::store::sign_in::sessions as kept;

use super::own::is_portal;
use super::second_factor::{Counted, Typed, consume, count_wrong, look};
use super::sessions::{Opening, open};
use super::{Busy, Client, Hashing, Session, SessionSecret, new_secret};

/// What a code is answered with.
#[derive(Debug)]
pub enum StepUpAnswer {
    /// Right: the session goes on under this new secret.
    Done {
        /// The secret of the session from now on.
        cookie: SessionSecret,
    },
    /// Wrong, or used before.
    Wrong {
        /// Whether it was right once.
        used: bool,
    },
    /// The fifth wrong one: the session is over.
    Ended,
    /// The factor is disabled, or none is bound.
    FactorDisabled,
    /// Too many at once; nothing was checked or counted.
    Busy {
        /// Seconds to wait.
        retry_after: i64,
    },
}

/// Checks a code, or a recovery code, of whoever is signed in.
///
/// # Errors
/// [`AppError`]; the session is as it was then.
pub async fn step_up(
    app: &App,
    hashing: &Hashing,
    session: &Session,
    code: &str,
    client: &Client,
) -> Result<StepUpAnswer, AppError> {
    if !is_portal(app, session).await? {
        return Ok(StepUpAnswer::FactorDisabled);
    }
    let (account, email) = (session.account, session.email.as_str());
    let typed = match look(app, hashing, account, code).await? {
        Ok(Some(typed)) => typed,
        Ok(None) => return Ok(StepUpAnswer::FactorDisabled),
        Err(Busy) => return Ok(StepUpAnswer::Busy { retry_after: BUSY_SECONDS }),
    };
    let mut tx = app.db.begin().await?;
    if let Some(via) = consume(app, &mut tx, account, email, &typed).await? {
        let Some(cookie) = raise(app, &mut tx, session, via, client).await? else {
            return Ok(StepUpAnswer::Ended);
        };
        let mut entry = client.entry(app.clock.now(), Act::StepUp, Outcome::Allowed);
        entry.actor = Some(account);
        entry.basis = String::from(via.word());
        app.audit.commit(tx, vec![entry]).await?;
        return Ok(StepUpAnswer::Done { cookie });
    }
    let used = matches!(typed, Typed::Step(_));
    let counted =
        count_wrong(app, tx, (account, email), &session.id_hash, (Act::StepUp, client), used).await?;
    Ok(match counted {
        Counted::Left(_) => StepUpAnswer::Wrong { used },
        Counted::Disabled => StepUpAnswer::FactorDisabled,
        Counted::Over | Counted::Late => StepUpAnswer::Ended,
    })
}

/// Replaces `session` by one with a new secret and a factor of now, inside `tx`; it ends when the old one would have ended.
/// `None` when the session is over.
pub(in crate::app) async fn raise(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    via: Via,
    client: &Client,
) -> Result<Option<SessionSecret>, AppError> {
    if !kept::end(tx, &session.id_hash, app.clock.now()).await? {
        return Ok(None);
    }
    let opening = Opening {
        signed_in_at: Some(session.signed_in_at),
        // A session of the hospital's credential stays one, whatever factor was shown since.
        hospital: session.hospital.clone(),
        ..Opening::new(session.account, Stage::Full, via)
    };
    let cookie = new_secret(app)?;
    open(app, tx, &cookie, &opening, client).await?;
    Ok(Some(cookie))
}
