//! Signing in and out: password, code, and the way out.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::form;
use crate::app::sign_in::{self, CodeAnswer, PasswordAnswer, SessionState};
use crate::app::single_sign_on;
use crate::views::paths;
use crate::views::sign_in::{
    self as view, Code, CodeProblem, DemoAccount, SignIn, SignInNotice, SignInProblem,
};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::{Anyone, Visitor, forget_cookie, set_cookie};

/// What the sign-in page says first.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Why {
    notice: String,
}

/// The fields of the first step.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    email: String,
    password: String,
}

/// The field of the second step.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct CodeField {
    code: String,
}

/// `GET /sign-in`: the first step.
pub async fn show(
    State(site): State<Site>,
    anyone: Anyone,
    Query(why): Query<Why>,
) -> Result<Response, PageError> {
    if let SessionState::SignedIn(_) = sign_in::session(&site.app, &anyone.cookie).await? {
        return Ok(Redirect::to(paths::home()).into_response());
    }
    let notice = match why.notice.as_str() {
        "signed-out" => Some(SignInNotice::SignedOut),
        "signed-out-everywhere" => Some(SignInNotice::SignedOutEverywhere),
        "ended" => Some(SignInNotice::Ended),
        "set-up" => Some(SignInNotice::SetUp),
        "closed" => Some(SignInNotice::Closed),
        _ => None,
    };
    let model = SignIn { notice, ..SignIn::default() };
    Ok(first_step(&site, &anyone, model, StatusCode::OK))
}

/// `POST /sign-in`: checks the password.
pub async fn check(State(site): State<Site>, anyone: Anyone, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let again = |problem, status| {
        let model = SignIn { email: fields.email.clone(), problem: Some(problem), ..SignIn::default() };
        Ok(first_step(&site, &anyone, model, status))
    };
    if fields.email.trim().is_empty() {
        return again(SignInProblem::EmailMissing, StatusCode::UNPROCESSABLE_ENTITY);
    }
    if fields.password.is_empty() {
        return again(SignInProblem::PasswordMissing, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let client = anyone.circumstances.client();
    let (email, password) = (&fields.email, &fields.password);
    match sign_in::check_password(&site.app, &site.hashing, email, password, &client).await? {
        PasswordAnswer::GoOn { cookie } => Ok(with_session(&site, cookie.as_str(), paths::code())),
        PasswordAnswer::Refused => again(SignInProblem::Wrong, StatusCode::UNPROCESSABLE_ENTITY),
        PasswordAnswer::Slowed { seconds } => {
            let mut page = again(SignInProblem::Slowed(whole(seconds)), StatusCode::TOO_MANY_REQUESTS)?;
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(page)
        }
        PasswordAnswer::Busy { retry_after } => Err(PageError::Busy(retry_after)),
    }
}

/// `GET /sign-in/code`: the second step.
pub async fn show_code(State(site): State<Site>, anyone: Anyone) -> Response {
    second_step(&site, &anyone, None, StatusCode::OK)
}

/// `POST /sign-in/code`: checks the code.
pub async fn check_code(
    State(site): State<Site>,
    anyone: Anyone,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: CodeField = form(&body)?;
    let again = |problem, status| Ok(second_step(&site, &anyone, Some(problem), status));
    if fields.code.trim().is_empty() {
        return again(CodeProblem::Missing, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let client = anyone.circumstances.client();
    match sign_in::check_code(&site.app, &site.hashing, &anyone.cookie, &fields.code, &client).await? {
        CodeAnswer::SignedIn { cookie } => Ok(with_session(&site, cookie.as_str(), paths::home())),
        CodeAnswer::Wrong { .. } => again(CodeProblem::Wrong, StatusCode::UNPROCESSABLE_ENTITY),
        CodeAnswer::Used { .. } => again(CodeProblem::Used, StatusCode::UNPROCESSABLE_ENTITY),
        CodeAnswer::Voided => again(CodeProblem::Voided, StatusCode::FORBIDDEN),
        CodeAnswer::FactorDisabled => again(CodeProblem::FactorDisabled, StatusCode::FORBIDDEN),
        CodeAnswer::Busy { retry_after } => Err(PageError::Busy(retry_after)),
        CodeAnswer::NoAttempt => Ok(Redirect::to(paths::sign_in()).into_response()),
    }
}

/// `POST /sign-out`: ends this session.
pub async fn sign_out(State(site): State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    sign_in::sign_out(&site.app, &visitor.session, &visitor.circumstances.client()).await?;
    Ok(signed_out(&site, &visitor, "signed-out"))
}

/// `POST /sign-out/everywhere`: ends every session of the account.
pub async fn sign_out_everywhere(State(site): State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    sign_in::sign_out_everywhere(&site.app, &visitor.session, &visitor.circumstances.client()).await?;
    Ok(signed_out(&site, &visitor, "signed-out-everywhere"))
}

pub(super) fn first_step(site: &Site, anyone: &Anyone, model: SignIn, status: StatusCode) -> Response {
    let now = anyone.circumstances.now;
    let accounts = site.demo.iter().flat_map(|demo| &demo.accounts);
    let offered = accounts.filter_map(|a| {
        Some(DemoAccount {
            name: a.name.clone(),
            email: a.email.clone(),
            kind: a.kind,
            shows: a.shows.clone(),
            password: a.password.clone()?,
            code: a.code(now)?,
        })
    });
    let hospital = single_sign_on::label(&site.app).map(str::to_owned);
    let model = SignIn { hospital, demo_accounts: offered.collect(), ..model };
    (status, view::page(&anyone.frame(site), &model)).into_response()
}

pub(super) fn second_step(
    site: &Site,
    anyone: &Anyone,
    problem: Option<CodeProblem>,
    status: StatusCode,
) -> Response {
    (status, view::code_page(&anyone.frame(site), &Code { problem })).into_response()
}

/// Goes on to `path` with a new session: its id changes at every step.
pub(super) fn with_session(site: &Site, secret: &str, path: &str) -> Response {
    keep_session(site, secret, Redirect::to(path).into_response())
}

/// `response`, and the session goes on under `secret`.
pub(super) fn keep_session(site: &Site, secret: &str, mut response: Response) -> Response {
    let cookie = set_cookie(site, site.cookie_name(), secret);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// Leads to the sign-in page; somebody who came from the hospital is told first that they are signed in there still.
pub(super) fn signed_out(site: &Site, visitor: &Visitor, notice: &str) -> Response {
    let cookie = forget_cookie(site, site.cookie_name());
    let clear = (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));
    let to = match &visitor.session.hospital {
        Some(_) => paths::single_sign_on_signed_out().to_owned(),
        None => format!("{}?notice={notice}", paths::sign_in()),
    };
    ([(header::SET_COOKIE, cookie), clear], Redirect::to(&to)).into_response()
}

fn whole(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or(1)
}
