//! Tests of which listings and seats a load opens and ends.
