//! Ways to sign in: passkeys, authenticator app, recovery codes.

use maud::{Markup, PreEscaped, html};
use uuid::Uuid;

use super::{Tab, tabbed};
use crate::domain::calendar::Instant;
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{account as w, sign_in as ws};

/// One passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyRow {
    /// Its id.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added: Instant,
    /// When it was last used.
    pub used: Option<Instant>,
}

/// What was just done, or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactorNotice {
    /// A passkey was added.
    PasskeyAdded,
    /// Something was removed.
    Removed,
    /// A new authenticator is in use.
    Authenticator,
    /// The browser's answer did not hold.
    Refused,
    /// As many passkeys as there may be.
    TooMany,
    /// It would have left no factor.
    LastFactor,
    /// Never begun, or too late.
    Nothing,
}

/// The page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Factors {
    /// Since when an authenticator is in use.
    pub authenticator: Option<Instant>,
    /// Whether codes are switched off.
    pub disabled: bool,
    /// The passkeys, oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// When recovery codes were made, and how many are left.
    pub recovery: Option<(Instant, i64)>,
    /// Whether the hospital keeps password and factors.
    pub hospital: bool,
    /// Whether passkeys can be made here.
    pub can_add_passkeys: bool,
    /// What the hospital's sign-in is called, where this account may be linked to one.
    pub linkable: Option<String>,
    /// What was just done.
    pub notice: Option<FactorNotice>,
}

/// The page; posts `name` and `response`, `passkey`, or nothing.
pub fn page(frame: &Frame, model: &Factors) -> Markup {
    let main = html! {
        h1 { (w::FACTORS) }
        @if let Some(notice) = model.notice { (said(notice)) }
        @if model.hospital {
            section class="panel" { p { (w::HOSPITAL_KEEPS) } }
        } @else {
            @if model.disabled {
                (parts::notice("stop", &html! { p { (w::DISABLED) " " (parts::phone(&frame.phone)) } }))
            }
            (passkeys(frame, model))
            (authenticator(frame, model))
            (recovery(frame, model))
            @if let Some(label) = &model.linkable { (link(label)) }
        }
    };
    tabbed(frame, Tab::Factors, w::FACTORS, &main)
}

fn said(notice: FactorNotice) -> Markup {
    let (kind, words) = match notice {
        FactorNotice::PasskeyAdded => ("info", w::DONE_PASSKEY_ADDED),
        FactorNotice::Removed => ("info", w::DONE_REMOVED),
        FactorNotice::Authenticator => ("info", w::DONE_AUTHENTICATOR),
        FactorNotice::Refused => ("stop", w::PASSKEY_REFUSED),
        FactorNotice::TooMany => ("stop", w::PASSKEY_TOO_MANY),
        FactorNotice::LastFactor => ("stop", w::LAST_FACTOR),
        FactorNotice::Nothing => ("warn", w::NOTHING),
    };
    parts::notice(kind, &html! { p { (words) } })
}

