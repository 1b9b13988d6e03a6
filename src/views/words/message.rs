//! Words of a family's messages as the access team reads and answers them.

use crate::domain::family::message::Standing;
use crate::domain::language::Language;

pub(crate) const PATIENT: &str = "About";
pub(crate) const NO_PATIENT: &str = "A record that is no longer there";
pub(crate) const READS: &str = "Reads";
pub(crate) const SUBJECT: &str = "Subject";
pub(crate) const FAMILY: &str = "Family";
pub(crate) const TEAM: &str = "Access team";
pub(crate) const OPEN_FILE: &str = "Open the file";
pub(crate) const NO_SAY: &str = "Whoever wrote this has no authority over the patient now. They can read your answer: write nothing about the patient in it.";
pub(crate) const NOW_NO_SAY: &str = "Whoever wrote this lost their authority over the patient, and your answer was not sent. Take out what it says about the patient, then send it again.";
pub(crate) const SPEAKS_AS: &str = "Writes as";
pub(crate) const WRITTEN: &str = "What was written";
pub(crate) const EARLIER: &str = "Earlier messages";
pub(crate) const LATEST: &str = "Latest messages";
pub(crate) const ANSWER_HINT: &str = "At most 2000 characters. Only whoever wrote reads it, after signing in: the mail says no more than that there is an answer.";

/// A language, as the team reads it.
pub(crate) const fn language(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Spanish => "Spanish",
    }
}

/// In what capacity somebody writes.
pub(crate) const fn standing(standing: Option<Standing>) -> &'static str {
    match standing {
        Some(Standing::Patient) => "The patient",
        Some(Standing::Guardian | Standing::OfTeen(_)) => "Guardian",
        Some(Standing::Proxy) => "Proxy of an adult",
        None => "Nobody: no authority now",
    }
}

/// What the guardian of somebody of `age`, from 13 to 17, is not to read in an answer.
pub(crate) fn narrow(age: i32) -> String {
    format!(
        "The patient is {age}. A guardian does not read of results, notes, medications or sensitive requests: write nothing about them."
    )
}
