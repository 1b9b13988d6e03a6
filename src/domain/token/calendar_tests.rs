//! A calendar written from the text of product.md alone, to hold the six-month rule against. It takes from the hospital's clock only
//! what it shows at an instant; days, months, gaps and folds are its own.

use crate::domain::calendar::{Instant, Zone};

const MICROS: i64 = 1_000_000;

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01, counted year by year and month by month.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|y| if is_leap(y) { 366 } else { 365 }).sum();
    years + (1..month).map(|m| length(year, m)).sum::<i64>() + day - 1
}

/// The civil day that lies so many days after 1970-01-01.
fn civil(mut left: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    while left >= if is_leap(year) { 366 } else { 365 } {
        left -= if is_leap(year) { 366 } else { 365 };
        year += 1;
    }
    let mut month = 1;
    while left >= length(year, month) {
        left -= length(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

/// An instant in UTC, `None` when there is no such day.
pub(super) fn utc(year: i64, month: i64, day: i64, hour: i64) -> Option<Instant> {
    let there_is = day <= length(year, month);
    there_is.then(|| Instant::from_micros((days(year, month, day) * 86_400 + hour * 3600) * MICROS))
}

/// Microseconds by which the clock of `zone` is ahead of UTC at `at`, read off its face.
pub(super) fn offset(zone: Zone, at: Instant) -> i64 {
    let face = zone.local(at);
    let day = days(face.date.year().into(), u8::from(face.date.month()).into(), face.date.day().into());
    let minutes = day * 1440 + i64::from(face.hour) * 60 + i64::from(face.minute);
    (minutes - at.micros().div_euclid(60 * MICROS)) * 60 * MICROS
}

/// Six calendar months after `issued` at the same local time: the day clamps to the month's end; a local time that does not exist
/// is the first instant after the gap, one that happens twice the earlier. `offset` is that of the clock at an instant.
pub(super) fn six_months_after(issued: Instant, offset: impl Fn(Instant) -> i64) -> Instant {
    const DAY: i64 = 86_400 * MICROS;
    let local = issued.micros() + offset(issued);
    let (year, month, day) = civil(local.div_euclid(DAY));
    let (year, month) = if month > 6 { (year + 1, month - 6) } else { (year, month + 6) };
    let day = day.min(length(year, month));
    let wanted = days(year, month, day) * DAY + local.rem_euclid(DAY);
    // Every instant at which the clock could show it: the offsets of the day before and the day after are all there are.
    let around = [wanted - DAY, wanted + DAY].map(|guess| offset(Instant::from_micros(guess)));
    let shows = |at: i64| at + offset(Instant::from_micros(at)) == wanted;
    let mut instants: Vec<i64> = around.iter().map(|ahead| wanted - ahead).filter(|at| shows(*at)).collect();
    instants.sort_unstable();
    if let Some(earliest) = instants.first() {
        return Instant::from_micros(*earliest);
    }
    // None: the gap ends where the clock first shows more than is wanted.
    let (mut before, mut after) = (wanted - around[0] - DAY, wanted - around[1] + DAY);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if middle + offset(Instant::from_micros(middle)) > wanted { after = middle } else { before = middle }
    }
    Instant::from_micros(after)
}

/// Every instant from 2024 to 2036 at which the clock of `zone` changes, to the minute.
pub(super) fn changes(zone: Zone) -> Vec<Instant> {
    let minute = |n: i64| Instant::from_micros(n * 60 * MICROS);
    let (first, last) = (days(2024, 1, 1), days(2037, 1, 1));
    let mut found = Vec::new();
    for day in first..last {
        let (mut before, mut after) = (day * 1440, (day + 1) * 1440);
        if offset(zone, minute(before)) == offset(zone, minute(after)) {
            continue;
        }
        while after - before > 1 {
            let middle = i64::midpoint(before, after);
            if offset(zone, minute(middle)) == offset(zone, minute(before)) {
                before = middle;
            } else {
                after = middle;
            }
        }
        found.push(minute(after));
    }
    found
}

/// `at` moved by whole months in UTC, for somewhere to begin; the day clamps.
pub(super) fn about(at: Instant, months: i64) -> Instant {
    const DAY: i64 = 86_400 * MICROS;
    let (year, month, day) = civil(at.micros().div_euclid(DAY));
    let index = year * 12 + month - 1 + months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let day = day.min(length(year, month));
    Instant::from_micros(days(year, month, day) * DAY + at.micros().rem_euclid(DAY))
}
