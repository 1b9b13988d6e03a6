//! My patients: all of them, or those with something new (page P5).

use maud::{Markup, html};

use super::{PatientRow, table};
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts;
use crate::views::paths;
use crate::views::words::{self, find as w};

/// A page of "My patients".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MyPatients {
    /// The patients, latest activity first.
    pub rows: Vec<PatientRow>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether only those with something new are shown.
    pub only_new: bool,
}

/// My patients.
pub fn my_patients_page(frame: &Frame, model: &MyPatients) -> Markup {
    let main = html! {
        h1 { (w::MINE) }
        section class="panel" aria-label=(w::MINE) {
            @if !model.rows.is_empty() || model.only_new { (which(model)) }
            @if model.rows.is_empty() {
                (parts::empty(if model.only_new { w::MINE_NOTHING_NEW } else { w::MINE_EMPTY }))
                @if !model.only_new { p { a href=(paths::find()) { (w::TITLE) } } }
            } @else {
                p class="quiet" { (if model.only_new { w::MINE_NEW_LEAD } else { w::MINE_LEAD }) }
                (table(frame, &model.rows))
                @if let Some(next) = &model.next {
                    @let more = if model.only_new { paths::my_patients_new_after(next) } else { paths::my_patients_after(next) };
                    p class="actions" { a class="button second" href=(more) { (words::MORE) } }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::MyPatients, ..frame.clone() };
    frame_page(&frame, w::MINE, Width::Wide, &main)
}

/// All of them, or those with something new.
fn which(model: &MyPatients) -> Markup {
    let links = [
        (false, paths::my_patients(), w::MINE_EVERYONE),
        (true, paths::my_patients_new(), w::MINE_WITH_NEWS),
    ];
    html! {
        nav class="layouts" aria-label=(w::MINE_WHICH) {
            @for (only_new, href, words) in links {
                @if only_new == model.only_new { strong aria-current="true" { (words) } } @else { a href=(href) { (words) } }
            }
        }
    }
}
