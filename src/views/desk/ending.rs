//! Ending a request: the page before it, and the code that is read out after a factor reset.

use maud::{Markup, html};

use super::Changed;
use super::message::{self as family, Thread};
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::domain::queue::{ANSWER_LONGEST, Obstacle};
use crate::domain::request::{Ending, REASON_LONGEST, RequestKind};
use crate::domain::verification::DeclineClass;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{desk as w, enrolment, message, templates, verify};

/// The page before a request is ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// The request.
    pub id: RequestId,
    /// Its version.
    pub version: i64,
    /// What is asked for.
    pub kind: RequestKind,
    /// Who asked; empty for somebody who gave no name.
    pub asked_by: String,
    /// How it is to end.
    pub ending: Ending,
    /// Into which class the reason falls, for a decline of a request about a patient.
    pub class: Option<DeclineClass>,
    /// What is said with it, as typed.
    pub text: String,
    /// Whether that is missing or too long.
    pub text_wrong: bool,
    /// What stands in the way.
    pub obstacle: Option<Obstacle>,
    /// Somebody changed it while this page was open.
    pub changed: Option<Changed>,
    /// What a message from a family answers.
    pub thread: Option<Thread>,
}

/// The page before a request is ended; posts `version`, `text` for a reason or an answer, `class` where a decline has one, and
/// `without_say` where the page says that whoever wrote has no say any more.
pub fn page(frame: &Frame, model: &End) -> Markup {
    let (label, hint, wrong, max) = match model.ending {
        Ending::Declined if model.kind == RequestKind::Enrolment => {
            (enrolment::REASON, enrolment::REASON_HINT, w::REASON_WRONG, REASON_LONGEST)
        }
        Ending::Answered if model.kind == RequestKind::Message => {
            (w::ANSWER, message::ANSWER_HINT, w::ANSWER_WRONG, ANSWER_LONGEST)
        }
        Ending::Answered => (w::ANSWER, w::ANSWER_HINT, w::ANSWER_WRONG, ANSWER_LONGEST),
        _ => (w::REASON, w::REASON_HINT, w::REASON_WRONG, REASON_LONGEST),
    };
    let fault = if model.text_wrong { wrong } else { "" };
    let faults = if model.text_wrong { vec![("text", wrong.to_owned())] } else { Vec::new() };
    let title = format!("{} {}", w::end(model.ending), w::short_id(model.id.0));
    let main = html! {
        section class="panel" {
            h1 { (title) }
            (field::summary(&faults))
            @if let Some(changed) = &model.changed { (super::changed(frame, changed, &paths::queued(model.id))) }
            @if let Some(obstacle) = model.obstacle { (parts::notice("stop", &html! { p role="alert" { (w::obstacle(obstacle)) } })) }
            p { strong { (w::kind(model.kind)) } @if !model.asked_by.is_empty() { ", " (w::COL_ASKED_BY) " " (model.asked_by) } }
            @if model.ending == Ending::Approved {
                p { @if model.kind == RequestKind::FactorReset { (w::RESET_HOW) } @else if model.kind == RequestKind::Enrolment { (enrolment::APPROVE_HOW) } @else { (w::APPROVE_LEAD) } }
            }
            @if let Some(thread) = &model.thread { h2 { (message::WRITTEN) } (family::facts(frame, thread)) }
            (beginnings(model))
            form method="post" action=(paths::queued_end(model.id, model.ending)) {
                (field::token(frame))
                (field::hidden("version", &model.version.to_string()))
                @if model.thread.as_ref().is_some_and(|thread| thread.standing.is_none()) { (field::hidden("without_say", "yes")) }
                (preview(model))
                @if let Some(class) = model.class { (field::choice("class", verify::CLASS, class.word(), &classes())) }
                @if model.ending != Ending::Approved { (field::Area { name: "text", label, value: &model.text, hint, fault, max }.show()) }
                div class="actions" { (field::submit(w::end(model.ending))) a href=(paths::queued(model.id)) { (w::BACK_TO_REQUEST) } }
            }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, &title, Width::Narrow, &main)
}

fn preview(model: &End) -> Markup {
    let says = match model.ending {
        Ending::Declined if model.kind.is_about_access() => verify::PREVIEW_DECLINED,
        Ending::Expired => verify::PREVIEW_UNREACHED,
        Ending::Declined if model.kind == RequestKind::Enrolment => enrolment::PREVIEW_DECLINED,
        _ => return html! {},
    };
    html! { p class="quiet" { (verify::PREVIEW) " " (says) } }
}

fn classes() -> Vec<(&'static str, String)> {
    DeclineClass::ALL.iter().map(|class| (class.word(), verify::class(*class).to_owned())).collect()
}

fn beginnings(model: &End) -> Markup {
    let texts = templates::templates(model.kind, model.ending);
    html! {
        @if !texts.is_empty() {
            p class="quiet" { (w::TEMPLATES) }
            ul class="rows" {
                @for (name, title, _) in texts { li { a href=(paths::queued_end_with(model.id, model.ending, name)) { (title) } } }
            }
        }
    }
}

/// The text of the template `name`, empty when there is none.
pub fn template(kind: RequestKind, ending: Ending, name: &str) -> &'static str {
    templates::templates(kind, ending)
        .iter()
        .find(|template| template.0 == name)
        .map_or("", |template| template.2)
}

/// What is read out after a factor reset, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handover {
    /// For what the code is.
    pub kind: RequestKind,
    /// The request.
    pub id: RequestId,
    /// The code.
    pub code: String,
    /// The person's name.
    pub name: String,
    /// The address that the link went to.
    pub email: String,
    /// When the link can no longer be used.
    pub until: Instant,
}

/// The code that is read out after a factor reset, or with which a family account begins.
pub fn handover_page(frame: &Frame, model: &Handover) -> Markup {
    if model.kind == RequestKind::Enrolment {
        return activation_page(frame, model);
    }
    let (first, last) = model.code.split_at_checked(4).unwrap_or((&model.code, ""));
    let main = html! {
        section class="panel" {
            h1 { (w::HANDOVER_TITLE) }
            p { (w::HANDOVER_LEAD) }
            p { (w::HANDOVER_FOR) " " strong { (model.name) } ", " (model.email) }
            p { code class="key" { (first) " " (last) } }
            p { (w::HANDOVER_UNTIL) " " (parts::moment(model.until, frame.zone)) "." }
            p class="quiet" { (w::HANDOVER_LOST) }
            p { a href=(paths::queued(model.id)) { (w::BACK_TO_REQUEST) } }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, w::HANDOVER_TITLE, Width::Narrow, &main)
}

/// The activation code that is read out to whoever asked for a family account.
fn activation_page(frame: &Frame, model: &Handover) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::HANDOVER_TITLE) }
            p { (enrolment::CODE_LEAD) }
            p { (w::HANDOVER_FOR) " " strong { (model.name) } ", " span class="wrap-any" { (model.email) } }
            p { code class="key wrap-any" { (model.code) } }
            p { (enrolment::CODE_NEXT) " " (paths::family_activate()) }
            p { (enrolment::CODE_UNTIL) " " (parts::moment(model.until, frame.zone)) "." }
            p class="quiet" { (enrolment::CODE_LOST) }
            p { a href=(paths::queued(model.id)) { (w::BACK_TO_REQUEST) } }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, w::HANDOVER_TITLE, Width::Narrow, &main)
}
