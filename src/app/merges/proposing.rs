//! Proposing by hand that two records are of one person: compared and previewed first, then asked about in the queue, where somebody
//! else of the access team confirms it.

use serde_json::json;

use super::comparing::{Preview, Side, facts, identity, shifts, side};
use super::ruling::{change, hold};
use crate::app::desk::{Member, filed};
use crate::app::look_ups::candidates;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::access::facts::{Merge, PatientFacts};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{Mrn, PatientId, RequestId, new_uuid};
use crate::domain::merge::{Difference, Problem, differences, leads_to};
use crate::domain::queue::{Bar, handles};
use crate::domain::request::RequestKind;
use crate::store::merges::{self, MergeSource, StoredMerge};
use crate::store::requests::{self, StoredRequest};
use crate::store::{Tx, patients};

/// Two records that could be one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// The record that would be merged away.
    pub from: Side,
    /// The one that would remain.
    pub into: Side,
    /// In what they differ.
    pub differences: Vec<Difference>,
    /// What proposing changes at once: the other record is seen by nobody until it is decided.
    pub at_once: Preview,
    /// What confirming would then have changed.
    pub if_confirmed: Preview,
}

/// What looking at a proposal, or making it, comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proposed<T> {
    /// Done.
    Done(T),
    /// What was typed will not do; nothing was done.
    Wrong(Vec<Problem>),
    /// Not theirs to do; nothing was done.
    Barred(Bar),
}

/// The two records with these MRNs, compared, and whose access their merge would change; recorded before it is returned.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn look(app: &App, member: &Member, mrns: (&str, &str)) -> Result<Proposed<Proposal>, AppError> {
    let now = member.context.now;
    let (from, into) = match found(app, member, mrns, Act::LookUp).await? {
        Proposed::Done(pair) => pair,
        Proposed::Wrong(problems) => return Ok(Proposed::Wrong(problems)),
        Proposed::Barred(bar) => return Ok(Proposed::Barred(bar)),
    };
    let mut entry = member.context.entry(member.account, Act::LookUp, Outcome::Allowed);
    entry.patient = Some(into);
    entry.detail = json!({ "look_up": "merge_proposal", "from": from.to_string() }).to_string();
    app.audit.record(entry).await?;
    let (other, survivor) = (side(app, from, now).await?, side(app, into, now).await?);
    let (old_from, old_into) = (facts(app, from).await?, facts(app, into).await?);
    let merge = Merge { from, into, span: Interval::new(Some(now), None), confirmed_at: None };
    let confirmed = Merge { confirmed_at: Some(now), ..merge };
    let mut viewers = candidates(app, into).await?;
    for (viewer, email) in candidates(app, from).await? {
        if !viewers.iter().any(|(known, _)| known.account == viewer.account) {
            viewers.push((viewer, email));
        }
    }
    let with = |merge: Merge| (joined(&old_into, &old_from, merge), joined(&old_from, &old_from, merge));
    let (waiting, done) = (with(merge), with(confirmed));
    let old = (&old_into, &old_from);
    Ok(Proposed::Done(Proposal {
        differences: differences(&identity(&other.card), &identity(&survivor.card)),
        at_once: shifts(app, &viewers, old, (&waiting.0, &waiting.1), now).await?,
        if_confirmed: shifts(app, &viewers, old, (&done.0, &done.1), now).await?,
        from: other,
        into: survivor,
    }))
}

/// The facts of `of`, had `other` been merged as `merge` says: what both have, each of it with its owner.
fn joined(of: &PatientFacts, other: &PatientFacts, merge: Merge) -> PatientFacts {
    let mut facts = of.clone();
    if of.patient != other.patient {
        facts.listings.extend(other.listings.iter().cloned());
        facts.seats.extend(other.seats.iter().copied());
        facts.tokens.extend(other.tokens.iter().copied());
        facts.grants.extend(other.grants.iter().cloned());
        facts.emergencies.extend(other.emergencies.iter().copied());
        facts.restrictions.extend(other.restrictions.iter().copied());
        facts.merges.extend(other.merges.iter().copied());
    }
    facts.merges.push(merge);
    facts
}

