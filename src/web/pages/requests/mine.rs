//! My requests: the list, one of them, and taking it back.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::wish_of;
use crate::app::requests::{self, Mine, Withdrawn};
use crate::domain::ids::RequestId;
use crate::domain::queue::until;
use crate::domain::request::RequestState;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::views::request::mine::{self as view, Done, Line, One, Row};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// What was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct After {
    done: String,
}

/// `GET /requests`: the viewer's own.
pub async fn list(
    State(site): State<Site>,
    visitor: Visitor,
    Query(after): Query<After>,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let mine = requests::mine(&site.app, &visitor.facts, &context).await?;
    let rows: Vec<Row> = mine.iter().filter_map(|request| row(&site, &visitor, request)).collect();
    Ok(view::list_page(&visitor.frame(&site, NavItem::Requests), &rows, Done::from_word(&after.done)))
}

/// `GET /requests/{id}`: one of them; 404 for everybody else.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(after): Query<After>,
) -> Result<Markup, PageError> {
    let id: RequestId = id.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let found = requests::one(&site.app, &visitor.facts, id, &context).await?;
    let (request, steps) = found.ok_or(PageError::NotFound)?;
    let row = row(&site, &visitor, &request).ok_or(PageError::NotFound)?;
    let zone = site.app.hospital.cycles.zone();
    let model = One {
        row,
        flagged: request.flagged,
        class: request.class,
        again_from: request.again_from.map(|at| zone.date(at)),
        reason: request.request.reason,
        said: request.request.outcome_reason,
        lines: steps.into_iter().map(|s| Line { at: s.at, step: s.step, is_own: s.is_own }).collect(),
    };
    Ok(view::page(&visitor.frame(&site, NavItem::Requests), &model, Done::from_word(&after.done)))
}

/// `POST /requests/{id}/withdraw`: takes it back.
pub async fn withdraw(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id: RequestId = id.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let to = match requests::withdraw(&site.app, &visitor.facts, id, &context).await? {
        Withdrawn::Unknown => return Err(PageError::NotFound),
        // No longer the viewer's to look at.
        Withdrawn::HandedOver => paths::done(paths::requests(), Done::HandedOver.word()),
        Withdrawn::Left => paths::done(paths::requests(), Done::Left.word()),
        Withdrawn::Closed => paths::my_request_done(id, Done::Withdrawn.word()),
        Withdrawn::TooLate => paths::my_request_done(id, Done::TooLate.word()),
    };
    Ok(Redirect::to(&to).into_response())
}

fn row(site: &Site, visitor: &Visitor, mine: &Mine) -> Option<Row> {
    let (request, hospital) = (&mine.request, &site.app.hospital);
    let zone = hospital.cycles.zone();
    let today = zone.date(visitor.circumstances.now);
    let due = request.due_on.map(|due| (due, until(due, today, &hospital.holidays)));
    let state = match (request.state, request.outcome.zip(request.closed_at)) {
        (RequestState::Closed, Some((ending, at))) => view::State::Ended(ending, at),
        _ => view::State::Waiting(mine.route, due),
    };
    Some(Row {
        id: request.id,
        wish: wish_of(request.kind)?,
        typed: super::shown(&request.typed),
        practice: mine.practice.clone(),
        filed: request.filed_at,
        state,
        expires: mine.expires_at.map(|at| zone.date(at)),
        is_joined: mine.is_joined,
    })
}
