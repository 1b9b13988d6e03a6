//! Words of the audit explorer, its patterns, and the accounting of disclosures.

use crate::domain::calendar::{Instant, Zone};
use crate::domain::pattern::{DAYS_AT_ONCE, MANY, Pattern};

pub(crate) const PRACTICE: &str = "Practice then (code or name)";
pub(crate) const UNKNOWN_PRACTICE: &str =
    "No practice, or more than one, has that code or name. Enter the whole name, or the code";
pub(crate) const TOO_MANY: &str =
    "More than 10,000 rows. Nothing was left out in silence: narrow the filter, or choose fewer days";
pub(crate) const TOO_MANY_LINES: &str =
    "More than 10,000 lines. Nothing was left out in silence: choose the summary, or fewer days";
pub(crate) const EXPORT: &str = "Download as CSV";
pub(crate) const EXPORT_HOW: &str = "It asks for a fresh factor, is itself recorded, and leaves signed: its last line shows whether it was changed since.";
pub(crate) const PATTERNS: &str = "Patterns";
pub(crate) const PATTERNS_LINK: &str = "Look for patterns";
pub(crate) const PATTERNS_LEAD: &str =
    "A pattern is a reason to look, not a finding. Reading it is itself recorded.";
pub(crate) const PATTERN: &str = "Pattern";
pub(crate) const SHOW: &str = "Show";
pub(crate) const GO_ON: &str = "Look further back";
pub(crate) const NEVER_CHECKED: &str = "The audit’s chain has not been verified here yet. The hospital’s administrator runs “postern audit verify”.";
pub(crate) const COL_DAY: &str = "Day";
pub(crate) const COL_REFUSED: &str = "Refused";
pub(crate) const COL_MISSED: &str = "Found nobody";

pub(crate) const ACCOUNTING: &str = "Who opened this chart";
pub(crate) const ACCOUNTING_LINK: &str = "Who opened this chart (accounting of disclosures)";
pub(crate) const ACCOUNTING_LEAD: &str = "Every opening and export of a chart by people outside the hospital, over the last six years unless you choose other days. Looking is itself recorded.";
pub(crate) const FORM: &str = "Repeated disclosures";
pub(crate) const FORM_EACH: &str = "Each by itself";
pub(crate) const FORM_SUMMARY: &str = "Summarised: first, how often, last";
pub(crate) const ACCOUNT: &str = "Show";
pub(crate) const COL_RECIPIENT: &str = "Recipient";
pub(crate) const COL_PRACTICE: &str = "Practice";
pub(crate) const COL_ADDRESS: &str = "Address";
pub(crate) const COL_WHAT: &str = "What";
pub(crate) const COL_PURPOSE: &str = "Basis";
pub(crate) const COL_DATE: &str = "Date";
pub(crate) const COL_FIRST: &str = "First";
pub(crate) const COL_COUNT: &str = "How often";
pub(crate) const COL_LAST: &str = "Last";
pub(crate) const COL_PATIENT: &str = "Patient";
pub(crate) const OPENED: &str = "Opened";
pub(crate) const EXPORTED: &str = "Exported";
pub(crate) const CHART_SUMMARY: &str = "Summary";
pub(crate) const RESTRICTIONS_LINK: &str = "Restrictions of a chart";
pub(crate) const MORE_LOOK_UPS: &str = "More about one chart";

/// What a report looks for.
pub(crate) fn pattern(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::SameSurname => "Same surname",
        Pattern::AfterHours => "After hours",
        Pattern::ManyRefusals => "Many refusals or missed searches in a day",
    }
}

/// What a report finds, in full.
pub(crate) fn pattern_how(pattern: Pattern, closes: &str) -> String {
    match pattern {
        Pattern::SameSurname => {
            "Charts opened or refused, and searches, where the patient has the family name of who asked."
                .into()
        }
        Pattern::AfterHours => format!(
            "Charts opened on a weekend, on a holiday, before 06:00 or from {closes} on, in hospital time."
        ),
        Pattern::ManyRefusals => {
            format!("Accounts that were refused a patient, or found nobody, {MANY} times or more on one day.")
        }
    }
}

/// The range is too long.
pub(crate) fn too_long() -> String {
    format!("A pattern is looked for in at most {DAYS_AT_ONCE} days. Choose fewer")
}

/// The range searched.
pub(crate) fn range(from: &str, to: &str) -> String {
    format!("Searched: {from} to {to}.")
}

/// Nothing was found in the range.
pub(crate) fn pattern_empty(from: &str, to: &str) -> String {
    format!("Nothing of this pattern is recorded from {from} to {to}.")
}

/// Nobody opened it in the range.
pub(crate) fn accounting_empty(from: &str, to: &str) -> String {
    format!("Nobody outside the hospital opened this chart from {from} to {to}.")
}

/// The search stopped before the range's beginning.
pub(crate) fn looked_to(at: Instant, zone: Zone) -> String {
    format!(
        "Many rows lie in this range: it was searched back to {} only. Narrow the filter, or look further back.",
        super::moment(at, zone)
    )
}

/// What the latest verification found.
pub(crate) fn checked(at: Instant, zone: Zone, (chains, rows, faults): (i64, i64, i64)) -> String {
    let when = super::moment(at, zone);
    if faults == 0 {
        return format!("Last verified {when}: {rows} rows in {chains} chains, all sound.");
    }
    format!(
        "Last verified {when}: {faults} faults in {rows} rows. Tell the hospital’s administrator at once."
    )
}

/// The line near the end of a table that leaves the portal: ids, words and instants as the audit has them.
pub(crate) fn made_with(filter: &str) -> String {
    format!("Made with: {filter}.")
}

/// The line at the end of a table that leaves the portal.
pub(crate) fn exported(at: Instant, zone: Zone, name: &str, email: &str) -> String {
    format!("Exported on {} by {name} ({email}).", super::moment(at, zone))
}
