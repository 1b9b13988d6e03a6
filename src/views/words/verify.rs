//! Words of verifying a request by phone, and of approving what the family confirmed.

use crate::domain::grant::Lasting;
use crate::domain::request::Route;
use crate::domain::verification::{CallOutcome, DeclineClass, Identifier, Missing, Relationship};

pub(crate) const CALL_TITLE: &str = "Verify by phone";
pub(crate) const PATIENT: &str = "Patient";
pub(crate) const BORN: &str = "Born";
pub(crate) const MRN: &str = "MRN";
pub(crate) const LANGUAGE: &str = "Language";
pub(crate) const LANGUAGE_NONE: &str = "Not recorded; ask whether an interpreter is wanted";
pub(crate) const PHONES: &str = "Family phone, from the hospital’s record";
pub(crate) const PHONES_ONLY: &str = "Call one of these numbers only, never one that the requester gave.";
pub(crate) const PHONES_NONE: &str =
    "No phone on record. Ask registration to complete the record, or decline the request.";
pub(crate) const PHONES_HIDDEN: &str =
    "The numbers are shown to reviewers and administrators while the request is open.";
pub(crate) const PHONES_DOWN: &str = "The hospital’s record is not available";
pub(crate) const OWN_NUMBER: &str = "Patient’s own";
pub(crate) const CALLS: &str = "Calls";
pub(crate) const CALLS_NONE: &str = "Nobody has called yet.";
pub(crate) const COL_WHEN: &str = "When";
pub(crate) const COL_WHO: &str = "Who called";
pub(crate) const COL_OUTCOME: &str = "Outcome";
pub(crate) const COL_INTERPRETER: &str = "Interpreter";
pub(crate) const COL_NOTE: &str = "Note";
pub(crate) const YES: &str = "Yes";
pub(crate) const NO: &str = "No";
pub(crate) const LOG: &str = "Note a call";
pub(crate) const OUTCOME: &str = "How did the call end?";
pub(crate) const OUTCOME_MISSING: &str = "Say how the call ended";
pub(crate) const INTERPRETER: &str = "An interpreter helped";
pub(crate) const NOTE: &str = "Note";
pub(crate) const NOTE_HINT: &str = "For the access team only. At most 1000 characters.";
pub(crate) const NOTE_WRONG: &str = "Write a note of at most 1000 characters";
pub(crate) const SAVE_CALL: &str = "Save the call";
pub(crate) const TRIES: &str =
    "After three calls that reach nobody the request may be closed with “could not reach”.";
pub(crate) const VOICEMAIL: &str = "What to say on a voicemail";
pub(crate) const CHECKLIST: &str = "Checklist";
pub(crate) const CHECKLIST_LEAD: &str =
    "Complete it while you speak. Only then can the request be approved. Nobody verifies their own request.";
pub(crate) const IDENTIFIERS: &str = "What matched the hospital’s record: at least two";
pub(crate) const SPOKEN_TO: &str = "Who you spoke to, by full name";
pub(crate) const RELATIONSHIP: &str = "How they are related to the patient";
pub(crate) const ON_RECORD_NUMBER: &str =
    "I called a number of the hospital’s record, not one that was typed";
pub(crate) const SAVE_CHECKLIST: &str = "They confirm: save the checklist";
pub(crate) const VERIFIED: &str = "Verified";
pub(crate) const NOT_VERIFIED: &str = "Not verified yet";
pub(crate) const BY: &str = "by";
pub(crate) const ENDED: &str = "This request is over. What was noted stays here to read.";

pub(crate) const CONFIRM_PCP: &str = "Confirm and update PCP";
pub(crate) const CONFIRM_ACCESS: &str = "Give access";
pub(crate) const CONFIRM_LEAD: &str = "This takes effect at the requester’s next click. The requester, and partners who joined, are told by mail, without patient data.";
pub(crate) const NEW_PCP: &str = "Requested PCP";
pub(crate) const CURRENT_PCP: &str = "Current PCP";
pub(crate) const CURRENT_NONE: &str = "Nobody is listed as PCP now.";
pub(crate) const CURRENT_LEAD: &str =
    "Say of each one whether it ends now. A patient can have several; nothing is chosen for you.";
