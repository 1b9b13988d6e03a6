//! Handlers: extract, call a use case, render a view.

pub mod account;
pub mod charts;
pub mod desk;
pub mod emergency;
pub mod families;
pub mod family;
pub mod feed_notices;
pub mod find;
pub mod gallery;
pub mod health;
pub mod help;
pub mod home;
pub mod invitation;
pub mod kept_mail;
pub mod passkeys;
pub mod practice_page;
pub mod practices;
pub mod registration;
pub mod requests;
pub mod reset;
pub mod restrictions;
pub mod review;
pub mod set_up;
pub mod sign_in;
pub mod single_sign_on;
pub mod staff;
pub mod step_up;
pub mod team;
pub mod token;
pub mod tokens;
pub mod validation;

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Site;
use super::error::{PageError, frame};
use super::gate::{Anyone, Visitor};
use crate::domain::family::message::FileKind;
use crate::views::layout::{Frame, NavItem};

/// The fields of a form.
fn form<T: DeserializeOwned>(body: &Bytes) -> Result<T, PageError> {
    serde_html_form::from_bytes(body).map_err(|_| PageError::Unreadable)
}

impl Visitor {
    /// The frame of a page for this caller.
    fn frame(&self, site: &Site, current: NavItem) -> Frame {
        frame(site, &self.circumstances, Some(&self.session), self.form_token.clone(), current)
    }
}

impl Anyone {
    /// The frame of a page for a caller who is not signed in.
    fn frame(&self, site: &Site) -> Frame {
        frame(site, &self.circumstances, None, self.form_token.clone(), NavItem::None)
    }
}

/// A place in a list ordered by instant and id, as a URL carries it.
pub(in crate::web) fn cursor(at: crate::domain::calendar::Instant, id: uuid::Uuid) -> String {
    format!("{}.{}", at.micros(), id.simple())
}

/// The place that `text` names, `None` when it names none.
pub(in crate::web) fn read_cursor(text: &str) -> Option<(crate::domain::calendar::Instant, uuid::Uuid)> {
    let (micros, id) = text.split_once('.')?;
    Some((crate::domain::calendar::Instant::from_micros(micros.parse().ok()?), id.parse().ok()?))
}

/// `bytes` as a file of the type `kind`, in a place of its own: what it may hold can reach nothing of the portal.
fn apart(bytes: Vec<u8>, kind: &'static str, named: HeaderValue) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, named);
    // Beside the portal's own policy, which is put on every answer: both hold.
    headers.insert(HeaderName::from_static("content-security-policy"), HeaderValue::from_static("sandbox"));
    response
}

/// The file of the message `item`; its name is made of the message's id, whatever its writer called it.
fn file_of(item: Uuid, (bytes, kind): (Vec<u8>, FileKind)) -> Result<Response, PageError> {
    let (kind, ending) = kind.shown_as();
    let named = format!("inline; filename=\"{}.{ending}\"", item.simple());
    let named = HeaderValue::from_str(&named).map_err(|error| PageError::Fault(error.to_string()))?;
    Ok(apart(bytes, kind, named))
}

/// A place in the audit as a URL or form carries it.
pub(in crate::web) fn place((at, chain, seq): (crate::domain::calendar::Instant, uuid::Uuid, i64)) -> String {
    format!("{}.{}.{seq}", at.micros(), chain.simple())
}

/// The place that `text` names, `None` when it names none.
pub(in crate::web) fn read_place(text: &str) -> Option<(crate::domain::calendar::Instant, uuid::Uuid, i64)> {
    let (rest, seq) = text.rsplit_once('.')?;
    let (at, chain) = read_cursor(rest)?;
    Some((at, chain, seq.parse().ok()?))
}
