//! Words of the sponsor console, of inviting and of removing.

use super::review;
use crate::domain::calendar::{Instant, Zone};
use crate::domain::people::{EndReason, Job};
use crate::views::staff::{Held, InviteFault};

pub(crate) const TITLE: &str = "Your staff";
pub(crate) const INVITE: &str = "Sponsor a person";
pub(crate) const REGISTER: &str = "Register as a sponsor";
pub(crate) const UNREGISTERED: &str = "You have not registered as a sponsor yet. You read the duties once and accept them with your name; then you can invite your staff.";
pub(crate) const AT_HOSPITAL: &str =
    "You are signed in with your hospital account, so you cannot sponsor anybody in this session.";
pub(crate) const AT_HOSPITAL_WHY: &str =
    "Whoever answers for outside staff signs in as an outside provider. Removing people works all the same.";
pub(crate) const AT_HOSPITAL_NEXT: &str = "To sponsor, sign out and sign in with your e-mail address and password, or with a passkey. If you have neither, call the access team:";
pub(crate) const WITHOUT_NPI: &str = "Only a provider with an NPI can sponsor staff.";
pub(crate) const WITHOUT_NPI_NEXT: &str =
    "Ask a colleague with an NPI in your practice. If you have an NPI by now, call the access team:";
pub(crate) const WITHOUT_PRACTICE: &str = "You sponsor people in a practice, and you belong to none today.";
pub(crate) const WITHOUT_PRACTICE_NEXT: &str = "Join your practice first";
pub(crate) const WHO: &str = "Who can be sponsored";
pub(crate) const WHO_CAN: &str = "People who work in one of your practices and have no NPI: nurses, referral coordinators, social workers, office managers and others who need charts for your patients.";
pub(crate) const WHO_HOW: &str = "They see what your practice’s physicians see as PCP, and nothing sensitive. You answer for them: you review them twice a year and remove leavers at once.";
pub(crate) const NOBODY: &str = "You sponsor nobody here yet.";
pub(crate) const SECOND_SPONSOR: &str = "You are the only sponsor here. We advise a second one: when you are away, somebody can still invite and remove people.";

pub(crate) const COL_NAME: &str = "Name";
pub(crate) const COL_EMAIL: &str = "E-mail";
pub(crate) const COL_PRACTICE: &str = "Practice";
pub(crate) const COL_SINCE: &str = "Since";
pub(crate) const COL_SIGN_IN: &str = "Last sign-in";
pub(crate) const COL_STATE: &str = "Status";
pub(crate) const COL_EXPIRES: &str = "Invitation works until";
pub(crate) const COL_ENDED: &str = "Ended";
pub(crate) const COL_NOTE: &str = "Note";
pub(crate) const COL_REASON: &str = "Reason";
pub(crate) const COL_ACTS: &str = "What you can do";
pub(crate) const NEVER: &str = "Never";
pub(crate) const BOUNCED: &str = "Mail came back";
pub(crate) const PENDING: &str = "Invited";
pub(crate) const PENDING_UNTIL: &str = "Until";
pub(crate) const EXPIRED: &str = "Invitation expired";
pub(crate) const EXPIRED_NEXT: &str = "Resend it, or take it back";
pub(crate) const ENDED_STATE: &str = "Ended";
pub(crate) const REMOVE: &str = "Remove";
pub(crate) const CHANGE_EMAIL: &str = "Change e-mail";
pub(crate) const RESEND: &str = "Resend";
pub(crate) const WITHDRAW: &str = "Take back";
pub(crate) const UNDO: &str = "Undo";
pub(crate) const ENDED: &str = "Ended sponsorships";
pub(crate) const EXPORT: &str = "Export as CSV";

pub(crate) const REGISTERED: &str = "You are registered as a sponsor. You can invite your staff now.";
pub(crate) const MAILED_TO: &str = "A link was mailed to";
pub(crate) const NEEDS_CODE: &str = "It opens only together with this code:";
pub(crate) const SHOWN_ONCE: &str =
    "The code is shown only now. If it is lost, resend the invitation: that makes a new one.";
pub(crate) const WORKS_UNTIL: &str = "Link and code work once, until";
pub(crate) const INVITED_NEXT: &str = "After that you can resend the invitation.";
pub(crate) const REMOVED_NOW: &str = "It holds from their next request on.";
pub(crate) const UNDO_UNTIL: &str = "You can undo this until";
pub(crate) const REVIEW_FIRST: &str = "This person is listed in a review that you have not completed. Complete the review first, then change the address";
pub(crate) const ATTEST_ANEW: &str = "Since you invited this person, a review of another sponsor that lists them is overdue. Take the invitation back and invite them again: the form asks you to attest.";
pub(crate) const TOO_MANY: &str = "This address has had its letters for now, or too many invitations are open. Try again in an hour, or take one back first.";
pub(crate) const GONE: &str =
    "That had changed meanwhile, so nothing was done. This page shows how it stands now.";

