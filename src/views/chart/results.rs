//! Results and vitals: by tests and dates, by latest value, and one test with its trend (pages P10 and P13).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell, flowsheet, mark_new};
use crate::domain::calendar::Instant;
use crate::domain::chart::age::age;
use crate::domain::chart::flowsheet::{Filter, Panel, sheet};
use crate::domain::chart::results::{Test, range_text, test_title, unit_text, value_text};
use crate::domain::chart::standing::Standing;
use crate::domain::chart::{ChartItem, Section};
use crate::views::layout::Frame;
use crate::views::parts::{self, chart, flag};
use crate::views::paths::{self, Layout};
use crate::views::words::{self, chart as w, results as wr, rules};

/// The list of results or of vitals.
#[derive(Clone, PartialEq, Debug)]
pub struct Results {
    /// What is around it.
    pub shell: Shell,
    /// `Results` or `Vitals`.
    pub section: Section,
    /// Tests by latest reading, newest first, as far as the filter lets them through.
    pub tests: Loaded<Vec<Test>>,
    /// The panels that the filter offers.
    pub panels: Vec<Panel>,
    /// The filter.
    pub filter: Filter,
    /// How results are laid out; vitals are a list.
    pub layout: Layout,
    /// The flowsheet begins before this date.
    pub before: Option<Instant>,
    /// Whether the section holds anything at all within reach.
    pub is_empty: Empty,
}

/// Whether a section holds anything within reach, whatever the filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Empty {
    /// Nothing is recorded.
    Nothing,
    /// Something is.
    Something,
}

/// The results by tests and dates or by latest value, or the vitals by latest value.
pub fn page(frame: &Frame, model: &Results) -> Markup {
    let (shell, section) = (&model.shell, model.section);
    let filtered = section == Section::Results && model.is_empty == Empty::Something;
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (rules::section(section)) }
            (loaded(frame, &model.tests, |tests| html! {
                @if filtered { (flowsheet::controls(shell, model.layout, &model.panels, &model.filter)) }
                @if model.is_empty == Empty::Nothing { (parts::empty(w::empty(section))) }
                @else if tests.is_empty() { (flowsheet::nothing(shell, model.layout)) }
                @else if section == Section::Vitals || model.layout == Layout::List {
                    (table(frame, shell, section, &tests.iter().collect::<Vec<_>>()))
                } @else { (by_dates(frame, model, tests)) }
            }))
        }
    };
    shell::page(frame, shell, Some(section), rules::section(section), &main)
}

fn by_dates(frame: &Frame, model: &Results, tests: &[Test]) -> Markup {
    let sheet = sheet(tests, model.before);
    let at = |after: Option<&str>| paths::results(model.shell.at(), Layout::Sheet, &model.filter, after);
    html! {
        (flowsheet::sheet(frame, &model.shell, &sheet))
        @if model.before.is_some() || sheet.older.is_some() {
            p class="actions" {
                @if model.before.is_some() { a href=(at(None)) { (wr::NEWEST) } }
                @if let Some(older) = sheet.older { a href=(at(Some(&paths::before(older)))) { (wr::OLDER) } }
            }
        }
    }
}

/// Tests as a table: latest value, flag, range, previous value, sparkline, when.
pub(super) fn table(frame: &Frame, shell: &Shell, section: Section, tests: &[&Test]) -> Markup {
    table_with(frame, shell, section, tests, &|_| html! {})
}

/// The same, with what `below` gives for the value shown below its time.
pub(super) fn table_with(
    frame: &Frame,
    shell: &Shell,
    section: Section,
    tests: &[&Test],
    below: &dyn Fn(&ChartItem) -> Markup,
) -> Markup {
    let vitals = section == Section::Vitals;
    let first = if vitals { w::COL_MEASURE } else { w::COL_TEST };
    let ranges = tests.iter().any(|t| tells(t.shown()));
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
                    @let item = test.shown();
                    tr {
                        th scope="row" { (test_name(shell, section, item)) (stage(item)) (repeat(test)) (new_among(shell, test)) }
                        td class={ "val" @if item.number.is_some() { " num" } } { (value(item)) }
                        @if ranges {
                            td class="flg" { (flag::flag_or_normal(item)) }
                            td class="ref" data-l=(w::COL_RANGE) { (range_text(item)) }
                        }
                        td class="prev" data-l=(w::COL_PREVIOUS) { (previous(frame, test)) }
                        td class="trd" { (chart::spark(test)) }
                        td class="when" { (parts::when(item, frame.zone)) (below(item)) }
                    }
                }
            }
        }
        (flag::compared(tests.iter().map(|test| test.shown())))
    }
}

/// The name of a test as a link to its trend; how it was measured stands below, quieter.
pub(super) fn test_name(shell: &Shell, section: Section, item: &ChartItem) -> Markup {
    let (name, method) = test_title(&item.title);
    html! {
        a href=(paths::item(shell.at(), section, item.id)) { (name) }
        @if !method.is_empty() { span class="sub" { (method) } }
    }
}

/// Whether the value is a number, or numbers such as a blood pressure, so that a unit belongs to it.
fn measured(item: &ChartItem) -> bool {
    let digits = item.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>'));
    item.number.is_some()
        || digits
            && item.text.chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '.' | ' ' | '<' | '>' | '='))
}

