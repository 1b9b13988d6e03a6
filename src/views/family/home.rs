//! The family's home: the requests that wait, and the ways to the rest.

use maud::{Markup, html};
use uuid::Uuid;

use super::{Done, Patients, day, fault, head, no_patient, notice, words_of};
use crate::domain::calendar::Instant;
use crate::domain::family::answer::Turn;
use crate::domain::family::enrolment::Relationship;
use crate::domain::ids::RequestId;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field;
use crate::views::words::family::{self as w, Words};
use crate::views::words::family_messages;
use crate::views::{parts, paths};

/// One request of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestRow {
    /// The request.
    pub id: RequestId,
    /// Who asks.
    pub asker: String,
    /// For whose chart.
    pub patient: String,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it closes by itself.
    pub expires_at: Instant,
    /// Whose turn it is.
    pub turn: Turn,
}

/// What the reader should know about how they stand to the patient shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Standing {
    /// Nothing special.
    #[default]
    Plain,
    /// The guardian of somebody from 13 to 17.
    OfTeen,
    /// Somebody from 13 to 17, with a guardian.
    Teen,
    /// Somebody from 13 to 17 without one.
    TeenAlone,
}

/// The home.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Home {
    /// The patients.
    pub patients: Patients,
    /// What was just done.
    pub done: Option<Done>,
    /// The open requests about all of them.
    pub requests: Vec<RequestRow>,
    /// How the reader stands to the one shown.
    pub standing: Standing,
    /// Proxies that wait for the reader's signature.
    pub proxies: Vec<Proxy>,
    /// Who speaks for the reader, an adult.
    pub held: Vec<Proxy>,
    /// What was wrong with a signature.
    pub is_signature_wrong: bool,
}

/// Somebody who asks to be the reader's guardian.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proxy {
    /// The proxy.
    pub id: Uuid,
    /// Who asks.
    pub name: String,
    /// How they stand to the reader.
    pub relationship: Relationship,
}

/// The page.
pub fn page(frame: &Frame, model: &Home) -> Markup {
    let words = words_of(frame);
    let main = html! {
        (head(frame, words.home, &model.patients, paths::family_of))
        (notice(frame, model.done))
        @if let Some(patient) = model.patients.shown() {
            (requests(frame, words, &model.requests))
            (standing(frame, words, model.standing, &patient.name))
            @if !model.held.is_empty() { (held(frame, words, &model.held)) }
            @for proxy in &model.proxies { (sign(frame, words, proxy, model.is_signature_wrong)) }
            section class="panel" aria-labelledby="more" {
                h2 id="more" { (words.see_also) }
                ul class="rows" {
                    li { a href=(paths::family_access_of(patient.id)) { (words.access) } }
                    li { a href=(paths::family_tokens_of(patient.id)) { (words.tokens) } }
                    li { a href=(paths::care_team_of(patient.id)) { (words.care_team) } }
                    li { a href=(paths::disclosures_of(patient.id)) { (words.opened) } }
                    li { a href=(paths::family_messages_of(patient.id)) { (family_messages::of(frame.language).title) } }
                    li { a href=(paths::family_charts()) { (words.add_chart) } }
                }
            }
        } @else {
            (no_patient(frame))
            p { a href=(paths::family_charts()) { (words.add_chart) } }
        }
    };
    let frame = Frame { current: NavItem::Family, ..frame.clone() };
    frame_page(&frame, words.home, Width::Narrow, &main)
}

/// Who speaks for an adult, each with the way to end it.
fn held(frame: &Frame, words: &Words, held: &[Proxy]) -> Markup {
    let body = html! {
        p class="quiet" { (words.held_lead) }
        ul class="rows" { @for proxy in held {
            li {
                p { strong dir="auto" { (proxy.name) } span class="sub" { ((words.kin)(proxy.relationship)) } }
                form method="post" action=(paths::family_proxy_end(proxy.id)) {
                    (field::token(frame))
                    button class="second" type="submit" { (words.held_end) span class="vh" { ": " (proxy.name) } }
                }
            }
        } }
    };
    parts::panel("held", &html! { (words.held) }, &body)
}

/// What a patient signs so that somebody becomes their guardian here.
fn sign(frame: &Frame, words: &Words, proxy: &Proxy, is_wrong: bool) -> Markup {
    let id = format!("signature-{}", proxy.id.simple());
    let fault_id = format!("{id}-fault");
    parts::panel(
        &format!("proxy-{}", proxy.id.simple()),
        &html! { (words.proxy) },
        &html! {
            p { strong { (w::fill(words.proxy_asks, &[&proxy.name, (words.kin)(proxy.relationship)])) } }
            p { (words.proxy_lead) }
            form method="post" action=(paths::family_sign(proxy.id)) {
                (field::token(frame))
                div class={ "field" @if is_wrong { " wrong" } } {
                    label for=(id) { (words.signature) }
                    (fault(words, &fault_id, if is_wrong { words.signature_wrong } else { "" }))
                    input id=(id) name="signature" type="text" autocomplete="off" maxlength="200" aria-describedby=[is_wrong.then_some(fault_id.as_str())];
                }
                button class="second" type="submit" { (words.proxy_sign) }
            }
        },
    )
}

fn requests(frame: &Frame, words: &Words, rows: &[RequestRow]) -> Markup {
    html! {
        section class="panel" aria-labelledby="requests" {
            h2 id="requests" { (words.open_requests) }
            @if rows.is_empty() { (parts::empty(words.none_open)) }
            ul class="rows" {
                @for row in rows {
                    li {
                        p class="wrap-any" { (w::fill(words.asks, &[&row.asker, &row.patient])) }
                        p class="quiet" {
                            (w::fill(words.asked_on, &[&day(frame, row.filed_at)])) " "
                            @match row.turn {
                                Turn::Yours => { (w::fill(words.answer_by, &[&day(frame, row.expires_at)])) }
                                turn => { (turn_words(words, turn, &row.patient)) }
                            }
                        }
                        p {
                            @if row.turn == Turn::Yours {
                                a class="button" href=(paths::family_request(row.id)) { (words.answer) span class="vh" { ": " (row.asker) ", " (row.patient) } }
                            } @else {
                                a href=(paths::family_request(row.id)) { (words.read) span class="vh" { ": " (row.asker) ", " (row.patient) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whose turn it is, where it is not the reader's.
pub(super) fn turn_words(words: &Words, turn: Turn, patient: &str) -> String {
    use crate::domain::request::Ending;
    match turn {
        Turn::Yours => words.yours.to_owned(),
        Turn::Patients => w::fill(words.patients_turn, &[patient]),
        Turn::Guardians => words.guardians_turn.to_owned(),
        Turn::Team => words.teams_turn.to_owned(),
        Turn::Over(ending) => {
            let how = match ending {
                Ending::Approved => words.over_approved,
                Ending::Declined => words.over_declined,
                Ending::Expired => words.over_expired,
                Ending::Answered | Ending::Withdrawn | Ending::Fulfilled => words.over_other,
            };
            format!("{} {how}", words.over)
        }
    }
}

fn standing(frame: &Frame, words: &Words, standing: Standing, patient: &str) -> Markup {
    let text = match standing {
        Standing::Plain => return html! {},
        Standing::OfTeen => w::fill(words.teen_guardian, &[patient]),
        Standing::Teen => words.teen_own.to_owned(),
        Standing::TeenAlone => words.teen_alone.to_owned(),
    };
    let phone = html! { @if standing == Standing::TeenAlone { " " (parts::phone(&frame.phone)) } };
    parts::notice("info", &html! { p { (text) (phone) } })
}
