//! Trends: readings on a true time axis, with scales that a reader can count on.

use time::{Date, Month};

use super::ChartItem;
use super::dated::Known;
use super::results::{printed, stands, unit_text};
use super::standing::Standing;
use crate::domain::calendar::{Instant, Zone};

/// Whether a value is exact or only a bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// The value itself.
    Exact,
    /// Reported as `<` the value.
    Below,
    /// Reported as `>` the value.
    Above,
}

/// One reading on the axis.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// When.
    pub at: Instant,
    /// How much.
    pub value: f64,
    /// The same as it is printed, with its unit.
    pub printed: String,
    /// Whether that is a bound only.
    pub bound: Bound,
    /// Where it stands.
    pub standing: Standing,
    /// Whether readings in another unit lie between it and the point before: the line breaks here.
    pub breaks: bool,
}

/// The unit of a trend: that of the newest number that has a place on it.
fn axis<'a>(readings: impl Iterator<Item = &'a ChartItem>) -> Option<&'a str> {
    let mut placed = readings.filter(|item| is_placed(item));
    placed.find(|item| item.number.is_some()).map(|item| item.unit.as_str())
}

/// The newest of `readings` that a trend draws: its unit and its range are those of the axis.
pub fn newest<'a>(mut readings: impl Iterator<Item = &'a ChartItem>) -> Option<&'a ChartItem> {
    readings.find(|item| is_placed(item) && is_value(item))
}

fn is_value(item: &ChartItem) -> bool {
    item.number.is_some() || pair(&item.text).is_some()
}

/// Whether a reading is dated to the day at least, so that it has a place on an axis of time.
fn is_dated(item: &ChartItem) -> bool {
    item.dated.at == Known::Day
}

/// Whether a reading stands and has a place on an axis of time.
fn is_placed(item: &ChartItem) -> bool {
    stands(item) && is_dated(item) && item.at.is_some()
}

/// How many values of `readings` stand and are dated to the month or the year only, so that no trend draws them.
pub fn vague<'a>(readings: impl Iterator<Item = &'a ChartItem>) -> usize {
    readings.filter(|item| stands(item) && !is_dated(item) && is_value(item)).count()
}

/// The points of `readings` that carry a number in the unit of the newest, and a time, oldest first. Numbers in other units have no place
/// on that axis: see [`others`]; nor have those of a month or a year: see [`vague`].
pub fn points<'a>(readings: impl DoubleEndedIterator<Item = &'a ChartItem> + Clone) -> Vec<Point> {
    let axis = axis(readings.clone());
    let mut breaks = false;
    let mut points: Vec<Point> = Vec::new();
    for item in readings.rev().filter(|item| stands(item) && is_dated(item)) {
        let (Some(at), Some(value)) = (item.at, item.number) else { continue };
        if axis != Some(&item.unit) {
            breaks = !points.is_empty();
            continue;
        }
        let bound = bound(&item.comparator).unwrap_or(Bound::Exact);
        points.push(Point { at, value, printed: printed(item), bound, standing: Standing::of(item), breaks });
        breaks = false;
    }
    points
}

/// How many numbers of `readings` are in another unit than the newest, by unit, so that no trend draws them.
pub fn others<'a>(readings: impl Iterator<Item = &'a ChartItem> + Clone) -> Vec<(&'a str, usize)> {
    let axis = axis(readings.clone());
    let mut all: Vec<(&str, usize)> = Vec::new();
    let numbers = readings.filter(|item| item.number.is_some() && stands(item) && is_dated(item));
    for unit in numbers.map(|item| item.unit.as_str()).filter(|unit| axis != Some(unit)) {
        match all.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, count)) => *count += 1,
            None => all.push((unit, 1)),
        }
    }
    all
}

/// A change of unit between two readings: from when on the later one holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitChange {
    /// The first reading in the unit `to`.
    pub at: Instant,
    /// The unit before.
    pub from: String,
    /// The unit from then on.
    pub to: String,
}

