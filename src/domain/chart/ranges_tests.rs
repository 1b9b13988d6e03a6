//! Which range is meant for whom.

use time::macros::date;

use super::*;
use crate::domain::chart::Section;
use crate::domain::chart::results::range_text;
use crate::domain::chart::standing::Standing;

const BIRTH: Date = date!(2010 - 06 - 15);

fn range(whom: For, name: &str, (low, high): (f64, f64)) -> Offered {
    let text = format!("{low}–{high}");
    Offered { whom, youngest: None, oldest: None, low: Some(low), high: Some(high), name: name.into(), text }
}

fn both() -> [Offered; 2] {
    [range(For::Male, "Male", (13.0, 17.0)), range(For::Female, "Female", (12.0, 16.0))]
}

/// A value of 12.5 at `at` with `ranges`, settled for someone of `sex`.
fn settled(ranges: &[Offered], sex: &str, at: &str) -> ChartItem {
    let mut item = ChartItem {
        at: at.parse().ok(),
        number: Some(12.5),
        range: unsettled(ranges),
        ..ChartItem::blank(Section::Results)
    };
    settle(&mut item, sex, BIRTH);
    item
}

fn shown(ranges: &[Offered], sex: &str, at: &str) -> (String, Standing) {
    let item = settled(ranges, sex, at);
    (range_text(&item), Standing::of(&item))
}

const NOON: &str = "2026-03-01T17:00:00Z";

#[test]
fn the_range_for_the_patients_sex_is_the_one_that_a_value_is_compared_with() {
    assert_eq!(shown(&both(), "female", NOON), ("12–16".into(), Standing::Inside));
    assert_eq!(shown(&both(), "male", NOON), ("13–17".into(), Standing::Below));
    assert_eq!(settled(&both(), "male", NOON).low, Some(13.0));
}

#[test]
fn a_range_that_cannot_be_chosen_is_listed_and_nothing_is_compared() {
    for sex in ["unknown", "other", ""] {
        let (range, standing) = shown(&both(), sex, NOON);
        assert_eq!((range.as_str(), standing), ("Male: 13–17; Female: 12–16", Standing::Unknown));
    }
    let [_, female] = both();
    let pregnant = range(For::Some, "Pregnant", (11.0, 14.0));
    let (range_shown, standing) = shown(&[female.clone(), pregnant.clone()], "female", NOON);
    assert_eq!((range_shown.as_str(), standing), ("Female: 12–16; Pregnant: 11–14", Standing::Unknown));
    assert_eq!(shown(&[pregnant], "female", NOON), ("Pregnant: 11–14".into(), Standing::Unknown));
    let anyone = range(For::Anyone, "", (10.0, 20.0));
    assert_eq!(shown(&[anyone, female], "female", NOON).1, Standing::Unknown, "two fit");
}

#[test]
fn a_range_for_somebody_else_is_not_shown_even_alone() {
    let [male, _] = both();
    assert_eq!(shown(&[male], "female", NOON), (String::new(), Standing::Unknown));
}

#[test]
fn the_range_for_the_age_at_the_time_of_the_value_is_chosen() {
    let aged = |youngest, oldest, ends| Offered { youngest, oldest, ..range(For::Anyone, "aged", ends) };
    let years = |n| Some((n, AgeUnit::Years));
    let ranges = [
        aged(None, Some((5, AgeUnit::Months)), (1.0, 2.0)),
        aged(Some((6, AgeUnit::Months)), years(11), (3.0, 4.0)),
        aged(years(12), years(17), (5.0, 6.0)),
        aged(years(18), None, (7.0, 8.0)),
    ];
    let range_at = |at: &str| shown(&ranges, "female", at).0;
    assert_eq!(range_at("2010-07-01T17:00:00Z"), "1–2");
    assert_eq!(range_at("2010-12-20T17:00:00Z"), "3–4");
    assert_eq!(range_at("2022-06-10T17:00:00Z"), "3–4");
    assert_eq!(range_at("2022-06-20T17:00:00Z"), "5–6");
    assert_eq!(range_at("2028-06-20T17:00:00Z"), "7–8");
    // On the eve of a birthday the day depends on the zone; without a time or before birth nothing is known.
    assert_eq!(range_at("2022-06-15T02:00:00Z"), "aged: 3–4; aged: 5–6");
    assert_eq!(range_at("").matches("aged").count(), 4);
    assert_eq!(range_at("2009-01-01T17:00:00Z").matches("aged").count(), 4);
}

#[test]
fn ranges_that_were_never_settled_are_listed_too() {
    let item = ChartItem { range: unsettled(&both()), ..ChartItem::blank(Section::Results) };
    assert_eq!(range_text(&item), "Male: 13–17; Female: 12–16");
    let odd = Offered { name: "a\u{1f}b".into(), low: None, ..range(For::Some, "", (1.0, 0.25)) };
    let kept = offered(&unsettled(std::slice::from_ref(&odd)));
    assert_eq!(kept, [Offered { name: "a b".into(), ..odd }]);
    let mut plain = ChartItem { range: "Negative".into(), ..item };
    settle(&mut plain, "male", BIRTH);
    assert_eq!(plain.range, "Negative");
}
