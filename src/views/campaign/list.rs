//! The campaign as a list, whom to call, and the page from which it is exported.

use maud::{Markup, html};
use time::Date;

use super::{next, practices, shown, signed_in, state, through};
use crate::domain::calendar::{Instant, iso_date};
use crate::domain::campaign::{Coming, Standing, State};
use crate::domain::ids::AccountId;
use crate::domain::notice::NoticeKind;
use crate::views::desk::list::csv_line;
use crate::views::layout::{Frame, Width};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{self, campaign as w};

/// One sponsor in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The account.
    pub id: AccountId,
    /// Given and family name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether mail to it is refused.
    pub is_bounced: bool,
    /// The practices, each with its phone.
    pub practices: Vec<(String, String)>,
    /// How many were listed.
    pub listed: i64,
    /// Patients of the directory count.
    pub patients: i64,
    /// Where the sponsor stands.
    pub standing: Standing,
    /// The last sign-in.
    pub last_sign_in: Option<Instant>,
}

/// How many are in a state: sponsors, their staff, patients.
pub type Count = (State, i64, i64, Option<i64>);

/// A cycle that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Past {
    /// Its opening date.
    pub cycle: Date,
    /// Sponsors with somebody to review.
    pub sponsors: i64,
    /// People listed.
    pub listed: i64,
    /// Sponsors who have reviewed by now.
    pub reviewed: i64,
    /// Sponsors who were locked.
    pub locked: i64,
}

/// A cycle with a page of its sponsors.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cycle {
    /// Its opening date.
    pub opening: Date,
    /// The normal due instant.
    pub due: Instant,
    /// Whether a later one has opened.
    pub is_over: bool,
    /// How many are in each state.
    pub counts: Vec<Count>,
    /// Only this state.
    pub state: Option<State>,
    /// The page.
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<usize>,
    /// The cycles before.
    pub history: Vec<Past>,
    /// Letters that have not gone out.
    pub missing: Vec<NoticeKind>,
}

/// The campaign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Campaign {
    /// What comes next.
    pub coming: Vec<(Instant, Coming)>,
    /// The cycle; `None` before the first.
    pub cycle: Option<Cycle>,
}

/// The campaign.
pub fn page(frame: &Frame, model: &Campaign) -> Markup {
    let main = html! {
        h1 { (w::TITLE) }
        @match &model.cycle {
            None => {
                (parts::notice("info", &html! { p { (w::NOT_YET) } }))
                (next(frame, &model.coming))
                p class="actions" { a href=(paths::validation_rehearsal()) { (w::REHEARSE) } }
            }
            Some(cycle) => (of_cycle(frame, model, cycle)),
        }
    };
    shown(frame, w::TITLE, Width::Wide, &main)
}

fn of_cycle(frame: &Frame, model: &Campaign, cycle: &Cycle) -> Markup {
    html! {
        @if !cycle.missing.is_empty() {
            (parts::notice("warn", &html! { p { (w::BEHIND) } p { (w::missing(&cycle.missing)) } }))
        }
        (next(frame, &model.coming))
        (parts::panel("counts", &html! { (w::cycle(cycle.opening)) ": " (w::COUNTS) }, &html! {
            p { (w::runs(cycle.due, frame.zone, frame.now)) }
            @if cycle.is_over { p { (w::OVER) } }
            (counts(&cycle.counts))
            nav aria-label=(w::LINKS) {
                p class="actions" {
                    a href=(paths::validation_phones(cycle.opening, 0)) { (w::PHONES) }
                    a href=(paths::validation_export()) { (w::EXPORT) }
                    a href=(paths::validation_rehearsal()) { (w::REHEARSE) }
                }
            }
        }))
        (tabs(cycle))
        section class="panel" aria-labelledby="sponsors" {
            h2 id="sponsors" { (w::SPONSORS) }
            @if cycle.rows.is_empty() { (parts::empty(if cycle.state.is_some() { w::EMPTY } else { w::UNLISTED })) }
            @else { (table(frame, cycle)) }
            @if let Some(next) = cycle.next {
                p class="actions" { a href=(paths::validation_page(cycle.opening, cycle.state, next)) { (words::MORE) } }
            }
        }
        (parts::panel("history", &html! { (w::HISTORY) }, &history(&cycle.history)))
    }
}

