//! The access team's look-ups and audit list.

mod audit;
mod look_ups;

pub use audit::{audit, audit_filtered};
pub use look_ups::{answer, look_ups};
