//! Where the record comes from.

pub mod embedded;
pub mod fhir;
pub mod reader;
pub mod remote;
mod shift;
pub mod survey;
