//! Files of the record: read through the permit, and looked at by the hospital's scanner before they are handed on (page P14).

use uuid::Uuid;

use super::{Part, item};
use crate::app::access::Context;
use crate::app::permit::Permit;
use crate::app::ports::FeedError;
use crate::app::{App, AppError};
use crate::domain::access::Basis;
use crate::domain::audit::{Act, Outcome};
use crate::domain::chart::Section;
use crate::domain::chart::file::{FILE_BYTES, File, Held};
use crate::domain::file_scan::Verdict;

/// The file of an item of a section, or why it is held back; `None` when the chart, as far as the viewer may see it, has no such
/// item or file. What the scanner held back has a row of its own in the audit. Nothing that it says is kept for the next time.
///
/// # Errors
/// [`AppError`] when the database cannot be read or the audit not written.
pub async fn file(
    app: &App,
    permit: &Permit,
    (section, id): (Section, Uuid),
    context: &Context,
) -> Result<Option<Part<Result<File, Held>>>, AppError> {
    match item(app, permit, section, id).await? {
        Some(Part::Here(_)) => {}
        Some(Part::Down(seen)) => return Ok(Some(Part::Down(seen))),
        Some(Part::Slow) => return Ok(Some(Part::Slow)),
        Some(Part::OutOfReach) | None => return Ok(None),
    }
    match app.feed.file(permit, section, id).await {
        Ok(file) if file.bytes.is_empty() || file.bytes.len() > FILE_BYTES => {
            Ok(Some(Part::Here(Err(Held::TooLarge))))
        }
        Ok(file) => {
            let held = held(app, permit, (section, id), &file, context).await?;
            Ok(Some(Part::Here(held.map_or(Ok(file), Err))))
        }
        Err(FeedError::Gone | FeedError::Refused) => Ok(None),
        Err(FeedError::Down { last_seen }) => Ok(Some(Part::Down(last_seen))),
        Err(FeedError::Late) => Ok(Some(Part::Slow)),
        Err(FeedError::Store(error)) => Err(error.into()),
    }
}

/// Why the scanner keeps `file` from being handed on, recorded; `None` when it finds nothing, or none is set up.
async fn held(
    app: &App,
    permit: &Permit,
    (section, id): (Section, Uuid),
    file: &File,
    context: &Context,
) -> Result<Option<Held>, AppError> {
    let Some(scanner) = &app.outside.scanner else { return Ok(None) };
    let mut detail = serde_json::json!({ "section": section.word() });
    let (held, said) = match scanner.scan(&file.bytes).await {
        Ok(Verdict::Clean) => return Ok(None),
        Ok(Verdict::Found(name)) => {
            if let Some(detail) = detail.as_object_mut() {
                detail.insert("finding".to_owned(), name.into());
            }
            (Held::Found, "found")
        }
        Ok(Verdict::TooLarge) => (Held::BeyondScanner, "too_large"),
        Err(error) => {
            tracing::warn!(request = %context.request_id, %error, "a file could not be checked");
            (Held::Unchecked, "unavailable")
        }
    };
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("scan".to_owned(), said.into());
    }
    let mut entry = context.entry(permit.account(), Act::OpenFile, Outcome::Failed);
    entry.patient = Some(permit.patient());
    entry.subject = Some(id);
    entry.basis = permit.bases().iter().copied().map(Basis::word).collect::<Vec<_>>().join(",");
    entry.detail = detail.to_string();
    app.audit.record(entry).await?;
    Ok(Some(held))
}
