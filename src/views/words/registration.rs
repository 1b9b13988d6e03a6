//! Words of registering.
