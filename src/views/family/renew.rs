//! What a guardian gave and ends at the 18th birthday: the list of it, and the page on which the patient renews one.

use maud::{Markup, html};

use super::access::{parts_of, person};
use super::{day, words_of};
use crate::domain::access::reach::SectionSet;
use crate::domain::calendar::Instant;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::family::renewal::What;
use crate::domain::ids::FactId;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field;
use crate::views::words::family::{self as w, Words};
use crate::views::{parts, paths};

/// A grant or a token that the patient may renew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renewal {
    /// A grant or a token.
    pub what: What,
    /// Which one.
    pub id: FactId,
    /// Who has it, or whom it is meant for; may be empty.
    pub name: String,
    /// Their practices.
    pub practices: Vec<String>,
    /// The sections it names; all ordinary ones when none is named.
    pub sections: SectionSet,
    /// The sensitivity labels it names.
    pub sensitive: Labels,
    /// The 18th birthday.
    pub ends_at: Instant,
    /// Whether the birthday has ended it already.
    pub is_over: bool,
    /// Until when it goes on once it is renewed; `None` until it is taken back.
    pub until: Option<Instant>,
}

impl Renewal {
    fn named(&self, words: &Words) -> &str {
        if self.name.is_empty() { words.token_for_anyone } else { &self.name }
    }
}

/// The list.
pub(super) fn panel(frame: &Frame, renewals: &[Renewal]) -> Markup {
    let words = words_of(frame);
    let body = html! {
        p { (words.renew_lead) }
        ul class="rows" { @for one in renewals {
            @let name = one.named(words);
            li {
                p { strong { (person(name, &one.practices)) } }
                p { (ending(words, one)) " " (day(frame, one.ends_at)) "." }
                p class="quiet" { (parts_of(words, one.sections, one.sensitive)) }
                p class="actions" {
                    a class="button" href=(paths::family_renew(one.what, one.id)) aria-label=(w::fill(words.renew_keep_of, &[name])) {
                        (words.renew_keep)
                    }
                }
            }
        } }
    };
    parts::panel("renew", &html! { (words.renew) }, &body)
}

const fn ending(words: &Words, one: &Renewal) -> &'static str {
    if one.is_over { words.renew_ended } else { words.renew_ends }
}

/// The page that asks once more, with what goes on and until when.
pub fn page(frame: &Frame, one: &Renewal) -> Markup {
    let words = words_of(frame);
    let main = html! {
        h1 { (words.renew_ask) }
        section class="panel" aria-label=(words.renew_ask) {
            dl class="facts" {
                div { dt { (words.who) } dd { (person(one.named(words), &one.practices)) } }
                div { dt { (words.would_see) } dd { (parts_of(words, one.sections, one.sensitive)) } }
                div { dt { (ending(words, one)) } dd { (day(frame, one.ends_at)) } }
                div { dt { (words.until) } dd {
                    @match one.until { Some(at) => { (day(frame, at)) } None => { (words.no_end) } }
                } }
            }
            p { (words.renew_ask_lead) }
            form method="post" action=(paths::family_renew(one.what, one.id)) {
                (field::token(frame))
                button class="main" type="submit" { (words.renew_keep) }
            }
            p class="actions" { a href=(paths::family_access()) { (words.renew_back) } }
        }
    };
    let frame = Frame { current: NavItem::FamilyAccess, ..frame.clone() };
    frame_page(&frame, words.renew_ask, Width::Narrow, &main)
}
