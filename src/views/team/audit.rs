//! The audit explorer: filter, list, table for a spreadsheet.

use maud::{Markup, html};

use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::views::desk::list::csv_line;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::team::LookUpFault;
use crate::views::words::{self, audit as a, rules, team as w};

/// The filter as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// The actor's e-mail address.
    pub email: String,
    /// The patient's MRN.
    pub mrn: String,
    /// The practice of the actor then.
    pub practice: String,
    /// One kind of act.
    pub act: Option<Act>,
    /// One outcome.
    pub outcome: Option<Outcome>,
    /// First day, hospital time.
    pub from: String,
    /// Last day, hospital time.
    pub to: String,
}

/// One row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// When.
    pub at: Instant,
    /// Who: the account's name; `None` for a stranger, the command line or a job.
    pub actor: Option<String>,
    /// The account's e-mail address.
    pub actor_email: String,
    /// What.
    pub act: Act,
    /// The patient's MRN; empty for none.
    pub mrn: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Bases or refusal, as words.
    pub basis: String,
    /// Detail, as recorded.
    pub detail: String,
    /// Network.
    pub network: String,
}

/// The audit list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Audit {
    /// The filter.
    pub filter: AuditFilter,
    /// What is wrong with it.
    pub faults: Vec<LookUpFault>,
    /// The rows, newest first.
    pub rows: Vec<AuditRow>,
    /// The range searched.
    pub range: (Instant, Instant),
    /// Where the next page begins; posted back as `after`.
    pub next: Option<String>,
    /// How far back was looked, where that is not the whole range.
    pub looked_to: Option<Instant>,
    /// The latest verification.
    pub check: Option<AuditCheck>,
}

/// A verification of the audit's chains.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditCheck {
    /// When.
    pub at: Instant,
    /// Chains read.
    pub chains: i64,
    /// Rows read.
    pub rows: i64,
    /// Faults found.
    pub faults: i64,
}

