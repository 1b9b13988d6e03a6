//! The sponsor console (page P16): a provider's staff, practice by practice, and the ways in and out.

mod duties;
mod export;
mod invite;
mod notice;
mod remove;

pub use duties::{Duties, duties_page};
pub(super) use duties::{list as duties_list, signature};
pub use export::csv;
pub use invite::{Invite, InviteFault, Offered, Replacing, Typed, invite_page};
pub use notice::{Handover, Notice};
pub use remove::{NOTE_LONGEST, Remove, RemoveFault, Unchanged, UndoRefused, remove_page, undo_refused_page};

use maud::{Markup, html};
use uuid::Uuid;

use notice::{said, undo};

use super::layout::{Frame, NavItem, Width, page as frame_page};
use super::parts::{self, field, flag};
use super::review::{self, Banner};
use super::words::staff as w;
use super::{paths, words};
use crate::domain::calendar::Instant;
use crate::domain::ids::{FactId, PracticeId};
use crate::domain::people::{EndReason, Job};

/// Whether the viewer may sponsor somebody in this session, and what is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Footing {
    /// May.
    Registered,
    /// Has not accepted the duties yet.
    Unregistered,
    /// Signed in with the hospital's credential.
    AtHospital,
    /// Has no NPI.
    WithoutNpi,
    /// Belongs to no practice today.
    WithoutPractice,
}

/// The sponsor console.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Console {
    /// Whether the viewer may sponsor.
    pub footing: Footing,
    /// The review that is open, for a sponsor who owes one.
    pub review: Option<Banner>,
    /// When the next review opens, when none is open.
    pub next_opening: Option<Instant>,
    /// What was just done.
    pub notice: Option<Notice>,
    /// The viewer's practices, and those in which sponsorships are still held.
    pub practices: Vec<Practice>,
    /// Sponsorships that have ended, newest first.
    pub ended: Vec<Ended>,
}

impl Console {
    fn is_empty(&self) -> bool {
        self.practices.iter().all(|practice| practice.rows.is_empty())
    }
}

/// The viewer's staff in one practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Practice {
    /// The practice.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// Whether nobody else there has live staff.
    pub is_lone: bool,
    /// The people.
    pub rows: Vec<Row>,
}

/// One person in one practice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Given and family name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Job.
    pub job: Option<Job>,
    /// When sponsored, or when the newest invitation was sent.
    pub since: Instant,
    /// The last sign-in.
    pub last_sign_in: Option<Instant>,
    /// When mail to the address was refused.
    pub bounced: Option<Instant>,
    /// Where it stands.
    pub state: State,
}

/// Where a person stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// Sponsored.
    Held(FactId, Held),
    /// Invited.
    Pending(Pending),
}

/// How a sponsorship stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    /// In use.
    Live,
    /// Locked until the sponsor's review is completed.
    Locked,
    /// The person's account is not active.
    AccountInactive,
    /// The sponsor no longer belongs to the practice.
    OutOfPractice,
}

/// An invitation that was not accepted yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The invitation.
    pub invitation: Uuid,
    /// From when its link no longer works.
    pub expires: Instant,
    /// The address of the account whose place the new one takes.
    pub replaces: Option<String>,
}

/// A sponsorship that has ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
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
    /// When.
    pub at: Instant,
    /// Why, where that is known.
    pub reason: Option<EndReason>,
    /// What the sponsor wrote with it; empty for nothing.
    pub note: String,
    /// Until when it can be undone.
    pub undo_until: Option<Instant>,
}

/// A page of this family.
fn shown(frame: &Frame, title: &str, width: Width, main: &Markup) -> Markup {
    let frame = Frame { current: NavItem::Staff, ..frame.clone() };
    frame_page(&frame, title, width, main)
}

