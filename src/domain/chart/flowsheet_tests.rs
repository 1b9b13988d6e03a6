//! The flowsheet: columns, groups, filters.

use super::*;
use crate::domain::chart::dated::Dated;
use crate::domain::chart::{Flag, Section};

const NOON: Instant = Instant::from_micros(1_795_000_000_000_000);

fn reading(test: &str, panel: &str, days: i64, flag: Flag) -> ChartItem {
    ChartItem {
        title: test.into(),
        code: test.into(),
        category: panel.into(),
        at: Some(NOON.plus_seconds(-days * 86_400)),
        number: Some(1.0),
        flag,
        ..ChartItem::blank(Section::Results)
    }
}

fn zone() -> Zone {
    "America/New_York".parse().unwrap()
}

fn shown(items: Vec<ChartItem>, filter: &Filter) -> Vec<(String, usize)> {
    let tests = filtered(items, filter, NOON, zone());
    tests.iter().map(|t| (t.latest().title.clone(), t.count())).collect()
}

#[test]
fn columns_are_dates_newest_first_and_rows_are_tests_under_their_panel() {
    let items = vec![
        reading("TSH", "", 1, Flag::Normal),
        reading("Sodium", "Metabolic", 2, Flag::Normal),
        reading("Potassium", "Metabolic", 2, Flag::High),
        reading("Sodium", "Metabolic", 9, Flag::Normal),
    ];
    let tests = by_test(items);
    let sheet = sheet(&tests, None);
    let days: Vec<Option<Instant>> = sheet.columns.iter().map(|c| c.at).collect();
    assert_eq!(days, [1, 2, 9].map(|d| Some(NOON.plus_seconds(-d * 86_400))));
    let groups: Vec<(&str, Vec<&str>)> = sheet
        .groups
        .iter()
        .map(|g| (g.panel, g.rows.iter().map(|r| r.test.latest().title.as_str()).collect()))
        .collect();
    assert_eq!(groups, [("Metabolic", vec!["Sodium", "Potassium"]), ("", vec!["TSH"])]);
    let filled: Vec<usize> = sheet.groups[0].rows[0].cells.iter().map(Vec::len).collect();
    assert_eq!(filled, [0, 1, 1]);
    assert_eq!(sheet.older, None);
}

#[test]
fn older_dates_follow_on_the_next_page_and_flags_stay_what_they_are() {
    let items: Vec<ChartItem> = (0..20)
        .map(|day| reading("Sodium", "", day, if day % 3 == 0 { Flag::High } else { Flag::Normal }))
        .collect();
    let tests = by_test(items);
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let sheet = sheet(&tests, before);
        assert!(sheet.columns.len() <= COLUMNS);
        let row = &sheet.groups[0].rows[0];
        seen.extend(row.cells.iter().flatten().map(|item| item.flag));
        before = sheet.older;
        if before.is_none() {
            break;
        }
    }
    let flags: Vec<Flag> = tests[0].readings().map(|item| item.flag).collect();
    assert_eq!(seen, flags, "every value once, each with its own flag");
}

#[test]
fn a_test_without_a_value_on_the_page_is_left_out() {
    let mut items: Vec<ChartItem> = (0..9).map(|day| reading("Sodium", "", day, Flag::Normal)).collect();
    items.push(reading("Ferritin", "", 30, Flag::Low));
    let tests = by_test(items);
    assert_eq!(sheet(&tests, None).groups[0].rows.len(), 1);
}

