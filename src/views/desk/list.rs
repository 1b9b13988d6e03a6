//! The queue as a list, and the page from which it is exported.

use maud::{Markup, html};
use time::Date;

use super::narrowing::{self, Colleague, Keep, KeptView};
use super::several::{self, Several};
use crate::domain::calendar::Instant;
use crate::domain::ids::RequestId;
use crate::domain::queue::filter::{BadField, Deed, Shown, Tally};
use crate::domain::queue::{Due, View};
use crate::domain::request::{Ending, RequestKind};
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field, flag};
use crate::views::paths;
use crate::views::words::{self, desk as w, queue as q, verify};

/// The patient that a request is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Patient {
    /// As the hospital's record names them.
    Known(String),
    /// As typed; nobody was found.
    Typed(String),
    /// It is about no patient.
    None,
}

/// One request in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The request.
    pub id: RequestId,
    /// Its version.
    pub version: i64,
    /// What is asked for.
    pub kind: RequestKind,
    /// The patient it is about; empty for none.
    pub patient: Patient,
    /// Who asked; empty for somebody who gave no name.
    pub asked_by: String,
    /// The practice it is about; empty for none.
    pub practice: String,
    /// When it was filed.
    pub filed: Instant,
    /// The due day and how far it is away.
    pub due: Option<(Date, Due)>,
    /// Who has taken it; `true` for the viewer.
    pub owner: Option<(String, bool)>,
    /// How and when it ended.
    pub ended: Option<(Ending, Instant)>,
}

/// A page of the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Queue {
    /// Which requests, with the filter as typed.
    pub shown: Shown,
    /// What is wrong with the filter; nothing is listed then.
    pub bad_fields: Vec<BadField>,
    /// Whose requests can be looked for.
    pub owners: Vec<Colleague>,
    /// How many need action, are the viewer's, are overdue, and wait for the family.
    pub counts: [i64; 4],
    /// The day on which the next open one is due.
    pub next_due: Option<Date>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Where this page begins, as its URL has it; empty for the first.
    pub after: String,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether the viewer works on requests.
    pub handles: bool,
    /// What is done with several.
    pub several: Several,
    /// What came of it.
    pub done: Option<(Deed, Tally)>,
    /// The views that the viewer keeps.
    pub kept: Vec<KeptView>,
    /// The view that is to be kept.
    pub keep: Keep,
    /// How many confirmed PCPs are not in the hospital's chart yet.
    pub not_in_chart: i64,
}

impl Queue {
    fn count(&self, view: View) -> Option<i64> {
        let [open, mine, overdue, with_family] = self.counts;
        match view {
            View::NeedsAction => Some(open),
            View::Mine => Some(mine),
            View::Overdue => Some(overdue),
            View::WaitingOnFamily => Some(with_family),
            View::Closed => None,
        }
    }

    fn is_narrowed(&self) -> bool {
        self.shown.kind.is_some() || !self.shown.filter.is_empty()
    }

    /// The same filter with another view or kind.
    fn with(&self, view: View, kind: Option<RequestKind>) -> Shown {
        Shown { view, kind, filter: self.shown.filter.clone() }
    }

    fn faults(&self) -> Vec<(&'static str, String)> {
        let filter = self.bad_fields.iter().map(|bad| (narrowing::field_of(*bad), q::bad_field(*bad)));
        filter
            .chain(self.keep.fault.map(|fault| ("name", q::keep_fault(fault))))
            .chain(self.several.faults())
            .collect()
    }
}

