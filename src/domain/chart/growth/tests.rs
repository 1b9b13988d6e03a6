//! The portal's growth mathematics against the published columns, and against children.

use super::reference::standing;
use super::tables::{
    CDC_BMI, CDC_STATURE, CDC_WEIGHT, Table, WHO_HEAD, WHO_LENGTH, WHO_WEIGHT, WHO_WEIGHT_FOR_LENGTH,
};
use super::*;

pub(super) const BOYS_AND_GIRLS: [Sex; 2] = [Sex::Male, Sex::Female];

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
