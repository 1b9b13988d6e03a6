//! Words of registering as a provider, of its status, and the terms of use.

use crate::domain::registration::{Fault, Line, LineFault, NpiCheck};
use crate::domain::sign_in::password::PasswordFault;

use super::sign_in as s;

pub(crate) const TITLE: &str = "Register as a provider";
pub(crate) const LEAD: &str = "For physicians and other providers outside the hospital. Four short steps; then the access team confirms you, within 2 business days.";
pub(crate) const STAFF: &str =
    "Practice staff do not register here: a physician of your practice sponsors you.";
pub(crate) const HAVE_ACCOUNT: &str = "You have an account already?";
pub(crate) const CONTINUE: &str = "Continue";
pub(crate) const BACK: &str = "Back";
pub(crate) const CHANGE: &str = "Change";

pub(crate) const NPI: &str = "NPI";
pub(crate) const NPI_HINT: &str =
    "10 digits. We check it against the national NPI registry where that is set up.";
pub(crate) const NO_NPI: &str = "I practise outside the United States and have no NPI";
pub(crate) const NO_NPI_HINT: &str =
    "The access team confirms you by hand. You cannot sponsor practice staff.";
pub(crate) const CHART: &str = "Do you have access to this hospital’s own chart?";
pub(crate) const CHART_NO: &str = "No";
pub(crate) const CHART_YES: &str = "Yes, I can sign in to it";
pub(crate) const USE_CHART_TITLE: &str = "Use the hospital’s own chart";
pub(crate) const USE_CHART: &str = "It shows more than this portal, and one way to sign in is easier to keep safe. If you need this portal too, ask for an exception: the access team decides.";
pub(crate) const CHART_REASON: &str = "Why you need this portal too";
pub(crate) const CHART_REASON_HINT: &str =
    "Needed only if you have access to the chart. Up to 1000 characters.";

pub(crate) const DETAILS: &str = "Your name and practice";
pub(crate) const FAMILY: &str = "Last name";
pub(crate) const FAMILY_HINT: &str = "As it appears in the NPI registry";
pub(crate) const GIVEN: &str = "First name";
pub(crate) const SPECIALTY: &str = "Specialty";
pub(crate) const SPECIALTY_HINT: &str = "You can leave this empty.";
pub(crate) const PHONE: &str = "Phone";
pub(crate) const PHONE_HINT: &str = "Where the access team reaches you during the day";
pub(crate) const FAX: &str = "Fax";
pub(crate) const FAX_HINT: &str = "Leave this empty if you have none.";
pub(crate) const PRACTICE: &str = "Your practice";
pub(crate) const PRACTICE_SEARCH: &str = "Find it by name";
pub(crate) const PRACTICE_SEARCH_HINT: &str = "The first letters of a word in its name, two or more";
pub(crate) const FIND: &str = "Find";
pub(crate) const PRACTICE_WHICH: &str = "Which practice?";
pub(crate) const PRACTICE_NONE: &str =
    "No practice that we know has a word that begins so. Check the spelling, or add your practice below.";
pub(crate) const PRACTICE_NEW: &str = "It is not listed: I add it below";
pub(crate) const PRACTICE_ADD: &str = "A practice that is not listed";
pub(crate) const PRACTICE_NAME: &str = "Practice name";
pub(crate) const PRACTICE_PHONE: &str = "Practice phone";
pub(crate) const PRACTICE_FAX: &str = "Practice fax";
pub(crate) const PRACTICE_ADDRESS: &str = "Practice address";
pub(crate) const REVIEW: &str = "The number and the name are right: send them for review";
pub(crate) const CHANGE_NPI: &str = "Change the NPI";

pub(crate) const CHECK: &str = "Check your answers";
pub(crate) const INTERNATIONAL: &str = "None (international)";
pub(crate) const NAME: &str = "Name";
pub(crate) const EXCEPTION: &str = "Exception asked for";
pub(crate) const EMAIL: &str = "Work e-mail address";
pub(crate) const EMAIL_HINT: &str =
    "We send a link to this address. It works for 24 hours. You sign in with this address later.";
pub(crate) const SEND_LINK: &str = "Send the link";

pub(crate) const SENT: &str = "Check your mail";
pub(crate) const SENT_NEXT: &str =
    "Open the link in it within 24 hours to choose a password and finish. It works on any device.";
pub(crate) const SENT_NOTHING: &str = "Nothing there? Look in the junk folder, or have it sent again; the link sent before then no longer works.";
pub(crate) const RESEND: &str = "Send it again";
pub(crate) const OTHER_ADDRESS: &str = "Use another address";

