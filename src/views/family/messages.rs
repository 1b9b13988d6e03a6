//! What an account of a family wrote to the access team: the list, the form, one thread.

use maud::{Markup, html};
use time::Date;
use uuid::Uuid;

use super::{Done, Patients, fault, head, no_patient, notice, summary, words_of};
use crate::domain::calendar::Instant;
use crate::domain::family::message::{Fault, SUBJECT_LONGEST, TEXT_LONGEST};
use crate::domain::ids::RequestId;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field::{self, Text, described_by};
use crate::views::parts::flag;
use crate::views::words::family as w;
use crate::views::words::family_messages::{self as m, Messages as Words};
use crate::views::{parts, paths};

/// One thread of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The thread.
    pub id: RequestId,
    /// What it is about.
    pub subject: String,
    /// When something was last written in it.
    pub last_at: Instant,
    /// Whether there is an answer that the reader has not seen.
    pub is_unread: bool,
    /// When an answer is due; `None` when there is one.
    pub due: Option<Date>,
    /// Whether the reader has no say about its patient any more.
    pub is_ended: bool,
}

/// The list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Messages {
    /// The patients.
    pub patients: Patients,
    /// The threads, the latest written in first.
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What was typed into a form, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tried {
    /// The id that the message is to have, so that what is sent twice is written once.
    pub id: Option<Uuid>,
    /// The subject as typed; of a new thread only.
    pub subject: String,
    /// The text as typed.
    pub text: String,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// From when the next one can be sent, after too many.
    pub slowed: Option<Instant>,
}

/// One message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The message.
    pub id: Uuid,
    /// When it was written.
    pub at: Instant,
    /// Whether the access team wrote it.
    pub is_team: bool,
    /// What was written.
    pub body: String,
    /// Whether a file came with it.
    pub has_file: bool,
}

/// One thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Thread {
    /// The thread.
    pub id: RequestId,
    /// The patients; about whom it is, unless the reader has no say about them any more.
    pub patients: Patients,
    /// What it is about.
    pub subject: String,
    /// When an answer is due; `None` when there is one.
    pub due: Option<Date>,
    /// What was written, oldest first.
    pub lines: Vec<Line>,
    /// Where the earlier messages begin.
    pub earlier: Option<String>,
    /// Whether later ones stand on another page.
    pub is_earlier: bool,
    /// Whether the reader has no say about its patient any more.
    pub is_ended: bool,
    /// What was typed into its form.
    pub tried: Tried,
    /// What was just done.
    pub done: Option<Done>,
}

/// The list of threads.
pub fn page(frame: &Frame, model: &Messages) -> Markup {
    let words = m::of(frame.language);
    let shown = model.patients.shown();
    let main = html! {
        (head(frame, words.title, &model.patients, paths::family_messages_of))
        @if let Some(patient) = shown {
            (urgent(frame, words))
            p { (w::fill(words.lead, &[&patient.name])) " " (words.private) }
            p { a class="button" href=(paths::family_message_new(patient.id)) { (words.new) } }
        } @else {
            (no_patient(frame))
        }
        @if shown.is_some() || !model.rows.is_empty() {
            section class="panel" aria-label=(words.title) {
                @if model.rows.is_empty() { (parts::empty(words.none)) }
                ul class="rows" { @for row in &model.rows { (listed(frame, words, row)) } }
                @if let Some(next) = &model.next {
                    p class="actions" { a class="button second" href=(paths::family_messages_after(model.patients.current, next)) { (words_of(frame).more) } }
                }
            }
        }
    };
    framed(frame, words, &main)
}

fn framed(frame: &Frame, words: &Words, main: &Markup) -> Markup {
    let frame = Frame { current: NavItem::Messages, ..frame.clone() };
    frame_page(&frame, words.title, Width::Narrow, main)
}

fn urgent(frame: &Frame, words: &Words) -> Markup {
    let body = html! {
        p { strong { (words.emergency) } " " (words.not_urgent) " " (words.answered_in) " " (parts::phone(&frame.phone)) }
    };
    parts::notice("warn", &body)
}

