//! The demo's accounts, as the sign-in page and `postern demo accounts` list them.

use serde::Serialize;

use super::authored::{Account, Authored, AuthoredError};
use crate::app::sign_in::totp_code;
use crate::domain::calendar::Instant;
use crate::domain::people::{AccountKind, AccountStatus, SignIn};

/// One account of the demo, with everything that is needed to sign in as its owner.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DemoAccount {
    /// The address it signs in with.
    pub email: String,
    /// Its password; none for who signs in with the hospital's own credential.
    pub password: Option<String>,
    /// The secret of its authenticator app, in base32.
    pub totp_secret: Option<String>,
    /// What it is for.
    pub kind: AccountKind,
    /// Its owner.
    pub name: String,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// What can be seen through it, in one sentence.
    pub shows: String,
}

impl DemoAccount {
    /// The code that its authenticator app shows at `now`.
    pub fn code(&self, now: Instant) -> Option<String> {
        let secret = data_encoding::BASE32_NOPAD.decode(self.totp_secret.as_deref()?.as_bytes()).ok()?;
        Some(totp_code(&secret, now))
    }
}

/// Every account of the demo, in the authored order.
///
/// # Errors
/// [`AuthoredError`], only when the shipped file is broken.
pub fn accounts() -> Result<Vec<DemoAccount>, AuthoredError> {
    let authored = Authored::shipped()?;
    let password = &authored.hospital.password;
    authored
        .account
        .iter()
        .map(|account| {
            let portal = account.sign_in == SignIn::Portal;
            let (given, family) = authored.name_of(account)?;
            Ok(DemoAccount {
                email: account.email.clone(),
                password: portal.then(|| password.clone()),
                totp_secret: portal.then(|| account.totp.clone()),
                kind: account.kind,
                name: format!("{given} {family}"),
                status: account.status,
                shows: account.shows.clone(),
            })
        })
        .collect()
}

impl Account {
    /// The secret of its authenticator app.
    pub(super) fn totp_secret(&self) -> Result<Vec<u8>, AuthoredError> {
        let secret = data_encoding::BASE32_NOPAD.decode(self.totp.as_bytes());
        secret.map_err(|error| AuthoredError::new(format!("totp of {}: {error}", self.email)))
    }
}

impl Authored {
    /// The given and family name of an account's owner: its own, or those of its provider.
    pub(super) fn name_of<'a>(&'a self, account: &'a Account) -> Result<(&'a str, &'a str), AuthoredError> {
        if let (Some(given), Some(family)) = (&account.given, &account.family) {
            return Ok((given, family));
        }
        let provider = self.provider.iter().find(|p| Some(&p.npi) == account.npi.as_ref());
        provider
            .map(|p| (p.given.as_str(), p.family.as_str()))
            .ok_or_else(|| AuthoredError::new(format!("{} lacks a name", account.email)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_has_a_name_and_every_portal_account_a_code() {
        let all = accounts().unwrap();
        let now = "2026-11-23T15:00:00Z".parse().unwrap();
        assert_eq!(all.len(), 38);
        for account in &all {
            assert!(account.name.contains(' ') && !account.name.starts_with(' '), "{account:?}");
            assert_eq!(
                account.code(now).is_some(),
                account.email != "okafor@hospital.example",
                "{account:?}"
            );
        }
    }
}
