//! The access decision: who may see which chart, and why (product.md section 4).
//!
//! [`decide`] is the one place where rights come from. Any forbid wins; else every permit that holds is listed; silence
//! refuses. One rule a file, its product id in its doc.

pub mod account;
pub mod care_team;
pub mod emergency;
pub mod explain;
pub mod facts;
pub mod grant;
mod merged;
pub mod next;
pub mod pcp;
pub mod reach;
pub mod restriction;
pub mod sponsored;
pub mod token;

use super::calendar::Instant;
use super::ids::{AccountId, FactId, PatientId};
use super::people::words;
use facts::{PatientFacts, ViewerFacts};

words! {
    /// Why a decision allowed.
    Basis {
        /// P1: listed as PCP.
        Pcp = "pcp",
        /// P2: a partner in the practice is listed, or the practice itself.
        PracticePcp = "practice_pcp",
        /// P3: the sponsor is listed.
        SponsorPcp = "sponsor_pcp",
        /// P4: a member of the sponsorship's practice is listed, or the practice itself.
        SponsorPracticePcp = "sponsor_practice_pcp",
        /// P5: a seat on the care team.
        CareTeam = "care_team",
        /// P6: a redeemed token.
        Token = "token",
        /// P7: a grant.
        Grant = "grant",
        /// P8: emergency access.
        Emergency = "emergency",
    }
}

words! {
    /// Why a decision refused.
    Refusal {
        /// F1: the viewer's account is not active.
        AccountInactive = "account_inactive",
        /// F2: the viewer is a sponsor whose validation is overdue.
        ValidationOverdue = "validation_overdue",
        /// F3: a sponsored user without live sponsorship.
        NoSponsorship = "no_sponsorship",
        /// F4: a sponsored user whose live sponsorships are all locked.
        SponsorLocked = "sponsor_locked",
        /// F5: a restriction of the patient.
        PatientRestricted = "patient_restricted",
        /// F6: the patient died 91 days ago or longer.
        PatientDeceased = "patient_deceased",
        /// Nothing forbids and nothing permits.
        NoBasis = "no_basis",
    }
}

words! {
    /// What the viewer wants to do.
    Action {
        /// Open a chart or a section of it.
        OpenChart = "open_chart",
        /// Export or print a chart.
        ExportChart = "export_chart",
        /// Have the patient in a list of one's own.
        ListPatient = "list_patient",
        /// Use any other page of the portal.
        UsePortal = "use_portal",
        /// Do the Sponsored User Validation review.
        Review = "review",
        /// Remind a sponsor of the review.
        Nudge = "nudge",
        /// Ask for help.
        Help = "help",
        /// Sign out.
        SignOut = "sign_out",
    }
}

impl Action {
    /// Whether F2 to F4 apply: to all but the review, the nudge, help and sign-out.
    const fn locks_apply(self) -> bool {
        !matches!(self, Self::Review | Self::Nudge | Self::Help | Self::SignOut)
    }

    /// Whether F5 and F6 apply and a permit is needed: the action shows or names a patient.
    const fn names_patient(self) -> bool {
        matches!(self, Self::OpenChart | Self::ExportChart | Self::ListPatient)
    }
}

/// What one rule says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The rule forbids, resting on this fact where it rests on one.
    Forbid(Refusal, Option<FactId>),
    /// The rule permits, resting on this fact.
    Permit(Basis, FactId),
    /// The rule says nothing.
    Silent,
}

/// The answer for one viewer, one patient, one action and one instant. Holds ids only; the words come in views.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    viewer: AccountId,
    patient: PatientId,
    action: Action,
    at: Instant,
    refusal: Option<Refusal>,
    refusal_fact: Option<FactId>,
    permits: [Option<FactId>; Basis::ALL.len()],
}

impl Decision {
    /// Whether the action is allowed.
    pub fn allowed(&self) -> bool {
        self.refusal.is_none()
    }

