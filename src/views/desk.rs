//! The access team's queue (pages P18 and P19), and the accounts it runs.

pub mod accounts;
pub mod confirm;
pub mod emergency;
pub mod ending;
pub mod enrolment;
pub mod facts;
pub mod list;
pub mod merge;
pub mod message;
pub mod narrowing;
pub mod not_in_chart;
pub mod patient;
pub mod proposal;
pub mod providers;
pub mod request;
pub mod several;
pub mod verify;

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::words::{desk as w, system};
use super::{parts, paths};
use crate::domain::calendar::Instant;
use crate::domain::queue::{Bar, Due};

/// Somebody changed what a form was about while it was open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// Who.
    pub who: String,
    /// When.
    pub at: Instant,
}

/// "J. Ortiz changed this at 14:20. Review."
fn changed(frame: &Frame, model: &Changed, review: &str) -> Markup {
    let clock = super::words::clock(model.at, frame.zone);
    let words = w::changed(&model.who, &clock);
    parts::notice(
        "warn",
        &html! { p role="alert" { strong { (words) } " " @if review.is_empty() { (w::REVIEW) } @else { a href=(review) { (w::REVIEW) } } } },
    )
}

/// How far the due day is away, in a box whose colour says the same.
fn due(due: Due) -> Markup {
    let kind = match due {
        Due::Overdue(_) | Due::HoursLate(_) => "stop",
        Due::Today => "warn",
        Due::In(_) | Due::WithinHours(_) => "info",
    };
    parts::flag::tag(kind, &w::due(due))
}

/// The page of somebody who may not do what they asked for, and why.
pub fn barred_page(frame: &Frame, bar: Bar, current: NavItem) -> Markup {
    let main = html! {
        section class="panel stop-top" {
            h1 { (w::BARRED_TITLE) }
            p { (w::bar(bar)) }
            p { a href=(paths::queue()) { (w::BACK_TO_QUEUE) } }
            p { (system::ACCESS_TEAM) " " (parts::phone(&frame.phone)) }
        }
    };
    let frame = Frame { current, ..frame.clone() };
    frame_page(&frame, w::BARRED_TITLE, Width::Narrow, &main)
}
