//! The lock at its edges.
