//! Words of the review of a sponsor's staff.

use time::Date;

use crate::domain::calendar::{Instant, Zone};
use crate::domain::sponsoring::Hindrance;

pub(crate) const LEAD: &str =
    "Say for each person whether they still need access through you. Nothing is chosen beforehand.";
pub(crate) const REVIEW_NOW: &str = "Review now";
pub(crate) const SAVED_WORDS: &str =
    "Saved. You can go on later; nobody is removed before you complete the review.";
pub(crate) const LATE: &str = "Completing this review unlocks everyone at once.";
pub(crate) const PEOPLE: &str = "People you sponsor";
pub(crate) const PEOPLE_NONE: &str =
    "Nobody is left to review. Completing the review says so, and is all there is to do.";
pub(crate) const COL_PERSON: &str = "Person";
pub(crate) const COL_SIGN_IN: &str = "Last sign-in";
pub(crate) const COL_CHARTS: &str = "Charts opened";
pub(crate) const COL_SINCE: &str = "Sponsored since";
pub(crate) const COL_CHOICE: &str = "Decision";
pub(crate) const KEEP: &str = "Keep";
pub(crate) const REMOVE: &str = "Remove";
pub(crate) const NEVER: &str = "Never";
pub(crate) const BOUNCED: &str = "Mail came back";
pub(crate) const ATTESTED: &str = "Sponsored since the review opened";
pub(crate) const ATTESTED_HOW: &str =
    "Sponsoring them counted as the answer, so there is nothing to decide about them now.";
pub(crate) const MEMBERS: &str = "Members of your practice";
pub(crate) const MEMBERS_HOW: &str =
    "Whoever belongs to the practice sees its listed patients. If somebody here has left, or is missing,";
pub(crate) const REPORT: &str = "report an error";
pub(crate) const SIGN: &str = "Your signature";
pub(crate) const SIGN_DUTIES: &str =
    "You sponsor people and have not accepted the duties of a sponsor yet. Your signature accepts them, too:";
pub(crate) const COMPLETE: &str = "Complete the review";
pub(crate) const SAVE: &str = "Save and finish later";
pub(crate) const COMPLETE_NEXT: &str = "Whoever you remove loses at their next request what you sponsor them for; you can undo that for 10 minutes. Everybody else keeps it.";
pub(crate) const NAME_MISSING: &str = "Type your full name to complete the review";
pub(crate) const NAME_MISMATCH: &str = "This is not the name on your account. Type it as shown";
pub(crate) const CHANGED: &str =
    "The list changed while you had it open, so the review is not completed yet. Your choices are kept.";
pub(crate) const CHANGED_ADDED: &str = "New on the list:";
pub(crate) const CHANGED_ENDED: &str = "No longer on the list:";
pub(crate) const CHANGED_NEXT: &str = "Look at it and complete the review again.";

pub(crate) const DONE: &str = "The review is complete";
pub(crate) const ALREADY: &str = "This review was completed already. Nothing was changed.";
pub(crate) const UNLOCKED: &str = "You and the people you sponsor are unlocked.";
pub(crate) const TO_STAFF: &str = "Your staff";
pub(crate) const UNDO_THERE: &str = "Somebody removed by mistake? You can undo it there for 10 minutes.";
pub(crate) const NOTHING: &str = "Nothing to review now";
pub(crate) const NOTHING_WHY: &str = "You sponsor nobody who was listed when the last review opened.";
pub(crate) const REMOVE_THERE: &str =
    "You can remove people who no longer need access through you. Once nobody is left, nobody is locked.";
pub(crate) const SIGN_IN_AGAIN: &str = "Sign out to sign in with your password or passkey";

/// `April 30, 2026`.
pub(crate) fn long_date(date: Date) -> String {
    format!("{} {}, {}", date.month(), date.day(), date.year())
}

/// `April 2026`.
pub(crate) fn cycle(opening: Date) -> String {
    format!("{} {}", opening.month(), opening.year())
}

/// The last day before `due`, as it is printed: `April 30, 2026, 11:59 pm EDT`.
pub(crate) fn last_day(due: Instant, zone: Zone) -> String {
    let last = zone.local(due.plus_seconds(-1));
    format!("{}, 11:59 pm {}", long_date(last.date), last.zone)
}

/// `May 1, 2026 at 00:00 EDT`.
pub(crate) fn at(at: Instant, zone: Zone) -> String {
    format!("{} at {}", long_date(zone.date(at)), super::clock(at, zone))
}

/// `Review of your staff, April 2026`.
pub(crate) fn title(opening: Date) -> String {
    format!("Review of your staff, {}", cycle(opening))
}

fn people(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        _ => format!("{count} people"),
    }
}

/// What happens unless the review is completed.
pub(crate) fn due(due: Instant, zone: Zone) -> [String; 2] {
    [
        format!("Open through {}.", last_day(due, zone)),
        format!(
            "If it is not complete by then, you and the people you sponsor are locked on {}, until you complete it.",
            at(due, zone)
        ),
    ]
}