/// The audit list; posts `email`, `mrn`, `practice`, `act`, `outcome`, `from`, `to`, `after`.
pub fn page(frame: &Frame, model: &Audit) -> Markup {
    let faults: Vec<(&str, String)> = model
        .faults
        .iter()
        .map(|fault| {
            let field = match fault {
                LookUpFault::NothingTyped | LookUpFault::UnknownAccount => "email",
                LookUpFault::UnknownMrn | LookUpFault::BadMrn => "mrn",
                LookUpFault::BadInstant | LookUpFault::TooMany => "from",
                LookUpFault::UnknownPractice => "practice",
            };
            (field, w::look_up_fault(*fault).to_owned())
        })
        .collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let (from, to) = model.range;
    let day = |at: Instant| words::date(frame.zone.date(at));
    let (from, to) = (day(from), day(to));
    let main = html! {
        h1 { (w::AUDIT) }
        (field::summary(&faults))
        section class="panel" aria-label=(w::FILTER) { (filter(frame, &model.filter, &of)) }
        section class="panel" aria-label=(w::AUDIT) {
            (checked(frame, model.check))
            p class="quiet" { (w::AUDIT_LEAD) " " (a::range(&from, &to)) " " a href=(paths::audit_patterns()) { (a::PATTERNS_LINK) } }
            @if let Some(at) = model.looked_to { (parts::notice("warn", &html! { p { (a::looked_to(at, frame.zone)) } })) }
            @if !model.rows.is_empty() { (table(frame, &model.rows)) }
            @else if model.looked_to.is_none() { (parts::empty(&w::audit_empty(&from, &to))) }
            @if let Some(next) = &model.next {
                form method="post" action=(paths::audit()) class="actions" {
                    (field::token(frame))
                    (carried(&model.filter))
                    (field::hidden("after", next))
                    button class="second" type="submit" { @if model.looked_to.is_some() { (a::GO_ON) } @else { (words::MORE) } }
                }
            }
            @if !model.rows.is_empty() {
                form method="post" action=(paths::audit_export()) class="after" {
                    (field::token(frame))
                    (carried(&model.filter))
                    button class="second" type="submit" { (a::EXPORT) } " " span class="quiet" { (a::EXPORT_HOW) }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Audit, ..frame.clone() };
    frame_page(&frame, w::AUDIT, Width::Wide, &main)
}

/// What the latest verification found.
pub(super) fn checked(frame: &Frame, check: Option<AuditCheck>) -> Markup {
    let Some(AuditCheck { at, chains, rows, faults }) = check else {
        return html! { p class="quiet" { (a::NEVER_CHECKED) } };
    };
    let said = a::checked(at, frame.zone, (chains, rows, faults));
    let kind = if faults == 0 { "info" } else { "stop" };
    parts::notice(kind, &html! { p { (said) } })
}

fn filter<'a>(frame: &Frame, filter: &AuditFilter, of: &impl Fn(&str) -> &'a str) -> Markup {
    let any = || ("", w::ANY.to_owned());
    let acts: Vec<_> = std::iter::once(any())
        .chain(Act::ALL.iter().map(|a| (a.word(), rules::act(*a).to_owned())))
        .collect();
    let outcomes: Vec<_> = std::iter::once(any())
        .chain(Outcome::ALL.iter().map(|o| (o.word(), rules::outcome(*o).to_owned())))
        .collect();
    html! {
        form method="post" action=(paths::audit()) class="search" {
            (field::token(frame))
            (field::Text { name: "email", label: w::LOOK_EMAIL, value: &filter.email, fault: of("email"), width: "w20", max: 254, ..Default::default() }.show())
            (field::Text { name: "mrn", label: w::LOOK_MRN, value: &filter.mrn, fault: of("mrn"), width: "w12", max: 64, ..Default::default() }.show())
            (field::Text { name: "practice", label: a::PRACTICE, value: &filter.practice, fault: of("practice"), width: "w14", max: 200, ..Default::default() }.show())
            (field::choice("act", w::ACT, filter.act.map_or("", Act::word), &acts))
            (field::choice("outcome", w::OUTCOME, filter.outcome.map_or("", Outcome::word), &outcomes))
            (field::Text { name: "from", label: w::FROM_DAY, value: &filter.from, hint: w::DAY_HINT, fault: of("from"), width: "w10", max: 10, ..Default::default() }.show())
            (field::Text { name: "to", label: w::TO_DAY, value: &filter.to, hint: w::DAY_HINT, width: "w10", max: 10, ..Default::default() }.show())
            (field::submit(w::FILTER))
        }
    }
}

fn carried(filter: &AuditFilter) -> Markup {
    html! {
        (field::hidden("email", &filter.email)) (field::hidden("mrn", &filter.mrn))
        (field::hidden("practice", &filter.practice))
        (field::hidden("act", filter.act.map_or("", Act::word))) (field::hidden("outcome", filter.outcome.map_or("", Outcome::word)))
        (field::hidden("from", &filter.from)) (field::hidden("to", &filter.to))
    }
}

/// The rows as a table for a spreadsheet (RFC 4180, with a heading); no cell begins as a formula would.
pub fn csv(frame: &Frame, rows: &[AuditRow]) -> String {
    let heading = [
        w::COL_WHEN,
        w::COL_WHO,
        w::LOOK_EMAIL,
        w::COL_WHAT,
        w::LOOK_MRN,
        w::OUTCOME,
        w::COL_BASIS_OR_REFUSAL,
        w::COL_DETAIL,
        w::COL_NETWORK,
    ];
    let mut text = csv_line(&heading.map(str::to_owned));
    for row in rows {
        text.push_str(&csv_line(&[
            words::moment(row.at, frame.zone),
            row.actor.clone().unwrap_or_else(|| nobody(row.act).to_owned()),
            row.actor_email.clone(),
            rules::act(row.act).to_owned(),
            row.mrn.clone(),
            rules::outcome(row.outcome).to_owned(),
            row.basis.replace(',', ", "),
            row.detail.clone(),
            row.network.clone(),
        ]));
    }
    text
}

/// The rows.
pub(super) fn table(frame: &Frame, rows: &[AuditRow]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_WHEN) } th scope="col" { (w::COL_WHO) } th scope="col" { (w::COL_WHAT) } th scope="col" { (w::LOOK_MRN) }
                th scope="col" { (w::OUTCOME) } th scope="col" { (w::COL_BASIS_OR_REFUSAL) } th scope="col" { (w::COL_DETAIL) }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (parts::moment(row.at, frame.zone)) }
                        td data-l=(w::COL_WHO) { @if let Some(actor) = &row.actor { (actor) span class="sub" { (row.actor_email) } } @else { span class="quiet" { (nobody(row.act)) } } }
                        td data-l=(w::COL_WHAT) { (rules::act(row.act)) }
                        td data-l=(w::LOOK_MRN) { @if !row.mrn.is_empty() { (parts::mrn(&row.mrn)) } }
                        td data-l=(w::OUTCOME) { (outcome(row.outcome)) }
                        td data-l=(w::COL_BASIS_OR_REFUSAL) { (row.basis.replace(',', ", ")) }
                        td data-l=(w::COL_DETAIL) { @if row.detail != "{}" { code class="wrap-any" { (row.detail) } } @if !row.network.is_empty() { span class="sub" { (row.network) } } }
                    }
                }
            }
        }
    }
}

/// Who acts where no account does.
const fn nobody(act: Act) -> &'static str {
    match act {
        Act::SignInPassword | Act::SignInFactor | Act::SetUpAccount | Act::ForgedForm => w::NOBODY,
        _ => w::SYSTEM,
    }
}

fn outcome(outcome: Outcome) -> Markup {
    let kind = match outcome {
        Outcome::Allowed => "ok",
        Outcome::Refused => "stop",
        Outcome::Failed => "warn",
    };
    flag::tag(kind, rules::outcome(outcome))
}
