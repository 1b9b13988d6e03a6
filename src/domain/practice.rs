//! A provider's change of practice: what may be asked for, and what it does to the facts (product.md section 2).

mod asked;

pub use asked::{Asked, Details, Field, Join, LONGEST, Problem, SponsorThere, Typed};

use std::sync::Arc;

use super::access::facts::{Membership, PatientFacts, ViewerFacts};
use super::calendar::{Instant, Interval};
use super::ids::{PracticeId, ProviderId};

/// A provider begins at one practice at `at`, and with a switch ends at another then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// Who.
    pub provider: ProviderId,
    /// The practice that is left, for a switch.
    pub leave: Option<PracticeId>,
    /// The practice that is joined.
    pub join: PracticeId,
    /// From when.
    pub at: Instant,
}

impl Change {
    /// When a membership of the practice that is left ends: at the change, or at its own start where that comes later.
    pub fn end_of(&self, span: Interval) -> Instant {
        self.at.max(span.start())
    }

    /// Whether a membership of the practice `of` during `span` is ended by this change.
    pub fn ends(&self, of: PracticeId, span: Interval) -> bool {
        Some(of) == self.leave && span.end().is_none_or(|end| end > self.at)
    }

    /// Whether a membership of the practice `of` during `span` makes a new one needless.
    pub fn stays(&self, of: PracticeId, span: Interval) -> bool {
        of == self.join && span.holds(self.at) && span.end().is_none()
    }

    /// What the provider's memberships are once the change is made.
    pub fn memberships(&self, held: &[Membership]) -> Vec<Membership> {
        let ended = |m: &Membership| {
            if self.ends(m.practice, m.span) {
                Membership { span: m.span.ending_by(self.end_of(m.span)), ..*m }
            } else {
                *m
            }
        };
        let mut after: Vec<Membership> = held.iter().map(ended).collect();
        if !held.iter().any(|m| self.stays(m.practice, m.span)) {
            after.push(Membership { practice: self.join, span: Interval::new(Some(self.at), None) });
        }
        after
    }

    /// The facts of a viewer once the change is made: the provider's own, or those of somebody the provider sponsors.
    pub fn viewer(&self, before: &ViewerFacts) -> ViewerFacts {
        let mut after = before.clone();
        if after.provider == Some(self.provider) {
            after.memberships = self.memberships(&before.memberships);
        }
        let sponsors = after.sponsors.iter_mut().chain(after.own.as_deref_mut());
        for sponsor in sponsors.filter(|s| s.provider == self.provider) {
            sponsor.memberships = self.memberships(&sponsor.memberships);
        }
        after
    }

    /// The facts of a patient once the change is made: listings with the provider reach into other practices.
    pub fn patient(&self, before: &PatientFacts) -> PatientFacts {
        let mut after = before.clone();
        for listing in after.listings.iter_mut().filter(|l| l.provider == Some(self.provider)) {
            listing.memberships = Arc::from(self.memberships(&listing.memberships));
        }
        after
    }
}

#[cfg(test)]
#[path = "practice_tests.rs"]
mod tests;
