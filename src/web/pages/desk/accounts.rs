//! Accounts as the access team runs them: found, looked at, acted on with a fresh factor.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::super::form;
use super::{barred, member};
use crate::app::desk::Done;
use crate::app::desk::accounts::{self, AccountPage};
use crate::domain::ids::AccountId;
use crate::domain::people::SignIn;
use crate::domain::queue::Obstacle;
use crate::views::desk::accounts::{self as view, Act, Authenticator, Deed};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the pages.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    email: String,
    text: String,
}

/// `GET /team/accounts`: the empty form.
pub async fn find_page(State(site): State<Site>, visitor: Visitor) -> Markup {
    view::find_page(&visitor.frame(&site, NavItem::Accounts), "", false)
}

/// `POST /team/accounts`: the account with the address typed; a form, so that no address stands in a URL.
pub async fn find(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let found = accounts::find(&site.app, &member(&visitor), &fields.email).await?;
    Ok(match found {
        Some(id) => Redirect::to(&paths::team_account(id)).into_response(),
        None => {
            let page = view::find_page(&visitor.frame(&site, NavItem::Accounts), &fields.email, true);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

async fn found(site: &Site, visitor: &Visitor, id: AccountId) -> Result<AccountPage, PageError> {
    accounts::page(&site.app, &member(visitor), id).await?.ok_or(PageError::NotFound)
}

/// `GET /team/accounts/{id}`: the account.
pub async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
) -> Result<Markup, PageError> {
    let found = found(&site, &visitor, id).await?;
    let account = found.overview;
    let authenticator = match (account.has_authenticator, account.disabled_at) {
        (false, _) => Authenticator::None,
        (true, None) => Authenticator::Bound,
        (true, Some(at)) => Authenticator::Off(at),
    };
    let model = view::Account {
        id,
        name: account.name,
        email: account.email,
        kind: account.kind,
        at_hospital: account.sign_in == SignIn::Hospital,
        status: found.status,
        roles: found.roles,
        authenticator,
        passkeys: account.passkeys,
        recovery_codes: account.recovery_codes,
        sessions: found.sessions,
        bounced: account.bounced_at,
        reset: account.reset,
        history: found.events.into_iter().map(|e| (e.at, e.by, e.kind, e.body)).collect(),
        bar: found.bar,
    };
    Ok(view::page(&visitor.frame(&site, NavItem::Accounts), &model))
}

/// `GET /team/accounts/{id}/disable`: the page before it.
pub async fn disable_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
) -> Result<Response, PageError> {
    before(&site, &visitor, id, Deed::Disable).await
}

/// `GET /team/accounts/{id}/sessions`: the page before it.
pub async fn sessions_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
) -> Result<Response, PageError> {
    before(&site, &visitor, id, Deed::EndSessions).await
}

/// `GET /team/accounts/{id}/reset`: the page before it.
pub async fn reset_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
) -> Result<Response, PageError> {
    before(&site, &visitor, id, Deed::AskReset).await
}

async fn before(site: &Site, visitor: &Visitor, id: AccountId, deed: Deed) -> Result<Response, PageError> {
    let found = found(site, visitor, id).await?;
    if let Some(bar) = found.bar {
        return Ok(barred(site, visitor, bar, NavItem::Accounts));
    }
    Ok(act_page(site, visitor, &found, deed, Tried::default(), StatusCode::OK))
}

/// What the page before an act shows besides the account.
#[derive(Default)]
struct Tried {
    text: String,
    text_wrong: bool,
    obstacle: Option<Obstacle>,
}

fn act_page(
    site: &Site,
    visitor: &Visitor,
    found: &AccountPage,
    deed: Deed,
    tried: Tried,
    status: StatusCode,
) -> Response {
    let model = Act {
        id: found.id,
        name: found.overview.name.clone(),
        email: found.overview.email.clone(),
        deed,
        text: tried.text,
        text_wrong: tried.text_wrong,
        obstacle: tried.obstacle,
    };
    (status, view::act_page(&visitor.frame(site, NavItem::Accounts), &model)).into_response()
}

/// `POST /team/accounts/{id}/disable`: disables it.
pub async fn disable(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let done = accounts::disable(&site.app, &member(&visitor), id, &fields.text).await?;
    after(&site, &visitor, id, (Deed::Disable, fields.text), done).await
}

/// `POST /team/accounts/{id}/sessions`: ends its sessions.
pub async fn end_sessions(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
) -> Result<Response, PageError> {
    let done = accounts::end_sessions(&site.app, &member(&visitor), id).await?;
    after(&site, &visitor, id, (Deed::EndSessions, String::new()), done).await
}

/// `POST /team/accounts/{id}/reset`: asks for a factor reset.
pub async fn ask_reset(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<AccountId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let done = accounts::ask_reset(&site.app, &member(&visitor), id, &fields.text).await?;
    after(&site, &visitor, id, (Deed::AskReset, fields.text), done).await
}

async fn after<T>(
    site: &Site,
    visitor: &Visitor,
    id: AccountId,
    (deed, text): (Deed, String),
    done: Done<T>,
) -> Result<Response, PageError> {
    let tried = match done {
        Done::Done(_) => return Ok(Redirect::to(&paths::team_account(id)).into_response()),
        Done::Barred(bar) => return Ok(barred(site, visitor, bar, NavItem::Accounts)),
        Done::Unknown | Done::Stale => return Err(PageError::NotFound),
        Done::BadText => Tried { text, text_wrong: true, obstacle: None },
        Done::Obstacle(obstacle) => Tried { text, text_wrong: false, obstacle: Some(obstacle) },
    };
    let found = found(site, visitor, id).await?;
    Ok(act_page(site, visitor, &found, deed, tried, StatusCode::UNPROCESSABLE_ENTITY))
}
