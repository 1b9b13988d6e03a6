//! The hospital's single sign-on: sign-in, step-up, linking, log-out (product.md section 2).
//!
//! ```text
//!                     the provider's answer
//!  begun -- 10 min, once, same browser --> used --+-- linked, active ---------> a session
//!                                                 +-- not linked -- asked for --> the access team links it, or not
//!                                                 +-- anything amiss ----------> nobody is signed in
//! ```
//!
//! Somebody is known by issuer and subject, never by an address. Nothing is linked but by the access team.

mod attempt;
mod callback;
mod facts;
mod leaving;
mod linking;

pub use attempt::{Begun, begin, begin_link, begin_step_up};
pub use callback::{Callback, HospitalAnswer, finish};
pub use facts::{LinkEffect, LinkFacts, facts};
pub use leaving::{log_out_from_provider, sign_out_url};
pub use linking::{LinkAnswer, Ticket, approve, ask_for_link, decline};

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::App;
use super::ports::identity::IdentityProvider;

/// What the browser that asks is known by.
#[derive(Clone, Copy)]
pub struct Browser<'a> {
    /// The token of its forms before it is signed in: made from its own cookie alone.
    pub visit: &'a str,
    /// The secret of its session, empty without one.
    pub session: &'a str,
}

impl Browser<'_> {
    /// What is kept of a browser that is not signed in.
    fn visit_hash(&self) -> [u8; 32] {
        Sha256::digest(format!("visit {}", self.visit)).into()
    }

    /// What is kept of a browser that is signed in.
    fn session_hash(&self) -> [u8; 32] {
        Sha256::digest(format!("session {}", self.session)).into()
    }
}

/// What the button of the sign-in page says; `None` where single sign-on is not set up.
pub fn label(app: &App) -> Option<&str> {
    app.outside.identity_provider.as_ref().map(|provider| provider.label())
}

fn provider(app: &App) -> Option<Arc<dyn IdentityProvider>> {
    app.outside.identity_provider.clone()
}
