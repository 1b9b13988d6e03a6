//! What a new listing does to the requests that are open for its patient: those of the listed practice are fulfilled, the others are
//! flagged, and none is approved by itself (product.md section 6). A request about a record that was merged away is about the one
//! that survived; a listing of such a record counts for that one once the access team has confirmed the merge.

use std::collections::{BTreeMap, BTreeSet};

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
use crate::store::patients::{follow, follow_confirmed};

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
    let asked = patient_requests::asked_for(tx).await?;
    if asked.is_empty() {
        return Ok(entries);
    }
    let merges = patient_requests::merges(tx).await?;
    let mut by_patient: BTreeMap<PatientId, (BTreeSet<PatientId>, Vec<FactId>)> = BTreeMap::new();
    for (record, listing) in opened {
        let patient = follow_confirmed(*record, &merges, now);
        let (records, new) = by_patient.entry(patient).or_default();
        records.extend([*record, patient]);
        new.push(*listing);
    }
    for patient in asked {
        let Some((records, new)) = by_patient.get(&follow(patient, &merges, now)) else { continue };
        let mut listings = Vec::new();
        for record in records {
            listings.extend(patient_requests::listings(tx, *record).await?);
        }
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
