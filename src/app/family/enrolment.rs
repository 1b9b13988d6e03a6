//! Beginning a family account with a code, adding a chart to one, and signing a proxy.
//!
//! A code is printed and handed over by the practice or the access team. The new account is set up by a link that is mailed to it and
//! needs the digits that the page shows, so that the address is proven and no factor is bound by mail alone.

use serde_json::json;
use time::Date;
use uuid::Uuid;

use super::answering::{Taken, failed, refused};
use super::{authority_over, permits};
use crate::app::access::{self, Context};
use crate::app::accounts::keep_link;
use crate::app::mail::post;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::family::authority::{Band, Capacity, band};
use crate::domain::family::enrolment::{
    Bar, Fault, MOST_MISSES, NAME_LONGEST, Relationship, bar, may_guard, needs_signatures,
};
use crate::domain::ids::{AccountId, PatientId, new_uuid};
use crate::domain::letter::{Letter, Place};
use crate::domain::people::{AccountKind, fold_email, fold_name, is_email};
use crate::domain::token::TokenSecret;
use crate::store::enrolment::{self as rows, Code, ProxyRow};
use crate::store::family::Person;
use crate::store::sign_in::accounts::{self, NewAccount};
use crate::store::{StoreError, Tx, family, patients};

/// What is typed to begin.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The code.
    pub code: String,
    /// The patient's birth date.
    pub patient_born: Option<Date>,
    /// The given name; not read of a patient, whose record has it.
    pub given: String,
    /// The family name; likewise.
    pub family: String,
    /// One's own birth date; likewise.
    pub born: Option<Date>,
    /// How a guardian stands to the patient.
    pub relationship: Option<Relationship>,
    /// The address to sign in with.
    pub email: String,
    /// One's name in full, as a signature.
    pub signature: String,
    /// Whether the terms were accepted.
    pub agreed: bool,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Begun {
    /// The account is made, and a link to set it up was mailed: the digits that it asks for; whether the patient must sign too.
    Account {
        /// Eight digits, shown once.
        digits: String,
        /// Whether a proxy waits for the patient's signature.
        waits: bool,
    },
    /// A chart was added to the account; whether the patient must sign first.
    Chart {
        /// Whether a proxy waits for the patient's signature.
        waits: bool,
    },
    /// Something is to be mended; nothing was changed.
    Faulty(Vec<Fault>),
    /// It may not begin; nothing was changed.
    Barred(Bar),
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Account { .. } => f.write_str("Account(…)"),
            Self::Chart { waits } => write!(f, "Chart({waits})"),
            Self::Faulty(faults) => write!(f, "Faulty({faults:?})"),
            Self::Barred(bar) => write!(f, "Barred({bar:?})"),
        }
    }
}

