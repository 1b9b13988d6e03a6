//! The first two steps: the number, then name and practice.

use serde_json::json;
use uuid::Uuid;

use super::{Step, answers_of, as_json, count_network, entry, slowed, waits_for_registry};
use crate::app::sign_in::{Client, random};
use crate::app::{App, AppError};
use crate::domain::ids::{Npi, PracticeId, new_uuid};
use crate::domain::npi_name::RegistryNames;
use crate::domain::registration::{
    Answers, DRAFT_DAYS, Fault, NpiCheck, PRACTICES_SHOWN, PracticeAnswer, TypedDetails, TypedStart,
};
use crate::store::registration::{self as kept, FoundPractice, KeptRegistration};
use crate::store::{StoreError, people};

/// Takes the first step: the number is looked up in the registry, and kept with what the registry said.
///
/// # Errors
/// [`AppError`]; nothing is kept then.
pub async fn start(
    app: &App,
    visit: &[u8; 32],
    typed: &TypedStart,
    client: &Client,
) -> Result<Step, AppError> {
    let (npi, chart_exception) = match typed.check() {
        Ok(checked) => checked,
        Err(faults) => return Ok(Step::Faults(faults)),
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Err(seconds) = count_network(&mut tx, client, now).await? {
        drop(tx);
        return slowed(app, client, "npi", seconds).await;
    }
    kept::sweep(&mut tx, now.plus_seconds(-DRAFT_DAYS * 86_400)).await?;
    tx.commit().await?;
    let looked_up = match look_up(app, npi.as_ref()).await {
        Ok(found) => Answers { chart_exception, ..found },
        Err(fault) => return Ok(Step::Faults(vec![fault])),
    };
    match keep(app, visit, &looked_up, client).await {
        // Another tab began at the same moment: what it began is changed.
        Err(AppError::Store(StoreError::Duplicate(_))) => keep(app, visit, &looked_up, client).await,
        done => done,
    }
}

/// What the registry says of `npi`. No transaction is open meanwhile.
async fn look_up(app: &App, npi: Option<&Npi>) -> Result<Answers, Fault> {
    let Some(number) = npi else { return Ok(Answers::of(None, NpiCheck::NoNpi)) };
    let Some((registry, _)) = &app.outside.npi_registry else { return Ok(Answers::of(npi, NpiCheck::Off)) };
    match registry.look_up(number).await {
        Ok(Some(entry)) if !entry.is_individual => Err(Fault::NpiOrganization),
        Ok(Some(entry)) if !entry.is_active => Err(Fault::NpiInactive),
        Ok(Some(entry)) => {
            let names = RegistryNames { family: entry.family, given: entry.given, others: entry.other_names };
            let registry_specialty = entry.specialty;
            Ok(Answers { registry: Some(names), registry_specialty, ..Answers::of(npi, NpiCheck::Found) })
        }
        Ok(None) => Ok(Answers::of(npi, NpiCheck::Unknown)),
        Err(error) => {
            tracing::warn!(%error, "the NPI registry was asked in vain");
            Ok(Answers::of(npi, NpiCheck::Unavailable))
        }
    }
}

/// Keeps the number; name and practice that were typed before stay.
async fn keep(app: &App, visit: &[u8; 32], number: &Answers, client: &Client) -> Result<Step, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let id = match kept::open_of_visit_in(&mut tx, visit).await? {
        Some(open) => {
            let before = answers_of(&open)?;
            let answers = Answers {
                npi: number.npi.clone(),
                check: number.check,
                registry: number.registry.clone(),
                registry_specialty: number.registry_specialty.clone(),
                chart_exception: number.chart_exception.clone(),
                // The name that was typed is compared anew, at the step that asks for it.
                is_checked: false,
                ..before
            };
            save(app, &mut tx, &open, &answers).await?;
            open.id
        }
        None => {
            let id = new_uuid(now, random(app)?);
            kept::insert(&mut tx, (id, visit), (&as_json(number)?, number.npi.as_deref()), now).await?;
            id
        }
    };
    let mut entry = entry(client, now, Some(id), "npi");
    entry.detail = json!({ "step": "npi", "check": number.check.word() }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    // Kept, so that nothing need be typed again; but not further than this.
    let down = waits_for_registry(app, number.check);
    Ok(if down { Step::Faults(vec![Fault::RegistryDown]) } else { Step::Done })
}

/// Keeps changed answers; a link that was mailed for the old ones is void.
async fn save(
    app: &App,
    tx: &mut crate::store::Tx,
    open: &KeptRegistration,
    answers: &Answers,
) -> Result<bool, AppError> {
    let saved = kept::save_answers(tx, open.id, (&as_json(answers)?, answers.npi.as_deref())).await?;
    super::link::void(tx, open.id, app.clock.now()).await?;
    Ok(saved)
}

/// Takes the second step: name, phone, practice.
///
/// # Errors
/// [`AppError`]; nothing is kept then.
pub async fn details(
    app: &App,
    visit: &[u8; 32],
    typed: &TypedDetails,
    client: &Client,
) -> Result<Step, AppError> {
    let Some(before) = kept::open_of_visit(&app.db, visit).await? else { return Ok(Step::NoDraft) };
    if waits_for_registry(app, answers_of(&before)?.check) {
        return Ok(Step::NoDraft);
    }
    let known = known_practice(app, &typed.practice).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    // Read again where it is changed: another tab may have typed another number.
    let Some(open) = kept::open_of_visit_in(&mut tx, visit).await? else { return Ok(Step::NoDraft) };
    let answers = answers_of(&open)?;
    if waits_for_registry(app, answers.check) {
        return Ok(Step::NoDraft);
    }
    let mut filled = match (typed.fill(&answers), &known) {
        (Ok(filled), _) => filled,
        (Err(mut faults), known) => {
            let is_chosen = known.is_some() || typed.practice == "new";
            let about_name = faults.iter().any(|f| matches!(f, Fault::NameMismatch | Fault::NpiUnknown));
            if !is_chosen && !about_name {
                faults.push(Fault::PracticeMissing);
            }
            return Ok(Step::Faults(faults));
        }
    };
    if let Some(known) = known {
        filled.practice = Some(known);
    }
    if filled.practice.is_none() {
        return Ok(Step::Faults(vec![Fault::PracticeMissing]));
    }
    if !save(app, &mut tx, &open, &filled).await? {
        return Ok(Step::NoDraft);
    }
    let mut entry = entry(client, now, Some(open.id), "details");
    entry.detail = json!({ "step": "details", "check": filled.check.word() }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Step::Done)
}

/// The practice with the id that was chosen, when the hospital has it.
async fn known_practice(app: &App, chosen: &str) -> Result<Option<PracticeAnswer>, AppError> {
    let Ok(id) = chosen.parse::<Uuid>() else { return Ok(None) };
    let name = people::practice_name(&app.db, PracticeId(id)).await?;
    Ok(name.map(|name| PracticeAnswer::Known { id, name }))
}

/// Practices of the hospital with a word that begins as was typed; none for fewer than two letters.
///
/// # Errors
/// [`AppError`].
pub async fn find_practices(app: &App, typed: &str) -> Result<Vec<FoundPractice>, AppError> {
    let typed = typed.trim();
    if !(2..=100).contains(&typed.chars().count()) {
        return Ok(Vec::new());
    }
    Ok(kept::practices(&app.db, typed, PRACTICES_SHOWN).await?)
}
