//! Words looked for in the texts of a chart (page P11).

use maud::{Markup, html};

use super::notes::facts;
use super::shell::{self, loaded};
use super::{Loaded, Shell, mark_new};
use crate::domain::chart::Section;
use crate::domain::chart::text_search::{BadWords, Hit, LONGEST};
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{notes as w, rules};

/// Hits on the page.
const SHOWN: usize = 50;

/// The search in the texts of a chart.
#[derive(Clone, PartialEq, Debug)]
pub struct Search {
    /// What is around it.
    pub shell: Shell,
    /// What was typed.
    pub typed: String,
    /// Whether words that stand in files are looked for too.
    pub in_files: bool,
    /// Why nothing was looked for.
    pub fault: Option<BadWords>,
    /// What was found, newest first; `None` before anything was looked for.
    pub hits: Option<Loaded<Vec<Hit>>>,
}

/// The form, with what was typed.
pub(super) fn form(frame: &Frame, shell: &Shell, typed: &str, fault: &str) -> Markup {
    let max = u16::try_from(LONGEST).unwrap_or(u16::MAX);
    html! {
        form class="search" method="post" action=(paths::chart_search(shell.id)) role="search" {
            (field::token(frame))
            (field::Text { name: "words", label: w::SEARCH_LABEL, value: typed, fault, hint: w::SEARCH_HINT, max, ..field::Text::default() }.show())
            button class="second" type="submit" { (w::SEARCH_GO) }
        }
    }
}

/// The page of the search.
pub fn page(frame: &Frame, model: &Search) -> Markup {
    let hits = model.hits.as_ref().and_then(Loaded::here).into_iter().flatten();
    let shell = &model.shell.showing(hits.take(SHOWN).map(|hit| &hit.item));
    let fault = model.fault.map(w::bad_words).unwrap_or_default();
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (w::SEARCH) }
            @if model.fault.is_some() { (field::summary(&[("words", fault.clone())])) }
            p class="quiet" { (w::SEARCH_LEAD) @if !model.in_files { " " (w::SEARCH_NO_FILES) } }
            (form(frame, shell, &model.typed, &fault))
            @if let Some(hits) = &model.hits { (loaded(frame, hits, |hits| found(frame, shell, hits))) }
        }
    };
    shell::page(frame, shell, Some(Section::Notes), w::SEARCH, &main)
}

fn found(frame: &Frame, shell: &Shell, hits: &[Hit]) -> Markup {
    if hits.is_empty() {
        return parts::empty(w::SEARCH_NONE);
    }
    html! {
        p role="status" { (w::found(hits.len(), hits.len().min(SHOWN))) }
        ul class="rows reports" {
            @for hit in hits.iter().take(SHOWN) {
                li {
                    a href=(paths::item(shell.id, hit.item.section, hit.item.id)) { (hit.item.title) }
                    " " span class="tag" { (rules::section(hit.item.section)) } (mark_new(shell, &hit.item))
                    (facts(frame, &hit.item))
                    @if !hit.excerpt.is_empty() { p { @for piece in &hit.excerpt { @if piece.marked { mark { (piece.text) } } @else { (piece.text) } } } }
                }
            }
        }
    }
}
