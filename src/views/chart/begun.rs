//! A page of a chart that begins before its source has answered.

use maud::{Markup, html};

use super::Shell;
use super::shell::{ALLERGIES_BEGIN, Here, page_at};
use crate::views::layout::Frame;
use crate::views::parts;
use crate::views::words::{chart as w, system};

/// Which page of the chart begins, and what it is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Title {
    /// What the navigation marks.
    pub here: Here,
    /// Its title.
    pub text: String,
}

/// The page up to where its banner speaks of allergies: what is known without asking the source.
pub fn beginning(frame: &Frame, shell: &Shell, title: &Title) -> String {
    let mut page = page_at(frame, shell, title.here, &title.text, &html! {}).into_string();
    if let Some(end) = page.find(ALLERGIES_BEGIN) {
        page.truncate(end);
    }
    page
}

/// What is said while the source has not answered; what follows takes it off the page again.
pub fn still_asking() -> String {
    html! { p class="asking" role="status" { (w::STILL_ASKING) } }.into_string()
}

/// What follows `beginning` in `page`; `None` when it does not begin so. The page of one item is called by the item, its beginning by the
/// section, as long as nobody knows the item: the title of the tab may differ.
pub fn rest(page: Markup, beginning: &str) -> Option<String> {
    let page = page.into_string();
    behind_title(&page).strip_prefix(behind_title(beginning)).map(str::to_owned)
}

/// `page` from the end of its title on.
fn behind_title(page: &str) -> &str {
    page.split_once("</title>").map_or(page, |(_, behind)| behind)
}

/// What follows [`beginning`] where the rest cannot be read: the same page, with the `reference` that the log holds.
pub fn broken_off(frame: &Frame, shell: &Shell, title: &Title, reference: &str) -> String {
    let main = html! {
        h1 { (title.text) }
        (parts::notice("warn", &html! {
            p { strong { (w::BROKEN_OFF) } }
            p { (w::BROKEN_OFF_NEXT) " " (parts::phone(&frame.phone)) ". " (system::REFERENCE) " " code { (reference) } }
        }))
    };
    ending(frame, shell, title, &main)
}

/// What follows [`beginning`] where it turns out that there is nothing: the same page, which says so.
pub fn not_there(frame: &Frame, shell: &Shell, title: &Title) -> String {
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (title.text) }
            (parts::empty(w::NOT_THERE))
        }
    };
    ending(frame, shell, title, &main)
}

/// What follows [`beginning`] where the page holds `main`.
fn ending(frame: &Frame, shell: &Shell, title: &Title, main: &Markup) -> String {
    let page = page_at(frame, shell, title.here, &title.text, main);
    rest(page, &beginning(frame, shell, title)).unwrap_or_default()
}
