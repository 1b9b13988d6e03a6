//! The portal's growth mathematics against the published columns, and against children.

use time::macros::date;

use super::reference::standing;
use super::tables::{
    CDC_BMI, CDC_STATURE, CDC_WEIGHT, Table, WHO_HEAD, WHO_LENGTH, WHO_WEIGHT, WHO_WEIGHT_FOR_LENGTH,
};
use super::*;
use crate::domain::calendar::{Instant, Zone};
use crate::domain::chart::{ChartItem, Section};

const BOYS_AND_GIRLS: [Sex; 2] = [Sex::Male, Sex::Female];

/// A row of a published file: the sex, the place, and the further columns with their heads.
type Published = (Sex, f64, Vec<(String, f64)>);

/// The rows of a published file.
fn published(text: &str) -> Vec<Published> {
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        let numbers: Vec<f64> = line.split(',').map(|field| field.parse().unwrap()).collect();
        let sex = if numbers[0] < 1.5 { Sex::Male } else { Sex::Female };
        let named = heads.iter().zip(&numbers).skip(2).map(|(head, n)| ((*head).to_owned(), *n)).collect();
        (sex, numbers[1], named)
    };
    lines.map(row).collect()
}

const WTAGE: &str = include_str!("../../../../tests/data/growth/wtage.csv");
const STATAGE: &str = include_str!("../../../../tests/data/growth/statage.csv");
const BMIAGEREV: &str = include_str!("../../../../tests/data/growth/bmiagerev.csv");
const SD_WEIGHT: &str = include_str!("../../../../tests/data/growth/who-weight.csv");
const SD_LENGTH: &str = include_str!("../../../../tests/data/growth/who-length.csv");
const SD_HEAD: &str = include_str!("../../../../tests/data/growth/who-head.csv");
const SD_FOR_LENGTH: &str = include_str!("../../../../tests/data/growth/who-weight-for-length.csv");

