//! The requests that wait for families, as a system of the hospital reads them that shows them to families in its own portal.
//!
//! It reads which requests there are, about whom, and who may answer. What a request says is read on behalf of an account of the family,
//! by the use case behind the family's own page.

use serde_json::json;
use uuid::Uuid;

use super::asked::{self, Request, expiry};
use super::{FamilyPermit, authority_over};
use crate::app::access::Context;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::family::authority::{Authority, Capacity};
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::request::{Ending, RequestState, Route};
use crate::store::family_answers::{self as rows, AskedRow};
use crate::store::patients;

/// A request without what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relayed {
    /// Its id.
    pub id: RequestId,
    /// The current MRN of the patient it is about.
    pub mrn: String,
    /// Where it stands.
    pub state: RequestState,
    /// How it ended.
    pub ending: Option<Ending>,
    /// Who answers it.
    pub route: Route,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it closes by itself.
    pub expires_at: Instant,
    /// The accounts that may say yes or no at this instant.
    pub answering: Vec<(AccountId, Capacity)>,
}

/// A page of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The requests, oldest first.
    pub rows: Vec<Relayed>,
    /// The place of the last of them, when there are more.
    pub next: Option<(Instant, Uuid)>,
}

/// The open requests that families answer, oldest first, after `after`; recorded before they are returned.
///
/// # Errors
/// [`AppError`]; then nothing may be told.
pub async fn list(
    app: &App,
    after: Option<(Instant, Uuid)>,
    most: usize,
    context: &Context,
) -> Result<Page, AppError> {
    let limit = i64::try_from(most).unwrap_or(0).saturating_add(1);
    let mut found = rows::with_family(&app.db, after.unwrap_or((Instant::EVER, Uuid::nil())), limit).await?;
    let more = found.len() > most;
    found.truncate(most);
    let next = if more { found.last().map(|row| (row.filed_at, row.id.0)) } else { None };
    let mut all = Vec::new();
    for row in &found {
        all.push(relayed(app, row, context.now).await?);
    }
    let mut entry = entry(context, Act::ListRequests, Outcome::Allowed);
    entry.detail = json!({ "view": "family", "shown": all.len() }).to_string();
    app.audit.record(entry).await?;
    Ok(Page { rows: all, next })
}

/// The request `id`; recorded before it is returned. `None` alike for one that is not there and one that no family answers.
///
/// # Errors
/// [`AppError`]; then nothing may be told.
pub async fn one(app: &App, id: RequestId, context: &Context) -> Result<Option<Relayed>, AppError> {
    let row = rows::one(&app.db, id).await?;
    let mut entry =
        entry(context, Act::ReadRequest, if row.is_some() { Outcome::Allowed } else { Outcome::Failed });
    entry.subject = Some(id.0);
    entry.patient = row.as_ref().map(|row| row.patient);
    app.audit.record(entry).await?;
    match row {
        Some(row) => Ok(Some(relayed(app, &row, context.now).await?)),
        None => Ok(None),
    }
}

/// The request `id` with what it says to the family account of `viewer`, recorded before it is returned; `None` alike for one that is not
/// there and one that this account may not read.
///
/// # Errors
/// [`AppError`]; then nothing may be told.
pub async fn one_for(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    context: &Context,
) -> Result<Option<(Relayed, FamilyPermit, Request)>, AppError> {
    let Some((permit, request)) = asked::one(app, viewer, id, context).await? else { return Ok(None) };
    let Some(row) = rows::one(&app.db, id).await? else { return Ok(None) };
    Ok(Some((relayed(app, &row, context.now).await?, permit, request)))
}

async fn relayed(app: &App, row: &AskedRow, now: Instant) -> Result<Relayed, AppError> {
    let survivor = patients::survivor(&app.db, row.patient, now).await?;
    let mrn = patients::one_card(&app.db, survivor).await?.map(|card| card.mrn).unwrap_or_default();
    let expires_at = expiry(app, row);
    let waits = row.state == RequestState::Open && row.route == Route::Family && now < expires_at;
    let family = if waits { authority_over(app, survivor, now).await? } else { None };
    let family = family.map(|family| family.about(&row.specialty));
    Ok(Relayed {
        id: row.id,
        mrn,
        state: row.state,
        ending: row.outcome,
        route: row.route,
        filed_at: row.filed_at,
        expires_at,
        answering: family.iter().flat_map(Authority::answering).collect(),
    })
}

fn entry(context: &Context, act: Act, outcome: Outcome) -> Entry {
    let mut entry = Entry::new(context.now, act, outcome);
    entry.request_id.clone_from(&context.request_id);
    entry.network.clone_from(&context.network);
    entry
}