/// The sponsor console.
pub fn page(frame: &Frame, model: &Console) -> Markup {
    let main = html! {
        h1 { (w::TITLE) }
        @if let Some(notice) = &model.notice { (said(frame, notice)) }
        @if let Some(banner) = &model.review { (review::banner(frame, banner)) }
        (footing(frame, model.footing))
        @if model.is_empty() && matches!(model.footing, Footing::Registered | Footing::Unregistered) {
            (parts::panel("who", &html! { (w::WHO) }, &html! { p { (w::WHO_CAN) } p { (w::WHO_HOW) } }))
        }
        @for practice in &model.practices { (panel(frame, model.footing, practice)) }
        @if !model.ended.is_empty() { (ended(frame, &model.ended)) }
        (foot(frame, model))
    };
    shown(frame, w::TITLE, Width::Wide, &main)
}

fn footing(frame: &Frame, footing: Footing) -> Markup {
    match footing {
        Footing::Registered => html! { p { a class="button" href=(paths::staff_invite()) { (w::INVITE) } } },
        Footing::Unregistered => parts::notice(
            "info",
            &html! { p { (w::UNREGISTERED) } p { a class="button" href=(paths::staff_duties()) { (w::REGISTER) } } },
        ),
        Footing::AtHospital => parts::notice(
            "warn",
            &html! {
                p { strong { (w::AT_HOSPITAL) } " " (w::AT_HOSPITAL_WHY) }
                p { (w::AT_HOSPITAL_NEXT) " " (parts::phone(&frame.phone)) "." }
            },
        ),
        Footing::WithoutNpi => parts::notice(
            "warn",
            &html! { p { strong { (w::WITHOUT_NPI) } " " (w::WITHOUT_NPI_NEXT) " " (parts::phone(&frame.phone)) "." } },
        ),
        Footing::WithoutPractice => parts::notice(
            "warn",
            &html! { p { strong { (w::WITHOUT_PRACTICE) } " " a href=(paths::practices()) { (w::WITHOUT_PRACTICE_NEXT) } "." } },
        ),
    }
}

fn panel(frame: &Frame, footing: Footing, practice: &Practice) -> Markup {
    let id = format!("practice-{}", practice.id);
    let heading = html! { (practice.name) span class="of" { (w::people(practice.rows.len())) } };
    parts::panel(
        &id,
        &heading,
        &html! {
            @if practice.rows.is_empty() { (parts::empty(w::NOBODY)) }
            @else { (table(frame, footing, &practice.rows)) }
            @if practice.is_lone && !practice.rows.is_empty() { p class="quiet" { (w::SECOND_SPONSOR) } }
        },
    )
}

fn table(frame: &Frame, footing: Footing, rows: &[Row]) -> Markup {
    html! {
        table class="t stack" {
            thead { tr {
                th scope="col" { (w::COL_NAME) } th scope="col" { (w::COL_EMAIL) } th scope="col" { (w::COL_SINCE) }
                th scope="col" { (w::COL_SIGN_IN) } th scope="col" { (w::COL_STATE) } th scope="col" { span class="vh" { (w::COL_ACTS) } }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (row.name) @if let Some(job) = row.job { span class="sub" { (w::job(job)) } } }
                        td data-l=(w::COL_EMAIL) class="wrap-any" {
                            (row.email)
                            @if let Some(at) = row.bounced { " " (flag::tag("warn", w::BOUNCED)) span class="sub" { (parts::day(at, frame.zone)) } }
                        }
                        td data-l=(w::COL_SINCE) { (parts::day(row.since, frame.zone)) }
                        td data-l=(w::COL_SIGN_IN) { (last_sign_in(frame, row)) }
                        td data-l=(w::COL_STATE) { (state(frame, &row.state)) }
                        td { (acts(frame, footing, row)) }
                    }
                }
            }
        }
    }
}

fn last_sign_in(frame: &Frame, row: &Row) -> Markup {
    html! {
        @match (row.last_sign_in, &row.state) {
            (Some(at), _) => (parts::moment(at, frame.zone)),
            (None, State::Held(..)) => (w::NEVER),
            (None, State::Pending(_)) => (words::NONE_SIGN),
        }
    }
}

