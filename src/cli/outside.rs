//! The servers of others that an installation works with, as its configuration names them.

use super::CliError;
use crate::app::Outside;
use crate::config::Config;

/// What `config` names.
#[expect(clippy::unnecessary_wraps, reason = "what is added here can fail")]
pub(super) fn outside(_config: &Config) -> Result<Outside, CliError> {
    Ok(Outside::default())
}
