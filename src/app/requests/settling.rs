//! What a new listing does to the requests that are open for its patient: those of the listed practice are fulfilled, the others are
//! flagged, and none is approved by itself (product.md section 6). A request about a record that was merged away is about the one
//! that survived; a listing of such a record counts for that one once the access team has confirmed the merge.
//!
//! A listing that is made to begin later settles nothing yet. The job that keeps requests looks for those that have begun, on their day.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::app::access;
use crate::app::desk;
use crate::app::mail::post;
use crate::app::{App, AppError};
use crate::domain::access::facts::{Listing, PatientFacts, ViewerFacts};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, PatientId, RequestId};
use crate::domain::letter::Letter;
use crate::domain::queue::Step;
use crate::domain::request::Ending;
use crate::domain::verification::{Asker, Settled, settled};
use crate::store::begun::{self as rows, BegunListing};
use crate::store::patient_requests::{self, OpenAbout};
use crate::store::patients::{follow, follow_confirmed};
use crate::store::{Tx, verification};

/// Settles the open requests for the patients of `opened`, listings that were just made inside `tx`; whoever asked is told. The
/// entries are to be committed with it.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn settle(
    app: &App,
    tx: &mut Tx,
    opened: &[(PatientId, FactId)],
    now: Instant,
) -> Result<Vec<Entry>, AppError> {
    let mut entries = Vec::new();
    if opened.is_empty() {
        return Ok(entries);
    }
    let asked = patient_requests::asked_for(tx).await?;
    if asked.is_empty() {
        return Ok(entries);
    }
    let merges = patient_requests::merges(tx).await?;
    let mut by_patient: BTreeMap<PatientId, (BTreeSet<PatientId>, Vec<FactId>)> = BTreeMap::new();
    for (record, listing) in opened {
        let patient = follow_confirmed(*record, &merges, now);
        let (records, new) = by_patient.entry(patient).or_default();
        records.extend([*record, patient]);
        new.push(*listing);
    }
    for patient in asked {
        let Some((records, new)) = by_patient.get(&follow(patient, &merges, now)) else { continue };
        let mut listings = Vec::new();
        for record in records {
            listings.extend(patient_requests::listings(tx, *record).await?);
        }
        for request in patient_requests::open_about(tx, patient).await? {
            let entry = match means(tx, &request, &listings, new, now).await? {
                Some(Settled::Fulfilled) => fulfil(app, tx, &request, now).await?,
                Some(Settled::Elsewhere) => flag(app, tx, &request, now).await?,
                None => None,
            };
            entries.extend(entry.map(|entry| Entry { patient: Some(patient), ..entry }));
        }
    }
    Ok(entries)
}

/// What `listings`, of which `new` have just begun, mean to `request`.
async fn means(
    tx: &mut Tx,
    request: &OpenAbout,
    listings: &[Listing],
    new: &[FactId],
    now: Instant,
) -> Result<Option<Settled>, AppError> {
    let asker = patient_requests::asker(tx, request, now).await?;
    Ok(settled(listings, new, &asker, now))
}

/// An open request, and the listings that have begun by the clock since it was filed or last flagged.
pub struct Begun {
    id: RequestId,
    patient: PatientId,
    records: Vec<PatientId>,
    new: Vec<FactId>,
}

/// The open requests that a listing settles by `now` which was to begin later, or whose record counts for the patient since a merge was
/// confirmed, and that nobody has settled since.
///
/// # Errors
/// [`AppError::Store`].
pub async fn begun(app: &App, now: Instant) -> Result<Vec<Begun>, AppError> {
    let found = rows::listings(&app.db, now).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let merges = patient_requests::merges_now(&app.db).await?;
    let mut all = Vec::new();
    for of_one in found.chunk_by(|a, b| a.request == b.request) {
        let Some(one) = of_one.first() else { continue };
        let survivor = follow(one.patient, &merges, now);
        if let Some(facts) = access::patient(app, survivor).await? {
            all.extend(judged(app, one, of_one, &facts, now).await?);
        }
    }
    Ok(all)
}

