//! The accounting of disclosures: who opened the chart of an MRN, of which practice, what and on which basis, over six years
//! (45 CFR 164.528). Repeated disclosures may be summarised: first, how often, last.

use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use super::access::{self, Context};
use super::disclosures::practice_at;
use super::signed_export::made_with;
use super::{App, AppError};
use crate::domain::access::Basis;
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::ids::{AccountId, Mrn, PatientId, PracticeId};
use crate::store::access_facts::{self, Those};
use crate::store::accounting::{self as rows, Disclosed};
use crate::store::audit::{self as audit, Filter};
use crate::store::patients::{self, Card};
use crate::store::{people, practices};

/// Lines on a page.
pub const ON_PAGE: usize = 50;
/// Lines that leave the portal at once, at most.
pub const EXPORT_LINES: usize = 10_000;
/// Months that are accounted for unless a first day is given: six years.
pub const MONTHS: i32 = 72;

/// One disclosure each, or repeated ones summarised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Each by itself.
    Each,
    /// One line for each recipient, part of the chart and basis.
    Summary,
}

/// What to account for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The MRN, as typed.
    pub mrn: String,
    /// Each, or summarised.
    pub form: Form,
    /// At or after this instant; six years before now unless given.
    pub from: Option<Instant>,
    /// Before this instant; up to now unless given.
    pub to: Option<Instant>,
    /// The [`Accounting::next`] of the page before; empty for the first.
    pub after: String,
}

/// A disclosure, or several alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// When, or when first.
    pub first: Instant,
    /// When last.
    pub last: Instant,
    /// How often.
    pub count: i64,
    /// The recipient.
    pub name: String,
    /// The practice they belonged to then; empty for none.
    pub practice: String,
    /// Its address; may be empty.
    pub address: String,
    /// Whether it was exported rather than opened.
    pub exported: bool,
    /// Which section; none for the summary of the chart.
    pub section: Option<Section>,
    /// On which bases.
    pub bases: Vec<Basis>,
}

/// One page of an accounting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accounting {
    /// The patient.
    pub card: Card,
    /// The lines, the latest first.
    pub lines: Vec<Line>,
    /// The range: at or after, and before.
    pub range: (Instant, Instant),
    /// Where the next page begins.
    pub next: Option<String>,
    /// What it was made with: as the audit has it, without names.
    pub made_with: String,
}

/// What came of asking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Accounted {
    /// This.
    Done(Box<Accounting>),
    /// Nobody has that MRN.
    UnknownMrn,
    /// Not an MRN.
    BadMrn,
    /// More lines than leave at once.
    TooMany,
}

/// One page of the accounting of an MRN; recorded before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn read(
    app: &App,
    reader: AccountId,
    wanted: &Wanted,
    context: &Context,
) -> Result<Accounted, AppError> {
    account(app, reader, wanted, (ON_PAGE, Act::LookUp), context).await
}

/// The whole accounting of an MRN, for a table that leaves the portal; none when it has more than [`EXPORT_LINES`]. Recorded first.
///
/// # Errors
/// [`AppError`]; then nothing may be given out.
pub async fn export(
    app: &App,
    reader: AccountId,
    wanted: &Wanted,
    context: &Context,
) -> Result<Accounted, AppError> {
    let wanted = Wanted { after: String::new(), ..wanted.clone() };
    account(app, reader, &wanted, (EXPORT_LINES, Act::ExportAudit), context).await
}

async fn account(
    app: &App,
    reader: AccountId,
    wanted: &Wanted,
    (size, act): (usize, Act),
    context: &Context,
) -> Result<Accounted, AppError> {
    let form = if wanted.form == Form::Each { "each" } else { "summary" };
    let said = |outcome, patient: Option<PatientId>, basis: &str| -> Entry {
        let mut entry = context.entry(reader, act, outcome);
        entry.patient = patient;
        entry.basis = String::from(basis);
        entry.detail = json!({ "look_up": "accounting", "form": form, "from": wanted.from, "to": wanted.to })
            .to_string();
        entry
    };
    let now = context.now;
    let patient = match Mrn::parse(&wanted.mrn) {
        Ok(mrn) => patients::by_mrn(&app.db, &mrn, now).await?,
        Err(_) => {
            app.audit.record(said(Outcome::Failed, None, "invalid")).await?;
            return Ok(Accounted::BadMrn);
        }
    };
    let card = match patient {
        Some(id) => patients::one_card(&app.db, id).await?,
        None => None,
    };
    let Some(card) = card else {
        app.audit.record(said(Outcome::Failed, None, "unknown")).await?;
        return Ok(Accounted::UnknownMrn);
    };
    let from = wanted.from.unwrap_or_else(|| app.hospital.cycles.zone().plus_months(now, -MONTHS));
    let range = (from, wanted.to.unwrap_or(now));
    let records = records(app, card.id, now).await?;
    let (found, next) = match wanted.form {
        Form::Each => each(app, &records, range, &wanted.after, size).await?,
        Form::Summary => summary(app, &records, range, &wanted.after, size).await?,
    };
    if act == Act::ExportAudit && next.is_some() {
        app.audit.record(said(Outcome::Failed, Some(card.id), "too_many")).await?;
        return Ok(Accounted::TooMany);
    }
    app.audit.record(said(Outcome::Allowed, Some(card.id), "")).await?;
    let made_with = made_with(&[
        ("look up", Some("accounting".to_owned())),
        ("patient", Some(card.id.to_string())),
        ("form", Some(form.to_owned())),
        ("from", Some(range.0.rfc3339())),
        ("to", Some(range.1.rfc3339())),
    ]);
    let lines = lines(app, found).await?;
    Ok(Accounted::Done(Box::new(Accounting { card, lines, range, next, made_with })))
}

