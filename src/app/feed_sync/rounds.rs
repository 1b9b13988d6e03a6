//! Rounds over a remote source: who changed since the last one, and now and then everyone's own patients, so that lists hold those whom
//! nobody has looked for yet.

use crate::app::ports::FeedError;
use crate::app::ports::directory::Asked;
use crate::app::{App, AppError};
use crate::store::feed_standing;

/// Seconds that two rounds overlap, for clocks that differ and changes that were under way.
const OVERLAP_SECONDS: i64 = 120;
/// Seconds after which everyone's own patients are asked for again.
const ROSTER_SECONDS: i64 = 6 * 3600;

/// What one round did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Round {
    /// Patients of whom the source spoke.
    pub patients: usize,
    /// Those at odds with the portal, not taken in.
    pub odd: usize,
    /// Providers whose own patients were asked for.
    pub providers: usize,
}

/// Whether everyone's own patients are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Roster {
    /// When it is time.
    WhenDue,
    /// In this round.
    Now,
}

/// Whether there is a source to ask.
pub fn needed(app: &App) -> bool {
    app.feed.facts_seconds().is_some()
}

/// Takes in what changed since the last round. A source that stops answering ends the round: the next one begins where this one did.
///
/// # Errors
/// [`AppError`] when the database cannot be read or written.
pub async fn go(app: &App, roster_when: Roster) -> Result<Option<Round>, AppError> {
    let mut round = Round::default();
    let now = app.clock.now();
    let before = feed_standing::synced(&app.db).await?;
    let since = before.map_or(now, |synced| synced.synced_at);
    let Some(changed) = ask(app, Asked::Changed(since.plus_seconds(-OVERLAP_SECONDS)), &mut round).await?
    else {
        return Ok(None);
    };
    let roster_due = roster_when == Roster::Now
        || before
            .and_then(|synced| synced.roster_at)
            .is_none_or(|at| now.seconds_since(at) >= ROSTER_SECONDS);
    if roster_due && !roster(app, &mut round).await? {
        return Ok(None);
    }
    let mut tx = app.db.begin().await?;
    // A patient who could not be taken in keeps what was known, and that grows old: the round is not as fresh for that one.
    feed_standing::set_synced(&mut tx, changed, roster_due.then_some(now)).await?;
    tx.commit().await?;
    Ok(Some(round))
}

/// Asks for the patients of every provider with an account. Whether the source answered throughout.
async fn roster(app: &App, round: &mut Round) -> Result<bool, AppError> {
    for npi in feed_standing::npis(&app.db).await? {
        if ask(app, Asked::Of(npi), round).await?.is_none() {
            return Ok(false);
        }
        round.providers += 1;
    }
    Ok(true)
}

/// When the source was asked; `None` when it did not answer.
async fn ask(
    app: &App,
    asked: Asked,
    round: &mut Round,
) -> Result<Option<crate::domain::calendar::Instant>, AppError> {
    match app.feed.directory(asked).await {
        Ok(told) => {
            let at = told.asked_at;
            round.patients += told.directory.patients.len();
            round.odd += super::take_in(app, told).await?;
            Ok(Some(at))
        }
        Err(FeedError::Down { .. } | FeedError::Late | FeedError::Gone | FeedError::Refused) => Ok(None),
        Err(FeedError::Store(error)) => Err(error.into()),
    }
}
