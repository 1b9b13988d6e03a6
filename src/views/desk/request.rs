//! One request: its facts, where it stands, its history, what can be done with it.

use maud::{Markup, html};
use time::Date;

use super::narrowing::Colleague;
use super::{Changed, several};
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::domain::queue::{Bar, Due, NOTE_LONGEST, Step};
use crate::domain::request::{Ending, RequestKind};
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{desk as w, merge, queue as q, verify};

/// A step of the history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// Who; `None` for somebody without an account.
    pub who: Option<String>,
    /// What.
    pub step: Step,
    /// What was said.
    pub body: String,
}

/// How it ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// How.
    pub ending: Ending,
    /// When.
    pub at: Instant,
    /// Why, where it was declined.
    pub reason: String,
}

/// What is wrong with who was to get a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GiveFault {
    /// Nobody was chosen.
    Nobody,
    /// They asked for it, or it is about their account.
    Party,
    /// This one, by name, works on requests no more; empty for somebody who never did.
    Left(String),
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The request.
    pub id: RequestId,
    /// Its version.
    pub version: i64,
    /// What is asked for.
    pub kind: RequestKind,
    /// Who asked, with their address.
    pub asked_by: Option<(String, String)>,
    /// The practice it is about; empty for none.
    pub practice: String,
    /// When it was filed.
    pub filed: Instant,
    /// The due day and how far it is away.
    pub due: (Date, Due),
    /// Who has taken it; `true` for the viewer.
    pub owner: Option<(String, bool)>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// The facts of its kind.
    pub facts: Markup,
    /// Its history, oldest first.
    pub lines: Vec<Line>,
    /// Whether the viewer works on requests.
    pub handles: bool,
    /// How it can be ended, with what keeps the viewer from it.
    pub endings: Vec<(Ending, Option<Bar>)>,
    /// A note as typed.
    pub note: String,
    /// Whether the note is missing or too long.
    pub note_wrong: bool,
    /// Who can be given the request; empty where the viewer gives none.
    pub receivers: Vec<Colleague>,
    /// Who was chosen to get it; empty for nobody.
    pub to: String,
    /// What is wrong with who was to get it.
    pub to_fault: Option<GiveFault>,
    /// Somebody changed it while a form was open.
    pub changed: Option<Changed>,
}

