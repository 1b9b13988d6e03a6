//! The hospital's single sign-on: what somebody sees who is not, or not yet, signed in by it; and its facts for the access team.

use maud::{Markup, html};

use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::words::{rules, single_sign_on as w, system};
use crate::domain::people::{AccountKind, Role};

/// What is wrong with the address that was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkFault {
    /// None was typed.
    EmailMissing,
    /// It is none.
    EmailWrong,
}

/// The page of somebody whom no account is linked to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotLinked {
    /// The sealed ticket that the form sends back.
    pub ticket: String,
    /// The name that the hospital gives; empty when it gives none.
    pub name: String,
    /// The address that the hospital gives; empty when it gives none.
    pub email: String,
    /// Whether they may ask for a new account of the access team.
    pub may_be_new: bool,
    /// Whether a request waits already.
    pub waiting: bool,
    /// What was typed.
    pub typed: String,
    /// What is wrong with it.
    pub fault: Option<LinkFault>,
}

/// Why nobody was signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// No second factor was shown at the hospital.
    NoSecondFactor,
    /// The provider does not answer.
    Down,
    /// Turned back at the hospital.
    Cancelled,
    /// The answer cannot be trusted.
    Refused,
    /// The account is not active.
    Inactive,
    /// No role in the access team.
    NoRole,
}

/// What the access team reads before it decides on a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The identity provider.
    pub issuer: String,
    /// Who it says they are.
    pub subject: String,
    /// The name that it gives.
    pub name: String,
    /// The address that it gives.
    pub email: String,
    /// The address that was typed.
    pub typed: String,
    /// Whether it was asked from inside the account.
    pub by_owner: bool,
    /// What approving does.
    pub effect: Effect,
}

/// What approving a link does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Links an account.
    Links {
        /// Its address.
        email: String,
        /// Its owner.
        name: String,
        /// What it is for.
        kind: AccountKind,
        /// Whether its password stops working.
        ends_password: bool,
    },
    /// Makes an account with these roles.
    Makes(Vec<Role>),
    /// Nothing.
    Nothing,
}

/// The page of somebody whom no account is linked to; posts `ticket`, `email`.
pub fn not_linked_page(frame: &Frame, model: &NotLinked) -> Markup {
    let fault = model.fault.map_or("", |fault| match fault {
        LinkFault::EmailMissing => w::EMAIL_MISSING,
        LinkFault::EmailWrong => w::EMAIL_WRONG,
    });
    let faults: Vec<(&str, String)> = model.fault.map(|_| ("email", fault.to_owned())).into_iter().collect();
    let hint = if model.may_be_new { w::EMAIL_HINT_NEW } else { w::EMAIL_HINT };
    let main = html! {
        section class="panel" {
            h1 { (w::NOT_LINKED_TITLE) }
            (field::summary(&faults))
            p { (w::NOT_LINKED_WHY) }
            @if !(model.name.is_empty() && model.email.is_empty()) {
                p { (w::HOSPITAL_SAYS) " " strong { (model.name) } @if !model.email.is_empty() { " " (model.email) } "." }
            }
            @if model.waiting {
                (parts::notice("info", &html! { p { (w::WAITING) } }))
            } @else {
                form method="post" action=(paths::single_sign_on_link()) {
                    (field::token(frame))
                    (field::hidden("ticket", &model.ticket))
                    (field::Text { name: "email", label: w::EMAIL, value: &model.typed, hint, fault, kind: "email", autocomplete: "username", max: 254, ..Default::default() }.show())
                    (field::submit(w::ASK))
                }
            }
            p class="after" { (w::NO_ACCOUNT) " " (parts::phone(&frame.phone)) "." }
            p { a href=(paths::sign_in()) { (w::TO_SIGN_IN) } }
        }
    };
    frame_page(frame, w::NOT_LINKED_TITLE, Width::Narrow, &main)
}

/// The access team has been asked.
pub fn asked_page(frame: &Frame) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::ASKED_TITLE) }
            p { (w::ASKED_WHAT) }
            p { (w::ASKED_MEANWHILE) }
            p { (system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
            @if frame.viewer.is_some() { p { a href=(paths::account()) { (system::GO_HOME) } } }
            @else { p { a href=(paths::sign_in()) { (w::TO_SIGN_IN) } } }
        }
    };
    frame_page(frame, w::ASKED_TITLE, Width::Narrow, &main)
}

