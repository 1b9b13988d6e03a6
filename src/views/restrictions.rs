//! Restrictions of a patient: found, previewed, made, ended.

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field, flag};
use super::paths;
use super::team::{LookUpAccount, LookUpPatient};
use super::words::{restrictions as w, rules};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::{FactId, PatientId};
use crate::domain::request::REASON_LONGEST;
use crate::domain::restriction::Scope;

/// What is wrong with what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestrictionFault {
    /// Nobody was chosen.
    ScopeMissing,
    /// Nobody is found.
    Unknown,
    /// Several practices are found.
    Several,
    /// No reason, or one that is too long.
    Reason,
    /// The same holds already.
    Already,
    /// The record is to be merged into another, and nobody has confirmed it.
    Unconfirmed,
}

/// One restriction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its id.
    pub id: FactId,
    /// Whom it names.
    pub scope: Scope,
    /// Their name; empty for everyone.
    pub name: String,
    /// The address, NPI or code that they are found by.
    pub known_by: String,
    /// When it holds.
    pub span: Interval,
    /// Why; empty for one that was imported.
    pub reason: String,
    /// Who made it; empty for one that was imported.
    pub made_by: String,
    /// Who ended it; empty for nobody.
    pub ended_by: String,
}

/// The form as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// Whom it names.
    pub scope: Option<Scope>,
    /// Which one.
    pub whom: String,
    /// Why.
    pub reason: String,
}

/// The restrictions of one patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restrictions {
    /// The record.
    pub id: PatientId,
    /// Who.
    pub patient: LookUpPatient,
    /// The restrictions, newest first.
    pub rows: Vec<Row>,
    /// Whether the reader makes and ends them.
    pub may_change: bool,
    /// The form.
    pub typed: Typed,
    /// What is wrong with it.
    pub faults: Vec<RestrictionFault>,
    /// Whether one was ended by somebody else meanwhile.
    pub stale: bool,
}

/// What one would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The record.
    pub id: PatientId,
    /// Of whom.
    pub patient: LookUpPatient,
    /// What was typed.
    pub typed: Typed,
    /// The name of whom it names.
    pub name: String,
    /// Who would lose the chart; the first of them.
    pub losing: Vec<LookUpAccount>,
    /// How many in all.
    pub count: usize,
    /// Whether it holds already.
    pub held: bool,
}

fn framed(frame: &Frame, title: &str, width: Width, main: &Markup) -> Markup {
    frame_page(&Frame { current: NavItem::LookUps, ..frame.clone() }, title, width, main)
}

/// The page that asks for an MRN; posts `mrn`.
pub fn find_page(frame: &Frame, mrn: &str, is_unknown: bool) -> Markup {
    let fault = if is_unknown { w::UNKNOWN_MRN } else { "" };
    let faults = if is_unknown { vec![("mrn", w::UNKNOWN_MRN.to_owned())] } else { Vec::new() };
    let main = html! {
        section class="panel" {
            h1 { (w::TITLE) }
            p { (w::LEAD) }
            (field::summary(&faults))
            form method="post" action=(paths::restrictions()) {
                (field::token(frame))
                (field::Text { name: "mrn", label: w::MRN, value: mrn, fault, width: "w12", max: 64, ..Default::default() }.show())
                (field::submit(w::FIND))
            }
        }
    };
    framed(frame, w::TITLE, Width::Narrow, &main)
}

fn patient_line(patient: &LookUpPatient) -> Markup {
    html! { p { strong { (parts::name(&patient.family, &patient.given)) } ", " (parts::date(patient.birth_date)) ", " (parts::mrn(&patient.mrn)) } }
}

/// The restrictions of a patient; posts `scope`, `whom`, `reason` to the preview.
pub fn page(frame: &Frame, model: &Restrictions) -> Markup {
    let at = |fault: RestrictionFault| match fault {
        RestrictionFault::ScopeMissing | RestrictionFault::Already | RestrictionFault::Unconfirmed => "scope",
        RestrictionFault::Unknown | RestrictionFault::Several => "whom",
        RestrictionFault::Reason => "reason",
    };
    let faults: Vec<(&str, String)> =
        model.faults.iter().map(|fault| (at(*fault), w::fault(*fault).to_owned())).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let main = html! {
        p class="back" { a href=(paths::restrictions()) { (w::TITLE) } }
        h1 { (w::LISTED) }
        (field::summary(&faults))
        @if model.stale { (parts::notice("warn", &html! { p role="alert" { (w::STALE) } })) }
        section class="panel" aria-label=(w::LISTED) {
            (patient_line(&model.patient))
            @if model.rows.is_empty() { (parts::empty(w::NONE)) } @else { (table(frame, model)) }
            @if !model.may_change { p class="quiet" { (w::READ_ONLY) } }
        }
        @if model.may_change {
            (parts::panel("make", &html! { (w::MAKE) }, &form(frame, model, &of)))
        }
    };
    framed(frame, w::LISTED, Width::Wide, &main)
}

