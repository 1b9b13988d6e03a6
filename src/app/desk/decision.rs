//! What stands in the way of a decision, and who decides what.

pub use crate::domain::queue::Obstacle;

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
