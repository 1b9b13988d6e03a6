//! The campaign of a validation cycle: how far each sponsor is, what comes next, and how far a date may be moved (product.md section 7).
//!
//! ```text
//!  opening -------------- 9 days left ----------- due
//!     |------- open ----------|------ at risk -----|----- locked -----> done, once a review is completed
//! ```

use time::{Date, Month};

use super::access::facts::SponsorFacts;
use super::calendar::{Instant, Zone, plus_days};
use super::notice::{NoticeKind, due_at};
use super::people::words;
use super::validation::{Cycle, Cycles};

/// A due date may be moved this many days past the normal one, at most: it stays well before the next opening.
pub const LONGEST_EXTENSION: i64 = 60;
/// The fewest characters of the reason for an extension.
pub const REASON_SHORTEST: usize = 10;
/// The most characters of the reason for an extension.
pub const REASON_LONGEST: usize = 1000;
/// Rows on one page of the campaign.
pub const ON_PAGE: usize = 50;

words! {
    /// How far a sponsor is; in the order in which the campaign lists them.
    State {
        /// The due date of this cycle or of an earlier one is past, and nothing was completed.
        Locked = "locked",
        /// Not done, and nine days or less are left, or mail to the sponsor is refused.
        AtRisk = "at_risk",
        /// Not done, and there is time.
        Open = "open",
        /// A review of this cycle or a later one is completed, or nobody was left to review.
        Done = "done",
    }
}

/// Where one sponsor stands in a cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// How far.
    pub state: State,
    /// When this cycle locks the sponsor unless a review is completed.
    pub due: Instant,
    /// Whether that was moved.
    pub is_extended: bool,
    /// Since when they are done or locked; `None` for those who are neither, and for those who had nobody left.
    pub since: Option<Instant>,
    /// The opening of the oldest cycle before this one that locks them. No date of this cycle unlocks them then: only a review does.
    pub older: Option<Date>,
    /// Whether this cycle itself has somebody left to review, and no review covers it.
    pub is_owed: bool,
}

/// Where `sponsor`, who was listed in `cycle`, stands at `now`; `is_bounced` says that mail to them is refused. Whom an earlier cycle
/// locks is locked in this one too (product.md section 7: until the review is completed).
pub fn standing(
    cycles: &Cycles,
    sponsor: &SponsorFacts,
    cycle: &Cycle,
    is_bounced: bool,
    now: Instant,
) -> Standing {
    let due = cycles.due(sponsor, cycle, now);
    let reviews = sponsor.reviews.iter().filter(|r| r.cycle >= cycle.opening && r.completed_at <= now);
    let reviewed_at = reviews.map(|r| r.completed_at).min();
    let is_owed = reviewed_at.is_none() && sponsor.held_listed_and_live(cycle.opens, due.min(now));
    let locking = || cycles.all_overdue(sponsor, now).filter(|one| one.opening <= cycle.opening);
    let locked_since = locking().map(|one| cycles.due(sponsor, one, now)).min();
    let (state, since) = match (reviewed_at, locked_since) {
        (Some(at), _) => (State::Done, Some(at)),
        (None, Some(at)) => (State::Locked, Some(at)),
        (None, None) if is_owed => (undone(cycle, due, is_bounced, cycles.zone(), now), None),
        (None, None) => (State::Done, None),
    };
    let older = locking().filter(|one| one.opening < cycle.opening).last().map(|one| one.opening);
    Standing { state, due, is_extended: due > cycle.due, since, older, is_owed }
}

/// The state of a sponsor who has something to review in `cycle`, is due at `due`, and is not done.
pub fn undone(cycle: &Cycle, due: Instant, is_bounced: bool, zone: Zone, now: Instant) -> State {
    if due <= now {
        State::Locked
    } else if is_bounced || due_at(cycle, due, NoticeKind::Days9, zone) <= now {
        State::AtRisk
    } else {
        State::Open
    }
}

/// What the calendar brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coming {
    /// A letter of the running cycle; the lock is one of them.
    Letter(NoticeKind),
    /// The next cycle opens.
    Opening,
}

/// What comes after `now`, in order: the letters of the newest cycle on its normal dates, and the next opening.
pub fn coming(cycles: &Cycles, now: Instant) -> Vec<(Instant, Coming)> {
    let zone = cycles.zone();
    let newest = cycles.opened_by(now).next();
    let letters = newest.into_iter().flat_map(|cycle| {
        NoticeKind::ALL.iter().map(move |kind| (due_at(cycle, cycle.due, *kind, zone), Coming::Letter(*kind)))
    });
    let mut all: Vec<(Instant, Coming)> = letters.filter(|(at, _)| *at > now).collect();
    all.extend(next_opening(cycles, now).map(|cycle| (cycle.opens, Coming::Opening)));
    all
}

/// The first cycle that opens after `now`.
pub fn next_opening(cycles: &Cycles, now: Instant) -> Option<&Cycle> {
    let year = cycles.zone().date(now).year();
    let days = (year..2200).flat_map(|year| [Month::April, Month::October].map(|month| (year, month)));
    let openings = days.filter_map(|(year, month)| Date::from_calendar_date(year, month, 1).ok());
    openings.filter_map(|opening| cycles.named(opening)).find(|cycle| cycle.opens > now)
}

words! {
    /// What is wrong with what was typed to move a due date.
    Problem {
        /// Month, day or year is missing.
        DateMissing = "date_missing",
        /// There is no such day.
        NoSuchDate = "no_such_date",
        /// The day has begun: whoever is due then is locked already.
        DatePast = "date_past",
        /// It is before the normal date.
        BeforeNormal = "before_normal",
        /// It is more than 60 days after the normal date.
        TooLate = "too_late",
        /// The reason is missing, too short or too long.
        Reason = "reason",
    }
}

words! {
    /// Why a due date is not moved, whatever was typed.
    Hindrance {
        /// Nobody moves their own date.
        Own = "own",
        /// Reviewers and administrators do it.
        Role = "role",
        /// A later cycle has opened.
        CycleOver = "cycle_over",
        /// The sponsor is done.
        AlreadyDone = "already_done",
        /// An earlier cycle locks the sponsor, and nobody is left to review of this one.
        NobodyLeft = "nobody_left",
    }
}

/// The new due date of `cycle` for one sponsor, as typed: they are locked from its local midnight on. It is never before the normal
/// date, nor more than [`LONGEST_EXTENSION`] days after it.
///
/// # Errors
/// The [`Problem`] with what was typed.
pub fn new_due(
    [month, day, year]: [&str; 3],
    cycle: &Cycle,
    zone: Zone,
    now: Instant,
) -> Result<Date, Problem> {
    let [month, day, year] = [month, day, year].map(str::trim);
    if [month, day, year].iter().any(|part| part.is_empty()) {
        return Err(Problem::DateMissing);
    }
    let month = month.parse::<u8>().ok().and_then(|month| Month::try_from(month).ok());
    let (Some(month), Ok(year), Ok(day)) = (month, year.parse(), day.parse()) else {
        return Err(Problem::NoSuchDate);
    };
    let date = Date::from_calendar_date(year, month, day).map_err(|_| Problem::NoSuchDate)?;
    let normal = zone.date(cycle.due);
    if date < normal {
        return Err(Problem::BeforeNormal);
    }
    if date > plus_days(normal, LONGEST_EXTENSION) {
        return Err(Problem::TooLate);
    }
    if zone.start_of_day(date) <= now {
        return Err(Problem::DatePast);
    }
    Ok(date)
}

#[cfg(test)]
#[path = "campaign_tests.rs"]
mod tests;
