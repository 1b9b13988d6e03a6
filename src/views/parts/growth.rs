//! Growth charts as SVG: percentile lines, the child's course, both axes with labels and values. The x axis is age or length at true
//! spacing; implausible values are hollow and not joined.

use maud::{Markup, html};

use super::chart::{polyline, r};
use crate::domain::chart::growth::{Growth, Point, Sheet, Target};
use crate::domain::chart::trend::Scale;
use crate::views::chart::Shell;
use crate::views::parts;
use crate::views::words::{self, chart as cw, growth as w, target as wt};

/// The drawing area of a growth chart, in its own units.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 46.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 52.0;
/// Half the width of the bar of the target height, so that the labels of the lines stay beside it.
const HALF_BAR: f64 = 4.0;
/// Labels of percentile lines stand at least so far apart.
const LABEL: f64 = 13.0;

struct Plot {
    sheet: Sheet,
    scale: Scale,
}

impl Plot {
    fn x(&self, x: f64) -> f64 {
        let (first, last) = self.sheet.span();
        LEFT + (WIDTH - LEFT - RIGHT) * (x - first) / (last - first)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * self.scale.share(value)
    }

    /// The place of a point; one off the scale stands at the edge.
    fn place(&self, point: &Point) -> Option<(f64, f64)> {
        Some((self.x(self.sheet.x(point)?), self.y(point.value).clamp(TOP, HEIGHT - BOTTOM)))
    }

    fn grid(&self) -> Markup {
        let decimals = self.scale.decimals();
        let (first, last) = self.sheet.span();
        let step = self.sheet.tick();
        let count = ((last - first) / step).floor();
        let ticks = std::iter::successors(Some(0.0), |n| Some(n + 1.0)).take_while(|n| *n <= count);
        html! {
            @for value in self.scale.ticks() {
                @let y = self.y(value);
                line class="rule" x1=(r(LEFT)) x2=(r(WIDTH - RIGHT)) y1=(r(y)) y2=(r(y)) {}
                text class="tick" x=(r(LEFT - 7.0)) y=(r(y + 4.0)) text-anchor="end" { (format!("{value:.decimals$}")) }
            }
            @for n in ticks {
                @let x = self.x(first + step * n);
                line class="rule" x1=(r(x)) x2=(r(x)) y1=(r(TOP)) y2=(r(HEIGHT - BOTTOM + 5.0)) {}
                text class={ "tick" @if n % 2.0 > 0.5 { " alt" } } x=(r(x)) y=(r(HEIGHT - BOTTOM + 19.0)) text-anchor="middle" { (first + step * n) }
            }
        }
    }

    /// The percentile lines with their labels at the right end; on a small screen only the middle and the outermost have one.
    fn lines(&self, lines: &[Line]) -> Markup {
        let mut below = f64::INFINITY;
        let last = lines.len().saturating_sub(1);
        html! {
            @for (n, line) in lines.iter().enumerate() {
                @if let Some((x, value)) = line.points.last() {
                    @let middle = (line.percent - 50.0).abs() < 0.5;
                    polyline class={ "pct" @if middle { " mid" } } points=(polyline(line.points.iter().map(|(x, y)| (self.x(*x), self.y(*y))))) {}
                    @let y = (self.y(*value) + 4.0).min(below - LABEL);
                    @let () = below = y;
                    text class={ "tick" @if !middle && n != 0 && n != last { " alt" } } x=(r(self.x(*x) + 5.0)) y=(r(y)) { (line.percent) }
                }
            }
        }
    }

    fn course(&self, points: &[&Point]) -> Markup {
        let joined = points.iter().filter(|p| p.is_plausible()).filter_map(|p| self.place(p));
        html! { polyline class="line" points=(polyline(joined)) {} }
    }

    /// The target height as a bar at 20 years: the range, and the height itself across it.
    fn target(&self, target: &Target) -> Markup {
        let x = self.x(self.sheet.span().1);
        let (low, high) = target.range();
        let (low, middle, high) = (self.y(low), self.y(target.cm), self.y(high));
        let (left, right) = (r(x - HALF_BAR), r(x + HALF_BAR));
        let across = |y: f64| format!("M{left},{y}H{right}", y = r(y));
        let bar =
            format!("{}M{},{}V{}{}{}", across(high), r(x), r(high), r(low), across(low), across(middle));
        html! { path class="line" d=(bar) { title { (wt::legend(target)) } } }
    }

    fn mark(&self, growth: &Growth, point: &Point) -> Markup {
        html! {
            @if let Some((x, y)) = self.place(point) {
                circle class={ "pt" @if !point.is_plausible() { " hollow" } } cx=(r(x)) cy=(r(y)) r="4.5" { title { (said(growth, point)) } }
            }
        }
    }
}

