//! Merging two rows of one person among the providers: found, compared with whose access changes, merged, undone.

use maud::{Markup, html};
use uuid::Uuid;

use crate::domain::calendar::Instant;
use crate::domain::ids::ProviderId;
use crate::domain::provider_merge::Hindrance;
use crate::domain::queue::Bar;
use crate::domain::request::REASON_LONGEST;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{desk as d, providers as w};

/// A provider as the page names one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Provider {
    /// The row.
    pub id: ProviderId,
    /// Given and family name.
    pub name: String,
    /// The NPI; empty for none.
    pub npi: String,
    /// The specialty; empty when not recorded.
    pub specialty: String,
    /// The addresses of the accounts.
    pub accounts: Vec<String>,
}

/// A merge in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The merge.
    pub id: Uuid,
    /// Who goes.
    pub from: Provider,
    /// Who stays.
    pub into: Provider,
    /// Since when.
    pub made: Instant,
    /// Until when, once it is undone.
    pub undone: Option<Instant>,
}

/// The page that finds two providers, and the merges made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Finding {
    /// Who goes, as typed.
    pub from: String,
    /// Whether nobody was found for it.
    pub from_unknown: bool,
    /// Who stays, as typed.
    pub into: String,
    /// Whether nobody was found for it.
    pub into_unknown: bool,
    /// The merges.
    pub lines: Vec<Line>,
}

/// Finds two providers; posts `from` and `into`.
pub fn find_page(frame: &Frame, model: &Finding) -> Markup {
    let fault = |unknown: bool| if unknown { w::NOBODY } else { "" };
    let mut faults = Vec::new();
    for (name, unknown) in [("from", model.from_unknown), ("into", model.into_unknown)] {
        if unknown {
            faults.push((name, w::NOBODY.to_owned()));
        }
    }
    let main = html! {
        section class="panel" {
            h1 { (w::TITLE) }
            p { (w::LEAD) }
            (field::summary(&faults))
            form method="post" action=(paths::providers()) {
                (field::token(frame))
                (field::Text { name: "from", label: w::FROM, hint: w::FROM_HINT, value: &model.from, fault: fault(model.from_unknown), max: 254, ..Default::default() }.show())
                (field::Text { name: "into", label: w::INTO, value: &model.into, fault: fault(model.into_unknown), max: 254, ..Default::default() }.show())
                (field::submit(w::FIND))
            }
        }
        (parts::panel("made", &html! { (w::MADE) }, &html! {
            @if model.lines.is_empty() { (parts::empty(w::NONE)) } @else { (table(frame, &model.lines)) }
        }))
    };
    shown(frame, w::TITLE, &main)
}

fn table(frame: &Frame, lines: &[Line]) -> Markup {
    let who = |one: &Provider| html! { (one.name) span class="sub" { @if one.npi.is_empty() { (w::NPI_NONE) } @else { (one.npi) } } };
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_FROM) } th scope="col" { (w::COL_INTO) } th scope="col" { (w::COL_WHEN) } th scope="col" { (w::COL_STATE) } } }
            tbody {
                @for line in lines {
                    tr {
                        th scope="row" { (who(&line.from)) }
                        td data-l=(w::COL_INTO) { (who(&line.into)) }
                        td data-l=(w::COL_WHEN) { (parts::moment(line.made, frame.zone)) }
                        td data-l=(w::COL_STATE) {
                            @match line.undone { Some(_) => (flag::tag("info", w::UNDONE)), None => (flag::tag("ok", w::HOLDS)) }
                            " " a href=(paths::provider_merge(line.id)) { (w::OPEN) span class="vh" { " " (line.from.name) } }
                        }
                    }
                }
            }
        }
    }
}

/// Somebody whose access would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Patients no longer seen.
    pub lost: usize,
    /// Patients newly seen.
    pub gained: usize,
}

/// A merge that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// The merge.
    pub id: Uuid,
    /// Since when.
    pub at: Instant,
    /// Who made it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until when, once it is undone.
    pub undone: Option<Instant>,
}

/// Two providers before they are merged, or a merge before it is undone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// Who goes.
    pub from: Provider,
    /// Who stays.
    pub into: Provider,
    /// Whose access would change.
    pub shifts: Vec<Shift>,
    /// The merge, when there is one.
    pub made: Option<Made>,
    /// What stands in the way.
    pub hindrance: Option<Hindrance>,
    /// What keeps the viewer from it.
    pub bar: Option<Bar>,
    /// The reason as typed.
    pub reason: String,
}

