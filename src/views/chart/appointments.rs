//! Appointments to come and past, apart, and referrals with their state (page P14).

use maud::{Markup, html};

use super::lists::title;
use super::shell::{self, loaded};
use super::{Loaded, Shell, mark_new};
use crate::domain::chart::appointments::apart;
use crate::domain::chart::{ChartItem, Section};
use crate::views::layout::Frame;
use crate::views::parts;
use crate::views::paths;
use crate::views::words::chart::column as col;
use crate::views::words::{self, chart as w, results as wr, rules};

/// The section.
#[derive(Clone, PartialEq, Debug)]
pub struct Appointments {
    /// What is around it.
    pub shell: Shell,
    /// Appointments and referrals, newest first.
    pub items: Loaded<Vec<ChartItem>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The page of appointments and referrals.
pub fn page(frame: &Frame, model: &Appointments) -> Markup {
    let shell = &model.shell.showing(model.items.here().into_iter().flatten());
    let section = Section::Appointments;
    let main = html! {
        section class="panel" aria-labelledby="title" {
            h1 id="title" { (rules::section(section)) }
            (loaded(frame, &model.items, |items| content(frame, shell, items)))
            @if let Some(next) = &model.next { p class="actions" { a class="button second" href=(paths::chart_section_after(shell.at(), section, next)) { (words::MORE) } } }
        }
    };
    shell::page(frame, shell, Some(section), rules::section(section), &main)
}

fn content(frame: &Frame, shell: &Shell, items: &[ChartItem]) -> Markup {
    let apart = apart(items, frame.now);
    html! {
        @if items.is_empty() { (parts::empty(w::empty(Section::Appointments))) } @else {
            h2 { (wr::COMING) }
            @if apart.coming.is_empty() { (parts::empty(wr::NO_COMING)) } @else { (appointments(frame, shell, &apart.coming)) }
            @if !apart.referrals.is_empty() { h2 { (wr::REFERRALS) } (referrals(frame, shell, &apart.referrals)) }
            @if !apart.past.is_empty() { h2 { (wr::PAST) } (appointments(frame, shell, &apart.past)) }
        }
    }
}

fn appointments(frame: &Frame, shell: &Shell, items: &[&ChartItem]) -> Markup {
    let (told, referred) =
        (items.iter().any(|item| !item.text.is_empty()), items.iter().any(|item| !item.about.is_empty()));
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (col::APPOINTMENT) } th scope="col" { (col::WHEN) } th scope="col" { (col::PLACE) }
                th scope="col" { (col::WITH) } th scope="col" { (col::STATUS) }
                @if told { th scope="col" { (wr::COL_INSTRUCTIONS) } }
                @if referred { th scope="col" { (wr::COL_REFERRAL) } }
            } }
            tbody {
                @for item in items {
                    tr {
                        th scope="row" { (item.title) (mark_new(shell, item)) }
                        td data-l=(col::WHEN) { (parts::when(item, frame.zone)) }
                        td data-l=(col::PLACE) { @if item.detail.is_empty() { span class="quiet" { (wr::NO_PLACE) } } @else { (item.detail) } }
                        td data-l=(col::WITH) { (item.actor) }
                        td data-l=(col::STATUS) { (w::status(&item.status)) }
                        @if told { td data-l=(wr::COL_INSTRUCTIONS) { (item.text) } }
                        @if referred { td data-l=(wr::COL_REFERRAL) { (w::status(&item.about)) } }
                    }
                }
            }
        }
    }
}

fn referrals(frame: &Frame, shell: &Shell, items: &[&ChartItem]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (wr::COL_REFERRAL) } th scope="col" { (col::STATUS) } th scope="col" { (wr::COL_ASKED) }
                th scope="col" { (col::WITH) } th scope="col" { (wr::COL_REASON) } th scope="col" { (wr::COL_NUMBER) }
            } }
            tbody {
                @for item in items {
                    tr {
                        th scope="row" { (title(shell, item)) }
                        td data-l=(col::STATUS) { (w::status(&item.status)) }
                        td data-l=(wr::COL_ASKED) { (parts::when(item, frame.zone)) }
                        td data-l=(col::WITH) { (item.actor) }
                        td data-l=(wr::COL_REASON) { (item.detail) }
                        td data-l=(wr::COL_NUMBER) { span class="nw" { (item.text) } }
                    }
                }
            }
        }
    }
}
