//! What an account of a family writes to the access team: the list, the form, one thread, the files.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use uuid::Uuid;

use super::super::{cursor, file_of, read_cursor};
use super::{Wanted, framed, patients};
use crate::app::family;
use crate::app::family::messages::{self, Draft, Message, Opened, Sent, Side};
use crate::domain::calendar::Instant;
use crate::domain::family::message::{Fault, FileFault};
use crate::domain::ids::{PatientId, RequestId};
use crate::domain::request::RequestState;
use crate::views::family::messages::{self as view, Line, Row, Tried};
use crate::views::family::{Done, Patients};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;
use crate::web::upload::{self, Upload};

/// `GET /family/messages`: the threads that the account began.
pub async fn list(
    State(site): State<Site>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let household = family::enter(&site.app, &visitor.facts, wanted.patient(), "messages", &context).await?;
    let after = read_cursor(&wanted.after);
    let (threads, next) = messages::list(&site.app, visitor.session.account, &household, after).await?;
    let row = |thread: messages::ListedThread| Row {
        id: thread.id,
        subject: thread.subject,
        last_at: thread.last_at,
        is_unread: thread.is_unread,
        due: thread.due,
        is_ended: thread.is_ended,
    };
    let model = view::Messages {
        patients: patients(&household),
        rows: threads.into_iter().map(row).collect(),
        next: next.map(|(at, id)| cursor(at, id)),
    };
    Ok(view::page(&framed(&site, &visitor, NavItem::Messages, household.language), &model))
}

/// `GET /family/messages/new`: the empty form.
pub async fn form_page(
    State(site): State<Site>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    form(&site, &visitor, wanted.patient(), Tried::default()).await
}

async fn form(
    site: &Site,
    visitor: &Visitor,
    wanted: Option<PatientId>,
    tried: Tried,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let tried = numbered(site, tried, context.now)?;
    let household = family::enter(&site.app, &visitor.facts, wanted, "new_message", &context).await?;
    let frame = framed(site, visitor, NavItem::Messages, household.language);
    Ok(view::form_page(&frame, &patients(&household), &tried))
}

/// `tried` with the id that its message is to have.
fn numbered(site: &Site, tried: Tried, now: Instant) -> Result<Tried, PageError> {
    let id = tried.id.map_or_else(|| messages::fresh(&site.app, now), Ok)?;
    Ok(Tried { id: Some(id), ..tried })
}

fn read(sent: Upload) -> Draft {
    let text = |name: &str| sent.text(name).replace("\r\n", "\n");
    let id = sent.text("message").parse().ok();
    Draft { id, subject: text("subject"), text: text("text"), file: sent.file }
}

/// The page that the message is typed on again, with its status: what is wrong, or too much at once.
fn refused(tried: Tried, sent: Sent) -> (StatusCode, Tried, Option<Instant>) {
    match sent {
        Sent::Invalid(faults) => {
            let held = faults.iter().find_map(|fault| fault.held());
            (upload::again(held), Tried { faults, ..tried }, None)
        }
        Sent::Slowed(from) => {
            (StatusCode::TOO_MANY_REQUESTS, Tried { slowed: Some(from), ..tried }, Some(from))
        }
        Sent::FilesSlowed(from) => {
            let faults = vec![Fault::File(FileFault::Often)];
            (StatusCode::TOO_MANY_REQUESTS, Tried { faults, ..tried }, Some(from))
        }
        Sent::Ended | Sent::Unknown | Sent::Sent(_) => (StatusCode::CONFLICT, tried, None),
    }
}

/// `POST /family/messages`: begins a thread.
pub async fn begin(State(site): State<Site>, visitor: Visitor, sent: Upload) -> Result<Response, PageError> {
    let patient: PatientId = sent.text("patient").parse().map_err(|_| PageError::NotFound)?;
    let draft = read(sent);
    let (subject, text) = (draft.subject.clone(), draft.text.clone());
    let tried = Tried { id: draft.id, subject, text, ..Tried::default() };
    let context = visitor.circumstances.context();
    let (status, tried, from) =
        match messages::begin(&site.app, &visitor.facts, patient, draft, &context).await? {
            Sent::Sent(id) => return Ok(sent_to(id)),
            Sent::Unknown | Sent::Ended => return ended(&site, &visitor, &tried).await,
            sent => refused(tried, sent),
        };
    let page = form(&site, &visitor, Some(patient), tried).await?;
    Ok(again((status, page).into_response(), from, context.now))
}

