//! Access requests: the form that records the wish, its receipt, and the list (page P7).

use maud::{Markup, html};

use super::find::{self, SearchFault, Typed};
use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field, flag};
use super::paths;
use super::words::{self, find as w};
use crate::domain::calendar::Instant;

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
    /// The reason as typed.
    pub reason: String,
    /// What is wrong.
    pub faults: Vec<RequestFault>,
}

/// The request form; posts `kind`, the fields of a search and `reason`.
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

/// One request of the viewer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestRow {
    /// Its kind.
    pub wish: Wish,
    /// The patient as typed.
    pub typed: String,
    /// When it was filed.
    pub filed: Instant,
    /// When it was closed, if it was.
    pub closed: Option<Instant>,
}

/// The viewer's requests, newest first.
pub fn list_page(frame: &Frame, rows: &[RequestRow]) -> Markup {
    let main = html! {
        h1 { (w::MY_REQUESTS) }
        section class="panel" aria-label=(w::MY_REQUESTS) {
            @if rows.is_empty() {
                (parts::empty(w::MY_REQUESTS_EMPTY))
                p { a href=(paths::find()) { (w::TITLE) } }
            } @else {
                table class="t stack" {
                    thead { tr { th scope="col" { (w::COL_REQUEST) } th scope="col" { (w::COL_TYPED) } th scope="col" { (w::COL_FILED) } th scope="col" { (w::COL_STATE) } } }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { (w::wish(row.wish)) }
                                td data-l=(w::COL_TYPED) { (row.typed) }
                                td data-l=(w::COL_FILED) { (parts::moment(row.filed, frame.zone)) }
                                td data-l=(w::COL_STATE) {
                                    @match row.closed {
                                        None => (flag::tag("info", w::STATE_OPEN)),
                                        Some(at) => { (flag::tag("ok", w::STATE_CLOSED)) " " (parts::day(at, frame.zone)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Requests, ..frame.clone() };
    frame_page(&frame, w::MY_REQUESTS, Width::Wide, &main)
}
