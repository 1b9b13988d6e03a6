//! What a change of practice would do: to the provider before sending, and to the access team before deciding.

use maud::{Markup, html};
use time::Date;

use super::{Belonging, belongings, form};
use crate::domain::calendar::Instant;
use crate::domain::practice::{Details, SponsorThere, Typed};
use crate::domain::request::RequestKind;
use crate::views::account::{Tab, tabbed};
use crate::views::layout::Frame;
use crate::views::parts::{self, field};
use crate::views::words::practice as w;

/// People other than the provider whose access changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Circle {
    /// How many.
    pub people: usize,
    /// How many patients it is about.
    pub patients: usize,
}

/// A sponsored user who stops being one in the practice that is left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Staff {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Patients no longer seen.
    pub lost: usize,
}

/// What a change would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changes {
    /// The instant it is decided for.
    pub at: Instant,
    /// Patients whom the provider would no longer see.
    pub lost: usize,
    /// Patients whom the provider would newly see.
    pub gained: usize,
    /// Others who would no longer see some.
    pub losing: Circle,
    /// Others who would newly see some.
    pub gaining: Circle,
    /// The provider's own staff in the practice that is left.
    pub staff: Vec<Staff>,
}

/// A patient who would no longer be seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patient {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// MRN.
    pub mrn: String,
}

/// What the provider sees before sending.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// [`RequestKind::PracticeSwitch`] or [`RequestKind::Membership`].
    pub kind: RequestKind,
    /// The practice to leave.
    pub from: Option<String>,
    /// The practice to join.
    pub to: Details,
    /// Whether there is a sponsor.
    pub sponsor_there: SponsorThere,
    /// The new e-mail address, when it changes.
    pub email: String,
    /// The first day.
    pub effective_on: Date,
    /// What it would do.
    pub changes: Changes,
    /// Those of the patients lost who may be named.
    pub named: Vec<Patient>,
    /// What was typed, to be sent.
    pub typed: Typed,
}

/// What a change would do, before it is sent.
pub fn plan_page(frame: &Frame, model: &Plan) -> Markup {
    let title = w::plan_title(model.kind);
    let main = html! {
        section class="panel" {
            h1 { (title) }
            (wish(model.from.as_deref(), &model.to, model.sponsor_there, model.effective_on))
            @if !model.email.is_empty() { p { (w::own_email(&model.email)) } }
        }
        (parts::panel("patients", &html! { (w::PATIENTS) }, &html! {
            (own(&model.changes))
            @if !model.named.is_empty() { (named(&model.named, model.changes.lost)) }
        }))
        (parts::panel("people", &html! { (w::PEOPLE) }, &html! { (others(&model.changes)) (staff(&model.changes.staff)) }))
        section class="panel" aria-label=(w::SEND) {
            p { (w::SEND_HOW) }
            form method="post" action=(form::path(model.kind)) {
                (field::token(frame))
                (hidden(&model.typed))
                div class="actions" {
                    button class="main" type="submit" name="step" value="send" { (w::SEND) }
                    button class="second" type="submit" name="step" value="edit" { (w::EDIT) }
                }
            }
        }
    };
    tabbed(frame, Tab::Practices, title, &main)
}

fn hidden(typed: &Typed) -> Markup {
    let fields = [
        ("from", &typed.from),
        ("to", &typed.to),
        ("name", &typed.name),
        ("phone", &typed.phone),
        ("fax", &typed.fax),
        ("address", &typed.address),
        ("email", &typed.email),
        ("sponsor_there", &typed.sponsor_there),
        ("month", &typed.month),
        ("day", &typed.day),
        ("year", &typed.year),
    ];
    html! { @for (name, value) in fields { (field::hidden(name, value)) } }
}

fn wish(from: Option<&str>, to: &Details, sponsor_there: SponsorThere, effective_on: Date) -> Markup {
    html! {
        dl class="facts" {
            @if let Some(from) = from { div { dt { (w::LEAVE) } dd { (from) } } }
            div { dt { (w::JOINS) } dd { (to.name) } }
            div { dt { (w::PHONE) } dd { (parts::phone(&to.phone)) } }
            @if !to.fax.is_empty() { div { dt { (w::FAX_SHORT) } dd { (to.fax) } } }
            div { dt { (w::ADDRESS) } dd { (to.address) } }
            div { dt { (w::FIRST_DAY) } dd { (parts::date(effective_on)) } }
            div { dt { (w::SPONSOR_THERE) } dd { (w::sponsor_there(sponsor_there)) } }
        }
    }
}

