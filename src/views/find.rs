//! Patient Selection, its outcomes, and My patients (pages P5 and P6).

mod denied;
mod mine;
mod rows;

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field};
use super::paths::{self, MineList};
use super::review::{self, Banner};
use super::words::find as w;
use crate::domain::ids::ProviderId;

pub use denied::{InVain, NotAuthorized};
pub use mine::{MyPatients, my_patients_page};
pub use rows::{PatientRow, Pending, Turn};
use rows::{name_link, table};

/// What was typed to name a patient; every field as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// MRN.
    pub mrn: String,
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Month of birth.
    pub month: String,
    /// Day of birth.
    pub day: String,
    /// Year of birth.
    pub year: String,
}

impl Typed {
    /// Whether nothing was typed, as after a direct URL.
    pub fn is_empty(&self) -> bool {
        [&self.mrn, &self.family, &self.given, &self.month, &self.day, &self.year]
            .iter()
            .all(|t| t.is_empty())
    }
}

/// What is wrong with what was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchFault {
    /// Neither MRN nor name.
    NothingTyped,
    /// Not an MRN.
    BadMrn,
    /// No family name.
    FamilyMissing,
    /// No given name, or one letter.
    GivenMissing,
    /// A part of the birth date is missing.
    BirthMissing,
    /// A part of the birth date is not a number.
    BirthNotNumbers,
    /// The day does not exist.
    NoSuchDate {
        /// Month typed.
        month: u8,
        /// Day typed.
        day: u8,
        /// Year typed.
        year: i32,
    },
    /// Born after today.
    BirthInFuture,
    /// A name too long to be one.
    TooLong,
    /// Too many searches; so many seconds to wait.
    Slowed(u64),
}

impl SearchFault {
    pub(super) const fn field(&self) -> &'static str {
        match self {
            Self::NothingTyped | Self::BadMrn | Self::Slowed(_) => "mrn",
            Self::FamilyMissing | Self::TooLong => "family",
            Self::GivenMissing => "given",
            Self::BirthMissing | Self::BirthNotNumbers | Self::NoSuchDate { .. } | Self::BirthInFuture => {
                "month"
            }
        }
    }

    fn listed(faults: &[Self]) -> Vec<(&'static str, String)> {
        faults.iter().map(|f| (f.field(), w::search_fault(f))).collect()
    }
}

/// Patient Selection.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Find {
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub faults: Vec<SearchFault>,
    /// Recently viewed, still permitted; at most 10. `at` is when.
    pub recent: Vec<PatientRow>,
    /// The first of "My patients". `at` is the latest activity.
    pub mine: Vec<PatientRow>,
    /// Whether there are more of them.
    pub more: bool,
    /// The first of those of the viewer's practice about whom there is something new. `at` is the latest activity.
    pub practice: Vec<PatientRow>,
    /// Whether there are more of those.
    pub practice_more: bool,
    /// The providers by whom those may be narrowed.
    pub providers: Vec<(ProviderId, String)>,
    /// The review that the viewer owes.
    pub review: Option<Banner>,
}

/// Patient Selection; posts `mrn`, `family`, `given`, `month`, `day`, `year`.
pub fn page(frame: &Frame, model: &Find) -> Markup {
    let faults = SearchFault::listed(&model.faults);
    let main = html! {
        h1 { (w::TITLE) }
        @if let Some(owed) = &model.review { (review::banner(frame, owed)) }
        (field::summary(&faults))
        section class="panel" aria-label=(w::SEARCH) { (form(frame, &model.typed, &faults)) }
        div class="split" {
            (parts::panel("mine", &html! { (w::MINE) @if model.more { " " a href=(paths::my_patients()) { (w::MINE_ALL) } } }, &html! {
                @if model.mine.is_empty() { (parts::empty(w::MINE_EMPTY)) } @else { (table(frame, &model.mine)) }
            }))
            (parts::panel("recent", &html! { (w::RECENT) }, &html! {
                @if model.recent.is_empty() { (parts::empty(w::RECENT_EMPTY)) } @else { (recent(frame, &model.recent)) }
            }))
        }
        (practice(frame, model))
    };
    let frame = Frame { current: NavItem::Find, ..frame.clone() };
    frame_page(&frame, w::TITLE, Width::Wide, &main)
}

/// What is new about the patients of the viewer's practice.
fn practice(frame: &Frame, model: &Find) -> Markup {
    let all = paths::my_patients_in(MineList::Practice, None, None);
    let heading = html! { (w::PRACTICE) @if model.practice_more { " " a href=(all) { (w::PRACTICE_ALL) } } };
    let body = html! {
        @if model.practice.is_empty() { (parts::empty(w::PRACTICE_EMPTY)) } @else {
            (mine::by_provider(MineList::Practice, None, &model.providers))
            (table(frame, &model.practice))
        }
    };
    parts::panel("practice", &heading, &body)
}

