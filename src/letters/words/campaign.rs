//! The words of letters in which the access team acts on a sponsor's review.

use super::validation::{ENTRY, end_of};
use super::{date, letter, moment, says};
use crate::domain::calendar::Zone;
use crate::domain::letter::{NewDue, Place};
use crate::letters::{Content, Foot, Part};

/// A sponsor's due date was moved. Why stays with the access team.
pub(super) fn extended(new: &NewDue, zone: Zone) -> Content {
    let through = end_of(new.due, zone);
    let open = Part::Link("Open your review", Place("/review".to_owned()));
    let Some((older, since)) = new.older else {
        let parts = vec![
            says(format!(
                "The access team has moved the date of your Sponsored User Validation. You now have through {through}. This \
                 date counts instead of any other that you were told."
            )),
            says(
                "If the review is not complete by then, your account and those of the people you sponsor are locked until you \
                 complete it.",
            ),
            open,
            says(ENTRY),
        ];
        return letter("You have another date to complete your review", parts, Foot::Questions);
    };
    let parts = vec![
        says(format!(
            "The access team has moved the date of your Sponsored User Validation of {}: it is due through {through}.",
            date(new.cycle)
        )),
        says(format!(
            "This date does not unlock you. The validation of {} was not completed either, and since {} your account and those of \
             the people you sponsor are locked by it. Only completing the review unlocks, and does so at once: one review clears \
             both.",
            date(older),
            moment(since, zone)
        )),
        open,
    ];
    letter("You have another date, but stay locked until you review", parts, Foot::Questions)
}
