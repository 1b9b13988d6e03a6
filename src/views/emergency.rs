//! Emergency access, as a provider takes it from the not-authorized page.

use maud::{Markup, html};

use super::find::{self, SearchFault, Typed};
use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::field;
use super::paths;
use super::words::{self, emergency as w, find as f};
use crate::domain::request::REASON_LONGEST;

/// What is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EmergencyFault {
    /// What was typed cannot name a patient.
    Search(SearchFault),
    /// No MRN.
    MrnMissing,
    /// The three do not match one patient whom it opens.
    NotMatched,
    /// The reason is too short or too long.
    ReasonWrong,
}

/// The form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EmergencyForm {
    /// What was typed so far.
    pub typed: Typed,
    /// The reason as typed.
    pub reason: String,
    /// What is wrong.
    pub faults: Vec<EmergencyFault>,
}

/// The form; posts the fields of a search, and `reason`.
pub fn form_page(frame: &Frame, model: &EmergencyForm) -> Markup {
    let said = |fault: &EmergencyFault| match fault {
        EmergencyFault::Search(fault) => (fault.field(), f::search_fault(fault)),
        EmergencyFault::MrnMissing => ("mrn", w::MRN_MISSING.to_owned()),
        EmergencyFault::NotMatched => ("mrn", f::NOT_MATCHED.to_owned()),
        EmergencyFault::ReasonWrong => ("reason", w::REASON_WRONG.to_owned()),
    };
    let faults: Vec<(&str, String)> = model.faults.iter().map(said).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let typed = &model.typed;
    let main = html! {
        section class="panel stop-top" {
            h1 { (w::TITLE) }
            p { strong { (w::LEAD) } }
            ul { @for line in w::WHAT { li { (line) } } }
            (field::summary(&faults))
            form method="post" action=(paths::emergency()) {
                (field::token(frame))
                h2 { (f::REQUEST_PATIENT) }
                p class="quiet" { (f::REQUEST_PATIENT_HOW) }
                (field::Text { name: "mrn", label: f::MRN, value: &typed.mrn, fault: of("mrn"), width: "w12", max: 64, ..Default::default() }.show())
                (field::Text { name: "family", label: f::FAMILY, value: &typed.family, fault: of("family"), max: 200, ..Default::default() }.show())
                (field::Text { name: "given", label: f::GIVEN, value: &typed.given, fault: of("given"), max: 200, ..Default::default() }.show())
                (find::birth(typed, of("month")))
                (field::Area { name: "reason", label: w::REASON, value: &model.reason, hint: w::REASON_HINT, fault: of("reason"), max: REASON_LONGEST }.show())
                div class="actions" {
                    (field::submit(w::TAKE))
                    a href=(paths::find()) { (words::CANCEL) }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Find, ..frame.clone() };
    frame_page(&frame, w::TITLE, Width::Narrow, &main)
}
