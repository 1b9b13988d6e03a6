//! Restrictions: found by MRN, previewed by asking the access decision with and without, made and ended with who did it and why.
//! Each is effective at the next request: nothing about rights is kept in between.

use serde_json::json;

use super::access;
use super::desk::{Done, Member};
use super::family::desk::guarded;
use super::look_ups::candidates;
use super::sign_in::random;
use super::{App, AppError};
use crate::domain::access::facts::Restriction;
use crate::domain::access::{Action, decide};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{AccountId, FactId, Mrn, Npi, PatientId, PracticeId, ProviderId, new_uuid};
use crate::domain::people::fold_name;
use crate::domain::queue::{Bar, handles, text};
use crate::domain::request::REASON_LONGEST;
use crate::domain::restriction::Scope;
use crate::store::patients::{self, Card};
use crate::store::people::{self, NamedAccount};
use crate::store::{StoreError, enrolment, restrictions as rows, verification};

pub use crate::store::restrictions::RestrictionRow;

/// Accounts that a preview names, at most; it counts them all.
const NAMED: usize = 50;

/// The restrictions of one patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restricted {
    /// Who.
    pub card: Card,
    /// The restrictions, newest first.
    pub rows: Vec<RestrictionRow>,
    /// What keeps the reader from making and ending them.
    pub bar: Option<Bar>,
}

/// A restriction as typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Whom it is to name.
    pub scope: Scope,
    /// The address, the NPI, or the code or name of the practice; nothing for everyone.
    pub whom: String,
    /// Why.
    pub reason: String,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// Nobody has that address, NPI, code or name.
    Unknown,
    /// Several practices have that name.
    Several,
    /// No reason, or one that is too long.
    Reason,
}

/// What a restriction would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// Of whom.
    pub card: Card,
    /// The name of whom it names; empty for everyone.
    pub name: String,
    /// Who sees the chart now and would no longer; the first of them.
    pub losing: Vec<NamedAccount>,
    /// How many they are in all.
    pub count: usize,
    /// Whether the same restriction holds already.
    pub held: bool,
}

/// What came of previewing or making one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Made<T> {
    /// Done.
    Done(T),
    /// The same holds already; nothing was done.
    Already,
    /// What was typed will not do.
    Wrong(Vec<Problem>),
    /// Not theirs to do.
    Barred(Bar),
    /// There is no such patient.
    Unknown,
    /// The record is to be merged into another, and nobody has confirmed it: whom it would bind is open.
    Unconfirmed,
}

fn entry(
    member: &Member,
    act: Act,
    outcome: Outcome,
    patient: Option<PatientId>,
    detail: &serde_json::Value,
) -> Entry {
    let mut entry = member.context.entry(member.account, act, outcome);
    entry.patient = patient;
    entry.detail = detail.to_string();
    entry
}

fn bar(member: &Member) -> Option<Bar> {
    (!handles(&member.roles)).then_some(Bar::Role)
}

/// The patient whose MRN was typed; recorded whether or not there is one.
///
/// # Errors
/// [`AppError`]; then nothing may be said.
pub async fn find(app: &App, member: &Member, mrn: &str) -> Result<Option<PatientId>, AppError> {
    let found = match Mrn::parse(mrn) {
        Ok(mrn) => patients::counted_by_mrn(&app.db, &mrn, member.context.now).await?,
        Err(_) => None,
    };
    let outcome = if found.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let detail = json!({ "look_up": "restrictions_by_mrn" });
    app.audit.record(entry(member, Act::LookUp, outcome, found, &detail)).await?;
    Ok(found)
}

/// The restrictions of `patient`; `None` when there is no such record.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn page(app: &App, member: &Member, patient: PatientId) -> Result<Option<Restricted>, AppError> {
    let card = patients::one_card(&app.db, patient).await?;
    let mut rows = rows::of_patient(&app.db, patient).await?;
    // Those of records that are merged into this one bind it too.
    if let Some(facts) = access::patient(app, patient).await? {
        for merge in facts.merges.iter().filter(|m| facts.binds(m.from, member.context.now)) {
            rows.extend(rows::of_patient(&app.db, merge.from).await?);
        }
    }
    let outcome = if card.is_some() { Outcome::Allowed } else { Outcome::Failed };
    let of = card.as_ref().map(|card| card.id);
    let detail = json!({ "look_up": "restrictions", "shown": rows.len() });
    app.audit.record(entry(member, Act::LookUp, outcome, of, &detail)).await?;
    Ok(card.map(|card| Restricted { card, rows, bar: bar(member) }))
}

/// Whom a restriction names, found.
struct Target {
    account: Option<AccountId>,
    provider: Option<ProviderId>,
    practice: Option<PracticeId>,
    name: String,
}

