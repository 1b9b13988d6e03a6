//! Everything that signing in keeps: accounts and their status, credentials, sessions, set-up links, throttles.

pub mod accounts;
pub mod credentials;
pub mod links;
pub mod overview;
pub mod passkeys;
pub mod recovery;
pub mod sessions;
pub mod throttle;
