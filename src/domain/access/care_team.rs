//! P5: a seat on the care team.

use super::facts::{PatientFacts, ViewerFacts, member};
use super::{Basis, Verdict};
use crate::domain::calendar::Instant;

/// P5 `care_team`: viewer is a provider with a seat for P, or a member at `now` of a practice that has a seat. A provider's
/// seat never flows to partners; no seat flows to sponsored users.
pub fn seated(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    let Some(me) = viewer.provider else { return Verdict::Silent };
    let seat = patient.seats.iter().filter(|s| s.span.holds(now) && patient.counts(s.owner, now)).find(|s| {
        match (s.provider, s.practice) {
            (Some(provider), _) => provider == me,
            (None, Some(practice)) => member(&viewer.memberships, practice, now),
            (None, None) => false,
        }
    });
    seat.map_or(Verdict::Silent, |s| Verdict::Permit(Basis::CareTeam, s.id))
}
