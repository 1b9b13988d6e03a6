//! Patterns in the audit.

use maud::{Markup, html};
use time::Date;

use super::audit::{AuditCheck, AuditRow, checked, table};
use super::look_up::LookUpAccount;
use crate::domain::calendar::Instant;
use crate::domain::pattern::Pattern;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, audit as a, team as w};

/// What is wrong with what was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PatternFault {
    /// Not a day.
    BadDay,
    /// More days than a report covers.
    TooLong,
}

/// One account with many refusals on one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ManyRow {
    /// The day.
    pub day: Date,
    /// Who.
    pub who: LookUpAccount,
    /// How often refused.
    pub refused: i64,
    /// How often nobody was found.
    pub missed: i64,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PatternFound {
    /// Rows of the audit, where the next page begins, and how far back was looked where that is not the whole range.
    Rows(Vec<AuditRow>, Option<String>, Option<Instant>),
    /// Days with many refusals.
    Days(Vec<ManyRow>),
}

/// The page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patterns {
    /// What is looked for.
    pub pattern: Pattern,
    /// First day as typed.
    pub from: String,
    /// Last day as typed.
    pub to: String,
    /// The range.
    pub range: (Date, Date),
    /// When the hospital closes, in words.
    pub closes: String,
    /// What is wrong.
    pub faults: Vec<PatternFault>,
    /// What was found, once asked.
    pub found: Option<PatternFound>,
    /// The latest verification.
    pub check: Option<AuditCheck>,
}

/// The page; posts `pattern`, `from`, `to`, `after`.
pub fn page(frame: &Frame, model: &Patterns) -> Markup {
    let said = |fault: &PatternFault| match fault {
        PatternFault::BadDay => ("from", w::look_up_fault(super::LookUpFault::BadInstant).to_owned()),
        PatternFault::TooLong => ("from", a::too_long()),
    };
    let faults: Vec<(&str, String)> = model.faults.iter().map(said).collect();
    let fault = faults.first().map_or("", |f| f.1.as_str());
    let patterns: Vec<(&str, String)> =
        Pattern::ALL.iter().map(|p| (p.word(), a::pattern(*p).to_owned())).collect();
    let main = html! {
        p class="back" { a href=(paths::audit()) { (w::AUDIT) } }
        h1 { (a::PATTERNS) }
        (field::summary(&faults))
        section class="panel" aria-label=(w::FILTER) {
            p class="quiet" { (a::PATTERNS_LEAD) }
            (checked(frame, model.check))
            form method="post" action=(paths::audit_patterns()) class="search" {
                (field::token(frame))
                (field::choice("pattern", a::PATTERN, model.pattern.word(), &patterns))
                (field::Text { name: "from", label: w::FROM_DAY, value: &model.from, hint: w::DAY_HINT, fault, width: "w10", max: 10, ..Default::default() }.show())
                (field::Text { name: "to", label: w::TO_DAY, value: &model.to, hint: w::DAY_HINT, width: "w10", max: 10, ..Default::default() }.show())
                (field::submit(a::SHOW))
            }
        }
        @if let Some(found) = &model.found { (parts::panel("found", &html! { (a::pattern(model.pattern)) }, &result(frame, model, found))) }
    };
    let frame = Frame { current: NavItem::Audit, ..frame.clone() };
    frame_page(&frame, a::PATTERNS, Width::Wide, &main)
}

fn result(frame: &Frame, model: &Patterns, found: &PatternFound) -> Markup {
    let (from, to) = (words::date(model.range.0), words::date(model.range.1));
    html! {
        p { (a::pattern_how(model.pattern, &model.closes)) " " (a::range(&from, &to)) }
        @match found {
            PatternFound::Rows(rows, next, looked_to) => {
                @if let Some(at) = looked_to { (parts::notice("warn", &html! { p { (a::looked_to(*at, frame.zone)) } })) }
                @if !rows.is_empty() { (table(frame, rows)) } @else if looked_to.is_none() { (parts::empty(&a::pattern_empty(&from, &to))) }
                @if let Some(next) = next {
                    form method="post" action=(paths::audit_patterns()) class="actions" {
                        (field::token(frame))
                        (field::hidden("pattern", model.pattern.word())) (field::hidden("from", &model.from)) (field::hidden("to", &model.to)) (field::hidden("after", next))
                        button class="second" type="submit" { @if looked_to.is_some() { (a::GO_ON) } @else { (words::MORE) } }
                    }
                }
            }
            PatternFound::Days(days) => {
                @if days.is_empty() { (parts::empty(&a::pattern_empty(&from, &to))) } @else { (days_table(days)) }
            }
        }
    }
}

fn days_table(days: &[ManyRow]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (a::COL_DAY) } th scope="col" { (w::COL_WHO) } th scope="col" { (a::COL_REFUSED) } th scope="col" { (a::COL_MISSED) } } }
            tbody {
                @for row in days {
                    tr {
                        th scope="row" { (parts::date(row.day)) }
                        td data-l=(w::COL_WHO) { (row.who.name) span class="sub wrap-any" { (row.who.email) } }
                        td data-l=(a::COL_REFUSED) { (row.refused) }
                        td data-l=(a::COL_MISSED) { (row.missed) }
                    }
                }
            }
        }
    }
}
