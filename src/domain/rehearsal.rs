//! The calendar of the validation, played on the facts of today: what would happen to one sponsor, and the sum over all (product.md section 7).
//!
//! Nothing is completed, and nobody leaves or comes unless a fact with a date says so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use time::Date;

use super::access::facts::{PatientFacts, SponsorFacts, ViewerFacts};
use super::access::{Action, decide};
use super::calendar::{Instant, Interval, Zone, plus_days, plus_months};
use super::ids::AccountId;
use super::notice::{NoticeKind, due_at};
use super::people::words;
use super::validation::{Cycle, Cycles};

/// Months from today, forth and back, over which the calendar is played.
pub const MONTHS: i32 = 24;

words! {
    /// Why the calendar cannot be played.
    Problem {
        /// A date is missing, or there is no such day.
        NoSuchDate = "no_such_date",
        /// The last day is before the first.
        Reversed = "reversed",
        /// A day is more than two years away from today.
        TooFar = "too_far",
    }
}

/// From 00:00 of `from` to the end of `to`, hospital time.
///
/// # Errors
/// The [`Problem`] with these days.
pub fn window(from: Date, to: Date, zone: Zone, now: Instant) -> Result<Interval, Problem> {
    let today = zone.date(now);
    if to < from {
        return Err(Problem::Reversed);
    }
    if from < plus_months(today, -MONTHS) || to > plus_months(today, MONTHS) {
        return Err(Problem::TooFar);
    }
    Ok(Interval::new(Some(zone.start_of_day(from)), Some(zone.start_of_day(plus_days(to, 1)))))
}

/// Something that the calendar does to one sponsor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A review opens, with so many people listed.
    Opens(usize),
    /// A letter is sent.
    Letter(NoticeKind),
    /// The sponsor, not locked before, is locked.
    Locks,
}

/// What happens to `sponsor` during `window`: instant, the cycle's opening date, and what. `now` is when the facts were read.
pub fn events(
    cycles: &Cycles,
    sponsor: &SponsorFacts,
    window: Interval,
    now: Instant,
) -> Vec<(Instant, Date, What)> {
    let last = window.end().map_or(Instant::NEVER, just_before);
    let mut all = Vec::new();
    for cycle in cycles.opened_by(last) {
        of_cycle(cycles, sponsor, cycle, window, now, &mut all);
    }
    all
}

fn of_cycle(
    cycles: &Cycles,
    sponsor: &SponsorFacts,
    cycle: &Cycle,
    window: Interval,
    now: Instant,
    all: &mut Vec<(Instant, Date, What)>,
) {
    let listed = sponsor.held.iter().filter(|held| sponsor.live(held, cycle.opens)).count();
    if listed == 0 {
        return;
    }
    if window.holds(cycle.opens) {
        all.push((cycle.opens, cycle.opening, What::Opens(listed)));
    }
    let due = cycles.due(sponsor, cycle, now);
    for kind in NoticeKind::ALL {
        let at = due_at(cycle, due, *kind, cycles.zone());
        if !window.holds(at) {
            continue;
        }
        let owes = match kind {
            NoticeKind::Lock => cycles.overdue(sponsor, at) == Some(cycle),
            _ => cycles.duty(sponsor, at).is_some_and(|duty| duty.cycle == cycle),
        };
        if owes {
            all.push((at, cycle.opening, What::Letter(*kind)));
        }
        if owes && *kind == NoticeKind::Lock && cycles.overdue(sponsor, just_before(at)).is_none() {
            all.push((at, cycle.opening, What::Locks));
        }
    }
}

/// The last instant before `t`.
pub fn just_before(t: Instant) -> Instant {
    Instant::from_micros(t.micros().saturating_sub(1))
}

/// Those whom `sponsor` sponsors at `at`, locks apart: they are locked with the sponsor.
pub fn staff(sponsor: &SponsorFacts, at: Instant) -> BTreeSet<AccountId> {
    sponsor.held.iter().filter(|held| sponsor.live(held, at)).map(|held| held.user).collect()
}

