//! The height that the parents' heights let a child expect.

use super::readings::{height_of_item, loinc};
use super::{Measure, Place, Sex, Standing, standing};
use crate::domain::calendar::Instant;
use crate::domain::chart::ChartItem;
use crate::domain::people::words;

/// What is added to the parents' heights for a boy, and taken off for a girl, before they are halved: cm.
const BETWEEN_THE_SEXES: f64 = 13.0;
/// How far from the target the 3rd and the 97th percentile of children of such parents lie, cm.
const EITHER_WAY: f64 = 8.5;
/// The age of the target in months: where the references end.
const GROWN_MONTHS: f64 = 240.0;
/// Heights of adults that are taken for one, cm.
const ADULT_CM: std::ops::RangeInclusive<f64> = 100.0..=250.0;
/// The same as they are typed in inches.
const ADULT_INCHES: std::ops::RangeInclusive<f64> = 40.0..=98.0;
/// An inch in cm, exactly.
const INCH: f64 = 2.54;

words! {
    /// The unit in which heights are typed.
    HeightUnit {
        /// cm.
        Centimeters = "cm",
        /// in.
        Inches = "in",
    }
}

/// Why what was typed is no height of an adult.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadHeight {
    /// Nothing was typed.
    Missing,
    /// It is no number.
    NoNumber,
    /// It is no height of an adult in the unit chosen.
    Unlikely,
}

/// The height in cm that `typed` means in `unit`; a comma may stand for the point.
///
/// # Errors
/// [`BadHeight`] says why it means none.
pub fn height(typed: &str, unit: HeightUnit) -> Result<f64, BadHeight> {
    let typed = typed.trim().replace(',', ".");
    if typed.is_empty() {
        return Err(BadHeight::Missing);
    }
    if !typed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(BadHeight::NoNumber);
    }
    let number: f64 = typed.parse().map_err(|_| BadHeight::NoNumber)?;
    match unit {
        HeightUnit::Centimeters if ADULT_CM.contains(&number) => Ok(number),
        HeightUnit::Inches if ADULT_INCHES.contains(&number) => Ok(number * INCH),
        _ => Err(BadHeight::Unlikely),
    }
}

/// Where the parents' heights are from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeightsFrom {
    /// The record.
    Record,
    /// The form of the page.
    Form,
}

/// The heights of both parents, cm.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parents {
    /// The father's.
    pub father: f64,
    /// The mother's.
    pub mother: f64,
    /// Where they are from.
    pub from: HeightsFrom,
}

/// LOINC codes of the father's and the mother's height.
pub const PARENT_CODES: [&str; 2] = ["83845-8", "83846-6"];

impl Parents {
    /// The newest height of each parent that `items` of a child's record give; `None` unless there are both.
    pub fn recorded(items: &[ChartItem]) -> Option<Self> {
        let [father, mother] = PARENT_CODES.map(|code| {
            let of_code = items.iter().filter(|item| loinc(item) == code);
            let usable = of_code.filter_map(|item| {
                let cm = height_of_item(item).filter(|cm| ADULT_CM.contains(cm))?;
                Some((item.at.unwrap_or(Instant::EVER), cm))
            });
            usable.max_by_key(|(at, _)| *at).map(|(_, cm)| cm)
        });
        Some(Self { father: father?, mother: mother?, from: HeightsFrom::Record })
    }
}

/// Tanner's target height.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Target {
    /// The height, cm.
    pub cm: f64,
    /// Where it stands among adults: at 20 years, CDC 2000.
    pub standing: Option<Standing>,
    /// The heights it rests on.
    pub parents: Parents,
}

impl Target {
    /// The target height of a child of `sex`: half of father + mother + 13 cm for boys, of father + mother − 13 cm for girls (Tanner,
    /// Goldstein, Whitehouse: Standards for children's height at ages 2–9 years allowing for height of parents. Arch Dis Child
    /// 1970;45:755).
    pub fn of(parents: Parents, sex: Sex) -> Self {
        let more = match sex {
            Sex::Male => BETWEEN_THE_SEXES,
            Sex::Female => -BETWEEN_THE_SEXES,
        };
        let cm = (parents.father + parents.mother + more) / 2.0;
        Self { cm, standing: standing(Measure::Length, sex, Place::Months(GROWN_MONTHS), cm), parents }
    }

    /// From the 3rd to the 97th percentile of children of such parents: 8.5 cm either way, in cm (the same source).
    pub fn range(&self) -> (f64, f64) {
        (self.cm - EITHER_WAY, self.cm + EITHER_WAY)
    }
}
