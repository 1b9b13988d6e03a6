//! The access team's pages: look-ups, the accounting of disclosures, the audit and its patterns.

pub mod accounting;
pub mod audit;
pub mod export;
pub mod look_up;
pub mod patterns;

pub use audit::{Audit, AuditCheck, AuditFilter, AuditRow, page as audit_page};
pub use look_up::{
    Answer, LookUpAccount, LookUpFault, LookUpPatient, LookUps, ReasonLine, WhatAnswer, WhatRow, WhoAnswer,
    WhoRow, WhyAnswer, page as look_ups_page,
};
