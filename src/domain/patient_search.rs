//! What may be typed to find a patient, and what counts as a match (product.md section 5).

use time::{Date, Month};

use super::ids::{Mrn, MrnError};
use super::people::fold_name;

/// The fewest letters of a given name that may be typed.
pub const GIVEN_LETTERS: usize = 2;
/// Searches in an hour before they slow.
pub const SEARCHES_AN_HOUR: i64 = 30;
/// Seconds between searches once they slow.
pub const SLOW_SECONDS: i64 = 10;
/// Misses in a row at which the access team is alerted.
pub const MISSES_TO_ALERT: i64 = 10;
/// The most characters a field may hold.
const LONGEST: usize = 100;

/// What somebody typed into Patient Selection.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// MRN.
    pub mrn: String,
    /// Family name.
    pub family: String,
    /// Given name, or its beginning.
    pub given: String,
    /// Month of birth, 1 to 12.
    pub month: String,
    /// Day of birth.
    pub day: String,
    /// Year of birth, four digits.
    pub year: String,
}

/// A name and birth date to look for.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The folded family name; must be equal.
    pub family: String,
    /// The folded given name; must begin the recorded one.
    pub given: String,
    /// The birth date; must be equal.
    pub birth_date: Date,
}

/// What to look for.
#[derive(Clone, PartialEq, Eq)]
pub enum Query {
    /// One MRN.
    Mrn(Mrn),
    /// One person.
    Person(Person),
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// Every field is empty.
    NothingTyped,
    /// Not an MRN.
    BadMrn,
    /// No family name.
    FamilyMissing,
    /// Fewer than two letters of the given name.
    GivenMissing,
    /// No birth date, or only a part of it.
    BirthMissing,
    /// The birth date is not three numbers.
    BirthNotNumbers,
    /// There is no such day.
    NoSuchDate {
        /// Month as typed.
        month: u8,
        /// Day as typed.
        day: u8,
        /// Year as typed.
        year: i32,
    },
    /// The birth date lies ahead.
    BirthInFuture,
    /// A field is too long.
    TooLong,
}

impl Typed {
    /// What to look for on `today`; an MRN, when typed, decides alone.
    ///
    /// # Errors
    /// Every [`Problem`] at once.
    pub fn read(&self, today: Date) -> Result<Query, Vec<Problem>> {
        if self.fields().iter().any(|f| f.chars().count() > LONGEST) {
            return Err(vec![Problem::TooLong]);
        }
        if self.fields().iter().all(|f| f.trim().is_empty()) {
            return Err(vec![Problem::NothingTyped]);
        }
        if self.mrn.trim().is_empty() {
            return self.person(today).map(Query::Person);
        }
        Mrn::parse(&self.mrn).map(Query::Mrn).map_err(|_: MrnError| vec![Problem::BadMrn])
    }

    /// The person typed.
    ///
    /// # Errors
    /// Every [`Problem`] at once.
    pub fn person(&self, today: Date) -> Result<Person, Vec<Problem>> {
        let (family, given) = (fold_name(&self.family), fold_name(&self.given));
        let mut problems = Vec::new();
        if family.is_empty() {
            problems.push(Problem::FamilyMissing);
        }
        if given.chars().filter(|c| c.is_alphabetic()).count() < GIVEN_LETTERS {
            problems.push(Problem::GivenMissing);
        }
        match self.birth_date(today) {
            Ok(birth_date) if problems.is_empty() => Ok(Person { family, given, birth_date }),
            Ok(_) => Err(problems),
            Err(problem) => {
                problems.push(problem);
                Err(problems)
            }
        }
    }

    fn fields(&self) -> [&str; 6] {
        [&self.mrn, &self.family, &self.given, &self.month, &self.day, &self.year]
    }

    fn birth_date(&self, today: Date) -> Result<Date, Problem> {
        let parts = [self.month.trim(), self.day.trim(), self.year.trim()];
        if parts.iter().any(|p| p.is_empty()) {
            return Err(Problem::BirthMissing);
        }
        let [month, day, year] = parts;
        let numbers = (month.parse::<u8>(), day.parse::<u8>(), year.parse::<i32>());
        let (Ok(month), Ok(day), Ok(year)) = numbers else { return Err(Problem::BirthNotNumbers) };
        let date = Month::try_from(month).ok().and_then(|m| Date::from_calendar_date(year, m, day).ok());
        let date = date.filter(|_| year >= 1850).ok_or(Problem::NoSuchDate { month, day, year })?;
        if date > today { Err(Problem::BirthInFuture) } else { Ok(date) }
    }
}

impl Person {
    /// Whether a record with this folded given name is of this person, family name and birth date being equal already.
    pub fn given_matches(&self, recorded: &str) -> bool {
        recorded.starts_with(&self.given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn typed(family: &str, given: &str, month: &str, day: &str, year: &str) -> Typed {
        let own = |text: &str| text.to_owned();
        Typed {
            mrn: String::new(),
            family: own(family),
            given: own(given),
            month: own(month),
            day: own(day),
            year: own(year),
        }
    }

    const TODAY: Date = date!(2026 - 11 - 23);

    #[test]
    fn a_birth_date_of_february_31_is_named_as_one_that_does_not_exist() {
        let problems = typed("Doe", "Robin", "2", "31", "2019").read(TODAY).err();
        assert_eq!(problems, Some(vec![Problem::NoSuchDate { month: 2, day: 31, year: 2019 }]));
    }

    #[test]
    fn every_missing_field_is_named_at_once() {
        let problems = typed("", "R", "", "", "").read(TODAY).err();
        assert_eq!(
            problems,
            Some(vec![Problem::FamilyMissing, Problem::GivenMissing, Problem::BirthMissing])
        );
        assert_eq!(Typed::default().read(TODAY).err(), Some(vec![Problem::NothingTyped]));
    }

    #[test]
    fn the_typed_given_name_is_a_prefix_of_two_letters_or_more_folded() {
        let person = typed("Núñez", "JO", "3", "14", "2019").person(TODAY).unwrap_or_else(|_| panic!());
        assert_eq!(person.family, fold_name("Nunez"));
        assert!(person.given_matches(&fold_name("José María")));
        assert!(!person.given_matches(&fold_name("Maria José")));
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        let problems = typed("Doe", "Robin", "11", "24", "2026").read(TODAY).err();
        assert_eq!(problems, Some(vec![Problem::BirthInFuture]));
        assert!(typed("Doe", "Robin", "11", "23", "2026").read(TODAY).is_ok());
    }

    #[test]
    fn an_mrn_decides_alone_and_garbage_is_named() {
        let mut with_mrn = typed("Doe", "", "", "", "");
        with_mrn.mrn = "00-12345".to_owned();
        assert!(matches!(with_mrn.read(TODAY), Ok(Query::Mrn(mrn)) if mrn.as_str() == "0012345"));
        with_mrn.mrn = "<script>".to_owned();
        assert_eq!(with_mrn.read(TODAY).err(), Some(vec![Problem::BadMrn]));
    }
}
