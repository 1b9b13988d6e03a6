//! Enrolling without a code: anybody asks, the access team calls on a number that the hospital has, and hands over an activation
//! code (product.md section 10). The answer to whoever asks is the same whether the hospital knows them or not.

use serde_json::json;
use time::Date;

use super::authority_over;
use crate::app::desk::decision::Decider;
use crate::app::desk::{Handover, Member, filed};
use crate::app::help::{sweep, take};
use crate::app::mail::post;
use crate::app::sign_in::{Client, keyed_text, random};
use crate::app::{App, AppError, access};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::authority::Capacity;
use crate::domain::family::enrolment::{self as rules, Bar, CODE_DAYS};
use crate::domain::family::staff_check::{self as check, OF_ADDRESS, OF_NETWORK, Stopped};
use crate::domain::ids::{AccountId, Mrn, PatientId, RequestId, new_uuid};
use crate::domain::language::Language;
use crate::domain::letter::Letter;
use crate::domain::patient_search;
use crate::domain::people::{fold_email, fold_name};
use crate::domain::queue::Obstacle;
use crate::domain::request::RequestKind;
use crate::domain::sign_in::fold_network;
use crate::domain::token::TokenSecret;
use crate::domain::verification::{self, Missing};
use crate::store::enrolment::{self as codes, Code};
use crate::store::requests::{self, StoredRequest};
use crate::store::staff_check as rows;
use crate::store::{Tx, family, patients, people, verification as verified};

pub use crate::domain::family::staff_check::{Fault, Person, Typed, Wanted};
pub use crate::store::staff_check::Kept;

/// Begins the counter of an address that asks.
const ADDRESS: &str = "enrolment-address:";
/// Begins the counter of a network that asks.
const NETWORK: &str = "enrolment-network:";

/// What asking comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// It is in the queue, or was already; the call is due by that day.
    Filed(Date),
    /// Something is to be mended; nothing was kept.
    Faulty(Vec<Fault>),
    /// By what was typed, they begin another way; nothing was kept.
    Barred(Bar),
    /// Too many from this address or network.
    Slowed(i64),
}

/// Files what was `typed` on a page in `language`, once for one address and patient while it is open.
///
/// # Errors
/// [`AppError`]; nothing was kept then.
pub async fn ask(app: &App, typed: &Typed, language: Language, client: &Client) -> Result<Asked, AppError> {
    let now = app.clock.now();
    let wanted = match typed.read(now, app.hospital.cycles.zone()) {
        Ok(wanted) => wanted,
        Err(Stopped::Faulty(faults)) => return Ok(Asked::Faulty(faults)),
        Err(Stopped::Barred(bar)) => return Ok(Asked::Barred(bar)),
    };
    let mut entry = Entry::new(now, Act::FileRequest, Outcome::Failed);
    entry.request_id.clone_from(&client.request_id);
    entry.network.clone_from(&client.network);
    entry.detail = json!({ "kind": RequestKind::Enrolment.word() }).to_string();
    let network = format!("{NETWORK}{}", fold_network(&client.network));
    let address = format!("{ADDRESS}{}", keyed_text(app, &fold_email(&wanted.email)));
    for (key, rate) in [(&network, OF_NETWORK), (&address, OF_ADDRESS)] {
        if let Err(seconds) = take(app, key, rate, now).await? {
            app.audit.record(Entry { basis: "slowed".to_owned(), ..entry }).await?;
            return Ok(Asked::Slowed(seconds));
        }
    }
    let patient = matched(app, &wanted, now).await?;
    let id = RequestId(new_uuid(now, random(app)?));
    let typed = json!({ "given": wanted.given, "family": wanted.family }).to_string();
    let request = StoredRequest { patient, typed, ..StoredRequest::open(id, RequestKind::Enrolment, now) };
    (entry.subject, entry.patient, entry.outcome) = (Some(id.0), patient, Outcome::Allowed);
    let mut tx = app.db.begin().await?;
    let due = if let Some(same) = rows::open_same(&mut tx, &wanted).await? {
        (entry.subject, entry.basis) = (Some(same.0), "asked_already".to_owned());
        app.hospital.due_of(RequestKind::Enrolment, now)
    } else {
        requests::insert(&mut tx, &request).await?;
        rows::insert(&mut tx, id, &wanted, language).await?;
        filed(app, &mut tx, id).await?
    };
    app.audit.commit(tx, vec![entry]).await?;
    sweep(app, &[ADDRESS, NETWORK], now).await?;
    Ok(Asked::Filed(due))
}

