//! Renewing what a guardian gave, which ends at the 18th birthday otherwise.

use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::Markup;

use super::framed;
use crate::app::family::answering::Taken;
use crate::app::family::{language_of, renewing};
use crate::domain::calendar::Instant;
use crate::domain::family::renewal::What;
use crate::domain::ids::FactId;
use crate::views::family::Done;
use crate::views::family::renew::{self as view, Renewal};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// One of the list, as the pages show it at `now`.
pub(super) fn row(one: renewing::Renewable, now: Instant) -> Renewal {
    Renewal {
        what: one.what,
        id: one.id,
        name: one.name,
        practices: one.practices,
        sections: one.sections,
        sensitive: one.sensitive,
        ends_at: one.ends_at,
        is_over: one.ends_at <= now,
        until: one.until,
    }
}

/// `GET /family/grants/{id}/renew`: asks whether a grant is to go on, and says until when it would.
pub async fn of_grant(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Markup, PageError> {
    ask(&site, &visitor, What::Grant, &path).await
}

/// `GET /family/tokens/{id}/renew`: the same of a token.
pub async fn of_token(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Markup, PageError> {
    ask(&site, &visitor, What::Token, &path).await
}

/// `POST /family/grants/{id}/renew`: lets a grant go on after the 18th birthday.
pub async fn grant(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Redirect, PageError> {
    renew(&site, &visitor, What::Grant, &path).await
}

/// `POST /family/tokens/{id}/renew`: the same of a token.
pub async fn token(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
) -> Result<Redirect, PageError> {
    renew(&site, &visitor, What::Token, &path).await
}

async fn ask(site: &Site, visitor: &Visitor, what: What, path: &str) -> Result<Markup, PageError> {
    let id: FactId = path.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let found = renewing::look(&site.app, &visitor.facts, (what, id), &context).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let language = language_of(&site.app, &visitor.facts, context.now).await?;
    let frame = framed(site, visitor, NavItem::FamilyAccess, language);
    Ok(view::page(&frame, &row(found, context.now)))
}

async fn renew(site: &Site, visitor: &Visitor, what: What, path: &str) -> Result<Redirect, PageError> {
    let id: FactId = path.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let done = match renewing::renew(&site.app, &visitor.facts, (what, id), &context).await? {
        Taken::Done(_) => Done::Renewed,
        Taken::Already => Done::Already,
        Taken::Unknown => return Err(PageError::NotFound),
    };
    Ok(Redirect::to(&paths::done(paths::family_access(), done.word())))
}
