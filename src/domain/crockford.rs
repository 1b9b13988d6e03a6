//! Crockford's base32: digits and letters that people read out and type without mistaking one for another.

/// Digits and letters without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The text holds a character that is not of the alphabet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadCharacter;

/// The lowest bits of `chance` in `length` letters of five bits each.
pub fn write(chance: u128, length: usize) -> String {
    let letter = |place: usize| {
        let five = usize::try_from(chance.unbounded_shr(u32::try_from(place * 5).unwrap_or(128)) & 31);
        char::from(ALPHABET.get(five.unwrap_or(0)).copied().unwrap_or(b'0'))
    };
    (0..length).rev().map(letter).collect()
}

/// `text` as a person types it, made plain: blanks and dashes dropped, any case, I and L read as 1, O as 0.
///
/// # Errors
/// [`BadCharacter`] when something else is left.
pub fn read(text: &str) -> Result<String, BadCharacter> {
    let is_gap = |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}');
    let plain = |c: char| {
        let c = match c.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        };
        if u8::try_from(c).is_ok_and(|byte| ALPHABET.contains(&byte)) { Ok(c) } else { Err(BadCharacter) }
    };
    text.chars().filter(|c| !is_gap(c)).map(plain).collect()
}

/// `plain` in groups of four, joined by dashes.
pub fn grouped(plain: &str) -> String {
    let letters: Vec<char> = plain.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_however_it_is_typed() {
        let code = write(0x0123_4567_89ab_cdef_0123, 16);
        assert_eq!(code.len(), 16);
        assert_eq!(read(&grouped(&code).to_lowercase()), Ok(code.clone()));
        assert_eq!(read(" o1iL – Z "), Ok("0111Z".to_owned()));
        assert_eq!(read("U"), Err(BadCharacter));
        assert_eq!(read("é"), Err(BadCharacter));
    }

    #[test]
    fn every_bit_counts() {
        let codes: std::collections::BTreeSet<_> = (0..80).map(|bit| write(1 << bit, 16)).collect();
        assert_eq!(codes.len(), 80);
    }
}
