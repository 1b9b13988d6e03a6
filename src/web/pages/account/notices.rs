//! Notices by mail.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::Done;
use crate::app::news::notices;
use crate::domain::news::Pace;
use crate::views::account::notices::{self as view, Notices};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::form;

/// The field of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    pace: String,
}

/// `GET /account/notices`.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(done): Query<Done>,
) -> Result<Markup, PageError> {
    let chosen = notices::chosen(&site.app, &visitor.session).await?;
    let model = Notices { chosen, saved: done.done == "saved", fault: false };
    Ok(view::page(&visitor.frame(&site, NavItem::Account), &model))
}

/// `POST /account/notices`: chooses how often.
pub async fn choose(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let pace = Pace::from_word(&fields.pace);
    if pace.is_none() && fields.pace != "off" {
        let chosen = notices::chosen(&site.app, &visitor.session).await?;
        let model = Notices { chosen, saved: false, fault: true };
        let page = view::page(&visitor.frame(&site, NavItem::Account), &model);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    notices::choose(&site.app, &visitor.session, pace, &visitor.circumstances.client()).await?;
    Ok(Redirect::to(&paths::done(paths::notices(), "saved")).into_response())
}
