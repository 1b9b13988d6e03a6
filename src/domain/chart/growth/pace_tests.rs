//! How fast children grow, and how tall their parents let expect them to be: numbers worked by hand.

use time::macros::date;

use super::*;
use crate::domain::calendar::Zone;
use crate::domain::chart::dated::{Dated, Known};
use crate::domain::chart::{ChartItem, Section};

fn new_york() -> Zone {
    "America/New_York".parse().unwrap()
}

fn boy() -> Child {
    Child { birth: date!(2019 - 03 - 14), sex: Some(Sex::Male), gestation: None }
}

fn vital(code: &str, day: Date, number: f64, unit: &str) -> ChartItem {
    ChartItem {
        code: format!("http://loinc.org|{code}"),
        at: Some(new_york().start_of_day(day).plus_seconds(9 * 3600)),
        number: Some(number),
        unit: unit.into(),
        ..ChartItem::blank(Section::Vitals)
    }
}

/// The velocity up to each value of a boy's, oldest first.
fn velocities(measure: Measure, code: &str, values: &[(Date, f64)]) -> Vec<Option<Velocity>> {
    let unit = if measure == Measure::Weight { "kg" } else { "cm" };
    let items: Vec<ChartItem> = values.iter().map(|(day, n)| vital(code, *day, *n, unit)).collect();
    let growth = growth(boy(), measure, &items, new_york());
    growth.points.iter().map(|point| growth.velocity(point)).collect()
}

fn near(found: Option<Velocity>, rate: Rate, value: f64) {
    let found = found.unwrap();
    assert_eq!(found.rate, rate);
    assert!((found.value - value).abs() < 0.001, "{} is not {value}", found.value);
}

#[test]
fn a_child_grows_by_centimeters_and_kilograms_a_year_and_an_infant_by_the_month_and_the_day() {
    let of = |measure, code, values: [(Date, f64); 2]| velocities(measure, code, &values)[1];
    // 6 cm in 365 days: 6 / 365 × 365.25.
    let year = [(date!(2024 - 06 - 02), 107.0), (date!(2025 - 06 - 02), 113.0)];
    near(of(Measure::Length, "8302-2", year), Rate::CmPerYear, 6.004);
    // 2 kg in 365 days.
    let year = [(date!(2024 - 03 - 15), 16.4), (date!(2025 - 03 - 15), 18.4)];
    near(of(Measure::Weight, "29463-7", year), Rate::KgPerYear, 2.001);
    // 6 cm in 92 days: 6 / 92 × 30.4375.
    let quarter = [(date!(2019 - 05 - 16), 58.0), (date!(2019 - 08 - 16), 64.0)];
    near(of(Measure::Length, "8306-3", quarter), Rate::CmPerMonth, 1.985);
    // 930 g in 31 days.
    let month = [(date!(2019 - 05 - 16), 5.7), (date!(2019 - 06 - 16), 6.63)];
    near(of(Measure::Weight, "29463-7", month), Rate::GramsPerDay, 30.0);
    // A loss is one.
    let loss = [(date!(2024 - 03 - 15), 18.4), (date!(2025 - 03 - 15), 16.4)];
    near(of(Measure::Weight, "29463-7", loss), Rate::KgPerYear, -2.001);
}

