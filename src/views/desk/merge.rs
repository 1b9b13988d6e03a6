//! Two records side by side, whose access a decision would change, and the decision (pages P18 and P19).

use maud::{Markup, html};
use time::Date;

use super::Changed;
use crate::domain::access::Basis;
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::domain::merge::{Difference, Standing};
use crate::domain::queue::{Bar, Obstacle};
use crate::domain::request::REASON_LONGEST;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{desk as d, merge as w, rules};

/// What one of the two records says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Side {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub born: Date,
    /// Administrative sex.
    pub sex: String,
    /// MRN.
    pub mrn: String,
    /// Who is listed as PCP now.
    pub pcps: Vec<String>,
}

/// Somebody whose access would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// On which bases they see the record now.
    pub before: Vec<Basis>,
    /// On which they would.
    pub after: Vec<Basis>,
}

/// What a decision would change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Preview {
    /// At the record that remains.
    pub survivor: Vec<Shift>,
    /// At the other one.
    pub other: Vec<Shift>,
}

/// Two records with what the hospital and the team said of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// The one merged away.
    pub other: Side,
    /// The one that remains.
    pub survivor: Side,
    /// In what they differ.
    pub differences: Vec<Difference>,
    /// Where the merge stands.
    pub standing: Standing,
    /// Since when it is made; `None` for ever.
    pub made: Option<Instant>,
    /// When it was confirmed.
    pub confirmed: Option<Instant>,
    /// Whether the records differed and somebody said to have checked.
    pub is_checked: bool,
    /// When it ended.
    pub ended: Option<Instant>,
    /// Who undid it; empty for nobody.
    pub undone_by: String,
}

/// The page that compares and decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    /// The request.
    pub id: RequestId,
    /// Its version.
    pub version: i64,
    /// The two records.
    pub pair: Pair,
    /// What confirming would change.
    pub if_confirmed: Preview,
    /// What keeping them apart, or undoing, would change.
    pub if_apart: Preview,
    /// What keeps the viewer from deciding.
    pub bar: Option<Bar>,
    /// The reason as typed.
    pub reason: String,
    /// Whether the reason is missing or too long.
    pub reason_wrong: bool,
    /// What stands in the way.
    pub obstacle: Option<Obstacle>,
    /// Somebody changed it while this page was open.
    pub changed: Option<Changed>,
}

/// The page; its forms post `version`, `step` (`confirm`, `apart`, `undo`, `again`), and `checked` or `reason`.
pub fn page(frame: &Frame, model: &Merge) -> Markup {
    let is_unchecked = model.obstacle == Some(Obstacle::DifferentIdentity);
    let mut faults = Vec::new();
    if is_unchecked {
        faults.push(("checked", w::I_CHECKED_MISSING.to_owned()));
    }
    if model.reason_wrong {
        faults.push(("reason", w::REASON_WRONG.to_owned()));
    }
    let main = html! {
        p class="back" { a href=(paths::queued(model.id)) { (d::BACK_TO_REQUEST) } }
        h1 { (w::TITLE) }
        (field::summary(&faults))
        @if let Some(changed) = &model.changed { (super::changed(frame, changed, &paths::queued(model.id))) }
        @if let Some(obstacle) = model.obstacle.filter(|_| !is_unchecked) { (parts::notice("stop", &html! { p role="alert" { (d::obstacle(obstacle)) } })) }
        section class="panel" aria-label=(d::FACTS) {
            @if model.pair.standing == Standing::Waiting { p { (w::LEAD) } }
            (pair(frame, &model.pair))
        }
        @if let Some(bar) = model.bar { (parts::notice("info", &html! { p { (d::bar(bar)) } })) }
        (decisions(frame, model))
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, w::TITLE, Width::Wide, &main)
}

/// The two records as a part of the request's page, with the way back to them once the request is over.
pub fn facts(frame: &Frame, id: RequestId, model: &Pair) -> Markup {
    html! {
        (pair(frame, model))
        @if model.standing != Standing::Waiting { p { a href=(paths::merge(id)) { (w::COMPARE) } } }
    }
}

/// The two records side by side, and what became of the merge.
fn pair(frame: &Frame, model: &Pair) -> Markup {
    html! {
        (sides(&model.other, &model.survivor, &model.differences))
        (dates(frame, model))
    }
}

/// What the two records say, and in what they differ.
pub(super) fn sides(a: &Side, b: &Side, differences: &[Difference]) -> Markup {
    let differs = |one: Difference| differences.contains(&one);
    let name = |side: &Side| html! { (parts::name(&side.family, &side.given)) };
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::WHAT) } th scope="col" { (w::OTHER) } th scope="col" { (w::SURVIVOR) } } }
            tbody {
                (line(w::MRN, false, &parts::mrn(&a.mrn), &parts::mrn(&b.mrn)))
                (line(w::NAME, differs(Difference::Family) || differs(Difference::Given), &name(a), &name(b)))
                (line(w::BORN, differs(Difference::BirthDate), &parts::date(a.born), &parts::date(b.born)))
                (line(w::SEX, differs(Difference::Sex), &html! { (a.sex) }, &html! { (b.sex) }))
                (line(w::PCPS, false, &pcps(a), &pcps(b)))
            }
        }
        @if differences.is_empty() { p class="quiet" { (w::SAME) } }
    }
}

