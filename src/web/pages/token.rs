//! "Validate a token": a clinical account redeems one.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::form;
use crate::app::tokens::{self, Missing, Redeemed, Typed};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::views::token::{self as view, Fault, Validate};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the form.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    token: String,
    mrn: String,
    practice: String,
}

/// `GET /token`: the form.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    page(&site, &visitor, Fields::default(), Vec::new()).await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    fields: Fields,
    faults: Vec<Fault>,
) -> Result<Markup, PageError> {
    let practices = tokens::practices(&site.app, &visitor.facts, visitor.circumstances.now).await?;
    let Fields { token, mrn, practice } = fields;
    let model = Validate { token, mrn, practice, practices, faults };
    Ok(view::page(&visitor.frame(site, NavItem::Token), &model))
}

/// `POST /token`: on to the chart, or why not.
pub async fn redeem(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let typed =
        Typed { token: fields.token.clone(), mrn: fields.mrn.clone(), practice: fields.practice.clone() };
    let context = visitor.circumstances.context();
    let (faults, wait) = match tokens::redeem(&site.app, &visitor.facts, &typed, &context).await? {
        Redeemed::Patient(patient) => return Ok(Redirect::to(&paths::chart(patient)).into_response()),
        Redeemed::Expired => (vec![Fault::Expired], None),
        Redeemed::NoMatch => (vec![Fault::NoMatch], None),
        Redeemed::Slowed(seconds) => {
            (vec![Fault::Slowed(u64::try_from(seconds).unwrap_or(1))], Some(seconds))
        }
        Redeemed::Missing(missing) => (missing.into_iter().map(fault).collect(), None),
    };
    let page = page(&site, &visitor, fields, faults).await?;
    Ok(match wait {
        None => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
        Some(seconds) => {
            let retry = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
            (StatusCode::TOO_MANY_REQUESTS, retry, page).into_response()
        }
    })
}

const fn fault(missing: Missing) -> Fault {
    match missing {
        Missing::Token => Fault::TokenMissing,
        Missing::Mrn => Fault::MrnMissing,
        Missing::Practice => Fault::PracticeMissing,
    }
}
