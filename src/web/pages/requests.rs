//! Asking for access: the form and its receipt; the viewer's own requests are in `mine`.

mod mine;

pub use mine::{list, show, withdraw};

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

use super::find::{self, Fields};
use super::form;
use crate::app::requests::{self, Filed};
use crate::domain::ids::PracticeId;
use crate::domain::request::{self, ReasonProblem, RequestKind};
use crate::views::find::SearchFault;
use crate::views::layout::{Frame, NavItem};
use crate::views::paths;
use crate::views::request::mine::{NotSent, not_sent_page};
use crate::views::request::{self as view, RequestFault, RequestForm, Wish};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Visitor;

/// The kind of request that a link asks for.
#[derive(Deserialize)]
pub struct Kind {
    kind: Option<String>,
}

/// The fields of the request form.
#[derive(Deserialize, Default)]
pub struct RequestFields {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    practice: String,
    #[serde(default)]
    reason: String,
}

/// The page's word for a kind of request, `None` for those that are not about a patient.
pub(super) fn wish_of(kind: RequestKind) -> Option<Wish> {
    match kind {
        RequestKind::PcpChange => Some(Wish::PcpChange),
        RequestKind::NonPcp => Some(Wish::NonPcp),
        _ => None,
    }
}

fn wish(word: &str) -> Result<(Wish, RequestKind), PageError> {
    match RequestKind::from_word(word) {
        Some(RequestKind::PcpChange) => Ok((Wish::PcpChange, RequestKind::PcpChange)),
        Some(RequestKind::NonPcp) => Ok((Wish::NonPcp, RequestKind::NonPcp)),
        _ => Err(PageError::NotFound),
    }
}

/// Asks for name and birth date besides the MRN, so that all three must match.
fn model(
    wish: Wish,
    fields: &Fields,
    asked: &RequestFields,
    practices: &[(PracticeId, String)],
    faults: Vec<RequestFault>,
) -> RequestForm {
    let typed = fields.shown();
    let ask_identity = !typed.mrn.trim().is_empty()
        || typed.family.trim().is_empty()
        || faults.iter().any(|f| matches!(f, RequestFault::Search(_) | RequestFault::NotMatched));
    let practices = practices.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let (practice, reason) = (asked.practice.clone(), asked.reason.clone());
    RequestForm { wish, typed, ask_identity, practices, practice, reason, faults }
}

/// `GET /requests/new`: an empty form.
pub async fn form_page(
    State(site): State<Site>,
    visitor: Visitor,
    Query(query): Query<Kind>,
) -> Result<Markup, PageError> {
    let (wish, kind) = wish(query.kind.as_deref().unwrap_or_default())?;
    if !kind.about_patient_by(visitor.session.kind) {
        return Err(PageError::NotFound);
    }
    let practices = choices(&site, &visitor, kind).await?;
    let model = model(wish, &Fields::default(), &RequestFields::default(), &practices, Vec::new());
    Ok(view::form_page(&visitor.frame(&site, NavItem::Requests), &model))
}

/// `POST /requests/new`: the form, filled with what was searched for.
pub async fn start(
    State(site): State<Site>,
    visitor: Visitor,
    Query(query): Query<Kind>,
    body: Bytes,
) -> Result<Markup, PageError> {
    let (wish, kind) = wish(query.kind.as_deref().unwrap_or_default())?;
    if !kind.about_patient_by(visitor.session.kind) {
        return Err(PageError::NotFound);
    }
    let practices = choices(&site, &visitor, kind).await?;
    let model = model(wish, &form(&body)?, &RequestFields::default(), &practices, Vec::new());
    Ok(view::form_page(&visitor.frame(&site, NavItem::Requests), &model))
}

/// `POST /requests`: files it.
pub async fn file(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let (fields, asked): (Fields, RequestFields) = (form(&body)?, form(&body)?);
    let (wish, kind) = wish(&asked.kind)?;
    let context = visitor.circumstances.context();
    let practices = choices(&site, &visitor, kind).await?;
    let practice = match asked.practice.as_str() {
        "" => None,
        chosen => Some(chosen.parse::<PracticeId>().map_err(|_| PageError::NotFound)?),
    };
    let filing = requests::Wish { kind, typed: fields.typed(), practice, reason: asked.reason.clone() };
    let frame = visitor.frame(&site, NavItem::Requests);
    let again = |faults| {
        let model = model(wish, &fields, &asked, &practices, faults);
        (StatusCode::UNPROCESSABLE_ENTITY, view::form_page(&frame, &model)).into_response()
    };
    let mut faults = Vec::new();
    if let Err(problems) = filing.typed.person(site.app.hospital.cycles.zone().date(context.now)) {
        faults.extend(problems.into_iter().map(|p| RequestFault::Search(find::fault(p))));
    }
    if let Err(problem) = request::reason(&filing.reason) {
        faults.push(reason_fault(problem));
    }
    if !faults.is_empty() {
        return Ok(again(faults));
    }
    Ok(match requests::file(&site.app, &visitor.facts, &filing, &context).await? {
        Filed::Filed(_) | Filed::Joined(_) => view::filed_page(&frame, wish).into_response(),
        Filed::Allowed(id) => Redirect::to(&paths::chart(id)).into_response(),
        Filed::NoMatch => again(vec![RequestFault::NotMatched]),
        Filed::Unreadable(problems) => {
            again(problems.into_iter().map(|p| RequestFault::Search(find::fault(p))).collect())
        }
        Filed::Slowed(seconds) => {
            let wait = u64::try_from(seconds).unwrap_or(1);
            let mut page = again(vec![RequestFault::Search(SearchFault::Slowed(wait))]);
            *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            page
        }
        Filed::Blocked => not_sent(&frame, NotSent::Blocked),
        Filed::Deceased => not_sent(&frame, NotSent::Deceased),
        Filed::TooSoon(from) => {
            not_sent(&frame, NotSent::TooSoon(site.app.hospital.cycles.zone().date(from)))
        }
        Filed::Reason(problem) => again(vec![reason_fault(problem)]),
        Filed::NotYours | Filed::Refused(_) => return Err(PageError::NotFound),
    })
}

/// The page of a request that was understood and not filed.
fn not_sent(frame: &Frame, why: NotSent) -> Response {
    (StatusCode::FORBIDDEN, not_sent_page(frame, why)).into_response()
}

/// The practices among which the viewer chooses; none where there is nothing to choose.
async fn choices(
    site: &Site,
    visitor: &Visitor,
    kind: RequestKind,
) -> Result<Vec<(PracticeId, String)>, PageError> {
    if kind != RequestKind::PcpChange {
        return Ok(Vec::new());
    }
    Ok(requests::named_practices(&site.app, &visitor.facts, visitor.circumstances.now).await?)
}

fn reason_fault(problem: ReasonProblem) -> RequestFault {
    match problem {
        ReasonProblem::Missing => RequestFault::ReasonMissing,
        ReasonProblem::TooLong => RequestFault::ReasonTooLong,
    }
}

/// What was typed, on one line.
pub(super) fn shown(typed: &str) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(typed) else { return String::new() };
    let text = |name: &str| fields.get(name).and_then(|v| v.as_str()).unwrap_or_default().trim().to_owned();
    let name =
        [text("family"), text("given")].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
    let mrn = text("mrn");
    [name, mrn].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}
