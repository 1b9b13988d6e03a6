//! What a provider types to ask for a change of practice, and what is wrong with it.

use time::{Date, Month};

use crate::domain::calendar::plus_months;
use crate::domain::ids::PracticeId;
use crate::domain::people::{fold_email, words};
use crate::domain::request::RequestKind;

/// The most characters a line may have.
pub const LONGEST: usize = 200;
/// The fewest digits of a phone or fax number.
const FEWEST_DIGITS: usize = 7;
/// The most digits of one (ITU-T E.164).
const MOST_DIGITS: usize = 15;
/// Months ahead that a change may be planned.
const MONTHS_AHEAD: i32 = 12;

words! {
    /// Whether somebody at the practice sponsors its staff already.
    SponsorThere {
        /// There is one.
        Yes = "yes",
        /// There is none.
        No = "no",
        /// The provider does not know.
        Unknown = "unknown",
    }
}

/// What the hospital keeps of a practice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Details {
    /// Its name.
    pub name: String,
    /// Phone.
    pub phone: String,
    /// Fax; empty where there is none.
    pub fax: String,
    /// Postal address.
    pub address: String,
}

/// The practice to be joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Join {
    /// One that the hospital knows.
    Known(PracticeId),
    /// One that it does not know yet.
    New(Details),
}

/// A wish that can be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// [`RequestKind::PracticeSwitch`] or [`RequestKind::Membership`].
    pub kind: RequestKind,
    /// The practice to leave, for a switch.
    pub leave: Option<PracticeId>,
    /// The practice to join.
    pub join: Join,
    /// The provider's new address, when it changes; the provider changes it alone.
    pub email: String,
    /// Whether there is a sponsor at the practice that is joined.
    pub sponsor_there: SponsorThere,
    /// The first day at the practice that is joined.
    pub effective_on: Date,
}

/// What was typed, field by field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// The practice to leave, as its id.
    pub from: String,
    /// The practice to join: its id, or nothing for one that is typed.
    pub to: String,
    /// The name of a practice that the hospital does not know.
    pub name: String,
    /// Its phone.
    pub phone: String,
    /// Its fax.
    pub fax: String,
    /// Its address.
    pub address: String,
    /// The provider's new e-mail address.
    pub email: String,
    /// A word of [`SponsorThere`].
    pub sponsor_there: String,
    /// The month of the first day.
    pub month: String,
    /// Its day.
    pub day: String,
    /// Its year, four digits.
    pub year: String,
}

/// What is wrong with what was typed, or stands in the way of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// No practice to leave, or one that the provider is no member of.
    FromMissing,
    /// No practice to join: neither chosen nor typed.
    ToMissing,
    /// The practice chosen is not there.
    ToUnknown,
    /// The provider belongs to the practice to join already.
    ToHeld,
    /// A line is longer than [`LONGEST`].
    TooLong(Field),
    /// No phone number, or none that can be called.
    BadPhone,
    /// A fax number that cannot be called.
    BadFax,
    /// No address.
    AddressMissing,
    /// Not an e-mail address.
    BadEmail,
    /// Not said whether there is a sponsor.
    SponsorMissing,
    /// No first day.
    DateMissing,
    /// There is no such day.
    NoSuchDate,
    /// The first day is over.
    DatePast,
    /// The first day is more than a year ahead.
    DateTooFar,
    /// Such a request waits already.
    OpenAlready,
}

words! {
    /// A field that holds one line.
    Field {
        /// The practice's name.
        Name = "name",
        /// Its phone.
        Phone = "phone",
        /// Its fax.
        Fax = "fax",
        /// Its address.
        Address = "address",
        /// The e-mail address.
        Email = "email",
    }
}

impl Typed {
    /// The wish that was typed, on `today` in hospital time.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, kind: RequestKind, today: Date) -> Result<Asked, Vec<Problem>> {
        let mut problems = Vec::new();
        let leave = match kind {
            RequestKind::PracticeSwitch => self.from.parse().ok(),
            _ => None,
        };
        if kind == RequestKind::PracticeSwitch && leave.is_none() {
            problems.push(Problem::FromMissing);
        }
        let join = self.join(&mut problems);
        let email = line(&self.email, Field::Email, &mut problems);
        if !email.is_empty() && !is_address(&email) {
            problems.push(Problem::BadEmail);
        }
        let sponsor_there = SponsorThere::from_word(&self.sponsor_there);
        if sponsor_there.is_none() {
            problems.push(Problem::SponsorMissing);
        }
        let effective_on = self.date(today).map_err(|p| problems.push(p)).ok();
        match (join, sponsor_there, effective_on) {
            (Some(join), Some(sponsor_there), Some(effective_on)) if problems.is_empty() => {
                Ok(Asked { kind, leave, join, email, sponsor_there, effective_on })
            }
            _ => Err(problems),
        }
    }

    fn join(&self, problems: &mut Vec<Problem>) -> Option<Join> {
        if !self.to.trim().is_empty() {
            let known = self.to.trim().parse().ok().map(Join::Known);
            if known.is_none() {
                problems.push(Problem::ToUnknown);
            }
            return known;
        }
        let name = line(&self.name, Field::Name, problems);
        if name.is_empty() {
            problems.push(Problem::ToMissing);
            return None;
        }
        let phone = line(&self.phone, Field::Phone, problems);
        if !is_number(&phone) {
            problems.push(Problem::BadPhone);
        }
        let fax = line(&self.fax, Field::Fax, problems);
        if !fax.is_empty() && !is_number(&fax) {
            problems.push(Problem::BadFax);
        }
        let address = line(&self.address, Field::Address, problems);
        if address.is_empty() {
            problems.push(Problem::AddressMissing);
        }
        Some(Join::New(Details { name, phone, fax, address }))
    }

    fn date(&self, today: Date) -> Result<Date, Problem> {
        let parts = [&self.year, &self.month, &self.day].map(|p| p.trim());
        if parts.iter().any(|p| p.is_empty()) {
            return Err(Problem::DateMissing);
        }
        let [year, month, day] = parts;
        let month = month.parse::<u8>().ok().and_then(|m| Month::try_from(m).ok());
        let (Some(month), Ok(year), Ok(day)) = (month, year.parse(), day.parse()) else {
            return Err(Problem::NoSuchDate);
        };
        let date = Date::from_calendar_date(year, month, day).map_err(|_| Problem::NoSuchDate)?;
        if date < today {
            return Err(Problem::DatePast);
        }
        if date > plus_months(today, MONTHS_AHEAD) {
            return Err(Problem::DateTooFar);
        }
        Ok(date)
    }
}

/// `typed` with single blanks and no outer ones.
fn line(typed: &str, field: Field, problems: &mut Vec<Problem>) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let plain: String = typed.chars().map(shown).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > LONGEST {
        problems.push(Problem::TooLong(field));
    }
    line
}

fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let sound = |c: char| c.is_ascii_alphanumeric() || " +-().,/#".contains(c);
    (FEWEST_DIGITS..=MOST_DIGITS).contains(&digits) && text.chars().all(sound)
}

fn is_address(text: &str) -> bool {
    let folded = fold_email(text);
    let sound = folded.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.len() > 1 && !host.contains('@') && host.contains('.')
    });
    sound && folded.len() <= 254 && !folded.chars().any(char::is_whitespace)
}
