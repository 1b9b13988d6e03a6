//! Telling a client of events: what it is told, with which signature, how often it is tried, and which addresses are never called
//! (decision 0023).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::domain::audit::{Act, Entry, Outcome};
use crate::domain::people::words;

/// How long each further try waits, in seconds; when the last of them was not taken either, the event is given up.
const WAITS: [i64; 7] = [60, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 24 * 3600];
/// Who tells an event has it for this long; after that, whoever had it has died, and another takes it.
pub const CLAIM_SECONDS: i64 = 120;
/// One call may take this long; well under [`CLAIM_SECONDS`].
pub const CALL_SECONDS: u64 = 10;
/// Events that one round takes on at most.
pub const ROUND: i64 = 50;
/// Events that one round tells at the same time.
pub const AT_ONCE: usize = 4;
/// Events that are over are forgotten after this long.
pub const FORGET_SECONDS: i64 = 30 * 86_400;
/// What a secret begins with, as Standard Webhooks writes it.
pub const SECRET_PREFIX: &str = "whsec_";

words! {
    /// What a client is told of.
    Event {
        /// A request waits for a family.
        RequestFiled = "request.filed",
        /// Such a request is over: approved, declined or taken back.
        RequestDecided = "request.decided",
        /// Nobody answered it in time.
        RequestExpired = "request.expired",
        /// A patient token was redeemed.
        TokenRedeemed = "token.redeemed",
        /// A patient token was taken back.
        TokenRevoked = "token.revoked",
    }
}

impl Event {
    /// Whether it is about a request; else it is about a token.
    pub const fn is_about_request(self) -> bool {
        matches!(self, Self::RequestFiled | Self::RequestDecided | Self::RequestExpired)
    }
}

/// What a recorded act may have changed that clients are told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Touched {
    /// A request.
    Request(Uuid),
    /// A token.
    Token(Uuid),
}

/// What `entry` may have changed: the rows themselves say whether it has.
pub fn touched(entry: &Entry) -> Option<Touched> {
    let subject = entry.subject.filter(|_| entry.outcome == Outcome::Allowed)?;
    match entry.act {
        Act::FileRequest | Act::AnswerRequest | Act::DecideRequest | Act::HandleRequest => {
            Some(Touched::Request(subject))
        }
        Act::RedeemToken | Act::RevokeToken => Some(Touched::Token(subject)),
        _ => None,
    }
}

/// How long an event waits after its `tries`th try, the first being 1, was not taken; `None` when it is given up.
pub fn wait_seconds(tries: i64) -> Option<i64> {
    usize::try_from(tries - 1).ok().and_then(|place| WAITS.get(place).copied())
}

/// The bytes of a secret as Standard Webhooks writes it: `whsec_` and the base64 of 24 to 64 bytes.
pub fn secret(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(text.trim().strip_prefix(SECRET_PREFIX)?.as_bytes()).ok()?;
    (24..=64).contains(&bytes.len()).then_some(bytes)
}

/// The signature of Standard Webhooks: HMAC-SHA-256 over id, time and body, so that none of them can be changed.
pub fn signature(secret: &[u8], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

/// The id of an event as the receiver reads it.
pub fn message_id(event: Uuid) -> String {
    format!("msg_{}", event.simple())
}

/// Whether no hook may be sent to `address`: what lies inside the hospital, unless `private` is allowed, and what is no single
/// machine of anybody's ever.
pub fn is_refused(address: IpAddr, private: bool) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => never_v4(v4) || (!private && inside_v4(v4)),
        IpAddr::V6(v6) => never_v6(v6) || (!private && inside_v6(v6)),
    }
}

fn inside_v4(a: Ipv4Addr) -> bool {
    let [first, second, ..] = a.octets();
    // 100.64.0.0/10 is shared by a provider's customers (RFC 6598).
    a.is_loopback() || a.is_private() || (first == 100 && second & 0xc0 == 64)
}

fn never_v4(a: Ipv4Addr) -> bool {
    let [first, second, third, _] = a.octets();
    // 169.254.0.0/16 is where machines of a cloud find their own keys; 192.0.0.0/24, 198.18.0.0/15 and 240.0.0.0/4 are nobody's.
    let nobodys =
        [first, second, third] == [192, 0, 0] || (first == 198 && second & 0xfe == 18) || first >= 240;
    first == 0 || a.is_link_local() || a.is_multicast() || a.is_documentation() || nobodys
}

fn inside_v6(a: Ipv6Addr) -> bool {
    a.is_loopback() || a.is_unique_local()
}

fn never_v6(a: Ipv6Addr) -> bool {
    let [first, second, ..] = a.segments();
    // 64:ff9b::/96, 2002::/16 and 2001::/32 carry IPv4 addresses inside; 2001:db8::/32 is for documents; what is not 2000::/3 and
    // not inside is nobody's.
    let carries = first == 0x2002 || (first == 0x2001 && matches!(second, 0 | 0xdb8));
    let global = first & 0xe000 == 0x2000;
    carries || (!global && !inside_v6(a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Instant;

    #[test]
    fn a_try_waits_longer_each_time_up_to_a_day_and_then_the_event_is_given_up() {
        let waits: Vec<_> = (1..=8).map(wait_seconds).collect();
        assert_eq!(waits.first(), Some(&Some(60)));
        assert_eq!(waits.get(6), Some(&Some(86_400)));
        assert_eq!(waits.get(7), Some(&None));
        assert!(waits.iter().flatten().is_sorted());
        assert_eq!((wait_seconds(0), wait_seconds(i64::MIN + 1)), (None, None));
    }

    /// The example of the specification of Standard Webhooks.
    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        let secret = secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let said =
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(said.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn a_secret_is_long_enough_and_says_what_it_is() {
        assert!(secret(&format!("whsec_{}", BASE64.encode(&[1; 24]))).is_some());
        for wrong in [
            "",
            "whsec_",
            "whsec_YWJj",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
        ] {
            assert_eq!(secret(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_lies_inside_is_called_only_when_that_is_configured_and_some_addresses_never() {
        let refused = |text: &str, private| is_refused(text.parse().unwrap(), private);
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.9",
            "192.168.1.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(refused(inside, false) && !refused(inside, true), "{inside}");
        }
        for never in [
            "0.0.0.0",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::",
            "fe80::1",
            "ff02::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "2001:0:a00:1::",
        ] {
            assert!(refused(never, false) && refused(never, true), "{never}");
        }
        for public in ["8.8.8.8", "2606:4700::1111", "100.128.0.1"] {
            assert!(!refused(public, false), "{public}");
        }
    }

    #[test]
    fn only_what_was_done_is_told_of() {
        let mut entry = Entry::new(Instant::from_micros(1), Act::RevokeToken, Outcome::Allowed);
        assert_eq!(touched(&entry), None, "of nothing");
        entry.subject = Some(Uuid::from_u128(7));
        assert_eq!(touched(&entry), Some(Touched::Token(Uuid::from_u128(7))));
        entry.act = Act::AnswerRequest;
        assert_eq!(touched(&entry), Some(Touched::Request(Uuid::from_u128(7))));
        entry.outcome = Outcome::Refused;
        assert_eq!(touched(&entry), None);
        (entry.act, entry.outcome) = (Act::OpenChart, Outcome::Allowed);
        assert_eq!(touched(&entry), None);
    }
}
