//! The facts of a message from a family, as the access team reads them before answering.

use maud::Markup;

use crate::app::family::messages::{self, Message, Side};
use crate::domain::ids::RequestId;
use crate::views::desk::message::{self as view, Line, Thread};
use crate::views::layout::Frame;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The facts of `request`, as a part of its page.
pub(super) async fn show(
    site: &Site,
    visitor: &Visitor,
    frame: &Frame,
    request: RequestId,
) -> Result<Markup, PageError> {
    let found = messages::for_team(&site.app, request, visitor.circumstances.now).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let line = |message: Message| Line {
        id: message.id,
        at: message.at,
        by: message.by,
        is_team: message.side == Side::Team,
        body: message.body,
        has_file: message.file.is_some(),
    };
    let model = Thread {
        id: request,
        subject: found.subject,
        patient: found.patient,
        language: found.language,
        has_say: found.has_say,
        lines: found.messages.into_iter().map(line).collect(),
    };
    Ok(view::facts(frame, &model))
}
