//! Changing the password.

use maud::{Markup, html};

use super::{Tab, tabbed};
use crate::domain::sign_in::password::PasswordFault;
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, account as w, sign_in as ws};

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordProblem {
    /// The current one is not right.
    CurrentWrong,
    /// The new one will not do.
    Unfit(PasswordFault),
    /// Too many wrong ones; so many seconds to wait.
    Slowed(u64),
}

/// The page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Password {
    /// What is wrong.
    pub problem: Option<PasswordProblem>,
    /// Whether it was just changed.
    pub done: bool,
    /// Whether the hospital keeps it.
    pub hospital: bool,
}

/// Why a password will not do, in a sentence.
pub fn unfit(fault: PasswordFault) -> &'static str {
    match fault {
        PasswordFault::TooShort => ws::TOO_SHORT,
        PasswordFault::TooLong => ws::TOO_LONG,
        PasswordFault::Common => ws::TOO_COMMON,
        PasswordFault::Known => ws::HOLDS_NAME,
    }
}

/// The page; posts `current`, `new`.
pub fn page(frame: &Frame, model: &Password) -> Markup {
    let fault = model.problem.map(|problem| match problem {
        PasswordProblem::CurrentWrong => ("current", w::PASSWORD_WRONG.to_owned()),
        PasswordProblem::Unfit(fault) => ("new", unfit(fault).to_owned()),
        PasswordProblem::Slowed(seconds) => ("current", ws::slowed(&words::wait(seconds))),
    });
    let faults: Vec<(&str, String)> = fault.into_iter().collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let email = frame.viewer.as_ref().map_or("", |v| v.name.as_str());
    let main = html! {
        section class="panel" {
            h1 { (w::PASSWORD_TITLE) }
            @if model.done { (parts::notice("info", &html! { p { (w::PASSWORD_DONE) } })) }
            (field::summary(&faults))
            @if model.hospital { p { (w::HOSPITAL_KEEPS) } } @else {
                form method="post" action=(paths::password()) {
                    (field::token(frame))
                    input class="vh" type="text" name="username" value=(email) autocomplete="username" readonly tabindex="-1" aria-hidden="true" aria-label=(ws::EMAIL);
                    (field::Text { name: "current", label: w::PASSWORD_CURRENT, fault: of("current"), kind: "password", autocomplete: "current-password", width: "w20", max: 256, ..Default::default() }.show())
                    (field::Text { name: "new", label: w::PASSWORD_NEW, hint: ws::PASSWORD_HINT, fault: of("new"), kind: "password", autocomplete: "new-password", width: "w20", max: 0, ..Default::default() }.show())
                    p class="show-password" hidden data-show="new" { label { input type="checkbox"; " " (ws::SHOW_PASSWORD) } }
                    (field::submit(w::PASSWORD_SUBMIT))
                }
            }
        }
    };
    tabbed(frame, Tab::Password, w::PASSWORD_TITLE, &main)
}