/// Whether `viewer`, of whose sponsors several may be locked at `at`, is counted with `sponsor`: with the one of the lowest id.
pub fn is_counted_with(viewer: &ViewerFacts, sponsor: AccountId, at: Instant) -> bool {
    let locked_then = |facts: &&SponsorFacts| {
        viewer.cycles.overdue(facts, at).is_some() && viewer.cycles.overdue(facts, just_before(at)).is_none()
    };
    let live = viewer.live_sponsorships(at).map(|(_, sponsor)| sponsor);
    live.filter(locked_then).map(|facts| facts.account).min() == Some(sponsor)
}

/// Whether `viewer` may see the patient until `at`, and from then on no more.
pub fn loses(viewer: &ViewerFacts, patient: &PatientFacts, at: Instant) -> bool {
    let may = |t| decide(viewer, patient, Action::ListPatient, t).allowed();
    may(just_before(at)) && !may(at)
}

/// Somebody who is locked, and how many patients they no longer see.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Losing {
    /// The account.
    pub account: AccountId,
    /// Given and family name.
    pub name: String,
    /// Whether it is the sponsor; a sponsored user otherwise.
    pub is_sponsor: bool,
    /// How many patients.
    pub patients: usize,
}

/// What happens at one instant in one cycle.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Moment {
    /// Sponsors whose review opens.
    pub opened: usize,
    /// People listed in those reviews.
    pub listed: usize,
    /// Letters sent, by kind.
    pub letters: BTreeMap<NoticeKind, usize>,
    /// Sponsors locked.
    pub locked: usize,
    /// Sponsored users who are locked with them, each counted once.
    pub locked_staff: usize,
    /// How many people lose access to a patient or more.
    pub losing: usize,
    /// To how many patients, added up over those people.
    pub patients: usize,
    /// The first of them, at most [`KEPT`].
    pub people: Vec<Losing>,
}

/// People named for one instant, at most.
pub const KEPT: usize = 200;

/// What would happen, by instant and cycle.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rehearsal {
    /// In order.
    pub moments: BTreeMap<(Instant, Date), Moment>,
}

impl Rehearsal {
    /// Adds what happens to one sponsor.
    pub fn add(&mut self, (at, cycle, what): (Instant, Date, What)) {
        let moment = self.moments.entry((at, cycle)).or_default();
        match what {
            What::Opens(listed) => {
                moment.opened += 1;
                moment.listed += listed;
            }
            What::Letter(kind) => *moment.letters.entry(kind).or_default() += 1,
            What::Locks => moment.locked += 1,
        }
    }

    /// Adds somebody who is locked at `at`.
    pub fn lose(&mut self, (at, cycle): (Instant, Date), who: Losing) {
        let moment = self.moments.entry((at, cycle)).or_default();
        moment.locked_staff += usize::from(!who.is_sponsor);
        if who.patients > 0 {
            moment.losing += 1;
            moment.patients += who.patients;
        }
        if moment.people.len() < KEPT {
            moment.people.push(who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn days_that_are_reversed_or_too_far_away_are_refused() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let now: Instant = "2026-03-11T16:00:00Z".parse().unwrap();
        let of = |from, to| window(from, to, zone, now);
        let day = of(date!(2026 - 05 - 01), date!(2026 - 05 - 01)).unwrap();
        assert!(day.holds("2026-05-01T04:00:00Z".parse().unwrap()));
        assert!(day.holds("2026-05-02T03:59:59Z".parse().unwrap()));
        assert!(!day.holds("2026-05-02T04:00:00Z".parse().unwrap()));
        assert_eq!(of(date!(2026 - 05 - 02), date!(2026 - 05 - 01)), Err(Problem::Reversed));
        assert!(of(date!(2024 - 03 - 11), date!(2028 - 03 - 11)).is_ok());
        assert_eq!(of(date!(2026 - 05 - 01), date!(2028 - 03 - 12)), Err(Problem::TooFar));
        assert_eq!(of(date!(2024 - 03 - 10), date!(2026 - 05 - 01)), Err(Problem::TooFar));
    }
}
