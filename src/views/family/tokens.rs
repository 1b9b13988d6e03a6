//! The tokens of a chart as its family sees them: given, used, taken back; and the page that shows a new one, once.

use maud::{Markup, html};

use super::{Done, Patients, day, fault, head, no_patient, notice, summary, words_of};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, PatientId};
use crate::domain::people::GivenBy;
use crate::domain::token::redeeming::Standing;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field::{self, Text};
use crate::views::token::issued::{Issued, letter};
use crate::views::words::family::{self as w, Words};
use crate::views::{parts, paths};

/// One token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The token.
    pub id: FactId,
    /// Where it stands.
    pub standing: Standing,
    /// In what capacity it was given.
    pub by: GivenBy,
    /// For whom; may be empty.
    pub for_whom: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Who used it.
    pub used_by: Option<String>,
}

/// The page's content.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tokens {
    /// The patients.
    pub patients: Patients,
    /// What was just done.
    pub done: Option<Done>,
    /// The tokens, newest first.
    pub rows: Vec<Row>,
    /// Whether the reader may give one alone.
    pub may_give: bool,
    /// For whom, as typed.
    pub for_whom: String,
    /// Whether that is too long.
    pub is_note_wrong: bool,
}

/// The page; its form posts `patient` and `for_whom`.
pub fn page(frame: &Frame, model: &Tokens) -> Markup {
    let words = words_of(frame);
    let faults: &[(&str, &str)] =
        if model.is_note_wrong { &[("for_whom", words.token_note_long)] } else { &[] };
    let main = html! {
        (head(frame, words.tokens, &model.patients, paths::family_tokens_of))
        (notice(frame, model.done))
        (summary(words, faults))
        @if let Some(patient) = model.patients.shown() {
            (list(frame, words, &model.rows))
            (give(frame, words, model, patient.id))
        } @else {
            (no_patient(frame))
        }
    };
    let frame = Frame { current: NavItem::FamilyAccess, ..frame.clone() };
    frame_page(&frame, words.tokens, Width::Narrow, &main)
}

fn list(frame: &Frame, words: &Words, rows: &[Row]) -> Markup {
    html! {
        section class="panel" aria-label=(words.tokens) {
            p class="quiet" { (words.tokens_lead) }
            @if rows.is_empty() { (parts::empty(words.tokens_none)) }
            ul class="rows" { @for row in rows { (one(frame, words, row)) } }
        }
    }
}

fn one(frame: &Frame, words: &Words, row: &Row) -> Markup {
    let name = if row.for_whom.is_empty() { words.token_for_anyone } else { &row.for_whom };
    let giver = match row.by {
        GivenBy::Team => words.source_team,
        GivenBy::Guardian | GivenBy::Patient => words.source_family,
    };
    let standing = match (row.standing, &row.used_by) {
        (Standing::Open, _) => words.token_open.to_owned(),
        (Standing::Redeemed, Some(who)) => w::fill(words.token_used, &[who]),
        (Standing::Redeemed, None) => w::fill(words.token_used, &["?"]),
        (Standing::Expired, _) => words.token_expired.to_owned(),
        (Standing::Revoked, _) => words.token_revoked.to_owned(),
        (Standing::Frozen, _) => words.token_frozen.to_owned(),
    };
    let is_over = matches!(row.standing, Standing::Expired | Standing::Revoked);
    html! {
        li {
            p class="wrap-any" { strong dir="auto" { (name) } span class="sub wrap-any" { (standing) } }
            p class="quiet" {
                (words.token_given) ": " (giver) ", " (day(frame, row.issued_at)) "."
                @if !is_over { " " (words.until) " " (day(frame, row.ends_at)) "." }
            }
            @if !is_over {
                form method="post" action=(paths::family_token_revoke(row.id)) {
                    (field::token(frame))
                    button class="second" type="submit" { (words.take_back) span class="vh" { ": " (name) } }
                }
            }
        }
    }
}

fn give(frame: &Frame, words: &Words, model: &Tokens, patient: PatientId) -> Markup {
    let wrong = if model.is_note_wrong { words.token_note_long } else { "" };
    let body = html! {
        @if model.may_give {
            p { (words.token_give_lead) }
            form method="post" action=(paths::family_tokens()) {
                (field::token(frame))
                (field::hidden("patient", &patient.to_string()))
                div class={ "field" @if model.is_note_wrong { " wrong" } } {
                    label for="for_whom" { (words.token_for) }
                    p class="hint" id="for_whom-hint" { (words.token_for_hint) }
                    (fault(words, "for_whom-fault", wrong))
                    (Text {
                        name: "for_whom", label: words.token_for, value: &model.for_whom, hint: words.token_for_hint, width: "w20",
                        max: 100, fault: wrong, ..Text::default()
                    }.bare())
                }
                button class="main" type="submit" { (words.token_give) }
            }
        } @else {
            p { (words.token_give_both) " " (parts::phone(&frame.phone)) }
        }
    };
    parts::panel("give", &html! { (words.token_give) }, &body)
}

/// The page that shows a new token, once, with its letter. The MRN is told beside the letter and never stands on it.
pub fn given(frame: &Frame, one: &Issued) -> Markup {
    let words = words_of(frame);
    let main = html! {
        h1 class="screen" { (words.token_shown) }
        div class="screen" {
            (parts::notice("warn", &html! { p { strong { (words.token_once) } } p { (words.token_print) } }))
            section class="panel" aria-label=(words.token_shown) {
                dl class="facts" {
                    div { dt { (words.token_code) } dd { code class="key wrap-any" { (one.code) } } }
                    div { dt { (words.token_mrn) } dd { (parts::mrn(&one.patient.mrn)) } }
                    div { dt { (words.until) } dd { (day(frame, one.expires_at)) } }
                }
                p { (words.token_mrn_why) }
                p class="actions" { a class="button" href=(paths::family_tokens_of(one.patient.id)) { (words.token_back) } }
            }
        }
        div lang="en" { (letter(frame, 0, one)) }
    };
    let frame = Frame { current: NavItem::FamilyAccess, ..frame.clone() };
    frame_page(&frame, words.token_shown, Width::Narrow, &main)
}
