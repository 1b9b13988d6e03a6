//! How fast a child grows: what lies between two measurements, over the time between them.

use time::Date;

use super::series::{Growth, Point};
use super::{DAYS_IN_MONTH, Measure};
use crate::domain::calendar::plus_months;
use crate::domain::chart::dated::Known;

/// Days in a year of the references.
const DAYS_IN_YEAR: f64 = 12.0 * DAYS_IN_MONTH;
/// Heights, and weights from 2 years on, are at least so many calendar months apart: over less, the error of measuring is as large as
/// the growth.
const MONTHS_APART: i32 = 3;
/// Weights under 2 years are.
const MONTHS_APART_INFANT_WEIGHT: i32 = 1;

/// In what a velocity is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rate {
    /// Length under 2 years.
    CmPerMonth,
    /// Height from then on.
    CmPerYear,
    /// Weight under 2 years.
    GramsPerDay,
    /// Weight from then on.
    KgPerYear,
}

/// How fast a child grew between two measurements.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Velocity {
    /// How fast, in the unit of `rate`; negative for a loss.
    pub value: f64,
    /// In what it is counted.
    pub rate: Rate,
    /// The day of the earlier measurement.
    pub from: Date,
    /// The day of the later one.
    pub to: Date,
}

impl Growth {
    /// How fast weight or length changed up to `point`, since the nearest measurement before that is far enough away. `None` where there
    /// is none, for any other measure, and where either value is implausible, measured lying down after 2 years, or not dated to the day.
    pub fn velocity(&self, point: &Point) -> Option<Velocity> {
        let infant = point.then.under_two;
        let (rate, apart) = match (self.measure, infant) {
            (Measure::Length, true) => (Rate::CmPerMonth, MONTHS_APART),
            (Measure::Length, false) => (Rate::CmPerYear, MONTHS_APART),
            (Measure::Weight, true) => (Rate::GramsPerDay, MONTHS_APART_INFANT_WEIGHT),
            (Measure::Weight, false) => (Rate::KgPerYear, MONTHS_APART),
            _ => return None,
        };
        if !counts(point) {
            return None;
        }
        let to = point.then.day;
        let before = |earlier: &&Point| counts(earlier) && plus_months(earlier.then.day, apart) <= to;
        let earlier = self.points.iter().rev().find(before)?;
        let from = earlier.then.day;
        let days = f64::from(i32::try_from((to - from).whole_days()).ok()?);
        let a_day = (point.value - earlier.value) / days;
        let value = match rate {
            Rate::CmPerMonth => a_day * DAYS_IN_MONTH,
            Rate::CmPerYear | Rate::KgPerYear => a_day * DAYS_IN_YEAR,
            Rate::GramsPerDay => a_day * 1000.0,
        };
        Some(Velocity { value, rate, from, to })
    }
}

/// Whether a velocity may rest on `point`.
fn counts(point: &Point) -> bool {
    point.is_plausible() && !point.lying && point.dated == Known::Day
}
