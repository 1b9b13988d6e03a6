//! Secrets that a browser holds, and the form tokens made from them.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::app::{App, AppError, Keys};
use crate::domain::sign_in::SECRET_BYTES;

/// A secret as it is handed out, once: 256 bits in base64url. Only its hash is kept.
#[derive(Clone)]
pub struct SessionSecret(String);

impl SessionSecret {
    /// The text for the cookie or the link.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionSecret(…)")
    }
}

/// Unpredictable bytes.
pub(in crate::app) fn random<const N: usize>(app: &App) -> Result<[u8; N], AppError> {
    let mut bytes = [0; N];
    let filled = app.entropy.fill(&mut bytes);
    filled.map_err(|e| AppError::Fault(format!("the system has no randomness to give: {e}")))?;
    Ok(bytes)
}

/// A new secret.
pub(in crate::app) fn new_secret(app: &App) -> Result<SessionSecret, AppError> {
    Ok(SessionSecret(BASE64URL_NOPAD.encode(&random::<SECRET_BYTES>(app)?)))
}

/// What is kept of `secret`: SHA-256 of its bytes; `None` when it is no secret at all.
pub(in crate::app) fn secret_hash(secret: &str) -> Option<[u8; 32]> {
    let bytes = BASE64URL_NOPAD.decode(secret.as_bytes()).ok().filter(|b| b.len() == SECRET_BYTES)?;
    Some(Sha256::digest(bytes).into())
}

fn keyed(key: &[u8; 32], purpose: &str, text: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// A name for `text` that only this installation can compute, for counters of addresses that belong to nobody.
pub(in crate::app) fn keyed_text(app: &App, text: &str) -> String {
    HEXLOWER.encode(&keyed(&app.keys.seal, "postern throttle", text.as_bytes()))
}

/// What is kept of the code that is handed over beside the mailed link with `link_hash`. It has few digits, so the hash is keyed:
/// who reads the database alone cannot try them all.
pub(in crate::app) fn handover_hash(app: &App, link_hash: &[u8], code: &str) -> [u8; 32] {
    keyed(&app.keys.seal, "postern handover", &[link_hash, code.as_bytes()].concat())
}

/// A cookie for a browser that has no session yet, so that the sign-in form can carry a token bound to it. Nothing is kept.
///
/// # Errors
/// [`AppError::Fault`] when the system has no randomness to give.
pub fn new_visit(app: &App) -> Result<SessionSecret, AppError> {
    new_secret(app)
}

/// What the form tokens of a browser without a session are made from; `None` when the cookie is not one of ours.
pub fn visit_form_key(keys: &Keys, cookie: &str) -> Option<[u8; 32]> {
    secret_hash(cookie).map(|hash| keyed(&keys.seal, "postern visit", &hash))
}

/// What a draft that belongs to a browser without a session is found by; `None` when the cookie is not one of ours.
pub fn visit_hash(cookie: &str) -> Option<[u8; 32]> {
    secret_hash(cookie)
}

/// The token that every form of this session carries.
pub fn form_token(form_key: &[u8; 32]) -> String {
    BASE64URL_NOPAD.encode(&keyed(form_key, "postern form", b""))
}

/// Whether `given` is the token of this session, in constant time.
pub fn form_token_holds(form_key: &[u8; 32], given: &str) -> bool {
    form_token(form_key).as_bytes().ct_eq(given.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_token_belongs_to_one_session() {
        let token = form_token(&[1; 32]);
        assert!(form_token_holds(&[1; 32], &token));
        assert!(!form_token_holds(&[2; 32], &token));
        assert!(!form_token_holds(&[1; 32], ""));
    }

    #[test]
    fn a_cookie_of_another_shape_is_nobodys() {
        assert!(secret_hash("").is_none());
        assert!(secret_hash("not base64url!").is_none());
        assert!(secret_hash(&BASE64URL_NOPAD.encode(&[0; 31])).is_none());
        assert!(secret_hash(&BASE64URL_NOPAD.encode(&[0; 32])).is_some());
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        assert_eq!(format!("{:?}", SessionSecret("hidden".to_owned())), "SessionSecret(…)");
    }
}
