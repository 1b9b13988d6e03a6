//! What is not done: RFC 9457, with what to do in its detail.

use std::sync::Arc;

use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::AppError;
use crate::app::api::once::Known;
use crate::domain::api::Scope;
use crate::views::words::api::{self as w, Trouble};
use crate::web::error::PageError;
use crate::web::request::Circumstances;

/// The longest detail, in characters.
const DETAIL_LONGEST: usize = 400;
const JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A problem on its way out.
#[derive(Clone, Debug)]
pub struct Problem {
    trouble: Box<Trouble>,
    detail: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// What the log holds of it.
    fault: Option<String>,
    /// Whether it is said as OAuth 2.0 says it (RFC 6749 section 5.2).
    oauth: bool,
}

impl Problem {
    /// This trouble.
    pub(super) fn of(trouble: Trouble) -> Self {
        Self { trouble: Box::new(trouble), detail: None, headers: Vec::new(), fault: None, oauth: false }
    }

    /// A fault of ours, which the log holds.
    pub(super) fn fault(why: &str) -> Self {
        Self { fault: Some(why.to_owned()), ..Self::of(w::BROKEN) }
    }

    /// The same with what exactly is wrong before what to do.
    #[must_use]
    pub(super) fn saying(self, what: &str) -> Self {
        let what: String = what.chars().filter(|c| !c.is_control()).take(DETAIL_LONGEST).collect();
        Self { detail: Some(format!("{what} {}", self.trouble.detail)), ..self }
    }

    /// The same, to be tried again after `seconds`.
    #[must_use]
    pub(super) fn after(mut self, seconds: i64) -> Self {
        self.headers
            .extend(HeaderValue::from_str(&seconds.to_string()).ok().map(|v| (header::RETRY_AFTER, v)));
        self
    }

    /// The same, with what a client is to prove itself with (RFC 6750).
    #[must_use]
    pub(super) fn challenging(mut self, error: &str, scope: Option<Scope>) -> Self {
        let scope = scope.map(|scope| format!(", scope=\"{scope}\"")).unwrap_or_default();
        let text = format!("Bearer realm=\"postern\", error=\"{error}\"{scope}");
        self.headers.extend(HeaderValue::from_str(&text).ok().map(|v| (header::WWW_AUTHENTICATE, v)));
        self
    }

    /// The same as the token endpoint says it.
    #[must_use]
    pub(super) fn in_oauth(self) -> Self {
        Self { oauth: true, ..self }
    }

    fn status(&self) -> StatusCode {
        match self.trouble.word {
            "not_found" | "unknown_patient" => StatusCode::NOT_FOUND,
            "no_token" | "invalid_client" => StatusCode::UNAUTHORIZED,
            "no_scope" | "of_family" => StatusCode::FORBIDDEN,
            "too_many_requests" => StatusCode::TOO_MANY_REQUESTS,
            "too_large" => StatusCode::PAYLOAD_TOO_LARGE,
            "under_way" | "answer_gone" | "nothing_shared" | "over" | "deceased" | "merge_unconfirmed" => {
                StatusCode::CONFLICT
            }
            "not_json"
            | "bad_query"
            | "idempotency_key_missing"
            | "invalid_request"
            | "unsupported_grant_type"
            | "invalid_scope" => StatusCode::BAD_REQUEST,
            "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            "broken" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// The answer; `reference` is what the log knows the request by.
    fn answer(&self, reference: &str) -> Response {
        let status = self.status();
        let detail = self.detail.as_deref().unwrap_or(self.trouble.detail);
        let mut said = json!({
            "type": format!("urn:postern:problem:{}", self.trouble.word),
            "title": self.trouble.title,
            "status": status.as_u16(),
            "detail": detail,
        });
        let more = said.as_object_mut();
        if let Some(fields) = more {
            if status.is_server_error() {
                fields.insert("reference".to_owned(), reference.into());
            }
            if self.oauth {
                fields.insert("error".to_owned(), self.trouble.word.into());
                fields.insert("error_description".to_owned(), detail.into());
            }
        }
        let mut response = (status, said.to_string()).into_response();
        let kind = if self.oauth { HeaderValue::from_static("application/json") } else { JSON };
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response.headers_mut().extend(self.headers.iter().cloned());
        response
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let trouble = if matches!(error, AppError::Fault(_)) { w::BROKEN } else { w::UNAVAILABLE };
        Self { fault: Some(error.to_string()), ..Self::of(trouble) }
    }
}

impl From<Known> for Problem {
    fn from(known: Known) -> Self {
        match known {
            Known::Other => Self::of(w::KEY_REUSED),
            Known::UnderWay => Self::of(w::UNDER_WAY).after(1),
            Known::Fresh | Known::Again(_) | Known::Gone => Self::of(w::ANSWER_GONE),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Gives an answer of the interface that is only an error its body, and logs faults once.
pub fn dress(circumstances: &Circumstances, response: Response) -> Response {
    let problem = response.extensions().get::<Arc<Problem>>().map(|problem| (**problem).clone());
    let page_error = response.extensions().get::<Arc<PageError>>().cloned();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_answered = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    let problem = match (problem, page_error) {
        (Some(problem), _) => problem,
        (None, Some(error)) => of_page(&error),
        (None, None) => match response.status() {
            _ if is_answered => return response,
            StatusCode::PAYLOAD_TOO_LARGE => Problem::of(w::TOO_LARGE),
            status if status.is_server_error() => Problem::of(w::UNAVAILABLE),
            // Of the router and its layers: an address or a method that is none.
            status if status.is_client_error() => Problem::of(w::NOT_FOUND),
            _ => return response,
        },
    };
    if let Some(why) = &problem.fault {
        tracing::error!(request = %circumstances.id, why, "a request of the interface failed");
    }
    let mut answer = problem.answer(&circumstances.id);
    *answer.extensions_mut() = Extensions::new();
    answer
}

fn of_page(error: &PageError) -> Problem {
    match error {
        PageError::NotFound => Problem::of(w::NOT_FOUND),
        PageError::TooLarge => Problem::of(w::TOO_LARGE),
        PageError::Forged | PageError::Unreadable | PageError::Locked(_) => Problem::of(w::INVALID),
        PageError::Busy(seconds) => Problem::of(w::UNAVAILABLE).after(*seconds),
        PageError::Fault(why) => Problem::fault(why),
        PageError::Unavailable(why) => Problem { fault: Some(why.clone()), ..Problem::of(w::UNAVAILABLE) },
    }
}
