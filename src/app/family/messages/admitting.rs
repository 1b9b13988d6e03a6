//! Whether a message is to be written: not twice, not under another's id, and not more of them than a day allows.

use uuid::Uuid;

use super::{Draft, Sent, entry, fresh};
use crate::app::access::Context;
use crate::app::family::answering::refused;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::message::{A_DAY, DAY_SECONDS};
use crate::domain::ids::{AccountId, PatientId, RequestId};
use crate::store::Tx;
use crate::store::messages::{self as rows, Side};

/// Why a message is not written.
pub(super) enum Not {
    /// It stands in this thread already.
    Again(RequestId),
    /// Its id is that of a message which is not theirs, or of another thread.
    Foreign,
    /// As many as a day allows were written: again from then on.
    Full(Instant),
    /// Too many files were tried: again from then on.
    Files(Instant),
}

/// The id under which `account` is to write `draft`, in `thread` or a new one. The caller holds the writer where it then writes.
pub(super) async fn admitted(
    app: &App,
    tx: &mut Tx,
    (account, thread): (AccountId, Option<RequestId>),
    (draft, has_file): (&Draft, bool),
    now: Instant,
) -> Result<Result<Uuid, Not>, AppError> {
    let kept = match draft.id {
        Some(id) => rows::kept(tx, id).await?,
        None => None,
    };
    if let Some(kept) = &kept {
        let is_theirs = kept.account == account && kept.side == Side::Family;
        if !is_theirs || thread.is_some_and(|thread| thread != kept.request) {
            return Ok(Err(Not::Foreign));
        }
        if kept.body == draft.text.trim() && kept.has_file == has_file {
            return Ok(Err(Not::Again(kept.request)));
        }
    }
    let written = rows::written(tx, account, now.plus_seconds(-DAY_SECONDS), most()).await?;
    if let Some(oldest) = written.last().filter(|_| written.len() >= A_DAY) {
        return Ok(Err(Not::Full(oldest.plus_seconds(DAY_SECONDS))));
    }
    // A page that was gone back to and changed sends another message, which is not to be lost.
    let id = draft.id.filter(|_| kept.is_none());
    Ok(Ok(id.map_or_else(|| fresh(app, now), Ok)?))
}

fn most() -> i64 {
    i64::try_from(A_DAY).unwrap_or(i64::MAX)
}

/// What sending comes to where nothing is written; what was refused is recorded.
pub(super) async fn turned_away(
    app: &App,
    viewer: &ViewerFacts,
    (thread, patient): (Option<RequestId>, PatientId),
    not: Not,
    context: &Context,
) -> Result<Sent, AppError> {
    let sent = match not {
        Not::Again(id) => return Ok(Sent::Sent(id)),
        Not::Foreign => {
            let subject = thread.map_or(patient.0, |id| id.0);
            refused(app, viewer, Act::SendMessage, subject, context).await?;
            return Ok(Sent::Unknown);
        }
        Not::Full(from) => Sent::Slowed(from),
        Not::Files(from) => Sent::FilesSlowed(from),
    };
    let mut entry = entry(viewer, Outcome::Failed, (thread, patient), context);
    "slowed".clone_into(&mut entry.basis);
    app.audit.record(entry).await?;
    Ok(sent)
}
