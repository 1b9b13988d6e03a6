//! The page before a request about a patient is approved: which listings end, or what is given.

use maud::{Markup, html};

use super::Changed;
use super::patient::{self, Current, Person, Verified};
use super::verify::radios;
use crate::domain::chart::Section;
use crate::domain::grant::Lasting;
use crate::domain::ids::RequestId;
use crate::domain::queue::Obstacle;
use crate::views::layout::{Frame, NavItem, Width, page as frame_page};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{desk as d, rules, verify as w};

/// What becomes of a listing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It ends now.
    Ends,
    /// It stays.
    Stays,
}

impl Fate {
    /// The word that the form posts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ends => "ends",
            Self::Stays => "stays",
        }
    }

    /// What `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ends, Self::Stays].into_iter().find(|fate| fate.word() == word)
    }
}

/// What is about to be approved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// A new PCP: who is listed now, what becomes of each, and who is to be listed.
    Listing(Vec<(Current, Option<Fate>)>, String),
    /// Access for a while.
    Access(Access),
}

/// What is given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Access {
    /// For how long.
    pub lasting: Option<Lasting>,
    /// The sections ticked.
    pub sections: Vec<Section>,
    /// Whether items marked sensitive were named.
    pub marked: bool,
    /// Whether 42 CFR Part 2 records were named.
    pub part2: bool,
}

/// The page before a request about a patient is approved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirm {
    /// The request.
    pub id: RequestId,
    /// Its version.
    pub version: i64,
    /// Who asked.
    pub asked_by: String,
    /// The patient.
    pub person: Option<Person>,
    /// The checklist, once it is complete.
    pub verified: Option<Verified>,
    /// What is approved.
    pub what: What,
    /// Whether something was left unsaid.
    pub incomplete: bool,
    /// What stands in the way.
    pub obstacle: Option<Obstacle>,
    /// Somebody changed it while this page was open.
    pub changed: Option<Changed>,
}

/// The page before a request about a patient is approved; posts `version`, and `listing-ID` (`ends` or `stays`), or `lasting`,
/// `section` (once for each), `marked` and `part2`.
pub fn page(frame: &Frame, model: &Confirm) -> Markup {
    let (button, first, fault) = match &model.what {
        What::Listing(current, _) => {
            let first = current.first().map_or(String::new(), |(listing, _)| name_of(listing));
            (w::CONFIRM_PCP, first, w::CHOICE_MISSING)
        }
        What::Access(_) => (w::CONFIRM_ACCESS, "lasting".to_owned(), w::LASTING_MISSING),
    };
    let title = format!("{button} {}", d::short_id(model.id.0));
    let faults = if model.incomplete { vec![(first.as_str(), fault.to_owned())] } else { Vec::new() };
    let main = html! {
        section class="panel" {
            h1 { (title) }
            (field::summary(&faults))
            @if let Some(changed) = &model.changed { (super::changed(frame, changed, &paths::queued(model.id))) }
            @if let Some(obstacle) = model.obstacle { (parts::notice("stop", &html! { p role="alert" { (d::obstacle(obstacle)) } })) }
            @if let Some(person) = &model.person { (patient::banner(person)) }
            (patient::verified(frame, model.verified.as_ref()))
            p { (d::COL_ASKED_BY) " " strong { (model.asked_by) } }
            @if model.verified.is_none() {
                p { a class="button" href=(paths::call(model.id)) { (w::CALL_TITLE) } }
            } @else {
                form method="post" action=(paths::confirm(model.id)) {
                    (field::token(frame))
                    (field::hidden("version", &model.version.to_string()))
                    @match &model.what {
                        What::Listing(current, requested) => (listings(current, requested, model.incomplete)),
                        What::Access(access) => (given(access, model.incomplete)),
                    }
                    p { (w::CONFIRM_LEAD) }
                    p class="quiet" { (w::PREVIEW) " " (w::PREVIEW_APPROVED) }
                    div class="actions" { (field::submit(button)) a href=(paths::queued(model.id)) { (d::BACK_TO_REQUEST) } }
                }
            }
        }
    };
    let frame = Frame { current: NavItem::Queue, ..frame.clone() };
    frame_page(&frame, &title, Width::Narrow, &main)
}

/// The name of the field that says what becomes of a listing.
fn name_of(listing: &Current) -> String {
    format!("listing-{}", listing.id.0.simple())
}

fn listings(current: &[(Current, Option<Fate>)], requested: &str, incomplete: bool) -> Markup {
    html! {
        dl class="facts" { div { dt { (w::NEW_PCP) } dd { (requested) } } }
        h2 { (w::CURRENT_PCP) }
        @if current.is_empty() { (parts::empty(w::CURRENT_NONE)) } @else { p class="quiet" { (w::CURRENT_LEAD) } }
        @for (listing, fate) in current {
            @let fault = if incomplete && fate.is_none() { w::CHOICE_MISSING } else { "" };
            @let legend = format!("{} ({})", listing.name(), w::since(listing.since, w::source(listing.source)));
            (radios(&name_of(listing), &legend, fate.map_or("", Fate::word), fault, &[(Fate::Ends.word(), w::ENDS), (Fate::Stays.word(), w::STAYS)]))
        }
    }
}

fn given(access: &Access, incomplete: bool) -> Markup {
    let fault = if incomplete && access.lasting.is_none() { w::LASTING_MISSING } else { "" };
    let options: Vec<_> = Lasting::ALL.iter().map(|l| (l.word(), w::lasting(*l))).collect();
    html! {
        (radios("lasting", w::LASTING, access.lasting.map_or("", Lasting::word), fault, &options))
        fieldset class="field" aria-describedby="section-hint" {
            legend { (w::SECTIONS) }
            (field::hint_and_fault("section", w::SECTIONS_HINT, ""))
            @for section in Section::ALL {
                @let id = format!("section-{}", section.word());
                div class="pick" {
                    input id=(id) type="checkbox" name="section" value=(section.word()) checked[access.sections.contains(section)];
                    label for=(id) { (rules::section(*section)) }
                }
            }
        }
        fieldset class="field" {
            legend { (w::SENSITIVE) }
            (field::tick("marked", w::SENSITIVE_MARKED, "", access.marked, ""))
            (field::tick("part2", w::SENSITIVE_PART2, "", access.part2, ""))
        }
    }
}
