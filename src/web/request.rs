//! What happens to every request before any route: an id, a nonce, the client's network, the host check, the headers.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Site;
use crate::app::access::Context;
use crate::domain::calendar::Instant;
use crate::domain::ids::new_uuid;

/// The circumstances of one request, in its extensions.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The instant the request is answered for.
    pub now: Instant,
    /// Its id: what an error page shows and the logs hold.
    pub id: String,
    /// The nonce of the one script.
    pub nonce: String,
    /// The client's network: the IPv4 address, or the /64 of an IPv6 one.
    pub network: String,
    /// The browser, as it names itself, cut short.
    pub device: String,
}

impl Circumstances {
    /// For use cases.
    pub fn context(&self) -> Context {
        Context { now: self.now, request_id: self.id.clone(), network: self.network.clone() }
    }

    /// For signing in.
    pub fn client(&self) -> crate::app::sign_in::Client {
        crate::app::sign_in::Client {
            network: self.network.clone(),
            device: self.device.clone(),
            request_id: self.id.clone(),
        }
    }
}

/// Counts requests and their time, by status.
pub async fn time(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let began = std::time::Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::counter!("postern_requests_total", "method" => method.to_string(), "status" => status)
        .increment(1);
    metrics::histogram!("postern_request_seconds").record(began.elapsed().as_secs_f64());
    response
}

/// Gives the request its circumstances, refuses a foreign Host, and puts the security headers on the answer.
pub async fn receive(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let Some((circumstances, host_is_ours)) = circumstances(&site, &request) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let secure = site.secure();
    let nonce = circumstances.nonce.clone();
    let path_is_asset = request.uri().path().starts_with("/assets/");
    request.extensions_mut().insert(circumstances);
    let mut response = if host_is_ours {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "This server does not answer for that host name.\n").into_response()
    };
    harden(response.headers_mut(), &nonce, secure, path_is_asset);
    response
}

/// The circumstances of `request` and whether its Host is ours; `None` when there is no randomness to be had.
fn circumstances(site: &Site, request: &Request) -> Option<(Circumstances, bool)> {
    let mut chance = [0_u8; 26];
    site.app.entropy.fill(&mut chance).ok()?;
    let (for_id, for_nonce) = chance.split_at(10);
    let now = site.app.clock.now();
    let text = |name: HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let circumstances = Circumstances {
        now,
        id: new_uuid(now, for_id.try_into().ok()?).to_string(),
        nonce: data_encoding::BASE64URL_NOPAD.encode(for_nonce),
        network: network_of(client_address(peer, request.headers(), &site.trusted_proxies)),
        device: text(header::USER_AGENT).chars().take(200).collect(),
    };
    Some((circumstances, site.answers_to(text(header::HOST))))
}

/// The client's address: the peer's, or what the nearest proxy that is trusted says.
pub fn client_address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|t| t.to_canonical() == *ip);
    let peer = peer.map(|p| p.to_canonical());
    if !peer.as_ref().is_some_and(is_trusted) {
        return peer;
    }
    let said: Vec<String> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    let mut client = peer;
    // From the nearest proxy outwards, and no further than what a trusted one said.
    for part in said.iter().flat_map(|line| line.split(',')).rev() {
        let Ok(ip) = part.trim().parse::<IpAddr>().map(|ip| ip.to_canonical()) else { break };
        client = Some(ip);
        if !is_trusted(&ip) {
            break;
        }
    }
    client
}

/// The network that throttles count by: an IPv4 address, or the /64 of an IPv6 one.
pub fn network_of(address: Option<IpAddr>) -> String {
    match address.map(|a| a.to_canonical()) {
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

fn harden(headers: &mut HeaderMap, nonce: &str, secure: bool, is_asset: bool) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; \
         require-trusted-types-for 'script'"
    );
    // A handler may have put a stricter policy of its own beside this one: both hold.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.append(header::CONTENT_SECURITY_POLICY, policy);
    }
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !is_asset {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if secure {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn a_forwarded_address_is_believed_only_from_a_configured_proxy() {
        let (proxy, stranger): (IpAddr, IpAddr) =
            ("10.0.0.5".parse().unwrap(), "198.51.100.9".parse().unwrap());
        let headers = forwarded("203.0.113.7");
        assert_eq!(client_address(Some(stranger), &headers, &[proxy]), Some(stranger));
        assert_eq!(client_address(Some(proxy), &headers, &[proxy]), Some("203.0.113.7".parse().unwrap()));
        assert_eq!(client_address(Some(proxy), &headers, &[]), Some(proxy));
    }

    #[test]
    fn the_nearest_untrusted_address_counts_not_the_first_one_claimed() {
        let proxy: IpAddr = "10.0.0.5".parse().unwrap();
        let headers = forwarded("1.2.3.4, 203.0.113.7, 10.0.0.5");
        assert_eq!(client_address(Some(proxy), &headers, &[proxy]), Some("203.0.113.7".parse().unwrap()));
    }

    #[test]
    fn garbage_in_a_forwarded_header_does_not_hide_the_client_behind_the_proxy() {
        let proxy: IpAddr = "10.0.0.5".parse().unwrap();
        let mapped: IpAddr = "::ffff:10.0.0.5".parse().unwrap();
        let client = Some("203.0.113.7".parse().unwrap());
        assert_eq!(client_address(Some(proxy), &forwarded("x, 203.0.113.7"), &[proxy]), client);
        assert_eq!(client_address(Some(mapped), &forwarded("203.0.113.7"), &[proxy]), client);
    }

    #[test]
    fn an_ipv6_client_counts_by_its_64_bit_network() {
        assert_eq!(network_of("2001:db8:1:2:3:4:5:6".parse().ok()), "2001:db8:1:2::/64");
        assert_eq!(network_of("192.0.2.1".parse().ok()), "192.0.2.1");
    }
}