/// The changes of unit in `readings`, oldest first: numbers of different units are not joined.
pub fn unit_changes<'a>(readings: impl DoubleEndedIterator<Item = &'a ChartItem>) -> Vec<UnitChange> {
    let mut changes = Vec::new();
    let mut before: Option<&str> = None;
    for item in readings.rev().filter(|item| item.number.is_some() && stands(item) && is_dated(item)) {
        let Some(at) = item.at else { continue };
        if let Some(from) = before.filter(|unit| *unit != item.unit) {
            changes.push(UnitChange { at, from: from.to_owned(), to: item.unit.clone() });
        }
        before = Some(&item.unit);
    }
    changes
}

/// The lines of a trend: one of numbers, or two where readings are pairs such as a blood pressure written `110/75`, in one unit. Empty
/// when fewer than two readings can be drawn.
pub fn lines<'a>(readings: impl DoubleEndedIterator<Item = &'a ChartItem> + Clone) -> Vec<Vec<Point>> {
    let numbers = points(readings.clone());
    if numbers.len() >= 2 {
        return vec![numbers];
    }
    let mut upper = Vec::new();
    let mut lower = Vec::new();
    let paired = |item: &&ChartItem| is_placed(item) && pair(&item.text).is_some();
    let unit = readings.clone().find(paired).map(|item| item.unit.as_str());
    for item in readings.rev().filter(|item| stands(item) && is_dated(item)) {
        if let (Some(at), Some([high, low]), true) = (item.at, pair(&item.text), unit == Some(&item.unit)) {
            let point = |(value, bound)| Point {
                at,
                value,
                printed: format!("{} {}", item.text, unit_text(&item.unit)).trim().to_owned(),
                bound,
                standing: Standing::of(item),
                breaks: false,
            };
            upper.push(point(high));
            lower.push(point(low));
        }
    }
    if upper.len() >= 2 { vec![upper, lower] } else { Vec::new() }
}

/// The two numbers of a text such as `110/75`, `110/75 mmHg` or `<60/40`, each with whether it is exact.
fn pair(text: &str) -> Option<[(f64, Bound); 2]> {
    let (upper, lower) = text.split_once('/')?;
    let ((upper, high), (lower, low)) = (unbound(upper)?, unbound(lower)?);
    Some([(upper.parse().ok()?, high), (lower.split_whitespace().next()?.parse().ok()?, low)])
}

/// `text` without the comparator before it, and what that says.
fn unbound(text: &str) -> Option<(&str, Bound)> {
    let text = text.trim();
    let rest = text.trim_start_matches(['<', '>', '=']);
    Some((rest.trim_start(), bound(text.strip_suffix(rest)?)?))
}

/// What a comparator says; `None` for what is none.
fn bound(comparator: &str) -> Option<Bound> {
    match comparator {
        "" => Some(Bound::Exact),
        "<" | "<=" => Some(Bound::Below),
        ">" | ">=" => Some(Bound::Above),
        _ => None,
    }
}

/// A value axis: round numbers from `low` to `high`, `step` apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// Where the axis begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// From tick to tick.
    pub step: f64,
}

impl Scale {
    /// The scale of about `wanted` steps of 1, 2 or 5 times a power of ten that holds every value.
    pub fn holding(values: impl Iterator<Item = f64>, wanted: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|v| v.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low <= f64::EPSILON * high.abs().max(1.0) {
            let room = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - room, high + room);
        }
        let rough = (high - low) / wanted;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * power).into_iter().find(|s| *s >= rough * 0.999);
        let step = step.unwrap_or(10.0 * power);
        Self { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    /// The scale of a chart that shows every point and the reference range, some of it also where the range is open.
    pub fn around(points: &[Point], low: Option<f64>, high: Option<f64>) -> Self {
        let values = || points.iter().map(|p| p.value);
        let (least, most) =
            values().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), v| (l.min(v), m.max(v)));
        let below =
            high.filter(|_| low.is_none()).map(|h| least.min(h - (most - h).abs().max(h.abs() * 0.1) * 0.5));
        let below = below.map(|b| if least >= 0.0 { b.max(0.0) } else { b });
        let above =
            low.filter(|_| high.is_none()).map(|l| most.max(l + (l - least).abs().max(l.abs() * 0.1) * 0.5));
        Self::holding(values().chain(low).chain(high).chain(below).chain(above), 5.0)
    }

    /// The ticks, lowest first.
    pub fn ticks(self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round().clamp(1.0, 50.0);
        let mut ticks = Vec::new();
        let mut n = 0.0;
        while n <= count {
            ticks.push(self.low + n * self.step);
            n += 1.0;
        }
        ticks
    }

    /// How many decimals a tick needs.
    pub fn decimals(self) -> usize {
        [1.0, 10.0, 100.0, 1000.0]
            .iter()
            .position(|n| ((self.step * n).round() - self.step * n).abs() < 1e-6)
            .unwrap_or(4)
    }

    /// Where `value` lies: 0 at the low end, 1 at the high end.
    pub fn share(self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

/// What a tick of the time axis stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grain {
    /// A single day.
    Day,
    /// The first of a month.
    Month,
    /// January 1.
    Year,
}

