//! Who goes on with a PCP change once whoever filed it cannot: the first of those who joined it whose account is active and who still
//! works in the practice.

use std::collections::HashMap;

use serde_json::json;

use super::practices_of;
use crate::app::{App, AppError, desk};
use crate::domain::access::facts::{ViewerFacts, member};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PracticeId, RequestId};
use crate::domain::queue::Step;
use crate::store::access_facts::{self, Those};
use crate::store::{Tx, patient_requests, requests};

/// Whether `viewer` may take a request of `practice` over at `now`.
fn may_go_on(viewer: &ViewerFacts, practice: PracticeId, now: Instant) -> bool {
    viewer.status.active(now) && practices_of(viewer, now).contains(&practice)
}

/// Whether `viewer` is gone from `practice`, or altogether. A lock is no leave: it ends with a review.
fn is_gone(viewer: &ViewerFacts, practice: PracticeId, now: Instant) -> bool {
    let is_staff = viewer.live_sponsorships(now).any(|(held, _)| held.practice == practice);
    !viewer.status.active(now) || !(is_staff || member(&viewer.memberships, practice, now))
}

/// The first who joined `request` and may go on with it, as `tx` sees them.
///
/// # Errors
/// [`AppError::Store`].
pub(super) async fn heir(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
    practice: Option<PracticeId>,
    now: Instant,
) -> Result<Option<AccountId>, AppError> {
    let Some(practice) = practice else { return Ok(None) };
    let joiners = patient_requests::joiners_in(tx, request).await?;
    let facts = access_facts::some_viewers_within(tx, &joiners, &app.hospital.cycles).await?;
    Ok(first(&joiners, &facts, practice, now))
}

fn first(
    joiners: &[AccountId],
    facts: &HashMap<AccountId, ViewerFacts>,
    practice: PracticeId,
    now: Instant,
) -> Option<AccountId> {
    let may = |id: &&AccountId| facts.get(id).is_some_and(|viewer| may_go_on(viewer, practice, now));
    joiners.iter().find(may).copied()
}

/// Open requests whose filer is gone while a partner waits who can go on with them.
///
/// # Errors
/// [`AppError::Store`].
pub async fn orphaned(app: &App, now: Instant) -> Result<Vec<RequestId>, AppError> {
    let joined = patient_requests::joined(&app.db).await?;
    if joined.is_empty() {
        return Ok(Vec::new());
    }
    let filers: Vec<AccountId> = joined.iter().map(|(_, account, _)| *account).collect();
    let cycles = &app.hospital.cycles;
    let facts = access_facts::viewers(&app.db, Those::Some(&filers), cycles).await?;
    let mut orphaned = Vec::new();
    for (id, account, practice) in joined {
        if !facts.get(&account).is_some_and(|viewer| is_gone(viewer, practice, now)) {
            continue;
        }
        let joiners = patient_requests::joiners(&app.db, id).await?;
        let joiners: Vec<AccountId> = joiners.into_iter().map(|(joiner, _)| joiner).collect();
        let waiting = access_facts::viewers(&app.db, Those::Some(&joiners), cycles).await?;
        if first(&joiners, &waiting, practice, now).is_some() {
            orphaned.push(id);
        }
    }
    Ok(orphaned)
}

/// Hands the request `id` over from whoever filed it and is gone; `false` when there was nothing to do by then.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn succeed(app: &App, id: RequestId, now: Instant) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    if !patient_requests::hold(&mut tx, id).await? {
        return Ok(false);
    }
    let Some(request) = requests::by_id_in(&mut tx, id).await? else { return Ok(false) };
    let (Some(owner), Some(practice)) = (request.account, request.practice) else { return Ok(false) };
    let facts = access_facts::some_viewers_within(&mut tx, &[owner], &app.hospital.cycles).await?;
    if !facts.get(&owner).is_some_and(|viewer| is_gone(viewer, practice, now)) {
        return Ok(false);
    }
    let Some(heir) = heir(app, &mut tx, id, Some(practice), now).await? else { return Ok(false) };
    patient_requests::hand_over(&mut tx, id, owner, heir).await?;
    desk::step(app, &mut tx, (id, request.version + 1), Some(owner), Step::Withdrawn, "").await?;
    let mut entry = Entry::new(now, Act::HandleRequest, Outcome::Allowed);
    (entry.subject, entry.patient) = (Some(id.0), request.patient);
    entry.detail =
        json!({ "job": "requests", "step": "handed_over", "from": owner.0, "to": heir.0 }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(true)
}
