//! Samples of the growth charts.

use time::Date;
use time::macros::date;

use super::record::{narrow_shell, shell};
use super::{NOW, Sample, Stage};
use crate::domain::calendar::Zone;
use crate::domain::chart::dated::{Dated, Known};
use crate::domain::chart::growth::{
    Child, Gestation, Growth, HeightsFrom, Measure, Parents, Sex, Target, growth,
};
use crate::domain::chart::sensitivity::Labels;
use crate::domain::chart::{Banner, ChartItem, Section};
use crate::domain::people::AccountKind;
use crate::views::chart::growth::{self as view, GrowthPage};
use crate::views::chart::target::TypedHeights;
use crate::views::chart::{Loaded, Shell};

pub(super) fn add(stage: &Stage, all: &mut Vec<Sample>) {
    let frame = stage.inside(AccountKind::Provider);
    let mut page = |name, shell: Shell, measure, courses| {
        let typed = TypedHeights::default();
        all.push(Sample { name, markup: view::page(&frame, &GrowthPage { shell, measure, courses, typed }) });
    };
    let zone = stage.zone;
    let boy = Child { birth: date!(2019 - 03 - 14), sex: Some(Sex::Male), gestation: Gestation::weeks(39.4) };
    let heavy = Child { birth: date!(2013 - 02 - 01), sex: Some(Sex::Female), gestation: None };
    let small =
        Child { birth: date!(2025 - 09 - 20), sex: Some(Sex::Female), gestation: Gestation::weeks(30.3) };
    let one = |child, measure, items: &[ChartItem]| Loaded::Here(vec![growth(child, measure, items, zone)]);
    let course = course(zone);
    for (name, measure) in [
        ("chart-growth-weight", Measure::Weight),
        ("chart-growth-length", Measure::Length),
        ("chart-growth-head", Measure::Head),
        ("chart-growth-bmi", Measure::Bmi),
        ("chart-growth-weight-for-length", Measure::WeightForLength),
    ] {
        page(name, shell(), Some(measure), one(boy, measure, &course));
    }
    let all_of = |child, items: &[ChartItem]| {
        Loaded::Here(Measure::ALL.iter().map(|m| growth(child, *m, items, zone)).collect::<Vec<Growth>>())
    };
    page("chart-growth-sheet", shell(), None, all_of(boy, &course));
    page("chart-growth-sheet-empty", shell(), None, all_of(boy, &[]));
    page(
        "chart-growth-preterm",
        born(small.birth, "female"),
        Some(Measure::Weight),
        one(small, Measure::Weight, &preterm(zone)),
    );
    page(
        "chart-growth-extended-bmi",
        born(heavy.birth, "female"),
        Some(Measure::Bmi),
        one(heavy, Measure::Bmi, &obese(zone)),
    );
    let oddly = Child { sex: None, ..boy };
    page(
        "chart-growth-no-sex",
        born(boy.birth, "other"),
        Some(Measure::Weight),
        one(oddly, Measure::Weight, &course),
    );
    let protected: Vec<ChartItem> =
        course.iter().map(|item| ChartItem { labels: Labels::PART2, ..item.clone() }).collect();
    page("chart-growth-part-2", shell(), Some(Measure::Weight), one(boy, Measure::Weight, &protected));
    page("chart-growth-vague-dates", shell(), Some(Measure::Weight), one(boy, Measure::Weight, &vague(zone)));
    page("chart-growth-faulty", shell(), Some(Measure::Weight), one(boy, Measure::Weight, &faulty(zone)));
    page("chart-growth-empty", shell(), Some(Measure::Weight), one(boy, Measure::Weight, &[]));
    page(
        "chart-growth-empty-bmi-infant",
        born(small.birth, "female"),
        Some(Measure::Bmi),
        one(small, Measure::Bmi, &[]),
    );
    page("chart-growth-down", shell(), Some(Measure::Weight), Loaded::Down(Some(NOW.plus_seconds(-2280))));
    page("chart-growth-out-of-reach", narrow_shell(), Some(Measure::Weight), Loaded::OutOfReach);
    page(
        "chart-growth-over",
        born(date!(2001 - 05 - 09), "male"),
        Some(Measure::Weight),
        Loaded::Here(vec![]),
    );
    add_targets(stage, all, boy, &course);
}

/// The boy's height with the target by his parents' heights: typed, out of the record, on the one sheet, and not to be read.
fn add_targets(stage: &Stage, all: &mut Vec<Sample>, boy: Child, course: &[ChartItem]) {
    let frame = stage.inside(AccountKind::Provider);
    let mut page = |name, measure: Option<Measure>, typed: TypedHeights, recorded: Option<Parents>| {
        let measures = measure.as_ref().map_or(Measure::ALL, std::slice::from_ref);
        let target = typed.parents.or(recorded).map(|parents| Target::of(parents, Sex::Male));
        let of = |measure: &Measure| {
            let target = target.filter(|_| *measure == Measure::Length);
            Growth { target, ..growth(boy, *measure, course, stage.zone) }
        };
        let courses = Loaded::Here(measures.iter().map(of).collect());
        all.push(Sample {
            name,
            markup: view::page(&frame, &GrowthPage { shell: shell(), measure, courses, typed }),
        });
    };
    let typed = |father: &str, mother: &str, unit| TypedHeights::read(father.into(), mother.into(), unit);
    let length = Some(Measure::Length);
    page("chart-growth-target", length, typed("178.5", "165", "cm"), None);
    page("chart-growth-target-sheet", None, typed("70", "65", "in"), None);
    page("chart-growth-target-wrong", length, typed("400", "tall", "cm"), None);
    let recorded = Parents { father: 178.0, mother: 165.0, from: HeightsFrom::Record };
    page("chart-growth-target-recorded", length, TypedHeights::default(), Some(recorded));
}

