//! A system of the hospital that calls the JSON interface: its keys, its assertions, its calls.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use postern::app::api::clients;
use postern::domain::api::{Scope, Scopes};
use postern::domain::ids::ClientId;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PSS_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};

use super::House;
use super::portal::{Answer, BASE, Portal};

/// What an assertion is meant for.
pub const AUDIENCE: &str = "http://localhost:8080/api/v1/token";

/// A private key, with its public half as a JWK.
pub enum Key {
    /// On P-384 or P-256.
    Curve(Box<EcdsaKeyPair>, &'static str),
    /// Of 2048 bits.
    Rsa(Box<RsaKeyPair>),
}

fn curve(algorithm: &'static EcdsaSigningAlgorithm, name: &'static str) -> Key {
    let chance = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(algorithm, &chance).unwrap();
    Key::Curve(Box::new(EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &chance).unwrap()), name)
}

impl Key {
    /// A new one on P-384.
    pub fn p384() -> Self {
        curve(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384")
    }

    /// A new one on P-256.
    pub fn p256() -> Self {
        curve(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256")
    }

    /// The one in tests/data.
    pub fn rsa() -> Self {
        let text = include_str!("../../data/signing_key_one.pem");
        let (_, rest) = text.split_once("-----BEGIN RSA PRIVATE KEY-----").unwrap();
        let (inside, _) = rest.split_once("-----END").unwrap();
        let plain: String = inside.split_whitespace().collect();
        Self::Rsa(Box::new(RsaKeyPair::from_der(&BASE64.decode(plain.as_bytes()).unwrap()).unwrap()))
    }

    /// Its public half under the name `kid`.
    pub fn jwk(&self, kid: &str) -> Value {
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        match self {
            Self::Curve(pair, name) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": name, "kid": kid, "use": "sig", "x": text(x), "y": text(y) })
            }
            Self::Rsa(pair) => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "kid": kid, "n": text(&public.n), "e": text(&public.e) })
            }
        }
    }

    /// A JWT with this header and these claims, signed as `alg` has it.
    pub fn sign(&self, alg: &str, header: &Value, claims: &Value) -> String {
        let text = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", text(header), text(claims));
        let chance = SystemRandom::new();
        let signature = match self {
            Self::Curve(pair, _) => pair.sign(&chance, signed.as_bytes()).unwrap().as_ref().to_vec(),
            Self::Rsa(pair) => {
                let how: &'static dyn ring::signature::RsaEncoding = match alg {
                    "RS384" => &RSA_PKCS1_SHA384,
                    "PS256" => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(how, &chance, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

/// A client with one key on P-384 and a fresh access token for all that it may do.
pub struct Machine<'a> {
    /// The portal it calls.
    pub portal: &'a Portal<'a>,
    /// Its hospital.
    pub house: &'a House,
    /// Its id.
    pub client: ClientId,
    /// Its key, called `one`.
    pub key: Key,
    /// Its access token.
    pub token: String,
}

/// A client of `portal` that may do this.
pub async fn machine<'a>(house: &'a House, portal: &'a Portal<'a>, scopes: &[Scope]) -> Machine<'a> {
    let key = Key::p384();
    let keys = json!({ "keys": [key.jwk("one")] }).to_string();
    let client =
        clients::add(&house.app, "Patient portal", Scopes::of(scopes.to_vec()), &keys).await.unwrap();
    let mut machine = Machine { portal, house, client, key, token: String::new() };
    let answer = machine.ask_token(&machine.assertion(&machine.claims())).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    machine.token = read(&answer)["access_token"].as_str().unwrap().to_owned();
    machine
}

/// What `answer` says.
pub fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {}", answer.body))
}

/// The word of the problem that `answer` is; panics when it is none.
pub fn problem(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.body);
    let said = read(answer);
    assert_eq!(said["status"], answer.status.as_u16());
    assert!(said["detail"].as_str().unwrap().len() > 10, "{said}");
    said["type"].as_str().unwrap().strip_prefix("urn:postern:problem:").unwrap().to_owned()
}

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A text that is nobody else's.
pub fn unique() -> String {
    format!("id-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Machine<'_> {
    /// Claims as they should be.
    pub fn claims(&self) -> Value {
        let now = self.house.now().unix_seconds();
        let id = self.client.to_string();
        json!({ "iss": id, "sub": id, "aud": AUDIENCE, "exp": now + 60, "iat": now, "jti": unique() })
    }

    /// An assertion of these claims, signed as it should be.
    pub fn assertion(&self, claims: &Value) -> String {
        self.key.sign("ES384", &json!({ "alg": "ES384", "kid": "one", "typ": "JWT" }), claims)
    }

    /// Asks for an access token with `assertion`.
    pub async fn ask_token(&self, assertion: &str) -> Answer {
        self.ask_token_with(&[("client_assertion", assertion)]).await
    }

    /// Asks for an access token with these fields besides, or in place of, those that are always the same.
    pub async fn ask_token_with(&self, fields: &[(&str, &str)]) -> Answer {
        let mut form: BTreeMap<&str, &str> = BTreeMap::from([
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ]);
        form.extend(fields.iter().copied());
        let body = serde_html_form::to_string(form.into_iter().collect::<Vec<_>>()).unwrap();
        let request = bare(Method::POST, "/api/v1/token")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        self.portal.call(request.unwrap()).await
    }

    /// `GET path` with the access token.
    pub async fn get(&self, path: &str) -> Answer {
        let request = bare(Method::GET, path).header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        self.portal.call(request.body(Body::empty()).unwrap()).await
    }

    /// `POST path` of `body` with the access token, under a key of its own.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_once(path, body, &unique()).await
    }

    /// The same under `key`.
    pub async fn post_once(&self, path: &str, body: &Value, key: &str) -> Answer {
        self.post_bytes(path, body.to_string().into_bytes(), key).await
    }

    /// The same with any bytes.
    pub async fn post_bytes(&self, path: &str, body: Vec<u8>, key: &str) -> Answer {
        let request = bare(Method::POST, path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key);
        self.portal.call(request.body(Body::from(body)).unwrap()).await
    }
}

/// A request of a machine, with nothing in it yet.
pub fn bare(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, BASE.trim_start_matches("http://"))
        .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 77], 40_000))))
}
