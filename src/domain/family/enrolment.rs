//! How a family account begins: with a code from the practice or the access team, never online alone (product.md section 10).

use time::Date;

use super::authority::{Authority, Band, Capacity, Rule, band};
use super::{ADULT_FROM, TEEN_FROM};
use crate::domain::calendar::{Instant, Zone, age_years};
use crate::domain::people::words;

/// Days for which an activation code can be used.
pub const CODE_DAYS: i64 = 30;
/// Wrong birth dates after which a code is void.
pub const MOST_MISSES: i64 = 5;
/// The most characters of a typed name.
pub const NAME_LONGEST: usize = 100;

words! {
    /// How a guardian stands to the patient.
    Relationship {
        /// Mother.
        Mother = "mother",
        /// Father.
        Father = "father",
        /// Another parent.
        Parent = "parent",
        /// Grandparent.
        Grandparent = "grandparent",
        /// Foster parent.
        FosterParent = "foster_parent",
        /// Guardian by law.
        LegalGuardian = "legal_guardian",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// Why an account or a tie cannot begin.
    Bar {
        /// Nobody under 13 has an account.
        Under13 = "under_13",
        /// A patient from 13 to 17 begins through the practice, not by asking online.
        ThroughPractice = "through_practice",
        /// A patient from 13 to 17 needs a guardian with an account first.
        NoGuardian = "no_guardian",
        /// A guardian is 18 or over.
        GuardianMinor = "guardian_minor",
        /// The patient has an account.
        HasAccount = "has_account",
        /// The account is tied to the patient already.
        TiedAlready = "tied_already",
        /// The patient has died.
        Deceased = "deceased",
    }
}

words! {
    /// What is wrong with what was typed.
    Fault {
        /// No such code and birth date together.
        NoMatch = "no_match",
        /// The given name is missing or too long.
        Given = "given",
        /// The family name is missing or too long.
        Family = "family",
        /// The reader's own birth date is missing or is none.
        Born = "born",
        /// No relationship was chosen.
        Relationship = "relationship",
        /// Not an e-mail address.
        Email = "email",
        /// The address has an account.
        EmailTaken = "email_taken",
        /// The name that was signed with is not the one that was typed.
        Signature = "signature",
        /// The terms were not accepted.
        Terms = "terms",
    }
}

/// The day that is typed in three boxes; `None` when it is none, or to come.
pub fn typed_date(year: &str, month: &str, day: &str, today: Date) -> Option<Date> {
    let year: i32 = year.trim().parse().ok().filter(|year| (1900..=2200).contains(year))?;
    let month: u8 = month.trim().parse().ok()?;
    let day: u8 = day.trim().parse().ok()?;
    let date = Date::from_calendar_date(year, time::Month::try_from(month).ok()?, day).ok()?;
    (date <= today).then_some(date)
}

/// What keeps a family account in `capacity` from beginning for somebody born on `birth`, whose family is `family`; `None` when
/// nothing does.
pub fn bar(capacity: Capacity, family: &Authority, birth: Date, now: Instant, zone: Zone) -> Option<Bar> {
    let age = age_years(birth, zone.date(now));
    match capacity {
        Capacity::Guardian => None,
        Capacity::Patient if age < TEEN_FROM => Some(Bar::Under13),
        // Also one that a restriction keeps out: a second one would get around it.
        Capacity::Patient if family.has_own() => Some(Bar::HasAccount),
        Capacity::Patient => (age < ADULT_FROM && family.rule() == Rule::Team).then_some(Bar::NoGuardian),
    }
}

/// Whether a guardian of somebody born on `birth` needs the patient's signature beside their own: from 13 on.
pub fn needs_signatures(birth: Date, now: Instant, zone: Zone) -> bool {
    band(birth, now, zone) > Band::Child
}

/// Whether somebody born on `born` may be a guardian at `now`.
pub fn may_guard(born: Date, now: Instant, zone: Zone) -> bool {
    age_years(born, zone.date(now)) >= ADULT_FROM
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;
    use crate::domain::calendar::Interval;
    use crate::domain::family::Tie;
    use crate::domain::family::authority::{Kin, authority};
    use crate::domain::ids::AccountId;

    const NOW: &str = "2026-03-11T16:00:00Z";

    fn zone() -> Zone {
        "America/New_York".parse().unwrap()
    }

    fn found(capacity: Capacity, birth: Date, kin: &[Tie]) -> Option<Bar> {
        with_kept_out(capacity, birth, kin, None)
    }

    /// The same where a restriction keeps out the one who is so tied.
    fn with_kept_out(capacity: Capacity, birth: Date, kin: &[Tie], out: Option<Tie>) -> Option<Bar> {
        let now = NOW.parse().unwrap();
        let kin: Vec<Kin> = kin
            .iter()
            .zip(1..)
            .map(|(tie, n)| Kin {
                barred: out == Some(*tie),
                account: AccountId(Uuid::from_u128(n)),
                active: true,
                tie: *tie,
            })
            .collect();
        bar(capacity, &authority(&kin, birth, now, zone()), birth, now, zone())
    }

    #[test]
    fn nobody_has_an_account_a_day_before_13_and_a_teen_needs_a_guardian_first() {
        let guardian =
            Tie::Guardian { span: Interval::ALWAYS, born: Some(date!(1985 - 02 - 03)), court_order: false };
        let (twelve, thirteen) = (date!(2013 - 03 - 12), date!(2013 - 03 - 11));
        assert_eq!(found(Capacity::Patient, twelve, &[guardian]), Some(Bar::Under13));
        assert_eq!(found(Capacity::Patient, thirteen, &[guardian]), None);
        assert_eq!(found(Capacity::Patient, thirteen, &[]), Some(Bar::NoGuardian));
        assert_eq!(found(Capacity::Patient, thirteen, &[guardian, Tie::Own]), Some(Bar::HasAccount));
        assert_eq!(found(Capacity::Patient, date!(2008 - 03 - 11), &[]), None, "an adult stands alone");
    }

    #[test]
    fn whose_own_account_a_restriction_keeps_out_gets_no_second_one() {
        let guardian =
            Tie::Guardian { span: Interval::ALWAYS, born: Some(date!(1985 - 02 - 03)), court_order: false };
        let (adult, teen) = (date!(2008 - 03 - 11), date!(2013 - 03 - 11));
        let own = Some(Tie::Own);
        assert_eq!(with_kept_out(Capacity::Patient, adult, &[Tie::Own], own), Some(Bar::HasAccount));
        assert_eq!(with_kept_out(Capacity::Patient, teen, &[guardian, Tie::Own], own), Some(Bar::HasAccount));
    }

    #[test]
    fn an_adult_may_be_given_a_proxy_and_whoever_holds_it_is_18_or_over() {
        assert_eq!(found(Capacity::Guardian, date!(2008 - 03 - 12), &[]), None);
        assert_eq!(found(Capacity::Guardian, date!(2008 - 03 - 11), &[]), None);
        let now = NOW.parse().unwrap();
        assert!(may_guard(date!(2008 - 03 - 11), now, zone()));
        assert!(!may_guard(date!(2008 - 03 - 12), now, zone()));
    }

    #[test]
    fn a_day_is_one_that_there_is_and_not_one_to_come() {
        let today = date!(2026 - 03 - 11);
        assert_eq!(typed_date("2019", " 3", "14 ", today), Some(date!(2019 - 03 - 14)));
        for (y, m, d) in
            [("2019", "2", "30"), ("19", "3", "14"), ("2026", "3", "12"), ("", "", ""), ("2019", "13", "1")]
        {
            assert_eq!(typed_date(y, m, d, today), None, "{y}-{m}-{d}");
        }
    }

    #[test]
    fn both_sign_from_13_on() {
        let now = NOW.parse().unwrap();
        assert!(needs_signatures(date!(1980 - 03 - 11), now, zone()));
        assert!(!needs_signatures(date!(2013 - 03 - 12), now, zone()));
        assert!(needs_signatures(date!(2013 - 03 - 11), now, zone()));
    }
}
