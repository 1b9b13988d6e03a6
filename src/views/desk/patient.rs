//! The facts of a request about a patient, as the desk reads them: who is meant, who is listed and who asks (page P19).

use maud::{Markup, html};
use time::Date;

use super::facts::Typed;
use super::not_in_chart::{Standing, take_out, why};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, RequestId};
use crate::domain::request::Route;
use crate::domain::verification::{Identifiers, Relationship};
use crate::views::layout::Frame;
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{desk as d, verify as w};

/// The patient, as the hospital's record has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub born: Date,
    /// MRN.
    pub mrn: String,
    /// Spoken language; empty when not recorded.
    pub language: String,
}

/// A listing that holds now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Current {
    /// The listing.
    pub id: FactId,
    /// The provider, and the practice: one of them may be empty.
    pub who: (String, String),
    /// Since when; `None` for ever.
    pub since: Option<Date>,
    /// The word of where it came from.
    pub source: &'static str,
}

impl Current {
    /// "Dr. Lena Park, Harbor Family Medicine".
    pub(super) fn name(&self) -> String {
        named(&self.who)
    }

    pub(super) fn show(&self) -> Markup {
        html! { (self.name()) span class="sub" { (w::since(self.since, w::source(self.source))) } }
    }
}

/// The provider and the practice, whichever there is.
pub(super) fn named((provider, practice): &(String, String)) -> String {
    [provider, practice].into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

/// A complete checklist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// What matched.
    pub identifiers: Identifiers,
    /// Who was spoken to.
    pub spoken_to: String,
    /// How they are related.
    pub relationship: Relationship,
    /// When.
    pub at: Instant,
    /// Who verified.
    pub by: String,
}

/// Whether the hospital's chart has the new PCP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InChart {
    /// It is not there yet: what is in the way, and whom the decision ended. The viewer may say that it is done.
    Waits(Standing, Vec<(String, String)>),
    /// Entered, when and by whom.
    Done(Instant, String),
}

/// The facts of a request about a patient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The request.
    pub id: RequestId,
    /// What was typed.
    pub typed: Typed,
    /// The patient it means.
    pub person: Option<Person>,
    /// Who is listed now.
    pub current: Vec<Current>,
    /// Who is to be listed; empty for a request for access alone.
    pub requested: String,
    /// The NPI of whoever asked; empty for staff.
    pub npi: String,
    /// Who joined.
    pub joiners: Vec<String>,
    /// Who answers.
    pub route: Route,
    /// The day on which it expires, where it does.
    pub expires: Option<Date>,
    /// Whether the PCP changed to somebody else meanwhile.
    pub flagged: bool,
    /// The checklist, once it is complete.
    pub verified: Option<Verified>,
    /// Whether the hospital's chart has the new PCP; `None` where there is nothing to enter.
    pub in_chart: Option<InChart>,
}

/// The facts of a request about a patient, with the button that says that the chart was changed by hand.
pub fn facts(frame: &Frame, model: &Facts) -> Markup {
    html! {
        @if model.flagged { (parts::notice("warn", &html! { p { (w::FLAGGED) } })) }
        @if let Some(in_chart) = &model.in_chart { (chart(frame, model.id, in_chart)) }
        @if let Some(person) = &model.person { (banner(person)) }
        dl class="facts" {
            div { dt { (w::CURRENT_PCP) } dd { (current(&model.current)) } }
            @if !model.requested.is_empty() { div { dt { (w::NEW_PCP) } dd { (model.requested) } } }
        }
        dl class="facts" {
            div { dt { (w::NPI) } dd { @if model.npi.is_empty() { (w::NPI_NONE) } @else { (model.npi) } } }
            @if !model.joiners.is_empty() { div { dt { (w::JOINERS) } dd { (model.joiners.join(", ")) } } }
            div { dt { (w::ROUTE) } dd { (w::route(model.route)) } }
            @if let Some(day) = model.expires { div { dt { (w::EXPIRES) } dd { (parts::date(day)) } } }
        }
        (verified(frame, model.verified.as_ref()))
        h3 { (d::TYPED_PATIENT) }
        (super::facts::typed(&model.typed))
    }
}

/// Who is meant.
pub(super) fn banner(person: &Person) -> Markup {
    html! {
        dl class="facts" {
            div { dt { (w::PATIENT) } dd { (parts::name(&person.family, &person.given)) } }
            div { dt { (w::BORN) } dd { (parts::date(person.born)) } }
            div { dt { (w::MRN) } dd { (parts::mrn(&person.mrn)) } }
            div { dt { (w::LANGUAGE) } dd { @if person.language.is_empty() { (w::LANGUAGE_NONE) } @else { (person.language) } } }
        }
    }
}

fn current(listings: &[Current]) -> Markup {
    html! {
        @if listings.is_empty() { (w::CURRENT_NONE) }
        @for listing in listings { div { (listing.show()) } }
    }
}

/// Whether the checklist is complete, and what it says.
pub(super) fn verified(frame: &Frame, model: Option<&Verified>) -> Markup {
    html! {
        p {
            @match model {
                None => (flag::tag("warn", w::NOT_VERIFIED)),
                Some(done) => {
                    (flag::tag("ok", w::VERIFIED)) " " (done.spoken_to) ", " (w::relationship(done.relationship)) ". "
                    @for (n, one) in done.identifiers.iter().enumerate() { @if n > 0 { ", " } (w::identifier(one)) } ". "
                    (parts::moment(done.at, frame.zone)) " " (w::BY) " " (done.by) "."
                }
            }
        }
    }
}

fn chart(frame: &Frame, id: RequestId, model: &InChart) -> Markup {
    match model {
        InChart::Waits(standing, ended) => parts::notice(
            "warn",
            &html! {
                p { (w::IN_CHART_WAITS) }
                div { (why(frame, standing)) }
                (take_out(ended))
                form method="post" action=(paths::in_chart(id)) {
                    (field::token(frame))
                    button class="second" type="submit" data-once { (w::IN_CHART) }
                }
            },
        ),
        InChart::Done(at, who) => parts::notice(
            "info",
            &html! { p { (w::IN_CHART_DONE) " " (who) ", " (parts::moment(*at, frame.zone)) "." } },
        ),
    }
}
