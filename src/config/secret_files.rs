//! Files that hold secrets: there, and readable by their owner only.

use std::path::Path;

use super::{Config, ConfigError};
use crate::app::Keys;

impl Config {
    /// The keys of this installation.
    ///
    /// # Errors
    /// [`ConfigError::KeyFile`] when a file is missing, readable by others, or no key.
    pub fn keys(&self) -> Result<Keys, ConfigError> {
        let audit = read_key(&self.path(&self.keys.audit_file))?;
        Ok(Keys { audit, seal: read_key(&self.path(&self.keys.seal_file))? })
    }
}

fn read_key(path: &Path) -> Result<[u8; 32], ConfigError> {
    let bad = |why: String| ConfigError::KeyFile(path.display().to_string(), why);
    let text = read_private(
        path,
        "restore it from the backup of the keys, or make a new installation with `postern init DIR`",
    )?;
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes());
    let bytes = bytes.map_err(|_| {
        bad("it does not hold 64 hexadecimal digits; restore it from the backup of the keys".to_owned())
    })?;
    bytes.try_into().map_err(|_| {
        bad("it does not hold 64 hexadecimal digits; restore it from the backup of the keys".to_owned())
    })
}

/// The text of a file that nobody else may read.
pub(super) fn read_private(path: &Path, if_missing: &str) -> Result<String, ConfigError> {
    let bad = |why: String| ConfigError::KeyFile(path.display().to_string(), why);
    let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => bad(format!("it is not there; {if_missing}")),
        _ => bad(format!("{e}; let the user that runs postern read it")),
    })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_err(|e| bad(e.to_string()))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(bad("others may read it; run chmod 600 on it".to_owned()));
        }
    }
    Ok(text)
}
