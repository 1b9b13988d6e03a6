//! What issuing tokens answers: each secret, once, with its letter; and the same as a table.

use maud::{Markup, html};

use super::desk::Patient;
use super::qr;
use crate::domain::calendar::Instant;
use crate::views::desk::list::csv_line;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, token as w};

/// A token that was just issued.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// For which patient.
    pub patient: Patient,
    /// Its secret, in groups.
    pub code: String,
    /// For whom; may be empty.
    pub for_whom: String,
    /// When it expires.
    pub expires_at: Instant,
}

/// The page that shows what was issued; posts the codes and a `format` for the letters. It is shown once.
pub fn page(frame: &Frame, all: &[Issued]) -> Markup {
    let title = if all.len() == 1 { w::ISSUED_ONE } else { w::ISSUED_MANY };
    let main = html! {
        h1 class="screen" { (title) }
        div class="screen" {
            (parts::notice("warn", &html! { p { strong { (w::ISSUED_LEAD) } } p { (w::PRINT_HOW) } }))
            section class="panel" aria-label=(title) {
                (table(frame, all))
                form method="post" action=(paths::token_letters()) {
                    (field::token(frame))
                    @for one in all { (field::hidden("code", &one.code)) }
                    div class="actions" {
                        button class="main" type="submit" name="format" value="pdf" { (w::LETTERS_PDF) }
                        button type="submit" name="format" value="csv" { (w::LETTERS_CSV) }
                        @if let [one] = all { a href=(paths::tokens_of(one.patient.id)) { (w::BACK_TO_PATIENT) } }
                        @else { a href=(paths::tokens()) { (w::BACK) } }
                    }
                }
            }
        }
        @for (n, one) in all.iter().enumerate() { (letter(frame, n, one)) }
    };
    let frame = Frame { current: NavItem::Tokens, ..frame.clone() };
    frame_page(&frame, title, Width::Wide, &main)
}

fn table(frame: &Frame, all: &[Issued]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_PATIENT) } th scope="col" { (w::MRN) } th scope="col" { (w::COL_TOKEN) } th scope="col" { (w::COL_FOR) } th scope="col" { (w::COL_EXPIRES) } } }
            tbody {
                @for one in all {
                    tr {
                        th scope="row" { (one.patient.name()) }
                        td data-l=(w::MRN) { (parts::mrn(&one.patient.mrn)) }
                        td data-l=(w::COL_TOKEN) { code class="key wrap-any" { (one.code) } }
                        td data-l=(w::COL_FOR) class="wrap-any" { @if one.for_whom.is_empty() { (words::NONE_SIGN) } @else { (one.for_whom) } }
                        td data-l=(w::COL_EXPIRES) { (parts::moment(one.expires_at, frame.zone)) }
                    }
                }
            }
        }
    }
}

/// The invitation: no patient is named on it, so that whoever finds it lacks the MRN.
pub(in crate::views) fn letter(frame: &Frame, n: usize, one: &Issued) -> Markup {
    let id = format!("letter-{n}");
    html! {
        article class="panel letter" aria-labelledby=(id) {
            p class="quiet" { (frame.hospital_name) }
            h2 id=(id) { (w::LETTER_TITLE) }
            @if !one.for_whom.is_empty() { p class="wrap-any" { (w::LETTER_FOR) ": " strong { (one.for_whom) } } }
            p { (w::letter_lead(&frame.hospital_name)) }
            p { (w::LETTER_TOKEN) ": " code class="key wrap-any" { (one.code) } }
            div class="qr" role="img" aria-label=(w::LETTER_QR) { (qr::svg(&one.code)) }
            @for step in w::letter_how() { p { (step) } }
            p { (w::letter_until(&words::moment(one.expires_at, frame.zone))) }
            p { (w::LETTER_KEEP) }
            p { (w::letter_call(&frame.phone)) }
        }
    }
}

/// What was issued as a table for a spreadsheet (RFC 4180, with a heading); no cell begins as a formula would.
pub fn csv(frame: &Frame, all: &[Issued]) -> String {
    let mut text = csv_line(&[w::MRN, w::COL_FOR, w::COL_TOKEN, w::COL_EXPIRES].map(str::to_owned));
    for one in all {
        let expires = words::moment(one.expires_at, frame.zone);
        text.push_str(&csv_line(&[one.patient.mrn.clone(), one.for_whom.clone(), one.code.clone(), expires]));
    }
    text
}
