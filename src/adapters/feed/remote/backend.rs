//! How the portal proves itself to a FHIR server: not at all, by a fixed token, or by SMART Backend Services.
//!
//! SMART App Launch 2.2, "Client Authentication: Asymmetric": a client assertion signed with ES384, good for one minute and used
//! once, is exchanged for an access token, which is kept in memory only until it expires.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use reqwest::{Client, Url};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::http::Failed;
use crate::app::ports::{Clock, Entropy};
use crate::domain::calendar::Instant;

/// Seconds that a client assertion is good for (SMART allows at most 300).
const ASSERTION_SECONDS: i64 = 60;
/// Seconds before its end at which a token is no longer used.
const SPARE_SECONDS: i64 = 30;
/// The largest answer of a token endpoint that is read, in bytes.
const LARGEST: usize = 64 * 1024;

/// Something that is neither shown nor compared.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text`.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, to be sent.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// By what the portal proves itself.
#[derive(Debug)]
pub enum Credentials {
    /// Nothing: a server on this machine.
    None,
    /// A fixed token.
    Bearer(Secret),
    /// A signed assertion, exchanged for a token.
    Backend(Box<Backend>),
}

/// A client of SMART Backend Services.
pub struct Backend {
    client_id: String,
    key_id: String,
    key: EcdsaKeyPair,
    scope: String,
    token_url: Option<Url>,
    chance: Arc<dyn Entropy>,
    kept: Mutex<Option<(Secret, Instant)>>,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Backend({})", self.client_id)
    }
}

/// What a hospital registers of a client of SMART Backend Services.
#[derive(Clone, Debug)]
pub struct BackendSettings {
    /// What the server calls the portal.
    pub client_id: String,
    /// What the server calls the key.
    pub key_id: String,
    /// What is asked for, such as `system/*.rs`.
    pub scope: String,
    /// Where tokens are issued; empty for what the server's SMART configuration says.
    pub token_url: String,
}

impl Backend {
    /// The client that `settings` describe, signing with `pem`, a PKCS #8 private key on P-384.
    ///
    /// # Errors
    /// What is wrong with the key or the address.
    pub fn new(settings: BackendSettings, pem: &str, chance: Arc<dyn Entropy>) -> Result<Self, String> {
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
        let not_a_key = "must be a PKCS #8 private key on the curve P-384, as \
                         `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384` makes";
        let der = data_encoding::BASE64.decode(body.as_bytes()).map_err(|_| not_a_key.to_owned())?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &der, &SystemRandom::new());
        let key = key.map_err(|_| not_a_key.to_owned())?;
        let token_url = match settings.token_url.as_str() {
            "" => None,
            url => Some(address(url)?),
        };
        let BackendSettings { client_id, key_id, scope, .. } = settings;
        Ok(Self { client_id, key_id, key, scope, token_url, chance, kept: Mutex::new(None) })
    }

    /// A new client assertion for `audience` (RFC 7523; SMART demands iss, sub, aud, exp and jti).
    fn assertion(&self, audience: &Url, now: Instant) -> Result<String, Failed> {
        let mut jti = [0; 16];
        self.chance.fill(&mut jti).map_err(|e| Failed::unusable(e.to_string()))?;
        let header = json!({ "alg": "ES384", "typ": "JWT", "kid": self.key_id });
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": audience.as_str(),
            "iat": now.unix_seconds(), "exp": now.unix_seconds() + ASSERTION_SECONDS,
            "jti": BASE64URL_NOPAD.encode(&jti),
        });
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let text = format!("{}.{}", part(&header), part(&claims));
        let signed = self.key.sign(&SystemRandom::new(), text.as_bytes());
        let signed = signed.map_err(|_| Failed::unusable("the assertion cannot be signed"))?;
        Ok(format!("{text}.{}", BASE64URL_NOPAD.encode(signed.as_ref())))
    }

    async fn secret(&self, client: &Client, base: &Url, clock: &dyn Clock) -> Result<Secret, Failed> {
        // Held while a token is fetched, so that many requests fetch one.
        let mut kept = self.kept.lock().await;
        let now = clock.now();
        if let Some((secret, until)) = kept.as_ref()
            && now < *until
        {
            return Ok(secret.clone());
        }
        let endpoint = match &self.token_url {
            Some(url) => url.clone(),
            None => discovered(client, base).await?,
        };
        let assertion = self.assertion(&endpoint, now)?;
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", self.scope.as_str()),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.as_str()),
        ];
        let request = client.post(endpoint).header("accept", "application/json").form(&form);
        let answer = json_of(request).await?;
        let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default();
        let is_bearer = text("token_type").eq_ignore_ascii_case("bearer");
        if !is_bearer || text("access_token").is_empty() {
            return Err(Failed::Refused("the token endpoint gave no bearer token".to_owned()));
        }
        // SMART recommends 300 seconds, and that is taken where nothing is said.
        let seconds = answer.get("expires_in").and_then(Value::as_i64).unwrap_or(300).clamp(0, 3600);
        let secret = Secret(text("access_token").to_owned());
        *kept = Some((secret.clone(), now.plus_seconds((seconds - SPARE_SECONDS).max(1))));
        Ok(secret)
    }
}

impl Credentials {
    /// What goes into the next request; `None` for nothing.
    pub(super) async fn secret(
        &self,
        client: &Client,
        base: &Url,
        clock: &dyn Clock,
    ) -> Result<Option<Secret>, Failed> {
        match self {
            Self::None => Ok(None),
            Self::Bearer(secret) => Ok(Some(secret.clone())),
            Self::Backend(backend) => backend.secret(client, base, clock).await.map(Some),
        }
    }

    /// Lets go of a token that is no longer accepted. Whether a new one can be had.
    pub(super) async fn forget(&self) -> bool {
        match self {
            Self::Backend(backend) => backend.kept.lock().await.take().is_some(),
            Self::None | Self::Bearer(_) => false,
        }
    }
}

/// An address to which secrets go.
fn address(url: &str) -> Result<Url, String> {
    super::http::base(url)?;
    Url::parse(url).map_err(|e| e.to_string())
}

/// Where the server at `base` issues tokens, by its SMART configuration.
async fn discovered(client: &Client, base: &Url) -> Result<Url, Failed> {
    let url = base.join(".well-known/smart-configuration").map_err(|e| Failed::unusable(e.to_string()))?;
    let found = json_of(client.get(url).header("accept", "application/json")).await?;
    let endpoint = found.get("token_endpoint").and_then(Value::as_str).unwrap_or_default();
    address(endpoint)
        .map_err(|why| Failed::unusable(format!("the SMART configuration's token_endpoint {why}")))
}

async fn json_of(request: reqwest::RequestBuilder) -> Result<Value, Failed> {
    let failed = |_| Failed::NoAnswer("the token endpoint does not answer".to_owned());
    let mut answer = request.send().await.map_err(failed)?;
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Failed::unusable("the token endpoint's answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    if !status.is_success() {
        return Err(Failed::Refused(format!("the token endpoint answered with status {}", status.as_u16())));
    }
    serde_json::from_slice(&body).map_err(|_| Failed::unusable("the token endpoint's answer is not JSON"))
}
