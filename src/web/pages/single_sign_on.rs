//! Signing in, out and linking by the hospital's single sign-on.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{self, HeaderMap};
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::form;
use crate::app::sign_in::{self, SessionSecret, SessionState};
use crate::app::single_sign_on::{self as sso, Begun, Browser, Callback, HospitalAnswer, LinkAnswer, Ticket};
use crate::views::paths;
use crate::views::single_sign_on::{self as view, Elsewhere, Ending, LinkFault, NotLinked};
use crate::web::Site;
use crate::web::error::PageError;
use crate::web::gate::{Anyone, Visitor, set_cookie};
use crate::web::request::Circumstances;

/// What the provider's redirect carries.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Returned {
    code: String,
    state: String,
    iss: Option<String>,
    error: Option<String>,
}

/// The page that a fresh factor is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Next {
    next: String,
}

/// What comes back from signing out at the hospital.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Back {
    state: Option<String>,
}

/// The form of somebody whom no account is linked to.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct LinkFields {
    ticket: String,
    email: String,
}

/// The form that the provider posts.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct LogoutFields {
    logout_token: String,
}

/// `GET /sign-in/hospital`: goes to the hospital. A link on another site only leads to the sign-in page: somebody must want it.
pub async fn start(
    State(site): State<Site>,
    anyone: Anyone,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if from_elsewhere(&headers) {
        return Ok(Redirect::to(paths::sign_in()).into_response());
    }
    if let SessionState::SignedIn(_) = sign_in::session(&site.app, &anyone.cookie).await? {
        return Ok(Redirect::to(paths::home()).into_response());
    }
    let client = anyone.circumstances.client();
    begun(&site, &anyone, sso::begin(&site.app, browser(&anyone), &client).await?)
}

/// `GET /sign-in/hospital/callback`: takes the hospital's answer.
pub async fn callback(
    State(site): State<Site>,
    anyone: Anyone,
    Query(returned): Query<Returned>,
) -> Result<Response, PageError> {
    let Returned { code, state, iss, error } = returned;
    let callback = Callback { code, state, iss, error };
    let client = anyone.circumstances.client();
    let answer = sso::finish(&site.app, &callback, browser(&anyone), &client).await?;
    Ok(match answer {
        HospitalAnswer::SignedIn { cookie } => with_session(&site, &cookie, paths::home()),
        HospitalAnswer::SteppedUp { cookie, next } => with_session(&site, &cookie, own_path(&next)),
        HospitalAnswer::NotLinked(ticket) => {
            let page = view::not_linked_page(&anyone.frame(&site), &not_linked(ticket));
            (StatusCode::FORBIDDEN, page).into_response()
        }
        HospitalAnswer::LinkAsked => view::asked_page(&anyone.frame(&site)).into_response(),
        HospitalAnswer::NoSecondFactor => ending(&site, &anyone, Ending::NoSecondFactor),
        HospitalAnswer::Cancelled => ending(&site, &anyone, Ending::Cancelled),
        HospitalAnswer::Refused => ending(&site, &anyone, Ending::Refused),
        HospitalAnswer::Inactive => ending(&site, &anyone, Ending::Inactive),
        HospitalAnswer::NoRole => ending(&site, &anyone, Ending::NoRole),
        HospitalAnswer::Down => ending(&site, &anyone, Ending::Down),
        HospitalAnswer::Off => return Err(PageError::NotFound),
    })
}

/// `POST /sign-in/hospital/link`: asks the access team to link the sign-in.
pub async fn ask(State(site): State<Site>, anyone: Anyone, body: Bytes) -> Result<Response, PageError> {
    let fields: LinkFields = form(&body)?;
    let client = anyone.circumstances.client();
    let frame = anyone.frame(&site);
    let again = |ticket, fault| {
        let model = NotLinked { typed: fields.email.clone(), fault: Some(fault), ..not_linked(ticket) };
        (StatusCode::UNPROCESSABLE_ENTITY, view::not_linked_page(&frame, &model)).into_response()
    };
    let asked =
        sso::ask_for_link(&site.app, &fields.ticket, browser(&anyone), &fields.email, &client).await?;
    Ok(match asked {
        LinkAnswer::Asked | LinkAnswer::Waiting => view::asked_page(&frame).into_response(),
        LinkAnswer::EmailMissing(ticket) => again(ticket, LinkFault::EmailMissing),
        LinkAnswer::EmailWrong(ticket) => again(ticket, LinkFault::EmailWrong),
        LinkAnswer::Gone => ending(&site, &anyone, Ending::Refused),
    })
}

