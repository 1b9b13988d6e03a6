//! The review of a sponsor's staff: what is to be decided, choices that are saved, completing with a signature
//! (product.md section 7). Completing unlocks at once, because the lock is computed from it.

mod sending;

pub use sending::{Answer, Done, Sent, Why, send};

use std::collections::BTreeMap;

use serde_json::json;
use time::Date;

use super::access::Context;
use super::sign_in::Session;
use super::sponsoring::standing;
use super::{App, AppError};
use crate::domain::access::facts::{Held, ViewerFacts};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::FactId;
use crate::domain::people::Job;
use crate::domain::sponsoring::{Hindrance, may_register};
use crate::domain::validation::{Choice, Duty};
use crate::store::sponsoring::{self as staff, Staff, around};
use crate::store::{people, review as kept};

/// Somebody who needs a choice, with the evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The sponsorship.
    pub id: FactId,
    /// Given and family name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Job.
    pub job: Option<Job>,
    /// The practice's name.
    pub practice: String,
    /// Since when sponsored.
    pub since: Instant,
    /// The last sign-in.
    pub signed_in_at: Option<Instant>,
    /// Patients whose charts were opened since the last review.
    pub charts: i64,
    /// When mail to the address was refused.
    pub bounced_at: Option<Instant>,
    /// What was saved.
    pub choice: Option<Choice>,
}

/// A review that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// The cycle it will belong to, by its opening date.
    pub cycle: Date,
    /// When the sponsor is locked unless it is completed; past for one who is.
    pub due: Instant,
    /// The normal due instant, when the access team has moved it.
    pub moved_from: Option<Instant>,
    /// When the sponsor's last review was completed.
    pub last_review: Option<Instant>,
    /// Who needs a choice, by name.
    pub rows: Vec<Row>,
    /// Who needs none: sponsored since the opening.
    pub attested: Vec<Row>,
    /// The members of each practice in which the sponsor has staff.
    pub practices: Vec<(String, Vec<String>)>,
    /// When choices were last saved.
    pub saved_at: Option<Instant>,
    /// Whether the duties of a sponsor are accepted.
    pub accepted: bool,
}

/// A review that is owed and cannot be completed in this session. Its list is not shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hindered {
    /// Why.
    pub why: Hindrance,
    /// The cycle, by its opening date.
    pub cycle: Date,
    /// When the sponsor is locked unless it is completed; past for one who is.
    pub due: Instant,
    /// How many people need a choice.
    pub people: usize,
}

/// What the page of the review shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Page {
    /// A review is open.
    Open(Box<Open>),
    /// A review is open, and cannot be completed in this session.
    Hindered(Hindered),
    /// There is nothing to review.
    Nothing {
        /// When the next cycle opens.
        next: Option<Instant>,
        /// The last review: its cycle, and when it was completed.
        last: Option<(Date, Instant)>,
    },
}

/// The review that the viewer owes at this instant; its list is recorded before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn page(
    app: &App,
    session: &Session,
    viewer: &ViewerFacts,
    context: &Context,
) -> Result<Page, AppError> {
    let now = context.now;
    let Some(duty) = viewer.own.as_deref().and_then(|own| viewer.cycles.duty(own, now)) else {
        let next = viewer.cycles.next(now).map(|c| c.opens);
        return Ok(Page::Nothing { next, last: last(viewer, now) });
    };
    let standing = standing(app, session).await?;
    if let Err(why) = may_register(viewer, standing) {
        let (cycle, due, people) = (duty.cycle.opening, duty.due, duty.rows.len());
        return Ok(Page::Hindered(Hindered { why, cycle, due, people }));
    }
    let open = open(app, viewer, &duty, standing.accepted, context).await?;
    Ok(Page::Open(Box::new(open)))
}

/// The last review of the viewer: its cycle, and when it was completed.
fn last(viewer: &ViewerFacts, now: Instant) -> Option<(Date, Instant)> {
    let done = viewer.own.iter().flat_map(|own| &own.reviews).filter(|r| r.completed_at <= now);
    done.max_by_key(|r| r.cycle).map(|r| (r.cycle, r.completed_at))
}

