//! Changing the password.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::Done;
use crate::app::sign_in::{self, PasswordChanged};
use crate::views::account::password::{self as view, Password, PasswordProblem};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::form;

/// The fields of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    current: String,
    new: String,
}

/// `GET /account/password`.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(done): Query<Done>,
) -> Result<Markup, PageError> {
    page(&site, &visitor, None, done.done == "changed").await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    problem: Option<PasswordProblem>,
    done: bool,
) -> Result<Markup, PageError> {
    let hospital = !sign_in::is_portal(&site.app, &visitor.session).await?;
    Ok(view::page(&visitor.frame(site, NavItem::Account), &Password { problem, done, hospital }))
}

/// `POST /account/password`: changes it.
pub async fn change(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let client = visitor.circumstances.client();
    let of = (fields.current.as_str(), fields.new.as_str());
    let problem =
        match sign_in::change_password(&site.app, &site.hashing, &visitor.session, of, &client).await? {
            PasswordChanged::Done => {
                return Ok(Redirect::to(&paths::done(paths::password(), "changed")).into_response());
            }
            PasswordChanged::Busy(seconds) => return Err(PageError::Busy(seconds)),
            PasswordChanged::Slowed(seconds) => {
                let problem = PasswordProblem::Slowed(u64::try_from(seconds).unwrap_or(1));
                let page = page(&site, &visitor, Some(problem), false).await?;
                let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
                return Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response());
            }
            PasswordChanged::CurrentWrong => PasswordProblem::CurrentWrong,
            PasswordChanged::Unfit(fault) => PasswordProblem::Unfit(fault),
        };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&site, &visitor, Some(problem), false).await?).into_response())
}
