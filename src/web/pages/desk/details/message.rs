//! The facts of a message from a family, as the access team reads them before answering.

use maud::Markup;

use crate::app::family::messages::{self, Message, Place, Side};
use crate::domain::ids::RequestId;
use crate::views::desk::message::{self as view, Line, Thread};
use crate::views::layout::Frame;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::pages::cursor;

/// The facts of `request`, as a part of its page.
pub(super) async fn show(
    site: &Site,
    visitor: &Visitor,
    frame: &Frame,
    request: RequestId,
    place: Option<Place>,
) -> Result<Markup, PageError> {
    Ok(view::facts(frame, &thread(site, visitor, request, place).await?))
}

/// The thread of `request`, its latest messages or those before `place`.
pub(in crate::web::pages::desk) async fn thread(
    site: &Site,
    visitor: &Visitor,
    request: RequestId,
    place: Option<Place>,
) -> Result<Thread, PageError> {
    let found = messages::for_team(&site.app, request, place, visitor.circumstances.now).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let line = |message: Message| Line {
        id: message.id,
        at: message.at,
        by: message.by,
        is_team: message.side == Side::Team,
        body: message.body,
        has_file: message.file.is_some(),
    };
    Ok(Thread {
        id: request,
        subject: found.subject,
        patient: found.patient,
        language: found.language,
        standing: found.standing,
        lines: found.messages.into_iter().map(line).collect(),
        earlier: found.earlier.map(|(at, id)| cursor(at, id)),
        is_earlier: place.is_some(),
    })
}
