//! Ending a sponsorship: the page before it says what changes, and what cannot be undone any more is said too.

use maud::{Markup, html};

use super::shown;
use crate::domain::calendar::Instant;
use crate::domain::ids::FactId;
use crate::domain::people::{EndReason, Job};
use crate::views::layout::{Frame, Width};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, staff as w};

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RemoveFault {
    /// No reason that is offered.
    ReasonMissing,
    /// The note is too long.
    NoteTooLong,
}

/// What a person keeps when a sponsorship ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unchanged {
    /// Other live sponsorships of the person.
    pub sponsorships: usize,
    /// Patients they would still see.
    pub patients: usize,
}

/// The page before a sponsorship is ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remove {
    /// The sponsorship.
    pub id: FactId,
    /// Given and family name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Job.
    pub job: Option<Job>,
    /// The practice.
    pub practice: String,
    /// Patients they would no longer see.
    pub lost: usize,
    /// What they keep.
    pub unchanged: Unchanged,
    /// The reason that is chosen.
    pub reason: EndReason,
    /// The note, as typed.
    pub note: String,
    /// What is wrong.
    pub faults: Vec<RemoveFault>,
}

/// The longest note, in characters.
pub const NOTE_LONGEST: u16 = 500;

/// The page before a sponsorship is ended; posts `reason` and `note`.
pub fn remove_page(frame: &Frame, model: &Remove) -> Markup {
    let place = |fault: &RemoveFault| match fault {
        RemoveFault::ReasonMissing => ("reason", w::REASON_MISSING.to_owned()),
        RemoveFault::NoteTooLong => ("note", w::NOTE_TOO_LONG.to_owned()),
    };
    let faults: Vec<(&str, String)> = model.faults.iter().map(place).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let title = w::remove_title(&model.name);
    let reasons: Vec<(&str, String)> =
        EndReason::OFFERED.iter().map(|r| (r.word(), w::reason(*r).to_owned())).collect();
    let main = html! {
        section class="panel" {
            h1 { (title) }
            (field::summary(&faults))
            dl class="facts" {
                div { dt { (w::COL_EMAIL) } dd { (model.email) } }
                @if let Some(job) = model.job { div { dt { (w::JOB) } dd { (w::job(job)) } } }
                div { dt { (w::COL_PRACTICE) } dd { (model.practice) } }
            }
            h2 { (w::WHAT_CHANGES) }
            ul class="lines" {
                li { (w::lost(model.lost)) }
                li { (w::kept(model.unchanged.sponsorships, model.unchanged.patients)) }
                li { (w::AT_ONCE) }
            }
            form method="post" action=(paths::staff_remove(model.id)) {
                (field::token(frame))
                (field::pick("reason", w::REASON, model.reason.word(), of("reason"), &reasons))
                (field::Text { name: "note", label: w::NOTE, value: &model.note, hint: w::NOTE_HINT, fault: of("note"), max: NOTE_LONGEST, ..Default::default() }.show())
                div class="actions" { (field::submit(w::REMOVE_SUBMIT)) a href=(paths::staff()) { (words::CANCEL) } }
            }
        }
    };
    shown(frame, &title, Width::Narrow, &main)
}

/// An ended sponsorship that does not go on again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UndoRefused {
    /// Whose.
    pub name: String,
    /// The practice.
    pub practice: String,
    /// When it ended.
    pub at: Instant,
}

/// An ended sponsorship that does not go on again: the 10 minutes are over.
pub fn undo_refused_page(frame: &Frame, model: &UndoRefused) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::UNDO_LATE) }
            p { strong { (model.name) } ", " (model.practice) ": " (w::ENDED_AT) " " (parts::moment(model.at, frame.zone)) "." }
            p { (w::UNDO_LATE_WHY) }
            div class="actions" {
                a class="button" href=(paths::staff_invite()) { (w::INVITE) }
                a href=(paths::staff()) { (w::BACK) }
            }
        }
    };
    shown(frame, w::UNDO_LATE, Width::Narrow, &main)
}
