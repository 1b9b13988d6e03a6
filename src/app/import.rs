//! The directory import: one file, all of it or nothing.
