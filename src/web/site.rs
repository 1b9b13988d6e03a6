//! What every handler works with.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use crate::app::App;
use crate::app::sign_in::Hashing;

/// The running portal. Cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

/// The parts of a [`Site`].
pub struct Inner {
    /// The use cases' surroundings.
    pub app: App,
    /// The bounded place where passwords are hashed.
    pub hashing: Hashing,
    /// Where people reach the portal, without a slash at the end.
    pub base_url: String,
    /// Whose forwarded addresses are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// What only the demo has.
    pub demo: Option<Demo>,
}

/// What only the demo has.
pub struct Demo {
    /// The accounts that the sign-in page offers.
    pub accounts: Vec<crate::app::demo::DemoAccount>,
}

impl Site {
    /// A site of these parts.
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Whether browsers reach it over https, so that cookies can be `__Host-`.
    pub fn secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// The session cookie's name.
    pub fn cookie_name(&self) -> &'static str {
        if self.secure() { "__Host-postern" } else { "postern" }
    }

    /// The name of the cookie that protects forms before any session.
    pub fn visitor_cookie_name(&self) -> &'static str {
        if self.secure() { "__Host-postern-visitor" } else { "postern-visitor" }
    }

    /// Whether `host` (of a Host header) is this portal: the base URL's, or a name of this machine's loopback when that is
    /// what the base URL names.
    pub fn answers_to(&self, host: &str) -> bool {
        let own = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        let name = |h: &str| {
            let bare = h.strip_prefix('[').and_then(|h| h.split(']').next()).unwrap_or(h);
            bare.split(':').next().filter(|n| !n.is_empty()).unwrap_or(bare).to_ascii_lowercase()
        };
        let loopback = |h: &str| {
            let name = name(h);
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        };
        host.eq_ignore_ascii_case(own) || (loopback(own) && loopback(host))
    }
}

impl Deref for Site {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
