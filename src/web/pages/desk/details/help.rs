//! The facts of a request for help, as the access team reads them before answering.

use maud::Markup;

use crate::app::help;
use crate::domain::ids::RequestId;
use crate::views::desk::facts::{self, Help};
use crate::web::Site;
use crate::web::error::PageError;

/// The facts of `request`, as a part of its page.
pub(super) async fn show(site: &Site, request: RequestId) -> Result<Markup, PageError> {
    let asked = help::asked(&site.app, request).await?.ok_or(PageError::NotFound)?;
    Ok(facts::help(&Help {
        id: request,
        name: asked.name,
        email: asked.email,
        description: asked.description,
        has_picture: asked.screenshot_kind.is_some(),
        answer: asked.answer,
    }))
}