#[test]
fn values_without_a_date_stand_last() {
    let undated = ChartItem { at: None, ..reading("TSH", "", 0, Flag::Normal) };
    let tests = by_test(vec![reading("TSH", "", 1, Flag::Normal), undated]);
    let sheet = sheet(&tests, None);
    assert_eq!(sheet.columns.iter().map(|c| c.at.is_some()).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_filter_keeps_a_panel_a_period_or_tests_with_a_flag() {
    let items = || {
        vec![
            reading("TSH", "", 1, Flag::Normal),
            reading("Sodium", "Metabolic", 2, Flag::Normal),
            reading("Sodium", "Metabolic", 400, Flag::Low),
            reading("Hemoglobin", "Blood count", 500, Flag::Normal),
        ]
    };
    let all = [("TSH".to_owned(), 1), ("Sodium".to_owned(), 2), ("Hemoglobin".to_owned(), 1)];
    assert_eq!(shown(items(), &Filter::default()), all);
    let panel = Filter { panel: Some(panel_key("Metabolic")), ..Filter::default() };
    assert_eq!(shown(items(), &panel), [("Sodium".to_owned(), 2)]);
    let year = Filter { period: Some(Period::Year), ..Filter::default() };
    assert_eq!(shown(items(), &year), [("TSH".to_owned(), 1), ("Sodium".to_owned(), 1)]);
    let flagged = Filter { flagged: true, ..Filter::default() };
    assert_eq!(shown(items(), &flagged), [("Sodium".to_owned(), 2)]);
    let both = Filter { flagged: true, period: Some(Period::Year), ..Filter::default() };
    assert!(shown(items(), &both).is_empty(), "the flagged value is older than the period");
}

#[test]
fn a_period_begins_at_a_local_midnight_so_many_calendar_months_before() {
    let now = "2026-03-31T12:00:00Z".parse().unwrap();
    let start = |period: Period| period.start(now, zone()).rfc3339();
    assert!(start(Period::Month).starts_with("2026-02-28T05:00:00"), "{}", start(Period::Month));
    assert!(start(Period::HalfYear).starts_with("2025-09-30T04:00:00"), "{}", start(Period::HalfYear));
}

#[test]
fn a_panel_has_a_key_that_says_nothing() {
    let items = [reading("a", "HIV panel", 1, Flag::Normal), reading("b", "HIV panel", 1, Flag::Normal)];
    let offered = panels(&items);
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0].key.len(), 8);
    assert!(offered[0].key.chars().all(|c| c.is_ascii_hexdigit()));
}

#[test]
fn susceptibilities_are_no_tests_of_their_own() {
    let tried = reading("Gentamicin", SUSCEPTIBILITY, 1, Flag::Normal);
    assert!(shown(vec![tried.clone()], &Filter::default()).is_empty());
    assert!(panels(&[tried]).is_empty());
}

#[test]
fn what_is_dated_to_the_month_has_a_column_of_its_own_that_says_no_more() {
    let month = |at| ChartItem {
        date_only: true,
        dated: Dated { at, until: None },
        ..reading("Sodium", "", 3, Flag::Normal)
    };
    let tests = by_test(vec![month(Known::Day), month(Known::Month)]);
    let columns: Vec<Known> = sheet(&tests, None).columns.iter().map(|column| column.dated).collect();
    assert_eq!(columns, [Known::Month, Known::Day]);
}

#[test]
fn columns_of_one_instant_stand_on_one_page_however_exactly_they_are_dated() {
    let mut items: Vec<ChartItem> = (0..7).map(|day| reading("Sodium", "", day, Flag::Normal)).collect();
    let dated = |test: &str, at| ChartItem {
        date_only: true,
        dated: Dated { at, until: None },
        ..reading(test, "", 7, Flag::Normal)
    };
    items.extend([
        dated("Potassium", Known::Year),
        dated("Chloride", Known::Month),
        dated("Sodium", Known::Day),
        reading("Sodium", "", 8, Flag::Normal),
    ]);
    let tests = by_test(items);
    let (mut before, mut pages, mut seen) = (None, Vec::new(), 0);
    loop {
        let sheet = sheet(&tests, before);
        pages.push(sheet.columns.len());
        seen += sheet.groups.iter().flat_map(|g| &g.rows).flat_map(|r| &r.cells).flatten().count();
        before = sheet.older;
        if before.is_none() {
            break;
        }
    }
    assert_eq!((pages, seen), (vec![COLUMNS + 2, 1], 11), "every value once");
}
