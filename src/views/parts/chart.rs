//! Trend charts and sparklines as SVG: true time spacing, reference band, patient named, data beside it. Marks differ by
//! shape and not by colour alone.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::results::{Test, is_critical, range_text, unit_text, value_text};
use crate::domain::chart::standing::Standing;
use crate::domain::chart::trend::{
    Bound, Grain, Point, Scale, TimeAxis, lines, newest, others, unit_changes, vague,
};
use crate::domain::chart::{Flag, Section};
use crate::views::chart::Shell;
use crate::views::layout::Frame;
use crate::views::parts;
use crate::views::words::{self, chart as w, results};

/// The drawing area of a trend chart, in its own units.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 52.0;

/// A sparkline of a test: shape only, hidden from screen readers, as the table beside it has the values. Nothing for fewer
/// than two numbers.
pub fn spark(test: &Test) -> Markup {
    let lines = lines(test.readings());
    let recent: Vec<&[Point]> =
        lines.iter().map(|l| l.get(l.len().saturating_sub(24)..).unwrap_or(l)).collect();
    let Some((first, last)) = recent.first().and_then(|l| l.first().zip(l.last())) else { return html! {} };
    let latest = test.shown();
    let values = recent.iter().copied().flatten().map(|p| p.value);
    let (low, high) = span(values.chain(latest.low).chain(latest.high));
    let x = |at: Instant| 3.0 + 82.0 * share(first.at, last.at, at);
    let y = |value: f64| 20.0 - 16.0 * (value - low) / (high - low);
    let top = latest.high.map_or(2.0, y).max(2.0);
    let bottom = latest.low.map_or(22.0, y).min(22.0);
    html! {
        svg class="spark" viewBox="0 0 90 24" aria-hidden="true" focusable="false" {
            @if latest.low.is_some() || latest.high.is_some() { rect class="band" x="0" width="90" y=(r(top)) height=(r((bottom - top).max(0.5))) {} }
            @for line in &recent {
                polyline class="line" points=(polyline(line.iter().map(|p| (x(p.at), y(p.value))))) {}
                @if let Some(end) = line.last() {
                    circle class={ "pt" @if end.standing.is_abnormal() { " out" } } cx=(r(x(end.at))) cy=(r(y(end.value))) r="2.6" {}
                }
            }
        }
    }
}

fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if high - low < 1e-9 { (low - 1.0, high + 1.0) } else { (low, high) }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing needs no more than 52 bits of seconds")]
fn share(first: Instant, last: Instant, at: Instant) -> f64 {
    let whole = last.seconds_since(first).max(1) as f64;
    at.seconds_since(first) as f64 / whole
}

