//! The account and its sessions.

use maud::{Markup, html};

use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field, flag};
use super::paths;
use super::words::{practice, rules, sign_in as w};
use crate::domain::calendar::Instant;
use crate::domain::people::AccountKind;

/// One session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// When it began.
    pub began: Instant,
    /// When it was last used.
    pub used: Instant,
    /// The network it came from; empty when not kept.
    pub network: String,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// The account page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Kind.
    pub kind: AccountKind,
    /// Live sessions, newest first.
    pub sessions: Vec<SessionRow>,
}

/// The account page, with sign-out everywhere.
pub fn page(frame: &Frame, model: &Account) -> Markup {
    let sessions = html! {
        p { (w::SESSIONS_HOW) }
        table class="t stack" {
            thead { tr { th scope="col" { (w::SESSION_BEGAN) } th scope="col" { (w::SESSION_USED) } th scope="col" { (w::SESSION_FROM) } } }
            tbody {
                @for row in &model.sessions {
                    tr {
                        th scope="row" { (parts::moment(row.began, frame.zone)) " " @if row.this { (flag::tag("ok", w::SESSION_THIS)) } }
                        td data-l=(w::SESSION_USED) { (parts::moment(row.used, frame.zone)) }
                        td data-l=(w::SESSION_FROM) { (row.network) }
                    }
                }
            }
        }
        form method="post" action=(paths::sign_out_everywhere()) class="actions" {
            (field::token(frame))
            button class="second" type="submit" { (w::EVERYWHERE) }
        }
    };
    let main = html! {
        h1 { (w::ACCOUNT_TITLE) }
        section class="panel" {
            dl class="facts" {
                div { dt { (w::ACCOUNT_NAME) } dd { (model.name) } }
                div { dt { (w::EMAIL) } dd { (model.email) } }
                div { dt { (w::ACCOUNT_KIND) } dd { (rules::kind(model.kind)) } }
            }
            @if model.kind == AccountKind::Provider { p { a href=(paths::practices()) { (practice::TITLE) } } }
        }
        (parts::panel("sessions", &html! { (w::SESSIONS) }, &sessions))
    };
    frame_page(frame, w::ACCOUNT_TITLE, Width::Narrow, &main)
}
