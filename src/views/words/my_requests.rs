//! Words of My requests: where each stands, whose turn it is, and why one was turned away.

use time::Date;

use crate::domain::queue::{Due, Step};
use crate::domain::request::Ending;
use crate::domain::verification::DeclineClass;

pub(crate) const COL_TURN: &str = "Waiting for";
pub(crate) const WITH_FAMILY: &str = "The family";
pub(crate) const WITH_HOSPITAL: &str = "The hospital";
pub(crate) const ANSWER_BY: &str = "Answer due";
pub(crate) const EXPIRES: &str = "Expires";
pub(crate) const JOINED: &str = "You joined a partner’s request";
pub(crate) const PATIENT: &str = "Patient, as typed";
pub(crate) const PRACTICE: &str = "Practice";
pub(crate) const ASKED: &str = "Asked";
pub(crate) const REASON: &str = "Reason given";
pub(crate) const WHERE: &str = "Where it stands";
pub(crate) const HISTORY: &str = "History";
pub(crate) const YOU: &str = "You";
pub(crate) const SAID: &str = "The access team says:";
pub(crate) const FLAGGED: &str = "The PCP of this patient changed to somebody else after you asked. The access team decides what that means for your request.";
pub(crate) const WITHDRAW: &str = "Take it back";
pub(crate) const WITHDRAW_HOW: &str =
    "Nobody is called about it any more. If partners have joined, it goes on for them.";
pub(crate) const LEAVE_HOW: &str = "Your partner’s request goes on without you.";
pub(crate) const WITHDRAWN: &str = "You took it back.";
pub(crate) const HANDED_OVER: &str = "You took it back. It goes on for the partners who joined it.";
pub(crate) const LEFT: &str = "You wait with it no longer. It goes on for your partner.";
pub(crate) const TOO_LATE: &str = "It was over before you took it back.";
pub(crate) const BACK: &str = "My requests";
pub(crate) const AGAIN_AT_ONCE: &str = "You can ask again at any time.";
pub(crate) const OPEN_FAMILY: &str =
    "The patient or a guardian answers online. We remind them after 3 and 10 days.";
pub(crate) const OPEN_PHONE: &str =
    "Nobody of the family has an account here, so the access team asks by phone.";
pub(crate) const OPEN_TEAM: &str = "The access team phones the family before anything changes.";
pub(crate) const WHICH_PRACTICE: &str = "Practice that is to be listed";
pub(crate) const TURNED_TITLE: &str = "Your request was not sent";
pub(crate) const DECEASED: &str = "We are sorry: this patient has died. New access can no longer be asked for, and nothing was sent. Whoever was the PCP or on the care team can open the chart for 90 more days.";
pub(crate) const DECEASED_NEXT: &str =
    "If you cared for this patient and need the record, or a letter about it, call the access team:";
pub(crate) const BLOCKED: &str = "This family is not taking requests from you at present. If you think that is a mistake, call the access team:";

/// How a request ended.
pub(crate) const fn ended(ending: Ending) -> &'static str {
    match ending {
        Ending::Approved => "It was approved. You can open the chart now.",
        Ending::Declined => "It was declined.",
        Ending::Answered => "It was answered.",
        Ending::Withdrawn => "It was taken back.",
        Ending::Fulfilled => "What you asked for came about otherwise: your practice is listed now.",
        Ending::Expired => "It expired: nobody could answer in time.",
    }
}

/// Why a request was declined, kindly.
pub(crate) const fn class(class: DeclineClass) -> &'static str {
    match class {
        DeclineClass::FamilyRefused => "The family was asked and does not want it at present.",
        DeclineClass::NotVerified => "We could not verify whom we spoke to, so nothing may change.",
        DeclineClass::WrongPatient => "The patient whom we found does not seem to be the one you mean.",
        DeclineClass::OtherPcp => "The family told us that somebody else is the PCP.",
        DeclineClass::Other => "The access team could not approve it.",
    }
}

/// A step as whoever asked may know of it.
pub(crate) const fn step(step: Step) -> &'static str {
    match step {
        Step::Filed => "The request was sent",
        Step::Joined => "A partner joined it",
        Step::Assigned => "Somebody of the access team took it up",
        Step::Released | Step::Note => "The access team works on it",
        Step::Call => "The access team called the family",
        Step::Approved => "The access team approved it",
        Step::FamilyApproved => "The family said yes",
        Step::Declined => "The access team declined it",
        Step::FamilyDeclined => "The family said no",
        Step::Answered => "It was answered",
        Step::Withdrawn => "It was taken back",
        Step::Paused => "The access team decides now",
        Step::Rerouted => "Somebody else answers now",
        Step::Reminded => "The family was reminded",
        Step::Expired => "It expired",
        Step::Fulfilled => "Your practice was listed",
        Step::Flagged => "The PCP changed to somebody else",
        Step::Replied => "They wrote once more",
    }
}

/// "12-Mar-2026 (in 2 business days)".
pub(crate) fn due(due: Due) -> String {
    match due {
        Due::Overdue(_) | Due::HoursLate(_) => "overdue; call the access team if it is urgent".into(),
        Due::Today => "today".into(),
        Due::In(1) => "in 1 business day".into(),
        Due::In(days) => format!("in {days} business days"),
        Due::WithinHours(hours) => format!("within {hours} hours"),
    }
}

/// From when a request may be repeated.
pub(crate) fn again_from(day: Date) -> String {
    format!("You can ask again from {} on.", super::date(day))
}

/// A request that came too soon after one that was declined or expired.
pub(crate) fn too_soon(day: Date) -> String {
    format!(
        "You asked for this patient not long ago, and it was declined or expired. You can ask again from {} on.",
        super::date(day)
    )
}