/// One request; its forms post `version`, and `note`, `to` or nothing.
pub fn page(frame: &Frame, model: &Request) -> Markup {
    let title = format!("{}: {}", w::short_id(model.id.0), w::kind(model.kind));
    let bad_note = model.note_wrong.then_some(("note", w::NOTE_WRONG.to_owned()));
    let bad_to = model.to_fault.as_ref().map(|fault| ("to", give_fault(fault)));
    let faults: Vec<_> = bad_note.into_iter().chain(bad_to).collect();
    let main = html! {
        p class="back" { a href=(paths::queue()) { (w::BACK_TO_QUEUE) } }
        h1 { (title) }
        (field::summary(&faults))
        @if let Some(changed) = &model.changed { (super::changed(frame, changed, "")) }
        div class="grid" {
            div {
                section class="panel" aria-labelledby="facts" { h2 id="facts" { (w::FACTS) } (asked(frame, model)) (model.facts) }
                section class="panel" aria-labelledby="history" { h2 id="history" { (w::HISTORY) } (history(frame, model)) @if model.handles { (note(frame, model)) } }
            }
            div {
                section class="panel" aria-labelledby="state" { h2 id="state" { (w::STATE) } (state(frame, model)) }
                @if model.ended.is_none() && !model.endings.is_empty() {
                    section class="panel" aria-labelledby="end" { h2 id="end" { (w::END) } (endings(model)) }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, &title, Width::Wide, &main)
}

fn asked(frame: &Frame, model: &Request) -> Markup {
    html! {
        dl class="facts" {
            div { dt { (w::COL_ASKED_BY) } dd { @match &model.asked_by { Some((name, email)) => { (name) ", " (email) }, None => (w::nobody_known(model.kind)) } } }
            @if !model.practice.is_empty() { div { dt { (w::PRACTICE) } dd { (model.practice) } } }
            div { dt { (w::ASKED) } dd { (parts::moment(model.filed, frame.zone)) } }
        }
    }
}

fn state(frame: &Frame, model: &Request) -> Markup {
    let (day, due) = model.due;
    html! {
        dl class="facts" {
            @if let Some(ended) = &model.ended {
                div { dt { (w::ENDED) } dd { (flag::tag("ok", w::ending_of(model.kind, ended.ending))) " " (parts::moment(ended.at, frame.zone)) } }
                @if !ended.reason.is_empty() { div { dt { (w::TYPED_REASON) } dd { (ended.reason) } } }
            } @else {
                div { dt { (w::DUE) } dd { (parts::date(day)) " " (super::due(due)) } }
            }
            div { dt { (w::OWNER) } dd { @match &model.owner { Some((_, true)) => (w::YOU), Some((name, false)) => (name), None => (w::NOBODY) } } }
        }
        @if !model.handles { p class="quiet" { (w::READ_ONLY) } }
        @if model.handles && model.ended.is_none() {
            div class="actions" {
                @if !matches!(model.owner, Some((_, true))) { (button(frame, model, &paths::queued_take(model.id), w::TAKE)) }
                @if model.owner.is_some() { (button(frame, model, &paths::queued_release(model.id), w::RELEASE)) }
            }
            form class="after" method="post" action=(paths::queued_give(model.id)) {
                (field::token(frame))
                (field::hidden("version", &model.version.to_string()))
                (several::receiver(&model.receivers, &model.to, &model.to_fault.as_ref().map(give_fault).unwrap_or_default()))
                button class="second" type="submit" data-once { (q::GIVE) }
            }
        }
    }
}

/// What is wrong with who was to get it, in words.
pub(super) fn give_fault(fault: &GiveFault) -> String {
    match fault {
        GiveFault::Nobody => q::GIVE_NOBODY.to_owned(),
        GiveFault::Party => q::GIVE_PARTY.to_owned(),
        GiveFault::Left(name) => q::give_left(name),
    }
}

fn button(frame: &Frame, model: &Request, action: &str, words: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            (field::token(frame))
            (field::hidden("version", &model.version.to_string()))
            button class="second" type="submit" data-once { (words) }
        }
    }
}

fn endings(model: &Request) -> Markup {
    let bar = model.endings.iter().find_map(|(_, bar)| *bar);
    html! {
        @if model.kind == RequestKind::FactorReset { p { (w::RESET_HOW) } }
        @if let Some(bar) = bar { p class="quiet" { (w::bar(bar)) } }
        @if model.kind.is_verified_by_phone() {
            p { a class="button" href=(paths::call(model.id)) { (verify::CALL_TITLE) } }
        }
        div class="actions" {
            @if model.kind == RequestKind::Merge { a class="button" href=(paths::merge(model.id)) { (merge::COMPARE) } }
            @else { @for (ending, bar) in &model.endings {
                @if bar.is_none() { (end_link(model, *ending)) }
            } }
        }
    }
}

fn end_link(model: &Request, ending: Ending) -> Markup {
    let (href, words) = match (ending, model.kind) {
        (Ending::Approved, RequestKind::PcpChange) => (paths::confirm(model.id), verify::CONFIRM_PCP),
        (Ending::Approved, RequestKind::NonPcp) => (paths::confirm(model.id), verify::CONFIRM_ACCESS),
        _ => (paths::queued_end(model.id, ending), w::end(ending)),
    };
    html! { a class="button" href=(href) { (words) } }
}

fn history(frame: &Frame, model: &Request) -> Markup {
    html! {
        ul class="lines" {
            @for line in &model.lines {
                li {
                    strong { (parts::moment(line.at, frame.zone)) } " " (line.who.as_deref().unwrap_or(w::nobody_known(model.kind))) " "
                    @if line.step == Step::Assigned && !line.body.is_empty() { (q::GAVE_TO) " " (line.body) }
                    @else { (w::step_of(model.kind, line.step)) @if !line.body.is_empty() { span class="sub wrap-any" { (line.body) } } }
                }
            }
        }
    }
}

fn note(frame: &Frame, model: &Request) -> Markup {
    let fault = if model.note_wrong { w::NOTE_WRONG } else { "" };
    html! {
        form class="after" method="post" action=(paths::queued_note(model.id)) {
            (field::token(frame))
            (field::hidden("version", &model.version.to_string()))
            (field::Area { name: "note", label: w::NOTE, value: &model.note, hint: w::NOTE_HINT, fault, max: NOTE_LONGEST }.show())
            button class="second" type="submit" data-once { (w::ADD_NOTE) }
        }
    }
}
