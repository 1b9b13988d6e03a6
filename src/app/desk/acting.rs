//! Taking a request, giving it to another, letting go of it, noting on it; one or several at once.

use serde_json::json;

use super::reading::is_party;
use super::team::receiver;
use super::{Done, Member, step};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::queue::filter::Tally;
use crate::domain::queue::{Bar, NOTE_LONGEST, Step, handles, text};
use crate::domain::request::RequestState;
use crate::store::{people, queue, requests};

/// What is done with a request short of ending it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handling<'a> {
    /// The member takes it.
    Take,
    /// The member gives it to this account.
    Give(AccountId),
    /// Nobody has it any more.
    Release,
    /// The member notes something on it.
    Note(&'a str),
}

/// Does `handling` with the request, if it is still at `version`. Nobody is given what they may not decide: their own, and what is
/// about their account; only active members whose role works on requests are given anything.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn handle(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    handling: Handling<'_>,
) -> Result<Done, AppError> {
    let (what, typed, word) = match handling {
        Handling::Take => (Step::Assigned, "", "take"),
        Handling::Give(_) => (Step::Assigned, "", "give"),
        Handling::Release => (Step::Released, "", "release"),
        Handling::Note(typed) => match text(typed, 1, NOTE_LONGEST) {
            Some(typed) => (Step::Note, typed, "note"),
            None => return Ok(Done::BadText),
        },
    };
    let to = match handling {
        Handling::Take => Some(member.account),
        Handling::Give(to) => Some(to),
        Handling::Release | Handling::Note(_) => None,
    };
    let entry = |outcome, basis: &str| {
        let mut entry = member.entry(Act::HandleRequest, outcome, id.0);
        entry.basis = String::from(basis);
        entry.detail = match handling {
            Handling::Give(to) => json!({ "what": word, "to": to.to_string() }),
            _ => json!({ "what": word }),
        }
        .to_string();
        entry
    };
    if !handles(&member.roles) {
        app.audit.record(entry(Outcome::Refused, Bar::Role.word())).await?;
        return Ok(Done::Barred(Bar::Role));
    }
    let given = match handling {
        Handling::Give(to) => receiver(app, to, member.context.now).await?,
        _ => Some(String::new()),
    };
    let request = requests::by_id(&app.db, id).await?;
    let Some((request, name)) = request.zip(given) else {
        app.audit.record(entry(Outcome::Failed, "unknown")).await?;
        return Ok(Done::Unknown);
    };
    if let Some(to) = to
        && is_party(app, &request, to).await?
    {
        app.audit.record(entry(Outcome::Refused, Bar::Own.word())).await?;
        return Ok(Done::Barred(Bar::Own));
    }
    let mut tx = app.db.begin().await?;
    let is_done = match handling {
        Handling::Take | Handling::Give(_) | Handling::Release => {
            queue::assign(&mut tx, id, version, to).await?
        }
        Handling::Note(_) => queue::touch(&mut tx, id, version).await?,
    };
    if !is_done {
        drop(tx);
        app.audit.record(entry(Outcome::Failed, "changed_meanwhile")).await?;
        return Ok(Done::Stale);
    }
    // Of one that is given to another, the history names who got it.
    let body = match handling {
        Handling::Give(to) if to != member.account => name.as_str(),
        _ => typed,
    };
    step(app, &mut tx, (id, version + 1), Some(member.account), what, body).await?;
    app.audit.commit(tx, vec![entry(Outcome::Allowed, "")]).await?;
    Ok(Done::Done(()))
}

/// What came of handling several.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Handled {
    /// How many.
    pub tally: Tally,
    /// Those that had changed, or were over, or are not there.
    pub changed: Vec<RequestId>,
    /// Those of them that somebody else has now.
    pub taken: Vec<Taken>,
}

/// A request that somebody else of the team has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The request.
    pub id: RequestId,
    /// Who has it, by name.
    pub by: String,
    /// Since when, where its history says so.
    pub at: Option<Instant>,
}

/// Who else has the open request now; `None` for nobody but the member.
async fn taken(app: &App, member: &Member, id: RequestId) -> Result<Option<Taken>, AppError> {
    let request = requests::by_id(&app.db, id).await?.filter(|request| request.state == RequestState::Open);
    let owner = request.and_then(|request| request.assignee).filter(|owner| *owner != member.account);
    let Some(owner) = owner else { return Ok(None) };
    let events = queue::events(&app.db, id).await?;
    let at = events.iter().rfind(|event| event.step == Step::Assigned).map(|event| event.at);
    let by = people::account_name(&app.db, owner).await?.unwrap_or_default();
    Ok(Some(Taken { id, by, at }))
}

/// Does `handling` with every one of `chosen` that is still at its version.
///
/// # Errors
/// [`AppError`]; with those before it was done then.
pub async fn handle_all(
    app: &App,
    member: &Member,
    chosen: &[(RequestId, i64)],
    handling: Handling<'_>,
) -> Result<Done<Handled>, AppError> {
    if let Handling::Give(to) = handling
        && handles(&member.roles)
        && receiver(app, to, member.context.now).await?.is_none()
    {
        // Trying it with one of them records it.
        if let Some(one) = chosen.first() {
            handle(app, member, *one, handling).await?;
        }
        return Ok(Done::Unknown);
    }
    let mut handled = Handled::default();
    for one in chosen {
        match handle(app, member, *one, handling).await? {
            Done::Done(()) => handled.tally.done += 1,
            Done::Barred(Bar::Own) => handled.tally.passed += 1,
            Done::Barred(bar) => return Ok(Done::Barred(bar)),
            Done::BadText => return Ok(Done::BadText),
            Done::Stale | Done::Obstacle(_) | Done::Unknown => {
                handled.tally.changed += 1;
                handled.changed.push(one.0);
                handled.taken.extend(taken(app, member, one.0).await?);
            }
        }
    }
    Ok(Done::Done(handled))
}