fn form<'a>(frame: &Frame, model: &Restrictions, of: &impl Fn(&str) -> &'a str) -> Markup {
    let scopes = Scope::ALL.iter().map(|scope| (scope.word(), w::scope(*scope).to_owned()));
    let scopes: Vec<(&str, String)> = std::iter::once(("", String::new())).chain(scopes).collect();
    let typed = &model.typed;
    html! {
        form method="post" action=(paths::restriction_preview(model.id)) {
            (field::token(frame))
            (field::pick("scope", w::SCOPE, typed.scope.map_or("", Scope::word), of("scope"), &scopes))
            (field::Text { name: "whom", label: w::WHOM, value: &typed.whom, hint: w::WHOM_HINT, fault: of("whom"), width: "w20", max: 254, ..Default::default() }.show())
            (field::Area { name: "reason", label: w::REASON, value: &typed.reason, hint: w::REASON_HINT, fault: of("reason"), max: REASON_LONGEST }.show())
            (field::submit(w::PREVIEW))
        }
    }
}

fn table(frame: &Frame, model: &Restrictions) -> Markup {
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_WHOM) } th scope="col" { (w::COL_FROM) } th scope="col" { (w::COL_UNTIL) }
                th scope="col" { (w::COL_REASON) } th scope="col" { (w::COL_MADE_BY) }
            } }
            tbody { @for row in &model.rows { (line(frame, row, model.may_change)) } }
        }
    }
}

fn line(frame: &Frame, row: &Row, may_change: bool) -> Markup {
    let is_open = row.span.end().is_none_or(|end| end > frame.now);
    html! {
        tr {
            th scope="row" { (w::scope(row.scope)) @if !row.name.is_empty() { span class="sub wrap-any" { (row.name) ", " (row.known_by) } } }
            td data-l=(w::COL_FROM) { @if row.span.start() == Instant::EVER { (w::SINCE_EVER) } @else { (parts::moment(row.span.start(), frame.zone)) } }
            td data-l=(w::COL_UNTIL) {
                @if let Some(end) = row.span.end() { (parts::moment(end, frame.zone)) } @else { (flag::tag("stop", w::HOLDS)) }
                @if !row.ended_by.is_empty() { span class="sub" { (w::ENDED_BY) " " (row.ended_by) } }
                @if may_change && is_open {
                    form method="post" action=(paths::end_restriction(row.id)) {
                        (field::token(frame))
                        button class="second" type="submit" data-once aria-label={ (w::END) ": " (w::scope(row.scope)) " " (row.name) } { (w::END) }
                    }
                }
            }
            td data-l=(w::COL_REASON) { span class="wrap-any" { (row.reason) } }
            td data-l=(w::COL_MADE_BY) { @if row.made_by.is_empty() { span class="quiet" { (w::IMPORTED) } } @else { (row.made_by) } }
        }
    }
}

/// Who would lose the chart; posts the same again to make the restriction.
pub fn preview_page(frame: &Frame, model: &Preview) -> Markup {
    let scope = model.typed.scope;
    let main = html! {
        p class="back" { a href=(paths::restrictions_of(model.id)) { (w::BACK) } }
        h1 { (w::PREVIEW_TITLE) }
        section class="panel" aria-labelledby="losing" {
            (patient_line(&model.patient))
            dl class="facts" {
                div { dt { (w::SCOPE) } dd { (scope.map_or("", w::scope)) @if !model.name.is_empty() { ": " (model.name) } } }
                div { dt { (w::REASON) } dd class="wrap-any" { (model.typed.reason) } }
            }
            h2 id="losing" { (w::LOSING) " (" (w::losing(model.count)) ")" }
            @if model.losing.is_empty() { (parts::empty(w::LOSING_NONE)) } @else { (losing(model)) }
            @if model.held { (parts::notice("warn", &html! { p { (w::HELD) } })) }
            @else {
                form method="post" action=(paths::restrictions_of(model.id)) {
                    (field::token(frame))
                    (field::hidden("scope", scope.map_or("", Scope::word)))
                    (field::hidden("whom", &model.typed.whom))
                    (field::hidden("reason", &model.typed.reason))
                    (field::submit(w::CONFIRM))
                }
            }
        }
    };
    framed(frame, w::PREVIEW_TITLE, Width::Wide, &main)
}

fn losing(model: &Preview) -> Markup {
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_NAME) } th scope="col" { (w::COL_EMAIL) } } }
            tbody {
                @for account in &model.losing {
                    tr { th scope="row" { (account.name) span class="sub" { (rules::kind(account.kind)) } } td data-l=(w::COL_EMAIL) { span class="wrap-any" { (account.email) } } }
                }
            }
        }
        @if model.count > model.losing.len() { p { (w::more(model.count - model.losing.len())) } }
    }
}
