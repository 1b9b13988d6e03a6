//! A provider's practices: where they belong, the forms to change that, and what a change would do (page P22).

mod form;
mod plan;

pub(super) use plan::staff_table;

pub use form::{Form, Match, Matches, form_page};
pub use plan::{Changes, Circle, DeskFacts, Patient, Plan, Staff, desk_facts, plan_page};

use maud::{Markup, html};
use time::Date;

use super::account::{Tab, tabbed};
use super::layout::Frame;
use super::parts::{self, field, flag};
use super::paths;
use super::words::practice as w;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{PracticeId, RequestId};
use crate::domain::request::{Ending, RequestKind};

/// A practice that the provider belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Belonging {
    /// The practice.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// From when until when.
    pub span: Interval,
}

/// A request to change that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
    /// The practice to leave.
    pub from: Option<String>,
    /// The practice to join.
    pub to: String,
    /// The first day there.
    pub effective_on: Date,
    /// When it was filed.
    pub filed_at: Instant,
    /// When an answer is due.
    pub due_on: Option<Date>,
    /// How and when it ended, and why.
    pub ended: Option<(Ending, Instant, String)>,
}

/// The page of a provider's practices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overview {
    /// Practices now and to come.
    pub practices: Vec<Belonging>,
    /// Requests, newest first.
    pub requests: Vec<Request>,
    /// The request to be taken back was decided already.
    pub gone: bool,
}

/// The page of a provider's practices.
pub fn overview_page(frame: &Frame, model: &Overview) -> Markup {
    let waits = |kind| model.requests.iter().any(|r| r.kind == kind && r.ended.is_none());
    let belongs_now = model.practices.iter().any(|p| p.span.holds(frame.now));
    let main = html! {
        h1 { (w::TITLE) }
        @if model.gone { (parts::notice("warn", &html! { p { (w::GONE) } })) }
        (parts::panel("where", &html! { (w::WHERE) }, &html! {
            (belongings(frame, &model.practices))
            div class="actions" {
                @if belongs_now && !waits(RequestKind::PracticeSwitch) {
                    a class="button" href=(paths::practice_switch()) { (w::SWITCH) }
                }
                @if !waits(RequestKind::Membership) {
                    a class="button" href=(paths::practice_join()) { (w::JOIN) }
                }
            }
        }))
        (parts::panel("requests", &html! { (w::REQUESTS) }, &html! {
            @if model.requests.is_empty() { (parts::empty(w::REQUESTS_EMPTY)) }
            @else { (requests(frame, &model.requests)) }
        }))
    };
    tabbed(frame, Tab::Practices, w::TITLE, &main)
}

/// Practices with their dates.
fn belongings(frame: &Frame, practices: &[Belonging]) -> Markup {
    html! {
        @if practices.is_empty() { (parts::empty(w::NOWHERE)) }
        @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_PRACTICE) } th scope="col" { (w::COL_FROM) } th scope="col" { (w::COL_UNTIL) } } }
                tbody {
                    @for practice in practices {
                        tr {
                            th scope="row" { (practice.name) " " @if practice.span.start() > frame.now { (flag::tag("info", w::TO_COME)) } }
                            td data-l=(w::COL_FROM) {
                                @if practice.span.start() == Instant::EVER { (w::SINCE_EVER) } @else { (parts::day(practice.span.start(), frame.zone)) }
                            }
                            td data-l=(w::COL_UNTIL) {
                                @match practice.span.end() { Some(end) => (parts::moment(end, frame.zone)), None => (w::OPEN_END) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn requests(frame: &Frame, requests: &[Request]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_REQUEST) } th scope="col" { (w::COL_PRACTICE) } th scope="col" { (w::COL_FIRST_DAY) } th scope="col" { (w::COL_FILED) } th scope="col" { (w::COL_STATE) } } }
            tbody {
                @for request in requests {
                    tr {
                        th scope="row" { (w::kind(request.kind)) }
                        td data-l=(w::COL_PRACTICE) { (w::from_to(request.from.as_deref(), &request.to)) }
                        td data-l=(w::COL_FIRST_DAY) { (parts::date(request.effective_on)) }
                        td data-l=(w::COL_FILED) { (parts::moment(request.filed_at, frame.zone)) }
                        td data-l=(w::COL_STATE) { (state(frame, request)) }
                    }
                }
            }
        }
    }
}

fn state(frame: &Frame, request: &Request) -> Markup {
    html! {
        @match &request.ended {
            None => {
                (flag::tag("info", w::WAITS))
                @if let Some(due) = request.due_on { p class="quiet" { (w::DUE) " " (parts::date(due)) } }
                form method="post" action=(paths::practice_withdraw()) {
                    (field::token(frame))
                    (field::hidden("request", &request.id.to_string()))
                    button class="bare link" type="submit" data-once { (w::WITHDRAW) span class="vh" { " " (w::kind(request.kind)) } }
                }
            }
            Some((how, at, reason)) => {
                (flag::tag(if *how == Ending::Approved { "ok" } else { "warn" }, w::ending(*how))) " " (parts::day(*at, frame.zone))
                @if !reason.is_empty() { p { (reason) } }
            }
        }
    }
}
