//! Two records that the hospital says are of one person: compared, confirmed with a fresh factor, kept apart, undone, made again.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::form;
use super::details::merge::pair;
use super::request::{changed, detail};
use super::{barred, member};
use crate::app::desk::Done;
use crate::app::merges::{self, Preview, Ruling, Shift};
use crate::domain::ids::RequestId;
use crate::domain::queue::Obstacle;
use crate::views::desk::merge as view;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the page's forms.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    version: i64,
    step: String,
    checked: String,
    reason: String,
}

/// What the page shows besides what is kept.
#[derive(Default)]
struct Tried {
    reason: String,
    reason_wrong: bool,
    obstacle: Option<Obstacle>,
    stale: bool,
}

/// `GET /team/requests/{id}/merge`: the two records, and what deciding would change.
pub async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
) -> Result<Response, PageError> {
    show(&site, &visitor, id, Tried::default(), StatusCode::OK).await
}

async fn show(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    tried: Tried,
    status: StatusCode,
) -> Result<Response, PageError> {
    let found = merges::compare(&site.app, &member(visitor), id).await?.ok_or(PageError::NotFound)?;
    let detail = detail(site, visitor, id).await?;
    let model = view::Merge {
        id,
        version: detail.request.version,
        pair: pair(&found),
        if_confirmed: preview(found.if_confirmed),
        if_apart: preview(found.if_apart),
        bar: found.bar,
        reason: tried.reason,
        reason_wrong: tried.reason_wrong,
        obstacle: tried.obstacle,
        changed: changed(&detail).filter(|_| tried.stale),
    };
    Ok((status, view::page(&visitor.frame(site, NavItem::Queue), &model)).into_response())
}

pub(super) fn preview(found: Preview) -> view::Preview {
    let shift =
        |one: Shift| view::Shift { name: one.name, email: one.email, before: one.before, after: one.after };
    view::Preview {
        survivor: found.survivor.into_iter().map(shift).collect(),
        other: found.other.into_iter().map(shift).collect(),
    }
}

/// `POST /team/requests/{id}/merge`: decides.
pub async fn merge(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let (member, at) = (member(&visitor), (id, fields.version));
    let reason = fields.reason.replace("\r\n", "\n");
    let ruling = match fields.step.as_str() {
        "confirm" => Ruling::Confirm { is_checked: fields.checked == "yes" },
        "apart" => Ruling::Apart(&reason),
        "undo" => Ruling::Undo(&reason),
        "again" => {
            let done = merges::again(&site.app, &member, at).await?;
            return answer(&site, &visitor, id, done, reason).await;
        }
        _ => return Err(PageError::NotFound),
    };
    let done = match merges::rule(&site.app, &member, at, ruling).await? {
        Done::Done(()) => Done::Done(id),
        Done::Stale => Done::Stale,
        Done::Barred(bar) => Done::Barred(bar),
        Done::Obstacle(obstacle) => Done::Obstacle(obstacle),
        Done::BadText => Done::BadText,
        Done::Unknown => Done::Unknown,
    };
    answer(&site, &visitor, id, done, reason).await
}

async fn answer(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    done: Done<RequestId>,
    reason: String,
) -> Result<Response, PageError> {
    let (tried, status) = match done {
        Done::Done(next) => return Ok(Redirect::to(&paths::queued(next)).into_response()),
        Done::Barred(bar) => return Ok(barred(site, visitor, bar, NavItem::Queue)),
        Done::Unknown => return Err(PageError::NotFound),
        Done::BadText => {
            (Tried { reason, reason_wrong: true, ..Tried::default() }, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Done::Obstacle(obstacle) => {
            (Tried { reason, obstacle: Some(obstacle), ..Tried::default() }, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Done::Stale => (Tried { reason, stale: true, ..Tried::default() }, StatusCode::CONFLICT),
    };
    show(site, visitor, id, tried, status).await
}
