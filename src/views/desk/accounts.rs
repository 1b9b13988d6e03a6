//! Accounts as the access team runs them: found by address, looked at, acted on.

use maud::{Markup, html};

use crate::domain::calendar::Instant;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::people::{AccountKind, AccountStatus, Role};
use crate::domain::queue::{Bar, Obstacle};
use crate::domain::request::REASON_LONGEST;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{desk as w, providers, rules};

/// The page that finds an account; posts `email`. `unknown` says that no account has the address typed.
pub fn find_page(frame: &Frame, email: &str, unknown: bool) -> Markup {
    let fault = if unknown { w::NO_ACCOUNT } else { "" };
    let faults = if unknown { vec![("email", w::NO_ACCOUNT.to_owned())] } else { Vec::new() };
    let main = html! {
        section class="panel" {
            h1 { (w::ACCOUNTS) }
            p { (w::ACCOUNTS_LEAD) }
            (field::summary(&faults))
            form method="post" action=(paths::accounts()) {
                (field::token(frame))
                (field::Text { name: "email", label: w::ACCOUNT_EMAIL, value: email, fault, kind: "email", max: 254, ..Default::default() }.show())
                (field::submit(w::FIND))
            }
            p class="after" { a href=(paths::providers()) { (providers::TITLE) } }
        }
    };
    shown(frame, w::ACCOUNTS, Width::Narrow, &main)
}

fn shown(frame: &Frame, title: &str, width: Width, main: &Markup) -> Markup {
    let frame = Frame { current: NavItem::Accounts, ..frame.clone() };
    frame_page(&frame, title, width, main)
}

/// The authenticator app of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Authenticator {
    /// None was bound.
    None,
    /// Bound.
    Bound,
    /// Switched off since then.
    Off(Instant),
}

/// An account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Given and family name.
    pub name: String,
    /// The address.
    pub email: String,
    /// What it is for.
    pub kind: AccountKind,
    /// Whether it signs in at the hospital.
    pub at_hospital: bool,
    /// Its status.
    pub status: Option<AccountStatus>,
    /// Its roles in the access team.
    pub roles: Vec<Role>,
    /// The authenticator app.
    pub authenticator: Authenticator,
    /// How many passkeys.
    pub passkeys: i64,
    /// How many recovery codes are left.
    pub recovery_codes: i64,
    /// How many sessions are open.
    pub sessions: usize,
    /// When mail to it was refused.
    pub bounced: Option<Instant>,
    /// The open request to bind its factor anew.
    pub reset: Option<RequestId>,
    /// What the access team did: when, who, what, why.
    pub history: Vec<(Instant, String, String, String)>,
    /// What keeps the viewer from acting on it.
    pub bar: Option<Bar>,
}

/// One account.
pub fn page(frame: &Frame, model: &Account) -> Markup {
    let main = html! {
        p class="back" { a href=(paths::accounts()) { (w::ACCOUNTS) } }
        h1 { (model.name) }
        div class="grid" {
            section class="panel" aria-label=(w::ACCOUNTS) { (facts(frame, model)) }
            div {
                section class="panel" aria-labelledby="acts" { h2 id="acts" { (w::ACTS) } (acts(model)) }
                section class="panel" aria-labelledby="history" { h2 id="history" { (w::ACCOUNT_HISTORY) } (history(frame, model)) }
            }
        }
    };
    shown(frame, &model.name, Width::Wide, &main)
}

fn facts(frame: &Frame, model: &Account) -> Markup {
    let roles: Vec<&str> = model.roles.iter().map(|role| w::role(*role)).collect();
    let kind = if model.status == Some(AccountStatus::Active) { "ok" } else { "stop" };
    html! {
        dl class="facts" {
            div { dt { (w::ACCOUNT_EMAIL) } dd { (model.email) } }
            div { dt { (w::ACCOUNT_KIND) } dd { (rules::kind(model.kind)) } }
            div { dt { (w::ACCOUNT_STATUS) } dd { (flag::tag(kind, model.status.map_or(w::NO_STATUS, w::status))) } }
            @if !roles.is_empty() { div { dt { (w::ACCOUNT_ROLES) } dd { (roles.join(", ")) } } }
            div { dt { (w::AUTHENTICATOR) } dd {
                @match model.authenticator {
                    Authenticator::None => (w::AUTHENTICATOR_NONE),
                    Authenticator::Bound => (w::AUTHENTICATOR_BOUND),
                    Authenticator::Off(at) => { (w::AUTHENTICATOR_OFF) " " (parts::moment(at, frame.zone)) }
                }
            } }
            div { dt { (w::PASSKEYS) } dd { (model.passkeys) } }
            div { dt { (w::RECOVERY_CODES) } dd { (model.recovery_codes) } }
            div { dt { (w::OPEN_SESSIONS) } dd { (model.sessions) } }
            div { dt { (w::MAIL) } dd { @match model.bounced { Some(at) => { (w::MAIL_BOUNCED) " " (parts::moment(at, frame.zone)) }, None => (w::MAIL_OK) } } }
        }
        @if model.at_hospital { p class="quiet" { (w::HOSPITAL_SIGN_IN) } }
    }
}

