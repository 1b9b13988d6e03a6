//! Whether a message is to be written: not twice, and not more of them than a day allows.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Draft, Sent, entry, fresh};
use crate::app::access::Context;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::Outcome;
use crate::domain::calendar::Instant;
use crate::domain::family::message::{A_DAY, DAY_SECONDS};
use crate::domain::ids::{AccountId, PatientId, RequestId};
use crate::store::Tx;
use crate::store::messages as rows;

/// Why a message is not written.
pub(super) enum Not {
    /// It stands in this thread already.
    Again(RequestId),
    /// As many as a day allows were written: again from then on.
    Full(Instant),
    /// Too many files were tried: again from then on.
    Files(Instant),
}

/// The id of what `account` sends in `thread`, or about `patient` in a new one: made from the id that its page was given and from all that
/// was typed and chosen. What is sent twice has one id, what was changed meanwhile another, and nobody names another's message.
pub(super) fn id_of(
    app: &App,
    account: AccountId,
    (thread, patient): (Option<RequestId>, PatientId),
    draft: &Draft,
    now: Instant,
) -> Result<Uuid, AppError> {
    let Some(page) = draft.id else { return fresh(app, now) };
    let place = thread.map_or(patient.0, |thread| thread.0);
    let mut digest = Sha256::new();
    for part in [
        page.as_bytes().as_slice(),
        account.0.as_bytes().as_slice(),
        place.as_bytes().as_slice(),
        draft.subject.trim().as_bytes(),
        draft.text.trim().as_bytes(),
        draft.file.as_deref().unwrap_or_default(),
    ] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let all: [u8; 32] = digest.finalize().into();
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(all) {
        *to = from;
    }
    Ok(uuid::Builder::from_random_bytes(id).into_uuid())
}

/// Whether `account` is to write the message `id`. The caller holds the writer where it then writes.
pub(super) async fn admitted(
    tx: &mut Tx,
    account: AccountId,
    id: Uuid,
    now: Instant,
) -> Result<Result<(), Not>, AppError> {
    if let Some(thread) = rows::kept(tx, id).await? {
        return Ok(Err(Not::Again(thread)));
    }
    let written = rows::written(tx, account, now.plus_seconds(-DAY_SECONDS), most()).await?;
    Ok(match written.last().filter(|_| written.len() >= A_DAY) {
        Some(oldest) => Err(Not::Full(oldest.plus_seconds(DAY_SECONDS))),
        None => Ok(()),
    })
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
        Not::Full(from) => Sent::Slowed(from),
        Not::Files(from) => Sent::FilesSlowed(from),
    };
    let mut entry = entry(viewer, Outcome::Failed, (thread, patient), context);
    "slowed".clone_into(&mut entry.basis);
    app.audit.record(entry).await?;
    Ok(sent)
}