fn own(changes: &Changes) -> Markup {
    html! {
        ul class="lines" {
            li { (w::you_lose(changes.lost)) }
            li { (w::you_gain(changes.gained)) }
        }
    }
}

fn named(patients: &[Patient], lost: usize) -> Markup {
    html! {
        details {
            summary { (w::NAMED) }
            ul class="lines" {
                @for p in patients {
                    li { (parts::name(&p.family, &p.given)) " · " (parts::date(p.birth_date)) " · " (parts::mrn(&p.mrn)) }
                }
            }
            @if lost > patients.len() { p class="quiet" { (w::not_named(lost - patients.len())) } }
        }
    }
}

fn others(changes: &Changes) -> Markup {
    html! {
        ul class="lines" {
            li { (w::others_lose(changes.losing.people, changes.losing.patients)) }
            li { (w::others_gain(changes.gaining.people, changes.gaining.patients)) }
        }
    }
}

fn staff(staff: &[Staff]) -> Markup {
    html! {
        h3 { (w::STAFF) }
        @if staff.is_empty() { (parts::empty(w::STAFF_NONE)) }
        @else {
            p { (w::STAFF_HOW) }
            (staff_table(staff))
        }
    }
}

/// Staff, and how many patients each would no longer see.
pub(in crate::views) fn staff_table(staff: &[Staff]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr { th scope="col" { (w::COL_NAME) } th scope="col" { (w::COL_EMAIL) } th scope="col" { (w::COL_LOST) } } }
            tbody {
                @for one in staff {
                    tr {
                        th scope="row" { (one.name) }
                        td data-l=(w::COL_EMAIL) class="wrap-any" { (one.email) }
                        td data-l=(w::COL_LOST) { (one.lost) }
                    }
                }
            }
        }
    }
}

/// The facts of a request, as the access team reads them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeskFacts {
    /// The requester's name.
    pub name: String,
    /// The requester's e-mail address.
    pub requester_email: String,
    /// Where the requester belongs now and later.
    pub practices: Vec<Belonging>,
    /// The practice to leave.
    pub from: Option<String>,
    /// The practice to join.
    pub to: Details,
    /// Whether it will be made.
    pub is_new: bool,
    /// Known practices of the same name: name and address.
    pub namesakes: Vec<Details>,
    /// Whether there is a sponsor.
    pub sponsor_there: SponsorThere,
    /// The new e-mail address, when it changes.
    pub new_email: String,
    /// The first day.
    pub effective_on: Date,
    /// What approving would do, while the request is open.
    pub changes: Option<Changes>,
}

/// The facts of a request, as a part of the access team's page: counts, never who the patients are.
pub fn desk_facts(frame: &Frame, model: &DeskFacts) -> Markup {
    html! {
        (parts::panel("who-asks", &html! { (w::WHO_ASKS) }, &html! {
            dl class="facts" {
                div { dt { (w::COL_NAME) } dd { (model.name) } }
                div { dt { (w::COL_EMAIL) } dd class="wrap-any" { (model.requester_email) } }
            }
            (belongings(frame, &model.practices))
        }))
        (parts::panel("asked-for", &html! { (w::ASKED_FOR) }, &html! {
            (wish(model.from.as_deref(), &model.to, model.sponsor_there, model.effective_on))
            @if model.is_new { p { (w::WILL_BE_MADE) } }
            @for one in &model.namesakes { (parts::notice("warn", &html! { p { (w::namesake(&one.name, &one.address)) } })) }
            @if !model.new_email.is_empty() { p { (w::team_email(&model.new_email)) } }
        }))
        @if let Some(changes) = &model.changes {
            (parts::panel("consequences", &html! { (w::CONSEQUENCES) }, &html! {
                p class="quiet" { (w::DECIDED_FOR) " " (parts::moment(changes.at, frame.zone)) ". " (w::AS_IF_REVIEWED) }
                ul class="lines" {
                    li { (w::they_lose(changes.lost)) }
                    li { (w::they_gain(changes.gained)) }
                }
                (others(changes))
                (staff(&changes.staff))
            }))
        }
    }
}
