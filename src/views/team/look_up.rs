//! Look-ups: why can or cannot, who can, what can. One form, one answer.

use maud::{Markup, html};
use time::Date;

use crate::domain::access::{Basis, Refusal};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::people::AccountKind;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{self, rules, team as w};

/// What is wrong with a look-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LookUpFault {
    /// Neither account nor MRN.
    NothingTyped,
    /// No such account.
    UnknownAccount,
    /// No such patient.
    UnknownMrn,
    /// Not an MRN.
    BadMrn,
    /// Not a day or an instant.
    BadInstant,
    /// No practice, or several.
    UnknownPractice,
    /// More rows than leave at once.
    TooMany,
}

/// An account as the access team sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LookUpAccount {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Kind.
    pub kind: AccountKind,
}

/// A patient as the access team sees one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LookUpPatient {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// MRN.
    pub mrn: String,
}

/// One permit with the fact behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReasonLine {
    /// The basis.
    pub basis: Basis,
    /// When the fact holds.
    pub span: Interval,
    /// The provider it names.
    pub provider: Option<String>,
    /// The practice it names, or through which it reaches.
    pub practice: Option<String>,
}

/// Why this account can or cannot see this patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhyAnswer {
    /// The account.
    pub account: LookUpAccount,
    /// The patient.
    pub patient: LookUpPatient,
    /// For which instant.
    pub at: Instant,
    /// The refusal and since when, `None` when allowed.
    pub objection: Option<(Refusal, Option<Instant>)>,
    /// Permits that hold; under a refusal, those that otherwise would.
    pub reasons: Vec<ReasonLine>,
    /// Whether the reach excludes something.
    pub limited: bool,
}

/// One account that can see the patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhoRow {
    /// The account.
    pub account: LookUpAccount,
    /// On which bases.
    pub bases: Vec<Basis>,
}

/// Who can see this patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhoAnswer {
    /// The patient.
    pub patient: LookUpPatient,
    /// For which instant.
    pub at: Instant,
    /// The accounts.
    pub rows: Vec<WhoRow>,
}

/// One patient whom the account can see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhatRow {
    /// The patient.
    pub patient: LookUpPatient,
    /// On which bases.
    pub bases: Vec<Basis>,
}

/// What this account can see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhatAnswer {
    /// The account.
    pub account: LookUpAccount,
    /// For which instant.
    pub at: Instant,
    /// F1 to F4, where one forbids everything.
    pub objection: Option<(Refusal, Option<Instant>)>,
    /// The patients.
    pub rows: Vec<WhatRow>,
    /// Where the next page begins; posted back as `after`.
    pub next: Option<String>,
}

/// The answer to a look-up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Account and MRN.
    Why(WhyAnswer),
    /// MRN alone.
    Who(WhoAnswer),
    /// Account alone.
    What(WhatAnswer),
}

/// The look-up page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LookUps {
    /// E-mail as typed.
    pub email: String,
    /// MRN as typed.
    pub mrn: String,
    /// Instant as typed.
    pub at: String,
    /// What is wrong.
    pub faults: Vec<LookUpFault>,
    /// The answer, once asked.
    pub answer: Option<Answer>,
}

/// The look-up page; posts `email`, `mrn`, `at`, `after`.
pub fn page(frame: &Frame, model: &LookUps) -> Markup {
    let faults: Vec<(&str, String)> = model
        .faults
        .iter()
        .map(|fault| {
            let field = match fault {
                LookUpFault::NothingTyped | LookUpFault::UnknownAccount => "email",
                LookUpFault::UnknownMrn | LookUpFault::BadMrn => "mrn",
                LookUpFault::BadInstant | LookUpFault::UnknownPractice | LookUpFault::TooMany => "at",
            };
            (field, w::look_up_fault(*fault).to_owned())
        })
        .collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let main = html! {
        h1 { (w::LOOK_UPS) }
        (field::summary(&faults))
        section class="panel" aria-label=(w::LOOK) {
            p class="quiet" { (w::LOOK_UPS_LEAD) }
            form method="post" action=(paths::look_ups()) class="search" {
                (field::token(frame))
                (field::Text { name: "email", label: w::LOOK_EMAIL, value: &model.email, fault: of("email"), width: "w20", max: 254, ..Default::default() }.show())
                (field::Text { name: "mrn", label: w::LOOK_MRN, value: &model.mrn, fault: of("mrn"), width: "w12", max: 64, ..Default::default() }.show())
                (field::Text { name: "at", label: w::LOOK_AT, value: &model.at, hint: w::LOOK_AT_HINT, fault: of("at"), width: "w20", max: 40, ..Default::default() }.show())
                (field::submit(w::LOOK))
            }
        }
        @match &model.answer {
            None => {}
            Some(Answer::Why(answer)) => (why(frame, answer)),
            Some(Answer::Who(answer)) => (who(frame, answer)),
            Some(Answer::What(answer)) => (what(frame, model, answer)),
        }
        section class="panel" aria-labelledby="further" {
            h2 id="further" { (words::audit::MORE_LOOK_UPS) }
            ul {
                li { a href=(paths::accounting()) { (words::audit::ACCOUNTING_LINK) } }
                li { a href=(paths::restrictions()) { (words::audit::RESTRICTIONS_LINK) } }
                li { a href=(paths::merges()) { (words::merge::PROPOSE_TITLE) } }
            }
        }
    };
    let frame = Frame { current: NavItem::LookUps, ..frame.clone() };
    frame_page(&frame, w::LOOK_UPS, Width::Wide, &main)
}

fn account_line(account: &LookUpAccount) -> Markup {
    html! { strong { (account.name) } ", " (rules::kind(account.kind)) ", " (account.email) }
}