/// The record that what was typed means: that with the MRN when the birth date is its own, or the only one with the name and birth
/// date. Somebody of the access team compares the two before anything is done.
async fn matched(app: &App, wanted: &Wanted, now: Instant) -> Result<Option<PatientId>, AppError> {
    let by_mrn = match Mrn::parse(&wanted.mrn) {
        Ok(mrn) => patients::counted_by_mrn(&app.db, &mrn, now).await?,
        Err(_) => None,
    };
    // An MRN that nobody has takes the same reads.
    let asked = by_mrn.unwrap_or(PatientId(uuid::Uuid::nil()));
    let born = family::person(&app.db, asked).await?.map(|person| person.birth_date);
    let who = patient_search::Person {
        family: fold_name(&wanted.patient_family),
        given: fold_name(&wanted.patient_given),
        birth_date: wanted.patient_born,
    };
    let mut named = Vec::new();
    for (id, given) in patients::by_name(&app.db, &who.family, who.birth_date).await? {
        if who.given_matches(&given) {
            let counted = patients::counted(&app.db, id, now).await?;
            if !named.contains(&counted) {
                named.push(counted);
            }
        }
    }
    let by_mrn = by_mrn.filter(|_| born == Some(wanted.patient_born));
    Ok(by_mrn.or(if let [one] = named.as_slice() { Some(*one) } else { None }))
}

/// What was typed for `request`, for the access team, whose reading of the request has been recorded.
///
/// # Errors
/// [`AppError::Store`].
pub async fn typed(app: &App, request: RequestId) -> Result<Option<Kept>, AppError> {
    Ok(rows::of(&app.db, request).await?)
}

/// Whether `request` is about the member `account`: it has their address, or the asker or the patient has their name.
pub(in crate::app) async fn is_own(
    app: &App,
    request: RequestId,
    account: AccountId,
) -> Result<bool, AppError> {
    let (kept, member) = (rows::of(&app.db, request).await?, people::account(&app.db, account).await?);
    let (Some(Kept { wanted, .. }), Some(member)) = (kept, member) else { return Ok(false) };
    let name = fold_name(&member.name);
    let named = |given: &str, family: &str| fold_name(&format!("{given} {family}")) == name;
    Ok(fold_email(&wanted.email) == fold_email(&member.email)
        || named(&wanted.given, &wanted.family)
        || named(&wanted.patient_given, &wanted.patient_family))
}

/// What the checklist of `request` lacks beyond that of any call; nothing for another kind.
pub(in crate::app) async fn lacking(
    app: &App,
    request: &StoredRequest,
    typed: &verification::Typed,
) -> Result<Vec<Missing>, AppError> {
    if request.kind != RequestKind::Enrolment {
        return Ok(Vec::new());
    }
    let kept = rows::of(&app.db, request.id).await?;
    Ok(kept.map_or_else(Vec::new, |kept| check::lacking(kept.wanted.capacity, typed)))
}

/// Keeps, with the checklist, that the call went to a number of the hospital's record.
pub(in crate::app) async fn called(tx: &mut Tx, request: &StoredRequest) -> Result<(), AppError> {
    if request.kind == RequestKind::Enrolment {
        rows::called_on_record(tx, request.id).await?;
    }
    Ok(())
}

/// Says whose chart the open request at this version is about; `false` when it has changed, or has a patient.
pub(in crate::app) async fn name(
    tx: &mut Tx,
    request: (RequestId, i64),
    patient: PatientId,
) -> Result<bool, AppError> {
    Ok(rows::set_patient(tx, request, patient).await?)
}

