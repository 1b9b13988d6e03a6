//! News about patients: results, admissions and discharges since somebody last opened the chart, and the notices by mail.

use super::calendar::{Instant, Zone};
use super::chart::sensitivity::Labels;
use super::chart::{ChartItem, Section};
use super::people::words;

words! {
    /// A kind of news that a list of patients may show. Items with a sensitive label make none.
    News {
        /// A result or report was issued.
        Result = "result",
        /// The patient was admitted, or came to the emergency department.
        Admission = "admission",
        /// The patient left the hospital.
        Discharge = "discharge",
    }
}

words! {
    /// How often somebody wants to be told by mail that there is news.
    Pace {
        /// Once a day, in the morning.
        Daily = "daily",
        /// At once, at most once an hour.
        AtOnce = "at_once",
    }
}

/// How far back news counts about a chart that the viewer has never opened, in seconds: 30 days.
pub const UNOPENED_SECONDS: i64 = 30 * 86_400;
/// The hour of hospital time from which a daily notice may leave.
const MORNING: u8 = 7;
/// Between two notices at once, in seconds.
const HOUR: i64 = 3600;
/// How often it is looked for news to tell at once, in seconds.
const LOOK_AGAIN: i64 = 300;

/// The latest activity of one kind about a patient, beside the viewer's latest look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Activity {
    /// Its kind.
    pub kind: News,
    /// When it happened.
    pub at: Instant,
    /// When the portal came to know of it.
    pub noted: Instant,
    /// When the viewer last opened a page of the chart; `None` when never.
    pub looked: Option<Instant>,
}

impl Activity {
    /// Whether this is news for the viewer at `now`: it became known after the last look, or, where there was none, happened in the
    /// last 30 days.
    pub fn is_news(&self, now: Instant) -> bool {
        match self.looked {
            Some(looked) => self.noted > looked,
            None => self.at > now.plus_seconds(-UNOPENED_SECONDS),
        }
    }
}

/// The classes of visits that count as admissions.
const ADMITTED: [&str; 4] = ["Inpatient", "Observation", "Short stay", "Emergency"];

/// The latest activity in a record, of what has happened already and bears no sensitive label.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Latest {
    /// Of anything.
    pub any: Option<Instant>,
    /// When a result or a report was issued.
    pub result: Option<Instant>,
    /// When the patient was admitted.
    pub admission: Option<Instant>,
    /// When the patient left.
    pub discharge: Option<Instant>,
}

impl Latest {
    /// The later of each.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            any: self.any.max(other.any),
            result: self.result.max(other.result),
            admission: self.admission.max(other.admission),
            discharge: self.discharge.max(other.discharge),
        }
    }

    /// That of `items` at `now`.
    pub fn of<'a>(items: impl Iterator<Item = &'a ChartItem>, now: Instant) -> Self {
        let mut latest = Self::default();
        let later = |so_far: &mut Option<Instant>, at: Option<Instant>| {
            *so_far = (*so_far).max(at.filter(|at| *at <= now));
        };
        for item in items.filter(|item| item.labels == Labels::NONE) {
            if item.section != Section::CareTeam {
                later(&mut latest.any, item.at);
            }
            let status = item.status.as_str();
            match item.section {
                Section::Results | Section::Reports if !["registered", "cancelled"].contains(&status) => {
                    later(&mut latest.result, item.filed.or(item.at));
                }
                Section::Visits
                    if ADMITTED.contains(&item.category.as_str())
                        && !["planned", "cancelled"].contains(&status) =>
                {
                    later(&mut latest.admission, item.at);
                    later(&mut latest.discharge, item.until);
                }
                _ => {}
            }
        }
        latest
    }
}

/// What one account has asked for, and how far it has been told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Notice {
    /// How often.
    pub pace: Pace,
    /// Everything that became known by then has been told, or was there before it was asked for.
    pub since: Instant,
    /// When it was last looked for news.
    pub looked: Instant,
    /// When a letter was last written.
    pub told: Option<Instant>,
}

impl Notice {
    /// Whether to look for news at `now`: daily once after 7 o'clock hospital time, at once every 5 minutes, and an hour after a
    /// letter.
    pub fn is_due(&self, now: Instant, zone: Zone) -> bool {
        match self.pace {
            Pace::Daily => {
                let morning = zone.start_of_day(zone.date(now)).plus_seconds(i64::from(MORNING) * HOUR);
                now >= morning && self.looked < morning
            }
            Pace::AtOnce => {
                let again = self.told.is_none_or(|told| now >= told.plus_seconds(HOUR));
                again && now >= self.looked.plus_seconds(LOOK_AGAIN)
            }
        }
    }

    /// Whether `activity` is to be told: news that has not been told yet.
    pub fn tells(&self, activity: &Activity, now: Instant) -> bool {
        activity.noted > self.since && activity.is_news(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn zone() -> Zone {
        "America/New_York".parse().unwrap()
    }

    #[test]
    fn what_became_known_after_the_last_look_is_news() {
        let now = at("2026-11-19T15:00:00Z");
        let noted = |noted: i64, looked: Option<i64>| Activity {
            kind: News::Result,
            at: now.plus_seconds(-40 * 86_400),
            noted: now.plus_seconds(noted),
            looked: looked.map(|seconds| now.plus_seconds(seconds)),
        };
        assert!(noted(-60, Some(-61)).is_news(now));
        assert!(!noted(-60, Some(-60)).is_news(now));
        assert!(!noted(-60, None).is_news(now), "40 days old, in a chart that was never opened");
        let fresh = Activity { at: now.plus_seconds(-UNOPENED_SECONDS + 1), ..noted(-60, None) };
        assert!(fresh.is_news(now));
        assert!(!Activity { at: now.plus_seconds(-UNOPENED_SECONDS), ..fresh }.is_news(now));
    }

    #[test]
    fn a_daily_notice_is_due_once_from_seven_in_the_morning() {
        let notice =
            |looked: &str| Notice { pace: Pace::Daily, since: at(looked), looked: at(looked), told: None };
        // 7 o'clock in New York is noon UTC in winter.
        assert!(!notice("2026-11-18T12:00:00Z").is_due(at("2026-11-19T11:59:59Z"), zone()));
        assert!(notice("2026-11-18T12:00:00Z").is_due(at("2026-11-19T12:00:00Z"), zone()));
        assert!(!notice("2026-11-19T12:00:00Z").is_due(at("2026-11-19T23:00:00Z"), zone()));
    }

    #[test]
    fn notices_at_once_are_an_hour_apart() {
        let noon = at("2026-11-19T12:00:00Z");
        let idle = Notice { pace: Pace::AtOnce, since: noon, looked: noon, told: None };
        let told = Notice { told: Some(noon), ..idle };
        assert!(!told.is_due(at("2026-11-19T12:59:59Z"), zone()));
        assert!(told.is_due(at("2026-11-19T13:00:00Z"), zone()));
        assert!(!idle.is_due(at("2026-11-19T12:04:59Z"), zone()));
        assert!(idle.is_due(at("2026-11-19T12:05:00Z"), zone()));
    }
}