#[test]
fn a_velocity_spans_half_a_year_three_months_or_one_of_an_infants_weight_and_not_a_day_less() {
    let last = |measure, code, values: [(Date, f64); 2]| velocities(measure, code, &values)[1];
    let height = |day| last(Measure::Length, "8302-2", [(date!(2024 - 01 - 10), 105.0), (day, 108.0)]);
    assert_eq!(height(date!(2024 - 07 - 09)), None);
    let found = height(date!(2024 - 07 - 10)).unwrap();
    assert_eq!((found.from, found.to), (date!(2024 - 01 - 10), date!(2024 - 07 - 10)));
    let weight = |day| last(Measure::Weight, "29463-7", [(date!(2024 - 01 - 10), 17.0), (day, 17.5)]);
    assert_eq!(weight(date!(2024 - 04 - 09)), None);
    assert!(weight(date!(2024 - 04 - 10)).is_some());
    let length = |day| last(Measure::Length, "8306-3", [(date!(2019 - 05 - 16), 58.0), (day, 64.0)]);
    assert_eq!(length(date!(2019 - 08 - 15)), None);
    assert!(length(date!(2019 - 08 - 16)).is_some());
    let infant = |day| last(Measure::Weight, "29463-7", [(date!(2019 - 05 - 16), 5.7), (day, 6.5)]);
    assert_eq!(infant(date!(2019 - 06 - 15)), None);
    assert!(infant(date!(2019 - 06 - 16)).is_some());
    // Nor has any other measure one.
    let heads = [(date!(2019 - 05 - 16), 39.0), (date!(2019 - 11 - 16), 44.0)];
    assert_eq!(velocities(Measure::Head, "9843-4", &heads), [None, None]);
}

#[test]
fn a_height_is_compared_with_the_one_nearest_to_a_year_before_and_a_weight_with_the_nearest() {
    let since = |measure, code, days: &[Date], first: f64| {
        let values: Vec<(Date, f64)> =
            days.iter().zip([0.0, 1.0, 2.0]).map(|(d, n)| (*d, first + n)).collect();
        velocities(measure, code, &values).last().unwrap().map(|velocity| velocity.from)
    };
    // 12 months and 8 months before; then 13 and 11 months of equal days, of which the later counts.
    let year = [date!(2024 - 06 - 02), date!(2024 - 10 - 02), date!(2025 - 06 - 02)];
    assert_eq!(since(Measure::Length, "8302-2", &year, 107.0), Some(year[0]));
    assert_eq!(since(Measure::Weight, "29463-7", &year, 17.0), Some(year[1]));
    let alike = [date!(2024 - 05 - 02), date!(2024 - 07 - 03), date!(2025 - 06 - 02)];
    assert_eq!(since(Measure::Length, "8302-2", &alike, 107.0), Some(alike[1]));
    // One that is nearer to a year than what is too near.
    let late = [date!(2023 - 01 - 10), date!(2024 - 12 - 10), date!(2025 - 06 - 02)];
    assert_eq!(since(Measure::Length, "8302-2", &late, 105.0), Some(late[0]));
}

#[test]
fn no_velocity_leads_from_lying_down_to_standing_at_24_months_unless_both_were_taken_alike() {
    let (young, two) = (date!(2020 - 09 - 14), date!(2021 - 03 - 14));
    let of = |before: &str, after: &str| {
        let items = [vital(before, young, 82.0, "cm"), vital(after, two, 87.0, "cm")];
        let growth = growth(boy(), Measure::Length, &items, new_york());
        growth.velocity(&growth.points[1])
    };
    for (before, after) in [
        ("8302-2", "8302-2"),
        ("8306-3", "8302-2"),
        ("8306-3", "8308-9"),
        ("8308-9", "8306-3"),
        ("8302-2", "8306-3"),
        ("3137-7", "8308-9"),
    ] {
        assert_eq!(of(before, after), None, "{before} {after}");
    }
    // 5 cm in 181 days: 5 / 181 × 365.25.
    near(of("8308-9", "8308-9"), Rate::CmPerYear, 10.090);
    near(of("8306-3", "8306-3"), Rate::CmPerYear, 10.090);
    // On either side of the birthday the age says how a length was taken.
    let values = |from, to| velocities(Measure::Length, "8302-2", &[(from, 82.0), (to, 87.0)])[1];
    assert!(values(young, date!(2021 - 03 - 13)).is_some());
    assert!(values(two, date!(2021 - 09 - 14)).is_some());
    // A weight is the same either way.
    let weights = [(date!(2020 - 11 - 14), 11.5), (two, 12.5)];
    assert!(velocities(Measure::Weight, "29463-7", &weights)[1].is_some());
}

