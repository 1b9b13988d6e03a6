//! The last step of registering, behind the mailed link; and the terms of use.

use maud::{Markup, PreEscaped, html};

use super::{Faults, answers};
use crate::domain::registration::{Answers, Fault, TERMS_VERSION};
use crate::views::layout::{Frame, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{registration as w, sign_in, system};

/// The last step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirm {
    /// The token of the link.
    pub token: String,
    /// What was answered.
    pub answers: Answers,
    /// The address that is confirmed.
    pub email: String,
    /// The QR code as SVG markup.
    pub qr_svg: String,
    /// The TOTP secret in base32, in groups, to type by hand.
    pub key: String,
    /// Whether the terms were ticked at the last try.
    pub accepted: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// The last step; posts `password`, `code`, `terms`. A password is never sent back.
pub fn confirm_page(frame: &Frame, model: &Confirm) -> Markup {
    let faults = Faults::of(&model.faults);
    let svg = model.qr_svg.find("<svg").and_then(|start| model.qr_svg.get(start..)).unwrap_or_default();
    let main = html! {
        section class="panel" {
            h1 { (w::CONFIRM) }
            p class="quiet" { (w::step(4)) }
            (field::summary(&faults.0))
            p { (w::CONFIRM_LEAD) }
            p class="quiet" { (w::NOT_YOU) }
            h2 { (w::ANSWERS) }
            (answers(&model.answers, false))
            p class="wrap-any" { (sign_in::EMAIL) ": " strong { (model.email) } }
            form method="post" action=(paths::register_confirm(&model.token)) {
                (field::token(frame))
                input class="vh" type="text" name="username" value=(model.email) autocomplete="username" readonly tabindex="-1" aria-hidden="true" aria-label=(sign_in::EMAIL);
                h2 { (sign_in::STEP_PASSWORD) }
                (field::Text { name: "password", label: sign_in::PASSWORD, hint: sign_in::PASSWORD_HINT, fault: faults.at("password"), kind: "password", autocomplete: "new-password", max: 0, ..Default::default() }.show())
                p class="show-password" hidden data-show="password" { label { input type="checkbox"; " " (sign_in::SHOW_PASSWORD) } }
                h2 { (sign_in::STEP_APP) }
                p { (sign_in::APP_HOW) }
                div class="qr" role="img" aria-label=(sign_in::QR_LABEL) { (PreEscaped(svg)) }
                p { (sign_in::APP_MANUAL) br; code class="key" { (model.key) } }
                h2 { (sign_in::STEP_CODE) }
                (field::Text { name: "code", label: sign_in::CODE_LABEL, fault: faults.at("code"), autocomplete: "one-time-code", inputmode: "numeric", width: "w8", max: 12, ..Default::default() }.show())
                h2 { (w::TERMS_STEP) }
                p { a href=(paths::terms()) target="_blank" rel="noopener" { (w::READ_TERMS) } }
                (field::tick("terms", w::ACCEPT, "", model.accepted, faults.at("terms")))
                (field::submit(w::FINISH))
            }
        }
    };
    frame_page(frame, w::CONFIRM, Width::Narrow, &main)
}

/// A link that was used, has expired, was replaced or never was.
pub fn gone_page(frame: &Frame) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::GONE) }
            p { (w::GONE_WHY) }
            p { (system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
            p class="actions" { a class="button" href=(paths::register()) { (w::AGAIN) } a href=(paths::sign_in()) { (sign_in::TITLE) } }
        }
    };
    frame_page(frame, w::GONE, Width::Narrow, &main)
}

/// The terms of use that hold at present.
pub fn terms_page(frame: &Frame) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::TERMS) }
            p class="quiet" { (frame.hospital_name) " · " (w::TERMS_VERSION) " " (TERMS_VERSION) }
            @for (heading, sentences) in w::TERMS_TEXT { h2 { (heading) } p { (sentences) } }
        }
    };
    frame_page(frame, w::TERMS, Width::Narrow, &main)
}
