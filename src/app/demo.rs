//! The demo hospital: made from the clock at its first start, so that it never rots.
//!
//! The authored part is `assets/demo/hospital.toml`; the charts beside it are moved by whole weeks and come in through the
//! embedded feed, which makes patients, listings and seats of them. The installation row is written last, so a first start that
//! was interrupted is known by its absence.

mod accounts;
mod authored;
mod directory;
mod facts;
mod moments;
mod relative;
mod seed;

pub use accounts::{DemoAccount, accounts};
pub use authored::AuthoredError;
pub use seed::{Seed, SeedError, config_text};
