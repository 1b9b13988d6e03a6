//! The file of a message: known by its content, a picture written anew, and looked at by the scanner where there is one.

use serde_json::json;

use crate::app::access::Context;
use crate::app::help::rewritten;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::family::message::{FileFault, FileKind, kind_of};
use crate::domain::file_scan::Verdict;
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
    about: (Option<RequestId>, PatientId),
    sent: Option<Vec<u8>>,
    context: &Context,
) -> Result<Result<Option<Attached>, FileFault>, AppError> {
    let Some(bytes) = sent else { return Ok(Ok(None)) };
    let kind = match kind_of(&bytes) {
        Ok(kind) => kind,
        Err(fault) => return Ok(Err(fault)),
    };
    if let Some(fault) = unclean(app, account, about, &bytes, context).await? {
        return Ok(Err(fault));
    }
    let bytes = match kind {
        FileKind::Pdf => bytes,
        FileKind::Png | FileKind::Jpeg => match rewritten(bytes).await? {
            Ok(picture) => picture.bytes,
            Err(fault) => return Ok(Err(fault.into())),
        },
    };
    Ok(Ok(Some(Attached { bytes, kind })))
}

/// Why the scanner keeps the file out, recorded; `None` when it finds nothing, or none is set up.
async fn unclean(
    app: &App,
    account: AccountId,
    (thread, patient): (Option<RequestId>, PatientId),
    bytes: &[u8],
    context: &Context,
) -> Result<Option<FileFault>, AppError> {
    let Some(scanner) = &app.outside.scanner else { return Ok(None) };
    let (fault, detail) = match scanner.scan(bytes).await {
        Ok(Verdict::Clean) => return Ok(None),
        Ok(Verdict::Found(name)) => (FileFault::Found, json!({ "scan": "found", "finding": name })),
        Ok(Verdict::TooLarge) => (FileFault::Unchecked, json!({ "scan": "too_large" })),
        Err(error) => {
            tracing::warn!(request = %context.request_id, %error, "a file could not be checked");
            (FileFault::Unchecked, json!({ "scan": "unavailable" }))
        }
    };
    let mut entry = context.entry(account, Act::SendMessage, Outcome::Failed);
    (entry.subject, entry.patient) = (thread.map(|id| id.0), Some(patient));
    entry.detail = detail.to_string();
    app.audit.record(entry).await?;
    Ok(Some(fault))
}
