//! Age as clinicians read it.

use time::Date;

use crate::domain::calendar::{age_months, age_years};

/// An age in the grain that fits it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Age {
    /// Under 28 days: days.
    Days(i64),
    /// Under 2 years: whole months.
    Months(i32),
    /// Under 18 years: years and months.
    YearsMonths(i32, i32),
    /// From 18: years.
    Years(i32),
}

/// The age on `day` of someone born on `birth`, in the grain that fits it.
pub fn age(birth: Date, day: Date) -> Age {
    let days = (day - birth).whole_days().max(0);
    let (months, years) = (age_months(birth, day), age_years(birth, day));
    match () {
        () if days < 28 => Age::Days(days),
        () if months < 24 => Age::Months(months),
        () if years < 18 => Age::YearsMonths(years, months - 12 * years),
        () => Age::Years(years),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn the_grain_of_an_age_follows_the_age() {
        let birth = date!(2019 - 03 - 14);
        assert_eq!(age(birth, date!(2019 - 04 - 10)), Age::Days(27));
        assert_eq!(age(birth, date!(2019 - 04 - 11)), Age::Months(0));
        assert_eq!(age(birth, date!(2021 - 03 - 13)), Age::Months(23));
        assert_eq!(age(birth, date!(2026 - 11 - 23)), Age::YearsMonths(7, 8));
        assert_eq!(age(birth, date!(2037 - 03 - 14)), Age::Years(18));
        assert_eq!(age(birth, date!(2018 - 01 - 01)), Age::Days(0));
    }

    #[test]
    fn a_leap_day_child_counts_full_years() {
        let birth = date!(2016 - 02 - 29);
        assert_eq!(age(birth, date!(2026 - 03 - 01)), Age::YearsMonths(10, 0));
        assert!(matches!(age(birth, date!(2026 - 02 - 28)), Age::YearsMonths(9, 11 | 12)));
    }
}
