//! The page of a practice: its members, their staff by sponsor, who covers whom, and what changes if the viewer leaves.

use maud::{Markup, html};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, flag};
use super::practice::{Circle, Staff as LeavingStaff, staff_table};
use super::staff::{Held, held_tag};
use super::words::{practice as change, practice_page as w, staff};
use super::{paths, words};
use crate::domain::calendar::Instant;
use crate::domain::ids::PracticeId;
use crate::domain::people::{AccountKind, Job};

/// A practice in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The practice.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// How many members.
    pub members: usize,
    /// How many people are sponsored there.
    pub staff: usize,
}

/// A page of this family.
fn shown(frame: &Frame, title: &str, main: &Markup) -> Markup {
    let frame = Frame { current: NavItem::Practice, ..frame.clone() };
    frame_page(&frame, title, Width::Wide, main)
}

fn is_provider(frame: &Frame) -> bool {
    frame.viewer.as_ref().is_some_and(|v| v.kind == AccountKind::Provider)
}

/// The practices that the viewer belongs to.
pub fn list_page(frame: &Frame, practices: &[Listed]) -> Markup {
    let main = html! {
        h1 { (w::TITLE) }
        section class="panel" aria-label=(w::TITLE) {
            @if practices.is_empty() {
                (parts::empty(w::NONE))
                @if is_provider(frame) { p { (w::NONE_PROVIDER) } p { a class="button" href=(paths::practices()) { (w::JOIN) } } }
                @else { p { (w::NONE_STAFF) } }
            } @else {
                table class="t stack" {
                    thead { tr { th scope="col" { (w::COL_PRACTICE) } th scope="col" { (w::COL_MEMBERS) } th scope="col" { (w::COL_STAFF) } } }
                    tbody {
                        @for one in practices {
                            tr {
                                th scope="row" { a href=(paths::practice_page(one.id)) { (one.name) } @if !one.address.is_empty() { span class="sub" { (one.address) } } }
                                td data-l=(w::COL_MEMBERS) { (one.members) }
                                td data-l=(w::COL_STAFF) { (one.staff) }
                            }
                        }
                    }
                }
                @if is_provider(frame) { p class="actions" { a href=(paths::practices()) { (w::JOIN) } } }
            }
        }
    };
    shown(frame, w::TITLE, &main)
}

/// A practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PracticePage {
    /// The practice.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// Its address; empty when not known.
    pub address: String,
    /// Its phone; empty when not known.
    pub phone: String,
    /// The members of today.
    pub members: Vec<Member>,
    /// The sponsors with staff there.
    pub sponsors: Vec<Sponsor>,
}

/// A member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Name.
    pub name: String,
    /// Specialty; empty when not known.
    pub specialty: String,
    /// Since when; [`Instant::EVER`] without a start date.
    pub since: Instant,
    /// Whether it is the viewer.
    pub is_viewer: bool,
}

/// A sponsor with staff in the practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sponsor {
    /// Name.
    pub name: String,
    /// Whether it is the viewer.
    pub is_viewer: bool,
    /// Whether locked by an overdue review.
    pub is_locked: bool,
    /// The people.
    pub staff: Vec<Person>,
}

/// A sponsored user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Name.
    pub name: String,
    /// E-mail address, shown to providers only.
    pub email: String,
    /// Job.
    pub job: Option<Job>,
    /// How the sponsorship stands.
    pub held: Held,
}

/// A practice: members, staff by sponsor, who covers whom.
pub fn page(frame: &Frame, model: &PracticePage) -> Markup {
    let is_member = model.members.iter().any(|m| m.is_viewer);
    let names: Vec<&str> = model.members.iter().map(|m| m.name.as_str()).collect();
    let has = |sponsor: &Sponsor, wanted: &[Held]| sponsor.staff.iter().any(|p| wanted.contains(&p.held));
    let lone = model.sponsors.iter().filter(|s| has(s, &[Held::Live, Held::Locked])).count() == 1;
    let staff_see = model.sponsors.iter().any(|s| has(s, &[Held::Live]));
    let main = html! {
        p class="back" { a href=(paths::practice_pages()) { (w::TITLE) } }
        h1 { (model.name) }
        @if !model.address.is_empty() || !model.phone.is_empty() {
            dl class="facts" {
                @if !model.address.is_empty() { div { dt { (w::ADDRESS) } dd { (model.address) } } }
                @if !model.phone.is_empty() { div { dt { (w::PHONE) } dd { (parts::phone(&model.phone)) } } }
            }
        }
        (parts::panel("members", &html! { (w::MEMBERS) }, &html! {
            (members(frame, &model.members))
            @if is_member && is_provider(frame) { p class="actions" { a href=(paths::practice_leaving(model.id)) { (w::LEAVING) } } }
        }))
        (parts::panel("staff", &html! { (w::STAFF) }, &html! {
            @if model.sponsors.is_empty() { (parts::empty(w::STAFF_NONE)) }
            @if lone && is_provider(frame) { p { (w::SECOND) } }
            @for sponsor in &model.sponsors { (sponsored(frame, sponsor)) }
        }))
        (parts::panel("covers", &html! { (w::COVERS) }, &html! {
            @if let Some(words) = w::covering(&names) { p { strong { (words) } @if staff_see { " " (w::STAFF_COVER) } } }
            ul class="lines" { @for line in w::COVERAGE { li { (line) } } }
            p class="actions" { a href=(paths::help()) { (w::REPORT) } }
        }))
    };
    shown(frame, &model.name, &main)
}

