//! Words of the access team's queue, and of the accounts it runs.

use time::Date;

use super::date;
use crate::domain::emergency::Finding;
use crate::domain::people::{AccountStatus, Role};
use crate::domain::queue::{Bar, Due, Obstacle, Step, View};
use crate::domain::request::{Ending, RequestKind};

pub(crate) const QUEUE: &str = "Requests";
pub(crate) const VIEWS: &str = "Which requests";
pub(crate) const KINDS: &str = "Kind of request";
pub(crate) const ALL_KINDS: &str = "All kinds";
pub(crate) const COL_CHOOSE: &str = "Choose";
pub(crate) const COL_REQUEST: &str = "Request";
pub(crate) const COL_PATIENT: &str = "Patient";
pub(crate) const TYPED: &str = "as typed";
pub(crate) const COL_ASKED_BY: &str = "Asked by";
pub(crate) const COL_DUE: &str = "Due";
pub(crate) const COL_STATUS: &str = "Status";
pub(crate) const COL_OWNER: &str = "Owner";
pub(crate) const ASKED: &str = "asked";
pub(crate) const YOU: &str = "You";
pub(crate) const NEW: &str = "New";
pub(crate) const TAKEN: &str = "In work";
pub(crate) const TAKE: &str = "Assign to me";
pub(crate) const RELEASE: &str = "Let go";
pub(crate) const EXPORT: &str = "Export CSV";
pub(crate) const EXPORT_LEAD: &str = "The table holds the names of those who asked and of patients. Giving it out is recorded. At most 10,000 rows leave at once.";
pub(crate) const EXPORT_VIEW: &str = "Requests";
pub(crate) const DOWNLOAD: &str = "Download the table";
pub(crate) const ALL_CLEAR: &str = "All clear.";
pub(crate) const CLOSED_EMPTY: &str = "No request has been closed yet.";
pub(crate) const CHOSE_NONE: &str = "Choose at least one request first.";

pub(crate) const FACTS: &str = "What is asked for";
pub(crate) const TYPED_PATIENT: &str = "Patient, as typed";
pub(crate) const TYPED_BORN: &str = "Born, as typed";
pub(crate) const TYPED_MRN: &str = "MRN, as typed";
pub(crate) const TYPED_MRN_ALONE: &str = "MRN";
pub(crate) const TYPED_REASON: &str = "Reason";
pub(crate) const PRACTICE: &str = "Practice";
pub(crate) const NO_FACTS: &str = "Nothing more was given.";
pub(crate) const STATE: &str = "Where it stands";
pub(crate) const DUE: &str = "Due";
pub(crate) const OWNER: &str = "Owner";
pub(crate) const NOBODY: &str = "Nobody yet";
pub(crate) const ENDED: &str = "Ended";
pub(crate) const HISTORY: &str = "History";
pub(crate) const A_VISITOR: &str = "Somebody without an account";
pub(crate) const THE_RECORD: &str = "The hospital’s record";
pub(crate) const NOTE: &str = "Note";
pub(crate) const NOTE_HINT: &str = "For the access team only. At most 1000 characters.";
pub(crate) const NOTE_WRONG: &str = "Write a note of at most 1000 characters";
pub(crate) const ADD_NOTE: &str = "Add note";
pub(crate) const END: &str = "Decide";
pub(crate) const REVIEW: &str = "Review.";
pub(crate) const BACK_TO_QUEUE: &str = "All requests";
pub(crate) const BACK_TO_REQUEST: &str = "Back to the request";
pub(crate) const READ_ONLY: &str = "You can read this. Reviewers and administrators work on it.";

pub(crate) const HELP_NAME: &str = "Name, as typed";
pub(crate) const HELP_EMAIL: &str = "E-mail, as typed";
pub(crate) const HELP_TEXT: &str = "What they wrote";
pub(crate) const HELP_PICTURE: &str = "Picture of their screen";
pub(crate) const HELP_PICTURE_OPEN: &str = "Open the picture";
pub(crate) const HELP_ANSWER: &str = "The answer they were sent";
pub(crate) const RESET_WHOSE: &str = "Whose factor";
pub(crate) const RESET_EVIDENCE: &str = "How their identity was checked";
pub(crate) const RESET_HOW: &str = "Approving switches off every way this person has to sign in, ends their sessions, and mails them a link. You are then shown a code, once, to read out to them on a number you already have for them.";

