//! Families as the access team runs them: found by MRN, codes made and voided, links ended, court orders flagged, signatures on paper recorded,
//! and what a family gave, or who is on its care team, taken back, also while a court order keeps the family from it.
//!
//! A record that was merged into another is shown as itself until the merge is confirmed: nothing leads from it to the other one.

mod rights;

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
use crate::domain::ids::{AccountId, FactId, Mrn, PatientId, new_uuid};
use crate::domain::people::fold_name;
use crate::domain::queue::{NOTE_LONGEST, handles, text};
use crate::domain::token::TokenSecret;
use crate::store::enrolment::{self as rows, Code};
use crate::store::{family, patients};

pub use super::care_team::{Match, Search, Seated};
pub use crate::store::care_team::SeatRow;
pub use crate::store::enrolment::{OpenCode, ProxyRow, TieRow};
pub use crate::store::grants::GrantRow;

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
    /// Grants that are not over, newest first, each to the end that the decision uses.
    pub grants: Vec<GrantRow>,
    /// Places on the care team that are not over.
    pub seats: Vec<SeatRow>,
    /// Whether the record is merged into another and waits for the confirmation: nothing of it counts.
    pub waits_for_merge: bool,
    /// Whether the reader may change any of it.
    pub may_change: bool,
}

/// What the access team does to a family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Makes a code for a guardian, or for the patient.
    Code(Capacity),
    /// Voids a code that waits to be used.
    Void(Uuid),
    /// Ends a guardian's link.
    End(Uuid),
    /// Sets or lifts the flag of a court order on a link.
    CourtOrder(Uuid, Flag),
    /// Records court papers by which a link counts although the patient is 18 or over: what they say.
    Papers(Uuid, String),
    /// Records the patient's signature under a proxy, given on paper with this name.
    Sign(Uuid, String),
    /// Takes a grant back, for a reason.
    Revoke(FactId, String),
    /// Puts somebody on the care team, for a reason.
    Seat(Seated, String),
    /// Takes whoever has a seat off the care team, with every seat of theirs, for a reason.
    Unseat(FactId, String),
}

impl Deed {
    const fn act(&self) -> Act {
        match self {
            Self::Code(_)
            | Self::Void(_)
            | Self::End(_)
            | Self::CourtOrder(..)
            | Self::Papers(..)
            | Self::Sign(..) => Act::ChangeFamily,
            Self::Revoke(..) => Act::RevokeAccess,
            Self::Seat(..) | Self::Unseat(..) => Act::ChangeCareTeam,
        }
    }

    const fn subject(&self) -> Option<Uuid> {
        match self {
            Self::Code(_) => None,
            Self::Void(id)
            | Self::End(id)
            | Self::CourtOrder(id, _)
            | Self::Papers(id, _)
            | Self::Sign(id, _) => Some(*id),
            Self::Revoke(id, _) | Self::Unseat(id, _) => Some(id.0),
            Self::Seat(whom, _) => Some(whom.id()),
        }
    }
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
    /// No reason was given, or too long a one.
    NoReason,
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
            Self::NoReason => "no_reason",
        }
    }

    /// How it is recorded; `None` for what its own transaction recorded.
    const fn came_to_nothing(&self) -> Option<Outcome> {
        match self {
            Self::Code(_) | Self::Done => None,
            Self::NotYours | Self::Barred(_) => Some(Outcome::Refused),
            Self::Already | Self::WrongName | Self::NoReason => Some(Outcome::Failed),
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
        Ok(mrn) => patients::counted_by_mrn(&app.db, &mrn, now).await?,
        Err(_) => None,
    };
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let mut entry = member.context.entry(member.account, Act::LookUp, outcome);
    entry.patient = found;
    entry.detail = json!({ "look_up": "family" }).to_string();
    app.audit.record(entry).await?;
    let Some(patient) = found else { return Ok(None) };
    let (person, facts) = (family::person(&app.db, patient).await?, access::patient(app, patient).await?);
    let (Some(person), Some(facts)) = (person, facts) else { return Ok(None) };
    let mut of = FamilyOf {
        patient,
        name: person.name,
        birth_date: person.birth_date,
        ties: Vec::new(),
        own: Vec::new(),
        codes: Vec::new(),
        proxies: Vec::new(),
        grants: Vec::new(),
        seats: Vec::new(),
        waits_for_merge: facts.merged_away(now),
        may_change: handles(&member.roles),
    };
    for record in facts.counting(now) {
        of.ties.extend(rows::ties(&app.db, record).await?);
        of.own.extend(rows::own_accounts(&app.db, record).await?);
        of.codes.extend(rows::open_codes(&app.db, record, now).await?);
        of.proxies.extend(rows::proxies_of(&app.db, record).await?);
        of.grants.extend(rights::grants(app, &facts, record, now).await?);
        of.seats.extend(rights::seats(app, record, now).await?);
    }
    Ok(Some(of))
}

