//! The latest activity in the records of a remote source: what "My patients" is ordered by and calls new. Only its instants are kept.

use crate::app::ports::FeedError;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::PatientId;
use crate::domain::news::Latest;
use crate::store::feed;
use crate::store::feed_standing::{self as rows, Changed};

/// Patients whose records are read in one pass.
pub const IN_ONE_PASS: i64 = 60;
/// After a longer gap, in seconds, everybody's record is read instead of asking for what changed.
const LONGEST_GAP: i64 = 6 * 3600;
/// As in the rounds: clocks differ.
const OVERLAP_SECONDS: i64 = 120;

/// What came of reading the records of one patient.
struct Read {
    patient: PatientId,
    asked: Instant,
    /// When it became known; `None` for what was there when the patient was asked for the first time: that is as old as it is.
    noted: Option<Instant>,
    latest: Option<Latest>,
}

/// Notes whose record changed since the last pass, and reads the records of some who are due. What gave no answer is asked for again,
/// after the others. How many patients are known anew.
///
/// # Errors
/// [`AppError`] when the database cannot be read or written.
pub async fn go(app: &App) -> Result<usize, AppError> {
    mark(app).await?;
    let mut read = Vec::new();
    for (patient, asked_before) in rows::due(&app.db, IN_ONE_PASS).await? {
        let asked = app.clock.now();
        let latest = latest(app, patient).await?;
        let noted = asked_before.then(|| app.clock.now());
        let is_silent = latest.is_none();
        read.push(Read { patient, asked, noted, latest });
        // A source in trouble is left alone before its troubles reach whoever opens a chart.
        if is_silent {
            break;
        }
    }
    keep(app, &read).await
}

async fn mark(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    let changed = match rows::active_from(&app.db).await? {
        None => Changed::Nobody,
        Some(since) if now.seconds_since(since) > LONGEST_GAP => Changed::All,
        Some(since) => {
            let changed = app.feed.records_changed(since.plus_seconds(-OVERLAP_SECONDS)).await;
            let Some(keys) = answered(changed)? else { return Ok(()) };
            let id = |key: String| key.strip_prefix("Patient/").unwrap_or(&key).to_owned();
            Changed::These(keys.into_iter().map(id).collect())
        }
    };
    let mut tx = app.db.begin().await?;
    rows::mark_changed(&mut tx, &changed, now).await?;
    tx.commit().await?;
    Ok(())
}

/// What is newest in the records of `patient`; `None` when one of them cannot be read now.
async fn latest(app: &App, patient: PatientId) -> Result<Option<Latest>, AppError> {
    let mut latest = Latest::default();
    for record in feed::resource_ids(&app.db, patient).await? {
        match answered(app.feed.latest(&format!("Patient/{record}")).await)? {
            Some(found) => latest = latest.and(found),
            None => return Ok(None),
        }
    }
    Ok(Some(latest))
}

/// Keeps it all in one transaction, with its audit row when anything is known anew.
async fn keep(app: &App, read: &[Read]) -> Result<usize, AppError> {
    if read.is_empty() {
        return Ok(0);
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let mut known = 0;
    for Read { patient, asked, noted, latest } in read {
        rows::tried(&mut tx, *patient, now).await?;
        if let Some(latest) = latest
            && rows::set_active(&mut tx, *patient, latest, *asked, *noted).await?
        {
            known += 1;
        }
    }
    if known == 0 {
        tx.commit().await?;
        return Ok(0);
    }
    let mut entry = Entry::new(now, Act::LoadFeed, Outcome::Allowed);
    entry.detail = serde_json::json!({ "activity": known }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(known)
}

/// The answer; `None` when there is none now.
fn answered<T>(answer: Result<T, FeedError>) -> Result<Option<T>, AppError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(FeedError::Down { .. } | FeedError::Late | FeedError::Gone | FeedError::Refused) => Ok(None),
        Err(FeedError::Store(error)) => Err(error.into()),
    }
}
