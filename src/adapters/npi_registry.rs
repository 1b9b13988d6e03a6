//! The NPI registry over HTTP: NPPES API version 2.1.
//!
//! It answers 200 also to what it could not understand, with `Errors` in place of `results`; numbers come as numbers or as text. What
//! is not an answer of this shape is no answer: nothing is guessed.

use std::time::Duration;

use reqwest::{Client, StatusCode, redirect};
use serde_json::Value;

use crate::app::ports::{Later, NpiRegistry, RegistryEntry, RegistryError};
use crate::domain::ids::Npi;

/// How long an answer may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes.
const LARGEST: usize = 256 * 1024;

/// A registry at a base URL.
pub struct Nppes {
    client: Client,
    url: String,
}

impl Nppes {
    /// The registry at `url`, each question answered within `time_limit` or not at all.
    ///
    /// # Errors
    /// [`RegistryError`] when the system's roots of trust cannot be used.
    pub fn at(url: &str, time_limit: Duration) -> Result<Self, RegistryError> {
        // One provider for all TLS; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(time_limit)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("postern/", env!("CARGO_PKG_VERSION")));
        // A proxy of the environment is for what lies outside this machine.
        let client = if url.starts_with("http://") { client.no_proxy() } else { client.https_only(true) };
        let client = client.build().map_err(|e| RegistryError(e.to_string()))?;
        Ok(Self { client, url: url.to_owned() })
    }

    async fn ask(&self, npi: &Npi) -> Result<Option<RegistryEntry>, RegistryError> {
        let question = [("version", "2.1"), ("number", npi.as_str())];
        let request = self.client.get(&self.url).query(&question).header("accept", "application/json");
        // The URL, which holds the number, stays out of messages.
        let failed = |e: reqwest::Error| RegistryError(describe(&e.without_url()));
        let mut response = request.send().await.map_err(failed)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::TOO_MANY_REQUESTS => return Err(wrong("it is asked too often just now")),
            other => return Err(RegistryError(format!("it answered with status {}", other.as_u16()))),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(wrong("its answer is too large"));
            }
            body.extend_from_slice(&chunk);
        }
        read(&body, npi)
    }
}

impl NpiRegistry for Nppes {
    fn look_up<'a>(&'a self, npi: &'a Npi) -> Later<'a, Result<Option<RegistryEntry>, RegistryError>> {
        Box::pin(self.ask(npi))
    }
}

fn wrong(why: &str) -> RegistryError {
    RegistryError(why.to_owned())
}

fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it did not answer in time".to_owned();
    }
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(deeper) = source {
        words = format!("{words}: {deeper}");
        source = deeper.source();
    }
    words
}

/// What `body` says about `npi`.
fn read(body: &[u8], npi: &Npi) -> Result<Option<RegistryEntry>, RegistryError> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| wrong("its answer is not JSON"))?;
    if let Some(errors) = answer.get("Errors").and_then(Value::as_array) {
        let first = errors.first().and_then(|e| e.get("description")).and_then(Value::as_str);
        let first = first.unwrap_or("it gives no reason").chars().filter(|c| !c.is_control());
        let first: String = first.take(200).collect();
        return Err(RegistryError(format!("it could not answer: {first}")));
    }
    let results = answer.get("results").and_then(Value::as_array);
    let results = results.ok_or_else(|| wrong("its answer has neither results nor errors"))?;
    if results.is_empty() {
        return Ok(None);
    }
    let ours = results.iter().find(|r| r.get("number").is_some_and(|n| plain(n) == npi.as_str()));
    let ours = ours.ok_or_else(|| wrong("it answered about another number"))?;
    entry(ours).map(Some)
}

fn entry(result: &Value) -> Result<RegistryEntry, RegistryError> {
    let basic = result.get("basic").ok_or_else(|| wrong("its answer names nobody"))?;
    let is_individual = match text(result, "enumeration_type").as_str() {
        "NPI-1" => true,
        "NPI-2" => false,
        _ => return Err(wrong("its answer does not say whether this is an individual")),
    };
    let family = if is_individual { text(basic, "last_name") } else { text(basic, "organization_name") };
    if family.is_empty() {
        return Err(wrong("its answer names nobody"));
    }
    let others = result.get("other_names").and_then(Value::as_array).into_iter().flatten();
    let other_names = others
        .map(|o| (text(o, "last_name"), text(o, "first_name")))
        .filter(|(family, given)| !family.is_empty() && !given.is_empty())
        .collect();
    let taxonomies = result.get("taxonomies").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let primary = taxonomies.iter().find(|t| t.get("primary").is_some_and(is_true));
    let specialty = primary.or_else(|| taxonomies.first()).map(|t| text(t, "desc")).unwrap_or_default();
    Ok(RegistryEntry {
        is_individual,
        is_active: text(basic, "status") == "A",
        family,
        given: if is_individual { text(basic, "first_name") } else { String::new() },
        other_names,
        specialty,
    })
}

/// The field `name`, without control characters and outer blanks; empty when it is not there. `--` is how the registry writes
/// nothing.
fn text(of: &Value, name: &str) -> String {
    let found = of.get(name).map(plain).unwrap_or_default();
    let found: String = found.chars().filter(|c| !c.is_control()).collect();
    let found = found.trim();
    if found == "--" { String::new() } else { found.chars().take(200).collect() }
}

/// A text, or a number as text.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| matches!(value.as_str(), Some("true" | "True" | "Y")))
}