fn counts(all: &[Count]) -> Markup {
    let has_patients = all.iter().all(|(_, _, _, patients)| patients.is_some());
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_STATE) } th scope="col" class="num" { (w::COL_SPONSORS) } th scope="col" class="num" { (w::COL_STAFF) }
                @if has_patients { th scope="col" class="num" { (w::COL_PATIENTS) } }
            } }
            tbody {
                @for (state, sponsors, staff, patients) in all {
                    tr {
                        th scope="row" { (w::state(*state)) span class="sub" { (w::state_how(*state)) } }
                        td class="num" data-l=(w::COL_SPONSORS) { (sponsors) }
                        td class="num" data-l=(w::COL_STAFF) { (staff) }
                        @if let Some(patients) = patients.filter(|_| has_patients) { td class="num" data-l=(w::COL_PATIENTS) { (patients) } }
                    }
                }
            }
        }
        p class="quiet" { (w::COUNTS_HOW) @if !has_patients { " " (w::NO_PATIENTS) } }
    }
}

fn tabs(cycle: &Cycle) -> Markup {
    html! {
        nav class="tabs" aria-label=(w::STATES) {
            ul {
                li { a href=(paths::validation_page(cycle.opening, None, 0)) aria-current=[cycle.state.is_none().then_some("page")] { (w::ALL) } }
                @for (state, sponsors, _, _) in &cycle.counts {
                    li {
                        a href=(paths::validation_page(cycle.opening, Some(*state), 0)) aria-current=[(cycle.state == Some(*state)).then_some("page")] {
                            (w::tab(*state, *sponsors))
                        }
                    }
                }
            }
        }
    }
}

fn table(frame: &Frame, cycle: &Cycle) -> Markup {
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_SPONSOR) } th scope="col" { (w::COL_PRACTICE) } th scope="col" { (w::COL_STAFF) }
                th scope="col" { (w::COL_PATIENTS) } th scope="col" { (w::COL_DUE) } th scope="col" { (w::COL_STATE) }
                th scope="col" { (w::COL_SIGN_IN) }
            } }
            tbody {
                @for row in &cycle.rows {
                    tr {
                        th scope="row" {
                            a href=(paths::validation_sponsor_in(row.id, cycle.opening)) { (row.name) }
                            span class="sub wrap-any" { (row.email) }
                            @if row.is_bounced { (flag::tag("stop", w::BOUNCED)) }
                        }
                        td data-l=(w::COL_PRACTICE) { (practices(&row.practices)) }
                        td data-l=(w::COL_STAFF) { (row.listed) }
                        td data-l=(w::COL_PATIENTS) { (row.patients) }
                        td data-l=(w::COL_DUE) { (through(frame, &row.standing)) }
                        td data-l=(w::COL_STATE) { (state(frame, &row.standing)) }
                        td data-l=(w::COL_SIGN_IN) { (signed_in(frame, row.last_sign_in)) }
                    }
                }
            }
        }
    }
}

fn history(past: &[Past]) -> Markup {
    html! {
        @if past.is_empty() { (parts::empty(w::HISTORY_EMPTY)) }
        @else {
            table class="t stack" {
                thead { tr {
                    th scope="col" { (w::COL_CYCLE) } th scope="col" { (w::COL_SPONSORS) } th scope="col" { (w::COL_STAFF) }
                    th scope="col" { (w::COL_REVIEWED) } th scope="col" { (w::COL_LOCKED) }
                } }
                tbody {
                    @for one in past {
                        tr {
                            th scope="row" { a href=(paths::validation_page(one.cycle, None, 0)) { (parts::date(one.cycle)) } }
                            td data-l=(w::COL_SPONSORS) { (one.sponsors) }
                            td data-l=(w::COL_STAFF) { (one.listed) }
                            td data-l=(w::COL_REVIEWED) { (one.reviewed) }
                            td data-l=(w::COL_LOCKED) { (one.locked) }
                        }
                    }
                }
            }
        }
    }
}

