//! One request: who asks, why, what they would see, for how long; yes and no with the same weight.

use maud::{Markup, html};

use super::home::turn_words;
use super::{Done, FamilyPatient, Patients, day, fault, head, notice, sections, summary, words_of};
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::family::answer::Turn;
use crate::domain::family::authority::Capacity;
use crate::domain::family::topic::{Offer, Topic};
use crate::domain::grant::Lasting;
use crate::domain::ids::RequestId;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field;
use crate::views::paths;
use crate::views::words::family::{self as w, Words};

/// What is wrong with a yes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No time was chosen.
    DurationMissing,
    /// Something was chosen that is not offered.
    NotOffered,
    /// Both said yes, to parts that have nothing in common.
    NothingShared,
}

/// A yes as far as it was filled in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chosen {
    /// For how long.
    pub lasting: Option<Lasting>,
    /// Sections.
    pub sections: Vec<Section>,
    /// Sensitive parts.
    pub topics: Vec<Topic>,
}

/// The request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// For whose chart.
    pub patient: FamilyPatient,
    /// In what capacity the reader speaks.
    pub capacity: Capacity,
    /// Who asks.
    pub asker: String,
    /// Their specialty; empty when unknown.
    pub specialty: String,
    /// Their practices.
    pub practices: Vec<String>,
    /// Why; `None` where the reader does not read it.
    pub reason: Option<String>,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it closes by itself.
    pub expires_at: Instant,
    /// Whose turn it is.
    pub turn: Turn,
    /// Whether it takes two of the family.
    pub takes_two: bool,
    /// Whether the other of the two has said yes.
    pub other_said_yes: bool,
    /// What the reader may choose from.
    pub offer: Offer,
    /// What was chosen.
    pub chosen: Chosen,
    /// What is wrong with it.
    pub fault: Option<Fault>,
    /// What was just done.
    pub done: Option<Done>,
}

/// The page.
pub fn page(frame: &Frame, model: &Request) -> Markup {
    let words = words_of(frame);
    let patients = Patients { all: vec![model.patient.clone()], current: Some(model.patient.id) };
    let faults: Vec<(&str, &str)> = match model.fault {
        None => Vec::new(),
        Some(Fault::DurationMissing) => vec![("lasting-30_days", words.duration_missing)],
        Some(Fault::NotOffered) => vec![("lasting-30_days", words.not_offered)],
        Some(Fault::NothingShared) => vec![("lasting-30_days", words.nothing_shared)],
    };
    let main = html! {
        (head(frame, words.request, &patients, paths::family_of))
        (notice(frame, model.done))
        (summary(words, &faults))
        section class="panel" aria-label=(words.request) {
            (facts(frame, words, model))
            @if model.turn == Turn::Yours { (form(frame, words, model)) }
            @else { p { strong { (turn_words(words, model.turn, &model.patient.name)) } } }
        }
        section class="panel" aria-labelledby="stop" {
            h2 id="stop" { (words.block_title) }
            p { (w::fill(words.block_hint, &[&model.patient.name])) }
            form method="post" action=(paths::family_block(model.id)) {
                (field::token(frame))
                button class="second" type="submit" { (words.block) }
            }
        }
    };
    let frame = Frame { current: NavItem::Family, ..frame.clone() };
    frame_page(&frame, words.request, Width::Narrow, &main)
}

fn facts(frame: &Frame, words: &Words, model: &Request) -> Markup {
    html! {
        p class="wrap-any" { strong { (w::fill(words.asks, &[&model.asker, &model.patient.name])) } }
        dl class="facts" {
            div { dt { (words.who) } dd { (model.asker) } }
            @if !model.specialty.is_empty() { div { dt { (words.specialty) } dd { (model.specialty) } } }
            @if !model.practices.is_empty() { div { dt { (words.practice) } dd { (model.practices.join("; ")) } } }
        }
        p class="quiet" {
            (w::fill(words.asked_on, &[&day(frame, model.filed_at)]))
            @if model.turn == Turn::Yours { " " (w::fill(words.answer_by, &[&day(frame, model.expires_at)])) }
        }
        h2 { (words.why) }
        @match &model.reason {
            Some(reason) => { p class="prose" dir="auto" { (reason) } }
            None => { p { (w::fill(words.why_private, &[&model.patient.name])) } }
        }
    }
}

