//! The courses of children: what a growth page reads.

use time::macros::date;

use super::tests::BOYS_AND_GIRLS;
use super::*;
use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::{ChartItem, Section};

fn new_york() -> Zone {
    "America/New_York".parse().unwrap()
}

fn at(day: Date) -> Instant {
    new_york().start_of_day(day).plus_seconds(9 * 3600)
}

fn vital(code: &str, day: Date, number: f64, unit: &str) -> ChartItem {
    ChartItem {
        code: format!("http://loinc.org|{code}"),
        title: code.into(),
        at: Some(at(day)),
        number: Some(number),
        unit: unit.into(),
        ..ChartItem::blank(Section::Vitals)
    }
}

const BORN: Date = date!(2019 - 03 - 14);

fn boy() -> Child {
    Child { birth: BORN, sex: Some(Sex::Male), gestation: None }
}

fn course(measure: Measure, items: &[ChartItem]) -> Growth {
    growth(boy(), measure, items, new_york())
}

#[test]
fn a_boys_height_that_fell_from_the_57th_to_the_10th_percentile_is_told_so() {
    let items = [
        vital("8302-2", date!(2021 - 04 - 13), 87.9, "cm"),
        vital("8302-2", date!(2026 - 11 - 19), 118.9, "cm"),
    ];
    let points = course(Measure::Length, &items).points;
    let percentiles: Vec<f64> = points.iter().map(|p| p.standing.unwrap().percentile.round()).collect();
    assert_eq!(percentiles, [57.0, 10.0]);
    assert!((points[1].standing.unwrap().z + 1.273).abs() < 0.001);
}

#[test]
fn units_are_converted_exactly_and_unknown_ones_are_left_out_and_said() {
    let day = date!(2024 - 05 - 02);
    let items = [
        vital("29463-7", day, 40.0, "[lb_av]"),
        vital("3141-9", date!(2024 - 06 - 02), 18_500.0, "g"),
        vital("29463-7", date!(2024 - 07 - 02), 3.0, "stone"),
        vital("29463-7", date!(2024 - 08 - 02), 19.0, ""),
    ];
    let growth = course(Measure::Weight, &items);
    let values: Vec<f64> = growth.points.iter().map(|p| p.value).collect();
    assert!((values[0] - 18.143_694_8).abs() < 1e-9 && (values[1] - 18.5).abs() < 1e-9);
    assert_eq!(values.len(), 2);
    let left: Vec<_> = growth.left_out.iter().map(|l| (l.why, l.unit.as_str())).collect();
    assert_eq!(left, [(Unusable::Unit, "stone"), (Unusable::Unit, "")]);
    let lengths = [vital("8302-2", day, 42.5, "[in_i]"), vital("3137-7", date!(2024 - 06 - 02), 1.09, "m")];
    let values: Vec<f64> = course(Measure::Length, &lengths).points.iter().map(|p| p.value).collect();
    assert!((values[0] - 107.95).abs() < 1e-9 && (values[1] - 109.0).abs() < 1e-9);
}

#[test]
fn what_has_no_number_no_time_or_no_age_is_left_out_and_said() {
    use Unusable::{Age, Number, Time};
    let day = date!(2024 - 05 - 02);
    let good = vital("29463-7", day, 18.0, "kg");
    let items = [
        ChartItem { comparator: ">".into(), ..good.clone() },
        ChartItem { number: None, ..good.clone() },
        ChartItem { at: None, ..good.clone() },
        vital("29463-7", date!(2019 - 03 - 13), 3.0, "kg"),
        vital("29463-7", date!(2039 - 03 - 14), 70.0, "kg"),
        vital("29463-7", date!(2039 - 03 - 13), 70.0, "kg"),
        ChartItem { code: "http://example.org|29463-7".into(), ..good },
    ];
    let growth = course(Measure::Weight, &items);
    assert_eq!(growth.points.len(), 1, "the day before the 20th birthday is the last");
    assert_eq!(growth.left_out.iter().map(|l| l.why).collect::<Vec<_>>(), [Number, Number, Time, Age, Age]);
}

