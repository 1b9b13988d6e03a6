//! The home of each kind of account.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::people::AccountKind;
use crate::views::paths;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::{Site, pages};

/// `GET /`: Patient Selection, the queue, or the family's home.
pub async fn show(site: State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    match visitor.session.kind {
        AccountKind::Provider | AccountKind::Sponsored => {
            pages::find::show(site, visitor).await.map(IntoResponse::into_response)
        }
        AccountKind::AccessTeam => Ok(Redirect::to(paths::queue()).into_response()),
        AccountKind::Family => Ok(Redirect::to(paths::family()).into_response()),
    }
}
