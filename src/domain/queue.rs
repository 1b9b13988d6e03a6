//! The access team's queue: when a request is due, and who of the team may do what with it (product.md sections 2 and 9).
//!
//! ```text
//!          filed                      approved, declined, answered
//!  (none) -------> open, nobody's ------------------------------------> closed
//!                    |        ^                                            ^
//!            assigned|        |released                                    |
//!                    v        |                                            |
//!                   open, somebody's ---------------------------------------
//! ```
//!
//! A message of a family that was answered opens again, with a new due day, when the family writes back.
//!
//! Every step raises the request's version; a step that names an older one is refused, so that no work is lost.

pub mod filter;

use time::{Date, Weekday};

use super::calendar::{Instant, plus_days};
use super::emergency::REVIEW_HOURS;
use super::people::{Role, words};
use super::request::{Ending, RequestKind};

/// The most characters of a note.
pub const NOTE_LONGEST: usize = 1000;
/// The most characters of an answer to a request for help, or to a message.
pub const ANSWER_LONGEST: usize = 2000;
/// The fewest characters that say how a person's identity was checked.
pub const EVIDENCE_SHORTEST: usize = 10;
/// Rows on one page of the queue.
pub const ON_PAGE: usize = 25;

words! {
    /// Which requests a page of the queue shows.
    View {
        /// Every open one that is not the family's to answer.
        NeedsAction = "needs_action",
        /// Open ones that the viewer has taken.
        Mine = "mine",
        /// Open ones whose due day is over.
        Overdue = "overdue",
        /// Open ones that the family answers.
        WaitingOnFamily = "waiting_on_family",
        /// Those that are over.
        Closed = "closed",
    }
}

words! {
    /// Why a member of the access team may not decide a request.
    Bar {
        /// They filed it, or it is about their own account.
        Own = "own",
        /// Their role does not decide such requests.
        Role = "role",
        /// Such requests are not decided here.
        Elsewhere = "elsewhere",
    }
}

words! {
    /// Why a request cannot be approved, or an act on an account not done, as things are; nothing was changed.
    Obstacle {
        /// What the request is about is no longer there.
        Gone = "gone",
        /// The NPI has an account that is not disabled.
        NpiTaken = "npi_taken",
        /// The address has an account.
        AddressTaken = "address_taken",
        /// Approving needs something that has not been given, such as the account that a sign-in is to be linked to.
        Incomplete = "incomplete",
        /// The account is not active.
        NotActive = "not_active",
        /// The account signs in at the hospital, which keeps its factors.
        SignsInAtHospital = "signs_in_at_hospital",
        /// The same has been asked for already.
        AskedAlready = "asked_already",
        /// The account has a password, so that its owner, signed in, asks for the link.
        OwnerAsks = "owner_asks",
        /// A sign-in at the hospital is linked to the account already.
        LinkedAlready = "linked_already",
        /// The family has not confirmed it by phone yet: the checklist is not complete.
        Unverified = "unverified",
        /// Fewer than three calls reached nobody, or one reached somebody.
        TooFewTries = "too_few_tries",
        /// The family answers it in its portal.
        WithFamily = "with_family",
        /// A restriction, or a death, bars whoever asked from the patient.
        Restricted = "restricted",
        /// From 13 to 17 a guardian alone does not give that.
        Teen = "teen",
        /// Two records that are to be one differ in who the patient is, and nobody said to have checked it.
        DifferentIdentity = "different_identity",
        /// Whoever asks for a family account is, by the record or what they typed, under 18.
        UnderAge = "under_age",
        /// The patient has an account of their own.
        HasAccount = "has_account",
        /// Whoever wrote a message has no say about the patient any more, and whoever answers was not told.
        NoSay = "no_say",
    }
}

words! {
    /// A step in the history of a request.
    Step {
        /// It was filed.
        Filed = "filed",
        /// Something was noted about it.
        Note = "note",
        /// Somebody took it.
        Assigned = "assigned",
        /// Its owner let go of it.
        Released = "released",
        /// It was approved.
        Approved = "approved",
        /// It was declined.
        Declined = "declined",
        /// It was answered.
        Answered = "answered",
        /// It was withdrawn.
        Withdrawn = "withdrawn",
        /// A partner asked for the same, and waits with whoever filed it.
        Joined = "joined",
        /// The access team called, or was called.
        Call = "call",
        /// The family said yes.
        FamilyApproved = "family_approved",
        /// The family said no.
        FamilyDeclined = "family_declined",
        /// One guardian said no: the access team decides.
        Paused = "paused",
        /// Somebody else answers it now.
        Rerouted = "rerouted",
        /// Whoever answers was reminded.
        Reminded = "reminded",
        /// Nobody answered in time.
        Expired = "expired",
        /// What was asked for came about otherwise.
        Fulfilled = "fulfilled",
        /// The PCP changed to somebody else meanwhile.
        Flagged = "flagged",
        /// The family wrote once more; one that was answered is open again.
        Replied = "replied",
    }
}

