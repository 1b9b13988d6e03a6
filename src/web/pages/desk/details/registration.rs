//! The facts of a registration, as the access team reads them before deciding.

use maud::Markup;

use crate::app::registration;
use crate::domain::ids::RequestId;
use crate::views::layout::Frame;
use crate::views::registration::{DeskFacts, desk_facts};
use crate::web::Site;
use crate::web::error::PageError;

/// The facts of `request`, as a part of its page.
pub(in crate::web::pages::desk) async fn show(
    site: &Site,
    frame: &Frame,
    request: RequestId,
) -> Result<Markup, PageError> {
    let facts = registration::facts(&site.app, request).await?.ok_or(PageError::NotFound)?;
    let model = DeskFacts {
        answers: facts.answers,
        email: facts.email,
        confirmed_at: facts.confirmed_at,
        npi_taken: facts.is_waiting && facts.around.npi_taken,
        address_taken: facts.is_waiting && facts.around.address_taken,
        also_waiting: facts.around.also_waiting,
        same_name: facts.around.same_name,
    };
    Ok(desk_facts(frame.zone, &model))
}
