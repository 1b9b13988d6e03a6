//! Words of restrictions as the access team makes and ends them.

use crate::domain::restriction::Scope;
use crate::views::restrictions::RestrictionFault;

pub(crate) const TITLE: &str = "Restrictions";
pub(crate) const LEAD: &str = "A restriction closes a chart to everyone, or to one account, provider or practice, whatever would let them in otherwise. It holds from the next click on.";
pub(crate) const MRN: &str = "MRN of the patient";
pub(crate) const UNKNOWN_MRN: &str = "No patient has this MRN. Check it against the hospital’s record";
pub(crate) const FIND: &str = "Find";
pub(crate) const LISTED: &str = "Restrictions of this chart";
pub(crate) const NONE: &str = "None, now or before.";
pub(crate) const COL_WHOM: &str = "Whom";
pub(crate) const COL_FROM: &str = "From";
pub(crate) const COL_UNTIL: &str = "Until";
pub(crate) const COL_REASON: &str = "Reason";
pub(crate) const COL_MADE_BY: &str = "Made by";
pub(crate) const IMPORTED: &str = "Imported";
pub(crate) const ENDED_BY: &str = "ended by";
pub(crate) const HOLDS: &str = "Holds";
pub(crate) const SINCE_EVER: &str = "Since ever";
pub(crate) const END: &str = "End";
pub(crate) const MAKE: &str = "Make a restriction";
pub(crate) const SCOPE: &str = "Whom it keeps out";
pub(crate) const WHOM: &str = "Which one";
pub(crate) const WHOM_HINT: &str = "The e-mail address of the account, the NPI, or the code or whole name of the practice. Leave it empty for everyone.";
pub(crate) const REASON: &str = "Reason";
pub(crate) const REASON_HINT: &str =
    "1 to 1000 characters. For the access team only; nobody who is kept out reads it.";
pub(crate) const PREVIEW: &str = "Show who would be kept out";
pub(crate) const PREVIEW_TITLE: &str = "Before you restrict this chart";
pub(crate) const LOSING_NONE: &str = "Nobody sees this chart now who would be kept out. The restriction still holds for whoever would come later.";
pub(crate) const LOSING: &str = "They see this chart now, and will not";
pub(crate) const HELD: &str = "This restriction holds already.";
pub(crate) const CONFIRM: &str = "Restrict this chart";
pub(crate) const BACK: &str = "Back to the restrictions";
pub(crate) const STALE: &str = "Somebody has ended this restriction meanwhile.";
pub(crate) const COL_NAME: &str = "Name";
pub(crate) const COL_EMAIL: &str = "E-mail";
pub(crate) const READ_ONLY: &str =
    "You can read this. Reviewers and administrators make and end restrictions.";

/// Whom one names.
pub(crate) const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Everyone => "Everyone",
        Scope::Account => "One account",
        Scope::Provider => "One provider, by NPI",
        Scope::Practice => "A practice with its staff",
    }
}

/// What is wrong, and what to do.
pub(crate) const fn fault(fault: RestrictionFault) -> &'static str {
    match fault {
        RestrictionFault::ScopeMissing => "Choose whom it keeps out",
        RestrictionFault::Unknown => "Nobody is found by that. Check the address, NPI, code or name",
        RestrictionFault::Several => "Several practices have that name. Enter the code of one",
        RestrictionFault::Reason => "Give a reason of 1 to 1000 characters",
        RestrictionFault::Unconfirmed => {
            "This record is to be merged into another, and nobody has confirmed it. Confirm the merge in the queue, or keep the records apart, then restrict the chart"
        }
        RestrictionFault::Already => "This restriction holds already",
    }
}

/// How many more there are than are named.
pub(crate) fn more(count: usize) -> String {
    format!("And {count} more.")
}

/// How many would lose it.
pub(crate) fn losing(count: usize) -> String {
    if count == 1 { "1 account".into() } else { format!("{count} accounts") }
}