/// The date was moved.
pub(crate) fn extended(normal: Instant, zone: Zone) -> String {
    format!("The access team gave you more time: it was due through {}.", last_day(normal, zone))
}

/// The review is overdue.
pub(crate) fn overdue(due: Instant, zone: Zone) -> String {
    format!("You and the people you sponsor are locked since {}.", at(due, zone))
}

/// Since when charts are counted.
pub(crate) fn charts_since(last: Option<Instant>, zone: Zone) -> String {
    match last {
        Some(last) => format!("Charts are counted since your last review, {}.", long_date(zone.date(last))),
        None => "This is your first review: charts are counted since each person was sponsored.".to_owned(),
    }
}

/// How many days are left, the last one included.
pub(crate) fn days_left(days: i64) -> String {
    match days {
        ..=1 => "Review your staff today: it is the last day.".to_owned(),
        _ => format!("Review your staff: {days} days left."),
    }
}

/// Who waits for it, and until when.
pub(crate) fn waiting(count: usize, due: Instant, zone: Zone) -> String {
    let answer = if count == 1 { "waits" } else { "wait" };
    format!(
        "{} {answer} for your answer through {}. After that you and the people you sponsor are locked.",
        people(count),
        last_day(due, zone)
    )
}

/// A choice is missing.
pub(crate) fn choice_missing(name: &str) -> String {
    format!("Choose Keep or Remove for {name}")
}

/// How far it is.
pub(crate) fn answered(answered: usize, of: usize) -> String {
    format!("{answered} of {of} answered")
}

/// When the list was saved.
pub(crate) fn saved_at(at: Instant, zone: Zone) -> String {
    format!("Last saved {}.", super::moment(at, zone))
}

/// What a review did.
pub(crate) fn outcome(kept: usize, removed: usize) -> String {
    match (kept, removed) {
        (0, 0) => "Nobody was left to review.".to_owned(),
        (_, 0) => format!("{} kept, nobody removed.", people(kept)),
        _ => format!("{} kept, {} removed.", people(kept), removed),
    }
}

/// What comes next.
pub(crate) fn next(opens: Instant, zone: Zone) -> String {
    format!("Nothing more to do until the next review opens: {}. We mail you then.", at(opens, zone))
}

/// What hinders a review, and what it would need.
pub(crate) const fn hindrance(why: Hindrance) -> [&'static str; 2] {
    match why {
        Hindrance::HospitalSession => [
            "You are signed in with your hospital account, so you cannot complete the review in this session.",
            "Whoever answers for outside staff signs in as an outside provider: with e-mail address and password, or with a passkey.",
        ],
        Hindrance::NoNpi | Hindrance::NotAProvider => [
            "Only a provider with an NPI can complete a review, and your account has none.",
            "A colleague with an NPI in your practice can sponsor the people you sponsor.",
        ],
        Hindrance::Duties => [
            "You have not accepted the duties of a sponsor, so you cannot complete the review yet.",
            "They are accepted by name, once.",
        ],
        Hindrance::NoPractice => [
            "You belong to no practice now, so you cannot complete the review.",
            "A colleague who belongs to the practice can sponsor the people you sponsor.",
        ],
    }
}

/// Whom to turn to; a telephone number follows.
pub(crate) const fn hindrance_next(why: Hindrance) -> &'static str {
    match why {
        Hindrance::HospitalSession => "If you have neither, call the access team:",
        Hindrance::NoNpi | Hindrance::NotAProvider => {
            "If you have an NPI by now, or need more time, call the access team:"
        }
        Hindrance::Duties | Hindrance::NoPractice => "If that is not right, call the access team:",
    }
}

/// Who is removed, and when that holds.
pub(crate) fn completed(opening: Date, at: Instant, zone: Zone) -> String {
    format!("{} was completed {}.", title(opening), super::moment(at, zone))
}

/// Who it is about, on the page of a review that something hinders.
pub(crate) fn of_people(count: usize) -> String {
    format!("{} to review.", people(count))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_last_day_is_named_also_where_a_clock_change_removes_the_midnight_after_it() {
        let cairo: Zone = "Africa/Cairo".parse().unwrap();
        let due = cairo.start_of_day(date!(2026 - 04 - 24));
        assert_eq!(last_day(due, cairo), "April 23, 2026, 11:59 pm EET");
        assert_eq!(at(due, cairo), "April 24, 2026 at 01:00 EEST");
    }

    #[test]
    fn one_person_and_one_day_are_said_in_the_singular() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let due = zone.start_of_day(date!(2026 - 05 - 01));
        assert!(waiting(1, due, zone).starts_with("1 person waits for your answer through April 30, 2026"));
        assert!(waiting(2, due, zone).starts_with("2 people wait for your answer"));
        assert_eq!(days_left(1), "Review your staff today: it is the last day.");
        assert_eq!(days_left(2), "Review your staff: 2 days left.");
    }
}
