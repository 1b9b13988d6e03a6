//! The facts of a message from a family: who it is about, and the whole thread.

use maud::{Markup, html};
use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::family::message::Standing;
use crate::domain::ids::RequestId;
use crate::domain::language::Language;
use crate::views::layout::Frame;
use crate::views::words::message as w;
use crate::views::{parts, paths};

/// One message of the thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The message.
    pub id: Uuid,
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub by: String,
    /// Whether that was the access team.
    pub is_team: bool,
    /// What was written.
    pub body: String,
    /// Whether a file came with it.
    pub has_file: bool,
}

/// A thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Thread {
    /// The request.
    pub id: RequestId,
    /// What it is about, in the family's words.
    pub subject: String,
    /// The patient's family and given name, and MRN.
    pub patient: Option<(String, String, String)>,
    /// The language that the writer reads.
    pub language: Language,
    /// In what capacity the writer speaks for the patient now; `None` without a say.
    pub standing: Option<Standing>,
    /// What was written, oldest first.
    pub lines: Vec<Line>,
    /// Where the earlier messages begin.
    pub earlier: Option<String>,
    /// Whether later ones stand on another page.
    pub is_earlier: bool,
}

/// The facts of a message from a family.
pub fn facts(frame: &Frame, model: &Thread) -> Markup {
    html! {
        @match model.standing {
            None => (parts::notice("stop", &html! { p { (w::NO_SAY) } })),
            Some(Standing::OfTeen(age)) => (parts::notice("warn", &html! { p { (w::narrow(age)) } })),
            Some(Standing::Patient | Standing::Guardian | Standing::Proxy) => {}
        }
        dl class="facts" {
            div { dt { (w::PATIENT) } dd { @match &model.patient {
                Some((family, given, mrn)) => { (parts::name(family, given)) " " (parts::mrn(mrn)) }
                None => (w::NO_PATIENT)
            } } }
            div { dt { (w::SPEAKS_AS) } dd { (w::standing(model.standing)) } }
            div { dt { (w::READS) } dd { (w::language(model.language)) } }
            div { dt { (w::SUBJECT) } dd class="wrap-any" dir="auto" { (model.subject) } }
        }
        @if let Some(earlier) = &model.earlier { p { a href=(paths::queued_before(model.id, earlier)) { (w::EARLIER) } } }
        @for line in &model.lines { (one(frame, model, line)) }
        @if model.is_earlier { p { a href=(paths::queued(model.id)) { (w::LATEST) } } }
    }
}

fn one(frame: &Frame, model: &Thread, line: &Line) -> Markup {
    let side = if line.is_team { w::TEAM } else { w::FAMILY };
    html! {
        h3 class="wrap-any" { (side) ": " (line.by) ", " (parts::moment(line.at, frame.zone)) }
        p class="prose" dir="auto" { (line.body) }
        @if line.has_file {
            p { a href=(paths::message_file(model.id, line.id)) { (w::OPEN_FILE) span class="vh" { ": " (parts::moment(line.at, frame.zone)) } } }
        }
    }
}
