//! Tokens as the access team runs them: found by MRN, issued, taken back.

use maud::{Markup, html};
use time::Date;

use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, PatientId};
use crate::domain::people::GivenBy;
use crate::domain::queue::Bar;
use crate::domain::request::REASON_LONGEST;
use crate::domain::token::Issuer;
use crate::domain::token::list::Problem;
use crate::domain::token::redeeming::Standing;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{desk, token as w};

fn shown(frame: &Frame, title: &str, width: Width, main: &Markup) -> Markup {
    let frame = Frame { current: NavItem::Tokens, ..frame.clone() };
    frame_page(&frame, title, width, main)
}

/// A patient, as these pages name them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patient {
    /// The record.
    pub id: PatientId,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// MRN.
    pub mrn: String,
}

impl Patient {
    /// Name, birth date and MRN as facts.
    fn facts(&self) -> Markup {
        html! {
            dl class="facts" {
                div { dt { (w::BIRTH) } dd { (parts::date(self.birth_date)) } }
                div { dt { (w::MRN) } dd { (parts::mrn(&self.mrn)) } }
            }
        }
    }

    /// The name as clinicians write it.
    pub(super) fn name(&self) -> String {
        parts::name(&self.family, &self.given)
    }
}

/// The page that finds a patient; posts `mrn`. `unknown` says that nobody has the MRN typed.
pub fn find_page(frame: &Frame, mrn: &str, unknown: bool) -> Markup {
    let fault = if unknown { w::NO_PATIENT } else { "" };
    let faults = if unknown { vec![("mrn", w::NO_PATIENT.to_owned())] } else { Vec::new() };
    let main = html! {
        section class="panel" {
            h1 { (w::TOKENS) }
            p { (w::TOKENS_LEAD) }
            (field::summary(&faults))
            form method="post" action=(paths::tokens()) {
                (field::token(frame))
                (field::Text { name: "mrn", label: w::MRN, value: mrn, fault, max: 100, ..Default::default() }.show())
                (field::submit(w::FIND))
            }
            p class="after" { a href=(paths::token_list()) { (w::FROM_LIST) } }
        }
    };
    shown(frame, w::TOKENS, Width::Narrow, &main)
}

/// One token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The token.
    pub id: FactId,
    /// Where it stands.
    pub standing: Standing,
    /// In what capacity it was given.
    pub by: GivenBy,
    /// Who issued it.
    pub issuer: Issuer,
    /// For whom; may be empty.
    pub for_whom: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Who redeemed it, and when.
    pub redeemed: Option<(String, Instant)>,
    /// When it was taken back, and why.
    pub revoked: Option<(Instant, String)>,
}

/// What is wrong with issuing one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssueFault {
    /// The note is too long.
    NoteTooLong,
    /// The patient has died.
    Deceased,
    /// The record is to be merged into another, and nobody has confirmed it.
    Unconfirmed,
}

/// The tokens of a patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tokens {
    /// Who.
    pub patient: Patient,
    /// The tokens, newest first.
    pub rows: Vec<Row>,
    /// What keeps the reader from issuing and taking back.
    pub bar: Option<Bar>,
    /// The note, as typed.
    pub for_whom: String,
    /// What is wrong with it.
    pub fault: Option<IssueFault>,
}

/// The tokens of a patient, and the form that issues one; posts `for_whom`.
pub fn page(frame: &Frame, model: &Tokens) -> Markup {
    let name = model.patient.name();
    let main = html! {
        p class="back" { a href=(paths::tokens()) { (w::BACK) } }
        h1 { (name) }
        div class="grid" {
            div {
                section class="panel" aria-labelledby="tokens" { h2 id="tokens" { (w::TOKENS) } (table(frame, model)) }
            }
            div {
                section class="panel" aria-label=(w::COL_PATIENT) { (model.patient.facts()) }
                section class="panel" aria-labelledby="issue" { h2 id="issue" { (w::ISSUE) } (issue(frame, model)) }
            }
        }
    };
    shown(frame, &name, Width::Wide, &main)
}

