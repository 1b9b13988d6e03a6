//! The latest steps of signing in.

use axum::extract::State;
use maud::Markup;

use crate::app::own_account;
use crate::views::account::history::{self as view, HistoryRow};
use crate::views::layout::NavItem;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// `GET /account/history`.
pub async fn show(State(site): State<Site>, visitor: Visitor) -> Result<Markup, PageError> {
    let client = visitor.circumstances.client();
    let rows = own_account::history(&site.app, &visitor.session, &client).await?;
    let rows: Vec<HistoryRow> = rows
        .into_iter()
        .map(|r| HistoryRow { at: r.at, act: r.act, outcome: r.outcome, basis: r.basis, network: r.network })
        .collect();
    Ok(view::page(&visitor.frame(&site, NavItem::Account), &rows))
}
