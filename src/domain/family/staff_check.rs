//! Asking for a family account without a code: what must be typed, who may not ask, and what the access team's checklist needs
//! beyond that of any call (product.md section 10: adults enrol online with staff check).

use time::Date;

use super::authority::Capacity;
use super::enrolment::{Bar, NAME_LONGEST, may_guard};
use super::{ADULT_FROM, TEEN_FROM};
use crate::domain::calendar::{Instant, Zone, age_years};
use crate::domain::ids::Mrn;
use crate::domain::people::{fold_email, is_email, words};
use crate::domain::verification::{self, Missing, Relationship};

/// Requests that one address may make at once, and the seconds after which it may make one more.
pub const OF_ADDRESS: (i64, i64) = (3, 3600);
/// The same for one network.
pub const OF_NETWORK: (i64, i64) = (10, 60);
/// The most characters of a phone number.
const PHONE_LONGEST: usize = 40;
/// The fewest digits of a phone number.
const PHONE_DIGITS: usize = 7;

words! {
    /// What is wrong with what was typed.
    Fault {
        /// Neither the patient nor a guardian was chosen.
        Who = "who",
        /// The given name is missing or too long.
        Given = "given",
        /// The family name is missing or too long.
        Family = "family",
        /// The birth date is missing or is none.
        Born = "born",
        /// Not an e-mail address.
        Email = "email",
        /// Not a phone number.
        Phone = "phone",
        /// The patient's given name is missing or too long.
        PatientGiven = "patient_given",
        /// The patient's family name is missing or too long.
        PatientFamily = "patient_family",
        /// The patient's birth date is missing or is none.
        PatientBorn = "patient_born",
        /// Not an MRN.
        Mrn = "mrn",
    }
}

/// A person as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Person {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Birth date; `None` when none was typed.
    pub born: Option<Date>,
}

/// What was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// As whom they ask.
    pub capacity: Option<Capacity>,
    /// Who asks.
    pub asker: Person,
    /// Their address.
    pub email: String,
    /// Where they say they can be called.
    pub phone: String,
    /// The patient; not read of a patient who asks for themself.
    pub patient: Person,
    /// The patient's MRN, where they know it.
    pub mrn: String,
}

/// What somebody asks for, complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// As whom they ask.
    pub capacity: Capacity,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Birth date.
    pub born: Date,
    /// Their address.
    pub email: String,
    /// Where they say they can be called.
    pub phone: String,
    /// The patient's given name.
    pub patient_given: String,
    /// The patient's family name.
    pub patient_family: String,
    /// The patient's birth date.
    pub patient_born: Date,
    /// The patient's MRN as typed; empty when they do not know it.
    pub mrn: String,
}

/// Why nothing may be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// Something is to be mended.
    Faulty(Vec<Fault>),
    /// Whoever asks has no account of their own this way, by what they typed.
    Barred(Bar),
}

impl Typed {
    /// What is asked for at `now`.
    ///
    /// # Errors
    /// [`Stopped`]. It says nothing of what the hospital knows.
    pub fn read(&self, now: Instant, zone: Zone) -> Result<Wanted, Stopped> {
        let is_guardian = self.capacity == Some(Capacity::Guardian);
        let patient = if is_guardian { &self.patient } else { &self.asker };
        let mut faults = Vec::new();
        faults.extend(self.capacity.is_none().then_some(Fault::Who));
        faults.extend((!is_name(&self.asker.given)).then_some(Fault::Given));
        faults.extend((!is_name(&self.asker.family)).then_some(Fault::Family));
        faults.extend(self.asker.born.is_none().then_some(Fault::Born));
        faults.extend((!is_email(&fold_email(&self.email))).then_some(Fault::Email));
        faults.extend((!is_phone(&self.phone)).then_some(Fault::Phone));
        if is_guardian {
            faults.extend((!is_name(&patient.given)).then_some(Fault::PatientGiven));
            faults.extend((!is_name(&patient.family)).then_some(Fault::PatientFamily));
            faults.extend(patient.born.is_none().then_some(Fault::PatientBorn));
        }
        let mrn = self.mrn.trim();
        faults.extend((!mrn.is_empty() && Mrn::parse(mrn).is_err()).then_some(Fault::Mrn));
        let (Some(capacity), Some(born), Some(patient_born)) = (self.capacity, self.asker.born, patient.born)
        else {
            return Err(Stopped::Faulty(faults));
        };
        if !faults.is_empty() {
            return Err(Stopped::Faulty(faults));
        }
        if let Some(bar) = bar(capacity, born, now, zone) {
            return Err(Stopped::Barred(bar));
        }
        Ok(Wanted {
            capacity,
            given: self.asker.given.trim().to_owned(),
            family: self.asker.family.trim().to_owned(),
            born,
            email: self.email.trim().to_owned(),
            phone: self.phone.trim().to_owned(),
            patient_given: patient.given.trim().to_owned(),
            patient_family: patient.family.trim().to_owned(),
            patient_born,
            mrn: mrn.to_owned(),
        })
    }
}

/// What keeps somebody born on `born` from asking as `capacity`: under 18 nobody does, and from 13 to 17 a patient's own account is
/// opened through the practice (product.md section 10).
pub fn bar(capacity: Capacity, born: Date, now: Instant, zone: Zone) -> Option<Bar> {
    let age = age_years(born, zone.date(now));
    match capacity {
        Capacity::Guardian => (!may_guard(born, now, zone)).then_some(Bar::GuardianMinor),
        Capacity::Patient if age < TEEN_FROM => Some(Bar::Under13),
        Capacity::Patient => (age < ADULT_FROM).then_some(Bar::ThroughPractice),
    }
}

