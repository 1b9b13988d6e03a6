//! Who opened the chart, and who took emergency access to it: what a family reads of the ledger.

use std::collections::HashMap;

use crate::domain::access::Basis;
use crate::domain::access::emergency::span;
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Link, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::ids::{AccountId, PatientId};
use crate::store::access_facts::{self, Those};
use crate::store::audit::{self as rows, Filter};
use crate::store::{family, people};

use super::access::Context;
use super::family::{FamilyPermit, permits};
use super::{App, AppError};

/// Rows on a page.
const ON_PAGE: usize = 50;

/// One opening of the chart, or one emergency access to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disclosure {
    /// When.
    pub at: Instant,
    /// Who, by name.
    pub name: String,
    /// The practice they belonged to then.
    pub practice: String,
    /// Which section; none for the summary.
    pub section: Option<Section>,
    /// What it is instead of an opening: emergency access that was taken, whatever became of it.
    pub emergency: Option<EmergencyTaken>,
    /// Why it was allowed.
    pub bases: Vec<Basis>,
}

/// Emergency access that a provider took.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EmergencyTaken {
    /// When it ends, or ended: four hours later.
    pub until: Instant,
    /// Whether its provider opened anything of the chart meanwhile.
    pub is_used: bool,
}

/// A place in the audit: instant, chain and row.
pub type Place = (Instant, uuid::Uuid, i64);

/// What a family account reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disclosures {
    /// The patients whom the account has authority over, with their names.
    pub patients: Vec<(PatientId, String)>,
    /// Whose ledger is shown; none when the account has authority over nobody.
    pub current: Option<PatientId>,
    /// The openings and every emergency access, newest first.
    pub rows: Vec<Disclosure>,
    /// Where the next page begins.
    pub next: Option<Place>,
}

/// The ledger of `wanted`, or of the first patient that `viewer` has authority over. A patient outside that authority is
/// answered like the first one: nothing is learned of others. The guardian of somebody from 13 to 17 reads neither of confidential
/// sections nor of whoever's specialty would say by itself what care was asked for in confidence.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn read(
    app: &App,
    viewer: &ViewerFacts,
    wanted: Option<PatientId>,
    after: Option<Place>,
    context: &Context,
) -> Result<Disclosures, AppError> {
    let permits = permits(app, viewer, context.now).await?;
    let chosen = wanted.and_then(|id| permits.iter().find(|permit| permit.patient() == id));
    let chosen = chosen.or(permits.first());
    let (rows, next) = match chosen {
        Some(permit) => page(app, permit.owners(), Some(permit), after).await?,
        None => (Vec::new(), None),
    };
    let current = chosen.map(FamilyPermit::patient);
    let mut entry = context.entry(viewer.account, Act::ReadDisclosures, Outcome::Allowed);
    entry.patient = current;
    entry.detail = serde_json::json!({ "shown": rows.len() }).to_string();
    app.audit.record(entry).await?;
    let patients = permits.iter().map(|permit| (permit.patient(), permit.name().to_owned())).collect();
    Ok(Disclosures { patients, current, rows, next })
}

/// The emergency access of `link`, if it is one, and whether its provider opened anything of `records` meanwhile.
async fn emergency(
    app: &App,
    records: &[PatientId],
    link: &Link,
) -> Result<Option<EmergencyTaken>, AppError> {
    if link.entry.act != Act::EmergencyAccess {
        return Ok(None);
    }
    let end = span(link.entry.at).end();
    let filter = Filter {
        actor: link.entry.actor,
        of_patients: records.to_vec(),
        acts: vec![Act::OpenChart, Act::OpenFile, Act::ExportChart],
        outcome: Some(Outcome::Allowed),
        from: Some(link.entry.at),
        to: end,
        ..Filter::default()
    };
    let is_used = !rows::find(&app.db, &filter, 1).await?.is_empty();
    Ok(Some(EmergencyTaken { until: end.unwrap_or(link.entry.at), is_used }))
}

