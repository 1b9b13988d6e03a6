//! Instants, intervals and calendar arithmetic in hospital time (product.md section 1).
//!
//! The only file that sees the zone data of `chrono-tz`.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, LocalResult, NaiveDate, TimeZone, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, Month, OffsetDateTime, Time};

/// A point in time: UTC, whole microseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

const MICROS: i64 = 1_000_000;

impl Instant {
    /// "Since ever": 0001-01-01T00:00:00Z, how a missing start is kept.
    pub const EVER: Self = Self(-62_135_596_800 * MICROS);
    /// 9999-12-31T23:59:59.999999Z, the last instant that can be written.
    const LAST: Self = Self(253_402_300_800 * MICROS - 1);
    /// "Never": later than every instant that can be written; how a missing end is compared.
    pub const NEVER: Self = Self(i64::MAX);

    /// The instant `micros` microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(MICROS)
    }

    /// This instant moved by `seconds`, held inside the representable range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS)))
    }

    /// Whole seconds from `earlier` to this instant, negative when it is not earlier.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(MICROS)
    }

    /// The instant as the `time` crate has it, fraction cut to microseconds.
    pub fn to_offset(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// RFC 3339 in UTC, as every output of the program writes it.
    pub fn rfc3339(self) -> String {
        self.to_offset().format(&Rfc3339).unwrap_or_default()
    }
}

impl From<OffsetDateTime> for Instant {
    fn from(moment: OffsetDateTime) -> Self {
        Self(i64::try_from(moment.unix_timestamp_nanos().div_euclid(1000)).unwrap_or(i64::MAX))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::EVER => f.write_str("ever"),
            Self::NEVER => f.write_str("never"),
            _ => f.write_str(&self.rfc3339()),
        }
    }
}

impl FromStr for Instant {
    type Err = InstantError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let instant = OffsetDateTime::parse(text, &Rfc3339).map(Self::from).map_err(|_| InstantError)?;
        if (Self::EVER..=Self::LAST).contains(&instant) { Ok(instant) } else { Err(InstantError) }
    }
}