/// What the checklist of somebody who asks as `capacity` lacks beyond that of any call: that the number was the hospital's own, and
/// that a patient speaks for themself and a guardian as one.
pub fn lacking(capacity: Capacity, typed: &verification::Typed) -> Vec<Missing> {
    let mut missing = Vec::new();
    missing.extend((!typed.on_record_number).then_some(Missing::Number));
    let is_other = |related| (related == Relationship::Patient) != (capacity == Capacity::Patient);
    missing.extend(typed.relationship.is_some_and(is_other).then_some(Missing::Authority));
    missing
}

fn is_name(typed: &str) -> bool {
    let typed = typed.trim();
    !typed.is_empty() && typed.chars().count() <= NAME_LONGEST && !typed.chars().any(char::is_control)
}

fn is_phone(typed: &str) -> bool {
    let typed = typed.trim();
    typed.chars().count() <= PHONE_LONGEST
        && typed.chars().filter(char::is_ascii_digit).count() >= PHONE_DIGITS
        && typed.chars().all(|c| c.is_ascii_alphanumeric() || " +()-./,#".contains(c))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn zone() -> Zone {
        "America/New_York".parse().unwrap()
    }

    fn now() -> Instant {
        "2026-03-11T16:00:00Z".parse().unwrap()
    }

    fn adult() -> Typed {
        let asker = Person { given: "Mia".into(), family: "Stone".into(), born: Some(date!(2008 - 03 - 11)) };
        Typed {
            capacity: Some(Capacity::Patient),
            asker,
            email: "mia@example.org".into(),
            phone: "+1 (555) 010-0199".into(),
            ..Typed::default()
        }
    }

    fn read(typed: &Typed) -> Result<Wanted, Stopped> {
        typed.read(now(), zone())
    }

    #[test]
    fn an_adult_asks_for_themself_and_is_the_patient() {
        let wanted = read(&adult()).unwrap();
        assert_eq!((wanted.patient_given.as_str(), wanted.patient_born), ("Mia", date!(2008 - 03 - 11)));
    }

    #[test]
    fn nobody_under_18_asks_and_a_teen_goes_through_the_practice() {
        let born = |born| {
            let mut typed = adult();
            typed.asker.born = Some(born);
            read(&typed)
        };
        assert_eq!(born(date!(2008 - 03 - 12)), Err(Stopped::Barred(Bar::ThroughPractice)));
        assert_eq!(born(date!(2013 - 03 - 11)), Err(Stopped::Barred(Bar::ThroughPractice)));
        assert_eq!(born(date!(2013 - 03 - 12)), Err(Stopped::Barred(Bar::Under13)));
        let child = Person { given: "Ana".into(), family: "Stone".into(), born: Some(date!(2019 - 03 - 14)) };
        let mut guardian = Typed { capacity: Some(Capacity::Guardian), patient: child, ..adult() };
        assert!(read(&guardian).is_ok());
        guardian.asker.born = Some(date!(2008 - 03 - 12));
        assert_eq!(read(&guardian), Err(Stopped::Barred(Bar::GuardianMinor)));
    }

    #[test]
    fn everything_that_is_missing_is_said_at_once() {
        let bare = Typed { capacity: Some(Capacity::Guardian), mrn: "%".into(), ..Typed::default() };
        let Err(Stopped::Faulty(faults)) = read(&bare) else { panic!() };
        assert_eq!(faults.len(), Fault::ALL.len() - 1, "{faults:?}");
        let Err(Stopped::Faulty(faults)) = read(&Typed::default()) else { panic!() };
        assert_eq!(faults.first(), Some(&Fault::Who));
    }

    #[test]
    fn a_name_is_short_and_of_any_writing_and_a_number_has_digits() {
        let with = |name: &str, phone: &str| {
            let mut typed = adult();
            typed.asker.given = name.to_owned();
            typed.phone = phone.to_owned();
            read(&typed).map(|_| ())
        };
        assert_eq!(with("مريم", "555-010-0199"), Ok(()));
        for bad in [&"x".repeat(10_000), "a\u{0}b", " "] {
            assert_eq!(with(bad, "5550100199"), Err(Stopped::Faulty(vec![Fault::Given])));
        }
        for bad in ["", "call me", "123456", &"5".repeat(41), "5550100199<b>"] {
            assert_eq!(with("Mia", bad), Err(Stopped::Faulty(vec![Fault::Phone])), "{bad}");
        }
    }

    #[test]
    fn the_call_goes_to_the_hospitals_own_number_and_whoever_speaks_is_who_asked() {
        let typed = |relationship, on_record_number| verification::Typed {
            relationship: Some(relationship),
            on_record_number,
            ..verification::Typed::default()
        };
        assert_eq!(lacking(Capacity::Patient, &typed(Relationship::Patient, true)), []);
        assert_eq!(lacking(Capacity::Guardian, &typed(Relationship::Parent, true)), []);
        assert_eq!(lacking(Capacity::Guardian, &typed(Relationship::Parent, false)), [Missing::Number]);
        assert_eq!(lacking(Capacity::Guardian, &typed(Relationship::Patient, true)), [Missing::Authority]);
        assert_eq!(
            lacking(Capacity::Patient, &typed(Relationship::LegalGuardian, true)),
            [Missing::Authority]
        );
    }
}
