//! How long a grant lasts (product.md section 6).

use super::calendar::{Instant, Zone};
use super::people::words;

words! {
    /// How long the family, or the access team for it, lets a provider see the chart.
    Lasting {
        /// 30 days, at the same local time.
        Days30 = "30_days",
        /// Six calendar months, at the same local time.
        Months6 = "6_months",
        /// Twelve calendar months, at the same local time.
        Year = "1_year",
        /// Until somebody takes it back.
        UntilRevoked = "until_revoked",
    }
}

impl Lasting {
    /// The first instant at which a grant given at `start` no longer holds, by the hospital's calendar; `None` for open end.
    pub fn end(self, start: Instant, zone: Zone) -> Option<Instant> {
        match self {
            Self::Days30 => Some(zone.plus_days(start, 30)),
            Self::Months6 => Some(zone.plus_months(start, 6)),
            Self::Year => Some(zone.plus_months(start, 12)),
            Self::UntilRevoked => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_ends_at_the_same_local_time_also_across_a_clock_change_and_a_short_month() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let end = |lasting: Lasting, start| lasting.end(at(start), zone);
        assert_eq!(end(Lasting::Days30, "2026-03-01T15:00:00Z"), Some(at("2026-03-31T14:00:00Z")));
        assert_eq!(end(Lasting::Months6, "2026-08-31T14:00:00Z"), Some(at("2027-02-28T15:00:00Z")));
        assert_eq!(end(Lasting::Year, "2028-02-29T15:00:00Z"), Some(at("2029-02-28T15:00:00Z")));
        assert_eq!(end(Lasting::UntilRevoked, "2026-03-01T15:00:00Z"), None);
    }
}
