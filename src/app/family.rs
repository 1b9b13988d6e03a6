//! The family's side: whom an account may speak for, the requests it answers, who may see the chart, and taking that back.
//!
//! Every page begins with [`enter`], which finds the patients for whom the account has a say now and records that it reads;
//! whatever shows or changes something of a patient takes a [`FamilyPermit`].

pub mod answering;
pub mod asked;
pub mod blocking;
pub mod care_team;
pub mod desk;
pub mod enrolment;
pub mod messages;
mod permit;
pub mod proxies;
pub mod relayed;
pub mod renewing;
pub mod schedule;
pub mod seeing;
pub mod staff_check;
pub mod tokens;

use std::collections::HashMap;

use serde_json::json;

use crate::domain::access::facts::{PatientFacts, ViewerFacts};
use crate::domain::access::{Action, Refusal, decide};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::authority::{Authority, Kin, authority, bar_restricted};
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
pub async fn choose_language(
    app: &App,
    account: AccountId,
    language: Language,
    context: &Context,
) -> Result<(), AppError> {
    let mut entry = context.entry(account, Act::ChangeFamily, Outcome::Allowed);
    entry.subject = Some(account.0);
    entry.detail = json!({ "change": "language", "to": language.word() }).to_string();
    let mut tx = app.db.begin().await?;
    family::set_language(&mut tx, account, language).await?;
    Ok(app.audit.commit(tx, vec![entry]).await?)
}

/// One permit for each patient for whom `viewer` has a say at `now`. A restriction that names the account, a death long past and
/// an undone or unconfirmed merge bind families too.
pub(super) async fn permits(
    app: &App,
    viewer: &ViewerFacts,
    now: Instant,
) -> Result<Vec<FamilyPermit>, AppError> {
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
        let owners = facts.counting(now);
        let mut kin = family::kin(&app.db, &owners, now).await?;
        bar_restricted(&mut kin, &facts, now);
        let authority = authority(&kin, person.birth_date, now, zone);
        permits.extend(FamilyPermit::of(viewer.account, person, facts, owners, authority));
    }
    Ok(permits)
}

/// Who of the family of the record `patient` has a say at `now`, whoever asks; of one that is merged into another, its own family,
/// which speaks for nobody until the access team confirms the merge. Whom a restriction keeps out is not among them. `None` when there is no such record.
///
/// # Errors
/// [`AppError::Store`].
pub async fn authority_over(
    app: &App,
    patient: PatientId,
    now: Instant,
) -> Result<Option<Authority>, AppError> {
    let facts = super::access::patient(app, patient).await?;
    let facts = facts.map(|facts| HashMap::from([(patient, facts)])).unwrap_or_default();
    Ok(say_over(app, &facts, now).await?.remove(&patient))
}

/// Who has a say at `now` about requests for each of `patients`. Of a record that is merged into another it is the say about that
/// one; nobody's, and absent, while the access team has not confirmed the merge.
///
/// # Errors
/// [`AppError::Store`].
pub async fn authorities(
    app: &App,
    patients: &[PatientId],
    now: Instant,
) -> Result<HashMap<PatientId, Authority>, AppError> {
    if patients.is_empty() {
        return Ok(HashMap::new());
    }
    let zone = app.hospital.cycles.zone();
    let mut facts = access_facts::patients(&app.db, Those::Some(patients), zone).await?;
    let away: Vec<PatientId> = facts.values().filter(|f| f.merged_away(now)).map(|f| f.patient).collect();
    let mut survivors = HashMap::new();
    for id in away {
        facts.remove(&id);
        survivors.insert(id, patients::counted(&app.db, id, now).await?);
    }
    let missing: Vec<PatientId> = survivors.values().copied().filter(|id| !facts.contains_key(id)).collect();
    facts.extend(access_facts::patients(&app.db, Those::Some(&missing), zone).await?);
    facts.retain(|_, one| !one.merged_away(now));
    let say = say_over(app, &facts, now).await?;
    let of = |id: &PatientId| say.get(survivors.get(id).unwrap_or(id)).cloned();
    Ok(patients.iter().filter_map(|id| Some((*id, of(id)?))).collect())
}

async fn say_over(
    app: &App,
    facts: &HashMap<PatientId, PatientFacts>,
    now: Instant,
) -> Result<HashMap<PatientId, Authority>, AppError> {
    let records: HashMap<PatientId, Vec<PatientId>> =
        facts.iter().map(|(id, facts)| (*id, facts.counting(now))).collect();
    let owners: Vec<PatientId> = records.values().flatten().copied().collect();
    let kin = family::kin_of_each(&app.db, &owners, now).await?;
    let births = family::births(&app.db, &owners).await?;
    let zone = app.hospital.cycles.zone();
    let of = |(id, owners): (PatientId, Vec<PatientId>)| {
        let mut kin: Vec<Kin> = owners.iter().filter_map(|owner| kin.get(owner)).flatten().copied().collect();
        bar_restricted(&mut kin, facts.get(&id)?, now);
        Some((id, authority(&kin, *births.get(&id)?, now, zone)))
    };
    Ok(records.into_iter().filter_map(of).collect())
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
