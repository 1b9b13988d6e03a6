//! Who opened a patient's chart, for a system of the hospital that shows it to the patient or answers for it.

use serde_json::json;

use crate::app::access::Context;
use crate::app::accounting::records;
use crate::app::disclosures::{self, Disclosure, Place};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::Mrn;
use crate::store::patients;

/// A page of openings, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// The openings.
    pub rows: Vec<Disclosure>,
    /// Where the next page begins.
    pub next: Option<Place>,
}

/// Who opened the chart of the patient with this MRN, every row of it; recorded before it is returned. `None` when no patient has it.
///
/// # Errors
/// [`AppError`]; then nothing may be told.
pub async fn read(
    app: &App,
    mrn: &str,
    after: Option<Place>,
    context: &Context,
) -> Result<Option<Opened>, AppError> {
    let found = match Mrn::parse(mrn) {
        Ok(mrn) => patients::by_mrn(&app.db, &mrn, context.now).await?,
        Err(_) => None,
    };
    let opened = match found {
        Some(patient) => {
            let (rows, next) =
                disclosures::page(app, &records(app, patient, context.now).await?, None, after).await?;
            Some(Opened { rows, next })
        }
        None => None,
    };
    let outcome = if opened.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = super::entry(context, Act::ReadDisclosures, outcome);
    entry.patient = found;
    entry.detail = json!({ "shown": opened.as_ref().map_or(0, |opened| opened.rows.len()) }).to_string();
    app.audit.record(entry).await?;
    Ok(opened)
}
