//! The frame around every page: header, skip link, footer.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::words::{self as w, token};
use super::{parts, paths};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::people::AccountKind;

/// Where the stylesheet, the script and the icon are served, content hash included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assets {
    /// `app.css`.
    pub css: String,
    /// `print.css`.
    pub print_css: String,
    /// `app.js`.
    pub js: String,
    /// `icons.svg`.
    pub icons: String,
}

/// Who is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameViewer {
    /// The name shown in the header.
    pub name: String,
    /// The kind of account, which decides the navigation.
    pub kind: AccountKind,
    /// Idle seconds after which the session ends; the page warns 2 minutes before.
    pub idle_seconds: u32,
}

/// The entry of the header's navigation that a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NavItem {
    /// No entry.
    None,
    /// Patient Selection and its outcomes.
    Find,
    /// My patients.
    MyPatients,
    /// My requests.
    Requests,
    /// The sponsor's staff and their review.
    Staff,
    /// The practices that the viewer belongs to.
    Practice,
    /// The access team's queue.
    Queue,
    /// The accounts that the access team runs.
    Accounts,
    /// The campaign of the validation.
    Validation,
    /// Validating a token, at the top right.
    Token,
    /// The access team's tokens.
    Tokens,
    /// The access team's look-ups.
    LookUps,
    /// The audit list.
    Audit,
    /// Who opened the chart.
    Disclosures,
    /// The account and its sessions.
    Account,
    /// No entry is offered: whoever is locked would only be turned away.
    Locked,
}

/// What every page needs besides its own model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The hospital's name.
    pub hospital_name: String,
    /// The access team's phone.
    pub phone: String,
    /// The installation holds synthetic data only: a notice says so on every page.
    pub demo: bool,
    /// Who is signed in, `None` before.
    pub viewer: Option<FrameViewer>,
    /// The token that every form of this page carries in the field `form_token`.
    pub form_token: String,
    /// The nonce of this response's content security policy.
    pub nonce: String,
    /// Where the assets are.
    pub assets: Assets,
    /// Hospital time.
    pub zone: Zone,
    /// The instant of this answer.
    pub now: Instant,
    /// The entry of the navigation to mark.
    pub current: NavItem,
}

/// How wide a page's content may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Width {
    /// Forms and messages: one readable column.
    Narrow,
    /// Tables and charts.
    Wide,
}

/// A whole page: `title` for the tab, `main` as its content; `main` holds the one `h1`.
pub fn page(frame: &Frame, title: &str, width: Width, main: &Markup) -> Markup {
    let class = if width == Width::Narrow { "wrap narrow" } else { "wrap" };
    shell(frame, title, &html! { main id="main" class=(class) tabindex="-1" { (main) } })
}

/// A whole page whose `body` brings its own `main id="main"`.
pub fn shell(frame: &Frame, title: &str, body: &Markup) -> Markup {
    let idle = frame.viewer.as_ref().map(|v| v.idle_seconds);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                meta name="referrer" content="same-origin";
                title { (title) " · " (frame.hospital_name) }
                link rel="icon" type="image/svg+xml" href=(frame.assets.icons);
                link rel="stylesheet" href=(frame.assets.css);
                link rel="stylesheet" media="print" href=(frame.assets.print_css);
                script type="module" src=(frame.assets.js) nonce=(frame.nonce) {}
            }
            body data-idle=[idle] data-idle-words=[idle.map(|_| w::IDLE_SOON)] {
                a class="skip" href="#main" { (w::SKIP) }
                (header(frame))
                @if frame.demo { aside class="demo" aria-label=(w::DEMO_LABEL) { p class="wrap" { (w::DEMO_NOTICE) " " a href=(paths::kept_mail()) { (w::DEMO_MAIL) } } } }
                (body)
                (footer(frame))
            }
        }
    }
}

fn header(frame: &Frame) -> Markup {
    html! {
        header class="top" {
            div class="wrap" {
                a class="brand" href=(paths::home()) { (mark()) span { (frame.hospital_name) } span class="sub" { (w::PORTAL) } }
                @if let Some(viewer) = &frame.viewer {
                    @if frame.current != NavItem::Locked {
                        nav aria-label=(w::NAV_MAIN) {
                            ul {
                                @for (item, href, words) in entries(viewer.kind) {
                                    li { a href=(href()) aria-current=[(*item == frame.current).then_some("page")] { (words) } }
                                }
                            }
                        }
                    }
                    div class="who" {
                        @if frame.current == NavItem::Locked { span { (viewer.name) } }
                        @else {
                            @if matches!(viewer.kind, AccountKind::Provider | AccountKind::Sponsored) {
                                a href=(paths::token()) aria-current=[(frame.current == NavItem::Token).then_some("page")] { (token::VALIDATE) }
                            }
                            a href=(paths::account()) aria-current=[(frame.current == NavItem::Account).then_some("page")] { (viewer.name) }
                        }
                        form method="post" action=(paths::sign_out()) {
                            (parts::field::token(frame))
                            button class="bare" type="submit" { (w::SIGN_OUT) }
                        }
                    }
                }
            }
        }
    }
}

fn mark() -> Markup {
    PreEscaped(String::from(
        "<svg class=\"mark\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\"><path d=\"M3 21V6h3V3h3v3h2V3h2v3h2V3h3v3h3v15h-6v-6a3 3 0 0 0-6 0v6z\"/></svg>",
    ))
}

type Entry = (NavItem, fn() -> &'static str, &'static str);

fn entries(kind: AccountKind) -> &'static [Entry] {
    const PROVIDER: &[Entry] = &[
        (NavItem::Find, paths::find, w::NAV_FIND),
        (NavItem::MyPatients, paths::my_patients, w::NAV_MY_PATIENTS),
        (NavItem::Requests, paths::requests, w::NAV_REQUESTS),
        (NavItem::Practice, paths::practice_pages, w::NAV_PRACTICE),
        (NavItem::Staff, paths::staff, w::NAV_STAFF),
    ];
    const SPONSORED: &[Entry] = &[
        (NavItem::Find, paths::find, w::NAV_FIND),
        (NavItem::MyPatients, paths::my_patients, w::NAV_MY_PATIENTS),
        (NavItem::Requests, paths::requests, w::NAV_REQUESTS),
        (NavItem::Practice, paths::practice_pages, w::NAV_PRACTICE),
    ];
    const TEAM: &[Entry] = &[
        (NavItem::Queue, paths::queue, w::NAV_QUEUE),
        (NavItem::Accounts, paths::accounts, w::NAV_ACCOUNTS),
        (NavItem::Validation, paths::validation, w::NAV_VALIDATION),
        (NavItem::Tokens, paths::tokens, w::NAV_TOKENS),
        (NavItem::LookUps, paths::look_ups, w::NAV_LOOK_UPS),
        (NavItem::Audit, paths::audit, w::NAV_AUDIT),
    ];
    const FAMILY: &[Entry] = &[(NavItem::Disclosures, paths::disclosures, w::NAV_DISCLOSURES)];
    match kind {
        AccountKind::Provider => PROVIDER,
        AccountKind::Sponsored => SPONSORED,
        AccountKind::AccessTeam => TEAM,
        AccountKind::Family => FAMILY,
    }
}

fn footer(frame: &Frame) -> Markup {
    html! {
        footer class="foot" {
            p class="wrap" {
                (w::times_shown(frame.zone, &frame.zone.local(frame.now).zone)) " " (w::EVERY_RECORD) " "
                (w::HELP) " " (parts::phone(&frame.phone)) ". "
                a href=(paths::help()) { (w::ASK_FOR_HELP) }
            }
        }
    }
}