fn passkeys(frame: &Frame, model: &Factors) -> Markup {
    let body = html! {
        p { (w::PASSKEYS_HOW) }
        @if model.passkeys.is_empty() { (parts::empty(w::PASSKEYS_NONE)) } @else {
            table class="t stack" {
                thead { tr {
                    th scope="col" { (w::PASSKEY_COL) } th scope="col" { (w::ADDED) } th scope="col" { (w::LAST_USED) }
                    th scope="col" { span class="vh" { (w::REMOVE) } }
                } }
                tbody {
                    @for key in &model.passkeys {
                        tr {
                            th scope="row" { (key.name) }
                            td data-l=(w::ADDED) { (parts::day(key.added, frame.zone)) }
                            td data-l=(w::LAST_USED) { @match key.used { Some(at) => (parts::moment(at, frame.zone)), None => (w::NEVER) } }
                            td {
                                form method="post" action=(paths::passkey_remove()) {
                                    (field::token(frame))
                                    (field::hidden("passkey", &key.id.to_string()))
                                    button class="bare link" type="submit" { (w::REMOVE) span class="vh" { " " (key.name) } }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if model.can_add_passkeys {
            noscript { p class="hint" { (w::PASSKEYS_SCRIPT) } }
            form method="post" action=(paths::passkeys()) data-passkey="create" data-options=(paths::passkey_options()) hidden {
                (field::token(frame))
                (field::hidden("response", ""))
                (field::Text { name: "name", label: w::PASSKEY_NAME, hint: w::PASSKEY_NAME_HINT, width: "w20", max: 60, ..Default::default() }.show())
                (field::submit(w::PASSKEY_ADD))
            }
        } @else {
            p class="hint" { (w::PASSKEYS_UNAVAILABLE) }
        }
    };
    parts::panel("passkeys", &html! { (w::PASSKEYS) }, &body)
}

fn authenticator(frame: &Frame, model: &Factors) -> Markup {
    let body = html! {
        @match model.authenticator {
            Some(since) => p { (w::AUTHENTICATOR_SINCE) " " (parts::day(since, frame.zone)) "." },
            None => (parts::empty(w::AUTHENTICATOR_NONE)),
        }
        div class="actions" {
            form method="post" action=(paths::authenticator_new()) {
                (field::token(frame))
                button class="second" type="submit" {
                    @if model.authenticator.is_some() { (w::AUTHENTICATOR_REPLACE) } @else { (w::AUTHENTICATOR_ADD) }
                }
            }
            @if model.authenticator.is_some() && !model.passkeys.is_empty() {
                form method="post" action=(paths::authenticator_remove()) {
                    (field::token(frame))
                    button class="bare link" type="submit" { (w::REMOVE) span class="vh" { " " (w::AUTHENTICATOR) } }
                }
            }
        }
    };
    parts::panel("authenticator", &html! { (w::AUTHENTICATOR) }, &body)
}

fn recovery(frame: &Frame, model: &Factors) -> Markup {
    let body = html! {
        p { (w::RECOVERY_HOW) }
        @match model.recovery {
            Some((made, left)) => p { (w::ADDED) " " (parts::day(made, frame.zone)) ". " (w::recovery_left(left)) },
            None => (parts::empty(w::RECOVERY_NONE)),
        }
        form method="post" action=(paths::recovery_codes()) {
            (field::token(frame))
            button class="second" type="submit" {
                @if model.recovery.is_some() { (w::RECOVERY_AGAIN) } @else { (w::RECOVERY_MAKE) }
            }
        }
    };
    parts::panel("recovery", &html! { (w::RECOVERY) }, &body)
}

fn link(label: &str) -> Markup {
    let body = html! {
        p { (w::LINK_HOW) }
        p { a class="button" href=(paths::single_sign_on_own()) { (label) } }
    };
    parts::panel("hospital", &html! { (w::LINK) }, &body)
}

/// The recovery codes, this once.
pub fn recovery_page(frame: &Frame, codes: &[String]) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::RECOVERY_TITLE) }
            p { (w::RECOVERY_ONCE) }
            ol class="codes" { @for code in codes { li { code { (code) } } } }
            p class="actions" {
                a class="button" href=(paths::factors()) { (w::RECOVERY_KEPT) }
                button class="second" type="button" hidden data-print { (w::PRINT) }
            }
        }
    };
    tabbed(frame, Tab::Factors, w::RECOVERY_TITLE, &main)
}

/// An authenticator app that is being bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The QR code as SVG markup.
    pub qr_svg: String,
    /// The secret to type by hand, in groups.
    pub key: String,
    /// What is wrong with the code that was typed.
    pub fault: Option<BindingFault>,
}

/// What is wrong with the code of an authenticator that is being bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindingFault {
    /// Nothing typed.
    Missing,
    /// Not the code of this moment.
    Wrong,
}

/// The page that binds an authenticator app; posts `code`.
pub fn binding_page(frame: &Frame, model: &Binding) -> Markup {
    let fault = match model.fault {
        None => "",
        Some(BindingFault::Missing) => ws::CODE_MISSING,
        Some(BindingFault::Wrong) => ws::SET_UP_CODE_WRONG,
    };
    let faults: Vec<(&str, String)> =
        (!fault.is_empty()).then(|| ("code", fault.to_owned())).into_iter().collect();
    let main = html! {
        section class="panel" {
            h1 { (w::AUTHENTICATOR_TITLE) }
            (field::summary(&faults))
            p { (w::AUTHENTICATOR_LEAD) }
            p { (ws::APP_HOW) }
            div class="qr" role="img" aria-label=(ws::QR_LABEL) { (PreEscaped(&model.qr_svg)) }
            p { (ws::APP_MANUAL) br; code class="key" { (model.key) } }
            form method="post" action=(paths::authenticator()) {
                (field::token(frame))
                (field::Text { name: "code", label: ws::CODE_LABEL, fault, autocomplete: "one-time-code", inputmode: "numeric", width: "w8", max: 12, ..Default::default() }.show())
                (field::submit(w::AUTHENTICATOR_SUBMIT))
            }
            p class="after" { a href=(paths::factors()) { (w::CANCEL) } }
        }
    };
    tabbed(frame, Tab::Factors, w::AUTHENTICATOR_TITLE, &main)
}
