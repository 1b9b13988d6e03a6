//! The validation and its lock a second time, written from the sentences of the rules alone and walked day by day.
//!
//! Nothing of the program is asked but which civil date an instant has in the hospital's zone. Midnights, due dates, who is
//! live, who is listed and who is locked are worked out here, naively.

use std::collections::{BTreeMap, BTreeSet};

use postern::domain::calendar::{Instant, Zone};
use time::{Date, Month};

/// Microseconds since 1970.
pub(super) type Micros = i64;

const MINUTE: Micros = 60_000_000;
const HOUR: Micros = 60 * MINUTE;

/// The mornings of a zone: the first instant of each civil date.
///
/// "A local time that a clock change removes becomes the first instant after the gap, one that happens twice is the
/// earlier": so a date begins at the first instant that has it.
pub(super) struct Almanac {
    mornings: BTreeMap<Date, Micros>,
}

impl Almanac {
    /// Walks from the middle of each day in steps of a quarter of an hour to the first instant of the next.
    pub(super) fn of(zone: Zone, first: Date, last: Date) -> Self {
        let mut mornings = BTreeMap::new();
        let mut date = first;
        let mut at = Micros::from(first.to_julian_day() - 2_440_588) * 24 * HOUR - 26 * HOUR;
        while date <= last {
            while zone.date(Instant::from_micros(at)) < date {
                at += 15 * MINUTE;
            }
            mornings.insert(date, at);
            at += 20 * HOUR;
            date = date.next_day().unwrap();
        }
        Self { mornings }
    }

    pub(super) fn morning(&self, date: Date) -> Micros {
        self.mornings[&date]
    }

    pub(super) fn days(&self) -> impl Iterator<Item = (Date, Micros)> + '_ {
        self.mornings.iter().map(|(date, at)| (*date, *at))
    }
}

/// `[from, to)`: "a missing start is 'since ever', a missing end is open".
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub from: Option<Micros>,
    pub to: Option<Micros>,
}

impl Span {
    fn has(self, t: Micros) -> bool {
        self.from.is_none_or(|from| from <= t) && self.to.is_none_or(|to| t < to)
    }
}

/// The spans in which an account is active; at every other time it is not.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub active: Vec<Span>,
}

impl Account {
    pub(super) fn active(&self, t: Micros) -> bool {
        self.active.iter().any(|span| span.has(t))
    }
}

#[derive(Clone, Debug)]
pub(super) struct Sponsor {
    pub account: Account,
    /// Practice and span.
    pub memberships: Vec<(usize, Span)>,
    /// The opening date of the cycle, and when the review was completed.
    pub reviews: Vec<(Date, Micros)>,
    /// The opening date of the cycle, the new due date, and when it was decided.
    pub extensions: Vec<(Date, Date, Micros)>,
}

#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub sponsor: usize,
    pub user: usize,
    pub practice: usize,
    pub span: Span,
}

/// A small hospital, as far as the validation sees it.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub counts_from: Micros,
    pub sponsors: Vec<Sponsor>,
    pub users: Vec<Account>,
    pub edges: Vec<Edge>,
}

impl World {
    /// "A sponsorship is live at t when: t in its interval, staff account active, sponsor account active, sponsor is a
    /// member of that practice at t."
    pub(super) fn live(&self, edge: usize, t: Micros) -> bool {
        let edge = &self.edges[edge];
        let sponsor = &self.sponsors[edge.sponsor];
        edge.span.has(t)
            && self.users[edge.user].active(t)
            && sponsor.account.active(t)
            && sponsor.memberships.iter().any(|(practice, span)| *practice == edge.practice && span.has(t))
    }

    fn held_by(&self, sponsor: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.edges.len()).filter(move |edge| self.edges[*edge].sponsor == sponsor)
    }
}

/// A cycle as the diary saw it open.
struct Opened {
    opening: Date,
    at: Micros,
    due: Date,
    days_left: u32,
    /// User and practice of everyone live at the opening.
    listed: BTreeSet<(usize, usize)>,
}

/// One sponsor's days: who was live each morning, and which cycles opened.
pub(super) struct Diary<'a> {
    world: &'a World,
    almanac: &'a Almanac,
    sponsor: usize,
    live_in_the_morning: BTreeMap<Date, BTreeSet<usize>>,
    cycles: Vec<Opened>,
}

/// What the sponsor has to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Duty {
    pub cycle: Date,
    pub due: Micros,
    pub overdue: bool,
    pub rows: BTreeSet<usize>,
    pub attested: BTreeSet<usize>,
}

impl<'a> Diary<'a> {
    /// Walks every day of the almanac.
    pub(super) fn kept(world: &'a World, almanac: &'a Almanac, sponsor: usize) -> Self {
        let mut diary =
            Self { world, almanac, sponsor, live_in_the_morning: BTreeMap::new(), cycles: Vec::new() };
        for (date, morning) in almanac.days() {
            diary.a_day_begins(date, morning);
        }
        diary
    }

    fn a_day_begins(&mut self, date: Date, morning: Micros) {
        let live: BTreeSet<usize> =
            self.world.held_by(self.sponsor).filter(|edge| self.world.live(*edge, morning)).collect();
        // "due at local midnight 30 days later (May 1, October 31) … Not 720 hours."
        for cycle in self.cycles.iter_mut().filter(|cycle| cycle.days_left > 0) {
            cycle.days_left -= 1;
            cycle.due = date;
        }
        // "Cycles open April 1 and October 1, 00:00 hospital time"; "`validation.first_opening`, when set, alone decides
        // from which opening cycles count (that one included); otherwise the installation instant does."
        let opens = date.day() == 1 && (date.month() == Month::April || date.month() == Month::October);
        if opens && morning >= self.world.counts_from {
            // "Listed in a cycle: the sponsorships live at its opening."
            let listed = live.iter().map(|edge| self.person(*edge)).collect();
            self.cycles.push(Opened { opening: date, at: morning, due: date, days_left: 30, listed });
        }
        self.live_in_the_morning.insert(date, live);
    }

