//! What is typed at each step of registering, and everything that can be wrong with it.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::{Answers, NpiCheck, PracticeAnswer};
use crate::domain::ids::Npi;
use crate::domain::people::fold_email;
use crate::domain::request::REASON_LONGEST;
use crate::domain::sign_in::password::PasswordFault;

/// What is typed at the first step.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedStart {
    /// The NPI.
    pub npi: String,
    /// `yes` for an international provider without one.
    pub no_npi: String,
    /// `yes` or `no`: whether they have access to the hospital's own chart.
    pub chart: String,
    /// Why they want this portal too.
    pub chart_reason: String,
}

/// What is typed at the second step.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedDetails {
    /// The family name.
    pub family: String,
    /// The given name.
    pub given: String,
    /// The specialty.
    pub specialty: String,
    /// The phone.
    pub phone: String,
    /// The fax.
    pub fax: String,
    /// The part of a name by which practices are searched.
    pub practice_search: String,
    /// The id of a known practice, or `new`.
    pub practice: String,
    /// A new practice's name.
    pub practice_name: String,
    /// A new practice's phone.
    pub practice_phone: String,
    /// A new practice's fax.
    pub practice_fax: String,
    /// A new practice's address.
    pub practice_address: String,
    /// `yes` to send a number that the registry has under another name, or not at all, for review.
    pub review: String,
}

/// What is typed at the last step.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct TypedConfirm {
    /// The password.
    pub password: String,
    /// The code of the authenticator.
    pub code: String,
    /// `yes` to accept the terms.
    pub terms: String,
}

/// A one-line answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Line {
    /// The family name.
    Family,
    /// The given name.
    Given,
    /// The specialty.
    Specialty,
    /// The phone.
    Phone,
    /// The fax.
    Fax,
    /// A new practice's name.
    PracticeName,
    /// A new practice's phone.
    PracticePhone,
    /// A new practice's fax.
    PracticeFax,
    /// A new practice's address.
    PracticeAddress,
}

/// What is wrong with a one-line answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineFault {
    /// Nothing was typed.
    Missing,
    /// Too many characters.
    TooLong,
    /// A character that is no part of a line: a line break, a control, a change of writing direction.
    BadCharacter,
    /// Not a phone number.
    NotPhone,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No NPI was typed.
    NpiMissing,
    /// Not ten digits that begin with 1 or 2.
    NpiShape,
    /// The last digit does not fit.
    NpiCheckDigit,
    /// It is an organization's.
    NpiOrganization,
    /// It is no longer active.
    NpiInactive,
    /// The registry gave no answer, and one is needed.
    RegistryDown,
    /// The question about the hospital's own chart was not answered.
    ChartMissing,
    /// Whoever has access to the chart uses the chart, unless they ask for an exception.
    UseChart,
    /// The reason is too long.
    ReasonTooLong,
    /// The registry has the number under another name.
    NameMismatch,
    /// The registry does not know the number.
    NpiUnknown,
    /// A one-line answer.
    Line(Line, LineFault),
    /// No practice was chosen.
    PracticeMissing,
    /// No address was typed.
    EmailMissing,
    /// Not an e-mail address.
    EmailShape,
    /// An address that several people read.
    EmailShared,
    /// The password.
    Password(PasswordFault),
    /// No code was typed.
    CodeMissing,
    /// Not the code of this moment.
    CodeWrong,
    /// The terms were not accepted.
    TermsMissing,
}

impl TypedStart {
    /// The number and the reason for an exception, when nothing is wrong with them.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(&self) -> Result<(Option<Npi>, String), Vec<Fault>> {
        let mut faults = Vec::new();
        let npi = if self.no_npi == "yes" { None } else { npi(&self.npi).map_err(|f| faults.push(f)).ok() };
        let reason = self.chart_reason.trim();
        match self.chart.as_str() {
            "yes" if reason.is_empty() => faults.push(Fault::UseChart),
            "yes" if reason.chars().count() > REASON_LONGEST => faults.push(Fault::ReasonTooLong),
            "yes" | "no" => {}
            _ => faults.push(Fault::ChartMissing),
        }
        let reason = if self.chart == "yes" { reason.to_owned() } else { String::new() };
        if faults.is_empty() { Ok((npi, reason)) } else { Err(faults) }
    }
}

fn npi(typed: &str) -> Result<Npi, Fault> {
    let plain: String = typed.nfkc().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let shaped =
        plain.len() == 10 && plain.bytes().all(|b| b.is_ascii_digit()) && plain.starts_with(['1', '2']);
    match Npi::parse(&plain) {
        Some(npi) => Ok(npi),
        None if plain.is_empty() => Err(Fault::NpiMissing),
        None if shaped => Err(Fault::NpiCheckDigit),
        None => Err(Fault::NpiShape),
    }
}

