//! The access team's pages: look-ups and the audit list.

pub mod audit;
pub mod look_up;

pub use audit::{Audit, AuditFilter, AuditRow, page as audit_page};
pub use look_up::{
    Answer, LookUpAccount, LookUpFault, LookUpPatient, LookUps, ReasonLine, WhatAnswer, WhatRow, WhoAnswer,
    WhoRow, WhyAnswer, page as look_ups_page,
};
