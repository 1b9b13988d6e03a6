//! Words of emergency access and of its review.

use crate::domain::emergency::Finding;

pub(crate) const TITLE: &str = "Emergency access";
pub(crate) const OFFER: &str = "Emergency access";
pub(crate) const OFFER_HOW: &str = "Only when a delay would harm the patient. It opens this one chart for 4 hours, for you alone. The access team is told at once and reviews it; the family can see it.";
pub(crate) const LEAD: &str = "Only when a delay would harm the patient.";
pub(crate) const WHAT: [&str; 4] = [
    "It opens one chart for 4 hours, for you alone.",
    "Your name and your reason go to the access team at once.",
    "The team reviews it within 72 hours.",
    "The patient’s family can see that you opened the chart, and why you could.",
];
pub(crate) const REASON: &str = "What is the emergency?";
pub(crate) const REASON_HINT: &str = "10 to 1000 characters. The access team reads it.";
pub(crate) const REASON_WRONG: &str = "Say in 10 to 1000 characters what the emergency is";
pub(crate) const MRN_MISSING: &str =
    "Enter the MRN: emergency access opens one chart, and must be sure which";
pub(crate) const TAKE: &str = "Open the chart for 4 hours";

pub(crate) const REVIEW: &str = "Review this emergency access";
pub(crate) const REVIEW_LEAD: &str = "Was it an emergency? Read the reason and what was opened. Your answer and your note stay with the request.";
pub(crate) const TAKEN: &str = "Taken";
pub(crate) const UNTIL: &str = "Until";
pub(crate) const RUNNING: &str = "Still open";
pub(crate) const OVER: &str = "Over";
pub(crate) const PATIENT: &str = "Patient";
pub(crate) const GONE: &str = "The record of the patient is no longer there.";
pub(crate) const WHY: &str = "The reason given";
pub(crate) const OPENED: &str = "What was opened with it";
pub(crate) const OPENED_NONE: &str = "Nothing so far.";
pub(crate) const OPENED_MORE: &str = "More was opened. The audit has all of it.";
pub(crate) const SUMMARY: &str = "Summary";
pub(crate) const FINDING: &str = "Was it justified?";
pub(crate) const FINDING_MISSING: &str = "Say whether it was justified";
pub(crate) const NOTE: &str = "Note";
pub(crate) const NOTE_HINT: &str = "1 to 1000 characters. What you checked, and what follows from it.";
pub(crate) const NOTE_WRONG: &str = "Write a note of 1 to 1000 characters";
pub(crate) const KEEP: &str = "Keep the review";
pub(crate) const NOT_REVIEWED: &str = "Not reviewed yet";
pub(crate) const BY: &str = "by";

/// What a review found.
pub(crate) const fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::Justified => "Justified",
        Finding::NotJustified => "Not justified",
    }
}
