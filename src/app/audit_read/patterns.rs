//! Reports of patterns in the audit: same surname, after hours, many refusals on one day. A report finds what somebody should look
//! at, and says nothing of anybody's rights.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use time::Date;

use super::{CHUNK, ON_PAGE, Page, Place, looked_through};
use crate::app::access::Context;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Link, Outcome};
use crate::domain::calendar::plus_days;
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::pattern::{DAYS_AT_ONCE, MANY, Pattern, is_after_hours};
use crate::domain::people::fold_name;
use crate::store::audit::{self as rows, Filter};
use crate::store::people::NamedAccount;
use crate::store::{accounting, patients, people};

/// Which report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// What it looks for.
    pub pattern: Pattern,
    /// Its first day, in hospital time.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The last row of the page before.
    pub before: Option<Place>,
}

/// Many refusals of one account on one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Many {
    /// The day, in hospital time.
    pub day: Date,
    /// Who.
    pub who: NamedAccount,
    /// How often they were refused.
    pub refused: i64,
    /// How often they found nobody.
    pub missed: i64,
}

/// What a report found.
#[derive(Clone, Debug)]
pub enum Found {
    /// Rows that fit.
    Rows(Page),
    /// Days on which somebody was refused many times, the latest day first.
    Days(Vec<Many>),
    /// The range is longer than a report covers.
    TooLong,
}

/// The report that `wanted` asks for; recorded before it is shown.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn report(
    app: &App,
    reader: AccountId,
    wanted: &Wanted,
    context: &Context,
) -> Result<Found, AppError> {
    let is_long = (wanted.to - wanted.from).whole_days() >= DAYS_AT_ONCE;
    let outcome = if is_long { Outcome::Failed } else { Outcome::Allowed };
    let zone = app.hospital.cycles.zone();
    let (from, to) = (zone.start_of_day(wanted.from), zone.start_of_day(plus_days(wanted.to, 1)));
    let mut entry = context.entry(reader, Act::ReadAudit, outcome);
    entry.detail = json!({ "pattern": wanted.pattern.word(), "from": from, "to": to }).to_string();
    app.audit.record(entry).await?;
    if is_long {
        return Ok(Found::TooLong);
    }
    let filter = Filter {
        acts: vec![Act::OpenChart, Act::OpenFile, Act::ExportChart, Act::EmergencyAccess],
        from: Some(from),
        to: Some(to),
        before: wanted.before,
        ..Filter::default()
    };
    Ok(match wanted.pattern {
        Pattern::SameSurname => Found::Rows(same_surname(app, filter).await?),
        Pattern::AfterHours => {
            let filter = Filter { outcome: Some(Outcome::Allowed), ..filter };
            let (holidays, closes) = (&app.hospital.holidays, app.hospital.closes);
            let late = |link: &Link| is_after_hours(link.entry.at, zone, holidays, closes);
            Found::Rows(looked_through(app, &filter, ON_PAGE, CHUNK, &late).await?)
        }
        Pattern::ManyRefusals => Found::Days(many(app, wanted).await?),
    })
}

/// Charts opened or refused, and searches that led to somebody, whose patient has the family name of who asked.
async fn same_surname(app: &App, filter: Filter) -> Result<Page, AppError> {
    let acts =
        vec![Act::OpenChart, Act::OpenFile, Act::ExportChart, Act::EmergencyAccess, Act::SearchPatient];
    let filter = Filter { acts, ..filter };
    let mut alike: HashSet<(AccountId, PatientId)> = HashSet::new();
    let mut families: HashMap<AccountId, String> = HashMap::new();
    // The pairs are looked at once, in the same order and within the same bound as the rows are afterwards.
    let (mut place, mut seen) = (filter.before, 0);
    loop {
        let part = Filter { before: place, ..filter.clone() };
        let found = rows::find(&app.db, &part, i64::try_from(CHUNK).unwrap_or(i64::MAX)).await?;
        place = found.last().map(super::place_of).or(place);
        seen += found.len();
        let pairs: HashSet<(AccountId, PatientId)> =
            found.iter().filter_map(|l| l.entry.actor.zip(l.entry.patient)).collect();
        let ids: Vec<PatientId> = pairs.iter().map(|(_, patient)| *patient).collect();
        let cards = patients::cards(&app.db, &ids).await?;
        for (actor, patient) in pairs {
            if let std::collections::hash_map::Entry::Vacant(free) = families.entry(actor) {
                free.insert(fold_name(&accounting::family_name(&app.db, actor).await?));
            }
            let own = families.get(&actor).filter(|family| !family.is_empty());
            if own.zip(cards.get(&patient)).is_some_and(|(own, card)| *own == fold_name(&card.family)) {
                alike.insert((actor, patient));
            }
        }
        if found.len() < CHUNK || seen > super::LOOKED_THROUGH + CHUNK {
            break;
        }
    }
    let fits =
        |link: &Link| link.entry.actor.zip(link.entry.patient).is_some_and(|pair| alike.contains(&pair));
    looked_through(app, &filter, ON_PAGE, CHUNK, &fits).await
}

async fn many(app: &App, wanted: &Wanted) -> Result<Vec<Many>, AppError> {
    let zone = app.hospital.cycles.zone();
    let (mut day, mut lines) = (wanted.to, Vec::new());
    while day >= wanted.from {
        let range = (zone.start_of_day(day), zone.start_of_day(plus_days(day, 1)));
        for (account, refused, missed) in accounting::refusals(&app.db, range, MANY).await? {
            if let Some(who) = people::account(&app.db, account).await? {
                lines.push(Many { day, who, refused, missed });
            }
        }
        day = plus_days(day, -1);
    }
    Ok(lines)
}
