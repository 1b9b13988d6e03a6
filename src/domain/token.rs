//! The secret of a patient token: 128 bits, written as Crockford base32 in groups, stored hashed (product.md section 6).

#[cfg(test)]
#[path = "token/calendar_tests.rs"]
mod calendar_of_the_text;
pub mod list;
pub mod redeeming;

use std::fmt;

use sha2::{Digest, Sha256};

use super::crockford;

/// Characters of a secret that this portal makes: 26 × 5 bits hold 128.
pub const LENGTH: usize = 26;
/// Calendar months from a token's issue to its expiry, at the same local time in the hospital.
pub const MONTHS: i32 = 6;
/// Secrets of another system may be of another length, within reason.
const ACCEPTED: std::ops::RangeInclusive<usize> = 8..=64;

/// By whom a token was issued, as the access team reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Issuer {
    /// The owner of an account, by name.
    Account(String),
    /// A client of the JSON interface, by name.
    Client(String),
    /// The command line, or an import.
    Unnamed,
}

/// A token's secret, normalised. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret(String);

/// Why a text cannot be a token's secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenSecretError {
    /// Fewer than 8 or more than 64 characters, blanks and dashes apart.
    #[error("a token has 8 to 64 letters and digits, blanks and dashes apart")]
    Length,
    /// A character outside Crockford's base32.
    #[error("a token holds only digits and letters, without U")]
    Character,
}

impl TokenSecret {
    /// The secret in `text` as a person types it: blanks and dashes dropped, any case, I and L read as 1, O as 0.
    ///
    /// # Errors
    /// [`TokenSecretError`] when it cannot be one.
    pub fn parse(text: &str) -> Result<Self, TokenSecretError> {
        let plain = crockford::read(text).map_err(|_| TokenSecretError::Character)?;
        if ACCEPTED.contains(&plain.len()) { Ok(Self(plain)) } else { Err(TokenSecretError::Length) }
    }

    /// A new secret of 128 bits of `chance`.
    pub fn new(chance: [u8; 16]) -> Self {
        Self(crockford::write(u128::from_be_bytes(chance), LENGTH))
    }

    /// The secret as it is printed: groups of four, and two at the end.
    pub fn grouped(&self) -> String {
        crockford::grouped(&self.0)
    }

    /// SHA-256 of the normalised text: all that is stored.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_128_bits_is_26_letters_in_groups() {
        let token = TokenSecret::new([0xff; 16]);
        assert_eq!(token.grouped(), "7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ");
        assert_eq!(TokenSecret::new([0; 16]).grouped().replace('-', ""), "0".repeat(26));
        assert_eq!(TokenSecret::parse(&token.grouped()), Ok(token));
    }

    #[test]
    fn what_people_misread_is_read_right() {
        let right = TokenSecret::parse("0G5R-1111-0000-ABCD").unwrap();
        assert_eq!(TokenSecret::parse("og5r iLl1 oO00 abcd").unwrap().hash(), right.hash());
    }

    #[test]
    fn a_token_that_is_none_is_refused_and_never_printed() {
        assert_eq!(TokenSecret::parse("-- "), Err(TokenSecretError::Length));
        assert_eq!(TokenSecret::parse("0G5R-UUUU"), Err(TokenSecretError::Character));
        assert_eq!(TokenSecret::parse("0G5R-…"), Err(TokenSecretError::Character));
        assert!(!format!("{:?}", TokenSecret::new([7; 16])).contains('0'));
    }
}
