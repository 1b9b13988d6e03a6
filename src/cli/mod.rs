//! The command line: one file per family of commands.

pub mod account;
pub mod demo;
mod key_files;
mod serving;
mod signals;
