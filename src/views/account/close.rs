//! Closing the account.

use maud::{Markup, html};

use super::{Tab, tabbed};
use crate::views::layout::Frame;
use crate::views::parts::field;
use crate::views::paths;
use crate::views::words::account as w;

/// The page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Close {
    /// Sponsored users who lose a sponsorship; `None` for an account that its owner cannot close.
    pub sponsored: Option<usize>,
    /// Whether the box was left empty.
    pub unsure: bool,
}

/// The page; posts `sure`.
pub fn page(frame: &Frame, model: &Close) -> Markup {
    let faults: Vec<(&str, String)> =
        model.unsure.then(|| ("sure", w::CLOSE_SURE_MISSING.to_owned())).into_iter().collect();
    let main = html! {
        section class="panel" {
            h1 { (w::CLOSE) }
            (field::summary(&faults))
            @match model.sponsored {
                None => p { (w::CLOSE_TEAM) },
                Some(count) => {
                    p { (w::CLOSE_LEAD) }
                    @if count > 0 { p { strong { (w::closing_sponsored(count)) } } }
                    form method="post" action=(paths::close()) {
                        (field::token(frame))
                        div class={ "field" @if model.unsure { " wrong" } } {
                            (field::hint_and_fault("sure", "", if model.unsure { w::CLOSE_SURE_MISSING } else { "" }))
                            label for="sure" {
                                input type="checkbox" id="sure" name="sure" value="yes" aria-describedby=[model.unsure.then_some("sure-fault")];
                                " " (w::CLOSE_SURE)
                            }
                        }
                        (field::submit(w::CLOSE_SUBMIT))
                    }
                }
            }
        }
    };
    tabbed(frame, Tab::Close, w::CLOSE, &main)
}
