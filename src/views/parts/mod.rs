//! The pieces pages are made of: dates, flags, fields, tables, charts.

pub mod chart;
pub mod field;
pub mod flag;
pub mod growth;
pub(in crate::views) mod typeface;

use maud::{Markup, html};
use time::Date;

use super::words as w;
use crate::domain::calendar::{Instant, Zone, iso_date};
use crate::domain::chart::ChartItem;
use crate::domain::chart::dated::Known;

/// A civil date, `14-Mar-2019`, never wrapped.
pub fn date(date: Date) -> Markup {
    html! { time class="nw" datetime=(iso_date(date)) { (w::date(date)) } }
}

/// An instant in hospital time with the zone, `19-Nov-2026 08:12 EST`; neither the date nor the time is ever wrapped.
pub fn moment(at: Instant, zone: Zone) -> Markup {
    let day = w::date(zone.date(at));
    html! { time datetime=(at.rfc3339()) { span class="nw" { (day) } " " span class="nw" { (w::clock(at, zone)) } } }
}

/// The civil date of an instant in hospital time.
pub fn day(at: Instant, zone: Zone) -> Markup {
    date(zone.date(at))
}

/// A civil date, with no more of it than is known.
pub fn dated(day: Date, known: Known) -> Markup {
    let whole = iso_date(day);
    let shown = match known {
        Known::Day => return date(day),
        Known::Month => whole.get(..7),
        Known::Year => whole.get(..4),
    };
    html! { time class="nw" datetime=[shown] { (w::dated(day, known)) } }
}

/// When an item was collected, given or written: with the time where the source has it.
pub fn when(item: &ChartItem, zone: Zone) -> Markup {
    match item.at {
        Some(at) if item.date_only => dated(zone.date(at), item.dated.at),
        Some(at) => moment(at, zone),
        None => html! { span class="quiet" { (w::NO_DATE) } },
    }
}

/// A phone number, never wrapped.
pub fn phone(number: &str) -> Markup {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    html! { a class="nw" href={ "tel:" (digits) } { (number) } }
}

/// An MRN, never wrapped.
pub fn mrn(mrn: &str) -> Markup {
    html! { span class="nw" { (mrn) } }
}

/// A patient's name as clinicians write it: `RIVERA, Mateo`. Never cut.
pub fn name(family: &str, given: &str) -> String {
    format!("{}, {given}", family.to_uppercase())
}

/// A panel with an `h2`; `id` names the heading.
pub fn panel(id: &str, heading: &Markup, body: &Markup) -> Markup {
    html! { section class="panel" aria-labelledby=(id) { h2 id=(id) { (heading) } (body) } }
}

/// A quiet line that says why there is nothing to show.
pub fn empty(words: &str) -> Markup {
    html! { p class="empty" { (words) } }
}

/// A call-out of one kind (`info`, `warn`, `stop`).
pub fn notice(kind: &str, body: &Markup) -> Markup {
    html! { div class={ "notice " (kind) } { (body) } }
}
