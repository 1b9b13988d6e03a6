//! Beginning a family account with a code, and adding a chart to one.

use maud::{Markup, html};

use super::{fault, summary, words_of};
use crate::domain::family::enrolment::{Bar, Fault, Relationship};
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field::{self, Text};
use crate::views::words::family::Words;
use crate::views::{parts, paths};

/// A date in three boxes, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Boxes {
    /// The month.
    pub month: String,
    /// The day.
    pub day: String,
    /// The year.
    pub year: String,
}

/// What was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Activate {
    /// The code.
    pub code: String,
    /// The patient's birth date.
    pub patient_born: Boxes,
    /// The given name.
    pub given: String,
    /// The family name.
    pub family: String,
    /// One's own birth date.
    pub born: Boxes,
    /// The relationship.
    pub relationship: Option<Relationship>,
    /// The address.
    pub email: String,
    /// The signature.
    pub signature: String,
    /// Whether the terms were accepted.
    pub agreed: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Why it may not begin.
    pub bar: Option<Bar>,
}

const fn bar_words(words: &Words, bar: Bar) -> &'static str {
    match bar {
        Bar::Under13 => words.bar_under_13,
        Bar::ThroughPractice => words.bar_through_practice,
        Bar::NoGuardian => words.bar_no_guardian,
        Bar::GuardianMinor => words.bar_minor,
        Bar::HasAccount => words.bar_has_account,
        Bar::TiedAlready => words.bar_tied,
        Bar::Deceased => words.bar_deceased,
    }
}

const fn fault_words(words: &Words, fault: Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::NoMatch => ("code", words.no_match),
        Fault::Given => ("given", words.given_missing),
        Fault::Family => ("family", words.family_missing),
        Fault::Born => ("born_month", words.born_missing),
        Fault::Relationship => ("relationship", words.relationship_missing),
        Fault::Email => ("email", words.email_wrong),
        Fault::EmailTaken => ("email", words.email_taken),
        Fault::Signature => ("signature", words.signature_wrong),
        Fault::Terms => ("terms", words.terms_missing),
    }
}

/// The faults of a form, by field.
pub(super) struct Faults<'a> {
    pub(super) words: &'a Words,
    pub(super) all: Vec<(&'static str, &'static str)>,
}

impl<'a> Faults<'a> {
    fn of(words: &'a Words, faults: &[Fault]) -> Self {
        Self { words, all: faults.iter().map(|fault| fault_words(words, *fault)).collect() }
    }

    pub(super) fn at(&self, field: &str) -> &'static str {
        self.all.iter().find(|(name, _)| *name == field).map_or("", |(_, text)| *text)
    }

    pub(super) fn text(&self, name: &str, label: &str, value: &str, rest: Text<'_>) -> Markup {
        let wrong = self.at(name);
        html! {
            div class={ "field" @if !wrong.is_empty() { " wrong" } } {
                label for=(name) { (label) }
                @if !rest.hint.is_empty() { p class="hint" id={ (name) "-hint" } { (rest.hint) } }
                (fault(self.words, &format!("{name}-fault"), wrong))
                (Text { name, label, value, fault: wrong, ..rest }.bare())
            }
        }
    }

    pub(super) fn date(&self, name: &str, legend: &str, boxes: &Boxes) -> Markup {
        let first = format!("{name}_month");
        let wrong = self.at(&first);
        let fault_id = format!("{first}-fault");
        let part = |part: &str, label: &str, value: &str, width: &str| {
            let id = format!("{name}_{part}");
            html! {
                div {
                    label for=(id) { (label) }
                    input id=(id) name=(id) type="text" class=(width) inputmode="numeric" autocomplete="off" maxlength="4" value=(value)
                        aria-describedby=[(!wrong.is_empty()).then_some(fault_id.as_str())];
                }
            }
        };
        html! {
            fieldset class={ "field" @if !wrong.is_empty() { " wrong" } } {
                legend { (legend) }
                (fault(self.words, &fault_id, wrong))
                div class="boxes" {
                    (part("month", self.words.month, &boxes.month, "w4"))
                    (part("day", self.words.day_of_month, &boxes.day, "w4"))
                    (part("year", self.words.year, &boxes.year, "w8"))
                }
            }
        }
    }

    fn relationship(&self, chosen: Option<Relationship>) -> Markup {
        let wrong = self.at("relationship");
        html! {
            div class={ "field" @if !wrong.is_empty() { " wrong" } } {
                label for="relationship" { (self.words.relationship) }
                (fault(self.words, "relationship-fault", wrong))
                select id="relationship" name="relationship" aria-describedby=[(!wrong.is_empty()).then_some("relationship-fault")] {
                    option value="" { (self.words.choose) }
                    @for one in Relationship::ALL.iter().copied() {
                        option value=(one.word()) selected[chosen == Some(one)] { ((self.words.kin)(one)) }
                    }
                }
            }
        }
    }
}

