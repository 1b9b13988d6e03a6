//! The JSON interface: its gate, what handlers are given, and their answers (decision 0023).
//!
//! A route of it takes no cookie and no form of ours: whoever calls proves itself with an access token in a header, which no browser sends
//! by itself.

pub mod openapi;
pub mod problem;
pub mod questions;
pub mod requests;
pub mod token;
pub mod tokens;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Site;
use super::request::Circumstances;
use crate::app::App;
use crate::app::access::Context;
use crate::app::api::once::Once;
use crate::app::api::{self, Caller, signing_in};
use crate::domain::api::{BODY_LIMIT, Scope};
use crate::views::words::api as w;
use problem::Problem;

/// Lets a client through to a route that asks for `scope`; without one, anybody, once there is an interface at all.
///
/// # Errors
/// The answer to one that does not pass.
pub(super) async fn admit(
    site: &Site,
    scope: Option<Scope>,
    parts: &mut Parts,
    circumstances: &Circumstances,
) -> Result<(), Problem> {
    if !api::is_on(&site.app).await? {
        return Err(Problem::of(w::NOT_FOUND));
    }
    let Some(scope) = scope else { return Ok(()) };
    let caller = match bearer(&parts.headers) {
        Some(secret) => signing_in::caller(&site.app, secret, circumstances.now).await?,
        None => None,
    };
    let caller = caller.ok_or_else(|| Problem::of(w::NO_TOKEN).challenging("invalid_token", None))?;
    if let Err(seconds) = signing_in::count(&site.app, &caller, circumstances.now).await? {
        return Err(Problem::of(w::SLOWED).after(seconds));
    }
    if !caller.scopes.has(scope) {
        return Err(Problem::of(w::NO_SCOPE).challenging("insufficient_scope", Some(scope)));
    }
    parts.extensions.insert(caller);
    Ok(())
}

/// The access token in the one `Authorization` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let one = all.next().filter(|_| all.next().is_none())?;
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A client that passed the gate, with what its use cases work with.
pub struct Client {
    /// Which.
    pub caller: Caller,
    /// The use cases' surroundings: every row that they record names the client.
    pub app: App,
    /// The request.
    pub context: Context,
}

impl FromRequestParts<Site> for Client {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Problem> {
        let absent = || Problem::fault("a route of the interface without its gate");
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(absent)?;
        let circumstances = parts.extensions.get::<Circumstances>().ok_or_else(absent)?;
        Ok(Self { app: caller.app(&site.app), caller, context: circumstances.context() })
    }
}

/// What was asked for, as JSON.
pub struct Answer(pub Value);

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, kind)], self.0.to_string()).into_response()
    }
}

/// A body of one JSON object with the fields of `T` and no other.
pub struct Json<T> {
    /// What it says.
    pub said: T,
    /// Its bytes.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<Site> for Json<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &Site) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_owned();
        let bytes = to_bytes(request.into_body(), BODY_LIMIT).await.map_err(|_| Problem::of(w::TOO_LARGE))?;
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::of(w::NOT_JSON));
        }
        // PostgreSQL keeps none; JSON writes it in this one way.
        if bytes.windows(6).any(|part| part == br"\u0000") {
            return Err(Problem::of(w::INVALID).saying(w::NUL));
        }
        let said = serde_json::from_slice(&bytes).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Problem::of(w::INVALID).saying(&error.to_string()),
            _ => Problem::of(w::NOT_JSON).saying(&error.to_string()),
        })?;
        Ok(Self { said, bytes })
    }
}

/// The parameters in the query, and no other.
fn query<T: DeserializeOwned>(request: Option<&str>) -> Result<T, Problem> {
    let text = request.unwrap_or_default();
    if text.contains("%00") {
        return Err(Problem::of(w::BAD_QUERY));
    }
    serde_html_form::from_str(text).map_err(|_| Problem::of(w::BAD_QUERY))
}

/// The wish that the `Idempotency-Key` of a request names.
fn once(client: &Client, headers: &HeaderMap, place: &str, body: &[u8]) -> Result<Once, Problem> {
    let mut all = headers.get_all("idempotency-key").iter();
    let key = all.next().filter(|_| all.next().is_none()).and_then(|key| key.to_str().ok());
    let once = key.and_then(|key| Once::new(client.caller.client, key, place, body));
    once.ok_or_else(|| Problem::of(w::KEY_MISSING))
}
