//! The review when there is nothing to choose: completed, nothing to review, or something hinders it.

use maud::{Markup, html};
use time::Date;

use super::shown;
use crate::domain::calendar::Instant;
use crate::domain::sponsoring::Hindrance;
use crate::views::layout::{Frame, Width};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::review as w;

/// A review that is completed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Completed {
    /// The cycle it belongs to, by its opening date.
    pub cycle: Date,
    /// When.
    pub at: Instant,
    /// How many were kept.
    pub kept: usize,
    /// How many were removed.
    pub removed: usize,
    /// When the next one opens.
    pub next_opening: Instant,
    /// How this page came about.
    pub how: How,
}

/// How the page of a completed review came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// Completed just now.
    Now,
    /// Completed just now, after its due date: the lock is gone.
    NowLate,
    /// Sent again after it was completed.
    Before,
}

/// A review that is completed, and what comes next.
pub fn completed_page(frame: &Frame, model: &Completed) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::DONE) }
            @match model.how {
                How::Now => {},
                How::NowLate => p role="status" { strong { (w::UNLOCKED) } },
                How::Before => (parts::notice("warn", &html! { p role="status" { (w::ALREADY) } })),
            }
            p { (w::completed(model.cycle, model.at, frame.zone)) " " (w::outcome(model.kept, model.removed)) }
            p { (w::next(model.next_opening, frame.zone)) }
            @if model.removed > 0 && model.how != How::Before { p { (w::UNDO_THERE) } }
            p { a class="button" href=(paths::staff()) { (w::TO_STAFF) } }
        }
    };
    shown(frame, w::DONE, Width::Narrow, &main)
}

/// Nothing to review.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nothing {
    /// When the next review opens.
    pub next_opening: Instant,
    /// The sponsor's last review: its cycle, and when it was completed.
    pub last: Option<(Date, Instant)>,
}

/// Nothing to review now, and when there will be.
pub fn nothing_page(frame: &Frame, model: &Nothing) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::NOTHING) }
            @match model.last {
                Some((cycle, at)) => p { (w::completed(cycle, at, frame.zone)) },
                None => p { (w::NOTHING_WHY) },
            }
            p { (w::next(model.next_opening, frame.zone)) }
            p { a class="button" href=(paths::staff()) { (w::TO_STAFF) } }
        }
    };
    shown(frame, w::NOTHING, Width::Narrow, &main)
}

/// A review that cannot be completed in this session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hindered {
    /// Why.
    pub why: Hindrance,
    /// The cycle, by its opening date.
    pub cycle: Date,
    /// From when the sponsor is locked unless it is completed.
    pub due: Instant,
    /// How many people wait for a choice.
    pub people: usize,
}

/// A review that cannot be completed in this session: why, and what can be done.
pub fn hindered_page(frame: &Frame, model: &Hindered) -> Markup {
    let title = w::title(model.cycle);
    let zone = frame.zone;
    let [open, then] = w::due(model.due, zone);
    let [what, why] = w::hindrance(model.why);
    let is_overdue = model.due <= frame.now;
    let main = html! {
        section class="panel" {
            h1 { (title) }
            p { strong { (what) } " " (why) }
            p { (w::of_people(model.people)) " " @if is_overdue { (w::overdue(model.due, zone)) } @else { (open) " " (then) } }
            @if model.why == Hindrance::HospitalSession {
                form method="post" action=(paths::sign_out()) {
                    (field::token(frame))
                    (field::submit(w::SIGN_IN_AGAIN))
                }
            } @else if !is_overdue {
                p { (w::REMOVE_THERE) } p { a class="button" href=(paths::staff()) { (w::TO_STAFF) } }
            }
            p class="after" { (w::hindrance_next(model.why)) " " (parts::phone(&frame.phone)) "." }
        }
    };
    shown(frame, &title, Width::Narrow, &main)
}
