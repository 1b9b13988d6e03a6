//! `POST /api/v1/token`: an access token for an assertion (RFC 6749 section 4.4, RFC 7523).

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::problem::Problem;
use super::{Answer, Site};
use crate::app::api::signing_in::{Sent, SignedIn, sign_in};
use crate::domain::api::{BODY_LIMIT, TOKEN_SECONDS};
use crate::views::paths;
use crate::views::words::api as w;
use crate::web::request::Circumstances;

/// How an assertion names its kind.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[derive(Deserialize)]
struct Form {
    grant_type: String,
    client_assertion_type: String,
    client_assertion: String,
    #[serde(default)]
    scope: String,
}

/// `POST /api/v1/token`.
pub async fn give(State(site): State<Site>, request: Request) -> Result<Response, Problem> {
    let circumstances = request.extensions().get::<Circumstances>().cloned();
    let circumstances = circumstances.ok_or_else(|| Problem::fault("a request without circumstances"))?;
    let form = read(request).await?;
    let audience = format!("{}{}", site.base_url, paths::api_token());
    let sent = Sent { assertion: &form.client_assertion, scope: &form.scope, audience: &audience };
    match sign_in(&site.app, sent, &circumstances.context()).await? {
        SignedIn::Token { secret, scopes } => Ok(Answer(json!({
            "access_token": secret.as_str(),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": scopes.text(),
        }))
        .into_response()),
        SignedIn::Refused => Err(Problem::of(w::BAD_CLIENT).in_oauth()),
        SignedIn::Scope => Err(Problem::of(w::BAD_SCOPE).in_oauth()),
        SignedIn::Slowed(seconds) => Err(Problem::of(w::SLOWED).after(seconds).in_oauth()),
    }
}

async fn read(request: Request) -> Result<Form, Problem> {
    let unreadable = || Problem::of(w::BAD_TOKEN_REQUEST).in_oauth();
    let bytes = to_bytes(request.into_body(), BODY_LIMIT).await;
    let bytes = bytes.map_err(|_| Problem::of(w::TOO_LARGE).in_oauth())?;
    // A field that is there twice is refused, as RFC 6749 section 3.2 wants it.
    let form: Form = serde_html_form::from_bytes(&bytes).map_err(|_| unreadable())?;
    if form.grant_type != "client_credentials" {
        return Err(Problem::of(w::BAD_GRANT_TYPE).in_oauth());
    }
    if form.client_assertion_type == JWT_BEARER { Ok(form) } else { Err(unreadable()) }
}
