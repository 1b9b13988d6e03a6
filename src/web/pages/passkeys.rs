//! Signing in with a passkey, alone or after the password.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::form;
use super::sign_in::{first_step, second_step, with_session};
use crate::app::sign_in::passkeys::{self, Asked, Shown};
use crate::views::paths;
use crate::views::sign_in::{CodeProblem, SignIn, SignInProblem};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;

/// What the browser answers.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Answered {
    response: String,
}

/// The options as JSON, or why there are none.
pub(super) fn options(asked: Asked) -> Response {
    match asked {
        Asked::Options(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Asked::Unavailable => {
            (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "application/json")], "{}").into_response()
        }
        Asked::Slowed(seconds) => {
            let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
            (StatusCode::TOO_MANY_REQUESTS, wait, [(header::CONTENT_TYPE, "application/json")], "{}")
                .into_response()
        }
    }
}

/// `POST /sign-in/passkey/options`: what the browser is asked for any passkey of this portal.
pub async fn sign_in_options(State(site): State<Site>, anyone: Anyone) -> Result<Response, PageError> {
    let client = anyone.circumstances.client();
    Ok(options(passkeys::begin_sign_in(&site.app, &anyone.form_key, &client).await?))
}

/// `POST /sign-in/passkey`: signs in with a passkey alone.
pub async fn sign_in(State(site): State<Site>, anyone: Anyone, body: Bytes) -> Result<Response, PageError> {
    let answered: Answered = form(&body)?;
    let client = anyone.circumstances.client();
    match passkeys::finish_sign_in(&site.app, &anyone.form_key, &answered.response, &client).await? {
        Shown::SignedIn { cookie } => Ok(with_session(&site, cookie.as_str(), paths::home())),
        Shown::Refused => {
            let model = SignIn { problem: Some(SignInProblem::Passkey), ..SignIn::default() };
            Ok(first_step(&site, &anyone, model, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// `POST /sign-in/code/passkey/options`: what the browser is asked for a passkey of the account that is signing in.
pub async fn code_options(State(site): State<Site>, anyone: Anyone) -> Result<Response, PageError> {
    Ok(options(passkeys::begin_second_step(&site.app, &anyone.cookie).await?))
}

/// `POST /sign-in/code/passkey`: a passkey as the second step.
pub async fn code(State(site): State<Site>, anyone: Anyone, body: Bytes) -> Result<Response, PageError> {
    let answered: Answered = form(&body)?;
    let client = anyone.circumstances.client();
    match passkeys::finish_second_step(&site.app, &anyone.cookie, &answered.response, &client).await? {
        Shown::SignedIn { cookie } => Ok(with_session(&site, cookie.as_str(), paths::home())),
        Shown::Refused => {
            let problem = Some(CodeProblem::Passkey);
            Ok(second_step(&site, &anyone, problem, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