pub(crate) const ENDS: &str = "Ends";
pub(crate) const STAYS: &str = "Stays";
pub(crate) const CHOICE_MISSING: &str = "Say of each current PCP whether it ends or stays";
pub(crate) const LASTING: &str = "For how long";
pub(crate) const LASTING_MISSING: &str = "Choose for how long, as the family said";
pub(crate) const SECTIONS: &str = "Which parts of the record";
pub(crate) const SECTIONS_HINT: &str = "None ticked: all ordinary parts.";
pub(crate) const SENSITIVE: &str = "Sensitive information, only if they named it";
pub(crate) const SENSITIVE_MARKED: &str = "Items marked sensitive, but for substance-use treatment records";
pub(crate) const SENSITIVE_PART2: &str = "Substance-use treatment records (42 CFR Part 2)";
pub(crate) const PREVIEW: &str = "The mail will say:";
pub(crate) const PREVIEW_APPROVED: &str =
    "“The access team has approved your request.” With a link to sign in.";
pub(crate) const PREVIEW_DECLINED: &str =
    "“The access team has declined your request. It says:” and then your text, as it stands below.";
pub(crate) const PREVIEW_UNREACHED: &str =
    "“Nobody could answer your request.” and then your text, as it stands below.";
pub(crate) const CLASS: &str = "Class of the reason";
pub(crate) const UNREACHED: &str = "Close: could not reach";

pub(crate) const NPI: &str = "NPI of the requester";
pub(crate) const NPI_NONE: &str = "None: asked by sponsored staff for the practice";
pub(crate) const JOINERS: &str = "Partners who joined";
pub(crate) const ROUTE: &str = "Who answers";
pub(crate) const EXPIRES: &str = "Expires";
pub(crate) const FLAGGED: &str = "The PCP changed to somebody else after this was asked. Ask the family which one is right before you confirm.";
pub(crate) const IN_CHART_WAITS: &str = "What was decided is not in the hospital’s chart yet.";
pub(crate) const IN_CHART: &str = "Done in the chart";
pub(crate) const IN_CHART_DONE: &str = "Entered in the chart by";

pub(crate) const NOT_IN_CHART: &str = "Not in the hospital’s chart yet";
pub(crate) const NOT_IN_CHART_LIST: &str = "Confirmed PCPs, oldest first";
pub(crate) const NOT_IN_CHART_LEAD: &str = "Access follows what was confirmed meanwhile. Enter in the chart what the portal cannot write there, then say so.";
pub(crate) const NOT_IN_CHART_NONE: &str = "The hospital’s chart has every PCP that was confirmed.";
pub(crate) const NOT_IN_CHART_NO_MORE: &str = "Nothing waits after this place.";
pub(crate) const COL_WAITS: &str = "Waits for";
pub(crate) const COL_WHY: &str = "What is in the way";
pub(crate) const COL_DONE: &str = "Settled";
pub(crate) const CONFLICT: &str = "Conflict";
pub(crate) const CONFLICT_HOW: &str =
    "The hospital has listed somebody else since. Settle in the chart who it is, then say so. It lists now:";
pub(crate) const WHY_BY_HAND: &str =
    "The chart can only be read from here: enter it there by hand, then say so.";
pub(crate) const WHY_NEXT: &str = "Nothing is to be done: the hospital’s system is told with the next round.";

/// How a call ended.
pub(crate) const fn outcome(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::NoAnswer => "No answer",
        CallOutcome::Voicemail => "Voicemail left",
        CallOutcome::WrongNumber => "Wrong number",
        CallOutcome::Reached => "Reached",
        CallOutcome::CallLater => "Call back later",
        CallOutcome::Refused => "Reached: they do not want it",
    }
}

/// What matched.
pub(crate) const fn identifier(identifier: Identifier) -> &'static str {
    match identifier {
        Identifier::BirthDate => "Date of birth",
        Identifier::Address => "Address",
        Identifier::Phone => "Phone number, said by them first",
        Identifier::LastVisit => "Last visit: when and why",
        Identifier::Mrn => "MRN",
    }
}

/// How whoever confirmed is related.
pub(crate) const fn relationship(relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::Patient => "The patient (18 or over)",
        Relationship::Parent => "Parent (of a patient under 18)",
        Relationship::LegalGuardian => "Legal guardian, or court papers",
    }
}

