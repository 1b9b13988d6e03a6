//! What a family gave and who is on its care team, as the access team changes it: for a reason, effective at the next request, and
//! told to whoever of the family has a say.

use serde_json::json;

use super::{Did, records};
use crate::app::desk::Member;
use crate::app::family::care_team::{self, Hand, Seated, name_of};
use crate::app::family::{addresses, authority_over, tell};
use crate::app::{App, AppError, grants};
use crate::domain::access::facts::PatientFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::authority::Authority;
use crate::domain::family::topic::SeatSource;
use crate::domain::ids::{AccountId, FactId, PatientId};
use crate::domain::letter::Letter;
use crate::domain::queue::{NOTE_LONGEST, text};
use crate::store::care_team::{self as places, SeatRow};
use crate::store::family;
use crate::store::grants::{self as kept, GrantRow};

/// The grants of one record that are not over at `now`, newest first, each from when to when the decision about the patient of `facts`
/// counts it: what a guardian gave ends at the 18th birthday unless the patient renewed it (product.md section 6).
pub(super) async fn grants(
    app: &App,
    facts: &PatientFacts,
    record: PatientId,
    now: Instant,
) -> Result<Vec<GrantRow>, AppError> {
    let mut all = kept::of_patient(&app.db, record).await?;
    for grant in &mut all {
        grant.span = facts.grant_span(grant.id).unwrap_or(grant.span);
    }
    all.retain(|grant| grant.revoked_at.is_none() && grant.span.end().is_none_or(|end| end > now));
    Ok(all)
}

/// The seats of one record that are not over at `now`, oldest first.
pub(super) async fn seats(app: &App, record: PatientId, now: Instant) -> Result<Vec<SeatRow>, AppError> {
    let mut all = places::seats(&app.db, record).await?;
    all.retain(|seat| seat.span.end().is_none_or(|end| end > now));
    Ok(all)
}

/// Everybody of the family who has a say about what somebody of this `specialty` has to do with.
async fn family_of(
    app: &App,
    patient: PatientId,
    specialty: &str,
    now: Instant,
) -> Result<Vec<(AccountId, String)>, AppError> {
    let family = authority_over(app, patient, now).await?.map(|family| family.about(specialty));
    let voices = family.iter().flat_map(Authority::voices).map(|(account, _)| *account);
    addresses(app, voices).await
}

/// Takes the grant back from whoever has it.
pub(super) async fn revoke(
    app: &App,
    member: &Member,
    patient: PatientId,
    (id, reason): (FactId, &str),
) -> Result<Did, AppError> {
    let Some(reason) = text(reason, 1, NOTE_LONGEST) else { return Ok(Did::NoReason) };
    let records = records(app, patient, member).await?;
    let found = kept::one(&app.db, id).await?.filter(|(record, _)| records.contains(record));
    let Some((record, account)) = found else { return Ok(Did::Already) };
    let specialty = family::specialty(&app.db, account).await?;
    let told = family_of(app, patient, &specialty, member.context.now).await?;
    let mut tx = app.db.begin().await?;
    let by = (member.account, reason);
    let Some(entry) = grants::revoke(&mut tx, (id, record, account), by, &member.context).await? else {
        return Ok(Did::Already);
    };
    tell(app, &mut tx, &told, &Letter::FamilyChanged).await?;
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Did::Done)
}

/// Puts `whom` on the care team, unless they are on it.
pub(super) async fn seat(
    app: &App,
    member: &Member,
    patient: PatientId,
    (whom, reason): (Seated, &str),
) -> Result<Did, AppError> {
    let now = member.context.now;
    let Some(reason) = text(reason, 1, NOTE_LONGEST) else { return Ok(Did::NoReason) };
    let records = records(app, patient, member).await?;
    let mut held = Vec::new();
    for record in &records {
        held.extend(places::seats(&app.db, *record).await?);
    }
    let has_one = held.iter().any(|seat| seat.whom == whom && seat.span.holds(now));
    if records.is_empty() || has_one || name_of(app, whom).await?.is_none() {
        return Ok(Did::Already);
    }
    let specialty = places::specialty(&app.db, whom).await?;
    let told = family_of(app, patient, &specialty, now).await?;
    let hand = Hand { by: member.account, source: SeatSource::Team, reason };
    let mut tx = app.db.begin().await?;
    if !care_team::seat(app, &mut tx, (patient, whom), hand, now).await? {
        return Ok(Did::Already);
    }
    tell(app, &mut tx, &told, &Letter::FamilyChanged).await?;
    app.audit.commit(tx, vec![entry(member, patient, whom, "added")]).await?;
    Ok(Did::Done)
}

/// Takes whoever has the seat `id` off the care team, with every seat of theirs; the feed's stays away until it has dropped it.
pub(super) async fn unseat(
    app: &App,
    member: &Member,
    patient: PatientId,
    (id, reason): (FactId, &str),
) -> Result<Did, AppError> {
    let now = member.context.now;
    let Some(reason) = text(reason, 1, NOTE_LONGEST) else { return Ok(Did::NoReason) };
    let records = records(app, patient, member).await?;
    let found = places::one(&app.db, id).await?.filter(|(record, _)| records.contains(record));
    let Some((_, whom)) = found else { return Ok(Did::Already) };
    let specialty = places::specialty(&app.db, whom).await?;
    let told = family_of(app, patient, &specialty, now).await?;
    let hand = Hand { by: member.account, source: SeatSource::Team, reason };
    let mut tx = app.db.begin().await?;
    if !care_team::unseat(app, &mut tx, (&records, whom), hand, now).await? {
        return Ok(Did::Already);
    }
    tell(app, &mut tx, &told, &Letter::FamilyChanged).await?;
    app.audit.commit(tx, vec![entry(member, patient, whom, "removed")]).await?;
    Ok(Did::Done)
}

fn entry(member: &Member, patient: PatientId, whom: Seated, change: &str) -> Entry {
    let mut entry = member.context.entry(member.account, Act::ChangeCareTeam, Outcome::Allowed);
    entry.patient = Some(patient);
    entry.subject = Some(whom.id());
    entry.detail = json!({ "change": change, "of": whom.kind(), "by": SeatSource::Team.word() }).to_string();
    entry
}
