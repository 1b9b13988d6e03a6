//! Reading the audit: the access team's list, and its table for a spreadsheet.

pub mod patterns;

use serde_json::json;

use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Link, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, Mrn, PatientId, PracticeId};
use crate::store::access_facts::{self, Those};
pub use crate::store::accounting::Check;
use crate::store::audit::{self as rows, Filter};
use crate::store::people::NamedAccount;
use crate::store::{accounting, patients, people, practices};

use super::access::Context;
use super::accounting::records;
use super::restrictions::{self, Problem};
use super::signed_export::made_with;
use super::{App, AppError};

/// Rows on a page.
pub const ON_PAGE: usize = 50;
/// Rows that leave the portal at once, at most.
pub const EXPORT_ROWS: usize = 10_000;
/// Rows read at a time where not all of them are shown.
const CHUNK: usize = 500;
/// Rows that are looked through for one page, at most.
const LOOKED_THROUGH: usize = 10_000;

/// A row's place: the list goes on after it.
pub type Place = (Instant, uuid::Uuid, i64);

/// What to look for, as typed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// E-mail of who acted; empty for anyone.
    pub email: String,
    /// MRN of the patient; empty for any.
    pub mrn: String,
    /// Code or name of the practice that who acted belonged to then; empty for any.
    pub practice: String,
    /// Kind of act.
    pub act: Option<Act>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// At or after.
    pub from: Option<Instant>,
    /// Before.
    pub to: Option<Instant>,
    /// The last row of the page before.
    pub before: Option<Place>,
}

/// One row with the names behind its ids.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row.
    pub link: Link,
    /// Who acted.
    pub actor: Option<NamedAccount>,
    /// The patient's current MRN.
    pub mrn: String,
}

/// One page of rows.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The rows, newest first.
    pub rows: Vec<Row>,
    /// Where the next page begins, when there may be more.
    pub next: Option<Place>,
    /// How far back was looked, where that is not the whole range and the page is not full.
    pub looked_to: Option<Instant>,
    /// What they were looked for with, where they leave the portal: as the audit has it, without names.
    pub made_with: String,
}

/// What came of reading.
#[derive(Clone, Debug)]
pub enum Read {
    /// These rows.
    Page(Page),
    /// More rows than leave at once.
    TooMany,
    /// Nobody has that address.
    UnknownAccount,
    /// Nobody has that MRN.
    UnknownMrn,
    /// Not an MRN.
    BadMrn,
    /// No practice has that code or name, or several have it.
    UnknownPractice,
}

/// Up to [`ON_PAGE`] rows that `wanted` finds. The reading itself is recorded first.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn read(
    app: &App,
    reader: AccountId,
    wanted: &Wanted,
    context: &Context,
) -> Result<Read, AppError> {
    let sought = match sought(app, reader, wanted, context).await? {
        Ok(sought) => sought,
        Err(unknown) => return Ok(unknown),
    };
    app.audit.record(said(reader, Act::ReadAudit, wanted, &sought, context)).await?;
    Ok(Read::Page(page(app, &sought, ON_PAGE).await?))
}

