//! Views of the queue that a member of the access team keeps under a name: theirs alone.

use serde_json::json;
use uuid::Uuid;

use super::Member;
use crate::app::sign_in::random;
use crate::app::{App, AppError};
use crate::domain::audit::{Act, Outcome};
use crate::domain::ids::new_uuid;
use crate::domain::queue::filter::{KeepFault, Shown, VIEW_NAME_LONGEST, VIEWS_MOST};
use crate::domain::queue::text;
use crate::store::StoreError;
use crate::store::queue::kept_views;

/// A view that is kept: its id, its name, and which requests it shows.
pub type Kept = (Uuid, String, Shown);

/// The views that `member` keeps, by name.
///
/// # Errors
/// [`AppError::Store`].
pub async fn of(app: &App, member: &Member) -> Result<Vec<Kept>, AppError> {
    let found = kept_views::of_account(&app.db, member.account).await?;
    let read = |view: kept_views::KeptView| {
        let shown = serde_json::from_str(&view.shown)
            .map_err(|error| AppError::Fault(format!("queue view {}: {error}", view.id)))?;
        Ok((view.id, view.name, shown))
    };
    found.into_iter().map(read).collect()
}

/// Keeps `shown` for `member` under the name that was typed; what is wrong where it is not kept.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn keep(
    app: &App,
    member: &Member,
    typed: &str,
    shown: &Shown,
) -> Result<Result<(), KeepFault>, AppError> {
    let Some(name) = text(typed, 1, VIEW_NAME_LONGEST) else { return Ok(Err(KeepFault::BadName)) };
    let now = app.clock.now();
    let shown = serde_json::to_string(shown).map_err(|error| AppError::Fault(error.to_string()))?;
    let view = kept_views::KeptView { id: new_uuid(now, random(app)?), name: name.to_owned(), shown };
    let most = i64::try_from(VIEWS_MOST).unwrap_or(i64::MAX);
    let mut tx = app.db.begin().await?;
    match kept_views::keep(&mut tx, member.account, &view, most, now).await {
        Ok(true) => {}
        Ok(false) => return Ok(Err(KeepFault::TooMany)),
        Err(StoreError::Duplicate(_)) => return Ok(Err(KeepFault::NameTaken)),
        Err(error) => return Err(error.into()),
    }
    let mut entry = member.entry(Act::ChangeQueueView, Outcome::Allowed, view.id);
    entry.detail = json!({ "what": "keep" }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(Ok(()))
}

/// Removes a view of `member`; `false` when they have none with this id.
///
/// # Errors
/// [`AppError`]; nothing was changed then.
pub async fn remove(app: &App, member: &Member, id: Uuid) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    if !kept_views::remove(&mut tx, member.account, id).await? {
        return Ok(false);
    }
    let mut entry = member.entry(Act::ChangeQueueView, Outcome::Allowed, id);
    entry.detail = json!({ "what": "remove" }).to_string();
    app.audit.commit(tx, vec![entry]).await?;
    Ok(true)
}
