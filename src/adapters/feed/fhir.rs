//! FHIR R4 resources as chart items and directory facts.
