//! Results and vitals: the list by test, and one test with its trend (pages P10 and P13).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell};
use crate::domain::chart::age::age;
use crate::domain::chart::results::{Test, range_text, test_title, unit_text, value_text};
use crate::domain::chart::{ChartItem, Flag, Section};
use crate::views::layout::Frame;
use crate::views::parts::{self, chart, flag};
use crate::views::paths;
use crate::views::words::{self, chart as w, rules};

/// The list of results or of vitals.
#[derive(Clone, PartialEq, Debug)]
pub struct Results {
    /// What is around it.
    pub shell: Shell,
    /// `Results` or `Vitals`.
    pub section: Section,
    /// Tests by latest reading, newest first.
    pub tests: Loaded<Vec<Test>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The list of tests, grouped by panel.
pub fn page(frame: &Frame, model: &Results) -> Markup {
    let (shell, section) = (&model.shell, model.section);
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (rules::section(section)) }
            (loaded(frame, &model.tests, |tests| html! {
                @if tests.is_empty() { (parts::empty(w::empty(section))) } @else {
                    (table(frame, shell, section, &tests.iter().collect::<Vec<_>>()))
                }
            }))
            @if let Some(next) = &model.next { p class="actions" { a class="button second" href=(paths::chart_section_after(shell.id, section, next)) { (words::MORE) } } }
        }
    };
    shell::page(frame, shell, Some(section), rules::section(section), &main)
}

/// Tests as a table: latest value, flag, range, previous value, sparkline, when.
pub(super) fn table(frame: &Frame, shell: &Shell, section: Section, tests: &[&Test]) -> Markup {
    let vitals = section == Section::Vitals;
    let first = if vitals { w::COL_MEASURE } else { w::COL_TEST };
    let ranges = tests.iter().any(|t| !range_text(t.latest()).is_empty() || t.latest().flag != Flag::Normal);
    let when = if vitals { w::COL_MEASURED } else { w::COL_COLLECTED };
    html! {
        table class="t res" {
            thead { tr {
                th scope="col" { (first) } th scope="col" class="num" { (w::COL_RESULT) }
                @if ranges { th scope="col" { (w::COL_FLAG) } th scope="col" { (w::COL_RANGE) } }
                th scope="col" { (w::COL_PREVIOUS) } th scope="col" { (w::COL_TREND) } th scope="col" { (when) }
            } }
            tbody {
                @for test in tests {
                    @let item = test.latest();
                    tr {
                        th scope="row" { (test_name(shell, section, item)) (stage(item)) }
                        td class={ "val" @if item.number.is_some() { " num" } } { (value(item)) }
                        @if ranges {
                            td class="flg" { (flag_or_normal(item)) }
                            td class="ref" data-l=(w::COL_RANGE) { (range_text(item)) }
                        }
                        td class="prev" data-l=(w::COL_PREVIOUS) { (previous(frame, test)) }
                        td class="trd" { (chart::spark(test)) }
                        td class="when" { (parts::when(item, frame.zone)) }
                    }
                }
            }
        }
    }
}

/// The name of a test as a link to its trend; how it was measured stands below, quieter.
pub(super) fn test_name(shell: &Shell, section: Section, item: &ChartItem) -> Markup {
    let (name, method) = test_title(&item.title);
    html! {
        a href=(paths::item(shell.id, section, item.id)) { (name) }
        @if !method.is_empty() { span class="sub" { (method) } }
    }
}

/// Whether the value is a number, or numbers such as a blood pressure, so that a unit belongs to it.
fn measured(item: &ChartItem) -> bool {
    let digits = item.text.starts_with(|c: char| c.is_ascii_digit());
    item.number.is_some()
        || digits && item.text.chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '.' | ' '))
}

fn flag_or_normal(item: &ChartItem) -> Markup {
    if item.flag == Flag::Normal && !range_text(item).is_empty() && item.number.is_some() {
        html! { span class="quiet" { (words::FLAG_NORMAL) } }
    } else {
        flag::flag(item.flag)
    }
}

fn stage(item: &ChartItem) -> Markup {
    match item.status.as_str() {
        "preliminary" => html! { " " (flag::tag("info", w::PRELIMINARY)) },
        "amended" | "corrected" => html! { " " (flag::tag("info", w::CORRECTED)) },
        _ => html! {},
    }
}

/// A value with its unit.
pub(super) fn value(item: &ChartItem) -> Markup {
    html! { strong { (value_text(item)) } @if !item.unit.is_empty() && measured(item) { " " span class="unit" { (unit_text(&item.unit)) } } }
}

fn previous(frame: &Frame, test: &Test) -> Markup {
    let Some(item) = test.previous() else { return html! {} };
    html! {
        span class="nw" { (value_text(item)) @if item.unit != test.latest().unit { " " (unit_text(&item.unit)) } }
        @if let Some(at) = item.at { " " span class="quiet nw" { "(" (words::date(frame.zone.date(at))) ")" } }
    }
}

/// One test with every reading.
#[derive(Clone, PartialEq, Debug)]
pub struct TestPage {
    /// What is around it.
    pub shell: Shell,
    /// `Results` or `Vitals`.
    pub section: Section,
    /// The readings.
    pub test: Loaded<Test>,
}

/// The page of one test: chart, then every value.
pub fn test_page(frame: &Frame, model: &TestPage) -> Markup {
    let (shell, section) = (&model.shell, model.section);
    let title = match &model.test {
        Loaded::Here(test) => test.latest().title.clone(),
        _ => rules::section(section).to_owned(),
    };
    let main = html! {
        p class="back" { a href=(paths::chart_section(shell.id, section)) { "← " (w::BACK_TO) " " (rules::section(section)) } }
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (title) }
            (loaded(frame, &model.test, |test| html! { (chart::trend(frame, shell, test, section)) (readings(frame, shell, test, section)) }))
        }
    };
    shell::page(frame, shell, Some(section), &title, &main)
}

fn readings(frame: &Frame, shell: &Shell, test: &Test, section: Section) -> Markup {
    let born = shell.banner.birth_date;
    let when = if section == Section::Vitals { w::COL_MEASURED } else { w::COL_COLLECTED };
    let flags = test.readings().any(|r| !range_text(r).is_empty() || r.flag != Flag::Normal);
    let actors = test.readings().any(|r| !r.actor.is_empty());
    html! {
        h2 { (w::VALUES) }
        table class="t stack" {
            thead { tr {
                th scope="col" { (when) } th scope="col" { (w::COL_RESULT) }
                @if flags { th scope="col" { (w::COL_FLAG) } th scope="col" { (w::COL_RANGE) } }
                th scope="col" { (w::COL_AGE) }
                @if actors { th scope="col" { (w::AUTHOR) } }
            } }
            tbody {
                @for item in test.readings() {
                    tr {
                        th scope="row" { (parts::when(item, frame.zone)) (stage(item)) }
                        td data-l=(w::COL_RESULT) { (value(item)) }
                        @if flags {
                            td data-l=(w::COL_FLAG) { (flag_or_normal(item)) }
                            td data-l=(w::COL_RANGE) { (range_text(item)) }
                        }
                        td data-l=(w::COL_AGE) { @if let Some(at) = item.at { span class="nw" { (words::age(age(born, frame.zone.date(at)))) } } }
                        @if actors { td data-l=(w::AUTHOR) { (item.actor) } }
                    }
                }
            }
        }
    }
}