/// Every row that `wanted` finds, for a table that leaves the portal; none when they are more than [`EXPORT_ROWS`]. Recorded first.
///
/// # Errors
/// [`AppError`]; then nothing may be given out.
pub async fn export(
    app: &App,
    reader: AccountId,
    wanted: &Wanted,
    context: &Context,
) -> Result<Read, AppError> {
    let wanted = Wanted { before: None, ..wanted.clone() };
    let sought = match sought(app, reader, &wanted, context).await? {
        Ok(sought) => sought,
        Err(unknown) => return Ok(unknown),
    };
    let mut all = Page::default();
    let mut place = None;
    loop {
        let part = Sought { filter: Filter { before: place, ..sought.filter.clone() }, ..sought.clone() };
        let found = page(app, &part, CHUNK).await?;
        all.rows.extend(found.rows);
        place = found.next;
        if place.is_none() || all.rows.len() > EXPORT_ROWS {
            break;
        }
    }
    let mut entry = said(reader, Act::ExportAudit, &wanted, &sought, context);
    if all.rows.len() > EXPORT_ROWS {
        entry.outcome = Outcome::Failed;
        "too_many".clone_into(&mut entry.basis);
        app.audit.record(entry).await?;
        return Ok(Read::TooMany);
    }
    all.made_with = made_with(&[
        ("account", entry.subject.map(|id| id.to_string())),
        ("patient", entry.patient.map(|id| id.to_string())),
        ("practice", sought.practice.map(|id| id.to_string())),
        ("act", wanted.act.map(|act| act.word().to_owned())),
        ("outcome", wanted.outcome.map(|outcome| outcome.word().to_owned())),
        ("from", wanted.from.map(Instant::rfc3339)),
        ("to", wanted.to.map(Instant::rfc3339)),
    ]);
    app.audit.record(entry).await?;
    Ok(Read::Page(all))
}

fn said(reader: AccountId, act: Act, wanted: &Wanted, sought: &Sought, context: &Context) -> Entry {
    let mut entry = context.entry(reader, act, Outcome::Allowed);
    entry.patient = sought.patient;
    entry.subject = sought.filter.actor.map(|a| a.0);
    entry.detail = json!({
        "act": wanted.act.map(Act::word), "outcome": wanted.outcome.map(Outcome::word),
        "from": wanted.from, "to": wanted.to, "practice": sought.practice.map(|p| p.0),
    })
    .to_string();
    entry
}

/// The latest verification of the audit.
///
/// # Errors
/// [`AppError::Store`].
pub async fn last_check(app: &App) -> Result<Option<Check>, AppError> {
    Ok(accounting::last_check(&app.db).await?)
}

/// What to look for, found.
#[derive(Clone, Debug, Default)]
struct Sought {
    filter: Filter,
    /// Whose MRN it was.
    patient: Option<PatientId>,
    practice: Option<PracticeId>,
}

/// What `wanted` names; that it names nobody is recorded.
async fn sought(
    app: &App,
    reader: AccountId,
    wanted: &Wanted,
    context: &Context,
) -> Result<Result<Sought, Read>, AppError> {
    let found = ids(app, wanted, context.now).await?;
    if found.is_err() {
        app.audit.record(context.entry(reader, Act::ReadAudit, Outcome::Failed)).await?;
    }
    Ok(found)
}

async fn ids(app: &App, wanted: &Wanted, now: Instant) -> Result<Result<Sought, Read>, AppError> {
    let actor = match wanted.email.trim() {
        "" => None,
        email => match people::account_by_email(&app.db, email).await? {
            Some(id) => Some(id),
            None => return Ok(Err(Read::UnknownAccount)),
        },
    };
    let patient = match wanted.mrn.trim() {
        "" => None,
        mrn => {
            let Ok(mrn) = Mrn::parse(mrn) else { return Ok(Err(Read::BadMrn)) };
            // The old MRN of a merge that nobody has confirmed means the old record, as its rows do.
            match patients::counted_by_mrn(&app.db, &mrn, now).await? {
                Some(id) => Some(id),
                None => return Ok(Err(Read::UnknownMrn)),
            }
        }
    };
    let practice = match wanted.practice.trim() {
        "" => None,
        typed => match restrictions::practice(app, typed).await? {
            Ok((id, _)) => Some(id),
            Err(Problem::Unknown | Problem::Several | Problem::Reason) => {
                return Ok(Err(Read::UnknownPractice));
            }
        },
    };
    let of_actors = match practice {
        Some(practice) => Some(practices::accounts_around(&app.db, practice).await?),
        None => None,
    };
    // Those of a merge that is confirmed and holds are this patient's too.
    let of_patients = match patient {
        Some(patient) => records(app, patient, now).await?,
        None => Vec::new(),
    };
    let filter = Filter {
        actor,
        of_patients,
        of_actors,
        acts: wanted.act.into_iter().collect(),
        outcome: wanted.outcome,
        from: wanted.from,
        to: wanted.to,
        before: wanted.before,
        ..Filter::default()
    };
    Ok(Ok(Sought { filter, patient, practice }))
}

