//! Merges of patient records: proposed by hand, asked about in the queue, compared and previewed at the desk, confirmed, kept apart, undone.

mod comparing;
mod proposing;
mod ruling;

use serde_json::json;

use super::desk::step;
use super::mail::post;
use super::sign_in::random;
use super::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::queue::Step;
use crate::domain::request::{Ending, RequestKind};
use crate::store::merges::{self, StoredMerge};
use crate::store::requests::{self, StoredRequest};
use crate::store::{Tx, queue};

pub use comparing::{Compared, Preview, Shift, Side, compare};
pub use proposing::{Proposal, Proposed, look, propose};
pub use ruling::{Ruling, again, rule};

/// Asks the access team about every merge that holds at `now` unconfirmed and that nobody was asked about, and takes back the
/// questions about merges that hold no more. However many there are, each of the team gets one letter. The entries are to be
/// committed with `tx`.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn settle(app: &App, tx: &mut Tx, now: Instant) -> Result<Vec<Entry>, AppError> {
    let mut entries = Vec::new();
    for (request, version, into) in merges::moot(tx, now).await? {
        merges::withdraw(tx, request, now).await?;
        step(app, tx, (request, version + 1), None, Step::Withdrawn, "").await?;
        let mut entry = Entry::new(now, Act::DecideRequest, Outcome::Allowed);
        (entry.subject, entry.patient) = (Some(request.0), Some(into));
        entry.detail = json!({ "ending": Ending::Withdrawn.word() }).to_string();
        entries.push(entry);
    }
    let filed = file_waiting(app, tx, now).await?;
    if !filed.is_empty() {
        let due = app.hospital.due_of(RequestKind::Merge, now);
        let letter = Letter::QueueItem { request: RequestKind::Merge, due };
        for (account, address) in queue::deciders(tx, now).await? {
            post(app, tx, (Some(account), &address), &letter).await?;
        }
    }
    entries.extend(filed);
    Ok(entries)
}

/// Asks about every merge that holds at `now` unconfirmed and that nobody was asked about, without a letter.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub(super) async fn file_waiting(app: &App, tx: &mut Tx, now: Instant) -> Result<Vec<Entry>, AppError> {
    let mut entries = Vec::new();
    for merge in merges::waiting(tx, now).await? {
        entries.push(file(app, tx, &merge, now).await?);
    }
    Ok(entries)
}

/// Puts the question about `merge` into the queue.
async fn file(app: &App, tx: &mut Tx, merge: &StoredMerge, now: Instant) -> Result<Entry, AppError> {
    let id = RequestId(new_uuid(now, random(app)?));
    let into = merge.merge.into;
    let request = StoredRequest { patient: Some(into), ..StoredRequest::open(id, RequestKind::Merge, now) };
    requests::insert(tx, &request).await?;
    merges::insert_request(tx, id, merge.id).await?;
    queue::set_due(tx, id, app.hospital.due_of(request.kind, now)).await?;
    step(app, tx, (id, 0), None, Step::Filed, "").await?;
    let mut entry = Entry::new(now, Act::FileRequest, Outcome::Allowed);
    (entry.subject, entry.patient) = (Some(id.0), Some(into));
    entry.detail = json!({ "kind": request.kind.word(), "from": merge.merge.from.to_string() }).to_string();
    Ok(entry)
}
