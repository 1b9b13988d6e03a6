//! Reading and answering requests on behalf of a family account: the use cases behind the family's own pages.

use serde_json::json;

use super::family_account;
use super::once::{Known, Once};
use crate::app::access::Context;
use crate::app::family::FamilyPermit;
use crate::app::family::answering::{Answered, Choice, answer};
use crate::app::family::asked::Request;
use crate::app::family::relayed::{self, Relayed};
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::{AccountId, RequestId};
use crate::store::StoreError;

/// What an answer sent by a client came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decided {
    /// It was done, now or under the same key before.
    Done(Answered),
    /// It was not done, and why.
    Not(Answered),
    /// The key stands for something else, or what came of it is not known here.
    Known(Known),
}

/// The request `id` as the family account `account` reads it; `None` alike for one that is not there, for one that this account may not
/// read, and for no such account.
///
/// # Errors
/// [`AppError`]; then nothing may be told.
pub async fn read_for(
    app: &App,
    account: AccountId,
    id: RequestId,
    context: &Context,
) -> Result<Option<(Relayed, FamilyPermit, Request)>, AppError> {
    match family_account(app, account, context.now).await? {
        Some(viewer) => relayed::one_for(app, &viewer, id, context).await,
        None => {
            let mut entry = super::entry(context, Act::ReadFamily, Outcome::Refused);
            entry.subject = Some(id.0);
            entry.detail = json!({ "page": "request" }).to_string();
            app.audit.record(entry).await?;
            Ok(None)
        }
    }
}

/// Answers the request `id` for the family account `account`, once for each `once`: `choice` is a yes, none a no.
///
/// # Errors
/// [`AppError`]. Where that left open whether it was done, the key answers [`Known::Gone`] from a minute later on.
pub async fn decide(
    app: &App,
    once: &Once,
    (account, id): (AccountId, RequestId),
    choice: Option<&Choice>,
    context: &Context,
) -> Result<Decided, AppError> {
    match once.known(app, context.now).await? {
        Known::Fresh => {}
        known => return Ok(again(known)),
    }
    let mut tx = app.db.begin().await?;
    match once.take(&mut tx, context.now).await {
        // The same was sent twice at once, and this one came second.
        Err(StoreError::Duplicate(_)) => {
            drop(tx);
            return Ok(again(once.known(app, context.now).await?));
        }
        taken => taken?,
    }
    tx.commit().await?;
    let answered = answer_for(app, (account, id), choice, context).await?;
    let is_done =
        matches!(answered, Answered::Given | Answered::Waits | Answered::Declined | Answered::Paused);
    let mut tx = app.db.begin().await?;
    if is_done {
        once.keep(app, &mut tx, answered.word()).await?;
    } else {
        once.release(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(if is_done { Decided::Done(answered) } else { Decided::Not(answered) })
}

async fn answer_for(
    app: &App,
    (account, id): (AccountId, RequestId),
    choice: Option<&Choice>,
    context: &Context,
) -> Result<Answered, AppError> {
    if let Some(viewer) = family_account(app, account, context.now).await? {
        return answer(app, &viewer, id, choice, context).await;
    }
    let mut entry = super::entry(context, Act::AnswerRequest, Outcome::Refused);
    entry.subject = Some(id.0);
    let said = if choice.is_some() { "yes" } else { "no" };
    entry.detail = json!({ "said": said, "answer": Answered::Unknown.word() }).to_string();
    app.audit.record(entry).await?;
    Ok(Answered::Unknown)
}

fn again(known: Known) -> Decided {
    let Known::Again(word) = &known else { return Decided::Known(known) };
    let done = [Answered::Given, Answered::Waits, Answered::Declined, Answered::Paused];
    match done.into_iter().find(|answered| answered.word() == word) {
        Some(answered) => Decided::Done(answered),
        None => Decided::Known(Known::Gone),
    }
}
