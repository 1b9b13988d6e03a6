//! Reference ranges that are meant for some patients only: which of them is meant for this one, at the age of the value. Until that is
//! settled they stand in the column of the range as one text, beginning with a sign that no laboratory writes.

use std::fmt::Write as _;

use time::Date;

use super::ChartItem;
use crate::domain::calendar::{age_months, age_years, plus_days};

/// What the text of unsettled ranges begins with, and what stands between its fields.
const BEGINS: char = '\u{1e}';
const FIELD: char = '\u{1f}';

/// Whom a range is meant for, besides their age.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    /// Anyone.
    Anyone,
    /// Male patients.
    Male,
    /// Female patients.
    Female,
    /// A group of which the record does not say who belongs to it.
    Some,
}

/// How an age is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AgeUnit {
    /// Completed days.
    Days,
    /// Completed weeks.
    Weeks,
    /// Completed months.
    Months,
    /// Completed years.
    Years,
}

/// The first or last age that a range is meant for.
pub type AgeEnd = (i32, AgeUnit);

/// One range of several, or one that is not for anyone.
#[derive(Clone, PartialEq, Debug)]
pub struct Offered {
    /// Whom it is for.
    pub whom: For,
    /// The youngest it is for.
    pub youngest: Option<AgeEnd>,
    /// The oldest it is for, that age included.
    pub oldest: Option<AgeEnd>,
    /// Its lower end, in the unit of the value.
    pub low: Option<f64>,
    /// Its upper end, in the unit of the value.
    pub high: Option<f64>,
    /// Whom it is for, in words; empty for anyone.
    pub name: String,
    /// The range as it is printed.
    pub text: String,
}

/// The text that stands for `ranges` until they are settled.
pub fn unsettled(ranges: &[Offered]) -> String {
    let mut out = String::new();
    for range in ranges {
        let whom = match range.whom {
            For::Anyone => "",
            For::Male => "m",
            For::Female => "f",
            For::Some => "?",
        };
        let end = |end: Option<f64>| end.map_or_else(String::new, |end| end.to_string());
        let plain = |text: &str| text.replace([BEGINS, FIELD], " ");
        let fields = [
            whom.to_owned(),
            age_word(range.youngest),
            age_word(range.oldest),
            end(range.low),
            end(range.high),
            plain(&range.name),
            plain(&range.text),
        ];
        let _ = write!(out, "{BEGINS}{}", fields.join(&FIELD.to_string()));
    }
    out
}

/// The ranges that `text` stands for, none for a range that is settled.
fn offered(text: &str) -> Vec<Offered> {
    let Some(list) = text.strip_prefix(BEGINS) else { return Vec::new() };
    list.split(BEGINS).filter_map(one).collect()
}

fn one(text: &str) -> Option<Offered> {
    let mut fields = text.split(FIELD);
    let mut next = || fields.next();
    Some(Offered {
        whom: match next()? {
            "" => For::Anyone,
            "m" => For::Male,
            "f" => For::Female,
            _ => For::Some,
        },
        youngest: age_end(next()?),
        oldest: age_end(next()?),
        low: next()?.parse().ok(),
        high: next()?.parse().ok(),
        name: next()?.to_owned(),
        text: next()?.to_owned(),
    })
}

fn age_word(end: Option<AgeEnd>) -> String {
    end.map_or_else(String::new, |(count, unit)| {
        let unit = match unit {
            AgeUnit::Days => "d",
            AgeUnit::Weeks => "w",
            AgeUnit::Months => "m",
            AgeUnit::Years => "a",
        };
        format!("{count}{unit}")
    })
}

fn age_end(word: &str) -> Option<AgeEnd> {
    let (count, unit) = word.split_at_checked(word.len().checked_sub(1)?)?;
    let unit = match unit {
        "d" => AgeUnit::Days,
        "w" => AgeUnit::Weeks,
        "m" => AgeUnit::Months,
        _ => AgeUnit::Years,
    };
    Some((count.parse().ok()?, unit))
}

/// Whether `text` stands for ranges that are not settled.
pub fn is_unsettled(text: &str) -> bool {
    text.starts_with(BEGINS)
}

/// A range as it is printed: as it is, or all that are offered, each with whom it is for.
pub fn printed(text: &str) -> String {
    if is_unsettled(text) { listed(&offered(text)) } else { text.to_owned() }
}

fn listed(ranges: &[Offered]) -> String {
    let named = |range: &Offered| match range.name.as_str() {
        "" => range.text.clone(),
        name => format!("{name}: {}", range.text),
    };
    let mut all: Vec<String> = ranges.iter().map(named).filter(|text| !text.is_empty()).collect();
    all.dedup();
    all.join("; ")
}

/// Gives `item` the range that is meant for someone of this `sex` and birth date at the time of the value. Where that cannot be decided,
/// those that may be meant are listed and none has ends to compare with; one that is meant for somebody else is never shown.
pub fn settle(item: &mut ChartItem, sex: &str, birth: Date) {
    if !is_unsettled(&item.range) {
        return;
    }
    let day = item.at.map(|at| at.to_offset().date());
    let mut ranges = offered(&item.range);
    ranges.retain(|range| fits(range, sex, birth, day) != Some(false));
    (item.low, item.high) = (None, None);
    item.range = match ranges.as_slice() {
        [meant] if fits(meant, sex, birth, day) == Some(true) => {
            (item.low, item.high) = (meant.low, meant.high);
            meant.text.clone()
        }
        several => listed(several),
    };
}

/// Whether a range is meant for someone; `None` when the record does not tell. The day of a value is known to within a time zone, so
/// that the age must fit on the days around it too.
fn fits(range: &Offered, sex: &str, birth: Date, day: Option<Date>) -> Option<bool> {
    let sex = match (range.whom, sex.to_ascii_lowercase().as_str()) {
        (For::Anyone, _) | (For::Male, "male") | (For::Female, "female") => Some(true),
        (For::Male, "female") | (For::Female, "male") => Some(false),
        _ => None,
    };
    let age = if range.youngest.is_none() && range.oldest.is_none() {
        Some(true)
    } else {
        let on = |days: i64| day.and_then(|day| ages(range, birth, plus_days(day, days)));
        on(0).filter(|fits| on(-1) == Some(*fits) && on(1) == Some(*fits))
    };
    match (sex, age) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn ages(range: &Offered, birth: Date, day: Date) -> Option<bool> {
    let days = (day - birth).whole_days();
    let days = i32::try_from(days).ok().filter(|days| *days >= 0)?;
    let age = |unit| match unit {
        AgeUnit::Days => days,
        AgeUnit::Weeks => days / 7,
        AgeUnit::Months => age_months(birth, day),
        AgeUnit::Years => age_years(birth, day),
    };
    let old_enough = range.youngest.is_none_or(|(least, unit)| age(unit) >= least);
    Some(old_enough && range.oldest.is_none_or(|(most, unit)| age(unit) <= most))
}

#[cfg(test)]
#[path = "ranges_tests.rs"]
mod tests;
