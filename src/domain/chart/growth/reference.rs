//! Which reference counts, and where a value stands in it.

use super::lms::Lms;
use super::normal::{above, percentile, z_above};
use super::tables::{
    CDC_BMI, CDC_STATURE, CDC_WEIGHT, Table, WHO_HEAD, WHO_LENGTH, WHO_WEIGHT, WHO_WEIGHT_FOR_LENGTH,
};
use super::{Measure, Sex};

/// The 95th percentile as a z-score.
const Z95: f64 = 1.644_853_626_951_473;

/// A published reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reference {
    /// WHO Child Growth Standards 2006.
    Who,
    /// CDC growth charts 2000.
    Cdc,
    /// CDC extended BMI-for-age 2022, above the 95th percentile.
    CdcExtended,
}

/// Where on the axis of a reference a value stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Place {
    /// Age in days: WHO.
    Days(f64),
    /// Age in months of 30.4375 days: CDC.
    Months(f64),
    /// Length in cm: weight for length.
    Length(f64),
}

/// Where a value stands among children of its age and sex.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Standing {
    /// By which reference.
    pub reference: Reference,
    /// The z-score.
    pub z: f64,
    /// The percentile, 0 to 100.
    pub percentile: f64,
    /// For a BMI above the 95th percentile, what percentage of it the value is.
    pub of_95th: Option<f64>,
    /// Whether the value lies inside the limits beyond which WHO and CDC take one for a mistake.
    pub plausible: bool,
}

/// Where `value` stands; `None` where no table reaches, or the value is no positive number.
pub fn standing(measure: Measure, sex: Sex, place: Place, value: f64) -> Option<Standing> {
    if !(value.is_finite() && value > 0.0) {
        return None;
    }
    let lms = distribution(measure, sex, place)?;
    let p95 = lms.value(Z95);
    if let (Measure::Bmi, Place::Months(months), true) = (measure, place, value > p95) {
        // Percentile = 90 + 10 Φ((BMI − P95) / σ); the share above is computed, so that nothing is lost far out.
        let share = above((value - p95) / sigma(sex, months / 12.0)) / 10.0;
        return Some(Standing {
            reference: Reference::CdcExtended,
            z: z_above(share),
            percentile: 100.0 * (1.0 - share),
            of_95th: Some(100.0 * value / p95),
            plausible: is_plausible(measure, place, lms, value),
        });
    }
    let z = match (measure, place) {
        (Measure::Weight, Place::Days(_)) | (Measure::WeightForLength, _) => lms.restrained_z(value),
        _ => lms.z(value),
    };
    let reference = if matches!(place, Place::Months(_)) { Reference::Cdc } else { Reference::Who };
    let plausible = is_plausible(measure, place, lms, value);
    Some(Standing { reference, z, percentile: percentile(z), of_95th: None, plausible })
}

/// The value at z-score `z`, for drawing percentile lines; `None` where no table reaches.
pub fn value_at(measure: Measure, sex: Sex, place: Place, z: f64) -> Option<f64> {
    let lms = distribution(measure, sex, place)?;
    match (measure, place) {
        (Measure::Bmi, Place::Months(months)) if z > Z95 => {
            Some(lms.value(Z95) + sigma(sex, months / 12.0) * z_above(10.0 * above(z)))
        }
        _ => Some(lms.value(z)),
    }
}

fn distribution(measure: Measure, sex: Sex, place: Place) -> Option<Lms> {
    let (table, x): (&Table, f64) = match (measure, place) {
        (Measure::Weight, Place::Days(x)) => (&WHO_WEIGHT, x),
        (Measure::Length, Place::Days(x)) => (&WHO_LENGTH, x),
        (Measure::Head, Place::Days(x)) => (&WHO_HEAD, x),
        (Measure::WeightForLength, Place::Length(x)) => (&WHO_WEIGHT_FOR_LENGTH, x),
        (Measure::Weight, Place::Months(x)) => (&CDC_WEIGHT, x),
        (Measure::Length, Place::Months(x)) => (&CDC_STATURE, x),
        (Measure::Bmi, Place::Months(x)) => (&CDC_BMI, x),
        _ => return None,
    };
    table.at(sex, x)
}

/// The spread of the half-normal distribution above the 95th percentile at an age in years (Wei, Ogden, Parsons, Freedman, Hales
/// 2020; CDC Vital Health Stat 2(197)).
fn sigma(sex: Sex, years: f64) -> f64 {
    match sex {
        Sex::Male => 0.3728 + 0.5196 * years - 0.0091 * years * years,
        Sex::Female => 0.8334 + 0.3712 * years - 0.0011 * years * years,
    }
}

/// The limits of WHO (igrowup, flags on z-scores) and of CDC (SAS program, flags on modified z-scores).
fn is_plausible(measure: Measure, place: Place, lms: Lms, value: f64) -> bool {
    let (z, low, high) = match (measure, place) {
        (Measure::Weight, Place::Months(_)) => (lms.modified_z(value), -5.0, 8.0),
        (Measure::Length, Place::Months(_)) => (lms.modified_z(value), -5.0, 4.0),
        (Measure::Bmi, _) => (lms.modified_z(value), -4.0, 8.0),
        (Measure::Weight, _) => (lms.restrained_z(value), -6.0, 5.0),
        (Measure::Length, _) => (lms.z(value), -6.0, 6.0),
        (Measure::Head, _) => (lms.z(value), -5.0, 5.0),
        (Measure::WeightForLength, _) => (lms.restrained_z(value), -5.0, 5.0),
    };
    (low..=high).contains(&z)
}
