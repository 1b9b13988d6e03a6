//! The rehearsal: the calendar played on the facts of today, in batches of sponsors. It is recorded, and changes nothing.

use std::collections::BTreeSet;

use serde_json::json;
use time::Date;

use crate::app::look_ups::Asker;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::Outcome;
use crate::domain::calendar::{Instant, Interval, iso_date, plus_days};
use crate::domain::campaign::{Coming, coming};
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::notice::NoticeKind;
use crate::domain::rehearsal::{
    self, Losing, Problem, Rehearsal, What, events, is_counted_with, loses, window,
};
use crate::store::access_facts::{self, Those};
use crate::store::{campaign as store, patients, people};

/// Sponsors whose facts are in memory at once.
const SPONSORS: i64 = 200;
/// Records whose facts are in memory at once.
const CHUNK: usize = 500;

/// From today to the day after the next lock: what is rehearsed when nobody says otherwise.
pub fn usual(app: &App, now: Instant) -> (Date, Date) {
    let zone = app.hospital.cycles.zone();
    let today = zone.date(now);
    let coming = coming(&app.hospital.cycles, now);
    let lock = coming.iter().find(|(_, what)| *what == Coming::Letter(NoticeKind::Lock)).map(|(at, _)| *at);
    let next =
        || coming.last().and_then(|(at, _)| app.hospital.cycles.named(zone.date(*at))).map(|cycle| cycle.due);
    let last = lock.or_else(next).map_or(today, |at| zone.date(at));
    (today, plus_days(last, 1))
}

/// Plays the calendar from the first moment of `from` to the end of `to`.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn rehearse(
    app: &App,
    asker: &Asker,
    from: Date,
    to: Date,
) -> Result<Result<Rehearsal, Problem>, AppError> {
    let now = asker.context.now;
    let window = match window(from, to, app.hospital.cycles.zone(), now) {
        Ok(window) => window,
        Err(problem) => return Ok(Err(problem)),
    };
    let detail = json!({ "look_up": "rehearsal", "from": iso_date(from), "to": iso_date(to) });
    app.audit.record(asker.entry(Outcome::Allowed, &detail)).await?;
    let mut all = Rehearsal::default();
    let mut after = AccountId(uuid::Uuid::nil());
    loop {
        let ids = store::sponsors(&app.db, after, SPONSORS).await?;
        let Some(last) = ids.last() else { return Ok(Ok(all)) };
        after = *last;
        batch(app, &ids, window, now, &mut all).await?;
    }
}

/// Somebody who is locked at an instant of a cycle.
struct Locked {
    at: Instant,
    cycle: Date,
    account: AccountId,
    is_sponsor: bool,
}

async fn batch(
    app: &App,
    ids: &[AccountId],
    window: Interval,
    now: Instant,
    all: &mut Rehearsal,
) -> Result<(), AppError> {
    let cycles = &app.hospital.cycles;
    let viewers = access_facts::viewers(&app.db, Those::Some(ids), cycles).await?;
    let mut locks: Vec<(Instant, Date, AccountId, BTreeSet<AccountId>)> = Vec::new();
    for id in ids {
        let Some(own) = viewers.get(id).and_then(|facts| facts.own.as_deref()) else { continue };
        for (at, cycle, what) in events(cycles, own, window, now) {
            all.add((at, cycle, what));
            if what == What::Locks {
                locks.push((at, cycle, *id, rehearsal::staff(own, at)));
            }
        }
    }
    let staff: BTreeSet<AccountId> = locks.iter().flat_map(|(_, _, _, staff)| staff).copied().collect();
    let staff: Vec<AccountId> = staff.into_iter().collect();
    for chunk in staff.chunks(CHUNK) {
        let facts = access_facts::viewers(&app.db, Those::Some(chunk), cycles).await?;
        for (at, cycle, sponsor, users) in &locks {
            for user in users.iter().filter_map(|user| facts.get(user)) {
                if is_counted_with(user, *sponsor, *at) {
                    let who = Locked { at: *at, cycle: *cycle, account: user.account, is_sponsor: false };
                    add(app, &who, user, all).await?;
                }
            }
        }
    }
    for (at, cycle, sponsor, _) in &locks {
        let Some(facts) = viewers.get(sponsor) else { continue };
        let who = Locked { at: *at, cycle: *cycle, account: *sponsor, is_sponsor: true };
        add(app, &who, facts, all).await?;
    }
    Ok(())
}

/// Counts the patients whom `viewer` loses.
async fn add(app: &App, who: &Locked, viewer: &ViewerFacts, all: &mut Rehearsal) -> Result<(), AppError> {
    let Locked { at, cycle, account, is_sponsor } = *who;
    let candidates = patients::candidates(&app.db, account, patients::FIRST, i64::MAX).await?;
    let candidates: Vec<PatientId> = candidates.into_iter().map(|card| card.id).collect();
    let mut lost = 0;
    for chunk in candidates.chunks(CHUNK) {
        let facts = access_facts::patients(&app.db, Those::Some(chunk), app.hospital.cycles.zone()).await?;
        lost +=
            facts.values().filter(|patient| !patient.merged_away(at) && loses(viewer, patient, at)).count();
    }
    let name = people::account_name(&app.db, account).await?.unwrap_or_default();
    all.lose((at, cycle), Losing { account, name, is_sponsor, patients: lost });
    Ok(())
}
