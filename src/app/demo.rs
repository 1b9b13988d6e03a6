//! The demo hospital: made from the clock at its first start, so that it never rots.

mod accounts;
mod authored;
mod lines;

pub use accounts::{DemoAccount, accounts};
pub use authored::AuthoredError;
