//! URLs: the access team's queue.

/// The access team's queue.
pub fn queue() -> &'static str {
    "/team/requests"
}
