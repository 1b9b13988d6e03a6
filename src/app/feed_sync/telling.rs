//! Telling a remote source of the listings that the access team has made: from the outbox, outside any transaction, until it is told or
//! somebody notes that it was written by hand.
//!
//! The source is asked first. Whom it has listed since the decision was not looked at when that was made, so nothing is written over it: the
//! notice waits for somebody to settle it in the chart.

use serde_json::json;
use uuid::Uuid;

use crate::app::ports::directory::{Asked, HeldListing, NewListing};
use crate::app::ports::{FeedError, Telling};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::feed::Untold;
use crate::domain::ids::PatientId;
use crate::store::feed;
use crate::store::feed_notice::{self, Notice, Numbered};

/// Listings told in one round.
const AT_ONCE: usize = 20;
/// Listings that are looked at for a round: those that wait for a hand do not stand before the others for long.
const LOOKED_AT: i64 = 1000;
/// Seconds after which a round begins with others.
const TURN_SECONDS: i64 = 30;

/// Whether a listing waits for a source that can be written to.
///
/// # Errors
/// [`AppError`] when the database cannot be read.
pub async fn waits(app: &App) -> Result<bool, AppError> {
    Ok(app.feed.telling() == Telling::Written && !feed_notice::waiting(&app.db, 1).await?.is_empty())
}

/// Tells the source of what waits. How many listings it was told of.
///
/// # Errors
/// [`AppError`] when the database cannot be read or written.
pub async fn tell(app: &App) -> Result<usize, AppError> {
    let waiting = feed_notice::waiting(&app.db, LOOKED_AT).await?;
    let mut failed = Vec::new();
    let told = tell_each(app, turn(&waiting, app.clock.now()), &mut failed).await;
    // What was found is noted also where the database failed at a later one.
    let noted = note(app, &failed).await;
    let told = told?;
    noted?;
    Ok(told)
}

/// Tells the source of each of `round`; those that it was not told of are added to `failed`, with why.
async fn tell_each<'a>(
    app: &App,
    mut round: impl Iterator<Item = &'a Notice>,
    failed: &mut Vec<(Uuid, Untold)>,
) -> Result<usize, AppError> {
    let mut told = 0;
    while let Some(notice) = round.next() {
        let patient = PatientId(notice.patient_id);
        let outcome = match one(app, notice).await {
            Ok(outcome) => outcome,
            // The next round tries again: this one, and those that were to follow.
            Err(FeedError::Down { .. } | FeedError::Late) => {
                failed.extend(std::iter::once(notice).chain(round).map(|notice| (notice.id, Untold::Down)));
                break;
            }
            Err(FeedError::Gone | FeedError::Refused) => Told::Not(Untold::Refused),
            Err(FeedError::Store(error)) => return Err(error.into()),
        };
        let (request, now) = (notice.request_id, app.clock.now());
        if let Told::Not(why) = outcome {
            match why {
                Untold::Down => {}
                Untold::Refused => {
                    tracing::warn!(%request, "the feed does not take a new listing; it waits to be written by hand");
                }
                Untold::Newer => {
                    tracing::warn!(%request, "the feed lists somebody else since; the new listing waits to be settled by hand");
                }
            }
            failed.push((notice.id, why));
            continue;
        }
        let mut tx = app.db.begin().await?;
        if feed_notice::told(&mut tx, notice.id, now).await? {
            let mut entry = Entry::new(now, Act::ChangeListing, Outcome::Allowed);
            entry.patient = Some(patient);
            entry.subject = Some(request);
            entry.detail = json!({ "what": "told" }).to_string();
            app.audit.commit(tx, vec![entry]).await?;
            told += 1;
        }
    }
    Ok(told)
}