/// The list of `duty`, with the evidence; recorded here, to be shown.
async fn open(
    app: &App,
    viewer: &ViewerFacts,
    duty: &Duty<'_>,
    accepted: bool,
    context: &Context,
) -> Result<Open, AppError> {
    let mut entry = context.entry(viewer.account, Act::ListStaff, Outcome::Allowed);
    entry.detail =
        json!({ "list": "review", "cycle": duty.cycle.opening, "rows": duty.rows.len() }).to_string();
    app.audit.record(entry).await?;
    let last = last(viewer, context.now);
    let known = staff::staff(&app.db, viewer.account).await?;
    // What was saved for an earlier cycle was never signed, and chooses nothing now.
    let mut draft = kept::draft(&app.db, viewer.account).await?;
    draft.retain(|(_, _, at)| *at >= duty.cycle.opens);
    let names = practices_of(app, duty).await?;
    let mut lists = [Vec::new(), Vec::new()];
    for (list, held) in lists.iter_mut().zip([&duty.rows, &duty.attested]) {
        for one in known.iter().filter(|s| held.iter().any(|h| h.id == s.id)) {
            let choice = draft.iter().find(|(id, ..)| *id == one.id).map(|(_, choice, _)| *choice);
            let practice = names.get(&one.practice).map_or("", |(name, _)| name.as_str());
            let since = last.map_or(one.span.start(), |(_, at)| at);
            let charts = staff::opened_since(&app.db, one.user, since).await?;
            list.push(row(one, practice, charts, choice));
        }
    }
    let [rows, attested] = lists;
    let saved = draft.iter().filter(|(id, ..)| duty.rows.iter().any(|h| h.id == *id));
    Ok(Open {
        cycle: duty.cycle.opening,
        due: duty.due,
        moved_from: moved_from(viewer, duty, context.now),
        last_review: last.map(|(_, at)| at),
        saved_at: saved.map(|(_, _, at)| *at).max(),
        rows,
        attested,
        practices: names.into_values().collect(),
        accepted,
    })
}

fn row(staff: &Staff, practice: &str, charts: i64, choice: Option<Choice>) -> Row {
    Row {
        id: staff.id,
        name: staff.name(),
        email: staff.email.clone(),
        job: staff.job,
        practice: practice.to_owned(),
        since: staff.span.start(),
        signed_in_at: staff.signed_in_at,
        charts,
        bounced_at: staff.bounced_at,
        choice,
    }
}

type Practices = BTreeMap<crate::domain::ids::PracticeId, (String, Vec<String>)>;

/// The practices in which somebody is to be reviewed, with their members at present.
async fn practices_of(app: &App, duty: &Duty<'_>) -> Result<Practices, AppError> {
    let mut found = BTreeMap::new();
    for held in duty.rows.iter().chain(&duty.attested).copied() {
        let Held { practice, .. } = held;
        if found.contains_key(practice) {
            continue;
        }
        let name = people::practice_name(&app.db, *practice).await?.unwrap_or_default();
        let members = around::members(&app.db, *practice).await?;
        let now = app.clock.now();
        let mut members: Vec<String> =
            members.into_iter().filter(|m| m.span.holds(now)).map(|m| m.name).collect();
        members.dedup();
        found.insert(*practice, (name, members));
    }
    Ok(found)
}

/// The normal due instant of the cycle that is due first, when the access team has moved it.
fn moved_from(viewer: &ViewerFacts, duty: &Duty<'_>, now: Instant) -> Option<Instant> {
    let own = viewer.own.as_deref()?;
    let of = |c: &&crate::domain::validation::Cycle| viewer.cycles.due(own, c, now) == duty.due;
    let cycle = viewer.cycles.unreviewed(own, now).into_iter().find(of)?;
    (cycle.due != duty.due).then_some(cycle.due)
}

/// The review that the viewer owes, for a banner on other pages: when it is due, and how many wait for a choice.
pub fn owed(viewer: &ViewerFacts, now: Instant) -> Option<(Instant, usize)> {
    let own = viewer.own.as_deref()?;
    viewer.cycles.duty(own, now).map(|duty| (duty.due, duty.rows.len()))
}
