//! A provider registers (product.md section 2): what is asked, what is wrong with an answer, and where a registration stands.
//!
//! ```text
//!           link mailed           link used            the team approves
//!   draft ---------------> mailed -----------> waiting ------------------> approved (now there is an account)
//!     ^                      |                    |
//!     +----------------------+                    +-----------------------> declined
//!        an answer changed                           the team declines
//! ```
//!
//! Nobody can sign in before the team has approved: there is no account until then.

mod typed;

pub use typed::*;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ids::Npi;
use super::npi_name::RegistryNames;
use super::people::words;
use super::request::RequestKind;

/// A link that confirms an address can be used for this long, once (product.md 2: 24 h).
pub const LINK_SECONDS: i64 = 24 * 3600;
/// The link to a registration's status can be used for this many days.
pub const STATUS_DAYS: i64 = 90;
/// A draft that was not confirmed is removed after this many days.
pub const DRAFT_DAYS: i64 = 30;
/// Steps that one network may take at once.
pub const NETWORK_BURST: i64 = 10;
/// One more is given to a network each so many seconds.
pub const NETWORK_SECONDS: i64 = 60;
/// Letters that one address may get at once (trust.md 2: recovery per address 3).
pub const ADDRESS_BURST: i64 = 3;
/// One more is given to an address each so many seconds (trust.md 2: then 1/h).
pub const ADDRESS_SECONDS: i64 = 3600;
/// The version of the terms that are accepted at present.
pub const TERMS_VERSION: &str = "2026-11";
/// The most practices that a search by name shows.
pub const PRACTICES_SHOWN: i64 = 10;

/// Every number of this file as the rows of docs/security-numbers.md: what, how much, where it is from.
pub fn numbers() -> Vec<(&'static str, String, &'static str)> {
    let hours = |seconds: i64| format!("{} h", seconds / 3600);
    vec![
        ("Registration link", format!("{}, once", hours(LINK_SECONDS)), "product 2"),
        ("Link to a registration’s status", format!("{STATUS_DAYS} days"), "own"),
        (
            "A registration is answered within",
            format!("{} business days", RequestKind::Registration.business_days()),
            "pages P3",
        ),
        ("An unconfirmed registration is removed after", format!("{DRAFT_DAYS} days"), "own"),
        ("Registration steps of one network at once", NETWORK_BURST.to_string(), "own"),
        ("then one more step each", format!("{NETWORK_SECONDS} s"), "own"),
        ("Registration letters to one address at once", ADDRESS_BURST.to_string(), "trust 2"),
        ("then one more letter each", hours(ADDRESS_SECONDS), "trust 2"),
    ]
}

words! {
    /// Where a registration stands.
    RegistrationState {
        /// Being filled in.
        Draft = "draft",
        /// The link to confirm the address was mailed.
        Mailed = "mailed",
        /// Confirmed; the access team has not answered yet.
        Waiting = "waiting",
        /// There is an account.
        Approved = "approved",
        /// There is none, with a reason.
        Declined = "declined",
    }
}

words! {
    /// What the NPI registry said of the number.
    NpiCheck {
        /// No registry is configured.
        Off = "off",
        /// It knows the number as an active individual's.
        Found = "found",
        /// It knows it under another name than was typed.
        Mismatch = "mismatch",
        /// It does not know the number.
        Unknown = "unknown",
        /// It gave no answer.
        Unavailable = "unavailable",
        /// There is no number: an international provider.
        NoNpi = "none",
    }
}

/// The practice that somebody registers with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PracticeAnswer {
    /// One that the hospital knows.
    Known {
        /// Its id.
        id: Uuid,
        /// Its name, as it was chosen.
        name: String,
    },
    /// One that the hospital does not know yet.
    New {
        /// Its name.
        name: String,
        /// Its phone.
        phone: String,
        /// Its fax; empty for none.
        fax: String,
        /// Its address.
        address: String,
    },
}

/// What somebody who registers has answered so far.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answers {
    /// The NPI; `None` for an international provider.
    pub npi: Option<String>,
    /// What the registry said of it.
    pub check: NpiCheck,
    /// The names that the registry has for it.
    pub registry: Option<RegistryNames>,
    /// The specialty that the registry has for it; empty when it has none.
    pub registry_specialty: String,
    /// Why somebody with access to the hospital's own chart wants this one too; empty for whoever has none.
    pub chart_exception: String,
    /// The family name.
    pub family: String,
    /// The given name.
    pub given: String,
    /// The specialty; may be empty.
    pub specialty: String,
    /// The phone.
    pub phone: String,
    /// The fax; may be empty.
    pub fax: String,
    /// The practice, once one is chosen.
    pub practice: Option<PracticeAnswer>,
    /// Whether name and practice were checked since the number was last looked up.
    pub is_checked: bool,
}

impl Answers {
    /// Nothing but a number and what the registry said of it.
    pub fn of(npi: Option<&Npi>, check: NpiCheck) -> Self {
        Self {
            npi: npi.map(|n| n.as_str().to_owned()),
            check,
            registry: None,
            registry_specialty: String::new(),
            chart_exception: String::new(),
            family: String::new(),
            given: String::new(),
            specialty: String::new(),
            phone: String::new(),
            fax: String::new(),
            practice: None,
            is_checked: false,
        }
    }

    /// Whether name, phone and practice are there and fit the number, so that the answers can be sent.
    pub fn is_complete(&self) -> bool {
        self.is_checked && self.practice.is_some()
    }

    /// What the registry's answer comes to for the name that was typed.
    pub fn check_of_name(&self, family: &str, given: &str) -> NpiCheck {
        match (self.check, &self.registry) {
            (NpiCheck::Found | NpiCheck::Mismatch, Some(names)) => {
                if RegistryNames::agree((family, given), names) {
                    NpiCheck::Found
                } else {
                    NpiCheck::Mismatch
                }
            }
            (check, _) => check,
        }
    }
}

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
