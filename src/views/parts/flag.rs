//! Flags: word, arrow and colour together, so that none of them carries the meaning alone.

use maud::{Markup, html};

use crate::domain::chart::Flag;
use crate::views::words as w;

/// A result's flag.
pub fn flag(flag: Flag) -> Markup {
    let (class, arrow, words) = match flag {
        Flag::Normal => return html! {},
        Flag::Low => ("flag low", "↓", w::FLAG_LOW),
        Flag::High => ("flag high", "↑", w::FLAG_HIGH),
        Flag::CriticalLow => ("flag crit", "↓↓", w::FLAG_CRITICAL_LOW),
        Flag::CriticalHigh => ("flag crit", "↑↑", w::FLAG_CRITICAL_HIGH),
        Flag::Abnormal => ("flag high", "◆", w::FLAG_ABNORMAL),
        Flag::Critical => ("flag crit", "◆◆", w::FLAG_CRITICAL),
    };
    html! { span class=(class) { span aria-hidden="true" { (arrow) " " } (words) } }
}

/// A status word in a box (`ok`, `warn`, `stop`, `info`).
pub fn tag(kind: &str, words: &str) -> Markup {
    html! { span class={ "tag " (kind) } { (words) } }
}