    fn person(&self, edge: usize) -> (usize, usize) {
        (self.world.edges[edge].user, self.world.edges[edge].practice)
    }

    fn me(&self) -> &'a Sponsor {
        &self.world.sponsors[self.sponsor]
    }

    /// "a new sponsorship of the same person by the same sponsor in the same practice inherits listed status."
    fn listed(&self, cycle: &Opened, edge: usize) -> bool {
        cycle.listed.contains(&self.person(edge))
    }

    /// "The access team may extend one sponsor's due date (audited; the new date is the lock date, locked from its local
    /// midnight; the latest extension wins and never precedes the normal date)." Extensions "are dated": one not yet
    /// decided is not known.
    fn due(&self, cycle: &Opened, t: Micros) -> Date {
        let mut due = cycle.due;
        let mut decided = Micros::MIN;
        for (of, new, at) in &self.me().extensions {
            if *of == cycle.opening && *at <= t && *at > decided {
                decided = *at;
                due = (*new).max(cycle.due);
            }
        }
        due
    }

    /// "no review for that cycle or a later one was completed by t"
    fn reviewed(&self, cycle: &Opened, t: Micros) -> bool {
        self.me().reviews.iter().any(|(of, at)| *of >= cycle.opening && *at <= t)
    }

    /// "at least one listed sponsorship was still live (locks apart) at the due instant"
    fn somebody_was_left(&self, cycle: &Opened, due: Date) -> bool {
        self.live_in_the_morning[&due].iter().any(|edge| self.listed(cycle, *edge))
    }

    fn past_due(&self, cycle: &Opened, t: Micros) -> bool {
        t >= self.almanac.morning(self.due(cycle, t))
    }

    fn is_overdue(&self, cycle: &Opened, t: Micros) -> bool {
        self.past_due(cycle, t)
            && self.somebody_was_left(cycle, self.due(cycle, t))
            && !self.reviewed(cycle, t)
    }

    fn open(&self, t: Micros) -> impl DoubleEndedIterator<Item = &Opened> {
        self.cycles.iter().filter(move |cycle| cycle.at <= t)
    }

    /// The openings of the cycles for which the sponsor is overdue at `t`, the oldest first.
    pub(super) fn overdue(&self, t: Micros) -> Vec<Date> {
        self.open(t).filter(|cycle| self.is_overdue(cycle, t)).map(|cycle| cycle.opening).collect()
    }

    /// Opening, opening instant and normal due instant of the cycles open at `t`.
    pub(super) fn opened_by(&self, t: Micros) -> Vec<(Date, Micros, Micros)> {
        self.open(t).map(|c| (c.opening, c.at, self.almanac.morning(c.due))).collect()
    }

    /// The opening of the first cycle that opens after `t`.
    pub(super) fn next_after(&self, t: Micros) -> Option<Date> {
        self.cycles.iter().find(|cycle| cycle.at > t).map(|cycle| cycle.opening)
    }

    /// The due instant of a cycle, as known at `t`.
    pub(super) fn due_instant(&self, opening: Date, t: Micros) -> Micros {
        let cycle = self.cycles.iter().find(|cycle| cycle.opening == opening).unwrap();
        self.almanac.morning(self.due(cycle, t))
    }

    /// Whether the cycle still asks for a review at `t`: "A sponsor with any must review", and "nobody left before the due
    /// instant counts as done; after it only completing unlocks (an empty review is one click)".
    fn is_owed(&self, cycle: &Opened, t: Micros) -> bool {
        if self.past_due(cycle, t) {
            return self.is_overdue(cycle, t);
        }
        let mut live = self.world.held_by(self.sponsor).filter(|edge| self.world.live(*edge, t));
        !self.reviewed(cycle, t) && live.any(|edge| self.listed(cycle, edge))
    }

    /// "A review belongs to the newest cycle open at submission and needs a row for every still-live sponsorship listed in
    /// any unreviewed cycle, so one review clears both." "Users sponsored after the opening count as attested".
    pub(super) fn duty(&self, t: Micros) -> Option<Duty> {
        let lock =
            self.open(t).filter(|cycle| self.is_owed(cycle, t)).map(|cycle| self.due(cycle, t)).min()?;
        let unreviewed: Vec<&Opened> = self.open(t).filter(|cycle| !self.reviewed(cycle, t)).collect();
        let live = self.world.held_by(self.sponsor).filter(|edge| self.world.live(*edge, t));
        let (rows, attested) =
            live.partition(|edge| unreviewed.iter().any(|cycle| self.listed(cycle, *edge)));
        let overdue = !self.overdue(t).is_empty();
        let cycle = self.open(t).last()?.opening;
        Some(Duty { cycle, due: self.almanac.morning(lock), overdue, rows, attested })
    }

    /// "An overdue sponsor and the sponsorships they hold are locked until the review is completed".
    pub(super) fn unlocked(&self, edge: usize, t: Micros) -> bool {
        self.world.live(edge, t) && self.overdue(t).is_empty()
    }
}
