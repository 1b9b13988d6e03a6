//! Who can see the chart and why, what the family gave and can take back, and who may not ask.

use maud::{Markup, html};
use uuid::Uuid;

use super::renew::{self, Renewal};
use super::{Done, Patients, day, head, no_patient, notice, sections, words_of};
use crate::domain::access::Basis;
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::Instant;
use crate::domain::chart::Section;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::family::topic::Topic;
use crate::domain::ids::FactId;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field;
use crate::views::words::family::{self as w, Words};
use crate::views::{parts, paths};

/// Somebody who may see the chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seer {
    /// Their name.
    pub name: String,
    /// Their practices.
    pub practices: Vec<String>,
    /// Why they may.
    pub bases: Vec<Basis>,
}

/// A grant that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// The grant.
    pub id: FactId,
    /// Who has it.
    pub name: String,
    /// Their practices.
    pub practices: Vec<String>,
    /// Since when.
    pub since: Instant,
    /// Until when.
    pub until: Option<Instant>,
    /// The sections it names; all ordinary ones when none is named.
    pub sections: SectionSet,
    /// The sensitivity labels it names.
    pub sensitive: Labels,
}

/// Somebody who may not ask.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blocked {
    /// The block.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Instant,
}

/// The page's content.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Access {
    /// The patients.
    pub patients: Patients,
    /// What was just done.
    pub done: Option<Done>,
    /// Everyone who may see the chart now.
    pub seers: Vec<Seer>,
    /// What the family gave.
    pub given: Vec<Given>,
    /// What a guardian gave and the patient may renew.
    pub renewals: Vec<Renewal>,
    /// Who may not ask.
    pub blocked: Vec<Blocked>,
}

/// The page.
pub fn page(frame: &Frame, model: &Access) -> Markup {
    let words = words_of(frame);
    let main = html! {
        (head(frame, words.access, &model.patients, paths::family_access_of))
        (notice(frame, model.done))
        @if let Some(patient) = model.patients.shown() {
            @if !model.renewals.is_empty() { (renew::panel(frame, &model.renewals)) }
            (given(frame, words, &model.given))
            p class="actions" { a href=(paths::family_tokens_of(patient.id)) { (words.tokens) } }
            (seers(frame, words, &model.seers))
            @if !model.blocked.is_empty() { (blocked(frame, words, &model.blocked)) }
        } @else {
            (no_patient(frame))
        }
    };
    let frame = Frame { current: NavItem::FamilyAccess, ..frame.clone() };
    frame_page(&frame, words.access, Width::Wide, &main)
}

pub(super) fn person(name: &str, practices: &[String]) -> Markup {
    html! { span dir="auto" { (name) } @for practice in practices { span class="sub" { (practice) } } }
}

fn seers(frame: &Frame, words: &Words, seers: &[Seer]) -> Markup {
    let body = html! {
        @if seers.is_empty() {
            (parts::empty(words.access_none))
        } @else {
            p class="quiet" { (words.access_lead) }
            table class="t stack" {
                thead { tr { th scope="col" { (words.who) } th scope="col" { (words.why) } } }
                tbody { @for seer in seers {
                    tr {
                        th scope="row" { (person(&seer.name, &seer.practices)) }
                        td data-l=(words.why) { @for (n, basis) in seer.bases.iter().enumerate() { @if n > 0 { "; " } ((words.basis)(*basis)) } }
                    }
                } }
            }
            p class="after" { (words.unknown_call) " " (parts::phone(&frame.phone)) }
        }
    };
    parts::panel("seers", &html! { (words.access) }, &body)
}

fn given(frame: &Frame, words: &Words, given: &[Given]) -> Markup {
    let body = html! {
        @if given.is_empty() {
            (parts::empty(words.given_none))
        } @else {
            p class="quiet" { (words.given_lead) }
            ul class="rows" { @for grant in given {
                li {
                    p { strong { (person(&grant.name, &grant.practices)) } }
                    p {
                        (words.since) " " (day(frame, grant.since)) ". " (words.until) " "
                        @match grant.until { Some(at) => { (day(frame, at)) } None => { (words.no_end) } } "."
                    }
                    p class="quiet" { (parts_of(words, grant.sections, grant.sensitive)) }
                    form method="post" action=(paths::family_revoke(grant.id)) {
                        (field::token(frame))
                        button class="second" type="submit" aria-label=(w::fill(words.take_back_from, &[&grant.name])) { (words.take_back) }
                    }
                }
            } }
        }
    };
    parts::panel("given", &html! { (words.given) }, &body)
}

/// What a grant shows, in words.
pub(super) fn parts_of(words: &Words, shown: SectionSet, sensitive: Labels) -> String {
    let mut text = if shown.is_empty() {
        words.usual_parts.to_owned()
    } else {
        sections(words, Section::ALL.iter().copied().filter(|section| shown.has(*section)))
    };
    let topics: Vec<&str> = Topic::named_in(sensitive).map(words.topic).collect();
    if !topics.is_empty() {
        text.push_str(". ");
        text.push_str(words.private_parts);
        text.push_str(": ");
        text.push_str(&topics.join(", "));
    }
    text.push('.');
    text
}

fn blocked(frame: &Frame, words: &Words, blocked: &[Blocked]) -> Markup {
    let body = html! {
        p class="quiet" { (words.blocked_lead) }
        ul class="rows" { @for block in blocked {
            li {
                p { strong dir="auto" { (block.name) } " " span class="quiet" { (words.since) " " (day(frame, block.since)) } }
                form method="post" action=(paths::family_unblock(block.id)) {
                    (field::token(frame))
                    button class="second" type="submit" aria-label=(w::fill(words.unblock_of, &[&block.name])) { (words.unblock) }
                }
            }
        } }
    };
    parts::panel("blocked", &html! { (words.blocked) }, &body)
}
