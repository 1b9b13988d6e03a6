//! The duties of a sponsor, accepted once, by name.

use maud::{Markup, html};

use super::shown;
use crate::views::layout::{Frame, Width};
use crate::views::parts::field;
use crate::views::paths;
use crate::views::words::{self, staff as w};

/// The page of the duties.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Duties {
    /// The viewer's name, as it must be typed.
    pub name: String,
    /// What was typed.
    pub typed: String,
    /// Whether that is not the name.
    pub is_wrong: bool,
}

/// The page of the duties; posts `name`.
pub fn duties_page(frame: &Frame, model: &Duties) -> Markup {
    let fault = if model.is_wrong { w::signature_wrong(&model.typed) } else { "" };
    let faults: Vec<(&str, String)> =
        model.is_wrong.then(|| ("name", fault.to_owned())).into_iter().collect();
    let main = html! {
        section class="panel" {
            h1 { (w::DUTIES_TITLE) }
            (field::summary(&faults))
            p { (w::DUTIES_LEAD) }
            (list())
            form method="post" action=(paths::staff_duties()) {
                (field::token(frame))
                (signature(&model.name, &model.typed, fault))
                div class="actions" { (field::submit(w::DUTIES_ACCEPT)) a href=(paths::staff()) { (words::CANCEL) } }
            }
            p class="after" { (w::DUTIES_NEXT) }
        }
    };
    shown(frame, w::DUTIES_TITLE, Width::Narrow, &main)
}

/// What a sponsor promises.
pub(in crate::views) fn list() -> Markup {
    html! { ul class="lines" { @for (duty, how) in w::DUTIES { li { strong { (duty) } " " (how) } } } }
}

/// The full name as a signature; posts `name`.
pub(in crate::views) fn signature(name: &str, typed: &str, fault: &str) -> Markup {
    let hint = w::signature_hint(name);
    field::Text {
        name: "name",
        label: w::SIGNATURE,
        value: typed,
        hint: &hint,
        fault,
        autocomplete: "name",
        width: "w20",
        max: 200,
        ..Default::default()
    }
    .show()
}