fn acts(model: &Account) -> Markup {
    let is_active = model.status == Some(AccountStatus::Active);
    html! {
        @if let Some(reset) = model.reset { p { a href=(paths::queued(reset)) { (w::RESET_OPEN) } } }
        @if let Some(bar) = model.bar { p class="quiet" { (w::bar(bar)) } }
        @else {
            ul class="rows" {
                li { a href=(paths::end_sessions(model.id)) { (w::END_SESSIONS) } }
                @if is_active && !model.at_hospital && model.reset.is_none() { li { a href=(paths::ask_reset(model.id)) { (w::RESET) } } }
                @if model.status != Some(AccountStatus::Disabled) { li { a href=(paths::disable_account(model.id)) { (w::DISABLE) } } }
            }
        }
    }
}

fn history(frame: &Frame, model: &Account) -> Markup {
    html! {
        @if model.history.is_empty() { (parts::empty(w::NO_HISTORY)) }
        @else {
            ul class="lines" {
                @for (at, who, what, why) in &model.history {
                    li {
                        strong { (parts::moment(*at, frame.zone)) } " " (who) " " (w::account_event(what))
                        @if !why.is_empty() { span class="sub wrap-any" { (why) } }
                    }
                }
            }
        }
    }
}

/// What is done to an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// It is disabled.
    Disable,
    /// Its sessions are ended.
    EndSessions,
    /// A factor reset is asked for.
    AskReset,
}

/// The page before something is done to an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// The account.
    pub id: AccountId,
    /// Whose it is.
    pub name: String,
    /// The address.
    pub email: String,
    /// What is to be done.
    pub deed: Deed,
    /// What is said with it, as typed.
    pub text: String,
    /// Whether that is missing, too short or too long.
    pub text_wrong: bool,
    /// What stands in the way.
    pub obstacle: Option<Obstacle>,
}

/// The page before something is done to an account; posts `text`, but for ending sessions.
pub fn act_page(frame: &Frame, model: &Act) -> Markup {
    let (title, lead, action) = match model.deed {
        Deed::Disable => (w::DISABLE, w::DISABLE_LEAD, paths::disable_account(model.id)),
        Deed::EndSessions => (w::END_SESSIONS, w::END_SESSIONS_LEAD, paths::end_sessions(model.id)),
        Deed::AskReset => (w::RESET, w::RESET_LEAD, paths::ask_reset(model.id)),
    };
    let (label, hint, wrong) = match model.deed {
        Deed::AskReset => (w::RESET_FIELD, w::RESET_HINT, w::RESET_WRONG),
        _ => (w::DISABLE_REASON, w::DISABLE_REASON_HINT, w::REASON_WRONG),
    };
    let fault = if model.text_wrong { wrong } else { "" };
    let faults = if model.text_wrong { vec![("text", wrong.to_owned())] } else { Vec::new() };
    let main = html! {
        section class="panel" {
            h1 { (title) }
            (field::summary(&faults))
            @if let Some(obstacle) = model.obstacle { (parts::notice("stop", &html! { p role="alert" { (w::obstacle(obstacle)) } })) }
            p { strong { (model.name) } ", " (model.email) }
            p { (lead) }
            form method="post" action=(action) {
                (field::token(frame))
                @if model.deed != Deed::EndSessions { (field::Area { name: "text", label, value: &model.text, hint, fault, max: REASON_LONGEST }.show()) }
                div class="actions" { (field::submit(title)) a href=(paths::team_account(model.id)) { (w::BACK_TO_ACCOUNT) } }
            }
        }
    };
    shown(frame, title, Width::Narrow, &main)
}