#[test]
fn no_velocity_rests_on_a_value_without_a_standing() {
    let items = [
        vital("29463-7", date!(2024 - 03 - 15), 16.4, "kg"),
        vital("29463-7", date!(2025 - 03 - 15), 78.0, "kg"),
    ];
    let unknown = Child { sex: None, ..boy() };
    let course = growth(unknown, Measure::Weight, &items, new_york());
    assert!(course.points.iter().all(|point| course.velocity(point).is_none()));
    // Before term no table reaches.
    let early = Child { gestation: Gestation::weeks(30.0), ..boy() };
    let items = [
        vital("29463-7", date!(2019 - 04 - 14), 2.4, "kg"),
        vital("29463-7", date!(2019 - 05 - 30), 3.9, "kg"),
    ];
    let course = growth(early, Measure::Weight, &items, new_york());
    assert!(course.points[1].standing.is_some_and(|s| s.plausible));
    assert_eq!(course.velocity(&course.points[1]), None);
}

#[test]
fn no_velocity_rests_on_an_implausible_value_or_on_a_month() {
    let values =
        [(date!(2023 - 03 - 15), 16.4), (date!(2023 - 09 - 15), 78.0), (date!(2024 - 03 - 15), 18.4)];
    let found = velocities(Measure::Weight, "29463-7", &values);
    assert_eq!(found[1], None, "78 kg at four years");
    // 2 kg in 366 days.
    near(found[2], Rate::KgPerYear, 1.996);
    assert_eq!(found[2].unwrap().from, date!(2023 - 03 - 15));
    let month = ChartItem {
        date_only: true,
        dated: Dated { at: Known::Month, until: None },
        ..vital("29463-7", date!(2023 - 03 - 01), 16.0, "kg")
    };
    let items = [month, vital("29463-7", date!(2024 - 03 - 15), 18.4, "kg")];
    let growth = growth(boy(), Measure::Weight, &items, new_york());
    assert!(growth.points.iter().all(|point| growth.velocity(point).is_none()));
}

#[test]
fn a_value_dated_to_the_month_or_the_year_has_a_row_and_no_place_on_a_sheet() {
    let dated = |known, day, number| ChartItem {
        date_only: true,
        dated: Dated { at: known, until: None },
        ..vital("29463-7", day, number, "kg")
    };
    let items = [
        // The year of the birth begins before it.
        dated(Known::Year, date!(2019 - 01 - 01), 6.0),
        dated(Known::Month, date!(2023 - 03 - 01), 16.0),
        dated(Known::Day, date!(2024 - 03 - 01), 18.0),
        vital("8302-2", date!(2023 - 03 - 01), 101.0, "cm"),
    ];
    let weights = growth(boy(), Measure::Weight, &items, new_york());
    assert!(weights.left_out.is_empty());
    let seen: Vec<(f64, bool, bool)> = weights
        .points
        .iter()
        .map(|p| (p.value, p.standing.is_some(), Sheet::Childhood.x(p).or(Sheet::Infancy.x(p)).is_some()))
        .collect();
    assert_eq!(seen, [(6.0, false, false), (16.0, false, false), (18.0, true, true)]);
    let first = weights.points[0].then;
    assert_eq!((first.days, first.day), (0, date!(2019 - 01 - 01)), "nobody is younger than born");
    assert!(growth(boy(), Measure::Bmi, &items, new_york()).points.is_empty(), "no day has both");
    let before =
        growth(boy(), Measure::Weight, &[dated(Known::Year, date!(2018 - 01 - 01), 3.0)], new_york());
    assert_eq!(before.left_out[0].why, Unusable::Age);
}

