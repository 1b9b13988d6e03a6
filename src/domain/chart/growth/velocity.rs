//! How fast a child grows: what lies between two measurements, over the time between them.

use time::Date;

use super::series::{Growth, Point};
use super::{DAYS_IN_MONTH, Measure};
use crate::domain::calendar::plus_months;
use crate::domain::chart::dated::Known;

/// Days in a year of the references.
const DAYS_IN_YEAR: f64 = 12.0 * DAYS_IN_MONTH;
/// Lengths under 2 years, and weights from then on, are at least so many calendar months apart: over less, the error of measuring is as
/// large as the growth.
const MONTHS_APART: i32 = 3;
/// Heights from 2 years on are, and best [`MONTHS_BEST_HEIGHT`]: over less than a year growth goes with the seasons and its error is large
/// (Marshall WA: Evaluation of growth rate in height over periods of less than one year. Arch Dis Child 1971;46:414).
const MONTHS_APART_HEIGHT: i32 = 6;
/// How many calendar months a velocity of height spans as nearly as it can.
const MONTHS_BEST_HEIGHT: i32 = 12;
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
    /// How fast weight or length changed up to `point`, since the nearest measurement before that is far enough away; of height since that
    /// nearest a year before. `None` where there is none, for any other measure, where either value is not known to be plausible or not dated
    /// to the day, and where one length was taken lying down and the other standing.
    pub fn velocity(&self, point: &Point) -> Option<Velocity> {
        let infant = point.then.under_two;
        let (rate, apart) = match (self.measure, infant) {
            (Measure::Length, true) => (Rate::CmPerMonth, MONTHS_APART),
            (Measure::Length, false) => (Rate::CmPerYear, MONTHS_APART_HEIGHT),
            (Measure::Weight, true) => (Rate::GramsPerDay, MONTHS_APART_INFANT_WEIGHT),
            (Measure::Weight, false) => (Rate::KgPerYear, MONTHS_APART),
            _ => return None,
        };
        if !counts(point) {
            return None;
        }
        let to = point.then.day;
        let alike = |earlier: &Point| self.measure != Measure::Length || taken_alike(earlier, point);
        let far = |earlier: &Point| plus_months(earlier.then.day, apart) <= to;
        let mut before = self.points.iter().rev().filter(|p| counts(p) && alike(p) && far(p));
        let earlier = if rate == Rate::CmPerYear {
            let best = plus_months(to, -MONTHS_BEST_HEIGHT);
            before.min_by_key(|p| (p.then.day - best).whole_days().abs())
        } else {
            before.next()
        }?;
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

/// Whether a velocity may rest on `point`. What has no standing may be a mistake as well as not.
fn counts(point: &Point) -> bool {
    point.standing.is_some_and(|s| s.plausible) && point.dated == Known::Day
}

/// Whether both lengths were taken lying down, or both standing: as the source says, else by the age, at which lying turns to standing. A
/// child is longer lying down, so that between the two it seems not to grow.
fn taken_alike(earlier: &Point, later: &Point) -> bool {
    match (earlier.posture, later.posture) {
        (Some(one), Some(other)) => one == other,
        _ => !earlier.lying && !later.lying && earlier.then.under_two == later.then.under_two,
    }
}