#[test]
fn every_published_percentile_of_cdc_is_met_within_a_tenth_at_every_tabulated_age() {
    let mut compared = 0;
    for (measure, table, file) in [
        (Measure::Weight, &CDC_WEIGHT, WTAGE),
        (Measure::Length, &CDC_STATURE, STATAGE),
        (Measure::Bmi, &CDC_BMI, BMIAGEREV),
    ] {
        for (sex, months, columns) in published(file) {
            for (head, value) in columns.iter().filter(|(head, _)| head.starts_with('P')) {
                let percent: f64 = head[1..].parse().unwrap();
                let found = super::normal::percentile(table.at(sex, months).unwrap().z(*value));
                assert!((found - percent).abs() < 0.1, "{measure} {sex:?} {months} {head}: {found}");
                // Above the 95th a BMI stands by the extended method, which is another reference.
                let shown = standing(measure, sex, Place::Months(months), *value).unwrap();
                let extended = measure == Measure::Bmi && percent > 95.0;
                assert!(
                    extended || (shown.percentile - percent).abs() < 0.1,
                    "{measure} {sex:?} {months} {head}"
                );
                assert!(!extended || shown.percentile > 95.0 && shown.percentile < 98.0);
                assert!(shown.plausible, "{measure} {sex:?} {months} {head}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 436 * 9 * 2 + 438 * 10);
}

#[test]
fn every_published_deviation_of_who_is_met_at_every_tabulated_age_and_length() {
    let mut compared = 0;
    for (measure, file) in [
        (Measure::Weight, SD_WEIGHT),
        (Measure::Length, SD_LENGTH),
        (Measure::Head, SD_HEAD),
        (Measure::WeightForLength, SD_FOR_LENGTH),
    ] {
        for (sex, x, columns) in published(file) {
            let place = if measure == Measure::WeightForLength { Place::Length(x) } else { Place::Days(x) };
            for ((_, printed), z) in columns.iter().zip([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]) {
                // Printed to a tenth of a kg or cm.
                let found = value_at(measure, sex, place, z).unwrap();
                assert!(
                    (found - printed).abs() < 0.0525,
                    "{measure} {sex:?} {x} {z}: {found} is not {printed}"
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 7 * (72 + 72 + 96 + 262));
}

/// A table with its measure and what a number of its first column is.
type Tabulated = (&'static Table, Measure, fn(f64) -> Place);

/// Every table.
fn tables() -> [Tabulated; 7] {
    [
        (&WHO_WEIGHT, Measure::Weight, Place::Days),
        (&WHO_LENGTH, Measure::Length, Place::Days),
        (&WHO_HEAD, Measure::Head, Place::Days),
        (&WHO_WEIGHT_FOR_LENGTH, Measure::WeightForLength, Place::Length),
        (&CDC_WEIGHT, Measure::Weight, Place::Months),
        (&CDC_STATURE, Measure::Length, Place::Months),
        (&CDC_BMI, Measure::Bmi, Place::Months),
    ]
}

#[test]
fn every_line_of_every_file_is_a_row_and_the_rows_run_upwards() {
    let counts: Vec<usize> = tables()
        .iter()
        .map(|(table, _, _)| {
            for sex in BOYS_AND_GIRLS {
                assert!(table.rows(sex).windows(2).all(|pair| pair[0].0 < pair[1].0));
            }
            BOYS_AND_GIRLS.iter().map(|sex| table.rows(*sex).len()).sum()
        })
        .collect();
    let lines = [
        include_str!("../../../../assets/growth/who-weight.csv"),
        include_str!("../../../../assets/growth/who-length.csv"),
        include_str!("../../../../assets/growth/who-head.csv"),
        include_str!("../../../../assets/growth/who-weight-for-length.csv"),
        include_str!("../../../../assets/growth/cdc-weight.csv"),
        include_str!("../../../../assets/growth/cdc-stature.csv"),
        include_str!("../../../../assets/growth/cdc-bmi.csv"),
    ]
    .map(|text| text.lines().count() - 1);
    assert_eq!(counts, lines);
}

#[test]
fn the_median_is_the_50th_and_more_is_never_less_at_every_row() {
    for (table, measure, place) in tables() {
        for sex in BOYS_AND_GIRLS {
            for (x, lms) in table.rows(sex) {
                let middle = standing(measure, sex, place(*x), lms.m).unwrap();
                assert!((middle.percentile - 50.0).abs() < 1e-6 && middle.z.abs() < 1e-9);
                let values = (0..=60).map(|n| lms.m * (0.7 + 0.015 * f64::from(n)));
                let all: Vec<f64> = values.map(|v| standing(measure, sex, place(*x), v).unwrap().z).collect();
                assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{measure} {sex:?} {x}");
            }
        }
    }
}

#[test]
fn between_rows_and_across_them_nothing_jumps() {
    for (table, measure, place) in tables() {
        for sex in BOYS_AND_GIRLS {
            for pair in table.rows(sex).windows(2) {
                let (from, to) = (pair[0].0, pair[1].0);
                for z in [-2.0, 0.0, 2.0, 2.5] {
                    let at = |x: f64| value_at(measure, sex, place(x), z).unwrap();
                    let (a, b) = (at(from), at(to));
                    let middle = at(f64::midpoint(from, to));
                    assert!(
                        (middle - f64::midpoint(a, b)).abs() <= (b - a).abs() / 2.0 + 0.02 * a,
                        "{measure} {from}"
                    );
                    assert!((at(to - 1e-7) - b).abs() < 1e-4 * b, "{measure} {to}");
                }
            }
        }
    }
}

#[test]
fn beyond_the_ends_of_a_table_there_is_no_standing() {
    let boy = |measure, place, value| standing(measure, Sex::Male, place, value);
    assert!(boy(Measure::Weight, Place::Days(0.0), 3.3).is_some());
    assert!(boy(Measure::Weight, Place::Days(-0.1), 3.3).is_none());
    assert!(boy(Measure::Weight, Place::Months(23.99), 12.0).is_none());
    assert!(boy(Measure::Weight, Place::Months(240.01), 70.0).is_none());
    assert!(boy(Measure::WeightForLength, Place::Length(44.9), 2.4).is_none());
    assert!(boy(Measure::WeightForLength, Place::Length(110.1), 18.0).is_none());
    assert!(boy(Measure::Head, Place::Months(30.0), 49.0).is_none());
    assert!(boy(Measure::Bmi, Place::Days(300.0), 17.0).is_none(), "there is no BMI under two years");
    for value in [0.0, -3.0, f64::NAN, f64::INFINITY] {
        assert!(boy(Measure::Weight, Place::Months(60.0), value).is_none());
    }
}

#[test]
fn above_the_95th_percentile_a_bmi_counts_by_the_extended_method() {
    let girl = |bmi| standing(Measure::Bmi, Sex::Female, Place::Months(120.5), bmi).unwrap();
    // At 120.5 months P95 is 23.0 or so; sigma = 0.8334 + 0.3712 t - 0.0011 t².
    let t = 120.5 / 12.0;
    let sigma = 0.8334 + 0.3712 * t - 0.0011 * t * t;
    let p95 = value_at(Measure::Bmi, Sex::Female, Place::Months(120.5), 1.644_853_626_951_473).unwrap();
    assert_eq!(girl(p95 - 0.001).reference, Reference::Cdc);
    let just_above = girl(p95 + 0.001);
    assert_eq!(just_above.reference, Reference::CdcExtended);
    assert!((just_above.percentile - 95.0).abs() < 0.01 && (just_above.z - 1.645).abs() < 0.01);
    // One sigma above: 90 + 10 Φ(1) = 98.4134.
    let one = girl(p95 + sigma);
    assert!((one.percentile - 98.413_447).abs() < 1e-4, "{}", one.percentile);
    assert!((one.of_95th.unwrap() - 100.0 * (p95 + sigma) / p95).abs() < 1e-9);
    let far = girl(60.0);
    assert!(far.z.is_finite() && far.z > 3.0 && far.percentile <= 100.0);
    let line = value_at(Measure::Bmi, Sex::Female, Place::Months(120.5), one.z).unwrap();
    assert!((line - p95 - sigma).abs() < 1e-6);
}

#[test]
fn implausible_values_are_told_by_the_limits_of_who_and_cdc() {
    let plausible = |measure, place, value| standing(measure, Sex::Male, place, value).unwrap().plausible;
    // A weight in pounds taken for kilograms, a height in inches taken for centimeters.
    assert!(!plausible(Measure::Weight, Place::Days(180.0), 17.4));
    assert!(plausible(Measure::Weight, Place::Days(180.0), 7.9));
    assert!(!plausible(Measure::Length, Place::Months(96.5), 50.0));
    assert!(plausible(Measure::Length, Place::Months(96.5), 128.0));
    assert!(!plausible(Measure::Head, Place::Days(365.0), 30.0));
    // Heavy, and possible: CDC's limit of 8 leaves room.
    assert!(plausible(Measure::Weight, Place::Months(180.5), 150.0));
    assert!(!plausible(Measure::Weight, Place::Months(180.5), 260.0));
    assert!(plausible(Measure::Bmi, Place::Months(180.5), 45.0));
    assert!(!plausible(Measure::Bmi, Place::Months(180.5), 90.0));
}

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
