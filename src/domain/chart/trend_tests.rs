//! Scales and time axes.

use super::*;
use crate::domain::chart::Section;
use crate::domain::chart::dated::Dated;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn reading(day: &str, number: f64, unit: &str) -> ChartItem {
    ChartItem {
        at: Some(at(day)),
        number: Some(number),
        unit: unit.into(),
        ..ChartItem::blank(Section::Results)
    }
}

#[test]
fn points_run_oldest_first_in_the_unit_of_the_newest_and_the_others_are_counted() {
    let items = [
        reading("2026-05-01T00:00:00Z", 5.0, "mg/dL"),
        reading("2026-04-01T00:00:00Z", 4.0, "mg/dL"),
        reading("2026-03-01T00:00:00Z", 0.3, "g/L"),
        reading("2026-02-01T00:00:00Z", 2.0, "mg/dL"),
        reading("2026-01-01T00:00:00Z", 0.1, "mmol/L"),
        reading("2025-12-01T00:00:00Z", 0.1, "g/L"),
    ];
    let points = points(items.iter());
    assert_eq!(points.iter().map(|p| p.value).collect::<Vec<_>>(), [2.0, 4.0, 5.0]);
    assert_eq!(points.iter().map(|p| p.breaks).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(points[0].printed, "2 mg/dL");
    assert_eq!(others(items.iter()), [("g/L", 2), ("mmol/L", 1)]);
    assert!(lines(items[3..].iter()).is_empty(), "one value in each unit is no line");
}

#[test]
fn a_censored_reading_is_a_bound() {
    let below = ChartItem { comparator: "<".into(), ..reading("2026-01-01T00:00:00Z", 0.1, "") };
    assert_eq!(points(std::iter::once(&below))[0].bound, Bound::Below);
}

#[test]
fn a_scale_has_round_ticks_that_hold_every_value() {
    let scale = Scale::holding([7.0, 8.9, 7.6].into_iter(), 4.0);
    assert_eq!((scale.low, scale.high, scale.step), (7.0, 9.0, 0.5));
    assert_eq!(scale.ticks(), [7.0, 7.5, 8.0, 8.5, 9.0]);
    assert_eq!(scale.decimals(), 1);
}

#[test]
fn a_scale_of_one_value_or_none_still_has_room() {
    let one = Scale::holding([5.0].into_iter(), 4.0);
    assert!(one.low < 5.0 && one.high > 5.0);
    let none = Scale::holding(std::iter::empty(), 4.0);
    assert!(none.low < none.high);
}

#[test]
fn time_runs_truly_and_ticks_stand_at_civil_dates() {
    let zone: Zone = "America/New_York".parse().unwrap();
    let axis = TimeAxis::spanning(at("2025-01-10T12:00:00Z"), at("2026-11-19T12:00:00Z"), zone, 8);
    assert_eq!(axis.grain, Grain::Month);
    assert!(axis.ticks.len() >= 2 && axis.ticks.len() <= 9, "{:?}", axis.ticks);
    assert!(axis.ticks.iter().all(|d| d.day() == 1));
    let middle = axis.share(at("2025-12-15T12:00:00Z"));
    assert!((middle - 0.5).abs() < 0.01, "{middle}");
}

#[test]
fn readings_of_one_day_get_an_axis_too() {
    let zone: Zone = "America/New_York".parse().unwrap();
    let t = at("2025-01-10T12:00:00Z");
    let axis = TimeAxis::spanning(t, t, zone, 8);
    assert!(axis.start < t && t < axis.end && !axis.ticks.is_empty());
}

#[test]
fn an_open_reference_range_still_shows_on_the_scale() {
    let items = [reading("2026-03-01T00:00:00Z", 8.9, "%"), reading("2026-01-01T00:00:00Z", 7.0, "%")];
    let scale = Scale::around(&points(items.iter()), None, Some(7.0));
    assert!(scale.low < 7.0 && scale.low > 0.0, "{scale:?}");
    let scale = Scale::around(&points(items.iter()), Some(10.0), None);
    assert!(scale.high > 10.0, "{scale:?}");
}

#[test]
fn blood_pressures_make_two_lines() {
    let of = |day: &str, text: &str| ChartItem {
        at: Some(at(day)),
        text: text.into(),
        ..ChartItem::blank(Section::Vitals)
    };
    let items = [of("2026-03-01T00:00:00Z", "118/76 mmHg"), of("2026-01-01T00:00:00Z", "110/75")];
    let values: Vec<Vec<f64>> =
        lines(items.iter()).iter().map(|l| l.iter().map(|p| p.value).collect()).collect();
    assert_eq!(values, [[110.0, 118.0], [75.0, 76.0]]);
    assert!(lines(items[..1].iter()).is_empty());
    assert!(lines([of("2026-03-01T00:00:00Z", "n/a")].iter()).is_empty());
}

#[test]
fn a_value_of_a_month_or_a_year_is_counted_and_has_no_place_on_the_axis() {
    let vaguely = |day: &str, known, item: ChartItem| ChartItem {
        at: Some(at(day)),
        date_only: true,
        dated: Dated { at: known, until: None },
        ..item
    };
    let items = [
        reading("2026-03-01T00:00:00Z", 8.9, "%"),
        vaguely("2026-02-01T05:00:00Z", Known::Month, reading("2026-02-01T05:00:00Z", 7.7, "%")),
        reading("2026-01-01T00:00:00Z", 7.0, "%"),
        vaguely("2025-01-01T05:00:00Z", Known::Year, reading("2025-01-01T05:00:00Z", 61.0, "mmol/mol")),
    ];
    let values: Vec<f64> = points(items.iter()).iter().map(|point| point.value).collect();
    assert_eq!(values, [7.0, 8.9]);
    assert_eq!(vague(items.iter()), 2);
    assert!(others(items.iter()).is_empty() && unit_changes(items.iter()).is_empty());
    let pressure = ChartItem { text: "118/76".into(), ..ChartItem::blank(Section::Vitals) };
    assert_eq!(vague([vaguely("2025-01-01T05:00:00Z", Known::Year, pressure)].iter()), 1);
}

#[test]
fn the_unit_of_the_axis_is_that_of_the_newest_value_that_is_drawn() {
    let month = ChartItem {
        date_only: true,
        dated: Dated { at: Known::Month, until: None },
        ..reading("2026-03-01T05:00:00Z", 61.0, "mmol/mol")
    };
    let cancelled =
        ChartItem { status: "cancelled".into(), ..reading("2026-02-20T00:00:00Z", 60.0, "mmol/mol") };
    let items = [
        month,
        cancelled,
        reading("2026-02-01T00:00:00Z", 7.7, "%"),
        reading("2026-01-01T00:00:00Z", 7.0, "%"),
    ];
    let values: Vec<f64> = points(items.iter()).iter().map(|point| point.value).collect();
    assert_eq!(values, [7.0, 7.7]);
    assert_eq!(newest(items.iter()).map(|item| item.unit.as_str()), Some("%"));
    assert!(others(items.iter()).is_empty());
    assert_eq!(vague(items.iter()), 1);
    assert_eq!(newest(items[..2].iter()), None);
}

#[test]
fn a_blood_pressure_with_a_bound_is_drawn_as_one() {
    let of = |day: &str, text: &str| ChartItem {
        at: Some(at(day)),
        text: text.into(),
        unit: "mmHg".into(),
        ..ChartItem::blank(Section::Vitals)
    };
    let items = [
        of("2026-03-01T00:00:00Z", "<60/40"),
        of("2026-02-01T00:00:00Z", ">= 240/<30"),
        of("2026-01-01T00:00:00Z", "118/76"),
        of("2025-12-01T00:00:00Z", "<>118/76"),
    ];
    let drawn = lines(items.iter());
    let of = |line: &[Point]| line.iter().map(|p| (p.value, p.bound)).collect::<Vec<_>>();
    assert_eq!(of(&drawn[0]), [(118.0, Bound::Exact), (240.0, Bound::Above), (60.0, Bound::Below)]);
    assert_eq!(of(&drawn[1]), [(76.0, Bound::Exact), (30.0, Bound::Below), (40.0, Bound::Exact)]);
    assert_eq!(drawn[0][2].printed, "<60/40 mmHg");
}
