//! The gate before every route: who is signed in, what the route asks for, the form token, the locks.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::error::PageError;
use super::pages::step_up;
use super::request::Circumstances;
use super::{FORM_LIMIT, Site, api, upload};
use crate::app::access;
use crate::app::sign_in::{self, Session, SessionState};
use crate::domain::access::facts::ViewerFacts;
use crate::domain::access::{Action, Refusal, standing};
use crate::domain::api::Scope;
use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::people::AccountKind;
use crate::views::paths;

/// What a route asks of the one who calls it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// Nothing: assets and health.
    Open,
    /// Nothing, but its forms carry a token bound to the visitor's browser.
    Visitor,
    /// As [`Self::Visitor`], and its form may carry one picture, within a limit of its own.
    Upload,
    /// A full session of one of these kinds for using the portal, and its form may carry one file, within a limit of its own.
    UploadBy(&'static [AccountKind]),
    /// A password has been checked, the second factor not yet.
    HalfSignedIn,
    /// A full session of one of these kinds, for this action.
    SignedIn(&'static [AccountKind], Action),
    /// As [`Self::SignedIn`] for using the portal, with a factor shown within the last five minutes; else it is asked for first.
    SteppedUp(&'static [AccountKind]),
    /// Nothing, and only in the demo.
    Demo,
    /// Nothing, and only where a client of the JSON interface was made.
    Interface,
    /// An access token of a client of the JSON interface, good for this.
    Client(Scope),
}

/// Who calls, in the extensions of a request that passed the gate.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The session, for signed-in routes.
    pub session: Option<Session>,
    /// The caller's facts, for signed-in routes.
    pub facts: Option<std::sync::Arc<ViewerFacts>>,
    /// What this caller's form tokens are made from.
    pub form_key: [u8; 32],
    /// The cookie's secret, for handlers that end or raise the session.
    pub cookie: String,
    /// What a draft of this browser is found by, on routes for visitors.
    pub visit: Option<[u8; 32]>,
}

impl Caller {
    /// The token that this caller's forms carry.
    pub fn form_token(&self) -> String {
        sign_in::form_token(&self.form_key)
    }
}

/// A signed-in caller.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The session.
    pub session: Session,
    /// The facts that every decision of this request is made from.
    pub facts: std::sync::Arc<ViewerFacts>,
    /// The request.
    pub circumstances: Circumstances,
    /// The token that the page's forms carry.
    pub form_token: String,
    /// The cookie's secret.
    pub cookie: String,
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, PageError> {
        let caller = parts.extensions.get::<Caller>().cloned();
        let circumstances = parts.extensions.get::<Circumstances>().cloned();
        let absent = || PageError::Fault("a signed-in page without the gate".to_owned());
        let (caller, circumstances) = (caller.ok_or_else(absent)?, circumstances.ok_or_else(absent)?);
        Ok(Self {
            form_token: caller.form_token(),
            session: caller.session.ok_or_else(absent)?,
            facts: caller.facts.ok_or_else(absent)?,
            circumstances,
            cookie: caller.cookie,
        })
    }
}

/// A caller who need not be signed in.
#[derive(Clone, Debug)]
pub struct Anyone {
    /// The request.
    pub circumstances: Circumstances,
    /// The token that the page's forms carry.
    pub form_token: String,
    /// The session cookie's secret, empty without one.
    pub cookie: String,
    /// What the form tokens are made from: the same for all of this browser's visit, or of its session.
    pub form_key: [u8; 32],
    /// What a draft of this browser is found by; `None` on routes for sessions.
    pub visit: Option<[u8; 32]>,
}

impl FromRequestParts<Site> for Anyone {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, PageError> {
        let absent = || PageError::Fault("a page without the gate".to_owned());
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(absent)?;
        let circumstances = parts.extensions.get::<Circumstances>().cloned().ok_or_else(absent)?;
        Ok(Self {
            circumstances,
            form_token: caller.form_token(),
            form_key: caller.form_key,
            cookie: caller.cookie,
            visit: caller.visit,
        })
    }
}

