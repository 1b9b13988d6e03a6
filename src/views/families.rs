//! The access team's page about families: who is tied to a patient, activation codes, court orders, signatures, what was given.

pub mod rights;

use maud::{Markup, html};
use time::Date;
use uuid::Uuid;

use super::family::care_team::Search;
use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::words::families as w;
use crate::domain::calendar::{Instant, Interval};
use crate::domain::family::authority::Capacity;
use crate::domain::family::enrolment::Bar;

/// A guardian's link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tie {
    /// The link.
    pub id: Uuid,
    /// Who has it.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The relationship.
    pub relationship: String,
    /// Whether a court order flags it.
    pub court_order: bool,
    /// When it holds.
    pub span: Interval,
    /// Whether it counts although the patient is 18 or over.
    pub is_for_adult: bool,
}

/// The family of a patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Family {
    /// The patient's name.
    pub name: String,
    /// Their birth date.
    pub birth_date: Date,
    /// Every guardian's link.
    pub ties: Vec<Tie>,
    /// The patient's own accounts: name and address.
    pub own: Vec<(String, String)>,
    /// Codes that wait: id, for whom, and until when.
    pub codes: Vec<(Uuid, Capacity, Instant)>,
    /// Proxies that wait: id, who, since when.
    pub proxies: Vec<(Uuid, String, Instant)>,
    /// Grants that are not over.
    pub grants: Vec<rights::Grant>,
    /// Places on the care team that are not over.
    pub seats: Vec<rights::Seat>,
    /// Whether the record waits for the confirmation of its merge into another.
    pub waits_for_merge: bool,
    /// Whether the reader may change any of it.
    pub may_change: bool,
}

/// What was just done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// A code, shown once.
    Code(String),
    /// Done.
    Done,
    /// It was so already.
    Already,
    /// The signature is not the patient's name.
    WrongName,
    /// It may not be.
    Barred(Bar),
    /// Not the reader's to do.
    NotYours,
    /// The reason is missing or too long.
    NoReason,
}

/// The page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Families {
    /// The MRN as typed; empty before.
    pub mrn: String,
    /// What it found.
    pub found: Option<Family>,
    /// What was searched for among providers and practices; empty for nothing.
    pub query: String,
    /// What that came to.
    pub search: Search,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// The page.
pub fn page(frame: &Frame, model: &Families) -> Markup {
    let missed = !model.mrn.is_empty() && model.found.is_none();
    let fault = if missed { w::NOBODY } else { "" };
    let short = model.found.is_some() && model.search == Search::TooShort;
    let faults: Vec<(&str, String)> = [(missed, "mrn", w::NOBODY), (short, "query", w::QUERY_SHORT)]
        .into_iter()
        .filter(|(is_wrong, ..)| *is_wrong)
        .map(|(_, field, words)| (field, words.to_owned()))
        .collect();
    let main = html! {
        h1 { (w::TITLE) }
        (field::summary(&faults))
        (notice(model.notice.as_ref()))
        section class="panel" aria-label=(w::FIND) {
            p class="quiet" { (w::LEAD) }
            form class="search" method="post" action=(paths::team_families()) {
                (field::token(frame))
                (field::Text { name: "mrn", label: w::MRN, value: &model.mrn, fault, width: "w12", max: 64, ..Default::default() }.show())
                button class="main" type="submit" { (w::FIND) }
            }
        }
        @if let Some(family) = &model.found {
            (family_of(frame, model, family))
            (rights::panels(frame, model, family))
        }
    };
    let frame = Frame { current: NavItem::Families, ..frame.clone() };
    frame_page(&frame, w::TITLE, Width::Wide, &main)
}

fn notice(notice: Option<&Notice>) -> Markup {
    let text = match notice {
        None => return html! {},
        Some(Notice::Code(code)) => {
            return html! {
                div class="notice info" role="status" {
                    p { (w::CODE_MADE) " " code class="key" { (code) } }
                    p { (w::CODE_NEXT) }
                }
            };
        }
        Some(Notice::Done) => w::DONE,
        Some(Notice::Already) => w::ALREADY,
        Some(Notice::WrongName) => w::WRONG_NAME,
        Some(Notice::Barred(bar)) => w::bar(*bar),
        Some(Notice::NotYours) => w::NOT_YOURS,
        Some(Notice::NoReason) => w::NO_REASON,
    };
    html! { div class="notice info" role="status" { p { (text) } } }
}

/// A form with one button that does one deed.
fn deed(frame: &Frame, mrn: &str, deed: &str, id: Option<Uuid>, label: &str, about: &str) -> Markup {
    html! {
        form method="post" action=(paths::team_families_change()) {
            (field::token(frame))
            (field::hidden("mrn", mrn))
            (field::hidden("deed", deed))
            @if let Some(id) = id { (field::hidden("id", &id.to_string())) }
            button class="second" type="submit" { (label) @if !about.is_empty() { span class="vh" { ": " (about) } } }
        }
    }
}

