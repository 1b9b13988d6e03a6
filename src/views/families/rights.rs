//! What a family gave and who is on its care team, with a form to take each back and to put somebody on the team.

use maud::{Markup, html};
use uuid::Uuid;

use super::{Families, Family};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::family::topic::SeatSource;
use crate::domain::people::GivenBy;
use crate::domain::queue::NOTE_LONGEST;
use crate::views::family::care_team::{Match, Search};
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::families as w;

/// A grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The grant.
    pub id: Uuid,
    /// Who has it.
    pub name: String,
    /// Who gave it.
    pub by: GivenBy,
    /// When it holds.
    pub span: Interval,
}

/// A place on the care team.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seat {
    /// The seat.
    pub id: Uuid,
    /// Who has it.
    pub name: String,
    /// What they do there; empty when unknown.
    pub role: String,
    /// Where it comes from.
    pub source: SeatSource,
    /// When it holds.
    pub span: Interval,
}

/// What a form does, and to whom.
pub(super) struct Deed<'a> {
    pub(super) word: &'a str,
    /// `provider` or `practice`, where a search found them; else empty.
    pub(super) kind: &'a str,
    pub(super) id: Uuid,
    pub(super) name: &'a str,
    pub(super) label: &'a str,
}

pub(super) fn panels(frame: &Frame, model: &Families, family: &Family) -> Markup {
    html! {
        section class="panel" aria-labelledby="given" {
            h2 id="given" { (w::GIVEN) }
            @if family.grants.is_empty() { (parts::empty(w::NO_GRANTS)) }
            @else { p class="quiet" { (w::GIVEN_HINT) } }
            ul class="rows" { @for grant in &family.grants {
                li {
                    p { strong { (grant.name) } }
                    p class="quiet" { (w::given_by(grant.by)) ". " (times(frame, grant.span)) }
                    (reasoned(frame, model, family, &Deed {
                        word: "revoke", kind: "", id: grant.id, name: &grant.name, label: w::REVOKE,
                    }))
                }
            } }
        }
        section class="panel" aria-labelledby="seats" {
            h2 id="seats" { (w::SEATS) }
            @if family.seats.is_empty() { (parts::empty(w::NO_SEATS)) }
            @else { p class="quiet" { (w::SEATS_HINT) } }
            ul class="rows" { @for seat in &family.seats {
                li {
                    p { strong { (seat.name) } @if !seat.role.is_empty() { span class="sub" { (seat.role) } } }
                    p class="quiet" { (w::source(seat.source)) ". " (times(frame, seat.span)) }
                    (reasoned(frame, model, family, &Deed {
                        word: "unseat", kind: "", id: seat.id, name: &seat.name, label: w::UNSEAT,
                    }))
                }
            } }
            @if family.may_change { (search(frame, model, family)) }
        }
    }
}

fn times(frame: &Frame, span: Interval) -> Markup {
    html! {
        @if span.start() == Instant::EVER { (w::SINCE_EVER) } @else { (w::COL_SINCE) " " (parts::moment(span.start(), frame.zone)) }
        @if let Some(end) = span.end() { ", " (w::COL_UNTIL) " " (parts::moment(end, frame.zone)) }
    }
}

/// A form that does `deed` for a reason.
pub(super) fn reasoned(frame: &Frame, model: &Families, family: &Family, deed: &Deed<'_>) -> Markup {
    let field_id = format!("reason-{}", deed.id.simple());
    html! {
        @if family.may_change {
            form method="post" action=(paths::team_families_change()) {
                (field::token(frame))
                (field::hidden("mrn", &model.mrn))
                (field::hidden("query", &model.query))
                (field::hidden("deed", deed.word))
                @if !deed.kind.is_empty() { (field::hidden("kind", deed.kind)) }
                (field::hidden("id", &deed.id.to_string()))
                div class="field" {
                    label for=(field_id) { (w::REASON) }
                    input id=(field_id) name="reason" type="text" autocomplete="off" maxlength=(NOTE_LONGEST);
                }
                button class="second" type="submit" { (deed.label) span class="vh" { ": " (deed.name) } }
            }
        }
    }
}

fn search(frame: &Frame, model: &Families, family: &Family) -> Markup {
    let fault = if model.search == Search::TooShort { w::QUERY_SHORT } else { "" };
    html! {
        h3 { (w::ADD_SEAT) }
        form class="search" method="post" action=(paths::team_families()) {
            (field::token(frame))
            (field::hidden("mrn", &model.mrn))
            (field::Text {
                name: "query", label: w::QUERY, value: &model.query, hint: w::QUERY_HINT, fault, width: "w20", max: 80,
                ..Default::default()
            }.show())
            button class="second" type="submit" { (w::SEARCH) }
        }
        @if let Search::Found(found, is_cut) = &model.search {
            @if found.is_empty() { p role="status" { (w::FOUND_NONE) } }
            @if *is_cut { p role="status" { (w::FOUND_MANY) } }
            ul class="rows" { @for one in found { li { (found_one(frame, model, family, one)) } } }
        }
    }
}

fn found_one(frame: &Frame, model: &Families, family: &Family, one: &Match) -> Markup {
    html! {
        p {
            strong { (one.name) }
            @if !one.about.is_empty() { span class="sub" { (one.about) } }
            @if !one.npi.is_empty() { span class="sub" { (w::NPI) " " (one.npi) } }
        }
        (reasoned(frame, model, family, &Deed { word: "seat", kind: one.kind, id: one.id, name: &one.name, label: w::SEAT }))
    }
}
