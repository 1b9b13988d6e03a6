//! Decimals with all their digits: FHIR R4 asks to keep the precision of a decimal, and readers of JSON keep only its value. Numbers that
//! would lose digits are made strings with a mark in front before the text is read; [`super::json`] reads them as the numbers they are.

use std::borrow::Cow;

/// What stands before the digits of a number that is held as a string.
pub(super) const MARK: char = '\u{1}';

/// The mark as JSON writes it, in the string that it begins.
const WRITTEN: &str = "\"\\u0001";

/// Digits that a number of 64 bits keeps whatever they are.
const SAFE: usize = 15;

/// `text`, which is JSON, with every number marked that would lose digits: trailing zeros, an exponent, or more than fit.
pub(in crate::adapters::feed) fn marked(text: &[u8]) -> Cow<'_, [u8]> {
    // What is no text is left to the reader, which says so.
    let Ok(whole) = str::from_utf8(text) else { return Cow::Borrowed(text) };
    let mut out = Vec::new();
    let (mut rest, mut copied) = (whole, whole);
    while let Some(first) = rest.bytes().next() {
        rest = match first {
            b'"' => behind_string(rest.get(1..).unwrap_or_default()),
            b'-' | b'0'..=b'9' => {
                let (number, behind) = split(rest);
                if loses(number.as_bytes()) {
                    let before = copied.len() - rest.len();
                    out.extend_from_slice(copied.get(..before).unwrap_or_default().as_bytes());
                    out.extend_from_slice(WRITTEN.as_bytes());
                    out.extend_from_slice(number.as_bytes());
                    out.push(b'"');
                    copied = behind;
                }
                behind
            }
            // Outside strings JSON has ASCII only; what has more is left to the reader.
            _ => rest.get(1..).unwrap_or_default(),
        };
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.extend_from_slice(copied.as_bytes());
    Cow::Owned(out)
}

/// `text` as it was before [`marked`].
pub(in crate::adapters::feed) fn unmarked(text: &str) -> String {
    let mut pieces = text.split(WRITTEN);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('"') {
            Some((number, behind)) if loses(number.as_bytes()) => {
                out.push_str(number);
                out.push_str(behind);
            }
            _ => {
                out.push_str(WRITTEN);
                out.push_str(piece);
            }
        }
    }
    out
}

/// What follows the end of the string that `text` is in. A quote behind an odd number of backslashes is part of it.
fn behind_string(text: &str) -> &str {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('"')) {
        let before = text.get(..from + at).unwrap_or_default();
        from += at + 1;
        if before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0 {
            return text.get(from..).unwrap_or_default();
        }
    }
    ""
}

fn split(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !is_of_number(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

const fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Whether `number` is one that would lose digits. What is no number is left to the reader, which says so.
fn loses(number: &[u8]) -> bool {
    let has = |wanted: fn(&u8) -> bool| number.iter().any(wanted);
    let is_long = number.len() > SAFE && number.iter().filter(|byte| byte.is_ascii_digit()).count() > SAFE;
    let ends_in_zero = number.ends_with(b"0") && has(|byte| *byte == b'.');
    (is_long || ends_in_zero || has(|byte| matches!(byte, b'e' | b'E')))
        && serde_json::from_slice::<f64>(number).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::feed::fhir::json::{Lent, Node};

    const TEXT: &str =
        r#"{"a":5.0,"b":[1.005,-0.10, 1e-7],"c":"5.0 \" 6.0","d":12345678901234567890.5,"e":7,"f":10}"#;

    fn digits(key: &str) -> Option<String> {
        let text = marked(TEXT.as_bytes());
        let kept: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let lent: Lent<'_> = serde_json::from_slice(&text).unwrap();
        let found = Node::of(&kept).digits(key).unwrap();
        assert_eq!(Node::lent(&lent).digits(key).unwrap(), found);
        assert_eq!(Node::lent(&lent).number(key).unwrap(), Node::of(&kept).number(key).unwrap());
        found
    }

    #[test]
    fn a_number_keeps_every_digit_that_it_was_written_with() {
        assert_eq!(digits("a").as_deref(), Some("5.0"));
        assert_eq!(digits("d").as_deref(), Some("12345678901234567890.5"));
        assert_eq!(digits("e").as_deref(), Some("7"));
        assert_eq!(digits("f").as_deref(), Some("10"));
        let text = marked(TEXT.as_bytes());
        let kept: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(Node::of(&kept).number("a").unwrap(), Some(5.0));
        assert_eq!(Node::of(&kept).text("c").unwrap(), "5.0 \" 6.0");
        assert!(Node::of(&kept).text("a").is_err(), "it is a number, and no string");
    }

    #[test]
    fn what_was_marked_can_be_written_as_it_was() {
        let text = String::from_utf8(marked(TEXT.as_bytes()).into_owned()).unwrap();
        assert_ne!(text, TEXT);
        assert_eq!(unmarked(&text), TEXT);
        for odd in [r#"{"a":"\u0001b"}"#, "{\"a\":\"\\u0001", "{}", ""] {
            assert_eq!(unmarked(odd), odd);
        }
    }

    #[test]
    fn what_is_no_number_is_left_to_the_reader() {
        for text in ["{\"a\": 01.0}", "{\"a\": 1.0.0}", "{\"a\": 1e}", "{\"a\": -}", "\"5.0", "\"\\", "1e999"]
        {
            assert_eq!(marked(text.as_bytes()), text.as_bytes(), "{text}");
        }
    }
}