/// The record of `patient`, and those whose confirmed merge into it holds.
pub(super) async fn records(app: &App, patient: PatientId, now: Instant) -> Result<Vec<PatientId>, AppError> {
    let mut records = vec![patient];
    if let Some(facts) = access::patient(app, patient).await? {
        records.extend(facts.merges.iter().map(|m| m.from).filter(|from| facts.counts(*from, now)));
    }
    records.sort_unstable();
    records.dedup();
    Ok(records)
}

type Part = (Vec<Disclosed>, Option<String>);

async fn each(
    app: &App,
    records: &[PatientId],
    (from, to): (Instant, Instant),
    after: &str,
    size: usize,
) -> Result<Part, AppError> {
    let before = serde_json::from_str::<(i64, Uuid, i64)>(after).ok();
    let filter = Filter {
        of_patients: records.to_vec(),
        acts: vec![Act::OpenChart, Act::OpenFile, Act::ExportChart],
        outcome: Some(Outcome::Allowed),
        from: Some(from),
        to: Some(to),
        before: before.map(|(at, chain, seq)| (Instant::from_micros(at), chain, seq)),
        ..Filter::default()
    };
    let mut found = audit::find(&app.db, &filter, limit(size)).await?;
    let more = found.len() > size;
    found.truncate(size);
    let place = found.last().map(|l| (l.entry.at.micros(), l.chain, l.seq)).filter(|_| more);
    let next = place.and_then(|place| serde_json::to_string(&place).ok());
    let one = |link: crate::domain::audit::Link| {
        let entry = link.entry;
        entry.actor.map(|actor| Disclosed {
            actor,
            act: entry.act.word().to_owned(),
            basis: entry.basis,
            detail: entry.detail,
            first: entry.at,
            last: entry.at,
            count: 1,
        })
    };
    Ok((found.into_iter().filter_map(one).collect(), next))
}

async fn summary(
    app: &App,
    records: &[PatientId],
    range: (Instant, Instant),
    after: &str,
    size: usize,
) -> Result<Part, AppError> {
    type Place = (i64, Uuid, String, String, String);
    let after = serde_json::from_str::<Place>(after).ok();
    let place = after.as_ref().map(|(at, actor, act, basis, detail)| {
        (Instant::from_micros(*at), AccountId(*actor), act.as_str(), basis.as_str(), detail.as_str())
    });
    let mut found = rows::summary(&app.db, records, range, place, limit(size)).await?;
    let more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| more);
    let last = last.map(|l| (l.last.micros(), l.actor.0, &l.act, &l.basis, &l.detail));
    let next = last.and_then(|place| serde_json::to_string(&place).ok());
    Ok((found, next))
}

fn limit(size: usize) -> i64 {
    i64::try_from(size + 1).unwrap_or(i64::MAX)
}

/// The disclosures with the names behind their ids.
async fn lines(app: &App, found: Vec<Disclosed>) -> Result<Vec<Line>, AppError> {
    let mut actors: Vec<AccountId> = found.iter().map(|d| d.actor).collect();
    actors.sort_unstable();
    actors.dedup();
    let mut facts: HashMap<AccountId, ViewerFacts> = HashMap::new();
    for some in actors.chunks(500) {
        facts.extend(access_facts::viewers(&app.db, Those::Some(some), &app.hospital.cycles).await?);
    }
    let mut names: HashMap<AccountId, String> = HashMap::new();
    for actor in actors {
        names.insert(actor, people::account_name(&app.db, actor).await?.unwrap_or_default());
    }
    let mut known: HashMap<PracticeId, (String, String)> = HashMap::new();
    let mut lines = Vec::with_capacity(found.len());
    for one in found {
        let practice = facts.get(&one.actor).and_then(|f| practice_at(f, one.last));
        let (practice, address) = match practice {
            Some(id) => named_practice(app, &mut known, id).await?,
            None => (String::new(), String::new()),
        };
        lines.push(Line {
            first: one.first,
            last: one.last,
            count: one.count,
            name: names.get(&one.actor).cloned().unwrap_or_default(),
            practice,
            address,
            exported: one.act == Act::ExportChart.word(),
            section: section(&one.detail),
            bases: one.basis.split(',').filter_map(Basis::from_word).collect(),
        });
    }
    Ok(lines)
}

async fn named_practice(
    app: &App,
    known: &mut HashMap<PracticeId, (String, String)>,
    id: PracticeId,
) -> Result<(String, String), AppError> {
    if let Some(found) = known.get(&id) {
        return Ok(found.clone());
    }
    let found = practices::one(&app.db, id).await?;
    let found = found.map(|p| (p.details.name, p.details.address)).unwrap_or_default();
    known.insert(id, found.clone());
    Ok(found)
}

fn section(detail: &str) -> Option<Section> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    detail.get("section").and_then(|s| s.as_str()).and_then(Section::from_word)
}
