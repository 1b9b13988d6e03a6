//! What a guardian gave, and the 18th birthday: it ends there unless the patient renews it (product.md section 6).

use time::Date;

use super::ADULT_FROM;
use crate::domain::access::facts::adult_from;
use crate::domain::calendar::{Instant, Zone, birthday};
use crate::domain::people::{GivenBy, words};

words! {
    /// What can be renewed.
    What {
        /// A grant.
        Grant = "grants",
        /// A patient token.
        Token = "tokens",
    }
}

/// A grant or a token, as far as renewing it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gift {
    /// In what capacity it was given.
    pub by: GivenBy,
    /// Its own end, the birthday apart; `None` until somebody takes it back.
    pub until: Option<Instant>,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
    /// When the patient renewed it.
    pub renewed_at: Option<Instant>,
}

impl Gift {
    /// Whether a patient who was born on `birth` may renew it at `now`: a guardian gave it, the birthday cuts it short, and its own end
    /// is still to come. From the 17th birthday on; what is renewed before the 18th goes on there without a gap.
    pub fn is_renewable(&self, birth: Date, now: Instant, zone: Zone) -> bool {
        let adult = adult_from(birth, zone);
        self.by == GivenBy::Guardian
            && self.revoked_at.is_none()
            && self.renewed_at.is_none()
            && self.until.is_none_or(|until| now < until && adult < until)
            && zone.start_of_day(birthday(birth, ADULT_FROM - 1)) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn what_a_guardian_gave_is_renewed_from_the_17th_birthday_until_its_own_end() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let until = Some(at("2027-01-10T15:00:00Z"));
        let gift = Gift { by: GivenBy::Guardian, until, revoked_at: None, renewed_at: None };
        let may = |gift: Gift, now| gift.is_renewable(date!(2008 - 03 - 14), at(now), zone);
        assert!(!may(gift, "2025-03-14T03:59:59Z") && may(gift, "2025-03-14T04:00:00Z"));
        assert!(may(gift, "2027-01-10T14:59:59Z") && !may(gift, "2027-01-10T15:00:00Z"));
        assert!(may(Gift { until: None, ..gift }, "2031-01-10T15:00:00Z"));
        let now = "2026-03-20T12:00:00Z";
        assert!(
            !may(Gift { by: GivenBy::Patient, ..gift }, now) && !may(Gift { by: GivenBy::Team, ..gift }, now)
        );
        assert!(!may(Gift { revoked_at: Some(at(now)), ..gift }, now), "taken back");
        assert!(!may(Gift { renewed_at: Some(at(now)), ..gift }, now), "renewed already");
        let sooner = Gift { until: Some(at("2026-03-14T04:00:00Z")), ..gift };
        assert!(!may(sooner, "2026-03-13T12:00:00Z"), "it ends at the birthday anyway");
    }
}