/// What is to be settled of `request`, about whose patient there are `facts`. That it was flagged meanwhile keeps it from being flagged
/// by what began before, never from being fulfilled.
async fn judged(
    app: &App,
    request: &BegunListing,
    found: &[BegunListing],
    facts: &PatientFacts,
    now: Instant,
) -> Result<Option<Begun>, AppError> {
    let records = facts.counting(now);
    let joined = facts.merges.iter().any(|m| m.confirmed_at.is_some_and(|at| at > request.filed_at));
    let counts =
        |one: &&BegunListing| records.contains(&one.record) && (joined || one.starts_at > request.filed_at);
    if !found.iter().any(|one| counts(&one)) {
        return Ok(None);
    }
    let since = request.flagged_at.unwrap_or(request.filed_at);
    let is_new = |one: &&BegunListing| one.starts_at > since && counts(one);
    let new: Vec<FactId> = found.iter().filter(is_new).map(|one| one.listing).collect();
    let said = |one: &Listing| Listing { span: facts.as_said(one.id, one.span), ..one.clone() };
    let listings: Vec<Listing> =
        facts.listings.iter().filter(|one| records.contains(&one.owner)).map(said).collect();
    let asker = match request.account {
        Some(account) => access::viewer(app, account).await?.map(|viewer| asker(&viewer, request, now)),
        None => None,
    };
    let is_due = settled(&listings, &new, &asker.unwrap_or_default(), now).is_some();
    Ok(is_due.then_some(Begun { id: request.request, patient: request.patient, records, new }))
}

fn asker(viewer: &ViewerFacts, request: &BegunListing, now: Instant) -> Asker {
    let theirs = || viewer.memberships.iter().filter(|m| m.span.holds(now)).map(|m| m.practice).collect();
    Asker {
        provider: viewer.provider,
        practices: request.practice.map_or_else(theirs, |practice| vec![practice]),
    }
}

/// Settles the request of `begun` like [`settle`], in a transaction of its own; `false` when somebody was faster. A change to somebody
/// else that comes after another is flagged anew.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn settle_begun(app: &App, begun: &Begun, now: Instant) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    // The records before the request, as everyone who changes listings takes them: what ends a listing at once is seen.
    verification::hold_patients(&mut tx, &begun.records).await?;
    if !patient_requests::hold(&mut tx, begun.id).await? {
        return Ok(false);
    }
    let open = patient_requests::open_about(&mut tx, begun.patient).await?;
    let Some(request) = open.into_iter().find(|request| request.id == begun.id) else { return Ok(false) };
    let mut listings = Vec::new();
    for record in &begun.records {
        listings.extend(patient_requests::listings(&mut tx, *record).await?);
    }
    let entry = match means(&mut tx, &request, &listings, &begun.new, now).await? {
        Some(Settled::Fulfilled) => fulfil(app, &mut tx, &request, now).await?,
        Some(Settled::Elsewhere) => flag_anew(app, &mut tx, &request, now).await?,
        None => None,
    };
    let Some(entry) = entry else { return Ok(false) };
    app.audit.commit(tx, vec![Entry { patient: Some(begun.patient), ..entry }]).await?;
    Ok(true)
}

async fn fulfil(
    app: &App,
    tx: &mut Tx,
    request: &OpenAbout,
    now: Instant,
) -> Result<Option<Entry>, AppError> {
    if !patient_requests::close_fulfilled(tx, request.id, now).await? {
        return Ok(None);
    }
    desk::step(app, tx, (request.id, request.version + 1), None, Step::Fulfilled, "").await?;
    let ended =
        Letter::RequestEnded { request: request.kind, ending: Ending::Fulfilled, reason: String::new() };
    for (account, address) in patient_requests::addresses(tx, request.id).await? {
        post(app, tx, (Some(account), &address), &ended).await?;
    }
    let mut entry = Entry::new(now, Act::DecideRequest, Outcome::Allowed);
    entry.subject = Some(request.id.0);
    Ending::Fulfilled.word().clone_into(&mut entry.basis);
    entry.detail = json!({ "ending": Ending::Fulfilled.word() }).to_string();
    Ok(Some(entry))
}

async fn flag(app: &App, tx: &mut Tx, request: &OpenAbout, now: Instant) -> Result<Option<Entry>, AppError> {
    if !patient_requests::flag(tx, request.id, now).await? {
        return Ok(None);
    }
    flagged(app, tx, request, now).await.map(Some)
}

/// Flags `request`, also when an earlier change flagged it.
async fn flag_anew(
    app: &App,
    tx: &mut Tx,
    request: &OpenAbout,
    now: Instant,
) -> Result<Option<Entry>, AppError> {
    if let Some(entry) = flag(app, tx, request, now).await? {
        return Ok(Some(entry));
    }
    if !rows::flag_again(tx, request.id, now).await? {
        return Ok(None);
    }
    flagged(app, tx, request, now).await.map(Some)
}

/// Writes down that `request` was flagged.
async fn flagged(app: &App, tx: &mut Tx, request: &OpenAbout, now: Instant) -> Result<Entry, AppError> {
    desk::step(app, tx, (request.id, request.version), None, Step::Flagged, "").await?;
    let mut entry = Entry::new(now, Act::HandleRequest, Outcome::Allowed);
    entry.subject = Some(request.id.0);
    entry.detail = json!({ "what": Step::Flagged.word() }).to_string();
    Ok(entry)
}
