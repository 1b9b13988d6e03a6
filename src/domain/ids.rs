//! Identifiers: typed UUIDs, and the two outside numbers that name people, MRN and NPI.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::calendar::Instant;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

id! {
    /// One way to sign in, of one kind.
    AccountId;
    /// A person with an NPI (or an international one without), known with or without an account.
    ProviderId;
    /// A practice.
    PracticeId;
    /// A patient record of the hospital.
    PatientId;
    /// Any stored fact that a decision can rest on: a listing, seat, token, grant, restriction or sponsorship.
    FactId;
    /// An access request.
    RequestId;
    /// A system of the hospital that calls the JSON interface.
    ClientId;
}

/// A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits from `chance`.
pub fn new_uuid(now: Instant, chance: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &chance).into_uuid()
}

/// A medical record number as product.md section 1 normalises it: all blanks and dashes removed, letters
/// upper-cased, leading zeros kept.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mrn(String);

/// Why a text is not an MRN.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MrnError {
    /// Nothing was left after blanks and dashes were removed.
    #[error("the MRN is empty")]
    Empty,
    /// Longer than 32 characters.
    #[error("the MRN is longer than 32 characters")]
    TooLong,
    /// Something other than letters, digits, dots, slashes and underscores.
    #[error("the MRN holds a character that is neither a letter nor a digit")]
    BadCharacter,
}

impl Mrn {
    /// The normalised MRN of `text`.
    ///
    /// # Errors
    /// [`MrnError`] when nothing is left, it is too long, or it holds a character no MRN has.
    pub fn parse(text: &str) -> Result<Self, MrnError> {
        let is_gap = |c: &char| c.is_whitespace() || is_dash(*c);
        let plain: String = text.chars().filter(|c| !is_gap(c)).flat_map(char::to_uppercase).collect();
        if plain.is_empty() {
            return Err(MrnError::Empty);
        }
        if plain.chars().count() > 32 {
            return Err(MrnError::TooLong);
        }
        if !plain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '_')) {
            return Err(MrnError::BadCharacter);
        }
        Ok(Self(plain))
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Mrn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mrn(…)")
    }
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{00ad}'
    )
}

/// A National Provider Identifier: 10 digits, the first 1 or 2, Luhn check digit over `80840` + NPI
/// (45 CFR 162.406; ISO/IEC 7812 prefix 80840).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Npi(String);

impl Npi {
    /// The NPI in `text`, or `None` when it is not a valid one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let starts_right = text.starts_with('1') || text.starts_with('2');
        let digits = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
        (digits && starts_right && luhn_holds(&format!("80840{text}"))).then(|| Self(text.to_owned()))
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn luhn_holds(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mrn_loses_blanks_and_dashes_and_keeps_leading_zeros() {
        for typed in ["0012345", "00-12345", " 00 12\u{a0}345 ", "00–12345"] {
            assert_eq!(Mrn::parse(typed).unwrap().as_str(), "0012345");
        }
        assert_eq!(Mrn::parse("ab-12").unwrap().as_str(), "AB12");
        assert_ne!(Mrn::parse("012345").unwrap(), Mrn::parse("0012345").unwrap());
    }

    #[test]
    fn an_empty_or_garbage_mrn_is_refused() {
        assert_eq!(Mrn::parse(" - "), Err(MrnError::Empty));
        assert_eq!(Mrn::parse("12'; drop"), Err(MrnError::BadCharacter));
        assert_eq!(Mrn::parse(&"1".repeat(33)), Err(MrnError::TooLong));
    }

    #[test]
    fn an_npi_needs_ten_digits_a_first_one_or_two_and_the_luhn_digit() {
        assert!(Npi::parse("1234567893").is_some());
        assert!(Npi::parse("1245319599").is_some());
        for wrong in ["1234567890", "123456789", "3234567893", "12345678931", "12345 7893", ""] {
            assert!(Npi::parse(wrong).is_none(), "{wrong}");
        }
    }
}