/// Makes the family account that the code is for, tied to its patient. Of many at once with one code, one is made.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn activate(app: &App, typed: &Typed, context: &Context) -> Result<Begun, AppError> {
    let now = context.now;
    let zone = app.hospital.cycles.zone();
    let Some((code, patient, person)) = matching(app, typed, context).await? else {
        return Ok(Begun::Faulty(vec![Fault::NoMatch]));
    };
    let is_patient = code.capacity == Capacity::Patient;
    let (given, family) = if is_patient {
        (person.given.as_str(), person.family.as_str())
    } else {
        (typed.given.trim(), typed.family.trim())
    };
    let folded = fold_email(&typed.email);
    let mut faults = faults(typed, (given, family), is_patient);
    if !is_email(&folded) {
        faults.push(Fault::Email);
    } else if accounts::by_email(&app.db, &folded).await?.is_some() {
        faults.push(Fault::EmailTaken);
    }
    if !faults.is_empty() {
        return stopped(app, None, (code.id, patient), Begun::Faulty(faults), context).await;
    }
    let born = if is_patient { Some(person.birth_date) } else { typed.born };
    if let Some(bar) = barred(app, &code, patient, &person, born, context).await? {
        return stopped(app, None, (code.id, patient), Begun::Barred(bar), context).await;
    }
    let account = AccountId(new_uuid(now, random(app)?));
    let mut tx = app.db.begin().await?;
    let new = NewAccount {
        id: account,
        email: typed.email.trim(),
        email_folded: &folded,
        kind: AccountKind::Family,
        provider: None,
        family,
        given,
        job: None,
        birth_date: born,
        roles: &[],
    };
    match accounts::insert(&mut tx, &new, now).await {
        Err(StoreError::Duplicate(_)) => return Ok(Begun::Faulty(vec![Fault::EmailTaken])),
        done => done?,
    }
    if !rows::use_code(&mut tx, code.id, account, now).await? {
        return Ok(Begun::Faulty(vec![Fault::NoMatch]));
    }
    let waits = !is_patient && needs_signatures(person.birth_date, now, zone);
    let what = bind(app, &mut tx, &code, (patient, account), typed, waits, context).await?;
    let digits = format!("{:08}", u64::from_be_bytes(random(app)?) % 100_000_000);
    let link = keep_link(app, &mut tx, account, Some(&digits)).await?;
    let place = Place(format!("/set-up/{}", link.secret.as_str()));
    post(app, &mut tx, (Some(account), typed.email.trim()), &Letter::SetUpLink { link: place }).await?;
    let mut made = context.entry(account, Act::CreateAccount, Outcome::Allowed);
    made.subject = Some(account.0);
    made.detail = json!({ "by": "activation_code", "code": code.id }).to_string();
    app.audit.commit(tx, vec![made, tied(account, patient, account, what, context)]).await?;
    Ok(Begun::Account { digits, waits })
}

/// Ties the signed-in account of a guardian to the patient that the code is for.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn add_chart(
    app: &App,
    viewer: &ViewerFacts,
    name: &str,
    typed: &Typed,
    context: &Context,
) -> Result<Begun, AppError> {
    let Some((code, patient, person)) = matching(app, typed, context).await? else {
        return Ok(Begun::Faulty(vec![Fault::NoMatch]));
    };
    if code.capacity == Capacity::Patient {
        let no_match = Begun::Faulty(vec![Fault::NoMatch]);
        return stopped(app, Some(viewer.account), (code.id, patient), no_match, context).await;
    }
    let mut faults = Vec::new();
    faults.extend(typed.relationship.is_none().then_some(Fault::Relationship));
    faults.extend((fold_name(&typed.signature) != fold_name(name)).then_some(Fault::Signature));
    let me = Some(viewer.account);
    if !faults.is_empty() {
        return stopped(app, me, (code.id, patient), Begun::Faulty(faults), context).await;
    }
    let born = rows::born(&app.db, viewer.account).await?;
    let held = rows::ties(&app.db, patient).await?;
    let is_tied = held.iter().any(|tie| tie.account == viewer.account && tie.span.holds(context.now));
    let bar = barred(app, &code, patient, &person, born, context).await?;
    if let Some(bar) = bar.or(is_tied.then_some(Bar::TiedAlready)) {
        return stopped(app, me, (code.id, patient), Begun::Barred(bar), context).await;
    }
    let waits = needs_signatures(person.birth_date, context.now, app.hospital.cycles.zone());
    let mut tx = app.db.begin().await?;
    if !rows::use_code(&mut tx, code.id, viewer.account, context.now).await? {
        return Ok(Begun::Faulty(vec![Fault::NoMatch]));
    }
    let what = bind(app, &mut tx, &code, (patient, viewer.account), typed, waits, context).await?;
    let entry = tied(viewer.account, patient, viewer.account, what, context);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Begun::Chart { waits })
}