fn issue(frame: &Frame, model: &Tokens) -> Markup {
    let words = model.fault.map_or("", |fault| match fault {
        IssueFault::NoteTooLong => w::FOR_WHOM_LONG,
        IssueFault::Deceased => w::DECEASED,
        IssueFault::Unconfirmed => w::UNCONFIRMED,
    });
    let faults = if words.is_empty() { Vec::new() } else { vec![("for_whom", words.to_owned())] };
    html! {
        @if let Some(bar) = model.bar { p class="quiet" { (desk::bar(bar)) } }
        @else {
            p { (w::ISSUE_LEAD) }
            (field::summary(&faults))
            form method="post" action=(paths::tokens_of(model.patient.id)) {
                (field::token(frame))
                (field::Text { name: "for_whom", label: w::FOR_WHOM, value: &model.for_whom, hint: w::FOR_WHOM_HINT, fault: words, max: 100, ..Default::default() }.show())
                (field::submit(w::ISSUE))
            }
        }
    }
}

fn table(frame: &Frame, model: &Tokens) -> Markup {
    html! {
        @if model.rows.is_empty() { (parts::empty(w::NONE)) }
        @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_ISSUED) } th scope="col" { (w::COL_FOR) } th scope="col" { (w::COL_STATE) } th scope="col" { (w::COL_ENDS) } th scope="col" { span class="vh" { (w::REVOKE) } } } }
                tbody {
                    @for row in &model.rows {
                        tr {
                            th scope="row" { (parts::moment(row.issued_at, frame.zone)) span class="sub" { (w::issuer(row.by, &row.issuer)) } }
                            td data-l=(w::COL_FOR) class="wrap-any" { @if row.for_whom.is_empty() { (crate::views::words::NONE_SIGN) } @else { (row.for_whom) } }
                            td data-l=(w::COL_STATE) { (state(frame, row)) }
                            td data-l=(w::COL_ENDS) { (parts::moment(row.ends_at, frame.zone)) }
                            td { @if model.bar.is_none() && row.standing != Standing::Revoked { a href=(paths::team_token(row.id)) { (w::REVOKE) span class="vh" { " " (parts::moment(row.issued_at, frame.zone)) } } } }
                        }
                    }
                }
            }
        }
    }
}

/// Where a token stands, and what led there.
fn state(frame: &Frame, row: &Row) -> Markup {
    let kind = match row.standing {
        Standing::Redeemed => "ok",
        Standing::Open => "info",
        Standing::Frozen => "warn",
        Standing::Expired | Standing::Revoked => "stop",
    };
    html! {
        (flag::tag(kind, w::standing(row.standing)))
        @if let Some((who, at)) = &row.redeemed { span class="sub" { (parts::moment(*at, frame.zone)) " " (w::REDEEMED_BY) " " (who) } }
        @if row.standing == Standing::Frozen { span class="sub" { (w::FROZEN_HOW) } }
        @if let Some((at, why)) = &row.revoked { span class="sub wrap-any" { (parts::moment(*at, frame.zone)) @if !why.is_empty() { " – " (why) } } }
    }
}

/// The page of one token, before it is taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakeBack {
    /// Whose record it opens.
    pub patient: Patient,
    /// The token.
    pub row: Row,
    /// What keeps the reader from it.
    pub bar: Option<Bar>,
    /// The reason, as typed.
    pub reason: String,
    /// Whether that is missing or too long.
    pub reason_wrong: bool,
    /// Whether somebody was faster.
    pub stale: bool,
}

