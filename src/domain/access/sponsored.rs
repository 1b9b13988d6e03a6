//! F3, F4, P3 and P4: sponsored users.

use super::facts::{PatientFacts, ViewerFacts};
use super::{Basis, Refusal, Verdict, pcp};
use crate::domain::calendar::Instant;
use crate::domain::people::AccountKind;

/// F3 `no_sponsorship`: a sponsored user with no live sponsorship.
///
/// # Errors
/// [`Refusal::NoSponsorship`].
pub fn without_sponsorship(viewer: &ViewerFacts, now: Instant) -> Result<(), Refusal> {
    let lacks = viewer.kind == AccountKind::Sponsored && viewer.live_sponsorships(now).next().is_none();
    if lacks { Err(Refusal::NoSponsorship) } else { Ok(()) }
}

/// F4 `sponsor_locked`: a sponsored user whose live sponsorships are all locked.
///
/// # Errors
/// [`Refusal::SponsorLocked`].
pub fn sponsor_locked(viewer: &ViewerFacts, now: Instant) -> Result<(), Refusal> {
    let locked = viewer.kind == AccountKind::Sponsored && viewer.unlocked_sponsorships(now).next().is_none();
    if locked { Err(Refusal::SponsorLocked) } else { Ok(()) }
}

/// P3 `sponsor_pcp`: sponsored user with a live, unlocked sponsorship (S, R): P is listed with S, and the listing names no
/// practice or R.
pub fn sponsor_listed(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    if viewer.kind != AccountKind::Sponsored {
        return Verdict::Silent;
    }
    for (sponsorship, sponsor) in viewer.unlocked_sponsorships(now) {
        let listing = pcp::held(patient, now)
            .find(|l| l.provider == Some(sponsor.provider) && l.reaches(sponsorship.practice));
        if let Some(listing) = listing {
            return Verdict::Permit(Basis::SponsorPcp, listing.id);
        }
    }
    Verdict::Silent
}

/// P4 `sponsor_practice_pcp`: as P3, but P is listed with another member D of R at `now` (listing names no practice or R), or
/// with R itself.
pub fn practice_listed(viewer: &ViewerFacts, patient: &PatientFacts, now: Instant) -> Verdict {
    if viewer.kind != AccountKind::Sponsored {
        return Verdict::Silent;
    }
    for (sponsorship, sponsor) in viewer.unlocked_sponsorships(now) {
        let listing = pcp::held(patient, now)
            .filter(|l| l.provider != Some(sponsor.provider))
            .find(|l| l.lists_practice(sponsorship.practice) || l.lists_member(sponsorship.practice, now));
        if let Some(listing) = listing {
            return Verdict::Permit(Basis::SponsorPracticePcp, listing.id);
        }
    }
    Verdict::Silent
}
