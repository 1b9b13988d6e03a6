//! Verifying a request by phone: whom to call, the call log, and the checklist (page P19, on phones a page of its own).

use maud::{Markup, html};

use super::Changed;
use super::enrolment::{self, Claim};
use super::patient::{self, Person, Verified};
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::domain::queue::NOTE_LONGEST;
use crate::domain::request::RequestKind;
use crate::domain::verification::{CallOutcome, FamilyPhone, Identifier, Missing, Relationship, Typed};
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, desk as d, verify as w};

/// The family's numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Phones {
    /// These; none when the record has none.
    Known(Vec<FamilyPhone>),
    /// The record is not available; when it last answered.
    Down(Option<Instant>),
    /// Not for the viewer, or the request is over.
    NotShown,
}

/// A call that was noted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// When.
    pub at: Instant,
    /// Who called.
    pub who: String,
    /// How it ended.
    pub outcome: CallOutcome,
    /// Whether an interpreter helped, and the patient's language then.
    pub interpreter: Option<String>,
    /// What was noted.
    pub note: String,
}

/// What is typed about the next call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NewCall {
    /// How it ended.
    pub outcome: Option<CallOutcome>,
    /// Whether an interpreter helped.
    pub interpreter: bool,
    /// The note.
    pub note: String,
    /// Whether the outcome is missing.
    pub outcome_missing: bool,
    /// Whether the note is too long.
    pub note_wrong: bool,
}

/// Verifying a request by phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verify {
    /// The request.
    pub id: RequestId,
    /// Its version.
    pub version: i64,
    /// What is asked for.
    pub kind: RequestKind,
    /// Who asked, and for which practice.
    pub asked_by: String,
    /// The patient.
    pub person: Option<Person>,
    /// Whom to call.
    pub phones: Phones,
    /// The calls, oldest first.
    pub calls: Vec<Call>,
    /// The checklist, once it is complete.
    pub verified: Option<Verified>,
    /// What was typed about the next call.
    pub call: NewCall,
    /// What was ticked and typed on the checklist.
    pub typed: Typed,
    /// What it lacks.
    pub missing: Vec<Missing>,
    /// Whether the viewer works on it, and it is open.
    pub is_workable: bool,
    /// What whoever wants a family account typed, beside the record.
    pub claim: Option<Claim>,
    /// The MRN as typed where what they typed matched nobody, and whether nobody has it.
    pub naming: (String, bool),
    /// Somebody changed it while a form was open.
    pub changed: Option<Changed>,
}

/// Verifying a request by phone; one form posts `version`, `outcome`, `interpreter` and `note`, the other `version`, `identifier`
/// (once for each), `spoken_to` and `relationship`.
pub fn page(frame: &Frame, model: &Verify) -> Markup {
    let title = format!("{} {}", w::CALL_TITLE, d::short_id(model.id.0));
    let main = html! {
        p class="back" { a href=(paths::queued(model.id)) { (d::BACK_TO_REQUEST) } }
        h1 { (title) }
        (field::summary(&faults(model)))
        @if let Some(changed) = &model.changed { (super::changed(frame, changed, &paths::queued(model.id))) }
        p { strong { (d::kind(model.kind)) } ", " (d::COL_ASKED_BY) " " (model.asked_by) }
        @if !model.is_workable { p class="quiet" { (w::ENDED) } }
        div class="grid" {
            div {
                section class="panel" aria-labelledby="whom" {
                    h2 id="whom" { (w::PHONES) }
                    @if let Some(claim) = &model.claim { (enrolment::facts(claim)) }
                    @if let Some(person) = &model.person { (patient::banner(person)) }
                    @else if model.claim.is_some() && model.is_workable { (enrolment::naming(frame, model)) }
                    (phones(frame, &model.phones))
                    @if model.is_workable {
                        h3 { (w::VOICEMAIL) }
                        p class="quiet" { (w::voicemail(&frame.hospital_name, &frame.phone)) }
                    }
                }
                section class="panel" aria-labelledby="calls" { h2 id="calls" { (w::CALLS) } (calls(frame, &model.calls)) @if model.is_workable { (new_call(frame, model)) } }
            }
            div {
                section class="panel" aria-labelledby="list" {
                    h2 id="list" { (w::CHECKLIST) }
                    (patient::verified(frame, model.verified.as_ref()))
                    @if model.is_workable { (checklist(frame, model)) }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, &title, Width::Wide, &main)
}

fn faults(model: &Verify) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if model.naming.1 {
        faults.push(("mrn", words::enrolment::NO_RECORD.to_owned()));
    }
    if model.call.outcome_missing {
        faults.push(("outcome", w::OUTCOME_MISSING.to_owned()));
    }
    if model.call.note_wrong {
        faults.push(("note", w::NOTE_WRONG.to_owned()));
    }
    faults.extend(model.missing.iter().map(|missing| {
        let (field, words) = w::missing(*missing);
        (field, words.to_owned())
    }));
    faults
}

fn phones(frame: &Frame, model: &Phones) -> Markup {
    match model {
        Phones::Known(phones) if phones.is_empty() => html! { p { strong { (w::PHONES_NONE) } } },
        Phones::Known(phones) => html! {
            ul class="rows" {
                @for phone in phones {
                    li {
                        (parts::phone(&phone.number))
                        span class="sub" {
                            @if phone.whose.is_empty() { (w::OWN_NUMBER) } @else { (phone.whose) }
                            @if !phone.relation.is_empty() && phone.relation != phone.whose { ", " (phone.relation) }
                            @if !phone.place.is_empty() { ", " (phone.place) }
                        }
                    }
                }
            }
            p class="quiet" { (w::PHONES_ONLY) }
        },
        Phones::Down(seen) => html! {
            p role="alert" { (w::PHONES_DOWN) @if let Some(at) = seen { ", " (words::chart::last_seen(&words::clock(*at, frame.zone))) } "." }
        },
        Phones::NotShown => html! { p class="quiet" { (w::PHONES_HIDDEN) } },
    }
}

fn calls(frame: &Frame, calls: &[Call]) -> Markup {
    if calls.is_empty() {
        return parts::empty(w::CALLS_NONE);
    }
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_WHEN) } th scope="col" { (w::COL_WHO) } th scope="col" { (w::COL_OUTCOME) }
                th scope="col" { (w::COL_INTERPRETER) } th scope="col" { (w::COL_NOTE) }
            } }
            tbody {
                @for call in calls {
                    tr {
                        th scope="row" { (parts::moment(call.at, frame.zone)) }
                        td data-l=(w::COL_WHO) { (call.who) }
                        td data-l=(w::COL_OUTCOME) { (w::outcome(call.outcome)) }
                        td data-l=(w::COL_INTERPRETER) { @match &call.interpreter { Some(language) => { (w::YES) @if !language.is_empty() { ", " (language) } }, None => (w::NO) } }
                        td data-l=(w::COL_NOTE) class="wrap-any" { @if call.note.is_empty() { (words::NONE_SIGN) } @else { (call.note) } }
                    }
                }
            }
        }
    }
}