pub(crate) const CONFIRM: &str = "Finish your registration";
pub(crate) const CONFIRM_LEAD: &str =
    "You confirmed your address. Check what is sent to the access team, then choose how you sign in.";
pub(crate) const NOT_YOU: &str =
    "You did not register? Close this page: nothing happens, and the link ends by itself.";
pub(crate) const ANSWERS: &str = "What is sent";
pub(crate) const TERMS_STEP: &str = "4. Accept the terms";
pub(crate) const ACCEPT: &str = "I have read the terms of use and accept them";
pub(crate) const READ_TERMS: &str = "Read the terms of use";
pub(crate) const FINISH: &str = "Send to the access team";
pub(crate) const GONE: &str = "This link no longer works";
pub(crate) const GONE_WHY: &str = "It works once and for 24 hours, and a newer one takes its place. If you have finished your registration, our last mail says where you can see how it stands.";
pub(crate) const AGAIN: &str = "Register again";

pub(crate) const STATUS: &str = "Your registration";
pub(crate) const STATUS_NONE: &str =
    "This browser has no registration. If you sent one from another device, use the link in our mail.";
pub(crate) const STATUS_DRAFT: &str =
    "Not sent yet. What you have typed is kept in this browser until you close it.";
pub(crate) const GO_ON: &str = "Go on";
pub(crate) const STATUS_MAILED: &str =
    "Your address is not confirmed yet. Open the link in the mail we sent.";
pub(crate) const STATUS_EXPIRED: &str =
    "The link we sent has expired, because 24 hours have passed. Have a new one sent.";
pub(crate) const STATUS_WAITING: &str =
    "Your address is confirmed. The access team checks your registration and answers by mail.";
pub(crate) const STATUS_DUE: &str = "Answer expected by";
pub(crate) const STATUS_APPROVED: &str =
    "Approved. Sign in with your e-mail address, your password and a code from your app.";
pub(crate) const STATUS_DECLINED: &str = "The access team did not approve your registration.";
pub(crate) const REASON: &str = "Reason";
pub(crate) const DECLINED_NEXT: &str =
    "If something can be put right, call the access team or register again.";
pub(crate) const STATE: &str = "Status";
pub(crate) const TAG_DRAFT: &str = "Not sent";
pub(crate) const TAG_MAILED: &str = "Mail sent";
pub(crate) const TAG_EXPIRED: &str = "Link expired";
pub(crate) const TAG_WAITING: &str = "With the access team";
pub(crate) const TAG_APPROVED: &str = "Approved";
pub(crate) const TAG_DECLINED: &str = "Declined";

pub(crate) const TERMS: &str = "Terms of use";
pub(crate) const TERMS_VERSION: &str = "Version";
/// The terms: a heading and its sentences.
pub(crate) const TERMS_TEXT: &[(&str, &str)] = &[
    (
        "Your own patients only",
        "Open a chart only when you treat the patient or are asked to. The portal checks your right to each chart, and your duty to have a reason remains.",
    ),
    (
        "Your own sign-in only",
        "Your password, your authenticator and your passkeys are yours alone. Nobody else uses them, not even in your practice: staff get accounts of their own.",
    ),
    (
        "Everything is recorded",
        "Each chart you open, each search and each refusal is recorded with your name, and is shown to the patient or the family on request.",
    ),
    (
        "Confidentiality",
        "What you read here is protected health information. Keep it as the law and your profession ask, on paper and on every device.",
    ),
    (
        "Tell us of changes",
        "Tell the access team at once when you leave a practice, lose a device, or see something that should not be there.",
    ),
    (
        "No emergencies",
        "Nobody watches this portal day and night. In an emergency call 911, or the hospital.",
    ),
    (
        "Ending",
        "The hospital may end access that is not used as agreed. You may close your account whenever you like; the record of what was opened remains.",
    ),
];

pub(crate) const DESK_FACTS: &str = "What was registered";
pub(crate) const DESK_REGISTRY: &str = "NPI registry";
pub(crate) const DESK_REGISTRY_NAME: &str = "Name in the registry";
pub(crate) const DESK_NEW_PRACTICE: &str = "New to the hospital";
pub(crate) const DESK_CONFIRMED: &str = "Address confirmed";
pub(crate) const DESK_EMAIL: &str = "E-mail address";
pub(crate) const DESK_INTERNATIONAL: &str = "International: has no NPI and may not sponsor";
pub(crate) const DESK_NPI_TAKEN: &str =
    "This NPI has an account already. It cannot be approved while that account is active.";