/// How far the due day is away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// It is over since so many business days; 0 when only days that are none lie between.
    Overdue(u32),
    /// It is today.
    Today,
    /// It comes in so many business days.
    In(u32),
    /// The hour is over since so many whole hours.
    HoursLate(u32),
    /// The hour comes within so many hours.
    WithinHours(u32),
}

impl RequestKind {
    /// Hours until an answer is due, where the hour counts and not the day; such a request is overdue from then on.
    pub const fn hours(self) -> Option<i64> {
        match self {
            Self::EmergencyReview => Some(REVIEW_HOURS),
            _ => None,
        }
    }

    /// Business days until an answer is due (product.md sections 2 and 6); where [`Self::hours`] counts, about as many.
    pub const fn business_days(self) -> u32 {
        match self {
            Self::FactorReset => 1,
            Self::Registration
            | Self::Membership
            | Self::PracticeSwitch
            | Self::Help
            | Self::SingleSignOn
            | Self::Merge
            | Self::Enrolment
            | Self::Message => 2,
            Self::PcpChange | Self::NonPcp | Self::EmergencyReview => 3,
        }
    }

    /// How the desk can end such a request; empty when it is not decided at the desk.
    pub const fn endings(self) -> &'static [Ending] {
        match self {
            Self::Registration
            | Self::Membership
            | Self::PracticeSwitch
            | Self::SingleSignOn
            | Self::FactorReset
            | Self::Merge
            | Self::Enrolment => &[Ending::Approved, Ending::Declined],
            // Reviewed on a page of its own.
            Self::EmergencyReview => &[],
            Self::Help | Self::Message => &[Ending::Answered],
            Self::PcpChange | Self::NonPcp => &[Ending::Approved, Ending::Declined, Ending::Expired],
        }
    }
}

/// Whether somebody with `roles` takes, notes on and lets go of requests.
pub fn handles(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::Reviewer | Role::Administrator))
}

/// What keeps somebody with `roles` from ending a request of `kind` by `ending`; `is_own` when they filed it or it is about
/// their account. Approving a factor reset takes an administrator; nobody decides their own.
pub fn bar(kind: RequestKind, ending: Ending, roles: &[Role], is_own: bool) -> Option<Bar> {
    if !kind.endings().contains(&ending) {
        return Some(Bar::Elsewhere);
    }
    if is_own {
        return Some(Bar::Own);
    }
    let has_role = match (kind, ending) {
        (RequestKind::FactorReset, Ending::Approved) => roles.contains(&Role::Administrator),
        _ => handles(roles),
    };
    (!has_role).then_some(Bar::Role)
}

/// What keeps somebody with `roles` from reviewing an emergency access; `is_own` when they took it.
pub fn review_bar(roles: &[Role], is_own: bool) -> Option<Bar> {
    if is_own {
        return Some(Bar::Own);
    }
    (!handles(roles)).then_some(Bar::Role)
}

/// How far the instant `due` is from `now`: at it, it is over.
pub fn until_hour(due: Instant, now: Instant) -> Due {
    let hours = |seconds: i64| u32::try_from(seconds).unwrap_or(u32::MAX);
    if now < due {
        return Due::WithinHours(hours((due.seconds_since(now) + 3599) / 3600).max(1));
    }
    Due::HoursLate(hours(now.seconds_since(due) / 3600))
}

/// How far `due` is from `today`.
pub fn until(due: Date, today: Date, holidays: &[Date]) -> Due {
    match due.cmp(&today) {
        std::cmp::Ordering::Less => Due::Overdue(business_days_between(due, today, holidays)),
        std::cmp::Ordering::Equal => Due::Today,
        std::cmp::Ordering::Greater => Due::In(business_days_between(today, due, holidays)),
    }
}

/// The business days after `from`, up to and with `to`.
fn business_days_between(from: Date, to: Date, holidays: &[Date]) -> u32 {
    let (mut day, mut count) = (from, 0);
    // A year is further than any page needs to count.
    while day < to && count < 366 {
        day = plus_days(day, 1);
        let open = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !holidays.contains(&day);
        count += u32::from(open);
    }
    count
}

