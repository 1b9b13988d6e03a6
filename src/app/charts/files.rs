//! Files of the record: read through the permit, and looked at by the hospital's scanner before they are handed on (page P14).

use uuid::Uuid;

use super::{Part, item};
use crate::app::access::Context;
use crate::app::permit::Permit;
use crate::app::ports::FeedError;
use crate::app::{App, AppError, scanning};
use crate::domain::access::Basis;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::chart::Section;
use crate::domain::chart::file::{FILE_BYTES, File, Held, own_text};

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
        Ok(File { bytes, declared, title }) => {
            let looked = scanning::looked_at(app, bytes, row(permit, (section, id), context)).await?;
            Ok(Some(Part::Here(looked.map(|bytes| File { bytes, declared, title }))))
        }
        Err(FeedError::Gone | FeedError::Refused) => Ok(None),
        Err(FeedError::Down { last_seen }) => Ok(Some(Part::Down(last_seen))),
        Err(FeedError::Late) => Ok(Some(Part::Slow)),
        Err(FeedError::Store(error)) => Err(error.into()),
    }
}

/// What the audit says of a file that is held back.
fn row(permit: &Permit, (section, id): (Section, Uuid), context: &Context) -> Entry {
    let mut row = context.entry(permit.account(), Act::OpenFile, Outcome::Failed);
    row.patient = Some(permit.patient());
    row.subject = Some(id);
    row.basis = permit.bases().iter().copied().map(Basis::word).collect::<Vec<_>>().join(",");
    row.detail = serde_json::json!({ "section": section.word() }).to_string();
    row
}

/// What of the `text` of an item of `section` may be shown: where a scanner is set up, only what is the item's own. Words out of its
/// files stand where the file is read, after the scanner has looked at it.
pub(super) fn shown(app: &App, section: Section, text: String) -> String {
    match section {
        _ if app.outside.scanner.is_none() => text,
        // The text of a document is that of its files.
        Section::Documents => String::new(),
        _ => own_text(&text).to_owned(),
    }
}
