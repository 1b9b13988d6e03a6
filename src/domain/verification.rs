//! Verifying by phone that the family wants what was asked for (product.md section 6): the call log, the checklist, and what a
//! changed listing does to requests that are still open.
//!
//! ```text
//!   asked --> called: no answer, voicemail, wrong number --3 of these, nobody reached--> may be closed: could not reach
//!               |
//!               +--> called: reached --> checklist complete --> may be approved
//! ```

use time::Date;

use super::access::facts::{Listing, member};
use super::calendar::{Instant, Zone, age_years};
use super::family::ADULT_FROM;
use super::ids::{FactId, PracticeId, ProviderId};
use super::people::{GivenBy, words};
use super::request::Ending;

/// After so many tries that reached nobody a request may be closed.
pub const TRIES: usize = 3;
/// So many different identifiers must match the hospital's record.
pub const IDENTIFIERS: usize = 2;
/// Days that a request for access without being the PCP waits for an answer.
pub const OPEN_DAYS: i64 = 30;
/// Days after a decline or an expiry from which it may be repeated.
pub const REPEAT_DAYS: i64 = 30;
/// The most characters of a name on the checklist.
pub const NAME_LONGEST: usize = 200;

words! {
    /// How a call to the family ended.
    CallOutcome {
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// A message was left.
        Voicemail = "voicemail",
        /// The number is somebody else's, or nobody's.
        WrongNumber = "wrong_number",
        /// Somebody who may confirm was reached.
        Reached = "reached",
        /// Somebody answered, and asks to be called at another time.
        CallLater = "call_later",
        /// Somebody who may confirm was reached, and does not want what was asked for.
        Refused = "refused",
    }
}

impl CallOutcome {
    /// Whether the call reached nobody: it counts as one of [`TRIES`].
    pub const fn reached_nobody(self) -> bool {
        matches!(self, Self::NoAnswer | Self::Voicemail | Self::WrongNumber)
    }
}

words! {
    /// What whoever was called could say, and the hospital's record says too.
    Identifier {
        /// The patient's date of birth.
        BirthDate = "birth_date",
        /// The address.
        Address = "address",
        /// The phone number, said before it was read out.
        Phone = "phone",
        /// When the patient was last here, and why.
        LastVisit = "last_visit",
        /// The MRN.
        Mrn = "mrn",
    }
}

words! {
    /// How whoever confirmed stands to the patient.
    Relationship {
        /// The patient, from 18.
        Patient = "patient",
        /// A parent, until the patient is 18.
        Parent = "parent",
        /// A legal guardian, or somebody with court papers.
        LegalGuardian = "legal_guardian",
    }
}

impl Relationship {
    /// Whether somebody so related may confirm for a patient born on `birth` on the day `today` (product.md section 10).
    pub fn may_confirm(self, birth: Date, today: Date) -> bool {
        let is_adult = age_years(birth, today) >= ADULT_FROM;
        match self {
            Self::Patient => is_adult,
            Self::Parent => !is_adult,
            Self::LegalGuardian => true,
        }
    }

    /// In whose name what they confirm is given.
    pub const fn giver(self) -> GivenBy {
        match self {
            Self::Patient => GivenBy::Patient,
            Self::Parent | Self::LegalGuardian => GivenBy::Guardian,
        }
    }
}

words! {
    /// Into which class the reason of a decline falls.
    DeclineClass {
        /// The family, asked, does not want it.
        FamilyRefused = "family_refused",
        /// Who was called could not be verified.
        NotVerified = "not_verified",
        /// The patient is not the one whom the requester means.
        WrongPatient = "wrong_patient",
        /// The family says that somebody else is the PCP.
        OtherPcp = "other_pcp",
        /// Something else.
        Other = "other",
    }
}

/// Different identifiers, as bits in the order of [`Identifier::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Identifiers(i64);

impl Identifiers {
    /// The set stored as `bits`.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// The bits, as stored.
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// Those in the set.
    pub fn iter(self) -> impl Iterator<Item = Identifier> {
        Identifier::ALL.iter().copied().filter(move |one| self.0 & (1 << *one as i64) != 0)
    }

    /// How many are in it, each counted once.
    pub fn count(self) -> usize {
        self.iter().count()
    }
}

impl FromIterator<Identifier> for Identifiers {
    fn from_iter<I: IntoIterator<Item = Identifier>>(all: I) -> Self {
        Self(all.into_iter().fold(0, |bits, one| bits | (1 << one as i64)))
    }
}

/// What a checklist lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// No call has reached anybody, or the last one that did ended in a refusal.
    Reached,
    /// Fewer than [`IDENTIFIERS`] different identifiers.
    Identifiers,
    /// Who was spoken to, or a name that is too long.
    Name,
    /// How they are related.
    Relationship,
    /// Somebody so related cannot confirm for a patient of this age.
    Authority,
    /// Nobody said that the call went to a number of the hospital's record.
    Number,
}

/// What somebody of the access team has ticked and typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// What matched.
    pub identifiers: Identifiers,
    /// Who was spoken to.
    pub spoken_to: String,
    /// How they are related.
    pub relationship: Option<Relationship>,
    /// Whether the call went to a number of the hospital's record; asked where somebody wants a family account.
    pub on_record_number: bool,
}