/// Why nobody was signed in, and what to do.
pub fn ending_page(frame: &Frame, ending: Ending) -> Markup {
    let (title, why, next) = match ending {
        Ending::NoSecondFactor => (w::NO_FACTOR_TITLE, w::NO_FACTOR_WHY, w::NO_FACTOR_NEXT),
        Ending::Down => (w::DOWN_TITLE, w::DOWN_WHY, w::DOWN_NEXT),
        Ending::Cancelled => (w::CANCELLED_TITLE, w::CANCELLED_WHY, ""),
        Ending::Refused => (w::REFUSED_TITLE, w::REFUSED_WHY, w::REFUSED_NEXT),
        Ending::Inactive => (w::INACTIVE_TITLE, w::INACTIVE_WHY, ""),
        Ending::NoRole => (w::NO_ROLE_TITLE, w::NO_ROLE_WHY, ""),
    };
    let again = matches!(ending, Ending::Down | Ending::Cancelled | Ending::Refused);
    let there = matches!(ending, Ending::NoSecondFactor | Ending::Inactive | Ending::NoRole);
    let main = html! {
        section class="panel stop-top" {
            h1 { (title) }
            p { (why) }
            @if !next.is_empty() { p { (next) } }
            @if again { p { a class="button" href=(paths::single_sign_on()) { (w::TRY_AGAIN) } } }
            @if there { p { a class="button" href=(paths::single_sign_on_sign_out()) { (w::SIGN_OUT_THERE) } } }
            p { a href=(paths::sign_in()) { (w::TO_SIGN_IN) } }
            p { (system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
        }
    };
    frame_page(frame, title, Width::Narrow, &main)
}

/// Signed out here, and at the hospital too when `there`.
pub fn signed_out_page(frame: &Frame, there: Elsewhere) -> Markup {
    let (title, what) = match there {
        Elsewhere::StillIn => (w::SIGNED_OUT_TITLE, w::SIGNED_OUT_WHY),
        Elsewhere::Out => (w::SIGNED_OUT_BOTH, w::SIGNED_OUT_BOTH_WHAT),
    };
    let main = html! {
        section class="panel" {
            h1 { (title) }
            p { (what) }
            @if there == Elsewhere::StillIn {
                p { a class="button" href=(paths::single_sign_on_sign_out()) { (w::SIGN_OUT_THERE) } }
            }
            p { a href=(paths::sign_in()) { (w::TO_SIGN_IN) } }
        }
    };
    frame_page(frame, title, Width::Narrow, &main)
}

/// Whether somebody who signed out here is signed in at the hospital still.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Elsewhere {
    /// They are.
    StillIn,
    /// They have signed out there too.
    Out,
}

/// The facts of a request to link a sign-in, as a part of its page.
pub fn facts(model: &Facts) -> Markup {
    let or = |text: &str, instead: &'static str| {
        if text.is_empty() {
            html! { span class="quiet" { (instead) } }
        } else {
            html! { (text) }
        }
    };
    html! {
        dl class="facts" {
            div { dt { (w::FACT_ISSUER) } dd { (model.issuer) } }
            div { dt { (w::FACT_SUBJECT) } dd { code class="key" { (model.subject) } } }
            div { dt { (w::FACT_NAME) } dd { (or(&model.name, w::NOT_SAID)) } }
            div { dt { (w::FACT_EMAIL) } dd { (or(&model.email, w::NOT_SAID)) } }
            @if !model.by_owner { div { dt { (w::FACT_TYPED) } dd { (or(&model.typed, w::NONE_TYPED)) } } }
            div { dt { (w::FACT_EFFECT) } dd { (effect(&model.effect)) } }
        }
        p class="quiet" { (if model.by_owner { w::BY_OWNER } else { w::BY_STRANGER }) }
    }
}

fn effect(effect: &Effect) -> Markup {
    match effect {
        Effect::Links { email, name, kind, ends_password } => html! {
            (w::LINKS) " " strong { (name) } ", " (email) " (" (rules::kind(*kind)) ")."
            @if *ends_password { " " (w::ENDS_PASSWORD) }
        },
        Effect::Makes(roles) => {
            let names: Vec<&str> = roles.iter().map(|role| role_words(*role)).collect();
            html! { (w::MAKES) " " strong { (names.join(", ")) } "." }
        }
        Effect::Nothing => html! { (w::NOTHING) },
    }
}

const fn role_words(role: Role) -> &'static str {
    match role {
        Role::Reviewer => w::ROLE_REVIEWER,
        Role::Administrator => w::ROLE_ADMINISTRATOR,
        Role::Auditor => w::ROLE_AUDITOR,
    }
}