/// The records that these MRNs lead to now, when they are two and each is there; else recorded as `act`.
async fn found(
    app: &App,
    member: &Member,
    (from, into): (&str, &str),
    act: Act,
) -> Result<Proposed<(PatientId, PatientId)>, AppError> {
    let refused = |outcome, basis: &str| {
        let mut entry = member.context.entry(member.account, act, outcome);
        basis.clone_into(&mut entry.basis);
        entry.detail = json!({ "what": "proposed" }).to_string();
        entry
    };
    if !handles(&member.roles) {
        app.audit.record(refused(Outcome::Refused, Bar::Role.word())).await?;
        return Ok(Proposed::Barred(Bar::Role));
    }
    let (other, survivor) = (by_mrn(app, from, member).await?, by_mrn(app, into, member).await?);
    let mut problems = Vec::new();
    problems.extend(other.is_none().then_some(Problem::UnknownOther));
    problems.extend(survivor.is_none().then_some(Problem::UnknownSurvivor));
    problems.extend((other.is_some() && other == survivor).then_some(Problem::Same));
    match (other, survivor) {
        (Some(other), Some(survivor)) if problems.is_empty() => Ok(Proposed::Done((other, survivor))),
        _ => {
            app.audit.record(refused(Outcome::Failed, "unknown")).await?;
            Ok(Proposed::Wrong(problems))
        }
    }
}

async fn by_mrn(app: &App, typed: &str, member: &Member) -> Result<Option<PatientId>, AppError> {
    match Mrn::parse(typed) {
        Ok(mrn) => Ok(patients::by_mrn(&app.db, &mrn, member.context.now).await?),
        Err(_) => Ok(None),
    }
}

/// Merges the record with the first MRN into that with the second, from now on and unconfirmed, and asks about it in the queue, as
/// its proposer. Of several at once, one is made.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn propose(
    app: &App,
    member: &Member,
    mrns: (&str, &str),
) -> Result<Proposed<RequestId>, AppError> {
    let pair = match found(app, member, mrns, Act::ChangeMerge).await? {
        Proposed::Done(pair) => pair,
        Proposed::Wrong(problems) => return Ok(Proposed::Wrong(problems)),
        Proposed::Barred(bar) => return Ok(Proposed::Barred(bar)),
    };
    let mut tx = app.db.begin().await?;
    let Some((request, entries)) = file(app, &mut tx, member, pair, "proposed").await? else {
        drop(tx);
        let mut entry = member.context.entry(member.account, Act::ChangeMerge, Outcome::Failed);
        (entry.patient, entry.basis) = (Some(pair.1), "changed_meanwhile".to_owned());
        entry.detail = json!({ "what": "proposed", "other": pair.0.to_string() }).to_string();
        app.audit.record(entry).await?;
        return Ok(Proposed::Wrong(vec![Problem::Merged]));
    };
    app.audit.commit(tx, entries).await?;
    Ok(Proposed::Done(request))
}

/// Makes the merge of the pair inside `tx`, from now on and unconfirmed, with the request that asks about it; the entries, which call
/// it `word`, are to be committed with it. `None` when the one is merged away by now, or the other leads to it: nothing is to be
/// committed then.
pub(super) async fn file(
    app: &App,
    tx: &mut Tx,
    member: &Member,
    (from, into): (PatientId, PatientId),
    word: &str,
) -> Result<Option<(RequestId, Vec<Entry>)>, AppError> {
    let now: Instant = member.context.now;
    let (id, request) = (new_uuid(now, random(app)?), RequestId(new_uuid(now, random(app)?)));
    let merge = Merge { from, into, span: Interval::new(Some(now), None), confirmed_at: None };
    let stored = StoredMerge { id, merge, source: MergeSource::Team };
    hold(tx, &stored).await?;
    let holding: Vec<_> = merges::all(tx)
        .await?
        .into_iter()
        .filter(|one| one.merge.span.holds(now))
        .map(|one| (one.merge.from, one.merge.into))
        .collect();
    let gone = |id| holding.iter().any(|(gone, _)| *gone == id);
    if gone(from) || leads_to(&holding, into, from) {
        return Ok(None);
    }
    merges::insert(tx, id, (from, into), now, stored.source).await?;
    let asked = StoredRequest {
        account: Some(member.account),
        patient: Some(into),
        ..StoredRequest::open(request, RequestKind::Merge, now)
    };
    requests::insert(tx, &asked).await?;
    merges::insert_request(tx, request, id).await?;
    filed(app, tx, request).await?;
    let mut asked = member.context.entry(member.account, Act::FileRequest, Outcome::Allowed);
    (asked.subject, asked.patient) = (Some(request.0), Some(into));
    asked.detail = json!({ "kind": RequestKind::Merge.word(), "from": from.to_string() }).to_string();
    let mut entries = vec![asked];
    entries.extend([(into, from), (from, into)].map(|pair| change(member, request, &stored, pair, word)));
    Ok(Some((request, entries)))
}
