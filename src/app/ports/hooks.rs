//! Calling the hospital's own systems back when something happened.

use super::Later;

/// One call on its way out.
#[derive(Clone)]
pub struct OutgoingHook {
    /// Where it goes to.
    pub url: String,
    /// Whether the address may lie inside the hospital.
    pub private: bool,
    /// The id of the event: the same at every try.
    pub id: String,
    /// When it is sent, in Unix seconds.
    pub timestamp: i64,
    /// The signature over id, time and body.
    pub signature: String,
    /// What it says.
    pub body: String,
}

impl std::fmt::Debug for OutgoingHook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OutgoingHook({})", self.id)
    }
}

/// Why the receiver has not taken it. Never says what it answered: that may hold anything.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct HookError(pub String);

/// How calls leave.
pub trait HookSender: Send + Sync {
    /// Makes one call. `Ok` means that the receiver answered with a status from 200 to 299.
    fn send<'a>(&'a self, hook: &'a OutgoingHook) -> Later<'a, Result<(), HookError>>;
}