/// What was typed about a patient for whom the account has no say, be it one it never had or none there is: all read the same.
async fn ended(site: &Site, visitor: &Visitor, tried: &Tried) -> Result<Response, PageError> {
    let context = visitor.circumstances.context();
    let household = family::enter(&site.app, &visitor.facts, None, "new_message", &context).await?;
    let patients = Patients { current: None, ..patients(&household) };
    let frame = framed(site, visitor, NavItem::Messages, household.language);
    Ok((StatusCode::NOT_FOUND, view::ended_page(&frame, &patients, tried)).into_response())
}

fn sent_to(id: RequestId) -> Response {
    Redirect::to(&paths::done(&paths::family_message(id), Done::Sent.word())).into_response()
}

/// `page`, which says when to come again where too many were sent.
fn again(mut page: Response, from: Option<Instant>, now: Instant) -> Response {
    if let Some(from) = from {
        let seconds = from.seconds_since(now).max(1);
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    page
}

fn id(text: &str) -> Result<RequestId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// `GET /family/messages/{id}`: one thread.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    thread(&site, &visitor, id(&path)?, Tried::default(), &wanted).await
}

async fn thread(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    tried: Tried,
    wanted: &Wanted,
) -> Result<Markup, PageError> {
    let context = visitor.circumstances.context();
    let tried = numbered(site, tried, context.now)?;
    let place = read_cursor(&wanted.after);
    let opened = messages::open(&site.app, &visitor.facts, id, place, &context).await?;
    let Opened { household, thread, messages, earlier, is_ended } = opened.ok_or(PageError::NotFound)?;
    let line = |message: Message| Line {
        id: message.id,
        at: message.at,
        is_team: message.side == Side::Team,
        body: message.body,
        has_file: message.file.is_some(),
    };
    let model = view::Thread {
        id,
        patients: patients(&household),
        subject: thread.subject,
        due: thread.due_on.filter(|_| thread.state == RequestState::Open),
        lines: messages.into_iter().map(line).collect(),
        earlier: earlier.map(|(at, id)| cursor(at, id)),
        is_earlier: place.is_some(),
        is_ended,
        tried,
        done: wanted.done(),
    };
    Ok(view::thread_page(&framed(site, visitor, NavItem::Messages, household.language), &model))
}

/// `POST /family/messages/{id}`: writes once more.
pub async fn reply(
    State(site): State<Site>,
    visitor: Visitor,
    Path(path): Path<String>,
    sent: Upload,
) -> Result<Response, PageError> {
    let id = id(&path)?;
    let draft = read(sent);
    let tried = Tried { id: draft.id, text: draft.text.clone(), ..Tried::default() };
    let context = visitor.circumstances.context();
    let (status, tried, from) = match messages::reply(&site.app, &visitor.facts, id, draft, &context).await? {
        Sent::Sent(id) => return Ok(sent_to(id)),
        Sent::Unknown => return Err(PageError::NotFound),
        sent => refused(tried, sent),
    };
    let page = thread(&site, &visitor, id, tried, &Wanted::default()).await?;
    Ok(again((status, page).into_response(), from, context.now))
}

/// `GET /family/messages/{id}/files/{item}`: the file of a message, in a place of its own.
pub async fn file(
    State(site): State<Site>,
    visitor: Visitor,
    Path((path, item)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let item: Uuid = item.parse().map_err(|_| PageError::NotFound)?;
    let context = visitor.circumstances.context();
    let found = messages::file(&site.app, &visitor.facts, (id(&path)?, item), &context).await?;
    file_of(item, found.ok_or(PageError::NotFound)?)
}
