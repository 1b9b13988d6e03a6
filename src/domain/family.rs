//! Who may act for a patient, and what their answers to a request come to (product.md sections 6 and 10).

pub mod answer;
pub mod authority;
pub mod enrolment;
pub mod message;
pub mod notice;
pub mod renewal;
pub mod staff_check;
pub mod topic;

use time::Date;

use super::calendar::Interval;
use super::chart::Section;
use topic::is_confidential;

/// From this age a guardian's view narrows and the patient may have an account.
pub const TEEN_FROM: i32 = 13;
/// From this age the patient alone has authority; a guardian must have reached it.
pub const ADULT_FROM: i32 = 18;

/// How an account stands to a patient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tie {
    /// The patient's own account.
    Own,
    /// A guardian's link: when it holds, the guardian's birth date, and whether a court order leaves it to the access team.
    Guardian {
        /// When the link holds.
        span: Interval,
        /// The guardian's birth date, where known.
        born: Option<Date>,
        /// Whether a court order flags the link.
        court_order: bool,
    },
    /// What a guardian's link is from the patient's 18th birthday on: since the patient signed it as an adult, or court papers were
    /// shown.
    Proxy {
        /// When it holds.
        span: Interval,
        /// The holder's birth date, where known.
        born: Option<Date>,
    },
}

/// How much of the ledger of a chart a family account may read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ledger {
    /// Every row.
    All,
    /// All but the rows of results, reports, notes and medications: a guardian of someone from 13 to 17.
    WithoutConfidential,
}

impl Ledger {
    /// Whether the row of an act on `section` (none: the summary) may be read.
    pub fn shows(self, section: Option<Section>) -> bool {
        let confidential = section.is_some_and(is_confidential);
        self == Self::All || !confidential
    }
}
