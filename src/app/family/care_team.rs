//! The care team as the family edits it: effective at the next request; a removal outlasts the feed.

use serde_json::json;

use super::answering::{Taken, failed, others, refused};
use super::{FamilyPermit, permits, tell};
use crate::app::access::Context;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::topic::SeatSource;
use crate::domain::ids::{AccountId, FactId, PatientId, ProviderId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::people::fold_name;
use crate::store::{StoreError, Tx, care_team as rows, people, verification};

/// The fewest characters that are searched for.
const SHORTEST: usize = 3;
/// The most matches that are shown.
const SHOWN: usize = 20;

/// Whether the reader may add somebody alone: where one yes is enough, and it covers everything that a seat shows.
pub fn may_add(permit: &FamilyPermit) -> bool {
    permit.authority().seats_alone(permit.account())
}

pub use crate::store::care_team::Seated;

/// A place on the care team.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seat {
    /// The seat.
    pub id: FactId,
    /// Who has it.
    pub whom: Seated,
    /// Their name.
    pub name: String,
    /// What they do there.
    pub role: String,
    /// Since when.
    pub since: Instant,
    /// Who put them there.
    pub source: SeatSource,
}

/// The seats that hold at `now`; the guardian of a teen does not read of a sensitive specialty.
///
/// # Errors
/// [`AppError::Store`].
pub async fn seats(app: &App, permit: &FamilyPermit, now: Instant) -> Result<Vec<Seat>, AppError> {
    let mut all = Vec::new();
    for owner in permit.owners() {
        let held = rows::seats(&app.db, *owner).await?;
        let held = held.into_iter().filter(|seat| seat.span.holds(now) && !permit.hides(&seat.specialty));
        all.extend(held.map(|seat| Seat {
            id: seat.id,
            whom: seat.whom,
            name: seat.name,
            role: seat.role,
            since: seat.span.start(),
            source: seat.source,
        }));
    }
    Ok(all)
}

/// Somebody whom a search found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Match {
    /// Who.
    pub whom: Seated,
    /// The name.
    pub name: String,
    /// Specialty and practices, or the address.
    pub about: String,
    /// The NPI; empty for a practice.
    pub npi: String,
}

/// What a search came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Search {
    /// Too little was typed.
    TooShort,
    /// These match; whether there are more.
    Found(Vec<Match>, bool),
}

/// Providers and practices that fit `query`: an NPI in full, or the beginnings of names, or a part of a practice's name; without
/// whom the guardian of a teen does not read of.
///
/// # Errors
/// [`AppError::Store`].
pub async fn find(app: &App, permit: &FamilyPermit, query: &str, now: Instant) -> Result<Search, AppError> {
    search(app, query, now, |specialty| permit.hides(specialty)).await
}

/// The same, without those whose specialty `hides`.
pub(super) async fn search(
    app: &App,
    query: &str,
    now: Instant,
    hides: impl Fn(&str) -> bool,
) -> Result<Search, AppError> {
    let folded = fold_name(query);
    if folded.chars().count() < SHORTEST {
        return Ok(Search::TooShort);
    }
    let digits: String = query.chars().filter(char::is_ascii_digit).collect();
    let words: Vec<&str> = folded.split(' ').collect();
    let mut found = Vec::new();
    for provider in rows::providers(&app.db).await? {
        let names = format!("{} {}", fold_name(&provider.given), fold_name(&provider.family));
        let by_name = words.iter().all(|word| names.split([' ', '-']).any(|name| name.starts_with(word)));
        let by_npi = digits.len() == 10 && provider.npi == digits;
        if (by_name || by_npi) && !hides(&provider.specialty) {
            found.push((
                Seated::Provider(provider.id),
                format!("{} {}", provider.given, provider.family),
                provider.specialty,
                provider.npi,
            ));
        }
    }
    for (id, name, address) in rows::practices(&app.db).await? {
        if fold_name(&name).contains(&folded) {
            found.push((Seated::Practice(id), name, address, String::new()));
        }
    }
    let is_cut = found.len() > SHOWN;
    found.truncate(SHOWN);
    let mut shown = Vec::new();
    for (whom, name, about, npi) in found {
        let about = match whom {
            Seated::Provider(id) => described(app, id, about, now).await?,
            Seated::Practice(_) => about,
        };
        shown.push(Match { whom, name: name.trim().to_owned(), about, npi });
    }
    Ok(Search::Found(shown, is_cut))
}

async fn described(app: &App, id: ProviderId, specialty: String, now: Instant) -> Result<String, AppError> {
    let mut parts = vec![specialty];
    parts.extend(rows::practices_of(&app.db, id, now).await?);
    parts.retain(|part| !part.is_empty());
    Ok(parts.join(", "))
}

fn entry(permit: &FamilyPermit, whom: Seated, change: &str, context: &Context) -> Entry {
    let mut entry = context.entry(permit.account(), Act::ChangeCareTeam, Outcome::Allowed);
    entry.patient = Some(permit.patient());
    entry.subject = Some(whom.id());
    entry.detail = json!({ "change": change, "of": whom.kind(), "by": permit.capacity().word() }).to_string();
    entry
}

