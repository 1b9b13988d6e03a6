//! The look-ups as the access team's page shows them: with names.

use crate::domain::access::{Action, Refusal, standing};
use crate::domain::audit::Outcome;
use crate::domain::calendar::Instant;
use crate::store::patients::After;
pub use crate::store::patients::Card;
pub use crate::store::people::NamedAccount;
use crate::store::{patients, people};

use super::{Asker, MaySee, find, who};
use crate::app::patients::{Listed, allowed};
use crate::app::{App, AppError};

/// The account whose address is `email`, by name.
///
/// # Errors
/// [`AppError::Store`].
pub async fn account(app: &App, email: &str) -> Result<Option<NamedAccount>, AppError> {
    match people::account_by_email(&app.db, email).await? {
        Some(id) => Ok(people::account(&app.db, id).await?),
        None => Ok(None),
    }
}

/// The patient whom `mrn` leads to at `at`, by name.
///
/// # Errors
/// [`AppError::Store`].
pub async fn patient(app: &App, mrn: &str, at: Instant) -> Result<Option<Card>, AppError> {
    match find(app, mrn, at).await? {
        Some(id) => Ok(patients::one_card(&app.db, id).await?),
        None => Ok(None),
    }
}

/// Who may see the patient, each with the name behind the address.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn who_named(
    app: &App,
    mrn: &str,
    at: Instant,
    asker: &Asker,
) -> Result<Vec<(NamedAccount, Vec<crate::domain::access::Basis>)>, AppError> {
    let MaySee { accounts, .. } = who(app, mrn, at, asker).await?;
    let mut named = Vec::with_capacity(accounts.len());
    for one in accounts {
        if let Some(account) = account(app, &one.account).await? {
            named.push((account, one.bases));
        }
    }
    Ok(named)
}

/// One page of what an account can see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhatPage {
    /// Why the account can see nothing at all.
    pub refusal: Option<Refusal>,
    /// The patients, latest activity first.
    pub rows: Vec<Listed>,
    /// Where the next page begins.
    pub next: Option<After>,
}

/// What the account whose address is `email` can see at `at`, `size` a page; `None` when there is no such account.
///
/// # Errors
/// [`AppError`]; then nothing may be shown.
pub async fn what(
    app: &App,
    email: &str,
    at: Instant,
    after: Option<After>,
    size: usize,
    asker: &Asker,
) -> Result<Option<WhatPage>, AppError> {
    let Some(id) = people::account_by_email(&app.db, email).await? else { return Ok(None) };
    let Some(viewer) = crate::app::access::viewer(app, id).await? else { return Ok(None) };
    let refusal = standing(&viewer, Action::ListPatient, at).err();
    let mut rows: Vec<Listed> = Vec::new();
    let mut place = after.unwrap_or(patients::FIRST);
    let step = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut more = false;
    while refusal.is_none() && !more {
        let candidates = patients::candidates(&app.db, id, place, step).await?;
        let Some(last) = candidates.last().map(|c| (c.latest_activity_at, c.id)) else { break };
        let exhausted = candidates.len() <= size;
        rows.extend(allowed(app, &viewer, candidates, at).await?);
        more = rows.len() > size;
        place = last;
        if exhausted {
            break;
        }
    }
    rows.truncate(size);
    let next = if more { rows.last().map(|r| (r.card.latest_activity_at, r.card.id)) } else { None };
    let detail = serde_json::json!({ "look_up": "list", "at": at, "shown": rows.len() });
    let mut entry = asker.entry(Outcome::Allowed, &detail);
    entry.subject = Some(id.0);
    app.audit.record(entry).await?;
    Ok(Some(WhatPage { refusal, rows, next }))
}