/// Whether a range or a flag stands beside a value.
fn tells(item: &ChartItem) -> bool {
    !range_text(item).is_empty() || Standing::of(item) != Standing::Unknown || !item.said.is_empty()
}

/// "New" where any reading of a test is new to the viewer.
fn new_among(shell: &Shell, test: &Test) -> Markup {
    test.readings()
        .find(|reading| shell.is_new(reading))
        .map_or_else(|| html! {}, |item| mark_new(shell, item))
}

/// That a test was repeated without a value yet, where the value before it is shown.
pub(super) fn repeat(test: &Test) -> Markup {
    html! { @if let Some(repeat) = test.repeat() { " " (flag::tag("info", wr::repeat(repeat))) } }
}

/// How far a value has come, when it is not simply final.
pub(super) fn stage(item: &ChartItem) -> Markup {
    match item.status.as_str() {
        "registered" => html! { " " (flag::tag("info", wr::PENDING)) },
        "cancelled" => html! { " " (flag::tag("stop", wr::CANCELLED)) },
        "preliminary" => html! { " " (flag::tag("info", w::PRELIMINARY)) },
        "amended" | "corrected" => html! { " " (flag::tag("info", w::CORRECTED)) },
        _ => html! {},
    }
}

/// A value with its unit, and the one it replaced, struck.
pub(super) fn value(item: &ChartItem) -> Markup {
    html! { (value_alone(item)) @if !item.unit.is_empty() && measured(item) { " " span class="unit" { (unit_text(&item.unit)) } } }
}

/// A value without its unit, struck when it was cancelled; the one it replaced stands after it, struck too.
pub(super) fn value_alone(item: &ChartItem) -> Markup {
    html! {
        @if item.status == "cancelled" { del { (value_text(item)) } } @else { strong { (value_text(item)) } }
        @if !item.was.is_empty() { " " span class="was" { span class="vh" { (wr::WAS) " " } del { (item.was) } } }
    }
}

fn previous(frame: &Frame, test: &Test) -> Markup {
    let Some(item) = test.previous() else { return html! {} };
    html! {
        span class="nw" { (value_text(item)) @if item.unit != test.shown().unit { " " (unit_text(&item.unit)) } }
        @if let Some(at) = item.at { " " span class="quiet nw" { "(" (words::dated(frame.zone.date(at), item.dated.at)) ")" } }
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
        p class="back" { a href=(paths::chart_section(shell.at(), section)) { "← " (w::BACK_TO) " " (rules::section(section)) } }
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (title) }
            (loaded(frame, &model.test, |test| html! { (chart::trend(frame, shell, test, section)) (readings(frame, shell, test, section)) }))
        }
    };
    shell::page(frame, shell, Some(section), &title, &main)
}

/// A column of the table of readings beside time, value, flag, range and age.
type More = (&'static str, fn(&Shell, &ChartItem) -> Markup);

fn readings(frame: &Frame, shell: &Shell, test: &Test, section: Section) -> Markup {
    let born = shell.banner.birth_date;
    let when = if section == Section::Vitals { w::COL_MEASURED } else { w::COL_COLLECTED };
    let flags = test.readings().any(tells);
    let by = if section == Section::Vitals { w::AUTHOR } else { wr::COL_LAB };
    let any = |filled: fn(&ChartItem) -> bool| test.readings().any(filled);
    let reported = shell.shows(Section::Reports) && any(|r| r.report.is_some());
    let all: [(bool, More); 4] = [
        (any(|r| !r.actor.is_empty()), (by, |_, item| html! { (item.actor) })),
        (any(|r| !r.method.is_empty()), (wr::COL_METHOD, |_, item| html! { (item.method) })),
        (any(|r| !r.detail.is_empty()), (wr::COL_COMMENT, |_, item| html! { (item.detail) })),
        (reported, (wr::COL_ORIGINAL, original)),
    ];
    let more: Vec<More> = all.into_iter().filter(|(shown, _)| *shown).map(|(_, column)| column).collect();
    html! {
        h2 { (w::VALUES) }
        table class="t stack" {
            thead { tr {
                th scope="col" { (when) } th scope="col" { (w::COL_RESULT) }
                @if flags { th scope="col" { (w::COL_FLAG) } th scope="col" { (w::COL_RANGE) } }
                th scope="col" { (w::COL_AGE) }
                @for (words, _) in &more { th scope="col" { (words) } }
            } }
            tbody {
                @for item in test.readings() {
                    tr {
                        th scope="row" { (parts::when(item, frame.zone)) (stage(item)) (mark_new(shell, item)) }
                        td data-l=(w::COL_RESULT) { (value(item)) }
                        @if flags {
                            td data-l=(w::COL_FLAG) { (flag::flag_or_normal(item)) }
                            td data-l=(w::COL_RANGE) { (range_text(item)) }
                        }
                        td data-l=(w::COL_AGE) { @if let Some(age) = item.at.and_then(|at| words::age_by(age(born, frame.zone.date(at)), item.dated.at)) { span class="nw" { (age) } } }
                        @for (words, show) in &more { td data-l=(words) { (show(shell, item)) } }
                    }
                }
            }
        }
        (flag::compared(test.readings()))
    }
}

/// The link to the report that a value came with.
fn original(shell: &Shell, item: &ChartItem) -> Markup {
    html! { @if let Some(report) = item.report { a href=(paths::item(shell.at(), Section::Reports, report)) { (wr::ORIGINAL) } } }
}
