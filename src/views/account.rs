//! The account's own pages: who is signed in and from where; ways to sign in, address, history, closing.

pub mod address;
pub mod close;
pub mod factors;
pub mod history;
pub mod notices;
pub mod password;

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field, flag};
use super::paths;
use super::words::{account as w, rules, sign_in as ws};
use crate::domain::calendar::Instant;
use crate::domain::people::AccountKind;
use crate::domain::sign_in::Via;

/// One session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// How the list names it, to end it.
    pub name: String,
    /// When it began.
    pub began: Instant,
    /// When it was last used.
    pub used: Instant,
    /// The network it came from; empty when not kept.
    pub network: String,
    /// The browser and system, in a few words.
    pub device: String,
    /// What opened it.
    pub via: Via,
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
    /// What was just done, if anything.
    pub notice: Option<SessionNotice>,
}

/// What was just done to a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionNotice {
    /// It has ended.
    Ended,
    /// It was over already.
    Gone,
}

/// One of the account's pages, for the row of links above each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// Who is signed in, and from where.
    Overview,
    /// Ways to sign in.
    Factors,
    /// The password.
    Password,
    /// The address.
    Email,
    /// Practices, for providers.
    Practices,
    /// Notices by mail, for who reads charts.
    Notices,
    /// The latest sign-ins.
    History,
    /// Closing it.
    Close,
}

/// The row of links above each of the account's pages.
pub fn tabs(frame: &Frame, current: Tab) -> Markup {
    let kind = frame.viewer.as_ref().map(|v| v.kind);
    let shown = |tab: Tab| match tab {
        Tab::Practices => kind == Some(AccountKind::Provider),
        Tab::Notices => matches!(kind, Some(AccountKind::Provider | AccountKind::Sponsored)),
        _ => true,
    };
    let all: [(Tab, &str, &str); 8] = [
        (Tab::Overview, paths::account(), w::OVERVIEW),
        (Tab::Factors, paths::factors(), w::FACTORS),
        (Tab::Password, paths::password(), w::PASSWORD),
        (Tab::Email, paths::email(), w::EMAIL),
        (Tab::Practices, paths::practices(), w::PRACTICES),
        (Tab::Notices, paths::notices(), w::NOTICES),
        (Tab::History, paths::history(), w::HISTORY),
        (Tab::Close, paths::close(), w::CLOSE),
    ];
    html! {
        nav class="tabs" aria-label=(w::NAV_LABEL) {
            ul {
                @for (tab, href, words) in all {
                    @if shown(tab) {
                        li { a href=(href) aria-current=[(tab == current).then_some("page")] { (words) } }
                    }
                }
            }
        }
    }
}

/// One of the account's pages: the row of links, then `main`, which holds the one `h1`.
pub fn tabbed(frame: &Frame, tab: Tab, title: &str, main: &Markup) -> Markup {
    let frame = Frame { current: NavItem::Account, ..frame.clone() };
    frame_page(&frame, title, Width::Wide, &html! { (tabs(&frame, tab)) (main) })
}

/// The account page, with sign-out everywhere; posts `session` to end one.
pub fn page(frame: &Frame, model: &Account) -> Markup {
    let sessions = html! {
        p { (ws::SESSIONS_HOW) }
        table class="t stack" {
            thead { tr {
                th scope="col" { (ws::SESSION_BEGAN) } th scope="col" { (w::SESSION_DEVICE) } th scope="col" { (ws::SESSION_FROM) }
                th scope="col" { (ws::SESSION_USED) } th scope="col" { span class="vh" { (w::SESSION_END) } }
            } }
            tbody {
                @for (n, row) in model.sessions.iter().enumerate() {
                    tr {
                        th scope="row" {
                            (parts::moment(row.began, frame.zone)) " " @if row.this { (flag::tag("ok", ws::SESSION_THIS)) }
                            span class="sub" { (w::via(row.via)) }
                        }
                        td data-l=(w::SESSION_DEVICE) { (row.device) }
                        td data-l=(ws::SESSION_FROM) { (row.network) }
                        td data-l=(ws::SESSION_USED) { (parts::moment(row.used, frame.zone)) }
                        td { @if !row.this { (end_form(frame, n, row)) } }
                    }
                }
            }
        }
        form method="post" action=(paths::sign_out_everywhere()) class="actions" {
            (field::token(frame))
            button class="second" type="submit" { (ws::EVERYWHERE) }
        }
    };
    let main = html! {
        h1 { (ws::ACCOUNT_TITLE) }
        @match model.notice {
            Some(SessionNotice::Ended) => (parts::notice("info", &html! { p { (w::SESSION_ENDED) } })),
            Some(SessionNotice::Gone) => (parts::notice("warn", &html! { p { (w::SESSION_GONE) } })),
            None => {}
        }
        section class="panel" {
            dl class="facts" {
                div { dt { (ws::ACCOUNT_NAME) } dd { (model.name) } }
                div { dt { (ws::EMAIL) } dd { (model.email) } }
                div { dt { (ws::ACCOUNT_KIND) } dd { (rules::kind(model.kind)) } }
            }
        }
        (parts::panel("sessions", &html! { (ws::SESSIONS) }, &sessions))
    };
    tabbed(frame, Tab::Overview, ws::ACCOUNT_TITLE, &main)
}

fn end_form(frame: &Frame, n: usize, row: &SessionRow) -> Markup {
    html! {
        form method="post" action=(paths::session_end()) {
            (field::token(frame))
            (field::hidden("session", &row.name))
            button class="bare link" type="submit" { (w::SESSION_END) span class="vh" { " " (n + 1) } }
        }
    }
}
