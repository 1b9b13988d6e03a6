//! P7: a grant.

use super::facts::{Grant, PatientFacts, ViewerFacts};
use super::{Basis, Verdict};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::FactId;
use crate::domain::people::AccountKind;

impl PatientFacts {
    /// From when to when P7 counts the grant `id` of this patient, whoever has it: its own end, the day after death, and the 18th birthday
    /// where a guardian gave it and the patient did not renew it (product.md sections 4 and 6). `None` where the patient has no such grant.
    pub fn grant_span(&self, id: FactId) -> Option<Interval> {
        // What was renewed stands as two pieces: until the birthday, and from the renewal on.
        let pieces = self.grants.iter().filter(|grant| grant.id == id).map(|grant| grant.span);
        let whole = pieces.reduce(|all, piece| {
            let end = all.end().zip(piece.end()).map(|(one, other)| one.max(other));
            Interval::new(Some(all.start().min(piece.start())), end)
        })?;
        Some(self.death.map_or(whole, |death| whole.ending_by(death.day_after)))
    }
}

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
