//! Key files: 64 hexadecimal digits, readable by their owner only, never overwritten.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use crate::app::ports::Entropy;

/// Writes a fresh key of 32 bytes to `path`, making its folder; owner-only from the first byte.
///
/// # Errors
/// When the file exists already, cannot be written, or there is no randomness.
pub(super) fn write_fresh(path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    let mut key = [0u8; 32];
    entropy.fill(&mut key)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", data_encoding::HEXLOWER.encode(&key))?;
    file.sync_all()
}
