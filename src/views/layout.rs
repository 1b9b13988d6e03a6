//! The frame around every page: header, skip link, footer.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::words::{self as w, token};
use super::{parts, paths};
use crate::domain::calendar::{Instant, Zone};
use crate::domain::language::Language;
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
    /// The families, as the access team runs them.
    Families,
    /// The access team's look-ups.
    LookUps,
    /// The audit list.
    Audit,
    /// The family's home.
    Family,
    /// Who can see the chart.
    FamilyAccess,
    /// The care team, as the family edits it.
    CareTeam,
    /// Who opened the chart.
    Disclosures,
    /// What a family wrote to the access team.
    Messages,
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
    /// The language of the page: English but for families.
    pub language: Language,
}

impl Frame {
    /// Whether the page is in Spanish, its frame with it.
    fn spanish(&self) -> Option<&'static w::family::Words> {
        (self.language == Language::Spanish).then(|| w::family::of(Language::Spanish))
    }
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
        html lang=(frame.language.word()) {
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
            body data-idle=[idle] data-idle-words=[idle.map(|_| frame.spanish().map_or(w::IDLE_SOON, |f| f.idle_soon))] {
                a class="skip" href="#main" { (frame.spanish().map_or(w::SKIP, |f| f.skip)) }
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
                        nav aria-label=(frame.spanish().map_or(w::NAV_MAIN, |f| f.nav_main)) {
                            ul {
                                @for (item, href, words) in entries(viewer.kind, frame.language) {
                                    li { a href=(href()) aria-current=[(item == frame.current).then_some("page")] { (words) } }
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
                        @if viewer.kind == AccountKind::Family { (switch_language(frame)) }
                        form method="post" action=(paths::sign_out()) {
                            (parts::field::token(frame))
                            button class="bare" type="submit" { (frame.spanish().map_or(w::SIGN_OUT, |f| f.sign_out)) }
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

/// The button that shows the portal in the other language; its words are in that language.
fn switch_language(frame: &Frame) -> Markup {
    let other = frame.language.other();
    html! {
        form method="post" action=(paths::family_language()) {
            (parts::field::token(frame))
            (parts::field::hidden("language", other.word()))
            button class="bare" type="submit" lang=(other.word()) { (w::family::of(frame.language).other_language) }
        }
    }
}

fn entries(kind: AccountKind, language: Language) -> Vec<Entry> {
    match kind {
        AccountKind::Provider => vec![
            (NavItem::Find, paths::find, w::NAV_FIND),
            (NavItem::MyPatients, paths::my_patients, w::NAV_MY_PATIENTS),
            (NavItem::Requests, paths::requests, w::NAV_REQUESTS),
            (NavItem::Practice, paths::practice_pages, w::NAV_PRACTICE),
            (NavItem::Staff, paths::staff, w::NAV_STAFF),
        ],
        AccountKind::Sponsored => vec![
            (NavItem::Find, paths::find, w::NAV_FIND),
            (NavItem::MyPatients, paths::my_patients, w::NAV_MY_PATIENTS),
            (NavItem::Requests, paths::requests, w::NAV_REQUESTS),
            (NavItem::Practice, paths::practice_pages, w::NAV_PRACTICE),
        ],
        AccountKind::AccessTeam => vec![
            (NavItem::Queue, paths::queue, w::NAV_QUEUE),
            (NavItem::Accounts, paths::accounts, w::NAV_ACCOUNTS),
            (NavItem::Families, paths::team_families, w::families::TITLE),
            (NavItem::Validation, paths::validation, w::NAV_VALIDATION),
            (NavItem::Tokens, paths::tokens, w::NAV_TOKENS),
            (NavItem::LookUps, paths::look_ups, w::NAV_LOOK_UPS),
            (NavItem::Audit, paths::audit, w::NAV_AUDIT),
        ],
        AccountKind::Family => {
            let f = w::family::of(language);
            vec![
                (NavItem::Family, paths::family, f.nav_home),
                (NavItem::FamilyAccess, paths::family_access, f.nav_access),
                (NavItem::CareTeam, paths::care_team, f.nav_care_team),
                (NavItem::Disclosures, paths::disclosures, f.nav_opened),
                (NavItem::Messages, paths::family_messages, w::family_messages::of(language).title),
            ]
        }
    }
}

fn footer(frame: &Frame) -> Markup {
    html! {
        footer class="foot" {
            @let short = frame.zone.local(frame.now).zone;
            @if let Some(f) = frame.spanish() {
                p class="wrap" {
                    (w::family::fill(f.times, &[&short])) " " (f.every_record) " " (f.help) " " (parts::phone(&frame.phone)) ". "
                    a href=(paths::help()) { (f.ask_for_help) }
                }
            } @else {
                p class="wrap" {
                    (w::times_shown(frame.zone, &short)) " " (w::EVERY_RECORD) " "
                    (w::HELP) " " (parts::phone(&frame.phone)) ". "
                    a href=(paths::help()) { (w::ASK_FOR_HELP) }
                }
            }
        }
    }
}
