//! URLs: asking for help.

/// Asking for help; POST files a question.
pub fn help() -> &'static str {
    "/help"
}
