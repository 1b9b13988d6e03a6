//! Reviewing an emergency access.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::form;
use super::details::emergency as facts;
use super::request::{Kept, changed, detail, show};
use super::{barred, member};
use crate::app::desk::Done;
use crate::app::desk::reviewing;
use crate::domain::emergency::Finding;
use crate::domain::ids::RequestId;
use crate::domain::request::RequestState;
use crate::views::desk::emergency::{self as view, ReviewFault};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    version: i64,
    finding: String,
    note: String,
}

/// What was tried, and how it failed.
#[derive(Default)]
struct Tried {
    finding: Option<Finding>,
    note: String,
    faults: Vec<ReviewFault>,
    stale: bool,
}

/// `GET /team/requests/{id}/review`: the page before it.
pub async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
) -> Result<Response, PageError> {
    review_page(&site, &visitor, id, Tried::default(), StatusCode::OK).await
}

async fn review_page(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    tried: Tried,
    status: StatusCode,
) -> Result<Response, PageError> {
    let detail = detail(site, visitor, id).await?;
    let found = reviewing::facts(&site.app, &member(visitor), &detail.request).await?;
    let found = found.ok_or(PageError::NotFound)?;
    if detail.request.state == RequestState::Closed {
        // Somebody else made it: theirs is shown, and the note is kept where another note can be made of it.
        let kept = Kept { note: tried.note, stale: tried.stale, ..Kept::default() };
        return show(site, visitor, detail, kept, status).await;
    }
    if let Some(bar) = found.bar {
        return Ok(barred(site, visitor, bar, NavItem::Queue));
    }
    let model = view::Review {
        version: detail.request.version,
        taken_by: detail.asked_by.as_ref().map(|by| by.name.clone()).unwrap_or_default(),
        finding: tried.finding,
        note: tried.note,
        faults: tried.faults,
        changed: changed(&detail).filter(|_| tried.stale),
        facts: facts::model(&detail, found),
    };
    Ok((status, view::page(&visitor.frame(site, NavItem::Queue), &model)).into_response())
}

/// `POST /team/requests/{id}/review`: keeps the review.
pub async fn review(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let (finding, note) = (Finding::from_word(&fields.finding), fields.note.replace("\r\n", "\n"));
    let mut tried = Tried { finding, note, ..Tried::default() };
    let Some(finding) = finding else {
        tried.faults.push(ReviewFault::FindingMissing);
        return review_page(&site, &visitor, id, tried, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let at = (id, fields.version);
    match reviewing::review(&site.app, &member(&visitor), at, finding, &tried.note).await? {
        Done::Done(()) => Ok(Redirect::to(&paths::queued(id)).into_response()),
        Done::Barred(bar) => Ok(barred(&site, &visitor, bar, NavItem::Queue)),
        Done::Unknown | Done::Obstacle(_) => Err(PageError::NotFound),
        Done::BadText => {
            tried.faults.push(ReviewFault::NoteWrong);
            review_page(&site, &visitor, id, tried, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Done::Stale => {
            tried.stale = true;
            review_page(&site, &visitor, id, tried, StatusCode::CONFLICT).await
        }
    }
}
