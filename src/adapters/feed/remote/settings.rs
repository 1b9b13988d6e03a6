//! How a source is reached.

use std::time::Duration;

use super::super::fhir::Settings;
use super::backend::Credentials;
use super::subscribe::Notify;

/// How a source is reached.
#[derive(Debug)]
pub struct SourceSettings {
    /// Its base URL.
    pub url: String,
    /// How the portal proves itself.
    pub credentials: Credentials,
    /// How its resources are read.
    pub reading: Settings,
    /// How long one answer may take.
    pub time_limit: Duration,
    /// How long one page waits for it in all.
    pub patience: Duration,
    /// At which age, in seconds, the directory facts of a patient are asked for anew when the chart opens; `None` for a source of the
    /// record alone, whose patients are found by MRN.
    pub facts_seconds: Option<i64>,
    /// Whether a new listing may be written into its `generalPractitioner`.
    pub writes: bool,
    /// Where it tells of changes; `None`: it is asked in rounds alone.
    pub notify: Option<Notify>,
}
