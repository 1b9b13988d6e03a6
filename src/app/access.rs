//! Deciding access, recording it, and handing out permits.
//!
//! The order is fixed: load the facts, decide for this instant, commit the audit row, and only then make the [`Permit`] that
//! the feed asks for.

use crate::domain::access::explain::{Explanation, explain};
use crate::domain::access::facts::{PatientFacts, ViewerFacts};
use crate::domain::access::reach::Reach;
use crate::domain::access::{Action, Basis, Decision, Refusal, decide};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::ids::{AccountId, PatientId};
use crate::store::access_facts::{self, Those};
use crate::store::recent::{self, Page};

use super::permit::{Permit, Present};
use super::{App, AppError};

/// Pages of one chart opened within so many seconds of one another are noted once.
const NOTED_SECONDS: i64 = 60;

/// The circumstances of one request.
#[derive(Clone, Debug)]
pub struct Context {
    /// The instant for which everything in the request is decided.
    pub now: Instant,
    /// The request's id, for the audit and the logs.
    pub request_id: String,
    /// The network it came from.
    pub network: String,
}

impl Context {
    /// An audit entry of this request.
    pub fn entry(&self, actor: AccountId, act: Act, outcome: Outcome) -> Entry {
        let mut entry = Entry::new(self.now, act, outcome);
        entry.actor = Some(actor);
        entry.request_id.clone_from(&self.request_id);
        entry.network.clone_from(&self.network);
        entry
    }
}

/// A chart that may be read.
#[derive(Debug)]
pub struct Opened {
    /// What the feed asks for.
    pub permit: Permit,
    /// Why it was allowed, with facts and dates.
    pub explanation: Explanation,
    /// The date of death, under whose banner P1 to P5 go on.
    pub deceased_on: Option<time::Date>,
    /// The last instant of the viewer's look before this one; `None` during the first.
    pub since: Option<Instant>,
}

/// What is asked of a chart.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// A section, or the summary.
    pub section: Option<Section>,
    /// What is recorded: a chart or a file opened, or a chart exported.
    pub act: Act,
    /// How, beside that; empty for nothing more.
    pub how: &'static str,
    /// The item whose file is asked for.
    pub item: Option<uuid::Uuid>,
}

impl Reading {
    /// A section, or the summary, as a page.
    pub const fn of(section: Option<Section>) -> Self {
        Self { section, act: Act::OpenChart, how: "", item: None }
    }

    /// What the decision is asked.
    fn action(&self) -> Action {
        if self.act == Act::ExportChart { Action::ExportChart } else { Action::OpenChart }
    }

    fn entry(&self, viewer: AccountId, context: &Context) -> Entry {
        let mut entry = context.entry(viewer, self.act, Outcome::Refused);
        let mut detail = serde_json::json!({ "section": self.section.map_or("summary", Section::word) });
        if let (false, Some(detail)) = (self.how.is_empty(), detail.as_object_mut()) {
            detail.insert("act".to_owned(), self.how.into());
        }
        entry.detail = detail.to_string();
        entry.subject = self.item;
        entry
    }
}

/// Why a chart may not be read, as a page may say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Turned {
    /// The refusal that may be named.
    pub refusal: Refusal,
    /// For an account that once opened this chart: when its access ended, as far as that is known.
    pub ended: Option<Ended>,
}

/// What an account that once opened a chart is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ended {
    /// When the access ended, where a fact has that date.
    pub at: Option<Instant>,
}

/// What came of asking for a chart.
#[derive(Debug)]
pub enum Asked {
    /// Allowed, and recorded.
    Opened(Box<Opened>),
    /// Refused, and recorded.
    Turned(Turned),
}

/// The facts of `account` as a viewer, `None` when there is no such account.
///
/// # Errors
/// [`AppError::Store`].
pub async fn viewer(app: &App, account: AccountId) -> Result<Option<ViewerFacts>, AppError> {
    let cycles = &app.hospital.cycles;
    Ok(access_facts::viewers(&app.db, Those::One(account), cycles).await?.remove(&account))
}

