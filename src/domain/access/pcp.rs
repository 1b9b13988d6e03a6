//! P1 and P2: the viewer, or a partner in the practice, is the PCP.

use super::facts::{Listing, PatientFacts, ViewerFacts, member};
use super::{Basis, Verdict};
use crate::domain::calendar::Instant;
use crate::domain::ids::{PracticeId, ProviderId};

/// The listings that hold at `now`.
pub(super) fn held(patient: &PatientFacts, now: Instant) -> impl Iterator<Item = &Listing> {
    patient.listings.iter().filter(move |l| l.span.holds(now) && patient.counts(l.owner, now))
}

impl Listing {
    /// Whether the listing reaches into `practice`: it names that practice or none.
    pub(super) fn reaches(&self, practice: PracticeId) -> bool {
        self.practice.is_none_or(|named| named == practice)
    }

    /// Whether it lists `practice` itself, no provider named.
    pub(super) fn lists_practice(&self, practice: PracticeId) -> bool {
        self.provider.is_none() && self.practice == Some(practice)
    }

    /// Whether it lists a provider who is a member of `practice` at `now`, the listing naming no practice or this one.
    pub(super) fn lists_member(&self, practice: PracticeId, now: Instant) -> bool {
        self.provider.is_some() && self.reaches(practice) && member(&self.memberships, practice, now)
    }
}

impl PatientFacts {
    /// The providers listed as PCP at `now`, each once.
    pub fn pcps(&self, now: Instant) -> Vec<ProviderId> {
        let mut pcps: Vec<ProviderId> = Vec::new();
        for provider in held(self, now).filter_map(|listing| listing.provider) {
            if !pcps.contains(&provider) {
                pcps.push(provider);
            }
        }
        pcps
    }
}

/// P1 `pcp`: viewer is a provider and P is listed with them, whatever practice the listing names.
pub fn listed(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    let Some(me) = viewer.provider else { return Verdict::Silent };
    let mine = held(patient, now).find(|l| l.provider == Some(me));
    mine.map_or(Verdict::Silent, |l| Verdict::Permit(Basis::Pcp, l.id))
}

/// P2 `practice_pcp`: viewer is a provider; P is listed with another provider D, viewer and D are both members of one practice
/// R at `now`, and the listing names no practice or R; or P is listed with a practice R itself and the viewer is a member of
/// R at `now`.
pub fn practice_listed(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    let Some(me) = viewer.provider else { return Verdict::Silent };
    let partner = held(patient, now).filter(|l| l.provider != Some(me)).find(|l| {
        let shared = viewer.memberships.iter().filter(|m| m.span.holds(now));
        shared.map(|m| m.practice).any(|r| l.lists_practice(r) || l.lists_member(r, now))
    });
    partner.map_or(Verdict::Silent, |l| Verdict::Permit(Basis::PracticePcp, l.id))
}
