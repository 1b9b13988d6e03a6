//! The file of a message: known by its content, a picture written anew, and looked at by the scanner where there is one.

use super::Sent;
use super::admitting::{Not, admitted, turned_away};
use uuid::Uuid;

use crate::app::access::Context;
use crate::app::help::{rewritten, sweep, take};
use crate::app::{App, AppError, scanning};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Outcome};
use crate::domain::family::message::{Fault, FileFault, FileKind, WITH_FILE, kind_of};
use crate::domain::ids::{AccountId, PatientId, RequestId};

/// Begins the counter of an account that sends files.
const FILES: &str = "message-file:";

/// A file as it is kept.
pub(super) struct Attached {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What it is.
    pub(super) kind: FileKind,
}

/// The `file` of the message `id` as it is to be kept, or what sending comes to without it. Looking at a file costs more than anything else here, so
/// that first the limits are looked at, which the transaction that writes looks at again.
pub(super) async fn attached(
    app: &App,
    viewer: &ViewerFacts,
    about: (Option<RequestId>, PatientId),
    (id, file): (Uuid, Option<Vec<u8>>),
    context: &Context,
) -> Result<Result<Option<Attached>, Sent>, AppError> {
    let Some(bytes) = file else { return Ok(Ok(None)) };
    if let Some(not) = barred(app, viewer.account, id, context).await? {
        return Ok(Err(turned_away(app, viewer, about, not, context).await?));
    }
    let file = checked(app, viewer.account, about, bytes, context).await?;
    Ok(file.map(Some).map_err(|fault| Sent::Invalid(vec![Fault::File(fault)])))
}

/// Why the file of the message `id` is not even looked at.
async fn barred(app: &App, account: AccountId, id: Uuid, context: &Context) -> Result<Option<Not>, AppError> {
    let mut tx = app.db.begin().await?;
    let admitted = admitted(&mut tx, account, id, context.now).await?;
    drop(tx);
    if let Err(not) = admitted {
        return Ok(Some(not));
    }
    let taken = take(app, &format!("{FILES}{account}"), WITH_FILE, context.now).await?;
    if let Err(seconds) = taken {
        return Ok(Some(Not::Files(context.now.plus_seconds(seconds))));
    }
    sweep(app, &[FILES], context.now).await?;
    Ok(None)
}

/// `bytes` as they are to be kept, or what is wrong with them. What the scanner does not call clean is recorded, and not kept.
async fn checked(
    app: &App,
    account: AccountId,
    (thread, patient): (Option<RequestId>, PatientId),
    bytes: Vec<u8>,
    context: &Context,
) -> Result<Result<Attached, FileFault>, AppError> {
    let kind = match kind_of(&bytes) {
        Ok(kind) => kind,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut row = context.entry(account, Act::SendMessage, Outcome::Failed);
    (row.subject, row.patient) = (thread.map(|id| id.0), Some(patient));
    let bytes = match scanning::looked_at(app, bytes, row).await? {
        Ok(bytes) => bytes,
        Err(held) => return Ok(Err(held.into())),
    };
    let bytes = match kind {
        FileKind::Pdf => bytes,
        FileKind::Png | FileKind::Jpeg => match rewritten(bytes).await? {
            Ok(picture) => picture.bytes,
            Err(fault) => return Ok(Err(fault.into())),
        },
    };
    Ok(Ok(Attached { bytes, kind }))
}
