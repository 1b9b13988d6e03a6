//! URLs: one's own requests, and what the access team does with those about a patient.

use crate::domain::ids::RequestId;

/// One of the viewer's requests.
pub fn my_request(id: RequestId) -> String {
    format!("/requests/{id}")
}

/// The viewer's request after something was done with it, which it says.
pub fn my_request_done(id: RequestId, done: &str) -> String {
    format!("/requests/{id}?done={done}")
}

/// POST takes the viewer's request back.
pub fn withdraw_request(id: RequestId) -> String {
    format!("/requests/{id}/withdraw")
}

/// Where the family is called about a request; POST notes a call.
pub fn call(id: RequestId) -> String {
    format!("/team/requests/{id}/call")
}

/// POST keeps the checklist of a request.
pub fn checklist(id: RequestId) -> String {
    format!("/team/requests/{id}/checklist")
}

/// Where a request is approved as the family confirmed it; POST does it.
pub fn confirm(id: RequestId) -> String {
    format!("/team/requests/{id}/confirm")
}

/// POST notes that a listing was written into the hospital's chart by hand.
pub fn in_chart(id: RequestId) -> String {
    format!("/team/requests/{id}/in-chart")
}
