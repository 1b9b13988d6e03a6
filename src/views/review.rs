//! The review of a sponsor's staff (page P17): keep or remove, saved or completed with a signature; what happens next, and when.

mod ended;

pub use ended::{Completed, Hindered, How, Nothing, completed_page, hindered_page, nothing_page};

use maud::{Markup, html};
use time::Date;

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field, flag};
use super::staff::{duties_list, signature};
use super::words::{review as w, staff};
use super::{paths, words};
use crate::domain::calendar::Instant;
use crate::domain::chart::age::age;
use crate::domain::ids::FactId;
use crate::domain::people::Job;
use crate::domain::validation::Choice;

/// A review that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// The cycle it belongs to, by its opening date.
    pub cycle: Date,
    /// From when the sponsor is locked unless it is completed; past for one who is locked.
    pub due: Instant,
    /// The normal due instant, when the access team has moved it.
    pub moved_from: Option<Instant>,
    /// When the sponsor's last review was completed.
    pub last_review: Option<Instant>,
    /// Who needs a choice.
    pub rows: Vec<Row>,
    /// Who needs none: sponsored since the opening.
    pub attested: Vec<Attested>,
    /// The members of each practice in which the sponsor has staff.
    pub practices: Vec<Members>,
    /// When choices were last saved.
    pub saved_at: Option<Instant>,
    /// The viewer's name, as the signature must be.
    pub name: String,
    /// Whether the viewer has accepted the duties of a sponsor.
    pub is_registered: bool,
    /// The signature, as typed.
    pub signature: String,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// What was just done, or not.
    pub notice: Option<Notice>,
}

impl Review {
    fn is_overdue(&self, frame: &Frame) -> bool {
        self.due <= frame.now
    }
}

/// Somebody who needs a choice, with the evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The sponsorship.
    pub id: FactId,
    /// Given and family name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Job.
    pub job: Option<Job>,
    /// The practice.
    pub practice: String,
    /// Since when sponsored.
    pub since: Instant,
    /// The last sign-in.
    pub last_sign_in: Option<Instant>,
    /// Charts opened since the last review.
    pub charts: i64,
    /// When mail to the address was refused.
    pub bounced: Option<Instant>,
    /// The choice, saved or just sent.
    pub choice: Option<Choice>,
}

/// Somebody who needs no choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attested {
    /// Given and family name.
    pub name: String,
    /// Job.
    pub job: Option<Job>,
    /// The practice.
    pub practice: String,
    /// Since when sponsored.
    pub since: Instant,
}

/// The members of a practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Members {
    /// The practice.
    pub practice: String,
    /// Their names.
    pub names: Vec<String>,
}

/// What is wrong with a review that was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No choice for this sponsorship.
    ChoiceMissing(FactId),
    /// No signature.
    NameMissing,
    /// The signature is another name.
    NameMismatch,
}

/// What was just done, or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The choices were saved.
    Saved,
    /// The list changed while the page was open: names added, names that ended.
    Changed {
        /// Who is new on the list.
        added: Vec<String>,
        /// Who is no longer on it.
        ended: Vec<String>,
    },
}

/// The id of the first choice of a row, where a fault leads.
fn row_id(id: FactId) -> String {
    format!("row-{id}")
}

/// A page of this family: under "Staff", but for a sponsor who is locked and has no navigation.
fn shown(frame: &Frame, title: &str, width: Width, main: &Markup) -> Markup {
    let current = if frame.current == NavItem::Locked { NavItem::Locked } else { NavItem::Staff };
    frame_page(&Frame { current, ..frame.clone() }, title, width, main)
}