/// Those of `found` that the account of `permit` may read, all of them where nobody of a family reads; `hidden` keeps what is known of who did it.
async fn readable(
    app: &App,
    permit: Option<&FamilyPermit>,
    found: Vec<Link>,
    hidden: &mut HashMap<AccountId, bool>,
) -> Result<Vec<(Link, Option<Section>)>, AppError> {
    let Some(permit) = permit else {
        return Ok(found
            .into_iter()
            .map(|link| (section_of(&link), link))
            .map(|(s, link)| (link, s))
            .collect());
    };
    let Some(reads) = permit.authority().ledger(permit.account()) else { return Ok(Vec::new()) };
    let mut kept = Vec::new();
    for link in found {
        let section = section_of(&link);
        if !reads.shows(section) {
            continue;
        }
        if let Some(actor) = link.entry.actor.filter(|_| permit.is_narrow()) {
            let is_hidden = match hidden.get(&actor) {
                Some(known) => *known,
                None => permit.hides(&family::specialty(&app.db, actor).await?),
            };
            hidden.insert(actor, is_hidden);
            if is_hidden {
                continue;
            }
        }
        kept.push((link, section));
    }
    Ok(kept)
}

/// A page of the openings of `records`, which are of one patient; for a family, with every emergency access that was taken.
pub(super) async fn page(
    app: &App,
    records: &[PatientId],
    permit: Option<&FamilyPermit>,
    after: Option<Place>,
) -> Result<(Vec<Disclosure>, Option<Place>), AppError> {
    let mut kept: Vec<(Link, Option<Section>)> = Vec::new();
    let mut hidden = HashMap::new();
    let mut place = after;
    loop {
        let mut acts = vec![Act::OpenChart, Act::OpenFile, Act::ExportChart];
        acts.extend(permit.is_some().then_some(Act::EmergencyAccess));
        let filter = Filter {
            of_patients: records.to_vec(),
            acts,
            outcome: Some(Outcome::Allowed),
            before: place,
            ..Filter::default()
        };
        let found = rows::find(&app.db, &filter, i64::try_from(ON_PAGE + 1).unwrap_or(i64::MAX)).await?;
        let exhausted = found.len() <= ON_PAGE;
        place = found.last().map(|l| (l.entry.at, l.chain, l.seq)).or(place);
        kept.extend(readable(app, permit, found, &mut hidden).await?);
        if exhausted || kept.len() > ON_PAGE {
            break;
        }
    }
    let more = kept.len() > ON_PAGE;
    kept.truncate(ON_PAGE);
    let next = if more { kept.last().map(|(l, _)| (l.entry.at, l.chain, l.seq)) } else { None };
    let mut actors: Vec<AccountId> = kept.iter().filter_map(|(l, _)| l.entry.actor).collect();
    actors.sort_unstable();
    actors.dedup();
    let facts = access_facts::viewers(&app.db, Those::Some(&actors), &app.hospital.cycles).await?;
    let mut names = HashMap::new();
    for actor in actors {
        if let Some(name) = people::account_name(&app.db, actor).await? {
            names.insert(actor, name);
        }
    }
    let mut out = Vec::with_capacity(kept.len());
    for (link, section) in kept {
        let actor = link.entry.actor;
        let practice = match actor.and_then(|a| facts.get(&a)).and_then(|f| practice_at(f, link.entry.at)) {
            Some(practice) => people::practice_name(&app.db, practice).await?.unwrap_or_default(),
            None => String::new(),
        };
        out.push(Disclosure {
            at: link.entry.at,
            name: actor.and_then(|a| names.get(&a).cloned()).unwrap_or_default(),
            practice,
            section,
            emergency: emergency(app, records, &link).await?,
            bases: link.entry.basis.split(',').filter_map(Basis::from_word).collect(),
        });
    }
    Ok((out, next))
}

fn section_of(link: &Link) -> Option<Section> {
    let detail: serde_json::Value = serde_json::from_str(&link.entry.detail).ok()?;
    detail.get("section").and_then(|s| s.as_str()).and_then(Section::from_word)
}

/// The practice that `facts` belong to at `at`: a membership, else a live sponsorship.
pub(super) fn practice_at(facts: &ViewerFacts, at: Instant) -> Option<crate::domain::ids::PracticeId> {
    let own = facts.memberships.iter().find(|m| m.span.holds(at)).map(|m| m.practice);
    own.or_else(|| facts.live_sponsorships(at).next().map(|(s, _)| s.practice))
}
