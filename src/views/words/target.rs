//! Words of the target height.

use super::growth::standing;
use crate::domain::chart::growth::{BadHeight, HeightUnit, HeightsFrom, Parents, Target};
use crate::domain::chart::results::number_text;

pub(crate) const TITLE: &str = "Target height";
pub(crate) const FATHER: &str = "Father's height";
pub(crate) const MOTHER: &str = "Mother's height";
pub(crate) const UNIT: &str = "Unit";
pub(crate) const SHOW: &str = "Show the target height";
pub(crate) const NONE: &str =
    "Give the heights of both parents to see it here and on the chart. They are not stored.";
pub(crate) const METHOD: &str = "Target height by Tanner 1970: half of both parents' heights together, with 13 cm more for boys and 13 cm less for girls; the range is 8.5 cm either way.";

/// A unit in the list of units.
pub(crate) const fn unit(unit: HeightUnit) -> &'static str {
    match unit {
        HeightUnit::Centimeters => "Centimeters",
        HeightUnit::Inches => "Inches",
    }
}

/// "179 cm, 62nd percentile (z 0.30) of CDC 2000 at 20 years; range 170.5 to 187.5 cm".
pub(crate) fn height(target: &Target) -> String {
    let (low, high) = target.range();
    let stands = target
        .standing
        .map_or_else(String::new, |s| format!(", {} of CDC 2000 at 20 years", standing(s.percentile, s.z)));
    format!("{} cm{stands}; range {} to {} cm", number_text(target.cm), number_text(low), number_text(high))
}

/// The same as a sentence.
pub(crate) fn target(target: &Target) -> String {
    format!("{TITLE}: {}.", height(target))
}

/// What the bar on the chart is.
pub(crate) fn legend(target: &Target) -> String {
    format!("{TITLE} by the parents' heights, at 20 years: {}", height(target))
}

/// Which heights it rests on, and where they are from.
pub(crate) fn rests_on(parents: &Parents) -> String {
    let from = match parents.from {
        HeightsFrom::Record => "as the record has them",
        HeightsFrom::Form => "as typed below; they are not stored",
    };
    format!("Father {} cm, mother {} cm, {from}.", number_text(parents.father), number_text(parents.mother))
}

/// What is wrong with a height, and what to do.
pub(crate) fn bad_height(of: &str, why: BadHeight, unit: HeightUnit) -> String {
    let (least, most, name) = match unit {
        HeightUnit::Centimeters => (100, 250, "cm"),
        HeightUnit::Inches => (40, 98, "inches"),
    };
    match why {
        BadHeight::Missing => format!("{of}: type it in {name}, such as {}", example(unit)),
        BadHeight::NoNumber => format!("{of}: type a number in {name}, such as {}", example(unit)),
        BadHeight::Unlikely => {
            format!("{of}: type the height of an adult, {least} to {most} {name}, or choose the other unit")
        }
    }
}

const fn example(unit: HeightUnit) -> &'static str {
    match unit {
        HeightUnit::Centimeters => "178",
        HeightUnit::Inches => "70",
    }
}
