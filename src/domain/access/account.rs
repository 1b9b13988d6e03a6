//! F1 and F2: the viewer's own account.

use super::Refusal;
use super::facts::ViewerFacts;
use crate::domain::calendar::Instant;

/// F1 `account_inactive`: the viewer's account is not active.
///
/// # Errors
/// [`Refusal::AccountInactive`].
pub fn inactive(viewer: &ViewerFacts, now: Instant) -> Result<(), Refusal> {
    if viewer.status.active(now) { Ok(()) } else { Err(Refusal::AccountInactive) }
}

/// F2 `validation_overdue`: the viewer is a sponsor whose validation is overdue (section 7).
///
/// # Errors
/// [`Refusal::ValidationOverdue`].
pub fn validation_overdue(viewer: &ViewerFacts, now: Instant) -> Result<(), Refusal> {
    if viewer.overdue(now).is_none() { Ok(()) } else { Err(Refusal::ValidationOverdue) }
}
