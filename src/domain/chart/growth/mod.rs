//! Growth of a child against the published references: WHO 2006 under 2 years, CDC 2000 from 2 to 20, and CDC's extended method for
//! a BMI above the 95th percentile. With how fast it goes, and the height that the parents' heights let expect.

mod lms;
mod normal;
mod readings;
mod reference;
mod series;
mod tables;
mod target;
mod velocity;

use time::Date;

use crate::domain::calendar::{Instant, age_months, age_years, plus_days};
use crate::domain::people::words;

pub use readings::{GESTATION_CODES, LeftOut, Posture, Unusable, carried, gestation};
pub use reference::{Place, Reference, Standing, standing, value_at};
pub use series::{Growth, Point, Sheet, growth};
pub use target::{BadHeight, HeightUnit, HeightsFrom, PARENT_CODES, Parents, Target, height};
pub use velocity::{Rate, Velocity};

/// Days in a month of the references: ages in months are days divided by it (WHO, CDC).
pub const DAYS_IN_MONTH: f64 = 30.4375;
/// From this birthday on, the references end.
pub const LAST_BIRTHDAY: i32 = 20;
/// Completed weeks at birth below which a child is preterm.
pub const TERM_WEEKS: i64 = 37;
/// The pregnancy, in days, from which the age of a preterm child is counted.
const FULL_TERM_DAYS: i64 = 280;

words! {
    /// What is charted.
    Measure {
        /// Body weight, kg.
        Weight = "weight",
        /// Recumbent length under 2 years, stature from then on, cm.
        Length = "length",
        /// Head circumference, cm.
        Head = "head",
        /// Body mass index, kg/m²; from 2 years.
        Bmi = "bmi",
        /// Weight for recumbent length, kg; under 2 years.
        WeightForLength = "weight-for-length",
    }
}

/// The sex by which the references are split.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sex {
    /// Boys.
    Male,
    /// Girls.
    Female,
}

impl Sex {
    /// The sex that an administrative code names; `None` for any but male and female, for which there is no reference.
    pub fn of(code: &str) -> Option<Self> {
        match code.trim().to_ascii_lowercase().as_str() {
            "male" => Some(Self::Male),
            "female" => Some(Self::Female),
            _ => None,
        }
    }
}

/// How long the pregnancy lasted, in days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Gestation(i64);

impl Gestation {
    /// A pregnancy of so many weeks, with days as their fraction; `None` for what no live birth has (under 20, over 45 weeks).
    pub fn weeks(weeks: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "at most 315")]
        (20.0..=45.0).contains(&weeks).then(|| Self((weeks * 7.0).round() as i64))
    }

    /// Completed weeks and the days beyond them.
    pub const fn parts(self) -> (i64, i64) {
        (self.0 / 7, self.0 % 7)
    }

    /// Whether the child was born before 37 completed weeks.
    pub const fn is_preterm(self) -> bool {
        self.0 < TERM_WEEKS * 7
    }

    /// How many days too early a preterm child was born.
    pub const fn early_days(self) -> i64 {
        if self.is_preterm() { FULL_TERM_DAYS - self.0 } else { 0 }
    }
}

/// What the references need to know of a child.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Child {
    /// The birth date.
    pub birth: Date,
    /// The sex, where there are references for it.
    pub sex: Option<Sex>,
    /// The length of the pregnancy, where recorded.
    pub gestation: Option<Gestation>,
}

/// The age at a measurement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Then {
    /// The day of the measurement.
    pub day: Date,
    /// Days since birth.
    pub days: i64,
    /// Days since term, for a preterm child under 24 months; negative before term.
    pub corrected: Option<i64>,
    /// Whether it is before the second birthday, where the references change.
    pub under_two: bool,
}

impl Then {
    /// The days that the references under 2 years count: corrected for preterm birth.
    pub fn counted(&self) -> i64 {
        self.corrected.unwrap_or(self.days)
    }
}

impl Child {
    /// The age on `day`; `None` before birth and from the 20th birthday.
    pub fn then(&self, day: Date) -> Option<Then> {
        if !has_charts(self.birth, day) {
            return None;
        }
        let days = (day - self.birth).whole_days();
        let under_two = age_months(self.birth, day) < 24;
        let early = self.gestation.map_or(0, Gestation::early_days);
        let corrected = (early > 0 && under_two).then_some(days - early);
        Some(Then { day, days, corrected, under_two })
    }

    /// The day from which the corrected age counts, for a preterm child.
    pub fn term_day(&self) -> Option<Date> {
        let early = self.gestation.map(Gestation::early_days).filter(|days| *days > 0)?;
        Some(plus_days(self.birth, early))
    }
}

/// Whether someone born on `birth` has growth charts on `day`: from birth to the day before the 20th birthday.
pub fn has_charts(birth: Date, day: Date) -> bool {
    day >= birth && age_years(birth, day) < LAST_BIRTHDAY
}

/// Whether a measurement at `at` is longer ago than a year, so that a page says since when there is none.
pub fn is_long_ago(at: Instant, now: Instant) -> bool {
    now.seconds_since(at) > 365 * 86_400
}

#[cfg(test)]
mod course_tests;
#[cfg(test)]
mod pace_tests;
#[cfg(test)]
mod tests;
