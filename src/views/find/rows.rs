//! Patients in a list: who they are, why the viewer may see them, what is new, and the next step (page P5).

use maud::{Markup, html};
use time::Date;

use crate::domain::access::Basis;
use crate::domain::access::next::{EndOf, NextStep};
use crate::domain::calendar::Instant;
use crate::domain::chart::age::age;
use crate::domain::ids::PatientId;
use crate::domain::news::News;
use crate::views::layout::Frame;
use crate::views::parts::{self, flag};
use crate::views::paths;
use crate::views::request::Wish;
use crate::views::words::{self, find as w, rules};

/// One patient in a list that the viewer may see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PatientRow {
    /// Id, for the link.
    pub id: PatientId,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// Sex.
    pub sex: String,
    /// MRN.
    pub mrn: String,
    /// Why the viewer may see the chart.
    pub bases: Vec<Basis>,
    /// What is new since the viewer last opened the chart.
    pub news: Vec<News>,
    /// Latest activity, or when it was viewed.
    pub at: Option<Instant>,
    /// What the viewer can do next.
    pub next: NextStep,
    /// The viewer's own request for access that is still open.
    pub pending: Option<Pending>,
}

/// A request of the viewer that is still open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pending {
    /// What is asked for.
    pub wish: Wish,
    /// When it was filed.
    pub filed: Instant,
    /// Whose turn it is.
    pub turn: Turn,
}

/// Who answers a request, and until when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// The family; the day on which the request expires.
    Family(Option<Date>),
    /// The hospital; the day on which the answer is due.
    Hospital(Option<Date>),
}

pub(super) fn name_link(row: &PatientRow) -> Markup {
    html! { a href=(paths::chart(row.id)) { (parts::name(&row.family, &row.given)) } }
}

pub(super) fn table(frame: &Frame, rows: &[PatientRow]) -> Markup {
    let today = frame.zone.date(frame.now);
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_PATIENT) } th scope="col" { (w::COL_BORN) } th scope="col" { (w::COL_SEX) }
                th scope="col" { (w::MRN) } th scope="col" { (w::COL_ACTIVITY) } th scope="col" { (w::COL_ACCESS) } th scope="col" { (w::COL_NEXT) }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (name_link(row)) }
                        td data-l=(w::COL_BORN) { (parts::date(row.birth_date)) " " span class="nw" { "(" (words::age(age(row.birth_date, today))) ")" } }
                        td data-l=(w::COL_SEX) { (words::sex(&row.sex)) }
                        td data-l=(w::MRN) { (parts::mrn(&row.mrn)) }
                        td data-l=(w::COL_ACTIVITY) {
                            @if let Some(at) = row.at { (parts::day(at, frame.zone)) } @else { (words::NONE_SIGN) }
                            @for news in &row.news { " " (flag::tag("new", w::news(*news))) }
                        }
                        td data-l=(w::COL_ACCESS) { @for (n, basis) in row.bases.iter().enumerate() { @if n > 0 { ", " } (rules::basis(*basis)) } }
                        td class="next" data-l=(w::COL_NEXT) { (next(frame, row)) }
                    }
                }
            }
        }
    }
}

/// What the viewer can do next, and what is under way.
fn next(frame: &Frame, row: &PatientRow) -> Markup {
    html! {
        a href=(paths::chart(row.id)) { (w::OPEN_CHART) span class="vh" { " " (parts::name(&row.family, &row.given)) } }
        @if let NextStep::OpenUntil { ends, by } = row.next {
            span class="sub" { (w::ends(ends, frame.zone)) " " (w::renewal(by)) }
            @if by == EndOf::Fact(Basis::Token) { a class="nw" href=(paths::token()) { (w::NEW_TOKEN) } }
        }
        @if let Some(pending) = &row.pending { span class="sub" { a href=(paths::requests()) { (w::wish(pending.wish)) } ": " (w::turn(pending.turn)) } }
    }
}
