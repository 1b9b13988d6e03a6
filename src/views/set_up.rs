//! The page behind a set-up link: password, authenticator app, code.

use maud::{Markup, PreEscaped, html};

use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::words::{sign_in as w, system};

/// What is wrong with what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetUpFault {
    /// Under 15 characters.
    PasswordTooShort,
    /// Over 256 characters.
    PasswordTooLong,
    /// On the list of well-known passwords.
    PasswordTooCommon,
    /// The e-mail address or the hospital's name.
    PasswordHoldsName,
    /// No code typed.
    CodeMissing,
    /// Not the code of this moment.
    CodeWrong,
    /// Not the code that was handed over.
    HandoverWrong,
}

impl SetUpFault {
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::PasswordTooShort => ("password", w::TOO_SHORT),
            Self::PasswordTooLong => ("password", w::TOO_LONG),
            Self::PasswordTooCommon => ("password", w::TOO_COMMON),
            Self::PasswordHoldsName => ("password", w::HOLDS_NAME),
            Self::CodeMissing => ("code", w::CODE_MISSING),
            Self::CodeWrong => ("code", w::SET_UP_CODE_WRONG),
            Self::HandoverWrong => ("handover", w::HANDOVER_WRONG),
        }
    }
}

/// The set-up page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetUp {
    /// The token of the link.
    pub token: String,
    /// Whose account.
    pub name: String,
    /// Its e-mail address.
    pub email: String,
    /// The QR code as SVG markup.
    pub qr_svg: String,
    /// The TOTP secret in base32, to type by hand.
    pub key: String,
    /// A password kept from the last try, when only the code was wrong.
    pub password: String,
    /// Whether the code that was handed over is asked for.
    pub needs_handover: bool,
    /// What is wrong.
    pub faults: Vec<SetUpFault>,
}

/// The set-up page; posts `password`, `code`, and `handover` where it is asked for.
pub fn page(frame: &Frame, model: &SetUp) -> Markup {
    let faults: Vec<(&str, String)> =
        model.faults.iter().map(|f| f.words()).map(|(n, t)| (n, t.to_owned())).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let svg = model.qr_svg.find("<svg").and_then(|start| model.qr_svg.get(start..)).unwrap_or_default();
    let main = html! {
        section class="panel" {
            h1 { (w::SET_UP_TITLE) }
            (field::summary(&faults))
            p { span class="quiet" { (w::SET_UP_FOR) } " " strong { (model.name) } ", " (model.email) }
            form method="post" action=(paths::set_up(&model.token)) {
                (field::token(frame))
                input class="vh" type="text" name="username" value=(model.email) autocomplete="username" readonly tabindex="-1" aria-hidden="true" aria-label=(w::EMAIL);
                @if model.needs_handover {
                    (field::Text { name: "handover", label: w::HANDOVER, hint: w::HANDOVER_HINT, fault: of("handover"), inputmode: "numeric", width: "w10", max: 12, ..Default::default() }.show())
                }
                h2 { (w::STEP_PASSWORD) }
                (field::Text { name: "password", label: w::PASSWORD, value: &model.password, hint: w::PASSWORD_HINT, fault: of("password"), kind: "password", autocomplete: "new-password", max: 0, ..Default::default() }.show())
                p class="show-password" hidden data-show="password" { label { input type="checkbox"; " " (w::SHOW_PASSWORD) } }
                h2 { (w::STEP_APP) }
                p { (w::APP_HOW) }
                div class="qr" role="img" aria-label=(w::QR_LABEL) { (PreEscaped(svg)) }
                p { (w::APP_MANUAL) br; code class="key" { (grouped(&model.key)) } }
                h2 { (w::STEP_CODE) }
                (field::Text { name: "code", label: w::CODE_LABEL, fault: of("code"), autocomplete: "one-time-code", inputmode: "numeric", width: "w8", max: 12, ..Default::default() }.show())
                (field::submit(w::SET_UP_SUBMIT))
            }
        }
    };
    frame_page(frame, w::SET_UP_TITLE, Width::Narrow, &main)
}

fn grouped(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// After set-up: sign in.
pub fn done_page(frame: &Frame) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::DONE_TITLE) }
            p { (w::DONE_BODY) }
            p { a class="button" href=(paths::sign_in()) { (w::TITLE) } }
        }
    };
    frame_page(frame, w::DONE_TITLE, Width::Narrow, &main)
}

/// A set-up link that was used, has expired or never was.
pub fn expired_page(frame: &Frame) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::EXPIRED_TITLE) }
            p { (w::EXPIRED_BODY) }
            p { (system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
            p { a class="button" href=(paths::sign_in()) { (w::TITLE) } }
        }
    };
    frame_page(frame, w::EXPIRED_TITLE, Width::Narrow, &main)
}
