//! Growth (page P13): each sheet with its table, the one sheet to print, and the card of the summary.

use maud::{Markup, html};

use super::shell::{self, Here, loaded};
use super::target::{self, TypedHeights};
use super::{Loaded, Shell};
use crate::domain::chart::Section;
use crate::domain::chart::age::age;
use crate::domain::chart::dated::Known;
use crate::domain::chart::growth::{
    Child, Growth, Measure, Point, Sheet, Unusable, Velocity, has_charts, is_long_ago,
};
use crate::views::layout::Frame;
use crate::views::parts::{self, growth as draw};
use crate::views::paths;
use crate::views::words::{self, chart as cw, growth as w, rules};

/// Growth of one child.
#[derive(Clone, PartialEq, Debug)]
pub struct GrowthPage {
    /// What is around it.
    pub shell: Shell,
    /// The measure asked for; `None` for all on one sheet.
    pub measure: Option<Measure>,
    /// The course of it, or of each.
    pub courses: Loaded<Vec<Growth>>,
    /// What is typed of the parents' heights.
    pub typed: TypedHeights,
}

/// The page of growth.
pub fn page(frame: &Frame, model: &GrowthPage) -> Markup {
    let labels = model.courses.here().into_iter().flatten().map(|growth| growth.labels);
    let shell = &labels.fold(model.shell.clone(), Shell::labelled);
    let over = !shell.unknown && !has_charts(shell.banner.birth_date, frame.zone.date(frame.now));
    let title = title(model.measure);
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (title) }
            @if !over && model.courses.here().is_some_and(|courses| aimed(courses).is_some()) { (model.typed.faults()) }
            @if over {
                p { (w::OVER) " " a href=(paths::chart_section(shell.id, Section::Vitals)) { (rules::section(Section::Vitals)) } "." }
            } @else {
                (tabs(shell, model.measure))
                (loaded(frame, &model.courses, |courses| html! {
                    @match (model.measure, courses.first()) {
                        (Some(_), Some(growth)) => (one(frame, shell, growth)),
                        _ => (all(frame, shell, courses)),
                    }
                    p class="quiet" { (w::METHOD) }
                    @if let Some(course) = aimed(courses) { (target::section(frame, shell, (course.target.as_ref(), &model.typed), model.measure)) }
                }))
            }
        }
    };
    shell::page_at(frame, shell, Here::Growth, &title, &main)
}

/// The course of length and height, where that is shown and there are references by the child's sex: a target height may stand on it.
fn aimed(courses: &[Growth]) -> Option<&Growth> {
    courses.iter().find(|growth| growth.measure == Measure::Length && growth.child.sex.is_some())
}

/// What the page of `measure` is called; `None` for all on one sheet.
pub fn title(measure: Option<Measure>) -> String {
    format!("{}: {}", w::TITLE, measure.map_or(w::ALL, w::measure))
}

fn tabs(shell: &Shell, current: Option<Measure>) -> Markup {
    let mark = |here: bool| here.then_some("page");
    html! {
        nav class="tabs" aria-label=(w::MEASURES) {
            ul {
                @for measure in Measure::ALL {
                    li { a href=(paths::growth_of(shell.id, *measure)) aria-current=[mark(current == Some(*measure))] { (w::measure(*measure)) } }
                }
                li { a href=(paths::growth_sheet(shell.id)) aria-current=[mark(current.is_none())] { (w::ON_ONE_SHEET) } }
            }
        }
    }
}

