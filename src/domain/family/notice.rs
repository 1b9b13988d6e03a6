//! When a family is told of a request that waits for it (product.md section 6).

use crate::domain::calendar::{Instant, Zone};
use crate::domain::people::words;

words! {
    /// A letter about a request, to those who may answer it.
    Notice {
        /// It was filed.
        Asked = "asked",
        /// It has waited for three days.
        Day3 = "day_3",
        /// It has waited for ten days.
        Day10 = "day_10",
    }
}

impl Notice {
    /// When it is due for a request that was filed at `filed`: at the same local time so many days later.
    pub fn due_at(self, filed: Instant, zone: Zone) -> Instant {
        match self {
            Self::Asked => filed,
            Self::Day3 => zone.plus_days(filed, 3),
            Self::Day10 => zone.plus_days(filed, 10),
        }
    }

    /// Those that are due at `now` and not in `done`, in the order of time: only the last of them is worth a letter.
    pub fn due(filed: Instant, done: &[Self], now: Instant, zone: Zone) -> Vec<Self> {
        let due = Self::ALL.iter().copied().filter(|n| n.due_at(filed, zone) <= now && !done.contains(n));
        let last_done = done.iter().max().copied();
        due.filter(|n| last_done.is_none_or(|last| *n > last)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_are_due_on_the_3rd_and_10th_day_also_across_a_clock_change() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let filed = at("2026-03-06T17:00:00Z");
        let due = |done: &[Notice], now| Notice::due(filed, done, at(now), zone);
        assert_eq!(due(&[], "2026-03-06T17:00:00Z"), [Notice::Asked]);
        assert_eq!(due(&[Notice::Asked], "2026-03-09T15:59:59Z"), []);
        assert_eq!(due(&[Notice::Asked], "2026-03-09T16:00:00Z"), [Notice::Day3]);
        assert_eq!(due(&[Notice::Asked], "2026-03-20T16:00:00Z"), [Notice::Day3, Notice::Day10]);
        assert_eq!(due(&[Notice::Day10], "2026-03-20T16:00:00Z"), [], "what was passed over stays so");
    }
}