    /// Why it is refused, `None` when it is allowed.
    pub fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// The fact behind the refusal, where it rests on one.
    pub fn refusal_fact(&self) -> Option<FactId> {
        self.refusal_fact
    }

    /// The bases on which it is allowed, in the product's order; empty when refused.
    pub fn bases(&self) -> impl Iterator<Item = Basis> {
        self.standing_permits().filter(|_| self.allowed()).map(|(basis, _)| basis)
    }

    /// Every permit that holds with the fact behind it, even where a restriction or death forbids.
    pub fn standing_permits(&self) -> impl Iterator<Item = (Basis, FactId)> {
        Basis::ALL.iter().zip(self.permits).filter_map(|(basis, fact)| fact.map(|fact| (*basis, fact)))
    }

    /// Who asked.
    pub fn viewer(&self) -> AccountId {
        self.viewer
    }

    /// About whom.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// To do what.
    pub fn action(&self) -> Action {
        self.action
    }

    /// For which instant.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The refusal as a page may name it to the viewer: F5 and F6 only to one for whom a permit holds, and a restriction
    /// that names the viewer never; everyone else reads `no_basis`.
    pub fn refusal_on_pages(&self, patient: &PatientFacts) -> Option<Refusal> {
        let refusal = self.refusal?;
        let has_permit = self.permits.iter().any(Option::is_some);
        let names_viewer = self
            .refusal_fact
            .and_then(|id| patient.restrictions.iter().find(|r| r.id == id))
            .is_some_and(|r| !r.of_everyone());
        Some(match refusal {
            Refusal::PatientRestricted if !has_permit || names_viewer => Refusal::NoBasis,
            Refusal::PatientDeceased if !has_permit => Refusal::NoBasis,
            other => other,
        })
    }
}

/// Decides whether `viewer` may do `action` to `patient` at `now`.
pub fn decide(viewer: &ViewerFacts, patient: &PatientFacts, action: Action, now: Instant) -> Decision {
    let mut decision = Decision {
        viewer: viewer.account,
        patient: patient.patient,
        action,
        at: now,
        refusal: standing(viewer, action, now).err(),
        refusal_fact: None,
        permits: [None; Basis::ALL.len()],
    };
    if decision.refusal.is_some() || !action.names_patient() {
        return decision;
    }
    for rule in PATIENT_RULES {
        match rule(viewer, patient, now) {
            Verdict::Forbid(refusal, fact) if decision.refusal.is_none() => {
                decision.refusal = Some(refusal);
                decision.refusal_fact = fact;
            }
            Verdict::Permit(basis, fact) => {
                if let Some(place) = decision.permits.get_mut(basis as usize) {
                    *place = Some(fact);
                }
            }
            Verdict::Forbid(..) | Verdict::Silent => {}
        }
    }
    if decision.refusal.is_none() && decision.permits.iter().all(Option::is_none) {
        decision.refusal = Some(Refusal::NoBasis);
    }
    decision
}

/// Whether `viewer` may do `action` at all at `now`, patients apart: F1 to F4.
///
/// # Errors
/// The first of F1, F2, F3 and F4 that forbids.
pub fn standing(viewer: &ViewerFacts, action: Action, now: Instant) -> Result<(), Refusal> {
    account::inactive(viewer, now)?;
    if action.locks_apply() {
        account::validation_overdue(viewer, now)?;
        sponsored::without_sponsorship(viewer, now)?;
        sponsored::sponsor_locked(viewer, now)?;
    }
    Ok(())
}

type PatientRule = fn(&ViewerFacts, &PatientFacts, Instant) -> Verdict;

/// F5, F6, then P1 to P8.
const PATIENT_RULES: [PatientRule; 10] = [
    restriction::restricted,
    restriction::deceased,
    pcp::listed,
    pcp::practice_listed,
    sponsored::sponsor_listed,
    sponsored::practice_listed,
    care_team::seated,
    token::redeemed,
    grant::granted,
    emergency::running,
];

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
