//! URLs: the account's own pages: factors, password, address, sessions.

/// Ways to sign in.
pub fn factors() -> &'static str {
    "/account/factors"
}
