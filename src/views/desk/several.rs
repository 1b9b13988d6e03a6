//! Several requests handled at once: given to somebody of the team, noted on with a template.

use maud::{Markup, html};

use super::list::{Queue, Row};
use super::narrowing::Colleague;
use super::request::{GiveFault, give_fault};
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::domain::queue::{NOTE_LONGEST, View};
use crate::views::parts::field;
use crate::views::paths;
use crate::views::words::{queue as q, templates::NOTES};

/// What is done with several, as typed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Several {
    /// The chosen rows, at the version at which they were chosen.
    pub chosen: Vec<(RequestId, i64)>,
    /// Those of them that somebody else has taken meanwhile: who, by name, and when.
    pub taken: Vec<(RequestId, String, Option<Instant>)>,
    /// Who can be given requests.
    pub receivers: Vec<Colleague>,
    /// Who was chosen to give them to; empty for nobody.
    pub to: String,
    /// What is wrong with who was chosen.
    pub to_fault: Option<GiveFault>,
    /// The chosen template; empty for none.
    pub template: String,
    /// The note as typed.
    pub note: String,
    /// Whether there is neither a template nor a note, or both together are too long.
    pub note_wrong: bool,
}

impl Several {
    /// What is wrong, by field.
    pub(super) fn faults(&self) -> Vec<(&'static str, String)> {
        let to = self.to_fault.as_ref().map(|fault| ("to", give_fault(fault)));
        let note = self.note_wrong.then(|| ("note", q::NOTE_WRONG.to_owned()));
        to.into_iter().chain(note).collect()
    }

    /// Whether `row` is ticked again, at the version that it has now: chosen, and not somebody else's since then. What a colleague has
    /// taken meanwhile is taken from them by whoever chooses it knowingly.
    pub(super) fn ticks(&self, row: &Row) -> bool {
        let is_anothers = matches!(row.owner, Some((_, false)));
        self.chosen.iter().any(|(id, version)| *id == row.id && (*version == row.version || !is_anothers))
    }
}

/// The text that the template `name` and the typed `note` make; of a template that is not there, the note alone.
pub fn note_of(name: &str, note: &str) -> String {
    let template = NOTES.iter().find(|template| template.0 == name).map_or("", |template| template.2);
    let note = note.trim();
    if template.is_empty() || note.is_empty() {
        format!("{template}{note}")
    } else {
        format!("{template} {note}")
    }
}

/// A list of the team to choose from, with who was chosen; `fault` is shown by it.
pub(super) fn receiver(among: &[Colleague], chosen: &str, fault: &str) -> Markup {
    let ids: Vec<(String, &str)> = among.iter().map(|(id, name)| (id.to_string(), name.as_str())).collect();
    let mut choices = vec![("", q::CHOOSE_SOMEBODY.to_owned())];
    choices.extend(ids.iter().map(|(id, name)| (id.as_str(), (*name).to_owned())));
    field::pick("to", q::GIVE_TO, chosen, fault, &choices)
}

/// The part of the list's form that gives or notes.
pub(super) fn form(model: &Queue) -> Markup {
    let several = &model.several;
    let templates = NOTES.iter().map(|(name, title, _)| (*name, (*title).to_owned()));
    let templates: Vec<_> = std::iter::once(("", q::NO_TEMPLATE.to_owned())).chain(templates).collect();
    let fault = if several.note_wrong { q::NOTE_WRONG } else { "" };
    let missing = several.to_fault.as_ref().map(give_fault).unwrap_or_default();
    let is_typed = [&several.to, &several.template, &several.note].iter().any(|typed| !typed.is_empty());
    html! {
        details class="filter" open[is_typed || !several.faults().is_empty()] {
            summary { (q::SEVERAL) }
            @if model.shown.view != View::Closed {
                div class="search" {
                    (receiver(&several.receivers, &several.to, &missing))
                    button class="second" type="submit" formaction=(paths::queue_give()) data-once { (q::GIVE) }
                }
            }
            (field::choice("template", q::TEMPLATE, &several.template, &templates))
            (field::Area { name: "note", label: q::NOTE, value: &several.note, hint: q::NOTE_HINT, fault, max: NOTE_LONGEST }.show())
            button class="second" type="submit" formaction=(paths::queue_note()) data-once { (q::NOTE_ON) }
        }
    }
}
