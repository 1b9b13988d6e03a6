//! The results of a chart as a flowsheet, and the filters of both layouts (page P10).

use maud::{Markup, html};

use super::results::{stage, test_name, value_alone};
use super::{Shell, mark_new};
use crate::domain::chart::flowsheet::{Column, Filter, Panel, Period, Row, Sheet};
use crate::domain::chart::results::{range_text, unit_text};
use crate::domain::chart::{ChartItem, Section};
use crate::views::layout::Frame;
use crate::views::parts::{self, field, flag};
use crate::views::paths::{self, Layout};
use crate::views::words::{self, results as w};

/// The two layouts and the filter, above the results.
pub(super) fn controls(shell: &Shell, layout: Layout, panels: &[Panel], filter: &Filter) -> Markup {
    let links = [(Layout::Sheet, w::AS_SHEET), (Layout::List, w::AS_LIST)];
    html! {
        nav class="layouts" aria-label=(w::VIEWS) {
            @for (other, name) in links {
                @if other == layout { strong aria-current="true" { (name) } }
                @else { a href=(paths::results(shell.at(), other, filter, None)) { (name) } }
            }
        }
        details class="filter" open[!filter.is_open()] {
            summary { (w::FILTER) }
            (form(shell, layout, panels, filter))
        }
    }
}

fn form(shell: &Shell, layout: Layout, panels: &[Panel], filter: &Filter) -> Markup {
    let mut named = vec![("", w::EVERY_PANEL.to_owned())];
    named.extend(panels.iter().map(|panel| (panel.key.as_str(), panel.name.clone())));
    let mut periods = vec![("", w::EVER.to_owned())];
    periods.extend(Period::ALL.iter().map(|period| (period.word(), w::period(*period).to_owned())));
    html! {
        form method="get" action=(paths::chart_section(shell.at(), Section::Results)) class="search" {
            (field::hidden("view", layout.word()))
            (field::choice("panel", w::FILTER_PANEL, filter.panel.as_deref().unwrap_or_default(), &named))
            (field::choice("period", w::FILTER_PERIOD, filter.period.map_or("", Period::word), &periods))
            (field::tick("flagged", w::FILTER_FLAGGED, "", filter.flagged, ""))
            button class="second" type="submit" { (w::SHOW) }
            @if !filter.is_open() { p { a href=(paths::results(shell.at(), layout, &Filter::default(), None)) { (w::SHOW_ALL) } } }
        }
    }
}

/// Tests by dates: the newest column first, the tests stay in sight, and only the box scrolls.
pub(super) fn sheet(frame: &Frame, shell: &Shell, sheet: &Sheet<'_>) -> Markup {
    let across = sheet.columns.len() + 1;
    html! {
        div class="sheet" role="region" aria-label=(w::SHEET_BOX) tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { (words::chart::COL_TEST) }
                    @for column in &sheet.columns { th scope="col" { (head(frame, *column)) } }
                } }
                @for group in &sheet.groups {
                    tbody {
                        @if sheet.groups.len() > 1 || !group.panel.is_empty() {
                            tr class="group" { th scope="rowgroup" colspan=(across) { span { (if group.panel.is_empty() { w::NO_PANEL } else { group.panel }) } } }
                        }
                        @for row in &group.rows { (line(shell, row)) }
                    }
                }
            }
        }
        (flag::compared(sheet.groups.iter().flat_map(|group| &group.rows).flat_map(|row| row.cells.iter().flatten().copied())))
    }
}

fn head(frame: &Frame, column: Column) -> Markup {
    let Some(at) = column.at else { return html! { span class="quiet" { (words::NO_DATE) } } };
    if column.date_only {
        return parts::dated(frame.zone.date(at), column.dated);
    }
    let (day, clock) = w::column(at, frame.zone);
    html! { time datetime=(at.rfc3339()) { span class="nw" { (day) } " " span class="sub nw" { (clock) } } }
}

fn line(shell: &Shell, row: &Row<'_>) -> Markup {
    let latest = row.test.shown();
    let (unit, range) = (unit_text(&latest.unit), range_text(latest));
    html! {
        tr {
            th scope="row" {
                (test_name(shell, Section::Results, latest))
                @if !unit.is_empty() || !range.is_empty() { span class="sub" { (unit) @if !unit.is_empty() && !range.is_empty() { " · " } (range) } }
            }
            @for cell in &row.cells { td { @for item in cell { (reading(shell, item, latest)) } } }
        }
    }
}

/// One value; its unit and range where they differ from those said beside the test.
fn reading(shell: &Shell, item: &ChartItem, latest: &ChartItem) -> Markup {
    let (unit, range) = (unit_text(&item.unit), range_text(item));
    html! {
        div class="reading" {
            (value_alone(item))
            @if item.unit != latest.unit && !unit.is_empty() { " " span class="unit" { (unit) } }
            (flag::flag(item)) (stage(item)) (mark_new(shell, item))
            @if range != range_text(latest) && !range.is_empty() { span class="sub" { (words::chart::COL_RANGE) " " (range) } }
        }
    }
}

/// What stands where nothing fits the filter.
pub(super) fn nothing(shell: &Shell, layout: Layout) -> Markup {
    html! {
        (parts::empty(w::NOTHING_SO))
        p { a href=(paths::results(shell.at(), layout, &Filter::default(), None)) { (w::SHOW_ALL) } }
    }
}
