//! Notes and documents: newest first, addenda under their note, by type and author (pages P11 and P14).

use maud::{Markup, html};

use super::shell::{self, loaded};
use super::{Loaded, Shell, mark_new, search};
use crate::domain::chart::notes::{Choice, Offer, Pick, Thread};
use crate::domain::chart::{ChartItem, Section};
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::chart as wc;
use crate::views::words::{self, notes as w, rules};

/// The notes or the documents of a chart.
#[derive(Clone, PartialEq, Debug)]
pub struct Notes {
    /// What is around them.
    pub shell: Shell,
    /// `Notes` or `Documents`.
    pub section: Section,
    /// Those that the filter lets through, of this page, newest first.
    pub threads: Loaded<Vec<Thread>>,
    /// What there is to filter by, whatever the filter is.
    pub offer: Offer,
    /// The filter.
    pub pick: Pick,
    /// How many are not signed yet.
    pub unsigned: usize,
    /// After how many the next page begins.
    pub next: Option<usize>,
}

/// The page of the notes or the documents.
pub fn page(frame: &Frame, model: &Notes) -> Markup {
    let threads = model.threads.here().into_iter().flatten();
    let shell = &model.shell.showing(threads.flat_map(Thread::items));
    let section = model.section;
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (rules::section(section)) }
            (loaded(frame, &model.threads, |threads| html! {
                @if !model.offer.kinds.is_empty() { (search::form(frame, shell, "", "")) (filter(model)) }
                @if threads.is_empty() {
                    (parts::empty(if model.pick.is_some() { w::NONE_SO } else { wc::empty(section) }))
                } @else {
                    ul class="rows reports" { @for thread in threads { li { (one(frame, shell, thread)) } } }
                }
                @if model.unsigned > 0 { p class="quiet" { (w::unsigned(section, model.unsigned)) } }
            }))
            @if let Some(next) = model.next { p class="actions" { a class="button second" href=(paths::notes(shell.at(), section, &model.pick, next)) { (words::MORE) } } }
        }
    };
    shell::page(frame, shell, Some(section), rules::section(section), &main)
}

fn filter(model: &Notes) -> Markup {
    let choices = |all: &str, list: &[Choice]| {
        let all = std::iter::once((String::new(), all.to_owned()));
        all.chain(list.iter().map(|one| (one.key.clone(), one.name.clone()))).collect::<Vec<_>>()
    };
    let select = |name: &str, label: &str, chosen: &Option<String>, options: Vec<(String, String)>| {
        let options: Vec<(&str, String)> =
            options.iter().map(|(key, name)| (key.as_str(), name.clone())).collect();
        field::choice(name, label, chosen.as_deref().unwrap_or_default(), &options)
    };
    let all = paths::chart_section(model.shell.at(), model.section);
    html! {
        details class="filter" open[model.pick.is_some()] {
            summary { (w::FILTER) }
            form class="search" method="get" action=(all) {
                (select("type", w::KIND, &model.pick.kind, choices(w::EVERY_KIND, &model.offer.kinds)))
                (select("author", w::AUTHOR, &model.pick.author, choices(w::EVERY_AUTHOR, &model.offer.authors)))
                button class="second" type="submit" { (w::SHOW) }
                @if model.pick.is_some() { p { a href=(all) { (w::SHOW_ALL) } } }
            }
        }
    }
}

fn one(frame: &Frame, shell: &Shell, thread: &Thread) -> Markup {
    html! {
        (line(frame, shell, &thread.note))
        @if !thread.addenda.is_empty() {
            ul class="rows" {
                @for addendum in &thread.addenda { li { span class="tag" { (w::ADDENDUM) } " " (line(frame, shell, addendum)) } }
            }
        }
    }
}

fn line(frame: &Frame, shell: &Shell, item: &ChartItem) -> Markup {
    html! {
        a href=(paths::item(shell.at(), item.section, item.id)) { (item.title) } (mark_new(shell, item))
        (facts(frame, item))
    }
}

/// When, by whom, what kind, in what form, and how large its file is.
pub(super) fn facts(frame: &Frame, item: &ChartItem) -> Markup {
    html! {
        span class="sub" {
            (parts::when(item, frame.zone))
            " · " @if item.actor.is_empty() { (w::NO_AUTHOR) } @else { (item.actor) }
            @if !item.category.is_empty() { " · " (wc::status(&item.category)) }
            @if !item.detail.is_empty() { " · " (item.detail) }
            @if !item.detail.contains(&item.method) { " · " (item.method) }
            @if let Some(bytes) = item.number { " · " (w::size(bytes)) }
        }
    }
}
