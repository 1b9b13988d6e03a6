//! Measured promises.
fn main() {}