/// The code that was typed, with its patient, when the birth date is theirs; a wrong one is counted, and the fifth voids the code.
async fn matching(
    app: &App,
    typed: &Typed,
    context: &Context,
) -> Result<Option<(Code, PatientId, Person)>, AppError> {
    let secret = TokenSecret::parse(&typed.code).ok();
    let found = match &secret {
        Some(secret) => rows::by_hash(&app.db, &secret.hash(), context.now).await?,
        None => None,
    };
    let mut entry = Entry::new(context.now, Act::ChangeFamily, Outcome::Failed);
    entry.request_id.clone_from(&context.request_id);
    entry.network.clone_from(&context.network);
    entry.detail = json!({ "change": "activation", "answer": "no_match" }).to_string();
    let Some(code) = found else {
        app.audit.record(entry).await?;
        return Ok(None);
    };
    // A merge that the access team has not confirmed leads nowhere: the tie belongs to the record that the code is for, and counts
    // for the other one from the confirmation on.
    let patient = patients::counted(&app.db, code.patient, context.now).await?;
    let person = family::person(&app.db, patient).await?;
    let person = person.filter(|person| Some(person.birth_date) == typed.patient_born);
    let Some(person) = person else {
        entry.subject = Some(code.id);
        let mut tx = app.db.begin().await?;
        rows::miss(&mut tx, code.id, MOST_MISSES, context.now).await?;
        app.audit.commit(tx, vec![entry]).await?;
        return Ok(None);
    };
    Ok(Some((code, patient, person)))
}

/// Records why a code that is right came to nothing, by the words of what is to be mended, and gives that back.
async fn stopped(
    app: &App,
    actor: Option<AccountId>,
    (code, patient): (Uuid, PatientId),
    begun: Begun,
    context: &Context,
) -> Result<Begun, AppError> {
    let (outcome, why) = match &begun {
        Begun::Barred(bar) => (Outcome::Refused, bar.word().to_owned()),
        Begun::Faulty(faults) => {
            (Outcome::Failed, faults.iter().map(|fault| fault.word()).collect::<Vec<_>>().join(","))
        }
        Begun::Account { .. } | Begun::Chart { .. } => return Ok(begun),
    };
    let mut entry = Entry::new(context.now, Act::ChangeFamily, outcome);
    entry.actor = actor;
    entry.request_id.clone_from(&context.request_id);
    entry.network.clone_from(&context.network);
    (entry.patient, entry.subject, entry.basis) = (Some(patient), Some(code), why);
    entry.detail = json!({ "change": "activation" }).to_string();
    app.audit.record(entry).await?;
    Ok(begun)
}

/// What is wrong with the names, the signature and the rest; the address apart.
fn faults(typed: &Typed, (given, family): (&str, &str), is_patient: bool) -> Vec<Fault> {
    let bad = |name: &str| name.is_empty() || name.chars().count() > NAME_LONGEST;
    let mut faults = Vec::new();
    if !is_patient {
        faults.extend(bad(given).then_some(Fault::Given));
        faults.extend(bad(family).then_some(Fault::Family));
        faults.extend(typed.born.is_none().then_some(Fault::Born));
        faults.extend(typed.relationship.is_none().then_some(Fault::Relationship));
    }
    let signed = fold_name(&typed.signature) == fold_name(&format!("{given} {family}"));
    faults.extend((!signed).then_some(Fault::Signature));
    faults.extend((!typed.agreed).then_some(Fault::Terms));
    faults
}

/// What keeps this account, of somebody born on `born`, from beginning.
async fn barred(
    app: &App,
    code: &Code,
    patient: PatientId,
    person: &Person,
    born: Option<Date>,
    context: &Context,
) -> Result<Option<Bar>, AppError> {
    let (now, zone) = (context.now, app.hospital.cycles.zone());
    let facts = access::patient(app, patient).await?;
    if facts.is_none_or(|facts| facts.death.is_some_and(|death| now >= death.day_after)) {
        return Ok(Some(Bar::Deceased));
    }
    let Some(family) = authority_over(app, patient, now).await? else { return Ok(Some(Bar::Deceased)) };
    let of_age = born.is_some_and(|born| may_guard(born, now, zone));
    let minor = code.capacity == Capacity::Guardian && !of_age;
    let barred = bar(code.capacity, &family, person.birth_date, now, zone);
    Ok(barred.or(minor.then_some(Bar::GuardianMinor)))
}

