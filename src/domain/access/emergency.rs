//! P8: emergency access.

use super::facts::{PatientFacts, ViewerFacts};
use super::{Basis, Verdict};
use crate::domain::calendar::Instant;
use crate::domain::people::AccountKind;

/// P8 `emergency`: viewer is a provider and an emergency-access grant (section 6) holds. Ends the day after death.
pub fn running(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    if viewer.kind != AccountKind::Provider || patient.death.is_some_and(|d| d.day_after <= now) {
        return Verdict::Silent;
    }
    let mine = patient
        .emergencies
        .iter()
        .find(|e| e.account == viewer.account && e.span.holds(now) && patient.counts(e.owner, now));
    mine.map_or(Verdict::Silent, |e| Verdict::Permit(Basis::Emergency, e.id))
}
