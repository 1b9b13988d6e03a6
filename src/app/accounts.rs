//! Accounts made and reset on the command line.
