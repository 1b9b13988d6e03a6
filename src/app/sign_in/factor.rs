//! The second factor: RFC 6238 codes, and their secrets encrypted at rest.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Builder, Totp};

use crate::app::{App, AppError, Keys};
use crate::domain::calendar::Instant;
use crate::domain::ids::AccountId;
use crate::domain::sign_in::{CODE_DIGITS, CODE_STEP_SECONDS, CODE_STEPS_BACK, TOTP_SECRET_BYTES, code_step};
use crate::store::Tx;
use crate::store::sign_in::credentials;

use super::random;

const NONCE_BYTES: usize = 12;

/// A new TOTP secret.
pub(in crate::app) fn new_totp_secret(app: &App) -> Result<[u8; TOTP_SECRET_BYTES], AppError> {
    random(app)
}

/// `secret` encrypted for `account`: nonce, then cipher text. Moved to another account it does not open.
pub(in crate::app) fn seal(app: &App, account: AccountId, secret: &[u8]) -> Result<Vec<u8>, AppError> {
    seal_for(app, account.0.as_bytes(), secret)
}

/// `secret` encrypted for `owner` (an id, or a purpose and an id): nonce, then cipher text. Moved to another owner it does not
/// open.
pub(in crate::app) fn seal_for(app: &App, owner: &[u8], secret: &[u8]) -> Result<Vec<u8>, AppError> {
    let nonce: [u8; NONCE_BYTES] = random(app)?;
    let sealed = cipher(&app.keys)?.encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: owner });
    let sealed = sealed.map_err(|_| AppError::Fault("a secret could not be encrypted".to_owned()))?;
    Ok([nonce.as_slice(), sealed.as_slice()].concat())
}

/// The secret that was sealed for `account`.
pub(in crate::app) fn open(keys: &Keys, account: AccountId, sealed: &[u8]) -> Result<Vec<u8>, AppError> {
    open_for(keys, account.0.as_bytes(), sealed)
}

/// What [`seal_for`] sealed for `owner`.
pub(in crate::app) fn open_for(keys: &Keys, owner: &[u8], sealed: &[u8]) -> Result<Vec<u8>, AppError> {
    let fault = || {
        AppError::Fault(
            "a secret does not open with the seal key; is it the key that this database was made with?"
                .to_owned(),
        )
    };
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(fault)?;
    cipher(keys)?.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: owner }).map_err(|_| fault())
}

fn cipher(keys: &Keys) -> Result<ChaCha20Poly1305, AppError> {
    ChaCha20Poly1305::new_from_slice(&keys.seal)
        .map_err(|_| AppError::Fault("the seal key does not fit".to_owned()))
}

/// The code that an authenticator shows at `now`.
pub fn totp_code(secret: &[u8], now: Instant) -> String {
    code_of(&totp(secret, "", ""), code_step(now))
}

/// The newest of the steps taken at `now` whose code is `code`: the present one, or the one before.
pub(in crate::app) fn matching_step(secret: &[u8], code: &str, now: Instant) -> Option<i64> {
    let totp = totp(secret, "", "");
    let present = code_step(now);
    // Every candidate is compared, so that the time taken says nothing.
    let holds = |step: i64| bool::from(code_of(&totp, step).as_bytes().ct_eq(code.as_bytes()));
    let steps: Vec<i64> =
        (0..=CODE_STEPS_BACK).map(|back| present - back).filter(|step| holds(*step)).collect();
    steps.into_iter().max()
}

/// The URL that an authenticator app reads from the QR code.
pub(in crate::app) fn otpauth_url(secret: &[u8], issuer: &str, email: &str) -> Result<String, AppError> {
    totp(secret, issuer, email).to_url().map_err(|e| AppError::Fault(format!("no authenticator URL: {e}")))
}

fn totp(secret: &[u8], issuer: &str, email: &str) -> Totp {
    // A colon ends the issuer in such a URL.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(CODE_DIGITS)
        .with_skew(0)
        .with_step_duration(CODE_STEP_SECONDS.unsigned_abs())
        .with_secret(secret)
        .with_account_name(plain(email))
        .with_issuer((!issuer.is_empty()).then(|| plain(issuer)))
        .build_noncompliant()
}

fn code_of(totp: &Totp, step: i64) -> String {
    totp.generate(u64::try_from(step * CODE_STEP_SECONDS).unwrap_or(0)).to_string()
}

/// Gives `account` a password (its hash, see [`super::password_hash`]) and a second factor at once: for the demo hospital.
///
/// # Errors
/// [`AppError`].
pub async fn set_credentials(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    password_hash: &str,
    totp_secret: &[u8],
) -> Result<(), AppError> {
    let now = app.clock.now();
    credentials::set_password(tx, account, password_hash, now).await?;
    credentials::bind_factor(tx, account, &seal(app, account, totp_secret)?, 0, now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // The appendix prints eight digits; six are the last six of them.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(totp_code(SECRET, at(seconds)), code);
        }
    }

    #[test]
    fn only_the_present_and_the_previous_step_are_taken() {
        let now = at(1_800_000_000);
        let code_at = |seconds: i64| totp_code(SECRET, now.plus_seconds(seconds));
        assert_eq!(matching_step(SECRET, &code_at(0), now), Some(code_step(now)));
        assert_eq!(matching_step(SECRET, &code_at(-30), now), Some(code_step(now) - 1));
        assert_eq!(matching_step(SECRET, &code_at(-60), now), None);
        assert_eq!(matching_step(SECRET, &code_at(30), now), None);
    }

    #[test]
    fn a_sealed_secret_opens_for_its_own_account_only() {
        let keys = Keys { audit: [1; 32], seal: [2; 32] };
        let (mine, other) = (AccountId(uuid::Uuid::from_u128(1)), AccountId(uuid::Uuid::from_u128(2)));
        let nonce = [3; NONCE_BYTES];
        let message = Payload { msg: SECRET, aad: mine.0.as_bytes() };
        let cipher_text = cipher(&keys).unwrap().encrypt(&Nonce::from(nonce), message).unwrap();
        let sealed = [nonce.as_slice(), cipher_text.as_slice()].concat();
        assert_eq!(open(&keys, mine, &sealed).unwrap(), SECRET);
        assert!(open(&keys, other, &sealed).is_err());
        assert!(open(&Keys { audit: [1; 32], seal: [9; 32] }, mine, &sealed).is_err());
        assert!(open(&keys, mine, &sealed[..8]).is_err());
    }

    #[test]
    fn the_url_names_the_hospital_and_the_account() {
        let url = otpauth_url(SECRET, "Harbor: North", "amara@example.org").unwrap();
        assert!(url.starts_with("otpauth://totp/Harbor%20%20North:amara%40example"), "{url}");
        assert!(url.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{url}");
    }
}
