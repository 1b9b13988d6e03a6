//! What narrows the queue: the filter, the views that are kept, the page of the export.

use maud::{Markup, html};
use uuid::Uuid;

use super::list::Queue;
use crate::domain::ids::AccountId;
use crate::domain::queue::View;
use crate::domain::queue::filter::{
    BadField, KeepFault, NOBODY, Shown, Typed, VIEW_NAME_LONGEST, WORDS_LONGEST,
};
use crate::domain::request::RequestKind;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::field;
use crate::views::paths;
use crate::views::words::{desk as w, queue as q};

/// A member of the team: the account, and a name that no other has.
pub type Colleague = (AccountId, String);

/// A view that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Which requests.
    pub shown: Shown,
}

/// The view that is to be kept.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Keep {
    /// The name as typed.
    pub name: String,
    /// Why it is not kept.
    pub fault: Option<KeepFault>,
}

/// The field of the filter that holds what will not do.
pub(super) fn field_of(bad: BadField) -> &'static str {
    match bad {
        BadField::Practice => "practice",
        BadField::FiledFrom => "filed_from",
        BadField::FiledTo => "filed_to",
        BadField::DueFrom => "due_from",
        BadField::DueTo => "due_to",
    }
}

/// The filter above the list.
pub(super) fn filter(model: &Queue) -> Markup {
    let shown = &model.shown;
    let is_on = !shown.filter.is_empty();
    html! {
        details class="filter" open[is_on] {
            summary { @if is_on { (q::FILTER_ON) } @else { (q::FILTER) } }
            form method="get" action=(paths::queue()) class="search" {
                (field::hidden("view", shown.view.word()))
                @if let Some(kind) = shown.kind { (field::hidden("kind", kind.word())) }
                (fields(&shown.filter, &model.owners, &model.bad_fields))
                button class="second" type="submit" { (q::SHOW) }
                @if is_on { p { a href=(paths::queue_of(&Shown { filter: Typed::default(), ..shown.clone() })) { (q::CLEAR) } } }
            }
        }
    }
}

fn fields(typed: &Typed, owners: &[Colleague], bad: &[BadField]) -> Markup {
    let words = u16::try_from(WORDS_LONGEST).unwrap_or(u16::MAX);
    let ids: Vec<(String, &str)> = owners.iter().map(|(id, name)| (id.to_string(), name.as_str())).collect();
    let mut choices = vec![("", q::ANYONE.to_owned()), (NOBODY, q::NOBODY.to_owned())];
    choices.extend(ids.iter().map(|(id, name)| (id.as_str(), (*name).to_owned())));
    let fault_of = |which| if bad.contains(&which) { q::bad_field(which) } else { String::new() };
    let day = |which: BadField, label: &str, value: &str| {
        let fault = fault_of(which);
        let name = field_of(which);
        field::Text {
            name,
            label,
            value,
            hint: q::DAY_HINT,
            fault: &fault,
            width: "w10",
            max: 10,
            ..Default::default()
        }
        .show()
    };
    html! {
        (field::choice("owner", q::OWNER, &typed.owner, &choices))
        (field::Text { name: "practice", label: q::PRACTICE, value: &typed.practice, fault: &fault_of(BadField::Practice), width: "w14", max: words, ..Default::default() }.show())
        (day(BadField::FiledFrom, q::FILED_FROM, &typed.filed_from))
        (day(BadField::FiledTo, q::FILED_TO, &typed.filed_to))
        (day(BadField::DueFrom, q::DUE_FROM, &typed.due_from))
        (day(BadField::DueTo, q::DUE_TO, &typed.due_to))
    }
}

/// What the page shows, as hidden fields of a form.
pub(super) fn carried(shown: &Shown) -> Markup {
    html! {
        (field::hidden("view", shown.view.word()))
        (field::hidden("kind", shown.kind.map_or("", RequestKind::word)))
        @for (name, value) in shown.filter.fields() { @if !value.is_empty() { (field::hidden(name, value)) } }
    }
}

/// The views that are kept, as links; below them, a form that keeps what is shown, and one for each that removes it.
pub(super) fn kept(frame: &Frame, model: &Queue) -> Markup {
    let fault = model.keep.fault.map(q::keep_fault).unwrap_or_default();
    let max = u16::try_from(VIEW_NAME_LONGEST).unwrap_or(u16::MAX);
    html! {
        @if !model.kept.is_empty() {
            nav aria-label=(q::KEPT) {
                p class="actions" {
                    @for view in &model.kept {
                        a class="wrap-any" href=(paths::queue_of(&view.shown)) aria-current=[(view.shown == model.shown).then_some("true")] { (view.name) }
                    }
                }
            }
        }
        details class="filter" open[model.keep.fault.is_some()] {
            summary { (q::KEEP_OR_REMOVE) }
            form method="post" action=(paths::queue_views()) class="search" {
                (field::token(frame))
                (carried(&model.shown))
                (field::Text { name: "name", label: q::KEEP_NAME, value: &model.keep.name, hint: q::KEEP_HINT, fault: &fault, width: "w20", max, ..Default::default() }.show())
                button class="second" type="submit" data-once { (q::KEEP) }
            }
            @for view in &model.kept {
                form method="post" action=(paths::remove_queue_view(view.id)) {
                    (field::token(frame))
                    (carried(&model.shown))
                    button class="second wrap-any" type="submit" data-once { (q::remove(&view.name)) }
                }
            }
        }
    }
}

/// The page from which the queue is exported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Export {
    /// Which requests, with the filter as typed.
    pub shown: Shown,
    /// What is wrong with the filter.
    pub bad_fields: Vec<BadField>,
    /// Whose requests can be looked for.
    pub owners: Vec<Colleague>,
}

/// The page from which the queue is exported; posts `view`, `kind` and the filter.
pub fn export_page(frame: &Frame, model: &Export) -> Markup {
    let Export { shown, bad_fields, owners } = model;
    let views: Vec<_> = View::ALL.iter().map(|v| (v.word(), w::view(*v).to_owned())).collect();
    let kinds = RequestKind::ALL.iter().map(|k| (k.word(), w::kind(*k).to_owned()));
    let kinds: Vec<_> = std::iter::once(("", w::ALL_KINDS.to_owned())).chain(kinds).collect();
    let faults: Vec<_> = bad_fields.iter().map(|bad| (field_of(*bad), q::bad_field(*bad))).collect();
    let main = html! {
        section class="panel" {
            h1 { (w::EXPORT) }
            (field::summary(&faults))
            p { (w::EXPORT_LEAD) }
            form method="post" action=(paths::queue_export()) {
                (field::token(frame))
                (field::choice("view", w::EXPORT_VIEW, shown.view.word(), &views))
                (field::choice("kind", w::KINDS, shown.kind.map_or("", RequestKind::word), &kinds))
                (fields(&shown.filter, owners, bad_fields))
                div class="actions" { button class="main" type="submit" { (w::DOWNLOAD) } a href=(paths::queue_of(shown)) { (w::BACK_TO_QUEUE) } }
            }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, w::EXPORT, Width::Narrow, &main)
}
