//! Merging two rows of one person among the providers: found, compared, merged and undone with a fresh factor.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::super::form;
use super::{barred, member};
use crate::app::provider_merges::{self as merges, Came, Found, Named, Proposal};
use crate::domain::ids::ProviderId;
use crate::domain::provider_merge::Hindrance;
use crate::views::desk::providers as view;
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the pages.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    from: String,
    into: String,
    reason: String,
}

fn provider(named: &Named) -> view::Provider {
    view::Provider {
        id: named.id,
        name: format!("{} {}", named.given, named.family).trim().to_owned(),
        npi: named.npi.clone(),
        specialty: named.specialty.clone(),
        accounts: named.accounts.iter().map(|(_, email, _)| email.clone()).collect(),
    }
}

fn pair(found: &Proposal, reason: String) -> view::Pair {
    let shift = |one: &merges::Shift| view::Shift {
        name: one.name.clone(),
        email: one.email.clone(),
        lost: one.lost,
        gained: one.gained,
    };
    view::Pair {
        from: provider(&found.from),
        into: provider(&found.into),
        shifts: found.shifts.iter().map(shift).collect(),
        made: found.kept.as_ref().map(|kept| view::Made {
            id: kept.id,
            at: kept.span.start(),
            by: kept.by.clone(),
            reason: kept.reason.clone(),
            undone: kept.span.end(),
        }),
        hindrance: found.hindrance,
        bar: found.bar,
        reason,
    }
}

async fn finding(
    site: &Site,
    visitor: &Visitor,
    fields: Fields,
    unknown: (bool, bool),
) -> Result<Response, PageError> {
    let lines = merges::list(&site.app, &member(visitor)).await?;
    let line = |(kept, from, into): (merges::Kept, Named, Named)| view::Line {
        id: kept.id,
        from: provider(&from),
        into: provider(&into),
        made: kept.span.start(),
        undone: kept.span.end(),
    };
    let model = view::Finding {
        from: fields.from,
        from_unknown: unknown.0,
        into: fields.into,
        into_unknown: unknown.1,
        lines: lines.into_iter().map(line).collect(),
    };
    let is_wrong = unknown.0 || unknown.1;
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, view::find_page(&visitor.frame(site, NavItem::Accounts), &model)).into_response())
}

/// `GET /team/providers`: the empty form, and the merges made.
pub async fn page(State(site): State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    finding(&site, &visitor, Fields::default(), (false, false)).await
}

/// `POST /team/providers`: the two who were typed, compared.
pub async fn find(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    match merges::find(&site.app, &member(&visitor), &fields.from, &fields.into).await? {
        Found::Both(found) => {
            let model = pair(&found, String::new());
            Ok(view::pair_page(&visitor.frame(&site, NavItem::Accounts), &model).into_response())
        }
        Found::NoFrom => finding(&site, &visitor, fields, (true, false)).await,
        Found::NoInto => finding(&site, &visitor, fields, (false, true)).await,
    }
}

/// `POST /team/providers/merge`: merges them.
pub async fn merge(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let ids = fields.from.parse::<ProviderId>().ok().zip(fields.into.parse::<ProviderId>().ok());
    let both = ids.ok_or(PageError::NotFound)?;
    let reason = fields.reason.replace("\r\n", "\n");
    let member = member(&visitor);
    match merges::make(&site.app, &member, both, &reason).await? {
        Came::Done => Ok(Redirect::to(paths::providers()).into_response()),
        Came::Barred(bar) => Ok(barred(&site, &visitor, bar, NavItem::Accounts)),
        Came::Unknown => Err(PageError::NotFound),
        Came::Hindered(hindrance) => {
            let found = merges::both(&site.app, &member, both).await?.ok_or(PageError::NotFound)?;
            let model = view::Pair { hindrance: Some(hindrance), ..pair(&found, reason) };
            let page = view::pair_page(&visitor.frame(&site, NavItem::Accounts), &model);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// `GET /team/providers/{id}`: a merge, and what undoing it would change.
pub async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
) -> Result<Response, PageError> {
    show(&site, &visitor, id, StatusCode::OK).await
}

async fn show(site: &Site, visitor: &Visitor, id: Uuid, status: StatusCode) -> Result<Response, PageError> {
    let found = merges::one(&site.app, &member(visitor), id).await?.ok_or(PageError::NotFound)?;
    let page = view::pair_page(&visitor.frame(site, NavItem::Accounts), &pair(&found, String::new()));
    Ok((status, page).into_response())
}

/// `POST /team/providers/{id}/undo`: undoes it.
pub async fn undo(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
) -> Result<Response, PageError> {
    match merges::undo(&site.app, &member(&visitor), id).await? {
        Came::Done => Ok(Redirect::to(&paths::provider_merge(id)).into_response()),
        Came::Barred(bar) => Ok(barred(&site, &visitor, bar, NavItem::Accounts)),
        Came::Hindered(Hindrance::UndoneAlready) => show(&site, &visitor, id, StatusCode::CONFLICT).await,
        Came::Hindered(_) | Came::Unknown => Err(PageError::NotFound),
    }
}
