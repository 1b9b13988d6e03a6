//! Ending a sponsorship, what that would change, and undoing it within ten minutes.

use std::collections::BTreeSet;

use serde_json::json;

use super::standing;
use crate::app::access::{Context, viewer as viewer_of};
use crate::app::sign_in::{Session, random};
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, decide};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, FactId, PatientId, PracticeId, new_uuid};
use crate::domain::people::{EndReason, Job};
use crate::domain::sponsoring::{UNDO_SECONDS, can_undo, may_register};
use crate::store::access_facts::{self, Those};
use crate::store::sponsoring::{self as kept, invitation};
use crate::store::{Tx, patients, people, practices};

/// Records loaded at once.
const CHUNK: usize = 500;

/// What ending a sponsorship would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemovalPlan {
    /// The sponsorship.
    pub id: FactId,
    /// Whose.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their job.
    pub job: Option<Job>,
    /// The practice's name.
    pub practice: String,
    /// Patients they would no longer see.
    pub lost: usize,
    /// Patients they would still see.
    pub still: usize,
    /// Other live sponsorships of theirs.
    pub others: usize,
}

/// What ending the live sponsorship `id` of the viewer would change at once, as [`decide`] says; recorded before it is shown. `None`
/// when the viewer holds no such live one.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn plan_removal(
    app: &App,
    viewer: &ViewerFacts,
    id: FactId,
    context: &Context,
) -> Result<Option<RemovalPlan>, AppError> {
    let now = context.now;
    let held =
        viewer.own.as_deref().and_then(|own| own.held.iter().find(|h| h.id == id && h.span.holds(now)));
    let Some(held) = held else { return Ok(None) };
    let (Some(named), Some(before)) =
        (people::account(&app.db, held.user).await?, viewer_of(app, held.user).await?)
    else {
        return Ok(None);
    };
    let mut after = before.clone();
    after.sponsorships.retain(|s| s.id != id);
    let (lost, still) = seen(app, (&before, &after), held.practice, now).await?;
    let others = after.live_sponsorships(now).count();
    let staff = kept::staff(&app.db, viewer.account).await?;
    let job = staff.into_iter().find(|s| s.id == id).and_then(|s| s.job);
    let mut entry = context.entry(viewer.account, Act::ListStaff, Outcome::Allowed);
    entry.subject = Some(held.user.0);
    entry.detail = json!({ "list": "removal", "sponsorship": id, "lost": lost }).to_string();
    app.audit.record(entry).await?;
    let practice = people::practice_name(&app.db, held.practice).await?.unwrap_or_default();
    Ok(Some(RemovalPlan { id, name: named.name, email: named.email, job, practice, lost, still, others }))
}

/// How many patients the user sees before and not after, and how many also after.
async fn seen(
    app: &App,
    (before, after): (&ViewerFacts, &ViewerFacts),
    practice: PracticeId,
    now: Instant,
) -> Result<(usize, usize), AppError> {
    let mut ids: BTreeSet<PatientId> =
        practices::patients_around(&app.db, practice).await?.into_iter().collect();
    let own = patients::candidates(&app.db, before.account, patients::FIRST, i64::MAX).await?;
    ids.extend(own.into_iter().map(|card| card.id));
    let ids: Vec<PatientId> = ids.into_iter().collect();
    let zone = app.hospital.cycles.zone();
    let (mut lost, mut still) = (0, 0);
    for chunk in ids.chunks(CHUNK) {
        let facts = access_facts::patients(&app.db, Those::Some(chunk), zone).await?;
        for patient in facts.values().filter(|f| !f.merged_away(now)) {
            let sees = |who: &ViewerFacts| decide(who, patient, Action::ListPatient, now).allowed();
            match (sees(before), sees(after)) {
                (true, false) => lost += 1,
                (_, true) => still += 1,
                (false, false) => {}
            }
        }
    }
    Ok((lost, still))
}

