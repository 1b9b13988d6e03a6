//! One sponsor in a cycle, and the form that moves the due date.

use maud::{Markup, html};
use time::Date;

use super::list::Row;
use super::{older, practices, shown, signed_in, state, through};
use crate::domain::calendar::{Instant, Interval, iso_date};
use crate::domain::campaign::{Hindrance, Problem, REASON_LONGEST, State};
use crate::domain::notice::NoticeKind;
use crate::views::layout::{Frame, Width};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{self, campaign as w};

/// Somebody who was listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The practice.
    pub practice: String,
    /// When the sponsorship holds.
    pub span: Interval,
    /// Whether it is live now.
    pub is_live: bool,
}

/// A letter: which, when, whether it was sent, whether late.
pub type Letter = (NoticeKind, Instant, bool, bool);

/// A moved date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extension {
    /// Locked from this day on.
    pub due_on: Date,
    /// When it was decided.
    pub decided_at: Instant,
    /// Who decided; empty for an imported one.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// One sponsor in a cycle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sponsor {
    /// The cycle's opening date.
    pub opening: Date,
    /// The normal due date.
    pub normal: Date,
    /// The sponsor.
    pub row: Row,
    /// Who was listed.
    pub listed: Vec<Listed>,
    /// The letters, oldest first.
    pub letters: Vec<Letter>,
    /// The moved dates, oldest first.
    pub extensions: Vec<Extension>,
    /// What keeps the reader from moving the date.
    pub hindrance: Option<Hindrance>,
}

/// One sponsor in a cycle.
pub fn page(frame: &Frame, model: &Sponsor) -> Markup {
    let row = &model.row;
    let main = html! {
        p class="back" { a href=(paths::validation_page(model.opening, None, 0)) { (w::BACK) } }
        h1 { (row.name) }
        (parts::panel("stands", &html! { (w::cycle(model.opening)) ": " (w::STANDS) }, &html! {
            dl class="facts" {
                div { dt { (w::COL_STATE) } dd { (state(frame, &row.standing)) } }
                div { dt { (w::COL_DUE) } dd { (through(frame, &row.standing)) } }
                div { dt { (w::COL_STAFF) } dd { (row.listed) } }
                div { dt { (w::COL_PATIENTS) } dd { (row.patients) } }
                div { dt { (w::COL_EMAIL) } dd { (row.email) @if row.is_bounced { " " (flag::tag("stop", w::BOUNCED)) } } }
                div { dt { (w::COL_PRACTICE) } dd { (practices(&row.practices)) } }
                div { dt { (w::COL_SIGN_IN) } dd { (signed_in(frame, row.last_sign_in)) } }
            }
            (older(frame, &row.standing))
            @match model.hindrance {
                Some(hindrance) => p class="quiet" { (w::hindrance(hindrance)) },
                None => p class="actions" { a class="button" href=(paths::validation_extend(row.id)) { (w::EXTEND) } },
            }
            p class="actions" { a href=(paths::team_account(row.id)) { (w::ACCOUNT) } }
        }))
        (parts::panel("listed", &html! { (w::LISTED) }, &listed(frame, &model.listed)))
        (parts::panel("extensions", &html! { (w::EXTENSIONS) }, &extensions(frame, &model.extensions)))
        (parts::panel("letters", &html! { (w::LETTERS) }, &letters(frame, &model.letters)))
    };
    shown(frame, &row.name, Width::Wide, &main)
}

