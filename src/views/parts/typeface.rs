//! What the fonts that every PDF reader brings along can write (Windows-1252), and lines of them.

use std::fmt::Write as _;

/// `text` in lines of `columns` letters at most, broken at blanks where there are any.
pub(in crate::views) fn lines(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        for part in pieces(word, columns) {
            if let Some(line) = lines.last_mut() {
                let gap = usize::from(!line.is_empty());
                if line.chars().count() + gap + part.chars().count() <= columns {
                    line.extend([if gap == 1 { " " } else { "" }, &part]);
                } else {
                    lines.push(part);
                }
            }
        }
    }
    lines
}

/// A word that is longer than a line, cut.
fn pieces(word: &str, columns: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(columns).map(|piece| piece.iter().collect()).collect()
}

/// `text` in the font's encoding, `None` when it lacks a letter.
pub(in crate::views) fn encoded(text: &str) -> Option<Vec<u8>> {
    text.chars().map(byte).collect()
}

/// The same with a question mark for what is lacking.
pub(in crate::views) fn lossy(text: &str) -> Vec<u8> {
    text.chars().map(|letter| byte(letter).unwrap_or(b'?')).collect()
}

/// `text` so that the font can write all of it: signs in other words, and a letter that it lacks by its number (`[U+0141]`), so
/// that nothing is left out and nothing reads as something else.
pub(in crate::views) fn spelled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '≥' => out.push_str(">="),
            '≤' => out.push_str("<="),
            '⁶' => out.push_str("^6"),
            '⁹' => out.push_str("^9"),
            'μ' => out.push('µ'),
            '\u{2010}' | '\u{2011}' | '\u{2212}' => out.push('-'),
            letter if letter.is_whitespace() => out.push(' '),
            letter if byte(letter).is_some() => out.push(letter),
            letter => {
                let _ = write!(out, "[U+{:04X}]", u32::from(letter));
            }
        }
    }
    out
}

fn byte(letter: char) -> Option<u8> {
    match letter {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(letter)).ok(),
        '‘' => Some(0x91),
        '’' => Some(0x92),
        '“' => Some(0x93),
        '”' => Some(0x94),
        '–' => Some(0x96),
        '—' => Some(0x97),
        '…' => Some(0x85),
        'Š' => Some(0x8a),
        'š' => Some(0x9a),
        'Ž' => Some(0x8e),
        'ž' => Some(0x9e),
        'Œ' => Some(0x8c),
        'œ' => Some(0x9c),
        'Ÿ' => Some(0x9f),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_never_wider_than_the_page_and_no_word_is_lost() {
        let long = format!("{} {}", "word ".repeat(40), "x".repeat(200));
        let broken = lines(&long, 60);
        assert!(broken.iter().all(|line| line.chars().count() <= 60));
        assert_eq!(broken.concat().replace(' ', ""), long.replace(' ', ""));
    }

    #[test]
    fn what_the_font_cannot_write_is_known_beforehand() {
        assert_eq!(encoded("Zoë’s"), Some(b"Zo\xeb\x92s".to_vec()));
        assert_eq!(encoded("Łukasz"), None);
        assert_eq!(lossy("Łukasz"), b"?ukasz");
    }

    #[test]
    fn a_letter_that_is_lacking_is_spelled_and_signs_are_said_otherwise() {
        assert_eq!(spelled("Łukasz Núñez"), "[U+0141]ukasz Núñez");
        assert_eq!(spelled("≥ 5 10⁶/μL\n10³"), ">= 5 10^6/µL 10³");
        assert!(encoded(&spelled("李 🙂\u{0}\u{301}")).is_some());
    }
}
