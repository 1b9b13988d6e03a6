//! Emergency access: the form, and taking it.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::find::{self, Fields};
use super::form;
use crate::app::emergency::{self, Plea, Taken};
use crate::views::emergency::{self as view, EmergencyFault, EmergencyForm};
use crate::views::find::SearchFault;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The field of the form that a search does not have.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Why {
    reason: String,
}

/// `GET /emergency`: the empty form.
pub async fn form_page(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::form_page(&visitor.frame(&site, NavItem::Find), &EmergencyForm::default())
}

/// `POST /emergency/form`: the form, filled with what was searched for.
pub async fn start(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Markup, PageError> {
    let fields: Fields = form(&body)?;
    let model = EmergencyForm { typed: fields.shown(), ..EmergencyForm::default() };
    Ok(view::form_page(&visitor.frame(&site, NavItem::Find), &model))
}

/// `POST /emergency`: takes it, and goes on to the chart.
pub async fn take(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let (fields, Why { reason }): (Fields, Why) = (form(&body)?, form(&body)?);
    let plea = Plea { typed: fields.typed(), reason: reason.replace("\r\n", "\n") };
    let context = visitor.circumstances.context();
    let again = |status: StatusCode, faults| {
        let model = EmergencyForm { typed: fields.shown(), reason: plea.reason.clone(), faults };
        (status, view::form_page(&visitor.frame(&site, NavItem::Find), &model)).into_response()
    };
    let wrong = |faults| again(StatusCode::UNPROCESSABLE_ENTITY, faults);
    Ok(match emergency::take(&site.app, &visitor.facts, &plea, &context).await? {
        Taken::Opened(id) | Taken::AllowedAlready(id) => Redirect::to(&paths::chart(id)).into_response(),
        Taken::NoMatch => wrong(vec![EmergencyFault::NotMatched]),
        Taken::MrnMissing => wrong(vec![EmergencyFault::MrnMissing]),
        Taken::BadReason => wrong(vec![EmergencyFault::ReasonWrong]),
        Taken::Unreadable(problems) => {
            wrong(problems.into_iter().map(|p| EmergencyFault::Search(find::fault(p))).collect())
        }
        Taken::Slowed(seconds) => {
            let fault = SearchFault::Slowed(u64::try_from(seconds).unwrap_or(1));
            let mut page = again(StatusCode::TOO_MANY_REQUESTS, vec![EmergencyFault::Search(fault)]);
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            page
        }
        Taken::SwitchedOff | Taken::Refused(_) => return Err(PageError::NotFound),
    })
}