pub(super) fn barred(frame: &Frame, words: &Words, bar: Option<Bar>) -> Markup {
    html! {
        @if let Some(bar) = bar {
            div class="notice stop" role="alert" {
                p { strong { (words.barred) ". " } (bar_words(words, bar)) " " (words.help) " " (parts::phone(&frame.phone)) }
            }
        }
    }
}

/// The page that begins an account.
pub fn page(frame: &Frame, model: &Activate) -> Markup {
    let words = words_of(frame);
    let faults = Faults::of(words, &model.faults);
    let other = frame.language.other().word();
    let main = html! {
        p class="back" { a href=(paths::family_activate_in(other)) lang=(other) hreflang=(other) { (words.other_language) } }
        section class="panel" {
            h1 { (words.activate) }
            (summary(words, &faults.all))
            (barred(frame, words, model.bar))
            p { (words.activate_lead) }
            p { a href=(paths::family_enroll_in(frame.language.word())) { (words.enroll_link) } }
            form method="post" action=(paths::family_activate_in(frame.language.word())) {
                (field::token(frame))
                h2 { (words.step_code) }
                (faults.text("code", words.code, &model.code, Text { hint: words.code_hint, width: "w20", max: 80, ..Text::default() }))
                (faults.date("patient", words.patient_born, &model.patient_born))
                h2 { (words.step_you) }
                p { (words.you_patient) }
                (faults.text("given", words.given_name, &model.given, Text { autocomplete: "given-name", max: 100, ..Text::default() }))
                (faults.text("family", words.family_name, &model.family, Text { autocomplete: "family-name", max: 100, ..Text::default() }))
                (faults.date("born", words.you_born, &model.born))
                (faults.relationship(model.relationship))
                h2 { (words.step_sign) }
                (faults.text("email", words.email, &model.email, Text { hint: words.email_hint, kind: "email", autocomplete: "email", max: 254, ..Text::default() }))
                (faults.text("signature", words.signature, &model.signature, Text { hint: words.signature_hint, autocomplete: "name", max: 200, ..Text::default() }))
                p { a href=(paths::terms()) target="_blank" rel="noopener" { (words.read_terms) } }
                (terms(&faults, model.agreed))
                (field::submit(words.start))
            }
            p class="after" { a href=(paths::sign_in()) { (words.have_account) } }
        }
    };
    frame_page(frame, words.activate, Width::Narrow, &main)
}

fn terms(faults: &Faults<'_>, agreed: bool) -> Markup {
    let wrong = faults.at("terms");
    html! {
        div class={ "field" @if !wrong.is_empty() { " wrong" } } {
            (fault(faults.words, "terms-fault", wrong))
            div class="pick" {
                input id="terms" type="checkbox" name="terms" value="yes" checked[agreed] aria-describedby=[(!wrong.is_empty()).then_some("terms-fault")];
                label for="terms" { (faults.words.terms) }
            }
        }
    }
}

/// An account that was made: the number that the mailed link asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begun {
    /// Eight digits.
    pub digits: String,
    /// Whether the patient must sign too.
    pub waits: bool,
}

/// After the account was made.
pub fn begun_page(frame: &Frame, model: &Begun) -> Markup {
    let words = words_of(frame);
    let main = html! {
        section class="panel" {
            h1 { (words.begun) }
            p { (words.begun_lead) }
            p { (words.begun_digits) ": " code class="key" { (model.digits) } }
            p { (words.begun_next) }
            @if model.waits { p { strong { (words.begun_waits) } } }
        }
    };
    frame_page(frame, words.begun, Width::Narrow, &main)
}

/// The page that adds a chart to the account that is signed in.
pub fn chart_page(frame: &Frame, model: &Activate) -> Markup {
    let words = words_of(frame);
    let faults = Faults::of(words, &model.faults);
    let main = html! {
        section class="panel" {
            h1 { (words.add_chart) }
            (summary(words, &faults.all))
            (barred(frame, words, model.bar))
            p { (words.add_chart_lead) }
            form method="post" action=(paths::family_charts()) {
                (field::token(frame))
                (faults.text("code", words.code, &model.code, Text { hint: words.code_hint, width: "w20", max: 80, ..Text::default() }))
                (faults.date("patient", words.patient_born, &model.patient_born))
                (faults.relationship(model.relationship))
                (faults.text("signature", words.signature, &model.signature, Text { hint: words.signature_hint, autocomplete: "name", max: 200, ..Text::default() }))
                (field::submit(words.add_chart_do))
            }
        }
    };
    let frame = Frame { current: NavItem::Family, ..frame.clone() };
    frame_page(&frame, words.add_chart, Width::Narrow, &main)
}