/// The shell of somebody born on `birth`.
fn born(birth_date: Date, sex: &str) -> Shell {
    let shell = shell();
    Shell { banner: Banner { birth_date, sex: sex.into(), ..shell.banner }, ..shell }
}

fn vital(zone: Zone, code: &str, day: Date, number: f64, unit: &str) -> ChartItem {
    ChartItem {
        code: format!("http://loinc.org|{code}"),
        title: code.into(),
        at: Some(zone.start_of_day(day).plus_seconds(36_000)),
        number: Some(number),
        unit: unit.into(),
        ..ChartItem::blank(Section::Vitals)
    }
}

/// Day, weight in kg, length in cm, head in cm.
type Visit = (Date, f64, f64, f64);

fn visits(zone: Zone, visits: &[Visit]) -> Vec<ChartItem> {
    let mut items = Vec::new();
    for (day, kg, cm, head) in visits {
        for (code, number, unit) in [("29463-7", *kg, "kg"), ("8302-2", *cm, "cm"), ("9843-4", *head, "cm")] {
            if number > 0.0 {
                items.push(vital(zone, code, *day, number, unit));
            }
        }
    }
    items
}

/// A boy whose height fell from the 57th percentile to the 10th.
fn course(zone: Zone) -> Vec<ChartItem> {
    visits(
        zone,
        &[
            (date!(2019 - 03 - 14), 3.42, 50.5, 34.8),
            (date!(2019 - 05 - 16), 5.7, 58.6, 39.3),
            (date!(2019 - 09 - 12), 8.0, 67.8, 43.5),
            (date!(2020 - 03 - 16), 9.8, 76.2, 46.2),
            (date!(2020 - 09 - 15), 11.1, 82.6, 47.5),
            (date!(2021 - 04 - 13), 12.95, 87.9, 48.6),
            (date!(2022 - 03 - 18), 14.6, 95.4, 0.0),
            (date!(2023 - 03 - 15), 16.4, 102.3, 0.0),
            (date!(2024 - 06 - 02), 18.0, 107.2, 0.0),
            (date!(2025 - 08 - 10), 19.2, 113.0, 0.0),
            (date!(2026 - 02 - 11), 19.9, 115.6, 0.0),
            (date!(2026 - 11 - 19), 20.6, 118.9, 0.0),
        ],
    )
}

/// A girl born at 30 weeks 2 days.
fn preterm(zone: Zone) -> Vec<ChartItem> {
    visits(
        zone,
        &[
            (date!(2025 - 09 - 20), 1.36, 39.0, 27.4),
            (date!(2025 - 10 - 25), 2.05, 43.5, 31.0),
            (date!(2025 - 12 - 04), 3.3, 49.2, 34.9),
            (date!(2026 - 03 - 09), 5.5, 59.0, 39.8),
            (date!(2026 - 07 - 02), 7.1, 66.5, 42.6),
            (date!(2026 - 11 - 19), 8.4, 72.0, 44.6),
        ],
    )
}

/// A girl above the 95th percentile.
fn obese(zone: Zone) -> Vec<ChartItem> {
    visits(
        zone,
        &[
            (date!(2021 - 02 - 03), 34.0, 128.0, 0.0),
            (date!(2023 - 02 - 07), 55.0, 140.0, 0.0),
            (date!(2025 - 01 - 21), 79.0, 153.0, 0.0),
            (date!(2026 - 11 - 03), 104.0, 161.0, 0.0),
        ],
    )
}

/// Measurements with mistakes: pounds taken for kilograms, an unknown unit, no number, an old last one.
fn faulty(zone: Zone) -> Vec<ChartItem> {
    let mut items = vec![
        vital(zone, "29463-7", date!(2023 - 03 - 15), 16.4, "kg"),
        vital(zone, "29463-7", date!(2023 - 09 - 15), 78.0, "kg"),
        vital(zone, "29463-7", date!(2024 - 06 - 02), 39.7, "[lb_av]"),
        vital(zone, "29463-7", date!(2024 - 09 - 02), 2.9, "stone"),
        vital(zone, "29463-7", date!(2025 - 08 - 10), 19.2, "kg"),
    ];
    items.push(ChartItem { number: None, ..vital(zone, "29463-7", date!(2024 - 10 - 02), 0.0, "kg") });
    items
}

/// Weights of which the first two are dated to the year and to the month.
fn vague(zone: Zone) -> Vec<ChartItem> {
    let mut items = vec![
        vital(zone, "29463-7", date!(2022 - 01 - 01), 14.0, "kg"),
        vital(zone, "29463-7", date!(2023 - 03 - 01), 16.4, "kg"),
        vital(zone, "29463-7", date!(2024 - 06 - 02), 18.0, "kg"),
        vital(zone, "29463-7", date!(2025 - 08 - 10), 19.2, "kg"),
    ];
    for (item, at) in items.iter_mut().zip([Known::Year, Known::Month]) {
        item.date_only = true;
        item.dated = Dated { at, until: None };
    }
    items
}

/// Weight and length of the boy, for the card of the summary.
pub(super) fn card(zone: Zone) -> Vec<Growth> {
    let boy = Child { birth: date!(2019 - 03 - 14), sex: Some(Sex::Male), gestation: None };
    [Measure::Weight, Measure::Length].map(|m| growth(boy, m, &course(zone), zone)).into()
}