/// Lets a request through to its route, or answers it.
pub async fn pass(State((site, policy)): State<(Site, Policy)>, request: Request, next: Next) -> Response {
    match admit(&site, policy, request).await {
        Ok((request, fresh_cookie)) => {
            let mut response = next.run(request).await;
            if let Some(cookie) = fresh_cookie {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(answer) => *answer,
    }
}

type Admitted = Result<(Request, Option<HeaderValue>), Box<Response>>;

async fn admit(site: &Site, policy: Policy, request: Request) -> Admitted {
    let answer = |e: PageError| Box::new(e.into_response());
    let (mut parts, body) = request.into_parts();
    let Some(circumstances) = parts.extensions.get::<Circumstances>().cloned() else {
        return Err(answer(PageError::Fault("a request without circumstances".to_owned())));
    };
    let cookie = read_cookie(&parts.headers, site.cookie_name()).unwrap_or_default();
    let mut fresh = None;
    let caller = match policy {
        Policy::Open => return Ok((Request::from_parts(parts, body), None)),
        Policy::Interface | Policy::Client(_) => {
            let scope = if let Policy::Client(scope) = policy { Some(scope) } else { None };
            let passed = api::admit(site, scope, &mut parts, &circumstances).await;
            passed.map_err(|problem| Box::new(problem.into_response()))?;
            return Ok((Request::from_parts(parts, body), None));
        }
        Policy::Demo if site.demo.is_none() => return Err(answer(PageError::NotFound)),
        Policy::Visitor | Policy::Upload | Policy::Demo => {
            let known = read_cookie(&parts.headers, site.visitor_cookie_name());
            let visit = match known.filter(|k| sign_in::visit_hash(k).is_some()) {
                Some(known) => known,
                None => {
                    let made = sign_in::new_visit(&site.app).map_err(|e| answer(e.into()))?;
                    fresh = Some(set_cookie(site, site.visitor_cookie_name(), made.as_str()));
                    made.as_str().to_owned()
                }
            };
            let form_key = sign_in::visit_form_key(&site.app.keys, &visit).unwrap_or_default();
            Caller { session: None, facts: None, form_key, cookie, visit: sign_in::visit_hash(&visit) }
        }
        Policy::HalfSignedIn => match state_of(site, &cookie).await? {
            SessionState::HalfSignedIn { form_key, .. } => {
                Caller { session: None, facts: None, form_key, cookie, visit: None }
            }
            SessionState::SignedIn(_) => return Err(Box::new(Redirect::to(paths::home()).into_response())),
            SessionState::Nobody => return Err(Box::new(Redirect::to(paths::sign_in()).into_response())),
        },
        Policy::SignedIn(kinds, action) => {
            signed_in(site, kinds, action, &circumstances, cookie, &parts.method).await?
        }
        Policy::UploadBy(kinds) => {
            signed_in(site, kinds, Action::UsePortal, &circumstances, cookie, &parts.method).await?
        }
        Policy::SteppedUp(kinds) => {
            let caller =
                signed_in(site, kinds, Action::UsePortal, &circumstances, cookie, &parts.method).await?;
            if let Some(session) = caller.session.as_ref().filter(|s| !s.is_fresh(circumstances.now)) {
                let path = parts.uri.path();
                if parts.method != Method::POST {
                    return Err(Box::new(Redirect::to(&paths::step_up(path)).into_response()));
                }
                let held =
                    check_form(site, &parts.headers, body, &caller, &circumstances).await.map_err(answer)?;
                let page = step_up::ask(site, &circumstances, session, (path, &held)).await;
                return Err(Box::new(page.unwrap_or_else(IntoResponse::into_response)));
            }
            caller
        }
    };
    let takes_file = matches!(policy, Policy::Upload | Policy::UploadBy(_));
    let body = if parts.method == Method::POST && takes_file {
        let sent = upload::read(&parts.headers, body).await.map_err(answer)?;
        let token = sent.text("form_token").to_owned();
        ours(site, &parts.headers, Some(&token), &caller, &circumstances).await.map_err(answer)?;
        parts.extensions.insert(sent);
        Body::empty()
    } else if parts.method == Method::POST {
        let bytes = check_form(site, &parts.headers, body, &caller, &circumstances).await.map_err(answer)?;
        Body::from(bytes)
    } else {
        body
    };
    parts.extensions.insert(caller);
    Ok((Request::from_parts(parts, body), fresh))
}

async fn state_of(site: &Site, cookie: &str) -> Result<SessionState, Box<Response>> {
    if cookie.is_empty() {
        return Ok(SessionState::Nobody);
    }
    sign_in::session(&site.app, cookie).await.map_err(|e| Box::new(PageError::from(e).into_response()))
}

async fn signed_in(
    site: &Site,
    kinds: &[AccountKind],
    action: Action,
    circumstances: &Circumstances,
    cookie: String,
    method: &Method,
) -> Result<Caller, Box<Response>> {
    let answer = |e: PageError| Box::new(e.into_response());
    let session = match state_of(site, &cookie).await? {
        SessionState::SignedIn(session) => session,
        SessionState::HalfSignedIn { .. } => {
            return Err(Box::new(Redirect::to(paths::code()).into_response()));
        }
        SessionState::Nobody => {
            let had_one = !cookie.is_empty() && *method == Method::GET;
            let to = if had_one {
                format!("{}?notice=ended", paths::sign_in())
            } else {
                paths::sign_in().to_owned()
            };
            return Err(Box::new(Redirect::to(&to).into_response()));
        }
    };
    let facts = access::viewer(&site.app, session.account).await.map_err(|e| answer(e.into()))?;
    let Some(facts) = facts else {
        return Err(answer(PageError::Fault("a session without account".to_owned())));
    };
    if let Err(refusal) = standing(&facts, action, circumstances.now) {
        let who =
            locked_by(&site.app, &facts, refusal, circumstances.now).await.map_err(|e| answer(e.into()))?;
        return Err(answer(PageError::Locked(Box::new(super::error::Lock { refusal, who, session }))));
    }
    if !kinds.contains(&session.kind) {
        return Err(answer(PageError::NotFound));
    }
    let form_key = session.form_key;
    Ok(Caller {
        session: Some(session),
        facts: Some(std::sync::Arc::new(facts)),
        form_key,
        cookie,
        visit: None,
    })
}

/// The sponsors who must act to undo a lock.
async fn locked_by(
    app: &crate::app::App,
    facts: &ViewerFacts,
    refusal: Refusal,
    now: crate::domain::calendar::Instant,
) -> Result<Vec<crate::app::sponsoring::LockedSponsor>, crate::app::AppError> {
    crate::app::sponsoring::locked_sponsors(app, facts, refusal, now).await
}

/// Reads the form and checks that it was sent from our own page by this very browser and session.
async fn check_form(
    site: &Site,
    headers: &HeaderMap,
    body: Body,
    caller: &Caller,
    circumstances: &Circumstances,
) -> Result<Bytes, PageError> {
    let bytes = to_bytes(body, FORM_LIMIT).await.map_err(|_| PageError::TooLarge)?;
    // No keyboard types a NUL, and PostgreSQL keeps none.
    if bytes.contains(&0) || bytes.windows(3).any(|w| w == b"%00") {
        return Err(PageError::Unreadable);
    }
    let token = form_field(&bytes, "form_token");
    ours(site, headers, token.as_deref(), caller, circumstances).await?;
    Ok(bytes)
}

/// Refuses, and records, a form that was not sent from our own page by this very browser and session.
async fn ours(
    site: &Site,
    headers: &HeaderMap,
    token: Option<&str>,
    caller: &Caller,
    circumstances: &Circumstances,
) -> Result<(), PageError> {
    let ours =
        same_origin(site, headers) && token.is_some_and(|t| sign_in::form_token_holds(&caller.form_key, t));
    if ours {
        return Ok(());
    }
    let mut entry = Entry::new(circumstances.now, Act::ForgedForm, Outcome::Refused);
    entry.actor = caller.session.as_ref().map(|s| s.account);
    entry.request_id.clone_from(&circumstances.id);
    entry.network.clone_from(&circumstances.network);
    site.app.audit.record(entry).await?;
    Err(PageError::Forged)
}

/// The browser says that the request comes from our own page; one that says nothing of it is refused.
fn same_origin(site: &Site, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(from) = text("sec-fetch-site") {
        return from == "same-origin";
    }
    text("origin").and_then(|o| o.split_once("://")).is_some_and(|(_, host)| site.answers_to(host))
}

/// The value of `name` in an urlencoded form.
fn form_field(bytes: &[u8], name: &str) -> Option<String> {
    let fields: Vec<(String, String)> = serde_html_form::from_bytes(bytes).ok()?;
    fields.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The value of the cookie `name`.
pub fn read_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// A cookie for this browser session: HttpOnly, SameSite=Lax, the whole site; `__Host-` and Secure over https.
pub fn set_cookie(site: &Site, name: &str, value: &str) -> HeaderValue {
    let secure = if site.secure() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// The header that makes a browser forget the cookie `name`.
pub fn forget_cookie(site: &Site, name: &str) -> HeaderValue {
    let secure = if site.secure() { "; Secure" } else { "" };
    let text = format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
