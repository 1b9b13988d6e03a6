//! Proof that an account of a family has a say about a patient now.
//!
//! A [`FamilyPermit`] is made in one place only, from the ties of every account to the patient at this instant. It has private
//! fields, cannot be cloned, and lives for one request:
//!
//! ```compile_fail
//! // No permit without authority: the fields are private.
//! let permit = postern::app::family::FamilyPermit { account: todo!(), authority: todo!() };
//! ```
//!
//! ```compile_fail
//! // No second request on the same permit: it is not Clone.
//! fn keep(permit: &postern::app::family::FamilyPermit) -> postern::app::family::FamilyPermit { permit.clone() }
//! ```

use crate::domain::access::facts::PatientFacts;
use crate::domain::family::authority::{Authority, Capacity};
use crate::domain::family::topic::{Offer, is_sensitive};
use crate::domain::ids::{AccountId, PatientId};
use crate::store::family::Person;

/// Proof of a say about one patient.
#[derive(Debug)]
pub struct FamilyPermit {
    account: AccountId,
    capacity: Capacity,
    person: Person,
    facts: PatientFacts,
    owners: Vec<PatientId>,
    authority: Authority,
}

impl FamilyPermit {
    /// The permit of `account` about the patient of `facts`; `None` when it has no say.
    pub(super) fn of(
        account: AccountId,
        person: Person,
        facts: PatientFacts,
        owners: Vec<PatientId>,
        authority: Authority,
    ) -> Option<Self> {
        let capacity = authority.voice(account)?;
        Some(Self { account, capacity, person, facts, owners, authority })
    }

    /// Who has the say.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// In what capacity.
    pub fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// About whom.
    pub fn patient(&self) -> PatientId {
        self.facts.patient
    }

    /// The patient's name.
    pub fn name(&self) -> &str {
        &self.person.name
    }

    /// The patient's birth date.
    pub(super) fn birth_date(&self) -> time::Date {
        self.person.birth_date
    }

    /// The language that the record names.
    pub(super) fn record_language(&self) -> &str {
        &self.person.language
    }

    /// The facts that decisions about the patient are made from.
    pub(super) fn facts(&self) -> &PatientFacts {
        &self.facts
    }

    /// The records whose facts count for the patient.
    pub(in crate::app) fn owners(&self) -> &[PatientId] {
        &self.owners
    }

    /// Everyone who has a say.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// What this account may choose from when it says yes.
    pub fn offer(&self) -> Offer {
        Offer::to(self.capacity, self.authority.band())
    }

    /// Whether this account does not see what concerns somebody of this `specialty`: the guardian of a teen, and a specialty that
    /// would say by itself what care was asked for in confidence.
    pub(in crate::app) fn hides(&self, specialty: &str) -> bool {
        self.is_narrow() && is_sensitive(specialty)
    }

    /// Whether this account is the guardian of somebody from 13 to 17, who does not see everything.
    pub fn is_narrow(&self) -> bool {
        self.authority.is_narrow(self.account)
    }
}
