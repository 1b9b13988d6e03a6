//! What was just done to somebody of the staff: the code to hand over, the way to undo.

use maud::{Markup, html};

use crate::domain::calendar::Instant;
use crate::domain::ids::FactId;
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, staff as w};

/// What was just done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The duties were accepted.
    Registered,
    /// Somebody was invited.
    Invited(Handover),
    /// An invitation was sent again.
    Resent(Handover),
    /// An invitation was taken back.
    Withdrawn(String),
    /// A sponsorship was ended.
    Removed {
        /// The sponsorship.
        id: FactId,
        /// Whose.
        name: String,
        /// Until when it can be undone.
        undo_until: Instant,
    },
    /// An ended sponsorship goes on.
    Undone(String),
    /// The person is listed in an overdue review of somebody else since, so nothing was sent.
    AttestAnew,
    /// The address had its letters for now, so nothing was sent.
    TooMany,
    /// It had changed meanwhile, so nothing was done.
    Gone,
}

/// The code that a sponsor hands over, shown once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handover {
    /// Whom to.
    pub name: String,
    /// Where the link was mailed.
    pub email: String,
    /// The code: 8 digits.
    pub code: String,
    /// From when link and code no longer work.
    pub until: Instant,
}

/// What was just done, above the list.
pub(super) fn said(frame: &Frame, notice: &Notice) -> Markup {
    match notice {
        Notice::Registered => done("info", w::REGISTERED),
        Notice::Invited(handover) => handed(frame, &w::invited(&handover.name), handover),
        Notice::Resent(handover) => handed(frame, &w::resent(&handover.name), handover),
        Notice::Withdrawn(name) => done("info", &w::withdrawn(name)),
        Notice::Removed { id, name, undo_until } => removed(frame, *id, name, *undo_until),
        Notice::Undone(name) => done("info", &w::undone(name)),
        Notice::AttestAnew => done("warn", w::ATTEST_ANEW),
        Notice::TooMany => done("warn", w::TOO_MANY),
        Notice::Gone => done("warn", w::GONE),
    }
}

fn done(kind: &str, words: &str) -> Markup {
    parts::notice(kind, &html! { p role="status" { (words) } })
}

fn handed(frame: &Frame, words: &str, handover: &Handover) -> Markup {
    let (first, last) = handover.code.split_at_checked(4).unwrap_or((&handover.code, ""));
    let body = html! {
        p role="status" { strong { (words) } }
        p class="wrap-any" { (w::MAILED_TO) " " strong { (handover.email) } ". " (w::NEEDS_CODE) }
        p { code class="key" { (first) " " (last) } }
        p { strong { (w::hand_over(&handover.name)) } " " (w::SHOWN_ONCE) }
        p { (w::WORKS_UNTIL) " " (parts::moment(handover.until, frame.zone)) ". " (w::INVITED_NEXT) }
    };
    parts::notice("info", &body)
}

fn removed(frame: &Frame, id: FactId, name: &str, undo_until: Instant) -> Markup {
    let body = html! {
        p role="status" { strong { (w::removed(name)) } " " (w::REMOVED_NOW) }
        @if undo_until > frame.now {
            p { (w::UNDO_UNTIL) " " span class="nw" { (words::clock(undo_until, frame.zone)) } "." }
            (undo(frame, id, name))
        }
    };
    parts::notice("info", &body)
}

/// The form that opens an ended sponsorship again.
pub(super) fn undo(frame: &Frame, id: FactId, name: &str) -> Markup {
    html! {
        form method="post" action=(paths::staff_undo(id)) {
            (field::token(frame))
            button class="second" type="submit" data-once { (w::UNDO) span class="vh" { " " (name) } }
        }
    }
}
