//! What a client's assertion must say (RFC 7523), and the public keys that may have signed it (RFC 7517).
//!
//! Only the five algorithms below are taken, each with keys of its own kind: never `none`, never a shared secret. The key is the one
//! that the header names, of the set that was given when the client was made; nothing in a token says where keys are.

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::api::{ASSERTION_LONGEST, ASSERTION_SECONDS, ID_LONGEST, KEYS_MOST, LEEWAY_SECONDS};
use crate::domain::calendar::Instant;

/// What a checked assertion says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Asserted {
    /// Its id, taken once.
    pub(super) id: String,
    /// From when on it is over, the leeway included.
    pub(super) until: Instant,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    jti: String,
    nbf: Option<i64>,
    iat: Option<i64>,
}

/// A public key of a client.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Key {
    P256(Vec<u8>),
    P384(Vec<u8>),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

/// Whose assertion `text` says that it is, before anything of it is believed.
pub(super) fn claimed_client(text: &str) -> Option<String> {
    if text.len() > ASSERTION_LONGEST {
        return None;
    }
    let payload = text.split('.').nth(1)?;
    let claims: Claims = serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?).ok()?;
    Some(claims.iss)
}

/// What the assertion `text` says, when all of it holds for `client`, whose JWK set is `keys`, at `audience`; else what does not.
pub(super) fn check(
    text: &str,
    (client, keys): (&str, &str),
    audience: &str,
    now: Instant,
) -> Result<Asserted, &'static str> {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signed_with] = parts.as_slice() else { return Err("malformed") };
    if text.len() > ASSERTION_LONGEST {
        return Err("malformed");
    }
    let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| "malformed");
    let head: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| "malformed")?;
    let is_jwt = head.typ.as_deref().is_none_or(|typ| {
        let typ = typ.to_ascii_lowercase();
        matches!(typ.trim_start_matches("application/"), "jwt" | "client-authentication+jwt")
    });
    if !is_jwt || head.crit.is_some() {
        return Err("type");
    }
    let kid = head.kid.ok_or("no_key_id")?;
    let key = key_named(keys, &kid).ok_or("unknown_key")?;
    let signed = text.rsplit_once('.').map_or("", |(signed, _)| signed);
    verify(&head.alg, &key, signed.as_bytes(), &bytes(signed_with)?)?;
    let claims: Claims = serde_json::from_slice(&bytes(payload)?).map_err(|_| "malformed")?;
    judge(claims, client, audience, now)
}

fn verify(alg: &str, key: &Key, signed: &[u8], signature: &[u8]) -> Result<(), &'static str> {
    let rsa =
        |n: &Vec<u8>, e: &Vec<u8>, with| RsaPublicKeyComponents { n, e }.verify(with, signed, signature);
    let holds = match (alg, key) {
        ("ES256", Key::P256(point)) => {
            UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
        }
        ("ES384", Key::P384(point)) => {
            UnparsedPublicKey::new(&signature::ECDSA_P384_SHA384_FIXED, point).verify(signed, signature)
        }
        ("RS256", Key::Rsa { n, e }) => rsa(n, e, &signature::RSA_PKCS1_2048_8192_SHA256),
        ("RS384", Key::Rsa { n, e }) => rsa(n, e, &signature::RSA_PKCS1_2048_8192_SHA384),
        ("PS256", Key::Rsa { n, e }) => rsa(n, e, &signature::RSA_PSS_2048_8192_SHA256),
        _ => return Err("algorithm"),
    };
    holds.map_err(|_| "signature")
}

fn judge(claims: Claims, client: &str, audience: &str, now: Instant) -> Result<Asserted, &'static str> {
    let seconds = now.unix_seconds();
    let is_for_us = match &claims.aud {
        Value::String(one) => one == audience,
        Value::Array(all) => all.len() == 1 && all.iter().all(|one| one.as_str() == Some(audience)),
        _ => false,
    };
    let latest = seconds + LEEWAY_SECONDS;
    let begins = |at: Option<i64>| at.is_none_or(|at| at <= latest);
    let id_fits = !claims.jti.is_empty()
        && claims.jti.chars().count() <= ID_LONGEST
        && !claims.jti.chars().any(char::is_control);
    let checks = [
        (claims.iss == client && claims.sub == client, "subject"),
        (is_for_us, "audience"),
        (seconds < claims.exp.saturating_add(LEEWAY_SECONDS), "expired"),
        (claims.exp <= latest + ASSERTION_SECONDS, "too_long"),
        (begins(claims.nbf) && begins(claims.iat), "not_yet"),
        (id_fits, "no_id"),
    ];
    match checks.into_iter().find(|(holds, _)| !holds) {
        Some((_, why)) => Err(why),
        None => {
            // Not further off than the checks allow, so it is no instant beyond all calendars.
            let ahead = claims.exp + LEEWAY_SECONDS - seconds;
            Ok(Asserted { id: claims.jti, until: now.plus_seconds(ahead) })
        }
    }
}

