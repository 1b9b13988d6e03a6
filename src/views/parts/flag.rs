//! Flags: word, arrow and colour together, so that none of them carries the meaning alone.

use maud::{Markup, html};

use crate::domain::chart::standing::Standing;
use crate::domain::chart::{ChartItem, Flag};
use crate::views::words as w;

/// What stands beside a value that is flagged, or outside its range, and what the laboratory says of it in other words. Nothing for one
/// that is in range, or of which nothing is known.
pub fn flag(item: &ChartItem) -> Markup {
    html! { (mark(Standing::of(item))) (said(item)) }
}

/// As [`flag`], and that a value is in range where that is known.
pub fn flag_or_normal(item: &ChartItem) -> Markup {
    let standing = Standing::of(item);
    match standing {
        Standing::Inside | Standing::SaidNormal => {
            html! { span class="quiet nw" { (word(standing)) } (said(item)) }
        }
        _ => flag(item),
    }
}

fn mark(standing: Standing) -> Markup {
    let (class, arrow) = match standing {
        Standing::Unknown | Standing::Inside | Standing::SaidNormal => return html! {},
        // Its words are the laboratory's own.
        Standing::Flagged(Flag::Unsaid | Flag::Normal | Flag::Other) => return html! {},
        Standing::Below | Standing::Flagged(Flag::Low) => ("flag low", "↓"),
        Standing::Above | Standing::Flagged(Flag::High) => ("flag high", "↑"),
        Standing::Flagged(Flag::CriticalLow) => ("flag crit", "↓↓"),
        Standing::Flagged(Flag::CriticalHigh) => ("flag crit", "↑↑"),
        Standing::Flagged(Flag::Abnormal) => ("flag high", "◆"),
        Standing::Flagged(Flag::Critical) => ("flag crit", "◆◆"),
    };
    html! { span class=(class) { span aria-hidden="true" { (arrow) " " } (word(standing)) } }
}

fn said(item: &ChartItem) -> Markup {
    html! { @if !item.said.is_empty() { " " span class="said" { (item.said) } } }
}

/// What [`flag`] says, as text.
pub fn words(item: &ChartItem) -> String {
    let standing = Standing::of(item);
    let word = if standing.is_abnormal() { word(standing) } else { "" };
    let parts = [word, item.said.as_str()].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("; ")
}

/// That values were compared here, where any of `items` was found outside its range.
pub fn compared<'a>(mut items: impl Iterator<Item = &'a ChartItem>) -> Markup {
    html! { @if items.any(is_compared) { p class="quiet" { (w::FLAG_COMPARED) } } }
}

/// Whether what stands beside a value is from a comparison.
pub fn is_compared(item: &ChartItem) -> bool {
    Standing::of(item).is_compared_outside()
}

const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Unknown => "",
        Standing::Inside => w::FLAG_NORMAL,
        Standing::SaidNormal => w::FLAG_SAID_NORMAL,
        Standing::Below => w::FLAG_BELOW,
        Standing::Above => w::FLAG_ABOVE,
        Standing::Flagged(flag) => match flag {
            Flag::Unsaid | Flag::Normal | Flag::Other => "",
            Flag::Low => w::FLAG_LOW,
            Flag::High => w::FLAG_HIGH,
            Flag::CriticalLow => w::FLAG_CRITICAL_LOW,
            Flag::CriticalHigh => w::FLAG_CRITICAL_HIGH,
            Flag::Abnormal => w::FLAG_ABNORMAL,
            Flag::Critical => w::FLAG_CRITICAL,
        },
    }
}

/// A status word in a box (`ok`, `warn`, `stop`, `info`).
pub fn tag(kind: &str, words: &str) -> Markup {
    html! { span class={ "tag " (kind) } { (words) } }
}
