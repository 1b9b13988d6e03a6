//! A forgotten password.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use super::form;
use crate::app::sign_in::{self, ResetAsked, ResetDone};
use crate::views::reset::{self as view, Reset, ResetProblem};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;

/// The fields of both pages.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    email: String,
    password: String,
}

/// `GET /reset`: asks for the address.
pub async fn show(State(site): State<Site>, anyone: Anyone) -> Markup {
    view::page(&anyone.frame(&site), &Reset::default())
}

/// `POST /reset`: sends a link, if there is such an account; the answer is the same.
pub async fn ask(State(site): State<Site>, anyone: Anyone, body: Bytes) -> Result<Response, PageError> {
    let Fields { email, .. } = form(&body)?;
    let frame = anyone.frame(&site);
    if email.trim().is_empty() {
        let model = Reset { email, problem: Some(ResetProblem::Missing) };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, view::page(&frame, &model)).into_response());
    }
    match sign_in::ask_reset(&site.app, &email, &anyone.circumstances.client()).await? {
        ResetAsked::Taken => Ok(view::sent_page(&frame).into_response()),
        ResetAsked::Slowed(seconds) => {
            let problem = ResetProblem::Slowed(u64::try_from(seconds).unwrap_or(1));
            let model = Reset { email, problem: Some(problem) };
            let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
            Ok((StatusCode::TOO_MANY_REQUESTS, wait, view::page(&frame, &model)).into_response())
        }
    }
}

/// `GET /reset/{token}`: a new password. Looking changes nothing.
pub async fn choose(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let frame = anyone.frame(&site);
    Ok(if sign_in::is_reset_link(&site.app, &token).await? {
        view::choose_page(&frame, &token, None).into_response()
    } else {
        (StatusCode::GONE, view::gone_page(&frame)).into_response()
    })
}

/// `POST /reset/{token}`: sets it.
pub async fn complete(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, PageError> {
    let Fields { password, .. } = form(&body)?;
    let frame = anyone.frame(&site);
    let client = anyone.circumstances.client();
    match sign_in::complete_reset(&site.app, &site.hashing, &token, &password, &client).await? {
        ResetDone::Done => Ok(view::done_page(&frame).into_response()),
        ResetDone::Gone => Ok((StatusCode::GONE, view::gone_page(&frame)).into_response()),
        ResetDone::Busy(seconds) => Err(PageError::Busy(seconds)),
        ResetDone::Unfit(fault) => {
            let page = view::choose_page(&frame, &token, Some(fault));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
