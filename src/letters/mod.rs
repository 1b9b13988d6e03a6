//! How each letter reads: its subject, its text and its HTML (product.md section 2). None holds patient data.
//!
//! Every letter names the hospital, links to the configured base URL only, loads nothing from anywhere, and says whom to call.
//! All words are in [`words`]: a second language is a second file of that kind.

mod calendar;
mod samples;
mod words;

use maud::{DOCTYPE, Markup, html};

use crate::domain::calendar::Zone;
use crate::domain::letter::{Letter, Place};

pub use samples::samples;

/// The widest line of a letter's text, but for links.
const COLUMNS: usize = 76;

/// What every letter of an installation has in its head and foot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letterhead {
    /// The hospital's name.
    pub hospital: String,
    /// The access team's phone.
    pub phone: String,
    /// Hospital time.
    pub zone: Zone,
    /// Where people reach the portal, without a slash at the end; every link begins with it.
    pub base_url: String,
}

/// A letter as it leaves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as a document of HTML.
    pub html: String,
    /// A file that goes with it.
    pub attachment: Option<Attachment>,
}

/// A file that goes with a letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// The file's name.
    pub name: &'static str,
    /// Its media type, with its parameters.
    pub media_type: &'static str,
    /// What is in it.
    pub text: String,
}

/// One piece of a letter.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    /// A paragraph.
    Says(String),
    /// Where to go on: what it leads to, and the place.
    Link(&'static str, Place),
    /// Words of somebody else, set apart.
    Quote(String),
}

/// Who would call, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Foot {
    /// Whoever did not do this must act.
    NotYou(&'static str),
    /// Questions only.
    Questions,
}

/// What a letter says, before it is set as text or HTML.
struct Content {
    subject: String,
    parts: Vec<Part>,
    foot: Foot,
}

impl Letterhead {
    /// `letter` as it leaves.
    pub fn write(&self, letter: &Letter) -> Written {
        let content = words::content(letter, self);
        Written {
            subject: one_line(&format!("{}: {}", self.hospital, content.subject)),
            text: self.text(&content),
            html: self.html(&content).into_string(),
            attachment: calendar::attachment(letter, self),
        }
    }

    /// The whole URL of `place`. A place that does not begin with one slash leads to the start page instead: no letter leads
    /// elsewhere, whatever it was given.
    fn url(&self, place: &Place) -> String {
        let path = place.0.as_str();
        let ours = path.starts_with('/')
            && !path.starts_with("//")
            && path.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '\\' | '"' | '<' | '>'));
        format!("{}{}", self.base_url, if ours { path } else { "/" })
    }

    fn foot(&self, foot: Foot) -> String {
        match foot {
            Foot::NotYou(what) => words::not_you(what, &self.phone),
            Foot::Questions => words::questions(&self.phone),
        }
    }

    fn text(&self, content: &Content) -> String {
        let mut blocks: Vec<String> = Vec::new();
        for part in &content.parts {
            blocks.push(match part {
                Part::Says(words) => wrapped(&one_line(words), ""),
                Part::Link(label, place) => format!("{label}:\n{}", self.url(place)),
                Part::Quote(words) => wrapped(words, "> "),
            });
        }
        blocks.push(wrapped(&self.foot(content.foot), ""));
        let closing = wrapped(&words::automatic(&one_line(&self.hospital)), "");
        format!("{}\n\n-- \n{closing}\n", blocks.join("\n\n"))
    }

    fn html(&self, content: &Content) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(words::LANGUAGE) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (one_line(&content.subject)) }
                }
                body {
                    h1 { (one_line(&content.subject)) }
                    @for part in &content.parts {
                        @match part {
                            Part::Says(words) => { p { (one_line(words)) } }
                            Part::Link(label, place) => {
                                @let url = self.url(place);
                                p { a href=(url) { b { (label) } } br; (words::LINK_AS_TEXT) " " (url) }
                            }
                            Part::Quote(words) => {
                                blockquote { @for line in lines(words) { p { (line) } } }
                            }
                        }
                    }
                    p { (self.foot(content.foot)) }
                    hr;
                    p { small { (words::automatic(&one_line(&self.hospital))) } }
                }
            }
        }
    }
}

/// `text` in one line: whatever breaks, turns or hides a line becomes a blank, and blanks are single.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if is_plain(c) { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines of `text` that have something in them, each plain.
fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(one_line).filter(|line| !line.is_empty())
}

/// Whether a letter may hold `c`: no control character, and none that turns the direction of the text.
fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `text` in lines of at most [`COLUMNS`] characters, each after `lead`; a longer word is broken.
fn wrapped(text: &str, lead: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    for paragraph in lines(text) {
        let mut line = String::new();
        for word in paragraph.split(' ').flat_map(pieces) {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > COLUMNS {
                out.push(format!("{lead}{line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
        out.push(format!("{lead}{line}"));
    }
    out.join("\n")
}

/// `word` in pieces that fit in a line.
fn pieces(word: &str) -> Vec<String> {
    let characters: Vec<char> = word.chars().collect();
    characters.chunks(COLUMNS).map(|piece| piece.iter().collect()).collect()
}

#[cfg(test)]
mod tests;
