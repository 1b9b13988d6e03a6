//! The one map from what went wrong to a status and a page.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{Extensions, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::Site;
use super::request::Circumstances;
use crate::app::sign_in::Session;
use crate::app::sponsoring::LockedSponsor;
use crate::app::{AppError, sign_in};
use crate::domain::access::Refusal;
use crate::domain::language::Language;
use crate::views;
use crate::views::layout::{Frame, FrameViewer, NavItem};
use crate::views::system::Fault;

/// What ends a request other than in its page.
#[derive(Clone, Debug)]
pub enum PageError {
    /// No such page, or one that the caller may not know of: 404.
    NotFound,
    /// The form was not sent from our own page: 403.
    Forged,
    /// The body is too large: 413.
    TooLarge,
    /// The form cannot be read: 422.
    Unreadable,
    /// The caller is locked out of all but a few pages: 423, or 403 for an account that is not active.
    Locked(Box<Lock>),
    /// Too many at once: 503, again in so many seconds.
    Busy(i64),
    /// Something broke; logged once, with the reference that the page shows: 500.
    Fault(String),
    /// The database or the audit cannot be used: 503.
    Unavailable(String),
}

/// Why somebody is locked.
#[derive(Clone, Debug)]
pub struct Lock {
    /// The refusal.
    pub refusal: Refusal,
    /// Who must act.
    pub who: Vec<LockedSponsor>,
    /// Whose session it is.
    pub session: Session,
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> Self {
        match &error {
            AppError::Store(_) | AppError::Audit(_) | AppError::Feed(_) => {
                Self::Unavailable(error.to_string())
            }
            AppError::Fault(_) => Self::Fault(error.to_string()),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Locked(lock) if lock.refusal == Refusal::AccountInactive => StatusCode::FORBIDDEN,
            Self::Locked(_) => StatusCode::LOCKED,
            Self::Busy(_) | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = status.into_response();
        if let Self::Busy(seconds) = &self
            && let Ok(value) = HeaderValue::from_str(&seconds.to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The frame of a page for somebody, or nobody, signed in.
pub fn frame(
    site: &Site,
    circumstances: &Circumstances,
    session: Option<&Session>,
    form_token: String,
    current: NavItem,
) -> Frame {
    let viewer = session.map(|s| FrameViewer {
        name: s.name.clone(),
        kind: s.kind,
        idle_seconds: u32::try_from(s.idle_ends_at.seconds_since(circumstances.now)).unwrap_or(0),
    });
    Frame {
        hospital_name: site.app.hospital.name.clone(),
        phone: site.app.hospital.phone.clone(),
        demo: site.demo.is_some(),
        viewer,
        form_token,
        nonce: circumstances.nonce.clone(),
        assets: super::assets::urls(),
        zone: site.app.hospital.cycles.zone(),
        now: circumstances.now,
        current,
        language: Language::English,
    }
}

/// Gives an answer that is only an error its page, and logs faults once.
pub async fn dress(State(site): State<Site>, request: Request, next: Next) -> Response {
    let circumstances = request.extensions().get::<Circumstances>().cloned();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let Some(circumstances) = circumstances else { return response };
    if path.starts_with(views::paths::API) {
        return super::api::problem::dress(&circumstances, response);
    }
    let error = response.extensions().get::<Arc<PageError>>().cloned();
    let error = error.or_else(|| plain_status(&response));
    match error {
        Some(error) if !path.starts_with("/assets/") => {
            let page = page_of(&site, &circumstances, &error);
            let (mut parts, _) = response.into_parts();
            parts.extensions = Extensions::new();
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            (parts, page.into_string()).into_response()
        }
        _ => response,
    }
}

/// Statuses that come from the router and its layers without a page of ours.
fn plain_status(response: &Response) -> Option<Arc<PageError>> {
    let has_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if has_page {
        return None;
    }
    Some(Arc::new(match response.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => PageError::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge,
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            PageError::Unreadable
        }
        _ => return None,
    }))
}

fn page_of(site: &Site, circumstances: &Circumstances, error: &PageError) -> Markup {
    let reference = circumstances.id.clone();
    let (session, token) = match error {
        PageError::Locked(lock) => (Some(&lock.session), sign_in::form_token(&lock.session.form_key)),
        _ => (None, String::new()),
    };
    let frame = frame(site, circumstances, session, token, NavItem::None);
    let fault = match error {
        PageError::Locked(lock) => {
            let model = views::locked::Locked {
                refusal: lock.refusal,
                since: lock.who.iter().map(|w| w.since).min(),
                sponsors: lock.who.iter().map(locked_by).collect(),
            };
            let frame = Frame { current: NavItem::Locked, ..frame };
            return views::locked::page(&frame, &model);
        }
        PageError::NotFound => Fault::NotFound,
        PageError::Forged => Fault::FormExpired,
        PageError::TooLarge => Fault::TooLarge,
        PageError::Unreadable => Fault::Invalid,
        PageError::Busy(seconds) => Fault::TooMany(u64::try_from(*seconds).unwrap_or(1)),
        PageError::Fault(why) => {
            tracing::error!(request = %circumstances.id, why, "a request failed");
            Fault::Broken(reference)
        }
        PageError::Unavailable(why) => {
            tracing::error!(request = %circumstances.id, why, "a request could not be served");
            Fault::Unavailable(reference)
        }
    };
    views::system::page(&frame, &fault)
}

fn locked_by(sponsor: &LockedSponsor) -> views::locked::LockedBy {
    views::locked::LockedBy {
        account: sponsor.account,
        name: sponsor.name.clone(),
        practice: sponsor.practices.join(", "),
        since: sponsor.since,
        reminded_at: sponsor.nudged_at,
    }
}

/// The answer after a handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
pub fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let what = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    PageError::Fault(format!("a handler panicked: {what}")).into_response()
}
