//! The care team: who is on it and where they come from, adding and removing.

use maud::{Markup, html};
use uuid::Uuid;

use super::{Done, Patients, day, fault, head, no_patient, notice, summary, words_of};
use crate::domain::calendar::Instant;
use crate::domain::family::topic::SeatSource;
use crate::domain::ids::{FactId, PatientId};
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field::{self, Text};
use crate::views::words::family::{self as w, Words};
use crate::views::{parts, paths};

/// A place on the care team.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seat {
    /// The seat.
    pub id: FactId,
    /// The provider's or the practice's name.
    pub name: String,
    /// What they do there; empty when unknown.
    pub role: String,
    /// Since when; `None` for since ever.
    pub since: Option<Instant>,
    /// Who put them there.
    pub source: SeatSource,
}

/// Somebody who was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Match {
    /// The word that adds them: `provider` or `practice`.
    pub kind: &'static str,
    /// The provider or the practice.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// Specialty and practices, or the address.
    pub about: String,
    /// The NPI; empty for a practice.
    pub npi: String,
}

/// What a search came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Search {
    /// Nothing was searched for.
    #[default]
    None,
    /// Too little was typed.
    TooShort,
    /// These match; whether there are more than can be shown.
    Found(Vec<Match>, bool),
}

/// The page's content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CareTeam {
    /// The patients.
    pub patients: Patients,
    /// What was just done.
    pub done: Option<Done>,
    /// Who is on the team now.
    pub seats: Vec<Seat>,
    /// Whether the reader may add somebody alone.
    pub may_add: bool,
    /// What was typed.
    pub query: String,
    /// What it came to.
    pub search: Search,
}

/// The page.
pub fn page(frame: &Frame, model: &CareTeam) -> Markup {
    let words = words_of(frame);
    let short = model.search == Search::TooShort;
    let faults: &[(&str, &str)] = if short { &[("query", words.query_short)] } else { &[] };
    let main = html! {
        (head(frame, words.care_team, &model.patients, paths::care_team_of))
        (notice(frame, model.done))
        (summary(words, faults))
        @if let Some(patient) = model.patients.shown() {
            (seats(frame, words, &model.seats))
            (add(frame, words, model, patient.id))
        } @else {
            (no_patient(frame))
        }
    };
    let frame = Frame { current: NavItem::CareTeam, ..frame.clone() };
    frame_page(&frame, words.care_team, Width::Wide, &main)
}

const fn source_words(words: &Words, source: SeatSource) -> &'static str {
    match source {
        SeatSource::Feed => words.source_feed,
        SeatSource::Import => words.source_import,
        SeatSource::Team => words.source_team,
        SeatSource::Family => words.source_family,
    }
}

fn seats(frame: &Frame, words: &Words, seats: &[Seat]) -> Markup {
    html! {
        section class="panel" aria-label=(words.care_team) {
            p class="quiet" { (words.care_lead) }
            @if seats.is_empty() { (parts::empty(words.care_none)) }
            @else {
                ul class="rows" { @for seat in seats {
                    li {
                        p { strong dir="auto" { (seat.name) } @if !seat.role.is_empty() { span class="sub" { (seat.role) } } }
                        p class="quiet" {
                            (words.seat_from) ": " (source_words(words, seat.source)) "."
                            @if let Some(since) = seat.since { " " (words.since) " " (day(frame, since)) "." }
                        }
                        form method="post" action=(paths::care_team_remove(seat.id)) {
                            (field::token(frame))
                            button class="second" type="submit" aria-label=(w::fill(words.remove_of, &[&seat.name])) { (words.remove) }
                        }
                    }
                } }
                p class="after" { (words.removed_note) }
            }
        }
    }
}

fn add(frame: &Frame, words: &Words, model: &CareTeam, patient: PatientId) -> Markup {
    let body = html! {
        @if model.may_add {
            p { (words.add_lead) }
            form method="post" action=(paths::care_team_find()) {
                (field::token(frame))
                (field::hidden("patient", &patient.to_string()))
                div class={ "field" @if model.search == Search::TooShort { " wrong" } } {
                    label for="query" { (words.add_query) }
                    p class="hint" id="query-hint" { (words.add_hint) }
                    (fault(words, "query-fault", if model.search == Search::TooShort { words.query_short } else { "" }))
                    (Text {
                        name: "query", label: words.add_query, value: &model.query, hint: words.add_hint, width: "w20", max: 80,
                        fault: if model.search == Search::TooShort { words.query_short } else { "" }, ..Text::default()
                    }.bare())
                }
                button class="main" type="submit" { (words.find) }
            }
            (matches(frame, words, &model.search, patient))
        } @else {
            p { (words.add_both) " " (parts::phone(&frame.phone)) }
        }
    };
    parts::panel("add", &html! { (words.add) }, &body)
}

fn matches(frame: &Frame, words: &Words, search: &Search, patient: PatientId) -> Markup {
    let Search::Found(found, is_cut) = search else { return html! {} };
    html! {
        h3 { (words.found) }
        @if found.is_empty() { p role="status" { (words.found_none) } }
        @if *is_cut { p role="status" { (words.found_many) } }
        ul class="rows" { @for one in found {
            li {
                p {
                    strong dir="auto" { (one.name) }
                    @if !one.about.is_empty() { span class="sub" { (one.about) } }
                    @if !one.npi.is_empty() { span class="sub" { (words.npi) " " (one.npi) } }
                }
                form method="post" action=(paths::care_team_add()) {
                    (field::token(frame))
                    (field::hidden("patient", &patient.to_string()))
                    (field::hidden("kind", one.kind))
                    (field::hidden("id", &one.id.to_string()))
                    button class="second" type="submit" aria-label=(w::fill(words.add_this_one, &[&one.name])) { (words.add_this) }
                }
            }
        } }
    }
}
