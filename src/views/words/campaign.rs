//! Words of the campaign: the validation as the access team runs it.

use time::Date;

use crate::domain::calendar::{Instant, Zone, plus_days};
use crate::domain::campaign::{Coming, Hindrance, Problem, State};
use crate::domain::notice::NoticeKind;
use crate::domain::rehearsal;

pub(crate) const TITLE: &str = "Sponsored User Validation";
pub(crate) const NEXT: &str = "What happens next";
pub(crate) const NEVER: &str = "No further cycle is in the calendar.";
pub(crate) const NOT_YET: &str =
    "No cycle has opened yet, so nobody has anything to review and nobody is locked by one.";
pub(crate) const BEHIND: &str = "The schedule is behind. Locks do not wait for it, but these letters have not gone out yet: check that a node of the portal is running.";
pub(crate) const OVER: &str =
    "A later cycle has opened. One review in it clears this one too; no date of this one is moved any more.";
pub(crate) const STATES: &str = "Which sponsors";
pub(crate) const ALL: &str = "All";
pub(crate) const LINKS: &str = "Work with the list";
pub(crate) const PHONES: &str = "Phone list";
pub(crate) const EXPORT: &str = "Export CSV";
pub(crate) const REHEARSE: &str = "Rehearse the calendar";
pub(crate) const COUNTS: &str = "How far it is";
pub(crate) const SPONSORS: &str = "Sponsors";
pub(crate) const COUNTS_HOW: &str = "Staff are the people listed when the cycle opened. Patients are those listed now with the sponsors or with the practices of their listed staff, each counted once: a count of the directory, not of who may see whom.";
pub(crate) const NO_PATIENTS: &str =
    "Patients are not added up for so many sponsors; each row has its own count.";
pub(crate) const COL_STATE: &str = "State";
pub(crate) const COL_SPONSORS: &str = "Sponsors";
pub(crate) const COL_STAFF: &str = "Staff listed";
pub(crate) const COL_PATIENTS: &str = "Patients";
pub(crate) const COL_SPONSOR: &str = "Sponsor";
pub(crate) const COL_PRACTICE: &str = "Practice and phone";
pub(crate) const COL_DUE: &str = "Through";
pub(crate) const COL_SIGN_IN: &str = "Last sign-in";
pub(crate) const COL_EMAIL: &str = "E-mail";
pub(crate) const COL_PHONE: &str = "Phone";
pub(crate) const COL_PRACTICES: &str = "Practices";
pub(crate) const COL_EXTENDED: &str = "Date moved";
pub(crate) const COL_SINCE: &str = "Since";
pub(crate) const YES: &str = "yes";
pub(crate) const EXTENDED: &str = "Moved";
pub(crate) const BOUNCED: &str = "Mail refused";
pub(crate) const NEVER_SIGNED_IN: &str = "Never";
pub(crate) const NOBODY_LEFT: &str = "nobody left to review";
pub(crate) const SINCE: &str = "since";
pub(crate) const ON: &str = "on";
pub(crate) const NO_PRACTICE: &str = "None now";
pub(crate) const EMPTY: &str = "Nobody is in this state.";
pub(crate) const UNLISTED: &str =
    "Nobody had staff to review when this cycle opened, or the schedule has not listed them yet.";
pub(crate) const HISTORY: &str = "Earlier cycles";
pub(crate) const HISTORY_EMPTY: &str = "There is no earlier cycle.";
pub(crate) const COL_CYCLE: &str = "Cycle";
pub(crate) const COL_REVIEWED: &str = "Reviewed by now";
pub(crate) const COL_LOCKED: &str = "Were locked";
pub(crate) const BACK: &str = "The campaign";
pub(crate) const PHONES_LEAD: &str =
    "Everybody who has not completed the review, most urgent first, with the phone of the practice.";
pub(crate) const PHONES_EMPTY: &str = "There is nobody to call: every review is complete.";
pub(crate) const EXPORT_LEAD: &str = "The table holds names, addresses and phones of sponsors. Giving it out is recorded. At most 200,000 rows leave at once.";
pub(crate) const EXPORT_CYCLE: &str = "Cycle";
pub(crate) const EXPORT_STATE: &str = "State";
pub(crate) const DOWNLOAD: &str = "Download the table";

