//! The Sponsored User Validation: its cycles and the lock, computed and never stored (product.md section 7).
//!
//! ```text
//!  opening (Apr 1 / Oct 1)         due (May 1 / Oct 31, or the extension)
//!     |-------- open --------------|-------- overdue: locked --------> until a review is completed
//! ```

use std::sync::Arc;

use time::{Date, Month};

use super::access::facts::{Held, SponsorFacts};
use super::calendar::{Instant, Zone, plus_days};
use super::people::words;

/// Days from a cycle's opening to its due date, counted on the calendar, not as hours.
pub const DAYS_TO_REVIEW: i64 = 30;

words! {
    /// What a sponsor decides about somebody in a review.
    Choice {
        /// The sponsorship goes on.
        Keep = "keep",
        /// The sponsorship ends.
        Remove = "remove",
    }
}

/// One validation cycle, named by its opening date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cycle {
    /// April 1 or October 1: the cycle's name.
    pub opening: Date,
    /// 00:00 hospital time of the opening date.
    pub opens: Instant,
    /// Local midnight 30 days later: overdue from here on.
    pub due: Instant,
}

/// What was signed further ahead of the clock than a request takes (60 s) was signed while the clock was wrong: what is signed now
/// takes its place, so that a clock set right leaves nobody locked.
pub const AHEAD_SECONDS: i64 = 60;

/// The cycles that count at one installation, oldest first.
#[derive(Clone, Debug)]
pub struct Cycles {
    zone: Zone,
    list: Arc<[Cycle]>,
}

/// What a sponsor has to review at an instant.
#[derive(Clone, Debug)]
pub struct Duty<'a> {
    /// The cycle that a review completed at that instant belongs to: the newest that has opened.
    pub cycle: &'a Cycle,
    /// When the sponsor is locked unless it is completed; in the past for one who is locked.
    pub due: Instant,
    /// Whether the sponsor is locked.
    pub overdue: bool,
    /// The sponsorships that need a choice: live, and listed in a cycle that is not reviewed yet.
    pub rows: Vec<&'a Held>,
    /// Live ones that need none: sponsored after the opening, which counts as attested.
    pub attested: Vec<&'a Held>,
}

/// Whether `date` opens a cycle: April 1 or October 1.
pub fn is_opening(date: Date) -> bool {
    date.day() == 1 && matches!(date.month(), Month::April | Month::October)
}

impl Cycles {
    /// The cycles that open at or after `first` (that one included), up to the year 2199.
    pub fn counting_from(first: Instant, zone: Zone) -> Self {
        let first_year = zone.date(first).year().max(1970);
        let openings = (first_year..2200)
            .flat_map(|year| [Month::April, Month::October].map(|m| Date::from_calendar_date(year, m, 1)))
            .flatten();
        let cycle = |opening| Cycle {
            opening,
            opens: zone.start_of_day(opening),
            due: zone.start_of_day(plus_days(opening, DAYS_TO_REVIEW)),
        };
        Self { zone, list: openings.map(cycle).filter(|c| c.opens >= first).collect() }
    }

    /// The zone in which dates are read.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The cycles that have opened by `t`, newest first.
    pub fn opened_by(&self, t: Instant) -> impl Iterator<Item = &Cycle> {
        let count = self.list.partition_point(|c| c.opens <= t);
        self.list.get(..count).unwrap_or_default().iter().rev()
    }

    /// The first cycle that opens after `t`.
    pub fn next(&self, t: Instant) -> Option<&Cycle> {
        self.list.get(self.list.partition_point(|c| c.opens <= t))
    }

    /// The cycle that opens on `opening`, when it counts here.
    pub fn named(&self, opening: Date) -> Option<&Cycle> {
        self.list.iter().find(|c| c.opening == opening)
    }

    /// When `sponsor` must have reviewed `cycle`, as known at `t`: its due instant, or the local midnight of the latest
    /// extension decided by then, never before the normal date.
    pub fn due(&self, sponsor: &SponsorFacts, cycle: &Cycle, t: Instant) -> Instant {
        let of_cycle = sponsor.extensions.iter().filter(|e| e.cycle == cycle.opening && e.decided_at <= t);
        let latest = of_cycle.max_by_key(|e| (e.decided_at, e.due));
        latest.map_or(cycle.due, |e| e.due.max(cycle.due))
    }

    /// The cycle for which `sponsor` is overdue at `t`, the newest one; `None` when nothing is locked.
    ///
    /// Overdue: `t` is at or past the due instant, a listed sponsorship was still live at the due instant, and no
    /// review of that cycle or a later one was completed by `t`.
    pub fn overdue(&self, sponsor: &SponsorFacts, t: Instant) -> Option<&Cycle> {
        self.all_overdue(sponsor, t).next()
    }

    /// Every cycle for which `sponsor` is overdue at `t`, newest first: as [`overdue`](Self::overdue) says of one. A single review clears
    /// them all.
    pub fn all_overdue(&self, sponsor: &SponsorFacts, t: Instant) -> impl Iterator<Item = &Cycle> {
        let reviewed = move |cycle: &Cycle| {
            sponsor.reviews.iter().any(|r| r.cycle >= cycle.opening && r.completed_at <= t)
        };
        let unreviewed =
            self.opened_by(t).take_while(move |cycle| !sponsor.held.is_empty() && !reviewed(cycle));
        unreviewed.filter(move |cycle| {
            let due = self.due(sponsor, cycle, t);
            due <= t && sponsor.held_listed_and_live(cycle.opens, due)
        })
    }

    /// The cycles that have opened by `t` and that no review of `sponsor` completed by then covers, newest first.
    pub fn unreviewed(&self, sponsor: &SponsorFacts, t: Instant) -> Vec<&Cycle> {
        let by_then = sponsor.reviews.iter().filter(|r| r.completed_at <= t);
        let newest = by_then.map(|r| r.cycle).max();
        self.opened_by(t).take_while(|c| newest.is_none_or(|n| n < c.opening)).collect()
    }

    /// What `sponsor` has to review at `t`; `None` when there is nothing. One review, of the newest open cycle, covers all of it.
    pub fn duty<'a>(&'a self, sponsor: &'a SponsorFacts, t: Instant) -> Option<Duty<'a>> {
        let unreviewed = self.unreviewed(sponsor, t);
        let cycle = *unreviewed.first()?;
        let live: Vec<&Held> = sponsor.held.iter().filter(|h| sponsor.live(h, t)).collect();
        let listed = |held: &Held| unreviewed.iter().any(|c| sponsor.listed(held, c.opens));
        let (rows, attested): (Vec<_>, Vec<_>) = live.into_iter().partition(|h| listed(h));
        let owed = unreviewed.iter().filter(|c| {
            let due = self.due(sponsor, c, t);
            let at = due.min(t);
            sponsor.held_listed_and_live(c.opens, at)
        });
        let due = owed.map(|c| self.due(sponsor, c, t)).min();
        due.map(|due| Duty { cycle, due, overdue: due <= t, rows, attested })
    }
}

#[cfg(test)]
#[path = "validation_tests.rs"]
mod tests;