/// Ties the account to the patient, or keeps its proxy until the patient signs; the word of what was done.
async fn bind(
    app: &App,
    tx: &mut Tx,
    code: &Code,
    (patient, account): (PatientId, AccountId),
    typed: &Typed,
    waits: bool,
    context: &Context,
) -> Result<&'static str, AppError> {
    let relationship = typed.relationship.unwrap_or(Relationship::Other).word();
    let id = new_uuid(context.now, random(app)?);
    if code.capacity == Capacity::Patient {
        rows::tie_own(tx, patient, account).await?;
        return Ok("patient_tied");
    }
    if waits {
        let signed = (typed.signature.trim(), context.now);
        rows::insert_proxy(tx, id, (patient, account), relationship, signed).await?;
        return Ok("proxy_signed_by_holder");
    }
    rows::tie(tx, id, (patient, account), relationship, (context.now, false)).await?;
    Ok("guardian_tied")
}

/// The audit entry of a change of a patient's family.
pub(super) fn tied(
    actor: AccountId,
    patient: PatientId,
    account: AccountId,
    what: &str,
    context: &Context,
) -> Entry {
    let mut entry = context.entry(actor, Act::ChangeFamily, Outcome::Allowed);
    entry.patient = Some(patient);
    entry.subject = Some(account.0);
    entry.detail = json!({ "change": what }).to_string();
    entry
}

/// The proxies that wait for the reader's signature, a patient from 13 on.
///
/// # Errors
/// [`AppError::Store`].
pub async fn to_sign(app: &App, household: &super::Household) -> Result<Vec<ProxyRow>, AppError> {
    let mut all = Vec::new();
    for permit in household.permits.iter().filter(|permit| permit.capacity() == Capacity::Patient) {
        for owner in permit.owners() {
            all.extend(rows::proxies_of(&app.db, *owner).await?);
        }
    }
    Ok(all)
}

/// Signs the proxy `id` as the patient whose own account `viewer` is; with the name in full. `None` when that name is not theirs.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn sign(
    app: &App,
    viewer: &ViewerFacts,
    (id, name): (Uuid, &str),
    context: &Context,
) -> Result<Option<Taken>, AppError> {
    let all = permits(app, viewer, context.now).await?;
    let found = rows::one_proxy(&app.db, id).await?.and_then(|proxy| {
        let mut own = all.into_iter().filter(|permit| permit.capacity() == Capacity::Patient);
        own.find(|permit| permit.owners().contains(&proxy.patient)).map(|permit| (permit, proxy))
    });
    let Some((permit, proxy)) = found else {
        return refused(app, viewer, Act::ChangeFamily, id, context).await.map(Some);
    };
    let about = (proxy.patient, id);
    if fold_name(name) != fold_name(permit.name()) {
        failed(app, viewer, Act::ChangeFamily, about, context).await?;
        return Ok(None);
    }
    let taken = complete(app, &proxy, (name, viewer.account), context).await?;
    if taken == Taken::Already {
        failed(app, viewer, Act::ChangeFamily, about, context).await?;
    }
    Ok(Some(taken))
}

/// Puts the patient's signature to `proxy`, and begins the guardian's link.
pub(super) async fn complete(
    app: &App,
    proxy: &ProxyRow,
    (name, by): (&str, AccountId),
    context: &Context,
) -> Result<Taken, AppError> {
    let now = context.now;
    let link = new_uuid(now, random(app)?);
    let person = family::person(&app.db, proxy.patient).await?;
    let is_adult =
        person.is_some_and(|person| band(person.birth_date, now, app.hospital.cycles.zone()) == Band::Adult);
    let mut tx = app.db.begin().await?;
    rows::tie(&mut tx, link, (proxy.patient, proxy.account), &proxy.relationship, (now, is_adult)).await?;
    if !rows::sign_proxy(&mut tx, proxy.id, (name.trim(), by), link, now).await? {
        return Ok(Taken::Already);
    }
    let entry = tied(by, proxy.patient, proxy.account, "proxy_signed_by_patient", context);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Taken::Done(proxy.name.clone()))
}
