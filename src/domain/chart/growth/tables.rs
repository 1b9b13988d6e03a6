//! The published tables, parsed once. `assets/growth/SOURCES.md` says where each is from.

use std::sync::LazyLock;

use super::Sex;
use super::lms::Lms;

/// One table: rows of (place, distribution) for each sex, in the order of the places.
#[derive(Debug)]
pub(super) struct Table {
    male: Vec<(f64, Lms)>,
    female: Vec<(f64, Lms)>,
}

macro_rules! table {
    ($(#[$doc:meta])* $name:ident, $file:literal) => {
        $(#[$doc])*
        pub(super) static $name: LazyLock<Table> =
            LazyLock::new(|| Table::read(include_str!(concat!("../../../../assets/growth/", $file))));
    };
}

table!(
    /// Weight (kg) by day, birth to 24 months.
    WHO_WEIGHT, "who-weight.csv");
table!(
    /// Recumbent length (cm) by day, birth to 24 months.
    WHO_LENGTH, "who-length.csv");
table!(
    /// Head circumference (cm) by day, birth to 36 months.
    WHO_HEAD, "who-head.csv");
table!(
    /// Weight (kg) by recumbent length (cm).
    WHO_WEIGHT_FOR_LENGTH, "who-weight-for-length.csv");
table!(
    /// Weight (kg) by month, 24 to 240.
    CDC_WEIGHT, "cdc-weight.csv");
table!(
    /// Stature (cm) by month, 24 to 240.
    CDC_STATURE, "cdc-stature.csv");
table!(
    /// Body mass index (kg/m²) by month, 24 to 240.5.
    CDC_BMI, "cdc-bmi.csv");

impl Table {
    /// The table of a file `sex,place,l,m,s`; what is no row of numbers is the head line.
    fn read(text: &str) -> Self {
        let (mut male, mut female) = (Vec::new(), Vec::new());
        for line in text.lines() {
            let numbers: Vec<f64> = line.split(',').filter_map(|field| field.parse().ok()).collect();
            if let [sex, place, l, m, s] = numbers[..] {
                let rows = if sex < 1.5 { &mut male } else { &mut female };
                rows.push((place, Lms { l, m, s }));
            }
        }
        Self { male, female }
    }

    /// Every row of `sex`.
    pub(super) fn rows(&self, sex: Sex) -> &[(f64, Lms)] {
        match sex {
            Sex::Male => &self.male,
            Sex::Female => &self.female,
        }
    }

    /// The distribution at `place`, between two rows in proportion; `None` where the table does not reach.
    pub(super) fn at(&self, sex: Sex, place: f64) -> Option<Lms> {
        let rows = self.rows(sex);
        let next = rows.partition_point(|(row, _)| *row < place);
        let (after, upper) = *rows.get(next)?;
        if after <= place {
            return Some(upper);
        }
        let (before, lower) = *rows.get(next.checked_sub(1)?)?;
        Some(lower.towards(upper, (place - before) / (after - before)))
    }
}
