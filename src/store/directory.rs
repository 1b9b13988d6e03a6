//! The directory: practices, providers, accounts, patients, and every dated fact about them. One row type a table; rows are
//! written in batches inside a transaction, and found again by their natural keys.

mod change;
mod find;
mod insert;
mod keys;
mod rows;

pub use change::*;
pub use find::*;
pub use insert::*;
pub use keys::*;
pub use rows::*;

/// Every statement of these files whose text is fixed, to change rows and to find keys.
pub const STATEMENTS: [&[(&str, &str)]; 2] = [change::STATEMENTS, keys::STATEMENTS];

/// Rows a statement carries at most: below the bind limits of SQLite (32,766) and PostgreSQL (65,535) at any width.
const BATCH: usize = 500;
