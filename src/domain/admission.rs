//! What an HL7 v2 ADT message says of one patient.

use super::feed::{Clinician, Person};

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdtEvent {
    /// A01: admitted.
    Admitted,
    /// A03: discharged.
    Discharged,
    /// A04, A08, A28, A31: registered or updated.
    Updated,
    /// A40: another number was merged into this one.
    Merged,
}

/// One message.
#[derive(Clone, PartialEq, Debug)]
pub struct Adt {
    /// What happened.
    pub event: AdtEvent,
    /// Who it is. Its PCPs are in `pcps`.
    pub person: Person,
    /// The PCPs, each a clinician with an NPI; `None` when the message is silent, so that those known stay.
    pub pcps: Option<Vec<Clinician>>,
    /// The number that was merged away.
    pub merged: Option<String>,
    /// The patient as a FHIR resource, for the numbers on which the family is reached.
    pub raw: String,
}

/// What the sender is answered (HL7 table 0008).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Acknowledged {
    /// `AA`: taken in, or nothing to do.
    Accepted,
    /// `AE`: it cannot be taken in; sending it again changes nothing.
    Refused(String),
    /// `AR`: not now; the sender sends it again.
    Later,
}