pub(crate) const APPROVE_LEAD: &str = "This takes effect at once, and the person is told by mail.";
pub(crate) const REASON: &str = "Reason, as they will read it";
pub(crate) const REASON_HINT: &str = "At most 1000 characters. No patient data: it goes by mail.";
pub(crate) const REASON_WRONG: &str = "Give a reason of at most 1000 characters";
pub(crate) const ANSWER: &str = "Answer, as they will read it";
pub(crate) const ANSWER_HINT: &str =
    "At most 2000 characters. Do not write patient data: whoever holds the link in the mail can read it.";
pub(crate) const ANSWER_WRONG: &str = "Write an answer of at most 2000 characters";
pub(crate) const TEMPLATES: &str = "Begin with a template:";

pub(crate) const HANDOVER_TITLE: &str = "Read this code out now";
pub(crate) const HANDOVER_LEAD: &str = "It is shown this once. Call the person on a number that you already have for them, never on one from a mail, and read it out.";
pub(crate) const HANDOVER_FOR: &str = "For";
pub(crate) const HANDOVER_UNTIL: &str = "The link in their mail needs it, and works until";
pub(crate) const HANDOVER_LOST: &str =
    "If the code is lost, ask for a new factor reset: the link and the code are then made anew.";

pub(crate) const ACCOUNTS: &str = "Accounts";
pub(crate) const ACCOUNTS_LEAD: &str = "Find an account to end its sessions, disable it, or ask that a lost second factor be bound anew. Looking is recorded.";
pub(crate) const ACCOUNT_EMAIL: &str = "E-mail address";
pub(crate) const FIND: &str = "Find";
pub(crate) const NO_ACCOUNT: &str = "No account has this address. Check its spelling";
pub(crate) const ACCOUNT_KIND: &str = "Kind";
pub(crate) const ACCOUNT_STATUS: &str = "Status";
pub(crate) const NO_STATUS: &str = "Not in use";
pub(crate) const ACCOUNT_ROLES: &str = "Roles";
pub(crate) const AUTHENTICATOR: &str = "Authenticator app";
pub(crate) const AUTHENTICATOR_NONE: &str = "None";
pub(crate) const AUTHENTICATOR_BOUND: &str = "Bound";
pub(crate) const AUTHENTICATOR_OFF: &str = "Switched off since";
pub(crate) const PASSKEYS: &str = "Passkeys";
pub(crate) const RECOVERY_CODES: &str = "Recovery codes left";
pub(crate) const OPEN_SESSIONS: &str = "Open sessions";
pub(crate) const MAIL: &str = "Mail";
pub(crate) const MAIL_OK: &str = "No mail was refused";
pub(crate) const MAIL_BOUNCED: &str = "Mail was refused on";
pub(crate) const ACCOUNT_HISTORY: &str = "What the access team did";
pub(crate) const NO_HISTORY: &str = "Nothing yet.";
pub(crate) const ACTS: &str = "Act on this account";
pub(crate) const HOSPITAL_SIGN_IN: &str = "Signs in at the hospital, which keeps its factors.";
pub(crate) const RESET_OPEN: &str = "A factor reset waits for a second administrator";
pub(crate) const DISABLE: &str = "Disable the account";
pub(crate) const DISABLE_LEAD: &str = "From their next click on, this person reaches nothing here. Their sessions and links end. They are told by mail that the account was closed.";
pub(crate) const DISABLE_REASON: &str = "Reason, for the access team";
pub(crate) const DISABLE_REASON_HINT: &str = "At most 1000 characters.";
pub(crate) const END_SESSIONS: &str = "End all sessions";
pub(crate) const END_SESSIONS_LEAD: &str =
    "Every browser in which this person is signed in must sign in again. Nothing else changes.";
pub(crate) const RESET: &str = "Ask for a factor reset";
pub(crate) const RESET_LEAD: &str = "For somebody who has lost every second factor. Check who they are as you would for a new account: call them on a number the hospital already has. Another administrator must approve.";
pub(crate) const RESET_FIELD: &str = "How did you check who they are?";
pub(crate) const RESET_HINT: &str =
    "10 to 1000 characters: whom you called, on which number, what they could say.";
pub(crate) const RESET_WRONG: &str = "Write 10 to 1000 characters on how you checked who they are";
pub(crate) const BACK_TO_ACCOUNT: &str = "Back to the account";

pub(crate) const BARRED_TITLE: &str = "This is not yours to do";

/// A view of the queue.
pub(crate) const fn view(view: View) -> &'static str {
    match view {
        View::NeedsAction => "Needs action",
        View::Mine => "Mine",
        View::Overdue => "Overdue",
        View::WaitingOnFamily => "Waiting on family",
        View::Closed => "Closed",
    }
}

