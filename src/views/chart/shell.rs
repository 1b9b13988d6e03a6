//! The banner, the navigation of sections, and the states a section can be in.

use maud::{Markup, html};

use super::{Loaded, Shell, Why};
use crate::domain::chart::age::age;
use crate::domain::chart::growth::has_charts;
use crate::domain::chart::{AllergyStatement, Section};
use crate::views::layout::{Frame, NavItem, shell as frame_shell};
use crate::views::parts;
use crate::views::paths::{self, ChartAt};
use crate::views::words::{self, chart as w, growth, results, rules};

/// A page of the chart; the navigation stands after the content, so that a keyboard reaches the first result in few steps:
/// `section` marks the navigation (`None` for the summary), `main` holds the `h1`.
pub fn page(frame: &Frame, shell: &Shell, section: Option<Section>, title: &str, main: &Markup) -> Markup {
    page_at(frame, shell, section.map_or(Here::Summary, Here::Section), title, main)
}

/// What the navigation marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Here {
    /// The summary.
    Summary,
    /// A section.
    Section(Section),
    /// The growth charts, which stand beside the sections.
    Growth,
}

/// As [`page`], for whatever the navigation marks.
pub fn page_at(frame: &Frame, shell: &Shell, here: Here, title: &str, main: &Markup) -> Markup {
    let body = html! {
        div class="chart" {
            (banner(frame, shell))
            div class="wrap body" {
                main id="main" tabindex="-1" {
                    @if shell.limited { p class="notice info limited" { (w::LIMITED) " " (parts::phone(&frame.phone)) "." } }
                    (sources(shell, here))
                    @if shell.part2 { p class="notice info" { (w::PART2) } }
                    (main)
                }
                (nav(frame, shell, here))
            }
        }
    };
    let frame = Frame { current: NavItem::None, ..frame.clone() };
    frame_shell(&frame, title, &body)
}

/// The tabs of the two sources, on the pages of sections.
fn sources(shell: &Shell, here: Here) -> Markup {
    let (Some(sources), Here::Section(section)) = (&shell.sources, here) else { return html! {} };
    let mark = |here: bool| here.then_some("page");
    html! {
        nav class="tabs" aria-label=(w::SOURCES) {
            a href=(paths::chart_section(shell.id, section)) aria-current=[mark(!sources.is_old)] { (w::PRESENT_SYSTEM) } " "
            a href=(paths::chart_section(ChartAt::of(shell.id, true), section)) aria-current=[mark(sources.is_old)] { (sources.old_label) }
        }
    }
}

fn banner(frame: &Frame, shell: &Shell) -> Markup {
    let who = &shell.banner;
    let last_day = who.deceased_on.unwrap_or_else(|| frame.zone.date(frame.now));
    let pcps = if who.pcps.is_empty() { w::NO_PCP.to_owned() } else { who.pcps.join("; ") };
    html! {
        section class="banner" aria-label=(w::PATIENT_BANNER) {
            div class="wrap" {
                p class="name" { (parts::name(&who.family, &who.given)) }
                dl {
                    div { dt { (w::BORN) } dd { (parts::date(who.birth_date)) " " span class="nw" { "(" (words::age(age(who.birth_date, last_day))) ")" } } }
                    div { dt { (w::SEX) } dd { (words::sex(&who.sex)) } }
                    div { dt { (w::MRN) } dd { (parts::mrn(&who.mrn)) } }
                    @if !who.language.is_empty() { div { dt { (w::LANGUAGE) } dd { (who.language) } } }
                    div { dt { (w::PCP) } dd { (pcps) } }
                }
                (allergies(shell))
                @if let Some(died) = who.deceased_on { p class="state" { strong { (w::DECEASED) } " " (parts::date(died)) } }
                @for mrn in &shell.former_mrns { p class="state" { (w::MERGED) " " (parts::mrn(mrn)) "." } }
                p class="why" { (w::WHY) " " (why(frame, &shell.why)) }
            }
        }
    }
}

/// How the line of allergies begins, in every state; names and other text of a record are escaped, so it stands nowhere before.
pub(super) const ALLERGIES_BEGIN: &str = "<p class=\"allergies";

fn allergies(shell: &Shell) -> Markup {
    html! {
        @match &shell.allergies {
            AllergyStatement::Unavailable => p class="allergies unknown" { (w::ALLERGIES_DOWN) },
            AllergyStatement::Listed(list) => p class="allergies listed" { (w::ALLERGIES) ": " (list.join("; ")) },
            AllergyStatement::NoneKnown => p class="allergies" { (w::NO_KNOWN_ALLERGIES) },
            AllergyStatement::NotRecorded => p class="allergies unknown" { (w::ALLERGIES_NOT_RECORDED) },
        }
    }
}

fn why(frame: &Frame, reasons: &[Why]) -> Markup {
    html! {
        @for (n, reason) in reasons.iter().enumerate() {
            @if n > 0 { "; " }
            (rules::basis_to_holder(reason.basis, reason.provider.as_deref(), reason.practice.as_deref()))
            @if let Some(end) = reason.until { " " (w::UNTIL) " " (parts::moment(end, frame.zone)) }
        }
        "."
    }
}

fn nav(frame: &Frame, shell: &Shell, current: Here) -> Markup {
    let is_child = has_charts(shell.banner.birth_date, frame.zone.date(frame.now));
    let mark = |here: bool| here.then_some("page");
    html! {
        nav class="sections" aria-label=(w::NAV_CHART) {
            ul {
                li { a href=(paths::chart(shell.id)) aria-current=[mark(current == Here::Summary)] { (w::SUMMARY) } }
                @for tab in &shell.tabs {
                    li {
                        a href=(paths::chart_section(shell.id, tab.section)) aria-current=[mark(current == Here::Section(tab.section))] {
                            (rules::section(tab.section))
                            @if let Some(count) = tab.count.filter(|n| *n > 0) { " " span class="count" { (results::news(count)) } }
                        }
                    }
                    @if tab.section == Section::Vitals && is_child {
                        li { a href=(paths::growth(shell.id)) aria-current=[mark(current == Here::Growth)] { (growth::TITLE) } }
                    }
                }
            }
            button class="second print" type="button" hidden data-print { (w::PRINT) }
        }
    }
}

/// The content of a section, or the state it is in.
pub fn loaded<T>(frame: &Frame, loaded: &Loaded<T>, show: impl FnOnce(&T) -> Markup) -> Markup {
    match loaded {
        Loaded::Here(content) => show(content),
        Loaded::Down(last_seen) => html! {
            div class="notice warn" {
                p { strong { @match last_seen { Some(at) => (w::last_seen(&words::clock(*at, frame.zone))), None => (w::DOWN) } } }
                p { (w::DOWN_NEXT) }
            }
        },
        Loaded::Slow => html! {
            div class="notice warn" {
                p { strong { (w::SLOW) } }
                p { (w::SLOW_NEXT) }
            }
        },
        Loaded::OutOfReach => {
            html! { p class="empty" { (w::OUT_OF_REACH) " " (parts::phone(&frame.phone)) "." } }
        }
    }
}