/// What a checklist lacks, with the field it is about.
pub(crate) const fn missing(missing: Missing) -> (&'static str, &'static str) {
    match missing {
        Missing::Reached => ("outcome", "Note the call in which you reached them first"),
        Missing::Identifiers => ("identifier", "Tick at least two things that matched"),
        Missing::Name => ("spoken_to", "Write the full name of whom you spoke to, at most 200 characters"),
        Missing::Relationship => ("relationship", "Say how they are related to the patient"),
        Missing::Number => {
            ("on_record_number", "Call a number of the hospital’s record, then tick that you did")
        }
        Missing::Authority => (
            "relationship",
            "They cannot confirm for a patient of this age: from 18 the patient alone, or somebody with court papers",
        ),
    }
}

/// For how long.
pub(crate) const fn lasting(lasting: Lasting) -> &'static str {
    match lasting {
        Lasting::Days30 => "30 days",
        Lasting::Months6 => "6 months",
        Lasting::Year => "1 year",
        Lasting::UntilRevoked => "Until they take it back",
    }
}

/// Who answers.
pub(crate) const fn route(route: Route) -> &'static str {
    match route {
        Route::Family => "The family, in its portal",
        Route::Phone => "The family, by phone: nobody has an account",
        Route::Team => "The access team, after it has phoned the family",
    }
}

/// Into which class the reason of a decline falls.
pub(crate) const fn class(class: DeclineClass) -> &'static str {
    match class {
        DeclineClass::FamilyRefused => "The family does not want it",
        DeclineClass::NotVerified => "Could not be verified",
        DeclineClass::WrongPatient => "Another patient is meant",
        DeclineClass::OtherPcp => "Somebody else is the PCP",
        DeclineClass::Other => "Something else",
    }
}

/// What to say on a voicemail: nothing of the patient.
pub(crate) fn voicemail(hospital: &str, phone: &str) -> String {
    format!(
        "“This is the access team of {hospital}. Please call us back at {phone}. It is not urgent and not about a test result.” Say no name of a patient, physician or practice."
    )
}

/// How many confirmed PCPs are not in the chart.
pub(crate) fn not_in_chart(count: i64) -> String {
    if count == 1 {
        "1 confirmed PCP is not in the hospital’s chart yet".to_owned()
    } else {
        format!("{count} confirmed PCPs are not in the hospital’s chart yet")
    }
}

/// For how many `seconds` something waits, in the largest unit that is full.
pub(crate) fn waited(seconds: i64) -> String {
    let (count, unit) = match seconds {
        86_400.. => (seconds / 86_400, "day"),
        3_600.. => (seconds / 3_600, "hour"),
        60.. => (seconds / 60, "minute"),
        _ => return "less than a minute".to_owned(),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// The hospital's system did not take it.
pub(crate) fn why_refused(at: &str) -> String {
    format!("The hospital’s system did not take it ({at}): enter it in the chart by hand, then say so.")
}

/// The hospital's system could not be asked.
pub(crate) fn why_down(at: &str) -> String {
    format!("The hospital’s system could not be reached or read ({at}). It is tried again.")
}

pub(crate) const WHY_LISTED: &str =
    "The new PCP is in the chart now. Take out whom the family’s choice ended, then say so.";

/// Whoever was confirmed is PCP no more.
pub(crate) fn why_over(at: &str) -> String {
    format!(
        "The new PCP is PCP no more since {at}: take them out of the chart if they are there, then say so."
    )
}

/// Whom the decision ended.
pub(crate) fn take_out(whom: &str) -> String {
    format!("Take out: {whom}.")
}

/// The button that says it of the request `short`.
pub(crate) fn in_chart_of(short: &str) -> String {
    format!("{IN_CHART}: {short}")
}

/// "listed since 12-Mar-2024, from the feed".
pub(crate) fn since(day: Option<time::Date>, source: &str) -> String {
    match day {
        Some(day) => format!("since {}, {source}", super::date(day)),
        None => format!("since ever, {source}"),
    }
}

/// Where a listing came from.
pub(crate) fn source(word: &str) -> &'static str {
    match word {
        "feed" => "from the hospital’s record",
        "team" => "entered by the access team",
        "import" => "from the directory import",
        _ => "from the family",
    }
}
