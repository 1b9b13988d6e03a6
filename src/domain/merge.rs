//! Merges of two patient records (product.md section 4): what must agree before one is confirmed, and what it changes.
//!
//! A merge is made, confirmed and undone at three dates of its own. Facts are never moved: they stay with the record that has them,
//! and count for the survivor while the merge holds and is confirmed. So an undoing restores everything.

use time::Date;

use super::access::facts::{Merge, PatientFacts};
use super::calendar::Instant;
use super::people::{fold_name, words};

/// Who a record says that the patient is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Birth date.
    pub birth_date: Date,
    /// Administrative sex.
    pub sex: String,
}

words! {
    /// In what two records differ.
    Difference {
        /// The family name, letter case and accents apart.
        Family = "family",
        /// The given names, letter case and accents apart.
        Given = "given",
        /// The birth date.
        BirthDate = "birth_date",
        /// The sex.
        Sex = "sex",
    }
}

words! {
    /// Why two records cannot be proposed as one.
    Problem {
        /// Nobody has the first MRN.
        UnknownOther = "unknown_other",
        /// Nobody has the second MRN.
        UnknownSurvivor = "unknown_survivor",
        /// Both lead to one record.
        Same = "same",
        /// One is merged by now.
        Merged = "merged",
    }
}

/// In what `one` and `other` differ.
pub fn differences(one: &Identity, other: &Identity) -> Vec<Difference> {
    let differs = |what: &Difference| match what {
        Difference::Family => fold_name(&one.family) != fold_name(&other.family),
        Difference::Given => fold_name(&one.given) != fold_name(&other.given),
        Difference::BirthDate => one.birth_date != other.birth_date,
        Difference::Sex => one.sex != other.sex,
    };
    Difference::ALL.iter().copied().filter(differs).collect()
}

/// Whether a merge of records with these `differences` may be confirmed: where they differ, somebody must have checked that they are
/// of one person.
pub fn may_confirm(differences: &[Difference], is_checked: bool) -> bool {
    differences.is_empty() || is_checked
}

/// Where a merge stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It holds, and the access team has not confirmed it.
    Waiting,
    /// It holds, confirmed.
    Confirmed,
    /// It does not hold: undone, or not yet made.
    Apart,
}

/// Where `merge` stands at `now`.
pub fn standing(merge: &Merge, now: Instant) -> Standing {
    match merge.confirmed_at {
        _ if !merge.span.holds(now) => Standing::Apart,
        Some(at) if at <= now => Standing::Confirmed,
        _ => Standing::Waiting,
    }
}

/// What may be decided of a merge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// It is confirmed.
    Confirmed,
    /// It is undone.
    Undone,
}

/// `facts` as they would be if `merge` were changed at `now`.
pub fn supposing(facts: &PatientFacts, merge: &Merge, change: Change, now: Instant) -> PatientFacts {
    let mut facts = facts.clone();
    for one in facts.merges.iter_mut().filter(|one| *one == merge) {
        match change {
            Change::Confirmed => one.confirmed_at = Some(one.confirmed_at.map_or(now, |at| at.min(now))),
            Change::Undone => one.span = one.span.ending_by(now),
        }
    }
    facts
}

/// Whether following `merges`, each from one record into another, from `start` leads to `end`.
pub fn leads_to<Id: Copy + PartialEq>(merges: &[(Id, Id)], start: Id, end: Id) -> bool {
    let mut here = start;
    for _ in 0..=merges.len() {
        if here == end {
            return true;
        }
        match merges.iter().find(|(from, _)| *from == here) {
            Some((_, into)) => here = *into,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::domain::calendar::Interval;
    use crate::domain::ids::PatientId;

    fn ana() -> Identity {
        Identity {
            family: "Núñez".into(),
            given: "Ana María".into(),
            birth_date: date!(2019 - 03 - 14),
            sex: "female".into(),
        }
    }

    #[test]
    fn records_that_differ_are_joined_only_by_somebody_who_checked() {
        let same = Identity { family: "NUNEZ".into(), given: "ana maria".into(), ..ana() };
        assert_eq!(differences(&ana(), &same), []);
        let other = Identity { birth_date: date!(2019 - 03 - 15), sex: "male".into(), ..same.clone() };
        let found = differences(&ana(), &other);
        assert_eq!(found, [Difference::BirthDate, Difference::Sex]);
        assert!(may_confirm(&differences(&ana(), &same), false));
        assert!(!may_confirm(&found, false) && may_confirm(&found, true));
        let named = Identity { family: "Nunes".into(), given: "Anna".into(), ..ana() };
        assert_eq!(differences(&ana(), &named), [Difference::Family, Difference::Given]);
    }

    #[test]
    fn a_merge_stands_by_its_dates() {
        let at = |day: i64| Instant::EVER.plus_seconds(day * 86_400);
        let merge = Merge {
            from: PatientId(uuid::Uuid::from_u128(1)),
            into: PatientId(uuid::Uuid::from_u128(2)),
            span: Interval::new(Some(at(1)), Some(at(3))),
            confirmed_at: Some(at(2)),
        };
        let found: Vec<Standing> = [0, 1, 2, 3].iter().map(|day| standing(&merge, at(*day))).collect();
        assert_eq!(found, [Standing::Apart, Standing::Waiting, Standing::Confirmed, Standing::Apart]);
        let never = Merge { confirmed_at: None, ..merge };
        assert_eq!(standing(&never, at(2)), Standing::Waiting);
    }

    #[test]
    fn a_chain_of_merges_is_followed_and_a_circle_comes_to_an_end() {
        let chain = [(1, 2), (2, 3)];
        assert!(leads_to(&chain, 1, 3) && leads_to(&chain, 1, 1) && !leads_to(&chain, 3, 1));
        assert!(!leads_to(&[(1, 2), (2, 1)], 1, 3));
    }
}
