//! Who was confirmed as PCP and is not in the hospital's chart yet, for whoever enters it there (page P19).

use maud::{Markup, html};

use super::patient::{Current, named};
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{self, desk as d, verify as w};

/// Where one stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The hospital has listed these since.
    Conflict(Vec<Current>),
    /// The chart lists whoever was confirmed, beside whom the decision ended.
    Listed,
    /// Whoever was confirmed is PCP no more since then.
    Over(Instant),
    /// The chart can only be read from here.
    ByHand,
    /// The hospital's system did not take it, then.
    Refused(Instant),
    /// The hospital's system could not be asked, then.
    Down(Instant),
    /// It is told next.
    Next,
}

/// A confirmed PCP who is not in the chart yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The request that was confirmed.
    pub request: RequestId,
    /// The patient, as the record names them.
    pub patient: String,
    /// Their MRN; empty for none.
    pub mrn: String,
    /// The provider and the practice that were confirmed; one of them may be empty.
    pub whom: (String, String),
    /// When.
    pub made_at: Instant,
    /// Where it stands.
    pub standing: Standing,
    /// Whom the decision ended: they leave the chart.
    pub ended: Vec<(String, String)>,
}

/// A page of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotInChart {
    /// The oldest first.
    pub entries: Vec<Entry>,
    /// Whether this is not the first page.
    pub is_later: bool,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether the viewer may say that it was done in the chart.
    pub handles: bool,
}

/// The page; each form posts `back`, so that the answer leads here again.
pub fn page(frame: &Frame, model: &NotInChart) -> Markup {
    let main = html! {
        p class="back" { a href=(paths::queue()) { (d::BACK_TO_QUEUE) } }
        h1 { (w::NOT_IN_CHART) }
        section class="panel" aria-labelledby="list" {
            h2 id="list" { (w::NOT_IN_CHART_LIST) }
            @if model.entries.is_empty() { (parts::empty(if model.is_later { w::NOT_IN_CHART_NO_MORE } else { w::NOT_IN_CHART_NONE })) }
            @else {
                p class="quiet" { (w::NOT_IN_CHART_LEAD) }
                table class="t stack" {
                    thead { tr {
                        th scope="col" { (d::COL_REQUEST) } th scope="col" { (d::COL_PATIENT) } th scope="col" { (w::NEW_PCP) } th scope="col" { (w::COL_WAITS) }
                        th scope="col" { (w::COL_WHY) } @if model.handles { th scope="col" { (w::COL_DONE) } }
                    } }
                    tbody { @for entry in &model.entries { (line(frame, entry, model.handles)) } }
                }
            }
            @if model.is_later || model.next.is_some() {
                div class="actions" {
                    @if model.is_later { a href=(paths::not_in_chart()) { (words::queue::FIRST_PAGE) } }
                    @if let Some(next) = &model.next { a href=(paths::not_in_chart_after(next)) { (words::MORE) } }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, w::NOT_IN_CHART, Width::Wide, &main)
}

fn line(frame: &Frame, entry: &Entry, handles: bool) -> Markup {
    let short = d::short_id(entry.request.0);
    let (provider, practice) = &entry.whom;
    html! {
        tr {
            th scope="row" class="nw" { a href=(paths::queued(entry.request)) { (short) } }
            td data-l=(d::COL_PATIENT) class="wrap-any" {
                (entry.patient)
                @if !entry.mrn.is_empty() { span class="sub" { (w::MRN) " " (parts::mrn(&entry.mrn)) } }
            }
            td data-l=(w::NEW_PCP) {
                @if provider.is_empty() { (practice) }
                @else { (provider) @if !practice.is_empty() { span class="sub" { (practice) } } }
            }
            td data-l=(w::COL_WAITS) {
                (w::waited(frame.now.seconds_since(entry.made_at)))
                span class="sub" { (parts::moment(entry.made_at, frame.zone)) }
            }
            td data-l=(w::COL_WHY) { (why(frame, &entry.standing)) (take_out(&entry.ended)) }
            @if handles {
                td data-l=(w::COL_DONE) {
                    form method="post" action=(paths::in_chart(entry.request)) {
                        (field::token(frame))
                        (field::hidden("back", "list"))
                        button class="second" type="submit" aria-label=(w::in_chart_of(&short)) data-once { (w::IN_CHART) }
                    }
                }
            }
        }
    }
}

/// Whom somebody takes out of the chart.
pub(super) fn take_out(ended: &[(String, String)]) -> Markup {
    let names: Vec<String> = ended.iter().map(named).collect();
    html! { @if !names.is_empty() { div { (w::take_out(&names.join("; "))) } } }
}

/// What is in the way.
pub(super) fn why(frame: &Frame, standing: &Standing) -> Markup {
    match standing {
        Standing::Conflict(since) => html! {
            (flag::tag("stop", w::CONFLICT)) " " (w::CONFLICT_HOW)
            @for current in since { div { (current.show()) } }
        },
        Standing::Listed => html! { (w::WHY_LISTED) },
        Standing::Over(at) => html! { (w::why_over(&words::moment(*at, frame.zone))) },
        Standing::ByHand => html! { (w::WHY_BY_HAND) },
        Standing::Refused(at) => html! { (w::why_refused(&words::moment(*at, frame.zone))) },
        Standing::Down(at) => html! { (w::why_down(&words::moment(*at, frame.zone))) },
        Standing::Next => html! { (w::WHY_NEXT) },
    }
}
