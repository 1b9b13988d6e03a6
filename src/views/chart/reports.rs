//! Reports by type, and one report with its findings and susceptibilities (pages P10 and P14).

use maud::{Markup, html};

use super::item::file_link;
use super::lists::title;
use super::results::{stage, value};
use super::shell::{self, loaded};
use super::{Loaded, Shell, mark_new};
use crate::domain::chart::microbiology::{self, Organism, Susceptibility, organisms};
use crate::domain::chart::reports::{ReportType, by_type, type_of};
use crate::domain::chart::results::{printed, test_title, unit_text, value_text};
use crate::domain::chart::{ChartItem, SUSCEPTIBILITY, Section};
use crate::views::layout::Frame;
use crate::views::parts::{self, flag};
use crate::views::paths;
use crate::views::words::chart::column as col;
use crate::views::words::{self, chart as w, results as wr, rules};

/// The reports of a chart.
#[derive(Clone, PartialEq, Debug)]
pub struct Reports {
    /// What is around them.
    pub shell: Shell,
    /// The reports, newest first.
    pub items: Loaded<Vec<ChartItem>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The reports by type, each with its conclusion.
pub fn page(frame: &Frame, model: &Reports) -> Markup {
    let shell = &model.shell.showing(model.items.here().into_iter().flatten());
    let section = Section::Reports;
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (rules::section(section)) }
            (loaded(frame, &model.items, |items| html! {
                @if items.is_empty() { (parts::empty(w::empty(section))) }
                @for (kind, reports) in by_type(items) { (group(frame, shell, kind, &reports)) }
            }))
            @if let Some(next) = &model.next { p class="actions" { a class="button second" href=(paths::chart_section_after(shell.at(), section, next)) { (words::MORE) } } }
        }
    };
    shell::page(frame, shell, Some(section), rules::section(section), &main)
}

fn group(frame: &Frame, shell: &Shell, kind: ReportType, reports: &[&ChartItem]) -> Markup {
    html! {
        h2 { (wr::reports(kind)) }
        @if kind == ReportType::Imaging { p class="quiet" { (wr::NO_IMAGES) } }
        ul class="rows reports" {
            @for report in reports {
                li {
                    (title(shell, report)) (stage(report))
                    span class="sub" { (parts::when(report, frame.zone)) @if !report.actor.is_empty() { " · " (report.actor) } @if !report.detail.is_empty() { " · " (report.detail) } }
                    @if !report.text.is_empty() { p { (report.text) } }
                }
            }
        }
    }
}

/// One report with its text and what belongs to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// What is around it.
    pub shell: Shell,
    /// The report and its text.
    pub content: Loaded<(ChartItem, String)>,
    /// The results that belong to it, susceptibilities among them.
    pub results: Loaded<Vec<ChartItem>>,
}

/// The page of one report.
pub fn report_page(frame: &Frame, model: &Report) -> Markup {
    let report = model.content.here().map(|(item, _)| item);
    let shell = &model.shell.showing(report.into_iter().chain(model.results.here().into_iter().flatten()));
    let section = Section::Reports;
    let title = match &model.content {
        Loaded::Here((item, _)) => item.title.clone(),
        _ => rules::section(section).to_owned(),
    };
    let main = html! {
        p class="back" { a href=(paths::chart_section(shell.at(), section)) { "← " (w::BACK_TO) " " (rules::section(section)) } }
        article class="panel" aria-labelledby="title" {
            h1 id="title" { (title) }
            (loaded(frame, &model.content, |(item, body)| content(frame, model, item, body)))
        }
    };
    shell::page(frame, shell, Some(section), &title, &main)
}

