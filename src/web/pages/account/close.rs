//! Closing the account.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use crate::app::own_account;
use crate::views::account::close::{self as view, Close};
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::form;
use crate::web::pages::sign_in::signed_out;

/// The field of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    sure: String,
}

/// `GET /account/close`.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    page(&site, &visitor, false).await
}

async fn page(site: &Site, visitor: &Visitor, unsure: bool) -> Result<Markup, PageError> {
    let closing = own_account::closing(&site.app, &visitor.session).await?;
    let model = Close { sponsored: closing.map(|c| c.sponsored), unsure };
    Ok(view::page(&visitor.frame(site, NavItem::Account), &model))
}

/// `POST /account/close`: closes it.
pub async fn close(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    if fields.sure != "yes" {
        let page = page(&site, &visitor, true).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if own_account::close(&site.app, &visitor.session, &visitor.circumstances.client()).await? {
        Ok(signed_out(&site, &visitor, "closed"))
    } else {
        Ok((StatusCode::FORBIDDEN, page(&site, &visitor, false).await?).into_response())
    }
}
