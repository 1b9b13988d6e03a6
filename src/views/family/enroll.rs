//! Asking for a family account without a code: the form, and the one answer that everybody gets.

use maud::{Markup, html};
use time::Date;

use super::activate::{Boxes, Faults, barred};
use super::{fault, summary, words_of};
use crate::domain::family::authority::Capacity;
use crate::domain::family::enrolment::Bar;
use crate::domain::family::staff_check::Fault;
use crate::views::layout::{Frame, Width, page as frame_page};
use crate::views::parts::field::{self, Text};
use crate::views::words::family::{Words, fill};
use crate::views::{parts, paths};

/// A person as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Person {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Birth date.
    pub born: Boxes,
}

/// What was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Enroll {
    /// As whom they ask.
    pub capacity: Option<Capacity>,
    /// Who asks.
    pub asker: Person,
    /// The address.
    pub email: String,
    /// The phone.
    pub phone: String,
    /// The patient.
    pub patient: Person,
    /// The MRN.
    pub mrn: String,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Why it begins another way.
    pub bar: Option<Bar>,
    /// Whether there were too many tries.
    pub is_slowed: bool,
}

const fn fault_words(words: &Words, fault: Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::Who => ("who", words.who_missing),
        Fault::Given => ("given", words.given_missing),
        Fault::Family => ("family", words.family_missing),
        Fault::Born => ("born_month", words.own_born_missing),
        Fault::Email => ("email", words.email_wrong),
        Fault::Phone => ("phone", words.phone_wrong),
        Fault::PatientGiven => ("patient_given", words.patient_given_missing),
        Fault::PatientFamily => ("patient_family", words.patient_family_missing),
        Fault::PatientBorn => ("patient_month", words.born_missing),
        Fault::Mrn => ("mrn", words.mrn_wrong),
    }
}

/// The form; posts `who`, `given`, `family`, `born_month`, `born_day`, `born_year`, `email`, `phone`, and of the patient
/// `patient_given`, `patient_family`, `patient_month`, `patient_day`, `patient_year` and `mrn`.
pub fn page(frame: &Frame, model: &Enroll) -> Markup {
    let words = words_of(frame);
    let all = model.faults.iter().map(|fault| fault_words(words, *fault)).collect();
    let faults = Faults { words, all };
    let other = frame.language.other().word();
    let main = html! {
        p class="back" { a href=(paths::family_enroll_in(other)) lang=(other) hreflang=(other) { (words.other_language) } }
        section class="panel" {
            h1 { (words.enroll) }
            (summary(words, &faults.all))
            (barred(frame, words, model.bar))
            @if model.is_slowed { div class="notice stop" role="alert" { p { (words.enroll_slow) " " (parts::phone(&frame.phone)) } } }
            p { (words.enroll_lead) }
            form method="post" action=(paths::family_enroll_in(frame.language.word())) {
                (field::token(frame))
                (who(&faults, model.capacity))
                h2 { (words.enroll_you) }
                (faults.text("given", words.given_name, &model.asker.given, Text { autocomplete: "given-name", max: 100, ..Text::default() }))
                (faults.text("family", words.family_name, &model.asker.family, Text { autocomplete: "family-name", max: 100, ..Text::default() }))
                (faults.date("born", words.enroll_born, &model.asker.born))
                (faults.text("email", words.email, &model.email, Text { hint: words.email_hint, kind: "email", autocomplete: "email", max: 254, ..Text::default() }))
                (faults.text("phone", words.enroll_phone, &model.phone, Text { hint: words.enroll_phone_hint, kind: "tel", autocomplete: "tel", max: 40, ..Text::default() }))
                h2 { (words.enroll_patient) }
                p { (words.enroll_patient_hint) }
                (faults.text("patient_given", words.given_name, &model.patient.given, Text { autocomplete: "off", max: 100, ..Text::default() }))
                (faults.text("patient_family", words.family_name, &model.patient.family, Text { autocomplete: "off", max: 100, ..Text::default() }))
                (faults.date("patient", words.patient_born, &model.patient.born))
                (faults.text("mrn", words.enroll_mrn, &model.mrn, Text { hint: words.enroll_mrn_hint, autocomplete: "off", width: "w20", max: 64, ..Text::default() }))
                (field::submit(words.enroll_send))
            }
            p class="after" { a href=(paths::family_activate_in(frame.language.word())) { (words.activate) } br; a href=(paths::sign_in()) { (words.have_account) } }
        }
    };
    frame_page(frame, words.enroll, Width::Narrow, &main)
}

fn who(faults: &Faults<'_>, chosen: Option<Capacity>) -> Markup {
    let (words, wrong) = (faults.words, faults.at("who"));
    let options = [(Capacity::Patient, words.enroll_self), (Capacity::Guardian, words.enroll_guardian)];
    html! {
        fieldset class={ "field" @if !wrong.is_empty() { " wrong" } } aria-describedby=[(!wrong.is_empty()).then_some("who-fault")] {
            legend { (words.enroll_who) }
            (fault(words, "who-fault", wrong))
            @for (n, (capacity, label)) in options.into_iter().enumerate() {
                @let id = if n == 0 { "who" } else { "who-guardian" };
                div class="pick" {
                    input id=(id) type="radio" name="who" value=(capacity.word()) checked[chosen == Some(capacity)];
                    label for=(id) { (label) }
                }
            }
        }
    }
}

/// The answer, the same for everybody: they are called by `due`.
pub fn done_page(frame: &Frame, due: Date) -> Markup {
    let words = words_of(frame);
    let main = html! {
        section class="panel" {
            h1 { (words.enroll_done) }
            p { strong { (fill(words.enroll_done_lead, &[&(words.day)(due)])) } }
            p { (words.enroll_done_phone) }
            p { (words.enroll_done_more) " " (parts::phone(&frame.phone)) }
            p { a href=(paths::sign_in()) { (words.have_account) } }
        }
    };
    frame_page(frame, words.enroll_done, Width::Narrow, &main)
}
