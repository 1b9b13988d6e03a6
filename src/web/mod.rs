//! HTTP, and nothing else.