/// What keeps `request` from being approved at `now`, by the hospital's record.
pub(in crate::app) async fn obstacle(
    app: &App,
    request: &StoredRequest,
    now: Instant,
) -> Result<Option<Obstacle>, AppError> {
    let zone = app.hospital.cycles.zone();
    let Some(kept) = rows::of(&app.db, request.id).await? else { return Ok(Some(Obstacle::Gone)) };
    let Some(patient) = request.patient else { return Ok(Some(Obstacle::Incomplete)) };
    let patient = patients::counted(&app.db, patient, now).await?;
    let capacity = kept.wanted.capacity;
    let person = family::person(&app.db, patient).await?;
    let facts = access::patient(app, patient).await?;
    let died = facts.is_none_or(|facts| facts.death.is_some_and(|death| now >= death.day_after));
    let (Some(person), Some(family)) = (person.filter(|_| !died), authority_over(app, patient, now).await?)
    else {
        return Ok(Some(Obstacle::Restricted));
    };
    // By the record: what was typed may be another's birth date.
    let born = if capacity == Capacity::Patient { person.birth_date } else { kept.wanted.born };
    if check::bar(capacity, born, now, zone).is_some() {
        return Ok(Some(Obstacle::UnderAge));
    }
    if let Some(bar) = rules::bar(capacity, &family, person.birth_date, now, zone) {
        let is_taken = bar == Bar::HasAccount;
        return Ok(Some(if is_taken { Obstacle::HasAccount } else { Obstacle::UnderAge }));
    }
    let list = verified::checklist(&app.db, request.id).await?.filter(|_| kept.on_record_number);
    let today = zone.date(now);
    let confirms = list.is_some_and(|list| list.checklist.relationship.may_confirm(person.birth_date, today));
    Ok((!confirms).then_some(Obstacle::Unverified))
}

/// Makes the activation code, and writes to the address that was typed that it can be used.
pub(in crate::app) async fn approve(
    app: &App,
    tx: &mut Tx,
    request: &StoredRequest,
    decider: Decider,
) -> Result<Result<Handover, Obstacle>, AppError> {
    let Some((kept, patient)) = rows::of_in(tx, request.id).await?.zip(request.patient) else {
        return Ok(Err(Obstacle::Gone));
    };
    let (now, wanted) = (decider.now, kept.wanted);
    let secret = TokenSecret::new(random(app)?);
    let code = Code { id: new_uuid(now, random(app)?), patient, capacity: wanted.capacity };
    let ends = app.hospital.cycles.zone().plus_days(now, CODE_DAYS);
    codes::insert_code(tx, code, &secret.hash(), decider.account, (now, ends)).await?;
    rows::set_code(tx, request.id, code.id).await?;
    post(app, tx, (None, &wanted.email), &Letter::EnrolmentDecided { approved: true }).await?;
    Ok(Ok(Handover {
        kind: request.kind,
        code: secret.grouped(),
        name: format!("{} {}", wanted.given, wanted.family),
        email: wanted.email,
        expires_at: ends,
    }))
}

/// Writes to the address that was typed that nothing was opened; why stays with the access team.
pub(in crate::app) async fn decline(
    app: &App,
    tx: &mut Tx,
    request: RequestId,
) -> Result<Result<(), Obstacle>, AppError> {
    let Some(kept) = rows::of_in(tx, request).await? else { return Ok(Err(Obstacle::Gone)) };
    post(app, tx, (None, &kept.wanted.email), &Letter::EnrolmentDecided { approved: false }).await?;
    Ok(Ok(()))
}

/// The audit entry of the code that approving `request` has made in `tx`; none for anything else.
pub(in crate::app) async fn entry(
    tx: &mut Tx,
    request: &StoredRequest,
    member: &Member,
) -> Result<Option<Entry>, AppError> {
    if request.kind != RequestKind::Enrolment {
        return Ok(None);
    }
    let Some(kept) = rows::of_in(tx, request.id).await? else { return Ok(None) };
    Ok(kept.code.map(|code| {
        let mut entry = member.context.entry(member.account, Act::ChangeFamily, Outcome::Allowed);
        (entry.patient, entry.subject) = (request.patient, Some(code));
        let capacity = kept.wanted.capacity.word();
        entry.detail =
            json!({ "change": "code_made", "for": capacity, "request": request.id.to_string() }).to_string();
        entry
    }))
}