fn new_call(frame: &Frame, model: &Verify) -> Markup {
    let call = &model.call;
    let fault = if call.outcome_missing { w::OUTCOME_MISSING } else { "" };
    let options: Vec<_> = CallOutcome::ALL.iter().map(|o| (o.word(), w::outcome(*o))).collect();
    let chosen = call.outcome.map_or("", CallOutcome::word);
    let note_fault = if call.note_wrong { w::NOTE_WRONG } else { "" };
    html! {
        h3 { (w::LOG) }
        form method="post" action=(paths::call(model.id)) {
            (field::token(frame))
            (field::hidden("version", &model.version.to_string()))
            (radios("outcome", w::OUTCOME, chosen, fault, &options))
            (field::tick("interpreter", w::INTERPRETER, "", call.interpreter, ""))
            (field::Area { name: "note", label: w::NOTE, value: &call.note, hint: w::NOTE_HINT, fault: note_fault, max: NOTE_LONGEST }.show())
            div class="actions" { button class="second" type="submit" data-once { (w::SAVE_CALL) } }
            p class="quiet" { (w::TRIES) }
        }
    }
}

fn checklist(frame: &Frame, model: &Verify) -> Markup {
    let of = |name: &str| {
        model
            .missing
            .iter()
            .map(|missing| w::missing(*missing))
            .find(|(field, _)| *field == name)
            .map_or("", |f| f.1)
    };
    let options: Vec<_> = Relationship::ALL.iter().map(|r| (r.word(), w::relationship(*r))).collect();
    let related = model.typed.relationship.map_or("", Relationship::word);
    let ticked: Vec<Identifier> = model.typed.identifiers.iter().collect();
    let fault = of("identifier");
    html! {
        p class="quiet" { (w::CHECKLIST_LEAD) }
        form method="post" action=(paths::checklist(model.id)) {
            (field::token(frame))
            (field::hidden("version", &model.version.to_string()))
            fieldset class={ "field" @if !fault.is_empty() { " wrong" } } aria-describedby=[field::described_by("identifier", "", fault)] {
                legend { (w::IDENTIFIERS) }
                (field::hint_and_fault("identifier", "", fault))
                @for (n, one) in Identifier::ALL.iter().enumerate() {
                    @let id = if n == 0 { "identifier".to_owned() } else { format!("identifier-{}", one.word()) };
                    div class="pick" {
                        input id=(id) type="checkbox" name="identifier" value=(one.word()) checked[ticked.contains(one)];
                        label for=(id) { (w::identifier(*one)) }
                    }
                }
            }
            (field::Text { name: "spoken_to", label: w::SPOKEN_TO, value: &model.typed.spoken_to, fault: of("spoken_to"), max: 200, ..Default::default() }.show())
            (radios("relationship", w::RELATIONSHIP, related, of("relationship"), &options))
            @if model.kind == RequestKind::Enrolment {
                (field::tick("on_record_number", w::ON_RECORD_NUMBER, "", model.typed.on_record_number, of("on_record_number")))
            }
            div class="actions" { (field::submit(w::SAVE_CHECKLIST)) }
        }
    }
}

/// Radio buttons of `(value, words)` under one legend, none of them chosen beforehand; the first one has the field's name as its id.
pub(super) fn radios(name: &str, legend: &str, value: &str, fault: &str, options: &[(&str, &str)]) -> Markup {
    html! {
        fieldset class={ "field" @if !fault.is_empty() { " wrong" } } aria-describedby=[field::described_by(name, "", fault)] {
            legend { (legend) }
            (field::hint_and_fault(name, "", fault))
            @for (n, (option, words)) in options.iter().enumerate() {
                @let id = if n == 0 { name.to_owned() } else { format!("{name}-{option}") };
                div class="pick" {
                    input id=(id) type="radio" name=(name) value=(option) checked[value == *option];
                    label for=(id) { (words) }
                }
            }
        }
    }
}
