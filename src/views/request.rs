//! Access requests: the form that records the wish, and its receipt (page P7); My requests are in `mine`.

pub mod mine;

use maud::{Markup, html};

use super::find::{self, SearchFault, Typed};
use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::field;
use super::paths;
use super::words::{self, find as w, my_requests};

/// The kind of an access request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// The viewer, or the practice, is the new PCP.
    PcpChange,
    /// The provider treats the patient in another role.
    NonPcp,
}

impl Wish {
    /// The word used in tables and URLs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PcpChange => "pcp_change",
            Self::NonPcp => "non_pcp",
        }
    }

    /// The kind that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::PcpChange, Self::NonPcp].into_iter().find(|w| w.word() == word)
    }
}

/// What is wrong with a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RequestFault {
    /// What was typed cannot name a patient.
    Search(SearchFault),
    /// The three do not match one patient.
    NotMatched,
    /// No reason given.
    ReasonMissing,
    /// Over 1000 characters.
    ReasonTooLong,
}

/// The request form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestForm {
    /// Which request.
    pub wish: Wish,
    /// What was typed so far.
    pub typed: Typed,
    /// Ask for all three (MRN, name, birth date): after a search by MRN or a direct URL.
    pub ask_identity: bool,
    /// The practices that the viewer may speak for, as (id, name), where there are several.
    pub practices: Vec<(String, String)>,
    /// The id of the one chosen.
    pub practice: String,
    /// The reason as typed.
    pub reason: String,
    /// What is wrong.
    pub faults: Vec<RequestFault>,
}

/// The request form; posts `kind`, the fields of a search, `practice` where there are several, and `reason`.
pub fn form_page(frame: &Frame, model: &RequestForm) -> Markup {
    let faults: Vec<(&str, String)> = model
        .faults
        .iter()
        .map(|fault| match fault {
            RequestFault::Search(fault) => (fault.field(), w::search_fault(fault)),
            RequestFault::NotMatched => ("mrn", w::NOT_MATCHED.to_owned()),
            RequestFault::ReasonMissing => ("reason", w::REASON_MISSING.to_owned()),
            RequestFault::ReasonTooLong => ("reason", w::REASON_LONG.to_owned()),
        })
        .collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let (title, lead) = match model.wish {
        Wish::PcpChange => (w::REQUEST_PCP_TITLE, w::REQUEST_PCP_LEAD),
        Wish::NonPcp => (w::REQUEST_OTHER_TITLE, w::REQUEST_OTHER_LEAD),
    };
    let typed = &model.typed;
    let main = html! {
        section class="panel" {
            h1 { (title) }
            p { (lead) }
            (field::summary(&faults))
            form method="post" action=(paths::requests()) {
                (field::token(frame))
                (field::hidden("kind", model.wish.word()))
                h2 { (w::REQUEST_PATIENT) }
                @if model.ask_identity {
                    p class="quiet" { (w::REQUEST_PATIENT_HOW) }
                    (field::Text { name: "mrn", label: w::MRN, value: &typed.mrn, fault: of("mrn"), width: "w12", max: 64, ..Default::default() }.show())
                    (field::Text { name: "family", label: w::FAMILY, value: &typed.family, fault: of("family"), max: 200, ..Default::default() }.show())
                    (field::Text { name: "given", label: w::GIVEN, value: &typed.given, fault: of("given"), max: 200, ..Default::default() }.show())
                    (find::birth(typed, of("month")))
                } @else {
                    (find::typed(typed))
                    (find::hidden(typed))
                }
                @if model.practices.len() > 1 {
                    @let options: Vec<(&str, String)> = model.practices.iter().map(|(id, name)| (id.as_str(), name.clone())).collect();
                    (field::choice("practice", my_requests::WHICH_PRACTICE, &model.practice, &options))
                }
                (reason(&model.reason, of("reason")))
                div class="actions" {
                    (field::submit(w::SEND))
                    a href=(paths::find()) { (words::CANCEL) }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Requests, ..frame.clone() };
    frame_page(&frame, title, Width::Narrow, &main)
}

fn reason(value: &str, fault: &str) -> Markup {
    html! {
        div class={ "field" @if !fault.is_empty() { " wrong" } } {
            label for="reason" { (w::REASON) }
            (field::hint_and_fault("reason", w::REASON_HINT, fault))
            textarea id="reason" name="reason" rows="4" data-count="1000" aria-describedby=[field::described_by("reason", w::REASON_HINT, fault)]
                aria-invalid=[(!fault.is_empty()).then_some("true")] { (value) }
        }
    }
}

/// The receipt of a request.
pub fn filed_page(frame: &Frame, wish: Wish) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::FILED_TITLE) }
            p { @match wish { Wish::PcpChange => (w::FILED_PCP), Wish::NonPcp => (w::FILED_OTHER) } }
            p { (w::FILED_NEXT) }
            p class="actions" { a class="button" href=(paths::requests()) { (w::MY_REQUESTS) } a href=(paths::find()) { (w::TITLE) } }
        }
    };
    let frame = Frame { current: NavItem::Requests, ..frame.clone() };
    frame_page(&frame, w::FILED_TITLE, Width::Narrow, &main)
}
