//! The JSON interface for the hospital's own systems. No page links to it.

/// What every path of the interface begins with.
pub const API: &str = "/api/v1/";

/// POST gives a client an access token; the audience of its assertion.
pub fn api_token() -> &'static str {
    "/api/v1/token"
}