pub(crate) const DUTIES_TITLE: &str = "Register as a sponsor";
pub(crate) const DUTIES_LEAD: &str =
    "As a sponsor you give people of your practice access to your patients’ charts. You promise four things:";
/// A duty, and what it means.
pub(crate) const DUTIES: [(&str, &str); 4] = [
    (
        "I review my staff twice a year.",
        "Each April and October I say for every person whether they still need access. If I do not finish in 30 days, they and I are locked until I do.",
    ),
    (
        "I remove leavers at once.",
        "When somebody leaves or no longer needs access, I remove them here the same day.",
    ),
    (
        "Nobody shares a sign-in.",
        "My own sign-in is mine alone, and I see to it that theirs is theirs alone.",
    ),
    ("Each person has one account.", "I invite each by name and with their own work address."),
];
pub(crate) const DUTIES_ACCEPT: &str = "Accept the duties";
pub(crate) const DUTIES_NEXT: &str =
    "You do this once. Next you invite people; your acceptance is kept with its date.";
pub(crate) const SIGNATURE: &str = "Type your full name as your signature";

pub(crate) const INVITE_LEAD: &str = "The person gets a link by mail and a code from you. With both they choose a password and set up their second factor; then they can see charts.";
pub(crate) const GIVEN: &str = "First name";
pub(crate) const FAMILY: &str = "Last name";
pub(crate) const EMAIL: &str = "Work e-mail address";
pub(crate) const NEW_EMAIL: &str = "New e-mail address";
pub(crate) const EMAIL_HINT: &str = "Their own, not a shared mailbox. They sign in with it.";
pub(crate) const PRESENT_EMAIL: &str = "Present e-mail";
pub(crate) const JOB: &str = "Job";
pub(crate) const CHOOSE: &str = "Choose";
pub(crate) const SEND: &str = "Send the invitation";
pub(crate) const SEND_NEXT: &str =
    "Next you see an 8-digit code. Tell it to the person yourself. The invitation works for 72 hours.";
pub(crate) const EMAIL_TITLE: &str = "Change an e-mail address";
/// What a change of address means.
pub(crate) const EMAIL_LEAD: [&str; 3] = [
    "A new account is made: the person is invited to the new address and registers there.",
    "The present account keeps working until then. Your sponsorship of it ends when the new one is registered.",
    "Nothing carries over: history, requests and tokens stay with the old account.",
];
pub(crate) const ATTEST_WHY: &str = "This person is listed in another sponsor’s review that is overdue, and is locked until it is done. You can sponsor the person yourself if you confirm that below. That sponsor and the access team are told.";
pub(crate) const ATTEST: &str = "I confirm that this person works in this practice and needs access now";
pub(crate) const ATTEST_HINT: &str = "Kept with your name and the date.";

pub(crate) const WHAT_CHANGES: &str = "What changes";
pub(crate) const AT_ONCE: &str = "It holds from their next request on. You can undo it for 10 minutes.";
pub(crate) const REASON: &str = "Reason";
pub(crate) const NOTE: &str = "Note, if you want to keep one";
pub(crate) const NOTE_HINT: &str = "You see it with the ended sponsorships. No patient names.";
pub(crate) const REMOVE_SUBMIT: &str = "Remove";
pub(crate) const REASON_MISSING: &str = "Choose a reason";
pub(crate) const NOTE_TOO_LONG: &str = "Keep the note to 500 characters";
pub(crate) const UNDO_LATE: &str = "This can no longer be undone";
pub(crate) const ENDED_AT: &str = "ended";
pub(crate) const UNDO_LATE_WHY: &str =
    "Removing can be undone for 10 minutes. To let the person in again, sponsor them anew.";
pub(crate) const BACK: &str = "Your staff";

/// A job.
pub(crate) const fn job(job: Job) -> &'static str {
    match job {
        Job::RegisteredNurse => "Registered nurse",
        Job::ReferralCoordinator => "Referral coordinator",
        Job::SocialWorker => "Social worker",
        Job::OfficeManager => "Office manager",
        Job::Other => "Other job",
    }
}

/// Why a sponsorship ended.
pub(crate) const fn reason(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Left => "Left the practice",
        EndReason::ChangedJob => "Changed job",
        EndReason::NotNeeded => "No longer needs access",
        EndReason::Other => "Other",
        EndReason::Review => "Removed in a review",
        EndReason::Replaced => "New account with another address",
    }
}

