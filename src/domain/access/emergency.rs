//! P8: emergency access.

use super::facts::{Emergency, PatientFacts, ViewerFacts};
use super::{Action, Basis, Decision, Verdict, decide};
use crate::domain::calendar::{Instant, Interval};
use crate::domain::ids::FactId;
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

/// Seconds for which emergency access lasts: 4 hours (product.md section 6), by no calendar.
pub const SECONDS: i64 = 4 * 3600;

/// When emergency access taken at `now` holds.
pub fn span(now: Instant) -> Interval {
    Interval::new(Some(now), Some(now.plus_seconds(SECONDS)))
}

/// What opening the chart at `now` would be answered, were emergency access taken then: F1 to F6 bar it, and it permits where P8 does.
pub fn would_open(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Decision {
    let taken = Emergency {
        id: FactId(uuid::Uuid::nil()),
        owner: patient.patient,
        account: viewer.account,
        span: span(now),
    };
    let mut with = patient.clone();
    with.emergencies.push(taken);
    decide(viewer, &with, Action::OpenChart, now)
}
