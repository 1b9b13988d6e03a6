//! Access requests and the other wishes that the access team's queues hold (product.md sections 6 and 9).

use super::people::{AccountKind, words};

words! {
    /// What is asked for.
    RequestKind {
        /// A patient's PCP is to be listed with the requester's practice.
        PcpChange = "pcp_change",
        /// One provider asks for access without being the PCP.
        NonPcp = "non_pcp",
        /// A new provider asks for an account.
        Registration = "registration",
        /// A provider asks to be a member of a further practice.
        Membership = "membership",
        /// A provider moves to another practice.
        PracticeSwitch = "practice_switch",
        /// Help.
        Help = "help",
        /// Somebody of the access team asks that a person's lost factor be bound anew.
        FactorReset = "factor_reset",
        /// A person who signed in at the hospital asks that this sign-in be linked to their account.
        SingleSignOn = "single_sign_on",
        /// The hospital says that two records are of one person.
        Merge = "merge",
        /// An emergency access waits for its review; whoever took it stands as the one who filed it.
        EmergencyReview = "emergency_review",
        /// An adult or a guardian asks for a family account without a code.
        Enrolment = "enrolment",
        /// A family wrote to the access team; all they and the team write is one thread.
        Message = "message",
    }
}

impl RequestKind {
    /// Whether it asks for access to a patient.
    pub const fn is_about_access(self) -> bool {
        matches!(self, Self::PcpChange | Self::NonPcp)
    }

    /// Whether the access team calls before it is approved, and keeps a checklist.
    pub const fn is_verified_by_phone(self) -> bool {
        self.is_about_access() || matches!(self, Self::Enrolment)
    }

    /// Whether an account of `kind` may file this about a patient who is not theirs: a PCP change by providers and their
    /// staff, access without being the PCP by providers alone.
    pub fn about_patient_by(self, kind: AccountKind) -> bool {
        match self {
            Self::PcpChange => matches!(kind, AccountKind::Provider | AccountKind::Sponsored),
            Self::NonPcp => kind == AccountKind::Provider,
            Self::Registration
            | Self::Membership
            | Self::PracticeSwitch
            | Self::Help
            | Self::FactorReset
            | Self::SingleSignOn
            | Self::Merge
            | Self::EmergencyReview
            | Self::Enrolment
            | Self::Message => false,
        }
    }
}

words! {
    /// Where a request stands.
    RequestState {
        /// Waiting for someone.
        Open = "open",
        /// Over.
        Closed = "closed",
    }
}

words! {
    /// How a closed request ended.
    Ending {
        /// The access team or the family said yes, and it was done.
        Approved = "approved",
        /// They said no, with a reason.
        Declined = "declined",
        /// A question was answered.
        Answered = "answered",
        /// The requester took it back.
        Withdrawn = "withdrawn",
        /// What was asked for came about otherwise.
        Fulfilled = "fulfilled",
        /// Nobody answered in time.
        Expired = "expired",
    }
}

words! {
    /// Who answers a request about a patient.
    Route {
        /// A guardian or the patient, in the family portal.
        Family = "family",
        /// The access team, by phone with the family.
        Phone = "phone",
        /// The access team alone.
        Team = "team",
    }
}

/// The most characters a reason may have.
pub const REASON_LONGEST: usize = 1000;

/// What is wrong with the reason of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReasonProblem {
    /// Nothing but blanks.
    Missing,
    /// Longer than [`REASON_LONGEST`].
    TooLong,
}

/// `typed` without outer blanks, when it will do as a reason.
///
/// # Errors
/// [`ReasonProblem`].
pub fn reason(typed: &str) -> Result<&str, ReasonProblem> {
    let typed = typed.trim();
    match typed.chars().count() {
        0 => Err(ReasonProblem::Missing),
        1..=REASON_LONGEST => Ok(typed),
        _ => Err(ReasonProblem::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_may_ask_for_a_pcp_change_and_nothing_else_about_a_patient() {
        let may = |kind| RequestKind::ALL.iter().copied().filter(move |r| r.about_patient_by(kind));
        assert!(may(AccountKind::Provider).eq([RequestKind::PcpChange, RequestKind::NonPcp]));
        assert!(may(AccountKind::Sponsored).eq([RequestKind::PcpChange]));
        assert_eq!(may(AccountKind::Family).chain(may(AccountKind::AccessTeam)).count(), 0);
    }

    #[test]
    fn a_reason_has_something_in_it_and_no_more_than_a_thousand_characters() {
        assert_eq!(reason("  moved here "), Ok("moved here"));
        assert_eq!(reason(" \n "), Err(ReasonProblem::Missing));
        assert!(reason(&"é".repeat(1000)).is_ok());
        assert_eq!(reason(&"é".repeat(1001)), Err(ReasonProblem::TooLong));
    }
}