/// Whom to call.
pub fn phones_page(frame: &Frame, opening: Date, rows: &[Row], next: Option<usize>) -> Markup {
    let main = html! {
        p class="back" { a href=(paths::validation_page(opening, None, 0)) { (w::BACK) } }
        h1 { (w::PHONES) }
        p { (w::cycle(opening)) ". " (w::PHONES_LEAD) }
        section class="panel" aria-label=(w::PHONES) {
            @if rows.is_empty() { (parts::empty(w::PHONES_EMPTY)) }
            @else {
                table class="t stack" {
                    thead { tr { th scope="col" { (w::COL_SPONSOR) } th scope="col" { (w::COL_PRACTICE) } th scope="col" { (w::COL_DUE) } th scope="col" { (w::COL_STATE) } } }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { a href=(paths::validation_sponsor_in(row.id, opening)) { (row.name) } }
                                td data-l=(w::COL_PRACTICE) { (practices(&row.practices)) }
                                td data-l=(w::COL_DUE) { (through(frame, &row.standing)) }
                                td data-l=(w::COL_STATE) { (state(frame, &row.standing)) }
                            }
                        }
                    }
                }
            }
            @if let Some(next) = next { p class="actions" { a href=(paths::validation_phones(opening, next)) { (words::MORE) } } }
        }
    };
    shown(frame, w::PHONES, Width::Wide, &main)
}

/// Asks which rows to export; posts `cycle` and `state`.
pub fn export_page(frame: &Frame, cycles: &[Date]) -> Markup {
    let words: Vec<(String, Date)> = cycles.iter().map(|cycle| (iso_date(*cycle), *cycle)).collect();
    let options: Vec<(&str, String)> =
        words.iter().map(|(word, day)| (word.as_str(), w::day(*day))).collect();
    let states = State::ALL.iter().map(|state| (state.word(), w::state(*state).to_owned()));
    let states: Vec<(&str, String)> = std::iter::once(("", w::ALL.to_owned())).chain(states).collect();
    let newest = options.first().map_or("", |(word, _)| *word);
    let main = html! {
        section class="panel" {
            h1 { (w::EXPORT) }
            p { (w::EXPORT_LEAD) }
            @if cycles.is_empty() { (parts::empty(w::NOT_YET)) }
            @else {
                form method="post" action=(paths::validation_export()) {
                    (field::token(frame))
                    (field::choice("cycle", w::EXPORT_CYCLE, newest, &options))
                    (field::choice("state", w::EXPORT_STATE, "", &states))
                    div class="actions" { button class="main" type="submit" { (w::DOWNLOAD) } a href=(paths::validation()) { (w::BACK) } }
                }
            }
        }
    };
    shown(frame, w::EXPORT, Width::Narrow, &main)
}

/// The rows as a table for a spreadsheet (RFC 4180, with a heading); no cell begins as a formula would.
pub fn csv(frame: &Frame, rows: &[Row]) -> String {
    let heading = [
        w::COL_SPONSOR,
        w::COL_EMAIL,
        w::COL_PRACTICES,
        w::COL_PHONE,
        w::COL_STAFF,
        w::COL_PATIENTS,
        w::COL_DUE,
        w::COL_EXTENDED,
        w::COL_STATE,
        w::COL_SINCE,
        w::COL_SIGN_IN,
        w::BOUNCED,
    ];
    let mut text = csv_line(&heading.map(str::to_owned));
    let moment = |at: Option<Instant>| at.map(|at| words::moment(at, frame.zone)).unwrap_or_default();
    let yes = |is: bool| if is { w::YES.to_owned() } else { String::new() };
    for row in rows {
        let (names, phones): (Vec<_>, Vec<_>) = row.practices.iter().cloned().unzip();
        text.push_str(&csv_line(&[
            row.name.clone(),
            row.email.clone(),
            names.join("; "),
            phones.join("; "),
            row.listed.to_string(),
            row.patients.to_string(),
            words::date(w::last_day(row.standing.due, frame.zone)),
            yes(row.standing.is_extended),
            w::state(row.standing.state).to_owned(),
            moment(row.standing.since),
            moment(row.last_sign_in),
            yes(row.is_bounced),
        ]));
    }
    text
}
