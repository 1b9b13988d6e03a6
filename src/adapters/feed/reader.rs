//! Reads FHIR R4 transaction Bundles and Bulk NDJSON as a stream of resources.
