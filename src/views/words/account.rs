//! Words of the account's own pages.
