//! Approving what the family has confirmed by phone: the listing changes, or access is given, with everything that belongs to it in
//! one transaction (product.md section 6).

use serde_json::json;

use super::answering::tell;
use super::reading::is_party;
use super::{Done, Member, step};
use crate::app::ports::Telling;
use crate::app::requests::{practices_of, settle};
use crate::app::sign_in::random;
use crate::app::{App, AppError, access, family, grants};
use crate::domain::access::reach::SectionSet;
use crate::domain::access::{Action, Refusal, decide};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::grant::Lasting;
use crate::domain::ids::{AccountId, FactId, PatientId, ProviderId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::people::GivenBy;
use crate::domain::queue::{Obstacle, Step, bar};
use crate::domain::request::{Ending, RequestKind, Route};
use crate::domain::verification::agreed;
use crate::store::directory::{self, Listing, Source};
use crate::store::queue::{self, Closing};
use crate::store::requests::{self, StoredRequest};
use crate::store::{Tx, family as families, patient_requests, patients, verification};

/// What is approved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Approval {
    /// Whoever asked becomes the PCP. Every listing that holds now must be named: it ends, or it stays.
    Listing {
        /// Those that end.
        ends: Vec<FactId>,
        /// Those that stay.
        stays: Vec<FactId>,
    },
    /// Whoever asked sees the chart.
    Access {
        /// For how long.
        lasting: Lasting,
        /// The sections named; all ordinary ones when none is.
        sections: SectionSet,
        /// The sensitivity labels named.
        sensitive: Labels,
    },
}

/// What stands fast before anything is written.
struct Sound {
    request: StoredRequest,
    patient: PatientId,
    account: AccountId,
    /// The provider who asked, where one did.
    provider: Option<ProviderId>,
    by: GivenBy,
}

/// Approves the request as the family confirmed it, if it is open, still at `version`, verified, and the member's to decide. Of many
/// at once, one is done.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn confirm(
    app: &App,
    member: &Member,
    (id, version): (RequestId, i64),
    approval: &Approval,
) -> Result<Done, AppError> {
    let request = requests::by_id(&app.db, id).await?.filter(|request| request.kind.is_about_access());
    let patient = request.as_ref().and_then(|request| request.patient);
    let entry = |outcome, basis: &str| {
        let mut entry = member.entry(Act::DecideRequest, outcome, id.0);
        entry.patient = patient;
        entry.basis = String::from(basis);
        entry.detail = json!({ "ending": Ending::Approved.word() }).to_string();
        entry
    };
    let Some(request) = request else {
        app.audit.record(entry(Outcome::Failed, "unknown")).await?;
        return Ok(Done::Unknown);
    };
    let is_own = is_party(app, &request, member.account).await?;
    if let Some(bar) = bar(request.kind, Ending::Approved, &member.roles, is_own) {
        app.audit.record(entry(Outcome::Refused, bar.word())).await?;
        return Ok(Done::Barred(bar));
    }
    let sound = match check(app, member, request, approval).await? {
        Ok(sound) => sound,
        Err(obstacle) => {
            app.audit.record(entry(Outcome::Failed, obstacle.word())).await?;
            return Ok(Done::Obstacle(obstacle));
        }
    };
    let mut tx = app.db.begin().await?;
    // The patient before the request, as everyone who changes listings takes them: so nobody waits for the other.
    verification::hold_patient(&mut tx, sound.patient).await?;
    let closing =
        Closing { ending: Ending::Approved, by: member.account, now: member.context.now, reason: "" };
    let is_done = queue::close(&mut tx, id, version, closing).await?;
    let entries = if is_done { take_effect(app, &mut tx, member, &sound, approval).await? } else { None };
    let Some(mut entries) = entries else {
        drop(tx);
        app.audit.record(entry(Outcome::Failed, "changed_meanwhile")).await?;
        return Ok(Done::Stale);
    };
    step(app, &mut tx, (id, version + 1), Some(member.account), Step::Approved, "").await?;
    let approved =
        Letter::RequestDecided { request: sound.request.kind, approved: true, reason: String::new() };
    tell(app, &mut tx, &sound.request, &approved).await?;
    let mut decided = entry(Outcome::Allowed, "");
    decided.patient = Some(sound.patient);
    entries.insert(0, decided);
    app.audit.commit(tx, entries).await?;
    Ok(Done::Done(()))
}

