//! Keeping the directory facts of a remote source: asked for anew when a chart opens or a patient is looked for, and in rounds.
//!
//! A source that does not answer changes nothing: what it said lately still decides, for 24 hours (product.md section 8), and nothing
//! of the record can be shown meanwhile. One that answers in part makes what it left out permit nothing.

pub mod activity;
pub mod admissions;
pub mod notices;
pub mod rounds;
pub mod telling;

use super::feed_load::{LoadError, refresh};
use super::ports::FeedError;
use super::ports::directory::{Asked, Told};
use super::{App, AppError};
use crate::domain::calendar::Instant;
use crate::domain::ids::PatientId;
use crate::domain::patient_search::Query;
use crate::store::{feed as rows, feed_standing, patients};

/// Asks the source of `patient`, and of whoever is merged into that record, for facts that are too old for a chart that opens at `now`.
///
/// Gives the instant to decide for: `now`, or one after everything that was taken in, so that a listing which the source dropped does not hold
/// once more.
///
/// # Errors
/// [`AppError`] when the database cannot be read or written.
pub async fn at_opening(app: &App, patient: PatientId, now: Instant) -> Result<Instant, AppError> {
    let Some(seconds) = app.feed.facts_seconds() else { return Ok(now) };
    let mut records = vec![patient];
    let mut next = 0;
    while let Some(here) = records.get(next).copied() {
        let merges = rows::merges(&app.db, here).await?;
        records.extend(
            merges
                .into_iter()
                .map(|merge| merge.from)
                .filter(|from| !records.contains(from))
                .collect::<Vec<_>>(),
        );
        next += 1;
    }
    let mut known = Vec::new();
    for record in records {
        let standing = feed_standing::of(&app.db, record).await?;
        let fresh = standing.is_some_and(|standing| {
            refresh::is_fresh(standing.listings_at, now, seconds)
                && refresh::is_fresh(standing.seats_at, now, seconds)
        });
        if fresh {
            continue;
        }
        let ids = rows::resource_ids(&app.db, record).await?;
        if ids.is_empty() {
            if let Some(person) = rows::person(&app.db, record).await?.filter(|person| !person.mrn.is_empty())
            {
                ask(app, Asked::Mrn(person.mrn)).await?;
            }
        } else {
            known.extend(ids.into_iter().map(|id| format!("Patient/{id}")));
        }
    }
    if !known.is_empty() {
        known.sort();
        ask(app, Asked::Known(known)).await?;
    }
    Ok(app.clock.now())
}

/// Asks the source for whom `query` looks, so that the search finds patients whom nobody has looked for before. Gives the instant to decide
/// for, as [`at_opening`] does.
///
/// # Errors
/// [`AppError`] when the database cannot be read or written.
pub async fn before_search(app: &App, query: &Query, now: Instant) -> Result<Instant, AppError> {
    if app.feed.facts_seconds().is_none() {
        return Ok(now);
    }
    match query {
        Query::Mrn(mrn) => match patients::by_mrn(&app.db, mrn, now).await? {
            Some(known) => at_opening(app, known, now).await.map(|_| ())?,
            None => ask(app, Asked::Mrn(mrn.as_str().to_owned())).await?,
        },
        Query::Person(person) => {
            let (family, given) = (person.family.clone(), person.given.clone());
            ask(app, Asked::Person { family, given, birth_date: person.birth_date }).await?;
        }
    }
    Ok(app.clock.now())
}

/// Asks the source, and takes in what it says.
async fn ask(app: &App, asked: Asked) -> Result<(), AppError> {
    match app.feed.directory(asked).await {
        Ok(told) => take_in(app, told).await.map(|_| ()),
        // Logged where it happened. What is known decides, as long as it may.
        Err(FeedError::Down { .. } | FeedError::Late | FeedError::Gone | FeedError::Refused) => Ok(()),
        Err(FeedError::Store(error)) => Err(error.into()),
    }
}

/// Takes in what a source says, patient by patient where one of them is at odds with the portal. How many could not be taken in.
async fn take_in(app: &App, told: Told) -> Result<usize, AppError> {
    match refresh::apply(app, told.clone()).await {
        Ok(_) => return Ok(0),
        Err(LoadError::Bad(_)) => {}
        Err(other) => return Err(fault(other)),
    }
    let mut odd = 0;
    for (key, ..) in &told.directory.patients {
        match refresh::apply(app, only(&told, key)).await {
            Ok(_) => {}
            Err(LoadError::Bad(faults)) => {
                odd += 1;
                tracing::error!(
                    faults = faults.len(),
                    "what the feed says of a patient is at odds with the portal and was not taken in"
                );
            }
            Err(other) => return Err(fault(other)),
        }
    }
    Ok(odd)
}

/// What `told` says of the patient `key` alone.
fn only(told: &Told, key: &str) -> Told {
    let mut one = told.clone();
    one.directory.patients.retain(|(known, ..)| known == key);
    one.resources.retain(|resource| match (&resource.patient, resource.kind.as_str()) {
        (Some(patient), _) => patient == key,
        (None, "Patient") => resource.key() == key,
        (None, _) => true,
    });
    one.teams.retain(|known, _| known == key);
    one.gone.clear();
    one
}

fn fault(error: LoadError) -> AppError {
    match error {
        LoadError::Store(error) => AppError::Store(error),
        other => AppError::Fault(other.to_string()),
    }
}