/// Ends the sponsorship `id` of `sponsor` at once, for `reason`; until when it can be undone, `None` when it has ended or is not
/// theirs. Needs no particular sign-in.
///
/// # Errors
/// [`AppError`]; nothing is changed then.
pub async fn remove(
    app: &App,
    sponsor: AccountId,
    (id, reason, note): (FactId, EndReason, &str),
    context: &Context,
) -> Result<Option<Instant>, AppError> {
    let mut tx = app.db.begin().await?;
    let Some(entries) = end(app, &mut tx, sponsor, (id, reason, note), context).await? else {
        return Ok(None);
    };
    app.audit.commit(tx, entries).await?;
    Ok(Some(context.now.plus_seconds(UNDO_SECONDS)))
}

/// Ends the sponsorship `id` of `sponsor` inside `tx`, and takes back what was to give the person another address: the rows of the audit
/// to commit with it; `None` when it has ended or is not theirs.
pub(in crate::app) async fn end(
    app: &App,
    tx: &mut Tx,
    sponsor: AccountId,
    (id, reason, note): (FactId, EndReason, &str),
    context: &Context,
) -> Result<Option<Vec<Entry>>, AppError> {
    let now = context.now;
    let Some(found) = kept::one_within(tx, id, sponsor).await? else { return Ok(None) };
    kept::hold(tx, found.user).await?;
    let end = new_uuid(now, random(app)?);
    if !kept::end(tx, end, &found, (Some(sponsor), reason, note), now).await? {
        return Ok(None);
    }
    let mut entry = context.entry(sponsor, Act::ChangeSponsorship, Outcome::Allowed);
    entry.subject = Some(found.user.0);
    entry.detail = json!({ "change": "removed", "sponsorship": id, "reason": reason.word() }).to_string();
    let mut entries = vec![entry];
    for invitation in invitation::void_of_removed(tx, (sponsor, found.user), now).await? {
        let mut entry = context.entry(sponsor, Act::InviteStaff, Outcome::Allowed);
        entry.subject = Some(invitation);
        entry.detail = json!({ "step": "taken_back", "sponsorship": id }).to_string();
        entries.push(entry);
    }
    Ok(Some(entries))
}

/// What came of undoing a removal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Undone {
    /// The same sponsorship goes on: whose.
    Reopened(String),
    /// The ten minutes are over: whose it was, in which practice, and when it ended.
    TooLate(String, String, Instant),
    /// It is not theirs, was undone already, or another one took its place.
    Gone,
    /// This session may not sponsor: undoing gives access again.
    Hindered,
}

/// Undoes the removal of the sponsorship `id` of the owner of `session`, within ten minutes: the same sponsorship goes on.
///
/// # Errors
/// [`AppError`]; nothing is changed then.
pub async fn undo(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    id: FactId,
    context: &Context,
) -> Result<Undone, AppError> {
    let (now, sponsor) = (context.now, session.account);
    if may_register(viewer, standing(app, session).await?).is_err() {
        return Ok(Undone::Hindered);
    }
    let known = kept::staff(&app.db, sponsor).await?.into_iter().find(|s| s.id == id);
    let Some(known) = known else { return Ok(Undone::Gone) };
    let practice = people::practice_name(&app.db, known.practice).await?.unwrap_or_default();
    let mut tx = app.db.begin().await?;
    let Some((end, at, before)) = kept::last_end(&mut tx, id, sponsor).await? else {
        return Ok(Undone::Gone);
    };
    if !can_undo(at, now) {
        return Ok(Undone::TooLate(known.name(), practice, at));
    }
    let Some(found) = kept::one_within(&mut tx, id, sponsor).await? else { return Ok(Undone::Gone) };
    if !kept::undo(&mut tx, &found, (end, before), now).await? {
        return Ok(Undone::Gone);
    }
    let mut entry = context.entry(sponsor, Act::ChangeSponsorship, Outcome::Allowed);
    entry.subject = Some(found.user.0);
    entry.detail = json!({ "change": "removal_undone", "sponsorship": id, "removed_at": at }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Undone::Reopened(known.name()))
}
