//! A fresh factor before an act that needs one.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::form;
use super::passkeys::options;
use super::sign_in::{signed_out, with_session};
use crate::app::sign_in::passkeys::{self, Shown};
use crate::app::sign_in::{self, Session, StepUpAnswer, form_token};
use crate::views::layout::NavItem;
use crate::views::sign_in::CodeProblem;
use crate::views::step_up::{self as view, StepUp};
use crate::views::{layout::Frame, paths};
use crate::web::Site;
use crate::web::error::{PageError, frame};
use crate::web::gate::Visitor;
use crate::web::request::Circumstances;
use crate::web::routes::page_at_or_above;

/// Where to go on.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Next {
    next: String,
}

/// The fields of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    code: String,
    response: String,
    next: String,
    held: String,
}

/// Fields that are never sent back in a page.
const NEVER_HELD: [&str; 6] = ["form_token", "password", "current", "new", "code", "response"];

/// `next` when it is a path of this portal, else the home page.
fn own_path(next: &str) -> &str {
    let plain = next.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.'));
    let own = plain && next.starts_with('/') && !next.starts_with("//") && next.len() <= 300;
    if own { next } else { paths::home() }
}

/// The page that asks for a factor, while the form `held` (as it was sent to `next`) waits.
pub(in crate::web) async fn ask(
    site: &Site,
    circumstances: &Circumstances,
    session: &Session,
    (next, held): (&str, &[u8]),
) -> Result<Response, PageError> {
    let fields: Vec<(String, String)> = serde_html_form::from_bytes(held).unwrap_or_default();
    let kept: Vec<_> = fields.into_iter().filter(|(n, _)| !NEVER_HELD.contains(&n.as_str())).collect();
    let held = serde_html_form::to_string(kept).unwrap_or_default();
    // A form without anything typed is still a form: it is sent again afterwards.
    let held = if held.is_empty() { String::from("_=") } else { held };
    let frame = frame(site, circumstances, Some(session), form_token(&session.form_key), NavItem::None);
    let model = StepUp { next: next.to_owned(), held, ..StepUp::default() };
    page(site, &frame, session, model, StatusCode::OK).await
}

async fn page(
    site: &Site,
    frame: &Frame,
    session: &Session,
    model: StepUp,
    status: StatusCode,
) -> Result<Response, PageError> {
    let passkey = !sign_in::factors_of(&site.app, session).await?.passkeys.is_empty();
    // The hospital leads back to a page: a form that waited there is typed again.
    let hospital =
        session.hospital.as_ref().map(|_| paths::single_sign_on_step_up(page_at_or_above(&model.next)));
    Ok((status, view::page(frame, &StepUp { passkey, hospital, ..model })).into_response())
}

/// `GET /step-up`: asks for a fresh factor.
pub async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(next): Query<Next>,
) -> Result<Response, PageError> {
    let model = StepUp { next: own_path(&next.next).to_owned(), ..StepUp::default() };
    page(&site, &visitor.frame(&site, NavItem::None), &visitor.session, model, StatusCode::OK).await
}

/// `POST /step-up`: checks a code.
pub async fn check(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let client = visitor.circumstances.client();
    let problem = if fields.code.trim().is_empty() {
        CodeProblem::Missing
    } else {
        let answer =
            sign_in::step_up(&site.app, &site.hashing, &visitor.session, &fields.code, &client).await?;
        match answer {
            StepUpAnswer::Done { cookie } => return go_on(&site, &visitor, &fields, cookie.as_str()).await,
            StepUpAnswer::Ended => return Ok(signed_out(&site, &visitor, "ended")),
            StepUpAnswer::Busy { retry_after } => return Err(PageError::Busy(retry_after)),
            StepUpAnswer::Wrong { used: true } => CodeProblem::Used,
            StepUpAnswer::Wrong { used: false } => CodeProblem::Wrong,
            StepUpAnswer::FactorDisabled => CodeProblem::FactorDisabled,
        }
    };
    again(&site, &visitor, fields, problem).await
}

async fn again(
    site: &Site,
    visitor: &Visitor,
    fields: Fields,
    problem: CodeProblem,
) -> Result<Response, PageError> {
    let model = StepUp {
        next: own_path(&fields.next).to_owned(),
        held: fields.held,
        problem: Some(problem),
        ..StepUp::default()
    };
    let frame = visitor.frame(site, NavItem::None);
    page(site, &frame, &visitor.session, model, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// `POST /step-up/passkey/options`: what the browser is asked for a passkey of whoever is signed in.
pub async fn passkey_options(State(site): State<Site>, visitor: Visitor) -> Result<Response, PageError> {
    Ok(options(passkeys::begin_step_up(&site.app, &visitor.session).await?))
}

/// `POST /step-up/passkey`: shows a passkey.
pub async fn passkey(State(site): State<Site>, visitor: Visitor, body: Bytes) -> Result<Response, PageError> {
    let fields: Fields = form(&body)?;
    let client = visitor.circumstances.client();
    match passkeys::finish_step_up(&site.app, &visitor.session, &fields.response, &client).await? {
        Shown::SignedIn { cookie } => go_on(&site, &visitor, &fields, cookie.as_str()).await,
        Shown::Refused => again(&site, &visitor, fields, CodeProblem::Passkey).await,
    }
}

/// Goes on under the new secret: to `next`, or to the page that sends the held form.
async fn go_on(site: &Site, visitor: &Visitor, fields: &Fields, cookie: &str) -> Result<Response, PageError> {
    let next = own_path(&fields.next);
    if fields.held.is_empty() {
        return Ok(with_session(site, cookie, next));
    }
    let sign_in::SessionState::SignedIn(session) = sign_in::session(&site.app, cookie).await? else {
        return Ok(signed_out(site, visitor, "ended"));
    };
    let token = form_token(&session.form_key);
    let frame = frame(site, &visitor.circumstances, Some(&session), token, NavItem::None);
    let held: Vec<(String, String)> = serde_html_form::from_str(&fields.held).unwrap_or_default();
    let held: Vec<_> = held.into_iter().filter(|(n, _)| !NEVER_HELD.contains(&n.as_str())).collect();
    let page = view::held_page(&frame, next, &held).into_response();
    Ok(super::sign_in::keep_session(site, cookie, page))
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_a_path_of_this_portal_is_gone_on_to() {
        assert_eq!(own_path("/account/factors"), "/account/factors");
        for other in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "account", "/a?b=c", "/a\r\nb"]
        {
            assert_eq!(own_path(other), "/", "{other:?}");
        }
    }
}
