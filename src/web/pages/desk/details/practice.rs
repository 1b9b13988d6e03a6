//! The facts of a practice switch or a further membership, as the access team reads them before deciding.

use maud::Markup;

use crate::app::practices;
use crate::domain::ids::RequestId;
use crate::views::layout::Frame;
use crate::views::practice::{self as view, DeskFacts};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::pages::practices::{belonging, changes};

/// The facts of `request`, as a part of its page.
pub(in crate::web::pages::desk) async fn show(
    site: &Site,
    frame: &Frame,
    request: RequestId,
) -> Result<Markup, PageError> {
    let facts = practices::facts(&site.app, request, frame.now).await?.ok_or(PageError::NotFound)?;
    let model = DeskFacts {
        name: facts.requester.name,
        requester_email: facts.requester.email,
        practices: facts.practices.into_iter().map(belonging).collect(),
        from: facts.from,
        to: facts.to,
        is_new: facts.is_new,
        namesakes: facts.namesakes,
        sponsor_there: facts.request.sponsor_there,
        new_email: facts.request.email,
        effective_on: facts.request.effective_on,
        changes: facts.preview.as_ref().map(changes),
    };
    Ok(view::desk_facts(frame, &model))
}
