//! Words of the access team's pages and of the family's.

use crate::views::team::LookUpFault;

pub(crate) const LOOK_UPS: &str = "Look-ups";
pub(crate) const LOOK_UPS_LEAD: &str = "Account and MRN: why this account can or cannot see this patient. MRN alone: who can. Account alone: what it can see.";
pub(crate) const LOOK_EMAIL: &str = "Account (e-mail)";
pub(crate) const LOOK_MRN: &str = "MRN";
pub(crate) const LOOK_AT: &str = "At (empty for now)";
pub(crate) const LOOK_AT_HINT: &str = "Such as 2026-05-01 or 2026-05-01T00:00:00Z";
pub(crate) const LOOK: &str = "Look up";
pub(crate) const ALLOWED: &str = "Can see the chart";
pub(crate) const REFUSED: &str = "Cannot see the chart";
pub(crate) const REASONS: &str = "Why";
pub(crate) const STANDING: &str = "Permits that would otherwise hold";
pub(crate) const NO_REASON: &str = "No permit holds.";
pub(crate) const COL_BASIS: &str = "Rule";
pub(crate) const COL_FACT: &str = "Rests on";
pub(crate) const COL_FROM: &str = "From";
pub(crate) const COL_UNTIL: &str = "Until";
pub(crate) const SINCE_EVER: &str = "Since ever";
pub(crate) const OPEN_END: &str = "Open";
pub(crate) const SINCE: &str = "since";
pub(crate) const LIMITED: &str = "Part of the chart is withheld from this account.";
pub(crate) const FULL: &str = "Nothing of the chart is withheld from this account.";
pub(crate) const WHO: &str = "Who can see this chart";
pub(crate) const WHO_EMPTY: &str = "No account can see this chart at that time.";
pub(crate) const WHAT: &str = "What this account can see";
pub(crate) const WHAT_EMPTY: &str = "This account can see no chart at that time.";
pub(crate) const COL_ACCOUNT: &str = "Account";
pub(crate) const COL_PATIENT: &str = "Patient";
pub(crate) const COL_BORN: &str = "Born";
pub(crate) const ANSWER_FOR: &str = "Answer for";

pub(crate) const AUDIT: &str = "Audit";
pub(crate) const AUDIT_LEAD: &str = "Newest first. Reading this list is itself recorded.";
pub(crate) const FILTER: &str = "Filter";
pub(crate) const ANY: &str = "Any";
pub(crate) const ACT: &str = "Act";
pub(crate) const OUTCOME: &str = "Outcome";
pub(crate) const FROM_DAY: &str = "From day";
pub(crate) const TO_DAY: &str = "To day";
pub(crate) const DAY_HINT: &str = "YYYY-MM-DD";
pub(crate) const COL_WHEN: &str = "When";
pub(crate) const COL_WHO: &str = "Who";
pub(crate) const COL_WHAT: &str = "What";
pub(crate) const COL_BASIS_OR_REFUSAL: &str = "Basis or refusal";
pub(crate) const COL_DETAIL: &str = "Detail";
pub(crate) const COL_NETWORK: &str = "Network";
pub(crate) const SYSTEM: &str = "The portal itself";
pub(crate) const NOBODY: &str = "Nobody signed in";

/// The words for a fault in a look-up.
pub(crate) const fn look_up_fault(fault: LookUpFault) -> &'static str {
    match fault {
        LookUpFault::NothingTyped => "Enter an account, an MRN, or both",
        LookUpFault::UnknownAccount => "No account has this e-mail address",
        LookUpFault::UnknownMrn => "No patient has this MRN",
        LookUpFault::BadMrn => "An MRN has letters and digits only, at most 32",
        LookUpFault::UnknownPractice => super::audit::UNKNOWN_PRACTICE,
        LookUpFault::TooMany => super::audit::TOO_MANY,
        LookUpFault::BadInstant => {
            "Enter a day such as 2026-05-01, or an instant such as 2026-05-01T00:00:00Z"
        }
    }
}

/// Why the list is empty: the range searched.
pub(crate) fn audit_empty(from: &str, to: &str) -> String {
    format!("Nothing is recorded from {from} to {to} that fits this filter.")
}
