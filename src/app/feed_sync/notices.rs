//! Notices of a remote source that something changed: each makes the portal ask.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::rounds::{self, Roster};
use crate::app::{App, AppError};

/// What a notice must carry, hashed.
pub fn proof(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Asks the source for changes, when `secret` is what its notices carry. Whether it is.
///
/// # Errors
/// [`AppError`] when the database cannot be read or written.
pub async fn heard(app: &App, secret: &str) -> Result<bool, AppError> {
    let Some(expected) = app.outside.feed_notices else { return Ok(false) };
    if !bool::from(expected.ct_eq(&proof(secret))) {
        return Ok(false);
    }
    rounds::go(app, Roster::WhenDue).await?;
    Ok(true)
}
