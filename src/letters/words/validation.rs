//! The words of letters about the review of sponsored users, and of the calendar entry that goes with them.

use super::{date, letter, moment, says};
use crate::domain::calendar::{Instant, Zone, plus_days};
use crate::domain::letter::{Place, ReviewCall};
use crate::letters::{Content, Foot, Part};

const REVIEW: &str = "Review your sponsored users";
pub(super) const ENTRY: &str = "The attached calendar entry marks the last day.";
const EMPTY: &str = "Nobody is left to review: completing it takes one click.";

/// The review has opened.
pub(in crate::letters) fn opened(call: &ReviewCall, zone: Zone) -> Content {
    let mut parts = late(call);
    parts.push(says(format!(
        "The review of sponsored users of {} is open. {} Decide for each whether access goes on or ends.",
        date(call.cycle),
        to_review(call.people)
    )));
    parts.extend([time_left(call, zone), to_review_page()]);
    parts.extend((!call.locked).then(|| says(ENTRY)));
    let subject = if call.locked {
        "Your account is locked: review your sponsored users".to_owned()
    } else {
        format!("Review your sponsored users through {}", date(last_day(call.due, zone)))
    };
    letter(subject, parts, Foot::Questions)
}

/// Days are left for the review.
pub(in crate::letters) fn due(call: &ReviewCall, zone: Zone) -> Content {
    let days = (zone.date(call.due) - zone.date(call.at)).whole_days();
    let subject = match days {
        _ if call.locked => "Your account is locked: review your sponsored users".to_owned(),
        1 => "Last day to review your sponsored users".to_owned(),
        days => format!("{days} days left to review your sponsored users"),
    };
    let mut parts = late(call);
    parts.push(says(format!(
        "Your review of sponsored users of {} is not completed yet. {}",
        date(call.cycle),
        to_review(call.people)
    )));
    parts.extend([time_left(call, zone), to_review_page()]);
    parts.extend((!call.locked).then(|| says(ENTRY)));
    letter(subject, parts, Foot::Questions)
}

/// The review was not completed in time.
pub(in crate::letters) fn locked(call: &ReviewCall, staff: u32, zone: Zone) -> Content {
    let with = match staff {
        0 => String::new(),
        1 => " The person you sponsor is locked too, but for what another sponsor permits.".to_owned(),
        n => format!(" The {n} people you sponsor are locked too, but for what other sponsors permit."),
    };
    let mut parts = late(call);
    parts.extend([
        says(format!(
            "Your review of sponsored users of {} was due through {} and was not completed. Since {} your account is locked: \
             it opens no charts.{with}",
            date(call.cycle),
            end_of(call.due, zone),
            moment(call.due, zone)
        )),
        says(format!(
            "Completing the review unlocks everybody at once, also now. {} You can sign in to it, to the help page, and to \
             sign out.",
            if call.people == 0 { EMPTY.to_owned() } else { to_review(call.people) }
        )),
        to_review_page(),
    ]);
    letter("Your account is locked until you review your sponsored users", parts, Foot::Questions)
}

/// What the calendar entry is called.
pub(in crate::letters) const fn event_title() -> &'static str {
    "Last day to review your sponsored users"
}

/// What the calendar entry says; `due` is the local midnight after the last day, `url` where the review is.
pub(in crate::letters) fn event_says(due: Instant, zone: Zone, url: &str) -> String {
    format!(
        "Complete the review through {}. From then on you and the people you sponsor are locked until it is completed.\n{url}",
        end_of(due, zone)
    )
}

fn to_review_page() -> Part {
    Part::Link(REVIEW, Place("/review".to_owned()))
}

fn late(call: &ReviewCall) -> Vec<Part> {
    let says_so = || {
        says(
            "This letter is late: the portal could not write it when it was due. The dates in it hold all the same.",
        )
    };
    call.late.then(says_so).into_iter().collect()
}

fn to_review(people: u32) -> String {
    match people {
        0 => EMPTY.to_owned(),
        1 => "You have one person to review.".to_owned(),
        n => format!("You have {n} people to review."),
    }
}

/// Until when the review can be completed and what happens then, or since when the sponsor is locked.
fn time_left(call: &ReviewCall, zone: Zone) -> Part {
    says(if call.locked {
        format!(
            "You and the people you sponsor have been locked since {}, because a review was not completed in time. Completing \
             this one unlocks everybody at once.",
            moment(call.due, zone)
        )
    } else {
        format!(
            "Complete it through {}. If it is not completed by then, you and the people you sponsor open no charts until it is.",
            end_of(call.due, zone)
        )
    })
}

/// The last day before `due`.
fn last_day(due: Instant, zone: Zone) -> time::Date {
    plus_days(zone.date(due), -1)
}

/// The last minute before `due`, as people say it: `30-Apr-2026, 11:59 pm EDT`.
pub(super) fn end_of(due: Instant, zone: Zone) -> String {
    let local = zone.local(due.plus_seconds(-1));
    let (hour, half) = (local.hour % 12, if local.hour < 12 { "am" } else { "pm" });
    let hour = if hour == 0 { 12 } else { hour };
    format!("{}, {hour}:{:02} {half} {}", date(local.date), local.minute, local.zone)
}