/// The facts of `patient`, `None` when there is no such record.
///
/// # Errors
/// [`AppError::Store`].
pub async fn patient(app: &App, patient: PatientId) -> Result<Option<PatientFacts>, AppError> {
    let zone = app.hospital.cycles.zone();
    Ok(access_facts::patients(&app.db, Those::One(patient), zone).await?.remove(&patient))
}

/// Asks for the chart of `patient`, or one section of it. The answer is recorded before it is given; an id that no patient has
/// takes the same steps as one that the viewer may not see.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn open(
    app: &App,
    viewer: &ViewerFacts,
    id: PatientId,
    section: Option<Section>,
    context: &Context,
) -> Result<Asked, AppError> {
    open_for(app, viewer, id, &Reading::of(section), context).await
}

/// As [`open`], for any reading.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn open_for(
    app: &App,
    viewer: &ViewerFacts,
    id: PatientId,
    reading: &Reading,
    context: &Context,
) -> Result<Asked, AppError> {
    let context =
        &Context { now: super::feed_sync::at_opening(app, id, context.now).await?, ..context.clone() };
    let found = patient(app, id).await?.filter(|facts| !facts.merged_away(context.now));
    let decision = found.as_ref().map(|facts| decide(viewer, facts, reading.action(), context.now));
    let mut entry = reading.entry(viewer.account, context);
    if let Some(decision) = &decision {
        describe(&mut entry, decision);
    } else {
        Refusal::NoBasis.word().clone_into(&mut entry.basis);
    }
    let receipt = app.audit.record(entry).await?;
    let looks = recent::looks(&app.db, viewer.account, id).await?;
    let once = looks.map(|looks| looks.last);
    let (Some(facts), Some(decision)) = (found, decision) else {
        return Ok(Asked::Turned(Turned { refusal: Refusal::NoBasis, ended: None }));
    };
    let explanation = explain(&decision, viewer, &facts);
    let refusal = decision.refusal_on_pages(&facts);
    let reach = Reach::of(&decision, viewer, &facts, app.hospital.allowed_labels);
    if let Some(permit) = Permit::recorded(Present::new(decision, reach), &receipt) {
        let page = if reading.section.is_none() { Page::Summary } else { Page::Section };
        let known = looks.is_some_and(|looks| looks.last.plus_seconds(NOTED_SECONDS) > context.now);
        if page == Page::Summary || !known {
            recent::note(&app.db, viewer.account, id, page, context.now).await?;
        }
        let deceased_on = facts.death.map(|d| d.on);
        let since = looks.and_then(|looks| looks.before(context.now));
        return Ok(Asked::Opened(Box::new(Opened { permit, explanation, deceased_on, since })));
    }
    let refusal = refusal.unwrap_or(Refusal::NoBasis);
    Ok(Asked::Turned(turned(refusal, viewer, &facts, once, context.now)))
}

/// What a viewer who is turned away with `refusal` may be told, who opened the chart last at `once`.
pub(super) fn turned(
    refusal: Refusal,
    viewer: &ViewerFacts,
    facts: &PatientFacts,
    once: Option<Instant>,
    now: Instant,
) -> Turned {
    let ended = once.filter(|_| refusal == Refusal::NoBasis).map(|at| ended_since(viewer, facts, at, now));
    Turned { refusal, ended }
}

/// When the access that held at `once` ended, by the dates of the facts behind it.
fn ended_since(viewer: &ViewerFacts, facts: &PatientFacts, once: Instant, now: Instant) -> Ended {
    let then = decide(viewer, facts, Action::OpenChart, once);
    // Only when every basis of then has ended by its own date; otherwise something else took the access away.
    let reasons = explain(&then, viewer, facts).reasons.into_iter();
    let ends: Option<Vec<Instant>> = reasons.map(|r| r.span.end().filter(|end| *end <= now)).collect();
    Ended { at: ends.and_then(|ends| ends.into_iter().max()) }
}

/// Fills an audit entry with what `decision` said.
pub fn describe(entry: &mut Entry, decision: &Decision) {
    entry.patient = Some(decision.patient());
    entry.outcome = if decision.allowed() { Outcome::Allowed } else { Outcome::Refused };
    entry.basis = decision.refusal().map_or_else(
        || decision.bases().map(Basis::word).collect::<Vec<_>>().join(","),
        |refusal| refusal.word().to_owned(),
    );
}
