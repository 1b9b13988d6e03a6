//! Registering as a provider (page P3): the first three steps. The last one and the status are beside it.

mod confirm;
mod controls;
mod desk;
mod status;

pub use confirm::{Confirm, confirm_page, gone_page, terms_page};
pub use desk::{DeskFacts, desk_facts};
pub use status::{Standing, StatusPage, status_page};

use maud::{Markup, html};
use uuid::Uuid;

use super::layout::{Frame, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::words::{self, registration as w, sign_in};
use crate::domain::registration::{Answers, Fault, PracticeAnswer, TypedDetails, TypedStart};

/// The faults of a page by field, and how long to wait, if it must.
struct Faults(Vec<(&'static str, String)>);

impl Faults {
    fn of(faults: &[Fault]) -> Self {
        Self(faults.iter().map(|fault| w::fault(*fault)).collect())
    }

    fn slowed(mut self, field: &'static str, wait: Option<u64>) -> Self {
        self.0.extend(wait.map(|seconds| (field, sign_in::slowed(&words::wait(seconds)))));
        self
    }

    fn at(&self, field: &str) -> &str {
        self.0.iter().find(|f| f.0 == field).map_or("", |f| f.1.as_str())
    }
}

/// The first step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Start {
    /// What was typed.
    pub typed: TypedStart,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Seconds to wait, when there were too many tries.
    pub wait: Option<u64>,
}

/// The first step; posts `npi`, `no_npi`, `chart`, `chart_reason`.
pub fn start_page(frame: &Frame, model: &Start) -> Markup {
    let faults = Faults::of(&model.faults).slowed("npi", model.wait);
    let typed = &model.typed;
    let told = model.faults.contains(&Fault::UseChart);
    let main = html! {
        section class="panel" {
            h1 { (w::TITLE) }
            p class="quiet" { (w::step(1)) }
            p { (w::LEAD) }
            (field::summary(&faults.0))
            @if told { (parts::notice("info", &html! { p { strong { (w::USE_CHART_TITLE) } } p { (w::USE_CHART) } })) }
            form method="post" action=(paths::register()) {
                (field::token(frame))
                (field::Text { name: "npi", label: w::NPI, value: &typed.npi, hint: w::NPI_HINT, fault: faults.at("npi"), inputmode: "numeric", width: "w12", max: 20, ..Default::default() }.show())
                (field::tick("no_npi", w::NO_NPI, w::NO_NPI_HINT, typed.no_npi == "yes", ""))
                (controls::radios("chart", w::CHART, &typed.chart, &[("no", w::CHART_NO), ("yes", w::CHART_YES)], faults.at("chart")))
                @if typed.chart == "yes" {
                    (controls::area("chart_reason", w::CHART_REASON, w::CHART_REASON_HINT, &typed.chart_reason, faults.at("chart_reason")))
                }
                (field::submit(w::CONTINUE))
            }
            p class="after" { (w::HAVE_ACCOUNT) " " a href=(paths::sign_in()) { (sign_in::TITLE) } "." br; (w::STAFF) }
        }
    };
    frame_page(frame, w::TITLE, Width::Narrow, &main)
}

/// A practice to choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PracticeOption {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its address; may be empty.
    pub address: String,
}

/// The second step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Details {
    /// What was typed.
    pub typed: TypedDetails,
    /// The practices to choose from.
    pub found: Vec<PracticeOption>,
    /// Whether practices were searched for just now.
    pub is_searched: bool,
    /// Whether the number may be sent for review.
    pub may_review: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// The second step; posts the fields of [`TypedDetails`], and `do` to find practices.
pub fn details_page(frame: &Frame, model: &Details) -> Markup {
    let faults = Faults::of(&model.faults);
    let typed = &model.typed;
    let text = |name: &'static str, label, value, hint, max| {
        let fault = faults.at(name);
        field::Text { name, label, value, hint, fault, max, ..Default::default() }
    };
    let main = html! {
        section class="panel" {
            h1 { (w::DETAILS) }
            p class="quiet" { (w::step(2)) }
            (field::summary(&faults.0))
            form method="post" action=(paths::register_details()) {
                (field::token(frame))
                @if model.may_review {
                    (field::tick("review", w::REVIEW, "", typed.review == "yes", faults.at("review")))
                    p { a href=(paths::register()) { (w::CHANGE_NPI) } }
                }
                (field::Text { autocomplete: "family-name", ..text("family", w::FAMILY, &typed.family, w::FAMILY_HINT, 100) }.show())
                (field::Text { autocomplete: "given-name", ..text("given", w::GIVEN, &typed.given, "", 100) }.show())
                (text("specialty", w::SPECIALTY, &typed.specialty, w::SPECIALTY_HINT, 100).show())
                (field::Text { autocomplete: "tel", kind: "tel", width: "w20", ..text("phone", w::PHONE, &typed.phone, w::PHONE_HINT, 30) }.show())
                (field::Text { kind: "tel", width: "w20", ..text("fax", w::FAX, &typed.fax, w::FAX_HINT, 30) }.show())
                h2 { (w::PRACTICE) }
                (text("practice_search", w::PRACTICE_SEARCH, &typed.practice_search, w::PRACTICE_SEARCH_HINT, 100).show())
                p { button class="second" type="submit" name="do" value="find" { (w::FIND) } }
                @if model.is_searched && model.found.is_empty() { (parts::notice("info", &html! { p { (w::PRACTICE_NONE) } })) }
                (practices(model, faults.at("practice")))
                h3 { (w::PRACTICE_ADD) }
                (text("practice_name", w::PRACTICE_NAME, &typed.practice_name, "", 200).show())
                (field::Text { kind: "tel", width: "w20", ..text("practice_phone", w::PRACTICE_PHONE, &typed.practice_phone, "", 30) }.show())
                (field::Text { kind: "tel", width: "w20", ..text("practice_fax", w::PRACTICE_FAX, &typed.practice_fax, w::FAX_HINT, 30) }.show())
                (text("practice_address", w::PRACTICE_ADDRESS, &typed.practice_address, "", 300).show())
                div class="actions" {
                    (field::submit(w::CONTINUE))
                    a href=(paths::register()) { (w::BACK) }
                }
            }
        }
    };
    frame_page(frame, w::DETAILS, Width::Narrow, &main)
}

