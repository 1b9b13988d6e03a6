//! How a FHIR server is spoken to: one host, no redirects, five seconds, at most eight requests at once, and nothing believed that
//! is not FHIR JSON of a reasonable size.

mod answer;

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, StatusCode, Url, redirect};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::backend::{Credentials, Secret};
use super::breaker::Breaker;
use crate::app::ports::Clock;
pub(super) use answer::not_json;
use answer::{Reply, diagnosis, no_answer, object, read, wait, written};

/// How long one answer may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Requests under way at once to one source.
pub(super) const AT_ONCE: usize = 8;
/// The longest wait that a busy source may ask for within one request, in seconds.
const LONGEST_WAIT: u64 = 2;

/// Why there is no answer. Never says what was asked: paths and queries name patients.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Failed {
    /// No connection, a time-out, a connection that broke.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// It failed so often, or asked for so long a wait, that it is left alone for a while.
    #[error("left alone after failures in a row, or as long as it asked for")]
    LeftAlone,
    /// It asks for patience.
    #[error("busy (429)")]
    Busy,
    /// It does not accept the credentials.
    #[error("the credentials are not accepted ({0})")]
    Refused(String),
    /// It has no such resource.
    #[error("no such resource")]
    Gone,
    /// Another status.
    #[error("status {0}: {1}")]
    Status(u16, String),
    /// What came is not what was asked for.
    #[error("not usable: {0}")]
    Unusable(String),
    /// Something about another patient came.
    #[error("a resource of another patient came with the answer")]
    Foreign,
}

impl Failed {
    /// What came cannot be used, because of `why`.
    pub(super) fn unusable(why: impl Into<String>) -> Self {
        Self::Unusable(why.into())
    }
}

/// One FHIR server.
pub(super) struct Http {
    client: Client,
    base: Url,
    credentials: Credentials,
    places: Semaphore,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
}

