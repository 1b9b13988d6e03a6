//! Sponsors and the people they sponsor: who may sponsor, what an invitation holds, how a sponsorship ends (product.md section 3).
//!
//! ```text
//!             registered with the link and the code         removed, or the person left
//!  invited ------------------------------------------> live ------------------------> ended
//!     |  72 hours: sent again, or taken back             ^                              |
//!     `--> over                                          `---- undone in 10 minutes ----'
//! ```

use super::access::facts::ViewerFacts;
use super::calendar::Instant;
use super::ids::PracticeId;
use super::people::{AccountKind, Job, fold_email, fold_name, is_email, words};

/// An invitation can be used for this long (72 hours).
pub const INVITATION_SECONDS: i64 = 72 * 3600;
/// A removal can be undone for this long (10 minutes).
pub const UNDO_SECONDS: i64 = 600;
/// Invitations are forgotten this long after they were accepted or taken back, and reminders this long after they were sent (90 days).
pub const FORGET_SECONDS: i64 = 90 * 86_400;
/// Invitations that nobody answered, and choices that were saved and never signed, are forgotten after this long (two years): longer
/// than any clock is wrong, since until then they are of use.
pub const FORGET_CHOICES_SECONDS: i64 = 2 * 365 * 86_400;
/// The most characters of a name.
pub const LONGEST: usize = 200;
/// The most characters that a sponsor writes to a removal.
pub const NOTE_LONGEST: usize = 500;
/// Invitations of one sponsor that can be open at the same time.
pub const OPEN_INVITATIONS: usize = 100;
/// Letters of one invitation: the first, and those sent again.
pub const LETTERS: u32 = 10;

words! {
    /// Why somebody cannot sponsor at present.
    Hindrance {
        /// Only providers sponsor.
        NotAProvider = "not_a_provider",
        /// A provider without an NPI may not sponsor.
        NoNpi = "no_npi",
        /// This session was opened with the hospital's credential.
        HospitalSession = "hospital_session",
        /// The duties of a sponsor are not accepted yet.
        Duties = "duties",
        /// No practice to sponsor in.
        NoPractice = "no_practice",
    }
}

/// What decides whether somebody may sponsor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Whether the provider has an NPI.
    pub has_npi: bool,
    /// Whether this session was opened by a portal sign-in, and not with the hospital's credential.
    pub is_portal: bool,
    /// Whether the duties of a sponsor were accepted.
    pub accepted: bool,
}

/// Whether the viewer may register as a sponsor in this session: a provider with an NPI and a portal sign-in.
///
/// # Errors
/// The first [`Hindrance`].
pub fn may_register(viewer: &ViewerFacts, standing: Standing) -> Result<(), Hindrance> {
    if viewer.kind != AccountKind::Provider {
        return Err(Hindrance::NotAProvider);
    }
    if !standing.has_npi {
        return Err(Hindrance::NoNpi);
    }
    if standing.is_portal { Ok(()) } else { Err(Hindrance::HospitalSession) }
}

/// Whether the viewer may sponsor at `now` in this session: as [`may_register`], having accepted the duties, as a member of a practice.
///
/// # Errors
/// The first [`Hindrance`].
pub fn may_sponsor(viewer: &ViewerFacts, standing: Standing, now: Instant) -> Result<(), Hindrance> {
    may_register(viewer, standing)?;
    if !standing.accepted {
        return Err(Hindrance::Duties);
    }
    if viewer.memberships.iter().any(|m| m.span.holds(now)) { Ok(()) } else { Err(Hindrance::NoPractice) }
}

words! {
    /// A field of the form that invites somebody.
    InviteField {
        /// Given name.
        Given = "given",
        /// Family name.
        Family = "family",
        /// E-mail address.
        Email = "email",
        /// Job.
        Job = "job",
        /// Practice.
        Practice = "practice",
        /// The attestation.
        Attested = "attested",
    }
}

/// What a sponsor typed to invite somebody.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypedInvite {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// E-mail address.
    pub email: String,
    /// A word of [`Job`].
    pub job: String,
    /// A practice, as its id.
    pub practice: String,
    /// Whether the attestation was ticked.
    pub attested: bool,
}