/// Notes why the source was not told of each, for whoever looks after those that wait.
async fn note(app: &App, failed: &[(Uuid, Untold)]) -> Result<(), AppError> {
    if failed.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for (notice, why) in failed {
        feed_notice::not_told(&mut tx, *notice, *why, app.clock.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// Those whose turn it is at `now`, the oldest first while all of them fit into a round.
fn turn(waiting: &[Notice], now: Instant) -> impl Iterator<Item = &Notice> {
    let rounds = waiting.len().div_ceil(AT_ONCE).max(1);
    let round = usize::try_from(now.unix_seconds() / TURN_SECONDS).unwrap_or(0) % rounds;
    waiting.iter().skip(round * AT_ONCE).take(AT_ONCE)
}

/// What came of telling one decision.
enum Told {
    /// The source says it.
    Done,
    /// It still waits.
    Not(Untold),
}

async fn one(app: &App, notice: &Notice) -> Result<Told, FeedError> {
    let patient = PatientId(notice.patient_id);
    let ids = feed::resource_ids(&app.db, patient).await?;
    let keys: Vec<String> = ids.iter().map(|id| format!("Patient/{id}")).collect();
    if keys.is_empty() {
        return Ok(Told::Not(Untold::Refused));
    }
    let said = match app.feed.directory(Asked::Known(keys.clone())).await {
        Ok(said) => said,
        Err(FeedError::Store(error)) => return Err(error.into()),
        Err(_) => return Ok(Told::Not(Untold::Down)),
    };
    match super::take_in(app, said).await {
        Ok(0) => {}
        Ok(_) => return Ok(Told::Not(Untold::Refused)),
        Err(AppError::Store(error)) => return Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "what the feed says of a patient was not taken in");
            return Ok(Told::Not(Untold::Down));
        }
    }
    let listings = feed_notice::listings(&app.db, patient).await?;
    let Some(decision) = Decision::of(notice, &listings, app.clock.now()) else {
        return Ok(Told::Not(Untold::Newer));
    };
    for patient in keys {
        app.feed.tell(&decision.about(patient)).await?;
    }
    Ok(Told::Done)
}

/// What was decided, as far as it still stands.
#[derive(PartialEq, Eq, Debug)]
struct Decision {
    confirmed: Option<HeldListing>,
    ended: Vec<HeldListing>,
    held: Vec<HeldListing>,
}

impl Decision {
    /// What `notice` tells at `now`; `None` when the source has listed somebody since then whom the decision did not look at, and not the
    /// one whom it lists.
    fn of(notice: &Notice, listings: &[Numbered], now: Instant) -> Option<Self> {
        let made = listings.iter().find(|listing| listing.id == notice.listing_id)?;
        let at = made.span.start();
        let holds = made.span.holds(now);
        let holding = || listings.iter().filter(|listing| listing.span.holds(now));
        if holds && holding().any(|listing| listing.from_feed && listing.span.start() >= at) {
            return None;
        }
        let replaced = listings.iter().filter(|listing| listing.span.end() == Some(at));
        let numbers =
            |listing: &Numbered| HeldListing { npi: listing.npi.clone(), practice: listing.practice.clone() };
        Some(Self {
            confirmed: holds.then(|| numbers(made)),
            ended: replaced.map(numbers).collect(),
            held: holding().map(numbers).collect(),
        })
    }

    fn about(&self, patient: String) -> NewListing {
        let Self { confirmed, ended, held } = self;
        NewListing { patient, confirmed: confirmed.clone(), ended: ended.clone(), held: held.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_wait_for_a_hand_do_not_stand_before_the_others_for_ever() {
        let notice = |n: u128| Notice {
            id: Uuid::from_u128(n),
            request_id: Uuid::nil(),
            listing_id: Uuid::nil(),
            patient_id: Uuid::nil(),
        };
        let ids = |waiting: &[Notice], round: i64| -> Vec<u128> {
            let now = Instant::from_micros(0).plus_seconds(round * TURN_SECONDS);
            turn(waiting, now).map(|notice| notice.id.as_u128()).collect()
        };
        let few: Vec<Notice> = (0..20).map(notice).collect();
        assert_eq!(ids(&few, 0), ids(&few, 1));
        assert!(ids(&[], 3).is_empty());
        let many: Vec<Notice> = (0..45).map(notice).collect();
        let all: Vec<u128> = (0..3).flat_map(|round| ids(&many, round)).collect();
        assert_eq!(all, (0..45).collect::<Vec<u128>>());
        assert_eq!(ids(&many, 3), ids(&many, 0));
    }
}
