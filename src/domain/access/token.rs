//! P6: a redeemed token.

use super::facts::{PatientFacts, ViewerFacts};
use super::{Basis, Verdict};
use crate::domain::calendar::Instant;
use crate::domain::people::AccountKind;

/// P6 `token`: viewer's own account redeemed a token for P, from redemption until its expiry, not revoked; for a sponsored
/// user only while the practice in which they redeemed it has a live, unlocked sponsorship of theirs. Ends the day after death.
pub fn redeemed(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    if patient.death.is_some_and(|d| d.day_after <= now) {
        return Verdict::Silent;
    }
    let token = patient.tokens.iter().find(|t| {
        t.account == viewer.account
            && t.span.holds(now)
            && patient.counts(t.owner, now)
            && match viewer.kind {
                AccountKind::Provider => true,
                AccountKind::Sponsored => t.practice.is_some_and(|practice| {
                    viewer.unlocked_sponsorships(now).any(|(s, _)| s.practice == practice)
                }),
                AccountKind::AccessTeam | AccountKind::Family => false,
            }
    });
    token.map_or(Verdict::Silent, |t| Verdict::Permit(Basis::Token, t.id))
}
