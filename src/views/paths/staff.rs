//! URLs: a sponsor's staff, and the pages of practices.

use uuid::Uuid;

use crate::domain::ids::{FactId, PracticeId};

/// The sponsor console.
pub fn staff() -> &'static str {
    "/staff"
}

/// The duties of a sponsor; POST accepts them.
pub fn staff_duties() -> &'static str {
    "/staff/duties"
}

/// The form that invites somebody; POST sends it.
pub fn staff_invite() -> &'static str {
    "/staff/invite"
}

/// The sponsor's staff as a table that leaves the portal; POST gives it out.
pub fn staff_export() -> &'static str {
    "/staff/export"
}

/// Where a sponsorship is ended; POST does it.
pub fn staff_remove(id: FactId) -> String {
    format!("/staff/{id}/remove")
}

/// POST opens a sponsorship again that was just ended.
pub fn staff_undo(id: FactId) -> String {
    format!("/staff/{id}/undo")
}

/// The form that invites the same person to another address; POST sends it.
pub fn staff_email(id: FactId) -> String {
    format!("/staff/{id}/email")
}

/// POST sends an invitation again, with a new link and a new code.
pub fn invitation_resend(id: Uuid) -> String {
    format!("/staff/invitations/{id}/resend")
}

/// POST takes an invitation back.
pub fn invitation_withdraw(id: Uuid) -> String {
    format!("/staff/invitations/{id}/withdraw")
}

/// The pages of the practices that the viewer belongs to.
pub fn practice_pages() -> &'static str {
    "/practices"
}

/// The page of a practice: members, staff, who covers whom.
pub fn practice_page(id: PracticeId) -> String {
    format!("/practices/{id}")
}

/// What changes if the viewer leaves the practice.
pub fn practice_leaving(id: PracticeId) -> String {
    format!("/practices/{id}/leaving")
}
