//! Who of a patient's family may give a token by themselves (product.md sections 6 and 10).

use time::Date;

use crate::domain::calendar::{Instant, Zone, age_years};
use crate::domain::family::{ADULT_FROM, TEEN_FROM, Tie};
use crate::domain::people::GivenBy;

/// What else of a patient's family counts at an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Around {
    /// The patient has an account of their own: from 13 to 17 they and a guardian decide together.
    pub has_own_account: bool,
    /// A court order flags a link that holds: the access team decides.
    pub court_order: bool,
}

/// In what capacity an account so tied to a patient born on `birth` may give a token alone at `now`; `None` when it may not: the
/// patient from 18; a guardian of 18 or over of a patient under 13, or from 13 to 17 while the patient has no account.
pub fn giver(tie: Tie, birth: Date, around: Around, now: Instant, zone: Zone) -> Option<GivenBy> {
    let today = zone.date(now);
    let age = age_years(birth, today);
    match tie {
        Tie::Own => (age >= ADULT_FROM).then_some(GivenBy::Patient),
        Tie::Guardian { span, born, court_order } => {
            let of_age = born.is_some_and(|b| age_years(b, today) >= ADULT_FROM);
            let alone = age < TEEN_FROM || (age < ADULT_FROM && !around.has_own_account);
            (alone && of_age && span.holds(now) && !court_order && !around.court_order)
                .then_some(GivenBy::Guardian)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Interval;
    use time::macros::date;

    const BORN: Date = date!(2013 - 06 - 01);
    const NOTHING: Around = Around { has_own_account: false, court_order: false };

    fn guardian() -> Tie {
        Tie::Guardian { span: Interval::ALWAYS, born: Some(date!(1985 - 02 - 03)), court_order: false }
    }

    fn given(tie: Tie, around: Around, at: &str) -> Option<GivenBy> {
        giver(tie, BORN, around, at.parse().unwrap(), "America/New_York".parse().unwrap())
    }

    const UNDER_13: &str = "2026-06-01T03:59:59Z";
    const AT_13: &str = "2026-06-01T04:00:00Z";
    const UNDER_18: &str = "2031-06-01T03:59:59Z";
    const AT_18: &str = "2031-06-01T04:00:00Z";

    #[test]
    fn a_guardian_gives_until_13_then_only_while_the_patient_has_no_account_and_never_from_18() {
        let with_account = Around { has_own_account: true, ..NOTHING };
        assert_eq!(given(guardian(), NOTHING, UNDER_13), Some(GivenBy::Guardian));
        assert_eq!(given(guardian(), with_account, UNDER_13), Some(GivenBy::Guardian));
        assert_eq!(given(guardian(), with_account, AT_13), None);
        assert_eq!(given(guardian(), NOTHING, UNDER_18), Some(GivenBy::Guardian));
        assert_eq!(given(guardian(), NOTHING, AT_18), None);
    }

    #[test]
    fn the_patient_gives_from_18() {
        assert_eq!(given(Tie::Own, NOTHING, UNDER_18), None);
        assert_eq!(given(Tie::Own, NOTHING, AT_18), Some(GivenBy::Patient));
    }

    #[test]
    fn an_ended_link_a_minor_guardian_or_a_court_order_gives_nothing() {
        let tie = |span, born, court_order| Tie::Guardian { span, born, court_order };
        let ended = Interval::new(None, UNDER_13.parse().ok());
        let adult = Some(date!(1985 - 02 - 03));
        assert_eq!(given(tie(ended, adult, false), NOTHING, UNDER_13), None);
        assert_eq!(given(tie(Interval::ALWAYS, Some(date!(2010 - 02 - 03)), false), NOTHING, UNDER_13), None);
        assert_eq!(given(tie(Interval::ALWAYS, None, false), NOTHING, UNDER_13), None);
        assert_eq!(given(tie(Interval::ALWAYS, adult, true), NOTHING, UNDER_13), None);
        assert_eq!(given(guardian(), Around { court_order: true, ..NOTHING }, UNDER_13), None);
    }
}
