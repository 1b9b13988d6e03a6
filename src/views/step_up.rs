//! A fresh factor before an act that needs one. What was sent before is held, and sent after.

use maud::{Markup, html};

use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::sign_in::CodeProblem;
use super::words::{account as w, sign_in as ws};

/// The page that asks for a fresh factor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StepUp {
    /// Where to go on: a path of this portal.
    pub next: String,
    /// A form that is held until then, as it was sent; empty for none.
    pub held: String,
    /// What went wrong.
    pub problem: Option<CodeProblem>,
    /// Whether the account has a passkey.
    pub passkey: bool,
    /// Where the hospital confirms, for an account that signs in there.
    pub hospital: Option<String>,
}

/// The page; posts `code`, `next`, `held`.
pub fn page(frame: &Frame, model: &StepUp) -> Markup {
    let fault = match model.problem {
        Some(CodeProblem::Missing) => ws::CODE_MISSING,
        Some(CodeProblem::Used) => ws::CODE_USED,
        Some(CodeProblem::Wrong | CodeProblem::Slowed(_)) => ws::CODE_WRONG,
        Some(CodeProblem::Passkey) => ws::PASSKEY_REFUSED,
        _ => "",
    };
    let faults: Vec<(&str, String)> =
        (!fault.is_empty()).then(|| ("code", fault.to_owned())).into_iter().collect();
    let kept = html! {
        (field::token(frame))
        (field::hidden("next", &model.next))
        @if !model.held.is_empty() { (field::hidden("held", &model.held)) }
    };
    let main = html! {
        section class="panel" {
            h1 { (w::STEP_UP_TITLE) }
            (field::summary(&faults))
            p { (w::STEP_UP_LEAD) @if !model.held.is_empty() { " " (w::STEP_UP_HELD) } }
            @if model.problem == Some(CodeProblem::FactorDisabled) {
                (parts::notice("stop", &html! { p { (w::STEP_UP_DISABLED) " " (parts::phone(&frame.phone)) } }))
            }
            @if let Some(href) = &model.hospital {
                p { a class="button" href=(href) { (w::STEP_UP_HOSPITAL) } }
            } @else {
                @if model.passkey {
                    form method="post" action=(paths::step_up_passkey()) data-passkey="get" data-options=(paths::step_up_passkey_options()) hidden {
                        (kept)
                        (field::hidden("response", ""))
                        button class="second" type="submit" { (w::STEP_UP_PASSKEY) }
                    }
                }
                @if model.problem != Some(CodeProblem::FactorDisabled) {
                    form method="post" action=(paths::step_up_code()) {
                        (kept)
                        (field::Text { name: "code", label: ws::CODE_LABEL, hint: ws::CODE_HINT, fault, autocomplete: "one-time-code", width: "w20", max: 40, ..Default::default() }.show())
                        (field::submit(w::STEP_UP_SUBMIT))
                    }
                }
            }
        }
    };
    frame_page(frame, w::STEP_UP_TITLE, Width::Narrow, &main)
}

/// After it: the held form is sent on by its owner.
pub fn held_page(frame: &Frame, next: &str, fields: &[(String, String)]) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::STEP_UP_DONE_TITLE) }
            p { (w::STEP_UP_DONE) }
            form method="post" action=(next) {
                (field::token(frame))
                @for (name, value) in fields { (field::hidden(name, value)) }
                (field::submit(w::STEP_UP_SEND))
            }
        }
    };
    frame_page(frame, w::STEP_UP_DONE_TITLE, Width::Narrow, &main)
}
