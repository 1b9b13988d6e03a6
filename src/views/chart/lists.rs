//! The sections that are lists: which columns each has, current first, past folded (pages P11, P12, P14).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell, mark_new};
use crate::domain::calendar::Instant;
use crate::domain::chart::age::age;
use crate::domain::chart::caution::{Caution, caution};
use crate::domain::chart::{AllergyStatement, ChartItem, NONE_KNOWN, Section, current};
use crate::views::layout::Frame;
use crate::views::parts::{self, flag};
use crate::views::paths;
use crate::views::words::chart::{self as w, column as col};
use crate::views::words::{self, rules};

/// A section that is a list.
#[derive(Clone, PartialEq, Debug)]
pub struct List {
    /// What is around it.
    pub shell: Shell,
    /// Any section but results, vitals, reports, notes and documents.
    pub section: Section,
    /// The items, newest first.
    pub items: Loaded<Vec<ChartItem>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The page of a section that is a list.
pub fn page(frame: &Frame, model: &List) -> Markup {
    let shell = &model.shell.showing(model.items.here().into_iter().flatten());
    let section = model.section;
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (rules::section(section)) }
            (loaded(frame, &model.items, |items| content(frame, shell, section, items)))
            @if let Some(next) = &model.next { p class="actions" { a class="button second" href=(paths::chart_section_after(shell.at(), section, next)) { (words::MORE) } } }
        }
    };
    shell::page(frame, shell, Some(section), rules::section(section), &main)
}

fn content(frame: &Frame, shell: &Shell, section: Section, items: &[ChartItem]) -> Markup {
    if items.iter().all(|item| item.category == NONE_KNOWN) {
        return match shell.allergies {
            AllergyStatement::NoneKnown if section == Section::Allergies => {
                parts::empty(w::NO_KNOWN_ALLERGIES)
            }
            _ => parts::empty(w::empty(section)),
        };
    }
    let (now, past) = current::split(items, frame.now);
    let now = now.into_iter().filter(|item| item.category != NONE_KNOWN);
    let (forbidden, now): (Vec<_>, Vec<_>) = now.partition(|item| caution(item) == Some(Caution::DoNotGive));
    let fold = match section {
        Section::Medications => w::SHOW_STOPPED,
        Section::Problems | Section::Allergies => w::SHOW_RESOLVED,
        Section::Visits => w::SHOW_CANCELLED,
        _ => w::SHOW_PAST,
    };
    html! {
        @if !forbidden.is_empty() {
            h2 { (w::caution_words(Caution::DoNotGive)) }
            (table(frame, shell, section, &forbidden))
            h2 { (w::CURRENT_MEDICATIONS) }
        }
        @if now.is_empty() { (parts::empty(w::NOTHING_CURRENT)) } @else { (table(frame, shell, section, &now)) }
        @if !past.is_empty() {
            details open[now.is_empty()] { summary { (fold) " (" (past.len()) ")" } (table(frame, shell, section, &past)) }
        }
    }
}

/// What a column shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Title,
    Text,
    Status,
    Category,
    At,
    Until,
    Actor,
    Detail,
    AgeThen,
    Source,
}

/// The columns of a section that is a list, with their headings.
pub(super) fn columns(section: Section) -> &'static [(Column, &'static str)] {
    use Column::{Actor, AgeThen, At, Category, Detail, Source, Status, Text, Title, Until};
    match section {
        Section::Problems => &[
            (Title, col::PROBLEM),
            (Detail, col::NOTE),
            (At, col::SINCE),
            (Until, col::ENDED),
            (Status, col::STATUS),
        ],
        Section::Medications => &[
            (Title, col::MEDICATION),
            (Text, col::HOW_TO_TAKE),
            (At, col::DATE),
            (Actor, col::BY),
            (Detail, col::NOTE),
            (Status, col::STATUS),
        ],
        Section::Allergies => &[
            (Title, col::ALLERGY),
            (Text, col::REACTION),
            (Detail, col::SEVERITY),
            (At, col::RECORDED),
            (Status, col::STATUS),
        ],
        Section::Immunizations => &[
            (Title, col::VACCINE),
            (At, col::DATE),
            (AgeThen, col::AGE),
            (Source, col::SOURCE),
            (Detail, col::NOTE),
            (Status, col::STATUS),
        ],
        Section::Reports => &[
            (Title, col::REPORT),
            (Category, col::TYPE),
            (At, col::DATE),
            (Actor, col::BY),
            (Status, col::STATUS),
        ],
        Section::Visits => &[
            (Title, col::VISIT),
            (Category, col::TYPE),
            (At, col::FROM),
            (Until, col::TO),
            (Actor, col::WITH),
            (Detail, col::REASON),
            (Status, col::STATUS),
        ],
        Section::Procedures => &[
            (Title, col::PROCEDURE),
            (At, col::DATE),
            (Actor, col::BY),
            (Detail, col::NOTE),
            (Status, col::STATUS),
        ],
        Section::CareTeam => &[
            (Actor, col::NAME),
            (Title, col::ROLE),
            (At, col::SINCE),
            (Until, col::UNTIL),
            (Detail, col::PRACTICE),
        ],
        Section::Appointments => &[
            (Title, col::APPOINTMENT),
            (At, col::WHEN),
            (Actor, col::WITH),
            (Detail, col::PLACE),
            (Status, col::STATUS),
        ],
        Section::Results | Section::Vitals | Section::Notes | Section::Documents => {
            &[(Title, col::TEST), (At, col::DATE)]
        }
    }
}

fn has_page(section: Section) -> bool {
    matches!(section, Section::Notes | Section::Documents | Section::Reports)
}

