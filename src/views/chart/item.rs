//! One note, document or report (page P11).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell};
use crate::domain::chart::{ChartItem, Section};
use crate::views::layout::Frame;
use crate::views::parts;
use crate::views::paths;
use crate::views::words::{chart as w, rules};

/// One item with its text.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// What is around it.
    pub shell: Shell,
    /// `Notes`, `Documents`, `Reports` or any other section.
    pub section: Section,
    /// The item and its text; an empty text says that none is held.
    pub content: Loaded<(ChartItem, String)>,
}

/// The page of one item.
pub fn page(frame: &Frame, model: &Item) -> Markup {
    let (shell, section) = (&model.shell, model.section);
    let title = match &model.content {
        Loaded::Here((item, _)) => item.title.clone(),
        _ => rules::section(section).to_owned(),
    };
    let main = html! {
        p class="back" { a href=(paths::chart_section(shell.id, section)) { "← " (w::BACK_TO) " " (rules::section(section)) } }
        article class="panel" aria-labelledby="title" {
            h1 id="title" { (title) }
            (loaded(frame, &model.content, |(item, body)| content(frame, item, body)))
        }
    };
    shell::page(frame, shell, Some(section), &title, &main)
}

fn content(frame: &Frame, item: &ChartItem, body: &str) -> Markup {
    html! {
        dl class="facts" {
            div { dt { (w::WRITTEN) } dd { (parts::when(item, frame.zone)) } }
            @if !item.actor.is_empty() { div { dt { (w::AUTHOR) } dd { (item.actor) } } }
            @if !item.category.is_empty() { div { dt { (w::KIND) } dd { (w::status(&item.category)) } } }
            @if !item.status.is_empty() { div { dt { (w::STATUS) } dd { (w::status(&item.status)) } } }
        }
        @if body.trim().is_empty() { (parts::empty(w::NO_BODY)) } @else { div class="prose" { (body.trim()) } }
    }
}
