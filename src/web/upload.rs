//! A form that may carry one picture or another file: multipart, or urlencoded where no file is sent.

use axum::body::{Body, to_bytes};
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

use super::error::PageError;
use super::{FORM_LIMIT, Site};
use crate::domain::chart::file::Held;
use crate::domain::help::PICTURE_BYTES;

/// Everything of a form with a picture, in bytes. What is over the picture's own limit is read and not kept, so that the page can
/// be shown again with what was typed.
const UPLOAD_LIMIT: usize = 32 * 1024 * 1024;
/// Fields of such a form, at most.
const FIELDS: usize = 20;

/// What such a form holds, in the extensions of a request that passed the gate.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    texts: Vec<(String, String)>,
    /// The file, when one was chosen; one that is too long is cut one byte after the limit.
    pub file: Option<Vec<u8>>,
}

impl Upload {
    /// The field `name`, empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.texts.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

impl FromRequestParts<Site> for Upload {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, PageError> {
        let absent = || PageError::Fault("an upload without the gate".to_owned());
        parts.extensions.remove::<Self>().ok_or_else(absent)
    }
}

/// Reads a form of either kind.
///
/// # Errors
/// [`PageError::TooLarge`] or [`PageError::Unreadable`].
pub async fn read(headers: &HeaderMap, body: Body) -> Result<Upload, PageError> {
    let kind = headers.get(header::CONTENT_TYPE).cloned();
    if !kind.as_ref().is_some_and(|k| k.as_bytes().starts_with(b"multipart/form-data")) {
        let bytes = to_bytes(body, FORM_LIMIT).await.map_err(|_| PageError::TooLarge)?;
        let texts: Vec<(String, String)> =
            serde_html_form::from_bytes(&bytes).map_err(|_| PageError::Unreadable)?;
        return sound(Upload { texts, file: None });
    }
    let mut request = Request::new(body);
    DefaultBodyLimit::max(UPLOAD_LIMIT).apply(&mut request);
    if let Some(kind) = kind {
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| PageError::Unreadable)?;
    let (mut sent, mut room) = (Upload::default(), FORM_LIMIT);
    while let Some(field) = form.next_field().await.map_err(|e| too_much(&e))? {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            let bytes = some_of(field, PICTURE_BYTES + 1).await?;
            if !bytes.is_empty() && sent.file.replace(bytes).is_some() {
                return Err(PageError::Unreadable);
            }
            continue;
        }
        let bytes = some_of(field, room + 1).await?;
        room = room.checked_sub(bytes.len()).ok_or(PageError::TooLarge)?;
        let text = String::from_utf8(bytes).map_err(|_| PageError::Unreadable)?;
        sent.texts.push((name, text));
        if sent.texts.len() > FIELDS {
            return Err(PageError::Unreadable);
        }
    }
    sound(sent)
}

/// The status under which a form is shown again that something is wrong with; `held` is why the scanner kept its file back, if it did.
pub fn again(held: Option<Held>) -> StatusCode {
    match held {
        // Not what was sent is at fault.
        Some(Held::Unchecked) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// No keyboard types a NUL, and PostgreSQL keeps none.
fn sound(sent: Upload) -> Result<Upload, PageError> {
    let has_nul = sent.texts.iter().any(|(name, text)| name.contains('\0') || text.contains('\0'));
    if has_nul { Err(PageError::Unreadable) } else { Ok(sent) }
}

/// The first `most` bytes of `field`; the rest is read and forgotten.
async fn some_of(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, PageError> {
    let mut kept = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|e| too_much(&e))? {
        let room = most.saturating_sub(kept.len()).min(chunk.len());
        kept.extend_from_slice(chunk.get(..room).unwrap_or_default());
    }
    Ok(kept)
}

fn too_much(error: &axum::extract::multipart::MultipartError) -> PageError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { PageError::TooLarge } else { PageError::Unreadable }
}
