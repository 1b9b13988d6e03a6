//! Words of a family's messages as the access team reads and answers them.

use crate::domain::language::Language;

pub(crate) const PATIENT: &str = "About";
pub(crate) const NO_PATIENT: &str = "A record that is no longer there";
pub(crate) const READS: &str = "Reads";
pub(crate) const SUBJECT: &str = "Subject";
pub(crate) const FAMILY: &str = "Family";
pub(crate) const TEAM: &str = "Access team";
pub(crate) const OPEN_FILE: &str = "Open the file";
pub(crate) const NO_SAY: &str = "Whoever wrote this has no authority over the patient now. They can read your answer: write nothing about the patient in it.";
pub(crate) const ANSWER_HINT: &str = "At most 2000 characters. Only whoever wrote reads it, after signing in: the mail says no more than that there is an answer.";

/// A language, as the team reads it.
pub(crate) const fn language(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Spanish => "Spanish",
    }
}