/// Whether `request` may be approved so, as far as can be said before the transaction.
async fn check(
    app: &App,
    member: &Member,
    request: StoredRequest,
    approval: &Approval,
) -> Result<Result<Sound, Obstacle>, AppError> {
    let now = member.context.now;
    let fits = match approval {
        Approval::Listing { .. } => request.kind == RequestKind::PcpChange,
        Approval::Access { .. } => request.kind == RequestKind::NonPcp,
    };
    if !fits {
        return Ok(Err(Obstacle::Incomplete));
    }
    if patient_requests::kept(&app.db, request.id).await?.route == Route::Family {
        return Ok(Err(Obstacle::WithFamily));
    }
    let (Some(account), Some(patient)) = (request.account, request.patient) else {
        return Ok(Err(Obstacle::Gone));
    };
    let Some(verified) = verification::checklist(&app.db, request.id).await? else {
        return Ok(Err(Obstacle::Unverified));
    };
    let calls: Vec<_> =
        verification::calls(&app.db, request.id).await?.into_iter().map(|call| call.outcome).collect();
    if !agreed(&calls) {
        return Ok(Err(Obstacle::Unverified));
    }
    // Of a record that was merged into another, that other one, once the merge is confirmed.
    let patient = patients::counted(&app.db, patient, now).await?;
    let (viewer, facts) = (access::viewer(app, account).await?, access::patient(app, patient).await?);
    let (Some(viewer), Some(facts)) = (viewer, facts) else { return Ok(Err(Obstacle::Gone)) };
    let today = app.hospital.cycles.zone().date(now);
    let person = verification::person(&app.db, patient).await?;
    // Whoever confirmed for a child may not do so any more once it has grown up.
    let related = verified.checklist.relationship;
    if !person.is_some_and(|person| related.may_confirm(person.birth_date, today)) {
        return Ok(Err(Obstacle::Unverified));
    }
    if related.giver() == GivenBy::Guardian && !guardian_gives(app, (account, patient), approval, now).await?
    {
        return Ok(Err(Obstacle::Teen));
    }
    let refusal = decide(&viewer, &facts, Action::OpenChart, now).refusal();
    if matches!(refusal, Some(Refusal::PatientRestricted | Refusal::PatientDeceased)) {
        return Ok(Err(Obstacle::Restricted));
    }
    let works_there = request.practice.is_none_or(|practice| practices_of(&viewer, now).contains(&practice));
    if !viewer.status.active(now) || !works_there || facts.death.is_some() || facts.merged_away(now) {
        return Ok(Err(Obstacle::Gone));
    }
    let provider = verification::asker(&app.db, account).await?.map(|(provider, _)| provider);
    Ok(Ok(Sound { request, patient, account, provider, by: related.giver() }))
}

/// Whether a guardian gives `approval` alone: a listing is the hospital's to change; of the chart, what the family's authority says.
async fn guardian_gives(
    app: &App,
    (account, patient): (AccountId, PatientId),
    approval: &Approval,
    now: Instant,
) -> Result<bool, AppError> {
    let Approval::Access { sections, sensitive, .. } = approval else { return Ok(true) };
    let specialty = families::specialty(&app.db, account).await?;
    let family = family::authority_over(app, patient, now).await?;
    Ok(family.is_some_and(|family| family.guardian_gives(*sections, *sensitive, &specialty)))
}

/// Does what was approved; `None` when the listings are no longer those that were looked at.
async fn take_effect(
    app: &App,
    tx: &mut Tx,
    member: &Member,
    sound: &Sound,
    approval: &Approval,
) -> Result<Option<Vec<Entry>>, AppError> {
    match approval {
        Approval::Listing { ends, stays } => list(app, tx, member, sound, (ends, stays)).await,
        Approval::Access { lasting, sections, sensitive } => {
            let gift = grants::Gift {
                patient: sound.patient,
                account: sound.account,
                lasting: *lasting,
                by: sound.by,
                giver: member.account,
                request: Some(sound.request.id),
                sections: *sections,
                sensitive: *sensitive,
            };
            let (_, entry) = grants::give(app, tx, &gift, &member.context).await?;
            Ok(Some(vec![entry]))
        }
    }
}

async fn list(
    app: &App,
    tx: &mut Tx,
    member: &Member,
    sound: &Sound,
    (ends, stays): (&[FactId], &[FactId]),
) -> Result<Option<Vec<Entry>>, AppError> {
    let now = member.context.now;
    let holding = verification::listings_in(tx, sound.patient).await?.into_iter();
    let mut holding: Vec<FactId> = holding.filter(|l| l.span.holds(now)).map(|l| l.id).collect();
    let mut named: Vec<FactId> = ends.iter().chain(stays).copied().collect();
    holding.sort_unstable();
    named.sort_unstable();
    if holding != named {
        return Ok(None);
    }
    for listing in ends {
        if !verification::end_listing(tx, *listing, sound.patient, now).await? {
            return Ok(None);
        }
    }
    let listing = FactId(new_uuid(now, random(app)?));
    let row = Listing {
        id: listing.0,
        patient: sound.patient,
        provider: sound.provider,
        practice: sound.request.practice,
        span: Interval::new(Some(now), None),
        source: Source::Team,
    };
    directory::insert_listings(tx, &[row]).await?;
    if app.feed.telling() != Telling::Nothing {
        let id = new_uuid(now, random(app)?);
        verification::insert_notice(tx, id, (sound.request.id, listing), now).await?;
    }
    let mut changed = member.entry(Act::ChangeListing, Outcome::Allowed, sound.request.id.0);
    changed.patient = Some(sound.patient);
    let ended: Vec<_> = ends.iter().map(|ended| ended.0).collect();
    changed.detail = json!({ "listing": listing.0, "ended": ended }).to_string();
    let mut entries = vec![changed];
    entries.extend(settle(app, tx, &[(sound.patient, listing)], now).await?);
    Ok(Some(entries))
}

/// Notes that the member has written the new PCP into the hospital's chart by hand.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn written_by_hand(app: &App, member: &Member, id: RequestId) -> Result<Done, AppError> {
    let Some(request) = requests::by_id(&app.db, id).await? else { return Ok(Done::Unknown) };
    let mut entry = member.entry(Act::ChangeListing, Outcome::Refused, id.0);
    entry.patient = request.patient;
    entry.detail = json!({ "what": "by_hand" }).to_string();
    let is_own = is_party(app, &request, member.account).await?;
    if let Some(bar) = bar(request.kind, Ending::Approved, &member.roles, is_own) {
        bar.word().clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
        return Ok(Done::Barred(bar));
    }
    let mut tx = app.db.begin().await?;
    if !verification::told_by_hand(&mut tx, id, member.account, member.context.now).await? {
        drop(tx);
        entry.outcome = Outcome::Failed;
        app.audit.record(entry).await?;
        return Ok(Done::Stale);
    }
    entry.outcome = Outcome::Allowed;
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Done::Done(()))
}
