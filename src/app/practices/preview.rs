//! What a change of practice would do: asked of the one decision, before and after, at the instant at which it takes effect.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, decide};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::practice::Change;
use crate::domain::validation::Cycles;
use crate::store::access_facts::{self, Those};
use crate::store::{patients, people, practices};

/// Records loaded at once.
const CHUNK: usize = 500;
/// No cycle is counted that opens later.
const LAST_YEAR: i32 = 2200;

/// People other than the provider whose access changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Circle {
    /// How many of them.
    pub people: usize,
    /// How many patients it is about.
    pub patients: usize,
}

/// Somebody whom the provider sponsors, and whose sponsorship stops being live.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffEnding {
    /// Who.
    pub account: AccountId,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// How many patients they no longer see.
    pub lost: usize,
}

/// What a change of practice would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The instant it is decided for.
    pub at: Instant,
    /// Patients whom the provider would no longer see.
    pub lost: Vec<PatientId>,
    /// How many patients the provider would newly see.
    pub gained: usize,
    /// Others who would no longer see some.
    pub losing: Circle,
    /// Others who would newly see some.
    pub gaining: Circle,
    /// The provider's own staff in the practice that is left.
    pub staff: Vec<StaffEnding>,
}

/// What one viewer loses and gains.
#[derive(Default)]
struct Shift {
    lost: Vec<PatientId>,
    gained: usize,
}

/// What `change`, asked for by `account`, would do. Each side is what [`decide`] says, as if every review due by then were done.
///
/// # Errors
/// [`AppError`].
pub async fn preview(app: &App, account: AccountId, change: &Change) -> Result<Preview, AppError> {
    let viewers = viewers(app, account, change).await?;
    let mut shifts: BTreeMap<AccountId, Shift> = BTreeMap::new();
    let (mut losing, mut gaining) = (BTreeSet::new(), BTreeSet::new());
    let zone = app.hospital.cycles.zone();
    for chunk in patients_of(app, account, change).await?.chunks(CHUNK) {
        let facts = access_facts::patients(&app.db, Those::Some(chunk), zone).await?;
        for before in facts.values().filter(|f| !f.merged_away(change.at)) {
            let after = change.patient(before);
            for (had, has) in &viewers {
                let had_it = decide(had, before, Action::ListPatient, change.at).allowed();
                let has_it = decide(has, &after, Action::ListPatient, change.at).allowed();
                if had_it == has_it {
                    continue;
                }
                let shift = shifts.entry(had.account).or_default();
                let touched = if has_it { &mut gaining } else { &mut losing };
                if had.account != account {
                    touched.insert(before.patient);
                }
                if has_it {
                    shift.gained += 1;
                } else {
                    shift.lost.push(before.patient);
                }
            }
        }
    }
    let own = shifts.remove(&account).unwrap_or_default();
    let staff = staff(app, account, &viewers, change, &shifts).await?;
    let count = |of: fn(&Shift) -> bool| shifts.values().filter(|s| of(s)).count();
    Ok(Preview {
        at: change.at,
        lost: own.lost,
        gained: own.gained,
        losing: Circle { people: count(|s| !s.lost.is_empty()), patients: losing.len() },
        gaining: Circle { people: count(|s| s.gained > 0), patients: gaining.len() },
        staff,
    })
}

/// The facts, before and after, of everybody whose access may change.
async fn viewers(
    app: &App,
    account: AccountId,
    change: &Change,
) -> Result<Vec<(ViewerFacts, ViewerFacts)>, AppError> {
    let mut ids = BTreeSet::from([account]);
    for practice in change.leave.into_iter().chain([change.join]) {
        ids.extend(practices::accounts_around(&app.db, practice).await?);
    }
    let ids: Vec<AccountId> = ids.into_iter().collect();
    // The lock of a review that is still to come is no consequence of the change.
    let none_due = none_due(app);
    let facts = access_facts::viewers(&app.db, Those::Some(&ids), &app.hospital.cycles).await?;
    let each = facts.into_values().map(|mut before| {
        before.cycles = none_due.clone();
        let after = change.viewer(&before);
        (before, after)
    });
    Ok(each.collect())
}

fn none_due(app: &App) -> Cycles {
    let zone = app.hospital.cycles.zone();
    let last = time::Date::from_calendar_date(LAST_YEAR, time::Month::January, 1).unwrap_or(time::Date::MAX);
    Cycles::counting_from(zone.start_of_day(last), zone)
}

/// Every patient whom the change may touch.
async fn patients_of(app: &App, account: AccountId, change: &Change) -> Result<Vec<PatientId>, AppError> {
    let own = patients::candidates(&app.db, account, patients::FIRST, i64::MAX).await?;
    let mut ids: BTreeSet<PatientId> = own.into_iter().map(|card| card.id).collect();
    for practice in change.leave.into_iter().chain([change.join]) {
        ids.extend(practices::patients_around(&app.db, practice).await?);
    }
    Ok(ids.into_iter().collect())
}

/// Those whose sponsorship by `account` is live until the change and not after it.
async fn staff(
    app: &App,
    account: AccountId,
    viewers: &[(ViewerFacts, ViewerFacts)],
    change: &Change,
    shifts: &BTreeMap<AccountId, Shift>,
) -> Result<Vec<StaffEnding>, AppError> {
    let of_sponsor = viewers.iter().find(|(v, _)| v.account == account);
    let Some((Some(before), Some(after))) = of_sponsor.map(|(b, a)| (b.own.as_deref(), a.own.as_deref()))
    else {
        return Ok(Vec::new());
    };
    let ends = before.held.iter().filter(|h| before.live(h, change.at) && !after.live(h, change.at));
    let users: BTreeSet<AccountId> = ends.map(|h| h.user).collect();
    let mut staff = Vec::with_capacity(users.len());
    for user in users {
        if let Some(named) = people::account(&app.db, user).await? {
            let lost = shifts.get(&user).map_or(0, |s| s.lost.len());
            staff.push(StaffEnding { account: user, name: named.name, email: named.email, lost });
        }
    }
    staff.sort_by(|a, b| (&a.name, &a.email).cmp(&(&b.name, &b.email)));
    Ok(staff)
}