fn line(what: &str, differs: bool, other: &Markup, survivor: &Markup) -> Markup {
    html! {
        tr {
            th scope="row" { (what) @if differs { " " (flag::tag("warn", w::DIFFERS)) } }
            td data-l=(w::OTHER) { (other) }
            td data-l=(w::SURVIVOR) { (survivor) }
        }
    }
}

fn pcps(side: &Side) -> Markup {
    html! {
        @if side.pcps.is_empty() { (w::PCPS_NONE) }
        @for who in &side.pcps { div { (who) } }
    }
}

fn dates(frame: &Frame, model: &Pair) -> Markup {
    let kind = match model.standing {
        Standing::Waiting => "warn",
        Standing::Confirmed => "ok",
        Standing::Apart => "info",
    };
    html! {
        dl class="facts" {
            div { dt { (d::STATE) } dd { (flag::tag(kind, w::standing(model.standing))) } }
            div { dt { (w::MADE) } dd { @match model.made { Some(at) => (parts::moment(at, frame.zone)), None => (w::SINCE_EVER) } } }
            @if let Some(at) = model.confirmed { div { dt { (w::CONFIRMED) } dd { (parts::moment(at, frame.zone)) @if model.is_checked { span class="sub" { (w::CHECKED) } } } } }
            @if let Some(at) = model.ended {
                div {
                    dt { @if model.undone_by.is_empty() { (w::ENDED) } @else { (w::UNDONE) } }
                    dd { (parts::moment(at, frame.zone)) @if !model.undone_by.is_empty() { " " (w::BY) " " (model.undone_by) } }
                }
            }
        }
    }
}

fn decisions(frame: &Frame, model: &Merge) -> Markup {
    let may_take_back = model.bar != Some(Bar::Role);
    let is_unchecked = model.obstacle == Some(Obstacle::DifferentIdentity);
    match model.pair.standing {
        Standing::Waiting => html! {
            (parts::panel("if-confirmed", &html! { (w::IF_CONFIRMED) }, &html! {
                (preview(&model.if_confirmed))
                @if model.bar.is_none() {
                    (form(frame, model, "confirm", w::CONFIRM, &html! {
                        @if !model.pair.differences.is_empty() {
                            (field::tick("checked", w::I_CHECKED, w::I_CHECKED_HINT, false, if is_unchecked { w::I_CHECKED_MISSING } else { "" }))
                        }
                    }))
                }
            }))
            (parts::panel("if-apart", &html! { (w::IF_APART) }, &html! {
                (preview(&model.if_apart))
                @if may_take_back { (form(frame, model, "apart", w::APART, &reason(model))) }
            }))
        },
        Standing::Confirmed => parts::panel(
            "if-undone",
            &html! { (w::IF_UNDONE) },
            &html! {
                p { (w::UNDO_LEAD) }
                (preview(&model.if_apart))
                @if may_take_back { (form(frame, model, "undo", w::UNDO, &reason(model))) }
            },
        ),
        Standing::Apart => html! {
            @if may_take_back {
                (parts::panel("again", &html! { (w::AGAIN) }, &html! {
                    p { (w::AGAIN_LEAD) }
                    (form(frame, model, "again", w::AGAIN, &html! {}))
                }))
            }
        },
    }
}

fn form(frame: &Frame, model: &Merge, step: &str, words: &str, fields: &Markup) -> Markup {
    html! {
        form method="post" action=(paths::merge(model.id)) {
            (field::token(frame))
            (field::hidden("version", &model.version.to_string()))
            (field::hidden("step", step))
            (fields)
            div class="actions" { (field::submit(words)) }
        }
    }
}

fn reason(model: &Merge) -> Markup {
    let fault = if model.reason_wrong { w::REASON_WRONG } else { "" };
    let (label, hint) = (w::REASON, w::REASON_HINT);
    field::Area { name: "reason", label, value: &model.reason, hint, fault, max: REASON_LONGEST }.show()
}

pub(super) fn preview(model: &Preview) -> Markup {
    html! {
        @if model.survivor.is_empty() && model.other.is_empty() { (parts::empty(w::NOBODY_CHANGES)) }
        @for (title, shifts) in [(w::AT_SURVIVOR, &model.survivor), (w::AT_OTHER, &model.other)] {
            @if !shifts.is_empty() {
                h3 { (title) }
                table class="t stack" {
                    thead { tr { th scope="col" { (w::COL_WHO) } th scope="col" { (w::COL_NOW) } th scope="col" { (w::COL_THEN) } } }
                    tbody {
                        @for one in shifts {
                            tr {
                                th scope="row" { (one.name) span class="sub wrap-any" { (one.email) } }
                                td data-l=(w::COL_NOW) { (bases(&one.before)) }
                                td data-l=(w::COL_THEN) { (bases(&one.after)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn bases(all: &[Basis]) -> Markup {
    html! {
        @if all.is_empty() { (w::NOT) }
        @for (n, basis) in all.iter().enumerate() { @if n > 0 { ", " } (rules::basis(*basis)) }
    }
}
