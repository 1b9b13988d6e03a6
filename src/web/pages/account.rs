//! The account's own pages.

pub mod address;
pub mod close;
pub mod factors;
pub mod history;
pub mod notices;
pub mod password;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Redirect;
use maud::Markup;
use serde::Deserialize;

use super::form;
use crate::app::own_account;
use crate::app::sign_in::{self, SessionSummary, sessions_of};
use crate::views::account::{self as view, Account, SessionNotice, SessionRow};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// What was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Done {
    pub(super) done: String,
}

/// The session to end.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Which {
    session: String,
}

/// `GET /account`: who is signed in, and from where.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(done): Query<Done>,
) -> Result<Markup, PageError> {
    let sessions = sessions_of(&site.app, &visitor.session).await?;
    let model = Account {
        name: visitor.session.name.clone(),
        email: visitor.session.email.clone(),
        kind: visitor.session.kind,
        sessions: sessions.into_iter().map(row).collect(),
        notice: match done.done.as_str() {
            "ended" => Some(SessionNotice::Ended),
            "gone" => Some(SessionNotice::Gone),
            _ => None,
        },
    };
    Ok(view::page(&visitor.frame(&site, NavItem::Account), &model))
}

fn row(session: SessionSummary) -> SessionRow {
    SessionRow {
        name: session.name,
        began: session.signed_in_at,
        used: session.used_at,
        network: session.network,
        device: sign_in::device_said(&session.device),
        via: session.via,
        this: session.is_this,
    }
}

/// `POST /account/sessions/end`: ends one other session.
pub async fn end_session(
    State(site): State<Site>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Redirect, PageError> {
    let which: Which = form(&body)?;
    let client = visitor.circumstances.client();
    let ended = own_account::end_session(&site.app, &visitor.session, &which.session, &client).await?;
    Ok(Redirect::to(&paths::done(paths::account(), if ended { "ended" } else { "gone" })))
}
