//! One note or document, with what was added to it, and its file (pages P11 and P14).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell, mark_new};
use crate::domain::chart::clinical_document::{Block, ClinicalDocument};
use crate::domain::chart::file::{Held, own_text, whole_text};
use crate::domain::chart::{ChartItem, Section};
use crate::views::layout::Frame;
use crate::views::parts;
use crate::views::paths;
use crate::views::words::{chart as w, notes as wn, rules};

/// One item with its text.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// What is around it.
    pub shell: Shell,
    /// `Notes`, `Documents` or any other section.
    pub section: Section,
    /// The item and its text; an empty text says that none is held.
    pub content: Loaded<(ChartItem, String)>,
    /// What it was added to.
    pub above: Option<ChartItem>,
    /// What was added to it, oldest first.
    pub addenda: Vec<(ChartItem, String)>,
    /// What has replaced it.
    pub newer: Option<ChartItem>,
    /// Its document, shown below its own text.
    pub document: Option<ClinicalDocument>,
    /// Why such a document is not read.
    pub held: Option<Held>,
}

impl Item {
    /// An item that nothing stands beside.
    pub fn alone(shell: Shell, section: Section, content: Loaded<(ChartItem, String)>) -> Self {
        Self {
            shell,
            section,
            content,
            above: None,
            addenda: Vec::new(),
            newer: None,
            document: None,
            held: None,
        }
    }

    /// Everything that the page names.
    fn items(&self) -> impl Iterator<Item = &ChartItem> {
        let own = self.content.here().map(|(item, _)| item);
        let beside = own.into_iter().chain(&self.above).chain(&self.newer);
        beside.chain(self.addenda.iter().map(|(item, _)| item))
    }
}

/// The page of one item.
pub fn page(frame: &Frame, model: &Item) -> Markup {
    let (shell, section) = (&model.shell.showing(model.items()), model.section);
    let title = match &model.content {
        Loaded::Here((item, _)) => item.title.clone(),
        _ => rules::section(section).to_owned(),
    };
    let link = |item: &ChartItem| html! { a href=(paths::item(shell.at(), item.section, item.id)) { (item.title) } ", " (parts::when(item, frame.zone)) };
    let main = html! {
        (back(shell, Some(section)))
        article class="panel" aria-labelledby="title" {
            h1 id="title" { (title) }
            @if let Some(newer) = &model.newer { div class="notice info" { p { (wn::REPLACED) " " (link(newer)) } } }
            @if let Some(above) = &model.above { p class="quiet" { (wn::ADDED_TO) " " (link(above)) } }
            (loaded(frame, &model.content, |(item, body)| content(frame, model, item, body)))
            @if !model.addenda.is_empty() {
                h2 { (wn::ADDENDA) }
                @for (item, body) in &model.addenda { (addendum(frame, shell, item, body)) }
            }
        }
    };
    shell::page(frame, shell, Some(section), &title, &main)
}

fn back(shell: &Shell, section: Option<Section>) -> Markup {
    let (path, name) = match section {
        Some(section) => (paths::chart_section(shell.at(), section), rules::section(section)),
        None => (paths::chart(shell.id), w::SUMMARY),
    };
    html! { p class="back" { a href=(path) { "← " (w::BACK_TO) " " (name) } } }
}

fn content(frame: &Frame, model: &Item, item: &ChartItem, body: &str) -> Markup {
    html! {
        dl class="facts" {
            div { dt { (w::WRITTEN) } dd { (parts::when(item, frame.zone)) } }
            @if !item.actor.is_empty() { div { dt { (w::AUTHOR) } dd { (item.actor) } } }
            @if !item.category.is_empty() { div { dt { (w::KIND) } dd { (w::status(&item.category)) } } }
            @if !item.status.is_empty() { div { dt { (w::STATUS) } dd { (w::status(&item.status)) } } }
        }
        (file_link(&model.shell, item))
        @if let Some(held) = model.held { (own(body)) (held_back(frame, held)) }
        @else if let Some(document) = &model.document { (own(body)) (clinical(document)) }
        @else { (text(item, body)) }
    }
}

/// What the item says itself, beside its file.
fn own(body: &str) -> Markup {
    let body = own_text(body).trim();
    html! { @if !body.is_empty() { div class="prose" { (body) } } }
}

fn text(item: &ChartItem, body: &str) -> Markup {
    let body = whole_text(body);
    html! {
        @if !body.is_empty() { div class="prose" { (body) } }
        @else if item.method.is_empty() { (parts::empty(w::NO_BODY)) }
    }
}

/// The link to the file of an item, nothing when it has none.
pub(super) fn file_link(shell: &Shell, item: &ChartItem) -> Markup {
    html! {
        @if !item.method.is_empty() {
            p class="actions" {
                a class="button second" href=(paths::chart_file(shell.at(), item.section, item.id)) { (wn::OPEN_FILE) " (" (item.method) ")" }
                " " span class="quiet" { (wn::FILE_HOW) }
            }
        }
    }
}

fn addendum(frame: &Frame, shell: &Shell, item: &ChartItem, body: &str) -> Markup {
    html! {
        h3 { (item.title) ", " (parts::when(item, frame.zone)) (mark_new(shell, item)) }
        @if !item.actor.is_empty() { p class="quiet" { (item.actor) } }
        (file_link(shell, item))
        (text(item, body))
    }
}

/// A document as headings, paragraphs, lists and tables.
fn clinical(document: &ClinicalDocument) -> Markup {
    html! {
        p class="quiet" { (wn::FROM_DOCUMENT) }
        @for (n, block) in document.blocks.iter().enumerate() {
            @match block {
                Block::Heading(1, text) => h2 { (text) },
                Block::Heading(2, text) => h3 { (text) },
                Block::Heading(_, text) => h4 { (text) },
                Block::Paragraph(text) => p { (text) },
                Block::List(points) => ul { @for point in points { li { (point) } } },
                Block::Table(rows, heads) => (table(n + 1, rows, *heads)),
            }
        }
    }
}

fn table(n: usize, rows: &[Vec<String>], heads: usize) -> Markup {
    let (head, body) = rows.split_at_checked(heads).unwrap_or((&[], rows));
    html! {
        div class="sheet" role="region" aria-label=(wn::table(n)) tabindex="0" {
            table {
                @if !head.is_empty() { thead { @for row in head { tr { @for cell in row { th scope="col" { (cell) } } } } } }
                tbody { @for row in body { tr { @for cell in row { td { (cell) } } } } }
            }
        }
    }
}

/// Why a file is not opened.
#[derive(Clone, PartialEq, Debug)]
pub struct NoFile {
    /// What is around it.
    pub shell: Shell,
    /// The section of its item; `None` for a file of the whole chart.
    pub section: Option<Section>,
    /// It is held back, else the source does not answer.
    pub why: Loaded<Held>,
}

/// Why a file is held back; whom to call, where trying again does not help.
fn held_back(frame: &Frame, held: Held) -> Markup {
    html! {
        div class="notice warn" {
            p {
                (wn::held(held))
                @if held != Held::Unchecked { " " (parts::phone(&frame.phone)) "." }
            }
        }
    }
}

/// The page in place of a file that is held back, or whose source does not answer.
pub fn no_file(frame: &Frame, model: &NoFile) -> Markup {
    let main = html! {
        (back(&model.shell, model.section))
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (wn::FILE) }
            (loaded(frame, &model.why, |held| held_back(frame, *held)))
        }
    };
    shell::page(frame, &model.shell, model.section, wn::FILE, &main)
}