pub(crate) const DESK_ADDRESS_TAKEN: &str = "This address has an account already. It cannot be approved.";
pub(crate) const DESK_SAME_NAME: &str = "Providers of the same name";
pub(crate) const DESK_NO_NPI: &str = "no NPI";

/// "Step 2 of 4".
pub(crate) fn step(number: u8) -> String {
    format!("Step {number} of 4")
}

/// "We sent a mail to …".
pub(crate) fn sent_to(email: &str) -> String {
    format!("We sent a mail to {email}.")
}

/// How many other registrations wait with the same number or address.
pub(crate) fn also_waiting(count: i64) -> String {
    match count {
        1 => "One more registration waits with the same NPI or address.".into(),
        n => format!("{n} more registrations wait with the same NPI or address."),
    }
}

/// What the registry said, as the access team reads it.
pub(crate) const fn check(check: NpiCheck) -> &'static str {
    match check {
        NpiCheck::Off => "Not asked: no registry is set up",
        NpiCheck::Found => "Known, with this name",
        NpiCheck::Mismatch => "NPI mismatch: known under another name",
        NpiCheck::Unknown => "Not known",
        NpiCheck::Unavailable => "Gave no answer",
        NpiCheck::NoNpi => "No NPI",
    }
}

/// A fault: the field it is about, and the words.
pub(crate) fn fault(fault: Fault) -> (&'static str, String) {
    let (field, words) = match fault {
        Fault::NpiMissing => ("npi", "Enter your NPI"),
        Fault::NpiShape => ("npi", "An NPI has 10 digits and begins with 1 or 2"),
        Fault::NpiCheckDigit => ("npi", "Check the NPI. The last digit does not match"),
        Fault::NpiOrganization => ("npi", "This NPI belongs to an organization. Enter your own"),
        Fault::NpiInactive => ("npi", "This NPI is no longer active. Check the number"),
        Fault::RegistryDown => (
            "npi",
            "The NPI registry does not answer now, and we need its answer. What you typed is kept: continue again in a few minutes",
        ),
        Fault::ChartMissing => ("chart", "Say whether you have access to the hospital’s own chart"),
        Fault::UseChart => {
            ("chart_reason", "Use the hospital’s own chart, or say why you need this portal too")
        }
        Fault::ReasonTooLong => ("chart_reason", "Use at most 1000 characters"),
        Fault::NameMismatch => {
            ("review", "The NPI belongs to another name. Check the number, or send for review")
        }
        Fault::NpiUnknown => {
            ("review", "The NPI registry does not know this number. Check it, or send for review")
        }
        Fault::Line(which, fault) => return line(which, fault),
        Fault::PracticeMissing => ("practice", "Choose your practice, or add it"),
        Fault::EmailMissing => ("email", "Enter your work e-mail address"),
        Fault::EmailShape => ("email", "Enter an e-mail address such as name@practice.org"),
        Fault::EmailShared => ("email", "Use your work e-mail, not a shared inbox"),
        Fault::Password(PasswordFault::TooShort) => ("password", s::TOO_SHORT),
        Fault::Password(PasswordFault::TooLong) => ("password", s::TOO_LONG),
        Fault::Password(PasswordFault::Common) => ("password", s::TOO_COMMON),
        Fault::Password(PasswordFault::Known) => ("password", s::HOLDS_NAME),
        Fault::CodeMissing => ("code", s::CODE_MISSING),
        Fault::CodeWrong => ("code", s::SET_UP_CODE_WRONG),
        Fault::TermsMissing => ("terms", "Accept the terms to go on"),
    };
    (field, words.to_owned())
}

fn line(which: Line, fault: LineFault) -> (&'static str, String) {
    let (field, what) = match which {
        Line::Family => ("family", "your last name"),
        Line::Given => ("given", "your first name"),
        Line::Specialty => ("specialty", "your specialty"),
        Line::Phone => ("phone", "your phone number"),
        Line::Fax => ("fax", "your fax number"),
        Line::PracticeName => ("practice_name", "the practice’s name"),
        Line::PracticePhone => ("practice_phone", "the practice’s phone number"),
        Line::PracticeFax => ("practice_fax", "the practice’s fax number"),
        Line::PracticeAddress => ("practice_address", "the practice’s address"),
    };
    let words = match fault {
        LineFault::Missing => format!("Enter {what}"),
        LineFault::TooLong => format!("Enter {what} with fewer characters"),
        LineFault::BadCharacter => format!("Enter {what} on one line, without control characters"),
        LineFault::NotPhone => format!("Enter {what} with area code, such as 212-555-0134"),
    };
    (field, words)
}