/// Who changes a care team, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand<'a> {
    /// The account.
    pub(super) by: AccountId,
    /// For whom it acts.
    pub(super) source: SeatSource,
    /// Why; empty where nobody is asked.
    pub(super) reason: &'a str,
}

/// The name of whom a seat names; `None` when there is nobody.
pub(super) async fn name_of(app: &App, whom: Seated) -> Result<Option<String>, AppError> {
    Ok(match whom {
        Seated::Provider(id) => people::provider_name(&app.db, id).await?,
        Seated::Practice(id) => people::practice_name(&app.db, id).await?,
    })
}

/// Gives `whom` a seat inside `tx`, whatever was removed before; `false` when they have one from this very instant.
pub(super) async fn seat(
    app: &App,
    tx: &mut Tx,
    (patient, whom): (PatientId, Seated),
    hand: Hand<'_>,
    now: Instant,
) -> Result<bool, AppError> {
    verification::hold_patient(tx, patient).await?;
    rows::lift(tx, patient, whom, now).await?;
    let id = FactId(new_uuid(now, random(app)?));
    match rows::add(tx, id, (patient, whom), (hand.source, hand.reason), now).await {
        Err(StoreError::Duplicate(_)) => Ok(false),
        done => Ok(done.map(|()| true)?),
    }
}

/// Ends every seat of `whom` in the records `owners`, inside `tx`, and keeps the feed's away until it has dropped them; `false` when
/// there was none.
pub(super) async fn unseat(
    app: &App,
    tx: &mut Tx,
    (owners, whom): (&[PatientId], Seated),
    hand: Hand<'_>,
    now: Instant,
) -> Result<bool, AppError> {
    let mut ended = false;
    verification::hold_patients(tx, owners).await?;
    for owner in owners {
        if rows::end(tx, *owner, whom, now).await? {
            ended = true;
            let removal = new_uuid(now, random(app)?);
            rows::suppress(tx, removal, (*owner, whom), (hand.by, hand.reason), now).await?;
        }
    }
    Ok(ended)
}

/// Puts `whom` on the care team of `patient`.
///
/// # Errors
/// [`AppError`]; then nothing was changed.
pub async fn add(
    app: &App,
    viewer: &ViewerFacts,
    (patient, whom): (PatientId, Seated),
    context: &Context,
) -> Result<Taken, AppError> {
    let now = context.now;
    let all = permits(app, viewer, now).await?;
    let permit = all.into_iter().find(|permit| permit.patient() == patient && may_add(permit));
    let (Some(permit), Some(name)) = (permit, name_of(app, whom).await?) else {
        return refused(app, viewer, Act::ChangeCareTeam, patient.0, context).await;
    };
    if seats(app, &permit, now).await?.iter().any(|seat| seat.whom == whom) {
        failed(app, viewer, Act::ChangeCareTeam, (patient, whom.id()), context).await?;
        return Ok(Taken::Already);
    }
    let others = others(app, &permit, "").await?;
    let hand = Hand { by: viewer.account, source: SeatSource::Family, reason: "" };
    let mut tx = app.db.begin().await?;
    if !seat(app, &mut tx, (patient, whom), hand, now).await? {
        drop(tx);
        failed(app, viewer, Act::ChangeCareTeam, (patient, whom.id()), context).await?;
        return Ok(Taken::Already);
    }
    tell(app, &mut tx, &others, &Letter::FamilyChanged).await?;
    app.audit.commit(tx, vec![entry(&permit, whom, "added", context)]).await?;
    Ok(Taken::Done(name))
}

/// Takes whoever has the seat `id` off the care team, with every seat of theirs.
///
/// # Errors
/// [`AppError`]; then nothing was changed.
pub async fn remove(
    app: &App,
    viewer: &ViewerFacts,
    id: FactId,
    context: &Context,
) -> Result<(Taken, Option<PatientId>), AppError> {
    let now = context.now;
    let all = permits(app, viewer, now).await?;
    let mut found = None;
    if let Some((owner, whom)) = rows::one(&app.db, id).await?
        && let Some(permit) = all.into_iter().find(|permit| permit.owners().contains(&owner))
    {
        let held = rows::seats(&app.db, owner).await?.into_iter().find(|seat| seat.id == id);
        found = held.filter(|seat| !permit.hides(&seat.specialty)).map(|held| (permit, whom, held));
    }
    let Some((permit, whom, held)) = found else {
        return Ok((refused(app, viewer, Act::ChangeCareTeam, id.0, context).await?, None));
    };
    let others = others(app, &permit, &held.specialty).await?;
    let hand = Hand { by: viewer.account, source: SeatSource::Family, reason: "" };
    let mut tx = app.db.begin().await?;
    if !unseat(app, &mut tx, (permit.owners(), whom), hand, now).await? {
        drop(tx);
        failed(app, viewer, Act::ChangeCareTeam, (permit.patient(), whom.id()), context).await?;
        return Ok((Taken::Already, Some(permit.patient())));
    }
    tell(app, &mut tx, &others, &Letter::FamilyChanged).await?;
    app.audit.commit(tx, vec![entry(&permit, whom, "removed", context)]).await?;
    Ok((Taken::Done(held.name), Some(permit.patient())))
}
