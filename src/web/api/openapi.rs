//! `GET /api/v1/openapi.json`: the description of the interface (OpenAPI 3.1), with this portal's address in it.

use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::Site;

/// The description, as it is kept: a test compares it with the route table and with real answers.
pub const DESCRIPTION: &str = include_str!("openapi.json");
/// What stands in it for the portal's address.
const HERE: &str = "https://portal.invalid";

/// `GET /api/v1/openapi.json`.
pub async fn serve(State(site): State<Site>) -> Response {
    let mut response = DESCRIPTION.replace(HERE, &site.base_url).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
