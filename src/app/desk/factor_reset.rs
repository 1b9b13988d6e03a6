//! Binding a person's lost factor anew, by two members of the access team: one records how the person's identity was checked,
//! another approves (asvs V6.4.4). The link goes by mail, its code by phone.

use super::decision::Decider;
use crate::app::accounts::keep_link;
use crate::app::mail::post;
use crate::app::sign_in::{is_active, random};
use crate::app::{App, AppError};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::letter::{FactorChange, Letter, Place};
use crate::domain::queue::Obstacle;
use crate::domain::request::RequestKind;
use crate::store::Tx;
use crate::store::requests::StoredRequest;
use crate::store::sign_in::{accounts, credentials, overview, recovery, sessions};
use crate::store::sign_on;

/// What the approver reads out to the person, shown once: after a factor reset eight digits, for a family account its activation code.
#[derive(Clone, PartialEq, Eq)]
pub struct Handover {
    /// For what it is.
    pub kind: RequestKind,
    /// The code.
    pub code: String,
    /// To whose address the link was mailed.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// When the link can no longer be used.
    pub expires_at: Instant,
}

impl std::fmt::Debug for Handover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handover(…)")
    }
}

/// Switches off every factor of the subject, ends their sessions and links, and mails a link that needs a code.
pub(super) async fn approve(
    app: &App,
    tx: &mut Tx,
    request: &StoredRequest,
    decider: Decider,
) -> Result<Result<Handover, Obstacle>, AppError> {
    let now = decider.now;
    let Some(account) = request.subject else { return Ok(Err(Obstacle::Gone)) };
    let Some(person) = overview::of_in(tx, account).await? else { return Ok(Err(Obstacle::Gone)) };
    if !is_active(&accounts::status_in(tx, account).await?, now) {
        return Ok(Err(Obstacle::NotActive));
    }
    drop_factors(tx, account, now).await?;
    let code = new_code(app)?;
    let link = keep_link(app, tx, account, Some(&code)).await?;
    let place = Place(format!("/set-up/{}", link.secret.as_str()));
    let to = (Some(account), person.email.as_str());
    post(app, tx, to, &Letter::FactorChanged { change: FactorChange::FactorReset, at: now }).await?;
    post(app, tx, to, &Letter::SetUpLink { link: place }).await?;
    let kind = request.kind;
    Ok(Ok(Handover { kind, code, email: person.email, name: person.name, expires_at: link.expires_at }))
}

/// Switches off every way to sign in to `account`, a sign-in at the hospital included, and ends its sessions and links.
pub(in crate::app) async fn drop_factors(
    tx: &mut Tx,
    account: AccountId,
    now: Instant,
) -> Result<(), AppError> {
    credentials::disable_factor(tx, account, now).await?;
    overview::drop_other_factors(tx, account, now).await?;
    credentials::void_links(tx, account, now).await?;
    recovery::forget_devices(tx, account).await?;
    sign_on::unlink(tx, account).await?;
    sessions::end_others(tx, account, &[], now).await?;
    Ok(())
}

/// Eight unpredictable digits.
fn new_code(app: &App) -> Result<String, AppError> {
    let number = u64::from_be_bytes(random(app)?) % 100_000_000;
    Ok(format!("{number:08}"))
}
