//! The accounting of disclosures.

use maud::{Markup, html};

use super::look_up::{LookUpFault, LookUpPatient};
use crate::domain::access::Basis;
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::views::desk::list::csv_line;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, audit as a, rules, team as w};

/// A disclosure, or several alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountingLine {
    /// When, or when first.
    pub first: Instant,
    /// When last.
    pub last: Instant,
    /// How often.
    pub count: i64,
    /// The recipient.
    pub name: String,
    /// Their practice then; empty for none.
    pub practice: String,
    /// Its address.
    pub address: String,
    /// Whether it was exported rather than opened.
    pub exported: bool,
    /// Which section; none for the summary.
    pub section: Option<Section>,
    /// On which bases.
    pub bases: Vec<Basis>,
}

/// What was accounted for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountingAnswer {
    /// The patient.
    pub patient: LookUpPatient,
    /// The lines, the latest first.
    pub lines: Vec<AccountingLine>,
    /// The range: first and last moment.
    pub range: (Instant, Instant),
    /// Where the next page begins; posted back as `after`.
    pub next: Option<String>,
}

/// The page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Accounting {
    /// The MRN as typed.
    pub mrn: String,
    /// First day as typed.
    pub from: String,
    /// Last day as typed.
    pub to: String,
    /// Whether repeated ones are summarised.
    pub is_summary: bool,
    /// What is wrong.
    pub faults: Vec<LookUpFault>,
    /// The answer, once asked.
    pub answer: Option<AccountingAnswer>,
}

const EACH: &str = "each";
const SUMMARY: &str = "summary";

impl Accounting {
    const fn form(&self) -> &'static str {
        if self.is_summary { SUMMARY } else { EACH }
    }

    /// Whether `word` of a form asks for the summary.
    pub fn is_summary(word: &str) -> bool {
        word == SUMMARY
    }
}

/// The page; posts `mrn`, `form`, `from`, `to`, `after`.
pub fn page(frame: &Frame, model: &Accounting) -> Markup {
    let said = |fault: &LookUpFault| match fault {
        LookUpFault::BadInstant => ("from", w::look_up_fault(*fault).to_owned()),
        LookUpFault::TooMany => ("form", a::TOO_MANY_LINES.to_owned()),
        other => ("mrn", w::look_up_fault(*other).to_owned()),
    };
    let faults: Vec<(&str, String)> = model.faults.iter().map(said).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let forms = [(EACH, a::FORM_EACH.to_owned()), (SUMMARY, a::FORM_SUMMARY.to_owned())];
    let main = html! {
        p class="back" { a href=(paths::look_ups()) { (w::LOOK_UPS) } }
        h1 { (a::ACCOUNTING) }
        (field::summary(&faults))
        section class="panel" aria-label=(w::LOOK) {
            p class="quiet" { (a::ACCOUNTING_LEAD) }
            form method="post" action=(paths::accounting()) class="search" {
                (field::token(frame))
                (field::Text { name: "mrn", label: w::LOOK_MRN, value: &model.mrn, fault: of("mrn"), width: "w12", max: 64, ..Default::default() }.show())
                (field::pick("form", a::FORM, model.form(), of("form"), &forms))
                (field::Text { name: "from", label: w::FROM_DAY, value: &model.from, hint: w::DAY_HINT, fault: of("from"), width: "w10", max: 10, ..Default::default() }.show())
                (field::Text { name: "to", label: w::TO_DAY, value: &model.to, hint: w::DAY_HINT, width: "w10", max: 10, ..Default::default() }.show())
                (field::submit(a::ACCOUNT))
            }
        }
        @if let Some(answer) = &model.answer { (parts::panel("answer", &html! { (a::ACCOUNTING) }, &shown(frame, model, answer))) }
    };
    let frame = Frame { current: NavItem::LookUps, ..frame.clone() };
    frame_page(&frame, a::ACCOUNTING, Width::Wide, &main)
}

