//! URLs: the invitation of a sponsored user.

/// The page behind an invitation; POST accepts it.
pub fn invitation(token: &str) -> String {
    format!("/invitation/{token}")
}

/// POST asks the sponsor for a new invitation.
pub fn invitation_ask(token: &str) -> String {
    format!("/invitation/{token}/ask")
}