/// Whether `url` leads to this machine.
fn is_here(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// The base of a FHIR server, ending with a slash: https, or http on this machine.
///
/// # Errors
/// What is wrong with it.
pub(super) fn base(url: &str) -> Result<Url, String> {
    let mut base = Url::parse(url).map_err(|e| format!("`{url}` is not a URL ({e})"))?;
    let is_web = base.scheme() == "https" || (base.scheme() == "http" && is_here(&base));
    if !is_web {
        return Err("must begin with https://; http:// is for a server on this machine only".to_owned());
    }
    if !base.username().is_empty() || base.password().is_some() {
        return Err("must not hold a user or a password".to_owned());
    }
    if base.query().is_some() || base.fragment().is_some() {
        return Err("must end with the path of the FHIR server, without ? or #".to_owned());
    }
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    Ok(base)
}

impl Http {
    /// The server at `base`.
    ///
    /// # Errors
    /// What is wrong with this machine's roots of trust.
    pub(super) fn new(
        base: Url,
        credentials: Credentials,
        clock: Arc<dyn Clock>,
        time_limit: Duration,
    ) -> Result<Self, String> {
        // One provider for all TLS; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(time_limit)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("postern/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| e.to_string())?;
        let (places, breaker) = (Semaphore::new(AT_ONCE), Breaker::default());
        Ok(Self { client, base, credentials, places, breaker, clock })
    }

    /// The server's base URL, ending with a slash.
    pub(super) fn base(&self) -> &str {
        self.base.as_str()
    }

    /// When the server last answered.
    pub(super) fn last_seen(&self) -> Option<crate::domain::calendar::Instant> {
        self.breaker.last_seen()
    }

    /// The URL of `path`, with `query`.
    pub(super) fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, Failed> {
        let mut url = self.base.join(path).map_err(|e| Failed::unusable(e.to_string()))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// `text` as a URL of this very server: same scheme, host, port and path, nobody's name in it.
    pub(super) fn own(&self, text: &str) -> Result<Url, Failed> {
        let url =
            self.base.join(text).map_err(|e| Failed::unusable(format!("a link that is no URL ({e})")))?;
        let same = url.origin() == self.base.origin()
            && (url.path().starts_with(self.base.path()) || format!("{}/", url.path()) == self.base.path())
            && url.username().is_empty()
            && url.password().is_none();
        if same { Ok(url) } else { Err(Failed::unusable("a link that leads away from the server")) }
    }

    /// The JSON object at `url`.
    pub(super) async fn get(&self, url: Url) -> Result<Value, Failed> {
        let (value, _) = self.get_versioned(url).await?;
        Ok(value)
    }

    /// The JSON object at `url` with its version, as an `If-Match` takes it.
    pub(super) async fn get_versioned(&self, url: Url) -> Result<(Value, Option<String>), Failed> {
        self.send(Method::GET, url, None, None, &object).await
    }

    /// What `read` makes of the JSON at `url`. An answer that it refuses counts as a failure of the server.
    pub(super) async fn get_as<T: Send>(
        &self,
        url: Url,
        read: &(dyn Fn(&[u8]) -> Result<T, Failed> + Sync),
    ) -> Result<T, Failed> {
        let (read, _) = self.send(Method::GET, url, None, None, read).await?;
        Ok(read)
    }

    /// Writes `body` to `url`, when it is still at `version`.
    pub(super) async fn put(&self, url: Url, body: &Value, version: Option<&str>) -> Result<Value, Failed> {
        self.send(Method::PUT, url, Some(body), version, &written).await.map(|(value, _)| value)
    }

    /// Creates `body` at `url`.
    pub(super) async fn post(&self, url: Url, body: &Value) -> Result<Value, Failed> {
        self.send(Method::POST, url, Some(body), None, &written).await.map(|(value, _)| value)
    }

    /// Sends one request. A token that is no longer accepted is renewed once, and a short wait that a busy server asks for is
    /// waited once.
    async fn send<T: Send>(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
        version: Option<&str>,
        read: &(dyn Fn(&[u8]) -> Result<T, Failed> + Sync),
    ) -> Result<(T, Option<String>), Failed> {
        let Ok(_place) = self.places.acquire().await else {
            return Err(Failed::unusable("the program is stopping"));
        };
        let mut renewed = false;
        let mut waited = false;
        loop {
            if !self.breaker.lets_through(self.clock.now()) {
                return Err(Failed::LeftAlone);
            }
            let secret = self.credentials.secret(&self.client, &self.base, self.clock.as_ref()).await;
            let secret = secret.inspect_err(|_| self.breaker.failed(self.clock.now()))?;
            let sent = self.once(&method, url.clone(), body, version, secret.as_ref()).await;
            let sent = sent.and_then(|reply| match reply {
                Reply::Here(bytes, version) => Ok(Reply::Here(read(&bytes)?, version)),
                Reply::Wait(seconds) => Ok(Reply::Wait(seconds)),
            });
            match sent {
                Err(Failed::Refused(_)) if !renewed && self.credentials.forget().await => renewed = true,
                Ok(Reply::Wait(seconds)) if !waited && seconds <= LONGEST_WAIT => {
                    waited = true;
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                }
                Ok(Reply::Wait(seconds)) => {
                    self.breaker.busy(self.clock.now(), seconds);
                    return Err(Failed::Busy);
                }
                Ok(Reply::Here(value, version)) => {
                    self.breaker.answered(self.clock.now());
                    return Ok((value, version));
                }
                // It answered: this one thing is not there, or not to be had in this way.
                Err(failed @ (Failed::Gone | Failed::Status(400..=499, _))) => {
                    self.breaker.answered(self.clock.now());
                    return Err(failed);
                }
                Err(failed) => {
                    self.breaker.failed(self.clock.now());
                    return Err(failed);
                }
            }
        }
    }

    async fn once(
        &self,
        method: &Method,
        url: Url,
        body: Option<&Value>,
        version: Option<&str>,
        secret: Option<&Secret>,
    ) -> Result<Reply<Vec<u8>>, Failed> {
        let mut request = self
            .client
            .request(method.clone(), url)
            .header("accept", "application/fhir+json")
            .header("prefer", "handling=strict");
        if let Some(body) = body {
            request = request.header("content-type", "application/fhir+json").body(body.to_string());
        }
        if let Some(version) = version {
            request = request.header("if-match", version);
        }
        if let Some(secret) = secret {
            request = request.bearer_auth(secret.expose());
        }
        let answer = request.send().await.map_err(|e| no_answer(&e))?;
        let status = answer.status();
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            return match wait(answer.headers(), self.clock.now()) {
                Some(seconds) => Ok(Reply::Wait(seconds)),
                None if status == StatusCode::TOO_MANY_REQUESTS => Err(Failed::Busy),
                None => Err(Failed::Status(503, String::new())),
            };
        }
        let version = answer.headers().get("etag").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let is_json = answer
            .headers()
            .get("content-type")
            .and_then(|v| v.to_str().ok())
            .is_some_and(|kind| kind.split(';').next().is_some_and(|k| k.trim().ends_with("json")));
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Failed::Gone),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(Failed::Refused(format!("status {}", status.as_u16())));
            }
            status if status.is_success() => {}
            other => {
                let said =
                    if is_json { diagnosis(&read(answer).await.unwrap_or_default()) } else { String::new() };
                return Err(Failed::Status(other.as_u16(), said));
            }
        }
        let bytes = read(answer).await?;
        if is_json || (bytes.is_empty() && body.is_some()) {
            Ok(Reply::Here(bytes, version))
        } else {
            Err(Failed::unusable("the answer is not JSON by its type"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::clock::SystemClock;

    #[test]
    fn a_base_is_https_or_on_this_machine_and_holds_no_secret() {
        assert_eq!(base("https://fhir.example/r4").unwrap().as_str(), "https://fhir.example/r4/");
        assert!(base("http://127.0.0.1:8080/fhir/").is_ok());
        assert!(base("http://[::1]:8080/fhir").is_ok());
        for bad in [
            "http://fhir.example/r4",
            "ftp://fhir.example",
            "https://me:secret@fhir.example/r4",
            "https://fhir.example/r4?x=1",
            "nothing",
            "http://localhost.evil.example/fhir",
        ] {
            assert!(base(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn b29_b30_a_link_is_followed_only_where_scheme_host_port_and_path_are_the_servers_own() {
        let clock = Arc::new(SystemClock);
        let http = Http::new(base("https://fhir.example/r4").unwrap(), Credentials::None, clock, TIME_LIMIT)
            .unwrap();
        for own in
            ["https://fhir.example/r4/Observation?page=2", "https://fhir.example/r4?_getpages=1", "Patient/1"]
        {
            assert!(http.own(own).is_ok(), "{own}");
        }
        for away in [
            "https://fhir.example.evil/r4/Observation",
            "https://fhir.example@evil.example/r4/",
            "https://fhir.example:8443/r4/",
            "http://fhir.example/r4/",
            "https://fhir.example/other/Observation",
            "https://fhir.example/r4/../admin",
            "//evil.example/r4/",
            "https://me@fhir.example/r4/x",
            "http://[",
        ] {
            assert!(http.own(away).is_err(), "{away}");
        }
    }
}
