//! FHIR dates, date-times and periods as instants in hospital time.

use time::Date;

use super::json::{Bad, Found, Node};
use crate::domain::calendar::{Instant, Zone, parse_date, plus_days, plus_months};
use crate::domain::chart::dated::Known;

/// What a FHIR date or date-time says: exact, or somewhere in a day, a month or a year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Moment {
    /// The instant, or the first of the day, month or year.
    pub(super) start: Instant,
    /// The instant, or the first after the day, month or year.
    pub(super) end: Instant,
    /// No time of day is known.
    pub(super) date_only: bool,
    /// How much of the date is known.
    pub(super) known: Known,
}

/// A period; a side that is not stated is `None`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Period {
    /// When it begins.
    pub(super) start: Option<Instant>,
    /// When it has ended: a last day belongs to it.
    pub(super) end: Option<Instant>,
    /// How it begins, as the source says it.
    pub(super) from: Option<Moment>,
    /// How it ends, as the source says it.
    pub(super) to: Option<Moment>,
}

/// The days `[first, next)` that `YYYY`, `YYYY-MM` or `YYYY-MM-DD` means, and which of these it is.
fn days(text: &str) -> Option<(Date, Date, Known)> {
    match text.len() {
        4 => parse_date(&format!("{text}-01-01")).map(|first| (first, plus_months(first, 12), Known::Year)),
        7 => parse_date(&format!("{text}-01")).map(|first| (first, plus_months(first, 1), Known::Month)),
        10 => parse_date(text).map(|first| (first, plus_days(first, 1), Known::Day)),
        _ => None,
    }
}

impl Moment {
    /// What `text`, the value of `key`, says.
    pub(super) fn parse(key: &str, text: &str, zone: Zone) -> Found<Self> {
        if !text.contains('T') {
            let (first, next, known) =
                days(text).ok_or_else(|| Bad(format!("{key} is `{text}`, and there is no such date")))?;
            let (start, end) = (zone.start_of_day(first), zone.start_of_day(next));
            return Ok(Self { start, end, date_only: true, known });
        }
        let instant: Instant = text.parse().map_err(|_| {
            Bad(format!("{key} is `{text}`, not an instant with time zone such as 2026-04-01T08:00:00-04:00"))
        })?;
        Ok(Self { start: instant, end: instant, date_only: false, known: Known::Day })
    }
}

impl Node<'_> {
    /// A date or date-time.
    pub(super) fn moment(self, key: &str, zone: Zone) -> Found<Option<Moment>> {
        match self.text(key)? {
            "" => Ok(None),
            text => Moment::parse(key, text, zone).map(Some),
        }
    }

    /// The first of `keys` that is there.
    pub(super) fn first_moment(self, keys: &[&str], zone: Zone) -> Found<Option<Moment>> {
        for key in keys {
            if let Some(moment) = self.moment(key, zone)? {
                return Ok(Some(moment));
            }
        }
        Ok(None)
    }

    /// A civil date; a month or year counts as its first day.
    pub(super) fn day(self, key: &str, zone: Zone) -> Found<Option<Date>> {
        let text = self.text(key)?;
        if text.contains('T') {
            return Ok(self.moment(key, zone)?.map(|m| zone.date(m.start)));
        }
        match text {
            "" => Ok(None),
            _ => days(text)
                .map(|(first, _, _)| Some(first))
                .ok_or_else(|| Bad(format!("{key} is `{text}`, and there is no such date"))),
        }
    }

    /// A period.
    pub(super) fn period(self, key: &str, zone: Zone) -> Found<Period> {
        let node = self.node(key)?;
        let (start, end) = (node.moment("start", zone)?, node.moment("end", zone)?);
        Ok(Period { start: start.map(|m| m.start), end: end.map(|m| m.end), from: start, to: end })
    }
}
