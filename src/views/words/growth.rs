//! Words of the growth charts.

use crate::domain::chart::growth::{Gestation, Measure, Rate, Reference, Sex, Sheet, Unusable, Velocity};

pub(crate) const TITLE: &str = "Growth";
pub(crate) const MEASURES: &str = "Measures";
pub(crate) const ON_ONE_SHEET: &str = "All on one sheet, to print";
pub(crate) const ALL: &str = "All measures";
pub(crate) const CHARTS: &str = "Charts";
pub(crate) const LATEST: &str = "Latest:";
pub(crate) const OVER: &str = "Growth charts end at the 20th birthday. The measurements are under";
pub(crate) const NO_SEX: &str =
    "The references are by sex, male or female. The record names neither, so there are no percentiles.";
pub(crate) const SHIFT: &str = "At 24 months the reference changes from WHO, of length lying down, to CDC, of height standing. A percentile can shift there without a change in growth.";
pub(crate) const NO_BMI_UNDER_TWO: &str =
    "BMI is charted from the second birthday. Under two, see weight for length.";
pub(crate) const NO_CARD: &str = "No weight or length recorded.";
pub(crate) const BEFORE_TERM: &str = "before term";
pub(crate) const COMPUTED: &str = "computed";
pub(crate) const LYING: &str = "lying down";
pub(crate) const IMPLAUSIBLE: &str = "Implausible: please check";
pub(crate) const OUTSIDE: &str = "Outside the tables";
pub(crate) const VAGUE: &str = "Only the month or the year is known: not drawn, no percentile";
pub(crate) const METHOD: &str = "Percentiles and z-scores by the LMS method. WHO Child Growth Standards 2006 under 24 months (head circumference to 36 months), CDC 2000 from 24 months to 20 years, CDC extended BMI 2022 above the 95th percentile. A month is 30.4375 days.";
pub(crate) const NOT_CORRECTED: &str =
    "The length of the pregnancy is not recorded here, so ages are not corrected for preterm birth.";

pub(crate) const COL_CORRECTED: &str = "Corrected age";
pub(crate) const COL_VALUE: &str = "Value";
pub(crate) const COL_PERCENTILE: &str = "Percentile";
pub(crate) const COL_Z: &str = "z-score";
pub(crate) const COL_VELOCITY: &str = "Velocity";
pub(crate) const SINCE: &str = "since";
pub(crate) const COMPUTED_HOW: &str =
    "Computed: from weight and height of the same day, where no BMI is reported.";

pub(crate) const LEGEND_VALUE: &str = "Measured";
pub(crate) const LEGEND_HOLLOW: &str = "Implausible: hollow, not joined; at the edge when off the scale";

/// A measure as a heading.
pub(crate) const fn measure(measure: Measure) -> &'static str {
    match measure {
        Measure::Weight => "Weight",
        Measure::Length => "Length and height",
        Measure::Head => "Head circumference",
        Measure::Bmi => "BMI",
        Measure::WeightForLength => "Weight for length",
    }
}

/// The unit of a measure.
pub(crate) const fn unit(measure: Measure) -> &'static str {
    match measure {
        Measure::Weight | Measure::WeightForLength => "kg",
        Measure::Length | Measure::Head => "cm",
        Measure::Bmi => "kg/m²",
    }
}

/// "Weight for age, boys, 2 to 20 years, CDC 2000".
pub(crate) fn sheet(sheet: Sheet, of: Measure, sex: Option<Sex>) -> String {
    let what = match (of, sheet) {
        (Measure::Weight, _) => "Weight for age",
        (Measure::Length, Sheet::Infancy) => "Length for age",
        (Measure::Length, _) => "Height for age",
        (Measure::Head, _) => "Head circumference for age",
        (Measure::Bmi, _) => "BMI for age",
        (Measure::WeightForLength, _) => "Weight for length",
    };
    let whose = match sex {
        Some(Sex::Male) => ", boys",
        Some(Sex::Female) => ", girls",
        None => "",
    };
    let range = match sheet {
        Sheet::Infancy => "birth to 24 months",
        Sheet::Head => "birth to 36 months",
        Sheet::ForLength => "under 2 years",
        Sheet::Childhood => "2 to 10 years",
        Sheet::Youth => "2 to 20 years",
    };
    let reference = match (sheet, sex) {
        (_, None) => "",
        (Sheet::Infancy | Sheet::Head | Sheet::ForLength, _) => ", WHO 2006",
        _ => ", CDC 2000",
    };
    format!("{what}{whose}, {range}{reference}")
}

