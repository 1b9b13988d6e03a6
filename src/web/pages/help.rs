//! Asking for help, and how a question stands. Anybody may, signed in, locked or neither.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use crate::app::help::{self, Asked, Question};
use crate::views::help::{self as view, HelpForm, HelpStatus};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::Anyone;
use crate::web::upload::{self, Upload};

/// `GET /help`: the empty form.
pub async fn show(State(site): State<Site>, anyone: Anyone) -> Markup {
    view::page(&anyone.frame(&site), &HelpForm::default())
}

/// `POST /help`: files a question.
pub async fn ask(State(site): State<Site>, anyone: Anyone, sent: Upload) -> Result<Response, PageError> {
    let text = |name: &str| sent.text(name).replace("\r\n", "\n");
    let (email, name, description) = (text("email"), text("name"), text("description"));
    let question = Question {
        email: email.clone(),
        name: name.clone(),
        description: description.clone(),
        picture: sent.file,
    };
    let frame = anyone.frame(&site);
    let again = |status, faults, wait| {
        (status, view::page(&frame, &HelpForm { email, name, description, faults, wait })).into_response()
    };
    Ok(match help::ask(&site.app, question, &anyone.circumstances.client()).await? {
        Asked::Filed(due) => view::done_page(&frame, due).into_response(),
        Asked::Invalid(faults) => {
            let held = faults.iter().find_map(|fault| fault.held());
            again(upload::again(held), faults, None)
        }
        Asked::Slowed(seconds) => {
            let wait = u64::try_from(seconds).unwrap_or(1);
            let mut page = again(StatusCode::TOO_MANY_REQUESTS, Vec::new(), Some(wait));
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            page
        }
    })
}

/// `GET /help/status/{token}`: how the question stands that the mailed link is about.
pub async fn status(
    State(site): State<Site>,
    anyone: Anyone,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let frame = anyone.frame(&site);
    let found = help::status(&site.app, &token, &anyone.circumstances.client()).await?;
    let Some(found) = found else {
        return Ok((StatusCode::GONE, view::gone_page(&frame)).into_response());
    };
    let model = HelpStatus {
        asked: found.asked_at,
        due: found.due,
        description: found.description,
        answer: found.answer,
    };
    Ok(view::status_page(&frame, &model).into_response())
}
