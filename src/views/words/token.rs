//! Words about patient tokens: validating one, and the access team's side.

use super::notes::held_upload;
use crate::domain::people::GivenBy;
use crate::domain::token::Issuer;
use crate::domain::token::list::{LONGEST, Problem};
use crate::domain::token::redeeming::Standing;
use crate::views::token::Fault;

pub(crate) const VALIDATE: &str = "Validate a token";
pub(crate) const LEAD: &str = "The family or the hospital gave you a token for one patient. Enter it with the patient's MRN: you see the chart until the token expires.";
pub(crate) const TOKEN: &str = "Token";
pub(crate) const TOKEN_HINT: &str = "Paste it or type it. Capitals, blanks and dashes do not matter.";
pub(crate) const MRN: &str = "MRN";
pub(crate) const MRN_HINT: &str =
    "The patient's number at the hospital. It is not on the letter: ask the family.";
pub(crate) const PRACTICE: &str = "For your work at";
pub(crate) const PRACTICE_CHOOSE: &str = "Choose a practice";
pub(crate) const OPEN_CHART: &str = "Open the chart";
pub(crate) const CALL: &str = "Questions? Call the access team:";

/// What is wrong with a try.
pub(crate) fn fault(fault: Fault) -> String {
    match fault {
        Fault::TokenMissing => "Enter the token.".to_owned(),
        Fault::MrnMissing => "Enter the patient's MRN.".to_owned(),
        Fault::PracticeMissing => "Choose the practice that you work for.".to_owned(),
        Fault::NoMatch => "We could not match this token and MRN.".to_owned(),
        Fault::Expired => {
            "This token has expired (6 months after issue). Ask the hospital for a new one.".to_owned()
        }
        Fault::Slowed(1) => "Too many tries. Wait 1 second, then try again.".to_owned(),
        Fault::Slowed(seconds) => format!("Too many tries. Wait {seconds} seconds, then try again."),
    }
}

pub(crate) const TOKENS: &str = "Patient tokens";
pub(crate) const TOKENS_LEAD: &str = "A token lets one account see one patient's chart, for six months from its issue. Find the patient to issue one or take one back.";
pub(crate) const FIND: &str = "Find the patient";
pub(crate) const NO_PATIENT: &str = "No patient has this MRN. Check its spelling.";
pub(crate) const FROM_LIST: &str = "Issue tokens from a list";
pub(crate) const BACK: &str = "Patient tokens";
pub(crate) const BIRTH: &str = "Born";
pub(crate) const ISSUE: &str = "Issue a token";
pub(crate) const ISSUE_LEAD: &str = "The token is shown once, on the next page. Print its letter, or hand the token over another way, before you leave that page.";
pub(crate) const FOR_WHOM: &str = "For whom (optional)";
pub(crate) const FOR_WHOM_HINT: &str =
    "The physician or practice that it is meant for. It stands on the letter; at most 100 characters.";
pub(crate) const FOR_WHOM_LONG: &str = "Use at most 100 characters.";
pub(crate) const UNCONFIRMED: &str = "This record is to be merged into another, and nobody has confirmed it. Confirm the merge in the queue, or keep the records apart, then issue the token.";
pub(crate) const DECEASED: &str =
    "The hospital has recorded this patient's death. A token would open nothing.";
pub(crate) const NONE: &str = "No token was ever issued for this patient.";
pub(crate) const COL_ISSUED: &str = "Issued";
pub(crate) const COL_FOR: &str = "For";
pub(crate) const COL_STATE: &str = "State";
pub(crate) const COL_ENDS: &str = "Ends";
pub(crate) const COL_PATIENT: &str = "Patient";
pub(crate) const COL_TOKEN: &str = "Token";
pub(crate) const COL_EXPIRES: &str = "Expires";
pub(crate) const REDEEMED_BY: &str = "by";
pub(crate) const REVOKE: &str = "Take back";
pub(crate) const REVOKE_TITLE: &str = "Take a token back";
pub(crate) const REVOKE_LEAD: &str = "Whoever redeemed it loses this access at their next click. It cannot be undone: issue a new token instead.";
pub(crate) const REASON: &str = "Reason";
pub(crate) const REASON_HINT: &str = "It is kept with the token. At most 1000 characters.";
pub(crate) const REASON_WRONG: &str = "Give a reason of at most 1000 characters.";
pub(crate) const REVOKED_ALREADY: &str = "This token was taken back already. Nothing was changed.";
pub(crate) const FROZEN_HOW: &str = "Wrong MRNs came with it. Issue a new token.";
pub(crate) const BACK_TO_PATIENT: &str = "All tokens of this patient";

/// Where a token stands.
pub(crate) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "Open",
        Standing::Redeemed => "Redeemed",
        Standing::Expired => "Expired",
        Standing::Revoked => "Taken back",
        Standing::Frozen => "Frozen",
    }
}

