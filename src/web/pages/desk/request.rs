//! One request: looked at, taken, let go of, noted on; the picture that came with it.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::super::{apart, file_of, form, read_cursor};
use super::{barred, details, member};
use crate::app::desk::Done;
use crate::app::desk::acting::{self, Handling};
use crate::app::desk::reading::{self, Detail};
use crate::app::desk::team;
use crate::app::family::messages::{self, Place};
use crate::app::help;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::queue::Bar;
use crate::views::desk::Changed;
use crate::views::desk::request::{self as view, Ended, GiveFault, Line};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The fields of the forms on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    version: i64,
    note: String,
    to: String,
}

/// What the page of a request shows besides the request.
#[derive(Default)]
pub(super) struct Kept {
    /// A note, or another text that was typed, so that it is not lost.
    pub note: String,
    /// Whether the note will not do.
    pub note_wrong: bool,
    /// Who was chosen to get it.
    pub to: String,
    /// What is wrong with who was to get it.
    pub to_fault: Option<GiveFault>,
    /// Whether somebody changed the request while a form was open.
    pub stale: bool,
    /// Where the messages of a thread that are shown end; `None` for the latest.
    pub place: Option<Place>,
}

/// Where a thread goes on.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    after: String,
}

/// `GET /team/requests/{id}`: the request.
pub async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let detail = detail(&site, &visitor, id).await?;
    let kept = Kept { place: read_cursor(&wanted.after), ..Kept::default() };
    show(&site, &visitor, detail, kept, StatusCode::OK).await
}

/// The request, or 404.
pub(super) async fn detail(site: &Site, visitor: &Visitor, id: RequestId) -> Result<Detail, PageError> {
    reading::detail(&site.app, &member(visitor), id).await?.ok_or(PageError::NotFound)
}

/// Who changed the request last, and when.
pub(super) fn changed(detail: &Detail) -> Option<Changed> {
    let last = detail.events.last()?;
    Some(Changed { who: last.actor.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(), at: last.at })
}

/// The page of the request.
pub(super) async fn show(
    site: &Site,
    visitor: &Visitor,
    detail: Detail,
    kept: Kept,
    status: StatusCode,
) -> Result<Response, PageError> {
    let frame = visitor.frame(site, NavItem::Queue);
    let facts = details::facts(site, visitor, &frame, &detail, kept.place).await?;
    let changed = changed(&detail).filter(|_| kept.stale);
    let request = detail.request;
    let now = visitor.circumstances.now;
    let receivers = match request.outcome {
        None if detail.handles => team::team(&site.app, now).await?.active,
        _ => Vec::new(),
    };
    let due = site.app.hospital.until_due(request.kind, request.filed_at, detail.due, now);
    let lines = detail.events.into_iter().map(|event| Line {
        at: event.at,
        who: event.actor.map(|(_, name)| name),
        step: event.step,
        body: event.body,
    });
    let reason = request.outcome_reason;
    let model = view::Request {
        id: request.id,
        version: request.version,
        kind: request.kind,
        asked_by: detail.asked_by.map(|by| (by.name, by.email)),
        practice: detail.practice,
        filed: request.filed_at,
        due: (detail.due, due),
        owner: detail.owner.map(|owner| (owner.name, owner.id == visitor.session.account)),
        ended: request.outcome.zip(request.closed_at).map(|(ending, at)| Ended { ending, at, reason }),
        facts,
        lines: lines.collect(),
        handles: detail.handles,
        endings: detail.endings,
        note: kept.note,
        note_wrong: kept.note_wrong,
        receivers,
        to: kept.to,
        to_fault: kept.to_fault,
        changed,
    };
    Ok((status, view::page(&frame, &model)).into_response())
}

/// `POST /team/requests/{id}/take`: the caller takes it.
pub async fn take_one(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    handle(&site, &visitor, (id, fields.version), Handling::Take).await
}

/// `POST /team/requests/{id}/give`: the caller gives it to somebody of the team.
pub async fn give_one(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    if fields.to.is_empty() {
        let kept = Kept { to_fault: Some(GiveFault::Nobody), ..Kept::default() };
        let detail = detail(&site, &visitor, id).await?;
        return show(&site, &visitor, detail, kept, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    // What is no id is nobody's.
    let to: AccountId = fields.to.parse().unwrap_or(AccountId(uuid::Uuid::nil()));
    handle(&site, &visitor, (id, fields.version), Handling::Give(to)).await
}

/// `POST /team/requests/{id}/release`: nobody has it any more.
pub async fn release(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    handle(&site, &visitor, (id, fields.version), Handling::Release).await
}

/// `POST /team/requests/{id}/notes`: a note.
pub async fn note(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    handle(&site, &visitor, (id, fields.version), Handling::Note(&fields.note.replace("\r\n", "\n"))).await
}

async fn handle(
    site: &Site,
    visitor: &Visitor,
    (id, version): (RequestId, i64),
    handling: Handling<'_>,
) -> Result<Response, PageError> {
    let done = acting::handle(&site.app, &member(visitor), (id, version), handling).await?;
    let (note, to) = match handling {
        Handling::Note(note) => (note.to_owned(), String::new()),
        Handling::Give(to) => (String::new(), to.to_string()),
        Handling::Take | Handling::Release => (String::new(), String::new()),
    };
    let (kept, status) = match done {
        Done::Done(()) => return Ok(Redirect::to(&paths::queued(id)).into_response()),
        Done::Barred(Bar::Own) if matches!(handling, Handling::Give(_)) => {
            let kept = Kept { to, to_fault: Some(GiveFault::Party), ..Kept::default() };
            (kept, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Done::Barred(bar) => return Ok(barred(site, visitor, bar, NavItem::Queue)),
        Done::BadText => {
            (Kept { note, note_wrong: true, ..Kept::default() }, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Done::Stale => (Kept { note, to, stale: true, ..Kept::default() }, StatusCode::CONFLICT),
        // Where it is the request that is not there, its page is not either.
        Done::Unknown => {
            let Handling::Give(account) = handling else { return Err(PageError::NotFound) };
            let team = team::team(&site.app, visitor.circumstances.now).await?;
            let left = GiveFault::Left(team.name(account).unwrap_or_default().to_owned());
            (Kept { to, to_fault: Some(left), ..Kept::default() }, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Done::Obstacle(_) => return Err(PageError::NotFound),
    };
    let detail = detail(site, visitor, id).await?;
    show(site, visitor, detail, kept, status).await
}

/// `GET /team/requests/{id}/screenshot`: the picture, as the portal wrote it, in a place of its own.
pub async fn screenshot(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
) -> Result<Response, PageError> {
    let found = help::screenshot(&site.app, &member(&visitor), id).await?;
    let (bytes, kind) = found.ok_or(PageError::NotFound)?;
    let kind = if kind == "png" { "image/png" } else { "image/jpeg" };
    Ok(apart(bytes, kind, HeaderValue::from_static("inline")))
}

/// `GET /team/requests/{id}/files/{item}`: the file of a message, in a place of its own.
pub async fn message_file(
    State(site): State<Site>,
    visitor: Visitor,
    Path((id, item)): Path<(RequestId, Uuid)>,
) -> Result<Response, PageError> {
    let found = messages::file_for_team(&site.app, &member(&visitor), (id, item)).await?;
    file_of(item, found.ok_or(PageError::NotFound)?)
}