fn listed(frame: &Frame, all: &[Listed]) -> Markup {
    html! {
        @if all.is_empty() { (parts::empty(w::LISTED_EMPTY)) }
        @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_NAME) } th scope="col" { (w::COL_EMAIL) } th scope="col" { (w::COL_AT) } th scope="col" { (w::COL_NOW) } } }
                tbody {
                    @for one in all {
                        tr {
                            th scope="row" { (one.name) }
                            td data-l=(w::COL_EMAIL) class="wrap-any" { (one.email) }
                            td data-l=(w::COL_AT) { (one.practice) }
                            td data-l=(w::COL_NOW) {
                                @if one.is_live { (w::LIVE) }
                                @else {
                                    @match one.span.end().filter(|end| *end <= frame.now) {
                                        Some(end) => { (w::ENDED) " " (parts::moment(end, frame.zone)) },
                                        None => (w::GONE),
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn extensions(frame: &Frame, all: &[Extension]) -> Markup {
    html! {
        @if all.is_empty() { (parts::empty(w::EXTENSIONS_EMPTY)) }
        @else {
            p { (w::EXTENSIONS_HOW) }
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_NEW) } th scope="col" { (w::COL_BY) } th scope="col" { (w::COL_WHY) } } }
                tbody {
                    @for one in all.iter().rev() {
                        tr {
                            th scope="row" { (parts::date(one.due_on)) }
                            td data-l=(w::COL_BY) { (if one.by.is_empty() { w::IMPORTED } else { &one.by }) span class="sub" { (parts::moment(one.decided_at, frame.zone)) } }
                            td data-l=(w::COL_WHY) class="wrap-any" { (if one.reason.is_empty() { words::NONE_SIGN } else { &one.reason }) }
                        }
                    }
                }
            }
        }
    }
}

fn letters(frame: &Frame, all: &[Letter]) -> Markup {
    html! {
        @if all.is_empty() { (parts::empty(w::LETTERS_EMPTY)) }
        @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_LETTER) } th scope="col" { (w::COL_WHEN) } th scope="col" { (w::COL_SENT) } } }
                tbody {
                    @for (kind, at, is_mailed, is_late) in all {
                        tr {
                            th scope="row" { (w::letter(*kind)) }
                            td data-l=(w::COL_WHEN) { (parts::moment(*at, frame.zone)) }
                            td data-l=(w::COL_SENT) {
                                (match (is_mailed, is_late) { (false, _) => w::NOT_NEEDED, (true, true) => w::SENT_LATE, (true, false) => w::SENT })
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What was typed to move the date.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// The month.
    pub month: String,
    /// The day.
    pub day: String,
    /// The year.
    pub year: String,
    /// The reason.
    pub reason: String,
}

/// The form that moves the due date; posts `cycle`, `month`, `day`, `year` and `reason`.
pub fn extend_page(frame: &Frame, model: &Sponsor, typed: &Typed, problems: &[Problem]) -> Markup {
    let place = |problem: &Problem| if *problem == Problem::Reason { "reason" } else { "month" };
    let faults: Vec<(&str, String)> =
        problems.iter().map(|p| (place(p), w::problem(*p).to_owned())).collect();
    let of = |name: &str| faults.iter().find(|fault| fault.0 == name).map_or("", |fault| fault.1.as_str());
    let row = &model.row;
    let main = html! {
        section class="panel" {
            h1 { (w::EXTEND) }
            (field::summary(&faults))
            p { strong { (row.name) } ", " span class="wrap-any" { (row.email) } }
            p { (w::cycle(model.opening)) ". " (w::COL_DUE) " " (through(frame, &row.standing)) " " (state(frame, &row.standing)) }
            (older(frame, &row.standing))
            @match model.hindrance {
                Some(hindrance) => {
                    (parts::notice("stop", &html! { p role="alert" { (w::hindrance(hindrance)) } }))
                    p { a href=(paths::validation_sponsor(row.id)) { (words::CANCEL) } }
                }
                None => {
                    @if row.standing.state == State::Locked && row.standing.older.is_none() { (parts::notice("warn", &html! { p { (w::EXTEND_LOCKED) } })) }
                    p { (w::EXTEND_LEAD) }
                    form method="post" action=(paths::validation_extend(row.id)) {
                        (field::token(frame))
                        (field::hidden("cycle", &iso_date(model.opening)))
                        (new_date(model.normal, typed, of("month")))
                        (field::Area { name: "reason", label: w::REASON, value: &typed.reason, hint: w::REASON_HINT, fault: of("reason"), max: REASON_LONGEST }.show())
                        div class="actions" { (field::submit(w::EXTEND)) a href=(paths::validation_sponsor(row.id)) { (words::CANCEL) } }
                    }
                }
            }
        }
    };
    shown(frame, w::EXTEND, Width::Narrow, &main)
}

fn new_date(normal: Date, typed: &Typed, fault: &str) -> Markup {
    let hint = w::date_hint(normal);
    let boxes = [
        ("month", w::MONTH, &typed.month, "w2"),
        ("day", w::DAY, &typed.day, "w2"),
        ("year", w::YEAR, &typed.year, "w4"),
    ];
    html! {
        fieldset class={ "field" @if !fault.is_empty() { " wrong" } } {
            legend { (w::NEW_DATE) }
            (field::hint_and_fault("month", &hint, fault))
            div class="boxes" {
                @for (name, label, value, width) in boxes {
                    div {
                        label for=(name) { (label) }
                        (field::Text { name, value, hint: &hint, fault, inputmode: "numeric", width, max: 4, fault_at: "month", ..Default::default() }.bare())
                    }
                }
            }
        }
    }
}