/// The key that `kid` names in the JWK set `keys`.
fn key_named(keys: &str, kid: &str) -> Option<Key> {
    let set: Value = serde_json::from_str(keys).ok()?;
    let named = set.get("keys")?.as_array()?.iter().filter_map(Value::as_object);
    named.filter(|key| key.get("kid").and_then(Value::as_str) == Some(kid)).find_map(|key| read_key(key).ok())
}

/// The JWK set in `text` (one key alone is a set too) as it is kept, with nothing else in it.
///
/// # Errors
/// What is wrong with it, as a sentence that says what to do.
pub(super) fn read_keys(text: &str) -> Result<String, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|e| format!("it is no JSON ({e}); give a JWK set, as RFC 7517 has it"))?;
    let all = match value.get("keys") {
        Some(Value::Array(all)) => all.clone(),
        Some(_) => return Err("its `keys` are no list; give a JWK set, as RFC 7517 has it".to_owned()),
        None => vec![value],
    };
    if all.is_empty() || all.len() > KEYS_MOST {
        return Err(format!("it holds {} keys; give one to {KEYS_MOST}", all.len()));
    }
    let mut kept: Vec<Value> = Vec::new();
    for key in &all {
        let key =
            key.as_object().ok_or("it holds something that is no key; give a JWK set, as RFC 7517 has it")?;
        let kid = key
            .get("kid")
            .and_then(Value::as_str)
            .filter(|kid| !kid.is_empty() && kid.chars().count() <= ID_LONGEST);
        let kid = kid.ok_or("a key has no `kid`; give each a name, which the assertion's header repeats")?;
        if kept.iter().any(|other| other.get("kid").and_then(Value::as_str) == Some(kid)) {
            return Err(format!("two keys are called {kid:?}; give each a name of its own"));
        }
        read_key(key).map_err(|why| format!("the key {kid:?} {why}"))?;
        let parts = ["kty", "kid", "crv", "x", "y", "n", "e"];
        let public: Map<String, Value> =
            parts.iter().filter_map(|part| Some(((*part).to_owned(), key.get(*part)?.clone()))).collect();
        kept.push(Value::Object(public));
    }
    Ok(serde_json::json!({ "keys": kept }).to_string())
}

fn read_key(key: &Map<String, Value>) -> Result<Key, &'static str> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|part| key.contains_key(*part)) {
        return Err(
            "is a secret one; take it out of every file but the client's own, and give the public half",
        );
    }
    if text("use").is_some_and(|used| used != "sig") {
        return Err("is not for signatures; give one whose `use` is \"sig\"");
    }
    let bytes = |name: &str| {
        text(name)
            .and_then(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok())
            .ok_or("lacks a part, or has one that is no base64url")
    };
    match (text("kty"), text("crv")) {
        (Some("EC"), Some("P-256")) => point(&bytes("x")?, &bytes("y")?, 32).map(Key::P256),
        (Some("EC"), Some("P-384")) => point(&bytes("x")?, &bytes("y")?, 48).map(Key::P384),
        (Some("RSA"), _) => {
            let significant = |bytes: Vec<u8>| bytes.into_iter().skip_while(|b| *b == 0).collect::<Vec<u8>>();
            let (n, e) = (significant(bytes("n")?), significant(bytes("e")?));
            let fits = (256..=1024).contains(&n.len()) && (1..=4).contains(&e.len());
            if fits {
                Ok(Key::Rsa { n, e })
            } else {
                Err("is an RSA key of fewer than 2048 or more than 8192 bits")
            }
        }
        _ => Err("is of another kind; give P-384, P-256 or RSA"),
    }
}

/// A point of a curve as X9.62 writes it in full.
fn point(x: &[u8], y: &[u8], size: usize) -> Result<Vec<u8>, &'static str> {
    if x.len() == size && y.len() == size {
        Ok([&[4], x, y].concat())
    } else {
        Err("has coordinates of another length than its curve's")
    }
}
