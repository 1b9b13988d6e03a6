//! Who opened the chart: what a family reads of the ledger.

use std::collections::HashMap;

use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, Basis, Refusal, decide};
use crate::domain::audit::{Act, Link, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::family::{Ledger, ledger};
use crate::domain::ids::{AccountId, PatientId};
use crate::store::access_facts::{self, Those};
use crate::store::audit::{self as rows, Filter};
use crate::store::{family, people};

use super::access::Context;
use super::{App, AppError};

/// Rows on a page.
const ON_PAGE: usize = 50;

/// One opening of the chart.
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
    /// Why it was allowed.
    pub bases: Vec<Basis>,
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
    /// The openings, newest first.
    pub rows: Vec<Disclosure>,
    /// Where the next page begins.
    pub next: Option<Place>,
}

/// The ledger of `wanted`, or of the first patient that `viewer` has authority over. A patient outside that authority is
/// answered like the first one: nothing is learned of others.
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
    let zone = app.hospital.cycles.zone();
    let account = viewer.account;
    let mut mine: Vec<(PatientId, String, Ledger)> = Vec::new();
    for relative in family::relatives(&app.db, account).await? {
        let reads = ledger(relative.tie, relative.birth_date, context.now, zone);
        if let Some(reads) = reads.filter(|_| !mine.iter().any(|(id, ..)| *id == relative.patient)) {
            mine.push((relative.patient, relative.name, reads));
        }
    }
    // A restriction that names this account, a death long past and an undone or unconfirmed merge bind families too.
    let ids: Vec<PatientId> = mine.iter().map(|(id, ..)| *id).collect();
    let facts = access_facts::patients(&app.db, Those::Some(&ids), zone).await?;
    let barred = |id: &PatientId| {
        facts.get(id).is_none_or(|patient| {
            let refusal = decide(viewer, patient, Action::ListPatient, context.now).refusal();
            let forbidden = matches!(refusal, Some(Refusal::PatientRestricted | Refusal::PatientDeceased));
            forbidden || patient.merged_away(context.now)
        })
    };
    mine.retain(|(id, ..)| !barred(id));
    let chosen = wanted.and_then(|id| mine.iter().find(|(mine, ..)| *mine == id)).or(mine.first());
    let chosen = chosen.map(|(id, _, reads)| (*id, *reads));
    let (rows, next) = match chosen {
        Some((patient, reads)) => page(app, patient, reads, after).await?,
        None => (Vec::new(), None),
    };
    let mut entry = context.entry(account, Act::ReadDisclosures, Outcome::Allowed);
    entry.patient = chosen.map(|(id, _)| id);
    entry.detail = serde_json::json!({ "shown": rows.len() }).to_string();
    app.audit.record(entry).await?;
    let patients = mine.into_iter().map(|(id, name, _)| (id, name)).collect();
    Ok(Disclosures { patients, current: chosen.map(|(id, _)| id), rows, next })
}

pub(super) async fn page(
    app: &App,
    patient: PatientId,
    reads: Ledger,
    after: Option<Place>,
) -> Result<(Vec<Disclosure>, Option<Place>), AppError> {
    let mut kept: Vec<(Link, Option<Section>)> = Vec::new();
    let mut place = after;
    loop {
        let filter = Filter {
            patient: Some(patient),
            acts: vec![Act::OpenChart, Act::ExportChart],
            outcome: Some(Outcome::Allowed),
            before: place,
            ..Filter::default()
        };
        let found = rows::find(&app.db, &filter, i64::try_from(ON_PAGE + 1).unwrap_or(i64::MAX)).await?;
        let exhausted = found.len() <= ON_PAGE;
        place = found.last().map(|l| (l.entry.at, l.chain, l.seq)).or(place);
        kept.extend(
            found
                .into_iter()
                .map(|l| (section_of(&l), l))
                .filter(|(s, _)| reads.shows(*s))
                .map(|(s, l)| (l, s)),
        );
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
            bases: link.entry.basis.split(',').filter_map(Basis::from_word).collect(),
        });
    }
    Ok((out, next))
}

fn section_of(link: &Link) -> Option<Section> {
    let detail: serde_json::Value = serde_json::from_str(&link.entry.detail).ok()?;
    detail.get("section").and_then(|s| s.as_str()).and_then(Section::from_word)
}

fn practice_at(facts: &ViewerFacts, at: Instant) -> Option<crate::domain::ids::PracticeId> {
    let own = facts.memberships.iter().find(|m| m.span.holds(at)).map(|m| m.practice);
    own.or_else(|| facts.live_sponsorships(at).next().map(|(s, _)| s.practice))
}
