//! What a new listing does to the requests that are open for its patient: those of the listed practice are fulfilled, the others are
//! flagged, and none is approved by itself (product.md section 6).

use std::collections::BTreeMap;

use serde_json::json;

use crate::app::desk;
use crate::app::mail::post;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, PatientId};
use crate::domain::letter::Letter;
use crate::domain::queue::Step;
use crate::domain::request::Ending;
use crate::domain::verification::{Settled, settled};
use crate::store::Tx;
use crate::store::patient_requests::{self, OpenAbout};

/// Settles the open requests for the patients of `opened`, listings that were just made inside `tx`; whoever asked is told. The
/// entries are to be committed with it.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn settle(
    app: &App,
    tx: &mut Tx,
    opened: &[(PatientId, FactId)],
    now: Instant,
) -> Result<Vec<Entry>, AppError> {
    let mut entries = Vec::new();
    if opened.is_empty() {
        return Ok(entries);
    }
    let mut by_patient: BTreeMap<PatientId, Vec<FactId>> = BTreeMap::new();
    for (patient, listing) in opened {
        by_patient.entry(*patient).or_default().push(*listing);
    }
    for patient in patient_requests::asked_for(tx).await? {
        let Some(new) = by_patient.get(&patient) else { continue };
        let listings = patient_requests::listings(tx, patient).await?;
        for request in patient_requests::open_about(tx, patient).await? {
            let asker = patient_requests::asker(tx, &request, now).await?;
            let entry = match settled(&listings, new, &asker, now) {
                Some(Settled::Fulfilled) => fulfil(app, tx, &request, now).await?,
                Some(Settled::Elsewhere) => flag(app, tx, &request, now).await?,
                None => None,
            };
            entries.extend(entry.map(|entry| Entry { patient: Some(patient), ..entry }));
        }
    }
    Ok(entries)
}

async fn fulfil(
    app: &App,
    tx: &mut Tx,
    request: &OpenAbout,
    now: Instant,
) -> Result<Option<Entry>, AppError> {
    if !patient_requests::close_fulfilled(tx, request.id, now).await? {
        return Ok(None);
    }
    desk::step(app, tx, (request.id, request.version + 1), None, Step::Fulfilled, "").await?;
    let ended =
        Letter::RequestEnded { request: request.kind, ending: Ending::Fulfilled, reason: String::new() };
    for (account, address) in patient_requests::addresses(tx, request.id).await? {
        post(app, tx, (Some(account), &address), &ended).await?;
    }
    let mut entry = Entry::new(now, Act::DecideRequest, Outcome::Allowed);
    entry.subject = Some(request.id.0);
    Ending::Fulfilled.word().clone_into(&mut entry.basis);
    entry.detail = json!({ "ending": Ending::Fulfilled.word() }).to_string();
    Ok(Some(entry))
}

async fn flag(app: &App, tx: &mut Tx, request: &OpenAbout, now: Instant) -> Result<Option<Entry>, AppError> {
    if !patient_requests::flag(tx, request.id, now).await? {
        return Ok(None);
    }
    desk::step(app, tx, (request.id, request.version), None, Step::Flagged, "").await?;
    let mut entry = Entry::new(now, Act::HandleRequest, Outcome::Allowed);
    entry.subject = Some(request.id.0);
    entry.detail = json!({ "what": Step::Flagged.word() }).to_string();
    Ok(Some(entry))
}
