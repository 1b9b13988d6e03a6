//! Proof that an access was decided now, allowed, and recorded.
//!
//! A [`Permit`] is made in one place only, from a [`Present`] decision (one of this very instant, see [`crate::app::access`])
//! and the [`Receipt`] of its committed audit row. It has private fields, cannot be cloned, and lives for one request. Whatever
//! returns patient data takes the patient from it, so forgetting the check does not compile:
//!
//! ```compile_fail
//! // No permit without a decision and a receipt: the fields are private.
//! let permit = postern::app::permit::Permit { account: todo!(), patient: todo!(), reach: todo!() };
//! ```
//!
//! ```compile_fail
//! // No second request on the same permit: it is not Clone.
//! fn keep(permit: &postern::app::permit::Permit) -> postern::app::permit::Permit { permit.clone() }
//! ```
//!
//! ```compile_fail
//! // Not recorded, not shown: a decision alone makes no permit.
//! fn skip(decision: postern::app::permit::Present) -> postern::app::permit::Permit {
//!     postern::app::permit::Permit::of(decision)
//! }
//! ```
//!
//! ```compile_fail
//! // A decision about another instant cannot become one of now.
//! fn forge(decision: postern::domain::access::Decision) -> postern::app::permit::Present {
//!     postern::app::permit::Present { decision, reach: todo!() }
//! }
//! ```

pub mod desk;

use crate::domain::access::reach::Reach;
use crate::domain::access::{Basis, Decision};
use crate::domain::ids::{AccountId, PatientId};

use super::audit::Receipt;

/// A decision made at the present instant, with what it reaches.
#[derive(Debug)]
pub struct Present {
    decision: Decision,
    reach: Reach,
}

impl Present {
    /// Only the use case that read the clock may say so.
    pub(super) fn new(decision: Decision, reach: Reach) -> Self {
        Self { decision, reach }
    }

    /// The decision.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }
}

/// Proof of an allowing decision that has been recorded.
#[derive(Debug)]
pub struct Permit {
    account: AccountId,
    patient: PatientId,
    bases: Vec<Basis>,
    reach: Reach,
}

impl Permit {
    /// The permit of `present`, whose audit row `receipt` proves committed; `None` when it refuses, or the row is of
    /// something else.
    pub(super) fn recorded(present: Present, receipt: &Receipt) -> Option<Self> {
        let Present { decision, reach } = present;
        let of_this = receipt.is_of(decision.viewer(), decision.patient(), decision.at());
        (decision.allowed() && of_this).then(|| Self {
            account: decision.viewer(),
            patient: decision.patient(),
            bases: decision.bases().collect(),
            reach,
        })
    }

    /// Who may look.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// At whose chart.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// On which bases.
    pub fn bases(&self) -> &[Basis] {
        &self.bases
    }

    /// How far.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }
}
