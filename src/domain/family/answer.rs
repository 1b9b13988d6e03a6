//! What the answers of a family to one request come to (product.md sections 6 and 10).
//!
//! ```text
//!            one yes (13 to 17 with an account of the patient's: of a guardian and of the patient)
//!   open ------------------------------------------------------------------------------------------> approved: a grant
//!    |  \--- a no of the patient, or of the only guardian -----------------------------------------> declined
//!    |  \--- a no of one of several guardians -----> paused: the access team decides
//!    |  \--- 30 days without an answer ------------> expired
//! ```

use super::authority::{Authority, Capacity, Rule};
use super::topic::is_confidential;
use crate::domain::access::reach::SectionSet;
use crate::domain::chart::Section;
use crate::domain::chart::sensitivity::Labels;
use crate::domain::grant::Lasting;
use crate::domain::ids::AccountId;
use crate::domain::request::Ending;

/// A yes, with how far it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Yes {
    /// For how long.
    pub lasting: Lasting,
    /// The ordinary sections; all when none is named.
    pub sections: SectionSet,
    /// The sensitivity labels.
    pub sensitive: Labels,
}

/// What one of the family said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Who.
    pub account: AccountId,
    /// Yes, how far; `None` for no.
    pub yes: Option<Yes>,
}

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// The reader's.
    Yours,
    /// The reader said yes; the patient must too.
    Patients,
    /// The reader said yes; a guardian must too.
    Guardians,
    /// The access team's.
    Team,
    /// It is over, so.
    Over(Ending),
}

/// What the answers come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Somebody else must say yes too.
    Waits,
    /// It is approved so far, as given in this capacity.
    Give(Yes, Capacity),
    /// It is declined.
    Declined,
    /// One guardian says no where there are several: the access team decides.
    Paused,
    /// Both said yes, to parts that have nothing in common.
    NothingShared,
    /// Whoever spoke last has no say.
    NoSay,
}

/// What `answers` come to after the one of `newest`. An answer of somebody who has no say any more does not count.
pub fn verdict(authority: &Authority, answers: &[Answer], newest: AccountId) -> Verdict {
    let Some(capacity) = authority.may_answer(newest) else { return Verdict::NoSay };
    let said = answers.iter().find(|answer| answer.account == newest);
    let Some(said) = said else { return Verdict::Waits };
    let Some(yes) = said.yes else {
        let several = capacity == Capacity::Guardian && authority.guardians() > 1;
        return if several { Verdict::Paused } else { Verdict::Declined };
    };
    if authority.rule() != Rule::Both {
        return Verdict::Give(yes, capacity);
    }
    let yes_of = |wanted: Capacity| {
        let mut counting = answers.iter().filter(|a| authority.may_answer(a.account) == Some(wanted));
        if wanted == capacity { Some(yes) } else { counting.find_map(|a| a.yes) }
    };
    match (yes_of(Capacity::Guardian), yes_of(Capacity::Patient)) {
        (Some(guardian), Some(patient)) => match shared(guardian, patient) {
            // At 18 it ends like everything that a guardian gave, unless the patient gives it anew.
            Some(yes) => Verdict::Give(yes, Capacity::Guardian),
            None => Verdict::NothingShared,
        },
        _ => Verdict::Waits,
    }
}

/// What both want: the shorter time, the sections that both name; the confidential ones and the sensitive parts as the patient
/// says, since the guardian of a teen does not speak of those. `None` when no section is left.
fn shared(guardian: Yes, patient: Yes) -> Option<Yes> {
    let names = |set: SectionSet, section| set.is_empty() || set.has(section);
    let both = |section: &Section| {
        names(patient.sections, *section) && (is_confidential(*section) || names(guardian.sections, *section))
    };
    let sections: SectionSet = Section::ALL.iter().copied().filter(both).collect();
    if sections.is_empty() {
        return None;
    }
    let everything = Section::ALL.iter().all(|section| sections.has(*section));
    Some(Yes {
        lasting: guardian.lasting.min(patient.lasting),
        sections: if everything { SectionSet::NONE } else { sections },
        sensitive: patient.sensitive,
    })
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
