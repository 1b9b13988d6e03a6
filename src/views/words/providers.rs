//! Words of merging two rows of one person among the providers.

use crate::domain::provider_merge::Hindrance;

pub(crate) const TITLE: &str = "Merge two providers";
pub(crate) const LEAD: &str = "For one person whom the portal knows twice: with two NPIs, or once without one. What the hospital lists with the one then counts for the other. Nothing is moved, and it can be undone.";
pub(crate) const FROM: &str = "The one that goes: NPI, or e-mail of the account";
pub(crate) const FROM_HINT: &str = "It must have no account in use.";
pub(crate) const INTO: &str = "The one that stays: NPI, or e-mail of the account";
pub(crate) const NOBODY: &str = "No provider has this NPI or address. Check its digits or spelling";
pub(crate) const FIND: &str = "Compare";
pub(crate) const MADE: &str = "Merges, latest first";
pub(crate) const NONE: &str = "No providers have been merged.";
pub(crate) const COL_FROM: &str = "Goes";
pub(crate) const COL_INTO: &str = "Stays";
pub(crate) const COL_WHEN: &str = "Merged";
pub(crate) const COL_STATE: &str = "State";
pub(crate) const HOLDS: &str = "Holds";
pub(crate) const UNDONE: &str = "Undone";
pub(crate) const OPEN: &str = "Open";
pub(crate) const PAIR: &str = "The two";
pub(crate) const WHAT: &str = "What is known";
pub(crate) const NAME: &str = "Name";
pub(crate) const NPI: &str = "NPI";
pub(crate) const NPI_NONE: &str = "None";
pub(crate) const SPECIALTY: &str = "Specialty";
pub(crate) const ACCOUNTS: &str = "Accounts";
pub(crate) const ACCOUNTS_NONE: &str = "None";
pub(crate) const IF_MERGED: &str = "If you merge them";
pub(crate) const IF_UNDONE: &str = "If you undo the merge";
pub(crate) const NOBODY_CHANGES: &str = "Nobody’s access changes.";
pub(crate) const COL_WHO: &str = "Who";
pub(crate) const COL_LOST: &str = "Patients no longer seen";
pub(crate) const COL_GAINED: &str = "Patients newly seen";
pub(crate) const REASON: &str = "Reason, for the access team";
pub(crate) const REASON_HINT: &str = "How you know that they are one person. At most 1000 characters.";
pub(crate) const REASON_WRONG: &str = "Give a reason of at most 1000 characters";
pub(crate) const MERGE: &str = "One person: merge them";
pub(crate) const UNDO: &str = "Undo the merge";
pub(crate) const WHY: &str = "Reason";
pub(crate) const BY: &str = "by";
pub(crate) const BACK: &str = "All merges of providers";

/// What stands in the way, and what to do.
pub(crate) const fn hindrance(hindrance: Hindrance) -> &'static str {
    match hindrance {
        Hindrance::Same => "Both are the same provider. Enter two.",
        Hindrance::TwoAccounts => {
            "The one that goes has an account in use, and one account stays. Disable it first, or merge the other way round."
        }
        Hindrance::MergedAlready => "One of the two is merged already. Undo that merge first.",
        Hindrance::UndoneAlready => {
            "This merge is undone. Merge them again if they are one person after all."
        }
        Hindrance::Reason => REASON_WRONG,
    }
}
