//! The sections that are lists: which columns each has, current first, past folded (pages P11, P12, P14).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell};
use crate::domain::calendar::Instant;
use crate::domain::chart::age::age;
use crate::domain::chart::{AllergyStatement, ChartItem, NONE_KNOWN, Section, current};
use crate::views::layout::Frame;
use crate::views::parts;
use crate::views::paths;
use crate::views::words::chart::{self as w, column as col};
use crate::views::words::{self, rules};

/// A section that is a list.
#[derive(Clone, PartialEq, Debug)]
pub struct List {
    /// What is around it.
    pub shell: Shell,
    /// Any section but results and vitals.
    pub section: Section,
    /// The items, newest first.
    pub items: Loaded<Vec<ChartItem>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The page of a section that is a list.
pub fn page(frame: &Frame, model: &List) -> Markup {
    let (shell, section) = (&model.shell, model.section);
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (rules::section(section)) }
            (loaded(frame, &model.items, |items| content(frame, shell, section, items)))
            @if let Some(next) = &model.next { p class="actions" { a class="button second" href=(paths::chart_section_after(shell.id, section, next)) { (words::MORE) } } }
        }
    };
    shell::page(frame, shell, Some(section), rules::section(section), &main)
}

fn content(frame: &Frame, shell: &Shell, section: Section, items: &[ChartItem]) -> Markup {
    if items.iter().all(|item| item.category == NONE_KNOWN) {
        return match shell.banner.allergies {
            AllergyStatement::NoneKnown if section == Section::Allergies => {
                parts::empty(w::NO_KNOWN_ALLERGIES)
            }
            _ => parts::empty(w::empty(section)),
        };
    }
    let (now, past) = current::split(items);
    let now: Vec<_> = now.into_iter().filter(|item| item.category != NONE_KNOWN).collect();
    let fold = match section {
        Section::Medications => w::SHOW_STOPPED,
        Section::Problems | Section::Allergies => w::SHOW_RESOLVED,
        _ => w::SHOW_PAST,
    };
    html! {
        @if now.is_empty() { (parts::empty(w::NOTHING_CURRENT)) } @else { (table(frame, shell, section, &now)) }
        @if !past.is_empty() {
            details open[now.is_empty()] { summary { (fold) " (" (past.len()) ")" } (table(frame, shell, section, &past)) }
        }
    }
}

/// What a column shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Title,
    Text,
    Status,
    Category,
    At,
    Until,
    Actor,
    Detail,
    AgeThen,
}

fn columns(section: Section) -> &'static [(Column, &'static str)] {
    use Column::{Actor, AgeThen, At, Category, Detail, Status, Text, Title, Until};
    match section {
        Section::Problems => {
            &[(Title, col::PROBLEM), (At, col::SINCE), (Until, col::ENDED), (Status, col::STATUS)]
        }
        Section::Medications => &[
            (Title, col::MEDICATION),
            (Text, col::HOW_TO_TAKE),
            (At, col::PRESCRIBED),
            (Actor, col::BY),
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
            (At, col::GIVEN),
            (AgeThen, col::AGE),
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
        ],
        Section::Notes => &[(Title, col::NOTE), (Category, col::TYPE), (At, col::WRITTEN), (Actor, col::BY)],
        Section::Documents => &[
            (Title, col::DOCUMENT),
            (Category, col::TYPE),
            (At, col::DATE),
            (Actor, col::BY),
            (Detail, col::FORMAT),
        ],
        Section::Procedures => &[
            (Title, col::PROCEDURE),
            (At, col::DONE),
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
        Section::Results | Section::Vitals => &[(Title, col::TEST), (At, col::DATE)],
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

fn fills(column: Column, item: &ChartItem) -> bool {
    match column {
        Column::Title => true,
        Column::Text => !item.text.is_empty(),
        Column::Status => !item.status.is_empty(),
        Column::Category => !item.category.is_empty(),
        Column::At | Column::AgeThen => item.at.is_some(),
        Column::Until => item.until.is_some(),
        Column::Actor => !item.actor.is_empty(),
        Column::Detail => !item.detail.is_empty(),
    }
}

fn cell(frame: &Frame, shell: &Shell, column: Column, item: &ChartItem) -> Markup {
    html! {
        @match column {
            Column::Title => (title(shell, item)),
            Column::Text => (item.text),
            Column::Status => (w::status(&item.status)),
            Column::Category => (w::status(&item.category)),
            Column::At => (began(frame, item)),
            Column::Until => @if let Some(until) = item.until { (ended(frame, item, until)) },
            Column::Actor => (item.actor),
            Column::Detail => (item.detail),
            Column::AgeThen => @if let Some(at) = item.at { span class="nw" { (words::age(age(shell.banner.birth_date, frame.zone.date(at)))) } },
        }
    }
}

/// Sections in which the hour matters show it; the others the day alone.
fn began(frame: &Frame, item: &ChartItem) -> Markup {
    use Section::{Appointments, Notes, Reports, Visits};
    match item.at {
        Some(at) if !matches!(item.section, Appointments | Notes | Reports | Visits) => {
            parts::day(at, frame.zone)
        }
        _ => parts::when(item, frame.zone),
    }
}

/// The end: the hour when it is on the day of the start, else the day.
fn ended(frame: &Frame, item: &ChartItem, until: Instant) -> Markup {
    let same_day = item.at.is_some_and(|at| frame.zone.date(at) == frame.zone.date(until));
    if same_day && !item.date_only && item.section == Section::Visits {
        html! { span class="nw" { (words::clock(until, frame.zone)) } }
    } else {
        parts::day(until, frame.zone)
    }
}

fn title(shell: &Shell, item: &ChartItem) -> Markup {
    html! {
        @if has_page(item.section) { a href=(paths::item(shell.id, item.section, item.id)) { (item.title) } }
        @else { (item.title) }
    }
}

/// One item as a line of a summary card.
pub(super) fn line(frame: &Frame, shell: &Shell, item: &ChartItem) -> Markup {
    let second = match item.section {
        Section::Medications | Section::Allergies => &item.text,
        Section::Notes | Section::Visits => &item.actor,
        _ => &item.detail,
    };
    html! {
        (title(shell, item))
        @if !second.is_empty() { span class="quiet" { ", " (second) } }
        @if let Some(at) = item.at { @if item.section != Section::Medications { span class="quiet" { ", " (parts::day(at, frame.zone)) } } }
    }
}