fn listed(frame: &Frame, words: &Words, row: &Row) -> Markup {
    html! {
        li {
            p class="wrap-any" {
                a href=(paths::family_message(row.id)) dir="auto" { (row.subject) }
                @if row.is_unread { " " (flag::tag("new", words.new_answer)) }
            }
            p class="quiet" {
                (w::moment(words_of(frame), row.last_at, frame.zone)) ". " (standing(frame, words, row.due)) "."
                @if row.is_ended { " " (words.ended_row) "." }
            }
        }
    }
}

fn standing(frame: &Frame, words: &Words, due: Option<Date>) -> String {
    match due {
        Some(due) => w::fill(words.answer_by, &[&(words_of(frame).day)(due)]),
        None => words.answered.to_owned(),
    }
}

/// The form of a new thread; posts `patient`, `message`, `subject`, `text` and perhaps the file `file`.
pub fn form_page(frame: &Frame, patients: &Patients, tried: &Tried) -> Markup {
    let words = m::of(frame.language);
    let faults = faults(words, tried);
    let at = |name: &str| said(&faults, name);
    let main = html! {
        p class="back" { a href=(list_of(patients)) { (words.all) } }
        (head(frame, words.new, patients, paths::family_message_new))
        @if let Some(patient) = patients.shown() {
            (summary(words_of(frame), &faults))
            (slowed(frame, words, tried))
            (urgent(frame, words))
            section class="panel" aria-label=(words.new) {
                p { (w::fill(words.lead, &[&patient.name])) " " (words.private) }
                form method="post" action=(paths::family_messages()) enctype="multipart/form-data" {
                    (field::token(frame))
                    (field::hidden("patient", &patient.id.to_string()))
                    div class={ "field" @if !at("subject").is_empty() { " wrong" } } {
                        label for="subject" { (words.subject) }
                        p class="hint" id="subject-hint" { (words.subject_hint) }
                        (fault(words_of(frame), "subject-fault", at("subject")))
                        (Text {
                            name: "subject", value: &tried.subject, hint: words.subject_hint, fault: at("subject"),
                            max: u16::try_from(SUBJECT_LONGEST).unwrap_or(u16::MAX), ..Text::default()
                        }.bare())
                    }
                    (own_id(tried))
                    (text_and_file(frame, words, words.text, tried, &faults))
                    (field::submit(words.send))
                }
            }
        } @else {
            (no_patient(frame))
        }
    };
    framed(frame, words, &main)
}

fn list_of(patients: &Patients) -> String {
    patients.current.map_or_else(|| paths::family_messages().to_owned(), paths::family_messages_of)
}

fn faults(words: &Words, tried: &Tried) -> Vec<(&'static str, &'static str)> {
    tried.faults.iter().map(|fault| m::fault(words, *fault)).collect()
}

fn said(faults: &[(&'static str, &'static str)], name: &str) -> &'static str {
    faults.iter().find(|(field, _)| *field == name).map_or("", |(_, words)| words)
}

fn slowed(frame: &Frame, words: &Words, tried: &Tried) -> Markup {
    html! {
        @if let Some(from) = tried.slowed {
            div class="notice stop" role="alert" {
                p { (w::fill(words.slowed, &[&w::moment(words_of(frame), from, frame.zone)])) " " (parts::phone(&frame.phone)) }
            }
        }
    }
}

/// The id of the message that the form is about to send.
fn own_id(tried: &Tried) -> Markup {
    html! { @if let Some(id) = tried.id { (field::hidden("message", &id.to_string())) } }
}

