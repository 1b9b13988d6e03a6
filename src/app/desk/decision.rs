//! What stands in the way of a decision, and who decides what.

use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;

/// Who decides, and when.
#[derive(Clone, Copy, Debug)]
pub struct Decider {
    /// The member of the access team.
    pub account: AccountId,
    /// The instant of the decision.
    pub now: Instant,
}

/// Why a request cannot be approved as things are; nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// What the request is about is no longer there.
    Gone,
    /// The NPI has an account that is not disabled.
    NpiTaken,
    /// The address has an account.
    AddressTaken,
    /// Approving needs something that has not been given, such as the account that a sign-in is to be linked to.
    Incomplete,
}
