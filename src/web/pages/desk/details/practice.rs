//! The facts of a practice switch or a further membership, as the access team reads them before deciding.

use maud::Markup;

use crate::domain::ids::RequestId;
use crate::views::layout::Frame;
use crate::web::Site;
use crate::web::error::PageError;

/// The facts of `request`, as a part of its page.
#[expect(clippy::unused_async, reason = "shown when the queue's pages are there")]
pub(in crate::web::pages::desk) async fn show(
    _site: &Site,
    _frame: &Frame,
    _request: RequestId,
) -> Result<Markup, PageError> {
    Err(PageError::NotFound)
}
