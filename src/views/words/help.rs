//! Words of asking for help.

use super::notes::held_upload;
use crate::domain::help::{HelpFault, PictureFault};

pub(crate) const TITLE: &str = "Ask for help";
pub(crate) const LEAD: &str =
    "The access team answers by mail within 2 business days. You need not be signed in.";
pub(crate) const NO_PATIENT: &str = "Do not write a patient’s name, birth date or MRN, and cover them in the picture. For anything urgent about a patient, call:";
pub(crate) const EMAIL: &str = "E-mail address you sign in with";
pub(crate) const EMAIL_HINT: &str = "The answer goes there. If you have no account yet, your work address.";
pub(crate) const NAME: &str = "Full name";
pub(crate) const DESCRIPTION: &str = "What happens, and what did you expect?";
pub(crate) const DESCRIPTION_HINT: &str = "At most 2000 characters.";
pub(crate) const PICTURE: &str = "Picture of your screen (optional)";
pub(crate) const PICTURE_HINT: &str = "PNG or JPEG, at most 5 MB. Only the access team sees it.";
pub(crate) const SEND: &str = "Send to the access team";
pub(crate) const DONE_TITLE: &str = "We have your question";
pub(crate) const DONE_BODY: &str = "A mail is on its way to the address you typed. Its link shows how your question stands, and later the answer.";
pub(crate) const DONE_DUE: &str = "An answer is due by";
pub(crate) const STATUS_TITLE: &str = "Your question";
pub(crate) const STATUS_ASKED: &str = "Asked";
pub(crate) const STATUS_DUE: &str = "Answer due by";
pub(crate) const STATUS_STATE: &str = "Status";
pub(crate) const STATUS_WAITING: &str = "Waits for the access team";
pub(crate) const STATUS_ANSWERED: &str = "Answered";
pub(crate) const STATUS_YOURS: &str = "What you wrote";
pub(crate) const STATUS_ANSWER: &str = "The answer";
pub(crate) const STATUS_AGAIN: &str = "Does this not help? Ask again";
pub(crate) const GONE_TITLE: &str = "This link no longer works";
pub(crate) const GONE_BODY: &str =
    "The link to a question works for 90 days. Ask again, or call the access team.";

/// What is wrong with a question.
pub(crate) const fn fault(fault: HelpFault) -> (&'static str, &'static str) {
    match fault {
        HelpFault::Email => ("email", "Enter an e-mail address such as name@example.org"),
        HelpFault::NameMissing => ("name", "Enter your full name"),
        HelpFault::NameTooLong => ("name", "Use at most 200 characters for your name"),
        HelpFault::DescriptionMissing => ("description", "Say what happens"),
        HelpFault::DescriptionTooLong => ("description", "Use at most 2000 characters"),
        HelpFault::Picture(PictureFault::Kind) => {
            ("picture", "This is neither a PNG nor a JPEG picture. Choose one, or send without a picture")
        }
        HelpFault::Picture(PictureFault::Bytes) => {
            ("picture", "This picture is larger than 5 MB. Choose a smaller one, or send without a picture")
        }
        HelpFault::Picture(PictureFault::Pixels) => (
            "picture",
            "This picture has too many pixels: at most about 5000 by 3000. Choose a smaller one, or send without a picture",
        ),
        HelpFault::Picture(PictureFault::Broken) => {
            ("picture", "This picture cannot be read to its end. Save it anew, or send without a picture")
        }
        HelpFault::Picture(PictureFault::Held(held)) => ("picture", held_upload(held)),
        HelpFault::Picture(PictureFault::More) => (
            "picture",
            "This file holds something else after the picture. Take a new picture of your screen, or send without one",
        ),
    }
}