fn practices(model: &Details, fault: &str) -> Markup {
    let chosen = &model.typed.practice;
    html! {
        fieldset class={ "field" @if !fault.is_empty() { " wrong" } } aria-describedby=[field::described_by("practice", "", fault)] {
            legend { (w::PRACTICE_WHICH) }
            (field::hint_and_fault("practice", "", fault))
            @for (n, option) in model.found.iter().enumerate() {
                @let value = option.id.to_string();
                @let id = if n == 0 { "practice".to_owned() } else { format!("practice-{n}") };
                div class="pick" {
                    input id=(id) type="radio" name="practice" value=(value) checked[*chosen == value];
                    label for=(id) { (option.name) @if !option.address.is_empty() { span class="sub" { (option.address) } } }
                }
            }
            @let id = if model.found.is_empty() { "practice" } else { "practice-new" };
            div class="pick" {
                input id=(id) type="radio" name="practice" value="new" checked[chosen == "new"];
                label for=(id) { (w::PRACTICE_NEW) }
            }
        }
    }
}

/// The third step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// What was answered.
    pub answers: Answers,
    /// The address as typed.
    pub email: String,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Seconds to wait, when there were too many letters.
    pub wait: Option<u64>,
}

/// The third step; posts `email`.
pub fn check_page(frame: &Frame, model: &Check) -> Markup {
    let faults = Faults::of(&model.faults).slowed("email", model.wait);
    let main = html! {
        section class="panel" {
            h1 { (w::CHECK) }
            p class="quiet" { (w::step(3)) }
            (field::summary(&faults.0))
            (answers(&model.answers, true))
            form method="post" action=(paths::register_check()) {
                (field::token(frame))
                (field::Text { name: "email", label: w::EMAIL, value: &model.email, hint: w::EMAIL_HINT, fault: faults.at("email"), kind: "email", autocomplete: "email", max: 254, ..Default::default() }.show())
                div class="actions" {
                    (field::submit(w::SEND_LINK))
                    a href=(paths::register_details()) { (w::BACK) }
                }
            }
        }
    };
    frame_page(frame, w::CHECK, Width::Narrow, &main)
}

/// The answers as rows; with links to change them where they can be.
fn answers(answers: &Answers, changeable: bool) -> Markup {
    let (start, details) = (paths::register(), paths::register_details());
    let row = |label: &str, value: &str, to: &str| {
        html! {
            @if !value.is_empty() {
                tr {
                    th scope="row" { (label) }
                    td class="wrap-any" { (value) }
                    @if changeable { td { a href=(to) { (w::CHANGE) span class="vh" { " " (label) } } } }
                }
            }
        }
    };
    html! {
        table class="t lean" {
            tbody {
                (row(w::NPI, answers.npi.as_deref().unwrap_or(w::INTERNATIONAL), start))
                (row(w::EXCEPTION, &answers.chart_exception, start))
                (row(w::NAME, &format!("{} {}", answers.given, answers.family), details))
                (row(w::SPECIALTY, &answers.specialty, details))
                (row(w::PHONE, &answers.phone, details))
                (row(w::FAX, &answers.fax, details))
                @match &answers.practice {
                    Some(PracticeAnswer::Known { name, .. }) => (row(w::PRACTICE, name, details)),
                    Some(PracticeAnswer::New { name, phone, fax, address }) => {
                        (row(w::PRACTICE, name, details))
                        (row(w::PRACTICE_ADDRESS, address, details))
                        (row(w::PRACTICE_PHONE, phone, details))
                        (row(w::PRACTICE_FAX, fax, details))
                    }
                    None => {}
                }
            }
        }
    }
}

/// "Check your mail".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sent {
    /// Where the mail went.
    pub email: String,
    /// Seconds to wait, when there were too many letters.
    pub wait: Option<u64>,
}

/// "Check your mail", with a form that sends it again.
pub fn sent_page(frame: &Frame, model: &Sent) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::SENT) }
            @if let Some(seconds) = model.wait {
                (parts::notice("stop", &html! { p { (sign_in::slowed(&words::wait(seconds))) "." } }))
            }
            p class="wrap-any" { (w::sent_to(&model.email)) }
            p { (w::SENT_NEXT) }
            p class="quiet" { (w::SENT_NOTHING) }
            form method="post" action=(paths::register_resend()) {
                (field::token(frame))
                div class="actions" {
                    button class="second" type="submit" data-once { (w::RESEND) }
                    a href=(paths::register_check()) { (w::OTHER_ADDRESS) }
                    a href=(paths::register_status()) { (w::STATUS) }
                }
            }
        }
    };
    frame_page(frame, w::SENT, Width::Narrow, &main)
}
