//! Changing the address.

use maud::{Markup, html};

use super::{Tab, tabbed};
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, account as w, sign_in as ws};

/// What is wrong with the new address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressProblem {
    /// Not an address.
    Bad,
    /// The present one.
    Same,
    /// Too many letters; so many seconds to wait.
    Slowed(u64),
}

/// Who changes the address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Through {
    /// The owner, here.
    Owner,
    /// The sponsor, by a new account.
    Sponsor,
    /// The hospital.
    Hospital,
}

/// The page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// The present address.
    pub now: String,
    /// What was typed.
    pub typed: String,
    /// What is wrong.
    pub problem: Option<AddressProblem>,
    /// Who changes it.
    pub through: Through,
}

/// The page; posts `email`.
pub fn page(frame: &Frame, model: &Address) -> Markup {
    let fault = match model.problem {
        None => String::new(),
        Some(AddressProblem::Bad) => w::EMAIL_BAD.to_owned(),
        Some(AddressProblem::Same) => w::EMAIL_SAME.to_owned(),
        Some(AddressProblem::Slowed(seconds)) => ws::slowed(&words::wait(seconds)),
    };
    let faults: Vec<(&str, String)> =
        (!fault.is_empty()).then(|| ("email", fault.clone())).into_iter().collect();
    let main = html! {
        section class="panel" {
            h1 { (w::EMAIL_TITLE) }
            (field::summary(&faults))
            p { (w::EMAIL_NOW) " " strong class="wrap-any" { (model.now) } "." }
            @match model.through {
                Through::Sponsor => p { (w::EMAIL_SPONSORED) },
                Through::Hospital => p { (w::HOSPITAL_KEEPS) },
                Through::Owner => {
                    p { (w::EMAIL_HOW) }
                    form method="post" action=(paths::email()) {
                        (field::token(frame))
                        (field::Text { name: "email", label: w::EMAIL_NEW, value: &model.typed, fault: &fault, kind: "email", autocomplete: "email", width: "w20", max: 254, ..Default::default() }.show())
                        (field::submit(w::EMAIL_SUBMIT))
                    }
                }
            }
        }
    };
    tabbed(frame, Tab::Email, w::EMAIL_TITLE, &main)
}

/// A short page of the address: a title and a sentence.
fn short(frame: &Frame, title: &str, body: &Markup) -> Markup {
    tabbed(frame, Tab::Email, title, &html! { section class="panel" { h1 { (title) } (body) } })
}

/// After the link was sent, or not: the same words.
pub fn sent_page(frame: &Frame) -> Markup {
    let body = html! {
        p { (w::EMAIL_SENT) }
        p { (w::RESET_SENT_NOT) " " (parts::phone(&frame.phone)) }
    };
    short(frame, w::EMAIL_SENT_TITLE, &body)
}

/// Behind the link: confirm; posts nothing but the token.
pub fn confirm_page(frame: &Frame, token: &str, email: &str) -> Markup {
    let body = html! {
        p { (w::EMAIL_CONFIRM_LEAD) " " strong class="wrap-any" { (email) } "." }
        form method="post" action=(paths::email_confirm(token)) {
            (field::token(frame))
            (field::submit(w::EMAIL_CONFIRM))
        }
    };
    short(frame, w::EMAIL_CONFIRM_TITLE, &body)
}

/// It was changed.
pub fn done_page(frame: &Frame) -> Markup {
    short(frame, w::EMAIL_DONE_TITLE, &html! { p { (w::EMAIL_DONE) } })
}

/// The link cannot be used.
pub fn gone_page(frame: &Frame) -> Markup {
    let body = html! {
        p { (w::LINK_GONE) }
        p { a class="button" href=(paths::email()) { (w::EMAIL_TITLE) } }
    };
    short(frame, w::LINK_GONE_TITLE, &body)
}
