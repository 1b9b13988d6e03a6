//! The family's pages, in English and Spanish, at about grade 6: requests first, the patient's name always in view.

pub mod access;
pub mod activate;
pub mod care_team;
pub mod disclosures;
pub mod enroll;
pub mod home;
pub mod messages;
pub mod renew;
pub mod request;
pub mod tokens;

use maud::{Markup, html};

use super::layout::Frame;
use super::parts;
use super::words::family::{self as w, Words};
use super::words::family_messages;
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::ids::PatientId;
use crate::domain::language::Language;
use crate::domain::people::words;

/// A patient for whom the account has a say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FamilyPatient {
    /// Id, for the link.
    pub id: PatientId,
    /// Full name.
    pub name: String,
}

/// The patients for whom the account has a say, and the one that the page is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Patients {
    /// All of them.
    pub all: Vec<FamilyPatient>,
    /// The one shown.
    pub current: Option<PatientId>,
}

impl Patients {
    /// The one shown.
    fn shown(&self) -> Option<&FamilyPatient> {
        self.all.iter().find(|patient| Some(patient.id) == self.current)
    }
}

words! {
    /// What was just done, as the page says it.
    Done {
        /// The provider may see the chart.
        Given = "given",
        /// Somebody else must say yes too.
        Waits = "waits",
        /// The answer was no.
        Declined = "declined",
        /// The access team decides.
        Paused = "paused",
        /// It was over already.
        Gone = "gone",
        /// A grant was taken back.
        Revoked = "revoked",
        /// It was so already.
        Already = "already",
        /// Somebody may not ask any more.
        Blocked = "blocked",
        /// Somebody may ask again.
        Unblocked = "unblocked",
        /// Somebody was put on the care team.
        Added = "added",
        /// Somebody was taken off the care team.
        Removed = "removed",
        /// They are on the care team already.
        There = "there",
        /// A chart was added.
        Chart = "chart",
        /// A chart is added once the patient signs.
        ChartWaits = "chart_waits",
        /// The reader signed a proxy.
        Signed = "signed",
        /// A proxy was ended.
        ProxyEnded = "proxy_ended",
        /// What a guardian gave goes on after the 18th birthday.
        Renewed = "renewed",
        /// A message was sent.
        Sent = "sent",
    }
}

fn words_of(frame: &Frame) -> &'static Words {
    w::of(frame.language)
}

const fn done_words(language: Language, done: Done) -> &'static str {
    let words = w::of(language);
    match done {
        Done::Given => words.done_given,
        Done::Waits => words.done_waits,
        Done::Declined => words.done_declined,
        Done::Paused => words.done_paused,
        Done::Gone => words.done_gone,
        Done::Revoked => words.done_revoked,
        Done::Already => words.done_already,
        Done::Blocked => words.done_blocked,
        Done::Unblocked => words.done_unblocked,
        Done::Added => words.done_added,
        Done::Removed => words.done_removed,
        Done::There => words.done_there,
        Done::Chart => words.done_chart,
        Done::ChartWaits => words.done_chart_waits,
        Done::Signed => words.done_signed,
        Done::ProxyEnded => words.done_proxy_ended,
        Done::Renewed => words.done_renewed,
        Done::Sent => family_messages::of(language).done_sent,
    }
}

/// What was just done, announced.
fn notice(frame: &Frame, done: Option<Done>) -> Markup {
    html! {
        @if let Some(done) = done {
            div class="notice info" role="status" { p { (done_words(frame.language, done)) } }
        }
    }
}

/// The heading with the patient's name, and the switch between patients where there are several.
fn head(frame: &Frame, title: &str, patients: &Patients, href: fn(PatientId) -> String) -> Markup {
    html! {
        h1 { (title) @if let Some(patient) = patients.shown() { span class="of" { (patient.name) } } }
        @if patients.all.len() > 1 {
            nav class="tabs" aria-label=(words_of(frame).whose_chart) { ul { @for patient in &patients.all {
                li { a href=(href(patient.id)) aria-current=[(Some(patient.id) == patients.current).then_some("page")] { (patient.name) } }
            } } }
        }
    }
}

/// That no patient is linked, with the phone.
fn no_patient(frame: &Frame) -> Markup {
    html! { section class="panel" aria-label=(words_of(frame).home) { p { (words_of(frame).no_patient) " " (parts::phone(&frame.phone)) } } }
}

/// The civil date of an instant in hospital time.
fn day(frame: &Frame, at: Instant) -> String {
    (words_of(frame).day)(frame.zone.date(at))
}

/// The names of sections, with commas.
fn sections(words: &Words, sections: impl Iterator<Item = Section>) -> String {
    sections.map(words.section).collect::<Vec<_>>().join(", ")
}

/// The list of faults at the top of a form, each with a link to its field.
fn summary(words: &Words, faults: &[(&str, &str)]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div class="notice stop summary" role="alert" tabindex="-1" data-focus aria-labelledby="faults" {
                h2 id="faults" { (words.problem) }
                ul { @for (field, fault) in faults { li { a href={ "#" (field) } { (fault) } } } }
            }
        }
    }
}

/// A fault above its field.
fn fault(words: &Words, id: &str, text: &str) -> Markup {
    html! { @if !text.is_empty() { p class="fault" id=(id) { span class="vh" { (words.error) } (text) } } }
}