fn content(frame: &Frame, model: &Report, item: &ChartItem, body: &str) -> Markup {
    let none = Vec::new();
    // A viewer whose reach has reports but no results reads the report's text only.
    let belonging = match &model.results {
        Loaded::Here(list) => list,
        _ => &none,
    };
    let (tried, findings): (Vec<&ChartItem>, Vec<&ChartItem>) =
        belonging.iter().partition(|item| item.category == SUSCEPTIBILITY);
    html! {
        dl class="facts" {
            div { dt { (col::DATE) } dd { (parts::when(item, frame.zone)) } }
            @if !item.actor.is_empty() { div { dt { (w::AUTHOR) } dd { (item.actor) } } }
            div { dt { (w::KIND) } dd { (wr::reports(type_of(item))) @if !item.category.is_empty() { " (" (item.category) ")" } } }
            @if !item.status.is_empty() { div { dt { (w::STATUS) } dd { (w::status(&item.status)) } } }
        }
        (file_link(&model.shell, item))
        @if matches!(model.results, Loaded::Down(_)) { (loaded(frame, &model.results, |_| html! {})) }
        @if !findings.is_empty() { (found(frame, &model.shell, &findings)) }
        @if !tried.is_empty() { h2 { (wr::SUSCEPTIBILITIES) } @for organism in organisms(belonging) { (susceptibilities(&organism)) } }
        @if !body.trim().is_empty() { div class="prose" { (body.trim()) } }
        @else if !item.text.is_empty() { div class="prose" { (item.text) } }
        @else if findings.is_empty() && tried.is_empty() && item.method.is_empty() { (parts::empty(w::NO_BODY)) }
        @if type_of(item) == ReportType::Imaging { p class="quiet" { (wr::NO_IMAGES) } }
    }
}

fn found(frame: &Frame, shell: &Shell, findings: &[&ChartItem]) -> Markup {
    html! {
        h2 { (wr::FINDINGS) }
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_TEST) } th scope="col" { (wr::COL_FINDING) } th scope="col" { (w::COL_FLAG) } th scope="col" { (w::COL_COLLECTED) } } }
            tbody {
                @for item in findings {
                    tr {
                        th scope="row" { a href=(paths::item(shell.at(), Section::Results, item.id)) { (test_title(&item.title).0) } (stage(item)) (mark_new(shell, item)) }
                        td data-l=(wr::COL_FINDING) { (value(item)) @if !item.detail.is_empty() { span class="sub" { (item.detail) } } }
                        td data-l=(w::COL_FLAG) { (flag::flag(item)) }
                        td data-l=(w::COL_COLLECTED) { (parts::when(item, frame.zone)) }
                    }
                }
            }
        }
        (flag::compared(findings.iter().copied()))
    }
}

fn susceptibilities(organism: &Organism<'_>) -> Markup {
    let name = if organism.name.is_empty() { wr::ORGANISM_UNKNOWN } else { organism.name };
    let methods = organism.tried.iter().any(|item| !item.method.is_empty());
    html! {
        table class="t stack" {
            caption { (name) }
            thead { tr {
                th scope="col" { (wr::COL_ANTIBIOTIC) } th scope="col" { (wr::COL_MIC) } th scope="col" { (wr::COL_ANSWER) }
                @if methods { th scope="col" { (wr::COL_METHOD) } }
            } }
            tbody {
                @for item in &organism.tried {
                    tr {
                        th scope="row" { (test_title(&item.title).0) (stage(item)) }
                        td data-l=(wr::COL_MIC) { @if item.number.is_some() { (value_text(item)) " " span class="unit" { (unit_text(&item.unit)) } } @if !item.was.is_empty() { " " del { (item.was) } } }
                        td data-l=(wr::COL_ANSWER) { (answer(item)) }
                        @if methods { td data-l=(wr::COL_METHOD) { (item.method) } }
                    }
                }
            }
        }
    }
}

/// Susceptible, intermediate or resistant, as a word.
fn answer(item: &ChartItem) -> Markup {
    let (code, _) = microbiology::answer(item);
    match Susceptibility::of_code(code) {
        Some(answer @ (Susceptibility::Resistant | Susceptibility::NotSusceptible)) => {
            flag::tag("stop", wr::susceptibility(answer))
        }
        Some(answer @ (Susceptibility::Intermediate | Susceptibility::DoseDependent)) => {
            flag::tag("warn", wr::susceptibility(answer))
        }
        Some(answer) => html! { (wr::susceptibility(answer)) },
        None if code.is_empty() => html! { span class="quiet" { (wr::NO_ANSWER) } },
        None => html! { (printed(item)) },
    }
}
