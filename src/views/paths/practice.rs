//! URLs: a provider's practices.

/// The provider's practices.
pub fn practices() -> &'static str {
    "/account/practices"
}

/// The form of a practice switch; POST searches, shows what it changes, or sends it.
pub fn practice_switch() -> &'static str {
    "/account/practices/switch"
}

/// The form of a further membership; POST as for a switch.
pub fn practice_join() -> &'static str {
    "/account/practices/join"
}

/// POST takes back a request.
pub fn practice_withdraw() -> &'static str {
    "/account/practices/withdraw"
}