/// One measure: what is to be known, then each sheet beside its table.
fn one(frame: &Frame, shell: &Shell, growth: &Growth) -> Markup {
    let (sheets, child) = (growth.sheets(), &growth.child);
    let infancy = growth.points.iter().any(|p| p.then.under_two);
    html! {
        @match growth.latest() {
            Some(point) => {
                p { (w::LATEST) " " strong { (w::value(growth.measure, point.value, point.length)) }
                    @if let Some(standing) = point.standing { ", " (w::standing(standing.percentile, standing.z)) }
                    ", " (parts::dated(point.then.day, point.dated)) "." }
                @if is_long_ago(point.at, frame.now) { p class="quiet" { (w::none_since(&words::dated(point.then.day, point.dated))) } }
            }
            None => (nothing(frame, growth)),
        }
        @if child.sex.is_none() { p { (w::NO_SEX) } }
        @if infancy { p { @match child.gestation { Some(gestation) => (w::born(gestation)), None => (w::NOT_CORRECTED) } } }
        @if infancy && sheets.len() > 1 { p class="quiet" { (w::SHIFT) } }
        @for (n, sheet) in sheets.iter().enumerate() {
            div class="growth" {
                (draw::figure(shell, growth, *sheet, &format!("g{n}")))
                (table(growth, *sheet))
            }
        }
        @if growth.points.iter().any(|p| p.computed) { p class="quiet" { (w::COMPUTED_HOW) } }
        (left_out(growth))
    }
}

fn nothing(frame: &Frame, growth: &Growth) -> Markup {
    let young = growth.child.then(frame.zone.date(frame.now)).is_some_and(|then| then.under_two);
    let words =
        if young && growth.measure == Measure::Bmi { w::NO_BMI_UNDER_TWO } else { w::none(growth.measure) };
    parts::empty(words)
}

/// The foremost sheet of every measure that is charted at the child's age, small enough for one sheet of paper.
fn all(frame: &Frame, shell: &Shell, courses: &[Growth]) -> Markup {
    let today = frame.zone.date(frame.now);
    let of_age = || courses.iter().filter(|growth| growth.is_of_age(today));
    let drawn = of_age().filter_map(|growth| Some((growth, growth.foremost()?)));
    let missing = of_age().filter(|growth| growth.points.is_empty());
    let child = courses.first().map(|growth| growth.child);
    let infancy = courses.iter().any(|growth| growth.points.iter().any(|p| p.then.under_two));
    html! {
        @if let Some(gestation) = child.and_then(|c| c.gestation).filter(|_| infancy) { p { (w::born(gestation)) } }
        @if child.is_some_and(|c| c.sex.is_none()) { p { (w::NO_SEX) } }
        div class="sheets" {
            @for (n, (growth, sheet)) in drawn.enumerate() { (draw::figure(shell, growth, sheet, &format!("g{n}"))) }
        }
        @for growth in missing { (parts::empty(w::none(growth.measure))) }
    }
}

/// The measurements of a sheet, newest first.
fn table(growth: &Growth, sheet: Sheet) -> Markup {
    let points: Vec<&Point> = growth.points.iter().rev().filter(|p| growth.on(sheet, p)).collect();
    let corrected = points.iter().any(|p| p.then.corrected.is_some());
    let velocity = points.iter().any(|p| growth.velocity(p).is_some());
    if points.is_empty() {
        return html! {};
    }
    html! {
        table class="t stack" {
            caption class="vh" { (w::sheet(sheet, growth.measure, growth.child.sex)) }
            thead { tr {
                th scope="col" { (cw::COL_MEASURED) } th scope="col" { (cw::COL_AGE) }
                @if corrected { th scope="col" { (w::COL_CORRECTED) } }
                th scope="col" { (w::COL_VALUE) } th scope="col" { (w::COL_PERCENTILE) } th scope="col" { (w::COL_Z) }
                @if velocity { th scope="col" { (w::COL_VELOCITY) } }
            } }
            tbody {
                @for point in points {
                    tr {
                        th scope="row" { (parts::dated(point.then.day, point.dated)) }
                        td data-l=(cw::COL_AGE) { @if let Some(age) = words::age_by(age(growth.child.birth, point.then.day.max(growth.child.birth)), point.dated) { span class="nw" { (age) } } }
                        @if corrected { td data-l=(w::COL_CORRECTED) { (corrected_age(&growth.child, point)) } }
                        td data-l=(w::COL_VALUE) { strong class="nw" { (w::value(growth.measure, point.value, point.length)) } (aside(how(point))) }
                        td data-l=(w::COL_PERCENTILE) { @if let Some(s) = point.standing { (w::percentile(s.percentile)) } (aside(note(growth, point))) }
                        td data-l=(w::COL_Z) { @if let Some(s) = point.standing { (w::z(s.z)) } }
                        @if velocity { td data-l=(w::COL_VELOCITY) { @if let Some(velocity) = growth.velocity(point) { (pace(&velocity)) } } }
                    }
                }
            }
        }
    }
}

