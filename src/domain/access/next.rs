//! The next step that a decision leaves to somebody who may see a patient, for lists (product.md section 4).

use std::borrow::Cow;

use super::explain::explain;
use super::facts::{PatientFacts, SponsorFacts, StatusHistory, ViewerFacts};
use super::{Basis, Decision, decide};
use crate::domain::calendar::{Instant, Interval};

/// What somebody who may see a patient can do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NextStep {
    /// Open the chart; no end of the access is known.
    #[default]
    Open,
    /// Open the chart until then, and renew the access if it is still needed.
    OpenUntil {
        /// When the access ends, by the dates of today's facts: the first instant at which a decision refuses.
        ends: Instant,
        /// The basis whose own fact ends then; `None` where that goes on and something it rests on ends: a membership, a sponsorship, an
        /// account, or by a death or a restriction.
        by: Option<Basis>,
    },
}

/// The next step after `decision`, which allowed. Where the access ends is decided like everything else, at each instant to come at which
/// any fact begins or ends. A lock of the validation is no end of it: the review lifts it, and a notice of its own says when it comes.
pub fn next_step(decision: &Decision, viewer: &ViewerFacts, patient: &PatientFacts) -> NextStep {
    let (viewer, patient) = (without_reviews(viewer), as_the_hospital_says(patient));
    let (now, action) = (decision.at(), decision.action());
    let mut turns: Vec<Instant> = turns(&viewer, &patient).filter(|turn| *turn > now).collect();
    turns.sort_unstable();
    turns.dedup();
    let refused = |turn: &Instant| !decide(&viewer, &patient, action, *turn).allowed();
    let Some(ends) = turns.into_iter().find(refused) else { return NextStep::Open };
    let last = decide(&viewer, &patient, action, Instant::from_micros(ends.micros() - 1));
    let reasons = explain(&last, &viewer, &patient).reasons;
    let own = reasons.iter().rfind(|reason| reason.span.end() == Some(ends));
    NextStep::OpenUntil { ends, by: own.map(|reason| reason.basis) }
}

/// `viewer`, as if every review were done in time.
fn without_reviews(viewer: &ViewerFacts) -> ViewerFacts {
    let reviewed = |sponsor: &SponsorFacts| SponsorFacts {
        account: sponsor.account,
        provider: sponsor.provider,
        status: sponsor.status.clone(),
        memberships: sponsor.memberships.clone(),
        // What nobody holds needs no review; whether a sponsorship is live stands with the viewer.
        held: Vec::new(),
        reviews: Vec::new(),
        extensions: Vec::new(),
    };
    ViewerFacts {
        account: viewer.account,
        kind: viewer.kind,
        provider: viewer.provider,
        status: viewer.status.clone(),
        memberships: viewer.memberships.clone(),
        own: None,
        sponsorships: viewer.sponsorships.clone(),
        sponsors: viewer.sponsors.iter().map(reviewed).collect(),
        cycles: viewer.cycles.clone(),
    }
}

/// `patient` with every listing and seat until where the hospital ends it: the feed is taken to confirm it until then.
fn as_the_hospital_says(patient: &PatientFacts) -> Cow<'_, PatientFacts> {
    if patient.unconfirmed_ends.is_empty() {
        return Cow::Borrowed(patient);
    }
    let mut said = patient.clone();
    for listing in &mut said.listings {
        listing.span = patient.as_said(listing.id, listing.span);
    }
    for seat in &mut said.seats {
        seat.span = patient.as_said(seat.id, seat.span);
    }
    Cow::Owned(said)
}

/// Every instant at which a fact of either begins or ends, in any order.
fn turns<'a>(viewer: &'a ViewerFacts, patient: &'a PatientFacts) -> impl Iterator<Item = Instant> + 'a {
    let statuses = |history: &'a StatusHistory| history.0.iter().map(|status| status.span);
    let sponsors = viewer.sponsors.iter().flat_map(move |sponsor| {
        statuses(&sponsor.status).chain(sponsor.memberships.iter().map(|membership| membership.span))
    });
    let of_viewer = statuses(&viewer.status)
        .chain(viewer.memberships.iter().map(|membership| membership.span))
        .chain(viewer.sponsorships.iter().map(|sponsorship| sponsorship.span))
        .chain(sponsors);
    let listings = patient.listings.iter().flat_map(|listing| {
        std::iter::once(listing.span).chain(listing.memberships.iter().map(|membership| membership.span))
    });
    let theirs = viewer.account;
    let of_patient = listings
        .chain(patient.seats.iter().map(|seat| seat.span))
        .chain(patient.tokens.iter().filter(move |token| token.account == theirs).map(|token| token.span))
        .chain(patient.grants.iter().filter(move |grant| grant.account == theirs).map(|grant| grant.span))
        .chain(patient.emergencies.iter().filter(move |one| one.account == theirs).map(|one| one.span))
        .chain(patient.restrictions.iter().map(|restriction| restriction.span))
        .chain(patient.merges.iter().map(|merge| merge.span));
    let confirmed = patient.merges.iter().filter_map(|merge| merge.confirmed_at);
    let death = patient.death.iter().flat_map(|death| [death.day_after, death.hidden_from]);
    let edges = |span: Interval| std::iter::once(span.start()).chain(span.end());
    of_viewer.chain(of_patient).flat_map(edges).chain(confirmed).chain(death)
}

#[cfg(test)]
#[path = "next_tests.rs"]
mod tests;
