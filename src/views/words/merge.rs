//! Words of comparing two records that the hospital says are of one person, and of deciding it.

use crate::domain::merge::{Problem, Standing};

pub(crate) const COMPARE: &str = "Compare and decide";
pub(crate) const TITLE: &str = "Are these two records of one person?";
pub(crate) const LEAD: &str = "The hospital, or whoever proposed it, says so. Its MRN already leads to the record that remains; what the other record permits counts only once you confirm.";
pub(crate) const OTHER: &str = "The other record";
pub(crate) const SURVIVOR: &str = "The record that remains";
pub(crate) const WHAT: &str = "What it says";
pub(crate) const NAME: &str = "Name";
pub(crate) const BORN: &str = "Born";
pub(crate) const SEX: &str = "Sex";
pub(crate) const MRN: &str = "MRN";
pub(crate) const PCPS: &str = "PCP";
pub(crate) const PCPS_NONE: &str = "Nobody";
pub(crate) const DIFFERS: &str = "differs";
pub(crate) const SAME: &str = "Name, birth date and sex are the same in both.";
pub(crate) const MADE: &str = "Merged";
pub(crate) const SINCE_EVER: &str = "Before the portal";
pub(crate) const CONFIRMED: &str = "Confirmed";
pub(crate) const CHECKED: &str = "The records differed; whoever confirmed said to have checked it.";
pub(crate) const UNDONE: &str = "Undone";
pub(crate) const ENDED: &str = "Apart since";
pub(crate) const BY: &str = "by";
pub(crate) const IF_CONFIRMED: &str = "If you confirm";
pub(crate) const IF_APART: &str = "If you keep them apart";
pub(crate) const IF_UNDONE: &str = "If you undo the merge";
pub(crate) const AT_SURVIVOR: &str = "The record that remains";
pub(crate) const AT_OTHER: &str = "The other record, found again by its MRN";
pub(crate) const NOBODY_CHANGES: &str = "Nobody’s access changes.";
pub(crate) const COL_WHO: &str = "Who";
pub(crate) const COL_NOW: &str = "Sees it now";
pub(crate) const COL_THEN: &str = "Would see it";
pub(crate) const NOT: &str = "No";
pub(crate) const I_CHECKED: &str =
    "I compared both records with the hospital’s registration: they are of one person";
pub(crate) const I_CHECKED_HINT: &str = "The records differ, as marked above.";
pub(crate) const I_CHECKED_MISSING: &str = "The records differ. Check them with the hospital’s registration and tick that you did, or keep them apart";
pub(crate) const CONFIRM: &str = "One person: confirm the merge";
pub(crate) const APART: &str = "Two people: keep them apart";
pub(crate) const UNDO: &str = "Undo the merge";
pub(crate) const UNDO_LEAD: &str = "Both records are found by their own MRNs again, and each permits what it permitted before. What was answered meanwhile stays as it was.";
pub(crate) const AGAIN: &str = "Merge them again";
pub(crate) const AGAIN_LEAD: &str =
    "From now on, not confirmed: somebody else of the access team compares them and confirms.";
pub(crate) const REASON: &str = "Reason, for the access team";
pub(crate) const REASON_HINT: &str = "At most 1000 characters.";
pub(crate) const REASON_WRONG: &str = "Give a reason of at most 1000 characters";

pub(crate) const PROPOSE_TITLE: &str = "Propose a merge of two records";
pub(crate) const PROPOSE_LEAD: &str = "For two records that you believe to be of one person. Look at both first; somebody else of the access team confirms it.";
pub(crate) const OTHER_MRN: &str = "MRN of the other record";
pub(crate) const SURVIVOR_MRN: &str = "MRN of the record that remains";
pub(crate) const LOOK: &str = "Compare the two";
pub(crate) const AT_ONCE: &str = "From now until it is decided";
pub(crate) const AT_ONCE_LEAD: &str = "The other MRN leads to the record that remains. Nobody sees the other record, and what it permits counts for nothing.";
pub(crate) const PROPOSE: &str = "Propose this merge";

/// Why two records cannot be proposed as one, with the field it is about.
pub(crate) const fn problem(problem: Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::UnknownOther => ("other", "No patient has this MRN. Check it"),
        Problem::UnknownSurvivor => ("survivor", "No patient has this MRN. Check it"),
        Problem::Same => ("survivor", "Both MRNs lead to one record already. Type another one"),
        Problem::Merged => ("other", "One of the two was merged meanwhile. Compare them again"),
    }
}

/// Where the merge stands.
pub(crate) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Waiting => "Not confirmed",
        Standing::Confirmed => "Confirmed",
        Standing::Apart => "Two records",
    }
}