/// `GET /step-up/hospital`: goes to the hospital for a fresh factor.
pub async fn step_up(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(next): Query<Next>,
) -> Result<Response, PageError> {
    if from_elsewhere(&headers) {
        return Ok(Redirect::to(paths::home()).into_response());
    }
    let browser = Browser { visit: "", session: &visitor.cookie };
    let begun = sso::begin_step_up(&site.app, &visitor.session, browser, own_path(&next.next)).await?;
    inside(&site, &visitor, begun)
}

/// `GET /account/hospital-sign-in`: goes to the hospital to sign in there, so that it can be linked. A link, since the policy lets
/// no form lead to another place.
pub async fn begin_own(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if from_elsewhere(&headers) {
        return Ok(Redirect::to(paths::home()).into_response());
    }
    let browser = Browser { visit: "", session: &visitor.cookie };
    let begun = sso::begin_link(&site.app, &visitor.session, browser).await?;
    inside(&site, &visitor, begun)
}

/// `GET /sign-in/hospital/signed-out`: signed out here, and there too after coming back.
pub async fn signed_out(State(site): State<Site>, anyone: Anyone, Query(back): Query<Back>) -> Response {
    let there = if back.state.is_some() { Elsewhere::Out } else { Elsewhere::StillIn };
    view::signed_out_page(&anyone.frame(&site), there).into_response()
}

/// `GET /sign-in/hospital/sign-out`: goes to the hospital to sign out there. A link on another site signs nobody out.
pub async fn sign_out_there(State(site): State<Site>, headers: HeaderMap) -> Result<Response, PageError> {
    if from_elsewhere(&headers) {
        return Ok(Redirect::to(paths::sign_in()).into_response());
    }
    let url = sso::sign_out_url(&site.app).await?;
    Ok(Redirect::to(url.as_deref().unwrap_or(paths::sign_in())).into_response())
}

/// `POST /sign-in/hospital/logout`: the provider says whose sessions are over.
pub async fn logged_out(
    State(site): State<Site>,
    extensions: Extensions,
    body: Bytes,
) -> Result<Response, PageError> {
    let Some(circumstances) = extensions.get::<Circumstances>() else { return Err(PageError::Unreadable) };
    let fields: LogoutFields = serde_html_form::from_bytes(&body).unwrap_or_default();
    let client = circumstances.client();
    let ended = sso::log_out_from_provider(&site.app, &fields.logout_token, &client).await?;
    Ok(if ended { StatusCode::OK.into_response() } else { StatusCode::BAD_REQUEST.into_response() })
}

fn not_linked(ticket: Ticket) -> NotLinked {
    NotLinked {
        ticket: ticket.sealed,
        name: ticket.name,
        email: ticket.email,
        may_be_new: ticket.may_be_new,
        waiting: ticket.waiting,
        typed: String::new(),
        fault: None,
    }
}

fn browser(anyone: &Anyone) -> Browser<'_> {
    Browser { visit: &anyone.form_token, session: &anyone.cookie }
}

/// Whether the browser says that another site sent it here. An old one that says nothing is believed: it changes nothing yet.
fn from_elsewhere(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    from.is_some_and(|from| !matches!(from, "same-origin" | "none"))
}

/// `next`, when it is a path of this portal; else the home page.
fn own_path(next: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let is_ours = next.starts_with('/') && !next.starts_with("//") && next.chars().all(plain);
    if is_ours { next } else { paths::home() }
}

fn begun(site: &Site, anyone: &Anyone, begun: Begun) -> Result<Response, PageError> {
    match begun {
        Begun::To(url) => Ok(Redirect::to(&url).into_response()),
        Begun::Down => Ok(ending(site, anyone, Ending::Down)),
        Begun::Slowed(seconds) => Err(PageError::Busy(seconds)),
        Begun::Off | Begun::NotHospital => Err(PageError::NotFound),
    }
}

fn inside(site: &Site, visitor: &Visitor, begun: Begun) -> Result<Response, PageError> {
    match begun {
        Begun::To(url) => Ok(Redirect::to(&url).into_response()),
        Begun::Down => {
            let frame = visitor.frame(site, crate::views::layout::NavItem::Account);
            Ok((StatusCode::SERVICE_UNAVAILABLE, view::ending_page(&frame, Ending::Down)).into_response())
        }
        Begun::Slowed(seconds) => Err(PageError::Busy(seconds)),
        Begun::Off | Begun::NotHospital => Err(PageError::NotFound),
    }
}

fn ending(site: &Site, anyone: &Anyone, ending: Ending) -> Response {
    let status = if ending == Ending::Down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::FORBIDDEN };
    (status, view::ending_page(&anyone.frame(site), ending)).into_response()
}

/// Goes on to `path` in a new session.
fn with_session(site: &Site, secret: &SessionSecret, path: &str) -> Response {
    let cookie = set_cookie(site, site.cookie_name(), secret.as_str());
    ([(header::SET_COOKIE, cookie)], Redirect::to(path)).into_response()
}
