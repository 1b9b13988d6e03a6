//! The demo hospital: made from the clock at its first start, so that it never rots.

mod authored;

pub use authored::AuthoredError;
