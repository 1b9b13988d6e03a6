//! The account and its sessions.

use axum::extract::State;
use maud::Markup;

use crate::app::sign_in::sessions_of;
use crate::views::account::{self as view, Account, SessionRow};
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// `GET /account`: who is signed in, and from where.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    let sessions = sessions_of(&site.app, &visitor.session).await?;
    let row = |s: crate::app::sign_in::SessionSummary| SessionRow {
        began: s.signed_in_at,
        used: s.used_at,
        network: s.network,
        this: s.is_this,
    };
    let model = Account {
        name: visitor.session.name.clone(),
        email: visitor.session.email.clone(),
        kind: visitor.session.kind,
        sessions: sessions.into_iter().map(row).collect(),
    };
    Ok(view::page(&visitor.frame(&site, NavItem::Account), &model))
}
