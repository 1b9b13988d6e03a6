//! Looking for words in the texts of a chart: without regard to case and accents, with a short excerpt around what was found.

use super::ChartItem;
use crate::domain::people::fold_name;

/// The longest text that is looked for, in letters.
pub const LONGEST: usize = 100;
/// Letters of an excerpt before what was found, and in all.
const BEFORE: usize = 60;
const EXCERPT: usize = 220;
/// Places marked in one text, at most.
const MARKS: usize = 100;

/// What is looked for: every one of these must be there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words(Vec<String>);

/// Why nothing can be looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadWords {
    /// Fewer than two letters.
    TooShort,
    /// More than [`LONGEST`] letters.
    TooLong,
}

impl Words {
    /// The words of what was typed.
    ///
    /// # Errors
    /// [`BadWords`].
    pub fn read(typed: &str) -> Result<Self, BadWords> {
        if typed.trim().chars().count() > LONGEST {
            return Err(BadWords::TooLong);
        }
        let folded = Folded::of(typed).text;
        if folded.chars().filter(|c| !c.is_whitespace()).count() < 2 {
            return Err(BadWords::TooShort);
        }
        let mut words: Vec<String> = Vec::new();
        for word in folded.split_whitespace() {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        Ok(Self(words))
    }
}

/// A piece of an excerpt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub marked: bool,
}

/// An item in which every word was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Hit {
    /// The item.
    pub item: ChartItem,
    /// Its text around the first place, else its beginning; empty where it has no text.
    pub excerpt: Vec<Piece>,
}

/// The hit that `item` with its text `body` is, if every word stands in its title, its author or its text.
pub fn hit(item: ChartItem, body: &str, words: &Words) -> Option<Hit> {
    let (title, actor, text) = (Folded::of(&item.title), Folded::of(&item.actor), Folded::of(body));
    let is_there =
        |word: &String| [&title, &actor, &text].iter().any(|folded| folded.text.contains(word.as_str()));
    let excerpt = || excerpt(body, &places(body, &text, words));
    words.0.iter().all(is_there).then(|| Hit { excerpt: excerpt(), item })
}

/// A text as it is compared: small letters without accents, blanks made single; and for each byte of it, where in the text it is
/// from.
struct Folded {
    text: String,
    origin: Vec<usize>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut folded =
            Self { text: String::with_capacity(text.len()), origin: Vec::with_capacity(text.len()) };
        let mut letter = [0; 4];
        for (at, c) in text.char_indices() {
            if c.is_whitespace() {
                if !folded.text.ends_with(' ') {
                    folded.push(" ", at);
                }
            } else if c.is_ascii() {
                let small = c.to_ascii_lowercase();
                folded.push(small.encode_utf8(&mut letter), at);
            } else {
                folded.push(&fold_name(c.encode_utf8(&mut letter)), at);
            }
        }
        folded
    }

    fn push(&mut self, piece: &str, at: usize) {
        self.text.push_str(piece);
        self.origin.resize(self.text.len(), at);
    }
}

/// Where in `body` the words are, in order, those that touch as one.
fn places(body: &str, folded: &Folded, words: &Words) -> Vec<(usize, usize)> {
    let end_of =
        |at: usize| at + body.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let mut found: Vec<(usize, usize)> = Vec::new();
    for word in &words.0 {
        for (at, _) in folded.text.match_indices(word.as_str()).take(MARKS) {
            let first = folded.origin.get(at);
            let last = folded.origin.get(at + word.len().saturating_sub(1));
            found.extend(first.zip(last).map(|(first, last)| (*first, end_of(*last))));
        }
    }
    found.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (from, to) in found {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// The part of `body` around the first of `places`.
fn excerpt(body: &str, places: &[(usize, usize)]) -> Vec<Piece> {
    let first = places.first().map_or(0, |place| place.0);
    let before = body.get(..first).unwrap_or_default();
    let start = before.char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at);
    let rest = body.get(start..).unwrap_or_default();
    let end = rest.char_indices().nth(EXCERPT).map_or(body.len(), |(at, _)| start + at);
    let mut pieces = Vec::new();
    let mut push = |from: usize, to: usize, marked: bool| {
        let text = body.get(from..to).unwrap_or_default();
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), marked });
        }
    };
    let mut here = start;
    for (from, to) in places.iter().filter(|place| place.0 < end) {
        push(here, *from, false);
        push(*from, (*to).min(end), true);
        here = (*to).min(end);
    }
    push(here, end, false);
    if let Some(piece) = pieces.first_mut().filter(|_| start > 0) {
        piece.text.insert(0, '…');
    }
    if let Some(piece) = pieces.last_mut().filter(|_| end < body.len()) {
        piece.text.push('…');
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chart::Section;

    fn found(title: &str, body: &str, typed: &str) -> Option<String> {
        let item =
            ChartItem {
                title: title.into(), actor: "Dr. Núñez".into(), ..ChartItem::blank(Section::Notes)
            };
        let piece = |piece: Piece| if piece.marked { format!("[{}]", piece.text) } else { piece.text };
        hit(item, body, &Words::read(typed).unwrap()).map(|hit| hit.excerpt.into_iter().map(piece).collect())
    }

    #[test]
    fn case_accents_and_line_ends_do_not_matter() {
        assert_eq!(found("", "El niño COMIÓ bien", "NINO comio").as_deref(), Some("El [niño] [COMIÓ] bien"));
        assert_eq!(found("", "cafe\u{301} au lait", "café").as_deref(), Some("[cafe]\u{301} au lait"));
        assert_eq!(found("", "Straße", "strasse").as_deref(), Some("[Straße]"));
        assert_eq!(found("", "one\n  two", "one two").as_deref(), Some("[one]\n  [two]"));
    }

    #[test]
    fn title_and_author_count_and_every_word_must_be_there() {
        assert_eq!(found("Discharge letter", "Text.", "discharge nunez").as_deref(), Some("Text."));
        assert_eq!(found("Discharge letter", "Text.", "discharge novak"), None);
        assert_eq!(found("Discharge letter", "", "letter").as_deref(), Some(""));
    }

    #[test]
    fn an_excerpt_is_short_and_says_where_it_is_cut() {
        let body = format!("{} glucose {}", "ä".repeat(500), "ö".repeat(500));
        let excerpt = found("", &body, "glucose").unwrap();
        assert!(
            excerpt.starts_with('…') && excerpt.ends_with('…') && excerpt.contains("[glucose]"),
            "{excerpt}"
        );
        assert!(excerpt.chars().count() < 230);
    }

    #[test]
    fn nothing_is_looked_for_by_one_letter_or_by_a_book() {
        for typed in ["", " ", "a", "\u{301}", " \n x "] {
            assert_eq!(Words::read(typed), Err(BadWords::TooShort), "{typed:?}");
        }
        assert_eq!(Words::read(&"x".repeat(101)), Err(BadWords::TooLong));
        assert!(Words::read("type 1").is_ok());
    }

    #[test]
    fn marks_beside_and_over_one_another_are_one() {
        assert_eq!(found("", "insulin", "insu sulin").as_deref(), Some("[insulin]"));
        assert_eq!(found("", "aaaa", "aa aaa").as_deref(), Some("[aaaa]"));
    }
}