/// What is asked for.
pub(crate) const fn kind(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::PcpChange => "PCP change",
        RequestKind::NonPcp => "Non-PCP access",
        RequestKind::Registration => "Registration",
        RequestKind::Membership => "Further practice",
        RequestKind::PracticeSwitch => "Practice switch",
        RequestKind::Help => "Help",
        RequestKind::FactorReset => "Factor reset",
        RequestKind::SingleSignOn => "Hospital sign-in",
        RequestKind::Merge => "Merge of records",
        RequestKind::EmergencyReview => "Emergency access",
        RequestKind::Enrolment => "Family account",
        RequestKind::Message => "Message from a family",
    }
}

/// Who asked, or did something, where no account is known.
pub(crate) const fn nobody_known(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Merge => THE_RECORD,
        _ => A_VISITOR,
    }
}

/// How a request ended.
pub(crate) const fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Approved => "Approved",
        Ending::Declined => "Declined",
        Ending::Answered => "Answered",
        Ending::Withdrawn => "Withdrawn",
        Ending::Fulfilled => "Fulfilled",
        Ending::Expired => "Expired",
    }
}

/// How a request of `kind` ended.
pub(crate) const fn ending_of(kind: RequestKind, how: Ending) -> &'static str {
    match (kind, how) {
        (RequestKind::EmergencyReview, Ending::Approved) => super::emergency::finding(Finding::Justified),
        (RequestKind::EmergencyReview, Ending::Declined) => super::emergency::finding(Finding::NotJustified),
        _ => ending(how),
    }
}

/// The link to a way of ending a request.
pub(crate) const fn end(ending: Ending) -> &'static str {
    match ending {
        Ending::Approved => "Approve",
        Ending::Answered => "Answer",
        Ending::Expired => super::verify::UNREACHED,
        _ => "Decline",
    }
}

/// A step of the history, after the name of whoever took it.
pub(crate) const fn step(step: Step) -> &'static str {
    match step {
        Step::Filed => "asked",
        Step::Note => "noted",
        Step::Assigned => "took it",
        Step::Released => "let go of it",
        Step::Approved => "approved it",
        Step::Declined => "declined it",
        Step::Answered => "answered",
        Step::Withdrawn => "took it back",
        Step::Joined => "joined it",
        Step::Call => "noted a call",
        Step::FamilyApproved => "approved it for the family",
        Step::FamilyDeclined => "declined it for the family",
        Step::Paused => "said no: the access team decides",
        Step::Rerouted => "somebody else answers now",
        Step::Reminded => "a reminder was sent",
        Step::Expired => "nobody answered in time",
        Step::Fulfilled => "came about otherwise",
        Step::Flagged => "the PCP changed to somebody else",
        Step::Replied => "wrote back",
    }
}

/// A step of the history of a request of `kind`.
pub(crate) const fn step_of(kind: RequestKind, what: Step) -> &'static str {
    match (kind, what) {
        (RequestKind::EmergencyReview, Step::Filed) => "took emergency access",
        (RequestKind::EmergencyReview, Step::Approved) => "found it justified",
        (RequestKind::EmergencyReview, Step::Declined) => "found it not justified",
        _ => step(what),
    }
}

/// Why somebody may not decide, and who may.
pub(crate) const fn bar(bar: Bar) -> &'static str {
    match bar {
        Bar::Own => {
            "You asked for it yourself, or it is about your own account. Somebody else of the access team must do it."
        }
        Bar::Role => {
            "Your role does not do this. Reviewers and administrators decide requests; administrators run accounts and approve factor resets."
        }
        Bar::Elsewhere => "Such requests do not end in this way. Go back to the request and choose another.",
    }
}