fn table(frame: &Frame, shell: &Shell, section: Section, items: &[&ChartItem]) -> Markup {
    let filled =
        |column: &&(Column, &str)| column.0 == Column::Title || items.iter().any(|i| fills(column.0, i));
    let shown: Vec<_> = columns(section).iter().filter(filled).collect();
    html! {
        table class="t stack" {
            thead { tr { @for (_, words) in &shown { th scope="col" { (words) } } } }
            tbody {
                @for item in items {
                    tr {
                        @for (n, (column, words)) in shown.iter().enumerate() {
                            @if n == 0 { th scope="row" { (cell(frame, shell, *column, item)) } }
                            @else { td data-l=(words) { (cell(frame, shell, *column, item)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Whether `item` has something for `column`.
pub(super) fn fills(column: Column, item: &ChartItem) -> bool {
    match column {
        Column::Title => true,
        Column::Text => !item.text.is_empty(),
        Column::Status => !item.status.is_empty(),
        Column::Category => !item.category.is_empty(),
        Column::At => item.at.is_some() || !said_when(item).is_empty(),
        Column::AgeThen => item.at.is_some(),
        Column::Until => item.until.is_some(),
        Column::Actor => !item.actor.is_empty(),
        Column::Detail => !item.detail.is_empty(),
        Column::Source => !item.method.is_empty(),
    }
}

fn cell(frame: &Frame, shell: &Shell, column: Column, item: &ChartItem) -> Markup {
    html! {
        @match column {
            Column::Title => (title(shell, item)),
            Column::Text => (item.text),
            Column::Status => (w::status_of(item)),
            Column::Category => (w::status(&item.category)),
            Column::At => (began(frame, item)),
            Column::Until => @if let Some(until) = item.until { (ended(frame, item, until)) },
            Column::Actor => (item.actor),
            Column::Detail => (item.detail),
            Column::Source => (w::origin(&item.method)),
            Column::AgeThen => @if let Some(age) = age_then(frame, shell, item) { span class="nw" { (age) } },
        }
    }
}

/// Sections in which the hour matters show it; the others the day alone.
fn began(frame: &Frame, item: &ChartItem) -> Markup {
    use Section::{Appointments, Notes, Reports, Visits};
    match item.at {
        Some(at) if !matches!(item.section, Appointments | Notes | Reports | Visits) => {
            parts::dated(frame.zone.date(at), item.dated.at)
        }
        None if !said_when(item).is_empty() => html! { (said_when(item)) },
        _ => parts::when(item, frame.zone),
    }
}

/// When it was, in the source's own words, where it gives no date.
pub(super) fn said_when(item: &ChartItem) -> &str {
    match item.section {
        Section::Immunizations | Section::Procedures if item.at.is_none() => &item.text,
        _ => "",
    }
}

/// The age when a vaccine was given, about where the month is all that is known; nothing by a year alone, and of one not given.
fn age_then(frame: &Frame, shell: &Shell, item: &ChartItem) -> Option<String> {
    let day = frame.zone.date(item.at.filter(|_| caution(item).is_none())?);
    words::age_by(age(shell.banner.birth_date, day), item.dated.at)
}

/// The end: the hour when it is on the day of the start, else the day; the last day where no time is known.
fn ended(frame: &Frame, item: &ChartItem, until: Instant) -> Markup {
    if let Some(known) = item.dated.until {
        return parts::dated(frame.zone.date(until.plus_seconds(-1)), known);
    }
    let same_day = item.at.is_some_and(|at| frame.zone.date(at) == frame.zone.date(until));
    if same_day && !item.date_only && item.section == Section::Visits {
        html! { span class="nw" { (words::clock(until, frame.zone)) } }
    } else {
        parts::day(until, frame.zone)
    }
}

/// What an item is, with what it must not be read without.
pub(super) fn title(shell: &Shell, item: &ChartItem) -> Markup {
    html! {
        @if let Some(caution) = caution(item) { (flag::tag(kind(caution), &w::before(caution))) " " }
        @if has_page(item.section) { a href=(paths::item(shell.at(), item.section, item.id)) { (item.title) } }
        @else { (item.title) }
        @if let Some(by) = w::reported(item) { " " (flag::tag("info", by)) }
        (mark_new(shell, item))
    }
}

/// The colour of a caution: what did not happen or must not, apart from what is open.
const fn kind(caution: Caution) -> &'static str {
    match caution {
        Caution::DoNotGive
        | Caution::DoNotPerform
        | Caution::NotGiven
        | Caution::NotDone
        | Caution::NotTaken
        | Caution::Cancelled
        | Caution::Refuted => "stop",
        Caution::BrokenOff
        | Caution::OnHold
        | Caution::Draft
        | Caution::Proposed
        | Caution::Unconfirmed
        | Caution::Provisional
        | Caution::Differential => "warn",
        Caution::Planned | Caution::InProgress | Caution::Waiting => "info",
    }
}

/// One item as a line of a summary card.
pub(super) fn line(frame: &Frame, shell: &Shell, item: &ChartItem) -> Markup {
    let second = match item.section {
        Section::Medications | Section::Allergies => &item.text,
        Section::Notes | Section::Visits | Section::Appointments => &item.actor,
        _ => &item.detail,
    };
    html! {
        (title(shell, item))
        @if !second.is_empty() { span class="quiet" { ", " (second) } }
        @match (item.section, item.at) {
            (Section::Medications, _) => {},
            (_, None) => @if !said_when(item).is_empty() { span class="quiet" { ", " (said_when(item)) } },
            (Section::Appointments, Some(_)) => span class="quiet" { ", " (parts::when(item, frame.zone)) },
            (_, Some(at)) => span class="quiet" { ", " (parts::dated(frame.zone.date(at), item.dated.at)) },
        }
    }
}