/// A time axis with true spacing: ticks at civil dates.
#[derive(Clone, PartialEq, Debug)]
pub struct TimeAxis {
    /// Where it begins.
    pub start: Instant,
    /// Where it ends.
    pub end: Instant,
    /// Tick dates inside, oldest first.
    pub ticks: Vec<Date>,
    /// What they stand for.
    pub grain: Grain,
}

impl TimeAxis {
    /// The axis from `first` to `last` with 2 to about `most` ticks.
    pub fn spanning(first: Instant, last: Instant, zone: Zone, most: usize) -> Self {
        let day = 86_400;
        let span = last.seconds_since(first).max(day);
        let pad = span / 25;
        let (start, end) = (first.plus_seconds(-pad), first.plus_seconds(span + pad));
        let steps = [
            (Grain::Day, 1),
            (Grain::Day, 2),
            (Grain::Day, 7),
            (Grain::Day, 14),
            (Grain::Month, 1),
            (Grain::Month, 3),
            (Grain::Month, 6),
            (Grain::Year, 1),
            (Grain::Year, 2),
            (Grain::Year, 5),
            (Grain::Year, 10),
            (Grain::Year, 25),
        ];
        for (grain, step) in steps {
            let days = (end.seconds_since(start) / day) / (step * grain.days());
            if usize::try_from(days).is_ok_and(|n| n <= most) {
                return Self { start, end, ticks: ticks(start, end, zone, grain, step), grain };
            }
        }
        Self { start, end, ticks: Vec::new(), grain: Grain::Year }
    }

    /// Where `at` lies: 0 at the start, 1 at the end.
    pub fn share(&self, at: Instant) -> f64 {
        seconds(at, self.start) / seconds(self.end, self.start)
    }
}

impl Grain {
    const fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Month => 30,
            Self::Year => 365,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing needs no more than 52 bits of seconds")]
fn seconds(later: Instant, earlier: Instant) -> f64 {
    later.seconds_since(earlier) as f64
}

fn ticks(start: Instant, end: Instant, zone: Zone, grain: Grain, step: i64) -> Vec<Date> {
    use crate::domain::calendar::{plus_days, plus_months};
    let first = zone.date(start);
    let step32 = i32::try_from(step).unwrap_or(1);
    let month_start = |year: i32, month: Month| Date::from_calendar_date(year, month, 1).unwrap_or(first);
    let mut day = match grain {
        Grain::Day => first,
        Grain::Month => {
            let index = (i32::from(u8::from(first.month())) - 1).div_euclid(step32) * step32;
            plus_months(month_start(first.year(), Month::January), index)
        }
        Grain::Year => month_start(first.year().div_euclid(step32) * step32, Month::January),
    };
    let mut ticks = Vec::new();
    while ticks.len() < 40 {
        let at = zone.start_of_day(day);
        if at > end {
            break;
        }
        if at >= start {
            ticks.push(day);
        }
        day = match grain {
            Grain::Day => plus_days(day, step),
            Grain::Month => plus_months(day, step32),
            Grain::Year => plus_months(day, 12 * step32),
        };
    }
    ticks
}

#[cfg(test)]
#[path = "trend_tests.rs"]
mod tests;