fn form(frame: &Frame, typed: &Typed, faults: &[(&str, String)]) -> Markup {
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    html! {
        form method="post" action=(paths::search()) class="search" role="search" {
            (field::token(frame))
            (field::Text { name: "mrn", label: w::MRN, value: &typed.mrn, fault: of("mrn"), width: "w12", max: 64, ..Default::default() }.show())
            p class="or" { (w::OR) }
            (field::Text { name: "family", label: w::FAMILY, value: &typed.family, fault: of("family"), width: "w14", max: 200, ..Default::default() }.show())
            (field::Text { name: "given", label: w::GIVEN, value: &typed.given, fault: of("given"), width: "w14", max: 200, ..Default::default() }.show())
            (birth(typed, of("month")))
            (field::submit(w::SEARCH))
        }
    }
}

/// The month, day and year boxes of a birth date.
pub(super) fn birth(typed: &Typed, fault: &str) -> Markup {
    let boxes = [
        ("month", w::MONTH, &typed.month, "w2"),
        ("day", w::DAY, &typed.day, "w2"),
        ("year", w::YEAR, &typed.year, "w4"),
    ];
    html! {
        fieldset class={ "field birth" @if !fault.is_empty() { " wrong" } } {
            legend { (w::BIRTH) }
            (field::hint_and_fault("month", "", fault))
            div class="boxes" {
                @for (name, label, value, width) in boxes {
                    div {
                        label for=(name) { (label) }
                        (field::Text { name, value, fault, inputmode: "numeric", width, max: 4, fault_at: "month", ..Default::default() }.bare())
                    }
                }
            }
        }
    }
}

fn recent(frame: &Frame, rows: &[PatientRow]) -> Markup {
    html! {
        ul class="rows" {
            @for row in rows {
                li {
                    (name_link(row))
                    span class="sub" { (parts::date(row.birth_date)) ", " (w::MRN) " " (parts::mrn(&row.mrn)) }
                    @if let Some(at) = row.at { span class="sub" { (w::COL_VIEWED) " " (parts::moment(at, frame.zone)) } }
                }
            }
        }
    }
}

/// How a search ended when it did not end in a chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// No match, or none that may be named.
    NoMatch,
    /// More than one match.
    SeveralMatch,
    /// The viewer may not see the chart, or there is none.
    NotAuthorized(NotAuthorized),
}

/// A search that did not end in a chart, or a direct URL to a chart that the viewer may not see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotFound {
    /// What was typed; all empty after a direct URL.
    pub typed: Typed,
    /// How it ended.
    pub outcome: Outcome,
}

/// The outcome of a search with no chart to show; shows only what was typed.
pub fn outcome_page(frame: &Frame, model: &NotFound) -> Markup {
    let title = match model.outcome {
        Outcome::NoMatch => w::NO_MATCH,
        Outcome::SeveralMatch => w::SEVERAL,
        Outcome::NotAuthorized(_) => w::DENIED,
    };
    let main = html! {
        h1 { (title) }
        section class="panel denied" aria-label=(title) {
            @if !model.typed.is_empty() { (typed(&model.typed)) }
            @match &model.outcome {
                Outcome::NoMatch => { p { strong { (w::NO_MATCH_WHY) } } p { (w::NO_MATCH_NEXT) } }
                Outcome::SeveralMatch => { p { strong { (w::SEVERAL_WHY) } } }
                Outcome::NotAuthorized(facts) => (denied::shown(frame, &model.typed, facts)),
            }
            p class="after" { (w::CALL) " " (parts::phone(&frame.phone)) }
        }
        (parts::panel("again", &html! { (w::SEARCH_AGAIN) }, &form(frame, &model.typed, &[])))
    };
    let frame = Frame { current: NavItem::Find, ..frame.clone() };
    frame_page(&frame, title, Width::Wide, &main)
}

/// What was typed, as facts.
pub(super) fn typed(typed: &Typed) -> Markup {
    let full = [typed.family.as_str(), typed.given.as_str()]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let born = [typed.month.as_str(), typed.day.as_str(), typed.year.as_str()]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(" / ");
    html! {
        p class="quiet typed-head" { (w::YOU_TYPED) }
        dl class="facts" {
            @if !typed.mrn.is_empty() { div { dt { (w::MRN) } dd { (parts::mrn(&typed.mrn)) } } }
            @if !full.is_empty() { div { dt { (w::COL_PATIENT) } dd { (full) } } }
            @if !born.is_empty() { div { dt { (w::BIRTH) } dd class="nw" { (born) } } }
        }
    }
}

/// What was typed, carried on.
pub(super) fn hidden(typed: &Typed) -> Markup {
    html! {
        @for (name, value) in [("mrn", &typed.mrn), ("family", &typed.family), ("given", &typed.given), ("month", &typed.month), ("day", &typed.day), ("year", &typed.year)] {
            (field::hidden(name, value))
        }
    }
}