fn state(frame: &Frame, state: &State) -> Markup {
    match state {
        State::Held(_, held) => held_tag(*held),
        State::Pending(pending) => html! {
            @if pending.expires <= frame.now {
                (flag::tag("warn", w::EXPIRED))
                span class="sub" { (w::EXPIRED_NEXT) }
            } @else {
                (flag::tag("info", w::PENDING))
                span class="sub" { (w::PENDING_UNTIL) " " (parts::moment(pending.expires, frame.zone)) }
            }
            @if let Some(old) = &pending.replaces { span class="sub wrap-any" { (w::replaces(old)) } }
        },
    }
}

/// How a sponsorship stands, in a word.
pub(super) fn held_tag(held: Held) -> Markup {
    let kind = match held {
        Held::Live => "ok",
        Held::Locked => "stop",
        Held::AccountInactive | Held::OutOfPractice => "warn",
    };
    flag::tag(kind, w::held(held))
}

fn acts(frame: &Frame, footing: Footing, row: &Row) -> Markup {
    let may_sponsor = footing == Footing::Registered;
    html! {
        div class="acts" {
            @match &row.state {
                State::Held(id, held) => {
                    a href=(paths::staff_remove(*id)) { (w::REMOVE) span class="vh" { " " (row.name) } }
                    @if may_sponsor && *held == Held::Live {
                        a href=(paths::staff_email(*id)) { (w::CHANGE_EMAIL) span class="vh" { ": " (row.name) } }
                    }
                }
                State::Pending(pending) => {
                    @if may_sponsor { (act(frame, &paths::invitation_resend(pending.invitation), w::RESEND, &row.name)) }
                    (act(frame, &paths::invitation_withdraw(pending.invitation), w::WITHDRAW, &row.name))
                }
            }
        }
    }
}

fn act(frame: &Frame, path: &str, label: &str, name: &str) -> Markup {
    html! {
        form method="post" action=(path) {
            (field::token(frame))
            button class="bare link" type="submit" data-once { (label) span class="vh" { ": " (name) } }
        }
    }
}

fn ended(frame: &Frame, rows: &[Ended]) -> Markup {
    let can_undo = |row: &Ended| row.undo_until.is_some_and(|until| until > frame.now);
    html! {
        section class="panel" aria-label=(w::ENDED) {
            details open[rows.iter().any(can_undo)] {
                summary { (w::ended_count(rows.len())) }
                table class="t stack" {
                    thead { tr {
                        th scope="col" { (w::COL_NAME) } th scope="col" { (w::COL_EMAIL) } th scope="col" { (w::COL_PRACTICE) }
                        th scope="col" { (w::COL_ENDED) } th scope="col" { (w::COL_REASON) } th scope="col" { span class="vh" { (w::COL_ACTS) } }
                    } }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { (row.name) @if let Some(job) = row.job { span class="sub" { (w::job(job)) } } }
                                td data-l=(w::COL_EMAIL) class="wrap-any" { (row.email) }
                                td data-l=(w::COL_PRACTICE) { (row.practice) }
                                td data-l=(w::COL_ENDED) { (parts::moment(row.at, frame.zone)) }
                                td data-l=(w::COL_REASON) {
                                    (row.reason.map_or(words::NONE_SIGN, w::reason))
                                    @if !row.note.is_empty() { span class="sub wrap-any" { (row.note) } }
                                }
                                td { @if can_undo(row) { (undo(frame, row.id, &row.name)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn foot(frame: &Frame, model: &Console) -> Markup {
    let has_people = !model.is_empty() || !model.ended.is_empty();
    html! {
        @if model.review.is_none() && let Some(opens) = model.next_opening {
            p class="quiet" { (w::next_review(opens, frame.zone)) }
        }
        @if has_people {
            form method="post" action=(paths::staff_export()) {
                (field::token(frame))
                button class="bare link" type="submit" { (w::EXPORT) }
            }
        }
    }
}
