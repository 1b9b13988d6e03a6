//! URLs: a provider's practices.

/// The provider's practices.
pub fn practices() -> &'static str {
    "/account/practices"
}
