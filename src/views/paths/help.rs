//! URLs: help.

/// The help form; POST sends it.
pub fn help() -> &'static str {
    "/help"
}
