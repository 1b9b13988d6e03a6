//! The calendar, played on the facts of today.

use maud::{Markup, html};

use super::shown;
use crate::domain::rehearsal::{Moment, Problem, Rehearsal};
use crate::views::layout::{Frame, Width};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::campaign as w;

/// The days asked for, and what would happen; the form sends `from` and `to` (`YYYY-MM-DD`) in the address.
pub fn page(frame: &Frame, [from, to]: [&str; 2], outcome: Result<&Rehearsal, Problem>) -> Markup {
    let problem = outcome.err();
    let faults: Vec<(&str, String)> =
        problem.iter().map(|p| ("from", w::rehearsal_problem(*p).to_owned())).collect();
    let fault = problem.map_or("", w::rehearsal_problem);
    let main = html! {
        p class="back" { a href=(paths::validation()) { (w::BACK) } }
        h1 { (w::REHEARSAL) }
        section class="panel" aria-label=(w::PLAY) {
            (field::summary(&faults))
            p { (w::REHEARSAL_LEAD) }
            form method="get" action=(paths::validation_rehearsal()) {
                (field::Text { name: "from", label: w::FROM, value: from, hint: w::DAY_HINT, fault, width: "w20", max: 10, ..Default::default() }.show())
                (field::Text { name: "to", label: w::TO, value: to, hint: w::DAY_HINT, width: "w20", max: 10, ..Default::default() }.show())
                button class="main" type="submit" { (w::PLAY) }
            }
        }
        @if let Ok(rehearsal) = outcome { (played(frame, rehearsal)) }
    };
    shown(frame, w::REHEARSAL, Width::Wide, &main)
}

fn played(frame: &Frame, rehearsal: &Rehearsal) -> Markup {
    html! {
        section class="panel" aria-labelledby="played" {
            h2 id="played" { (w::COL_WHAT) }
            @if rehearsal.moments.is_empty() { (parts::empty(w::NOTHING)) }
            @else {
                table class="t stack" {
                    thead { tr { th scope="col" { (w::COL_WHEN) } th scope="col" { (w::COL_WHAT) } } }
                    tbody {
                        @for ((at, cycle), moment) in &rehearsal.moments {
                            tr {
                                th scope="row" { (parts::moment(*at, frame.zone)) span class="sub" { (w::cycle(*cycle)) } }
                                td data-l=(w::COL_WHAT) { (lines(moment)) }
                            }
                        }
                    }
                }
            }
        }
        @for ((at, _), moment) in rehearsal.moments.iter().filter(|(_, moment)| !moment.people.is_empty()) {
            section class="panel" aria-label={ (w::PEOPLE) " " (w::instant(*at, frame.zone)) } {
                h2 { (w::PEOPLE) ", " (parts::moment(*at, frame.zone)) }
                (people(moment))
            }
        }
    }
}

fn lines(moment: &Moment) -> Markup {
    html! {
        ul class="lines" {
            @if moment.opened > 0 { li { (w::opened(moment.opened, moment.listed)) } }
            @for (kind, count) in &moment.letters { li { (w::letters(*kind, *count)) } }
            @if moment.locked > 0 {
                li { (w::locks(moment.locked, moment.locked_staff)) }
                li { (w::loses(moment.losing, moment.patients)) }
            }
        }
    }
}

fn people(moment: &Moment) -> Markup {
    let rest = (moment.locked + moment.locked_staff).saturating_sub(moment.people.len());
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_PERSON) } th scope="col" { (w::COL_KIND) } th scope="col" { (w::COL_LOST) } } }
            tbody {
                @for one in &moment.people {
                    tr {
                        th scope="row" { (one.name) }
                        td data-l=(w::COL_KIND) { (if one.is_sponsor { w::A_SPONSOR } else { w::STAFF }) }
                        td data-l=(w::COL_LOST) { (one.patients) }
                    }
                }
            }
        }
        @if rest > 0 { p class="quiet" { (w::not_named(rest)) } }
    }
}
