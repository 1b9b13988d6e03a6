//! Counting what somebody looks for, from whatever form, and alerting the access team at every tenth miss in a row (product.md
//! section 5).

use serde_json::json;

use super::access::Context;
use super::mail::post;
use super::{App, AppError};
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::ids::AccountId;
use crate::domain::letter::{Letter, Place};
use crate::domain::patient_search::MISSES_TO_ALERT;
use crate::store::{Tx, queue, searches};

/// Counts one search of `account`, inside `tx`. At every tenth miss in a row the access team is written to, and the entry of the alert
/// is returned, which is to be committed with the rest.
///
/// # Errors
/// [`AppError`]; nothing is to be committed then.
pub(super) async fn count(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    is_hit: bool,
    context: &Context,
) -> Result<Option<Entry>, AppError> {
    let hour_ago = context.now.plus_seconds(-3600);
    let misses = searches::count(tx, account, context.now, hour_ago, is_hit).await?;
    if misses == 0 || misses % MISSES_TO_ALERT != 0 {
        return Ok(None);
    }
    let link = Place(format!("/team/accounts/{account}"));
    let letter = Letter::SearchesMissed { misses, link };
    for (member, address) in queue::deciders(tx, context.now).await? {
        post(app, tx, (Some(member), &address), &letter).await?;
    }
    tracing::warn!(%account, misses, "many searches in a row found nothing");
    metrics::counter!("postern_search_alerts_total").increment(1);
    let mut alert = context.entry(account, Act::SearchAlert, Outcome::Failed);
    alert.detail = json!({ "misses_in_a_row": misses }).to_string();
    Ok(Some(alert))
}
