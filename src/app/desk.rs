//! The access team's desk: its queue of requests, and what deciding one does.

pub mod accounts;
pub mod acting;
mod answering;
pub mod confirming;
pub mod deciding;
pub mod decision;
mod factor_reset;
pub mod kept_views;
pub mod not_in_chart;
pub mod reading;
pub mod reviewing;
pub mod team;
pub mod verifying;

pub use factor_reset::Handover;
pub(super) use factor_reset::drop_factors;

use time::Date;

use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::{AccountId, RequestId, new_uuid};
use crate::domain::letter::Letter;
use crate::domain::people::Role;
use crate::domain::queue::{Bar, Obstacle, Step};
use crate::store::Tx;
use crate::store::{queue, requests};

use super::access::Context;
use super::mail::post;
use super::sign_in::random;
use super::{App, AppError};

/// A member of the access team, in one request.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub account: AccountId,
    /// Their roles.
    pub roles: Vec<Role>,
    /// The request.
    pub context: Context,
}

impl Member {
    /// An audit entry of theirs about `subject`.
    fn entry(&self, act: Act, outcome: Outcome, subject: uuid::Uuid) -> Entry {
        let mut entry = self.context.entry(self.account, act, outcome);
        entry.subject = Some(subject);
        entry
    }
}

/// What a step of the access team comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Done<T = ()> {
    /// Done.
    Done(T),
    /// Somebody changed it meanwhile; nothing was done.
    Stale,
    /// Not theirs to do; nothing was done.
    Barred(Bar),
    /// Something stands in the way; nothing was done.
    Obstacle(Obstacle),
    /// What was typed is missing, too short or too long; nothing was done.
    BadText,
    /// There is no such request or account.
    Unknown,
}

/// Puts a request that was just inserted into the queue, inside `tx`: its due day, the first step of its history, and a letter
/// to everybody of the access team who decides. The due day is returned.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn filed(app: &App, tx: &mut Tx, request: RequestId) -> Result<Date, AppError> {
    let now = app.clock.now();
    let found = requests::by_id_in(tx, request).await?;
    let found = found.ok_or_else(|| AppError::Fault("a filed request is not there".to_owned()))?;
    let due = app.hospital.due_of(found.kind, found.filed_at);
    queue::set_due(tx, request, due).await?;
    step(app, tx, (request, found.version), found.account, Step::Filed, "").await?;
    for (account, address) in queue::deciders(tx, now).await? {
        let letter = Letter::QueueItem { request: found.kind, due };
        post(app, tx, (Some(account), &address), &letter).await?;
    }
    Ok(due)
}

/// Writes into the history of a request that its owner has just taken it back, inside `tx`.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub async fn withdrawn(app: &App, tx: &mut Tx, request: RequestId, by: AccountId) -> Result<(), AppError> {
    let found = requests::by_id_in(tx, request).await?;
    let version = found.map_or(0, |request| request.version);
    step(app, tx, (request, version), Some(by), Step::Withdrawn, "").await
}

/// Writes one step of the history of `request`, after which it is at `version`.
pub(super) async fn step(
    app: &App,
    tx: &mut Tx,
    (request, version): (RequestId, i64),
    actor: Option<AccountId>,
    step: Step,
    body: &str,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let id = new_uuid(now, random(app)?);
    Ok(queue::insert_event(tx, (id, request, version), actor, step, body, now).await?)
}
