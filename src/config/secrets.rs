//! Files that hold secrets: readable by their owner only.

use std::path::Path;

use super::ConfigError;

/// A secret, which does not print itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The text of a file that only its owner can read, without its last line end.
///
/// # Errors
/// [`ConfigError::KeyFile`].
pub fn read_secret(path: &Path) -> Result<Secret, ConfigError> {
    let text = read_private(path, "make it, with the secret in it and nothing else")?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(ConfigError::KeyFile(
            path.display().to_string(),
            "it is empty; write the secret into it".to_owned(),
        ));
    }
    Ok(Secret(secret.to_owned()))
}

/// The text of a file that only its owner may read; `missing` says what to do when it is not there.
fn read_private(path: &Path, missing: &str) -> Result<String, ConfigError> {
    let bad = |why: String| ConfigError::KeyFile(path.display().to_string(), why);
    let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => bad(format!("it is not there; {missing}")),
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

/// The key of 32 bytes in a file of 64 hexadecimal digits.
pub(super) fn read_key(path: &Path) -> Result<[u8; 32], ConfigError> {
    let bad = |why: String| ConfigError::KeyFile(path.display().to_string(), why);
    let restore =
        "restore it from the backup of the keys, or make a new installation with `postern init DIR`";
    let text = read_private(path, restore)?;
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes());
    let bytes = bytes.map_err(|_| {
        bad("it does not hold 64 hexadecimal digits; restore it from the backup of the keys".to_owned())
    })?;
    bytes.try_into().map_err(|_| {
        bad("it does not hold 64 hexadecimal digits; restore it from the backup of the keys".to_owned())
    })
}
