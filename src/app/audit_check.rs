//! Verifying and exporting the audit.
