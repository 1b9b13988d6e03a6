//! Words of the access team's work on a request for a family account.

use crate::domain::family::authority::Capacity;
use crate::domain::language::Language;
use crate::domain::queue::Obstacle;

pub(crate) const LEAD: &str = "They have no code. Compare what they typed with the record, call on a number of the record, then approve: you are shown a code to read out.";
pub(crate) const WHO: &str = "Who asks, as typed";
pub(crate) const AS: &str = "They ask as";
pub(crate) const EMAIL: &str = "E-mail, as typed";
pub(crate) const PHONE: &str = "Phone, as typed";
pub(crate) const PHONE_NOT: &str = "not to be called";
pub(crate) const LANGUAGE: &str = "Language of their page";
pub(crate) const COMPARED: &str = "The patient, as typed and as recorded";
pub(crate) const COL_WHAT: &str = "What";
pub(crate) const COL_TYPED: &str = "As typed";
pub(crate) const COL_RECORD: &str = "In the record";
pub(crate) const COL_SAME: &str = "Compared";
pub(crate) const FAMILY: &str = "Family name";
pub(crate) const GIVEN: &str = "Given name";
pub(crate) const BORN: &str = "Birth date";
pub(crate) const MRN: &str = "MRN";
pub(crate) const SAME: &str = "The same";
pub(crate) const DIFFERS: &str = "Differs";
pub(crate) const NOT_TYPED: &str = "Not typed";
pub(crate) const NOBODY: &str = "What they typed matches no record, or more than one.";
pub(crate) const NAMING: &str = "MRN of the patient";
pub(crate) const NAMING_HINT: &str =
    "Find it in the hospital’s registration. It cannot be changed afterwards.";
pub(crate) const NAME_IT: &str = "This is the patient";
pub(crate) const NO_RECORD: &str = "No record has this MRN. Check it";

pub(crate) const REASON: &str = "Reason, for the access team";
pub(crate) const REASON_HINT: &str = "At most 1000 characters. It is not mailed.";
pub(crate) const APPROVE_HOW: &str = "Approving makes an activation code. You are shown it once, to read out while they are on the phone; mail tells them where it is used.";
pub(crate) const PREVIEW_DECLINED: &str =
    "“We could not open a family account from what you sent us. Please call us, or ask at your practice.”";
pub(crate) const CODE_LEAD: &str = "It is shown this once. Read it out to the person you have just verified, on the number of the hospital’s record.";
pub(crate) const CODE_NEXT: &str =
    "They type it, with the patient’s birth date, on the page that the mail leads to:";
pub(crate) const CODE_UNTIL: &str = "It works once, until";
pub(crate) const CODE_LOST: &str =
    "If it is lost, make a new one on the page about families, after you have called again.";

/// In what capacity they ask.
pub(crate) const fn capacity(capacity: Capacity) -> &'static str {
    match capacity {
        Capacity::Guardian => "A parent or guardian of the patient",
        Capacity::Patient => "The patient",
    }
}

/// The language of their page.
pub(crate) const fn language(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Spanish => "Spanish",
    }
}

/// Why it cannot be approved.
pub(crate) const fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::HasAccount => {
            "The patient has an account of their own. Help with signing in to that one, and decline this."
        }
        _ => {
            "Nobody under 18 enrols this way: under 13 there is no account, from 13 to 17 it is opened through the practice, and a guardian is 18 or over. Decline it."
        }
    }
}
