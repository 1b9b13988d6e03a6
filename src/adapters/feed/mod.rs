//! Where the record comes from.

pub mod embedded;
pub mod fhir;
pub mod reader;
mod shift;
pub mod survey;