/// Compares two providers; posts `from`, `into` (ids) and `reason` to merge, nothing to undo.
pub fn pair_page(frame: &Frame, model: &Pair) -> Markup {
    let is_wrong = model.hindrance == Some(Hindrance::Reason);
    let faults = if is_wrong { vec![("reason", w::REASON_WRONG.to_owned())] } else { Vec::new() };
    let hindered = model.hindrance.filter(|_| !is_wrong);
    let may = model.bar.is_none() && hindered.is_none();
    let is_over = model.made.as_ref().is_some_and(|made| made.undone.is_some());
    let main = html! {
        p class="back" { a href=(paths::providers()) { (w::BACK) } }
        h1 { (w::TITLE) }
        (field::summary(&faults))
        @if let Some(hindrance) = hindered { (parts::notice(if is_over { "info" } else { "stop" }, &html! { p { (w::hindrance(hindrance)) } })) }
        (parts::panel("pair", &html! { (w::PAIR) }, &html! { (both(model)) @if let Some(made) = &model.made { (dates(frame, made)) } }))
        @if let Some(bar) = model.bar { (parts::notice("info", &html! { p { (d::bar(bar)) } })) }
        @if hindered.is_none() {
            @if let Some(made) = &model.made {
                (parts::panel("if-undone", &html! { (w::IF_UNDONE) }, &html! {
                    (shifts(&model.shifts))
                    @if may {
                        form method="post" action=(paths::undo_provider_merge(made.id)) {
                            (field::token(frame))
                            (field::submit(w::UNDO))
                        }
                    }
                }))
            } @else {
                (parts::panel("if-merged", &html! { (w::IF_MERGED) }, &html! {
                    (shifts(&model.shifts))
                    @if may { (form(frame, model, if is_wrong { w::REASON_WRONG } else { "" })) }
                }))
            }
        }
    };
    shown(frame, w::TITLE, &main)
}

fn both(model: &Pair) -> Markup {
    let or = |text: &str, none: &'static str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    let accounts = |one: &Provider| or(&one.accounts.join(", "), w::ACCOUNTS_NONE);
    let (a, b) = (&model.from, &model.into);
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::WHAT) } th scope="col" { (w::COL_FROM) } th scope="col" { (w::COL_INTO) } } }
            tbody {
                @for (what, one, other) in [
                    (w::NAME, a.name.clone(), b.name.clone()),
                    (w::NPI, or(&a.npi, w::NPI_NONE), or(&b.npi, w::NPI_NONE)),
                    (w::SPECIALTY, a.specialty.clone(), b.specialty.clone()),
                    (w::ACCOUNTS, accounts(a), accounts(b)),
                ] {
                    tr {
                        th scope="row" { (what) }
                        td data-l=(w::COL_FROM) class="wrap-any" { (one) }
                        td data-l=(w::COL_INTO) class="wrap-any" { (other) }
                    }
                }
            }
        }
    }
}

fn dates(frame: &Frame, made: &Made) -> Markup {
    html! {
        dl class="facts" {
            div { dt { (w::COL_WHEN) } dd { (parts::moment(made.at, frame.zone)) " " (w::BY) " " (made.by) } }
            div { dt { (w::WHY) } dd class="wrap-any" { (made.reason) } }
            @if let Some(at) = made.undone { div { dt { (w::UNDONE) } dd { (parts::moment(at, frame.zone)) } } }
        }
    }
}

fn form(frame: &Frame, model: &Pair, fault: &str) -> Markup {
    html! {
        form method="post" action=(paths::merge_providers()) {
            (field::token(frame))
            (field::hidden("from", &model.from.id.to_string()))
            (field::hidden("into", &model.into.id.to_string()))
            (field::Area { name: "reason", label: w::REASON, value: &model.reason, hint: w::REASON_HINT, fault, max: REASON_LONGEST }.show())
            (field::submit(w::MERGE))
        }
    }
}

fn shifts(all: &[Shift]) -> Markup {
    html! {
        @if all.is_empty() { (parts::empty(w::NOBODY_CHANGES)) }
        @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_WHO) } th scope="col" { (w::COL_LOST) } th scope="col" { (w::COL_GAINED) } } }
                tbody {
                    @for one in all {
                        tr {
                            th scope="row" { (one.name) span class="sub wrap-any" { (one.email) } }
                            td data-l=(w::COL_LOST) { (one.lost) }
                            td data-l=(w::COL_GAINED) { (one.gained) }
                        }
                    }
                }
            }
        }
    }
}

fn shown(frame: &Frame, title: &str, main: &Markup) -> Markup {
    let frame = Frame { current: NavItem::Accounts, ..frame.clone() };
    frame_page(&frame, title, Width::Wide, main)
}
