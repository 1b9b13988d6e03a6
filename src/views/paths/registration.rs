//! URLs: registration of providers.

/// The first step of registering; POST checks the NPI.
pub fn register() -> &'static str {
    "/register"
}
