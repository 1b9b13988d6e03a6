//! How often the account's owner is told by mail that there is something new.

use maud::{Markup, html};

use super::{Tab, tabbed};
use crate::domain::news::Pace;
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::account as w;

/// The page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Notices {
    /// What is chosen; `None` for never.
    pub chosen: Option<Pace>,
    /// Whether it was saved just now.
    pub saved: bool,
    /// Whether what was sent is none of the choices.
    pub fault: bool,
}

/// The page; posts `pace`: `off`, `daily` or `at_once`.
pub fn page(frame: &Frame, model: &Notices) -> Markup {
    let fault = if model.fault { w::NOTICES_UNKNOWN } else { "" };
    let faults: Vec<(&str, String)> = model.fault.then(|| ("pace", fault.to_owned())).into_iter().collect();
    let options = [
        ("off", w::NOTICES_OFF.to_owned()),
        (Pace::Daily.word(), w::NOTICES_DAILY.to_owned()),
        (Pace::AtOnce.word(), w::NOTICES_AT_ONCE.to_owned()),
    ];
    let main = html! {
        section class="panel" {
            h1 { (w::NOTICES) }
            (field::summary(&faults))
            @if model.saved { (parts::notice("info", &html! { p role="status" { (w::NOTICES_SAVED) } })) }
            p { (w::NOTICES_LEAD) }
            form method="post" action=(paths::notices()) {
                (field::token(frame))
                div class="w20" { (field::pick("pace", w::NOTICES_HOW, model.chosen.map_or("off", Pace::word), fault, &options)) }
                (field::submit(w::NOTICES_SUBMIT))
            }
        }
    };
    tabbed(frame, Tab::Notices, w::NOTICES, &main)
}
