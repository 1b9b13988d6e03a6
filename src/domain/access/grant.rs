//! P7: a grant.

use super::facts::{Grant, PatientFacts, ViewerFacts};
use super::{Basis, Verdict};
use crate::domain::calendar::Instant;
use crate::domain::people::AccountKind;

/// Whether `grant` gives `viewer` a right to `patient` at `now`.
pub(super) fn holds(grant: &Grant, viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> bool {
    grant.account == viewer.account
        && viewer.kind == AccountKind::Provider
        && grant.span.holds(now)
        && patient.counts(grant.owner, now)
        && patient.death.is_none_or(|d| now < d.day_after)
}

/// P7 `grant`: viewer is a provider and a grant for P to their account holds. Ends the day after death.
pub fn granted(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    let grant = patient.grants.iter().find(|g| holds(g, viewer, patient, now));
    grant.map_or(Verdict::Silent, |g| Verdict::Permit(Basis::Grant, g.id))
}
