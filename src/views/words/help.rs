//! Words of help.