/// A review that is open; posts `shown` (a sponsorship id, once for each row), `row-ID` with the word of a [`Choice`] for each row
/// that has one, `name` (the signature), and `step`: `complete` or `save`.
pub fn page(frame: &Frame, model: &Review) -> Markup {
    let title = w::title(model.cycle);
    let faults: Vec<(String, String)> = model.faults.iter().map(|f| listed(model, *f)).collect();
    let faults: Vec<(&str, String)> = faults.iter().map(|(at, words)| (at.as_str(), words.clone())).collect();
    let main = html! {
        h1 { (title) }
        (field::summary(&faults))
        @if let Some(notice) = &model.notice { (said(notice)) }
        (when(frame, model))
        form method="post" action=(paths::review()) {
            (field::token(frame))
            (parts::panel("people", &html! { (w::PEOPLE) @if !model.rows.is_empty() { span class="of" { (progress(model)) } } }, &people(frame, model)))
            @if !model.attested.is_empty() { (parts::panel("attested", &html! { (w::ATTESTED) }, &attested(frame, &model.attested))) }
            @if !model.practices.is_empty() { (parts::panel("members", &html! { (w::MEMBERS) }, &members(&model.practices))) }
            (sign(model))
        }
    };
    shown(frame, &title, Width::Wide, &main)
}

fn listed(model: &Review, fault: Fault) -> (String, String) {
    match fault {
        Fault::ChoiceMissing(id) => {
            let name = model.rows.iter().find(|r| r.id == id).map_or("", |r| r.name.as_str());
            (row_id(id), w::choice_missing(name))
        }
        Fault::NameMissing => ("name".to_owned(), w::NAME_MISSING.to_owned()),
        Fault::NameMismatch => ("name".to_owned(), w::NAME_MISMATCH.to_owned()),
    }
}

fn progress(model: &Review) -> String {
    w::answered(model.rows.iter().filter(|r| r.choice.is_some()).count(), model.rows.len())
}

fn said(notice: &Notice) -> Markup {
    let names = |words: &str, names: &[String]| html! { @if !names.is_empty() { p { (words) " " strong { (names.join(", ")) } } } };
    match notice {
        Notice::Saved => parts::notice("info", &html! { p role="status" { (w::SAVED_WORDS) } }),
        Notice::Changed { added, ended } => parts::notice(
            "warn",
            &html! {
                p role="alert" { strong { (w::CHANGED) } }
                (names(w::CHANGED_ADDED, added))
                (names(w::CHANGED_ENDED, ended))
                p { (w::CHANGED_NEXT) }
            },
        ),
    }
}

fn when(frame: &Frame, model: &Review) -> Markup {
    let zone = frame.zone;
    if model.is_overdue(frame) {
        return parts::notice(
            "stop",
            &html! { p { strong { (w::overdue(model.due, zone)) } } p { (w::LATE) } },
        );
    }
    let [open, then] = w::due(model.due, zone);
    parts::notice(
        "info",
        &html! {
            p { strong { (open) } " " (then) }
            @if let Some(normal) = model.moved_from { p { (w::extended(normal, zone)) } }
        },
    )
}

fn people(frame: &Frame, model: &Review) -> Markup {
    if model.rows.is_empty() {
        return parts::empty(w::PEOPLE_NONE);
    }
    html! {
        p { (w::LEAD) }
        p class="quiet" {
            (w::charts_since(model.last_review, frame.zone))
            @if let Some(at) = model.saved_at { " " (w::saved_at(at, frame.zone)) }
        }
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_PERSON) } th scope="col" { (w::COL_SIGN_IN) } th scope="col" { (w::COL_CHARTS) }
                th scope="col" { (w::COL_SINCE) } th scope="col" { (w::COL_CHOICE) }
            } }
            tbody { @for row in &model.rows { (line(frame, row, model.faults.contains(&Fault::ChoiceMissing(row.id)))) } }
        }
    }
}

