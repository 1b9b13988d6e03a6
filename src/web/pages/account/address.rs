//! Changing the address.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;

use crate::app::own_account::{self, AddressAsked};
use crate::domain::people::AccountKind;
use crate::views::account::address::{self as view, Address, AddressProblem, Through};
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::form;

/// The field of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    email: String,
}

/// `GET /account/email`.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    page(&site, &visitor, String::new(), None).await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    typed: String,
    problem: Option<AddressProblem>,
) -> Result<Markup, PageError> {
    let alone = own_account::may_change_address(&site.app, &visitor.session).await?;
    let through = match visitor.session.kind {
        _ if alone => Through::Owner,
        AccountKind::Sponsored => Through::Sponsor,
        _ => Through::Hospital,
    };
    let model = Address { now: visitor.session.email.clone(), typed, problem, through };
    Ok(view::page(&visitor.frame(site, NavItem::Account), &model))
}

/// `POST /account/email`: sends a link to the new address.
pub async fn ask(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let Fields { email } = form(&body)?;
    let client = visitor.circumstances.client();
    let (status, problem) =
        match own_account::ask_address(&site.app, &visitor.session, &email, &client).await? {
            AddressAsked::Taken => {
                return Ok(view::sent_page(&visitor.frame(&site, NavItem::Account)).into_response());
            }
            AddressAsked::NotHere => (StatusCode::FORBIDDEN, None),
            AddressAsked::Bad => (StatusCode::UNPROCESSABLE_ENTITY, Some(AddressProblem::Bad)),
            AddressAsked::Same => (StatusCode::UNPROCESSABLE_ENTITY, Some(AddressProblem::Same)),
            AddressAsked::Slowed(seconds) => {
                let wait = AddressProblem::Slowed(u64::try_from(seconds).unwrap_or(1));
                (StatusCode::TOO_MANY_REQUESTS, Some(wait))
            }
        };
    Ok((status, page(&site, &visitor, email, problem).await?).into_response())
}

/// `GET /account/email/confirm/{token}`: what the link will do. Looking changes nothing.
pub async fn confirm_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let frame = visitor.frame(&site, NavItem::Account);
    Ok(match own_account::address_of_link(&site.app, &visitor.session, &token).await? {
        Some(email) => view::confirm_page(&frame, &token, &email).into_response(),
        None => (StatusCode::GONE, view::gone_page(&frame)).into_response(),
    })
}

/// `POST /account/email/confirm/{token}`: changes the address.
pub async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let client = visitor.circumstances.client();
    let frame = visitor.frame(&site, NavItem::Account);
    Ok(if own_account::change_address(&site.app, &visitor.session, &token, &client).await? {
        view::done_page(&frame).into_response()
    } else {
        (StatusCode::GONE, view::gone_page(&frame)).into_response()
    })
}
