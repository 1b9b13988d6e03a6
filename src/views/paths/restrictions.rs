//! URLs: restrictions of a patient. An MRN is never part of one.

use crate::domain::ids::{FactId, PatientId};

/// Restrictions, found by MRN; POST finds.
pub fn restrictions() -> &'static str {
    "/team/restrictions"
}

/// The restrictions of a patient; POST makes one.
pub fn restrictions_of(patient: PatientId) -> String {
    format!("/team/restrictions/of/{patient}")
}

/// POST shows who would lose the chart.
pub fn restriction_preview(patient: PatientId) -> String {
    format!("/team/restrictions/of/{patient}/preview")
}

/// POST ends the restriction.
pub fn end_restriction(id: FactId) -> String {
    format!("/team/restrictions/{id}/end")
}
