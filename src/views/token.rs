//! Patient tokens: the page that validates one; the access team's pages and the letter are beside it.

pub mod desk;
pub mod issued;
pub mod pdf;
mod qr;

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field};
use super::paths;
use super::words::token as w;
use crate::domain::ids::PracticeId;

/// What is wrong with a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No token.
    TokenMissing,
    /// No MRN.
    MrnMissing,
    /// No practice, where there are several.
    PracticeMissing,
    /// Wrong token, wrong MRN, used by another, taken back, frozen: one answer.
    NoMatch,
    /// Right, and over.
    Expired,
    /// Too many tries; so many seconds to wait.
    Slowed(u64),
}

impl Fault {
    const fn field(self) -> &'static str {
        match self {
            Self::MrnMissing => "mrn",
            Self::PracticeMissing => "practice",
            _ => "token",
        }
    }
}

/// "Validate a token".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Validate {
    /// The token, as typed.
    pub token: String,
    /// The MRN, as typed.
    pub mrn: String,
    /// The practice chosen.
    pub practice: String,
    /// The practices to choose from; a choice is asked for when there are several.
    pub practices: Vec<(PracticeId, String)>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// The page that validates a token; posts `token`, `mrn` and, where there are several, `practice`.
pub fn page(frame: &Frame, model: &Validate) -> Markup {
    let listed: Vec<(&str, String)> = model.faults.iter().map(|f| (f.field(), w::fault(*f))).collect();
    let of = |name: &str| listed.iter().find(|(field, _)| *field == name).map_or("", |(_, words)| words);
    let mut practices = vec![("", w::PRACTICE_CHOOSE.to_owned())];
    let ids: Vec<String> = model.practices.iter().map(|(id, _)| id.to_string()).collect();
    practices.extend(ids.iter().zip(&model.practices).map(|(id, (_, name))| (id.as_str(), name.clone())));
    let main = html! {
        section class="panel" {
            h1 { (w::VALIDATE) }
            p { (w::LEAD) }
            (field::summary(&listed))
            form method="post" action=(paths::token()) {
                (field::token(frame))
                (field::Text { name: "token", label: w::TOKEN, value: &model.token, hint: w::TOKEN_HINT, fault: of("token"), max: 200, ..Default::default() }.show())
                (field::Text { name: "mrn", label: w::MRN, value: &model.mrn, hint: w::MRN_HINT, fault: of("mrn"), max: 100, ..Default::default() }.show())
                @if model.practices.len() > 1 { (field::pick("practice", w::PRACTICE, &model.practice, of("practice"), &practices)) }
                (field::submit(w::OPEN_CHART))
            }
            p class="after" { (w::CALL) " " (parts::phone(&frame.phone)) }
        }
    };
    let frame = Frame { current: NavItem::Token, ..frame.clone() };
    frame_page(&frame, w::VALIDATE, Width::Narrow, &main)
}