/// How a sponsorship stands.
pub(crate) const fn held(held: Held) -> &'static str {
    match held {
        Held::Live => "Live",
        Held::Locked => "Locked",
        Held::AccountInactive => "Account not active",
        Held::OutOfPractice => "Stopped: sponsor left",
    }
}

/// `3 people`.
pub(crate) fn people(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        _ => format!("{count} people"),
    }
}

/// The heading of what has ended.
pub(crate) fn ended_count(count: usize) -> String {
    format!("Ended ({count})")
}

/// Somebody was invited.
pub(crate) fn invited(name: &str) -> String {
    format!("{name} is invited.")
}

/// An invitation was sent again.
pub(crate) fn resent(name: &str) -> String {
    format!("{name} is invited again. The earlier link and code no longer work.")
}

/// How a code is handed over.
pub(crate) fn hand_over(name: &str) -> String {
    format!("Tell it to {name} in person or by phone, never by e-mail.")
}

/// An invitation was taken back.
pub(crate) fn withdrawn(name: &str) -> String {
    format!("The invitation of {name} is taken back. Its link no longer works.")
}

/// A sponsorship was ended.
pub(crate) fn removed(name: &str) -> String {
    format!("You no longer sponsor {name}.")
}

/// An ended sponsorship goes on.
pub(crate) fn undone(name: &str) -> String {
    format!("You sponsor {name} as before.")
}

/// An invitation for a new address.
pub(crate) fn replaces(old: &str) -> String {
    format!("Takes the place of {old}")
}

/// When the next review opens.
pub(crate) fn next_review(opens: Instant, zone: Zone) -> String {
    format!("Your next review of these people opens {}.", review::at(opens, zone))
}

/// How the signature reads.
pub(crate) fn signature_hint(name: &str) -> String {
    format!("As on your account: {name}")
}

/// The signature is not the name.
pub(crate) fn signature_wrong(typed: &str) -> &'static str {
    if typed.trim().is_empty() {
        "Type your full name"
    } else {
        "This is not the name on your account. Type it as shown"
    }
}

/// The title of the page before removing somebody.
pub(crate) fn remove_title(name: &str) -> String {
    format!("Remove {name}")
}

fn patients(count: usize) -> String {
    if count == 1 { "1 patient".to_owned() } else { format!("{count} patients") }
}

/// What a person no longer sees.
pub(crate) fn lost(count: usize) -> String {
    match count {
        0 => "No patient is lost: they see none now, or see all of them in another way.".to_owned(),
        _ => format!("They would no longer see {}.", patients(count)),
    }
}

/// What a person keeps.
pub(crate) fn kept(sponsorships: usize, of: usize) -> String {
    match sponsorships {
        0 => "Nobody else sponsors them, so they can no longer use the portal.".to_owned(),
        1 => format!("One other sponsorship goes on: with it they still see {}.", patients(of)),
        _ => format!("{sponsorships} other sponsorships go on: with them they still see {}.", patients(of)),
    }
}

/// What is wrong with an invitation, and what to do.
pub(crate) fn invite_fault(fault: InviteFault) -> String {
    let words = match fault {
        InviteFault::GivenMissing => "Enter the first name",
        InviteFault::FamilyMissing => "Enter the last name",
        InviteFault::GivenTooLong => "The first name can have at most 200 characters",
        InviteFault::FamilyTooLong => "The last name can have at most 200 characters",
        InviteFault::EmailMissing => "Enter the person’s work e-mail address",
        InviteFault::EmailBad => "Enter an e-mail address such as name@example.org",
        InviteFault::EmailOwn => "This is your own address. Enter the person’s",
        InviteFault::EmailSame => "The person has this address already. Enter the new one",
        InviteFault::ReviewFirst => REVIEW_FIRST,
        InviteFault::JobMissing => "Choose the person’s job",
        InviteFault::PracticeMissing => "Choose the practice",
        InviteFault::PracticeGone => {
            "You do not belong to this practice today. Choose another, or join it first"
        }
        InviteFault::HeldAlready => "You sponsor a person with this address in this practice already",
        InviteFault::InvitedAlready => {
            "A person with this address is invited already. Resend that invitation from the list of your staff"
        }
        InviteFault::AttestationMissing => {
            "Tick the box if you confirm it, or wait for the other sponsor’s review"
        }
        InviteFault::TooMany => TOO_MANY,
        InviteFault::Slowed(seconds) => {
            return format!("Too many invitations for now. Wait {}, then try again", super::wait(seconds));
        }
    };
    words.to_owned()
}