/// An invitation that can be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invite {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// E-mail address as typed.
    pub email: String,
    /// The address as accounts are found by.
    pub email_folded: String,
    /// Job.
    pub job: Job,
    /// Practice.
    pub practice: PracticeId,
}

words! {
    /// What is wrong with what was typed, or stands in its way.
    InviteProblem {
        /// Nothing typed.
        Missing = "missing",
        /// Longer than [`LONGEST`].
        TooLong = "too_long",
        /// Not an e-mail address.
        NotAnEmail = "not_an_email",
        /// The sponsor's own address.
        OwnEmail = "own_email",
        /// No practice of the sponsor at present.
        NotMine = "not_mine",
        /// The sponsor sponsors this address in this practice already.
        SponsoredAlready = "sponsored_already",
        /// An invitation of this address to this practice is open.
        InvitedAlready = "invited_already",
        /// The person is listed in an overdue review of somebody else: an explicit attestation is needed.
        AttestationNeeded = "attestation_needed",
        /// The new address is the old one.
        SameEmail = "same_email",
        /// The person is listed in a review that is not completed.
        ReviewFirst = "review_first",
        /// Too many invitations are open.
        TooMany = "too_many",
    }
}

impl TypedInvite {
    /// The invitation, when it can be made by a member of `practices` with the address `own`.
    ///
    /// # Errors
    /// Every problem with its field.
    pub fn read(
        &self,
        practices: &[PracticeId],
        own: &str,
    ) -> Result<Invite, Vec<(InviteField, InviteProblem)>> {
        let mut problems = Vec::new();
        let mut line = |field, text: &str| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.is_empty() {
                problems.push((field, InviteProblem::Missing));
            } else if text.chars().count() > LONGEST {
                problems.push((field, InviteProblem::TooLong));
            }
            text
        };
        let given = line(InviteField::Given, &self.given);
        let family = line(InviteField::Family, &self.family);
        let email = line(InviteField::Email, &self.email);
        let email_folded = fold_email(&email);
        if !email.is_empty() && !is_email(&email_folded) {
            problems.push((InviteField::Email, InviteProblem::NotAnEmail));
        } else if !email.is_empty() && email_folded == fold_email(own) {
            problems.push((InviteField::Email, InviteProblem::OwnEmail));
        }
        let job = Job::from_word(&self.job);
        if job.is_none() {
            problems.push((InviteField::Job, InviteProblem::Missing));
        }
        let practice = self.practice.parse::<PracticeId>().ok();
        match practice {
            None => problems.push((InviteField::Practice, InviteProblem::Missing)),
            Some(id) if !practices.contains(&id) => {
                problems.push((InviteField::Practice, InviteProblem::NotMine));
            }
            Some(_) => {}
        }
        match (job, practice) {
            (Some(job), Some(practice)) if problems.is_empty() => {
                Ok(Invite { given, family, email, email_folded, job, practice })
            }
            _ => Err(problems),
        }
    }
}

/// Every number of this file as the rows of docs/sponsors.md: what, and how much.
pub fn numbers() -> Vec<(&'static str, String)> {
    vec![
        ("An invitation works for", format!("{} h", INVITATION_SECONDS / 3600)),
        ("Wrong codes that void an invitation", super::sign_in::WRONG_HANDOVERS.to_string()),
        ("A removal can be undone for", format!("{} min", UNDO_SECONDS / 60)),
        ("Invitations of one sponsor open at once", OPEN_INVITATIONS.to_string()),
        ("Letters of one invitation", LETTERS.to_string()),
        (
            "Invitations that ended, and reminders, are forgotten after",
            format!("{} days", FORGET_SECONDS / 86_400),
        ),
        (
            "Invitations that nobody answered, and choices never signed, are forgotten after",
            format!("{} days", FORGET_CHOICES_SECONDS / 86_400),
        ),
    ]
}

/// Whether a removal made at `removed` can still be undone at `now`.
pub fn can_undo(removed: Instant, now: Instant) -> bool {
    now.seconds_since(removed) < UNDO_SECONDS && now >= removed
}

/// Whether `typed` is the name that somebody is known by, however it is written: the signature under duties and reviews.
pub fn is_signature(typed: &str, name: &str) -> bool {
    !name.trim().is_empty() && fold_name(typed) == fold_name(name)
}

#[cfg(test)]
#[path = "sponsoring_tests.rs"]
mod tests;
