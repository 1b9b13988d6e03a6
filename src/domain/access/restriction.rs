//! F5 and F6: facts of the patient that forbid.

use super::facts::{PatientFacts, Restriction, ViewerFacts, member};
use super::{Refusal, Verdict};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;

impl Restriction {
    /// Whether it names nobody and so binds everyone.
    pub fn of_everyone(&self) -> bool {
        self.account.is_none() && self.provider.is_none() && self.practice.is_none()
    }

    fn names(&self, viewer: &ViewerFacts, now: Instant) -> bool {
        self.account == Some(viewer.account)
            || (self.provider.is_some() && self.provider == viewer.provider)
            || self.practice.is_some_and(|practice| {
                member(&viewer.memberships, practice, now)
                    || viewer.live_sponsorships(now).any(|(s, _)| s.practice == practice)
            })
    }
}

impl PatientFacts {
    /// Whether a restriction keeps `account`, one of a family, out at `now`: of everyone, or naming it. Families have no NPI and no
    /// practice.
    pub fn bars(&self, account: AccountId, now: Instant) -> bool {
        let binding = |r: &&Restriction| r.span.holds(now) && self.binds(r.owner, now);
        self.restrictions.iter().filter(binding).any(|r| r.of_everyone() || r.account == Some(account))
    }
}

/// F5 `patient_restricted`: a restriction holds, of everyone or naming this viewer's account, NPI or practice (a membership
/// at `now`, or a live sponsorship's). One that names the
/// viewer is the one reported, since pages never name it.
pub fn restricted(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    let holding = || patient.restrictions.iter().filter(|r| r.span.holds(now) && patient.binds(r.owner, now));
    let named = holding().find(|r| r.names(viewer, now));
    let found = named.or_else(|| holding().find(|r| r.of_everyone()));
    found.map_or(Verdict::Silent, |r| Verdict::Forbid(Refusal::PatientRestricted, Some(r.id)))
}

/// F6 `patient_deceased`: from 00:00 hospital time of the date of death + 91 days.
pub fn deceased(_: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    match patient.death {
        Some(death) if death.hidden_from <= now => Verdict::Forbid(Refusal::PatientDeceased, None),
        _ => Verdict::Silent,
    }
}
