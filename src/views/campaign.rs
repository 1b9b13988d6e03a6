//! The campaign of the validation, for the access team: the list, one sponsor, the calendar to come.

pub mod list;
pub mod rehearsal;
pub mod sponsor;

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, flag};
use super::words::campaign as w;
use crate::domain::calendar::Instant;
use crate::domain::campaign::{Coming, Standing, State};

fn shown(frame: &Frame, title: &str, width: Width, main: &Markup) -> Markup {
    let frame = Frame { current: NavItem::Validation, ..frame.clone() };
    frame_page(&frame, title, width, main)
}

/// What comes next: the first thing as a sentence, the others below it.
fn next(frame: &Frame, coming: &[(Instant, Coming)]) -> Markup {
    parts::panel(
        "next",
        &html! { (w::NEXT) },
        &html! {
            @match coming.split_first() {
                None => p { (w::NEVER) },
                Some((first, later)) => {
                    p { strong { (w::coming(*first, frame.zone)) } }
                    @if !later.is_empty() { ul class="lines" { @for one in later { li { (w::coming(*one, frame.zone)) } } } }
                }
            }
        },
    )
}

/// The state as a word in a box, with when, and by which cycle when that is an earlier one.
fn state(frame: &Frame, standing: &Standing) -> Markup {
    let kind = match standing.state {
        State::Locked => "stop",
        State::AtRisk => "warn",
        State::Open => "info",
        State::Done => "ok",
    };
    html! {
        (flag::tag(kind, w::state(standing.state)))
        @match (standing.state, standing.since) {
            (State::Done, None) => span class="sub" { (w::NOBODY_LEFT) },
            (State::Done, Some(at)) => span class="sub" { (w::ON) " " (parts::moment(at, frame.zone)) },
            (_, Some(at)) => span class="sub" { (w::SINCE) " " (parts::moment(at, frame.zone)) },
            _ => {}
        }
        @if let Some(opening) = standing.older { span class="sub" { (w::by_older(opening)) } }
    }
}

/// Why no date of this cycle unlocks a sponsor whom an earlier one locks; nothing for the others.
fn older(frame: &Frame, standing: &Standing) -> Markup {
    html! {
        @if let (Some(opening), Some(since)) = (standing.older, standing.since) {
            (parts::notice("warn", &html! { p { (w::older(opening, since, frame.zone)) } }))
        }
    }
}

/// The last day, and whether it was moved.
fn through(frame: &Frame, standing: &Standing) -> Markup {
    html! {
        (parts::date(w::last_day(standing.due, frame.zone)))
        @if standing.is_extended { " " (flag::tag("info", w::EXTENDED)) }
    }
}

/// Practices, each with its phone.
fn practices(all: &[(String, String)]) -> Markup {
    html! {
        @if all.is_empty() { (w::NO_PRACTICE) }
        @for (name, phone) in all { div { (name) @if !phone.is_empty() { span class="sub" { (parts::phone(phone)) } } } }
    }
}

/// The last sign-in.
fn signed_in(frame: &Frame, at: Option<Instant>) -> Markup {
    html! { @match at { Some(at) => (parts::moment(at, frame.zone)), None => (w::NEVER_SIGNED_IN) } }
}
