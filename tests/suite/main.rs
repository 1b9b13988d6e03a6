//! The one integration binary. A test is a sentence; what tests need is in [`support`].
//!
//! `tests/run` runs everything. To run one test by hand: `export POSTERN_TEST_POSTGRES=$(tests/postgres start)` and then
//! `cargo nextest run NAME` (or `cargo test NAME`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::assigning_clones,
    clippy::too_many_lines,
    clippy::maybe_infinite_iter,
    clippy::unused_async,
    reason = "a test ends by panicking, and its support is read where it is used"
)]

mod support;

mod access_matrix;
mod architecture;
mod audit;
mod browser;
mod cli_account;
mod cli_demo;
mod cli_directory;
mod demo;
mod desk;
mod desk_pages;
mod documents;
mod factor_reset;
mod family;
mod feed;
mod feed_reading;
mod help;
mod hidden;
mod import;
mod look_ups;
mod migrations;
mod oracle;
mod pages;
mod requests;
mod routes;
mod search;
mod set_up;
mod sign_in;
mod sign_in_pages;
mod sign_in_strangers;
mod store;