fn line(frame: &Frame, row: &Row, is_missing: bool) -> Markup {
    let zone = frame.zone;
    let age = age(zone.date(row.since), zone.date(frame.now));
    html! {
        tr {
            th scope="row" {
                (row.name)
                span class="sub wrap-any" { (row.email) }
                span class="sub" { @if let Some(job) = row.job { (staff::job(job)) ", " } (row.practice) }
            }
            td data-l=(w::COL_SIGN_IN) {
                @match row.last_sign_in { Some(at) => (parts::moment(at, zone)), None => (w::NEVER) }
                @if row.bounced.is_some() { " " (flag::tag("warn", w::BOUNCED)) }
            }
            td data-l=(w::COL_CHARTS) { (row.charts) }
            td data-l=(w::COL_SINCE) { (parts::day(row.since, zone)) " " span class="nw" { "(" (words::age(age)) ")" } }
            td data-l=(w::COL_CHOICE) { (choice(row, is_missing)) }
        }
    }
}

fn choice(row: &Row, is_missing: bool) -> Markup {
    let first = row_id(row.id);
    let fault = w::choice_missing(&row.name);
    let fault = if is_missing { fault.as_str() } else { "" };
    html! {
        (field::hidden("shown", &row.id.to_string()))
        fieldset class={ "keep" @if is_missing { " wrong" } } aria-describedby=[field::described_by(&first, "", fault)] {
            legend class="vh" { (row.name) }
            (field::hint_and_fault(&first, "", fault))
            @for (of, words) in [(Choice::Keep, w::KEEP), (Choice::Remove, w::REMOVE)] {
                @let id = if of == Choice::Keep { first.clone() } else { format!("{first}-{of}") };
                span class="pick" {
                    input id=(id) type="radio" name=(first) value=(of) checked[row.choice == Some(of)];
                    label for=(id) { (words) }
                }
            }
        }
    }
}

fn attested(frame: &Frame, people: &[Attested]) -> Markup {
    html! {
        p { (w::ATTESTED_HOW) }
        ul class="lines" {
            @for one in people {
                li {
                    strong { (one.name) } ", " @if let Some(job) = one.job { (staff::job(job)) ", " } (one.practice)
                    " · " (w::COL_SINCE) " " (parts::moment(one.since, frame.zone))
                }
            }
        }
    }
}

fn members(practices: &[Members]) -> Markup {
    html! {
        p { (w::MEMBERS_HOW) " " a href=(paths::help()) { (w::REPORT) } "." }
        dl class="facts" {
            @for of in practices { div { dt { (of.practice) } dd { (of.names.join(", ")) } } }
        }
    }
}

fn sign(model: &Review) -> Markup {
    let fault = model.faults.iter().find_map(|f| match f {
        Fault::NameMissing => Some(w::NAME_MISSING),
        Fault::NameMismatch => Some(w::NAME_MISMATCH),
        Fault::ChoiceMissing(_) => None,
    });
    html! {
        section class="panel" aria-label=(w::SIGN) {
            @if !model.rows.is_empty() {
                @if !model.is_registered { p { (w::SIGN_DUTIES) } (duties_list()) }
                (signature(&model.name, &model.signature, fault.unwrap_or("")))
                p { (w::COMPLETE_NEXT) }
            }
            div class="actions" {
                button class="main" type="submit" name="step" value="complete" data-once { (w::COMPLETE) }
                @if !model.rows.is_empty() { button class="second" type="submit" name="step" value="save" { (w::SAVE) } }
            }
        }
    }
}

/// An open review, for other pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Banner {
    /// From when the sponsor is locked unless it is completed.
    pub due: Instant,
    /// How many people wait for a choice.
    pub people: usize,
}

/// Days left of an open review, and the link to it; from the first day on. Whoever is overdue is locked and sees no other page.
pub fn banner(frame: &Frame, model: &Banner) -> Markup {
    let zone = frame.zone;
    let days = (zone.date(model.due) - zone.date(frame.now)).whole_days();
    parts::notice(
        "warn",
        &html! {
            p { strong { (w::days_left(days)) } " " (w::waiting(model.people, model.due, zone)) }
            p { a href=(paths::review()) { (w::REVIEW_NOW) } }
        },
    )
}