impl TypedDetails {
    /// `answers` with the name, the phone and a new practice that were typed, when nothing is wrong with them. A known practice
    /// is for the caller to look up.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn fill(&self, answers: &Answers) -> Result<Answers, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut take = |which: Line, typed: &str| {
            let checked = line(which, typed);
            checked.map_err(|fault| faults.push(Fault::Line(which, fault))).unwrap_or_default()
        };
        let mut filled = Answers {
            family: take(Line::Family, &self.family),
            given: take(Line::Given, &self.given),
            specialty: take(Line::Specialty, &self.specialty),
            phone: take(Line::Phone, &self.phone),
            fax: take(Line::Fax, &self.fax),
            practice: None,
            is_checked: true,
            ..answers.clone()
        };
        if self.practice == "new" {
            filled.practice = Some(PracticeAnswer::New {
                name: take(Line::PracticeName, &self.practice_name),
                phone: take(Line::PracticePhone, &self.practice_phone),
                fax: take(Line::PracticeFax, &self.practice_fax),
                address: take(Line::PracticeAddress, &self.practice_address),
            });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        filled.check = answers.check_of_name(&filled.family, &filled.given);
        if filled.check == NpiCheck::Found && filled.specialty.is_empty() {
            filled.specialty.clone_from(&filled.registry_specialty);
        }
        match filled.check {
            NpiCheck::Mismatch if self.review != "yes" => Err(vec![Fault::NameMismatch]),
            NpiCheck::Unknown if self.review != "yes" => Err(vec![Fault::NpiUnknown]),
            _ => Ok(filled),
        }
    }
}

/// The answer in `typed`, without outer blanks.
fn line(which: Line, typed: &str) -> Result<String, LineFault> {
    let typed = typed.trim();
    let (longest, needed) = match which {
        Line::Family | Line::Given => (100, true),
        Line::Specialty => (100, false),
        Line::Phone | Line::PracticePhone => (30, true),
        Line::Fax | Line::PracticeFax => (30, false),
        Line::PracticeName => (200, true),
        Line::PracticeAddress => (300, true),
    };
    if typed.is_empty() {
        return if needed { Err(LineFault::Missing) } else { Ok(String::new()) };
    }
    if typed.chars().count() > longest {
        return Err(LineFault::TooLong);
    }
    // Marks that turn the writing direction would let one name look like another.
    let turns =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    if typed.chars().any(|c| c.is_control() || turns(c)) {
        return Err(LineFault::BadCharacter);
    }
    let is_number = matches!(which, Line::Phone | Line::Fax | Line::PracticePhone | Line::PracticeFax);
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let dialled = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '+' | '.' | '/' | 'x');
    if is_number && (digits < 7 || !typed.chars().all(dialled)) {
        return Err(LineFault::NotPhone);
    }
    if !is_number && !typed.chars().any(char::is_alphanumeric) {
        return Err(LineFault::Missing);
    }
    Ok(typed.to_owned())
}

/// Names of mailboxes that several people read: nobody shares a way to sign in.
const SHARED: &[&str] = &[
    "admin",
    "appointments",
    "billing",
    "clinic",
    "contact",
    "frontdesk",
    "front.desk",
    "front-desk",
    "hello",
    "info",
    "mail",
    "no-reply",
    "noreply",
    "office",
    "reception",
    "referrals",
    "staff",
    "team",
];

/// The address in `typed` in its plain spelling, and as accounts are found by.
///
/// # Errors
/// [`Fault`] says what is wrong.
pub fn email(typed: &str) -> Result<(String, String), Fault> {
    let folded = fold_email(typed);
    if folded.is_empty() {
        return Err(Fault::EmailMissing);
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"`".contains(c);
    let shape = folded.split_once('@').filter(|(name, host)| {
        let labels = host.split('.').all(|l| !l.is_empty() && !l.starts_with('-') && !l.ends_with('-'));
        !name.is_empty() && name.len() <= 64 && host.contains('.') && labels && !host.contains('@')
    });
    let Some((name, _)) = shape.filter(|_| folded.len() <= 254 && !folded.chars().any(odd)) else {
        return Err(Fault::EmailShape);
    };
    if SHARED.contains(&name) {
        return Err(Fault::EmailShared);
    }
    // Mail goes to the spelling that is counted: only the case of the letters stays as typed.
    let plain = if typed.trim().to_lowercase() == folded { typed.trim().to_owned() } else { folded.clone() };
    Ok((plain, folded))
}