/// The records whose families are the family of `patient`.
async fn records(app: &App, patient: PatientId, member: &Member) -> Result<Vec<PatientId>, AppError> {
    let facts = access::patient(app, patient).await?;
    Ok(facts.map(|facts| facts.counting(member.context.now)).unwrap_or_default())
}

/// The records whose families are the family of `patient`, when `account` is tied to one of them as a guardian; else none.
pub(in crate::app) async fn guarded(
    app: &App,
    patient: PatientId,
    account: Option<AccountId>,
    member: &Member,
) -> Result<Vec<PatientId>, AppError> {
    let Some(account) = account else { return Ok(Vec::new()) };
    let records = records(app, patient, member).await?;
    for record in &records {
        if rows::ties(&app.db, *record).await?.iter().any(|tie| tie.account == account) {
            return Ok(records);
        }
    }
    Ok(Vec::new())
}

/// Providers and practices that could be put on a care team.
///
/// # Errors
/// [`AppError::Store`].
pub async fn search(app: &App, member: &Member, query: &str) -> Result<Search, AppError> {
    super::care_team::search(app, query, member.context.now, |_| false).await
}

/// Does `deed` to the family of `patient`.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn act(app: &App, member: &Member, patient: PatientId, deed: &Deed) -> Result<Did, AppError> {
    let did = match deed {
        _ if !handles(&member.roles) => Did::NotYours,
        Deed::Code(capacity) => code(app, member, patient, *capacity).await?,
        Deed::Void(id) => void(app, member, patient, *id).await?,
        Deed::Sign(proxy, name) => sign(app, member, patient, (*proxy, name.as_str())).await?,
        Deed::End(link) => change(app, member, patient, (*link, None)).await?,
        Deed::CourtOrder(link, flag) => change(app, member, patient, (*link, Some(*flag))).await?,
        Deed::Papers(link, papers) => court_papers(app, member, patient, (*link, papers)).await?,
        Deed::Revoke(grant, reason) => rights::revoke(app, member, patient, (*grant, reason)).await?,
        Deed::Seat(whom, reason) => rights::seat(app, member, patient, (*whom, reason)).await?,
        Deed::Unseat(seat, reason) => rights::unseat(app, member, patient, (*seat, reason)).await?,
    };
    if let Some(outcome) = did.came_to_nothing() {
        let mut entry = member.context.entry(member.account, deed.act(), outcome);
        (entry.patient, entry.subject) = (Some(patient), deed.subject());
        did.word().clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
    }
    Ok(did)
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

/// Voids the code `id`, so that whoever holds it reads what an unknown one reads.
async fn void(app: &App, member: &Member, patient: PatientId, id: Uuid) -> Result<Did, AppError> {
    let context = &member.context;
    for record in records(app, patient, member).await? {
        let mut tx = app.db.begin().await?;
        if rows::void_code(&mut tx, id, record, context.now).await? {
            let mut entry = context.entry(member.account, Act::ChangeFamily, Outcome::Allowed);
            (entry.patient, entry.subject) = (Some(record), Some(id));
            entry.detail = json!({ "change": "code_voided" }).to_string();
            app.audit.commit(tx, vec![entry]).await?;
            return Ok(Did::Done);
        }
    }
    Ok(Did::Already)
}

async fn sign(
    app: &App,
    member: &Member,
    patient: PatientId,
    (proxy, name): (Uuid, &str),
) -> Result<Did, AppError> {
    let records = records(app, patient, member).await?;
    let proxy = rows::one_proxy(&app.db, proxy).await?.filter(|proxy| records.contains(&proxy.patient));
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
    let records = records(app, patient, member).await?;
    let Some((patient, tie)) = tie_of(app, &records, link).await? else { return Ok(Did::Already) };
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
        for record in records {
            rows::void_guardian_codes(&mut tx, record, member.context.now).await?;
        }
    }
    let entry = tied(member.account, patient, tie.account, what, &member.context);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Did::Done)
}

/// The link `id` of one of `records`, and of which.
async fn tie_of(app: &App, records: &[PatientId], id: Uuid) -> Result<Option<(PatientId, TieRow)>, AppError> {
    for record in records {
        if let Some(tie) = rows::ties(&app.db, *record).await?.into_iter().find(|tie| tie.id == id) {
            return Ok(Some((*record, tie)));
        }
    }
    Ok(None)
}

/// Lets a link count from the patient's 18th birthday on, by what court papers say.
async fn court_papers(
    app: &App,
    member: &Member,
    patient: PatientId,
    (link, papers): (Uuid, &str),
) -> Result<Did, AppError> {
    let Some(papers) = text(papers, 1, NOTE_LONGEST) else { return Ok(Did::NoReason) };
    let records = records(app, patient, member).await?;
    let Some((record, tie)) = tie_of(app, &records, link).await? else { return Ok(Did::Already) };
    let mut tx = app.db.begin().await?;
    if !rows::count_for_adult(&mut tx, link, record, papers, member.context.now).await? {
        return Ok(Did::Already);
    }
    let entry = tied(member.account, record, tie.account, "court_papers", &member.context);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Did::Done)
}
