//! The file of a message: known by its content, a picture written anew, and looked at by the scanner where there is one.

use crate::app::access::Context;
use crate::app::help::rewritten;
use crate::app::{App, AppError, scanning};
use crate::domain::audit::{Act, Outcome};
use crate::domain::family::message::{FileFault, FileKind, kind_of};
use crate::domain::ids::{AccountId, PatientId, RequestId};

/// A file as it is kept.
pub(super) struct Attached {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What it is.
    pub(super) kind: FileKind,
}

/// `sent` as it is to be kept, or what is wrong with it. What the scanner does not call clean is recorded, and not kept.
pub(super) async fn attached(
    app: &App,
    account: AccountId,
    (thread, patient): (Option<RequestId>, PatientId),
    sent: Option<Vec<u8>>,
    context: &Context,
) -> Result<Result<Option<Attached>, FileFault>, AppError> {
    let Some(bytes) = sent else { return Ok(Ok(None)) };
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
    Ok(Ok(Some(Attached { bytes, kind })))
}
