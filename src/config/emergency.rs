//! `[emergency]`: whether providers can take emergency access.

use serde::Deserialize;

/// `[emergency]`
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// Whether providers can take it.
    pub enabled: bool,
}
