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

use axum::http::{HeaderName, header};

/// The headers of a table that leaves the portal.
fn table(disposition: &'static str) -> [(HeaderName, &'static str); 2] {
    [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, disposition)]
}
