//! Having the hospital's scanner look at a file, whichever way it came, with the row that says what was held back.

use tracing::Instrument;

use super::{App, AppError};
use crate::domain::audit::Entry;
use crate::domain::chart::file::Held;
use crate::domain::file_scan::Verdict;

/// `bytes` again where the scanner finds nothing in them, or none is set up; else why they are held back, with `row` in the audit to
/// say so. The look and its row come to their end also when whoever asked stops waiting.
///
/// # Errors
/// [`AppError`] when the audit cannot be written.
pub(in crate::app) async fn looked_at(
    app: &App,
    bytes: Vec<u8>,
    row: Entry,
) -> Result<Result<Vec<u8>, Held>, AppError> {
    let Some(scanner) = app.outside.scanner.clone() else { return Ok(Ok(bytes)) };
    let audit = app.audit.clone();
    // A task of its own: a request whose time is over would take with it what the scanner is about to say.
    let looking = async move {
        let (held, said, finding) = match scanner.scan(&bytes).await {
            Ok(Verdict::Clean) => return Ok(Ok(bytes)),
            Ok(Verdict::Found(name)) => (Held::Found, "found", Some(name)),
            Ok(Verdict::TooLarge) => (Held::BeyondScanner, "too_large", None),
            Err(error) => {
                tracing::warn!(request = %row.request_id, %error, "a file could not be checked");
                (Held::Unchecked, "unavailable", None)
            }
        };
        audit.record(saying(row, said, finding)).await?;
        Ok(Err(held))
    };
    match tokio::spawn(looking.in_current_span()).await {
        Ok(outcome) => outcome,
        Err(stopped) => Err(AppError::Fault(format!("a look at a file was given up: {stopped}"))),
    }
}

/// `row` with what the scanner said in its detail, one JSON object.
fn saying(row: Entry, said: &str, finding: Option<String>) -> Entry {
    let mut detail: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&row.detail).unwrap_or_default();
    detail.insert("scan".to_owned(), said.into());
    if let Some(finding) = finding {
        detail.insert("finding".to_owned(), finding.into());
    }
    Entry { detail: serde_json::Value::Object(detail).to_string(), ..row }
}