fn members(frame: &Frame, members: &[Member]) -> Markup {
    html! {
        @if members.is_empty() { (parts::empty(w::MEMBERS_NONE)) }
        @else {
            table class="t stack" {
                thead { tr { th scope="col" { (w::COL_NAME) } th scope="col" { (w::COL_SPECIALTY) } th scope="col" { (w::COL_SINCE) } } }
                tbody {
                    @for one in members {
                        tr {
                            th scope="row" { (one.name) " " @if one.is_viewer { (flag::tag("info", w::YOU)) } }
                            td data-l=(w::COL_SPECIALTY) { @if one.specialty.is_empty() { (words::NONE_SIGN) } @else { (one.specialty) } }
                            td data-l=(w::COL_SINCE) { @if one.since == Instant::EVER { (w::SINCE_EVER) } @else { (parts::day(one.since, frame.zone)) } }
                        }
                    }
                }
            }
        }
    }
}

fn sponsored(frame: &Frame, sponsor: &Sponsor) -> Markup {
    let shows_email = is_provider(frame);
    html! {
        h3 {
            (w::sponsor(&sponsor.name, sponsor.staff.len())) " "
            @if sponsor.is_viewer { (flag::tag("info", w::YOU)) " " }
            @if sponsor.is_locked { (flag::tag("stop", w::SPONSOR_LOCKED)) }
        }
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_NAME) } th scope="col" { (w::COL_JOB) }
                @if shows_email { th scope="col" { (w::COL_EMAIL) } }
                th scope="col" { (w::COL_STATE) }
            } }
            tbody {
                @for one in &sponsor.staff {
                    tr {
                        th scope="row" { (one.name) }
                        td data-l=(w::COL_JOB) { (one.job.map_or(words::NONE_SIGN, staff::job)) }
                        @if shows_email { td data-l=(w::COL_EMAIL) class="wrap-any" { (one.email) } }
                        td data-l=(w::COL_STATE) { (held_tag(one.held)) }
                    }
                }
            }
        }
    }
}

/// What would change if the viewer left a practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaving {
    /// The practice.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// Patients whom the viewer would no longer see.
    pub lost: usize,
    /// Others who would no longer see some.
    pub others: Circle,
    /// The viewer's own staff there.
    pub staff: Vec<LeavingStaff>,
}

/// What would change if the viewer left a practice.
pub fn leaving_page(frame: &Frame, model: &Leaving) -> Markup {
    let title = w::leaving(&model.name);
    let main = html! {
        p class="back" { a href=(paths::practice_page(model.id)) { (w::BACK) } }
        h1 { (title) }
        p { (w::LEAVING_LEAD) }
        (parts::panel("yours", &html! { (w::YOUR_PATIENTS) }, &html! { p { (change::you_lose(model.lost)) } }))
        (parts::panel("others", &html! { (w::OTHERS) }, &html! {
            p { (change::others_lose(model.others.people, model.others.patients)) }
            h3 { (w::STAFF_STOP) }
            @if model.staff.is_empty() { (parts::empty(w::STAFF_STOP_NONE)) }
            @else { p { (w::STAFF_STOP_HOW) } (staff_table(&model.staff)) }
        }))
        section class="panel" aria-label=(w::SWITCH) {
            p { (w::LEAVING_NEXT) }
            p { a class="button" href=(paths::practice_switch()) { (w::SWITCH) } }
        }
    };
    shown(frame, &title, &main)
}
