//! Asking for help: the form, its receipt, how a question stands (product.md section 2).

use maud::{Markup, html};
use time::Date;

use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field, flag};
use super::paths;
use super::words::{help as w, sign_in, system};
use crate::domain::calendar::Instant;
use crate::domain::help::{DESCRIPTION_LONGEST, HelpFault};

/// The form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HelpForm {
    /// The address as typed.
    pub email: String,
    /// The name as typed.
    pub name: String,
    /// The description as typed.
    pub description: String,
    /// What is wrong.
    pub faults: Vec<HelpFault>,
    /// How long to wait, in words, after too many questions.
    pub wait: Option<u64>,
}

/// The form; posts `email`, `name`, `description` and perhaps the file `picture`.
pub fn page(frame: &Frame, model: &HelpForm) -> Markup {
    let mut faults: Vec<(&str, String)> =
        model.faults.iter().map(|f| w::fault(*f)).map(|(name, words)| (name, words.to_owned())).collect();
    if let Some(seconds) = model.wait {
        faults.push(("email", sign_in::slowed(&super::words::wait(seconds))));
    }
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let picture = of("picture");
    let main = html! {
        section class="panel" {
            h1 { (w::TITLE) }
            p { (w::LEAD) }
            (field::summary(&faults))
            (parts::notice("warn", &html! { p { (w::NO_PATIENT) " " (parts::phone(&frame.phone)) } }))
            form method="post" action=(paths::help()) enctype="multipart/form-data" {
                (field::token(frame))
                (field::Text { name: "email", label: w::EMAIL, value: &model.email, hint: w::EMAIL_HINT, fault: of("email"), kind: "email", autocomplete: "email", max: 254, ..Default::default() }.show())
                (field::Text { name: "name", label: w::NAME, value: &model.name, fault: of("name"), autocomplete: "name", max: 200, ..Default::default() }.show())
                (field::Area { name: "description", label: w::DESCRIPTION, value: &model.description, hint: w::DESCRIPTION_HINT, fault: of("description"), max: DESCRIPTION_LONGEST }.show())
                div class={ "field" @if !picture.is_empty() { " wrong" } } {
                    label for="picture" { (w::PICTURE) }
                    (field::hint_and_fault("picture", w::PICTURE_HINT, picture))
                    input id="picture" name="picture" type="file" accept="image/png,image/jpeg"
                        aria-describedby=[field::described_by("picture", w::PICTURE_HINT, picture)]
                        aria-invalid=[(!picture.is_empty()).then_some("true")];
                }
                (field::submit(w::SEND))
            }
        }
    };
    frame_page(frame, w::TITLE, Width::Narrow, &main)
}

/// The receipt: an answer is due on `due`.
pub fn done_page(frame: &Frame, due: Date) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::DONE_TITLE) }
            p { (w::DONE_DUE) " " strong { (parts::date(due)) } "." }
            p { (w::DONE_BODY) }
            p { a class="button" href=(paths::home()) { (system::GO_HOME) } }
        }
    };
    frame_page(frame, w::DONE_TITLE, Width::Narrow, &main)
}

/// How a question stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HelpStatus {
    /// When it was asked.
    pub asked: Instant,
    /// When an answer is due.
    pub due: Date,
    /// What was written.
    pub description: String,
    /// The answer and when it was given.
    pub answer: Option<(Instant, String)>,
}

/// How a question stands.
pub fn status_page(frame: &Frame, model: &HelpStatus) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::STATUS_TITLE) }
            dl class="facts" {
                div { dt { (w::STATUS_STATE) } dd { @if model.answer.is_some() { (flag::tag("ok", w::STATUS_ANSWERED)) } @else { (flag::tag("info", w::STATUS_WAITING)) } } }
                div { dt { (w::STATUS_ASKED) } dd { (parts::moment(model.asked, frame.zone)) } }
                @if model.answer.is_none() { div { dt { (w::STATUS_DUE) } dd { (parts::date(model.due)) } } }
            }
            @if let Some((at, text)) = &model.answer {
                h2 { (w::STATUS_ANSWER) span class="of" { (parts::moment(*at, frame.zone)) } }
                p class="prose" { (text) }
            }
            h2 { (w::STATUS_YOURS) }
            p class="prose" { (model.description) }
            p { a href=(paths::help()) { (w::STATUS_AGAIN) } }
        }
    };
    frame_page(frame, w::STATUS_TITLE, Width::Narrow, &main)
}

/// A link to a question that is over or never was.
pub fn gone_page(frame: &Frame) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::GONE_TITLE) }
            p { (w::GONE_BODY) }
            p { (system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
            p { a class="button" href=(paths::help()) { (w::TITLE) } }
        }
    };
    frame_page(frame, w::GONE_TITLE, Width::Narrow, &main)
}
