//! Rules at their edges.
