//! What a log-out token must say (OpenID Connect Back-Channel Logout 1.0, section 2.6).

use data_encoding::BASE64URL_NOPAD;
use openidconnect::JsonWebKey;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde::Deserialize;
use serde_json::Value;

use super::id_token::{UNKNOWN_KEY, has_control};
use super::{ALGORITHMS, Keys, Settings};
use crate::app::ports::identity::{IdentityError, LoggedOut};
use crate::domain::calendar::Instant;
use crate::domain::sign_in::{HOSPITAL_SKEW_SECONDS, LOGOUT_TOKEN_SECONDS};

/// The event that makes a token a log-out token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The longest token that is read.
const LONGEST: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    aud: Value,
    iat: i64,
    exp: i64,
    jti: String,
    events: serde_json::Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
}

/// Whose sessions are over, when all of the token holds.
pub(super) fn check(
    token: &str,
    keys: &Keys,
    settings: &Settings,
    now: Instant,
) -> Result<LoggedOut, IdentityError> {
    let refused = |why: &'static str| move || IdentityError::Refused(why);
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return Err(refused("token")()) };
    if token.len() > LONGEST {
        return Err(refused("token")());
    }
    let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| refused("token")());
    let head: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| refused("token")())?;
    let is_typed = head.typ.as_deref().is_some_and(|typ| {
        let typ = typ.to_ascii_lowercase();
        matches!(typ.trim_start_matches("application/"), "logout+jwt" | "jwt")
    });
    if !is_typed || head.crit.is_some() {
        return Err(refused("type")());
    }
    if !ALGORITHMS.contains(&head.alg) {
        return Err(refused("algorithm")());
    }
    let signed = token.rsplit_once('.').map_or("", |(signed, _)| signed);
    let signature = bytes(signature)?;
    let named = |key: &&openidconnect::core::CoreJsonWebKey| match (&head.kid, key.key_id()) {
        (Some(kid), Some(id)) => **id == **kid,
        (Some(_), None) => false,
        (None, _) => true,
    };
    let candidates: Vec<_> = keys.keys().iter().filter(named).collect();
    if candidates.is_empty() {
        return Err(refused(UNKNOWN_KEY)());
    }
    let holds = |key: &&openidconnect::core::CoreJsonWebKey| {
        key.verify_signature(&head.alg, signed.as_bytes(), &signature).is_ok()
    };
    if !candidates.iter().any(holds) {
        return Err(refused("signature")());
    }
    let said: Payload = serde_json::from_slice(&bytes(payload)?).map_err(|_| refused("token")())?;
    judge(said, settings, now)
}

fn judge(said: Payload, settings: &Settings, now: Instant) -> Result<LoggedOut, IdentityError> {
    let is_for_us = match &said.aud {
        Value::String(one) => *one == settings.client_id,
        Value::Array(all) => all.len() == 1 && all.iter().all(|a| a.as_str() == Some(&settings.client_id)),
        _ => false,
    };
    let age = now.unix_seconds().saturating_sub(said.iat);
    let is_an_object = said.events.get(EVENT).is_some_and(Value::is_object);
    let checks = [
        (said.iss == settings.issuer, "token_issuer"),
        (is_for_us, "audience"),
        ((-HOSPITAL_SKEW_SECONDS..=LOGOUT_TOKEN_SECONDS).contains(&age), "issued_at"),
        (said.exp > now.unix_seconds(), "expired"),
        (is_an_object, "event"),
        (said.nonce.is_none(), "nonce"),
        (!said.jti.is_empty(), "token_id"),
        (said.sub.is_some() || said.sid.is_some(), "subject"),
        (!said.sub.as_deref().is_some_and(has_control), "subject"),
        (!said.sid.as_deref().is_some_and(has_control), "session"),
    ];
    match checks.into_iter().find(|(holds, _)| !holds) {
        Some((_, why)) => Err(IdentityError::Refused(why)),
        None => Ok(LoggedOut { token_id: said.jti, subject: said.sub, sid: said.sid }),
    }
}
