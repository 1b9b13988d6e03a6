//! The installation row: when it was made, and the highest clock it has seen.
