//! Calling a client's address when something happened, as Standard Webhooks has it: POST, no redirects, ten seconds.
//!
//! Every address that a name leads to is looked at before it is called, and the one that was looked at is the one that is called: a name
//! that changes its mind in between leads nowhere else.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url, redirect};

use crate::app::ports::Later;
use crate::app::ports::hooks::{HookError, HookSender, OutgoingHook};
use crate::domain::api::hook::is_refused;

/// Calls that leave over HTTP.
pub struct Webhooks {
    outside: Client,
    inside: Client,
}

/// Looks names up, and passes on only what may be called.
struct Guarded {
    private: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One address inside is enough to distrust the name.
            if found.iter().any(|address| is_refused(address.ip(), private)) {
                return Err("the name leads to an address that is not called".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl Webhooks {
    /// Each call taken within `time_limit`, or not at all.
    ///
    /// # Errors
    /// What is wrong with this machine's roots of trust.
    pub fn new(time_limit: Duration) -> Result<Self, String> {
        // One provider for all TLS; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = |private: bool| {
            Client::builder()
                .timeout(time_limit)
                .redirect(redirect::Policy::none())
                .no_proxy()
                .dns_resolver(Guarded { private })
                .user_agent(concat!("postern/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(|e| e.to_string())
        };
        Ok(Self { outside: client(false)?, inside: client(true)? })
    }

    async fn call(&self, hook: &OutgoingHook) -> Result<(), HookError> {
        check(&hook.url, hook.private).map_err(HookError)?;
        let client = if hook.private || is_here(&hook.url) { &self.inside } else { &self.outside };
        let request = client
            .post(&hook.url)
            .header("content-type", "application/json")
            .header("webhook-id", &hook.id)
            .header("webhook-timestamp", hook.timestamp.to_string())
            .header("webhook-signature", &hook.signature)
            .body(hook.body.clone());
        // What it answers is not read: only whether it has taken it.
        let answer = request.send().await.map_err(|e| HookError(why(&e)))?;
        let status = answer.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(HookError(format!("it answered with status {}", status.as_u16())))
        }
    }
}

impl HookSender for Webhooks {
    fn send<'a>(&'a self, hook: &'a OutgoingHook) -> Later<'a, Result<(), HookError>> {
        Box::pin(self.call(hook))
    }
}

/// Whether `url` may be called: https, or http on this machine; no user in it; an address inside the hospital only where `private`.
///
/// # Errors
/// Why not, as a sentence that says what to do.
pub fn check(url: &str, private: bool) -> Result<(), String> {
    let parsed = Url::parse(url).map_err(|e| format!("it is no URL ({e}); write https://HOST/PATH"))?;
    let named_by_number = address(&parsed);
    let is_here = is_loopback(&parsed);
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && is_here) {
        return Err("it must begin with https:// (http:// on this machine only)".to_owned());
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some() {
        return Err("it must hold no user, password or fragment; what is sent is signed instead".to_owned());
    }
    match named_by_number {
        Some(ip) if !is_here && is_refused(ip, private) => Err(
            "its address lies inside the hospital, or is one that is never called; --allow-private allows the former".to_owned(),
        ),
        _ => Ok(()),
    }
}

/// Whether `url` names this machine.
fn is_here(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| is_loopback(&url))
}

fn is_loopback(url: &Url) -> bool {
    url.host_str() == Some("localhost") || address(url).is_some_and(|ip| ip.to_canonical().is_loopback())
}

/// The address that a URL writes as a number.
fn address(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// What happened, never with the URL or the answer in it.
fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "it did not answer in time".to_owned()
    } else if error.is_connect() {
        "no connection, or one to an address that is not called".to_owned()
    } else {
        "its answer cannot be read".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_called_but_on_this_machine() {
        for right in [
            "https://portal.example/hooks",
            "http://127.0.0.1:9/x",
            "http://localhost:9/",
            "http://[::1]:9/",
            "https://8.8.8.8/",
        ] {
            assert_eq!(check(right, false), Ok(()), "{right}");
        }
        for wrong in [
            "http://portal.example/",
            "ftp://portal.example/",
            "portal.example",
            "https://user@portal.example/",
            "https://a:b@portal.example/",
            "https://portal.example/#x",
            "http://127.0.0.1.example/",
            "file:///etc/passwd",
            "",
        ] {
            assert!(check(wrong, true).is_err(), "{wrong}");
        }
    }

    /// A URL may write an address in many ways; all of them are read as the one that is called.
    #[test]
    fn an_address_inside_is_called_only_when_that_is_configured() {
        for inside in [
            "https://10.0.0.1/",
            "https://192.168.1.1/",
            "https://0xa000001/",
            "https://167772161/",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
        ] {
            assert!(check(inside, false).is_err() && check(inside, true).is_ok(), "{inside}");
        }
        for never in
            ["https://169.254.169.254/", "https://[fe80::1]/", "https://0.0.0.0/", "https://224.0.0.1/"]
        {
            assert!(check(never, true).is_err(), "{never}");
        }
    }

    #[test]
    fn a_name_that_leads_inside_is_not_called() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let resolved = |private| {
            let name: Name = "localhost".parse().unwrap();
            runtime.block_on(Guarded { private }.resolve(name)).map(Iterator::count).ok()
        };
        assert_eq!(resolved(false), None);
        assert!(resolved(true).is_some_and(|addresses| addresses > 0));
    }
}
