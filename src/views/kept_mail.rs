//! The demo's mail: the list, and one letter as text with live links.

use maud::{Markup, html};
use uuid::Uuid;

use super::layout::{Frame, Width, page as frame_page};
use super::words::system as w;
use super::{parts, paths};
use crate::domain::calendar::Instant;

/// A letter in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedLetter {
    /// Its id.
    pub id: Uuid,
    /// The address it goes to.
    pub to: String,
    /// Its subject; `None` once what it said is gone.
    pub subject: Option<String>,
    /// When it was written.
    pub at: Instant,
}

/// One letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// What the list says of it.
    pub listed: ListedLetter,
    /// Its text.
    pub text: String,
    /// The name of the file that goes with it.
    pub file: Option<&'static str>,
    /// What the links of its text begin with.
    pub base_url: String,
}

/// The demo's mail, newest first.
pub fn list_page(frame: &Frame, letters: &[ListedLetter]) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::MAIL_TITLE) }
            p { (w::MAIL_LEAD) }
            @if letters.is_empty() { (parts::empty(w::MAIL_EMPTY)) } @else {
                table class="t stack" {
                    thead { tr {
                        th scope="col" { (w::MAIL_SUBJECT) } th scope="col" { (w::MAIL_TO) } th scope="col" { (w::MAIL_AT) }
                    } }
                    tbody {
                        @for letter in letters {
                            tr {
                                th scope="row" {
                                    @match &letter.subject {
                                        Some(subject) => { a href=(paths::kept_mail_one(letter.id)) { (subject) } }
                                        None => { span class="quiet" { (w::MAIL_GONE) } }
                                    }
                                }
                                td data-l=(w::MAIL_TO) { (letter.to) }
                                td data-l=(w::MAIL_AT) { (parts::moment(letter.at, frame.zone)) }
                            }
                        }
                    }
                }
            }
        }
    };
    frame_page(frame, w::MAIL_TITLE, Width::Wide, &main)
}

/// One letter as text; lines that are links of this portal can be followed.
pub fn page(frame: &Frame, letter: &Letter) -> Markup {
    let listed = &letter.listed;
    let subject = listed.subject.as_deref().unwrap_or(w::MAIL_GONE);
    let main = html! {
        p { a href=(paths::kept_mail()) { (w::MAIL_BACK) } }
        section class="panel" {
            h1 { (subject) }
            p class="quiet wrap-any" { (w::MAIL_TO) " " (listed.to) br; (w::MAIL_AT) " " (parts::moment(listed.at, frame.zone)) }
            h2 { (w::MAIL_TEXT) }
            @for block in letter.text.split("\n\n") {
                p {
                    @for (place, line) in block.lines().enumerate() {
                        @if place > 0 { br; }
                        (line_of(line, &letter.base_url))
                    }
                }
            }
            @if let Some(file) = letter.file { p { (w::MAIL_FILE) " " a href=(paths::kept_mail_file(listed.id)) { (file) } } }
            p class="after" { a href=(paths::kept_mail_html(listed.id)) { (w::MAIL_HTML) } }
        }
    };
    frame_page(frame, subject, Width::Narrow, &main)
}

fn line_of(line: &str, base_url: &str) -> Markup {
    let path = line.strip_prefix(base_url).filter(|path| path.starts_with('/'));
    html! { @match path { Some(path) => { a class="wrap-any" href=(path) { (line) } } None => { (line) } } }
}