/// A checklist that is complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checklist {
    /// What matched.
    pub identifiers: Identifiers,
    /// Who was spoken to.
    pub spoken_to: String,
    /// How they are related.
    pub relationship: Relationship,
}

/// Whether whoever was reached wants what was asked for: the last of those calls says so.
pub fn agreed(calls: &[CallOutcome]) -> bool {
    let decisive = |call: &&CallOutcome| matches!(call, CallOutcome::Reached | CallOutcome::Refused);
    calls.iter().rev().find(decisive) == Some(&CallOutcome::Reached)
}

/// `typed` as a complete checklist, after `calls` about a patient born on `birth`.
///
/// # Errors
/// Everything that it lacks.
pub fn checklist(
    typed: &Typed,
    calls: &[CallOutcome],
    birth: Date,
    today: Date,
) -> Result<Checklist, Vec<Missing>> {
    let mut missing = Vec::new();
    if !agreed(calls) {
        missing.push(Missing::Reached);
    }
    if typed.identifiers.count() < IDENTIFIERS {
        missing.push(Missing::Identifiers);
    }
    let spoken_to = typed.spoken_to.trim();
    if spoken_to.is_empty() || spoken_to.chars().count() > NAME_LONGEST {
        missing.push(Missing::Name);
    }
    match typed.relationship {
        None => missing.push(Missing::Relationship),
        Some(related) if !related.may_confirm(birth, today) => missing.push(Missing::Authority),
        Some(relationship) if missing.is_empty() => {
            return Ok(Checklist {
                identifiers: typed.identifiers,
                spoken_to: spoken_to.to_owned(),
                relationship,
            });
        }
        Some(_) => {}
    }
    Err(missing)
}

/// Whether `calls` allow that a request is closed because nobody could be reached.
pub fn unreachable(calls: &[CallOutcome]) -> bool {
    calls.iter().filter(|call| call.reached_nobody()).count() >= TRIES
        && calls.iter().all(|call| call.reached_nobody())
}

/// The first instant at which a request that ended so at `closed` may be repeated, where it must wait.
pub fn repeat_from(ending: Ending, closed: Instant, zone: Zone) -> Option<Instant> {
    matches!(ending, Ending::Declined | Ending::Expired).then(|| zone.plus_days(closed, REPEAT_DAYS))
}

/// A number on which the hospital reaches a family, as its own record has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FamilyPhone {
    /// Whose; empty for the patient's own.
    pub whose: String,
    /// How they are related, as the record says; empty when it does not.
    pub relation: String,
    /// The number.
    pub number: String,
    /// Which of their numbers (home, mobile, work), as the record says; empty when it does not.
    pub place: String,
}

/// Who asked, as listings may name them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Asker {
    /// The provider, where one asked.
    pub provider: Option<ProviderId>,
    /// The practices that the request is for.
    pub practices: Vec<PracticeId>,
}

impl Asker {
    /// Whether `listing` is theirs at `now`: their own, their practice's, or that of a member of it.
    fn is_named(&self, listing: &Listing, now: Instant) -> bool {
        let own = listing.provider.is_some() && listing.provider == self.provider;
        own || self.practices.iter().any(|practice| match (listing.provider, listing.practice) {
            (None, named) => named == Some(*practice),
            (Some(_), named) => {
                named.is_none_or(|named| named == *practice) && member(&listing.memberships, *practice, now)
            }
        })
    }
}

/// Whether `listing` only goes on with `before`: the same provider, whatever the practice, which not every source knows, or the same
/// practice where no provider is named, listed up to its start.
fn goes_on(listing: &Listing, before: &Listing) -> bool {
    let start = listing.span.start();
    let is_same = match listing.provider {
        Some(_) => before.provider == listing.provider,
        None => before.provider.is_none() && before.practice == listing.practice,
    };
    is_same && before.span.start() < start && before.span.end().is_none_or(|end| end >= start)
}

/// What a listing means to whoever asked for one of their practice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    /// Their practice is listed now: nothing is left to ask for.
    Fulfilled,
    /// Somebody else was listed after they asked.
    Elsewhere,
}

/// What the `listings` of a patient mean at `now` to a request of `asker`; `new` are the ones just made, or begun. `None` when nothing
/// has changed for them: also where a new one only goes on with one that stood before, as when the source takes over what the access team
/// confirmed.
pub fn settled(listings: &[Listing], new: &[FactId], asker: &Asker, now: Instant) -> Option<Settled> {
    let holding = || listings.iter().filter(|listing| listing.span.holds(now));
    if holding().any(|listing| asker.is_named(listing, now)) {
        return Some(Settled::Fulfilled);
    }
    let is_change = |listing: &Listing| {
        new.contains(&listing.id) && !listings.iter().any(|before| goes_on(listing, before))
    };
    holding().any(is_change).then_some(Settled::Elsewhere)
}

#[cfg(test)]
#[path = "verification_tests.rs"]
mod tests;
