//! Ending a request: approved with a fresh factor, declined with a reason, answered, closed because nobody was reached.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::form;
use super::request::{Kept, changed, detail, show};
use super::{barred, details, member};
use crate::app::desk::Done;
use crate::app::desk::deciding::{Verdict, decide};
use crate::app::desk::reading::Detail;
use crate::domain::ids::RequestId;
use crate::domain::queue::Obstacle;
use crate::domain::request::{Ending, RequestKind, RequestState};
use crate::domain::verification::DeclineClass;
use crate::views::desk::ending::{self as view, End, Handover};
use crate::views::layout::NavItem;
use crate::views::paths;
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The template to begin with.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Begin {
    template: String,
}

/// The fields of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Fields {
    version: i64,
    text: String,
    class: String,
    without_say: String,
}

/// What the page before the end shows besides the request.
#[derive(Default)]
struct Tried {
    class: Option<DeclineClass>,
    text: String,
    text_wrong: bool,
    obstacle: Option<Obstacle>,
    stale: bool,
}

/// `GET /team/requests/{id}/approve`: the page before it.
pub async fn approve_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
) -> Result<Response, PageError> {
    before(&site, &visitor, id, Ending::Approved, "").await
}

/// `GET /team/requests/{id}/decline`: the page before it.
pub async fn decline_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    Query(begin): Query<Begin>,
) -> Result<Response, PageError> {
    before(&site, &visitor, id, Ending::Declined, &begin.template).await
}

/// `GET /team/requests/{id}/unreached`: the page before it.
pub async fn unreached_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    Query(begin): Query<Begin>,
) -> Result<Response, PageError> {
    before(&site, &visitor, id, Ending::Expired, &begin.template).await
}

/// `GET /team/requests/{id}/answer`: the page before it.
pub async fn answer_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    Query(begin): Query<Begin>,
) -> Result<Response, PageError> {
    before(&site, &visitor, id, Ending::Answered, &begin.template).await
}

async fn before(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    ending: Ending,
    template: &str,
) -> Result<Response, PageError> {
    let detail = detail(site, visitor, id).await?;
    if detail.request.kind.is_about_access() && ending == Ending::Approved {
        return Ok(Redirect::to(&paths::confirm(id)).into_response());
    }
    if detail.request.kind == RequestKind::Merge {
        return Ok(Redirect::to(&paths::merge(id)).into_response());
    }
    match detail.endings.iter().find(|(offered, _)| *offered == ending) {
        Some((_, None)) => {
            let text = view::template(detail.request.kind, ending, template).to_owned();
            let tried = Tried { class: DeclineClass::from_word(template), text, ..Tried::default() };
            end_page(site, visitor, &detail, ending, tried, StatusCode::OK).await
        }
        Some((_, Some(bar))) => Ok(barred(site, visitor, *bar, NavItem::Queue)),
        None => Ok(Redirect::to(&paths::queued(id)).into_response()),
    }
}

async fn end_page(
    site: &Site,
    visitor: &Visitor,
    detail: &Detail,
    ending: Ending,
    tried: Tried,
    status: StatusCode,
) -> Result<Response, PageError> {
    // Read after the version that the form carries: what is written from now on makes it stale.
    let thread = match detail.request.kind {
        RequestKind::Message => {
            match details::message::thread(site, visitor, detail.request.id, None).await {
                Err(PageError::NotFound) => None,
                found => Some(found?),
            }
        }
        _ => None,
    };
    let model = End {
        id: detail.request.id,
        version: detail.request.version,
        kind: detail.request.kind,
        asked_by: detail.asked_by.as_ref().map(|by| by.name.clone()).unwrap_or_default(),
        ending,
        class: (detail.request.kind.is_about_access() && ending == Ending::Declined)
            .then(|| tried.class.unwrap_or(DeclineClass::Other)),
        text: tried.text,
        text_wrong: tried.text_wrong,
        obstacle: tried.obstacle,
        changed: changed(detail).filter(|_| tried.stale),
        thread,
    };
    Ok((status, view::page(&visitor.frame(site, NavItem::Queue), &model)).into_response())
}

/// `POST /team/requests/{id}/approve`: approves it.
pub async fn approve(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    end(&site, &visitor, id, form(&body)?, Ending::Approved).await
}

/// `POST /team/requests/{id}/decline`: declines it with a reason.
pub async fn decline(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    end(&site, &visitor, id, form(&body)?, Ending::Declined).await
}

/// `POST /team/requests/{id}/unreached`: closes it, because nobody could be reached.
pub async fn unreached(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    end(&site, &visitor, id, form(&body)?, Ending::Expired).await
}

/// `POST /team/requests/{id}/answer`: answers it.
pub async fn answer(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<RequestId>,
    body: Bytes,
) -> Result<Response, PageError> {
    end(&site, &visitor, id, form(&body)?, Ending::Answered).await
}

async fn end(
    site: &Site,
    visitor: &Visitor,
    id: RequestId,
    fields: Fields,
    ending: Ending,
) -> Result<Response, PageError> {
    let text = fields.text.replace("\r\n", "\n");
    let class = DeclineClass::from_word(&fields.class);
    let verdict = match ending {
        Ending::Approved => Verdict::Approve,
        Ending::Answered if fields.without_say == "yes" => Verdict::AnswerWithoutSay(&text),
        Ending::Answered => Verdict::Answer(&text),
        Ending::Expired => Verdict::Unreached(&text),
        _ => class.map_or(Verdict::Decline(&text), |class| Verdict::DeclineAs(class, &text)),
    };
    let done = decide(&site.app, &member(visitor), (id, fields.version), verdict).await?;
    let mut tried = Tried { class, text: text.clone(), ..Tried::default() };
    let status = match done {
        Done::Done(None) => return Ok(Redirect::to(&paths::queued(id)).into_response()),
        Done::Done(Some(handover)) => {
            let model = Handover {
                kind: handover.kind,
                id,
                code: handover.code,
                name: handover.name,
                email: handover.email,
                until: handover.expires_at,
            };
            let frame = visitor.frame(site, NavItem::Queue);
            return Ok(view::handover_page(&frame, &model).into_response());
        }
        Done::Barred(bar) => return Ok(barred(site, visitor, bar, NavItem::Queue)),
        Done::Unknown => return Err(PageError::NotFound),
        Done::BadText => {
            tried.text_wrong = true;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Done::Obstacle(obstacle) => {
            tried.obstacle = Some(obstacle);
            StatusCode::CONFLICT
        }
        Done::Stale => {
            tried.stale = true;
            StatusCode::CONFLICT
        }
    };
    let detail = detail(site, visitor, id).await?;
    if detail.request.state == RequestState::Closed {
        // Somebody else ended it: their end is shown, and what was typed is kept where a note can be made of it.
        let kept = Kept { note: text, stale: true, ..Kept::default() };
        return show(site, visitor, detail, kept, status).await;
    }
    end_page(site, visitor, &detail, ending, tried, status).await
}
