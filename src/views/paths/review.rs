//! URLs: the review of a sponsor's staff.

/// The review; POST saves it or completes it.
pub fn review() -> &'static str {
    "/review"
}

/// POST reminds a sponsor of the review.
pub fn nudge() -> &'static str {
    "/nudge"
}
