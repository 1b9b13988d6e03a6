//! Proof that somebody of the access team works on a request about a patient, and that this was recorded.
//!
//! It is made from the [`Receipt`] of the audit row alone, for one who takes requests by their role, and lives for one request.
//! Whatever gives out the family's phone numbers takes the patient from it:
//!
//! ```compile_fail
//! // No numbers without a receipt: the fields are private.
//! let permit = postern::app::permit::desk::DeskPermit { account: todo!(), patient: todo!() };
//! ```
//!
//! ```compile_fail
//! // No second look on the same proof: it is not Clone.
//! fn keep(permit: &postern::app::permit::desk::DeskPermit) -> postern::app::permit::desk::DeskPermit { permit.clone() }
//! ```

use crate::app::audit::Receipt;
use crate::app::desk::Member;
use crate::domain::ids::{AccountId, PatientId};
use crate::domain::queue::handles;

/// Proof that a member of the access team may read how to reach the family of a patient, for a request that is open.
#[derive(Debug)]
pub struct DeskPermit {
    account: AccountId,
    patient: PatientId,
}

impl DeskPermit {
    /// The proof of what `receipt` proves recorded; `None` for a role that takes no requests, or the row of something else.
    pub(in crate::app) fn recorded(member: &Member, patient: PatientId, receipt: &Receipt) -> Option<Self> {
        let of_this = receipt.is_of(member.account, patient, member.context.now);
        (handles(&member.roles) && of_this).then_some(Self { account: member.account, patient })
    }

    /// Who looks.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// For whose family.
    pub fn patient(&self) -> PatientId {
        self.patient
    }
}