fn form(frame: &Frame, words: &Words, model: &Request) -> Markup {
    let narrow = model.offer.is_narrow();
    html! {
        h2 { (words.would_see) }
        p {
            @if !narrow { (words.all_usual) " " }
            (sections(words, model.offer.sections.iter().copied())) "."
        }
        @if narrow { p { (w::fill(words.narrow, &[&model.patient.name])) } }
        @if model.takes_two {
            p {
                strong {
                    @match (model.other_said_yes, model.capacity) {
                        (true, _) => { (words.other_said_yes) }
                        (false, Capacity::Guardian) => { (w::fill(words.both_guardian, &[&model.patient.name])) }
                        (false, Capacity::Patient) => { (words.both_patient) }
                    }
                }
            }
        }
        form method="post" action=(paths::family_approve(model.id)) {
            (field::token(frame))
            (durations(frame, words, model))
            details open[!model.chosen.sections.is_empty() || !model.chosen.topics.is_empty()] {
                summary { (words.parts) }
                fieldset class="field" {
                    legend { (words.would_see) }
                    p class="hint" { (words.parts_hint) }
                    @for section in &model.offer.sections {
                        (tick("section", section.word(), (words.section)(*section), model.chosen.sections.contains(section)))
                    }
                }
                @if !narrow { (private_parts(words, model)) }
            }
            div class="actions" {
                button class="button" type="submit" data-once { (words.approve) }
                button class="button" type="submit" formaction=(paths::family_decline(model.id)) { (words.decline) }
            }
            p class="quiet" { (words.change_later) }
        }
    }
}

fn durations(frame: &Frame, words: &Words, model: &Request) -> Markup {
    let text = |lasting: Lasting| {
        let until = lasting.end(frame.now, frame.zone).map(|at| day(frame, at)).unwrap_or_default();
        let template = match lasting {
            Lasting::Days30 => words.days_30,
            Lasting::Months6 => words.months_6,
            Lasting::Year => words.year_1,
            Lasting::UntilRevoked => words.until_revoked,
        };
        w::fill(template, &[&until])
    };
    let missing = model.fault == Some(Fault::DurationMissing);
    html! {
        fieldset class={ "field" @if missing { " wrong" } } aria-describedby=[missing.then_some("lasting-fault")] {
            legend { (words.how_long) }
            (fault(words, "lasting-fault", if missing { words.duration_missing } else { "" }))
            @for lasting in Lasting::ALL.iter().copied() {
                @let id = format!("lasting-{}", lasting.word());
                div class="pick" {
                    input id=(id) type="radio" name="lasting" value=(lasting.word()) checked[model.chosen.lasting == Some(lasting)];
                    label for=(id) { (text(lasting)) }
                }
            }
        }
    }
}

fn private_parts(words: &Words, model: &Request) -> Markup {
    html! {
        fieldset class="field" {
            legend { (words.private_parts) }
            p class="hint" { (words.private_hint) }
            @for topic in model.offer.topics.iter().filter(|topic| **topic != Topic::Part2) {
                (tick("topic", topic.word(), (words.topic)(*topic), model.chosen.topics.contains(topic)))
            }
        }
        @if model.offer.topics.contains(&Topic::Part2) {
            fieldset class="field" {
                legend { (words.part2) }
                p class="hint" { (words.part2_hint) }
                (tick("topic", Topic::Part2.word(), (words.topic)(Topic::Part2), model.chosen.topics.contains(&Topic::Part2)))
            }
        }
    }
}

fn tick(name: &str, value: &str, label: &str, ticked: bool) -> Markup {
    let id = format!("{name}-{value}");
    html! {
        div class="pick" {
            input id=(id) type="checkbox" name=(name) value=(value) checked[ticked];
            label for=(id) { (label) }
        }
    }
}