/// A coordinate to a tenth.
pub(super) fn r(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The `points` attribute of a polyline.
pub(super) fn polyline(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut out = String::new();
    for (x, y) in points {
        if !out.is_empty() {
            out.push(' ');
        }
        let _ = write!(out, "{},{}", r(x), r(y));
    }
    out
}

/// The trend of a test as a figure: patient, title, both axes with labels and values, reference range, legend. Says so when
/// fewer than two values are numbers.
pub fn trend(frame: &Frame, shell: &Shell, test: &Test, section: Section) -> Markup {
    let lines = lines(test.readings());
    // The axis is of what is drawn, which a newer value without a day is not.
    let latest = newest(test.readings()).unwrap_or_else(|| test.shown());
    let Some((first, last)) = lines.first().and_then(|l| l.first().zip(l.last())) else {
        return html! { (parts::empty(w::NO_CHART)) (not_drawn(test)) };
    };
    let points = lines.concat();
    let scale = Scale::around(&points, latest.low, latest.high);
    let axis = TimeAxis::spanning(first.at, last.at, frame.zone, 7);
    let plot = Plot { scale, axis };
    let who = &shell.banner;
    let unit = unit_text(&latest.unit);
    let day = |at: Instant| words::date(frame.zone.date(at));
    let description = w::chart_description(
        &latest.title,
        lines.first().map_or(0, Vec::len),
        &day(first.at),
        &day(last.at),
        &format!("{} {}", value_text(latest), unit),
    );
    let y_label =
        if unit.is_empty() { latest.title.clone() } else { format!("{} ({})", short(&latest.title), unit) };
    let x_label = if section == Section::Vitals { w::AXIS_MEASURED } else { w::AXIS_COLLECTED };
    let id = latest.id.simple().to_string();
    html! {
        figure class="trend" {
            figcaption class="quiet" { (parts::name(&who.family, &who.given)) " · " (w::BORN) " " (parts::date(who.birth_date)) " · " (w::MRN) " " (parts::mrn(&who.mrn)) }
            svg viewBox="0 0 560 280" role="img" aria-labelledby={ "t" (id) " d" (id) } {
                title id={ "t" (id) } { (latest.title) }
                desc id={ "d" (id) } { (description) }
                (plot.band(latest.low, latest.high))
                (plot.grid(frame.zone))
                @for line in &lines { (plot.line(line)) }
                @for point in &points { (plot.mark(point, &format!("{}: {}", words::moment(point.at, frame.zone), point.printed))) }
                text class="axis" x=(r(f64::midpoint(LEFT, WIDTH - RIGHT))) y=(r(HEIGHT - 6.0)) text-anchor="middle" { (x_label) }
                text class="axis" transform={ "translate(14 " (r(f64::midpoint(TOP, HEIGHT - BOTTOM))) ") rotate(-90)" } text-anchor="middle" { (y_label) }
            }
            (legend(&points, &range_text(latest), latest.low.is_some() || latest.high.is_some()))
            @if lines.len() > 1 { p class="quiet" { (w::LEGEND_PAIR) } }
            @for change in unit_changes(test.readings()) {
                p class="quiet" { (results::unit_changed(&change, frame.zone, (&unit_text(&change.from), &unit_text(&change.to)))) }
            }
            (not_drawn(test))
        }
    }
}

/// How many values are not drawn, because they are in another unit than the axis, or dated to a month or a year.
fn not_drawn(test: &Test) -> Markup {
    let vague = vague(test.readings());
    html! {
        @if vague > 0 { p class="quiet" { (results::not_drawn_vague(vague)) } }
        @for (unit, count) in others(test.readings()) { p class="quiet" { (results::not_drawn(count, &unit_text(unit))) } }
    }
}

fn short(title: &str) -> &str {
    title.split(['[', '(']).next().map_or(title, str::trim)
}

struct Plot {
    scale: Scale,
    axis: TimeAxis,
}

impl Plot {
    fn x(&self, at: Instant) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * self.axis.share(at)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * self.scale.share(value)
    }

    fn band(&self, low: Option<f64>, high: Option<f64>) -> Markup {
        let top = high.map_or(TOP, |v| self.y(v).max(TOP));
        let bottom = low.map_or(HEIGHT - BOTTOM, |v| self.y(v).min(HEIGHT - BOTTOM));
        html! {
            @if low.is_some() || high.is_some() {
                rect class="band" x=(r(LEFT)) width=(r(WIDTH - LEFT - RIGHT)) y=(r(top)) height=(r((bottom - top).max(0.5))) {}
            }
        }
    }

    fn grid(&self, zone: Zone) -> Markup {
        let decimals = self.scale.decimals();
        html! {
            @for value in self.scale.ticks() {
                @let y = self.y(value);
                line class="rule" x1=(r(LEFT)) x2=(r(WIDTH - RIGHT)) y1=(r(y)) y2=(r(y)) {}
                text class="tick" x=(r(LEFT - 7.0)) y=(r(y + 4.0)) text-anchor="end" { (format!("{value:.decimals$}")) }
            }
            @for (n, day) in self.axis.ticks.iter().enumerate() {
                @let x = self.x(zone.start_of_day(*day));
                line class="rule" x1=(r(x)) x2=(r(x)) y1=(r(TOP)) y2=(r(HEIGHT - BOTTOM + 5.0)) {}
                text class={ "tick" @if n % 2 == 1 { " alt" } } x=(r(x)) y=(r(HEIGHT - BOTTOM + 19.0)) text-anchor="middle" { (tick_words(*day, self.axis.grain)) }
            }
        }
    }

    fn line(&self, points: &[Point]) -> Markup {
        let pieces: Vec<&[Point]> = points.chunk_by(|_, after| !after.breaks).collect();
        html! {
            @for piece in pieces {
                polyline class="line" points=(polyline(piece.iter().map(|p| (self.x(p.at), self.y(p.value))))) {}
            }
        }
    }

    fn mark(&self, point: &Point, words: &str) -> Markup {
        let (x, y) = (self.x(point.at), self.y(point.value));
        let hollow = if point.bound == Bound::Exact { "" } else { " hollow" };
        let critical = matches!(point.standing, Standing::Flagged(flag) if is_critical(flag));
        let size = if critical { 6.5 } else { 5.0 };
        html! {
            @match shape(point.standing) {
                Shape::Dot => circle class={ "pt" (hollow) } cx=(r(x)) cy=(r(y)) r="4" { title { (words) } },
                other => path class={ "pt out" (hollow) } d=(outline(other, x, y, size)) { title { (words) } },
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Dot,
    Up,
    Down,
    Diamond,
}

const fn shape(standing: Standing) -> Shape {
    match standing {
        Standing::Unknown | Standing::Inside | Standing::SaidNormal => Shape::Dot,
        Standing::Above | Standing::Flagged(Flag::High | Flag::CriticalHigh) => Shape::Up,
        Standing::Below | Standing::Flagged(Flag::Low | Flag::CriticalLow) => Shape::Down,
        Standing::Flagged(_) => Shape::Diamond,
    }
}

fn outline(shape: Shape, x: f64, y: f64, size: f64) -> String {
    let corners = match shape {
        Shape::Dot | Shape::Diamond => vec![(0.0, -size), (size, 0.0), (0.0, size), (-size, 0.0)],
        Shape::Up => vec![(0.0, -size), (size, size * 0.8), (-size, size * 0.8)],
        Shape::Down => vec![(0.0, size), (size, -size * 0.8), (-size, -size * 0.8)],
    };
    let path: Vec<String> =
        corners.into_iter().map(|(dx, dy)| format!("{},{}", r(x + dx), r(y + dy))).collect();
    format!("M{}z", path.join("L"))
}

fn tick_words(day: time::Date, grain: Grain) -> String {
    match grain {
        Grain::Day => format!("{:02}-{}", day.day(), words::month(day.month())),
        Grain::Month => format!("{} {}", words::month(day.month()), day.year()),
        Grain::Year => day.year().to_string(),
    }
}

fn legend(points: &[Point], range: &str, band: bool) -> Markup {
    let any = |wanted: Shape| points.iter().any(|p| shape(p.standing) == wanted);
    let shapes = [
        (Shape::Dot, w::LEGEND_READING),
        (Shape::Up, w::LEGEND_HIGH),
        (Shape::Down, w::LEGEND_LOW),
        (Shape::Diamond, w::LEGEND_ABNORMAL),
    ];
    html! {
        ul class="legend" aria-label=(w::LEGEND) {
            @for (mark, words) in shapes {
                @if any(mark) {
                    li {
                        svg viewBox="0 0 14 14" aria-hidden="true" focusable="false" {
                            @if mark == Shape::Dot { circle class="pt" cx="7" cy="7" r="4" {} } @else { path class="pt out" d=(outline(mark, 7.0, 7.0, 5.0)) {} }
                        }
                        (words)
                    }
                }
            }
            @if band { li { svg viewBox="0 0 14 14" aria-hidden="true" focusable="false" { rect class="band" x="0" y="2" width="14" height="10" {} } (w::legend_band(range)) } }
            @if points.iter().any(|p| p.bound != Bound::Exact) { li { (w::LEGEND_CENSORED) } }
            @if points.iter().any(|p| p.breaks) { li { (w::LEGEND_BREAK) } }
        }
    }
}