fn carried(model: &Accounting) -> Markup {
    html! {
        (field::hidden("mrn", &model.mrn)) (field::hidden("form", model.form()))
        (field::hidden("from", &model.from)) (field::hidden("to", &model.to))
    }
}

fn shown(frame: &Frame, model: &Accounting, answer: &AccountingAnswer) -> Markup {
    let day = |at: Instant| words::date(frame.zone.date(at));
    let (from, to) = (day(answer.range.0), day(answer.range.1));
    let patient = &answer.patient;
    html! {
        p { strong { (parts::name(&patient.family, &patient.given)) } ", " (parts::date(patient.birth_date)) ", " (w::LOOK_MRN) " " (parts::mrn(&patient.mrn)) ". " (a::range(&from, &to)) }
        @if answer.lines.is_empty() { (parts::empty(&a::accounting_empty(&from, &to))) } @else {
            (table(frame, model.is_summary, &answer.lines))
            @if let Some(next) = &answer.next {
                form method="post" action=(paths::accounting()) class="actions" {
                    (field::token(frame)) (carried(model)) (field::hidden("after", next))
                    button class="second" type="submit" { (words::MORE) }
                }
            }
            form method="post" action=(paths::accounting_export()) class="after" {
                (field::token(frame)) (carried(model))
                button class="second" type="submit" { (a::EXPORT) } " " span class="quiet" { (a::EXPORT_HOW) }
            }
        }
    }
}

fn what(line: &AccountingLine) -> String {
    let act = if line.exported { a::EXPORTED } else { a::OPENED };
    format!("{act}: {}", line.section.map_or(a::CHART_SUMMARY, rules::section))
}

fn bases(line: &AccountingLine) -> String {
    line.bases.iter().map(|basis| rules::basis(*basis)).collect::<Vec<_>>().join(", ")
}

fn table(frame: &Frame, is_summary: bool, lines: &[AccountingLine]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr {
                @if is_summary { th scope="col" { (a::COL_FIRST) } th scope="col" { (a::COL_COUNT) } th scope="col" { (a::COL_LAST) } }
                @else { th scope="col" { (a::COL_DATE) } }
                th scope="col" { (a::COL_RECIPIENT) } th scope="col" { (a::COL_WHAT) } th scope="col" { (a::COL_PURPOSE) }
            } }
            tbody {
                @for line in lines {
                    tr {
                        th scope="row" { (parts::moment(line.first, frame.zone)) }
                        @if is_summary {
                            td data-l=(a::COL_COUNT) { (line.count) }
                            td data-l=(a::COL_LAST) { (parts::moment(line.last, frame.zone)) }
                        }
                        td data-l=(a::COL_RECIPIENT) { (line.name) @if !line.practice.is_empty() { span class="sub" { (line.practice) @if !line.address.is_empty() { ", " (line.address) } } } }
                        td data-l=(a::COL_WHAT) { (what(line)) }
                        td data-l=(a::COL_PURPOSE) { (bases(line)) }
                    }
                }
            }
        }
    }
}

/// The lines as a table for a spreadsheet (RFC 4180, with a heading); no cell begins as a formula would.
pub fn csv(frame: &Frame, answer: &AccountingAnswer) -> String {
    let heading = [
        a::COL_FIRST,
        a::COL_COUNT,
        a::COL_LAST,
        a::COL_RECIPIENT,
        a::COL_PRACTICE,
        a::COL_ADDRESS,
        a::COL_WHAT,
        a::COL_PURPOSE,
        a::COL_PATIENT,
        w::LOOK_MRN,
    ];
    let patient = &answer.patient;
    let mut text = csv_line(&heading.map(str::to_owned));
    for line in &answer.lines {
        text.push_str(&csv_line(&[
            words::moment(line.first, frame.zone),
            line.count.to_string(),
            words::moment(line.last, frame.zone),
            line.name.clone(),
            line.practice.clone(),
            line.address.clone(),
            what(line),
            bases(line),
            parts::name(&patient.family, &patient.given),
            patient.mrn.clone(),
        ]));
    }
    text
}