#[test]
fn the_reference_changes_on_the_second_birthday() {
    let items = [
        vital("8306-3", date!(2021 - 03 - 13), 87.0, "cm"),
        vital("8302-2", date!(2021 - 03 - 14), 87.0, "cm"),
        vital("8306-3", date!(2021 - 03 - 15), 87.0, "cm"),
    ];
    let points = course(Measure::Length, &items).points;
    let references: Vec<_> = points.iter().map(|p| p.standing.unwrap().reference).collect();
    assert_eq!(references, [Reference::Who, Reference::Cdc, Reference::Cdc]);
    assert_eq!(points.iter().map(|p| p.lying).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(course(Measure::Length, &items).sheets(), [Sheet::Childhood, Sheet::Infancy]);
}

#[test]
fn a_preterm_child_counts_from_term_until_the_second_birthday() {
    let child = Child { gestation: Gestation::weeks(30.0), ..boy() };
    assert_eq!(child.term_day(), Some(date!(2019 - 05 - 23)));
    let days = |day| child.then(day).map(|then| (then.days, then.corrected));
    assert_eq!(days(date!(2019 - 09 - 14)), Some((184, Some(114))));
    assert_eq!(days(date!(2019 - 04 - 14)), Some((31, Some(-39))));
    assert_eq!(days(date!(2021 - 03 - 13)), Some((730, Some(660))));
    assert_eq!(days(date!(2021 - 03 - 14)), Some((731, None)));
    let items = [
        vital("29463-7", date!(2019 - 04 - 14), 2.4, "kg"),
        vital("29463-7", date!(2019 - 09 - 14), 6.4, "kg"),
    ];
    let corrected = growth(child, Measure::Weight, &items, new_york()).points;
    assert_eq!(corrected[0].standing, None, "before term there is no standing");
    let plain = course(Measure::Weight, &items).points;
    assert!(corrected[1].standing.unwrap().percentile > plain[1].standing.unwrap().percentile + 20.0);
    for weeks in [37.0, 40.0] {
        let term = Child { gestation: Gestation::weeks(weeks), ..boy() };
        assert_eq!(term.then(date!(2019 - 09 - 14)).unwrap().corrected, None);
        assert_eq!(term.term_day(), None);
    }
    assert!(Gestation::weeks(36.9).unwrap().is_preterm());
    assert_eq!(Gestation::weeks(30.3).unwrap().parts(), (30, 2));
    assert_eq!([Gestation::weeks(12.0), Gestation::weeks(f64::NAN), Gestation::weeks(46.0)], [None; 3]);
}

#[test]
fn the_length_of_the_pregnancy_is_the_childs_own() {
    let items = [
        vital("11885-1", date!(2019 - 03 - 14), 33.0, "wk"),
        vital("11884-4", date!(2019 - 03 - 14), 31.0, "{weeks}"),
        vital("11884-4", date!(2019 - 03 - 20), 217.0, "d"),
        vital("18185-9", date!(2037 - 03 - 20), 12.0, "wk"),
    ];
    assert_eq!(gestation(&items, BORN, new_york()), Gestation::weeks(31.0));
    assert_eq!(gestation(&items[3..], BORN, new_york()), None);
    assert_eq!(gestation(&[vital("11884-4", BORN, 31.0, "months")], BORN, new_york()), None);
}

#[test]
fn a_bmi_is_computed_only_where_none_is_reported_and_never_under_two() {
    let (young, one, two) = (date!(2020 - 03 - 14), date!(2024 - 05 - 02), date!(2025 - 05 - 02));
    let mut items = Vec::new();
    for (day, weight, height) in [(young, 9.6, 76.0), (one, 17.2, 108.0), (two, 19.0, 114.0)] {
        items.push(vital("29463-7", day, weight, "kg"));
        items.push(vital("8302-2", day, height, "cm"));
    }
    items.push(vital("39156-5", two, 14.7, "kg/m2"));
    let points = course(Measure::Bmi, &items).points;
    let seen: Vec<_> = points.iter().map(|p| (p.then.day, p.computed)).collect();
    assert_eq!(seen, [(one, true), (two, false)]);
    assert!((points[0].value - 17.2 / 1.08_f64.powi(2)).abs() < 1e-9);
    let for_length = course(Measure::WeightForLength, &items).points;
    assert_eq!(for_length.iter().map(|p| (p.value, p.length)).collect::<Vec<_>>(), [(9.6, Some(76.0))]);
    assert_eq!(for_length[0].standing.unwrap().reference, Reference::Who);
}

#[test]
fn the_same_measurement_come_twice_is_one() {
    let day = date!(2024 - 05 - 02);
    let items = [
        vital("8302-2", day, 108.0, "cm"),
        vital("3137-7", day, 1.08, "m"),
        vital("8302-2", day, 109.0, "cm"),
    ];
    assert_eq!(course(Measure::Length, &items).points.len(), 2);
}

#[test]
fn without_a_sex_of_the_references_there_are_values_and_no_percentiles() {
    let child = Child { sex: Sex::of("other"), ..boy() };
    let items = [vital("29463-7", date!(2024 - 05 - 02), 18.0, "kg")];
    let points = growth(child, Measure::Weight, &items, new_york()).points;
    assert_eq!((points.len(), points[0].standing), (1, None));
    assert!(points[0].is_plausible());
    assert_eq!([Sex::of("Male"), Sex::of("female"), Sex::of("")], [Some(Sex::Male), Some(Sex::Female), None]);
}

#[test]
fn a_head_is_charted_to_36_months() {
    let items = [
        vital("9843-4", date!(2022 - 03 - 13), 49.5, "cm"),
        vital("8287-5", date!(2022 - 03 - 14), 49.6, "cm"),
    ];
    let growth = course(Measure::Head, &items);
    assert_eq!(growth.points.len(), 1);
    assert_eq!(growth.points[0].standing.unwrap().reference, Reference::Who);
    assert_eq!(growth.sheets(), [Sheet::Head]);
    assert!(growth.is_of_age(date!(2022 - 03 - 13)) && !growth.is_of_age(date!(2022 - 03 - 14)));
}

#[test]
fn sheets_follow_the_ages_and_their_lines_rise() {
    let older = [
        vital("29463-7", date!(2024 - 05 - 02), 18.0, "kg"),
        vital("29463-7", date!(2030 - 05 - 02), 40.0, "kg"),
    ];
    assert_eq!(course(Measure::Weight, &older).sheets(), [Sheet::Youth]);
    assert_eq!(course(Measure::Weight, &older[..1]).sheets(), [Sheet::Childhood]);
    assert_eq!(course(Measure::Weight, &[]).sheets(), []);
    for (measure, sheet) in [
        (Measure::Weight, Sheet::Infancy),
        (Measure::Length, Sheet::Youth),
        (Measure::Head, Sheet::Head),
        (Measure::WeightForLength, Sheet::ForLength),
        (Measure::Bmi, Sheet::Childhood),
    ] {
        for sex in BOYS_AND_GIRLS {
            let lines: Vec<Vec<(f64, f64)>> =
                sheet.lines(measure).iter().map(|(_, z)| sheet.line(measure, sex, *z)).collect();
            assert!(lines.iter().all(|line| line.len() == 49), "{measure}: a line has gaps");
            for pair in lines.windows(2) {
                assert!(pair[0].iter().zip(&pair[1]).all(|(low, high)| low.1 < high.1), "{measure}");
            }
        }
    }
}

#[test]
fn what_is_pending_or_cancelled_is_neither_charted_nor_the_length_of_the_pregnancy() {
    let day = date!(2024 - 05 - 02);
    for status in ["cancelled", "registered"] {
        let so = |item: ChartItem| ChartItem { status: status.into(), ..item };
        let items = [
            vital("29463-7", date!(2023 - 05 - 02), 16.0, "kg"),
            so(vital("29463-7", day, 18.0, "kg")),
            so(vital("39156-5", day, 15.0, "kg/m2")),
        ];
        let weights = course(Measure::Weight, &items);
        assert_eq!(weights.points.iter().map(|p| p.value).collect::<Vec<_>>(), [16.0], "{status}");
        assert_eq!(weights.left_out.iter().map(|l| l.why).collect::<Vec<_>>(), [Unusable::Status]);
        assert!(course(Measure::Bmi, &items).points.is_empty());
        let born = [so(vital("11884-4", BORN, 30.0, "wk")), vital("11885-1", BORN, 33.0, "wk")];
        assert_eq!(gestation(&born, BORN, new_york()), Gestation::weeks(33.0), "{status}");
    }
}

#[test]
fn where_there_is_room_for_one_sheet_an_infant_has_that_of_its_values_and_not_that_of_the_target() {
    let parents = Parents { father: 180.0, mother: 165.0, from: HeightsFrom::Form };
    let aimed = |items: &[ChartItem]| Growth {
        target: Some(Target::of(parents, Sex::Male)),
        ..course(Measure::Length, items)
    };
    let infant = vital("8306-3", date!(2019 - 09 - 12), 67.8, "cm");
    let older = vital("8302-2", date!(2024 - 05 - 02), 106.0, "cm");
    let young = aimed(std::slice::from_ref(&infant));
    assert_eq!((young.sheets()[0], young.foremost()), (Sheet::Youth, Some(Sheet::Infancy)));
    assert_eq!(aimed(&[infant, older]).foremost(), Some(Sheet::Youth));
    assert_eq!(aimed(&[]).foremost(), Some(Sheet::Youth));
    assert_eq!(course(Measure::Length, &[]).foremost(), None);
}
