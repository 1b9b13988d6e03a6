//! The next step that a decision leaves to somebody who may see a patient, for lists (product.md section 4).

use std::borrow::Cow;

use super::explain::explain;
use super::facts::{PatientFacts, Restriction, SponsorFacts, StatusHistory, ViewerFacts};
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
        /// What ends then.
        by: EndOf,
    },
}

/// What ends where access does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndOf {
    /// The fact behind this basis.
    Fact(Basis),
    /// What that fact rests on, while it goes on itself: a membership, a sponsorship, an account.
    Support,
    /// What is left to portal users after the patient's death: without it a decision would still allow.
    Death,
}

/// The next step after `decision`, which allowed. Where the access ends is decided like everything else, at each instant to come at which
/// any fact begins or ends. A lock of the validation to come is no end of it: the review lifts it, and a notice of its own says when it
/// comes. Nor is a restriction to come: one that names the viewer is named on no page, and a date would tell of it.
pub fn next_step(decision: &Decision, viewer: &ViewerFacts, patient: &PatientFacts) -> NextStep {
    let (now, action) = (decision.at(), decision.action());
    let (viewer, patient) = (without_reviews(viewer, now), as_told(patient, now));
    let mut turns: Vec<Instant> = turns(&viewer, &patient).filter(|turn| *turn > now).collect();
    turns.sort_unstable();
    turns.dedup();
    let refused = |turn: &Instant| !decide(&viewer, &patient, action, *turn).allowed();
    let Some(ends) = turns.into_iter().find(refused) else { return NextStep::Open };
    if patient.death.is_some() {
        let alive = PatientFacts { death: None, ..PatientFacts::clone(&patient) };
        if decide(&viewer, &alive, action, ends).allowed() {
            return NextStep::OpenUntil { ends, by: EndOf::Death };
        }
    }
    let last = decide(&viewer, &patient, action, Instant::from_micros(ends.micros() - 1));
    let reasons = explain(&last, &viewer, &patient).reasons;
    let own = reasons.iter().rfind(|reason| reason.span.end() == Some(ends));
    NextStep::OpenUntil { ends, by: own.map_or(EndOf::Support, |reason| EndOf::Fact(reason.basis)) }
}

/// `viewer`, as if every review to come were done in time. A sponsor who is locked at `now` stays so: nobody knows until when.
fn without_reviews(viewer: &ViewerFacts, now: Instant) -> ViewerFacts {
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
    let is_locked = |sponsor: &SponsorFacts| viewer.cycles.overdue(sponsor, now).is_some();
    let told = |sponsor: &SponsorFacts| if is_locked(sponsor) { sponsor.clone() } else { reviewed(sponsor) };
    ViewerFacts {
        account: viewer.account,
        kind: viewer.kind,
        provider: viewer.provider,
        status: viewer.status.clone(),
        memberships: viewer.memberships.clone(),
        own: None,
        sponsorships: viewer.sponsorships.clone(),
        sponsors: viewer.sponsors.iter().map(told).collect(),
        cycles: viewer.cycles.clone(),
    }
}

/// `patient` with every listing and seat until where the hospital ends it (the feed is taken to confirm it until then), and without the
/// restrictions that do not hold at `now` yet.
fn as_told(patient: &PatientFacts, now: Instant) -> Cow<'_, PatientFacts> {
    let is_to_come = |restriction: &Restriction| restriction.span.start() > now;
    if patient.unconfirmed_ends.is_empty() && !patient.restrictions.iter().any(is_to_come) {
        return Cow::Borrowed(patient);
    }
    let mut said = patient.clone();
    said.restrictions.retain(|restriction| !is_to_come(restriction));
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
