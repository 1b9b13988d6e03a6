//! The clock's part in requests: letters to those who may answer, whose say ended, expiry on day 30, the end at a patient's death,
//! who goes on where whoever asked is gone, and listings that were to begin later and have begun.
//!
//! [`sweep`] asks the clock and the database what is due; it may run at any time, on any number of nodes, as often as one likes. Each
//! letter is recorded under its request and kind in the transaction that posts it. After a pause only the newest is mailed.

use serde_json::json;

use super::answering::hand_over;
use super::asked::{EXPIRES_DAYS, expiry};
use super::{addresses, authorities, tell};
use crate::app::mail::post;
use crate::app::requests::{begun, orphaned, settle_begun, succeed};
use crate::app::sign_in::random;
use crate::app::{App, AppError, access};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::authority::Authority;
use crate::domain::family::notice::Notice;
use crate::domain::ids::{PatientId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::queue::Step;
use crate::domain::request::Route;
use crate::store::family_answers::{self as rows, AskedRow};
use crate::store::{Tx, patient_requests, queue};

/// What one sweep has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Swept {
    /// Requests about which letters were posted.
    pub told: u64,
    /// Requests that nobody of the family may answer any more, left to the access team.
    pub rerouted: u64,
    /// Requests closed: nobody answered in time, or the patient died.
    pub closed: u64,
    /// Requests for a change of PCP that a partner goes on with, since whoever filed them is gone.
    pub handed_over: u64,
    /// Requests that a listing settled which began by the clock: fulfilled, or flagged.
    pub settled: u64,
}

/// What is due about one open request.
enum Due {
    Expiry,
    /// To whoever may answer.
    Letters(Vec<Notice>, Authority),
    /// Nobody of the family may answer it any more: who is to answer it now.
    Elsewhere(Route),
}

/// Whether anything is due. Reads a few rows, and writes nothing.
///
/// # Errors
/// [`AppError::Store`].
pub async fn needed(app: &App) -> Result<bool, AppError> {
    let now = app.clock.now();
    Ok(!due(app, now).await?.is_empty()
        || !dead(app, now).await?.is_empty()
        || !orphaned(app, now).await?.is_empty()
        || !begun(app, now).await?.is_empty())
}

/// Does whatever is due.
///
/// # Errors
/// [`AppError`]; what was done by then stays done, and the next sweep goes on from there.
pub async fn sweep(app: &App) -> Result<Swept, AppError> {
    let now = app.clock.now();
    let mut swept = Swept::default();
    for (id, _) in dead(app, now).await? {
        swept.closed += u64::from(close(app, id, None, now).await?);
    }
    for one in begun(app, now).await? {
        swept.settled += u64::from(settle_begun(app, &one, now).await?);
    }
    for id in orphaned(app, now).await? {
        swept.handed_over += u64::from(succeed(app, id, now).await?);
    }
    for (row, due) in due(app, now).await? {
        match due {
            Due::Expiry => {
                let again = app.hospital.cycles.zone().plus_days(now, EXPIRES_DAYS);
                swept.closed += u64::from(close(app, row.id, Some(again), now).await?);
            }
            Due::Letters(notices, family) => {
                swept.told += u64::from(remind(app, &row, &notices, &family, now).await?);
            }
            Due::Elsewhere(route) => swept.rerouted += u64::from(reroute(app, &row, route, now).await?),
        }
    }
    Ok(swept)
}

async fn due(app: &App, now: Instant) -> Result<Vec<(AskedRow, Due)>, AppError> {
    let noticed = rows::noticed(&app.db).await?;
    let zone = app.hospital.cycles.zone();
    let open = rows::open(&app.db).await?;
    let mut asked: Vec<PatientId> =
        open.iter().filter(|row| row.route == Route::Family).map(|row| row.patient).collect();
    asked.sort_unstable();
    asked.dedup();
    let families = authorities(app, &asked, now).await?;
    let mut all = Vec::new();
    for row in open {
        if expiry(app, &row) <= now {
            all.push((row, Due::Expiry));
            continue;
        }
        if row.route != Route::Family {
            continue;
        }
        let family = families.get(&row.patient).map(|family| family.about(&row.specialty));
        let route = family.as_ref().map_or(Route::Team, Authority::route);
        let Some(family) = family.filter(|_| route == Route::Family) else {
            all.push((row, Due::Elsewhere(route)));
            continue;
        };
        let of_this = noticed.iter().filter(|(id, _)| *id == row.id);
        let done: Vec<Notice> = of_this.filter_map(|(_, word)| Notice::from_word(word)).collect();
        let notices = Notice::due(row.filed_at, &done, now, zone);
        if !notices.is_empty() {
            all.push((row, Due::Letters(notices, family)));
        }
    }
    Ok(all)
}

