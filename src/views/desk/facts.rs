//! The facts of a request for help, of a factor reset, and of a request for access to a patient.

use maud::{Markup, html};

use crate::domain::ids::{AccountId, RequestId};
use crate::views::parts;
use crate::views::paths;
use crate::views::words::desk as w;

/// A request for help.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Help {
    /// The request.
    pub id: RequestId,
    /// The name as typed.
    pub name: String,
    /// The address as typed.
    pub email: String,
    /// What was written.
    pub description: String,
    /// Whether a picture came with it.
    pub has_picture: bool,
    /// The answer; empty until there is one.
    pub answer: String,
}

/// The facts of a request for help.
pub fn help(model: &Help) -> Markup {
    html! {
        dl class="facts" {
            div { dt { (w::HELP_NAME) } dd { (model.name) } }
            div { dt { (w::HELP_EMAIL) } dd { (model.email) } }
            @if model.has_picture { div { dt { (w::HELP_PICTURE) } dd { a href=(paths::screenshot(model.id)) { (w::HELP_PICTURE_OPEN) } } } }
        }
        h3 { (w::HELP_TEXT) }
        p class="prose" { (model.description) }
        @if !model.answer.is_empty() { h3 { (w::HELP_ANSWER) } p class="prose" { (model.answer) } }
    }
}

/// The facts of a factor reset: whose, and how their identity was checked.
pub fn reset(whose: Option<(AccountId, &str, &str)>, evidence: &str) -> Markup {
    html! {
        @if let Some((id, name, email)) = whose {
            dl class="facts" { div { dt { (w::RESET_WHOSE) } dd { a href=(paths::team_account(id)) { (name) } ", " (email) } } }
        }
        h3 { (w::RESET_EVIDENCE) }
        p class="prose" { (evidence) }
    }
}

/// What somebody typed who asks for access to a patient; empty parts are left out.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Typed {
    /// The patient's name.
    pub name: String,
    /// The birth date.
    pub born: String,
    /// The MRN.
    pub mrn: String,
    /// The reason.
    pub reason: String,
}

/// What was typed, for requests without facts of their own.
pub fn typed(model: &Typed) -> Markup {
    let lines = [
        (w::TYPED_PATIENT, &model.name),
        (w::TYPED_BORN, &model.born),
        (w::TYPED_MRN, &model.mrn),
        (w::TYPED_REASON, &model.reason),
    ];
    html! {
        @if lines.iter().all(|(_, text)| text.is_empty()) { (parts::empty(w::NO_FACTS)) }
        @else {
            dl class="facts" { @for (label, text) in lines { @if !text.is_empty() { div { dt { (label) } dd { (text) } } } } }
        }
    }
}