/// A velocity with the day from which it spans to that of its row.
fn pace(velocity: &Velocity) -> Markup {
    html! {
        span class="nw" { (w::velocity(velocity)) }
        span class="sub" { (w::SINCE) " " (parts::date(velocity.from)) }
    }
}

fn corrected_age(child: &Child, point: &Point) -> Markup {
    html! {
        @if let (Some(days), Some(term)) = (point.then.corrected, child.term_day()) {
            @if days < 0 { (w::BEFORE_TERM) } @else { span class="nw" { (words::age(age(term, point.then.day))) } }
        }
    }
}

/// A quieter second line of a cell.
fn aside(words: Option<String>) -> Markup {
    html! { @if let Some(words) = words { span class="sub" { (words) } } }
}

/// How a value came about, where that matters.
fn how(point: &Point) -> Option<String> {
    match (point.computed, point.lying) {
        (true, _) => Some(w::COMPUTED.into()),
        (_, true) => Some(w::LYING.into()),
        _ => None,
    }
}

/// What is to be said of a standing, or of its absence.
fn note(growth: &Growth, point: &Point) -> Option<String> {
    match point.standing {
        None if point.dated != Known::Day => Some(w::VAGUE.into()),
        Some(s) if !s.plausible => Some(w::IMPLAUSIBLE.into()),
        Some(s) => w::beyond(s.reference, s.of_95th),
        None if growth.child.sex.is_some() && point.then.counted() >= 0 => Some(w::OUTSIDE.into()),
        None => None,
    }
}

fn left_out(growth: &Growth) -> Markup {
    html! {
        @for why in [Unusable::Unit, Unusable::Number, Unusable::Status, Unusable::Time, Unusable::Age] {
            @let these: Vec<_> = growth.left_out.iter().filter(|l| l.why == why).collect();
            @if !these.is_empty() {
                @let units = distinct(these.iter().map(|l| l.unit.as_str()));
                p class="quiet" { (w::left_out(why, these.len(), &units)) }
            }
        }
    }
}

fn distinct<'a>(units: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen: Vec<&str> = Vec::new();
    for unit in units {
        if !seen.contains(&unit) {
            seen.push(unit);
        }
    }
    seen
}

/// The growth card of a child's summary: the latest weight and length, each with its percentile.
pub(super) fn card(shell: &Shell, courses: &[Growth]) -> Markup {
    let heading = html! { (w::TITLE) " " a href=(paths::growth(shell.id)) { (w::CHARTS) } };
    let latest = || courses.iter().filter_map(|growth| Some((growth, growth.latest()?)));
    let body = html! {
        @if latest().next().is_none() { (parts::empty(w::NO_CARD)) } @else {
            ul class="lines" {
                @for (growth, point) in latest() {
                    li {
                        a href=(paths::growth_of(shell.id, growth.measure)) { (w::measure(growth.measure)) } " "
                        strong { (w::value(growth.measure, point.value, point.length)) }
                        @if let Some(s) = point.standing { ", " (w::standing(s.percentile, s.z)) @if !s.plausible { ", " (w::IMPLAUSIBLE) } }
                        span class="quiet" { ", " (parts::dated(point.then.day, point.dated)) }
                    }
                }
            }
        }
    };
    parts::panel("card-growth", &heading, &body)
}
