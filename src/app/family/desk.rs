//! Families as the access team runs them: found by MRN, codes made, links ended, court orders flagged, signatures on paper recorded.

use serde_json::json;
use time::Date;
use uuid::Uuid;

use super::authority_over;
use super::enrolment::{complete, tied};
use crate::app::desk::Member;
use crate::app::sign_in::random;
use crate::app::{App, AppError, access};
use crate::domain::audit::{Act, Outcome};
use crate::domain::family::authority::Capacity;
use crate::domain::family::enrolment::{Bar, CODE_DAYS, bar};
use crate::domain::ids::{AccountId, Mrn, PatientId, new_uuid};
use crate::domain::people::fold_name;
use crate::domain::queue::handles;
use crate::domain::token::TokenSecret;
use crate::store::enrolment::{self as rows, Code};
use crate::store::{family, patients};

pub use crate::store::enrolment::{OpenCode, ProxyRow, TieRow};

/// The family of one patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FamilyOf {
    /// The patient.
    pub patient: PatientId,
    /// Their name.
    pub name: String,
    /// Their birth date.
    pub birth_date: Date,
    /// Every guardian's link.
    pub ties: Vec<TieRow>,
    /// The patient's own accounts: name and address.
    pub own: Vec<(AccountId, String, String)>,
    /// Codes that wait to be used.
    pub codes: Vec<OpenCode>,
    /// Proxies that wait for the patient's signature.
    pub proxies: Vec<ProxyRow>,
    /// Whether the reader may change any of it.
    pub may_change: bool,
}

/// What the access team does to a family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Makes a code for a guardian, or for the patient.
    Code(Capacity),
    /// Ends a guardian's link.
    End(Uuid),
    /// Sets or lifts the flag of a court order on a link.
    CourtOrder(Uuid, Flag),
    /// Records the patient's signature under a proxy, given on paper with this name.
    Sign(Uuid, String),
}

/// A flag, on or off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag {
    /// On.
    On,
    /// Off.
    Off,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Did {
    /// A code was made: shown once.
    Code(String),
    /// It is done.
    Done,
    /// It was so already, or is not there any more.
    Already,
    /// The signature is not the patient's name.
    WrongName,
    /// It may not be.
    Barred(Bar),
    /// It takes a reviewer or an administrator.
    NotYours,
}

impl std::fmt::Debug for Did {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl Did {
    const fn word(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Done => "done",
            Self::Already => "already",
            Self::WrongName => "wrong_name",
            Self::Barred(_) => "barred",
            Self::NotYours => "not_yours",
        }
    }
}

/// The family of the patient with this MRN, recorded before it is returned; `None` when nobody has it.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn find(app: &App, member: &Member, mrn: &str) -> Result<Option<FamilyOf>, AppError> {
    let now = member.context.now;
    let found = match Mrn::parse(mrn) {
        Ok(mrn) => patients::by_mrn(&app.db, &mrn, now).await?,
        Err(_) => None,
    };
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = member.context.entry(member.account, Act::LookUp, outcome);
    entry.patient = found;
    entry.detail = json!({ "look_up": "family" }).to_string();
    app.audit.record(entry).await?;
    let Some(patient) = found else { return Ok(None) };
    let Some(person) = family::person(&app.db, patient).await? else { return Ok(None) };
    Ok(Some(FamilyOf {
        patient,
        name: person.name,
        birth_date: person.birth_date,
        ties: rows::ties(&app.db, patient).await?,
        own: rows::own_accounts(&app.db, patient).await?,
        codes: rows::open_codes(&app.db, patient, now).await?,
        proxies: rows::proxies_of(&app.db, patient).await?,
        may_change: handles(&member.roles),
    }))
}

/// Does `deed` to the family of `patient`.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn act(app: &App, member: &Member, patient: PatientId, deed: &Deed) -> Result<Did, AppError> {
    if !handles(&member.roles) {
        let mut entry = member.context.entry(member.account, Act::ChangeFamily, Outcome::Refused);
        entry.patient = Some(patient);
        app.audit.record(entry).await?;
        return Ok(Did::NotYours);
    }
    match deed {
        Deed::Code(capacity) => code(app, member, patient, *capacity).await,
        Deed::Sign(proxy, name) => sign(app, member, patient, (*proxy, name.as_str())).await,
        Deed::End(link) => change(app, member, patient, (*link, None)).await,
        Deed::CourtOrder(link, flag) => change(app, member, patient, (*link, Some(*flag))).await,
    }
}

async fn code(app: &App, member: &Member, patient: PatientId, capacity: Capacity) -> Result<Did, AppError> {
    let context = &member.context;
    let zone = app.hospital.cycles.zone();
    let facts = access::patient(app, patient).await?;
    let died = facts.is_none_or(|facts| facts.death.is_some_and(|death| context.now >= death.day_after));
    let person = family::person(&app.db, patient).await?.filter(|_| !died);
    let (Some(person), Some(family)) = (person, authority_over(app, patient, context.now).await?) else {
        return Ok(Did::Barred(Bar::Deceased));
    };
    if let Some(bar) = bar(capacity, &family, person.birth_date, context.now, zone) {
        return Ok(Did::Barred(bar));
    }
    let secret = TokenSecret::new(random(app)?);
    let code = Code { id: new_uuid(context.now, random(app)?), patient, capacity };
    let ends = zone.plus_days(context.now, CODE_DAYS);
    let mut tx = app.db.begin().await?;
    rows::insert_code(&mut tx, code, &secret.hash(), member.account, (context.now, ends)).await?;
    let mut entry = context.entry(member.account, Act::ChangeFamily, Outcome::Allowed);
    entry.patient = Some(patient);
    entry.subject = Some(code.id);
    entry.detail = json!({ "change": "code_made", "for": capacity.word() }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Did::Code(secret.grouped()))
}

async fn sign(
    app: &App,
    member: &Member,
    patient: PatientId,
    (proxy, name): (Uuid, &str),
) -> Result<Did, AppError> {
    let proxy = rows::one_proxy(&app.db, proxy).await?.filter(|proxy| proxy.patient == patient);
    let (Some(proxy), Some(person)) = (proxy, family::person(&app.db, patient).await?) else {
        return Ok(Did::Already);
    };
    if fold_name(name) != fold_name(&person.name) {
        return Ok(Did::WrongName);
    }
    let done = complete(app, &proxy, (name, member.account), &member.context).await?;
    Ok(if matches!(done, super::answering::Taken::Done(_)) { Did::Done } else { Did::Already })
}

/// Ends a link, or flags it.
async fn change(
    app: &App,
    member: &Member,
    patient: PatientId,
    (link, flag): (Uuid, Option<Flag>),
) -> Result<Did, AppError> {
    let ties = rows::ties(&app.db, patient).await?;
    let Some(tie) = ties.iter().find(|tie| tie.id == link) else { return Ok(Did::Already) };
    let mut tx = app.db.begin().await?;
    let (done, what) = match flag {
        None => (rows::end_tie(&mut tx, link, patient, member.context.now).await?, "guardian_ended"),
        Some(Flag::On) => (rows::set_court_order(&mut tx, link, patient, 1).await?, "court_order_set"),
        Some(Flag::Off) => (rows::set_court_order(&mut tx, link, patient, 0).await?, "court_order_lifted"),
    };
    if !done {
        return Ok(Did::Already);
    }
    // Whoever lost authority must not begin anew with a code that was printed before.
    if flag != Some(Flag::Off) {
        rows::void_guardian_codes(&mut tx, patient, member.context.now).await?;
    }
    let entry = tied(member.account, patient, tie.account, what, &member.context);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Did::Done)
}
