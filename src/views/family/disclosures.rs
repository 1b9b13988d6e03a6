//! Who opened the chart.

use maud::{Markup, html};

use super::{FamilyPatient, Patients, head, no_patient, sections, words_of};
use crate::domain::access::Basis;
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::ids::PatientId;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::words::family::{self as w, Words};
use crate::views::{parts, paths};

/// One opening of the chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DisclosureRow {
    /// When.
    pub at: Instant,
    /// Who.
    pub name: String,
    /// Their practice; empty when unknown.
    pub practice: String,
    /// Which sections; none for the summary.
    pub sections: Vec<Section>,
    /// What it is instead of an opening: emergency access that was taken.
    pub emergency: Option<Emergency>,
    /// Why they could.
    pub bases: Vec<Basis>,
}

/// Emergency access that was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Emergency {
    /// When it ends, or ended.
    pub until: Instant,
    /// Whether anything was opened meanwhile.
    pub is_used: bool,
}

/// Who opened the chart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Disclosures {
    /// The patients to choose from.
    pub patients: Vec<FamilyPatient>,
    /// The one shown.
    pub current: Option<PatientId>,
    /// The openings, newest first.
    pub rows: Vec<DisclosureRow>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The page "Who opened the chart".
pub fn page(frame: &Frame, model: &Disclosures) -> Markup {
    let words = words_of(frame);
    let patients = Patients { all: model.patients.clone(), current: model.current };
    let main = html! {
        (head(frame, words.opened, &patients, paths::disclosures_of))
        @if let Some(patient) = patients.shown() {
            section class="panel" aria-label=(words.opened) {
                @if model.rows.is_empty() {
                    (parts::empty(words.opened_empty))
                } @else {
                    p class="quiet" { (words.opened_lead) }
                    (table(frame, words, &model.rows))
                    @if let Some(next) = &model.next {
                        p class="actions" { a class="button second" href=(paths::disclosures_after(patient.id, next)) { (words.more) } }
                    }
                    p class="after" { (words.opened_call) " " (parts::phone(&frame.phone)) }
                }
            }
        } @else {
            (no_patient(frame))
        }
    };
    let frame = Frame { current: NavItem::Disclosures, ..frame.clone() };
    frame_page(&frame, words.opened, Width::Wide, &main)
}

fn table(frame: &Frame, words: &Words, rows: &[DisclosureRow]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (words.when) } th scope="col" { (words.who) } th scope="col" { (words.saw) } th scope="col" { (words.why) } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { time datetime=(row.at.rfc3339()) { (w::moment(words, row.at, frame.zone)) } }
                        td data-l=(words.who) { (row.name) @if !row.practice.is_empty() { span class="sub" { (row.practice) } } }
                        td data-l=(words.saw) {
                            @if let Some(taken) = row.emergency { (emergency(frame, words, taken)) } @else if row.sections.is_empty() { (words.summary) } @else { (sections(words, row.sections.iter().copied())) }
                        }
                        td data-l=(words.why) { @for (n, basis) in row.bases.iter().enumerate() { @if n > 0 { "; " } ((words.basis)(*basis)) } }
                    }
                }
            }
        }
    }
}

/// Until when emergency access holds or held, and whether it was used.
fn emergency(frame: &Frame, words: &Words, taken: Emergency) -> Markup {
    html! {
        (words.emergency_until) " " (w::moment(words, taken.until, frame.zone)) "."
        span class="sub" { @if taken.is_used { (words.emergency_used) } @else { (words.unopened) } }
    }
}
