//! My patients: all of them, or those with something new, of every PCP or of one (page P5).

use maud::{Markup, html};

use super::{PatientRow, table};
use crate::domain::ids::ProviderId;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths::{self, MineList};
use crate::views::words::{self, find as w};

/// A page of "My patients".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MyPatients {
    /// The patients, latest activity first, or newest news.
    pub rows: Vec<PatientRow>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Which of them.
    pub list: MineList,
    /// The provider with whom they are listed; `None` for any.
    pub provider: Option<ProviderId>,
    /// The providers that are offered.
    pub providers: Vec<(ProviderId, String)>,
}

/// My patients.
pub fn my_patients_page(frame: &Frame, model: &MyPatients) -> Markup {
    let is_whole = model.list == MineList::All && model.provider.is_none();
    let main = html! {
        h1 { (w::MINE) }
        section class="panel" aria-label=(w::MINE) {
            @if !model.rows.is_empty() || !is_whole { (which(model)) (by_provider(model.list, model.provider, &model.providers)) }
            @if model.rows.is_empty() {
                (parts::empty(w::mine_empty(model.list, model.provider)))
                @if is_whole { p { a href=(paths::find()) { (w::TITLE) } } }
            } @else {
                p class="quiet" { (w::mine_lead(model.list)) }
                (table(frame, &model.rows))
                @if let Some(next) = &model.next {
                    p class="actions" { a class="button second" href=(paths::my_patients_in(model.list, model.provider, Some(next))) { (words::MORE) } }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::MyPatients, ..frame.clone() };
    frame_page(&frame, w::MINE, Width::Wide, &main)
}

/// Which of them: all, or those with something new.
fn which(model: &MyPatients) -> Markup {
    let lists = [
        (MineList::All, w::MINE_EVERYONE),
        (MineList::New, w::MINE_WITH_NEWS),
        (MineList::Practice, w::MINE_OF_PRACTICE),
    ];
    html! {
        nav class="layouts" aria-label=(w::MINE_WHICH) {
            @for (list, words) in lists {
                @if list == model.list { strong aria-current="true" { (words) } } @else { a href=(paths::my_patients_in(list, model.provider, None)) { (words) } }
            }
        }
    }
}

/// The form that narrows `list` to the patients of one provider; nothing where there is none to choose.
pub(super) fn by_provider(
    list: MineList,
    chosen: Option<ProviderId>,
    providers: &[(ProviderId, String)],
) -> Markup {
    if providers.len() < 2 && chosen.is_none() {
        return html! {};
    }
    let ids: Vec<String> = providers.iter().map(|(id, _)| id.to_string()).collect();
    let named = ids.iter().zip(providers).map(|(id, (_, name))| (id.as_str(), name.clone()));
    let options: Vec<(&str, String)> =
        std::iter::once(("", w::EVERY_PROVIDER.to_owned())).chain(named).collect();
    let value = chosen.map(|id| id.to_string()).unwrap_or_default();
    html! {
        form method="get" action=(paths::my_patients()) class="search" {
            @if let Some(word) = list.word() { (field::hidden("new", word)) }
            (field::choice("provider", w::BY_PROVIDER, &value, &options))
            button class="second" type="submit" { (w::SHOW) }
        }
    }
}