impl Target {
    const EVERYONE: Self = Self { account: None, provider: None, practice: None, name: String::new() };

    fn of(&self, patient: PatientId, id: FactId, now: Instant) -> Restriction {
        Restriction {
            id,
            owner: patient,
            account: self.account,
            provider: self.provider,
            practice: self.practice,
            span: Interval::new(Some(now), None),
        }
    }
}

async fn target(app: &App, wanted: &Wanted) -> Result<Result<Target, Problem>, AppError> {
    let typed = wanted.whom.trim();
    Ok(match wanted.scope {
        Scope::Everyone => Ok(Target::EVERYONE),
        Scope::Account => match people::account_by_email(&app.db, typed).await? {
            Some(id) => {
                let name = people::account_name(&app.db, id).await?.unwrap_or_default();
                Ok(Target { account: Some(id), name, ..Target::EVERYONE })
            }
            None => Err(Problem::Unknown),
        },
        Scope::Provider => {
            let npi = Npi::parse(typed);
            let found = match &npi {
                Some(npi) => rows::provider_by_npi(&app.db, npi.as_str()).await?,
                None => None,
            };
            let target = |(id, name)| Target { provider: Some(id), name, ..Target::EVERYONE };
            found.map(target).ok_or(Problem::Unknown)
        }
        Scope::Practice => practice(app, typed).await?.map(|(id, name)| Target {
            practice: Some(id),
            name,
            ..Target::EVERYONE
        }),
    })
}

/// The one practice whose code or whole name was typed.
pub(super) async fn practice(
    app: &App,
    typed: &str,
) -> Result<Result<(PracticeId, String), Problem>, AppError> {
    let all = rows::practices(&app.db).await?;
    if let Some((id, _, name)) = all.iter().find(|(_, code, _)| code == typed.trim()) {
        return Ok(Ok((*id, name.clone())));
    }
    let folded = fold_name(typed);
    let mut named = all.into_iter().filter(|(_, _, name)| !folded.is_empty() && fold_name(name) == folded);
    Ok(match (named.next(), named.next()) {
        (Some((id, _, name)), None) => Ok((id, name)),
        (Some(_), Some(_)) => Err(Problem::Several),
        (None, _) => Err(Problem::Unknown),
    })
}

/// Who would lose the chart of `patient` by the restriction `wanted`: those whom the decision allows now, and no longer with it.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn preview(
    app: &App,
    member: &Member,
    patient: PatientId,
    wanted: &Wanted,
) -> Result<Made<Preview>, AppError> {
    let (card, target) = match sound(app, member, patient, wanted).await? {
        Ok(sound) => sound,
        Err(why) => return refused(app, member, patient, why).await,
    };
    let now = member.context.now;
    let Some(before) = access::patient(app, patient).await? else { return Ok(Made::Unknown) };
    let new = target.of(patient, FactId(uuid::Uuid::nil()), now);
    let held = before.restrictions.iter().any(|r| {
        let same = (r.account, r.provider, r.practice) == (new.account, new.provider, new.practice);
        same && r.owner == patient && r.span.holds(now)
    });
    let mut after = before.clone();
    after.restrictions.push(new);
    // Nobody else sees it now, so nobody else can lose it.
    let viewers = candidates(app, patient).await?;
    let losing: Vec<AccountId> = viewers
        .into_iter()
        .map(|(viewer, _)| viewer)
        .filter(|viewer| decide(viewer, &before, Action::OpenChart, now).allowed())
        .filter(|viewer| !decide(viewer, &after, Action::OpenChart, now).allowed())
        .map(|viewer| viewer.account)
        .collect();
    let detail =
        json!({ "look_up": "restriction_preview", "scope": wanted.scope.word(), "accounts": losing.len() });
    app.audit.record(entry(member, Act::LookUp, Outcome::Allowed, Some(patient), &detail)).await?;
    let count = losing.len();
    let mut named = Vec::new();
    for account in losing {
        named.extend(people::account(&app.db, account).await?);
    }
    named.sort_by(|a, b| (&a.name, &a.email).cmp(&(&b.name, &b.email)));
    named.truncate(NAMED);
    Ok(Made::Done(Preview { card, name: target.name, losing: named, count, held }))
}

/// Why nothing is done.
enum Why {
    Barred(Bar),
    Unknown,
    Unconfirmed,
    Wrong(Vec<Problem>),
}