/// The first `size` rows of what is sought.
async fn page(app: &App, sought: &Sought, size: usize) -> Result<Page, AppError> {
    let Some(practice) = sought.practice else {
        return looked_through(app, &sought.filter, size, size, &|_| true).await;
    };
    // Who acted may have come later, or have left before.
    let around = sought.filter.of_actors.clone().unwrap_or_default();
    let facts = access_facts::viewers(&app.db, Those::Some(&around), &app.hospital.cycles).await?;
    let belonged = |link: &Link| {
        let actor = link.entry.actor.and_then(|actor| facts.get(&actor));
        actor.is_some_and(|facts| belongs(facts, practice, link.entry.at))
    };
    looked_through(app, &sought.filter, size, CHUNK, &belonged).await
}

fn belongs(facts: &ViewerFacts, practice: PracticeId, at: Instant) -> bool {
    facts.memberships.iter().any(|m| m.practice == practice && m.span.holds(at))
        || facts.sponsorships.iter().any(|s| s.practice == practice && s.span.holds(at))
}

/// The first `size` rows of `filter` that `fits` keeps, read `step` at a time; the looking ends, and says where, after
/// [`LOOKED_THROUGH`] rows.
async fn looked_through(
    app: &App,
    filter: &Filter,
    size: usize,
    step: usize,
    fits: &(dyn Fn(&Link) -> bool + Sync),
) -> Result<Page, AppError> {
    let mut kept: Vec<Link> = Vec::new();
    let (mut place, mut seen) = (filter.before, 0);
    let limit = i64::try_from(step + 1).unwrap_or(i64::MAX);
    loop {
        let found = rows::find(&app.db, &Filter { before: place, ..filter.clone() }, limit).await?;
        let is_all = found.len() <= step;
        seen += found.len();
        place = found.last().map(place_of).or(place);
        kept.extend(found.into_iter().filter(|link| fits(link)));
        if kept.len() > size {
            kept.truncate(size);
            let next = kept.last().map(place_of);
            return Ok(Page { rows: named(app, kept).await?, next, ..Page::default() });
        }
        if is_all {
            return Ok(Page { rows: named(app, kept).await?, ..Page::default() });
        }
        if seen >= LOOKED_THROUGH {
            let looked_to = place.map(|(at, ..)| at);
            return Ok(Page { rows: named(app, kept).await?, next: place, looked_to, ..Page::default() });
        }
    }
}

fn place_of(link: &Link) -> Place {
    (link.entry.at, link.chain, link.seq)
}

/// The rows with the names behind their ids.
async fn named(app: &App, found: Vec<Link>) -> Result<Vec<Row>, AppError> {
    let shown: Vec<PatientId> = found.iter().filter_map(|l| l.entry.patient).collect();
    let cards = patients::cards(&app.db, &shown).await?;
    // A sign-in is recorded on the account it was tried for, before anybody is signed in.
    let who = |entry: &Entry| {
        let tried = entry.subject.filter(|_| entry.act.is_sign_in()).map(AccountId);
        entry.actor.or(tried)
    };
    let mut acted: Vec<AccountId> = found.iter().filter_map(|link| who(&link.entry)).collect();
    acted.sort_unstable();
    acted.dedup();
    let names = people::accounts(&app.db, &acted).await?;
    let mut out = Vec::with_capacity(found.len());
    for link in found {
        let actor = who(&link.entry).and_then(|id| names.get(&id)).cloned();
        let mrn = link.entry.patient.and_then(|p| cards.get(&p)).map(|c| c.mrn.clone()).unwrap_or_default();
        out.push(Row { link, actor, mrn });
    }
    Ok(out)
}