/// Open requests about patients whose death has ended what they ask for.
async fn dead(app: &App, now: Instant) -> Result<Vec<(RequestId, PatientId)>, AppError> {
    let mut all = Vec::new();
    for (id, patient) in rows::of_the_dead(&app.db).await? {
        let facts = access::patient(app, patient).await?;
        if facts.and_then(|facts| facts.death).is_some_and(|death| now >= death.day_after) {
            all.push((id, patient));
        }
    }
    Ok(all)
}

/// Closes an open request by the clock, telling who asked, and who joined, from when they may ask again; `false` when it was closed meanwhile.
async fn close(app: &App, id: RequestId, again: Option<Instant>, now: Instant) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    let Some(version) = rows::hold(&mut tx, id).await? else { return Ok(false) };
    rows::expire(&mut tx, id, now).await?;
    event(app, &mut tx, (id, version), Step::Expired, now).await?;
    let lapsed = Letter::RequestLapsed { again: again.map(|at| app.hospital.cycles.zone().date(at)) };
    for (account, address) in patient_requests::addresses(&mut tx, id).await? {
        post(app, &mut tx, (Some(account), &address), &lapsed).await?;
    }
    app.audit
        .commit(tx, vec![entry(id, if again.is_some() { "expired" } else { "patient_died" }, now)])
        .await?;
    Ok(true)
}

/// Posts the last of `notices` to everybody of `family` who may answer, and records all of them; `false` when the request is over,
/// no longer the family's, or they were told meanwhile.
async fn remind(
    app: &App,
    row: &AskedRow,
    notices: &[Notice],
    family: &Authority,
    now: Instant,
) -> Result<bool, AppError> {
    let Some(last) = notices.last().copied() else { return Ok(false) };
    let to = addresses(app, family.answering().map(|(account, _)| account)).await?;
    let mut tx = app.db.begin().await?;
    let Some(version) = held(&mut tx, row).await? else { return Ok(false) };
    for notice in notices {
        if !rows::note(&mut tx, row.id, notice.word(), (now, *notice == last)).await? {
            return Ok(false);
        }
    }
    let letter = match last {
        Notice::Asked => Letter::FamilyAsked,
        Notice::Day3 | Notice::Day10 => {
            event(app, &mut tx, (row.id, version), Step::Reminded, now).await?;
            Letter::FamilyReminded { until: app.hospital.cycles.zone().date(expiry(app, row)) }
        }
    };
    tell(app, &mut tx, &to, &letter).await?;
    app.audit.commit(tx, vec![entry(row.id, last.word(), now)]).await?;
    Ok(true)
}

/// Leaves the request to the access team, on `route`, and tells it; `false` when the request is over, or no longer the family's.
async fn reroute(app: &App, row: &AskedRow, route: Route, now: Instant) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    let Some(version) = held(&mut tx, row).await? else { return Ok(false) };
    hand_over(app, &mut tx, row, route, now).await?;
    event(app, &mut tx, (row.id, version), Step::Rerouted, now).await?;
    app.audit.commit(tx, vec![entry(row.id, "rerouted", now)]).await?;
    Ok(true)
}

/// Takes the request to this transaction; its version, while it is open and the family's.
async fn held(tx: &mut Tx, row: &AskedRow) -> Result<Option<i64>, AppError> {
    let Some(version) = rows::hold(tx, row.id).await? else { return Ok(None) };
    let is_theirs = rows::one_in(tx, row.id).await?.is_some_and(|held| held.route == Route::Family);
    Ok(is_theirs.then_some(version))
}

async fn event(
    app: &App,
    tx: &mut Tx,
    (id, version): (RequestId, i64),
    step: Step,
    now: Instant,
) -> Result<(), AppError> {
    let event = new_uuid(now, random(app)?);
    Ok(queue::insert_event(tx, (event, id, version), None, step, "", now).await?)
}

fn entry(id: RequestId, what: &str, now: Instant) -> Entry {
    let mut entry = Entry::new(now, Act::HandleRequest, Outcome::Allowed);
    entry.subject = Some(id.0);
    entry.detail = json!({ "job": "requests", "step": what }).to_string();
    entry
}