async fn sound(
    app: &App,
    member: &Member,
    patient: PatientId,
    wanted: &Wanted,
) -> Result<Result<(Card, Target), Why>, AppError> {
    if let Some(bar) = bar(member) {
        return Ok(Err(Why::Barred(bar)));
    }
    let Some(card) = patients::one_card(&app.db, patient).await? else { return Ok(Err(Why::Unknown)) };
    if patients::settled(&app.db, patient, member.context.now).await?.is_none() {
        return Ok(Err(Why::Unconfirmed));
    }
    let mut problems = Vec::new();
    let target = match target(app, wanted).await? {
        Ok(target) => Some(target),
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    if text(&wanted.reason, 1, REASON_LONGEST).is_none() {
        problems.push(Problem::Reason);
    }
    Ok(match target.filter(|_| problems.is_empty()) {
        Some(target) => Ok((card, target)),
        None => Err(Why::Wrong(problems)),
    })
}

async fn refused<T>(app: &App, member: &Member, patient: PatientId, why: Why) -> Result<Made<T>, AppError> {
    let (outcome, basis, made) = match why {
        Why::Barred(bar) => (Outcome::Refused, bar.word(), Made::Barred(bar)),
        Why::Unknown => (Outcome::Failed, "unknown", Made::Unknown),
        Why::Unconfirmed => (Outcome::Failed, "merge_unconfirmed", Made::Unconfirmed),
        Why::Wrong(problems) => (Outcome::Failed, "invalid", Made::Wrong(problems)),
    };
    let mut entry = entry(member, Act::ChangeRestriction, outcome, None, &json!({ "record": patient.0 }));
    basis.clone_into(&mut entry.basis);
    app.audit.record(entry).await?;
    Ok(made)
}

/// Makes the restriction, from now on and without end. Of several at once, one is made.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn make(
    app: &App,
    member: &Member,
    patient: PatientId,
    wanted: &Wanted,
) -> Result<Made<()>, AppError> {
    let (_, target) = match sound(app, member, patient, wanted).await? {
        Ok(sound) => sound,
        Err(why) => return refused(app, member, patient, why).await,
    };
    let id = FactId(new_uuid(member.context.now, random(app)?));
    let guarded = guarded(app, patient, target.account, member).await?;
    let mut tx = app.db.begin().await?;
    // Several at once wait here for each other; each begins after the one before.
    verification::hold_patient(&mut tx, patient).await?;
    let now = app.clock.now();
    let new = target.of(patient, id, now);
    let is_held = rows::is_held(&mut tx, &new, now).await?;
    if is_held || is_there(rows::insert(&mut tx, &new, wanted.reason.trim(), member.account).await)? {
        drop(tx);
        let change = json!({ "change": "made" });
        let mut entry = entry(member, Act::ChangeRestriction, Outcome::Failed, Some(patient), &change);
        "already".clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
        return Ok(Made::Already);
    }
    // Whoever is kept out must not begin anew with a code that was printed before, for a guardian or for the patient.
    for record in guarded {
        enrolment::void_codes(&mut tx, record, now).await?;
    }
    let names = new.account.map(|a| a.0).or(new.provider.map(|p| p.0)).or(new.practice.map(|p| p.0));
    let detail = json!({ "change": "made", "scope": wanted.scope.word(), "names": names });
    let mut entry = entry(member, Act::ChangeRestriction, Outcome::Allowed, Some(patient), &detail);
    entry.subject = Some(id.0);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Made::Done(()))
}

/// Whose record the restriction `id` is of.
///
/// # Errors
/// [`AppError::Store`].
pub async fn patient_of(app: &App, id: FactId) -> Result<Option<PatientId>, AppError> {
    Ok(rows::patient_of(&app.db, id).await?)
}

/// Whether an insertion found the same there already.
fn is_there(inserted: Result<(), StoreError>) -> Result<bool, StoreError> {
    match inserted {
        Err(StoreError::Duplicate(_)) => Ok(true),
        done => done.map(|()| false),
    }
}

/// Ends the restriction `id` from now on; says of which patient.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn end(app: &App, member: &Member, id: FactId) -> Result<Done<PatientId>, AppError> {
    let patient = rows::patient_of(&app.db, id).await?;
    let said = |outcome, basis: &str| {
        let mut entry =
            entry(member, Act::ChangeRestriction, outcome, patient, &json!({ "change": "ended" }));
        entry.subject = Some(id.0);
        entry.basis = String::from(basis);
        entry
    };
    if let Some(bar) = bar(member) {
        app.audit.record(said(Outcome::Refused, bar.word())).await?;
        return Ok(Done::Barred(bar));
    }
    let Some(patient) = patient else {
        app.audit.record(said(Outcome::Failed, "unknown")).await?;
        return Ok(Done::Unknown);
    };
    let mut tx = app.db.begin().await?;
    if !rows::end(&mut tx, id, member.account, member.context.now).await? {
        drop(tx);
        app.audit.record(said(Outcome::Failed, "changed_meanwhile")).await?;
        return Ok(Done::Stale);
    }
    app.audit.commit(tx, vec![said(Outcome::Allowed, "")]).await?;
    Ok(Done::Done(patient))
}