/// What stands in the way of approving, and what to do.
pub(crate) const fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Gone => {
            "What this request is about is no longer there. Decline it with a word on what happened."
        }
        Obstacle::NpiTaken => {
            "This NPI has an account that is not disabled. Find that account first; disable it if it is wrong, or decline this request."
        }
        Obstacle::AddressTaken => {
            "This e-mail address has an account. Ask the person for another one, and decline this request."
        }
        Obstacle::Incomplete => {
            "Something that approving needs has not been given yet. Complete it above, or decline this request."
        }
        Obstacle::NotActive => "This account is not active, so a link to set it up would not work.",
        Obstacle::SignsInAtHospital => {
            "This account signs in at the hospital. The hospital’s help desk binds its factors anew."
        }
        Obstacle::AskedAlready => {
            "This has been asked for already, and waits for a second administrator. Find it among the requests."
        }
        Obstacle::OwnerAsks => {
            "This account has a password, and whoever asks did not sign in with it. Decline this; its owner signs in with the password and asks under Account, Signing in."
        }
        Obstacle::Unverified => {
            "The family has not confirmed this by phone yet, or whoever did cannot confirm for the patient any more. Complete the checklist first."
        }
        Obstacle::TooFewTries => {
            "A request is closed with “could not reach” only after three calls that reached nobody. Note the calls first."
        }
        Obstacle::WithFamily => {
            "The family answers this in its portal. Nobody of the access team decides it."
        }
        Obstacle::Restricted => {
            "A restriction or the patient’s death bars whoever asked from this chart. Decline it."
        }
        Obstacle::Teen => {
            "From 13 to 17 a guardian alone gives no results, reports, notes, medications or sensitive items, and nothing where the patient has an account: then both answer in the portal. Choose sections without them, or decline it."
        }
        Obstacle::DifferentIdentity => {
            "The two records do not say the same of who the patient is. Compare them with the hospital’s registration, then tick that you did; or keep them apart."
        }
        Obstacle::UnderAge | Obstacle::HasAccount => super::enrolment::obstacle(obstacle),
        Obstacle::NoSay => super::message::NOW_NO_SAY,
        Obstacle::LinkedAlready => {
            "Another hospital sign-in is linked to this account. Decline this, or have the account’s factors bound anew first: that takes the old sign-in off."
        }
    }
}

/// How far the due day is away.
pub(crate) fn due(due: Due) -> String {
    match due {
        Due::Overdue(0) | Due::HoursLate(0) => "Overdue".into(),
        Due::Overdue(1) => "Overdue 1 business day".into(),
        Due::Overdue(n) => format!("Overdue {n} business days"),
        Due::Today => "Due today".into(),
        Due::In(1) => "In 1 business day".into(),
        Due::In(n) => format!("In {n} business days"),
        Due::HoursLate(1) => "Overdue 1 hour".into(),
        Due::HoursLate(n) => format!("Overdue {n} hours"),
        Due::WithinHours(1) => "Within 1 hour".into(),
        Due::WithinHours(n) => format!("Within {n} hours"),
    }
}

/// The heading of a list.
pub(crate) fn list_heading(shown: View, count: Option<i64>) -> String {
    match (shown, count) {
        (View::Closed, _) => format!("{}, latest first", view(shown)),
        // A narrowed list is not counted.
        (_, None) => format!("{}, oldest due first", view(shown)),
        (_, Some(count)) => format!("{}: {count}, oldest due first", view(shown)),
    }
}

/// A tab of the queue.
pub(crate) fn tab(shown: View, count: Option<i64>) -> String {
    count.map_or_else(|| view(shown).to_owned(), |count| format!("{} ({count})", view(shown)))
}

/// Nothing to do, and what comes next.
pub(crate) fn all_clear(next: Option<Date>) -> String {
    next.map_or_else(|| ALL_CLEAR.to_owned(), |day| format!("{ALL_CLEAR} Next due {}.", date(day)))
}

/// A patient whom the record does not know, in a table.
pub(crate) fn patient_typed(typed: &str) -> String {
    format!("{typed} ({TYPED})")
}

/// The label of a row's checkbox.
pub(crate) fn choose(request: &str) -> String {
    format!("Choose {request}")
}

/// `R-7C21F0`: how people name a request to each other.
pub(crate) fn short_id(id: uuid::Uuid) -> String {
    let text = id.simple().to_string().to_uppercase();
    format!("R-{}", text.get(26..).unwrap_or_default())
}

/// Somebody changed it: who and at what time.
pub(crate) fn changed(who: &str, clock: &str) -> String {
    format!("{who} changed this at {clock}.")
}

/// The status of an account.
pub(crate) const fn status(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Pending => "Waits for approval",
        AccountStatus::Active => "Active",
        AccountStatus::Disabled => "Disabled",
    }
}

/// A role in the access team.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::Reviewer => "Reviewer",
        Role::Administrator => "Administrator",
        Role::Auditor => "Auditor",
    }
}

/// What the access team did to an account.
pub(crate) fn account_event(kind: &str) -> &'static str {
    match kind {
        "disabled" => "disabled the account",
        "sessions_ended" => "ended all sessions",
        "reset_asked" => "asked for a factor reset",
        _ => "made the account",
    }
}