/// The queue; the form posts `chosen` (`ID:VERSION`, once for each) with what the page shows, and `to`, or `template` and `note`.
pub fn page(frame: &Frame, model: &Queue) -> Markup {
    let count = model.count(model.shown.view).filter(|_| !model.is_narrowed());
    let main = html! {
        h1 { (w::QUEUE) }
        (field::summary(&model.faults()))
        @if model.not_in_chart > 0 {
            (parts::notice("warn", &html! { p { a href=(paths::not_in_chart()) { (verify::not_in_chart(model.not_in_chart)) } } }))
        }
        (narrowing::kept(frame, model))
        (tabs(model))
        @if let Some((deed, tally)) = model.done { (notice(frame, deed, tally, &model.several)) }
        section class="panel" aria-labelledby="list" {
            h2 id="list" { (w::list_heading(model.shown.view, count)) }
            (kinds(model))
            (narrowing::filter(model))
            @if model.rows.is_empty() {
                (parts::empty(&nothing(model)))
                div class="actions" { (links(model)) }
            } @else if model.handles {
                form method="post" action=(paths::queue_take()) {
                    (field::token(frame))
                    (narrowing::carried(&model.shown))
                    @if !model.after.is_empty() { (field::hidden("after", &model.after)) }
                    (table(frame, model, true))
                    div class="actions" {
                        @if model.shown.view != View::Closed { button class="second" type="submit" data-once { (w::TAKE) } }
                        (links(model))
                    }
                    (several::form(model))
                }
            } @else {
                (table(frame, model, false))
                div class="actions" { (links(model)) }
            }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, w::QUEUE, Width::Wide, &main)
}

/// Why nothing is listed.
fn nothing(model: &Queue) -> String {
    if !model.bad_fields.is_empty() {
        return q::NOT_LISTED.to_owned();
    }
    match model.shown.view {
        _ if !model.after.is_empty() => q::NO_MORE.to_owned(),
        _ if model.is_narrowed() => q::NONE_FITS.to_owned(),
        View::Closed => w::CLOSED_EMPTY.to_owned(),
        _ => w::all_clear(model.next_due),
    }
}

fn tabs(model: &Queue) -> Markup {
    html! {
        nav class="tabs" aria-label=(w::VIEWS) {
            ul {
                @for view in View::ALL {
                    li { a href=(paths::queue_of(&model.with(*view, model.shown.kind))) aria-current=[(*view == model.shown.view).then_some("page")] { (w::tab(*view, model.count(*view))) } }
                }
            }
        }
    }
}

fn kinds(model: &Queue) -> Markup {
    let (view, shown) = (model.shown.view, model.shown.kind);
    html! {
        nav aria-label=(w::KINDS) {
            p class="actions" {
                a href=(paths::queue_of(&model.with(view, None))) aria-current=[shown.is_none().then_some("true")] { (w::ALL_KINDS) }
                @for kind in RequestKind::ALL {
                    a href=(paths::queue_of(&model.with(view, Some(*kind)))) aria-current=[(shown == Some(*kind)).then_some("true")] { (w::kind(*kind)) }
                }
            }
        }
    }
}

fn notice(frame: &Frame, deed: Deed, tally: Tally, several: &Several) -> Markup {
    let kind = if tally.changed + tally.passed == 0 && tally.done > 0 { "info" } else { "warn" };
    let said = if tally == Tally::default() { w::CHOSE_NONE.to_owned() } else { q::done(deed, tally) };
    let taken = several.taken.iter().map(|(id, by, at)| {
        let at = at.map(|at| words::moment(at, frame.zone));
        q::taken_by(&w::short_id(id.0), by, at.as_deref())
    });
    parts::notice(kind, &html! { p role="status" { (said) } @for line in taken { p { (line) } } })
}

fn links(model: &Queue) -> Markup {
    html! {
        a href=(paths::queue_export_of(&model.shown)) { (w::EXPORT) }
        @if !model.after.is_empty() { a href=(paths::queue_of(&model.shown)) { (q::FIRST_PAGE) } }
        @if let Some(next) = &model.next { a href=(paths::queue_after(&model.shown, next)) { (words::MORE) } }
    }
}

fn table(frame: &Frame, model: &Queue, choose: bool) -> Markup {
    html! {
        table class="t stack" {
            thead { tr {
                @if choose { th scope="col" { (w::COL_CHOOSE) } }
                th scope="col" { (w::COL_REQUEST) } th scope="col" { (w::COL_PATIENT) } th scope="col" { (w::COL_ASKED_BY) } th scope="col" { (w::COL_DUE) }
                th scope="col" { (w::COL_STATUS) } th scope="col" { (w::COL_OWNER) }
            } }
            tbody { @for row in &model.rows { (line(frame, row, choose.then_some(&model.several))) } }
        }
    }
}

fn line(frame: &Frame, row: &Row, choose: Option<&Several>) -> Markup {
    let short = w::short_id(row.id.0);
    let chosen = format!("{}:{}", row.id, row.version);
    html! {
        tr {
            @if let Some(several) = choose {
                td data-l=(w::COL_CHOOSE) { input type="checkbox" name="chosen" value=(chosen) checked[several.ticks(row)] aria-label=(w::choose(&short)); }
            }
            th scope="row" { a href=(paths::queued(row.id)) { (short) } span class="sub" { (w::kind(row.kind)) } }
            td data-l=(w::COL_PATIENT) class="wrap-any" {
                @match &row.patient {
                    Patient::Known(name) => (name),
                    Patient::Typed(typed) => { (typed) span class="sub" { (w::TYPED) } },
                    Patient::None => (words::NONE_SIGN),
                }
            }
            td data-l=(w::COL_ASKED_BY) {
                @if row.asked_by.is_empty() { (w::nobody_known(row.kind)) } @else { (row.asked_by) }
                @if !row.practice.is_empty() { span class="sub" { (row.practice) } }
            }
            td data-l=(w::COL_DUE) {
                @if let Some((day, due)) = row.due { (parts::date(day)) " " @if row.ended.is_none() { (super::due(due)) } }
                span class="sub" { (w::ASKED) " " (parts::moment(row.filed, frame.zone)) }
            }
            td data-l=(w::COL_STATUS) {
                @match row.ended {
                    Some((ending, at)) => { (flag::tag("ok", w::ending_of(row.kind, ending))) " " (parts::day(at, frame.zone)) }
                    None => @if row.owner.is_some() { (w::TAKEN) } @else { (w::NEW) }
                }
            }
            td data-l=(w::COL_OWNER) {
                @match &row.owner { Some((_, true)) => (w::YOU), Some((name, false)) => (name), None => (words::NONE_SIGN) }
            }
        }
    }
}

/// The rows as a table for a spreadsheet (RFC 4180, with a heading); no cell begins as a formula would.
pub fn csv(frame: &Frame, rows: &[Row]) -> String {
    let heading = [
        w::COL_REQUEST,
        w::KINDS,
        w::COL_PATIENT,
        w::COL_ASKED_BY,
        w::PRACTICE,
        w::ASKED,
        w::COL_DUE,
        w::COL_STATUS,
        w::COL_OWNER,
    ];
    let mut text = csv_line(&heading.map(str::to_owned));
    for row in rows {
        let status = match row.ended {
            Some((ending, _)) => w::ending_of(row.kind, ending),
            None if row.owner.is_some() => w::TAKEN,
            None => w::NEW,
        };
        text.push_str(&csv_line(&[
            w::short_id(row.id.0),
            w::kind(row.kind).to_owned(),
            match &row.patient {
                Patient::Known(name) => name.clone(),
                Patient::Typed(typed) => w::patient_typed(typed),
                Patient::None => String::new(),
            },
            row.asked_by.clone(),
            row.practice.clone(),
            words::moment(row.filed, frame.zone),
            row.due.map(|(day, _)| words::date(day)).unwrap_or_default(),
            status.to_owned(),
            row.owner.as_ref().map(|(name, _)| name.clone()).unwrap_or_default(),
        ]));
    }
    text
}

/// One line of a table for a spreadsheet.
pub(in crate::views) fn csv_line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell in quotes. A spreadsheet takes one that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, so an
/// apostrophe is put before it.
fn csv_cell(text: &str) -> String {
    let formula = text
        .trim_start_matches(' ')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn no_cell_of_the_table_begins_as_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1"] {
            assert!(csv_cell(text).starts_with("\"'"), "{text:?}");
        }
        assert_eq!(csv_cell("O'Brien, \"Jo\""), "\"O'Brien, \"\"Jo\"\"\"");
    }
}
