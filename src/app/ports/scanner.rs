//! Looking at files before they are handed on.

use super::Later;
use crate::domain::file_scan::Verdict;

/// Why there is no verdict. Never says what was answered: that may hold anything.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ScanError(pub String);

/// What looks at files.
pub trait Scanner: Send + Sync {
    /// What it says of `bytes`, within its time limit.
    ///
    /// # Errors
    /// When it is not there, is late, or answers with what is no verdict.
    fn scan<'a>(&'a self, bytes: &'a [u8]) -> Later<'a, Result<Verdict, ScanError>>;
}
