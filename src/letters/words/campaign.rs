//! The words of letters in which the access team acts on a sponsor's review.

use super::{date, letter, says};
use crate::domain::calendar::{Instant, Zone, plus_days};
use crate::domain::letter::Place;
use crate::letters::{Content, Foot, Part};

/// A sponsor's due date was moved; `due` is the local midnight of the new one. Why stays with the access team.
pub(super) fn extended(due: Instant, zone: Zone) -> Content {
    let local = zone.local(due);
    letter(
        "You have another date to complete your review",
        vec![
            says(format!(
                "The access team has moved the date of your Sponsored User Validation. You now have through {}, 11:59 pm \
                 ({}). This date counts instead of any other that you were told.",
                date(plus_days(local.date, -1)),
                local.zone
            )),
            says(
                "If the review is not complete by then, your account and those of the people you sponsor are locked until \
                 you complete it.",
            ),
            Part::Link("Open your review", Place("/review".to_owned())),
        ],
        Foot::Questions,
    )
}
