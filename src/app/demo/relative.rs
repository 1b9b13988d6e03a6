//! Instants of the authored hospital, relative to the first start.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::authored::wrong;
use crate::domain::calendar::{Instant, Zone};

/// An instant relative to the first start: `now`, or signed steps taken from left to right in hospital time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Relative(Vec<Step>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Months(i32),
    Days(i64),
    Seconds(i64),
}

impl Relative {
    /// Reads `now` or a chain such as `-15d+6mo`: `y`, `mo`, `d`, `h`, `min`.
    fn parse(text: &str) -> Option<Self> {
        if text == "now" {
            return Some(Self(Vec::new()));
        }
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let sign = match rest.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            let body = rest.get(1..)?;
            let end = body.find(['+', '-']).unwrap_or(body.len());
            let (step, after) = body.split_at_checked(end)?;
            let unit = step.find(|c: char| !c.is_ascii_digit())?;
            let (count, unit) = step.split_at_checked(unit)?;
            let count: i32 = count.parse().ok()?;
            steps.push(match unit {
                "y" => Step::Months(sign * count.checked_mul(12)?),
                "mo" => Step::Months(sign * count),
                "d" => Step::Days(i64::from(sign * count)),
                "h" => Step::Seconds(i64::from(sign * count) * 3600),
                "min" => Step::Seconds(i64::from(sign * count) * 60),
                _ => return None,
            });
            rest = after;
        }
        (!steps.is_empty()).then_some(Self(steps))
    }

    /// The instant meant when the first start was at `now`.
    pub(super) fn from(&self, now: Instant, zone: Zone) -> Instant {
        self.0.iter().fold(now, |t, step| match *step {
            Step::Months(months) => zone.plus_months(t, months),
            Step::Days(days) => zone.plus_days(t, days),
            Step::Seconds(seconds) => t.plus_seconds(seconds),
        })
    }
}

impl<'de> Deserialize<'de> for Relative {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(input)?;
        Self::parse(&text).ok_or_else(|| wrong(&text, "`now` or steps such as `-15d+6mo`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_york() -> Zone {
        "America/New_York".parse().unwrap()
    }

    fn from(text: &str, now: &str) -> String {
        Relative::parse(text).unwrap().from(now.parse().unwrap(), new_york()).rfc3339()
    }

    #[test]
    fn steps_are_taken_from_left_to_right_in_hospital_time() {
        assert_eq!(from("now", "2026-11-23T15:00:00Z"), "2026-11-23T15:00:00Z");
        // From winter time to summer time the wall clock stays: 10:00 is 14:00 UTC in April.
        assert_eq!(from("+5mo", "2026-11-23T15:00:00Z"), "2027-04-23T14:00:00Z");
        assert_eq!(from("-15d+6mo", "2026-11-23T15:00:00Z"), "2027-05-08T14:00:00Z");
        assert_eq!(from("-1d-4h", "2026-11-23T15:00:00Z"), "2026-11-22T11:00:00Z");
        assert_eq!(from("+90min", "2026-11-23T15:00:00Z"), "2026-11-23T16:30:00Z");
    }

    #[test]
    fn months_and_years_clamp_to_the_months_end_step_by_step() {
        assert_eq!(from("-1y", "2028-02-29T15:00:00Z"), "2027-02-28T15:00:00Z");
        assert_eq!(from("-1y+1y", "2028-02-29T15:00:00Z"), "2028-02-28T15:00:00Z");
        assert_eq!(from("+6mo", "2026-08-31T15:00:00Z"), "2027-02-28T16:00:00Z");
    }

    #[test]
    fn anything_else_is_not_a_relative_instant() {
        for text in ["", "2y", "-2", "-y", "--2d", "-2w", "-2d ", "now-2d", "-99999999999d", "−2d"] {
            assert_eq!(Relative::parse(text), None, "{text}");
        }
    }
}
