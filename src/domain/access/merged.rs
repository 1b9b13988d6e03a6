//! Which records are one patient's: its own, and those merged into it.

use super::facts::PatientFacts;
use crate::domain::calendar::Instant;
use crate::domain::ids::PatientId;

impl PatientFacts {
    /// The records whose permitting facts count for this patient at `t`, its own first.
    pub fn counting(&self, t: Instant) -> Vec<PatientId> {
        self.with_merged(|owner| self.counts(owner, t))
    }

    /// The records that are this patient's at `t`, its own first: those of merges that wait to be confirmed too.
    pub fn records(&self, t: Instant) -> Vec<PatientId> {
        self.with_merged(|owner| self.binds(owner, t))
    }

    fn with_merged(&self, is_one: impl Fn(PatientId) -> bool) -> Vec<PatientId> {
        let mut records = vec![self.patient];
        for merge in &self.merges {
            if is_one(merge.from) && !records.contains(&merge.from) {
                records.push(merge.from);
            }
        }
        records
    }
}
