//! The facts of a registration, as the access team reads them before deciding.

use maud::{Markup, html};

use super::answers as rows;
use crate::domain::calendar::{Instant, Zone};
use crate::domain::registration::{Answers, NpiCheck, PracticeAnswer};
use crate::views::parts::{self, flag};
use crate::views::words::registration as w;

/// What the access team decides a registration by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeskFacts {
    /// What was answered.
    pub answers: Answers,
    /// The address.
    pub email: String,
    /// When the address was confirmed.
    pub confirmed_at: Option<Instant>,
    /// The number has an account that is not disabled.
    pub npi_taken: bool,
    /// The address has an account.
    pub address_taken: bool,
    /// How many other registrations wait with the same number or address.
    pub also_waiting: i64,
    /// Providers of the same name, with their numbers.
    pub same_name: Vec<(String, Option<String>)>,
}

/// The facts, as a part of the request's page.
pub fn desk_facts(zone: Zone, model: &DeskFacts) -> Markup {
    let answers = &model.answers;
    let kind = match answers.check {
        NpiCheck::Found => "ok",
        NpiCheck::Off => "info",
        NpiCheck::Mismatch | NpiCheck::Unknown | NpiCheck::Unavailable | NpiCheck::NoNpi => "warn",
    };
    let body = html! {
        @if model.npi_taken { (parts::notice("stop", &html! { p { (w::DESK_NPI_TAKEN) } })) }
        @if model.address_taken { (parts::notice("stop", &html! { p { (w::DESK_ADDRESS_TAKEN) } })) }
        @if model.also_waiting > 0 { (parts::notice("warn", &html! { p { (w::also_waiting(model.also_waiting)) } })) }
        @if answers.npi.is_none() { (parts::notice("warn", &html! { p { (w::DESK_INTERNATIONAL) } })) }
        (rows(answers, false))
        table class="t lean" {
            tbody {
                tr { th scope="row" { (w::DESK_REGISTRY) } td { (flag::tag(kind, w::check(answers.check))) } }
                @if let Some(names) = &answers.registry {
                    tr {
                        th scope="row" { (w::DESK_REGISTRY_NAME) }
                        td class="wrap-any" {
                            (names.given) " " (names.family)
                            @for (family, given) in &names.others { span class="sub" { (given) " " (family) } }
                        }
                    }
                }
                @if matches!(answers.practice, Some(PracticeAnswer::New { .. })) {
                    tr { th scope="row" { (w::PRACTICE) } td { (flag::tag("warn", w::DESK_NEW_PRACTICE)) } }
                }
                tr { th scope="row" { (w::DESK_EMAIL) } td class="wrap-any" { (model.email) } }
                @if let Some(at) = model.confirmed_at {
                    tr { th scope="row" { (w::DESK_CONFIRMED) } td { (parts::moment(at, zone)) } }
                }
                @if !model.same_name.is_empty() {
                    tr {
                        th scope="row" { (w::DESK_SAME_NAME) }
                        td class="wrap-any" {
                            @for (name, npi) in &model.same_name {
                                (name) " (" span class="nw" { (npi.as_deref().unwrap_or(w::DESK_NO_NPI)) } ")" br;
                            }
                        }
                    }
                }
            }
        }
    };
    parts::panel("registration", &html! { (w::DESK_FACTS) }, &body)
}
