//! One sponsor of the campaign, and moving the due date.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::super::{desk, form};
use super::{Which, shown};
use crate::app::validation::campaign;
use crate::app::validation::extend::{self, Moved, SponsorPage, Typed};
use crate::domain::campaign::Problem;
use crate::domain::ids::AccountId;
use crate::views::campaign::sponsor as view;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the form.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    cycle: String,
    month: String,
    day: String,
    year: String,
    reason: String,
}

fn model(site: &Site, found: SponsorPage) -> view::Sponsor {
    let listed = found.listed.into_iter().map(|one| view::Listed {
        name: one.name,
        email: one.email,
        practice: one.practice,
        span: one.span,
        is_live: one.is_live,
    });
    let extensions = found.extensions.into_iter().map(|one| view::Extension {
        due_on: one.due_on,
        decided_at: one.decided_at,
        by: one.by,
        reason: one.reason,
    });
    view::Sponsor {
        opening: found.cycle.opening,
        normal: site.app.hospital.cycles.zone().date(found.cycle.due),
        listed: listed.collect(),
        letters: found.letters.iter().map(|one| (one.kind, one.at, one.is_mailed, one.is_late)).collect(),
        extensions: extensions.collect(),
        hindrance: found.hindrance,
        row: shown(campaign::Row {
            sponsor: found.sponsor,
            standing: found.standing,
            practices: found.practices,
        }),
    }
}

/// `GET /team/validation/{id}`: one sponsor in a cycle.
pub async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
    Query(which): Query<Which>,
) -> Result<Markup, PageError> {
    let opening = which.wanted()?.cycle;
    let found = extend::page(&site.app, &desk::member(&visitor), id, opening).await?;
    let model = model(&site, found.ok_or(PageError::NotFound)?);
    Ok(view::page(&visitor.frame(&site, NavItem::Validation), &model))
}

/// `GET /team/validation/{id}/extend`: the form that moves the due date.
pub async fn extend_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
) -> Result<Response, PageError> {
    again(&site, &visitor, id, &view::Typed::default(), &[]).await
}

/// `POST /team/validation/{id}/extend`: moves it.
pub async fn extend(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let Fields { cycle, month, day, year, reason } = form(&body)?;
    let typed = Typed { cycle, month, day, year, reason };
    let problems = match extend::extend(&site.app, &desk::member(&visitor), id, &typed).await? {
        Moved::Done(_) => return Ok(Redirect::to(&paths::validation_sponsor(id)).into_response()),
        Moved::Unknown => return Err(PageError::NotFound),
        Moved::Hindered(hindrance) => return hindered(&site, &visitor, id, hindrance).await,
        Moved::Wrong(problems) => problems,
    };
    let typed = view::Typed { month: typed.month, day: typed.day, year: typed.year, reason: typed.reason };
    again(&site, &visitor, id, &typed, &problems).await
}

/// The form, with what was typed and what is wrong with it.
async fn again(
    site: &Site,
    visitor: &Visitor,
    id: AccountId,
    typed: &view::Typed,
    problems: &[Problem],
) -> Result<Response, PageError> {
    let found = extend::page(&site.app, &desk::member(visitor), id, None).await?;
    let model = model(site, found.ok_or(PageError::NotFound)?);
    let status = match (model.hindrance, problems.is_empty()) {
        (Some(_), _) => StatusCode::FORBIDDEN,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let page = view::extend_page(&visitor.frame(site, NavItem::Validation), &model, typed, problems);
    Ok((status, page).into_response())
}

/// 403: why the date is not moved.
async fn hindered(
    site: &Site,
    visitor: &Visitor,
    id: AccountId,
    hindrance: crate::domain::campaign::Hindrance,
) -> Result<Response, PageError> {
    let found = extend::page(&site.app, &desk::member(visitor), id, None).await?;
    let mut model = model(site, found.ok_or(PageError::NotFound)?);
    model.hindrance = Some(hindrance);
    let frame = visitor.frame(site, NavItem::Validation);
    let page = view::extend_page(&frame, &model, &view::Typed::default(), &[]);
    Ok((StatusCode::FORBIDDEN, page).into_response())
}