/// The label of the horizontal axis.
pub(crate) const fn axis(sheet: Sheet, corrected: bool) -> &'static str {
    match (sheet, corrected) {
        (Sheet::Infancy | Sheet::Head, true) => "Age in months, corrected to 24 months",
        (Sheet::Infancy | Sheet::Head, false) => "Age in months",
        (Sheet::ForLength, _) => "Length (cm)",
        (Sheet::Childhood | Sheet::Youth, _) => "Age in years",
    }
}

/// "Percentiles 5, 10, 25, 50 (thick), 75, 90, 95 of CDC 2000".
pub(crate) fn lines(percents: &[f64], sheet: Sheet, extended: bool) -> String {
    let all: Vec<String> = percents
        .iter()
        .map(|p| if *p > 49.0 && *p < 51.0 { "50 (thick)".into() } else { p.to_string() })
        .collect();
    let of = match sheet {
        Sheet::Infancy | Sheet::Head | Sheet::ForLength => "WHO 2006; 2 and 98 are ±2 SD",
        _ if extended => "CDC 2000; 99 and 99.9 of CDC extended BMI 2022",
        _ => "CDC 2000",
    };
    format!("Reference: percentiles {} of {of}", all.join(", "))
}

/// What a growth chart shows, in one sentence.
pub(crate) fn description(n: usize, first: &str, last: &str, latest: &str) -> String {
    let values = if n == 1 { "1 measurement".to_owned() } else { format!("{n} measurements") };
    format!("{values} from {first} to {last}; the latest is {latest}. The table lists them all.")
}

/// "57th", "0.4th", "under 0.1st".
pub(crate) fn percentile(percentile: f64) -> String {
    if percentile < 0.1 {
        return "<0.1".into();
    }
    if percentile > 99.9 {
        return ">99.9".into();
    }
    if !(1.0..=99.0).contains(&percentile) {
        return format!("{percentile:.1}th");
    }
    let text = format!("{percentile:.0}");
    let ending = match text.as_bytes() {
        [b'1', b'1' | b'2' | b'3'] => "th",
        [.., b'1'] => "st",
        [.., b'2'] => "nd",
        [.., b'3'] => "rd",
        _ => "th",
    };
    format!("{text}{ending}")
}

/// A z-score to two decimals, with a minus sign.
pub(crate) fn z(z: f64) -> String {
    signed(format!("{z:.2}"))
}

