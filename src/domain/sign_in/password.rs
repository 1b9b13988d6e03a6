//! Which passwords are taken (product.md 2): 15 to 256 characters, any character, NFC, a blocklist, no composition rules.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::{PASSWORD_LONGEST, PASSWORD_SHORTEST};

/// Long passwords that people choose often, folded, one a line.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../../assets/blocklist.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Characters that must be left when everything known about the account is taken out of its password.
const OWN_CHARACTERS: usize = 8;

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer than 15 characters.
    #[error("the password has fewer than 15 characters; a sentence of four or five words works well")]
    TooShort,
    /// More than 256 characters.
    #[error("the password has more than 256 characters; use a shorter one")]
    TooLong,
    /// On the list of common ones, or a repeated or counted pattern.
    #[error("the password is among the first that a stranger would try; choose words that have no pattern")]
    Common,
    /// Little more than the hospital's name, the person's name or the address.
    #[error("the password is little more than a name or an address that others know; choose other words")]
    Known,
}

/// `typed` in the form that is hashed: NFC, nothing else changed.
pub fn normalize(typed: &str) -> String {
    typed.nfc().collect()
}

/// The password to hash, when it may be chosen by someone about whom `known` words are known: hospital, names, address.
///
/// # Errors
/// [`PasswordFault`] says why not.
pub fn choose(typed: &str, known: &[&str]) -> Result<String, PasswordFault> {
    let password = normalize(typed);
    let length = password.chars().count();
    if length < PASSWORD_SHORTEST {
        return Err(PasswordFault::TooShort);
    }
    if length > PASSWORD_LONGEST {
        return Err(PasswordFault::TooLong);
    }
    let folded = fold(&password);
    let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    if COMMON.contains(folded.as_str()) || COMMON.contains(stem) || has_pattern(&password.to_lowercase()) {
        return Err(PasswordFault::Common);
    }
    let mut words: Vec<String> = known
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .map(fold)
        .filter(|word| word.chars().count() >= 3)
        .collect();
    words.push("postern".to_owned());
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = words.iter().fold(folded, |rest, word| rest.replace(word.as_str(), ""));
    // A passphrase in a script without letters folds to nothing and is judged by its length alone.
    let is_lettered = password.chars().any(char::is_alphanumeric);
    if is_lettered && rest.chars().count() < OWN_CHARACTERS {
        return Err(PasswordFault::Known);
    }
    Ok(password)
}

/// Lower case, letters and digits only.
fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether it uses four different characters at most, repeats a part of up to a third of it, or counts up or down.
fn has_pattern(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    if chars.iter().collect::<HashSet<_>>().len() <= 4 {
        return true;
    }
    let repeats = |part: usize| chars.iter().zip(chars.iter().skip(part)).all(|(a, b)| a == b);
    if (1..=chars.len() / 3).any(repeats) {
        return true;
    }
    let step = |a: char, b: char| i64::from(u32::from(b)) - i64::from(u32::from(a));
    let counts =
        |by: i64| chars.iter().zip(chars.iter().skip(1)).filter(|(a, b)| step(**a, **b) == by).count();
    // One break is forgiven: 9 to 0 in a row of digits, z to a in a row of letters.
    counts(1).max(counts(-1)) + 3 >= chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["Harbor Children's Hospital", "Amara", "Okafor", "amara.okafor@example.org"];

    /// asvs_v6_2_1, asvs_v6_2_9
    #[test]
    fn a_password_has_fifteen_to_two_hundred_and_fifty_six_characters() {
        assert_eq!(choose("purple otters g", KNOWN).as_deref(), Ok("purple otters g"));
        assert_eq!(choose("purple otters ", KNOWN), Err(PasswordFault::TooShort));
        let word: String = ('a'..).filter(|c| c.is_alphanumeric()).step_by(3).take(257).collect();
        let longest: String = word.chars().take(256).collect();
        assert!(choose(&longest, KNOWN).is_ok());
        assert_eq!(choose(&word, KNOWN), Err(PasswordFault::TooLong));
    }

    /// asvs_v6_2_1
    #[test]
    fn characters_are_counted_not_bytes_and_composed_first() {
        let decomposed = "e\u{301}".repeat(3) + "tang du lac";
        assert_eq!(choose(&decomposed, KNOWN), Err(PasswordFault::TooShort));
        let composed = choose("cafe\u{301} au lait, deux sucres", KNOWN).unwrap();
        assert_eq!(composed, "café au lait, deux sucres");
        assert!(choose("雨が降る朝に川辺で猫と歩いた道", KNOWN).is_ok());
    }

    /// asvs_v6_2_4, asvs_v6_2_12
    #[test]
    fn common_repeated_and_counted_passwords_are_refused() {
        for common in [
            "passwordpassword",
            "Password Password 1!",
            "correct horse battery staple",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "123456789012345",
            "abcdefghijklmnop",
            "qwertyuiopasdfgh",
            "letmeinletmein12",
        ] {
            assert_eq!(choose(common, KNOWN), Err(PasswordFault::Common), "{common}");
        }
    }

    /// asvs_v6_2_11
    #[test]
    fn what_others_know_about_the_account_is_no_password() {
        for known in
            ["harborchildrenshospital", "Amara.Okafor.2026", "postern-hospital", "amara.okafor@example.org"]
        {
            assert_eq!(choose(known, KNOWN), Err(PasswordFault::Known), "{known}");
        }
        assert!(choose("Amara rows at dawn in fog", KNOWN).is_ok());
    }

    #[test]
    fn every_line_of_the_blocklist_is_long_enough_to_matter() {
        assert!(COMMON.len() > 2000);
        for line in COMMON.iter() {
            assert!(line.chars().count() >= 13, "{line} could never be a password, with digits or without");
            assert_eq!(fold(line), **line);
        }
    }
}
