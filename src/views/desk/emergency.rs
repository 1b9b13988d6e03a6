//! The review of an emergency access: its facts, and the page on which it is made.

use maud::{Markup, html};

use super::Changed;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::chart::Section;
use crate::domain::emergency::Finding;
use crate::domain::ids::RequestId;
use crate::domain::request::REASON_LONGEST;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::team::LookUpPatient;
use crate::views::words::{desk as d, emergency as w, rules};

/// What was taken, and what was opened with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The request for the review.
    pub id: RequestId,
    /// The patient.
    pub patient: Option<LookUpPatient>,
    /// When it holds.
    pub span: Interval,
    /// The reason given.
    pub reason: String,
    /// What was opened, newest first: when, and which section (none: the summary).
    pub opened: Vec<(Instant, Option<Section>)>,
    /// Whether more was opened than is shown.
    pub more: bool,
    /// What the review found, when, and by whom.
    pub reviewed: Option<(Finding, Instant, String)>,
    /// Whether the reader may review it now.
    pub may_review: bool,
}

/// The facts, with the way to the review where the reader may make it.
pub fn facts(frame: &Frame, model: &Facts) -> Markup {
    html! {
        (what(frame, model))
        p {
            @match &model.reviewed {
                None => (flag::tag("warn", w::NOT_REVIEWED)),
                Some((finding, at, by)) => { (found(*finding)) " " (parts::moment(*at, frame.zone)) " " (w::BY) " " (by) "." }
            }
        }
        @if model.may_review { p { a class="button" href=(paths::emergency_review(model.id)) { (w::REVIEW) } } }
    }
}

fn found(finding: Finding) -> Markup {
    let kind = match finding {
        Finding::Justified => "ok",
        Finding::NotJustified => "stop",
    };
    flag::tag(kind, w::finding(finding))
}

fn what(frame: &Frame, model: &Facts) -> Markup {
    let end = model.span.end().unwrap_or(frame.now);
    html! {
        dl class="facts" {
            div { dt { (w::PATIENT) } dd { @match &model.patient {
                Some(patient) => { (parts::name(&patient.family, &patient.given)) ", " (parts::date(patient.birth_date)) ", " (d::TYPED_MRN_ALONE) " " (parts::mrn(&patient.mrn)) },
                None => (w::GONE),
            } } }
            div { dt { (w::TAKEN) } dd { (parts::moment(model.span.start(), frame.zone)) } }
            div { dt { (w::UNTIL) } dd { (parts::moment(end, frame.zone)) " "
                @if model.span.holds(frame.now) { (flag::tag("warn", w::RUNNING)) } @else { (flag::tag("info", w::OVER)) } } }
        }
        h3 { (w::WHY) }
        p class="prose wrap-any" { (model.reason) }
        h3 { (w::OPENED) }
        @if model.opened.is_empty() { (parts::empty(w::OPENED_NONE)) } @else {
            ul class="lines" {
                @for (at, section) in &model.opened { li { (parts::moment(*at, frame.zone)) " " (section.map_or(w::SUMMARY, rules::section)) } }
            }
            @if model.more { p class="quiet" { (w::OPENED_MORE) } }
        }
    }
}

/// What is wrong with a review.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReviewFault {
    /// Neither justified nor not.
    FindingMissing,
    /// No note, or one that is too long.
    NoteWrong,
}

/// The page on which it is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// The request's version.
    pub version: i64,
    /// Who took it.
    pub taken_by: String,
    /// What was taken.
    pub facts: Facts,
    /// What was chosen.
    pub finding: Option<Finding>,
    /// The note as typed.
    pub note: String,
    /// What is wrong.
    pub faults: Vec<ReviewFault>,
    /// Somebody changed the request while the form was open.
    pub changed: Option<Changed>,
}

/// The page; posts `version`, `finding` and `note`.
pub fn page(frame: &Frame, model: &Review) -> Markup {
    let said = |fault: &ReviewFault| match fault {
        ReviewFault::FindingMissing => ("justified", w::FINDING_MISSING.to_owned()),
        ReviewFault::NoteWrong => ("note", w::NOTE_WRONG.to_owned()),
    };
    let faults: Vec<(&str, String)> = model.faults.iter().map(said).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let id = model.facts.id;
    let main = html! {
        p class="back" { a href=(paths::queued(id)) { (d::BACK_TO_REQUEST) } }
        h1 { (w::REVIEW) }
        (field::summary(&faults))
        @if let Some(changed) = &model.changed { (super::changed(frame, changed, &paths::queued(id))) }
        section class="panel" aria-labelledby="facts" {
            h2 id="facts" { (model.taken_by) }
            (what(frame, &model.facts))
        }
        section class="panel" aria-labelledby="review" {
            h2 id="review" { (w::FINDING) }
            p { (w::REVIEW_LEAD) }
            form method="post" action=(paths::emergency_review(id)) {
                (field::token(frame))
                (field::hidden("version", &model.version.to_string()))
                (findings(model.finding, of("justified")))
                (field::Area { name: "note", label: w::NOTE, value: &model.note, hint: w::NOTE_HINT, fault: of("note"), max: REASON_LONGEST }.show())
                (field::submit(w::KEEP))
            }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, w::REVIEW, Width::Wide, &main)
}

fn findings(chosen: Option<Finding>, fault: &str) -> Markup {
    html! {
        fieldset class={ "field" @if !fault.is_empty() { " wrong" } } {
            legend { (w::FINDING) }
            (field::hint_and_fault("justified", "", fault))
            @for finding in Finding::ALL {
                div class="pick" {
                    input id=(finding) type="radio" name="finding" value=(finding) checked[chosen == Some(*finding)]
                        aria-describedby=[field::described_by("justified", "", fault)];
                    label for=(finding) { (w::finding(*finding)) }
                }
            }
        }
    }
}