/// `typed` without outer blanks, when it has between `shortest` and `longest` characters.
pub fn text(typed: &str, shortest: usize, longest: usize) -> Option<&str> {
    let typed = typed.trim();
    (shortest..=longest).contains(&typed.chars().count()).then_some(typed)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn nobody_decides_their_own_and_a_reset_takes_an_administrator() {
        let (reviewer, admin, auditor) = ([Role::Reviewer], [Role::Administrator], [Role::Auditor]);
        for kind in [
            RequestKind::Registration,
            RequestKind::Membership,
            RequestKind::SingleSignOn,
            RequestKind::Merge,
        ] {
            for ending in [Ending::Approved, Ending::Declined] {
                assert_eq!(bar(kind, ending, &reviewer, false), None);
                assert_eq!(bar(kind, ending, &admin, false), None);
                assert_eq!(bar(kind, ending, &auditor, false), Some(Bar::Role));
                assert_eq!(bar(kind, ending, &[], false), Some(Bar::Role));
                assert_eq!(bar(kind, ending, &admin, true), Some(Bar::Own));
            }
        }
        for kind in [RequestKind::Help, RequestKind::Message] {
            assert_eq!(bar(kind, Ending::Answered, &reviewer, false), None);
            assert_eq!(bar(kind, Ending::Answered, &auditor, false), Some(Bar::Role));
            assert_eq!(bar(kind, Ending::Answered, &admin, true), Some(Bar::Own));
        }
        let reset = RequestKind::FactorReset;
        assert_eq!(bar(reset, Ending::Approved, &reviewer, false), Some(Bar::Role));
        assert_eq!(bar(reset, Ending::Approved, &admin, false), None);
        assert_eq!(bar(reset, Ending::Declined, &reviewer, false), None);
        for ending in [Ending::Approved, Ending::Declined, Ending::Expired] {
            assert_eq!(bar(RequestKind::PcpChange, ending, &reviewer, false), None);
            assert_eq!(bar(RequestKind::NonPcp, ending, &auditor, false), Some(Bar::Role));
        }
        assert_eq!(bar(RequestKind::PcpChange, Ending::Answered, &admin, false), Some(Bar::Elsewhere));
        assert_eq!(bar(RequestKind::Help, Ending::Approved, &admin, false), Some(Bar::Elsewhere));
    }

    #[test]
    fn days_until_due_are_business_days() {
        let friday = date!(2026 - 03 - 13);
        assert_eq!(until(date!(2026 - 03 - 16), friday, &[]), Due::In(1));
        assert_eq!(until(date!(2026 - 03 - 17), friday, &[date!(2026 - 03 - 16)]), Due::In(1));
        assert_eq!(until(friday, friday, &[]), Due::Today);
        assert_eq!(until(friday, date!(2026 - 03 - 15), &[]), Due::Overdue(0));
        assert_eq!(until(friday, date!(2026 - 03 - 17), &[]), Due::Overdue(2));
    }

    #[test]
    fn an_hour_is_over_at_its_first_microsecond() {
        let due: Instant = "2026-03-14T16:00:00Z".parse().unwrap();
        assert_eq!(until_hour(due, due.plus_seconds(-REVIEW_HOURS * 3600)), Due::WithinHours(72));
        assert_eq!(until_hour(due, due.plus_seconds(-3601)), Due::WithinHours(2));
        assert_eq!(until_hour(due, Instant::from_micros(due.micros() - 1)), Due::WithinHours(1));
        assert_eq!(until_hour(due, due), Due::HoursLate(0));
        assert_eq!(until_hour(due, due.plus_seconds(7200)), Due::HoursLate(2));
    }

    #[test]
    fn nobody_reviews_their_own_and_no_auditor_reviews() {
        assert_eq!(review_bar(&[Role::Reviewer], false), None);
        assert_eq!(review_bar(&[Role::Administrator], false), None);
        assert_eq!(review_bar(&[Role::Administrator], true), Some(Bar::Own));
        assert_eq!(review_bar(&[Role::Auditor], false), Some(Bar::Role));
    }

    #[test]
    fn a_text_is_measured_in_characters_without_outer_blanks() {
        assert_eq!(text("  é  ", 1, 1), Some("é"));
        assert_eq!(text("   ", 1, 10), None);
        assert_eq!(text("éé", 1, 1), None);
    }
}
