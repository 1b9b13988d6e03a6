//! The family's page: who opened the chart. Plain words, grade 6.

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts;
use super::paths;
use super::words::{self, rules, team as w};
use crate::domain::access::Basis;
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::ids::PatientId;

/// A patient for whom the account may read the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FamilyPatient {
    /// Id, for the link.
    pub id: PatientId,
    /// Full name.
    pub name: String,
}

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
    /// Why they could.
    pub bases: Vec<Basis>,
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
    let shown = model.patients.iter().find(|p| Some(p.id) == model.current);
    let main = html! {
        h1 { (w::DISCLOSURES) @if let Some(patient) = shown { span class="of" { (patient.name) } } }
        @if model.patients.len() > 1 {
            nav class="tabs" aria-label=(w::CHOOSE_CHILD) { ul { @for patient in &model.patients {
                li { a href=(paths::disclosures_of(patient.id)) aria-current=[(Some(patient.id) == model.current).then_some("page")] { (patient.name) } }
            } } }
        }
        section class="panel" aria-label=(w::DISCLOSURES) {
            @if shown.is_none() {
                p class="empty" { (w::DISCLOSURES_NONE) " " (parts::phone(&frame.phone)) }
            } @else if model.rows.is_empty() {
                (parts::empty(w::DISCLOSURES_EMPTY))
            } @else {
                p class="quiet" { (w::DISCLOSURES_LEAD) }
                (table(frame, &model.rows))
                @if let (Some(next), Some(id)) = (&model.next, model.current) {
                    p class="actions" { a class="button second" href=(paths::disclosures_after(id, next)) { (words::MORE) } }
                }
                p class="after" { (w::DISCLOSURES_CALL) " " (parts::phone(&frame.phone)) }
            }
        }
    };
    let frame = Frame { current: NavItem::Disclosures, ..frame.clone() };
    frame_page(&frame, w::DISCLOSURES, Width::Wide, &main)
}

fn table(frame: &Frame, rows: &[DisclosureRow]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_WHEN) } th scope="col" { (w::COL_PERSON) } th scope="col" { (w::COL_SAW) } th scope="col" { (w::COL_WHY) } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (parts::moment(row.at, frame.zone)) }
                        td data-l=(w::COL_PERSON) { (row.name) @if !row.practice.is_empty() { span class="sub" { (row.practice) } } }
                        td data-l=(w::COL_SAW) {
                            @if row.sections.is_empty() { (w::SUMMARY) }
                            @for (n, section) in row.sections.iter().enumerate() { @if n > 0 { ", " } (rules::section(*section)) }
                        }
                        td data-l=(w::COL_WHY) { @for (n, basis) in row.bases.iter().enumerate() { @if n > 0 { "; " } (w::basis_to_family(*basis)) } }
                    }
                }
            }
        }
    }
}