struct Line {
    percent: f64,
    points: Vec<(f64, f64)>,
}

/// "02-May-2024: 18.2 kg, 57th percentile (z 0.18)".
fn said(growth: &Growth, point: &Point) -> String {
    let value = w::value(growth.measure, point.value, point.length);
    let standing =
        point.standing.map_or_else(String::new, |s| format!(", {}", w::standing(s.percentile, s.z)));
    format!("{}: {value}{standing}", words::date(point.then.day))
}

/// One sheet as a figure: patient, title, axes with values, percentile lines, the child's course, legend. `id` is unique on the page.
pub fn figure(shell: &Shell, growth: &Growth, sheet: Sheet, id: &str) -> Markup {
    let points: Vec<&Point> = growth.points.iter().filter(|p| sheet.x(p).is_some()).collect();
    let extended = points.iter().any(|p| p.standing.is_some_and(|s| s.of_95th.is_some()));
    let further: &[(f64, f64)] = if extended { Sheet::extended_lines() } else { &[] };
    let wanted = sheet.lines(growth.measure).iter().chain(further);
    let lines: Vec<Line> = growth.child.sex.map_or_else(Vec::new, |sex| {
        wanted.map(|(p, z)| Line { percent: *p, points: sheet.line(growth.measure, sex, *z) }).collect()
    });
    let values = points.iter().filter(|p| p.is_plausible()).map(|p| p.value);
    let drawn = lines.iter().flat_map(|line| line.points.iter().map(|(_, y)| *y));
    let target = growth.target_on(sheet);
    let aimed = target.into_iter().flat_map(|target| <[f64; 2]>::from(target.range()));
    let plot = Plot { sheet, scale: Scale::holding(values.chain(drawn).chain(aimed), 8.0) };
    let who = &shell.banner;
    let title = w::sheet(sheet, growth.measure, growth.child.sex);
    let corrected = growth.points.iter().any(|p| p.then.corrected.is_some());
    let y_label = format!("{} ({})", w::measure(growth.measure), w::unit(growth.measure));
    html! {
        figure class="trend" {
            figcaption { strong { (title) } span class="sub" { (parts::name(&who.family, &who.given)) " · " (cw::BORN) " " (parts::date(who.birth_date)) " · " (cw::MRN) " " (parts::mrn(&who.mrn)) } }
            svg viewBox="0 0 560 420" role="img" aria-labelledby={ "t" (id) " d" (id) } {
                title id={ "t" (id) } { (title) }
                desc id={ "d" (id) } { (described(growth, &points)) @if let Some(target) = target { " " (wt::target(target)) } }
                (plot.grid())
                (plot.lines(&lines))
                (plot.course(&points))
                @if let Some(target) = target { (plot.target(target)) }
                @for point in &points { (plot.mark(growth, point)) }
                text class="axis" x=(r(f64::midpoint(LEFT, WIDTH - RIGHT))) y=(r(HEIGHT - 6.0)) text-anchor="middle" { (w::axis(sheet, corrected)) }
                text class="axis" transform={ "translate(14 " (r(f64::midpoint(TOP, HEIGHT - BOTTOM))) ") rotate(-90)" } text-anchor="middle" { (y_label) }
            }
            (legend(sheet, &lines, &points, extended))
            @if let Some(target) = target { p class="quiet" { (wt::legend(target)) } }
        }
    }
}

fn described(growth: &Growth, points: &[&Point]) -> String {
    let Some((first, last)) = points.first().zip(points.last()) else { return String::new() };
    w::description(
        points.len(),
        &words::date(first.then.day),
        &words::date(last.then.day),
        &said(growth, last),
    )
}

fn legend(sheet: Sheet, lines: &[Line], points: &[&Point], extended: bool) -> Markup {
    let percents: Vec<f64> = lines.iter().map(|line| line.percent).collect();
    html! {
        ul class="legend" aria-label=(cw::LEGEND) {
            li { svg viewBox="0 0 14 14" aria-hidden="true" focusable="false" { circle class="pt" cx="7" cy="7" r="4" {} } (w::LEGEND_VALUE) }
            @if points.iter().any(|p| !p.is_plausible()) {
                li { svg viewBox="0 0 14 14" aria-hidden="true" focusable="false" { circle class="pt hollow" cx="7" cy="7" r="4" {} } (w::LEGEND_HOLLOW) }
            }
            @if !lines.is_empty() {
                li { svg viewBox="0 0 14 14" aria-hidden="true" focusable="false" { line class="pct" x1="0" x2="14" y1="7" y2="7" {} } (w::lines(&percents, sheet, extended)) }
            }
        }
    }
}