/// Who issued a token: the name of an account or a client, and in what capacity.
pub(crate) fn issuer(by: GivenBy, issuer: &Issuer) -> String {
    let whose = match by {
        GivenBy::Team => "the access team",
        GivenBy::Guardian => "a guardian",
        GivenBy::Patient => "the patient",
    };
    match issuer {
        Issuer::Account(name) => format!("{name} ({whose})"),
        Issuer::Client(name) => format!("Client {name} ({whose})"),
        Issuer::Unnamed => whose.to_owned(),
    }
}

pub(crate) const LIST_LEAD: &str = "Paste the rows of a spreadsheet, with a heading. The column mrn is needed; for_whom is optional. Either every line is issued or none.";
pub(crate) const LIST: &str = "List";
pub(crate) const LIST_HINT: &str = "For example: mrn,for_whom and below it 0012345,Dr. Lee";
pub(crate) const LIST_FILE: &str = "Or a file with the rows (CSV)";
pub(crate) const LIST_FILE_HINT: &str = "At most 20 kB, in UTF-8. Its rows are put into the list above, where you check them; nothing is issued yet.";
pub(crate) const LIST_READ: &str = "Read the file";
pub(crate) const LIST_ISSUE: &str = "Issue all";

/// What is wrong with a line of the list.
pub(crate) fn problem(line: usize, problem: Problem) -> String {
    let what = match problem {
        Problem::Empty => "The list has no line below its heading.".to_owned(),
        Problem::TooMany => format!("The list has more than {LONGEST} lines. Issue it in parts."),
        Problem::NoMrnColumn => "The heading names no column mrn.".to_owned(),
        Problem::OpenQuote => "A quotation mark is not closed.".to_owned(),
        Problem::Cells => "It has more or fewer cells than the heading.".to_owned(),
        Problem::BadMrn => "This is no MRN.".to_owned(),
        Problem::NoteTooLong => FOR_WHOM_LONG.to_owned(),
        Problem::Repeated(other) => format!("It says the same as line {other}."),
        Problem::UnknownMrn => "No patient has this MRN.".to_owned(),
        Problem::Deceased => DECEASED.to_owned(),
        Problem::Unconfirmed => UNCONFIRMED.to_owned(),
        Problem::NoFile => "Choose a file first, or paste the rows.".to_owned(),
        Problem::FileTooLarge => "The file is larger than 20 kB. Issue it in parts.".to_owned(),
        Problem::NotText => "This is not text in UTF-8. Save the file as “CSV UTF-8”.".to_owned(),
        Problem::Held(held) => held_upload(held).to_owned(),
        Problem::TypedToo => "There are rows in the list already. Issue those first, or empty the list and choose the file again.".to_owned(),
    };
    if line == 0 { what } else { format!("Line {line}: {what}") }
}

pub(crate) const ISSUED_ONE: &str = "Token issued";
pub(crate) const ISSUED_MANY: &str = "Tokens issued";
pub(crate) const ISSUED_LEAD: &str = "This page is the only place where the token can be read. Print it or save the letters before you leave: afterwards only a new token helps.";
pub(crate) const PRINT_HOW: &str =
    "Your browser's print command prints the letters, one to a sheet, without this table.";
pub(crate) const LETTERS_PDF: &str = "Save the letters as PDF";
pub(crate) const LETTERS_CSV: &str = "Save as a table";
pub(crate) const GONE: &str =
    "These tokens no longer wait to be redeemed, so there is no letter for them. Issue new ones.";
pub(crate) const GONE_TITLE: &str = "No letter for these tokens";

pub(crate) const LETTER_TITLE: &str = "Invitation to see a patient's chart";
pub(crate) const LETTER_FOR: &str = "For";
pub(crate) const LETTER_TOKEN: &str = "Your token";
pub(crate) const LETTER_QR: &str = "QR code of the token";
pub(crate) const LETTER_KEEP: &str =
    "Keep this letter private: the first account that uses the token is the only one that can.";

/// What the letter invites to.
pub(crate) fn letter_lead(hospital: &str) -> String {
    format!("{hospital} invites you to see the chart of one of your patients in its referral portal.")
}

/// How the token is used.
pub(crate) fn letter_how() -> [String; 3] {
    [
        "1. Sign in to the referral portal. If you have no account, register first.".to_owned(),
        format!("2. Choose “{VALIDATE}” at the top right."),
        "3. Enter the token and the patient's MRN. The MRN is not on this letter: ask the family or the hospital.".to_owned(),
    ]
}

/// Until when the token can be used.
pub(crate) fn letter_until(moment: &str) -> String {
    format!("The token, and the access that it gives, end on {moment}.")
}

/// Whom to call.
pub(crate) fn letter_call(phone: &str) -> String {
    format!("Questions? Call the access team at {phone}.")
}
