//! Notices by mail that there is something new: who wants them, and the job that writes them (issue 6, point 6).
//!
//! A letter tells nothing of whom or what. It is written only when `decide` lets the account see such a patient listed at that
//! instant, and in one transaction with the note that it was: the job may run twice, and on any number of nodes.

use serde_json::json;

use super::shown;
use crate::app::mail::post;
use crate::app::patients::{STEP, allowed};
use crate::app::sign_in::{Client, Session};
use crate::app::{App, AppError, access};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::letter::Letter;
use crate::domain::news::{Notice, Pace};
use crate::store::{news as rows, patients};

/// How the owner of `session` wants to be told; `None` for not at all.
///
/// # Errors
/// [`AppError::Store`].
pub async fn chosen(app: &App, session: &Session) -> Result<Option<Pace>, AppError> {
    Ok(rows::notice(&app.db, session.account).await?.map(|notice| notice.pace))
}

/// Tells the owner of `session` at `pace` from now on, or no more. Choosing the same again changes nothing.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn choose(
    app: &App,
    session: &Session,
    pace: Option<Pace>,
    client: &Client,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    match pace {
        Some(pace) => rows::want(&mut tx, session.account, pace, now).await?,
        None => rows::no_more(&mut tx, session.account).await?,
    }
    let mut entry = client.entry(now, Act::ChooseNotices, Outcome::Allowed);
    entry.actor = Some(session.account);
    entry.detail = json!({ "pace": pace.map_or("off", Pace::word) }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(())
}

/// Whether it is time to look for news for anybody.
///
/// # Errors
/// [`AppError::Store`].
pub async fn needed(app: &App) -> Result<bool, AppError> {
    Ok(!due(app, app.clock.now()).await?.is_empty())
}

async fn due(app: &App, now: Instant) -> Result<Vec<(AccountId, Notice, String)>, AppError> {
    let zone = app.hospital.cycles.zone();
    let all = rows::notices(&app.db).await?;
    Ok(all.into_iter().filter(|(_, notice, _)| notice.is_due(now, zone)).collect())
}

/// Looks for news for everybody whose time it is, and writes to those for whom there is some; how many.
///
/// # Errors
/// [`AppError`]; what was written by then stays written, and the next sweep goes on from there.
pub async fn sweep(app: &App) -> Result<u64, AppError> {
    let now = app.clock.now();
    let mut told = 0;
    for (account, notice, address) in due(app, now).await? {
        told += u64::from(tell(app, account, &notice, &address, now).await?);
    }
    Ok(told)
}

/// Writes to `account` when there is news; `false` when there is none, or another node looked meanwhile.
async fn tell(
    app: &App,
    account: AccountId,
    notice: &Notice,
    address: &str,
    now: Instant,
) -> Result<bool, AppError> {
    let newest = newest(app, account, notice, now).await?;
    let after = Notice {
        looked: now,
        since: newest.unwrap_or(notice.since),
        told: newest.map_or(notice.told, |_| Some(now)),
        ..*notice
    };
    let mut tx = app.db.begin().await?;
    if !rows::looked(&mut tx, account, notice, &after).await? {
        return Ok(false);
    }
    if newest.is_none() {
        tx.commit().await?;
        return Ok(false);
    }
    post(app, &mut tx, (Some(account), address), &Letter::SomethingNew).await?;
    let mut entry = Entry::new(now, Act::TellNews, Outcome::Allowed);
    entry.subject = Some(account.0);
    entry.detail = json!({ "job": "news", "pace": notice.pace.word() }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(true)
}

/// When the newest of what `account` is to be told became known, among patients whom they may see listed at `now`; `None` for nothing.
async fn newest(
    app: &App,
    account: AccountId,
    notice: &Notice,
    now: Instant,
) -> Result<Option<Instant>, AppError> {
    let Some(viewer) = access::viewer(app, account).await? else { return Ok(None) };
    let mut place = patients::FIRST;
    let mut newest = None;
    loop {
        let step = i64::try_from(STEP).unwrap_or(i64::MAX);
        let candidates = patients::candidates(&app.db, account, place, step).await?;
        let Some(last) = candidates.last().map(|card| (card.latest_activity_at, card.id)) else { break };
        let exhausted = candidates.len() < STEP;
        let listed = allowed(app, &viewer, candidates, now).await?;
        let ids: Vec<PatientId> = listed.iter().map(|row| row.card.id).collect();
        let activity = rows::activity(&app.db, account, &ids).await?;
        for row in &listed {
            let found = activity.get(&row.card.id).map(Vec::as_slice).unwrap_or_default();
            let told = found.iter().filter(|one| shown(&row.reach, one) && notice.tells(one, now));
            newest = newest.max(told.map(|one| one.noted).max());
        }
        if exhausted {
            break;
        }
        place = last;
    }
    Ok(newest)
}