fn patient_line(patient: &LookUpPatient) -> Markup {
    html! { strong { (parts::name(&patient.family, &patient.given)) } ", " (parts::date(patient.birth_date)) ", " (w::LOOK_MRN) " " (parts::mrn(&patient.mrn)) }
}

fn facts(
    account: Option<&LookUpAccount>,
    patient: Option<&LookUpPatient>,
    at: Instant,
    frame: &Frame,
) -> Markup {
    html! {
        dl class="facts" {
            @if let Some(account) = account { div { dt { (w::COL_ACCOUNT) } dd { (account_line(account)) } } }
            @if let Some(patient) = patient { div { dt { (w::COL_PATIENT) } dd { (patient_line(patient)) } } }
            div { dt { (w::ANSWER_FOR) } dd { (parts::moment(at, frame.zone)) } }
        }
    }
}

fn objection_line(objection: Option<(Refusal, Option<Instant>)>, frame: &Frame) -> Markup {
    html! {
        @if let Some((refusal, since)) = objection {
            p { strong { (rules::refusal(refusal)) } " " code { (refusal) }
                @if let Some(since) = since { ", " (w::SINCE) " " (parts::moment(since, frame.zone)) } }
        }
    }
}

fn why(frame: &Frame, answer: &WhyAnswer) -> Markup {
    let allowed = answer.objection.is_none();
    let heading =
        html! { @if allowed { (flag::tag("ok", w::ALLOWED)) } @else { (flag::tag("stop", w::REFUSED)) } };
    let body = html! {
        (facts(Some(&answer.account), Some(&answer.patient), answer.at, frame))
        (objection_line(answer.objection, frame))
        @if answer.reasons.is_empty() { p { (w::NO_REASON) } } @else {
            h3 { @if allowed { (w::REASONS) } @else { (w::STANDING) } }
            (reasons(frame, &answer.reasons))
        }
        @if allowed { p { @if answer.limited { (w::LIMITED) } @else { (w::FULL) } } }
    };
    parts::panel("answer", &heading, &body)
}

fn reasons(frame: &Frame, reasons: &[ReasonLine]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_BASIS) } th scope="col" { (w::COL_FACT) } th scope="col" { (w::COL_FROM) } th scope="col" { (w::COL_UNTIL) } } }
            tbody {
                @for line in reasons {
                    tr {
                        th scope="row" { (rules::basis(line.basis)) " " code { (line.basis) } }
                        td data-l=(w::COL_FACT) { (line.provider.as_deref().unwrap_or_default()) @if line.provider.is_some() && line.practice.is_some() { ", " } (line.practice.as_deref().unwrap_or_default()) }
                        td data-l=(w::COL_FROM) { @if line.span.start() == Instant::EVER { (w::SINCE_EVER) } @else { (parts::moment(line.span.start(), frame.zone)) } }
                        td data-l=(w::COL_UNTIL) { @if let Some(end) = line.span.end() { (parts::moment(end, frame.zone)) } @else { (w::OPEN_END) } }
                    }
                }
            }
        }
    }
}

fn bases(bases: &[Basis]) -> Markup {
    html! { @for (n, basis) in bases.iter().enumerate() { @if n > 0 { ", " } (rules::basis(*basis)) } }
}

fn who(frame: &Frame, answer: &WhoAnswer) -> Markup {
    let body = html! {
        (facts(None, Some(&answer.patient), answer.at, frame))
        @if answer.rows.is_empty() { (parts::empty(w::WHO_EMPTY)) } @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_ACCOUNT) } th scope="col" { (words::sign_in::ACCOUNT_KIND) } th scope="col" { (words::sign_in::EMAIL) } th scope="col" { (w::REASONS) } } }
                tbody {
                    @for row in &answer.rows {
                        tr {
                            th scope="row" { (row.account.name) }
                            td data-l=(words::sign_in::ACCOUNT_KIND) { (rules::kind(row.account.kind)) }
                            td data-l=(words::sign_in::EMAIL) { (row.account.email) }
                            td data-l=(w::REASONS) { (bases(&row.bases)) }
                        }
                    }
                }
            }
        }
    };
    parts::panel("answer", &html! { (w::WHO) " (" (answer.rows.len()) ")" }, &body)
}

fn what(frame: &Frame, model: &LookUps, answer: &WhatAnswer) -> Markup {
    let body = html! {
        (facts(Some(&answer.account), None, answer.at, frame))
        (objection_line(answer.objection, frame))
        @if answer.rows.is_empty() { (parts::empty(w::WHAT_EMPTY)) } @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_PATIENT) } th scope="col" { (w::COL_BORN) } th scope="col" { (w::LOOK_MRN) } th scope="col" { (w::REASONS) } } }
                tbody {
                    @for row in &answer.rows {
                        tr {
                            th scope="row" { (parts::name(&row.patient.family, &row.patient.given)) }
                            td data-l=(w::COL_BORN) { (parts::date(row.patient.birth_date)) }
                            td data-l=(w::LOOK_MRN) { (parts::mrn(&row.patient.mrn)) }
                            td data-l=(w::REASONS) { (bases(&row.bases)) }
                        }
                    }
                }
            }
            @if let Some(next) = &answer.next {
                form method="post" action=(paths::look_ups()) class="actions" {
                    (field::token(frame))
                    (field::hidden("email", &model.email)) (field::hidden("mrn", &model.mrn)) (field::hidden("at", &model.at)) (field::hidden("after", next))
                    button class="second" type="submit" { (words::MORE) }
                }
            }
        }
    };
    parts::panel("answer", &html! { (w::WHAT) }, &body)
}