pub(crate) const STANDS: &str = "Where it stands";
pub(crate) const LISTED: &str = "Who was listed";
pub(crate) const LISTED_EMPTY: &str = "Nobody was listed in this cycle: there is nothing to review.";
pub(crate) const COL_NAME: &str = "Name";
pub(crate) const COL_AT: &str = "Practice";
pub(crate) const COL_NOW: &str = "Now";
pub(crate) const LIVE: &str = "Active";
pub(crate) const GONE: &str = "Not active";
pub(crate) const ENDED: &str = "Ended";
pub(crate) const LETTERS: &str = "Letters of this cycle";
pub(crate) const LETTERS_EMPTY: &str = "None yet.";
pub(crate) const COL_LETTER: &str = "Letter";
pub(crate) const COL_WHEN: &str = "When";
pub(crate) const COL_SENT: &str = "Sent";
pub(crate) const SENT: &str = "Sent";
pub(crate) const SENT_LATE: &str = "Sent late";
pub(crate) const NOT_NEEDED: &str = "Not needed then";
pub(crate) const EXTENSIONS: &str = "Dates moved";
pub(crate) const EXTENSIONS_EMPTY: &str = "The normal date counts.";
pub(crate) const EXTENSIONS_HOW: &str = "The latest decision counts.";
pub(crate) const COL_NEW: &str = "Locked from";
pub(crate) const COL_BY: &str = "Decided";
pub(crate) const COL_WHY: &str = "Why";
pub(crate) const IMPORTED: &str = "Imported";
pub(crate) const EXTEND: &str = "Move the due date";
pub(crate) const EXTEND_LEAD: &str = "The sponsor is told the new date by mail, without the reason. The latest decision counts, and never precedes the normal date.";
pub(crate) const EXTEND_LOCKED: &str = "This sponsor is locked now. Moving the date unlocks the sponsor and the staff at once, until the new date.";
pub(crate) const NEW_DATE: &str = "New due date";
pub(crate) const MONTH: &str = "Month";
pub(crate) const DAY: &str = "Day";
pub(crate) const YEAR: &str = "Year";
pub(crate) const REASON: &str = "Reason, for the access team";
pub(crate) const REASON_HINT: &str = "10 to 1000 characters. It is kept with the decision.";
pub(crate) const ACCOUNT: &str = "The account";

pub(crate) const REHEARSAL: &str = "Rehearsal";
pub(crate) const REHEARSAL_LEAD: &str = "Plays the calendar on the facts of today and changes nothing: as if nobody completed a review, and nobody left or came unless a date says so already.";
pub(crate) const FROM: &str = "From day";
pub(crate) const TO: &str = "To day";
pub(crate) const DAY_HINT: &str = "YYYY-MM-DD";
pub(crate) const PLAY: &str = "Rehearse";
pub(crate) const NOTHING: &str = "Nothing would happen in these days.";
pub(crate) const COL_WHAT: &str = "What would happen";
pub(crate) const PEOPLE: &str = "Who would lose access";
pub(crate) const COL_PERSON: &str = "Who";
pub(crate) const COL_KIND: &str = "As";
pub(crate) const COL_LOST: &str = "Patients no longer seen";
pub(crate) const A_SPONSOR: &str = "Sponsor";
pub(crate) const STAFF: &str = "Sponsored user";

/// How far a sponsor is.
pub(crate) const fn state(state: State) -> &'static str {
    match state {
        State::Locked => "Locked",
        State::AtRisk => "At risk",
        State::Open => "Open",
        State::Done => "Done",
    }
}

/// What each state means.
pub(crate) const fn state_how(state: State) -> &'static str {
    match state {
        State::Locked => "past the date, not complete",
        State::AtRisk => "nine days or less, or mail refused",
        State::Open => "not complete, there is time",
        State::Done => "complete, or nobody left",
    }
}

/// A letter of the cycle.
pub(crate) const fn letter(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Opening => "Opening",
        NoticeKind::Days16 => "16 days left",
        NoticeKind::Days9 => "9 days left",
        NoticeKind::Days3 => "3 days left",
        NoticeKind::Days1 => "Last day",
        NoticeKind::Lock => "Locked",
    }
}

/// `April 1, 2027`.
pub(crate) fn day(date: Date) -> String {
    format!("{} {}, {}", date.month(), date.day(), date.year())
}

/// `April 1, 2027 at 00:00 EDT`.
pub(crate) fn instant(at: Instant, zone: Zone) -> String {
    let local = zone.local(at);
    format!("{} at {:02}:{:02} {}", day(local.date), local.hour, local.minute, local.zone)
}

/// The last day before a due instant.
pub(crate) fn last_day(due: Instant, zone: Zone) -> Date {
    plus_days(zone.date(due), -1)
}

/// "Cycle of April 1, 2026".
pub(crate) fn cycle(opening: Date) -> String {
    format!("Cycle of {}", day(opening))
}

/// By which earlier cycle a sponsor is locked.
pub(crate) fn by_older(opening: Date) -> String {
    format!("by the cycle of {}", day(opening))
}

