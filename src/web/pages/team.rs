//! The access team's look-ups, its accounting of disclosures, and its audit explorer.

mod accounting;
mod audit;
mod look_ups;
mod patterns;

pub use accounting::{export as accounting_export, form_page as accounting, show as accounting_of};
pub use audit::{audit, audit_filtered, export as audit_export};
pub(super) use look_ups::account_line;
pub use look_ups::{answer, look_ups};
pub use patterns::{form_page as patterns, report as patterns_of};

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::signed_export::signed;
use crate::views::layout::Frame;
use crate::views::team::export::closing;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// A table that leaves the portal: closed with what it was made with, who takes it and when, and signed.
fn table(
    site: &Site,
    visitor: &Visitor,
    (frame, rows, made_with): (&Frame, String, &str),
    disposition: &'static str,
) -> Result<Response, PageError> {
    let session = &visitor.session;
    let text = signed(&site.app.keys, &(rows + &closing(frame, made_with, (&session.name, &session.email))))?;
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, text).into_response())
}
