//! Telling clients what happened: one bounded round, each event claimed, told outside any transaction, and marked.
//!
//! What there is to tell is written by [`crate::app::audit`], in the transaction of the act. A client is told at least once, and always
//! under the same id.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream;
use serde_json::json;
use uuid::Uuid;

use super::clients::owner;
use crate::app::ports::hooks::{HookError, HookSender, OutgoingHook};
use crate::app::sign_in::{open_for, random};
use crate::app::{App, AppError};
use crate::domain::api::hook::{
    AT_ONCE, CLAIM_SECONDS, FORGET_SECONDS, ROUND, message_id, signature, wait_seconds,
};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::calendar::Instant;
use crate::domain::ids::new_uuid;
use crate::store::hooks::{self, ClaimedEvent, EventKey};

/// What came of one round.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// Events that their client has taken.
    pub sent: u32,
    /// Events that are tried again later.
    pub later: u32,
    /// Events that were given up.
    pub dead: u32,
}

enum Came {
    /// Another node has it, or its client is told no more.
    NotOurs,
    Sent,
    Later,
    Dead,
}

/// Tells what is due, one round of it. Any number of nodes may do this at once.
///
/// # Errors
/// [`AppError`]; events that were not marked are told again when their claim is over.
pub async fn deliver(app: &App) -> Result<Told, AppError> {
    let Some(sender) = app.outside.hooks.clone() else { return Ok(Told::default()) };
    let now = app.clock.now();
    let due = hooks::due(&app.db, now, ROUND).await?;
    let node = new_uuid(now, random(app)?);
    let came: Vec<Result<Came, AppError>> = stream::iter(due)
        .map(|key| tell_one(app, &sender, node, key))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let (mut told, mut failed) = (Told::default(), None);
    for one in came {
        match one {
            Ok(Came::NotOurs) => {}
            Ok(Came::Sent) => told.sent += 1,
            Ok(Came::Later) => told.later += 1,
            Ok(Came::Dead) => told.dead += 1,
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(told), Err)
}

/// Whether something is due that could be told.
///
/// # Errors
/// [`AppError::Store`].
pub async fn waits(app: &App) -> Result<bool, AppError> {
    Ok(app.outside.hooks.is_some() && !hooks::due(&app.db, app.clock.now(), 1).await?.is_empty())
}

/// What was over before then is forgotten at `now`.
pub(super) fn forgotten_before(now: Instant) -> Instant {
    now.plus_seconds(-FORGET_SECONDS)
}

async fn tell_one(
    app: &App,
    sender: &Arc<dyn HookSender>,
    node: Uuid,
    key: EventKey,
) -> Result<Came, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let claimed = hooks::claim(&mut tx, key, node, (now.plus_seconds(CLAIM_SECONDS), now)).await?;
    tx.commit().await?;
    let Some(claimed) = claimed else { return Ok(Came::NotOurs) };
    let outcome = match outgoing(app, key, &claimed, now) {
        Ok(outgoing) => sender.send(&outgoing).await,
        Err(error) => Err(HookError(error.to_string())),
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Err(HookError(why)) = outcome else {
        hooks::mark_sent(&mut tx, key, now).await?;
        tx.commit().await?;
        metrics::counter!("postern_hooks_sent_total").increment(1);
        return Ok(Came::Sent);
    };
    let (event, client) = key;
    if let Some(seconds) = wait_seconds(claimed.tries) {
        hooks::mark_later(&mut tx, key, node, (now.plus_seconds(seconds), &why)).await?;
        tx.commit().await?;
        metrics::counter!("postern_hooks_later_total").increment(1);
        tracing::warn!(%event, %client, tries = claimed.tries, why, "a client did not take an event; it is tried again");
        return Ok(Came::Later);
    }
    if !hooks::mark_dead(&mut tx, key, node, (now, &why)).await? {
        return Ok(Came::NotOurs);
    }
    app.audit.commit(tx, vec![given_up(&claimed, key, now)]).await?;
    metrics::counter!("postern_hooks_dead_total").increment(1);
    tracing::error!(%event, %client, why, "a client did not take an event for two days; it is given up");
    Ok(Came::Dead)
}

/// The call, signed at the instant it leaves: an old one sent again by somebody else is told by its time.
fn outgoing(
    app: &App,
    (event, client): EventKey,
    claimed: &ClaimedEvent,
    now: Instant,
) -> Result<OutgoingHook, AppError> {
    let about = if claimed.event.is_about_request() { "request" } else { "token" };
    let said = json!({
        "type": claimed.event.word(),
        "timestamp": claimed.made_at,
        "data": { about: claimed.subject },
    });
    let (id, timestamp, body) = (message_id(event), now.unix_seconds(), said.to_string());
    let secret = open_for(&app.keys, &owner(client), &claimed.hook.sealed_secret)?;
    let signature = signature(&secret, &id, timestamp, &body);
    let signature =
        signature.ok_or_else(|| AppError::Fault("the secret of a hook does not sign".to_owned()))?;
    let (url, private) = (claimed.hook.url.clone(), claimed.hook.private);
    Ok(OutgoingHook { url, private, id, timestamp, signature, body })
}

fn given_up(claimed: &ClaimedEvent, (event, client): EventKey, now: Instant) -> Entry {
    let mut entry = Entry::new(now, Act::HookFailed, Outcome::Failed);
    entry.subject = Some(client.0);
    "given_up".clone_into(&mut entry.basis);
    let (kind, tries) = (claimed.event.word(), claimed.tries);
    entry.detail =
        json!({ "job": "hooks", "event": event, "kind": kind, "about": claimed.subject, "tries": tries })
            .to_string();
    entry
}
