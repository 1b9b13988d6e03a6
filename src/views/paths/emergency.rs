//! URLs: emergency access, taken by a provider and reviewed by the access team.

use crate::domain::ids::RequestId;

/// Where emergency access is taken; POST takes it.
pub fn emergency() -> &'static str {
    "/emergency"
}

/// The same, filled with what was searched for, which is posted.
pub fn emergency_form() -> &'static str {
    "/emergency/form"
}

/// Where an emergency access is reviewed; POST keeps the review.
pub fn emergency_review(request: RequestId) -> String {
    format!("/team/requests/{request}/review")
}