/// The text is no instant, or one before the year 1 or after the year 9999 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 instant such as 2026-04-01T00:00:00Z")]
pub struct InstantError;

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A half-open span of time `[start, end)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Interval {
    start: Instant,
    end: Instant,
}

impl Interval {
    /// Since ever, without end.
    pub const ALWAYS: Self = Self { start: Instant::EVER, end: Instant::NEVER };

    /// `[start, end)`; `None` is "since ever" and "open".
    pub fn new(start: Option<Instant>, end: Option<Instant>) -> Self {
        Self { start: start.unwrap_or(Instant::EVER), end: end.unwrap_or(Instant::NEVER) }
    }

    /// When it begins; [`Instant::EVER`] for "since ever".
    pub const fn start(self) -> Instant {
        self.start
    }

    /// When it has ended, `None` while open.
    pub fn end(self) -> Option<Instant> {
        (self.end != Instant::NEVER).then_some(self.end)
    }

    /// Whether `t` lies inside: the start does, the end no longer does.
    pub fn holds(self, t: Instant) -> bool {
        self.start <= t && t < self.end
    }

    /// This interval cut so that it is over at `end`.
    #[must_use]
    pub fn ending_by(self, end: Instant) -> Self {
        Self { start: self.start, end: self.end.min(end) }
    }

    /// The same interval, beginning at `start` at the earliest.
    #[must_use]
    pub fn beginning_at(self, start: Instant) -> Self {
        Self { start: self.start.max(start), end: self.end }
    }
}

/// A time zone of the IANA database: "hospital time".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone(chrono_tz::Tz);

impl FromStr for Zone {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        chrono_tz::Tz::from_str(name)
            .map(Self)
            .map_err(|_| format!("`{name}` is not a time zone; use an IANA name such as America/New_York"))
    }
}

/// A local wall-clock reading in hospital time, with the zone's short name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Local {
    /// The civil date.
    pub date: Date,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// The zone's abbreviation at that instant, such as `EST`.
    pub zone: String,
}

impl Zone {
    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What a clock in the hospital shows at `t`.
    pub fn local(self, t: Instant) -> Local {
        let local = self.chrono(t);
        let small = |n: u32| u8::try_from(n).unwrap_or(0);
        Local {
            date: to_time(local.date_naive()),
            hour: small(local.hour()),
            minute: small(local.minute()),
            zone: local.format("%Z").to_string(),
        }
    }

    /// The civil date in the hospital at `t`.
    pub fn date(self, t: Instant) -> Date {
        to_time(self.chrono(t).date_naive())
    }

    /// The first instant of `date`: local midnight, or the first instant after the gap when a clock change
    /// removes it, or the earlier one when it happens twice.
    pub fn start_of_day(self, date: Date) -> Instant {
        to_chrono(date).map_or(Instant::NEVER, |day| self.resolve(day.and_time(chrono::NaiveTime::MIN)))
    }

    /// `t` plus `months` calendar months at the same local time; the day clamps to the month's end.
    pub fn plus_months(self, t: Instant, months: i32) -> Instant {
        let local = self.chrono(t).naive_local();
        let day = to_chrono(plus_months(to_time(local.date()), months));
        day.map_or(Instant::NEVER, |day| self.resolve(day.and_time(local.time())))
    }

    /// `t` plus `days` calendar days at the same local time.
    pub fn plus_days(self, t: Instant, days: i64) -> Instant {
        let local = self.chrono(t).naive_local();
        let day = local.date().checked_add_signed(chrono::Duration::days(days));
        day.map_or(Instant::NEVER, |day| self.resolve(day.and_time(local.time())))
    }

    fn chrono(self, t: Instant) -> chrono::DateTime<chrono_tz::Tz> {
        chrono::DateTime::from_timestamp_micros(t.micros()).unwrap_or_default().with_timezone(&self.0)
    }

    fn resolve(self, wanted: chrono::NaiveDateTime) -> Instant {
        let mut local = wanted;
        // The longest gap any zone has had is the skipped day of Samoa in 2011.
        for _ in 0..=(25 * 60) {
            match self.0.from_local_datetime(&local) {
                LocalResult::Single(t) | LocalResult::Ambiguous(t, _) => {
                    return Instant(t.timestamp_micros());
                }
                LocalResult::None => local = whole_minute(local) + chrono::Duration::minutes(1),
            }
        }
        Instant::NEVER
    }
}

fn whole_minute(t: chrono::NaiveDateTime) -> chrono::NaiveDateTime {
    t.with_second(0).and_then(|t| t.with_nanosecond(0)).unwrap_or(t)
}

fn to_time(day: NaiveDate) -> Date {
    let ordinal = u16::try_from(day.ordinal()).unwrap_or(1);
    Date::from_ordinal_date(day.year(), ordinal).unwrap_or(Date::MIN)
}

fn to_chrono(day: Date) -> Option<NaiveDate> {
    NaiveDate::from_yo_opt(day.year(), u32::from(day.ordinal()))
}

/// `date` plus `months` calendar months, clamped to the month's end (Aug 31 + 6 = Feb 28 or 29).
pub fn plus_months(date: Date, months: i32) -> Date {
    let index = date.year() * 12 + i32::from(u8::from(date.month())) - 1 + months;
    let month = u8::try_from(index.rem_euclid(12) + 1).ok().and_then(|m| Month::try_from(m).ok());
    let (year, month) = (index.div_euclid(12), month.unwrap_or(Month::January));
    let day = date.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).unwrap_or(date)
}

/// The civil date `days` after `date`.
pub fn plus_days(date: Date, days: i64) -> Date {
    date.checked_add(Duration::days(days)).unwrap_or(date)
}

/// The birthday on which someone born on `birth` turns `years`: March 1 in common years for a child born Feb 29.
pub fn birthday(birth: Date, years: i32) -> Date {
    Date::from_calendar_date(birth.year() + years, birth.month(), birth.day())
        .or_else(|_| Date::from_calendar_date(birth.year() + years, Month::March, 1))
        .unwrap_or(Date::MAX)
}

/// Whole years of age on `day`; 0 before birth.
pub fn age_years(birth: Date, day: Date) -> i32 {
    let years = day.year() - birth.year();
    if birthday(birth, years) <= day { years.max(0) } else { (years - 1).max(0) }
}

/// Whole months of age on `day`; 0 before birth.
pub fn age_months(birth: Date, day: Date) -> i32 {
    let months = (day.year() - birth.year()) * 12 + i32::from(u8::from(day.month()))
        - i32::from(u8::from(birth.month()));
    (if plus_months(birth, months) <= day { months } else { months - 1 }).max(0)
}

/// A date written `YYYY-MM-DD`, or `None` when there is no such day.
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.trim().splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let shaped = year.len() == 4 && month.len() == 2 && day.len() == 2;
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    shaped.then(|| Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok())?
}

/// A time of day written `HH:MM`, or `None` when there is no such time.
pub fn parse_time(text: &str) -> Option<Time> {
    let shaped = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit() || b == b':');
    let (hour, minute) = text.split_once(':').filter(|_| shaped)?;
    Time::from_hms(hour.parse().ok()?, minute.parse().ok()?, 0).ok()
}

/// `date` written `YYYY-MM-DD`.
pub fn iso_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// The `days`-th business day after the day of `filed` in hospital time: day 1 is the day after; a request filed at or after
/// `closes`, or on a day that is no business day, starts on the next business day (product.md section 2).
pub fn business_due(filed: Instant, days: u32, zone: Zone, holidays: &[Date], closes: Time) -> Date {
    let open = |day: Date| {
        !matches!(day.weekday(), time::Weekday::Saturday | time::Weekday::Sunday) && !holidays.contains(&day)
    };
    let local = zone.local(filed);
    let is_late = (local.hour, local.minute) >= (closes.hour(), closes.minute());
    let mut day = if is_late { plus_days(local.date, 1) } else { local.date };
    while !open(day) {
        day = plus_days(day, 1);
    }
    let mut left = days;
    while left > 0 {
        day = plus_days(day, 1);
        if open(day) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
