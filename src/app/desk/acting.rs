//! Taking a request, letting go of it, noting on it.

use serde_json::json;

use super::{Done, Member, step};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::RequestId;
use crate::domain::queue::{Bar, NOTE_LONGEST, Step, handles, text};
use crate::store::{queue, requests};

/// What is done with a request short of ending it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handling<'a> {
    /// The member takes it.
    Take,
    /// Nobody has it any more.
    Release,
    /// The member notes something on it.
    Note(&'a str),
}

/// Does `handling` with the request, if it is still at `version`.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn handle(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    handling: Handling<'_>,
) -> Result<Done, AppError> {
    let (what, body, word) = match handling {
        Handling::Take => (Step::Assigned, "", "take"),
        Handling::Release => (Step::Released, "", "release"),
        Handling::Note(typed) => match text(typed, 1, NOTE_LONGEST) {
            Some(typed) => (Step::Note, typed, "note"),
            None => return Ok(Done::BadText),
        },
    };
    let refused = |outcome, basis: &str| {
        let mut entry = member.entry(Act::HandleRequest, outcome, id.0);
        entry.basis = basis.to_owned();
        entry.detail = json!({ "what": word }).to_string();
        entry
    };
    if !handles(&member.roles) {
        app.audit.record(refused(Outcome::Refused, Bar::Role.word())).await?;
        return Ok(Done::Barred(Bar::Role));
    }
    if requests::by_id(&app.db, id).await?.is_none() {
        app.audit.record(refused(Outcome::Failed, "unknown")).await?;
        return Ok(Done::Unknown);
    }
    let mut tx = app.db.begin().await?;
    let is_done = match handling {
        Handling::Take => queue::assign(&mut tx, id, version, Some(member.account)).await?,
        Handling::Release => queue::assign(&mut tx, id, version, None).await?,
        Handling::Note(_) => queue::touch(&mut tx, id, version).await?,
    };
    if !is_done {
        drop(tx);
        app.audit.record(refused(Outcome::Failed, "changed_meanwhile")).await?;
        return Ok(Done::Stale);
    }
    step(app, &mut tx, id, Some(member.account), what, body).await?;
    let mut entry = member.entry(Act::HandleRequest, Outcome::Allowed, id.0);
    entry.detail = json!({ "what": word }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Done::Done(()))
}

/// Takes every one of `chosen` that is still at its version: how many were taken, and how many had changed.
///
/// # Errors
/// [`AppError`]; those before it were taken then.
pub async fn take_all(
    app: &App,
    member: &Member,
    chosen: &[(RequestId, i64)],
) -> Result<Done<(usize, usize)>, AppError> {
    let (mut taken, mut changed) = (0, 0);
    for one in chosen {
        match handle(app, member, *one, Handling::Take).await? {
            Done::Done(()) => taken += 1,
            Done::Barred(bar) => return Ok(Done::Barred(bar)),
            _ => changed += 1,
        }
    }
    Ok(Done::Done((taken, changed)))
}