/// The page of one token; posts `reason` to take it back.
pub fn take_back_page(frame: &Frame, model: &TakeBack) -> Markup {
    let fault = if model.reason_wrong { w::REASON_WRONG } else { "" };
    let faults = if model.reason_wrong { vec![("reason", fault.to_owned())] } else { Vec::new() };
    let row = &model.row;
    let main = html! {
        p class="back" { a href=(paths::tokens_of(model.patient.id)) { (w::BACK_TO_PATIENT) } }
        section class="panel" {
            h1 { (w::REVOKE_TITLE) }
            (field::summary(&faults))
            @if model.stale { (parts::notice("warn", &html! { p role="alert" { (w::REVOKED_ALREADY) } })) }
            p { strong { (model.patient.name()) } }
            (model.patient.facts())
            dl class="facts" {
                div { dt { (w::COL_ISSUED) } dd { (parts::moment(row.issued_at, frame.zone)) ", " (w::issuer(row.by, &row.issuer)) } }
                @if !row.for_whom.is_empty() { div { dt { (w::COL_FOR) } dd class="wrap-any" { (row.for_whom) } } }
                div { dt { (w::COL_STATE) } dd { (state(frame, row)) } }
                div { dt { (w::COL_ENDS) } dd { (parts::moment(row.ends_at, frame.zone)) } }
            }
            @if let Some(bar) = model.bar { p class="quiet" { (desk::bar(bar)) } }
            @else if row.standing != Standing::Revoked {
                p { (w::REVOKE_LEAD) }
                form method="post" action=(paths::team_token(row.id)) {
                    (field::token(frame))
                    (field::Area { name: "reason", label: w::REASON, value: &model.reason, hint: w::REASON_HINT, fault, max: REASON_LONGEST }.show())
                    (field::submit(w::REVOKE))
                }
            }
        }
    };
    shown(frame, w::REVOKE_TITLE, Width::Narrow, &main)
}

/// The field in which what is wrong is mended.
const fn field_of(problem: Problem) -> &'static str {
    match problem {
        Problem::NoFile | Problem::FileTooLarge | Problem::NotText | Problem::TypedToo | Problem::Held(_) => {
            "file"
        }
        _ => "list",
    }
}

/// The page that issues a list; posts `list`, and with a file `list` and `file` elsewhere.
pub fn list_page(frame: &Frame, typed: &str, problems: &[(usize, Problem)]) -> Markup {
    let faults: Vec<(&str, String)> =
        problems.iter().map(|(line, problem)| (field_of(*problem), w::problem(*line, *problem))).collect();
    let at =
        |name: &str| faults.iter().find(|(field, _)| *field == name).map_or("", |(_, words)| words.as_str());
    let (fault, file_fault) = (at("list"), at("file").to_owned());
    let main = html! {
        p class="back" { a href=(paths::tokens()) { (w::BACK) } }
        section class="panel" {
            h1 { (w::FROM_LIST) }
            p { (w::LIST_LEAD) }
            (field::summary(&faults))
            form method="post" action=(paths::token_list()) {
                (field::token(frame))
                (field::Area { name: "list", label: w::LIST, value: typed, hint: w::LIST_HINT, fault, max: 20_000 }.show())
                (field::submit(w::LIST_ISSUE))
                div class={ "field" @if !file_fault.is_empty() { " wrong" } } {
                    label for="file" { (w::LIST_FILE) }
                    (field::hint_and_fault("file", w::LIST_FILE_HINT, &file_fault))
                    input id="file" name="file" type="file" accept=".csv,.txt,text/csv,text/plain"
                        aria-describedby=[field::described_by("file", w::LIST_FILE_HINT, &file_fault)];
                }
                // The same form, sent another way: what was typed goes with the file.
                button class="second" type="submit" formaction=(paths::token_list_file()) formenctype="multipart/form-data" { (w::LIST_READ) }
            }
        }
    };
    shown(frame, w::FROM_LIST, Width::Narrow, &main)
}

/// There is no letter any more for what was asked.
pub fn gone_page(frame: &Frame) -> Markup {
    let main = html! {
        section class="panel stop-top" {
            h1 { (w::GONE_TITLE) }
            p { (w::GONE) }
            p { a href=(paths::tokens()) { (w::BACK) } }
        }
    };
    shown(frame, w::GONE_TITLE, Width::Narrow, &main)
}
