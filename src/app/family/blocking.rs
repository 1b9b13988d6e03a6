//! Who may ask a family no more: a block stops new requests of one account for one patient, and nothing else.

use serde_json::json;
use uuid::Uuid;

use super::answering::{Taken, failed, refused};
use super::asked::find;
use super::{FamilyPermit, permits};
use crate::app::access::Context;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::{AccountId, RequestId, new_uuid};
use crate::store::family_answers as rows;
use crate::store::{family, people};

/// Lets whoever filed the request `id` ask no more for its patient; nothing else changes.
///
/// # Errors
/// [`AppError`]; then nothing was changed.
pub async fn block(
    app: &App,
    viewer: &ViewerFacts,
    id: RequestId,
    context: &Context,
) -> Result<Taken, AppError> {
    let Some((permit, row)) = find(app, viewer, id, context.now).await? else {
        return refused(app, viewer, Act::BlockRequests, id.0, context).await;
    };
    let held = rows::blocks(&app.db, permit.patient()).await?;
    if held.iter().any(|block| block.account == row.account) {
        failed(app, viewer, Act::BlockRequests, (permit.patient(), row.account.0), context).await?;
        return Ok(Taken::Already);
    }
    let block = new_uuid(context.now, random(app)?);
    let mut tx = app.db.begin().await?;
    rows::block(&mut tx, block, (permit.patient(), row.account), viewer.account, context.now).await?;
    let entry = block_entry(viewer, &permit, row.account, "blocked", context);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Taken::Done(row.name))
}

/// Lets whom the block `id` names ask again.
///
/// # Errors
/// [`AppError`]; then nothing was changed.
pub async fn unblock(
    app: &App,
    viewer: &ViewerFacts,
    id: Uuid,
    context: &Context,
) -> Result<Taken, AppError> {
    let found = match rows::one_block(&app.db, id).await? {
        Some((patient, account)) => {
            let all = permits(app, viewer, context.now).await?;
            let permit = all.into_iter().find(|permit| permit.owners().contains(&patient));
            let specialty = family::specialty(&app.db, account).await?;
            permit.filter(|permit| !permit.hides(&specialty)).map(|permit| (permit, patient, account))
        }
        None => None,
    };
    let Some((permit, patient, account)) = found else {
        return refused(app, viewer, Act::BlockRequests, id, context).await;
    };
    let name = people::account_name(&app.db, account).await?.unwrap_or_default();
    let mut tx = app.db.begin().await?;
    if !rows::unblock(&mut tx, (patient, account), viewer.account, context.now).await? {
        drop(tx);
        failed(app, viewer, Act::BlockRequests, (patient, account.0), context).await?;
        return Ok(Taken::Already);
    }
    let entry = block_entry(viewer, &permit, account, "unblocked", context);
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Taken::Done(name))
}

fn block_entry(
    viewer: &ViewerFacts,
    permit: &FamilyPermit,
    account: AccountId,
    what: &str,
    context: &Context,
) -> Entry {
    let mut entry = context.entry(viewer.account, Act::BlockRequests, Outcome::Allowed);
    entry.patient = Some(permit.patient());
    entry.subject = Some(account.0);
    entry.detail = json!({ "change": what }).to_string();
    entry
}
