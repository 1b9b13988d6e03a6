//! A forgotten password: ask for a link, choose a new one.

use maud::{Markup, html};

use super::account::password::unfit;
use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::words::{self, account as w, sign_in as ws};
use crate::domain::sign_in::password::PasswordFault;

/// What is wrong with the address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResetProblem {
    /// Nothing typed.
    Missing,
    /// Too many letters from this network; so many seconds to wait.
    Slowed(u64),
}

/// The page that asks for the address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reset {
    /// What was typed.
    pub email: String,
    /// What is wrong.
    pub problem: Option<ResetProblem>,
}

/// The page; posts `email`.
pub fn page(frame: &Frame, model: &Reset) -> Markup {
    let fault = match model.problem {
        None => String::new(),
        Some(ResetProblem::Missing) => ws::EMAIL_MISSING.to_owned(),
        Some(ResetProblem::Slowed(seconds)) => ws::slowed(&words::wait(seconds)),
    };
    let faults: Vec<(&str, String)> =
        (!fault.is_empty()).then(|| ("email", fault.clone())).into_iter().collect();
    let body = html! {
        (field::summary(&faults))
        p { (w::RESET_LEAD) }
        form method="post" action=(paths::reset()) {
            (field::token(frame))
            (field::Text { name: "email", label: ws::EMAIL, value: &model.email, fault: &fault, kind: "email", autocomplete: "username", max: 254, ..Default::default() }.show())
            (field::submit(w::RESET_SUBMIT))
        }
        p class="after" { (w::RESET_HOSPITAL) br; a href=(paths::sign_in()) { (w::RESET_BACK) } }
    };
    short(frame, w::RESET_TITLE, &body)
}

fn short(frame: &Frame, title: &str, body: &Markup) -> Markup {
    frame_page(frame, title, Width::Narrow, &html! { section class="panel" { h1 { (title) } (body) } })
}

/// After asking: the same whether the address is known or not.
pub fn sent_page(frame: &Frame) -> Markup {
    let body = html! {
        p { (w::RESET_SENT) }
        p { (w::RESET_SENT_NOT) " " (parts::phone(&frame.phone)) }
        p { a href=(paths::sign_in()) { (w::RESET_BACK) } }
    };
    short(frame, w::RESET_SENT_TITLE, &body)
}

/// Behind the link: choose a password; posts `password`.
pub fn choose_page(frame: &Frame, token: &str, fault: Option<PasswordFault>) -> Markup {
    let fault = fault.map_or("", unfit);
    let faults: Vec<(&str, String)> =
        (!fault.is_empty()).then(|| ("password", fault.to_owned())).into_iter().collect();
    let body = html! {
        (field::summary(&faults))
        form method="post" action=(paths::reset_link(token)) {
            (field::token(frame))
            (field::Text { name: "password", label: w::PASSWORD_NEW, hint: ws::PASSWORD_HINT, fault, kind: "password", autocomplete: "new-password", max: 0, ..Default::default() }.show())
            p class="show-password" hidden data-show="password" { label { input type="checkbox"; " " (ws::SHOW_PASSWORD) } }
            (field::submit(w::RESET_CHOOSE_SUBMIT))
        }
    };
    short(frame, w::RESET_TITLE, &body)
}

/// The password is set.
pub fn done_page(frame: &Frame) -> Markup {
    let body = html! {
        p { (w::RESET_DONE) }
        p { a class="button" href=(paths::sign_in()) { (ws::TITLE) } }
    };
    short(frame, w::RESET_DONE_TITLE, &body)
}

/// The link cannot be used.
pub fn gone_page(frame: &Frame) -> Markup {
    let body = html! {
        p { (w::RESET_GONE) }
        p { a class="button" href=(paths::reset()) { (w::RESET_AGAIN) } }
        p { (words::system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
    };
    short(frame, w::LINK_GONE_TITLE, &body)
}
