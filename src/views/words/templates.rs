//! Texts that the access team begins with when it ends a request, and those that it notes on several.

use crate::domain::request::{Ending, RequestKind};

/// A template's name in a URL, its title, and its text.
pub(crate) type Template = (&'static str, &'static str, &'static str);

const DECLINED: &[Template] = &[
    (
        "name_mismatch",
        "Name and NPI do not match",
        "The name you gave is not the one that the NPI registry has for this number. Check the number, or ask the registry to change the name, and register again.",
    ),
    (
        "not_reached",
        "Could not reach the practice",
        "We called your practice on two days and could not reach anybody who could confirm your request. Ask your office to expect our call, and send it again.",
    ),
    (
        "chart_access",
        "Has hospital chart access",
        "You have access to the hospital’s own chart. Use it instead of this portal; it shows you everything that the portal would.",
    ),
    (
        "not_confirmed",
        "Identity not confirmed",
        "We could not confirm who asked. Call the access team from a number that your practice is known by.",
    ),
];
const ANSWERED: &[Template] = &[
    (
        "sign_in",
        "Cannot sign in",
        "Use “Forgot your password” on the sign-in page. If you have lost your phone, call the access team: we check who you are and set up your second factor anew.",
    ),
    (
        "call",
        "Call us",
        "We would rather talk this through. Please call the access team at the number at the foot of every page.",
    ),
];

const MESSAGE_ANSWERED: &[Template] = &[
    (
        "call",
        "Call us",
        "We would rather talk this through. Please call the access team at the number at the foot of every page.",
    ),
    (
        "clinic",
        "For the clinic to answer",
        "We run this portal and cannot answer a question about care. Please call the clinic that knows the patient. In an emergency, call 911.",
    ),
    (
        "records",
        "For medical records to answer",
        "The medical records office answers this. We have asked it to call you. If you hear nothing in a week, please write to us again.",
    ),
];

const ACCESS_DECLINED: &[Template] = &[
    (
        "family_refused",
        "The family does not want it",
        "We called the family, and they do not want this change at present. Please speak with them at the next visit.",
    ),
    (
        "other_pcp",
        "Somebody else is the PCP",
        "The family told us that another practice is their PCP. Please speak with them at the next visit.",
    ),
    (
        "wrong_patient",
        "Another patient is meant",
        "What you typed seems to mean another patient. Please check the MRN and ask again.",
    ),
    (
        "not_verified",
        "Could not be verified",
        "We could not verify whom we spoke to, so nothing was changed. Please ask the family to call the access team.",
    ),
];
const ENROLMENT_DECLINED: &[Template] = &[
    (
        "not_reached",
        "Could not reach them",
        "Called on the numbers of the record on three occasions; nobody was reached.",
    ),
    (
        "not_verified",
        "Could not be verified",
        "Whoever was reached could not be verified, or says that they did not ask.",
    ),
    (
        "no_authority",
        "No authority over the patient",
        "The record does not show that they may act for the patient.",
    ),
    (
        "practice",
        "Through the practice",
        "The patient is under 18 and asked for themself: the account is opened through the practice.",
    ),
];
const UNREACHED: &[Template] = &[(
    "not_reached",
    "Could not reach the family",
    "We called the family on three occasions and could not reach them. Please ask them to call the access team, and send your request again.",
)];

/// What the team notes on requests again and again, for itself alone.
pub(crate) const NOTES: &[Template] = &[
    ("left_message", "Left a message", "Called and left a message with our number."),
    ("no_answer", "No answer", "Called; nobody answered."),
    (
        "asked_practice",
        "Waiting for the practice",
        "Asked the practice for what is missing; waiting for its answer.",
    ),
    (
        "asked_registration",
        "Waiting for registration",
        "Asked the hospital’s registration to check the record; waiting for its answer.",
    ),
    (
        "second_look",
        "Second look wanted",
        "Somebody else of the team should look at this before it is decided.",
    ),
];

/// The texts to begin with when a request of this kind is ended in that way.
pub(crate) const fn templates(kind: RequestKind, ending: Ending) -> &'static [Template] {
    match ending {
        Ending::Declined if kind.is_about_access() => ACCESS_DECLINED,
        Ending::Declined if matches!(kind, RequestKind::Enrolment) => ENROLMENT_DECLINED,
        Ending::Expired => UNREACHED,
        Ending::Declined => DECLINED,
        Ending::Answered if matches!(kind, RequestKind::Message) => MESSAGE_ANSWERED,
        Ending::Answered => ANSWERED,
        _ => &[],
    }
}
