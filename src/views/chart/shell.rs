//! The banner, the navigation of sections, and the states a section can be in.

use maud::{Markup, html};

use super::{Loaded, Shell, Why};
use crate::domain::chart::age::age;
use crate::domain::chart::{AllergyStatement, Section};
use crate::views::layout::{Frame, NavItem, shell as frame_shell};
use crate::views::parts;
use crate::views::paths;
use crate::views::words::{self, chart as w, rules};

/// A page of the chart; the navigation stands after the content, so that a keyboard reaches the first result in few steps:
/// `section` marks the navigation (`None` for the summary), `main` holds the `h1`.
pub fn page(frame: &Frame, shell: &Shell, section: Option<Section>, title: &str, main: &Markup) -> Markup {
    let body = html! {
        div class="chart" {
            (banner(frame, shell))
            div class="wrap body" {
                main id="main" tabindex="-1" {
                    @if shell.limited { p class="notice info limited" { (w::LIMITED) " " (parts::phone(&frame.phone)) "." } }
                    (main)
                }
                (nav(shell, section))
            }
        }
    };
    let frame = Frame { current: NavItem::None, ..frame.clone() };
    frame_shell(&frame, title, &body)
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

fn allergies(shell: &Shell) -> Markup {
    html! {
        @match &shell.banner.allergies {
            _ if shell.allergies_down => p class="allergies unknown" { (w::ALLERGIES_DOWN) },
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

fn nav(shell: &Shell, current: Option<Section>) -> Markup {
    let mark = |here: bool| here.then_some("page");
    html! {
        nav class="sections" aria-label=(w::NAV_CHART) {
            ul {
                li { a href=(paths::chart(shell.id)) aria-current=[mark(current.is_none())] { (w::SUMMARY) } }
                @for tab in &shell.tabs {
                    li {
                        a href=(paths::chart_section(shell.id, tab.section)) aria-current=[mark(current == Some(tab.section))] {
                            (rules::section(tab.section))
                            @if let Some(count) = tab.count.filter(|n| *n > 0) { " " span class="count" { (count) } }
                        }
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
        Loaded::OutOfReach => {
            html! { p class="empty" { (w::OUT_OF_REACH) " " (parts::phone(&frame.phone)) "." } }
        }
    }
}
