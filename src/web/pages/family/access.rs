//! Who can see the chart and why; taking back what was given.

use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use maud::Markup;

use super::renew::row;
use super::{Wanted, framed, patients};
use crate::app::family::answering::{self, Taken};
use crate::app::family::{self, blocking, renewing, seeing};
use crate::domain::ids::FactId;
use crate::views::family::Done;
use crate::views::family::access::{self as view, Blocked, Given, Seer};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// `GET /family/access`: who can see the chart, under which rule.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let household = family::enter(&site.app, &visitor.facts, wanted.patient(), "access", &context).await?;
    let seen = match household.current() {
        Some(permit) => seeing::who(&site.app, permit, context.now).await?,
        None => seeing::Seen::default(),
    };
    let renewals = match household.current() {
        Some(permit) => renewing::renewable(&site.app, permit, context.now).await?,
        None => Vec::new(),
    };
    let given = |g: seeing::Given| Given {
        id: g.id,
        name: g.name,
        practices: g.practices,
        since: g.since,
        until: g.until,
        sections: g.sections,
        sensitive: g.sensitive,
    };
    let seer = |s: seeing::Seer| Seer { name: s.name, practices: s.practices, bases: s.bases };
    let blocked = |b: seeing::Blocked| Blocked { id: b.id, name: b.name, since: b.since };
    let model = view::Access {
        patients: patients(&household),
        done: wanted.done(),
        seers: seen.seers.into_iter().map(seer).collect(),
        given: seen.given.into_iter().map(given).collect(),
        renewals: renewals.into_iter().map(|one| row(one, context.now)).collect(),
        blocked: seen.blocked.into_iter().map(blocked).collect(),
    };
    Ok(view::page(&framed(&site, &visitor, NavItem::FamilyAccess, household.language), &model))
}

/// `POST /family/grants/{id}/revoke`: takes a grant back.
pub async fn revoke(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Redirect, PageError> {
    let id: FactId = path.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let taken = answering::revoke(&site.app, &visitor.facts, id, &context).await?;
    back(&taken, Done::Revoked)
}

/// `POST /family/blocks/{id}/end`: lets somebody ask again.
pub async fn unblock(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Redirect, PageError> {
    let id = path.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let taken = blocking::unblock(&site.app, &visitor.facts, id, &context).await?;
    back(&taken, Done::Unblocked)
}

fn back(taken: &Taken, done: Done) -> Result<Redirect, PageError> {
    let done = match taken {
        Taken::Done(_) => done,
        Taken::Already => Done::Already,
        Taken::Unknown => return Err(PageError::NotFound),
    };
    Ok(Redirect::to(&paths::done(paths::family_access(), done.word())))
}
