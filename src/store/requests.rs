//! Access requests.