/// Why no date of this cycle unlocks, and what does.
pub(crate) fn older(opening: Date, since: Instant, zone: Zone) -> String {
    format!(
        "The review of the cycle of {} was not completed. It locks this sponsor and the staff since {}, whatever the date of this cycle is: \
         moving it does not unlock them. Only completing the review does, and one review clears both.",
        day(opening),
        instant(since, zone)
    )
}

/// Until when a cycle runs, or ran.
pub(crate) fn runs(due: Instant, zone: Zone, now: Instant) -> String {
    let last = day(last_day(due, zone));
    if due > now {
        format!(
            "Reviews are due through {last}, 11:59 pm. Whoever has not completed theirs is locked from {}.",
            instant(due, zone)
        )
    } else {
        format!(
            "Reviews were due through {last}, 11:59 pm. Whoever has not completed theirs is locked since {}, until they do.",
            instant(due, zone)
        )
    }
}

/// What comes, and when.
pub(crate) fn coming((at, what): (Instant, Coming), zone: Zone) -> String {
    let when = instant(at, zone);
    match what {
        Coming::Opening => format!("Opens {when}: every sponsor with staff is mailed and has 30 days."),
        Coming::Letter(NoticeKind::Lock) => {
            format!("Locks {when}: sponsors who are not done, and their staff, until the review is complete.")
        }
        Coming::Letter(NoticeKind::Opening) => format!("Opens {when}."),
        Coming::Letter(kind) => {
            format!("Mail {when} to sponsors who are not done: {}.", letter(kind).to_lowercase())
        }
    }
}

/// The tab of a state.
pub(crate) fn tab(of: State, count: i64) -> String {
    format!("{} ({count})", state(of))
}

/// The letters that have not gone out.
pub(crate) fn missing(kinds: &[NoticeKind]) -> String {
    kinds.iter().map(|kind| letter(*kind)).collect::<Vec<_>>().join(", ")
}

/// What keeps somebody from moving a date.
pub(crate) const fn hindrance(hindrance: Hindrance) -> &'static str {
    match hindrance {
        Hindrance::Own => "It is your own date. Somebody else of the access team must move it.",
        Hindrance::Role => "Reviewers and administrators move due dates.",
        Hindrance::CycleOver => "A later cycle has opened: no date of this one is moved any more.",
        Hindrance::AlreadyDone => "The sponsor is done: there is no date to move.",
        Hindrance::NobodyLeft => {
            "Nobody is left to review of this cycle: it has no date to move. An earlier one locks the sponsor until the review is completed."
        }
    }
}

/// What is wrong with what was typed.
pub(crate) const fn problem(problem: Problem) -> &'static str {
    match problem {
        Problem::DateMissing => "Enter month, day and year of the new due date",
        Problem::NoSuchDate => "There is no such day. Enter month, day and year as numbers",
        Problem::DatePast => "This day has begun. Enter tomorrow or later",
        Problem::BeforeNormal => "This is before the normal date. Enter that one or a later one",
        Problem::TooLate => "This is more than 60 days after the normal date. Enter an earlier one",
        Problem::Reason => "Give a reason of 10 to 1000 characters",
    }
}

/// How the date is meant, with the normal one as an example.
pub(crate) fn date_hint(normal: Date) -> String {
    format!(
        "The day from whose 00:00 the sponsor is locked, so the day before is the last one. The normal date is {}; at most 60 days later.",
        day(normal)
    )
}

/// Why the calendar cannot be played.
pub(crate) const fn rehearsal_problem(problem: rehearsal::Problem) -> &'static str {
    match problem {
        rehearsal::Problem::NoSuchDate => "Enter both days as YYYY-MM-DD, such as 2026-04-01",
        rehearsal::Problem::Reversed => "The last day is before the first",
        rehearsal::Problem::TooFar => "Choose days within two years of today",
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// Reviews open.
pub(crate) fn opened(sponsors: usize, listed: usize) -> String {
    format!(
        "Reviews open for {} with {} listed.",
        counted(sponsors, "sponsor", "sponsors"),
        counted(listed, "person", "people")
    )
}

/// Letters go out.
pub(crate) fn letters(kind: NoticeKind, count: usize) -> String {
    format!("{}: {}.", letter(kind), counted(count, "letter", "letters"))
}

/// People are locked.
pub(crate) fn locks(sponsors: usize, staff: usize) -> String {
    format!(
        "{} locked, with {}.",
        counted(sponsors, "sponsor is", "sponsors are"),
        counted(staff, "sponsored user", "sponsored users")
    )
}

/// Access is lost.
pub(crate) fn loses(people: usize, patients: usize) -> String {
    format!(
        "{} access, to {} added up.",
        counted(people, "person loses", "people lose"),
        counted(patients, "patient", "patients")
    )
}

/// Those of a list who are not named.
pub(crate) fn not_named(count: usize) -> String {
    format!("{} not named here.", counted(count, "person is", "people are"))
}