#[test]
fn a_target_height_is_half_of_both_parents_and_thirteen_centimeters_more_or_less() {
    let parents = Parents { father: 180.0, mother: 165.0, from: HeightsFrom::Form };
    let (son, daughter) = (Target::of(parents, Sex::Male), Target::of(parents, Sex::Female));
    // (180 + 165 + 13) / 2 and (180 + 165 − 13) / 2.
    assert!((son.cm - 179.0).abs() < 1e-9 && (daughter.cm - 166.0).abs() < 1e-9);
    assert_eq!(son.range(), (170.5, 187.5));
    assert_eq!(daughter.range(), (157.5, 174.5));
    // CDC at 240 months: ((179 / 176.8492)^1.16728 − 1) / (1.16728 × 0.0403696) = 0.302, and of girls 0.411.
    let of = |target: Target| target.standing.map(|s| (format!("{:.2}", s.z), s.percentile.round())).unwrap();
    assert_eq!(of(son), ("0.30".to_owned(), 62.0));
    assert_eq!(of(daughter), ("0.41".to_owned(), 66.0));
}

#[test]
fn heights_are_read_in_centimeters_or_inches_and_what_is_none_says_why() {
    use HeightUnit::{Centimeters, Inches};
    assert_eq!(height("178", Centimeters), Ok(178.0));
    assert_eq!(height(" 178,5 ", Centimeters), Ok(178.5));
    assert!((height("70", Inches).unwrap() - 177.8).abs() < 1e-9);
    assert_eq!(height(" ", Centimeters), Err(BadHeight::Missing));
    for typed in ["tall", "5'10", "-170", "1e2", "NaN", "1.7.8", ".", "١٧٨"] {
        assert_eq!(height(typed, Centimeters), Err(BadHeight::NoNumber), "{typed}");
    }
    for typed in ["0", "400", "99.9", "250.1", "70"] {
        assert_eq!(height(typed, Centimeters), Err(BadHeight::Unlikely), "{typed}");
    }
    assert_eq!(height("178", Inches), Err(BadHeight::Unlikely));
    assert_eq!((height("100", Centimeters), height("250", Centimeters)), (Ok(100.0), Ok(250.0)));
}

#[test]
fn the_record_gives_the_newest_height_of_each_parent_and_nothing_by_one_alone() {
    let father = vital("83845-8", date!(2020 - 01 - 02), 71.0, "[in_i]");
    let mother = vital("83846-6", date!(2020 - 01 - 02), 164.0, "cm");
    assert_eq!(Parents::recorded(std::slice::from_ref(&father)), None);
    let all = [mother.clone(), father.clone(), vital("83845-8", date!(2022 - 01 - 02), 180.0, "cm")];
    let parents = Parents::recorded(&all).unwrap();
    assert!((parents.father - 180.0).abs() < 1e-9 && (parents.mother - 164.0).abs() < 1e-9);
    assert_eq!(parents.from, HeightsFrom::Record);
    // Meters taken for centimeters are no height of an adult.
    assert_eq!(Parents::recorded(&[father, ChartItem { number: Some(1.64), ..mother }]), None);
}

#[test]
fn the_parents_heights_are_found_under_either_name_of_loinc_and_only_where_they_stand() {
    let named = |code: &str, number| ChartItem {
        code: format!("urn:oid:2.16.840.1.113883.6.1|{code}"),
        ..vital(code, date!(2020 - 01 - 02), number, "cm")
    };
    let both = [named("83845-8", 180.0), named("83846-6", 165.0)];
    let parents = Parents::recorded(&both).unwrap();
    assert!((parents.father - 180.0).abs() < 1e-9 && (parents.mother - 165.0).abs() < 1e-9);
    for code in PARENT_CODES.iter().flat_map(|code| carried(code)) {
        assert!(
            code.starts_with("http://loinc.org|8384")
                || code.starts_with("urn:oid:2.16.840.1.113883.6.1|8384")
        );
    }
    let [father, mother] = both;
    let elsewhere = ChartItem { code: "http://example.org|83845-8".into(), ..father.clone() };
    assert_eq!(Parents::recorded(&[elsewhere, mother.clone()]), None);
    let cancelled = ChartItem { status: "cancelled".into(), ..father };
    assert_eq!(Parents::recorded(&[cancelled, mother]), None);
}
