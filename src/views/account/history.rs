//! The latest steps of signing in to the account.

use maud::{Markup, html};

use super::{Tab, tabbed};
use crate::domain::audit::{Act, Outcome};
use crate::domain::calendar::Instant;
use crate::views::layout::Frame;
use crate::views::parts::{self, flag};
use crate::views::words::{account as w, rules};

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryRow {
    /// When.
    pub at: Instant,
    /// What.
    pub act: Act,
    /// How it ended.
    pub outcome: Outcome,
    /// The factor, or why not, as a word.
    pub basis: String,
    /// The network it came from.
    pub network: String,
}

/// The page.
pub fn page(frame: &Frame, rows: &[HistoryRow]) -> Markup {
    let main = html! {
        section class="panel" {
            h1 { (w::HISTORY) }
            p { (w::HISTORY_LEAD) " " (parts::phone(&frame.phone)) "." }
            @if rows.is_empty() { (parts::empty(w::HISTORY_NONE)) } @else {
                table class="t stack" {
                    thead { tr {
                        th scope="col" { (w::HISTORY_WHEN) } th scope="col" { (w::HISTORY_WHAT) }
                        th scope="col" { (w::HISTORY_HOW) } th scope="col" { (w::HISTORY_FROM) }
                    } }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { (parts::moment(row.at, frame.zone)) }
                                td data-l=(w::HISTORY_WHAT) { (w::act(row.act)) }
                                td data-l=(w::HISTORY_HOW) {
                                    (flag::tag(if row.outcome == Outcome::Allowed { "ok" } else { "warn" }, rules::outcome(row.outcome)))
                                    " " (w::basis(&row.basis))
                                }
                                td data-l=(w::HISTORY_FROM) { (row.network) }
                            }
                        }
                    }
                }
            }
        }
    };
    tabbed(frame, Tab::History, w::HISTORY, &main)
}
