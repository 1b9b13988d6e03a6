//! The family's side: whom an account may speak for, the requests it answers, who may see the chart, and taking that back.
//!
//! Every page begins with [`enter`], which finds the patients for whom the account has a say now and records that it reads;
//! whatever shows or changes something of a patient takes a [`FamilyPermit`].

pub mod answering;
pub mod asked;
pub mod care_team;
pub mod desk;
pub mod enrolment;
mod permit;
pub mod relayed;
pub mod schedule;
pub mod seeing;

use serde_json::json;

use crate::domain::access::facts::{PatientFacts, ViewerFacts};
use crate::domain::access::{Action, Refusal, decide};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::authority::{Authority, authority};
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::language::Language;
use crate::domain::letter::Letter;
use crate::store::access_facts::{self, Those};
use crate::store::{Tx, family, patients, people};

use super::access::Context;
use super::mail::post;
use super::{App, AppError};

pub use permit::FamilyPermit;

/// The patients for whom an account has a say.
#[derive(Debug)]
pub struct Household {
    /// One for each patient, the account's own record first.
    pub permits: Vec<FamilyPermit>,
    /// Which of them the page is about; none when there is none.
    current: Option<usize>,
    /// The language that the account reads.
    pub language: Language,
}

impl Household {
    /// The permit of the patient that the page is about.
    pub fn current(&self) -> Option<&FamilyPermit> {
        self.current.and_then(|place| self.permits.get(place))
    }
}

/// Whom `viewer` has a say for, with `wanted` (or the first one) as the one that the page `page` is about; recorded before it is
/// returned. A patient outside that say is answered like the first one: nothing is learned of others.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn enter(
    app: &App,
    viewer: &ViewerFacts,
    wanted: Option<PatientId>,
    page: &str,
    context: &Context,
) -> Result<Household, AppError> {
    let permits = permits(app, viewer, context.now).await?;
    let chosen = wanted.and_then(|id| permits.iter().position(|permit| permit.patient() == id));
    let current = chosen.or((!permits.is_empty()).then_some(0));
    let mut entry = context.entry(viewer.account, Act::ReadFamily, Outcome::Allowed);
    entry.patient = current.and_then(|place| permits.get(place)).map(FamilyPermit::patient);
    entry.detail = json!({ "page": page, "patients": permits.len() }).to_string();
    app.audit.record(entry).await?;
    let language = language(app, viewer.account, &permits).await?;
    Ok(Household { permits, current, language })
}

/// The language that the account has chosen; before it chose, that of the first patient's record.
async fn language(app: &App, account: AccountId, permits: &[FamilyPermit]) -> Result<Language, AppError> {
    if let Some(chosen) = family::language(&app.db, account).await? {
        return Ok(chosen);
    }
    Ok(permits.first().map_or(Language::English, |permit| Language::of_record(permit.record_language())))
}

/// The language of the pages of `account`, whoever it has a say for.
///
/// # Errors
/// [`AppError::Store`].
pub async fn language_of(app: &App, viewer: &ViewerFacts, now: Instant) -> Result<Language, AppError> {
    match family::language(&app.db, viewer.account).await? {
        Some(chosen) => Ok(chosen),
        None => language(app, viewer.account, &permits(app, viewer, now).await?).await,
    }
}

/// Keeps the language that the viewer chooses.
///
/// # Errors
/// [`AppError`]; then it is not kept.
pub async fn choose_language(app: &App, account: AccountId, language: Language) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    family::set_language(&mut tx, account, language).await?;
    Ok(tx.commit().await?)
}

/// One permit for each patient for whom `viewer` has a say at `now`. A restriction that names the account, a death long past and
/// an undone or unconfirmed merge bind families too.
async fn permits(app: &App, viewer: &ViewerFacts, now: Instant) -> Result<Vec<FamilyPermit>, AppError> {
    let zone = app.hospital.cycles.zone();
    let mut ids: Vec<PatientId> = Vec::new();
    for relative in family::relatives(&app.db, viewer.account).await? {
        let survivor = patients::survivor(&app.db, relative.patient, now).await?;
        if !ids.contains(&survivor) {
            ids.push(survivor);
        }
    }
    let mut facts = access_facts::patients(&app.db, Those::Some(&ids), zone).await?;
    let mut permits = Vec::new();
    for id in ids {
        let Some(facts) = facts.remove(&id) else { continue };
        let refusal = decide(viewer, &facts, Action::ListPatient, now).refusal();
        if matches!(refusal, Some(Refusal::PatientRestricted | Refusal::PatientDeceased)) {
            continue;
        }
        let Some(person) = family::person(&app.db, id).await? else { continue };
        let owners = owners(&facts, now);
        let kin = family::kin(&app.db, &owners, now).await?;
        let authority = authority(&kin, person.birth_date, now, zone);
        permits.extend(FamilyPermit::of(viewer.account, person, facts, owners, authority));
    }
    Ok(permits)
}

/// The records whose facts count for this patient at `now`: its own, and those merged into it and confirmed.
fn owners(facts: &PatientFacts, now: Instant) -> Vec<PatientId> {
    let mut owners = vec![facts.patient];
    for merge in &facts.merges {
        if facts.counts(merge.from, now) && !owners.contains(&merge.from) {
            owners.push(merge.from);
        }
    }
    owners
}

/// Who of the family has a say about `patient` at `now`, whoever asks: for filing and for the schedule. `None` when there is no
/// such record.
///
/// # Errors
/// [`AppError::Store`].
pub async fn authority_over(
    app: &App,
    patient: PatientId,
    now: Instant,
) -> Result<Option<Authority>, AppError> {
    let zone = app.hospital.cycles.zone();
    let Some(facts) = super::access::patient(app, patient).await? else { return Ok(None) };
    let Some(person) = family::person(&app.db, patient).await? else { return Ok(None) };
    let kin = family::kin(&app.db, &owners(&facts, now), now).await?;
    Ok(Some(authority(&kin, person.birth_date, now, zone)))
}

/// Writes `letter` to each of `accounts`, inside `tx`.
async fn tell(
    app: &App,
    tx: &mut Tx,
    accounts: &[(AccountId, String)],
    letter: &Letter,
) -> Result<(), AppError> {
    for (account, address) in accounts {
        post(app, tx, (Some(*account), address), letter).await?;
    }
    Ok(())
}

/// The addresses of `accounts`; read before a transaction begins.
async fn addresses(
    app: &App,
    accounts: impl Iterator<Item = AccountId>,
) -> Result<Vec<(AccountId, String)>, AppError> {
    let mut found = Vec::new();
    for account in accounts {
        found.extend(people::account(&app.db, account).await?.map(|named| (account, named.email)));
    }
    Ok(found)
}
