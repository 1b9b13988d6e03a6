//! `[files]`: the scanner that looks at files of the record before they are handed on, and at those that people send.

use std::time::Duration;

use serde::Deserialize;

use super::{Config, ConfigError};
use crate::domain::file_scan::{ScannerAddress, ScannerAddressError};

/// Seconds that may be given to one file, at most: a request is given up after fifteen.
const MOST_SECONDS: u64 = 10;

/// `[files]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Where the scanner is; empty for none.
    pub scanner: String,
    /// How long it may take over one file, in seconds.
    pub scanner_seconds: u64,
}

impl Config {
    /// Where the scanner is, and how long it may take over one file; `None` when files are not checked.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn scanner(&self) -> Result<Option<(ScannerAddress, Duration)>, ConfigError> {
        let seconds = self.files.scanner_seconds;
        if !(1..=MOST_SECONDS).contains(&seconds) {
            let why = format!("must be from 1 to {MOST_SECONDS} seconds");
            return Err(ConfigError::Value("files.scanner_seconds", why));
        }
        if self.files.scanner.is_empty() {
            return Ok(None);
        }
        let bad = |error: ScannerAddressError| ConfigError::Value("files.scanner", error.to_string());
        let address = ScannerAddress::parse(&self.files.scanner).map_err(bad)?;
        Ok(Some((address, Duration::from_secs(seconds))))
    }
}
