//! Proposing by hand that two records are of one person: two MRNs, both records side by side, what it changes, and the proposal.

use maud::{Markup, html};

use super::merge::{Preview, Side, preview, sides};
use crate::domain::merge::{Difference, Problem};
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{merge as w, team};

/// Two records side by side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compared {
    /// The one that would be merged away.
    pub other: Side,
    /// The one that would remain.
    pub survivor: Side,
    /// In what they differ.
    pub differences: Vec<Difference>,
    /// What proposing changes at once.
    pub at_once: Preview,
    /// What confirming would change.
    pub if_confirmed: Preview,
}

/// The page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Propose {
    /// The MRN of the other record, as typed.
    pub other: String,
    /// That of the record that remains.
    pub survivor: String,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// The two records, once both were found.
    pub compared: Option<Compared>,
}

/// The page; both of its forms post `other` and `survivor`.
pub fn page(frame: &Frame, model: &Propose) -> Markup {
    let faults: Vec<(&str, String)> =
        model.problems.iter().map(|p| w::problem(*p)).map(|(name, words)| (name, words.to_owned())).collect();
    let at =
        |name: &str| faults.iter().find(|(field, _)| *field == name).map_or("", |(_, words)| words.as_str());
    let main = html! {
        p class="back" { a href=(paths::look_ups()) { (team::LOOK_UPS) } }
        h1 { (w::PROPOSE_TITLE) }
        (field::summary(&faults))
        section class="panel" aria-label=(w::LOOK) {
            p { (w::PROPOSE_LEAD) }
            form method="post" action=(paths::merges()) {
                (field::token(frame))
                (field::Text { name: "other", label: w::OTHER_MRN, value: &model.other, fault: at("other"), width: "w12", max: 64, ..Default::default() }.show())
                (field::Text { name: "survivor", label: w::SURVIVOR_MRN, value: &model.survivor, fault: at("survivor"), width: "w12", max: 64, ..Default::default() }.show())
                (field::submit(w::LOOK))
            }
        }
        @if let Some(compared) = &model.compared { (proposal(frame, model, compared)) }
    };
    let frame = Frame { current: NavItem::LookUps, ..frame.clone() };
    frame_page(&frame, w::PROPOSE_TITLE, Width::Wide, &main)
}

fn proposal(frame: &Frame, model: &Propose, compared: &Compared) -> Markup {
    html! {
        (parts::panel("sides", &html! { (w::TITLE) }, &sides(&compared.other, &compared.survivor, &compared.differences)))
        (parts::panel("at-once", &html! { (w::AT_ONCE) }, &html! {
            p { (w::AT_ONCE_LEAD) }
            (preview(&compared.at_once))
        }))
        (parts::panel("if-confirmed", &html! { (w::IF_CONFIRMED) }, &html! {
            (preview(&compared.if_confirmed))
            form method="post" action=(paths::propose_merge()) {
                (field::token(frame))
                (field::hidden("other", &model.other))
                (field::hidden("survivor", &model.survivor))
                button class="second" type="submit" data-once { (w::PROPOSE) }
            }
        }))
    }
}
