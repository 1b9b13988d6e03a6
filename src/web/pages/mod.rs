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
use serde::de::DeserializeOwned;

use super::Site;
use super::error::{PageError, frame};
use super::gate::{Anyone, Visitor};
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
