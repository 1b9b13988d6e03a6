//! The form that invites somebody, also to another address.

use maud::{Markup, html};

use super::shown;
use crate::domain::ids::{FactId, PracticeId};
use crate::domain::people::Job;
use crate::views::layout::{Frame, Width};
use crate::views::parts::{self, field};
use crate::views::paths;
use crate::views::words::{self, staff as w};

/// What was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// E-mail address.
    pub email: String,
    /// The word of a [`Job`].
    pub job: String,
    /// The id of a practice.
    pub practice: String,
    /// Whether the attestation was ticked.
    pub is_attested: bool,
}

/// A practice in which the viewer may sponsor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offered {
    /// The practice.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
}

/// The sponsorship whose account a new one takes the place of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replacing {
    /// The sponsorship.
    pub id: FactId,
    /// Whose.
    pub name: String,
    /// The present address.
    pub email: String,
}

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InviteFault {
    /// No given name.
    GivenMissing,
    /// No family name.
    FamilyMissing,
    /// A given name too long to be one.
    GivenTooLong,
    /// A family name too long to be one.
    FamilyTooLong,
    /// No address.
    EmailMissing,
    /// Not an address.
    EmailBad,
    /// The viewer's own address.
    EmailOwn,
    /// The address that the person has already.
    EmailSame,
    /// The person is listed in a review that is not completed.
    ReviewFirst,
    /// No job was chosen.
    JobMissing,
    /// No practice was chosen.
    PracticeMissing,
    /// The viewer does not belong to that practice today.
    PracticeGone,
    /// The viewer sponsors a person with this address in this practice already.
    HeldAlready,
    /// An invitation of the viewer to this address, for this practice, is open.
    InvitedAlready,
    /// The person is listed in an overdue review of somebody else, and the box was left empty.
    AttestationMissing,
    /// Too many letters to this address, or too many invitations open.
    TooMany,
    /// Too many invitations; so many seconds to wait.
    Slowed(u64),
}

impl InviteFault {
    const fn place(self) -> &'static str {
        match self {
            Self::GivenMissing | Self::GivenTooLong => "given",
            Self::FamilyMissing | Self::FamilyTooLong => "family",
            Self::EmailMissing
            | Self::EmailBad
            | Self::EmailOwn
            | Self::EmailSame
            | Self::ReviewFirst
            | Self::HeldAlready
            | Self::InvitedAlready
            | Self::TooMany
            | Self::Slowed(_) => "email",
            Self::JobMissing => "job",
            Self::PracticeMissing | Self::PracticeGone => "practice",
            Self::AttestationMissing => "attested",
        }
    }
}

/// The form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invite {
    /// What was typed.
    pub typed: Typed,
    /// The practices to choose from.
    pub practices: Vec<Offered>,
    /// For a change of address: whose.
    pub replacing: Option<Replacing>,
    /// Whether the attestation is asked for.
    pub asks_attestation: bool,
    /// What is wrong.
    pub faults: Vec<InviteFault>,
}

/// The form; posts `given`, `family`, `email`, `job`, `practice`, and `attested` where it is asked for. For a change of address,
/// `practices` holds the one practice of the sponsorship.
pub fn invite_page(frame: &Frame, model: &Invite) -> Markup {
    let faults: Vec<(&str, String)> = model.faults.iter().map(|f| (f.place(), w::invite_fault(*f))).collect();
    let of = |name: &str| faults.iter().find(|f| f.0 == name).map_or("", |f| f.1.as_str());
    let typed = &model.typed;
    let (title, email) =
        if model.replacing.is_some() { (w::EMAIL_TITLE, w::NEW_EMAIL) } else { (w::INVITE, w::EMAIL) };
    let path = model
        .replacing
        .as_ref()
        .map_or_else(|| paths::staff_invite().to_owned(), |old| paths::staff_email(old.id));
    let main = html! {
        section class="panel" {
            h1 { (title) }
            (field::summary(&faults))
            @match &model.replacing {
                Some(old) => {
                    dl class="facts" {
                        div { dt { (w::COL_NAME) } dd { (old.name) } }
                        div { dt { (w::PRESENT_EMAIL) } dd { (old.email) } }
                    }
                    ul class="lines" { @for line in w::EMAIL_LEAD { li { (line) } } }
                },
                None => p { (w::INVITE_LEAD) },
            }
            form method="post" action=(path) {
                (field::token(frame))
                (field::Text { name: "given", label: w::GIVEN, value: &typed.given, fault: of("given"), max: 200, ..Default::default() }.show())
                (field::Text { name: "family", label: w::FAMILY, value: &typed.family, fault: of("family"), max: 200, ..Default::default() }.show())
                (field::Text { name: "email", label: email, value: &typed.email, hint: w::EMAIL_HINT, fault: of("email"), kind: "email", max: 254, ..Default::default() }.show())
                (field::pick("job", w::JOB, &typed.job, of("job"), &jobs()))
                (practice(model, of("practice")))
                @if model.asks_attestation {
                    (parts::notice("warn", &html! { p { (w::ATTEST_WHY) } }))
                    (field::tick("attested", w::ATTEST, w::ATTEST_HINT, typed.is_attested, of("attested")))
                }
                div class="actions" { (field::submit(w::SEND)) a href=(paths::staff()) { (words::CANCEL) } }
            }
            p class="after" { (w::SEND_NEXT) }
        }
    };
    shown(frame, title, Width::Narrow, &main)
}

fn jobs() -> Vec<(&'static str, String)> {
    let mut options = vec![("", w::CHOOSE.to_owned())];
    options.extend(Job::ALL.iter().map(|job| (job.word(), w::job(*job).to_owned())));
    options
}

fn practice(model: &Invite, fault: &str) -> Markup {
    let ids: Vec<String> = model.practices.iter().map(|p| p.id.to_string()).collect();
    match (model.practices.as_slice(), ids.as_slice()) {
        ([one], [id]) => html! {
            @if !fault.is_empty() { p class="fault" id="practice" { (fault) } }
            (field::hidden("practice", id))
            p { (w::COL_PRACTICE) ": " strong { (one.name) } }
        },
        (many, _) => {
            let mut options = vec![("", w::CHOOSE.to_owned())];
            options.extend(ids.iter().zip(many).map(|(id, p)| (id.as_str(), p.name.clone())));
            field::pick("practice", w::COL_PRACTICE, &model.typed.practice, fault, &options)
        }
    }
}