/// `text`, which is a number, with a minus sign; nothing is less than zero by what is rounded away.
fn signed(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.')) => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// "6.2 cm/year", "24 g/day".
pub(crate) fn velocity(velocity: &Velocity) -> String {
    let (text, unit) = match velocity.rate {
        Rate::CmPerMonth => (format!("{:.1}", velocity.value), "cm/month"),
        Rate::CmPerYear => (format!("{:.1}", velocity.value), "cm/year"),
        Rate::GramsPerDay => (format!("{:.0}", velocity.value), "g/day"),
        Rate::KgPerYear => (format!("{:.1}", velocity.value), "kg/year"),
    };
    format!("{} {unit}", signed(text))
}

/// "20.1 kg", "17.4 kg at 82 cm".
pub(crate) fn value(of: Measure, value: f64, length: Option<f64>) -> String {
    use crate::domain::chart::results::number_text;
    let at = length.map_or_else(String::new, |cm| format!(" at {} cm", number_text(cm)));
    format!("{} {}{at}", number_text(value), unit(of))
}

/// "10th percentile (z −1.28)".
pub(crate) fn standing(percentile_of: f64, z_score: f64) -> String {
    format!("{} percentile (z {})", percentile(percentile_of), z(z_score))
}

/// By which reference, where it is not the sheet's own.
pub(crate) fn beyond(reference: Reference, of_95th: Option<f64>) -> Option<String> {
    let of_95th = of_95th.filter(|_| reference == Reference::CdcExtended)?;
    Some(format!("{of_95th:.0}% of the 95th (extended)"))
}

/// What is said of the length of the pregnancy.
pub(crate) fn born(gestation: Gestation) -> String {
    let at = weeks(gestation.parts());
    if gestation.is_preterm() {
        let early = gestation.early_days();
        let by = weeks((early / 7, early % 7));
        format!(
            "Born at {at}. Up to 24 months, percentiles count the age from term, {by} less; both ages are shown."
        )
    } else {
        format!("Born at {at}: ages are not corrected.")
    }
}

fn weeks((weeks, days): (i64, i64)) -> String {
    let weeks = if weeks == 1 { "1 week".to_owned() } else { format!("{weeks} weeks") };
    match days {
        0 => weeks,
        1 => format!("{weeks} 1 day"),
        n => format!("{weeks} {n} days"),
    }
}

/// "No measurements since 02-May-2025."
pub(crate) fn none_since(date: &str) -> String {
    format!("No measurements since {date}.")
}

/// A measure without a single value.
pub(crate) const fn none(measure: Measure) -> &'static str {
    match measure {
        Measure::Weight => "No weight recorded.",
        Measure::Length => "No length or height recorded.",
        Measure::Head => "No head circumference recorded up to 36 months.",
        Measure::Bmi => "No BMI recorded, and no weight and height of the same day.",
        Measure::WeightForLength => "No weight and length of the same day recorded under two years.",
    }
}

/// "Not charted: 2 values in a unit not known here (stone)."
pub(crate) fn left_out(why: Unusable, count: usize, units: &[&str]) -> String {
    let values = if count == 1 { "1 value".to_owned() } else { format!("{count} values") };
    let reason = match why {
        Unusable::Unit => {
            let named: Vec<&str> =
                units.iter().map(|u| if u.is_empty() { "none given" } else { *u }).collect();
            format!("in a unit not known here ({})", named.join(", "))
        }
        Unusable::Number => "without a number, or with only a bound".into(),
        Unusable::Status => "pending or cancelled".into(),
        Unusable::Time => "without a date".into(),
        Unusable::Age => "from before birth or after the 20th birthday".into(),
    };
    format!("Not charted: {values} {reason}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_read_as_clinicians_say_them() {
        let said: Vec<String> = [0.04, 0.43, 1.0, 2.2, 3.4, 11.2, 12.0, 13.0, 21.0, 57.4, 93.0, 99.4, 99.95]
            .map(percentile)
            .into();
        let expected = [
            "<0.1", "0.4th", "1st", "2nd", "3rd", "11th", "12th", "13th", "21st", "57th", "93rd", "99.4th",
            ">99.9",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn z_scores_carry_a_minus_sign_and_no_negative_zero() {
        assert_eq!([1.28, -1.284, -0.001].map(z), ["1.28", "−1.28", "0.00"]);
    }

    #[test]
    fn a_velocity_says_its_unit_and_a_loss_its_sign() {
        let day = time::macros::date!(2026 - 03 - 01);
        let of = |value, rate| velocity(&Velocity { value, rate, from: day, to: day });
        assert_eq!(of(6.24, Rate::CmPerYear), "6.2 cm/year");
        assert_eq!(of(23.6, Rate::GramsPerDay), "24 g/day");
        assert_eq!(of(-1.94, Rate::KgPerYear), "−1.9 kg/year");
        assert_eq!(of(-0.04, Rate::CmPerMonth), "0.0 cm/month");
    }
}