/// The fields that every message has; the limits stand before them.
fn text_and_file(
    frame: &Frame,
    words: &Words,
    label: &str,
    tried: &Tried,
    faults: &[(&'static str, &'static str)],
) -> Markup {
    let (text, file) = (said(faults, "text"), said(faults, "file"));
    html! {
        div class={ "field" @if !text.is_empty() { " wrong" } } {
            label for="text" { (label) }
            p class="hint" id="text-hint" { (words.text_hint) }
            (fault(words_of(frame), "text-fault", text))
            textarea id="text" name="text" rows="8" dir="auto" data-count=(TEXT_LONGEST)
                aria-describedby=[described_by("text", words.text_hint, text)]
                aria-invalid=[(!text.is_empty()).then_some("true")] { (tried.text) }
        }
        div class={ "field" @if !file.is_empty() { " wrong" } } {
            label for="file" { (words.file) }
            p class="hint" id="file-hint" { (words.file_hint) }
            (fault(words_of(frame), "file-fault", file))
            input id="file" name="file" type="file" accept="image/png,image/jpeg,application/pdf"
                aria-describedby=[described_by("file", words.file_hint, file)]
                aria-invalid=[(!file.is_empty()).then_some("true")];
        }
    }
}

/// One thread; its form posts `message`, `text` and perhaps the file `file`.
pub fn thread_page(frame: &Frame, model: &Thread) -> Markup {
    let words = m::of(frame.language);
    let faults = faults(words, &model.tried);
    let main = html! {
        p class="back" { a href=(list_of(&model.patients)) { (words.all) } }
        (head(frame, words.title, &model.patients, paths::family_messages_of))
        (notice(frame, model.done))
        (summary(words_of(frame), &faults))
        (slowed(frame, words, &model.tried))
        section class="panel" aria-labelledby="subject" {
            h2 id="subject" class="wrap-any" dir="auto" { (model.subject) }
            p class="quiet" { (standing(frame, words, model.due)) ". " (words.private) }
            @if let Some(earlier) = &model.earlier { p { a href=(paths::family_message_before(model.id, earlier)) { (words.earlier) } } }
            @for line in &model.lines { (written(frame, words, model.id, line)) }
            @if model.is_earlier { p { a href=(paths::family_message(model.id)) { (words.latest) } } }
        }
        @if model.is_ended { (ended(frame, words, &model.tried)) } @else {
            (urgent(frame, words))
            section class="panel" aria-labelledby="reply" {
                h2 id="reply" { (words.reply) }
                form method="post" action=(paths::family_message(model.id)) enctype="multipart/form-data" {
                    (field::token(frame))
                    (own_id(&model.tried))
                    (text_and_file(frame, words, words.text, &model.tried, &faults))
                    (field::submit(words.send))
                }
            }
        }
    };
    framed(frame, words, &main)
}

fn written(frame: &Frame, words: &Words, id: RequestId, line: &Line) -> Markup {
    let who = if line.is_team { words.team } else { words.you };
    let when = w::moment(words_of(frame), line.at, frame.zone);
    html! {
        h3 { (who) ", " time datetime=(line.at.rfc3339()) { (when) } }
        p class="prose" dir="auto" { (line.body) }
        @if line.has_file { p { a href=(paths::family_message_file(id, line.id)) { (words.open_file) span class="vh" { ": " (when) } } } }
    }
}

/// That a new thread was not begun, since the account does not act for the patient, with what was typed all the same.
pub fn ended_page(frame: &Frame, patients: &Patients, tried: &Tried) -> Markup {
    let words = m::of(frame.language);
    let main = html! {
        p class="back" { a href=(list_of(patients)) { (words.all) } }
        (head(frame, words.new, patients, paths::family_message_new))
        (ended(frame, words, tried))
    };
    framed(frame, words, &main)
}

/// That nothing more can be sent, with what was typed all the same.
fn ended(frame: &Frame, words: &Words, tried: &Tried) -> Markup {
    html! {
        (parts::notice("stop", &html! { p { (words.ended) " " (parts::phone(&frame.phone)) } }))
        @if !tried.text.is_empty() {
            section class="panel" aria-labelledby="unsent" {
                h2 id="unsent" { (words.not_sent) }
                @if !tried.subject.is_empty() { p class="wrap-any" dir="auto" { strong { (tried.subject) } } }
                p class="prose" dir="auto" { (tried.text) }
            }
        }
    }
}