fn family_of(frame: &Frame, model: &Families, family: &Family) -> Markup {
    let mrn = model.mrn.as_str();
    html! {
        section class="panel" aria-labelledby="patient" {
            h2 id="patient" { (family.name) span class="of" { (w::BORN) " " (parts::date(family.birth_date)) } }
            @if family.waits_for_merge { div class="notice warn" { p { (w::WAITS_FOR_MERGE) } } }
            @if !family.may_change { p { (w::READ_ONLY) } }
            h3 { (w::GUARDIANS) }
            (ties(frame, model, family))
            h3 { (w::OWN) }
            @if family.own.is_empty() { (parts::empty(w::NO_OWN)) }
            ul { @for (name, email) in &family.own { li { (name) " " span class="quiet wrap-any" { (email) } } } }
        }
        (proxies(frame, mrn, family))
        section class="panel" aria-labelledby="codes" {
            h2 id="codes" { (w::CODES) }
            @if family.codes.is_empty() { (parts::empty(w::NO_CODES)) }
            ul class="rows" { @for (id, capacity, until) in &family.codes {
                li {
                    p { (w::capacity(*capacity)) ", " (w::COL_UNTIL) " " (parts::moment(*until, frame.zone)) }
                    @if family.may_change { (deed(frame, mrn, "void_code", Some(*id), w::VOID_CODE, w::capacity(*capacity))) }
                }
            } }
            @if family.may_change && !family.codes.is_empty() { p class="quiet" { (w::VOID_HINT) } }
            @if family.may_change {
                div class="acts" {
                    (deed(frame, mrn, "code_guardian", None, w::MAKE_GUARDIAN, ""))
                    (deed(frame, mrn, "code_patient", None, w::MAKE_PATIENT, ""))
                }
            }
        }
    }
}

fn ties(frame: &Frame, model: &Families, family: &Family) -> Markup {
    let mrn = model.mrn.as_str();
    html! {
        @if family.ties.is_empty() { (parts::empty(w::NO_GUARDIAN)) }
        @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_WHO) } th scope="col" { (w::COL_RELATIONSHIP) } th scope="col" { (w::COL_SINCE) }
                    th scope="col" { (w::COL_UNTIL) } th scope="col" { (w::COL_ACTS) } } }
                tbody { @for tie in &family.ties {
                    @let is_open = tie.span.end().is_none_or(|end| end > frame.now);
                    tr {
                        th scope="row" { (tie.name) span class="sub wrap-any" { (tie.email) } }
                        td data-l=(w::COL_RELATIONSHIP) { (tie.relationship) @if tie.court_order { " " span class="tag warn" { (w::COURT_ORDER) } } @if tie.is_for_adult { " " span class="tag" { (w::FOR_ADULT) } } }
                        td data-l=(w::COL_SINCE) { @if tie.span.start() == Instant::EVER { (w::SINCE_EVER) } @else { (parts::moment(tie.span.start(), frame.zone)) } }
                        td data-l=(w::COL_UNTIL) { @match tie.span.end() { Some(end) => (parts::moment(end, frame.zone)), None => (w::OPEN_END) } }
                        td data-l=(w::COL_ACTS) { @if family.may_change && is_open {
                            div class="acts" {
                                (deed(frame, mrn, "end", Some(tie.id), w::END, &tie.name))
                                @if tie.court_order { (deed(frame, mrn, "order_off", Some(tie.id), w::LIFT_ORDER, &tie.name)) }
                                @else { (deed(frame, mrn, "order_on", Some(tie.id), w::SET_ORDER, &tie.name)) }
                            }
                            @if !tie.is_for_adult {
                                (rights::reasoned(frame, model, family, &rights::Deed {
                                    word: "papers", kind: "", id: tie.id, name: &tie.name, label: w::PAPERS,
                                }))
                            }
                        } }
                    }
                } }
            }
            p class="quiet" { (w::ORDER_HINT) }
        }
    }
}

fn proxies(frame: &Frame, mrn: &str, family: &Family) -> Markup {
    html! {
        @if !family.proxies.is_empty() {
            section class="panel" aria-labelledby="proxies" {
                h2 id="proxies" { (w::PROXIES) }
                ul class="rows" { @for (id, name, at) in &family.proxies {
                    @let field_id = format!("signature-{}", id.simple());
                    li {
                        p { strong { (name) } " " span class="quiet" { (w::COL_SINCE) " " (parts::moment(*at, frame.zone)) } }
                        @if family.may_change {
                            form method="post" action=(paths::team_families_change()) {
                                (field::token(frame))
                                (field::hidden("mrn", mrn))
                                (field::hidden("deed", "sign"))
                                (field::hidden("id", &id.to_string()))
                                div class="field" {
                                    label for=(field_id) { (w::SIGNATURE) }
                                    input id=(field_id) name="name" type="text" autocomplete="off" maxlength="200";
                                }
                                button class="second" type="submit" { (w::SIGN) }
                            }
                        }
                    }
                } }
            }
        }
    }
}
