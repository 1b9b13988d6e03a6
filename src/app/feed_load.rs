//! Loading FHIR into the embedded feed.
